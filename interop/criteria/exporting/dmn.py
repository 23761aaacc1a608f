"""Criteria as DMN: one decision for each clause, a decision table where it was written as one.

A table of ours becomes one of hit policy ``FIRST``, its cells as unary tests: for each row a
rule that is met within its limits and one that is not met beyond them, then what a case comes
to that no row matches. With ``unique`` no two rows match one case, so the order is no matter.

Source: DMN 1.3 (OMG formal/21-02-01), chapters 7 and 8.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from lxml import etree

from interop.criteria.criterion import Criterion, TypedClause
from interop.criteria.exporting.feel import TYPES, feel_names, feel_of
from interop.criteria.exporting.variables import variables_of
from interop.criteria.nodes import Compare, Const, Fact, In, Node, Not, YearsBetween
from interop.criteria.printer import text_of_node
from interop.criteria.tables import TypedTable
from interop.criteria.vocabulary import Vocabulary
from interop.model.item import FactType

NAMESPACE: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
ANYTHING: Final = "-"
# Input expression, which of several on it, type.
Column: TypeAlias = tuple[str, int, str]
MET, NOT_MET = "true", "false"


def dmn_of(criterion: Criterion) -> str:
    """Return the criteria as a DMN document; its inputs are the facts that clauses read."""
    return _Writer(criterion).document()


class _Writer:
    def __init__(self, criterion: Criterion) -> None:
        self._criterion = criterion
        self._vocabulary: Vocabulary = criterion.vocabulary
        nodes = [node for row in criterion.clauses for node in _read(row)]
        self._names = feel_names(nodes)
        self._variables = {text_of_node(v): v for node in nodes for v in variables_of(node)}

    def document(self) -> str:
        item = self._criterion.item
        root = etree.Element(_tag("definitions"), nsmap={"dmn": NAMESPACE})
        root.set("id", f"{item.item}-{item.region}")
        root.set("name", f"{item.zh} {item.region} {item.version}")
        root.set("namespace", f"urn:criteria:{self._criterion.digest}")
        for text, name in self._names.items():
            given = _below(root, "inputData", id=f"in.{name}", name=name)
            _below(given, "variable", name=name, typeRef=self._type(self._variables[text]))
        for row in self._criterion.clauses:
            self._decision(root, row)
        return etree.tostring(root, pretty_print=True, encoding="unicode")

    def _decision(self, root: etree._Element, row: TypedClause) -> None:
        clause = row.clause
        decision = _below(root, "decision", id=f"clause.{clause.id}", name=clause.zh)
        _below(decision, "variable", name=clause.id, typeRef="boolean")
        read = (text_of_node(v) for node in _read(row) for v in variables_of(node))
        for text in dict.fromkeys(read):
            asked = _below(decision, "informationRequirement")
            _below(asked, "requiredInput", href=f"#in.{self._names[text]}")
        if row.table is None:
            _text(_below(decision, "literalExpression"), self._feel(row.when))
        else:
            self._table(decision, row.table)

    def _table(self, decision: etree._Element, typed: TypedTable) -> None:
        table = _below(decision, "decisionTable", hitPolicy="FIRST")
        rules: list[tuple[dict[Column, str], str]] = []
        for row in typed.rows:
            rules.append((self._entries((*row.given, *row.limits)), MET))
            rules.append((self._entries(row.given), NOT_MET))
        rules.append(({}, MET if typed.table.otherwise == "met" else NOT_MET))
        columns = tuple(dict.fromkeys(column for entries, _ in rules for column in entries))
        for text, _, type_ in columns:
            given = _below(table, "input")
            _text(_below(given, "inputExpression", typeRef=type_), text)
        _below(table, "output", name="met", typeRef="boolean")
        for entries, met in rules:
            rule = _below(table, "rule")
            for column in columns:
                _text(_below(rule, "inputEntry"), entries.get(column, ANYTHING))
            _text(_below(rule, "outputEntry"), met)

    def _entries(self, cells: Sequence[Node]) -> dict[Column, str]:
        """Return the entry of each cell by its column; a fact tested twice has two columns."""
        found: dict[Column, str] = {}
        for cell in cells:
            text, entry, type_ = self._entry(cell)
            place = sum(column[0] == text for column in found)
            found[text, place, type_] = entry
        return found

    def _entry(self, cell: Node) -> tuple[str, str, str]:
        """Return input, unary test and type; what is no unary test becomes an input of its own.

        A unary test compares with a literal or a variable only.
        """
        match cell:
            case Compare(left=Fact() as fact, right=Const() | Fact()):
                value = self._feel(cell.right)
                entry = {"==": value, "!=": f"not({value})"}.get(cell.op, f"{cell.op} {value}")
            case In(item=Fact() as fact):
                entry = ", ".join(self._feel(option) for option in cell.options)
            case Not(part=In(item=Fact() as fact) as among):
                entry = f"not({', '.join(self._feel(option) for option in among.options)})"
            case _:
                return self._feel(cell), MET, "boolean"
        return self._feel(fact), entry, self._type(fact)

    def _feel(self, node: Node) -> str:
        return feel_of(node, self._vocabulary, self._names)

    def _type(self, variable: Node) -> str:
        if isinstance(variable, Fact):
            return TYPES[self._vocabulary.facts[variable.name].type]
        number = isinstance(variable, YearsBetween)
        return TYPES[FactType.INT if number else FactType.DATE]


def _read(row: TypedClause) -> tuple[Node, ...]:
    """Return what is written of a clause: its condition, or the cells of its table."""
    if row.table is None:
        return (row.when,)
    return tuple(cell for line in row.table.rows for cell in (*line.given, *line.limits))


def _below(parent: etree._Element, kind: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(kind), attributes)


def _text(parent: etree._Element, text: str) -> None:
    _below(parent, "text").text = text


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
