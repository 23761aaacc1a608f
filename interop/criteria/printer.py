"""The tree of a condition back to text: one spelling for each tree.

INVARIANT: parsing what is printed gives the same tree.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from interop.criteria.lexer import ESCAPES
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
from interop.criteria.parser import POWER, UNARY_POWER

ATOM: Final = UNARY_POWER + 1

_ESCAPED: Final = str.maketrans(
    {char: f"\\{name}" for name, char in ESCAPES.items() if char != "'"}
)


def text_of_node(node: Node) -> str:
    """Return ``node`` in the criteria language."""
    match node:
        case Const():
            return text_of_const(node)
        case Fact() | Today() | Present() | Shift() | YearsBetween():
            return _term(node)
        case Compare() | In() | Contains():
            return _relation(node)
        case _:
            return _operation(node)


def text_of_const(const: Const) -> str:
    """Return a literal in the criteria language."""
    value = const.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPED)}"'
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    number = _number(value)
    return f'quantity({number}, "{const.unit.translate(_ESCAPED)}")' if const.unit else number


def _number(value: int | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    written = format(value, "f")
    return written if "." in written else f"{written}.0"


def _term(node: Fact | Today | Present | Shift | YearsBetween) -> str:
    match node:
        case Fact():
            return node.name
        case Today():
            return "on"
        case Present():
            return f"has({node.fact.name})"
        case Shift():
            return f"{_within(node.day, UNARY_POWER)}.plus_{node.unit}({node.amount})"
        case YearsBetween():
            return f"years_between({text_of_node(node.start)}, {text_of_node(node.end)})"


def _relation(node: Compare | In | Contains) -> str:
    power = POWER["in"]
    match node:
        case Compare():
            return f"{_within(node.left, power)} {node.op} {_within(node.right, power)}"
        case In():
            options = ", ".join(text_of_const(option) for option in node.options)
            return f"{_within(node.item, power)} in [{options}]"
        case Contains():
            return f"{text_of_const(node.item)} in {node.fact.name}"


def _operation(node: Not | And | Or | Sum | Product | Negate) -> str:
    match node:
        case Not():
            return f"!{_within(node.part, UNARY_POWER - 1)}"
        case Negate():
            return f"-{_within(node.part, UNARY_POWER - 1)}"
        case Sum():
            head, *tail = node.parts
            return _within(head, POWER["+"]) + "".join(_addend(part) for part in tail)
        case And():
            return " && ".join(_within(part, POWER["&&"]) for part in node.parts)
        case Or():
            return " || ".join(_within(part, POWER["||"]) for part in node.parts)
        case Product():
            return " * ".join(_within(part, POWER["*"]) for part in node.parts)


def _addend(part: Node) -> str:
    if isinstance(part, Negate):
        return f" - {_within(part.part, POWER['+'])}"
    written = _within(part, POWER["+"])
    return f" - {written[1:]}" if _is_negative(part) else f" + {written}"


def _within(node: Node, power: int) -> str:
    """Return the text of a part, in parentheses if it binds no tighter than ``power``."""
    written = text_of_node(node)
    return written if _power(node) > power else f"({written})"


def _power(node: Node) -> int:
    signs: dict[type, str] = {
        Or: "||",
        And: "&&",
        Compare: "==",
        In: "in",
        Contains: "in",
        Sum: "+",
        Product: "*",
    }
    sign = signs.get(type(node))
    if sign is not None:
        return POWER[sign]
    return UNARY_POWER if isinstance(node, Not | Negate) or _is_negative(node) else ATOM


def _is_negative(node: Node) -> bool:
    return (
        isinstance(node, Const)
        and isinstance(node.value, int | Decimal)
        and not node.unit
        and text_of_const(node).startswith("-")
    )
