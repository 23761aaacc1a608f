"""Several organs, one front, a result each, one closing (多地联办).

Each organ's part is a case of its own with its own facts, clocks and ruling; what belongs
together is found from them. None of the organs can close for another.
"""

from collections.abc import Iterable
from typing import Final, Literal

from interop.cases.reasons import JOINT_NOT_CONCLUDED
from interop.errors import CaseError
from interop.model.case import Case
from interop.model.record import Record

# States in which an organ has done its part.
ENDED: Final = frozenset({
    "concluded", "delivered", "rated", "archived", "not-required", "refused", "lapsed",
    "withdrawn",
})  # fmt: skip


class Part(Record):
    """What one organ of a joint case has come to."""

    case: str
    item: str
    handling: str
    state: str
    ruling: Literal["permitted", "rejected"] | None = None
    ended: bool


class JointCase(Record):
    """A joint case as its parts make it.

    Attributes:
        parts: In the order of the case numbers.
        ruling: ``permitted`` only if every part is; ``rejected`` if one is.
        closed: Whether every organ has ended its part.
    """

    parts: tuple[Part, ...]
    ruling: Literal["permitted", "rejected"] | None = None
    closed: bool

    @property
    def first(self) -> str:
        """Return the case number of the first part; empty if there is none."""
        return self.parts[0].case if self.parts else ""


def join(cases: Iterable[Case]) -> JointCase:
    """Return the joint case that ``cases`` make, in whatever order they come."""
    parts = tuple(
        Part(
            case=case.number,
            item=case.item,
            handling=case.handling,
            state=case.state,
            ruling=case.ruling,
            ended=case.state in ENDED,
        )
        for case in sorted(cases, key=lambda case: case.number)
    )
    rulings = {part.ruling for part in parts}
    ruling: Literal["permitted", "rejected"] | None = None
    if "rejected" in rulings:
        ruling = "rejected"
    elif rulings == {"permitted"}:
        ruling = "permitted"
    return JointCase(
        parts=parts, ruling=ruling, closed=bool(parts) and all(part.ended for part in parts)
    )


def require_closed(joint: JointCase) -> JointCase:
    """Return ``joint`` if every organ has ended its part.

    Raises:
        CaseError: ``joint-not-concluded`` naming the regions that have not.
    """
    if not joint.closed:
        waiting = ", ".join(part.handling for part in joint.parts if not part.ended)
        raise CaseError(JOINT_NOT_CONCLUDED.of(field="parts", got=waiting or "-"))
    return joint
