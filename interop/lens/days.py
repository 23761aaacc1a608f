"""Days and instants as documents spell them; a canonical day is ISO, Asia/Shanghai."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Final

from interop.lens.unfit import Unfit
from interop.model.canonical import Json

SHANGHAI: Final = timezone(timedelta(hours=8))

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACE: Final = re.compile(r"%[YmdHMS]")
_DAY: Final = ("%Y", "%d", "%m")
_INSTANT: Final = ("%H", "%M", "%S", *_DAY)
_TIMES: Final = frozenset(("%H", "%M", "%S"))


def day_codec(
    pattern: str,
) -> tuple[Callable[[str], str], Callable[[Json], str]] | None:
    """Return reader and writer of days in ``pattern``; None if it is malformed."""
    shape = _shape(pattern, _DAY)
    if shape is None:
        return None

    def read(text: str) -> str:
        hit = shape.fullmatch(text)
        if hit is None:
            raise Unfit
        try:
            return date(int(hit["Y"]), int(hit["m"]), int(hit["d"])).isoformat()
        except ValueError:
            raise Unfit from None

    def write(value: Json) -> str:
        return _spelt(pattern, day_of(value))

    return read, write


def day_of(value: Json) -> date:
    """Return the day that the canonical ``value`` means; raise Unfit if none."""
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise Unfit
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unfit from None


def instant_codec(
    pattern: str,
) -> tuple[Callable[[str], str], Callable[[Json], str]] | None:
    """Return reader and writer of instants in ``pattern``; None if it is malformed.

    Documents give the time of Asia/Shanghai; canonical text carries ``+08:00``.
    """
    shape = _shape(pattern, _INSTANT)
    if shape is None:
        return None

    def read(text: str) -> str:
        hit = shape.fullmatch(text)
        if hit is None:
            raise Unfit
        try:
            parts = [int(hit[name]) for name in "YmdHMS"]
            return datetime(*parts, tzinfo=SHANGHAI).isoformat()  # type: ignore[misc,arg-type]  # six whole numbers
        except ValueError:
            raise Unfit from None

    def write(value: Json) -> str:
        if not isinstance(value, str):
            raise Unfit
        return _spelt(pattern, _instant_of(value))

    return read, write


def _instant_of(value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise Unfit from None
    if instant.isoformat() != value or instant.utcoffset() != SHANGHAI.utcoffset(None):
        raise Unfit
    if instant.microsecond:
        raise Unfit
    return instant


def _shape(pattern: str, wanted: tuple[str, ...]) -> re.Pattern[str] | None:
    between = _PLACE.split(pattern)
    places = _PLACE.findall(pattern)
    if sorted(places) != sorted(wanted) or "%" in "".join(between):
        return None
    if any(_touches(piece, at, len(between)) for at, piece in enumerate(between)):
        return None
    # Months and days of one digit are read only where something separates them.
    short = "[0-9]{1,2}" if all(between[1:-1]) else "[0-9]{2}"
    shapes = {"%Y": "(?P<Y>[0-9]{4})", "%m": f"(?P<m>{short})", "%d": f"(?P<d>{short})"}
    shapes |= {time: f"(?P<{time[1]}>[0-9]{{2}})" for time in _TIMES}
    return re.compile(_PLACE.sub(lambda hit: shapes[hit[0]], re.escape(pattern)))


def _touches(piece: str, at: int, count: int) -> bool:
    """Return whether fixed digits stand right beside a place."""
    after = at > 0 and piece[:1].isdigit()
    before = at < count - 1 and piece[-1:].isdigit()
    return after or before


def _spelt(pattern: str, day: date) -> str:
    spelt = {"%Y": f"{day.year:04}", "%m": f"{day.month:02}", "%d": f"{day.day:02}"}
    if isinstance(day, datetime):
        spelt |= {"%H": f"{day.hour:02}", "%M": f"{day.minute:02}", "%S": f"{day.second:02}"}
    return _PLACE.sub(lambda hit: spelt[hit[0]], pattern)
