"""What an exported condition reads: facts, the day of the decision, days counted in months.

A variable is called as it is written in the criteria language, the day of the decision
``on``. One that is not known is left out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

from interop.criteria.evaluation import Facts, Value, plus_months, years_between
from interop.criteria.linear import Linear, difference, linear_of
from interop.criteria.nodes import (
    Compare,
    Const,
    Fact,
    Node,
    Shift,
    Today,
    YearsBetween,
    children,
)
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import Vocabulary
from interop.model.item import FactType

# A decimal is passed on as an integer of millionths.
MILLION: Final = 1_000_000


def variables_of(node: Node) -> tuple[Node, ...]:
    """Return what ``node`` reads, each once, in the order of the text."""
    if _is_variable(node):
        return (node,)
    return tuple(dict.fromkeys(v for child in children(node) for v in variables_of(child)))


def values_of(
    node: Node, vocabulary: Vocabulary, facts: Facts, on: date
) -> dict[str, date | bool | int | str | list[str]]:
    """Return the values of what ``node`` reads, by name; what is not known is left out."""
    found: dict[str, date | bool | int | str | list[str]] = {}
    for variable in variables_of(node):
        value = _value(variable, facts, on)
        if value is None:
            continue
        if is_decimal(variable, vocabulary) and isinstance(value, int | Decimal):
            value = int(value * MILLION)
        found[text_of_node(variable)] = _plain(value)
    return found


def is_decimal(term: Node, vocabulary: Vocabulary) -> bool:
    """Return whether ``term`` is a fact that is passed on in millionths."""
    return isinstance(term, Fact) and vocabulary.facts[term.name].type is FactType.DECIMAL


def whole_sum(
    node: Compare, vocabulary: Vocabulary
) -> tuple[tuple[tuple[Node, int], ...], int]:
    """Return ``left - right`` of a comparison of numbers as whole multiples and a constant.

    Decimals count in millionths; all is multiplied by what makes it whole.
    """
    sum_: Linear = difference(linear_of(node.left), linear_of(node.right))
    scaled = [
        (term, times / (MILLION if is_decimal(term, vocabulary) else 1))
        for term, times in sum_.terms
    ]
    common = lcm(sum_.constant.denominator, *(times.denominator for _, times in scaled))
    terms = tuple((term, _whole(times * common)) for term, times in scaled)
    return terms, _whole(sum_.constant * common)


def days_from(node: Node) -> tuple[Node, int]:
    """Return the day that ``node`` starts from, and how many days it is shifted."""
    days = 0
    while isinstance(node, Shift) and node.unit == "days":
        days += node.amount
        node = node.day
    return node, days


def _plain(value: Value) -> date | bool | int | str | list[str]:
    if isinstance(value, Decimal):
        return int(value)
    return sorted(value) if isinstance(value, frozenset) else value


def _whole(number: Fraction) -> int:
    return number.numerator // number.denominator


def _is_variable(node: Node) -> bool:
    months = isinstance(node, Shift) and node.unit == "months"
    return months or isinstance(node, Fact | Today | YearsBetween)


def _value(node: Node, facts: Facts, on: date) -> Value | None:
    match node:
        case Fact():
            return facts.get(node.name)
        case YearsBetween():
            start, end = _day(node.start, facts, on), _day(node.end, facts, on)
            return None if start is None or end is None else years_between(start, end)
        case _:
            return _day(node, facts, on)


def _day(node: Node, facts: Mapping[str, Value], on: date) -> date | None:
    match node:
        case Today():
            return on
        case Const(value=date() as day):
            return day
        case Shift():
            day_ = _day(node.day, facts, on)
            if day_ is None:
                return None
            months = node.unit == "months"
            shift = timedelta(days=node.amount)
            return plus_months(day_, node.amount) if months else day_ + shift
        case Fact():
            value = facts.get(node.name)
            return value if isinstance(value, date) else None
        case _:
            return None
