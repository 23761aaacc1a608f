"""Search the cases of a gateway; a person is looked up by the keyed digest of a number."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import AwareDatetime

from interop.gateway.desk import Desk, Sitting
from interop.model.case import CaseSide
from interop.model.party import Scheme
from interop.model.record import Record
from interop.model.sensitive import Sensitive
from interop.store.cases import CaseRow
from interop.store.search import Search, find

CASES_MAX: Final = 9_999


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """What is looked for; what is empty says nothing.

    Attributes:
        number: How the case number begins.
        item: Service item.
        states: States of the life cycle, one of them.
        receiving: Receiving region.
        handling: Handling region.
        due_before: The last day lies before this one, Asia/Shanghai.
        parked: Only what waits for a person.
        reference: The host's own number.
        subject: The applicant's identity number or credit code; it leaves no trace.
    """

    number: str = ""
    item: str = ""
    states: tuple[str, ...] = ()
    receiving: str = ""
    handling: str = ""
    due_before: date | None = None
    parked: bool = False
    reference: str = ""
    subject: Sensitive | None = None


class CaseSummary(Record):
    """A case in a list; fields as :class:`interop.store.cases.CaseRow`."""

    number: str
    item: str
    receiving: str
    handling: str
    side: CaseSide
    state: str
    due_on: date | None
    provisional: bool
    parked: bool
    created_at: AwareDatetime


class FoundCases(Record):
    """What was found, and whether there is more."""

    cases: tuple[CaseSummary, ...]
    more: bool


def search(desk: Desk, query: CaseQuery, *, limit: int) -> FoundCases:
    """Return the cases that fit, at most ``limit`` of them, 1 to 9999."""
    with desk.sit() as at:
        tx, reference = at.tx, query.reference
        wanted = Search(
            number=query.number,
            item=query.item,
            states=query.states,
            receiving=query.receiving,
            handling=query.handling,
            due_before=query.due_before,
            parked=True if query.parked else None,
            reference=tx.lookup(f"reference|{reference}") if reference else "",
            applicants=_applicants(at, query.subject),
        )
        rows = find(tx, wanted, limit=min(limit, CASES_MAX) + 1)
    return FoundCases(
        cases=tuple(_summary(row) for row in rows[:limit]), more=len(rows) > limit
    )


def _applicants(at: Sitting, subject: Sensitive | None) -> tuple[str, ...]:
    if subject is None:
        return ()
    code = subject.reveal()
    return tuple(at.tx.lookup(f"{scheme}|{code}") for scheme in Scheme)


def _summary(row: CaseRow) -> CaseSummary:
    return CaseSummary(**{name: getattr(row, name) for name in CaseSummary.model_fields})
