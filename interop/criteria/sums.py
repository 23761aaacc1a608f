"""Linear sums as the sum of each term times a number, and as Python's syntax nodes.

Everything is exact: whole numbers by Python's own integers, decimals in a context wide
enough for every digit, which refuses to round.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from math import lcm
from typing import Final, cast

from interop.criteria.evaluation import COMPARISONS
from interop.criteria.nodes import (
    FRACTION_DIGITS_MAX,
    NUMBER_DIGITS_MAX,
    Comparator,
    Compare,
    Const,
    In,
    Negate,
    Node,
    Product,
    Sum,
)
from interop.criteria.syntax import Constants, call, member, related, simplest

MIRRORED: Final[dict[Comparator, Comparator]] = {
    "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=",
}  # fmt: skip
_BITS_PER_DIGIT: Final = 3
_TRAPS: Final = [Inexact, Overflow, InvalidOperation, DivisionByZero]


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum: what each term counts, and what is added; no term counts nothing."""

    terms: Mapping[Node, Fraction]
    constant: Fraction

    def times(self, factor: Fraction) -> "Linear":
        """Return the sum multiplied; every term stays unless the factor is zero."""
        kept = self.terms if factor else {}
        return Linear(
            {node: count * factor for node, count in kept.items()}, self.constant * factor
        )


def linear(node: Node) -> Linear:
    """Return a numeric node as a linear sum; a term is a fact or a number of years."""
    match node:
        case Const():
            return Linear({}, Fraction(cast("int", node.value)))
        case Negate():
            return linear(node.part).times(Fraction(-1))
        case Sum():
            return _added(node.parts)
        case Product():
            return _multiplied(node.parts)
        case _:
            return Linear({node: Fraction(1)}, Fraction(0))


def _added(parts: tuple[Node, ...]) -> Linear:
    terms: dict[Node, Fraction] = {}
    constant = Fraction(0)
    for part in map(linear, parts):
        constant += part.constant
        for node, count in part.terms.items():
            terms[node] = terms.get(node, Fraction(0)) + count
    return Linear({node: count for node, count in terms.items() if count}, constant)


def _multiplied(parts: tuple[Node, ...]) -> Linear:
    total = Linear({}, Fraction(1))
    for part in map(linear, parts):
        plain, other = (part, total) if not part.terms else (total, part)
        total = other.times(plain.constant)
    return total


def apart(left: Node, right: Node) -> Linear:
    """Return ``left - right``."""
    return _added((left, Negate(right)))


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Write linear comparisons as syntax nodes.

    Attributes:
        constants: Where constants are kept.
        term: The node of a term.
        is_whole: Whether a term is always a whole number.
    """

    constants: Constants
    term: Callable[[Node], ast.expr]
    is_whole: Callable[[Node], bool]

    def compared(self, node: Compare) -> ast.expr:
        """Return the comparison of two numbers."""
        form = apart(node.left, node.right)
        if not form.terms:
            return ast.Constant(COMPARISONS[node.op](form.constant, Fraction(0)))
        if len(form.terms) == 1:
            ((term, count),) = form.terms.items()
            op = node.op if count > 0 else MIRRORED[node.op]
            border = simplest(-form.constant / count)
            if isinstance(border, int) and not self.is_whole(term):
                border = Decimal(border)  # two decimals compare fastest
            return related(self.term(term), op, self.constants.literal(border))
        whole = self._scaled(form, ())[0]
        above = {node: int(n) for node, n in whole.terms.items() if n > 0}
        below = {node: -int(n) for node, n in whole.terms.items() if n < 0}
        rest = int(whole.constant)
        return related(
            self._total(above, max(rest, 0)), node.op, self._total(below, max(-rest, 0))
        )

    def among(self, node: In) -> ast.expr:
        """Return whether a number is one of a list."""
        options = [Fraction(cast("int", option.value)) for option in node.options]
        form = linear(node.item)
        if not form.terms:
            return ast.Constant(form.constant in options)
        whole, factor = self._scaled(form, tuple(options))
        found = frozenset(simplest((option - form.constant) * factor) for option in options)
        terms = {node: int(count) for node, count in whole.terms.items()}
        return member(self._total(terms, 0), self.constants.kept(found))

    def _scaled(self, form: Linear, others: tuple[Fraction, ...]) -> tuple[Linear, int]:
        """Return the sum in whole numbers, and what it was multiplied by."""
        fractions = (*form.terms.values(), form.constant, *others)
        factor = lcm(*(fraction.denominator for fraction in fractions))
        return form.times(Fraction(factor)), factor

    def _total(self, terms: Mapping[Node, int], constant: int) -> ast.expr:
        """Return the sum of all terms and a constant that is not negative."""
        if all(self.is_whole(node) for node in terms):
            parts = [
                self.term(node)
                if count == 1
                else ast.BinOp(ast.Constant(count), ast.Mult(), self.term(node))
                for node, count in terms.items()
            ]
            parts += [ast.Constant(constant)] if constant or not parts else []
            return _folded(parts, lambda a, b: ast.BinOp(a, ast.Add(), b))
        return self._decimal(terms, constant)

    def _decimal(self, terms: Mapping[Node, int], constant: int) -> ast.expr:
        counts = (*terms.values(), constant)
        if counts == (1, 0):
            return self.term(next(iter(terms)))
        context = Context(prec=_digits(counts), traps=_TRAPS)
        add = self.constants.kept(context.add)
        times = self.constants.kept(context.multiply)
        parts = [
            self.term(node) if count == 1 else call(times, self.term(node), ast.Constant(count))
            for node, count in terms.items()
        ]
        parts += [ast.Constant(constant)] if constant else []
        return _folded(parts, lambda a, b: call(add, a, b))


def _digits(counts: tuple[int, ...]) -> int:
    """Return digits enough for the sum of all terms, each as long as a fact may be."""
    longest = max(abs(count).bit_length() for count in counts) // _BITS_PER_DIGIT + 1
    return longest + len(counts) + 2 * (NUMBER_DIGITS_MAX + FRACTION_DIGITS_MAX)


def _folded(parts: list[ast.expr], join: Callable[[ast.expr, ast.expr], ast.expr]) -> ast.expr:
    """Return all parts joined pairwise, so that the height stays small."""
    while len(parts) > 1:
        pairs = [join(a, b) for a, b in zip(parts[::2], parts[1::2], strict=False)]
        parts = pairs + ([parts[-1]] if len(parts) % 2 else [])
    return parts[0]
