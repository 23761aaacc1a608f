"""Code systems with namespace and version, and maps between them.

The same digit means different things in different lists, so a bare value never crosses a
border: a :class:`Code` names its list and version. A :class:`ConceptMap` says what becomes of
every value on the way into another list; what is lost is reported, never defaulted.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, Self

from pydantic import Field

from interop.errors import KnowledgeError, Reason, ReasonRow
from interop.model.item import Verified
from interop.model.reasons import (
    CODE_MALFORMED,
    CODE_MAP_NOT_ONE_TO_ONE,
    CODE_MAP_ROW,
    CODE_MAP_UNCOVERED,
    CODE_TWICE,
    CODE_UNKNOWN,
    CODE_WRONG_SYSTEM,
)
from interop.model.record import Record

Relation = Literal["equivalent", "narrower", "unmapped"]

CODE_CHARS_MAX: Final = 160
CONCEPTS_MAX: Final = 5000
SYSTEM_PATTERN: Final = r"^[A-Z][A-Z0-9.-]*:[A-Za-z0-9.-]+$"
VERSION_PATTERN: Final = r"^[0-9A-Za-z.-]+$"
VALUE_PATTERN: Final = r"^[0-9A-Za-z._-]+$"
EDITION_PATTERN: Final = SYSTEM_PATTERN[:-1] + "@" + VERSION_PATTERN[1:]

_CODE = re.compile(r"([A-Z][A-Z0-9.-]*:[A-Za-z0-9.-]+)@([0-9A-Za-z.-]+)#([0-9A-Za-z._-]+)")
_FORM: Final = "GBT39046:A.4@2020#2"


@dataclass(frozen=True, slots=True)
class Code:
    """One value of one version of one code system; its text is ``GBT39046:A.4@2020#2``."""

    system: str
    version: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the code that ``text`` spells.

        Raises:
            KnowledgeError: ``code-malformed``, also for a bare value.
        """
        hit = _CODE.fullmatch(text) if len(text) <= CODE_CHARS_MAX else None
        if hit is None:
            raise KnowledgeError(CODE_MALFORMED.of(field="code", expected=_FORM, got=text))
        return cls(*hit.groups())

    @property
    def edition(self) -> str:
        """Return system and version, such as ``GBT39046:A.4@2020``."""
        return f"{self.system}@{self.version}"

    def __str__(self) -> str:
        return f"{self.edition}#{self.value}"


class Concept(Record):
    """One value of a code system.

    Attributes:
        code: The value.
        zh: Its label in Chinese.
        en: Its label in English.
        verified: Where it differs from that of the system.
        columns: What else the list says about it, by column.
        note: What a reader must know.
    """

    code: str = Field(pattern=VALUE_PATTERN)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    verified: Verified | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    note: str = ""


class CodeSystem(Record):
    """A code list in one version: a file ``mappings/codes/<name>.toml``.

    Attributes:
        id: Namespace and list, such as ``GBT39046:A.4``.
        version: Its version, such as ``2020``.
        zh: Title in Chinese.
        en: Title in English.
        source: Where the values come from.
        verified: ``yes`` read in the source, ``secondary`` in a copy, ``no`` not read.
        illustrative: True where no official list backs the values.
        note: What a reader must know.
        concepts: The values in the order of the source.
    """

    id: str = Field(pattern=SYSTEM_PATTERN)
    version: str = Field(pattern=VERSION_PATTERN)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    source: str = Field(min_length=1)
    verified: Verified
    illustrative: bool = False
    note: str = ""
    concepts: tuple[Concept, ...] = Field(min_length=1, max_length=CONCEPTS_MAX)

    @property
    def edition(self) -> str:
        """Return system and version."""
        return f"{self.id}@{self.version}"

    def concept(self, value: str) -> Concept:
        """Return the concept of ``value``.

        Raises:
            KnowledgeError: ``code-unknown``.
        """
        for concept in self.concepts:
            if concept.code == value:
                return concept
        raise KnowledgeError(CODE_UNKNOWN.of(field=self.edition, got=value))

    def code(self, value: str) -> Code:
        """Return the full code of ``value``. Raises as :meth:`concept`."""
        return Code(self.id, self.version, self.concept(value).code)


class MapRow(Record):
    """What becomes of one value.

    Attributes:
        from_code: Value of the system the map starts from.
        to_code: Value of the other system; None if unmapped.
        relation: ``equivalent`` both ways; ``narrower`` means less than the value it goes to,
            so the way back is lost; ``unmapped`` has nothing to go to.
        note: Why.
    """

    from_code: str = Field(pattern=VALUE_PATTERN)
    to_code: str | None = Field(default=None, pattern=VALUE_PATTERN)
    relation: Relation
    note: str = ""


class ConceptMap(Record):
    """What becomes of the values of one system in another: a file of ``mappings/codes/maps``.

    Attributes:
        id: Kebab-case.
        from_system: Edition it starts from, such as ``GBT39046:A.8@2020``.
        to_system: Edition it leads to.
        zh: Title in Chinese.
        en: Title in English.
        source: Where the rows come from.
        verified: ``yes`` read in the source, ``secondary`` in a copy, ``no`` not read.
        illustrative: True where no official document backs the rows.
        note: What a reader must know.
        rows: One for each value of the system it starts from.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
    from_system: str = Field(pattern=EDITION_PATTERN)
    to_system: str = Field(pattern=EDITION_PATTERN)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    source: str = Field(min_length=1)
    verified: Verified
    illustrative: bool = False
    note: str = ""
    rows: tuple[MapRow, ...] = Field(min_length=1, max_length=CONCEPTS_MAX)


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of a code.

    Attributes:
        code: The code in the other system; None if it has none.
        relation: How the two are related.
        note: Why, from the map.
    """

    code: Code | None
    relation: Relation
    note: str = ""

    @property
    def lost(self) -> bool:
        """Return whether meaning was lost on the way."""
        return self.relation != "equivalent"


def translate(crosswalk: ConceptMap, code: Code) -> Translation:
    """Return what becomes of ``code`` in the other system.

    Raises:
        KnowledgeError: ``code-wrong-system`` if the map starts from another edition;
            ``code-unknown`` if the map does not list the value.
    """
    if code.edition != crosswalk.from_system:
        raise KnowledgeError(
            CODE_WRONG_SYSTEM.of(field=crosswalk.id, expected=crosswalk.from_system, got=code)
        )
    for row in crosswalk.rows:
        if row.from_code == code.value:
            to = (
                None
                if row.to_code is None
                else Code.parse(f"{crosswalk.to_system}#{row.to_code}")
            )
            return Translation(to, row.relation, row.note)
    raise KnowledgeError(CODE_UNKNOWN.of(field=code.edition, got=code.value))


def inverse(crosswalk: ConceptMap, target: CodeSystem) -> ConceptMap:
    """Return the way back: equivalent rows turned round, every other value unmapped.

    Args:
        crosswalk: The way there.
        target: The system it leads to.

    Raises:
        KnowledgeError: ``code-wrong-system`` if ``target`` is another edition.
    """
    if target.edition != crosswalk.to_system:
        raise KnowledgeError(
            CODE_WRONG_SYSTEM.of(
                field=crosswalk.id, expected=crosswalk.to_system, got=target.edition
            )
        )
    back = {
        row.to_code: row.from_code for row in crosswalk.rows if row.relation == "equivalent"
    }
    rows = tuple(_turned(concept.code, back.get(concept.code)) for concept in target.concepts)
    turned = {
        "from_system": crosswalk.to_system,
        "to_system": crosswalk.from_system,
        "rows": rows,
    }
    return crosswalk.model_copy(update={**turned, "id": f"{crosswalk.id}-inverse"})


def check_system(system: CodeSystem) -> tuple[Reason, ...]:
    """Return the problems of a code list that its schema cannot say: values listed twice."""
    counts = Counter(concept.code for concept in system.concepts)
    return _twice(system.edition, counts)


def check_map(crosswalk: ConceptMap) -> tuple[Reason, ...]:
    """Return the problems of a map on its own: rows twice, targets missing, not one to one."""
    counts = Counter(row.from_code for row in crosswalk.rows)
    goals = Counter(row.to_code for row in crosswalk.rows if row.relation == "equivalent")
    found = list(_twice(crosswalk.id, counts))
    for row in crosswalk.rows:
        if (row.to_code is None) != (row.relation == "unmapped"):
            found.append(_bad_row(CODE_MAP_ROW, crosswalk, row, row.relation))
        elif row.relation == "equivalent" and goals[row.to_code] > 1:
            found.append(_bad_row(CODE_MAP_NOT_ONE_TO_ONE, crosswalk, row, row.to_code))
    return tuple(found)


def check_ends(
    crosswalk: ConceptMap,
    source: CodeSystem,
    target: CodeSystem,
) -> tuple[Reason, ...]:
    """Return where a map does not fit its two systems.

    Other editions, values of ``source`` without a row, rows whose value a system lacks.
    """
    wanted = ((crosswalk.from_system, source.edition), (crosswalk.to_system, target.edition))
    wrong = tuple(
        CODE_WRONG_SYSTEM.of(field=crosswalk.id, expected=said, got=given)
        for said, given in wanted
        if said != given
    )
    return wrong or tuple(_misfits(crosswalk, source, target))


def _misfits(crosswalk: ConceptMap, source: CodeSystem, target: CodeSystem) -> Iterator[Reason]:
    listed = {row.from_code for row in crosswalk.rows}
    starts = {concept.code for concept in source.concepts}
    goals = {concept.code for concept in target.concepts}
    for concept in source.concepts:
        if concept.code not in listed:
            yield CODE_MAP_UNCOVERED.of(field=crosswalk.id, got=concept.code)
    for row in crosswalk.rows:
        if row.from_code not in starts:
            yield CODE_UNKNOWN.of(field=source.edition, got=row.from_code)
        if row.to_code is not None and row.to_code not in goals:
            yield CODE_UNKNOWN.of(field=target.edition, got=row.to_code)


def _turned(value: str, back: str | None) -> MapRow:
    relation: Relation = "unmapped" if back is None else "equivalent"
    return MapRow(from_code=value, to_code=back, relation=relation)


def _twice(field: str, counts: Counter[str]) -> tuple[Reason, ...]:
    return tuple(
        CODE_TWICE.of(field=field, got=code) for code, count in counts.items() if count > 1
    )


def _bad_row(kind: ReasonRow, crosswalk: ConceptMap, row: MapRow, said: object) -> Reason:
    return kind.of(field=crosswalk.id, expected=said, got=row.from_code)
