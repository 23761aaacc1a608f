"""Dates and date-times of CertLogic as milliseconds since 1970-01-01T00:00:00Z.

A date without a time is midnight, a missing offset is Z, decimals beyond the third are
dropped. A year or a month stands for its last day. Adding months or years keeps the day of
the month and flows over where the month is too short: 2020-02-29 and one year is 2021-03-01.

Source: CertLogic specification 1.3.2, plusTime and dccDateOfBirth.
"""

import re
from calendar import monthrange
from datetime import date
from typing import Final

MS_PER_SECOND: Final = 1000
MS_PER_MINUTE: Final = 60 * MS_PER_SECOND
MS_PER_HOUR: Final = 60 * MS_PER_MINUTE
MS_PER_DAY: Final = 24 * MS_PER_HOUR
MONTHS_PER_YEAR: Final = 12
UNITS: Final = ("year", "month", "day", "hour")
AMOUNT_MAX: Final = 100_000
MONTH_AMOUNT_MAX: Final = 12_000
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()

_PARTIAL: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?", re.ASCII)
_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:Z|([+-])([0-9]{1,2}):?([0-9]{2})?)?",
    re.ASCII,
)


def birth_of(text: str) -> int | None:
    """Return the last day that fits ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; None if none."""
    hit = _PARTIAL.fullmatch(text)
    if hit is None:
        return None
    year = int(hit[1])
    month = int(hit[2] or MONTHS_PER_YEAR)
    if year < 1 or not 1 <= month <= MONTHS_PER_YEAR:
        return None
    last = monthrange(year, month)[1]
    day = int(hit[3] or last)
    return day_ms(year, month, day) if 1 <= day <= last else None


def moment_of(text: str) -> int | None:
    """Return the moment that ``text`` writes; None if it is no date or date-time."""
    hit = _TIME.fullmatch(text)
    if hit is None:
        return birth_of(text)
    day = birth_of(hit[1])
    hour, minute, second = int(hit[2]), int(hit[3]), int(hit[4])
    offset = (int(hit[7] or 0), int(hit[8] or 0))
    ends = hour < 24 or (hour, minute, second) == (24, 0, 0)  # noqa: PLR2004 -- ISO 8601
    if day is None or not ends or max(minute, second, offset[1]) > 59 or offset[0] > 23:  # noqa: PLR2004 -- ISO 8601
        return None
    shift = offset[0] * MS_PER_HOUR + offset[1] * MS_PER_MINUTE
    time = hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND
    millis = int((hit[5] or "").ljust(3, "0")[:3])
    return day + time + millis + (shift if hit[6] == "-" else -shift)


def day_ms(year: int, month: int, day: int) -> int:
    """Return midnight of a day; ``day`` may lie beyond the month, years run from 1."""
    return (date(year, month, 1).toordinal() + day - 1 - EPOCH_DAY) * MS_PER_DAY


def plus_months(moment: int, months: int) -> int | None:
    """Return the moment ``months`` later, flowing over; None outside the years 1 … 9999."""
    ordinal, time = divmod(moment, MS_PER_DAY)
    if not 1 <= ordinal + EPOCH_DAY <= date.max.toordinal():
        return None
    day = date.fromordinal(ordinal + EPOCH_DAY)
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        return None
    return day_ms(year, month + 1, day.day) + time


def written(moment: int) -> str:
    """Return ``moment`` as ``YYYY-MM-DDThh:mm:ssZ``; its years are 1 … 9999."""
    ordinal, time = divmod(moment, MS_PER_DAY)
    hour, rest = divmod(time, MS_PER_HOUR)
    minute, rest = divmod(rest, MS_PER_MINUTE)
    second, millis = divmod(rest, MS_PER_SECOND)
    tail = f".{millis:03}" if millis else ""
    day = date.fromordinal(ordinal + EPOCH_DAY).isoformat()
    return f"{day}T{hour:02}:{minute:02}:{second:02}{tail}Z"
