"""Knowledge held against itself: every file, and the files against each other."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeVar

from interop.cases import (
    MaterialRules,
    NoticeTexts,
    ReceiptRules,
    RetentionTable,
    check_clock_facts,
    check_retention_states,
)
from interop.certificates import (
    CertificateType,
    check_certificate_mapping,
)
from interop.criteria import DistrictItem, resolve
from interop.criteria.warnings import warnings_of
from interop.errors import KnowledgeError, Reason
from interop.gateway.kinds import (
    ADAPTERS,
    ALL,
    CERTIFICATE_MAPPINGS,
    CERTIFICATE_TYPES,
    CLOCKS,
    CODE_MAPS,
    CODES,
    COMMON,
    DISTRICT_ITEMS,
    ISSUERS,
    ITEMS,
    LIFECYCLES,
    MATERIALS,
    NATIONAL,
    NOTICES,
    RECEIPTS,
    REGIONS,
    RETENTIONS,
)
from interop.gateway.reasons import REGION_MISFIT
from interop.knowledge import Document, Kind, Knowledge, Problem, survey
from interop.knowledge.reasons import FILE_MISSING
from interop.lens import MappingFile
from interop.model.codes import check_ends
from interop.model.item import ServiceItem
from interop.model.reasons import REGION_UNKNOWN
from interop.model.record import Record
from interop.model.region import check_rows

PAIRS_KEPT_MAX: Final = 1_000

T = TypeVar("T", bound=Record)
Own = TypeVar("Own", bound=Record)
Row = TypeVar("Row", ServiceItem, DistrictItem)
Regional = TypeVar("Regional", ReceiptRules, NoticeTexts, RetentionTable, MaterialRules)


def check_knowledge(knowledge: Knowledge) -> tuple[Problem, ...]:
    """Return every problem of every file, and of the files against each other."""
    # Files are held against each other where each is sound by itself; the others are told
    # of already.
    return (*survey(knowledge, ALL), *_regions(knowledge), *_across(knowledge))


def knowledge_warnings(knowledge: Knowledge) -> tuple[Problem, ...]:
    """Return what loads and should still be looked at, of every item that loads."""
    return (*_warned(knowledge, ITEMS), *_warned(knowledge, DISTRICT_ITEMS))


def _warned(knowledge: Knowledge, kind: Kind[Row]) -> Iterator[Problem]:
    for found in _sound_ones(knowledge, kind):
        yield from _of(found.place.path, warnings_of(found.value))


def _sound_ones(knowledge: Knowledge, kind: Kind[T]) -> Iterator[Document[T]]:
    """Yield the documents that load; a broken file is the survey's."""
    for key in knowledge.keys(kind):
        try:
            found = knowledge.document(kind, key)
        except KnowledgeError:
            continue
        yield found


def _regions(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the problems of all region files together; a broken file is the survey's."""
    try:
        files = knowledge.documents(REGIONS)
    except KnowledgeError:
        return
    paths = ", ".join(file.place.path for file in files)
    yield from _of(paths, check_rows(row for file in files for row in file.value.rows))


def _across(knowledge: Knowledge) -> Iterator[Problem]:
    yield from _names(knowledge)
    yield from _code_maps(knowledge)
    yield from _clock_facts(knowledge)
    yield from _retention_states(knowledge)
    yield from _against_common(knowledge, CERTIFICATE_MAPPINGS, CERTIFICATE_TYPES, _mapped)
    yield from _against_common(knowledge, DISTRICT_ITEMS, ITEMS, _resolved)


def _names(knowledge: Knowledge) -> Iterator[Problem]:
    """Yield each file that is named for another region than it says, or for none."""
    regions = tuple(_sound_ones(knowledge, REGIONS))
    if len(regions) < len(knowledge.keys(REGIONS)):
        return
    known = {row.code6 for file in regions for row in file.value.rows} | {NATIONAL}
    stated = (
        *(
            (d.place.path, d.code, d.value.region)
            for d in _sound_ones(knowledge, DISTRICT_ITEMS)
        ),
        *(
            (d.place.path, d.code, d.value.mapping.region)
            for d in _sound_ones(knowledge, CERTIFICATE_MAPPINGS)
        ),
        *((d.place.path, d.code, d.value.region) for d in _sound_ones(knowledge, ISSUERS)),
        *_stated_by(knowledge, RECEIPTS),
        *_stated_by(knowledge, NOTICES),
        *_stated_by(knowledge, RETENTIONS),
        *_stated_by(knowledge, MATERIALS),
        *((d.place.path, d.code, d.value.code) for d in _sound_ones(knowledge, ADAPTERS)),
    )
    for path, named, region in stated:
        if region != named:
            yield Problem(path, REGION_MISFIT.of(field="region", expected=named, got=region))
        elif region not in known:
            yield Problem(path, REGION_UNKNOWN.of(field="region", got=region))


def _stated_by(knowledge: Knowledge, kind: Kind[Regional]) -> Iterator[tuple[str, str, str]]:
    """Yield path, name and stated region of the files of regions; the common one has none."""
    for found in _sound_ones(knowledge, kind):
        if found.place.key != COMMON:
            yield found.place.path, found.code, found.value.region


def _code_maps(knowledge: Knowledge) -> Iterator[Problem]:
    codes = tuple(_sound_ones(knowledge, CODES))
    if len(codes) < len(knowledge.keys(CODES)):
        return
    systems = {file.value.edition: file.value for file in codes}
    for file in _sound_ones(knowledge, CODE_MAPS):
        crosswalk, path = file.value, file.place.path
        ends = (crosswalk.from_system, crosswalk.to_system)
        lost = [end for end in ends if end not in systems]
        for end in lost:
            shown = ", ".join(systems)
            yield Problem(path, FILE_MISSING.of(field=f"mappings/codes: {end}", expected=shown))
        if not lost:
            yield from _of(path, check_ends(crosswalk, systems[ends[0]], systems[ends[1]]))


def _clock_facts(knowledge: Knowledge) -> Iterator[Problem]:
    for clocks in _sound_ones(knowledge, CLOCKS):
        for lifecycle in _sound_ones(knowledge, LIFECYCLES):
            reasons = check_clock_facts(clocks.value, lifecycle.value)
            yield from _of(clocks.place.path, reasons)


def _retention_states(knowledge: Knowledge) -> Iterator[Problem]:
    for table in _sound_ones(knowledge, RETENTIONS):
        for lifecycle in _sound_ones(knowledge, LIFECYCLES):
            reasons = check_retention_states(table.value, lifecycle.value)
            yield from _of(table.place.path, reasons)


def _against_common(
    knowledge: Knowledge,
    kind: Kind[Own],
    common: Kind[T],
    judge: Callable[[T, Own], Iterable[Reason]],
) -> Iterator[Problem]:
    """Yield what is wrong between the files of ``kind`` and the common one beside each."""
    known = knowledge.keys(common)
    sound = {found.place.key: found.value for found in _sound_ones(knowledge, common)}
    for own in _sound_ones(knowledge, kind):
        name = own.place.key.partition("/")[0]
        if name in sound:
            yield from _of(own.place.path, judge(sound[name], own.value))
        elif name not in known:
            missing = FILE_MISSING.of(field=f"{common.name}: {name}", expected=", ".join(known))
            yield Problem(own.place.path, missing)


def _mapped(of_type: CertificateType, mapping: MappingFile) -> Iterable[Reason]:
    return check_certificate_mapping(mapping, of_type)


# Knowledge that is checked again, as while somebody writes it, has mostly the same files.
@lru_cache(maxsize=PAIRS_KEPT_MAX)
def _resolved(canonical: ServiceItem, district: DistrictItem) -> tuple[Reason, ...]:
    try:
        # It checks its result as a whole.
        resolve(canonical, district)
    except KnowledgeError as fault:
        return fault.reasons
    return ()


def _of(path: str, reasons: Iterable[Reason]) -> Iterator[Problem]:
    return (Problem(path, reason) for reason in reasons)
