"""The list of certificate uses (用证清单): item × certificate type × region.

Without a row a certificate of another region may not be used, however valid it is.

Source: DB31/T 310018—2024 clause 6 (用证清单发布信息).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from pydantic import Field

from interop.certificates.reasons import USE_ROW_PERIOD, USE_ROW_TWICE
from interop.errors import Reason
from interop.model.item import Verified
from interop.model.record import Record

ROWS_MAX: Final = 50_000
REGION: Final = r"^\d{6}$"

# Whether the region of the first code is, or contains, the region of the second.
Covers: TypeAlias = Callable[[str, str], bool]


class UseRow(Record):
    """One approved use.

    Attributes:
        item: Service item.
        certificate: Canonical certificate type.
        from_region: Region whose certificates may be used, with all below it.
        to_region: Region whose organs may use them, with all below it.
        publisher: Region code that published the row.
        catalogue_number: Number of the resource in the sharing catalogue (政务信息资源目录), or
            empty where it is not known.
        sharing: Sharing type of the resource: unconditional (无条件共享), conditional
            (有条件共享: the provider approves each use) or not-shared (不予共享: never used).
        approval: The provider's approval of this use, by document; empty if there is none.
        approved_from: First day, inclusive, Asia/Shanghai.
        approved_until: Last day, inclusive; None is open.
        source: Document of the publication.
        illustrative: True where no publication backs the row.
    """

    item: str
    certificate: str
    from_region: str = Field(pattern=REGION)
    to_region: str = Field(pattern=REGION)
    publisher: str = Field(pattern=REGION)
    catalogue_number: str = ""
    sharing: Literal["unconditional", "conditional", "not-shared"] = "unconditional"
    approval: str = ""
    approved_from: date
    approved_until: date | None = None
    source: str = Field(min_length=1)
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """What a certificate is to be used for: looked up in the list.

    Attributes:
        item: Service item.
        certificate: Canonical certificate type.
        source: Region that supplied it; empty asks whether any region's may be used.
        consumer: Region of the organ that relies on it.
        on: Day it is relied on, Asia/Shanghai.
    """

    item: str
    certificate: str
    source: str
    consumer: str
    on: date


class UseList(Record):
    """The whole list."""

    source: str = Field(min_length=1)
    verified: Verified
    illustrative: bool = False
    rows: tuple[UseRow, ...] = Field(default=(), max_length=ROWS_MAX)

    def allows(self, use: Use, *, covers: Covers) -> bool:
        """Return whether a row approves ``use``.

        Args:
            use: Item, certificate type, regions and day.
            covers: Whether the region of one code is or contains that of another.
        """
        return any(
            (row.item, row.certificate) == (use.item, use.certificate)
            and _shared(row)
            and row.approved_from <= use.on
            and (row.approved_until is None or use.on <= row.approved_until)
            and (not use.source or covers(row.from_region, use.source))
            and covers(row.to_region, use.consumer)
            for row in self.rows
        )


def _shared(row: UseRow) -> bool:
    return row.sharing == "unconditional" or (
        row.sharing == "conditional" and bool(row.approval)
    )


def check_use_list(uses: UseList) -> tuple[Reason, ...]:
    """Return every problem of the list that its schema can't say; empty if it is sound."""
    return tuple(_problems(uses))


def _problems(uses: UseList) -> Iterator[Reason]:
    seen: set[tuple[str, str, str, str, date]] = set()
    for at, row in enumerate(uses.rows):
        own = (row.item, row.certificate, row.from_region, row.to_region, row.approved_from)
        if own in seen:
            yield USE_ROW_TWICE.of(field=f"rows[{at}]", got=f"{row.item}, {row.certificate}")
        seen.add(own)
        if row.approved_until is not None and row.approved_until < row.approved_from:
            yield USE_ROW_PERIOD.of(field=f"rows[{at}].approved_until", got=row.approved_until)
