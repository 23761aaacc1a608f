"""What a condition means by Python's own operators, once every fact is stated."""

from datetime import date, timedelta
from decimal import Decimal
from functools import singledispatch

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
)
from interop.model.case import FactValue


def value_of(name: str, stated: FactValue) -> object:
    if name.startswith("area"):
        return Decimal(str(stated))
    if name.startswith("day"):
        return date.fromisoformat(str(stated))
    return stated


def later(day: date, months: int) -> date:
    """The same day so many months on, walking back from an impossible day."""
    total = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 27, -1):
        try:
            return date(total // 12, total % 12 + 1, number)
        except ValueError:
            continue
    return date(total // 12, total % 12 + 1, day.day)


def full_years(start: date, end: date) -> int:
    years = 0
    while later(start, 12 * (years + 1)) <= end:
        years += 1
    while later(start, 12 * years) > end:
        years -= 1
    return years


def holds(node: Node, facts: dict[str, object], on: date) -> bool:
    """Whether the condition holds, by Python's own ``eval`` over its own spelling."""
    names = {"facts": facts, "on": on, "later": later, "days": timedelta, "years": full_years}
    names |= {"date": date, "Decimal": Decimal}
    return bool(eval(spelled(node), names))  # noqa: S307 -- the text is drawn by the test


@singledispatch
def inner(node: Node) -> str:
    """The condition as a Python expression."""
    raise AssertionError(node)


def spelled(node: Node) -> str:
    """The condition as a Python expression in parentheses."""
    return f"({inner(node)})"


def joined(parts: tuple[Node, ...], sign: str) -> str:
    return sign.join(spelled(part) for part in parts)


inner.register(Today, lambda _: "on")
inner.register(Const, lambda node: repr(node.value).replace("datetime.", ""))
inner.register(Fact, lambda node: f"facts[{node.name!r}]")
inner.register(Present, lambda node: f"facts[{node.fact.name!r}] not in ('', [])")
inner.register(Not, lambda node: f"not {spelled(node.part)}")
inner.register(Negate, lambda node: f"-{spelled(node.part)}")
inner.register(And, lambda node: joined(node.parts, " and "))
inner.register(Or, lambda node: joined(node.parts, " or "))
inner.register(Sum, lambda node: joined(node.parts, " + "))
inner.register(Product, lambda node: joined(node.parts, " * "))
inner.register(Compare, lambda node: f"{spelled(node.left)} {node.op} {spelled(node.right)}")
inner.register(In, lambda node: f"{spelled(node.item)} in [{joined(node.options, ', ')}]")
inner.register(Contains, lambda node: f"{node.item.value!r} in facts[{node.fact.name!r}]")
inner.register(YearsBetween, lambda node: f"years({spelled(node.start)}, {spelled(node.end)})")


@inner.register
def _shift(node: Shift) -> str:
    if node.unit == "months":
        return f"later({spelled(node.day)}, {node.amount})"
    return f"{spelled(node.day)} + days(days={node.amount})"
