"""A service item (政务服务事项): limits, materials and acceptance criteria of one region.

Criteria stand here as text; interop.criteria parses, types and decides them.
Source: names after the national exchange schema (docs/glossary.md lists them).
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from interop.model.party import Role
from interop.model.record import Record

Verified = Literal["yes", "secondary", "no"]


class Basis(Record):
    """A legal basis (依据).

    Attributes:
        level: Code of mappings/codes norm-levels, such as ``law``.
        document: Full name of the document.
        article: Article, clause or table; empty for the whole document.
        verified: ``yes`` read in the official text, ``secondary`` in a copy, ``no`` not read.
        edition: The version in force, such as ``2017年修订``; None where it is not named.
    """

    level: str
    document: str
    article: str = ""
    verified: Verified
    edition: str | None = None


class Organ(Record):
    """An organ (机关) by its unified social credit code."""

    uscc: str
    name: str
    illustrative: bool = False


class Limit(Record):
    """A time limit (时限)."""

    length: int = Field(ge=0, le=400)
    unit: Literal["working-day", "calendar-day"] = "working-day"
    basis: Basis | None = None
    illustrative: bool = False


class JointHandling(Record):
    """How several organs handle the item together (联合办理), as a government arranged it.

    Attributes:
        statutory: Limit of the ruling (法定办结时限); the clocks bound it.
        promised: Promised limit (承诺办结时限), not above the statutory one.
        basis: The arrangement: it is not the window's to lengthen a limit.

    Source: 行政许可法第二十六条第二款、第四十二条第二款.
    """

    statutory: Limit
    promised: Limit
    basis: Basis


class ClauseKind(StrEnum):
    """What an unmet clause leads to."""

    COMPETENCE = "competence"
    NOT_REQUIRED = "not_required"
    FORMAL = "formal"
    SUBSTANTIVE = "substantive"


class OrganCase(Record):
    """The organ to name instead under one condition; the first that holds counts."""

    when: str
    organ: Organ


class TableRow(Record):
    """One row of a decision table.

    A cell is ``-`` (anything), a value, or a comparison such as ``<= quantity(300, "m2")`` or
    ``in ["wall", "roof"]``.

    Attributes:
        given: One cell for each column that selects the row.
        limits: One cell for each column that must then hold.
    """

    given: tuple[str, ...]
    limits: tuple[str, ...]


class DecisionTable(Record):
    """A condition written as a table (决策表): which limits hold in which case.

    Attributes:
        hit: ``unique``: at most one row may match a case; ``first``: the first that matches
            counts.
        given: Facts that select a row; a fact may head two columns.
        limits: Facts that the row that matches sets limits to.
        otherwise: What a case that no row matches comes to.
        rows: The rows.
    """

    hit: Literal["unique", "first"]
    given: tuple[str, ...] = Field(min_length=1)
    limits: tuple[str, ...]
    otherwise: Literal["met", "not_met"]
    rows: tuple[TableRow, ...] = Field(min_length=1)


class Clause(Record):
    """One acceptance criterion.

    Attributes:
        id: Kebab-case, unique in the item.
        when: The condition that must hold, in the criteria language; empty with a table.
        table: The condition as a decision table; None with ``when``.
        kind: A clause without a kind loads as substantive, with a warning.
        zh: The condition in Chinese.
        en: The condition in English.
        basis: The norm it rests on.
        remedy_zh: What the applicant can do, in Chinese.
        remedy_en: What the applicant can do, in English.
        organ: For competence clauses, the organ to name instead.
        organs: For competence clauses, the organ to name instead, by condition; ``organ``
            counts where none holds.
    """

    id: str
    when: str = ""
    table: DecisionTable | None = None
    kind: ClauseKind = ClauseKind.SUBSTANTIVE
    zh: str
    en: str
    basis: Basis | None = None
    remedy_zh: str = ""
    remedy_en: str = ""
    organ: Organ | None = None
    organs: tuple[OrganCase, ...] = ()


class FactType(StrEnum):
    """Type of a fact (事实)."""

    BOOL = "bool"
    INT = "int"
    DECIMAL = "decimal"
    DATE = "date"
    ENUM = "enum"
    SET = "set"
    TEXT = "text"


class ValueLabel(Record):
    """How a value of a closed list is called."""

    value: str
    zh: str
    en: str


class FactDefinition(Record):
    """One entry of the vocabulary of facts (事实字典).

    Attributes:
        id: Dotted name used in clauses, ASCII.
        type: Its type.
        zh: Label in Chinese.
        en: Label in English.
        question: What to ask the applicant, in Chinese.
        unit: Unit of a number, such as ``m2``; clauses of another unit are refused.
        min: Smallest value, inclusive.
        max: Largest value, inclusive.
        values: Closed list for enum and set.
        source: ``form``, ``shared`` or ``certificate:<type>.<field>``.
        labels: How values of the closed list are called; a value without one shows itself.
        sensitive: A personal value; reasons and notices show ``***`` in its place.
        mutability: Whether the applicant can make it different: ``applicant`` by choosing
            otherwise, ``paper`` by handing in another document; ``fixed`` is never proposed
            to be changed.
        aliases: Local names under which it may be declared too.
    """

    id: str
    type: FactType
    zh: str
    en: str
    question: str = ""
    unit: str = ""
    min: Decimal | None = None
    max: Decimal | None = None
    values: tuple[str, ...] = ()
    source: str = "form"
    labels: tuple[ValueLabel, ...] = ()
    sensitive: bool = False
    mutability: Literal["fixed", "applicant", "paper"] = "fixed"
    aliases: tuple[str, ...] = ()


class Evidence(Record):
    """A certificate that can stand in for a material.

    Attributes:
        certificate: Canonical certificate type, such as ``business-licence``.
        fields: Canonical fields that must be present.
        level_min: Lowest trust level accepted, A the highest (unverified scale).
        issuers: Issuer codes accepted; empty accepts whom the use list accepts.
        status_age_days_max: How old the source's answer about the status may be.
        prefills: The certificate only fills in fields; the original is still asked for.
    """

    certificate: str
    fields: tuple[str, ...] = ()
    level_min: Literal["A", "B", "C", "D"] = "B"
    issuers: tuple[str, ...] = ()
    status_age_days_max: int = Field(default=7, ge=0, le=366)
    prefills: bool = False


class Deferral(Record):
    """Deferral (容缺受理): the guide lets this material come later.

    Attributes:
        days_max: How many calendar days after the day that counts it may still come.
        basis: The norm or practice that allows it.
    """

    days_max: int = Field(ge=1, le=366)
    basis: Basis


class Commitment(Record):
    """Commitment (告知承诺): the guide takes a signed promise in the material's place.

    Attributes:
        template: Name of the text that is promised.
        template_digest: Digest of that text.
        consequence_zh: What follows if the promise is not true, in Chinese.
        consequence_en: The same in English.
        basis: The norm that allows it.
    """

    template: str = Field(min_length=1)
    template_digest: str = Field(min_length=1)
    consequence_zh: str = Field(min_length=1)
    consequence_en: str = Field(min_length=1)
    basis: Basis


class Material(Record):
    """A material (申请材料) that the item guide asks for.

    Attributes:
        code: ASCII, unique in the item.
        zh: Name in Chinese.
        en: Name in English.
        aliases: Local names that mean the same material.
        necessity: Value of CN-PRACTICE:material-necessity: required, optional or deferrable.
        when: Condition under which it is asked for; empty means always.
        holder_role: Whose certificate may stand in; cards of two roles are two materials.
        any_of: Alternatives; each is a tuple of evidence that must all be there.
        deferral: How it may come later; None where the guide does not say so.
        commitment: What may be promised in its place; None where the guide does not say so.
        basis: The norm that asks for it.
    """

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    necessity: Literal["required", "optional", "deferrable"] = "required"
    when: str = ""
    holder_role: Role = "applicant"
    any_of: tuple[tuple[Evidence, ...], ...] = ()
    deferral: Deferral | None = None
    commitment: Commitment | None = None
    basis: Basis | None = None


class ServiceItem(Record):
    """One item as one region runs it, after its district file was laid over the canonical one.

    Attributes:
        item: Folder name under mappings/items, such as ``outdoor-advertising``.
        region: Region code this version is for; ``canonical`` for the common one.
        version: Date-like version of the file, ``2026-01``.
        catalog_code: 12-digit basic code (基本编码), or empty if not known.
        task_code: 31-character implementation code (实施编码), or empty for canonical.
        zh: Name in the national licence list.
        en: English name.
        aliases: Local names.
        setting_basis: Norms that set the item up, each in the edition in force.
        listed_as: Entry of the national licence list (its ``article``) and the list's edition;
            None where the item is not in the list.
        organ: Competent organ.
        assurance_min: Lowest assurance level of the applicant's login.
        statutory: Statutory limit (法定办结时限).
        promised: Promised limit (承诺办结时限), not above the statutory one.
        joint: Limits where several organs handle it together; None where no government
            arranged that.
        as_of: Day whose validity of certificates counts.
        channels: Values of GBT39046:A.5, how to apply.
        facts: Vocabulary.
        materials: Materials in the order of the guide.
        clauses: Acceptance criteria.
        effective_from: First day, inclusive.
        effective_until: Last day, inclusive; None is open.
        illustrative: True where no official text of this region backs the file.
        source: Where the rows come from.
    """

    item: str
    region: str
    version: str
    catalog_code: str = ""
    task_code: str = ""
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    setting_basis: tuple[Basis, ...]
    listed_as: Basis | None = None
    organ: Organ | None = None
    assurance_min: Literal["low", "substantial", "high"] = "substantial"
    statutory: Limit
    promised: Limit
    joint: JointHandling | None = None
    as_of: Literal["acceptance", "submission"] = "acceptance"
    channels: tuple[str, ...] = ()
    facts: tuple[FactDefinition, ...]
    materials: tuple[Material, ...]
    clauses: tuple[Clause, ...]
    effective_from: date
    effective_until: date | None = None
    illustrative: bool = False
    source: str
