"""Which form of a clause asks for more, as far as their text and the bounds of facts tell."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from interop.criteria.canonical_form import TRUE, normal_form
from interop.criteria.linear import Linear, difference, linear_of, scaled
from interop.criteria.nodes import And, Compare, Const, Fact, Node, Or, Shift
from interop.criteria.subsumption import implies
from interop.criteria.vocabulary import Vocabulary

Order = Literal["equal", "stricter", "looser"]

STEPS_MAX: Final = 500


class Scale:
    """Order conditions over one vocabulary; None stands for no condition at all.

    INVARIANT: what is said to be stricter is met only by applications that meet the other
    too, if every fact is stated. Where nothing is said, it may still be so.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def form(self, node: Node | None) -> Node:
        """Return the normal form, by which conditions are compared."""
        return TRUE if node is None else normal_form(node, self._vocabulary)

    def order(self, own: Node, other: Node) -> Order | None:
        """Return how one normal form stands to another; None if the text does not tell."""
        narrower = _Search(self._vocabulary).implies(own, other)
        wider = _Search(self._vocabulary).implies(other, own)
        if narrower:
            return "equal" if wider else "stricter"
        return "looser" if wider else None


class _Search:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._facts = vocabulary.facts
        self._steps = 0

    def implies(self, narrow: Node, wide: Node) -> bool:
        self._steps += 1
        if self._steps > STEPS_MAX:
            return False
        return any(self._ways(narrow, wide))

    def _ways(self, narrow: Node, wide: Node) -> Iterator[bool]:
        yield implies(narrow, wide)
        if isinstance(narrow, Compare) and isinstance(wide, Compare):
            yield _closer(narrow, wide) or self._below(narrow, wide)
        if isinstance(wide, And):
            yield all(self.implies(narrow, part) for part in wide.parts)
        if isinstance(narrow, Or):
            yield all(self.implies(part, wide) for part in narrow.parts)
        if isinstance(wide, Or):
            yield any(self.implies(narrow, part) for part in wide.parts)
        if isinstance(narrow, And):
            yield any(self.implies(part, wide) for part in narrow.parts)

    def _below(self, narrow: Compare, wide: Compare) -> bool:
        """Return whether one bound on a sum keeps another, within the bounds of the facts.

        From ``3 * trees <= planted`` follows ``2 * trees <= planted``, for trees are not
        negative.
        """
        own, other = _sum_below(narrow), _sum_below(wide)
        if own is None or other is None or narrow.op[0] != wide.op[0]:
            return False
        shared = dict(own.terms)
        factors = {t / shared[term] for term, t in other.terms if shared.get(term)}
        return any(
            self._reaches(difference(other, scaled(own, factor)), narrow, wide)
            for factor in factors
            if factor > 0
        )

    def _reaches(self, rest: Linear, narrow: Compare, wide: Compare) -> bool:
        """Return whether ``rest``, what the second sum has beyond the first, stays below 0."""
        most = rest.constant
        for term, times in rest.terms:
            bound = self._bound(term, upper=times > 0)
            if times and bound is None:
                return False
            most += times * (bound or 0)
        return most < 0 or (most == 0 and (wide.op[-1] == "=" or narrow.op[-1] != "="))

    def _bound(self, term: Node, *, upper: bool) -> Fraction | None:
        fact = self._facts.get(term.name) if isinstance(term, Fact) else None
        found: Decimal | None = (fact.max if upper else fact.min) if fact else None
        return None if found is None else Fraction(found)


def _sum_below(bound: Compare) -> Linear | None:
    """Return the sum that ``bound`` keeps below 0, or at it; None if it is no such bound."""
    limit = bound.right.value if isinstance(bound.right, Const) else None
    if bound.op[0] not in "<>" or isinstance(limit, bool):
        return None
    if not isinstance(limit, int | Decimal):
        return None
    sum_ = difference(linear_of(bound.left), Linear((), Fraction(limit)))
    return sum_ if bound.op[0] == "<" else scaled(sum_, Fraction(-1))


def _closer(narrow: Compare, wide: Compare) -> bool:
    """Return whether two bounds by a shifted day are alike and the first is the closer one.

    Of one day, more months or more days later is always a later day.
    """
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
