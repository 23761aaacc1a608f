"""Which form of a clause asks for more, as far as their text alone tells."""

from typing import Literal

from interop.criteria.canonical_form import TRUE, normal_form
from interop.criteria.nodes import Compare, Node, Shift
from interop.criteria.subsumption import implies
from interop.criteria.vocabulary import Vocabulary

Order = Literal["equal", "stricter", "looser"]


class Scale:
    """Order conditions over one vocabulary; None stands for no condition at all."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def form(self, node: Node | None) -> Node:
        """Return the normal form, by which conditions are compared."""
        return TRUE if node is None else normal_form(node, self._vocabulary)

    def order(self, own: Node, other: Node) -> Order | None:
        """Return how one normal form stands to another; None if the text does not tell."""
        narrower, wider = _implies(own, other), _implies(other, own)
        if narrower:
            return "equal" if wider else "stricter"
        return "looser" if wider else None


def _implies(narrow: Node, wide: Node) -> bool:
    return implies(narrow, wide) or _shorter(narrow, wide)


def _shorter(narrow: Node, wide: Node) -> bool:
    """Return whether two bounds by a shifted day are alike and the first is the closer one.

    Of one day, more months or more days later is always a later day.
    """
    if not (isinstance(narrow, Compare) and isinstance(wide, Compare)):
        return False
    if narrow.op[0] != wide.op[0] or narrow.op[0] not in "<>":
        return False
    for one, other, same, upper in (
        (narrow.right, wide.right, narrow.left == wide.left, narrow.op[0] == "<"),
        (narrow.left, wide.left, narrow.right == wide.right, narrow.op[0] == ">"),
    ):
        if same and isinstance(one, Shift) and isinstance(other, Shift):
            alike = (one.day, one.unit) == (other.day, other.unit)
            own = _reach(narrow, one.amount, upper=upper)
            return alike and own <= _reach(wide, other.amount, upper=upper)
    return False


def _reach(bound: Compare, amount: int, *, upper: bool) -> tuple[int, bool]:
    """Return a key that grows with what the bound lets through."""
    return (amount if upper else -amount), bound.op.endswith("=")
