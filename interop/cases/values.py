"""What a fact must say: values by key, each of one form."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, Literal

from pydantic import JsonValue

from interop.model.day import day_of
from interop.model.record import Record

COUNT_MAX: Final = 400
# Years in which a day of a case may lie.
YEAR_MIN: Final = 1950
YEAR_MAX: Final = 2099
Body = Mapping[str, JsonValue]


class Need(Record):
    """A value that a fact must have.

    Attributes:
        key: Key in the body of the fact.
        values: The values allowed; empty for any.
        form: Text; a day ``2026-03-02``; an instant with its zone; a number of days.
    """

    key: str
    values: tuple[str, ...] = ()
    form: Literal["text", "day", "instant", "count"] = "text"


def meets(need: Need, body: Body) -> bool:
    """Return whether ``body`` has the value that is needed."""
    value = body.get(need.key)
    match need.form:
        case "text":
            allowed = not need.values or value in need.values
            return isinstance(value, str) and bool(value.strip()) and allowed
        case "day":
            return isinstance(value, str) and _day(value) is not None
        case "instant":
            return isinstance(value, str) and _instant(value) is not None
        case "count":
            return type(value) is int and 0 < value <= COUNT_MAX


def unmet(needs: tuple[Need, ...], body: Body) -> Iterator[Need]:
    """Yield each need that ``body`` does not meet."""
    return (need for need in needs if not meets(need, body))


def day_at(body: Body, key: str) -> date | None:
    """Return the day in Asia/Shanghai that ``body`` names; None if it names none."""
    value = body.get(key)
    if not isinstance(value, str):
        return None
    if (day := _day(value)) is not None:
        return day
    instant = _instant(value)
    return None if instant is None else day_of(instant)


def _day(text: str) -> date | None:
    # One spelling: date.fromisoformat also reads 20260302 and 2026-W10-1.
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and YEAR_MIN <= day.year <= YEAR_MAX else None


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    in_reach = instant.tzinfo is not None and YEAR_MIN <= instant.year <= YEAR_MAX
    return instant if in_reach else None
