"""What is odd in criteria that load: clauses without effect, contradictions, gaps in time.

Proved as :mod:`interop.criteria.prove` proves: for complete applications within the bounds
of the vocabulary. That a legal basis was repealed is not found here, for no knowledge file
says until when a norm is in force.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from interop.criteria.criterion import Criterion
from interop.criteria.nodes import DAY_MAX
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
from interop.criteria.reasons import VERSION_GAP
from interop.errors import Reason, ReasonRow
from interop.model.item import ServiceItem

NAMED_MAX: Final = 10
FACETS: Final = (("intake", INTAKE), ("merits", MERITS))


def lint(criterion: Criterion, *, solver: Solver) -> tuple[Reason, ...]:
    """Return what is odd in ``criterion``, intake and merits apart; empty if nothing is.

    A clause that nobody or everybody meets, one that follows from the others of its facet, a
    facet that nobody can meet as a whole. What the solver leaves open is told as such.

    Raises:
        KnowledgeError: ``prover-missing``.
    """
    return tuple(
        reason
        for facet, kinds in FACETS
        for reason in _Facet(criterion, facet, Inquiry((criterion,), solver, kinds=kinds)).odd()
    )


def window_gaps(versions: Sequence[ServiceItem]) -> tuple[Reason, ...]:
    """Return ``version-gap`` for the days between two versions on which none is in force."""
    return tuple(_gaps(sorted(versions, key=lambda item: item.effective_from)))


def _gaps(ordered: Sequence[ServiceItem]) -> Iterator[Reason]:
    day = timedelta(days=1)
    covered = None
    for item in ordered:
        if covered is not None and item.effective_from > covered + day:
            span = f"{covered + day} … {item.effective_from - day}"
            yield VERSION_GAP.of(field="effective_until", expected=span)
        until = item.effective_until or DAY_MAX
        covered = until if covered is None else max(covered, until)


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
        """Yield what follows from the rest; of two that say the same, the later one."""
        rest = {name: n for name, n in self._numbers.items() if name not in explained}
        for name in reversed(list(rest)):
            others = {other: number for other, number in rest.items() if other != name}
            held: Conditions = frozenset(others.values())
            found = self._inquiry.find(held, frozenset({rest[name]}))
            named = ", ".join(list(others)[:NAMED_MAX])
            told = list(self._told(found, REDUNDANT, name, named))
            yield from told
            if any(reason.code == REDUNDANT.code for reason in told):
                rest = others

    def _told(
        self, found: Outcome, row: ReasonRow, field: str, expected: str = ""
    ) -> Iterator[Reason]:
        if found == "none":
            yield row.of(field=field, expected=expected)
        elif found == "undecided":
            yield LINT_UNDECIDED.of(field=field)
