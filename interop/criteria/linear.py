"""Numbers of a condition as a sum: coefficients of facts and one constant, exact."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from interop.criteria.nodes import Const, Fact, Negate, Node, Product, Sum, YearsBetween
from interop.criteria.printer import text_of_node

NOT_LINEAR: Final = "a product of facts is refused when a condition is typed"


@dataclass(frozen=True, slots=True)
class Linear:
    """``constant + Σ coefficient · term``.

    A term whose coefficients cancel stays with 0, for the sum is still unknown without it.

    Attributes:
        terms: Facts and ``years_between`` with their coefficients, by their text.
        constant: What is added.
    """

    terms: tuple[tuple[Node, Fraction], ...]
    constant: Fraction


def linear_of(node: Node) -> Linear:
    """Return the typed number ``node`` as a sum.

    Raises:
        ValueError: ``node`` is no number of the criteria language.
    """
    match node:
        case Const(value=int() | Decimal() as value):
            return Linear((), Fraction(value))
        case Fact() | YearsBetween():
            return Linear(((node, Fraction(1)),), Fraction(0))
        case Negate():
            return scaled(linear_of(node.part), Fraction(-1))
        case Sum():
            return _total([linear_of(part) for part in node.parts])
        case Product():
            return _product([linear_of(part) for part in node.parts])
        case _:
            raise ValueError(type(node).__name__)


def difference(left: Linear, right: Linear) -> Linear:
    """Return ``left - right``."""
    return _total([left, scaled(right, Fraction(-1))])


def scaled(sum_: Linear, factor: Fraction) -> Linear:
    """Return ``factor`` times the sum."""
    return Linear(
        tuple((term, factor * times) for term, times in sum_.terms), factor * sum_.constant
    )


def _total(parts: list[Linear]) -> Linear:
    found: dict[Node, Fraction] = {}
    for part in parts:
        for term, times in part.terms:
            found[term] = found.get(term, Fraction(0)) + times
    ordered = sorted(found.items(), key=lambda pair: text_of_node(pair[0]))
    return Linear(tuple(ordered), sum((part.constant for part in parts), Fraction(0)))


def _product(parts: list[Linear]) -> Linear:
    result = Linear((), Fraction(1))
    for part in parts:
        if result.terms and part.terms:
            raise ValueError(NOT_LINEAR)
        if part.terms:
            result, part = part, result  # noqa: PLW2901 -- the one with facts is scaled
        result = scaled(result, part.constant)
    return result
