"""The table of one year: which days the notice makes rest days and which working days.

Source: 全国年节及纪念日放假办法; the yearly 部分节假日安排的通知 of the State Council's
General Office.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from pydantic import Field

from interop.calendar.reasons import (
    DAY_OF_OTHER_YEAR,
    DAY_OUT_OF_ORDER,
    MAKE_UP_DAY_IS_HOLIDAY,
    MAKE_UP_DAY_ON_WEEKDAY,
    YEAR_INCOMPLETE,
)
from interop.errors import Reason
from interop.model.item import Verified
from interop.model.record import Record

YEAR_MIN: Final = 2000
YEAR_MAX: Final = 2100
HOLIDAYS_MAX: Final = 60
SATURDAY: Final = 5
# Days of the solar year that no notice moves.
FIXED_HOLIDAYS: Final = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


class YearTable(Record):
    """Holidays and make-up days of one calendar year.

    The notice for a year may name days of the year before (2018-12-29, 2022-12-31): such
    days stand in the table of the year they belong to, whose digest then changes.

    Attributes:
        year: Calendar year.
        holidays: Days off by the notice, weekends within a holiday included.
        make_up_days: Weekend days that are worked (调休).
        notice: Number of the notice, and of those that changed it; empty if not certain.
        source: The document, and what the days were compared with.
        verified: ``yes`` read in the official text, ``secondary`` in a copy, ``no`` not read.
        region: Empty for the national table; for an overlay, such as days closed by a
            typhoon, the code of the region it holds for.
    """

    year: int = Field(ge=YEAR_MIN, le=YEAR_MAX)
    holidays: tuple[date, ...] = Field(default=(), max_length=HOLIDAYS_MAX)
    make_up_days: tuple[date, ...] = Field(default=(), max_length=HOLIDAYS_MAX)
    notice: str = ""
    source: str = Field(min_length=1)
    verified: Verified
    region: str = Field(default="", pattern=r"^([1-9][0-9]{5})?$")


def check_year(table: YearTable) -> tuple[Reason, ...]:
    """Return the problems of a table that its schema cannot say.

    Days of another year, out of order or listed twice; make-up days on a weekday or also
    holidays; a national table without the statutory days that no notice moves.
    """
    return (
        *_day_problems(table, "holidays", table.holidays),
        *_day_problems(table, "make_up_days", table.make_up_days),
        *_make_up_problems(table),
        *(() if table.region else _missing(table)),
    )


def _day_problems(table: YearTable, field: str, days: tuple[date, ...]) -> Iterator[Reason]:
    last = date.min
    for day in days:
        if day.year != table.year:
            yield DAY_OF_OTHER_YEAR.of(field=field, got=day, expected=table.year)
        if day <= last:
            yield DAY_OUT_OF_ORDER.of(field=field, got=day)
        last = day


def _make_up_problems(table: YearTable) -> Iterator[Reason]:
    for day in table.make_up_days:
        if day in table.holidays:
            yield MAKE_UP_DAY_IS_HOLIDAY.of(field="make_up_days", got=day)
        # An overlay may take back a national holiday, so any day may be worked by it.
        if not table.region and day.weekday() < SATURDAY:
            yield MAKE_UP_DAY_ON_WEEKDAY.of(field="make_up_days", got=day)


def _missing(table: YearTable) -> Iterator[Reason]:
    for month, day in FIXED_HOLIDAYS:
        if date(table.year, month, day) not in table.holidays:
            yield YEAR_INCOMPLETE.of(field=str(table.year), got=f"{month:02}-{day:02}")
