"""Findings (问题) on an item guide: what sharing supplies is not asked of the applicant.

Source: 国令716号 article 7; 政务数据共享条例 (国令809号) (unverified).
"""

from collections.abc import Iterator
from datetime import date

from interop.certificates.exemption_reasons import (
    GUIDE_ASKS_WHAT_IS_SHARED,
    GUIDE_RELIES_ON_UNLISTED,
)
from interop.certificates.use_list import Covers, Use, UseList
from interop.errors import Reason
from interop.model.item import ServiceItem


def inspect_guide(
    item: ServiceItem, use_list: UseList, *, covers: Covers, on: date
) -> tuple[Reason, ...]:
    """Return every finding on the guide of ``item``; empty if there is none.

    Args:
        item: The item as one region runs it.
        use_list: List of certificate uses.
        covers: Whether the region of the first code is or contains that of the second.
        on: Day for which uses are approved, Asia/Shanghai.
    """
    return tuple(_findings(item, use_list, covers, on))


def _findings(
    item: ServiceItem, use_list: UseList, covers: Covers, on: date
) -> Iterator[Reason]:
    accepted: dict[str, str] = {}
    for material in item.materials:
        for alternative in material.any_of:
            for evidence in alternative:
                accepted.setdefault(evidence.certificate, material.code)
    listed = sorted({row.certificate for row in use_list.rows if row.item == item.item})
    allowed = [
        kind
        for kind in listed
        if use_list.allows(Use(item.item, kind, "", item.region, on), covers=covers)
    ]
    for kind in allowed:
        if kind not in accepted:
            yield GUIDE_ASKS_WHAT_IS_SHARED.of(field=item.item, got=kind)
    for kind, code in accepted.items():
        if kind not in allowed:
            yield GUIDE_RELIES_ON_UNLISTED.of(field=f"{item.item}.{code}", got=kind)
