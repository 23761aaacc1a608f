"""The shipped rules of cases in one hand, and the questions that tests put to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from interop.calendar import Calendar, YearTable
from interop.cases import ClockTable, LifeCycle, Limits, deadlines, deemed, fold
from interop.conformance.strategies.cases import HEADER, at_noon, told
from interop.model.case import Case, CaseFact, CaseSide, Deadline
from interop.model.item import Limit

NOTICE_DAYS = 5
TWENTY_AND_TEN = Limits(Limit(length=20), Limit(length=10))
BY_WINDOW = {"submitted", "received", "handed-over", "supplemented", "delivered", "withdrawn"}


@dataclass(frozen=True, slots=True)
class Rules:
    """Life cycle, clocks and working days."""

    lifecycle: LifeCycle
    clocks: ClockTable
    years: tuple[YearTable, ...]
    calendar: Calendar

    def announced(self, table: YearTable) -> Self:
        """Return these rules once the notice of one more year is out."""
        years = (*self.years, table)
        return replace(self, years=years, calendar=Calendar.of(years))

    def with_clocks(self, table: ClockTable) -> Self:
        return replace(self, clocks=table)

    def works(self, day: date) -> bool:
        """Say by the tables alone whether a day is worked; beyond them every day may be."""
        last = max(table.year for table in self.years)
        rest = any(day in table.holidays for table in self.years)
        made_up = any(day in table.make_up_days for table in self.years)
        return day.year > last or made_up or (day.weekday() < 5 and not rest)

    def case(self, facts: Sequence[CaseFact], *, on: date = date.min) -> Case:
        """Return the case as of ``on``, acceptance deemed if need be."""
        case = fold(HEADER, facts, table=self.lifecycle)
        return deemed(case, facts, calendar=self.calendar, notice_days=NOTICE_DAYS, on=on)

    def due(
        self,
        facts: Sequence[CaseFact],
        *,
        under: Limits = TWENTY_AND_TEN,
        on: date = date.min,
    ) -> dict[str, Deadline]:
        """Return the deadlines by clock."""
        found = deadlines(
            self.case(facts, on=on),
            facts,
            table=self.clocks,
            limits=under,
            calendar=self.calendar,
        )
        return {deadline.clock: deadline for deadline in found}


def said_on(*said: tuple[str, date]) -> tuple[CaseFact, ...]:
    """Return facts said one after the other, each by the side that owns it."""
    facts: tuple[CaseFact, ...] = ()
    for name, day in said:
        side: CaseSide = "receiving" if name in BY_WINDOW else "handling"
        facts = told((side, name, at_noon(day)), before=facts)
    return facts


def received_on(day: date, *then: tuple[str, date]) -> tuple[CaseFact, ...]:
    """Return a case received and acknowledged on one day, and what was said then."""
    names = ("submitted", "received", "handed-over", "acknowledged")
    return said_on(*((name, day) for name in names), *then)
