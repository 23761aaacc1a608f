"""A condition in FEEL, the expression language of DMN.

It reads the variables of :mod:`variables` under names without dots; for complete facts it
holds exactly where the condition does. A missing variable is ``null`` there, and what FEEL
makes of ``null`` is its own matter.

Source: DMN 1.3, chapter 10 (FEEL).
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, cast

from interop.criteria.canonical_form import type_of
from interop.criteria.exporting.variables import days_from, variables_of
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
    Sum,
)
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import Vocabulary
from interop.model.item import FactType

TYPES: Final[Mapping[FactType, str]] = {
    FactType.BOOL: "boolean",
    FactType.INT: "number",
    FactType.DECIMAL: "number",
    FactType.DATE: "date",
    FactType.ENUM: "string",
    FactType.TEXT: "string",
    FactType.SET: "Any",
}

_NO_NAME = re.compile(r"[^a-z0-9]+")


def feel_names(nodes: Iterable[Node]) -> dict[str, str]:
    """Return the name in FEEL of each variable that ``nodes`` read, no name twice."""
    found: dict[str, str] = {}
    for text in (text_of_node(v) for node in nodes for v in variables_of(node)):
        if text not in found:
            name = _NO_NAME.sub("_", text).strip("_")
            taken = found.values()
            while name in taken:
                name += "_"
            found[text] = name
    return found


def feel_of(node: Node, vocabulary: Vocabulary, names: Mapping[str, str]) -> str:
    """Return the typed condition ``node`` in FEEL, its variables called as ``names`` says."""
    return _Writer(vocabulary, names).text(node)


class _Writer:
    def __init__(self, vocabulary: Vocabulary, names: Mapping[str, str]) -> None:
        self._vocabulary = vocabulary
        self._names = names

    def text(self, node: Node) -> str:
        match node:
            case Not():
                return f"not({self.text(node.part)})"
            case And() | Or():
                sign = " and " if isinstance(node, And) else " or "
                return sign.join(f"({self.text(part)})" for part in node.parts)
            case Compare():
                op = "=" if node.op == "==" else node.op
                return f"({self._side(node.left)}) {op} ({self._side(node.right)})"
            case _:
                return self._atom(node)

    def _atom(self, node: Node) -> str:
        match node:
            case In():
                return " or ".join(
                    f"({self._side(node.item)}) = {self._side(option)}"
                    for option in node.options
                )
            case Contains():
                return f"list contains({self._side(node.fact)}, {self._side(node.item)})"
            case Present():
                return self._present(node.fact)
            case _:
                return self._side(node)

    def _present(self, fact: Fact) -> str:
        name = self._side(fact)
        match self._vocabulary.facts[fact.name].type:
            case FactType.SET:
                return f"count({name}) > 0"
            case FactType.TEXT | FactType.ENUM:
                return f'{name} != ""'
            case _:
                return f"{name} = {name}"

    def _side(self, node: Node) -> str:
        match node:
            case Const():
                return _literal(node)
            case Sum():
                return " + ".join(f"({self._side(part)})" for part in node.parts)
            case Product():
                return " * ".join(f"({self._side(part)})" for part in node.parts)
            case Negate():
                return f"-({self._side(node.part)})"
            case Not() | And() | Or() | Compare() | In() | Contains() | Present():
                return self.text(node)
            case _:
                return self._named(node)

    def _named(self, node: Node) -> str:
        """Return a variable; a day, as far as it is counted in days, from one."""
        start, days = node, 0
        if type_of(node, self._vocabulary) is FactType.DATE:
            start, days = days_from(node)
        known = self._names.get(text_of_node(start))
        said = _literal(cast("Const", start)) if known is None else known
        if not days:
            return said
        return f'{said} + duration("{"-" if days < 0 else ""}P{abs(days)}D")'


def _literal(const: Const) -> str:
    value = const.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return format(value, "f") if not isinstance(value, int) else str(value)
