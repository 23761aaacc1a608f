"""Text of a condition to its tree: a small Pratt parser for a subset of CEL.

Grammar, loosest first::

    ||   &&   == != < <= > >= in   + -   *   ! -   .plus_days(n) .plus_months(n)

Facts are dotted names; literals are ``true``, ``12``, ``1.5``, ``"text"``,
``date("2026-01-01")`` and ``quantity(12, "m")``; ``on`` is the day of the decision. Functions
are ``has(fact)``, ``years_between(start, end)``, ``set_fact.contains("x")``; all and any of a
list are ``set_fact.contains_all(["x", "y"])`` and ``contains_any``, short for a chain of them.
There is no ternary, no arithmetic on text and no loop.

Source: the Common Expression Language (CEL) for the syntax it shares.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, cast

from interop.criteria.faults import Fault, Unreadable
from interop.criteria.lexer import Token, number_of, text_of, tokens_of
from interop.criteria.nodes import (
    DAY_MAX,
    DAY_MIN,
    EXPRESSION_BYTES_MAX,
    FACTORS_MAX,
    LIST_ITEMS_MAX,
    NESTING_MAX,
    SHIFT_DAYS_MAX,
    SHIFT_MONTHS_MAX,
    And,
    Comparator,
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
    ShiftUnit,
    Sum,
    Today,
    YearsBetween,
    deepest,
)
from interop.criteria.reasons import (
    BAD_DAY,
    LIMIT,
    NESTING,
    SYNTAX,
    TOO_LONG,
    UNKNOWN_FUNCTION,
)
from interop.criteria.words import TYPE_WORDS, Words
from interop.model.item import FactType

POWER: Final = {"||": 1, "&&": 2, "in": 3, "+": 4, "-": 4, "*": 5} | dict.fromkeys(
    ("==", "!=", "<", "<=", ">", ">="), 3
)
UNARY_POWER: Final = 6
RESERVED: Final = frozenset({"true", "false", "in", "on"})
METHODS: Final = ("contains", "contains_all", "contains_any", "plus_days", "plus_months")
FUNCTIONS: Final = ("date", "has", "quantity", "years_between")
SHIFTS: Final[dict[str, tuple[ShiftUnit, int]]] = {
    "plus_days": ("days", SHIFT_DAYS_MAX),
    "plus_months": ("months", SHIFT_MONTHS_MAX),
}
A_VALUE: Final = ("值", "a value")
NO_CHAIN: Final = (
    "`&&`、`||` 或结尾，比较不能连写",
    "`&&`, `||` or the end: comparisons do not chain",
)
A_QUANTITY: Final = (
    '数和计量单位，如 `quantity(12, "m")`',
    'a number and its unit, such as `quantity(12, "m")`',
)
KEPT_MAX: Final = 4_096
KEPT_BYTES_MAX: Final = 1_024
DAY_WINDOW: Final = f"{DAY_MIN} … {DAY_MAX}"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse(text: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """Return the tree of ``text``, or None and every fault found before it stopped.

    Text over 256 KiB and nesting over 64 levels are refused; nothing is ever raised.
    """
    size = len(text.encode(errors="surrogatepass"))
    if size > EXPRESSION_BYTES_MAX:
        return None, (Fault(TOO_LONG, 0, str(EXPRESSION_BYTES_MAX), str(size)),)
    return _kept(text) if size <= KEPT_BYTES_MAX else _parsed(text)


def _parsed(text: str) -> tuple[Node | None, tuple[Fault, ...]]:
    tokens, faults = tokens_of(text)
    if faults:
        return None, faults
    try:
        node = _Parser(tokens).whole()
    except Unreadable as stop:
        return None, (stop.fault,)
    height, place = deepest(node)
    if height > NESTING_MAX:
        return None, (Fault(NESTING, place.at, str(NESTING_MAX)),)
    return node, ()


# The items of all districts repeat the conditions of the common one.
_kept = lru_cache(maxsize=KEPT_MAX)(_parsed)


def day_in(text: str) -> date | None:
    """Return the day written ``YYYY-MM-DD`` within 1800 … 2999, or None."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and DAY_MIN <= day <= DAY_MAX else None


class _Parser:
    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._next = 0
        self._level = 0

    # Tokens.

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _take(self, sign: str) -> bool:
        if self._token.kind != "sign" or self._token.text != sign:
            return False
        self._next += 1
        return True

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected(f"`{sign}`")

    def _unexpected(self, expected: str | Words) -> Unreadable:
        found: str | Words = self._token.text or ("结尾", "the end")
        return Unreadable(Fault(SYNTAX, self._token.at, expected, found))

    # Expressions.

    def whole(self) -> Node:
        node = self._expression(0)
        if self._token.kind != "end":
            raise self._unexpected(("运算符或结尾", "an operator or the end"))
        return node

    def _expression(self, floor: int) -> Node:
        self._level += 1
        if self._level > NESTING_MAX:
            raise Unreadable(Fault(NESTING, self._token.at, str(NESTING_MAX)))
        node = self._postfix(self._prefix())
        while (power := self._power()) > floor:
            node = self._infix(node, power)
        self._level -= 1
        return node

    def _power(self) -> int:
        operator = self._token.kind == "sign" or self._token.text == "in"
        return POWER.get(self._token.text, 0) if operator else 0

    def _prefix(self) -> Node:
        token = self._token
        if token.kind == "number":
            return _constant(number_of(self._advance()), token.at)
        if token.kind == "text":
            return Const(FactType.TEXT, text_of(self._advance()), at=token.at)
        if token.kind == "name":
            return self._named()
        if self._take("("):
            node = self._expression(0)
            self._expect(")")
            return node
        if self._take("!"):
            return Not(self._expression(UNARY_POWER), token.at)
        if self._take("-"):
            return _negated(self._expression(UNARY_POWER), token.at)
        raise self._unexpected(A_VALUE)

    def _infix(self, left: Node, power: int) -> Node:
        token = self._advance()
        if token.text == "in":
            return self._alone(self._membership(left, token.at))
        if token.text in {"||", "&&", "*"}:
            return self._chain(left, token.text, power)
        if token.text in {"+", "-"}:
            return self._sum(left, token, power)
        right = self._expression(power)
        return self._alone(Compare(cast("Comparator", token.text), left, right, token.at))

    def _chain(self, left: Node, sign: str, power: int) -> Node:
        parts = [left, self._expression(power)]
        while self._take(sign):
            parts.append(self._expression(power))
        if sign != "*":
            return (And if sign == "&&" else Or)(tuple(parts), left.at)
        if len(parts) > FACTORS_MAX:
            raise Unreadable(
                Fault(LIMIT, left.at, f"{FACTORS_MAX} factors", f"{len(parts)} factors")
            )
        return Product(tuple(parts), left.at)

    def _sum(self, left: Node, first: Token, power: int) -> Node:
        parts, sign = [left], first
        while True:
            part = self._expression(power)
            parts.append(part if sign.text == "+" else _negated(part, sign.at))
            if self._token.kind != "sign" or self._token.text not in {"+", "-"}:
                return Sum(tuple(parts), left.at)
            sign = self._advance()

    def _alone(self, node: Node) -> Node:
        if self._power() == POWER["=="]:
            raise self._unexpected(NO_CHAIN)
        return node

    def _membership(self, item: Node, at: int) -> Node:
        if self._token.kind == "name":
            if not isinstance(item, Const):
                raise Unreadable(
                    Fault(
                        SYNTAX,
                        item.at,
                        ("`in` 前的常量", "a literal before `in`"),
                        ("表达式", "an expression"),
                    )
                )
            return Contains(self._fact(), item, at)
        return In(item, self._list(at), at)

    def _list(self, at: int) -> tuple[Const, ...]:
        self._expect("[")
        options = [self._literal()]
        while self._take(","):
            options.append(self._literal())
        self._expect("]")
        if len(options) > LIST_ITEMS_MAX:
            raise Unreadable(
                Fault(LIMIT, at, f"{LIST_ITEMS_MAX} values", f"{len(options)} values")
            )
        return tuple(options)

    def _literal(self) -> Const:
        node = self._expression(UNARY_POWER)
        if not isinstance(node, Const):
            raise Unreadable(
                Fault(SYNTAX, node.at, ("常量", "a literal"), ("表达式", "an expression"))
            )
        return node

    # Names, functions, methods.

    def _fact(self) -> Fact:
        token = self._token
        if token.kind != "name" or token.text in RESERVED:
            raise self._unexpected(("事实名称", "the name of a fact"))
        return Fact(self._advance().text, token.at)

    def _named(self) -> Node:
        token = self._advance()
        if self._token.kind == "sign" and self._token.text == "(":
            head, _, method = token.text.rpartition(".")
            return (
                self._method(_fact_or_today(head, token.at), method)
                if head
                else (self._function(token))
            )
        if token.text in {"true", "false"}:
            return Const(FactType.BOOL, token.text == "true", at=token.at)
        if token.text == "in":
            self._next -= 1
            raise self._unexpected(A_VALUE)
        return _fact_or_today(token.text, token.at)

    def _function(self, token: Token) -> Node:
        readers: dict[str, Callable[[int], Node]] = {
            "date": self._date,
            "has": self._has,
            "quantity": self._quantity,
            "years_between": self._years_between,
        }
        reader = readers.get(token.text)
        if reader is None:
            raise Unreadable(
                Fault(UNKNOWN_FUNCTION, token.at, ", ".join(FUNCTIONS + METHODS), token.text)
            )
        self._expect("(")
        node = reader(token.at)
        self._expect(")")
        return node

    def _date(self, at: int) -> Node:
        if self._token.kind != "text":
            raise self._unexpected(('日期，如 `"2026-01-01"`', 'a day such as `"2026-01-01"`'))
        written = text_of(self._advance())
        day = day_in(written)
        if day is None:
            raise Unreadable(Fault(BAD_DAY, at, DAY_WINDOW, written))
        return Const(FactType.DATE, day, at=at)

    def _has(self, at: int) -> Node:
        return Present(self._fact(), at)

    def _quantity(self, at: int) -> Node:
        number = self._literal()
        self._expect(",")
        if number.type not in {FactType.INT, FactType.DECIMAL} or self._token.kind != "text":
            raise self._unexpected(A_QUANTITY)
        return Const(number.type, number.value, text_of(self._advance()), at)

    def _years_between(self, at: int) -> Node:
        start = self._expression(0)
        self._expect(",")
        return YearsBetween(start, self._expression(0), at)

    def _postfix(self, node: Node) -> Node:
        steps = 0
        while self._take("."):
            steps += 1
            if self._token.kind != "name":
                raise self._unexpected(("函数名称", "the name of a function"))
            if steps > NESTING_MAX:
                raise Unreadable(Fault(NESTING, self._token.at, str(NESTING_MAX)))
            node = self._method(node, self._advance().text)
        return node

    def _method(self, node: Node, name: str) -> Node:
        self._expect("(")
        if name in SHIFTS:
            result: Node = self._shift(node, name)
        elif name == "contains" and isinstance(node, Fact):
            result = Contains(node, self._literal(), node.at)
        elif name in ("contains_all", "contains_any") and isinstance(node, Fact):
            held = tuple(Contains(node, item, item.at) for item in self._list(node.at))
            chain = And if name == "contains_all" else Or
            result = chain(held, node.at) if len(held) > 1 else held[0]
        else:
            raise Unreadable(
                Fault(UNKNOWN_FUNCTION, node.at, ", ".join(FUNCTIONS + METHODS), name)
            )
        self._expect(")")
        return result

    def _shift(self, node: Node, name: str) -> Node:
        amount = self._literal()
        unit, limit = SHIFTS[name]
        if amount.type is not FactType.INT or amount.unit:
            raise Unreadable(
                Fault(SYNTAX, amount.at, TYPE_WORDS[FactType.INT], TYPE_WORDS[amount.type])
            )
        value = int(cast("int", amount.value))
        if abs(value) > limit:
            raise Unreadable(Fault(LIMIT, amount.at, f"{limit} {unit}", f"{value} {unit}"))
        return Shift(node, unit, value, node.at)


def _constant(value: int | Decimal, at: int) -> Const:
    return Const(FactType.INT if isinstance(value, int) else FactType.DECIMAL, value, at=at)


def _negated(node: Node, at: int) -> Node:
    if isinstance(node, Const) and node.type in {FactType.INT, FactType.DECIMAL}:
        return Const(node.type, -cast("int | Decimal", node.value), node.unit, at)
    return Negate(node, at)


def _fact_or_today(name: str, at: int) -> Node:
    return Today(at) if name == "on" else Fact(name, at)
