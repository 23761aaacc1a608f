"""Rows of a decision table that never count, and rows that match one case though none may."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from interop.criteria.criterion import Criterion, TypedClause
from interop.criteria.lint.reasons import TABLE_DEAD, TABLE_OVERLAP
from interop.criteria.nodes import And, Node, Not, facts_of
from interop.criteria.prove.inquiry import Found, Inquiry, Outcome
from interop.criteria.prove.reasons import LINT_UNDECIDED
from interop.criteria.prove.solver import Solver
from interop.criteria.tables import TypedTable
from interop.criteria.wording import told
from interop.errors import Reason
from interop.model.item import Clause


class TableLint:
    """One table of a criterion, asked about row by row."""

    def __init__(
        self, criterion: Criterion, table: TypedTable, solver: Solver, path: str
    ) -> None:
        self._table = table
        self._path = path
        self._places = range(len(table.rows))
        cases = [*(self._counts(n) for n in self._places), *(r.matches() for r in table.rows)]
        asked = replace(criterion, clauses=tuple(map(_clause, cases)), materials=())
        self._inquiry = Inquiry((asked,), solver)
        numbers = [self._inquiry.number(node) for node in cases]
        self._counting, self._matching = numbers[: len(table.rows)], numbers[len(table.rows) :]

    def odd(self) -> Iterator[Reason]:
        """Yield dead rows; where the hit policy is ``unique``, also rows that overlap."""
        live: list[int] = []
        for place in self._places:
            found = self._find(self._counting[place])
            if found == "none":
                yield TABLE_DEAD.of(field=self._row(place))
            else:
                live.append(place)
            if found == "undecided":
                yield LINT_UNDECIDED.of(field=self._row(place))
        if self._table.table.hit == "unique":
            yield from (reason for place in live for reason in self._overlap(place, live))

    def _counts(self, place: int) -> Node:
        """Return when the row counts: it matches, and with ``first`` none before it does."""
        matches = self._table.rows[place].matches()
        before = self._table.before(place) if self._table.table.hit == "first" else ()
        return And((matches, *map(Not, before))) if before else matches

    def _overlap(self, place: int, live: Sequence[int]) -> Iterator[Reason]:
        """Yield the first earlier row that matches a case of this one."""
        for early in live[: live.index(place)]:
            found = self._find(self._matching[early], self._matching[place])
            if isinstance(found, Found):
                yield TABLE_OVERLAP.of(
                    field=self._row(place),
                    expected=f"rows[{early}]",
                    got=", ".join(self._case(found, early, place)),
                )
                return
            if found == "undecided":
                yield LINT_UNDECIDED.of(field=self._row(place))

    def _case(self, found: Found, *places: int) -> Iterator[str]:
        known = self._inquiry.domain.vocabulary.facts
        cells = (cell for place in places for cell in self._table.rows[place].given)
        for name in dict.fromkeys(name for cell in cells for name in facts_of(cell)):
            yield f"{name} = {told(found.applicant.facts[name], known[name], 'en')}"

    def _find(self, *numbers: int) -> Outcome:
        return self._inquiry.find(frozenset(numbers), None)

    def _row(self, place: int) -> str:
        return f"{self._path}.rows[{place}]"


def _clause(when: Node) -> TypedClause:
    return TypedClause(Clause(id="row", zh="", en=""), when, ())
