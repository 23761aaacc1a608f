"""Deadlines against a walk that counts one day at a time, in great numbers."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import Limits
from interop.cases.deadlines import Said, reckon
from interop.cases.reckoning import Span, Term, last_day, merged
from interop.conformance.strategies.calendar import days_near
from interop.model.item import Limit
from tests.cases.rules import Rules, accepted_after, received_on

DAY = timedelta(days=1)
FAR = date(2030, 1, 1)
CASES, CASES_NIGHTLY = 10_000, 1_000_000
NOTE = {"notice": "N-1", "notice_digest": "sha-256:00"}


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- a test's dice


class Walker:
    """Knows of each day alone whether it is worked; a year without a table is all worked."""

    def __init__(self, rules: Rules) -> None:
        first, last = date(rules.years[0].year, 1, 1), date(rules.years[-1].year, 12, 31)
        days = (first + n * DAY for n in range((last - first).days + 1))
        self.first = first
        self.rests = {day for day in days if not rules.works(day)}
        self.marks = sorted(self.rests | {last})

    def works(self, day: date) -> bool:
        return day not in self.rests

    def forward(self, day: date, length: int, unit: str, left_out: set[date]) -> date:
        while length:
            day += DAY
            counts = unit == "calendar-day" or self.works(day)
            length -= counts and day not in left_out
        return day

    def back(self, day: date, length: int) -> date:
        while length:
            day -= DAY
            length -= self.works(day)
        return day


def pauses(chance: random.Random, start: date) -> list[tuple[date, date]]:
    """Draw special procedures near the start, so that they overlap and touch."""
    found = []
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        first = start + chance.randrange(25) * DAY
        found.append((first, first + chance.randrange(15) * DAY))
    return found


def said_with(start: date, stops: list[tuple[date, date]], *, extended: bool) -> list[Said]:
    said = [Said("accepted", start)]
    for place, (first, last) in enumerate(stops):
        named: dict[str, Any] = {"procedure": f"p{place}"}
        said.append(Said("special-started", first, {**NOTE, **named}))
        said.append(Said("special-ended", last, named))
    if extended:
        said.append(Said("extended", start + 3 * DAY, NOTE))
    return said


def days_of(stops: list[tuple[date, date]]) -> set[date]:
    return {first + n * DAY for first, last in stops for n in range((last - first).days + 1)}


def draws(chance: random.Random, walker: Walker, count: int) -> Iterator[tuple[Any, ...]]:
    for _ in range(count):
        # Near rest days, where mistakes are made.
        start = chance.choice(walker.marks) + chance.randrange(-6, 7) * DAY
        start = max(start, walker.first)
        unit = chance.choice(("working-day", "working-day", "calendar-day"))
        yield start, chance.randrange(46), unit, pauses(chance, start), chance.random() < 0.3


@pytest.mark.requirement("YRD-CASE-003")
def test_the_statutory_limit_is_the_walk_in_a_great_many_cases(
    rules: Rules, *, nightly: bool
) -> None:
    walker, chance = Walker(rules), dice(20260211)
    last = date(rules.years[-1].year, 12, 31)
    count, seen = CASES_NIGHTLY if nightly else CASES, set[tuple[bool, ...]]()
    under = {
        (length, unit): rules.under(Limits(Limit(length=length, unit=unit), Limit(length=0)))
        for length in range(46)
        for unit in ("working-day", "calendar-day")
    }
    for start, length, unit, stops, extended in draws(chance, walker, count):
        said = said_with(start, stops, extended=extended)
        found = reckon(said, rules=under[length, unit], on=FAR, only=("C2",))
        ((_, got),) = found
        total = length + 10 * extended
        expected = walker.forward(start, total, unit, days_of(stops) if total else set())
        assert (got.day, got.provisional) == (
            expected,
            unit == "working-day" and total > 0 and expected > last,
        ), (start, length, unit, stops, extended)
        seen.add((bool(got.left_out), got.provisional, extended))
    # Every kind of case came up, or the walk says little.
    assert len(seen) == 8


def test_the_citizens_and_the_backward_terms_are_the_walk(
    rules: Rules, *, nightly: bool
) -> None:
    walker, chance = Walker(rules), dice(20261001)
    for start, length, _, _, _ in draws(chance, walker, CASES_NIGHTLY if nightly else CASES):
        if not walker.first + 120 * DAY < start <= date(2026, 12, 31):
            continue
        term = Term(start, length, unit="calendar-day", binds="citizen")
        moved = walker.forward(start, length, "calendar-day", set())
        while not walker.works(moved):
            moved += DAY
        assert last_day(term, rules.calendar).day == moved
        counted = last_day(Term(start, length, back=True), rules.calendar)
        assert counted.day == walker.back(start, length)
        stands = start - length * DAY
        grace = stands
        while not walker.works(grace):
            grace += DAY
        kept = last_day(
            Term(start, length, unit="calendar-day", back=True, grace=True), rules.calendar
        )
        assert (kept.day, kept.counts_until or kept.day) == (stands, grace)


SPANS = st.lists(
    st.builds(
        lambda first, days: Span(date(2026, 3, 2) + first * DAY, date(2026, 3, 2) + days * DAY),
        st.integers(0, 20),
        st.integers(0, 30),
    ),
    max_size=5,
)


@given(spans=SPANS)
def test_the_union_of_spans_has_each_day_once(spans: list[Span]) -> None:
    found = merged(spans)
    days = [s.first + n * DAY for s in found for n in range((s.last - s.first).days + 1)]
    assert days == sorted(days_of([(s.first, s.last) for s in spans]))


@given(
    data=st.data(),
    length=st.integers(1, 45),
    two=st.tuples(SPANS, SPANS),
)
def test_a_deadline_never_comes_earlier_for_a_later_start_more_days_or_more_standing_still(
    data: st.DataObject, length: int, two: tuple[list[Span], list[Span]], rules: Rules
) -> None:
    spans, more = two
    start = data.draw(st.integers(-10, 15).map(lambda n: date(2026, 3, 2) + n * DAY))

    def due(start: date, length: int, spans: list[Span]) -> date:
        return last_day(Term(start, length, spans=merged(spans)), rules.calendar).day

    base = due(start, length, spans)
    assert rules.works(base)
    assert base not in days_of([(s.first, s.last) for s in spans])
    assert due(start + DAY, length, spans) >= base
    assert due(start, length + 1, spans) > base
    assert due(start, length, [*spans, *more]) >= base
    # Twice the same is once; adding up lengths is adding once.
    assert due(start, length, [*spans, *spans]) == base
    assert due(due(start, length, []), 7, []) == due(start, length + 7, [])


@given(data=st.data(), length=st.integers(0, 45))
def test_facts_of_both_sides_come_to_the_same_days(
    data: st.DataObject, length: int, rules: Rules
) -> None:
    start = data.draw(days_near(rules.years[:-1]))
    chance = dice(data.draw(st.integers(0, 2**32)))
    stops = pauses(chance, start)
    limits = Limits(Limit(length=length), Limit(length=0))
    facts = accepted_after(start, stops)
    found = rules.due(tuple(data.draw(st.permutations(facts))), under=limits, on=FAR)
    walker = Walker(rules)
    expected = walker.forward(start, length, "working-day", days_of(stops) if length else set())
    assert found["C2"].due_on == expected


def test_a_procedure_that_begins_anew_on_the_day_it_ended_goes_on(rules: Rules) -> None:
    named = {"procedure": "review-1"}
    facts = received_on(
        date.fromisoformat("2026-03-02"),
        ("accepted", date.fromisoformat("2026-03-02")),
        ("special-started", date.fromisoformat("2026-03-09"), named),
        ("special-ended", date.fromisoformat("2026-03-11"), named),
        ("special-started", date.fromisoformat("2026-03-11"), named),
        ("special-ended", date.fromisoformat("2026-03-20"), named),
    )
    # As one of ten working days: 2026-03-09 to 2026-03-20.
    assert rules.due(facts, on=FAR)["C2"].due_on == date.fromisoformat("2026-04-14")
