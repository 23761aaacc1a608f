"""Draw year tables, runs of years, and days near the borders of holidays."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

from interop.calendar.year import FIXED_HOLIDAYS, SATURDAY, YearTable

LENGTHS: Final = st.integers(0, 45)
FIRST_YEARS: Final = st.integers(2018, 2035)
EXTRA_MAX: Final = 12
NEAR_DAYS: Final = 4


@st.composite
def year_tables(draw: st.DrawFn, year: int) -> YearTable:
    """Draw a sound national table of ``year``, days crowded at its two ends."""
    fixed = {date(year, month, day) for month, day in FIXED_HOLIDAYS}
    holidays = fixed | set(draw(st.lists(_days_of(year), max_size=EXTRA_MAX)))
    worked = {
        day
        for day in draw(st.lists(_days_of(year), max_size=EXTRA_MAX))
        if day.weekday() >= SATURDAY and day not in holidays
    }
    return YearTable(
        year=year,
        holidays=tuple(sorted(holidays)),
        make_up_days=tuple(sorted(worked)),
        source="made up",
        verified="no",
    )


@st.composite
def year_runs(draw: st.DrawFn, count: int = 3) -> tuple[YearTable, ...]:
    """Draw tables of ``count`` years without gaps."""
    first = draw(FIRST_YEARS)
    return tuple(draw(year_tables(year)) for year in range(first, first + count))


@st.composite
def overlays(draw: st.DrawFn, year: int, region: str) -> YearTable:
    """Draw a table that closes or opens days of one region."""
    closed = set(draw(st.lists(_days_of(year), max_size=EXTRA_MAX)))
    opened = set(draw(st.lists(_days_of(year), max_size=EXTRA_MAX))) - closed
    return YearTable(
        year=year,
        holidays=tuple(sorted(closed)),
        make_up_days=tuple(sorted(opened)),
        source="made up",
        verified="no",
        region=region,
    )


def days_near(tables: Sequence[YearTable]) -> st.SearchStrategy[date]:
    """Draw days a few days around the holidays and the year ends of ``tables``."""
    marks = sorted({day for table in tables for day in (*table.holidays, *table.make_up_days)})
    first, last = date(tables[0].year, 1, 1), date(tables[-1].year, 12, 31)
    shifts = st.integers(-NEAR_DAYS, NEAR_DAYS)
    near = st.builds(_shifted, st.sampled_from([first, *marks, last]), shifts)
    return near.map(lambda day: min(max(day, first), last))


def _shifted(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _days_of(year: int) -> st.SearchStrategy[date]:
    ends = st.one_of(
        st.dates(date(year, 1, 1), date(year, 1, 20)),
        st.dates(date(year, 12, 11), date(year, 12, 31)),
    )
    return st.one_of(ends, st.dates(date(year, 1, 1), date(year, 12, 31)))
