"""The shipped rules of cases in one hand, and the questions that tests put to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from pydantic import JsonValue

from interop import cases
from interop.calendar import Calendar, YearTable
from interop.cases import ClockTable, LifeCycle, Limits, ReceiptRules, deadlines, deemed, fold
from interop.cases.receipt import EARLIEST
from interop.conformance.strategies.cases import HEADER, at_noon, next_fact
from interop.model.case import Case, CaseFact, CaseSide, Deadline
from interop.model.item import Limit

NOTICE_DAYS = 5
FAR = date(2040, 1, 1)
TWENTY_AND_TEN = Limits(Limit(length=20), Limit(length=10))
BY_WINDOW = {
    "submitted", "received", "handed-over", "supplemented", "delivered", "rated", "withdrawn",
    "command-returned",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """Life cycle, clocks and working days."""

    lifecycle: LifeCycle = field(repr=False)
    clocks: ClockTable = field(repr=False)
    years: tuple[YearTable, ...] = field(repr=False)
    calendar: Calendar = field(repr=False)
    receipt: ReceiptRules = field(default=EARLIEST, repr=False)

    def under(self, limits: Limits) -> cases.Rules:
        """Return the rules as the room wants them."""
        return cases.Rules(
            lifecycle=self.lifecycle,
            clocks=self.clocks,
            limits=limits,
            calendar=self.calendar,
            receipt=self.receipt,
            receiving=(HEADER.receiving, "320000"),
            handling=(HEADER.handling, "310000"),
        )

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

    def case(
        self, facts: Sequence[CaseFact], *, on: date = date.min, under: Limits = TWENTY_AND_TEN
    ) -> Case:
        """Return the case as of ``on``, acceptance deemed if need be."""
        case = fold(HEADER, facts, table=self.lifecycle)
        return deemed(case, facts, rules=self.under(under), on=on)

    def listed(
        self,
        facts: Sequence[CaseFact],
        *,
        under: Limits = TWENTY_AND_TEN,
        on: date = date.min,
    ) -> tuple[Deadline, ...]:
        """Return the deadlines in the order of the table."""
        case = self.case(facts, on=on, under=under)
        return deadlines(case, facts, rules=self.under(under), on=on)

    def due(
        self,
        facts: Sequence[CaseFact],
        *,
        under: Limits = TWENTY_AND_TEN,
        on: date = date.min,
    ) -> dict[str, Deadline]:
        """Return the deadlines by clock; of a clock that runs several times the last."""
        return {d.clock: d for d in self.listed(facts, under=under, on=on)}


Said = tuple[str, date] | tuple[str, date, Mapping[str, JsonValue]]


def said_on(*said: Said, before: Sequence[CaseFact] = ()) -> tuple[CaseFact, ...]:
    """Return facts said one after the other, each by the side that owns it."""
    facts = tuple(before)
    for name, day, *says in said:
        side: CaseSide = "receiving" if name in BY_WINDOW else "handling"
        told = next_fact(facts, side, name, at=at_noon(day), says=says[0] if says else None)
        facts = (*facts, told)
    return facts


def received_on(day: date, *then: Said) -> tuple[CaseFact, ...]:
    """Return a case received and acknowledged on one day, and what was said then."""
    names = ("submitted", "received", "handed-over", "acknowledged")
    return said_on(*((name, day) for name in names), *then)


def accepted_after(start: date, stops: Sequence[tuple[date, date]]) -> tuple[CaseFact, ...]:
    """Return a case accepted on ``start``, with special procedures on the days of ``stops``."""
    steps: list[tuple[date, int, str, str]] = []
    for place, (first, last) in enumerate(stops):
        steps += [(first, 0, "special-started", f"p{place}")]
        steps += [(last, 1, "special-ended", f"p{place}")]
    said = [(name, day, {"procedure": named}) for day, _, name, named in sorted(steps)]
    return received_on(start, ("accepted", start), *said)
