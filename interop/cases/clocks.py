"""Statutory clocks (时限) as data: who is bound, from which fact, how long, what follows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, Self

from pydantic import Field

from interop.cases.lifecycle import LifeCycle
from interop.cases.reasons import (
    CLOCK_ACTS_ON_NONE,
    CLOCK_FACT_UNKNOWN,
    CLOCK_LENGTH,
    CLOCK_NOTICE,
    CLOCK_TWICE,
    CLOCK_UNKNOWN,
)
from interop.cases.values import Need
from interop.errors import KnowledgeError, Reason
from interop.model.item import Basis, Limit
from interop.model.record import Record

Unit = Literal["working-day", "calendar-day"]
# The clock of the supplement notice: deemed acceptance is reckoned by it.
NOTICE_CLOCK: Final = "C1"
# The clocks of a renewal: when to apply, and by when silence grants it.
RENEWAL_CLOCK: Final = "C8"
RENEWAL_RULING_CLOCK: Final = "C8-rule"


class ClockRow(Record):
    """One clock.

    Attributes:
        id: ``C0`` … ``C15``.
        role: A deadline, or what acts on other deadlines.
        zh: What runs, in Chinese.
        en: What runs, in English.
        binds: The organ, or the citizen.
        unit: The organ's periods are working days.
        length: Fixed length in units; or
        limit: which limit of the item gives it; or
        stated: which value of the fact, or of the notice if it served one, gives it.
        rule: Value that must name the rule a stated length rests on.
        joint_length: Length where several organs handle jointly; None if the same.
        starts: Facts that start it; the day is not counted.
        when: What a fact must say to start it.
        day: Value of the fact that names the day; empty for the fact's own day.
        back: Whether it is counted back from that day; then the last day is never moved.
        each: Whether every such fact starts a clock of its own.
        stops: Facts that end it.
        match: Value that a fact must share with the one that started it to end it.
        grace: Whether an act on the next working day still counts, if the last day rests.
        acts_on: Clocks that an extension or a suspension acts on.
        effect: What follows on expiry.
        effect_zh: The same in Chinese.
        effect_en: The same in English.
        basis: The norm.
    """

    id: str
    role: Literal["deadline", "extension", "suspension"] = "deadline"
    zh: str
    en: str
    binds: Literal["organ", "citizen"]
    unit: Unit
    length: int | None = Field(default=None, ge=0, le=400)
    limit: Literal["statutory", "promised"] | None = None
    stated: str = ""
    rule: str = ""
    joint_length: int | None = Field(default=None, ge=0, le=400)
    starts: tuple[str, ...] = Field(min_length=1)
    when: tuple[Need, ...] = ()
    day: str = ""
    back: bool = False
    each: bool = False
    stops: tuple[str, ...] = ()
    match: str = ""
    grace: bool = False
    acts_on: tuple[str, ...] = ()
    effect: str = "overdue"
    effect_zh: str = ""
    effect_en: str = ""
    basis: Basis

    @property
    def serves(self) -> bool:
        """Return whether what starts it is the service of a kind of notice."""
        return any(need.key == "kind" for need in self.when)


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
    timed = {row.id for row in table.clocks if row.role == "deadline"}
    for row in table.clocks:
        lengths = (row.length is not None, row.limit is not None, bool(row.stated))
        if sum(lengths) != (row.role != "suspension"):
            yield CLOCK_LENGTH.of(field=f"clock.{row.id}")
        if bool(row.acts_on) == (row.role == "deadline") or not set(row.acts_on) <= timed:
            yield CLOCK_ACTS_ON_NONE.of(field=f"clock.{row.id}", got=", ".join(row.acts_on))
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
    """The limits of the item version that a case runs under.

    Attributes:
        statutory: Statutory limit (法定办结时限).
        promised: Promised limit (承诺办结时限); 0 for what is decided the day it is accepted
            (即办件).
        joint: Whether several organs handle the case jointly (联合办理); the limits are then
            those of the arrangement, as :meth:`bounded` leaves them.
    """

    statutory: Limit
    promised: Limit
    joint: bool = False

    def of(self, row: ClockRow) -> tuple[int, Unit]:
        """Return length and unit of a clock under these limits."""
        if row.limit is None:
            joint = row.joint_length if self.joint else None
            return joint or row.length or 0, row.unit
        limit = self.statutory if row.limit == "statutory" else self.promised
        return limit.length, limit.unit

    def bounded(self, table: ClockTable) -> Self:
        """Return the limits that run: none beyond what the clocks leave joint handling."""
        most = min(
            (row.joint_length for row in table.clocks if row.limit and row.joint_length),
            default=None,
        )
        if most is None or not self.joint:
            return self
        return replace(
            self, statutory=_within(self.statutory, most), promised=_within(self.promised, most)
        )


def _within(limit: Limit, most: int) -> Limit:
    # In days of either kind: calendar days of that number end no later than working days.
    return limit.model_copy(update={"length": min(limit.length, most)})
