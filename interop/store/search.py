"""Find cases by what their rows say; persons and host numbers only by keyed digest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, true

from interop.store.cases import LATENESS, CaseRow, listed
from interop.store.schema import CASE_FILE
from interop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Search:
    """What a case must be like; what is empty says nothing.

    Attributes:
        number: How its number begins.
        item: Service item.
        states: States of the life cycle, one of them.
        receiving: Receiving region.
        handling: Handling region.
        due_before: Its last day lies before this one, Asia/Shanghai.
        parked: Whether it waits for a person; None for either.
        reference: Keyed digest of the host's own number.
        applicants: Keyed digests of the applicant, one of them.
    """

    number: str = ""
    item: str = ""
    states: tuple[str, ...] = ()
    receiving: str = ""
    handling: str = ""
    due_before: date | None = None
    parked: bool | None = None
    reference: str = ""
    applicants: tuple[str, ...] = ()


def find(tx: Tx, search: Search, *, limit: int) -> tuple[CaseRow, ...]:
    """List the cases that fit: the most urgent first if a day is named, else the newest.

    Args:
        tx: A transaction.
        search: What they must be like.
        limit: At most so many, 1 to 10000.
    """
    which = and_(true(), *_conditions(search))
    newest = (CASE_FILE.c.created_at.desc(), CASE_FILE.c.number.desc())
    return listed(tx, which, by=newest if search.due_before is None else LATENESS, limit=limit)


def _conditions(search: Search) -> Iterator[ColumnElement[bool]]:
    row = CASE_FILE.c
    for column, wanted in (
        (row.item, search.item),
        (row.receiving, search.receiving),
        (row.handling, search.handling),
        (row.reference_lookup, search.reference),
    ):
        if wanted:
            yield column == wanted
    if search.number:
        yield row.number.startswith(search.number, autoescape=True)
    if search.states:
        # With the side named the index on states serves.
        yield row.side.in_(("handling", "receiving"))
        yield row.state.in_(sorted(set(search.states)))
    if search.due_before is not None:
        yield row.due_on < search.due_before
    if search.parked is not None:
        yield row.parked_code.is_not(None) if search.parked else row.parked_code.is_(None)
    if search.applicants:
        yield row.applicant_lookup.in_(search.applicants)
