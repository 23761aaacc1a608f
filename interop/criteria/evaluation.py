"""The truth of a condition, three-valued: a fact that is not stated is unknown.

INVARIANT: what is true or false stays so under every way of stating the missing facts
(Kleene's strong logic). It is not complete: ``a > 1 || a <= 1`` stays unknown without ``a``.

Source: 民法典 art. 202 by analogy (unverified) for months without the day: the last day counts.
"""

import operator
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Final, TypeAlias, cast

from interop.criteria.nodes import (
    And,
    Compare,
    Const,
    Contains,
    Fact,
    In,
    Negate,
    Node,
    Not,
    Or,
    Present,
    Product,
    Shift,
    Sum,
    Today,
    YearsBetween,
    facts_of,
)

Value: TypeAlias = bool | int | Decimal | date | str | frozenset[str]
Facts: TypeAlias = Mapping[str, Value]
# Numbers are compared and added exactly.
Exact: TypeAlias = bool | int | Fraction | date | str | frozenset[str]

MONTHS_PER_YEAR: Final = 12
COMPARISONS: Final[Mapping[str, Callable[[Exact, Exact], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def truth(node: Node, facts: Facts, on: date) -> bool | None:
    """Return whether the typed condition ``node`` holds; None if it is unknown.

    Args:
        node: A condition that :func:`interop.criteria.kinds.check_condition` found sound.
        facts: The facts that are stated, typed as the vocabulary says.
        on: Day of the decision, Asia/Shanghai.
    """
    match node:
        case Not():
            held = truth(node.part, facts, on)
            return None if held is None else not held
        case And():
            return _all(tuple(truth(part, facts, on) for part in node.parts))
        case Or():
            return _any(tuple(truth(part, facts, on) for part in node.parts))
        case Present() | Contains():
            return _about(node, facts)
        case _:
            return cast("bool | None", _value(node, facts, on))


def missing_facts(node: Node, facts: Facts, on: date) -> tuple[str, ...]:
    """Return the facts that keep the condition unknown, in the order of the text.

    A fact in a part that is already decided does not matter and is left out.
    """
    if truth(node, facts, on) is not None:
        return ()
    match node:
        case Not():
            return missing_facts(node.part, facts, on)
        case And() | Or():
            found = (name for part in node.parts for name in missing_facts(part, facts, on))
            return tuple(dict.fromkeys(found))
        case _:
            return tuple(name for name in facts_of(node) if name not in facts)


def plus_months(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day if it has no such day."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_between(start: date, end: date) -> int:
    """Return the most years that fit between the days; negative if ``end`` is earlier."""
    years = end.year - start.year
    return years if plus_months(start, years * MONTHS_PER_YEAR) <= end else years - 1


def _all(parts: tuple[bool | None, ...]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _any(parts: tuple[bool | None, ...]) -> bool | None:
    if True in parts:
        return True
    return None if None in parts else False


def _about(node: Present | Contains, facts: Facts) -> bool | None:
    value = facts.get(node.fact.name)
    if value is None:
        return None
    if isinstance(node, Contains):
        return node.item.value in cast("frozenset[str]", value)
    return value not in ("", frozenset())


def _value(node: Node, facts: Facts, on: date) -> Exact | None:
    result: Exact | None = on
    match node:
        case Const():
            result = _exact(node.value)
        case Fact():
            result = _exact(facts.get(node.name))
        case Today():
            pass
        case Compare() | In():
            result = _related(node, facts, on)
        case Sum() | Product() | Negate():
            result = _number(node, facts, on)
        case Shift() | YearsBetween():
            result = _day(node, facts, on)
        case _:
            result = truth(node, facts, on)
    return result


def _exact(value: Value | None) -> Exact | None:
    return Fraction(value) if isinstance(value, Decimal) else value


def _related(node: Compare | In, facts: Facts, on: date) -> bool | None:
    if isinstance(node, In):
        item = _value(node.item, facts, on)
        return None if item is None else item in [_exact(o.value) for o in node.options]
    left, right = _value(node.left, facts, on), _value(node.right, facts, on)
    if left is None or right is None:
        return None
    return COMPARISONS[node.op](left, right)


def _number(node: Sum | Product | Negate, facts: Facts, on: date) -> Exact | None:
    parts = (node.part,) if isinstance(node, Negate) else node.parts
    values = [cast("int | Fraction | None", _value(part, facts, on)) for part in parts]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if isinstance(node, Negate):
        return -known[0]
    return sum(known) if isinstance(node, Sum) else prod(known)


def _day(node: Shift | YearsBetween, facts: Facts, on: date) -> Exact | None:
    if isinstance(node, Shift):
        day = cast("date | None", _value(node.day, facts, on))
        if day is None:
            return None
        if node.unit == "months":
            return plus_months(day, node.amount)
        return day + timedelta(days=node.amount)
    start = cast("date | None", _value(node.start, facts, on))
    end = cast("date | None", _value(node.end, facts, on))
    return None if start is None or end is None else years_between(start, end)
