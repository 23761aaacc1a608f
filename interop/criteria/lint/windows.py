"""Days on which no version of an item is in force, or two are."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from interop.criteria.nodes import DAY_MAX
from interop.criteria.reasons import VERSION_GAP, VERSION_OVERLAP
from interop.errors import Reason
from interop.model.item import ServiceItem


def window_gaps(versions: Sequence[ServiceItem]) -> tuple[Reason, ...]:
    """Return ``version-gap`` for the days between two versions on which none is in force."""
    return tuple(_gaps(sorted(versions, key=lambda item: item.effective_from)))


def window_overlaps(versions: Sequence[ServiceItem]) -> tuple[Reason, ...]:
    """Return ``version-overlap`` for each two versions that are in force on one day."""
    return tuple(_overlaps(sorted(versions, key=lambda item: item.effective_from)))


def _gaps(ordered: Sequence[ServiceItem]) -> Iterator[Reason]:
    day = timedelta(days=1)
    covered = None
    for item in ordered:
        if covered is not None and item.effective_from > covered + day:
            span = f"{covered + day} … {item.effective_from - day}"
            yield VERSION_GAP.of(field="effective_until", expected=span)
        until = item.effective_until or DAY_MAX
        covered = until if covered is None else max(covered, until)


def _overlaps(ordered: Sequence[ServiceItem]) -> Iterator[Reason]:
    for early, late in combinations(ordered, 2):
        until = min(early.effective_until or DAY_MAX, late.effective_until or DAY_MAX)
        if late.effective_from <= until:
            yield VERSION_OVERLAP.of(
                field="effective_from",
                expected=f"{late.effective_from} … {until}",
                got=f"{early.version}, {late.version}",
            )
