"""Regions (行政区划): codes with their days, parents and successors.

A code is never reused and never deleted: an abolished one still stands on certificates and
in citizen numbers, and names what took its place.

Source: GB/T 2260.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, Self

from pydantic import Field

from interop.errors import KnowledgeError, Reason
from interop.model.item import Verified
from interop.model.reasons import (
    REGION_CODE_FORM,
    REGION_NOT_IN_FORCE,
    REGION_PARENT,
    REGION_PERIOD,
    REGION_SUCCESSOR,
    REGION_TWICE,
    REGION_UNKNOWN,
)
from interop.model.record import Record

Level = Literal["province", "city", "county"]

ROWS_MAX: Final = 5000
# North, north-east, east, centre and south, south-west, north-west, then the prefixes of
# Taiwan, Hong Kong and Macao; 83 stands only in residence permits.
_PREFIXES: Final = (
    range(11, 16),
    range(21, 24),
    range(31, 38),
    range(41, 47),
    range(50, 55),
    range(61, 66),
    (71, 81, 82, 83),
)
PROVINCE_PREFIXES: Final = frozenset(str(prefix) for span in _PREFIXES for prefix in span)
# The level above, and how many digits of the code name the level itself.
_ABOVE: Final[Mapping[Level, tuple[Level, ...]]] = {
    "province": (),
    "city": ("province",),
    "county": ("city", "province"),
}
_DIGITS: Final[Mapping[Level, int]] = {"province": 2, "city": 4, "county": 6}


class Region(Record):
    """A region under one code.

    Attributes:
        code6: Six digits.
        zh: Name in Chinese.
        en: Name in English, or empty.
        level: Province (also a municipality), city or county (also a district).
        parent: Code of the region above; empty for a province. Districts of a municipality
            stand directly below it.
        valid_from: First day of the code, inclusive; None if not stated.
        valid_to: Last day of the code, inclusive; None while it is in force.
        successor: Code that took its place; where several did, the one with most of it.
    """

    code6: str = Field(pattern=r"^[1-9][0-9]{5}$")
    zh: str = Field(min_length=1)
    en: str = ""
    level: Level
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""

    def in_force(self, on: date) -> bool:
        """Return whether the code is in force on the day ``on``, both end days included."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


class RegionRow(Region):
    """One row of mappings/regions/regions.tsv: a region and where the row comes from.

    Attributes:
        source: The publication.
        verified: ``yes`` read in the publication, ``secondary`` in a copy, ``no`` not read.
    """

    source: str = Field(min_length=1)
    verified: Verified


class RegionFile(Record):
    """The table of regions as read from its file."""

    rows: tuple[RegionRow, ...] = Field(max_length=ROWS_MAX)


@dataclass(frozen=True, slots=True)
class RegionTable:
    """Find regions by code, and what lies below what."""

    regions: Mapping[str, Region]

    @classmethod
    def of(cls, rows: Iterable[Region]) -> Self:
        """Return the table of ``rows``.

        Raises:
            KnowledgeError: Every problem that :func:`check_rows` finds.
        """
        kept = tuple(rows)
        if found := check_rows(kept):
            raise KnowledgeError(*found)
        return cls(MappingProxyType({row.code6: row for row in kept}))

    def at(self, code: str, *, on: date) -> Region:
        """Return the region ``code`` as it is on the day ``on``, Asia/Shanghai.

        Raises:
            KnowledgeError: ``region-unknown``; ``region-not-in-force`` names the successor.
        """
        region = self.named(code)
        if not region.in_force(on):
            known = self.current(code, on=on)
            raise KnowledgeError(
                REGION_NOT_IN_FORCE.of(field="region", got=code, expected=known or "-")
            )
        return region

    def named(self, code: str) -> Region:
        """Return the region ``code``, in force or not.

        Raises:
            KnowledgeError: ``region-unknown``.
        """
        region = self.regions.get(code)
        if region is None:
            raise KnowledgeError(REGION_UNKNOWN.of(field="region", got=code))
        return region

    def current(self, code: str, *, on: date) -> str | None:
        """Return the code in force on ``on`` that ``code`` or its successors lead to.

        None if none is. Raises as :meth:`named`.
        """
        region = self.named(code)
        while not region.in_force(on):
            if not region.successor:
                return None
            region = self.named(region.successor)
        return region.code6

    def chain(self, code: str) -> tuple[str, ...]:
        """Return ``code`` and the regions above it, nearest first.

        Abolished codes have a chain too: their certificates still count. Raises as
        :meth:`named`.
        """
        found, region = [code], self.named(code)
        while region.parent:
            found.append(region.parent)
            region = self.named(region.parent)
        return tuple(found)

    def covers(self, parent: str, child: str) -> bool:
        """Return whether ``child`` is ``parent`` or lies below it. Raises as :meth:`named`."""
        return self.named(parent).code6 in self.chain(child)


def check_regions(file: RegionFile) -> tuple[Reason, ...]:
    """Return the problems of the file that its schema cannot say."""
    return check_rows(file.rows)


def check_rows(rows: Iterable[Region]) -> tuple[Reason, ...]:
    """Return the problems of ``rows``: twice, no such parent, wrong level, no end, circle."""
    kept = tuple(rows)
    known = {row.code6: row for row in kept}
    twice = [code for code, count in Counter(row.code6 for row in kept).items() if count > 1]
    found = [REGION_TWICE.of(field=code) for code in twice]
    for row in known.values():
        found += _place_problems(row, known)
        found += _end_problems(row, known)
    return tuple(found)


def _place_problems(row: Region, known: Mapping[str, Region]) -> Iterator[Reason]:
    own = _DIGITS[row.level]
    if row.code6[own:].strip("0") or row.code6[own - 2 : own] == "00":
        yield REGION_CODE_FORM.of(field=row.code6, expected=row.level)
    wanted, above = _ABOVE[row.level], known.get(row.parent)
    if not (_lies_below(row, above, wanted) if wanted else not row.parent):
        expected = "/".join(wanted) or "-"
        yield REGION_PARENT.of(field=row.code6, expected=expected, got=row.parent or "-")


def _lies_below(row: Region, above: Region | None, wanted: tuple[Level, ...]) -> bool:
    if above is None or above.level not in wanted:
        return False
    digits = _DIGITS[above.level]
    return row.code6[:digits] == above.code6[:digits]


def _end_problems(row: Region, known: Mapping[str, Region]) -> Iterator[Reason]:
    begins, ends = row.valid_from, row.valid_to
    if begins and ends and ends < begins:
        yield REGION_PERIOD.of(field=row.code6, expected=begins, got=ends)
    if row.successor and (ends is None or not _leads_on(row, known)):
        yield REGION_SUCCESSOR.of(field=row.code6, got=row.successor)


def _leads_on(row: Region, known: Mapping[str, Region]) -> bool:
    seen = {row.code6}
    while row.successor:
        if row.successor in seen or row.successor not in known:
            return False
        seen.add(row.successor)
        row = known[row.successor]
    return True
