"""Statutory clocks (时限): rows as data, deadlines as a pure function of the facts.

The day that starts a clock is not counted. A year whose calendar is not announced gives a
provisional deadline with a lower bound; it is computed again when the table arrives.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, Self

from pydantic import Field

from interop.calendar import Calendar
from interop.cases.fold import in_time
from interop.cases.lifecycle import LifeCycle
from interop.cases.reasons import (
    CLOCK_FACT_UNKNOWN,
    CLOCK_LENGTH,
    CLOCK_NOTICE,
    CLOCK_TWICE,
    CLOCK_UNKNOWN,
)
from interop.errors import KnowledgeError, Reason
from interop.model.case import Case, CaseFact, Deadline
from interop.model.day import day_of
from interop.model.item import Basis, Limit
from interop.model.record import Record

Unit = Literal["working-day", "calendar-day"]
# The clock of the supplement notice: deemed acceptance is reckoned by it.
NOTICE_CLOCK: Final = "C1"


class ClockRow(Record):
    """One clock.

    Attributes:
        id: ``C0`` … ``C15``.
        zh: What runs, in Chinese.
        en: What runs, in English.
        binds: The organ, or the citizen.
        unit: The organ's periods are working days.
        length: Fixed length in units; or
        limit: which limit of the item gives it.
        starts: Facts that start it; the day is not counted.
        stops: Facts that end it.
        basis: The norm.
    """

    id: str
    zh: str
    en: str
    binds: Literal["organ", "citizen"]
    unit: Unit
    length: int | None = Field(default=None, ge=0, le=400)
    limit: Literal["statutory", "promised"] | None = None
    starts: tuple[str, ...] = Field(min_length=1)
    stops: tuple[str, ...] = Field(min_length=1)
    basis: Basis


class ClockTable(Record):
    """All clocks; a case keeps the version it began with."""

    version: str
    clocks: tuple[ClockRow, ...] = Field(alias="clock", min_length=1)

    def row(self, clock: str) -> ClockRow:
        """Return a clock.

        Raises:
            KnowledgeError: ``clock-unknown``.
        """
        for row in self.clocks:
            if row.id == clock:
                return row
        known = ", ".join(row.id for row in self.clocks)
        raise KnowledgeError(CLOCK_UNKNOWN.of(field="clock", expected=known, got=clock))

    @classmethod
    def check(cls, table: Self) -> tuple[Reason, ...]:
        """Return every problem of a table: clocks that stand twice or have no one length."""
        return tuple(_problems(table))


def _problems(table: ClockTable) -> Iterator[Reason]:
    ids = [row.id for row in table.clocks]
    for name in dict.fromkeys(n for n in ids if ids.count(n) > 1):
        yield CLOCK_TWICE.of(field=f"clock.{name}")
    for row in table.clocks:
        if (row.length is None) == (row.limit is None):
            yield CLOCK_LENGTH.of(field=f"clock.{row.id}")
    fixed = {row.id for row in table.clocks if row.length and row.unit == "working-day"}
    if NOTICE_CLOCK not in fixed:
        yield CLOCK_NOTICE.of(field=f"clock.{NOTICE_CLOCK}")


def check_clock_facts(table: ClockTable, lifecycle: LifeCycle) -> tuple[Reason, ...]:
    """Return each fact that a clock names and the life cycle lacks: it would never run."""
    known = {row.type for row in lifecycle.facts}
    return tuple(
        CLOCK_FACT_UNKNOWN.of(field=f"clock.{row.id}", got=name)
        for row in table.clocks
        for name in (*row.starts, *row.stops)
        if name not in known
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the item version that a case runs under."""

    statutory: Limit
    promised: Limit

    def of(self, row: ClockRow) -> tuple[int, Unit]:
        """Return length and unit of a clock under these limits."""
        if row.limit is None:
            return row.length or 0, row.unit
        limit = self.statutory if row.limit == "statutory" else self.promised
        return limit.length, limit.unit


def deadlines(
    case: Case,
    facts: Iterable[CaseFact],
    *,
    table: ClockTable,
    limits: Limits,
    calendar: Calendar,
) -> tuple[Deadline, ...]:
    """Return every clock that has started, in the order of the table.

    A clock that a fact has stopped is still listed: the record says when it was due. Facts
    out of time start nothing.

    Args:
        case: The folded case, acceptance deemed if silence has made it so.
        facts: Its facts.
        table: The clocks that the case began with.
        limits: Limits of the item version that the case began with.
        calendar: Working days.

    Raises:
        KnowledgeError: ``calendar-not-covered`` for a day before the first year covered.
    """
    started = dict[str, date]()
    for fact in in_time(case, facts):
        started.setdefault(fact.type, day_of(fact.at))
    if case.accepted_on is not None:
        # Deemed acceptance goes back to the day of receipt.
        started["accepted"] = case.accepted_on
    found = []
    for row in table.clocks:
        first = min((started[t] for t in row.starts if t in started), default=None)
        if first is not None:
            length, unit = limits.of(row)
            found.append(_deadline(row, first, length=length, unit=unit, calendar=calendar))
    return tuple(found)


def _deadline(
    row: ClockRow, first: date, *, length: int, unit: Unit, calendar: Calendar
) -> Deadline:
    day, provisional = first + timedelta(days=length), False
    if unit == "working-day":
        due = calendar.add(first, length, provisional=True)
        day, provisional = due.day, due.provisional
    elif row.binds == "citizen":
        # Doubt is resolved for the citizen: a last day that rests moves on, the organ's not.
        due = calendar.on_or_after(day, provisional=True)
        day, provisional = due.day, due.provisional
    return Deadline(
        clock=row.id,
        zh=row.zh,
        en=row.en,
        binds=row.binds,
        starts_on=first,
        due_on=day,
        provisional=provisional,
        length=length,
        unit=unit,
        calendar_digest=calendar.digest,
    )


def running(
    found: Iterable[Deadline], facts: Iterable[CaseFact], *, table: ClockTable
) -> tuple[Deadline, ...]:
    """Return the deadlines that no fact has stopped yet.

    Args:
        found: Deadlines of a case.
        facts: Its facts that count, see :func:`interop.cases.in_time`.
        table: The clocks that the case began with.
    """
    said = {fact.type for fact in facts}
    return tuple(d for d in found if said.isdisjoint(table.row(d.clock).stops))
