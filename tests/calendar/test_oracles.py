"""Two public calendars, read day for day, and a walk that counts one day at a time."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.calendar import Calendar, YearTable, check_year
from interop.conformance.strategies.calendar import LENGTHS, days_near, year_runs

DAY = timedelta(days=1)
YEARS = range(2018, 2027)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + i * DAY for i in range((date(year + 1, 1, 1) - first).days)]


def rests_or_works(tables: tuple[YearTable, ...], day: date) -> bool:
    """Say anew, without prefix sums, whether a day is worked."""
    table = next(table for table in tables if table.year == day.year)
    if day in table.make_up_days:
        return True
    return day.weekday() < 5 and day not in table.holidays


def walked(tables: tuple[YearTable, ...], day: date, length: int) -> date:
    while length:
        day += DAY
        length -= rests_or_works(tables, day)
    return day


def test_every_year_from_2018_to_2026_is_shipped(tables: tuple[YearTable, ...]) -> None:
    assert tuple(table.year for table in tables) == tuple(YEARS)
    for table in tables:
        assert check_year(table) == ()
        assert table.notice.startswith("国办发明电")
        assert table.source
        assert table.verified == "secondary"


@pytest.mark.parametrize("year", YEARS)
def test_both_public_calendars_agree_day_for_day(calendar: Calendar, year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    for day in days_of(year):
        assert calendar.is_working(day) == chinese_calendar.is_workday(day)
        assert calendar.is_working(day) == other.is_working_day(day)


def test_the_working_days_of_the_last_three_years(calendar: Calendar) -> None:
    counts = [sum(map(calendar.is_working, days_of(year))) for year in (2024, 2025, 2026)]
    assert counts == [251, 248, 248]


@given(data=st.data(), length=LENGTHS)
def test_adding_is_walking_day_by_day(data: st.DataObject, length: int) -> None:
    tables = data.draw(year_runs(2))
    calendar = Calendar.of(tables)
    day = data.draw(days_near(tables[:1]))
    expected = walked(tables, day, length)
    assert calendar.add(day, length).day == expected
    assert calendar.between(day, expected) == length


@given(data=st.data(), length=LENGTHS)
def test_and_so_it_is_on_the_shipped_tables(
    tables: tuple[YearTable, ...], calendar: Calendar, data: st.DataObject, length: int
) -> None:
    day = data.draw(days_near(tables[:-1]))
    assert calendar.add(day, length).day == walked(tables, day, length)
