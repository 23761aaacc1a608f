"""The versions of one item (版本): which was in force on a day, as known on a day.

Two times run beside each other: the days a version is in force, which the item states, and
the day it was recorded. A record is never changed; a later one may say that it replaces an
earlier one. So a decision of the past can be judged by what was known then.

INVARIANT: recording a version never changes what was in force as known on an earlier day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from pydantic import Field

from interop.criteria.nodes import DAY_MAX
from interop.criteria.reasons import (
    DUPLICATE,
    ITEM_LIMIT,
    UNIFY_ITEMS,
    VERSION_CHANGED,
    VERSION_GAP,
    VERSION_OVERLAP,
    VERSION_REPLACES,
)
from interop.errors import KnowledgeError, Reason
from interop.model.item import ServiceItem
from interop.model.record import Record

VERSIONS_MAX: Final = 1000
DAY: Final = timedelta(days=1)


class RecordedVersion(Record):
    """One version as it was recorded; frozen, its content known by the digest of ``item``.

    Attributes:
        item: The version, with the days it is in force.
        recorded_on: Day it was recorded, Asia/Shanghai; it counts from that day on.
        replaces: Versions of the same region that it takes the place of from that day on.
    """

    item: ServiceItem
    recorded_on: date
    replaces: tuple[str, ...] = Field(default=(), max_length=VERSIONS_MAX)


@dataclass(frozen=True, slots=True)
class Span:
    """Days on end, both ends included; ``last`` is 2999-12-31 where no end is named."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first} … {self.last}"


@dataclass(frozen=True, slots=True)
class History:
    """Every recorded version of one item in one region, in the order it was recorded."""

    versions: tuple[RecordedVersion, ...]

    def known(self, on: date) -> tuple[RecordedVersion, ...]:
        """Return the versions that count, as known on day ``on``, by their first day."""
        recorded = [row for row in self.versions if row.recorded_on <= on]
        gone = {name for row in recorded for name in row.replaces}
        live = (row for row in recorded if row.item.version not in gone)
        return tuple(sorted(live, key=lambda row: row.item.effective_from))


def history_of(versions: Iterable[RecordedVersion]) -> History:
    """Return the history of one item in one region.

    Raises:
        KnowledgeError: Every problem that :func:`check_versions` finds.
    """
    rows = tuple(sorted(versions, key=lambda row: row.recorded_on))
    if reasons := check_versions(rows):
        raise KnowledgeError(*reasons)
    return History(rows)


def check_versions(versions: Sequence[RecordedVersion]) -> tuple[Reason, ...]:
    """Return what makes ``versions`` no history: another item, a change, nothing to replace.

    Gaps and overlaps are no fault of a record and are named by :func:`gaps` and
    :func:`overlaps`.
    """
    if len(versions) > VERSIONS_MAX:
        return (ITEM_LIMIT.of(field="versions", expected=VERSIONS_MAX, got=len(versions)),)
    return (*_others(versions), *_changed(versions), *_twice(versions), *_unknown(versions))


def in_force(history: History, *, on: date, known_on: date) -> RecordedVersion:
    """Return the version in force on day ``on``, as known on day ``known_on``.

    Raises:
        KnowledgeError: ``version-gap`` if none was, ``version-overlap`` if two were: which of
            them counts is not for a machine to guess.
    """
    found = [
        row for row in history.known(known_on) if _days(row).first <= on <= _days(row).last
    ]
    if not found:
        raise KnowledgeError(VERSION_GAP.of(field="effective_from", expected=on))
    if len(found) > 1:
        names = ", ".join(row.item.version for row in found)
        raise KnowledgeError(VERSION_OVERLAP.of(field="effective_from", expected=on, got=names))
    return found[0]


def gaps(history: History, *, known_on: date) -> tuple[Reason, ...]:
    """Return ``version-gap`` for the days between two versions on which none is in force."""
    return tuple(
        VERSION_GAP.of(field="effective_until", expected=span)
        for span in _gaps([_days(row) for row in history.known(known_on)])
    )


def overlaps(history: History, *, known_on: date) -> tuple[Reason, ...]:
    """Return ``version-overlap`` for each two versions that are in force on the same days."""
    rows = history.known(known_on)
    return tuple(
        VERSION_OVERLAP.of(
            field="effective_from",
            expected=span,
            got=f"{one.item.version}, {other.item.version}",
        )
        for place, one in enumerate(rows)
        for other in rows[place + 1 :]
        if (span := _common(_days(one), _days(other))) is not None
    )


def _days(row: RecordedVersion) -> Span:
    return Span(row.item.effective_from, row.item.effective_until or DAY_MAX)


def _common(one: Span, other: Span) -> Span | None:
    first, last = max(one.first, other.first), min(one.last, other.last)
    return Span(first, last) if first <= last else None


def _gaps(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the days that no span covers, of spans in the order of their first days."""
    reached: list[date] = []
    for span in spans:
        reached.append(max([span.last, *reached[-1:]]))
    for last, (_, after) in zip(reached, pairwise(spans), strict=False):
        if last < after.first - DAY:
            yield Span(last + DAY, after.first - DAY)


def _others(versions: Sequence[RecordedVersion]) -> Iterator[Reason]:
    for field in ("item", "region"):
        names = list(dict.fromkeys(str(getattr(row.item, field)) for row in versions))
        for name in names[1:]:
            yield UNIFY_ITEMS.of(field=field, expected=names[0], got=name)


def _changed(versions: Sequence[RecordedVersion]) -> Iterator[Reason]:
    contents: dict[str, str] = {}
    for row in versions:
        name, content = row.item.version, row.item.digest()
        if contents.setdefault(name, content) != content:
            yield VERSION_CHANGED.of(field="version", got=name)


def _twice(versions: Sequence[RecordedVersion]) -> Iterator[Reason]:
    seen = Counter((row.item.version, row.item.digest()) for row in versions)
    for (name, _), count in seen.items():
        if count > 1:
            yield DUPLICATE.of(field="version", got=name)


def _unknown(versions: Sequence[RecordedVersion]) -> Iterator[Reason]:
    earlier: set[str] = set()
    for row in sorted(versions, key=lambda row: row.recorded_on):
        for name in row.replaces:
            if name not in earlier:
                yield VERSION_REPLACES.of(field=row.item.version, got=name)
        earlier.add(row.item.version)
