"""Clauses without effect, clauses that contradict each other, tables with such rows."""

from collections.abc import Iterator, Mapping
from typing import Final

from interop.criteria.criterion import Criterion
from interop.criteria.judge import MATERIAL_PREFIX
from interop.criteria.lint.tables import TableLint
from interop.criteria.prove.domain import INTAKE, MERITS, requirements_of
from interop.criteria.prove.inquiry import Conditions, Inquiry, Outcome
from interop.criteria.prove.reasons import (
    ALWAYS_MET,
    LINT_UNDECIDED,
    NEVER_MET,
    NOBODY,
    REDUNDANT,
)
from interop.criteria.prove.solver import Solver
from interop.errors import Reason, ReasonRow

NAMED_MAX: Final = 10
FACETS: Final = (("intake", INTAKE), ("merits", MERITS))


def lint(criterion: Criterion, *, solver: Solver) -> tuple[Reason, ...]:
    """Return what is odd in ``criterion``, intake and merits apart; empty if nothing is.

    A clause that nobody or everybody meets, one that follows from the others of its facet, a
    facet that nobody can meet as a whole; a table's row that matches nobody, and two rows that
    match one case. What the solver leaves open is told as such.

    Raises:
        KnowledgeError: ``prover-missing``.
    """
    return tuple(_odd(criterion, solver))


def _odd(criterion: Criterion, solver: Solver) -> Iterator[Reason]:
    for facet, kinds in FACETS:
        inquiry = Inquiry((criterion,), solver, kinds=kinds)
        yield from _Facet(criterion, facet, inquiry).odd()
    for row in criterion.clauses:
        if row.table is not None:
            path = f"clauses.{row.clause.id}.table"
            yield from TableLint(criterion, row.table, solver, path).odd()


class _Facet:
    def __init__(self, criterion: Criterion, name: str, inquiry: Inquiry) -> None:
        self._name = name
        self._inquiry = inquiry
        rows = requirements_of(criterion, dict(FACETS)[name])
        self._numbers = {row.id: inquiry.number(row.node) for row in rows}

    def odd(self) -> Iterator[Reason]:
        """Yield everything odd; what one clause explains is not said again of the whole."""
        alone = [reason for name in self._numbers for reason in self._alone(name)]
        yield from alone
        named = ", ".join(list(self._numbers)[:NAMED_MAX])
        if any(reason.code == NEVER_MET.code for reason in alone):
            return
        together = self._inquiry.find(frozenset(self._numbers.values()), None)
        told = list(self._told(together, NOBODY, self._name, named))
        yield from told or self._redundant({reason.field for reason in alone})

    def _alone(self, name: str) -> Iterator[Reason]:
        own = frozenset({self._numbers[name]})
        yield from self._told(self._inquiry.find(own, None), NEVER_MET, name)
        yield from self._told(self._inquiry.find(frozenset(), own), ALWAYS_MET, name)

    def _redundant(self, explained: set[str]) -> Iterator[Reason]:
        """Yield what follows from the rest; of two that say the same, the later one.

        A material that no case this organ is competent for asks for is no fault: the common
        list is for every organ. It is held against the other materials only.
        """
        rest = {name: n for name, n in self._numbers.items() if name not in explained}
        for name in reversed(list(rest)):
            others = {
                other: number
                for other, number in rest.items()
                if other != name and (_is_material(other) or not _is_material(name))
            }
            found = self._follows(name, others)
            enough = self._enough(name, others) if found == "none" else others
            yield from self._told(found, REDUNDANT, name, ", ".join([*enough][:NAMED_MAX]))
            if found == "none":
                del rest[name]

    def _follows(self, name: str, others: Mapping[str, int]) -> Outcome:
        held: Conditions = frozenset(others.values())
        return self._inquiry.find(held, frozenset({self._numbers[name]}))

    def _enough(self, name: str, others: Mapping[str, int]) -> Mapping[str, int]:
        """Return those of ``others`` that it follows from, none of them to spare."""
        kept = dict(others)
        for other in reversed(list(others)):
            less = {one: number for one, number in kept.items() if one != other}
            if self._follows(name, less) == "none":
                kept = less
        return kept

    def _told(
        self, found: Outcome, row: ReasonRow, field: str, expected: str = ""
    ) -> Iterator[Reason]:
        if found == "none":
            yield row.of(field=field, expected=expected)
        elif found == "undecided":
            yield LINT_UNDECIDED.of(field=field)


def _is_material(name: str) -> bool:
    return name.startswith(MATERIAL_PREFIX)
