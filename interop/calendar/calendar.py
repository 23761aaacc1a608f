"""A calendar of working days over a run of years without gaps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, Literal, Self

from interop.calendar.reasons import LENGTH_REFUSED, NOT_COVERED, YEARS_BROKEN
from interop.calendar.year import SATURDAY, YEAR_MAX, YearTable, check_year
from interop.errors import KnowledgeError
from interop.model.canonical import Json, canonical_bytes, digest

LENGTH_DAYS_MAX: Final = 4000

_DAY: Final = timedelta(days=1)
# Worked; worked by a notice; off by a notice; off as every week; of a year without notice.
DayKind = Literal["working", "make-up", "holiday", "weekend", "uncovered"]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A day that a period leads to.

    Attributes:
        day: Last day of the period, inclusive, Asia/Shanghai.
        provisional: True if the period runs into a year no notice covers. Then ``day`` is
            the earliest day possible: the true day is that day or a later one.
    """

    day: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of the years covered; build it with :meth:`of`.

    Prefix sums make every question O(1), whatever the length of the period.

    Attributes:
        tables: National tables in order, each followed by the overlays laid over it.
        first: First day covered.
        last: Last day covered.
        digest: Digest over which days rest and which are worked, by table.
    """

    tables: tuple[YearTable, ...]
    first: date
    last: date
    digest: str
    _days: Sequence[date] = field(repr=False, compare=False)
    _counts: Sequence[int] = field(repr=False, compare=False)
    _named: Mapping[date, bool] = field(repr=False, compare=False)
    # Days are counted from the first one by their ordinals: no timedelta on the way.
    _origin: int = field(repr=False, compare=False)

    @classmethod
    def of(cls, tables: Iterable[YearTable], *, regions: Collection[str] = ()) -> Self:
        """Return the calendar of ``tables``.

        Args:
            tables: In any order.
            regions: Codes whose overlays hold, from the region itself upwards; where two
                overlays name one day, that of the nearer region holds. Other overlays are
                left out.

        Raises:
            KnowledgeError: Every problem that :func:`check_year` finds, or
                ``calendar-years`` for no table, a gap, a year twice.
        """
        kept = _in_order(tables, tuple(regions))
        years = [table.year for table in kept if not table.region]
        first = date(years[0], 1, 1)
        span = (date(years[-1], 12, 31) - first).days + 1
        worked: dict[date, bool] = {}
        for table in kept:
            worked |= dict.fromkeys(table.holidays, False)
            worked |= dict.fromkeys(table.make_up_days, True)
        every = [first + i * _DAY for i in range(span)]
        works = [worked.get(day, day.weekday() < SATURDAY) for day in every]
        days = tuple(day for day, work in zip(every, works, strict=True) if work)
        counts = tuple(accumulate(works))
        ends = (first, every[-1])
        return cls(kept, *ends, _digest(kept), days, counts, worked, first.toordinal())

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years covered, in order."""
        return tuple(table.year for table in self.tables if not table.region)

    def covers(self, day: date) -> bool:
        """Return whether the tables cover ``day``."""
        return self.first <= day <= self.last

    def is_working(self, day: date) -> bool:
        """Return whether ``day`` is worked.

        Raises:
            KnowledgeError: ``calendar-not-covered`` names the year.
        """
        return self._count(day) > self._count_before(day)

    def kind_of(self, day: date) -> DayKind:
        """Return what kind of day ``day`` is, and by what; for explanations.

        ``uncovered`` for a day after the last year covered. Raises as :meth:`is_working`.
        """
        if day > self.last:
            return "uncovered"
        works = self.is_working(day)
        if day in self._named:
            return "make-up" if works else "holiday"
        return "working" if works else "weekend"

    def add(self, day: date, length: int, *, provisional: bool = False) -> Due:
        """Return the ``length``-th working day after ``day``.

        Args:
            day: Day that starts the period, not counted itself; may be a rest day.
            length: Working days from 0 to 4000; 0 is ``day`` itself.
            provisional: Answer also where the period runs into years not covered. Then the
                earliest day possible is returned: every day not covered counts as worked,
                weekends too, since a notice may make any of them a make-up day. No notice
                for those years can bring the true day before it.

        Raises:
            KnowledgeError: ``calendar-not-covered`` names the first year missing;
                ``calendar-length``.
        """
        _check_length(length)
        if length == 0:
            return Due(day)
        if day > self.last:
            return self._beyond(day, length, provisional=provisional)
        goal = self._count(day) + length
        if goal <= len(self._days):
            return Due(self._days[goal - 1])
        return self._beyond(self.last, goal - len(self._days), provisional=provisional)

    def subtract(self, day: date, length: int, *, provisional: bool = False) -> Due:
        """Return the ``length``-th working day before ``day``, ``day`` itself not counted.

        Args and Raises as for :meth:`add`. If ``day`` lies in a year not covered, the earliest
        day possible is the one where none of the days not covered is worked.
        """
        _check_length(length)
        if length == 0:
            return Due(day)
        beyond = day > self.last
        if beyond and (not provisional or day.year > YEAR_MAX):
            raise _not_covered(self.last.year + 1)
        goal = (len(self._days) if beyond else self._count_before(day)) - length
        if goal < 0:
            raise _not_covered(self.first.year - 1)
        return Due(self._days[goal], provisional=beyond)

    def on_or_after(self, day: date, *, provisional: bool = False) -> Due:
        """Return ``day`` if it is worked, else the next working day.

        For periods in calendar days whose last day moves off a rest day. Raises as
        :meth:`add`.
        """
        if day > self.last:
            return self._beyond(day - _DAY, 1, provisional=provisional)
        return Due(day) if self.is_working(day) else self.add(day, 1, provisional=provisional)

    def between(self, start: date, end: date, *, provisional: bool = False) -> int:
        """Return the number of working days after ``start`` up to and including ``end``.

        Negative if ``end`` lies before ``start``. With ``provisional``, days after the last
        one covered count as worked, as in :meth:`add`.

        Raises:
            KnowledgeError: ``calendar-not-covered``.
        """
        if provisional:
            return self._count_openly(end) - self._count_openly(start)
        return self._count(end) - self._count(start)

    def _count_openly(self, day: date) -> int:
        beyond = day.toordinal() - self._origin - len(self._counts) + 1
        return len(self._days) + beyond if beyond > 0 else self._count(day)

    def _count(self, day: date) -> int:
        place = day.toordinal() - self._origin
        if not 0 <= place < len(self._counts):
            raise _not_covered(day.year)
        return self._counts[place]

    def _count_before(self, day: date) -> int:
        self._count(day)
        return 0 if day == self.first else self._count(day - _DAY)

    def _beyond(self, day: date, left: int, *, provisional: bool) -> Due:
        if not provisional or day.year > YEAR_MAX:
            raise _not_covered(self.last.year + 1)
        return Due(day + left * _DAY, provisional=True)


def _in_order(tables: Iterable[YearTable], regions: tuple[str, ...]) -> tuple[YearTable, ...]:
    nearness = {"": len(regions), **{code: place for place, code in enumerate(regions)}}
    kept = [table for table in tables if table.region in nearness]
    kept.sort(key=lambda table: (table.year, -nearness[table.region]))
    problems = [reason for table in kept for reason in check_year(table)]
    if problems:
        raise KnowledgeError(*problems)
    national = [table.year for table in kept if not table.region]
    known = set(national)
    gapless = bool(known) and len(known) == max(known) - min(known) + 1 == len(national)
    named = {(table.year, table.region) for table in kept}
    if not gapless or len(named) != len(kept) or any(t.year not in known for t in kept):
        shown = ", ".join(f"{t.year} {t.region}".strip() for t in kept) or "-"
        raise KnowledgeError(YEARS_BROKEN.of(field="years", got=shown))
    return tuple(kept)


def _digest(tables: tuple[YearTable, ...]) -> str:
    rows: list[Json] = [
        {
            "year": table.year,
            "region": table.region,
            "holidays": [day.isoformat() for day in table.holidays],
            "make_up_days": [day.isoformat() for day in table.make_up_days],
        }
        for table in tables
    ]
    return digest(canonical_bytes(rows))


def _check_length(length: int) -> None:
    if not 0 <= length <= LENGTH_DAYS_MAX:
        raise KnowledgeError(
            LENGTH_REFUSED.of(field="length", expected=f"0-{LENGTH_DAYS_MAX}", got=length)
        )


def _not_covered(year: int) -> KnowledgeError:
    return KnowledgeError(NOT_COVERED.of(field="year", got=year))
