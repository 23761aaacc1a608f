"""Days of the law are days in Asia/Shanghai."""

from datetime import MAXYEAR, date, datetime, time, timedelta, timezone
from typing import Final

# A fixed offset: the zone has kept UTC+8 since 1991, and no zone data need be installed.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_of(instant: datetime) -> date:
    """Return the day of an aware instant in Asia/Shanghai; past the calendar, its end.

    Raises:
        ValueError: The instant is naive; the machine's own zone must never decide a day.
    """
    if instant.tzinfo is None:
        msg = "an instant needs a time zone"
        raise ValueError(msg)
    try:
        return instant.astimezone(SHANGHAI).date()
    except OverflowError:
        return date.max if instant.year == MAXYEAR else date.min


def midnight(day: date) -> datetime:
    """Return the first instant of ``day`` in Asia/Shanghai; aware."""
    return datetime.combine(day, time.min, SHANGHAI)
