"""The error that only this room raises; the tree in ``interop/errors.py`` draws it."""

from typing import Literal

from interop.errors import KnowledgeError, Reason

PolicyErrorKind = Literal["invalid_policy", "invalid_metadata"]


class PolicyError(KnowledgeError):
    """Refuse metadata policies that do not go together, or metadata that they do not allow.

    Args:
        *reasons: Every problem found, each with its parameter and operator.
        kind: ``invalid_policy``: a superior of the chain must mend its statement, whatever
            the metadata says; ``invalid_metadata``: the policies are sound, the entity must
            mend its metadata.
    """

    def __init__(self, *reasons: Reason, kind: PolicyErrorKind = "invalid_policy") -> None:
        super().__init__(*reasons)
        self.kind: PolicyErrorKind = kind

    def __reduce__(self) -> tuple[object, ...]:
        return (_raised, (self.kind, self.reasons))


def _raised(kind: PolicyErrorKind, reasons: tuple[Reason, ...]) -> PolicyError:
    return PolicyError(*reasons, kind=kind)
