"""Reckon last days: pure arithmetic on days, nothing about cases.

The day that starts a term is not counted. Days on which it stands still are left out once,
however many reasons there are for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from interop.calendar import Calendar, Due
from interop.cases.clocks import Unit

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days on which a term stands still, both ends inclusive."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Term:
    """A length to be counted from a day.

    Attributes:
        first: The day that starts it, not counted; or the day to count back from.
        length: How many units, extensions included.
        unit: Working or calendar days.
        binds: Whom it binds: a citizen's last day moves off a rest day, the organ's not.
        back: Whether it is counted back.
        grace: Whether an act on the next working day counts where the last day rests.
        spans: Days left out, see :func:`merged`.
    """

    first: date
    length: int
    unit: Unit = "working-day"
    binds: Literal["organ", "citizen"] = "organ"
    back: bool = False
    grace: bool = False
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Last:
    """The last day of a term.

    Attributes:
        day: Inclusive; the earliest day possible while provisional.
        provisional: Whether a year that is not announced could still move it.
        counts_until: Later day up to which an act still counts; None if none.
        left_out: Units left out because the term stood still.
    """

    day: date
    provisional: bool = False
    counts_until: date | None = None
    left_out: int = 0


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the union of ``spans`` as spans that do not overlap, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if span.last < span.first:
            continue
        if found and span.first <= found[-1].last:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def last_day(term: Term, calendar: Calendar) -> Last:
    """Return the last day of a term.

    Raises:
        KnowledgeError: ``calendar-not-covered`` for a day before the first year covered, or
            ``calendar-length``.

    Source: 行政许可法第八十二条; 民法典第二百零一条、第二百零三条 (by analogy, unverified).
    """
    if term.back:
        return _back(term, calendar)
    if not term.spans and term.unit == "working-day":
        due = calendar.add(term.first, term.length, provisional=True)
        return Last(due.day, due.provisional)
    due, left_out = _forward(term, term.length, calendar), 0
    # What is due the same day has no day that could be left out.
    for span in term.spans if term.length else ():
        if span.first > due.day:
            break
        left_out += _units(term, span, calendar)
        due = _forward(term, term.length + left_out, calendar)
    if term.unit == "calendar-day" and term.binds == "citizen":
        due = calendar.on_or_after(due.day, provisional=True)
    return Last(due.day, due.provisional, left_out=left_out)


def _back(term: Term, calendar: Calendar) -> Last:
    if term.unit == "working-day":
        due = calendar.subtract(term.first, term.length, provisional=True)
        return Last(due.day, due.provisional)
    day = term.first - term.length * _DAY
    if not term.grace:
        return Last(day)
    # The day itself stands; only what still counts as in time is moved.
    until = calendar.on_or_after(day, provisional=True)
    moved = until.day if until.day != day else None
    return Last(day, until.provisional, counts_until=moved)


def _forward(term: Term, length: int, calendar: Calendar) -> Due:
    if term.unit == "working-day":
        return calendar.add(term.first, length, provisional=True)
    return Due(term.first + length * _DAY)


def _units(term: Term, span: Span, calendar: Calendar) -> int:
    """Return how many units of the term a span takes out; the first day counts no more."""
    first = max(span.first, term.first + _DAY)
    if span.last < first:
        return 0
    if term.unit == "working-day":
        return calendar.between(first - _DAY, span.last, provisional=True)
    return (span.last - first).days + 1
