"""Deadlines against a walk day by day, and the dates that the law gives."""

from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.calendar import YearTable
from interop.cases import (
    ClockRow,
    ClockTable,
    LifeCycle,
    Limits,
    check_clock_facts,
    in_time,
    running,
)
from interop.conformance.strategies.calendar import LENGTHS, days_near, year_tables
from interop.conformance.strategies.cases import BEGIN, next_fact, told
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.item import Basis, Limit
from tests.cases.rules import Rules, received_on, said_on

DAY = timedelta(days=1)
BASIS = Basis(level="none", document="made up", verified="no")
WAY = ("submitted", "received", "handed-over", "acknowledged", "accepted", "permitted")


def clock(**values: object) -> ClockRow:
    row = {
        "id": "X",
        "zh": "试",
        "en": "trial",
        "binds": "organ",
        "unit": "working-day",
        "starts": ("received",),
        "stops": ("accepted",),
        "basis": BASIS,
    }
    return ClockRow.model_validate(row | values)


def table_of(*rows: ClockRow) -> ClockTable:
    return ClockTable(version="trial", clock=rows)


def limits(length: int, **values: object) -> Limits:
    limit = Limit.model_validate({"length": length, **values})
    return Limits(limit, limit)


def walk(day: date, length: int, rules: Rules) -> date:
    while length:
        day += DAY
        length -= rules.works(day)
    return day


@pytest.mark.requirement("YRD-CASE-003")
@given(data=st.data(), length=LENGTHS)
def test_working_days_are_counted_one_by_one(
    data: st.DataObject, length: int, rules: Rules
) -> None:
    start = data.draw(days_near(rules.years))
    trial = rules.with_clocks(table_of(clock(length=length)))
    found = trial.due(received_on(start))["X"]
    assert found.due_on == walk(start, length, rules)
    assert found.provisional == (found.due_on.year > 2026)
    assert (found.starts_on, found.length, found.unit) == (start, length, "working-day")


@given(data=st.data(), length=LENGTHS)
def test_calendar_days_move_off_a_rest_day_for_the_citizen_only(
    data: st.DataObject, length: int, rules: Rules
) -> None:
    start = data.draw(days_near(rules.years))
    binds = data.draw(st.sampled_from(["organ", "citizen"]))
    row = clock(length=length, unit="calendar-day", binds=binds)
    found = rules.with_clocks(table_of(row)).due(received_on(start))["X"]
    last = start + length * DAY
    while binds == "citizen" and not rules.works(last):
        last += DAY
    assert found.due_on == last
    assert found.provisional == (binds == "citizen" and last.year > 2026)


@given(data=st.data(), extra=st.integers(1, 45))
def test_a_deadline_past_the_tables_is_provisional_until_the_notice_is_out(
    data: st.DataObject, extra: int, rules: Rules
) -> None:
    calendar = rules.calendar
    start = data.draw(days_near(rules.years[-1:]))
    row = clock(length=calendar.between(start, calendar.last) + extra)
    trial, facts = rules.with_clocks(table_of(row)), received_on(start)
    before = trial.due(facts)["X"]
    assert (before.provisional, before.due_on) == (True, calendar.last + extra * DAY)
    known = trial.announced(data.draw(year_tables(2027)))
    after = known.due(facts)["X"]
    assert not after.provisional
    assert after.due_on == walk(calendar.last, extra, known) >= before.due_on
    assert after.calendar_digest != before.calendar_digest


@pytest.mark.requirement("YRD-CASE-003")
@pytest.mark.parametrize(
    ("accepted", "length", "expected"),
    [
        ("2026-02-11", 20, "2026-03-17"),
        ("2026-02-11", 10, "2026-03-03"),
        ("2026-03-02", 20, "2026-03-30"),
        ("2026-03-02", 30, "2026-04-14"),
        ("2026-09-28", 20, "2026-10-30"),
        ("2026-09-28", 5, "2026-10-10"),
        ("2026-04-29", 5, "2026-05-09"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-06-15", 5, "2026-06-23"),
    ],
)
def test_the_dates_of_the_ruling(
    rules: Rules, accepted: str, length: int, expected: str
) -> None:
    day = date.fromisoformat(accepted)
    found = rules.due(received_on(day, ("accepted", day)), under=limits(length))
    for name in ("C2", "C9"):
        assert found[name].starts_on.isoformat() == accepted
        assert found[name].due_on.isoformat() == expected
        assert not found[name].provisional


@pytest.mark.requirement("YRD-CASE-003")
@pytest.mark.parametrize(
    ("received", "expected"),
    [
        # Wednesday before the Spring Festival; Saturday the 14th is worked.
        (datetime(2026, 2, 11, 4, tzinfo=UTC), "2026-02-25"),
        # 00:30 in Beijing is still the day before in UTC.
        (datetime(2026, 2, 10, 16, 30, tzinfo=UTC), "2026-02-25"),
        # Received on a rest day: it counts the same day.
        (datetime(2026, 2, 21, 4, tzinfo=UTC), "2026-02-28"),
        (datetime(2026, 9, 28, 4, tzinfo=UTC), "2026-10-10"),
    ],
)
def test_the_dates_of_the_notice(rules: Rules, received: datetime, expected: str) -> None:
    facts = told(("receiving", "submitted", received), ("receiving", "received", received))
    assert rules.due(facts)["C1"].due_on.isoformat() == expected


def test_the_hand_over_is_due_on_the_next_working_day_and_c1_keeps_counting(
    rules: Rules,
) -> None:
    friday, saturday = date(2026, 2, 13), date(2026, 2, 14)
    first = (("submitted", friday), ("received", friday))
    found = rules.due(said_on(*first, ("handed-over", saturday)))
    assert found["C11"].due_on == date(2026, 2, 24)
    assert found["C1"].starts_on == date(2026, 2, 13)


def test_the_year_end_gives_a_lower_bound(
    rules: Rules,
) -> None:
    day = date(2026, 12, 10)
    facts = received_on(day, ("accepted", day))
    found = rules.due(facts)["C2"]
    assert (found.due_on, found.provisional) == (date(2027, 1, 5), True)
    announced = YearTable(
        year=2027,
        holidays=tuple(
            date(2027, month, day)
            for month, day in ((1, 1), (1, 2), (1, 3), (5, 1), (10, 1), (10, 2), (10, 3))
        ),
        source="made up",
        verified="no",
    )
    found = rules.announced(announced).due(facts)["C2"]
    assert (found.due_on, found.provisional) == (date(2027, 1, 8), False)


def test_the_citizens_five_days_from_service_move_off_the_holiday(
    rules: Rules,
) -> None:
    facts = received_on(date(2026, 9, 28))
    hearing = clock(length=5, unit="calendar-day", binds="citizen")
    trial = rules.with_clocks(table_of(hearing))
    assert trial.due(facts)["X"].due_on == date(2026, 10, 8)
    organ = clock(length=5, unit="calendar-day")
    trial = rules.with_clocks(table_of(organ))
    assert trial.due(facts)["X"].due_on == date(2026, 10, 3)


def test_the_citizens_last_day_in_a_year_not_announced_is_provisional(
    rules: Rules,
) -> None:
    row = clock(length=5, unit="calendar-day", binds="citizen")
    found = rules.with_clocks(table_of(row)).due(received_on(date(2026, 12, 30)))["X"]
    assert (found.due_on, found.provisional) == (date(2027, 1, 4), True)


def test_a_day_before_the_first_table_is_refused(
    rules: Rules,
) -> None:
    for row in (clock(length=5), clock(length=5, unit="calendar-day", binds="citizen")):
        with pytest.raises(KnowledgeError) as refused:
            rules.with_clocks(table_of(row)).due(received_on(date(2017, 12, 1)))
        assert refused.value.code == "calendar-not-covered"


def test_the_unit_of_a_limit_comes_from_the_item(
    rules: Rules,
) -> None:
    day = date(2026, 9, 28)
    facts = received_on(day, ("accepted", day))
    found = rules.due(facts, under=limits(7, unit="calendar-day"))
    # The shorter reading binds the organ: a last day that rests is not moved.
    for name in ("C2", "C9"):
        assert (found[name].due_on, found[name].unit) == (date(2026, 10, 5), "calendar-day")


@given(length=st.integers(0, len(WAY)))
def test_a_clock_runs_from_its_first_start_until_a_fact_stops_it(
    length: int, rules: Rules
) -> None:
    said = WAY[:length]
    facts = said_on(*((name, date(2026, 3, day)) for day, name in enumerate(said, start=2)))
    found = rules.due(facts)
    # What needs no further word: neither a day nor a value of the fact.
    plain = [row for row in rules.clocks.clocks if not row.when and not row.day]
    rows = [row for row in plain if row.role == "deadline"]
    started = [row.id for row in rows if not set(said).isdisjoint(row.starts)]
    left = [row.id for row in rows if row.id in started and set(said).isdisjoint(row.stops)]
    assert list(found) == started
    counted = in_time(rules.case(facts), facts)
    assert [d.clock for d in running(found.values(), counted, table=rules.clocks)] == left
    for row in rows:
        if row.id in found:
            starts = [said.index(name) for name in row.starts if name in said]
            days = [date(2026, 3, 2 + place) for place in starts]
            assert found[row.id].starts_on == min(days)


def test_of_two_facts_that_start_a_clock_the_first_counts(rules: Rules) -> None:
    facts = received_on(date(2026, 3, 2), ("accepted", date(2026, 3, 4)))
    row = clock(length=1, starts=("accepted", "received"))
    found = rules.with_clocks(table_of(row)).due(facts)["X"]
    assert (found.starts_on, found.due_on) == (date(2026, 3, 2), date(2026, 3, 3))


def test_a_fact_out_of_time_starts_and_stops_nothing(
    rules: Rules,
) -> None:
    facts = said_on(("submitted", date(2026, 3, 2)), ("received", date(2026, 3, 2)))
    # A window that accepts and permits by itself.
    for name in ("accepted", "permitted"):
        facts = (*facts, next_fact(facts, "receiving", name, at=BEGIN))
    found, case = rules.due(facts), rules.case(facts)
    assert found.keys() == {"C0", "C1"}
    assert case.out_of_time == ("receiving:3", "receiving:4")
    left = running(found.values(), in_time(case, facts), table=rules.clocks)
    assert left == (found["C0"], found["C1"])


def test_nothing_has_started_before_receipt(rules: Rules) -> None:
    assert rules.due(()) == {}
    assert rules.due(told(("receiving", "submitted", BEGIN))) == {}


def test_unknown_clocks_are_refused_by_name(clocks: ClockTable) -> None:
    assert clocks.row("C2").limit == "statutory"
    with pytest.raises(KnowledgeError) as refused:
        clocks.row("C99")
    assert (refused.value.code, refused.value.reason.got) == ("clock-unknown", "C99")
    assert "C11" in refused.value.reason.expected


def test_the_shipped_clocks_are_sound_and_name_facts_of_the_life_cycle(
    clocks: ClockTable, lifecycle: LifeCycle
) -> None:
    assert ClockTable.check(clocks) == ()
    assert check_clock_facts(clocks, lifecycle) == ()
    names = {row.id.partition("-")[0] for row in clocks.clocks}
    assert names == {f"C{number}" for number in range(16)}
    forward = [row for row in clocks.clocks if not row.back]
    # The organ's periods are working days, the citizen's calendar days.
    units = {("organ", "working-day"), ("citizen", "calendar-day")}
    assert {(row.binds, row.unit) for row in forward} == units
    # No clock goes on for a case that was withdrawn while it ran.
    after_the_ruling = {"C5", "C10", "C14"}
    for row in clocks.clocks:
        if row.role != "extension" and row.id not in {*after_the_ruling, "C8"}:
            assert "withdrawn" in row.stops
        assert row.effect_zh
        assert row.effect_en


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (clock(id="C1", length=5), "clock-twice", "clock.C1"),
        (clock(length=5, limit="promised"), "clock-length", "clock.X"),
        (clock(), "clock-length", "clock.X"),
        (clock(role="suspension", length=5, acts_on=("C2",)), "clock-length", "clock.X"),
        (clock(role="suspension"), "clock-acts-on", "clock.X"),
        (clock(role="extension", length=5, acts_on=("C4",)), "clock-acts-on", "clock.X"),
        (clock(length=5, acts_on=("C2",)), "clock-acts-on", "clock.X"),
    ],
)
def test_every_planted_error_of_a_clock_is_found(
    clocks: ClockTable, row: ClockRow, code: str, field: str
) -> None:
    broken = table_of(*clocks.clocks, row)
    assert [(r.code, r.field) for r in ClockTable.check(broken)] == [(code, field)]


@pytest.mark.parametrize(
    "row",
    [
        None,
        {"length": 5, "unit": "calendar-day"},
        {"length": 0},
        {"length": None, "limit": "statutory"},
    ],
)
def test_the_notice_clock_is_needed_and_fixed(
    clocks: ClockTable, row: dict[str, object] | None
) -> None:
    rows = [r for r in clocks.clocks if r.id != "C1"]
    if row is not None:
        rows.append(clocks.row("C1").model_copy(update=row))
    codes = [(r.code, r.field) for r in ClockTable.check(table_of(*rows))]
    assert codes == [("clock-notice", "clock.C1")]


def test_facts_that_no_life_cycle_has_are_found(
    clocks: ClockTable, lifecycle: LifeCycle
) -> None:
    typo = clock(length=1, starts=("recieved",), stops=("accepted", "stoped"))
    found = check_clock_facts(table_of(*clocks.clocks, typo), lifecycle)
    assert [(r.code, r.field, r.got) for r in found] == [
        ("clock-fact-unknown", "clock.X", "recieved"),
        ("clock-fact-unknown", "clock.X", "stoped"),
    ]


def test_lengths_have_a_limit(clocks: ClockTable) -> None:
    file = cast("dict[str, list[dict[str, Json]]]", clocks.masked())
    for length in (-1, 401):
        rows = [{**file["clock"][0], "length": length}]
        with pytest.raises(KnowledgeError) as refused:
            ClockTable.from_value(
                cast("Json", {"version": "x", "clock": rows}), error=KnowledgeError
            )
        assert refused.value.reason.field == "$.clock.0.length"
