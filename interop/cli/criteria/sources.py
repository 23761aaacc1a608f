"""Criteria that the comparing commands speak of: from the knowledge, or from a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from interop.criteria import Criterion, DistrictItem, check_item, compile_item, resolve
from interop.criteria.prove import ALL_KINDS, INTAKE, MERITS
from interop.criteria.reasons import PROFILE_CYCLE
from interop.errors import KnowledgeError
from interop.gateway import kinds
from interop.gateway.library import Library
from interop.gateway.reasons import ITEM_UNKNOWN
from interop.knowledge import Knowledge, placed, read_bytes
from interop.model.item import ClauseKind, ServiceItem

CANONICAL: Final = "canonical"
COMMON_ZH: Final = "通用版本"
FACETS: Final[Mapping[str, frozenset[ClauseKind]]] = {
    "all": ALL_KINDS,
    "intake": INTAKE,
    "merits": MERITS,
}


def criterion_of(known: Knowledge, item: str, region: str) -> Criterion:
    """Return the criteria of ``region``, or the common ones by the name ``canonical``.

    Raises:
        KnowledgeError: ``item-unknown``, an unknown region, files that do not fit.
    """
    library = Library(known)
    if region != CANONICAL:
        return library.criterion(library.item(item, region))
    if item not in known.keys(kinds.ITEMS):
        shown = ", ".join(known.keys(kinds.ITEMS))
        raise KnowledgeError(ITEM_UNKNOWN.of(field=item, expected=shown, got=region))
    return compile_item(known.document(kinds.ITEMS, item).value)


def districts_of(known: Knowledge, item: str) -> tuple[str, ...]:
    """Return the regions that have a file of ``item``."""
    keys = (key.partition("/") for key in known.keys(kinds.DISTRICT_ITEMS))
    return tuple(region for name, _, region in keys if name == item)


def region_names(known: Knowledge, regions: tuple[str, ...]) -> dict[str, str]:
    """Return the Chinese names of regions, and of the common item."""
    table = Library(known).regions
    named = {code: table.named(code).zh for code in regions if code != CANONICAL}
    return named | {CANONICAL: COMMON_ZH}


def item_in(file: Path) -> ServiceItem:
    """Return the item in a file; a district's file lies over canonical.toml beside it.

    Raises:
        KnowledgeError: The file cannot be read, does not fit the one it lies over, or is no
            sound item; each reason names the file.
    """
    value = read_bytes(file.read_bytes(), str(file))
    if not isinstance(value, dict) or "extends" not in value:
        item = ServiceItem.from_value(value, error=KnowledgeError, field=file.name)
        if reasons := check_item(item):
            raise placed(KnowledgeError(*reasons), file.name)
        return item
    if file.stem == CANONICAL:
        cycle = PROFILE_CYCLE.of(field="extends", got=value["extends"])
        raise placed(KnowledgeError(cycle), file.name)
    district = DistrictItem.from_value(value, error=KnowledgeError, field=file.name)
    canonical = item_in(file.with_name(f"{CANONICAL}.toml"))
    try:
        return resolve(canonical, district)
    except KnowledgeError as fault:
        raise placed(fault, file.name) from None
