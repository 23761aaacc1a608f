"""What holds for any calendar."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.calendar import Calendar, Due, YearTable
from interop.calendar.calendar import LENGTH_DAYS_MAX
from interop.calendar.year import YEAR_MAX
from interop.conformance.strategies.calendar import (
    LENGTHS,
    days_near,
    overlays,
    year_runs,
    year_tables,
)
from interop.errors import KnowledgeError

DAY = timedelta(days=1)
RUNS = year_runs()


def code_of(caught: pytest.ExceptionInfo[KnowledgeError]) -> tuple[str, str]:
    return caught.value.code, caught.value.reason.got


@given(data=st.data(), tables=RUNS, length=LENGTHS, more=LENGTHS)
def test_two_periods_in_a_row_are_one(
    data: st.DataObject, tables: tuple[YearTable, ...], length: int, more: int
) -> None:
    calendar = Calendar.of(tables)
    day = data.draw(days_near(tables[:2]))
    assert calendar.add(calendar.add(day, length).day, more) == calendar.add(day, length + more)


@given(data=st.data(), tables=RUNS, length=LENGTHS)
def test_a_deadline_is_a_working_day_and_later_with_every_day(
    data: st.DataObject, tables: tuple[YearTable, ...], length: int
) -> None:
    calendar = Calendar.of(tables)
    day = data.draw(days_near(tables[:2]))
    due, after = calendar.add(day, length + 1).day, calendar.add(day, length + 2).day
    assert calendar.is_working(due)
    assert day < due < after
    assert calendar.add(day + DAY, length + 1).day >= due


@given(data=st.data(), tables=RUNS, length=LENGTHS)
def test_counting_back_undoes_counting_on(
    data: st.DataObject, tables: tuple[YearTable, ...], length: int
) -> None:
    calendar = Calendar.of(tables)
    day = calendar.on_or_after(data.draw(days_near(tables[:2]))).day
    assert calendar.subtract(calendar.add(day, length).day, length) == Due(day)


@given(data=st.data(), tables=RUNS)
def test_between_adds_up_and_turns_round(
    data: st.DataObject, tables: tuple[YearTable, ...]
) -> None:
    calendar = Calendar.of(tables)
    a, b, c = (data.draw(days_near(tables)) for _ in range(3))
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)


@given(data=st.data(), tables=RUNS)
def test_on_or_after_is_the_nearest_working_day(
    data: st.DataObject, tables: tuple[YearTable, ...]
) -> None:
    calendar = Calendar.of(tables)
    day = data.draw(days_near(tables[:2]))
    found = calendar.on_or_after(day).day
    assert found >= day
    assert calendar.is_working(found)
    assert not any(calendar.is_working(day + i * DAY) for i in range((found - day).days))


@given(data=st.data(), tables=RUNS, length=LENGTHS, known=st.integers(1, 2))
def test_no_notice_brings_the_day_before_a_provisional_one(
    data: st.DataObject, tables: tuple[YearTable, ...], length: int, known: int
) -> None:
    early, full = Calendar.of(tables[:known]), Calendar.of(tables)
    day = data.draw(days_near(tables[:2]))
    asked, true = early.add(day, length, provisional=True), full.add(day, length)
    assert asked.day <= true.day
    if not asked.provisional:
        assert asked == true
        assert early.add(day, length) == true
    rest = early.on_or_after(day, provisional=True)
    assert rest.day <= full.on_or_after(day).day
    assert rest.provisional == (rest.day > early.last)


def test_the_earliest_day_is_reached_where_every_weekend_is_worked() -> None:
    def table(year: int, worked: tuple[date, ...]) -> YearTable:
        fixed = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
        days = tuple(date(year, month, day) for month, day in fixed)
        return YearTable(
            year=year, holidays=days, make_up_days=worked, source="made up", verified="no"
        )

    worked = (date(2027, 1, 2), date(2027, 1, 3))
    early, full = table(2026, ()), table(2027, worked)
    asked = Calendar.of([early]).add(date(2027, 1, 1), 2, provisional=True)
    assert asked == Due(date(2027, 1, 3), provisional=True)
    assert Calendar.of([early, full]).add(date(2027, 1, 1), 2) == Due(date(2027, 1, 3))


@given(data=st.data(), tables=RUNS)
def test_the_order_of_the_tables_does_not_matter(
    data: st.DataObject, tables: tuple[YearTable, ...]
) -> None:
    one, other = Calendar.of(tables), Calendar.of(data.draw(st.permutations(tables)))
    assert one == other
    assert one.digest == other.digest
    assert one.years == tuple(table.year for table in tables)
    assert (one.first, one.last) == (date(one.years[0], 1, 1), date(one.years[-1], 12, 31))


@given(data=st.data(), tables=year_runs(2))
def test_the_digest_tells_days_not_words(
    data: st.DataObject, tables: tuple[YearTable, ...]
) -> None:
    calendar = Calendar.of(tables)
    said = tables[0].model_copy(update={"source": "said anew", "notice": "x"})
    assert Calendar.of([said, tables[1]]).digest == calendar.digest
    other = data.draw(year_tables(tables[0].year))
    changed = Calendar.of([other, tables[1]])
    same = (other.holidays, other.make_up_days) == (
        tables[0].holidays,
        tables[0].make_up_days,
    )
    assert (changed.digest == calendar.digest) == same


@given(data=st.data(), tables=year_runs(1))
def test_an_overlay_holds_where_asked_for_and_the_nearer_one_wins(
    data: st.DataObject, tables: tuple[YearTable, ...]
) -> None:
    year = tables[0].year
    county, city = (data.draw(overlays(year, code)) for code in ("310151", "310000"))
    national = Calendar.of(tables)
    laid = Calendar.of([county, *tables, city], regions=("310151", "310000"))
    assert Calendar.of([county, *tables, city]) == national
    for i in range(366):
        day = min(date(year, 1, 1) + i * DAY, date(year, 12, 31))
        expected = national.is_working(day)
        for overlay in (city, county):
            expected = day in overlay.make_up_days or (expected and day not in overlay.holidays)
        assert laid.is_working(day) == expected
    assert laid.years == national.years
    assert (laid.digest == national.digest) is False


def test_a_typhoon_moves_a_deadline_by_the_days_closed(
    calendar: Calendar, tables: tuple[YearTable, ...]
) -> None:
    closed = YearTable(
        year=2026,
        holidays=(date(2026, 7, 23), date(2026, 7, 24)),
        source="made up",
        verified="no",
        region="310151",
    )
    laid = Calendar.of([*tables, closed], regions=["310151", "310000"])
    assert calendar.add(date(2026, 7, 20), 5) == Due(date(2026, 7, 27))
    assert laid.add(date(2026, 7, 20), 5) == Due(date(2026, 7, 29))


@pytest.mark.parametrize("length", [-1, LENGTH_DAYS_MAX + 1])
def test_a_length_out_of_range_is_refused(calendar: Calendar, length: int) -> None:
    for move in (calendar.add, calendar.subtract):
        with pytest.raises(KnowledgeError) as caught:
            move(date(2024, 1, 2), length)
        assert code_of(caught) == ("calendar-length", str(length))
    assert calendar.add(date(2018, 1, 1), 0) == Due(date(2018, 1, 1))
    assert calendar.subtract(date(2018, 1, 1), 0) == Due(date(2018, 1, 1))
    longest = calendar.add(date(2026, 12, 31), LENGTH_DAYS_MAX, provisional=True)
    assert longest.day == date(2026, 12, 31) + LENGTH_DAYS_MAX * DAY


def test_days_outside_the_tables_are_refused_by_year(calendar: Calendar) -> None:
    before, after = date(2017, 12, 31), date(2027, 1, 1)
    refused: list[tuple[Callable[[], object], str]] = [
        (lambda: calendar.is_working(before), "2017"),
        (lambda: calendar.is_working(after), "2027"),
        (lambda: calendar.add(before, 1, provisional=True), "2017"),
        (lambda: calendar.add(date(2028, 12, 31), 1), "2027"),
        (lambda: calendar.add(date(YEAR_MAX + 1, 1, 1), 1, provisional=True), "2027"),
        (lambda: calendar.add(date.max, 9, provisional=True), "2027"),
        (lambda: calendar.subtract(date(2018, 1, 2), 1), "2017"),
        (lambda: calendar.subtract(after, 1), "2027"),
        (lambda: calendar.on_or_after(before, provisional=True), "2017"),
        (lambda: calendar.on_or_after(after), "2027"),
        (lambda: calendar.between(date(2026, 1, 1), after), "2027"),
        (lambda: calendar.between(before, date(2026, 1, 1)), "2017"),
    ]
    for ask, year in refused:
        with pytest.raises(KnowledgeError) as caught:
            ask()
        assert code_of(caught) == ("calendar-not-covered", year)
    assert calendar.covers(date(2018, 1, 1))
    assert calendar.covers(date(2026, 12, 31))
    assert not calendar.covers(before)
    assert not calendar.covers(after)
    assert calendar.subtract(date(2018, 1, 3), 1) == Due(date(2018, 1, 2))


def test_years_come_once_without_gaps(tables: tuple[YearTable, ...]) -> None:
    closed = tables[0].model_copy(
        update={"region": "310000", "holidays": (), "make_up_days": ()}
    )
    for given_tables in (
        (),
        (tables[0], tables[2]),
        (tables[0], tables[0]),
        (tables[0], closed, closed),
        (tables[1], closed),
        (closed,),
    ):
        with pytest.raises(KnowledgeError) as caught:
            Calendar.of(given_tables, regions=["310000"])
        assert caught.value.code == "calendar-years"


def test_a_table_that_does_not_pass_its_check_is_refused_whole() -> None:
    bare = YearTable(year=2026, source="made up", verified="no")
    with pytest.raises(KnowledgeError) as caught:
        Calendar.of([bare])
    assert {reason.code for reason in caught.value.reasons} == {"calendar-year-incomplete"}
    assert [reason.got for reason in caught.value.reasons] == [
        "01-01",
        "05-01",
        "10-01",
        "10-02",
        "10-03",
    ]
