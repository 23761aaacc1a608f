"""Apply one combined policy to the metadata of an entity.

Whatever fails here is put down to the metadata (``invalid_metadata``): the policies have been
found sound before any metadata is looked at.
Source: OpenID Federation 1.0 sections 6.1.3.1 and 6.1.4.2.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from interop.errors import Reason
from interop.federation.errors import PolicyError
from interop.federation.policy.combining import REASONS_MAX, Policy, shown
from interop.federation.policy.operators import OPERATORS, Operands
from interop.federation.policy.reasons import (
    METADATA_MALFORMED,
    METADATA_MISSING,
    METADATA_NOT_ONE_OF,
    METADATA_NOT_SUPERSET,
    METADATA_TYPE,
)
from interop.federation.policy.values import (
    SCOPE,
    common,
    is_json,
    items,
    key_for,
    kind_of,
    split_scopes,
    within,
)
from interop.model.canonical import Json

Held = dict[str, Json]


def apply(policy: Policy, metadata: object) -> Held:
    """Return the metadata that ``policy`` makes of ``metadata``; neither is changed.

    Raises:
        PolicyError: ``invalid_metadata`` with every problem found, at most 50.
    """
    held, problems = _read(metadata)
    if not problems:
        for parameter, operands in policy.items():
            problems.extend(_enforce(parameter, operands, held))
    if problems:
        raise PolicyError(*problems[:REASONS_MAX], kind="invalid_metadata")
    return held


def _read(metadata: object) -> tuple[Held, list[Reason]]:
    if not isinstance(metadata, dict):
        got = kind_of(metadata)
        return {}, [METADATA_MALFORMED.of(field="metadata", expected="an object", got=got)]
    held: Held = {}
    problems: list[Reason] = []
    for name, value in metadata.items():
        if isinstance(name, str) and value is not None and is_json(value):
            held[name] = value
        else:
            problems.append(
                METADATA_MALFORMED.of(
                    field=shown(str(name)), expected="any JSON but null", got=kind_of(value)
                )
            )
    return held, problems


def _enforce(parameter: str, operands: Operands, held: Held) -> Iterator[Reason]:
    if parameter == SCOPE and SCOPE in held:
        held[SCOPE] = split_scopes(held[SCOPE])
    for operator in OPERATORS:
        if operator in operands:
            reason = APPLY[operator](parameter, operands[operator], held)
            if reason is not None:
                yield reason
                break
    if parameter == SCOPE and isinstance(held.get(SCOPE), list):
        held[SCOPE] = " ".join(map(str, items(held[SCOPE])))


def _value(parameter: str, operand: Json, held: Held) -> Reason | None:
    if operand is None:
        held.pop(parameter, None)
    else:
        held[parameter] = operand
    return None


def _add(parameter: str, operand: Json, held: Held) -> Reason | None:
    present = held.get(parameter, [])
    if not isinstance(present, list):
        return _no_array(parameter, "add", present)
    new = [value for value in items(operand) if not within([value], present)]
    held[parameter] = [*present, *new]
    return None


def _default(parameter: str, operand: Json, held: Held) -> Reason | None:
    held.setdefault(parameter, operand)
    return None


def _one_of(parameter: str, operand: Json, held: Held) -> Reason | None:
    by = key_for(parameter)
    if parameter in held and by(held[parameter]) not in {by(one) for one in items(operand)}:
        return METADATA_NOT_ONE_OF.of(field=f"{shown(parameter)}.one_of")
    return None


def _subset_of(parameter: str, operand: Json, held: Held) -> Reason | None:
    present = held.get(parameter, [])
    if not isinstance(present, list):
        return _no_array(parameter, "subset_of", present)
    if parameter in held:
        held[parameter] = [*common(present, items(operand))]
    return None


def _superset_of(parameter: str, operand: Json, held: Held) -> Reason | None:
    if parameter not in held:
        return None
    present = held[parameter]
    if not isinstance(present, list):
        return _no_array(parameter, "superset_of", present)
    if not within(items(operand), present):
        return METADATA_NOT_SUPERSET.of(field=f"{shown(parameter)}.superset_of")
    return None


def _essential(parameter: str, operand: Json, held: Held) -> Reason | None:
    if operand is True and parameter not in held:
        return METADATA_MISSING.of(field=shown(parameter))
    return None


def _no_array(parameter: str, operator: str, got: Json) -> Reason:
    where = f"{shown(parameter)}.{operator}"
    return METADATA_TYPE.of(field=where, expected="an array", got=kind_of(got))


# INVARIANT: as in OPERATORS; essential comes last, after all that sets or removes.
APPLY: Final[Mapping[str, Callable[[str, Json, Held], Reason | None]]] = {
    "value": _value,
    "add": _add,
    "default": _default,
    "one_of": _one_of,
    "subset_of": _subset_of,
    "superset_of": _superset_of,
    "essential": _essential,
}
