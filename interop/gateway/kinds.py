"""The kinds of knowledge: which folder, which room's schema, which room's check."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar, cast

from interop.calendar import YearTable, check_year
from interop.cases import (
    ClockTable,
    LifeCycle,
    MaterialRules,
    NoticeTexts,
    ReceiptRules,
    RetentionTable,
)
from interop.certificates import (
    CertificateType,
    UseList,
    check_certificate_type,
    check_use_list,
)
from interop.certificates.ofd.anchors import AnchorFile, check_anchors
from interop.certificates.quality import QualityRules, check_quality_rules
from interop.criteria import DistrictItem, check_district, check_item
from interop.criteria.norms import NormTable, check_norms
from interop.errors import Reason
from interop.federation.files import (
    AssuranceFile,
    IssuerFile,
    RegistryFile,
    check_assurance,
    check_issuers,
    check_registry,
)
from interop.knowledge import Kind
from interop.lens import MappingFile, check_mapping
from interop.model.codes import CodeSystem, ConceptMap, check_map, check_system
from interop.model.item import ServiceItem
from interop.model.record import Record
from interop.model.region import RegionFile
from interop.transport.adapter import AdapterFile
from interop.transport.adapter_checks import check_adapter

T = TypeVar("T", bound=Record)
Check = Callable[[T], Iterable[Reason]]


def _alone(check: Check[T]) -> Callable[[T, frozenset[str]], Iterable[Reason]]:
    return lambda record, _beside: check(record)


def _kind(name: str, pattern: str, schema: type[T], check: Check[T]) -> Kind[T]:
    return Kind(name, pattern, schema, _alone(check))


def _sound(_record: Record) -> tuple[Reason, ...]:
    return ()


COMMON: Final = "canonical"
NATIONAL: Final = "000000"
CODE: Final = "[0-9][0-9][0-9][0-9][0-9][0-9]*"
# A file may hold one province: what its rows lie below is judged over all files together.
REGIONS: Final = _kind("regions", "mappings/regions/*.tsv", RegionFile, _sound)
CODES: Final = _kind("code-system", "mappings/codes/*.toml", CodeSystem, check_system)
CODE_MAPS: Final = _kind("code-map", "mappings/codes/maps/*.toml", ConceptMap, check_map)
YEARS: Final = _kind("calendar-year", "mappings/calendars/*.toml", YearTable, check_year)
CLOCKS: Final = _kind("clocks", "mappings/clocks/*.toml", ClockTable, ClockTable.check)
RECEIPTS: Final = _kind(
    "receipt-rules", "mappings/clocks/receipt/*.toml", ReceiptRules, ReceiptRules.check
)
LIFECYCLES: Final = _kind("lifecycle", "mappings/lifecycles/*.toml", LifeCycle, LifeCycle.check)
NOTICES: Final = _kind("notices", "mappings/notices/*.toml", NoticeTexts, NoticeTexts.check)
RETENTIONS: Final = _kind(
    "retention", "mappings/retention/*.toml", RetentionTable, RetentionTable.check
)
MATERIALS: Final = _kind(
    "material-rules", "mappings/materials/*.toml", MaterialRules, MaterialRules.check
)
ITEMS: Final = _kind("item", "mappings/items/*/canonical.toml", ServiceItem, check_item)
DISTRICT_ITEMS: Final = _kind(
    "district-item", f"mappings/items/*/{CODE}.toml", DistrictItem, check_district
)
NORMS: Final = _kind("norms", "mappings/norms/*.toml", NormTable, check_norms)
CERTIFICATE_TYPES: Final = _kind(
    "certificate-type",
    "mappings/certificates/*/canonical.toml",
    CertificateType,
    check_certificate_type,
)
CERTIFICATE_MAPPINGS: Final = _kind(
    "certificate-mapping", f"mappings/certificates/*/{CODE}.toml", MappingFile, check_mapping
)
USE_LIST: Final = _kind(
    "use-list", "mappings/certificates/use-list*.toml", UseList, check_use_list
)
QUALITY: Final = _kind(
    "quality-rules", "mappings/certificates/quality*.toml", QualityRules, check_quality_rules
)
REGISTRY: Final = _kind("registry", "identity/registry*.toml", RegistryFile, check_registry)
ASSURANCE: Final = _kind(
    "assurance", "identity/assurance*.toml", AssuranceFile, check_assurance
)
ISSUERS: Final = _kind("issuers", "identity/issuers/*.toml", IssuerFile, check_issuers)
ANCHORS: Final = _kind("anchors", "identity/anchors/*.toml", AnchorFile, check_anchors)
ADAPTERS: Final = Kind("adapter", "adapters/*/adapter.toml", AdapterFile, check_adapter)

# Each kind is only ever used with its own documents, so the list may forget which.
ALL: Final = cast(
    "tuple[Kind[Record], ...]",
    (
        REGIONS, CODES, CODE_MAPS, YEARS, CLOCKS, RECEIPTS, LIFECYCLES, NOTICES, RETENTIONS,
        MATERIALS, ITEMS, DISTRICT_ITEMS, NORMS, CERTIFICATE_TYPES, CERTIFICATE_MAPPINGS,
        USE_LIST, QUALITY, REGISTRY, ASSURANCE, ISSUERS, ANCHORS, ADAPTERS,
    ),
)  # fmt: skip
