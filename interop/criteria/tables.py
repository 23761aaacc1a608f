"""Decision tables (决策表): rows of limits that lower to the tree a condition has.

A row says: in this case these limits hold. With ``unique`` every row is an implication of its
own, for no two may match one case; with ``first`` a row counts only where none before it
matches. A case that no row matches is met or not met, as the table says.

Source: DMN decision tables for the hit policies ``U`` and ``F``; the cells are of our language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from interop.criteria.faults import Fault, located
from interop.criteria.kinds import check_condition
from interop.criteria.nodes import (
    EXPRESSION_BYTES_MAX,
    And,
    Comparator,
    Compare,
    Const,
    Contains,
    Fact,
    In,
    Node,
    Not,
    Or,
    Present,
    children,
)
from interop.criteria.parser import parse
from interop.criteria.printer import text_of_node
from interop.criteria.reasons import (
    ITEM_LIMIT,
    TABLE_CELL,
    TABLE_SHAPE,
    TOO_LONG,
    UNKNOWN_FACT,
)
from interop.criteria.vocabulary import Vocabulary
from interop.errors import Reason
from interop.model.item import DecisionTable, FactType

ROWS_MAX: Final = 100
COLUMNS_MAX: Final = 20
ANYTHING: Final = "-"
ALWAYS: Final = Const(FactType.BOOL, value=True)

_SIGNS: Final = ("==", "!=", "<", ">", "in ", "in[")
_CONDITIONS: Final = (And, Or, Not, Compare, In, Contains, Present)
_OPPOSITE: Final[dict[Comparator, Comparator]] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row of a table; a cell that says nothing is left out."""

    given: tuple[Node, ...]
    limits: tuple[Node, ...]

    def matches(self) -> Node:
        """Return the condition under which the row matches."""
        return _all(self.given)


@dataclass(frozen=True, slots=True)
class TypedTable:
    """A table and its rows, typed."""

    table: DecisionTable
    rows: tuple[TypedRow, ...]

    def condition(self) -> Node:
        """Return the condition that the table stands for."""
        parts: list[Node] = []
        for place, row in enumerate(self.rows):
            earlier = self.before(place) if self.table.hit == "first" else ()
            ways_out = (*map(_opposite, row.given), *earlier)
            parts += [_any((*ways_out, limit)) for limit in row.limits]
        if self.table.otherwise == "not_met":
            parts.append(_any(self.before(len(self.rows))))
        return _all(parts)

    def before(self, place: int) -> tuple[Node, ...]:
        """Return when each row before ``place`` matches."""
        return tuple(row.matches() for row in self.rows[:place])


def read_table(
    table: DecisionTable, vocabulary: Vocabulary, path: str
) -> tuple[TypedTable | None, tuple[Reason, ...]]:
    """Return the table typed, or None and every fault with its row, column and place."""
    reasons = [*_check_shape(table, path), *_check_heads(table, vocabulary, path)]
    if reasons:
        return None, tuple(reasons)
    reader = _Cells(vocabulary)
    rows = tuple(
        TypedRow(
            tuple(reader.read(table.given, row.given, f"{path}.rows[{n}].given")),
            tuple(reader.read(table.limits, row.limits, f"{path}.rows[{n}].limits")),
        )
        for n, row in enumerate(table.rows)
    )
    if reader.reasons:
        return None, tuple(reader.reasons)
    typed = TypedTable(table, rows)
    size = len(text_of_node(typed.condition()).encode())
    if size > EXPRESSION_BYTES_MAX:
        return None, (TOO_LONG.of(field=path, expected=EXPRESSION_BYTES_MAX, got=size),)
    return typed, ()


def _check_shape(table: DecisionTable, path: str) -> Iterator[Reason]:
    columns = len(table.given) + len(table.limits)
    for name, count, limit in (
        (f"{path}.rows", len(table.rows), ROWS_MAX),
        (f"{path}.given", columns, COLUMNS_MAX),
    ):
        if count > limit:
            yield ITEM_LIMIT.of(field=name, expected=limit, got=count)
    for n, row in enumerate(table.rows[:ROWS_MAX]):
        for name, cells, heads in (
            ("given", row.given, table.given),
            ("limits", row.limits, table.limits),
        ):
            if len(cells) != len(heads):
                place = f"{path}.rows[{n}].{name}"
                yield TABLE_SHAPE.of(field=place, expected=len(heads), got=len(cells))


def _check_heads(table: DecisionTable, vocabulary: Vocabulary, path: str) -> Iterator[Reason]:
    for name, heads in (("given", table.given), ("limits", table.limits)):
        for n, head in enumerate(heads[:COLUMNS_MAX]):
            if head not in vocabulary.facts:
                fault = Fault(UNKNOWN_FACT, 0, vocabulary.near(head), head)
                yield from located([fault], head, f"{path}.{name}[{n}]")


class _Cells:
    """Reads cells; what is wrong with them is gathered in ``reasons``."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.reasons: list[Reason] = []

    def read(self, heads: Sequence[str], cells: Sequence[str], path: str) -> Iterator[Node]:
        """Yield what each cell says, save those that say nothing."""
        for n, (head, cell) in enumerate(zip(heads, cells, strict=True)):
            if cell.strip() != ANYTHING:
                node, faults = self._cell(head, cell)
                self.reasons.extend(located(faults, cell, f"{path}[{n}]"))
                if node is not None:
                    yield node

    def _cell(self, head: str, cell: str) -> tuple[Node | None, list[Fault]]:
        signed = cell.lstrip().startswith(_SIGNS)
        before = f"{head} " if signed else f"{head} == "
        node, faults = parse(before + cell)
        if node is not None:
            known = _is_about(node, head)
            other = (Fault(TABLE_CELL, len(before), head, cell),)
            faults = check_condition(node, self._vocabulary) if known else other
        # The reader sees the cell alone.
        moved = [replace(fault, at=max(0, fault.at - len(before))) for fault in faults]
        return (None if faults else node), moved


def _is_about(node: Node, head: str) -> bool:
    """Return whether ``node`` is one comparison of the fact that heads the column."""
    if isinstance(node, In):
        return node.item == Fact(head)
    if not isinstance(node, Compare) or node.left != Fact(head):
        return False
    below = [node.right]
    while below:
        part = below.pop()
        if isinstance(part, _CONDITIONS):
            return False
        below.extend(children(part))
    return True


def _opposite(cell: Node) -> Node:
    return replace(cell, op=_OPPOSITE[cell.op]) if isinstance(cell, Compare) else Not(cell)


def _all(parts: Sequence[Node]) -> Node:
    found = tuple(part for whole in parts for part in _split(whole, And) if part != ALWAYS)
    return And(found) if len(found) > 1 else next(iter(found), ALWAYS)


def _any(parts: Sequence[Node]) -> Node:
    found = tuple(part for whole in parts for part in _split(whole, Or))
    if ALWAYS in found:
        return ALWAYS
    return Or(found) if len(found) > 1 else found[0]


def _split(node: Node, chain: type[And] | type[Or]) -> tuple[Node, ...]:
    return node.parts if isinstance(node, chain) else (node,)
