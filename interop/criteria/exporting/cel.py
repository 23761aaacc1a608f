"""A condition in the Common Expression Language.

The variables stand in a map ``facts`` under the names of :mod:`variables`; days are days
since 1970-01-01, decimals are millionths. A missing variable is an error there, and ``&&``
and ``||`` leave an error aside where the other side decides: what is unknown here is an error
there, and nothing else is. Integers have 64 bits: a sum beyond ±2^63 is an error as well.

Source: CEL language definition, Logical Operators, Field Selection.
"""

import json
import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from interop.criteria.canonical_form import type_of
from interop.criteria.evaluation import Facts
from interop.criteria.exporting.variables import days_from, values_of, whole_sum
from interop.criteria.nodes import (
    And,
    Compare,
    Const,
    Contains,
    Fact,
    In,
    Node,
    Not,
    Or,
    Present,
)
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import NUMBERS, Vocabulary
from interop.model.canonical import Json
from interop.model.item import FactType

EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
ORDERS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def cel_of(node: Node, vocabulary: Vocabulary) -> str:
    """Return the typed condition ``node`` as a CEL expression."""
    return _Writer(vocabulary).text(node)


def cel_facts(node: Node, vocabulary: Vocabulary, facts: Facts, on: date) -> dict[str, Json]:
    """Return the map ``facts`` for an expression of ``node``; what is not known is left out."""
    return {
        name: value.toordinal() - EPOCH_DAY if isinstance(value, date) else _json(value)
        for name, value in values_of(node, vocabulary, facts, on).items()
    }


def _json(value: bool | int | str | list[str]) -> Json:  # noqa: FBT001 -- a value to pass on, no switch
    return [*value] if isinstance(value, list) else value


class _Writer:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def text(self, node: Node) -> str:
        """Return a condition."""
        match node:
            case Const():
                return _literal(node)
            case Not():
                return f"!({self.text(node.part)})"
            case And() | Or():
                sign = " && " if isinstance(node, And) else " || "
                return sign.join(f"({self.text(part)})" for part in node.parts)
            case _:
                return self._atom(node)

    def _atom(self, node: Node) -> str:
        match node:
            case Compare():
                return self._compare(node)
            case In():
                return self._among(node)
            case Contains():
                return f"{_literal(node.item)} in {_variable(node.fact)}"
            case Present():
                return self._present(node.fact)
            case _:
                return _variable(node)

    def _compare(self, node: Compare) -> str:
        kind = type_of(node.left, self._vocabulary)
        if kind in NUMBERS:
            return self._numbers(node)
        if kind is FactType.BOOL:
            return f"({self.text(node.left)}) {node.op} ({self.text(node.right)})"
        write = _day if kind is FactType.DATE else _word
        return f"{write(node.left)} {node.op} {write(node.right)}"

    def _numbers(self, node: Compare) -> str:
        terms, constant = whole_sum(node, self._vocabulary)
        if not terms:
            return "true" if ORDERS[node.op](constant, 0) else "false"
        added = " + ".join(
            _variable(t) if n == 1 else f"{_variable(t)} * {n}" for t, n in terms
        )
        return f"{added} {node.op} {-constant}"

    def _among(self, node: In) -> str:
        if type_of(node.item, self._vocabulary) in {*NUMBERS, FactType.DATE}:
            parts = (Compare("==", node.item, option) for option in node.options)
            return " || ".join(f"({self._compare(part)})" for part in parts)
        options = ", ".join(_literal(option) for option in node.options)
        return f"{_word(node.item)} in [{options}]"

    def _present(self, fact: Fact) -> str:
        variable = _variable(fact)
        match self._vocabulary.facts[fact.name].type:
            case FactType.SET:
                return f"size({variable}) > 0"
            case FactType.TEXT | FactType.ENUM:
                return f'{variable} != ""'
            case _:
                return f"{variable} == {variable}"


def _variable(node: Node) -> str:
    name = text_of_node(node)
    return f"facts[{json.dumps(name, ensure_ascii=False)}]"


def _word(node: Node) -> str:
    return _literal(node) if isinstance(node, Const) else _variable(node)


def _day(node: Node) -> str:
    start, days = days_from(node)
    if isinstance(start, Const) and isinstance(start.value, date):
        return str(start.value.toordinal() - EPOCH_DAY + days)
    return f"{_variable(start)} + {days}" if days else _variable(start)


def _literal(const: Const) -> str:
    return json.dumps(
        str(const.value) if isinstance(const.value, str) else bool(const.value),
        ensure_ascii=False,
    )
