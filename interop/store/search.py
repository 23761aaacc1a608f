"""Find cases by what their rows say; persons and host numbers only by keyed digest."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, union_all

from interop.model.case import CaseSide
from interop.store.cases import LATENESS, CaseRow, read_rows
from interop.store.schema import CASE_FILE
from interop.store.tx import Tx, bounded


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


_NEWEST: Final = (CASE_FILE.c.created_at.desc(), CASE_FILE.c.number.desc())
# Between lie halves of characters, which no text may hold.
_BEFORE_HALVES: Final = 0xD7FF
_BEHIND_HALVES: Final = 0xE000
_SIDES: Final[tuple[CaseSide, ...]] = get_args(CaseSide)


def find(tx: Tx, search: Search, *, limit: int) -> tuple[CaseRow, ...]:
    """List the cases that fit: the most urgent first if a day is named, else the newest.

    Args:
        tx: A transaction.
        search: What they must be like.
        limit: At most so many, 1 to 10000.
    """
    return read_rows(tx, query_of(search, limit=bounded(limit)))


def query_of(search: Search, *, limit: int) -> Select[*tuple[object, ...]]:
    """Return the statement of a search: it reads little more than it returns.

    Who searches keeps others from writing meanwhile. So no index is left for a sort: of each
    state that is asked for, the newest are read in their order.
    """
    which = [*_conditions(search)]
    states = (CASE_FILE.c.side.in_(_SIDES), CASE_FILE.c.state.in_(sorted(set(search.states))))
    if search.due_before is not None:
        which += states if search.states else ()
        return select(CASE_FILE).where(*which).order_by(*LATENESS).limit(limit)
    if search.states:
        which = [CASE_FILE.c.number.in_(_newest_of_states(search, which, limit))]
    return select(CASE_FILE).where(*which).order_by(*_NEWEST).limit(limit)


def _newest_of_states(
    search: Search, which: Sequence[ColumnElement[bool]], limit: int
) -> CompoundSelect[str]:
    number, side, state = CASE_FILE.c.number, CASE_FILE.c.side, CASE_FILE.c.state
    parts = [
        select(number)
        .where(side == one, state == wanted, *which)
        .order_by(*_NEWEST)
        .limit(limit)
        .subquery()
        for one in _SIDES
        for wanted in sorted(set(search.states))
    ]
    return union_all(*(select(part.c.number) for part in parts))


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
        # A span and no pattern: SQLite has no index for patterns.
        yield row.number >= search.number
        if end := past(search.number):
            yield row.number < end
    if search.due_before is not None:
        yield row.due_on < search.due_before
    if search.parked is not None:
        yield row.parked_code.is_not(None) if search.parked else row.parked_code.is_(None)
    if search.applicants:
        yield row.applicant_lookup.in_(search.applicants)


def past(prefix: str) -> str:
    """Return the first text after all that begin so, by code points; empty if there is none."""
    head = prefix.rstrip(chr(sys.maxunicode))
    if not head:
        return ""
    last = ord(head[-1])
    return head[:-1] + chr(_BEHIND_HALVES if last == _BEFORE_HALVES else last + 1)
