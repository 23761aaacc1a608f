"""Metadata policies of OpenID Federation 1.0: combined first, then applied.

Source: OpenID Federation 1.0 section 6.1.
"""

from collections.abc import Iterable, Mapping, Sequence

from interop.federation.policy.applying import Steps, apply, enforce, laid_out, read_metadata
from interop.federation.policy.combining import Policy, combine
from interop.model.canonical import Json

__all__ = [
    "Policy",
    "Steps",
    "apply",
    "combine",
    "enforce",
    "laid_out",
    "read_metadata",
    "resolve",
]


def resolve(
    policies: Sequence[Mapping[str, object]],
    metadata: Mapping[str, object],
    *,
    critical: Iterable[str] = (),
) -> dict[str, Json]:
    """Return ``metadata`` as the policies of a trust chain resolve it.

    The policies are combined before any is applied, so that no intermediate can undo or
    widen what a superior asks for, and a conflict is found whatever the metadata says.

    Args:
        policies: From the trust anchor's down to the immediate superior's; each maps a
            parameter to its operators, of one entity type: ``{parameter: {operator: value}}``.
        metadata: The entity's own, of the same type: ``{parameter: value}``.
        critical: Operators that a statement of the chain names in ``metadata_policy_crit``;
            one that is none of the seven is refused, any other unknown one is ignored.

    Returns:
        The resolved parameters, and nothing else; no parameter is null. ``scope`` is text.

    Raises:
        PolicyError: With ``kind`` ``invalid_policy`` if the policies themselves are unsound
            or conflict, ``invalid_metadata`` if sound policies do not allow the metadata.

    Example:
        >>> anchor = {"grant_types": {"subset_of": ["code", "refresh"], "essential": True}}
        >>> between = {"grant_types": {"subset_of": ["code"], "superset_of": ["code"]}}
        >>> resolve([anchor, between], {"grant_types": ["code", "refresh", "implicit"]})
        {'grant_types': ['code']}
    """
    return apply(combine(policies, critical=critical), metadata)
