"""The kinds of knowledge: which folder, which room's schema, which room's check."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar, cast

from interop.calendar import YearTable, check_year
from interop.cases import ClockTable, LifeCycle, NoticeTexts
from interop.certificates import (
    CertificateType,
    UseList,
    check_certificate_mapping,
    check_certificate_type,
    check_use_list,
)
from interop.criteria import DistrictItem, check_item, resolve
from interop.errors import KnowledgeError, Reason
from interop.federation.files import (
    AssuranceFile,
    IssuerFile,
    RegistryFile,
    check_assurance,
    check_issuers,
    check_registry,
)
from interop.knowledge import Kind, Knowledge, Problem, survey
from interop.lens.schema import MappingFile, check_mapping
from interop.model.codes import CodeSystem, ConceptMap, check_map, check_system
from interop.model.item import ServiceItem
from interop.model.record import Record
from interop.model.region import RegionFile, check_regions
from interop.transport.adapter import AdapterFile, check_adapter

T = TypeVar("T", bound=Record)
Check = Callable[[T], Iterable[Reason]]


def _alone(check: Check[T]) -> Callable[[T, frozenset[str]], Iterable[Reason]]:
    return lambda record, _beside: check(record)


def _kind(name: str, pattern: str, schema: type[T], check: Check[T]) -> Kind[T]:
    return Kind(name, pattern, schema, _alone(check))


def _sound(_record: Record) -> tuple[Reason, ...]:
    return ()


CODE: Final = "[0-9][0-9][0-9][0-9][0-9][0-9]*"
REGIONS: Final = _kind("regions", "mappings/regions/*.tsv", RegionFile, check_regions)
CODES: Final = _kind("code-system", "mappings/codes/*.toml", CodeSystem, check_system)
CODE_MAPS: Final = _kind("code-map", "mappings/codes/maps/*.toml", ConceptMap, check_map)
YEARS: Final = _kind("calendar-year", "mappings/calendars/*.toml", YearTable, check_year)
CLOCKS: Final = _kind("clocks", "mappings/clocks/*.toml", ClockTable, ClockTable.check)
LIFECYCLES: Final = _kind("lifecycle", "mappings/lifecycles/*.toml", LifeCycle, LifeCycle.check)
NOTICES: Final = _kind("notices", "mappings/notices/*.toml", NoticeTexts, NoticeTexts.check)
ITEMS: Final = _kind("item", "mappings/items/*/canonical.toml", ServiceItem, check_item)
DISTRICT_ITEMS: Final = _kind(
    "district-item", f"mappings/items/*/{CODE}.toml", DistrictItem, _sound
)
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
REGISTRY: Final = _kind("registry", "identity/registry*.toml", RegistryFile, check_registry)
ASSURANCE: Final = _kind(
    "assurance", "identity/assurance*.toml", AssuranceFile, check_assurance
)
ISSUERS: Final = _kind("issuers", "identity/issuers/*.toml", IssuerFile, check_issuers)
ADAPTERS: Final = Kind("adapter", "adapters/*/adapter.toml", AdapterFile, check_adapter)

# Each kind is only ever used with its own documents, so the list may forget which.
ALL: Final = cast(
    "tuple[Kind[Record], ...]",
    (
        REGIONS, CODES, CODE_MAPS, YEARS, CLOCKS, LIFECYCLES, NOTICES, ITEMS, DISTRICT_ITEMS,
        CERTIFICATE_TYPES, CERTIFICATE_MAPPINGS, USE_LIST, REGISTRY, ASSURANCE, ISSUERS,
        ADAPTERS,
    ),
)  # fmt: skip


def check_knowledge(knowledge: Knowledge) -> tuple[Problem, ...]:
    """Return every problem of every file, and of the files against each other."""
    problems = survey(knowledge, ALL)
    # Files are held against each other only once each is sound by itself.
    return problems or tuple(_across(knowledge))


def _across(knowledge: Knowledge) -> Iterator[Problem]:
    for mapping in knowledge.documents(CERTIFICATE_MAPPINGS):
        name = mapping.place.key.partition("/")[0]
        of_type = knowledge.document(CERTIFICATE_TYPES, name).value
        for reason in check_certificate_mapping(mapping.value, of_type):
            yield Problem(mapping.place.path, reason)
    for district in knowledge.documents(DISTRICT_ITEMS):
        name = district.place.key.partition("/")[0]
        try:
            item = resolve(knowledge.document(ITEMS, name).value, district.value)
        except KnowledgeError as fault:
            reasons: Iterable[Reason] = fault.reasons
        else:
            reasons = check_item(item)
        yield from (Problem(district.place.path, reason) for reason in reasons)
