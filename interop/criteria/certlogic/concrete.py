"""CertLogic on concrete data, as its specification says.

An expression that goes wrong on the way has no value; a rule without a value does not hold.

Source: CertLogic specification 1.3.2.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from interop.criteria.certlogic.data import reach
from interop.criteria.certlogic.moments import (
    AMOUNT_MAX,
    MONTH_AMOUNT_MAX,
    MONTHS_PER_YEAR,
    MS_PER_DAY,
    MS_PER_HOUR,
    UNITS,
    birth_of,
    moment_of,
    plus_months,
)
from interop.model.canonical import Json

UVCI_PREFIX: Final = "URN:UVCI:"
TRIPLE: Final = 3
ORDERS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
MOMENT_ORDERS: Final = {"before": "<", "after": ">", "not-after": "<=", "not-before": ">="}


class NoValue(Exception):
    """Say that the expression has no value; never leaves the room."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date-time, in milliseconds since 1970."""

    ms: int


@dataclass(frozen=True, slots=True)
class Row:
    """An evaluated array that may hold moments."""

    parts: "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class Scope:
    """The data of a reduction: what is folded so far, and the part at hand."""

    accumulator: "Value"
    current: "Value"


Value: TypeAlias = Json | Moment | Row
Data: TypeAlias = Json | Scope


def holds(expression: Json, data: Json) -> bool:
    """Return whether ``expression`` evaluates to ``true`` on ``data``."""
    try:
        return evaluate(expression, data) is True
    except NoValue:
        return False


def evaluate(expression: Json, data: Data) -> Value:
    """Return the value of ``expression``.

    Raises:
        NoValue: It has none: a type does not fit, or it is no CertLogic.
    """
    if isinstance(expression, bool | int | str):
        return expression
    if isinstance(expression, list):
        return _array(expression, data)
    if not isinstance(expression, dict) or len(expression) != 1:
        raise NoValue
    ((name, operands),) = expression.items()
    if name == "var":
        return _var(operands, data)
    run = OPERATIONS.get(name)
    if run is None or not isinstance(operands, list) or not operands:
        raise NoValue
    return run(operands, data)


def truthy(value: Value) -> bool:
    """Return whether ``value`` is truthy; raise NoValue if it is neither truthy nor falsy."""
    if isinstance(value, Moment):
        raise NoValue
    if isinstance(value, Row):
        return bool(value.parts)
    return bool(value)


def identical(left: Value, right: Value) -> bool:
    """Return whether two values are equal without coercion.

    Arrays, objects, moments and numbers that are no integers never are.
    """
    if isinstance(left, dict | list | float | Row | Moment):
        return False
    return type(left) is type(right) and left == right


def fragment_of(uvci: str, index: int) -> str | None:
    """Return the fragment of a certificate identifier; None if there is none so far on."""
    parts = re.split("[/#:]", uvci.removeprefix(UVCI_PREFIX))
    return parts[index] if 0 <= index < len(parts) else None


def _array(expression: list[Json], data: Data) -> Value:
    return Row(tuple(evaluate(part, data) for part in expression))


def _var(path: Json, data: Data) -> Value:
    if not isinstance(path, str):
        raise NoValue
    first, _, rest = path.partition(".")
    if isinstance(data, Scope):
        return _below(
            {"accumulator": data.accumulator, "current": data.current}.get(first), rest
        )
    return reach(data, tuple(path.split(".")) if path else ())


def _below(value: Value, rest: str) -> Value:
    path = tuple(rest.split(".")) if rest else ()
    if isinstance(value, Row) and path:
        index = int(path[0]) if path[0].isdigit() else len(value.parts)
        if index >= len(value.parts):
            return None
        return _below(value.parts[index], ".".join(path[1:]))
    if isinstance(value, Moment | Row):
        return None if path else value
    return reach(value, path)


def _if(operands: list[Json], data: Data) -> Value:
    if len(operands) < TRIPLE:
        raise NoValue
    return evaluate(operands[1 if truthy(evaluate(operands[0], data)) else 2], data)


def _and(operands: list[Json], data: Data) -> Value:
    if len(operands) < 2:  # noqa: PLR2004 -- the specification asks for two
        raise NoValue
    for operand in operands[:-1]:
        value = evaluate(operand, data)
        if not truthy(value):
            return value
    return evaluate(operands[-1], data)


def _not(operands: list[Json], data: Data) -> Value:
    return not truthy(evaluate(operands[0], data))


def _pair(operands: list[Json], data: Data) -> tuple[Value, Value]:
    if len(operands) != 2:  # noqa: PLR2004 -- the specification asks for two
        raise NoValue
    return evaluate(operands[0], data), evaluate(operands[1], data)


def _equal(operands: list[Json], data: Data) -> Value:
    return identical(*_pair(operands, data))


def _in(operands: list[Json], data: Data) -> Value:
    item, options = _pair(operands, data)
    if isinstance(options, Row):
        return any(identical(item, part) for part in options.parts)
    if not isinstance(options, list):
        raise NoValue
    return any(identical(item, part) for part in options)


def _plus(operands: list[Json], data: Data) -> Value:
    left, right = _pair(operands, data)
    return _int(left) + _int(right)


def _int(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NoValue
    return value


def _ordered(name: str) -> Callable[[list[Json], Data], Value]:
    order = ORDERS[MOMENT_ORDERS.get(name, name)]

    def compare(operands: list[Json], data: Data) -> Value:
        if not 2 <= len(operands) <= TRIPLE:  # noqa: PLR2004 -- or three
            raise NoValue
        values = [evaluate(operand, data) for operand in operands]
        read = _moment if name in MOMENT_ORDERS else _int
        numbers = [read(value) for value in values]
        return all(order(a, b) for a, b in pairwise(numbers))

    return compare


def _moment(value: Value) -> int:
    if not isinstance(value, Moment):
        raise NoValue
    return value.ms


def _plus_time(operands: list[Json], data: Data) -> Value:
    if len(operands) < TRIPLE:
        raise NoValue
    text, (amount, unit) = evaluate(operands[0], data), operands[1:3]
    ms = moment_of(text) if isinstance(text, str) else None
    if ms is None or unit not in UNITS:
        raise NoValue
    return Moment(_shifted(ms, _int(amount), str(unit)))


def _shifted(ms: int, amount: int, unit: str) -> int:
    if unit in {"day", "hour"}:
        if abs(amount) > AMOUNT_MAX:
            raise NoValue
        return ms + amount * (MS_PER_DAY if unit == "day" else MS_PER_HOUR)
    months = amount * (MONTHS_PER_YEAR if unit == "year" else 1)
    later = plus_months(ms, months) if abs(months) <= MONTH_AMOUNT_MAX else None
    if later is None:
        raise NoValue
    return later


def _birth(operands: list[Json], data: Data) -> Value:
    text = evaluate(operands[0], data)
    ms = birth_of(text) if isinstance(text, str) else None
    if ms is None:
        raise NoValue
    return Moment(ms)


def _uvci(operands: list[Json], data: Data) -> Value:
    uvci = evaluate(operands[0], data)
    if len(operands) < 2 or not (uvci is None or isinstance(uvci, str)):  # noqa: PLR2004 -- identifier and index
        raise NoValue
    index = _int(operands[1])
    return None if uvci is None else fragment_of(uvci, index)


def _reduce(operands: list[Json], data: Data) -> Value:
    if len(operands) < TRIPLE:
        raise NoValue
    folded = evaluate(operands[0], data)
    total = evaluate(operands[2], data)
    if folded is None:
        return total
    if not isinstance(folded, Row | list):
        raise NoValue
    for part in folded.parts if isinstance(folded, Row) else folded:
        total = evaluate(operands[1], Scope(total, part))
    return total


OPERATIONS: Final[Mapping[str, Callable[[list[Json], Data], Value]]] = {
    "if": _if,
    "and": _and,
    "!": _not,
    "===": _equal,
    "in": _in,
    "+": _plus,
    "plusTime": _plus_time,
    "dccDateOfBirth": _birth,
    "extractFromUVCI": _uvci,
    "extractFromUCI": _uvci,
    "reduce": _reduce,
} | {name: _ordered(name) for name in (*ORDERS, *MOMENT_ORDERS)}
