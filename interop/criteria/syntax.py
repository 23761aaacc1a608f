"""Python's own syntax nodes, as the code generator needs them."""

import ast
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from interop.criteria.nodes import Comparator

_OPS: Final[dict[Comparator, type[ast.cmpop]]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
_TENTHS_MAX: Final = 60


class Constants:
    """The values that generated code names, each under one name."""

    def __init__(self) -> None:
        self.names: dict[str, object] = {}

    def kept(self, value: object) -> ast.expr:
        """Return a name for ``value``."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return local(name)

    def literal(self, value: bool | int | str | Decimal | date | Fraction) -> ast.expr:  # noqa: FBT001 -- a value, no switch
        """Return ``value`` as a node: written out if Python has a literal for it."""
        if isinstance(value, bool | int | str):
            return ast.Constant(value)
        return self.kept(value)

    def span(self, days: int) -> ast.expr:
        """Return a number of days to add."""
        return self.kept(timedelta(days=days))


def simplest(value: Fraction) -> int | Decimal | Fraction:
    """Return the same number in the type that is fastest to compare with."""
    if value.denominator == 1:
        return value.numerator
    for digits in range(1, _TENTHS_MAX):
        scaled = value * 10**digits
        if scaled.denominator == 1 and abs(scaled.numerator) < 10**_TENTHS_MAX:
            return Decimal(f"{scaled.numerator}e-{digits}")
    return value


def local(name: str) -> ast.expr:
    """Return the value of a name."""
    return ast.Name(name, ast.Load())


def assigned(name: str, value: ast.expr) -> ast.stmt:
    """Return ``name = value``."""
    return ast.Assign([ast.Name(name, ast.Store())], value)


def marked(mask: str, bit: int) -> list[ast.stmt]:
    """Return ``mask |= bit``."""
    return [ast.AugAssign(ast.Name(mask, ast.Store()), ast.BitOr(), ast.Constant(bit))]


def related(left: ast.expr, op: Comparator, right: ast.expr) -> ast.expr:
    """Return ``left op right``."""
    return ast.Compare(left, [_OPS[op]()], [right])


def member(item: ast.expr, options: ast.expr) -> ast.expr:
    """Return ``item in options``."""
    return ast.Compare(item, [ast.In()], [options])


def absent(name: str) -> ast.expr:
    """Return ``name is None``."""
    return ast.Compare(local(name), [ast.Is()], [ast.Constant(None)])


def stated(name: str) -> ast.expr:
    """Return ``name is not None``."""
    return ast.Compare(local(name), [ast.IsNot()], [ast.Constant(None)])


def negated(part: ast.expr) -> ast.expr:
    """Return ``not part``."""
    return ast.UnaryOp(ast.Not(), part)


def both(parts: Sequence[ast.expr]) -> ast.expr:
    """Return ``a and b and …``."""
    return ast.BoolOp(ast.And(), list(parts)) if len(parts) > 1 else parts[0]


def either(parts: Sequence[ast.expr]) -> ast.expr:
    """Return ``a or b or …``."""
    return ast.BoolOp(ast.Or(), list(parts)) if len(parts) > 1 else parts[0]


def call(function: ast.expr, *arguments: ast.expr) -> ast.expr:
    """Return ``function(arguments)``."""
    return ast.Call(function, list(arguments), [])


def answered(unknown: ast.expr) -> ast.stmt:
    """Return ``return fail, unknown``."""
    return ast.Return(ast.Tuple([local("fail"), unknown], ast.Load()))


def unpacked(names: Sequence[str], value: ast.expr) -> ast.stmt:
    """Return ``a, b, … = value``."""
    targets: list[ast.expr] = [ast.Name(name, ast.Store()) for name in names]
    return ast.Assign([ast.Tuple(targets, ast.Store())], value)
