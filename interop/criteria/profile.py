"""A district's file (区级差异) laid over the canonical item: clause by clause, row by row.

``mappings/items/<item>/canonical.toml`` is a whole :class:`ServiceItem`;
``<code>.toml`` says only what differs. A row that adds or tightens a requirement should name
the norm it rests on; a file without it still loads, with a warning, so that the report on
deviations can say "no norm named". One that relaxes or drops a requirement need name none.

Source: 行政许可法 art. 14 to 17 (who may set conditions), art. 42 (limits).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Final, Literal

from pydantic import Field

from interop.criteria.criterion import CANONICAL, check_item
from interop.criteria.reasons import (
    DUPLICATE,
    PROFILE_EXTENDS,
    PROFILE_KNOWN,
    PROFILE_UNKNOWN,
)
from interop.criteria.vocabulary import NAME_CHARS_MAX
from interop.errors import KnowledgeError, Reason
from interop.model.item import (
    Basis,
    Clause,
    DecisionTable,
    FactDefinition,
    JointHandling,
    Limit,
    Material,
    Organ,
    OrganCase,
    ServiceItem,
)
from interop.model.record import Record

SHOWN_MAX: Final = 20


class FactAliased(Record):
    """Declare a fact by local names too; no difference in substance."""

    fact: str
    aliases: tuple[str, ...] = Field(min_length=1)


class MaterialAdded(Record):
    """Ask for one more material; ``norm`` says by which right."""

    change: Literal["add"]
    material: Material
    norm: Basis | None = None


class MaterialDropped(Record):
    """Ask for one material less."""

    change: Literal["drop"]
    code: str


class MaterialAliased(Record):
    """Call a material by local names; no difference in substance."""

    change: Literal["alias"]
    code: str
    aliases: tuple[str, ...] = Field(min_length=1)


class ClauseKept(Record):
    """Keep a clause; for competence, name the organs that are competent instead here."""

    change: Literal["keep"]
    id: str
    organ: Organ | None = None
    organs: tuple[OrganCase, ...] = ()


class ClauseTightened(Record):
    """Ask for more than the common clause; ``norm`` says by which right."""

    change: Literal["tighten"]
    id: str
    when: str = ""
    table: DecisionTable | None = None
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""
    norm: Basis | None = None


class ClauseRelaxed(Record):
    """Ask for less than the common clause."""

    change: Literal["relax"]
    id: str
    when: str = ""
    table: DecisionTable | None = None
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""
    norm: Basis | None = None


class ClauseAdded(Record):
    """Ask for one more condition; the clause's own basis is kept if ``norm`` is absent."""

    change: Literal["add"]
    clause: Clause
    norm: Basis | None = None


class ClauseDropped(Record):
    """Ask for one condition less."""

    change: Literal["drop"]
    id: str


MaterialChange = Annotated[
    MaterialAdded | MaterialDropped | MaterialAliased, Field(discriminator="change")
]
ClauseChange = Annotated[
    ClauseKept | ClauseTightened | ClauseRelaxed | ClauseAdded | ClauseDropped,
    Field(discriminator="change"),
]


class DistrictItem(Record):
    """What one region does otherwise than the canonical item.

    Attributes:
        item: Folder name under mappings/items.
        region: Region code.
        version: Date-like version of this file.
        extends: ``canonical@<version>``: the version it was written for.
        task_code: 31-character implementation code (实施编码), or empty if not known.
        organ: Competent organ of the region.
        aliases: Local names, added to the common ones.
        assurance_min: Lowest assurance level; None keeps the common one.
        statutory: Statutory limit; None keeps the common one.
        promised: Promised limit; None keeps the common one.
        joint: Limits of joint handling; None keeps the common ones.
        channels: How to apply; None keeps the common ones.
        facts: Facts that only this region's rows speak of.
        synonyms: Local names of common facts.
        materials: Rows that differ.
        clauses: Rows that differ; what is not named is kept.
        effective_from: First day, inclusive.
        effective_until: Last day, inclusive; None is open.
        illustrative: True where no official text of the region backs the file.
        source: Where the rows come from.
    """

    item: str
    region: str
    version: str
    extends: str
    task_code: str = ""
    organ: Organ
    aliases: tuple[str, ...] = ()
    assurance_min: Literal["low", "substantial", "high"] | None = None
    statutory: Limit | None = None
    promised: Limit | None = None
    joint: JointHandling | None = None
    channels: tuple[str, ...] | None = None
    facts: tuple[FactDefinition, ...] = ()
    synonyms: tuple[FactAliased, ...] = ()
    materials: tuple[MaterialChange, ...] = ()
    clauses: tuple[ClauseChange, ...] = ()
    effective_from: date
    effective_until: date | None = None
    illustrative: bool = False
    source: str


def resolve(canonical: ServiceItem, district: DistrictItem) -> ServiceItem:
    """Return the item as ``district``'s region runs it.

    Raises:
        KnowledgeError: Every problem: an unknown version or row, a row twice, an unlawful
            promise, and whatever :func:`check_item` finds in the result.
    """
    reasons = [*check_district(district), *_check_rows(canonical, district)]
    item = _laid_over(canonical, district)
    reasons.extend(reason for reason in check_item(item) if reason not in reasons)
    if reasons:
        raise KnowledgeError(*reasons)
    return item


def check_district(district: DistrictItem) -> tuple[Reason, ...]:
    """Return every problem of the file alone; what it lies over is :func:`resolve`'s matter."""
    reasons: list[Reason] = []
    if not district.extends.startswith(f"{CANONICAL}@"):
        reasons.append(
            PROFILE_EXTENDS.of(
                field="extends", expected=f"{CANONICAL}@<version>", got=district.extends
            )
        )
    if district.region == CANONICAL:
        reasons.append(
            PROFILE_EXTENDS.of(field="region", expected="a region code", got=CANONICAL)
        )
    for table, names in (
        ("materials", [_material_code(row) for row in district.materials]),
        ("clauses", [_clause_id(row) for row in district.clauses]),
        ("synonyms", [row.fact for row in district.synonyms]),
    ):
        twice = dict.fromkeys(name for name in names if names.count(name) > 1)
        reasons.extend(DUPLICATE.of(field=table, got=name) for name in twice)
    return tuple(reasons)


def _material_code(row: MaterialChange) -> str:
    return row.material.code if isinstance(row, MaterialAdded) else row.code


def _clause_id(row: ClauseChange) -> str:
    return row.clause.id if isinstance(row, ClauseAdded) else row.id


def _check_rows(canonical: ServiceItem, district: DistrictItem) -> Iterator[Reason]:
    version = f"{canonical.region}@{canonical.version}"
    for field, expected, got in (
        ("extends", version, district.extends),
        ("item", canonical.item, district.item),
    ):
        if expected != got:
            yield PROFILE_EXTENDS.of(field=field, expected=expected, got=got)
    yield from _check_known(
        "synonyms",
        [fact.id for fact in canonical.facts],
        [(row.fact, False) for row in district.synonyms],
    )
    yield from _check_known(
        "materials",
        [material.code for material in canonical.materials],
        [(_material_code(row), row.change == "add") for row in district.materials],
    )
    yield from _check_known(
        "clauses",
        [clause.id for clause in canonical.clauses],
        [(_clause_id(row), row.change == "add") for row in district.clauses],
    )


def _check_known(
    table: str, known: list[str], rows: Iterable[tuple[str, bool]]
) -> Iterator[Reason]:
    for place, (name, added) in enumerate(rows):
        path = f"{table}[{place}]"
        if added and name in known:
            yield PROFILE_KNOWN.of(field=path, got=name)
        elif not added and name not in known:
            near = get_close_matches(name[:NAME_CHARS_MAX], known)
            shown = dict.fromkeys((*near, *known[:SHOWN_MAX]))
            yield PROFILE_UNKNOWN.of(field=path, expected=", ".join(shown), got=name)


def _laid_over(canonical: ServiceItem, district: DistrictItem) -> ServiceItem:
    return canonical.model_copy(
        update={
            "region": district.region,
            "version": district.version,
            "task_code": district.task_code,
            "aliases": (*canonical.aliases, *district.aliases),
            "organ": district.organ,
            "assurance_min": district.assurance_min or canonical.assurance_min,
            "statutory": district.statutory or canonical.statutory,
            "promised": district.promised or canonical.promised,
            "joint": district.joint or canonical.joint,
            "channels": canonical.channels if district.channels is None else district.channels,
            "facts": (*_facts(canonical, district), *district.facts),
            "materials": tuple(_materials(canonical, district)),
            "clauses": tuple(_clauses(canonical, district)),
            "effective_from": district.effective_from,
            "effective_until": district.effective_until,
            "illustrative": canonical.illustrative or district.illustrative,
            "source": f"{canonical.source}; {district.source}",
        }
    )


def _facts(canonical: ServiceItem, district: DistrictItem) -> Iterator[FactDefinition]:
    named = {row.fact: row.aliases for row in district.synonyms}
    for fact in canonical.facts:
        own = named.get(fact.id, ())
        yield fact.model_copy(update={"aliases": (*fact.aliases, *own)}) if own else fact


def _materials(canonical: ServiceItem, district: DistrictItem) -> Iterator[Material]:
    changes = {_material_code(row): row for row in district.materials}
    for material in canonical.materials:
        row = changes.get(material.code)
        if isinstance(row, MaterialAliased):
            yield material.model_copy(update={"aliases": (*material.aliases, *row.aliases)})
        elif not isinstance(row, MaterialDropped):
            yield material
    for row in district.materials:
        if isinstance(row, MaterialAdded):
            yield row.material.model_copy(update={"basis": row.norm or row.material.basis})


def _clauses(canonical: ServiceItem, district: DistrictItem) -> Iterator[Clause]:
    changes = {_clause_id(row): row for row in district.clauses}
    for clause in canonical.clauses:
        row = changes.get(clause.id)
        if isinstance(row, ClauseTightened | ClauseRelaxed):
            yield _changed(clause, row)
        elif isinstance(row, ClauseKept):
            update = {
                "organ": row.organ or clause.organ,
                "organs": row.organs or clause.organs,
            }
            yield clause.model_copy(update=update)
        elif not isinstance(row, ClauseDropped):
            yield clause
    for row in district.clauses:
        if isinstance(row, ClauseAdded):
            yield row.clause.model_copy(update={"basis": row.norm or row.clause.basis})


def _changed(clause: Clause, row: ClauseTightened | ClauseRelaxed) -> Clause:
    # The common clause's norm does not carry what a region asks for beyond it.
    kept = clause.basis if isinstance(row, ClauseRelaxed) else None
    return clause.model_copy(
        update={
            "when": row.when,
            "table": row.table,
            "zh": row.zh,
            "en": row.en,
            "remedy_zh": row.remedy_zh or clause.remedy_zh,
            "remedy_en": row.remedy_en or clause.remedy_en,
            "basis": row.norm or kept,
        }
    )
