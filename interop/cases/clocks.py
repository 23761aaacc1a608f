"""Statutory clocks (时限): rows as data, deadlines as a pure function of the facts.

The day that starts a clock is not counted. A year whose calendar is not announced gives a
provisional deadline with a lower bound; it is computed again when the table arrives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field

from interop.calendar import Calendar
from interop.cases.reasons import CLOCK_BROKEN, CLOCK_UNKNOWN
from interop.errors import KnowledgeError, Reason
from interop.model.case import Case, CaseFact, Deadline
from interop.model.day import day_of
from interop.model.item import Basis, Limit
from interop.model.record import Record

Unit = Literal["working-day", "calendar-day"]


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
        """Return what is wrong with a table."""
        ids = [row.id for row in table.clocks]
        twice = [
            CLOCK_BROKEN.of(field=f"clock.{name}", got="stands twice")
            for name in sorted({n for n in ids if ids.count(n) > 1})
        ]
        both = [
            CLOCK_BROKEN.of(field=f"clock.{row.id}", got="needs either length or limit")
            for row in table.clocks
            if (row.length is None) == (row.limit is None)
        ]
        return (*twice, *both)


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

    A clock that a fact has stopped is still listed: the record says when it was due.
    """
    started = dict[str, date]()
    for fact in facts:
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
    elif row.binds == "citizen" and calendar.covers(day) and not calendar.is_working(day):
        day = calendar.add(day, 1, provisional=True).day
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
    """Return the deadlines that no fact has stopped yet."""
    said = {fact.type for fact in facts}
    return tuple(d for d in found if said.isdisjoint(table.row(d.clock).stops))
