"""Whether one condition implies another, seen from their normal forms alone (蕴含).

Bounds, closed lists and the shape of ``&&`` and ``||`` settle most clauses of one item
without a solver. A yes is a proof for applications that state every fact; a no only means
that it was not seen here.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final, TypeAlias, cast

from interop.criteria.canonical_form import FALSE, TRUE, bound_of
from interop.criteria.nodes import And, Compare, Const, In, Node, Not, Or, Shift

STEPS_MAX: Final = 10_000
EQUATIONS: Final = frozenset({"==", "!="})
Place: TypeAlias = Fraction | date
# A day, the unit it is shifted by, and how far.
Shifted: TypeAlias = tuple[Node, str, int]


def implies(stronger: Node, weaker: Node) -> bool:
    """Return True if every complete application that meets ``stronger`` meets ``weaker``.

    Args:
        stronger: A condition in normal form.
        weaker: Another over the same vocabulary.
    """
    return _Search().implies(stronger, weaker)


class _Search:
    def __init__(self) -> None:
        self._steps = 0

    def implies(self, a: Node, b: Node) -> bool:
        self._steps += 1
        if self._steps > STEPS_MAX:
            return False
        if a in {b, FALSE} or b == TRUE:
            return True
        return any(self._ways(a, b))

    def _ways(self, a: Node, b: Node) -> Iterator[bool]:
        if isinstance(b, And):
            yield all(self.implies(a, part) for part in b.parts)
        if isinstance(a, Or):
            yield all(self.implies(part, b) for part in a.parts)
        if isinstance(a, And):
            yield any(self.implies(part, b) for part in a.parts)
        if isinstance(b, Or):
            yield any(self.implies(a, part) for part in b.parts)
        yield _narrower(a, b)


def _narrower(a: Node, b: Node) -> bool:
    match a, b:
        case Compare(), Compare():
            return _within(a, b)
        case In(), In():
            return a.item == b.item and _values(a) <= _values(b)
        case In(), Not(part=In() as out):
            return a.item == out.item and not _values(a) & _values(out)
        case Not(part=In() as less), Not(part=In() as more):
            return less.item == more.item and _values(more) <= _values(less)
        case _:
            return False


def _values(node: In) -> frozenset[object]:
    return frozenset(option.value for option in node.options)


def _within(a: Compare, b: Compare) -> bool:
    """Return whether one bound on a sum or a day lies within another on the same."""
    literal = isinstance(a.right, Const) and isinstance(b.right, Const)
    if a.left != b.left or not literal or _is_truth(a):
        return _apart(a, b)
    here, there = bound_of(a), bound_of(b)
    match a.op[0], b.op[0]:
        case "=", _:  # one value
            return _meets(here, b.op, there)
        case ">", ">":
            return _beyond(here, there, strict=a.op == ">" or b.op == ">=")
        case "<", "<":
            return _beyond(there, here, strict=a.op == "<" or b.op == "<=")
        case ((">" | "<"), "!"):
            return not _meets(there, a.op, here)
        case _:
            return False


def _apart(a: Compare, b: Compare) -> bool:
    """Return whether two days that ``a`` holds apart are held apart further than by ``b``."""
    if a.op in EQUATIONS or b.op in EQUATIONS:
        return False
    early, late, early_more, late_more = *_sides(a), *_sides(b)
    if early[0] != early_more[0] or late[0] != late_more[0]:
        return False
    slack = _slack(early_more, early), _slack(late, late_more)
    if None in slack:
        return False
    wider = any(slack)
    return all(part is not None and part >= 0 for part in slack) and (
        wider or "=" not in a.op or "=" in b.op
    )


def _sides(node: Compare) -> tuple[Shifted, Shifted]:
    """Return the smaller and the larger side, each as a day and what it is shifted by."""
    sides = _shift_of(node.left), _shift_of(node.right)
    return sides if node.op[0] == "<" else (sides[1], sides[0])


def _shift_of(node: Node) -> Shifted:
    return (node.day, node.unit, node.amount) if isinstance(node, Shift) else (node, "", 0)


def _slack(low: Shifted, high: Shifted) -> int | None:
    """Return by how much one shift of a day is longer; None if their units differ.

    A shift by more months is a later day, as one by more days is.
    """
    units = {low[1], high[1]} - {""}
    return None if len(units) > 1 else high[2] - low[2]


def _is_truth(node: Compare) -> bool:
    return isinstance(cast("Const", node.right).value, bool | str)


def _beyond(high: Place, low: Place, *, strict: bool) -> bool:
    return _order(high, low) > 0 or (high == low and strict)


def _meets(value: Place, op: str, bound: Place) -> bool:
    order = _order(value, bound)
    return {
        "==": order == 0,
        "!=": order != 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
    }[op]


def _order(left: Place, right: Place) -> int:
    if isinstance(left, date) and isinstance(right, date):
        return (left > right) - (left < right)
    one, other = cast("Fraction", left), cast("Fraction", right)
    return (one > other) - (one < other)
