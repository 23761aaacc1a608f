"""Typed knowledge for one gateway, and the versions that cases keep."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Final, TypeVar, cast

from interop.calendar import Calendar
from interop.cases import ClockTable, LifeCycle, NoticeTexts, ReceiptRules
from interop.certificates import CertificateType, UseList
from interop.certificates.ofd import Anchor
from interop.criteria import Criterion, compile_item, resolve
from interop.errors import KnowledgeError, Reason
from interop.gateway import kinds
from interop.gateway.reasons import ITEM_UNKNOWN, VERSION_UNKNOWN
from interop.knowledge import Document, Knowledge, placed
from interop.lens.mapping import Lens
from interop.model.item import ServiceItem
from interop.model.record import Record
from interop.model.region import RegionTable
from interop.store import versions
from interop.store.tx import Tx
from interop.transport.adapter import AdapterFile, resolve_extends

R = TypeVar("R", bound=Record)


# What every case needs, wherever it is handled.
ALWAYS: Final = ("calendar", "clocks", "lifecycle", "use_list")


class Library:
    """Knowledge as the verbs need it; reads each file once, safe to share."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._items: dict[str, ServiceItem] = {}
        self._item_bytes: dict[str, bytes] = {}
        self._criteria: dict[ServiceItem, Criterion] = {}
        self._versions: dict[tuple[str, str], Record] = {}
        self._lenses: dict[str, Lens] = {}

    @classmethod
    def of(cls, knowledge: "Knowledge | Library | Path | None") -> "Library":
        """Return ``knowledge`` as a library; a folder is laid over the shipped files."""
        if isinstance(knowledge, Library):
            return knowledge
        return cls(knowledge if isinstance(knowledge, Knowledge) else Knowledge(knowledge))

    @cached_property
    def regions(self) -> RegionTable:
        """Return the table of regions."""
        tables = self.knowledge.documents(kinds.REGIONS)
        return RegionTable.of(row for table in tables for row in table.value.rows)

    def chain(self, region: str) -> tuple[str, ...]:
        """Return region code, city, province; an unknown code is refused by name."""
        return self.regions.chain(region)

    def covers(self, wide: str, narrow: str) -> bool:
        """Return whether a right given to ``wide`` covers ``narrow``."""
        return wide == narrow or self.regions.covers(wide, narrow)

    def require_sound(self, region: str) -> None:
        """Read what every case needs, so that no verb meets a broken file half-way.

        Raises:
            KnowledgeError: The region is unknown; every problem of these files.
        """
        self.regions.named(region)
        problems: list[Reason] = []
        needed: tuple[Callable[[], object], ...] = (
            *(partial(getattr, self, name) for name in ALWAYS),
            partial(self.receipt, region),
            partial(self.texts_of, region),
        )
        for read in needed:
            try:
                read()
            except KnowledgeError as fault:
                problems.extend(fault.reasons)
        if problems:
            raise KnowledgeError(*problems)

    @cached_property
    def calendar(self) -> Calendar:
        """Return the working days of all years that have a table."""
        return Calendar.of(doc.value for doc in self.knowledge.documents(kinds.YEARS))

    @cached_property
    def calendar_before(self) -> Calendar:
        """Return the calendar as it was before its newest year; itself if it has one only."""
        newest = self.calendar.years[-1]
        older = [table for table in self.calendar.tables if table.year < newest]
        return Calendar.of(older) if older else self.calendar

    @cached_property
    def clocks(self) -> Document[ClockTable]:
        """Return the clock table that new cases begin with."""
        return self.knowledge.document(kinds.CLOCKS, "clocks")

    def receipt(self, region: str) -> Document[ReceiptRules]:
        """Return the rules of receipt of ``region``, else the common ones."""
        return self.knowledge.nearest(kinds.RECEIPTS, (*self.chain(region), "canonical"))

    @cached_property
    def lifecycle(self) -> Document[LifeCycle]:
        """Return the life-cycle table that new cases begin with."""
        return self.knowledge.document(kinds.LIFECYCLES, "case")

    def texts_of(self, region: str) -> NoticeTexts:
        """Return the texts that an organ of ``region`` uses, else the common ones."""
        own = (*self.chain(region), "canonical")
        return self.knowledge.nearest(kinds.NOTICES, own).value

    @cached_property
    def use_list(self) -> UseList:
        """Return the list of certificate uses."""
        return self.knowledge.document(kinds.USE_LIST, "use-list").value

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Return whose seals on documents are trusted."""
        files = self.knowledge.documents(kinds.ANCHORS)
        found = (row.anchor() for file in files for row in file.value.anchor)
        return tuple(anchor for anchor in found if anchor is not None)

    def certificate_type(self, name: str) -> CertificateType:
        """Return a canonical certificate type."""
        return self.knowledge.document(kinds.CERTIFICATE_TYPES, name).value

    def lens(self, certificate: str, region: str) -> Lens:
        """Return the mapping of a certificate type that ``region`` uses."""
        chain = self.chain(region)
        found = self.knowledge.nearest(kinds.CERTIFICATE_MAPPINGS, chain, under=certificate)
        held = self._lenses.get(found.digest)
        if held is None:
            held = self._lenses[found.digest] = Lens.of(found.value, digest=found.digest)
        return held

    def adapter(self, region: str) -> tuple[AdapterFile, Mapping[str, bytes]]:
        """Return the adapter that ``region`` uses, and the contract files beside it by name."""
        own = self.knowledge.nearest(kinds.ADAPTERS, self.chain(region))
        files = dict(self._beside(own))
        if not own.value.extends:
            return own.value, files
        parent = self.knowledge.nearest(kinds.ADAPTERS, (own.value.extends,))
        return resolve_extends(own.value, parent.value), {**self._beside(parent), **files}

    def _beside(self, document: Document[AdapterFile]) -> dict[str, bytes]:
        folder = document.place.path.rpartition("/")[0]
        shelf = self.knowledge.shelf
        names = shelf.beside(document.place.path)
        return {name: shelf.read(f"{folder}/{name}") for name in names}

    def item(self, item: str, region: str) -> ServiceItem:
        """Return the item as ``region`` runs it now.

        Raises:
            KnowledgeError: ``item-unknown``, or the files do not fit each other.
        """
        held = self._items.get(key := f"{item}/{region}")
        if held is None:
            held = self._items[key] = self._resolved(item, region)
        return held

    def _resolved(self, item: str, region: str) -> ServiceItem:
        items = self.knowledge.keys(kinds.ITEMS)
        districts = self.knowledge.keys(kinds.DISTRICT_ITEMS)
        chain = self.chain(region)
        if item not in items or not {f"{item}/{code}" for code in chain} & set(districts):
            own = [key for key in districts if item in items and key.startswith(f"{item}/")]
            known = ", ".join(own or items)
            raise KnowledgeError(ITEM_UNKNOWN.of(field=item, expected=known, got=region))
        canonical = self.knowledge.document(kinds.ITEMS, item)
        district = self.knowledge.nearest(kinds.DISTRICT_ITEMS, chain, under=item)
        try:
            return resolve(canonical.value, district.value)
        except KnowledgeError as fault:
            raise placed(fault, district.place.path) from None

    def criterion(self, item: ServiceItem) -> Criterion:
        """Return the parsed and typed criteria of an item version."""
        held = self._criteria.get(item)
        if held is None:
            held = self._criteria[item] = compile_item(item)
        return held

    def item_version(self, tx: Tx, digest: str) -> ServiceItem:
        """Return the item version that a case keeps.

        Raises:
            KnowledgeError: ``knowledge-version-unknown``.
        """
        return self._version(tx, "item", digest, _read(ServiceItem))

    def clocks_version(self, tx: Tx, digest: str) -> ClockTable:
        """Return the clock table that a case keeps; raise as :meth:`item_version`."""
        return self._version(tx, "clocks", digest, _read(ClockTable))

    def receipt_version(self, tx: Tx, digest: str) -> ReceiptRules:
        """Return the rules of receipt that a case keeps; raise as :meth:`item_version`."""
        return self._version(tx, "receipt-rules", digest, _read(ReceiptRules))

    def lifecycle_version(self, tx: Tx, digest: str) -> LifeCycle:
        """Return the life-cycle table that a case keeps; raise as :meth:`item_version`."""
        return self._version(tx, "lifecycle", digest, _read(LifeCycle))

    def use_list_version(self, tx: Tx, digest: str) -> UseList:
        """Return the list of uses that a case keeps; raise as :meth:`item_version`."""
        return self._version(tx, "use-list", digest, _read(UseList))

    def _version(self, tx: Tx, kind: str, digest: str, read: Callable[[bytes, str], R]) -> R:
        # A digest names one content for ever, so what was read once need not be read again.
        held = self._versions.get((kind, digest))
        if held is None:
            held = self._versions[kind, digest] = read(_held(tx, digest), digest)
        return cast("R", held)

    def items_of(self, region: str) -> tuple[tuple[ServiceItem, bytes], ...]:
        """Return every item that ``region`` has a file for, with its canonical bytes."""
        keys = (key.split("/") for key in self.knowledge.keys(kinds.DISTRICT_ITEMS))
        named = (item for item, name in keys if name.split("-", 1)[0] == region)
        return tuple((self.item(name, region), self._bytes(name, region)) for name in named)

    def _bytes(self, item: str, region: str) -> bytes:
        held = self._item_bytes.get(key := f"{item}/{region}")
        if held is None:
            held = self._item_bytes[key] = self.item(item, region).to_bytes()
        return held


def _read(schema: type[R]) -> Callable[[bytes, str], R]:
    return lambda data, digest: schema.from_json(data, error=KnowledgeError, field=digest)


def _held(tx: Tx, digest: str) -> bytes:
    data = versions.held(tx, digest)
    if data is None:
        raise KnowledgeError(VERSION_UNKNOWN.of(field="knowledge", got=digest))
    return data
