"""How long what kind of record is kept (保存期限), as data; what is over is purged.

A period runs from the day after the case entered the state it rests in. Its last day is kept.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import MINYEAR, date, timedelta
from typing import Final, Literal, Self

from pydantic import Field

from interop.cases.keeping_reasons import (
    RETENTION_MISSING,
    RETENTION_STATE_UNKNOWN,
    RETENTION_STATES,
    RETENTION_TWICE,
    RETENTION_UNFINISHED,
)
from interop.cases.lifecycle import LifeCycle
from interop.errors import Reason
from interop.model.item import Basis, Verified
from interop.model.record import Record

MONTHS: Final = 12
LENGTH_MAX: Final = 1_000
# A case in these is settled or was never begun; in any other somebody still owes an act.
AT_REST: Final = frozenset(
    {"draft", "archived", "not-required", "refused", "lapsed", "withdrawn"}
)


class Period(Record):
    """So many days, months or years."""

    length: int = Field(ge=1, le=LENGTH_MAX)
    unit: Literal["day", "month", "year"]

    def after(self, day: date) -> date:
        """Return the last day of the period that ``day`` starts; none later in its month."""
        if self.unit == "day":
            return day + timedelta(days=self.length)
        months = self.length * (MONTHS if self.unit == "year" else 1)
        years, month = divmod(day.month - 1 + months, MONTHS)
        last = monthrange(day.year + years, month + 1)[1]
        return date(day.year + years, month + 1, min(day.day, last))

    def over_since(self, on: date) -> date | None:
        """Return the latest day whose period is over ``on``; None if none can be."""
        if self.unit == "day":
            return on - timedelta(days=self.length + 1)
        months = self.length * (MONTHS if self.unit == "year" else 1)
        years, month = divmod(on.year * MONTHS + on.month - 1 - months, MONTHS)
        if years < MINYEAR:
            return None
        # Days at the end of a long month may all end on one: begin past them, and go back.
        found = date(years, month + 1, monthrange(years, month + 1)[1])
        while self.after(found) >= on:
            found -= timedelta(days=1)
        return found


class RetentionClass(Record):
    """One class of records.

    Attributes:
        id: Name of the class.
        holds: ``case`` with all that belongs to it; an ``upload`` that was not finished; a
            ``letter``: what came about a case that was never taken in, once it is settled.
        states: States of the life cycle in which a case falls into it.
        period: How long it is kept.
        basis: The norm that asks for it, or for its end.
        illustrative: True where no official text sets the period.
        source: Where the period comes from.
    """

    id: str
    zh: str
    en: str
    holds: Literal["case", "upload", "letter"]
    states: tuple[str, ...] = ()
    period: Period
    basis: Basis | None = None
    illustrative: bool = False
    source: str
    verified: Verified


class RetentionTable(Record):
    """The retention of one region's records, or the common one."""

    region: str
    version: str
    classes: tuple[RetentionClass, ...] = Field(alias="class", min_length=1)

    @classmethod
    def check(cls, table: Self) -> tuple[Reason, ...]:
        """Return every problem: what is named twice, states misplaced, no class of uploads."""
        return tuple(_problems(table))

    @property
    def of_cases(self) -> tuple[RetentionClass, ...]:
        """Return the classes of cases."""
        return tuple(row for row in self.classes if row.holds == "case")

    @property
    def of_letters(self) -> RetentionClass | None:
        """Return the class of dead letters of no case here; None keeps them for ever."""
        return next((row for row in self.classes if row.holds == "letter"), None)

    @property
    def of_uploads(self) -> RetentionClass:
        """Return the class of uploads that were not finished."""
        return next(row for row in self.classes if row.holds == "upload")


def check_retention_states(table: RetentionTable, lifecycle: LifeCycle) -> tuple[Reason, ...]:
    """Return each state that the life cycle lacks."""
    known = {row.id for row in lifecycle.states if row.track == "case"}
    return tuple(
        RETENTION_STATE_UNKNOWN.of(field=f"class[{index}].states", got=state)
        for index, row in enumerate(table.classes)
        for state in row.states
        if state not in known
    )


def _problems(table: RetentionTable) -> Iterator[Reason]:
    yield from _row_problems(table)
    held = Counter(row.holds for row in table.classes)
    if held["letter"] > 1:
        yield RETENTION_TWICE.of(field="class", got="letter")
    if held["upload"] != 1:
        yield RETENTION_MISSING.of(field="class", expected="upload")


def _row_problems(table: RetentionTable) -> Iterator[Reason]:
    seen: set[str] = set()
    for index, row in enumerate(table.classes):
        for name in (row.id, *(f"state {state}" for state in row.states)):
            if name in seen:
                yield RETENTION_TWICE.of(field=f"class[{index}]", got=name)
            seen.add(name)
        if bool(row.states) != (row.holds == "case"):
            yield RETENTION_STATES.of(field=row.id)
        for state in row.states:
            if state not in AT_REST:
                yield RETENTION_UNFINISHED.of(field=row.id, got=state)
