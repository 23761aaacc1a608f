"""Whether bounds on single facts keep a sum within its own bound: no solver is needed.

``a <= 300`` and ``b <= 300`` imply ``a + b <= 900``; so do the bounds of the definitions.
Normal forms only. A yes is a proof for the domain of proofs; a no only means that it was not
seen here.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias, cast

from interop.criteria.facts import NUMBER_MAX
from interop.criteria.linear import Linear, linear_of
from interop.criteria.nodes import And, Compare, Const, Fact, Node, Or
from interop.criteria.vocabulary import NUMBERS, Vocabulary
from interop.model.item import FactDefinition

# Least and greatest value, both inclusive; an open end counts as closed, which is weaker.
Span: TypeAlias = tuple[Fraction, Fraction]
UP: Final = frozenset({">", ">="})
DOWN: Final = frozenset({"<", "<="})


class Bounds:
    """What is held of single facts, beside their definitions.

    Args:
        held: Normal forms that hold; those that bound one fact are read, others passed over.
        vocabulary: The facts, with their own bounds.
    """

    def __init__(self, held: Iterable[Node], vocabulary: Vocabulary) -> None:
        self._facts = vocabulary.facts
        self._spans: dict[str, Span] = {}
        for node in held:
            for part in node.parts if isinstance(node, And) else (node,):
                self._read(part)

    def imply(self, node: Node) -> bool:
        """Return True if nobody within the bounds misses the normal form ``node``."""
        match node:
            case And():
                return all(self.imply(part) for part in node.parts)
            case Or():
                return any(self.imply(part) for part in node.parts)
            case Compare(right=Const(value=int() | Decimal() as value)) if _is_bound(node):
                return self._keeps(node.op, linear_of(node.left), Fraction(value))
            case _:
                return False

    def _read(self, node: Node) -> None:
        match node:
            case Compare(left=Fact(name=name), right=Const(value=int() | Decimal() as value)):
                low, high = self._span(name)
                bound = Fraction(value)
                if node.op in UP or node.op == "==":
                    low = max(low, bound)
                if node.op in DOWN or node.op == "==":
                    high = min(high, bound)
                self._spans[name] = low, high
            case _:
                pass

    def _span(self, name: str) -> Span:
        known = self._spans.get(name)
        if known is not None:
            return known
        fact = self._facts[name]
        return _end(fact, -1), _end(fact, 1)

    def _keeps(self, op: str, sum_: Linear, bound: Fraction) -> bool:
        if not all(isinstance(term, Fact) for term, _ in sum_.terms):
            return False
        furthest = sum_.constant
        for term, times in sum_.terms:
            low, high = self._span(cast("Fact", term).name)
            furthest += times * (high if (times > 0) == (op in DOWN) else low)
        within = furthest < bound if op in DOWN else furthest > bound
        return within or (furthest == bound and "=" in op)


def _is_bound(node: Compare) -> bool:
    value = cast("Const", node.right).value
    return node.op in UP | DOWN and not isinstance(value, bool)


def _end(fact: FactDefinition, way: int) -> Fraction:
    own = fact.min if way < 0 else fact.max
    if fact.type not in NUMBERS or own is None:
        return Fraction(NUMBER_MAX) * way
    return Fraction(own)
