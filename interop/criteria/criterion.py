"""A service item with its conditions parsed and typed, ready to decide with."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from interop.criteria.conditions import read_clause, read_condition
from interop.criteria.nodes import Node
from interop.criteria.reasons import (
    DUPLICATE,
    EFFECTIVE_DAYS,
    IDENTIFIER,
    ITEM_EMPTY,
    ITEM_LIMIT,
    LIMIT_UNITS,
    ORGAN_MISSING,
    PROMISE_UNLAWFUL,
)
from interop.criteria.tables import TypedTable
from interop.criteria.vocabulary import Vocabulary, check_facts, vocabulary_of
from interop.errors import CaseError, KnowledgeError, Reason
from interop.model import item_code, uscc
from interop.model.item import Clause, ClauseKind, Limit, Material, Organ, ServiceItem

CLAUSES_MAX: Final = 200
MATERIALS_MAX: Final = 200
FACT_DEFINITIONS_MAX: Final = 500
CANONICAL: Final = "canonical"

_IDENTIFIER = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class TypedOrgan:
    """An organ to name instead, and the condition under which."""

    when: Node
    organ: Organ


@dataclass(frozen=True, slots=True)
class TypedClause:
    """A clause with its condition, and the table it was written as, if it was."""

    clause: Clause
    when: Node
    organs: tuple[TypedOrgan, ...]
    table: TypedTable | None = None


@dataclass(frozen=True, slots=True)
class TypedMaterial:
    """A material with its condition; None if it is always asked for."""

    material: Material
    when: Node | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """The acceptance criteria (受理条件) of one version of an item, parsed and typed.

    Attributes:
        item: The item.
        digest: Digest of the item.
        vocabulary: Its facts.
        clauses: Its clauses, in the order of the item.
        materials: Its materials, in the order of the guide.
    """

    item: ServiceItem
    digest: str
    vocabulary: Vocabulary
    clauses: tuple[TypedClause, ...]
    materials: tuple[TypedMaterial, ...]


def compile_item(item: ServiceItem) -> Criterion:
    """Return ``item`` parsed and typed.

    Raises:
        KnowledgeError: Every problem that :func:`check_item` finds.
    """
    reader = _Reader(item)
    criterion = reader.criterion()
    if reader.reasons or criterion is None:
        raise KnowledgeError(*reader.reasons)
    return criterion


def check_item(item: ServiceItem) -> tuple[Reason, ...]:
    """Return every problem of ``item`` that its schema cannot say; empty if it can be used.

    Vocabulary, types and units of every clause and material condition, duplicate and
    malformed identifiers, bounds, the promise against the statutory limit, the structure of
    the implementation code.
    """
    reader = _Reader(item)
    reader.criterion()
    return tuple(reader.reasons)


class _Reader:
    def __init__(self, item: ServiceItem) -> None:
        self._item = item
        self._vocabulary = vocabulary_of(item.facts)
        self.reasons: list[Reason] = [*_check_sizes(item)]

    def criterion(self) -> Criterion | None:
        """Return the criterion; None, with all reasons, if something is wrong."""
        item = self._item
        if self.reasons:
            return None
        self.reasons.extend(check_facts(item.facts))
        self.reasons.extend(_check_rows(item))
        self.reasons.extend(_check_limits(item))
        self.reasons.extend(_check_codes(item))
        clauses = [self._clause(i, clause) for i, clause in enumerate(item.clauses)]
        materials = [self._material(i, row) for i, row in enumerate(item.materials)]
        if self.reasons:
            return None
        return Criterion(
            item=item,
            digest=item.digest(),
            vocabulary=self._vocabulary,
            clauses=tuple(clause for clause in clauses if clause is not None),
            materials=tuple(material for material in materials if material is not None),
        )

    def _clause(self, place: int, clause: Clause) -> TypedClause | None:
        path = _path("clauses", place, clause.id)
        when, table, reasons = read_clause(clause, self._vocabulary, path)
        self.reasons.extend(reasons)
        organs = [
            (self._condition(case.when, f"{path}.organs[{i}].when"), case.organ)
            for i, case in enumerate(clause.organs)
        ]
        if when is None:
            return None
        named = (TypedOrgan(node, organ) for node, organ in organs if node is not None)
        return TypedClause(clause, when, tuple(named), table)

    def _material(self, place: int, material: Material) -> TypedMaterial | None:
        if not material.when:
            return TypedMaterial(material, None)
        path = _path("materials", place, material.code)
        when = self._condition(material.when, f"{path}.when")
        return None if when is None else TypedMaterial(material, when)

    def _condition(self, text: str, path: str) -> Node | None:
        node, reasons = read_condition(text, self._vocabulary, path)
        self.reasons.extend(reasons)
        return node


def _path(table: str, place: int, name: str) -> str:
    return f"{table}.{name}" if _IDENTIFIER.fullmatch(name) else f"{table}[{place}]"


def _check_sizes(item: ServiceItem) -> Iterator[Reason]:
    sizes: tuple[tuple[str, Collection[object], int], ...] = (
        ("clauses", item.clauses, CLAUSES_MAX),
        ("materials", item.materials, MATERIALS_MAX),
        ("facts", item.facts, FACT_DEFINITIONS_MAX),
    )
    for name, rows, limit in sizes:
        if len(rows) > limit:
            yield ITEM_LIMIT.of(field=name, expected=limit, got=len(rows))


def _check_rows(item: ServiceItem) -> Iterator[Reason]:
    yield from _check_names("clauses", [clause.id for clause in item.clauses])
    yield from _check_names("materials", [material.code for material in item.materials])
    for place, clause in enumerate(item.clauses):
        path = _path("clauses", place, clause.id)
        yield from _check_texts(path, {"zh": clause.zh, "en": clause.en})
        silent = not (clause.organ or clause.organs or clause.remedy_zh)
        if clause.kind is ClauseKind.COMPETENCE and silent:
            yield ORGAN_MISSING.of(field=path)
    for place, material in enumerate(item.materials):
        path = _path("materials", place, material.code)
        yield from _check_texts(path, {"zh": material.zh, "en": material.en})
        for i, evidence in enumerate(material.any_of):
            if not evidence:
                yield ITEM_EMPTY.of(field=f"{path}.any_of[{i}]")


def _check_names(table: str, names: list[str]) -> Iterator[Reason]:
    rule = "a-z 0-9, joined by - or _"
    for name in dict.fromkeys(names):
        if not _IDENTIFIER.fullmatch(name):
            yield IDENTIFIER.of(field=table, expected=rule, got=name)
        if names.count(name) > 1:
            yield DUPLICATE.of(field=table, got=name)


def _check_texts(path: str, texts: dict[str, str]) -> Iterator[Reason]:
    for name, text in texts.items():
        if not text.strip():
            yield ITEM_EMPTY.of(field=f"{path}.{name}")


def _check_limits(item: ServiceItem) -> Iterator[Reason]:
    yield from _check_promise("promised", item.promised, item.statutory)
    if item.joint is not None:
        yield from _check_promise("joint.promised", item.joint.promised, item.joint.statutory)
    until = item.effective_until
    if until is not None and until < item.effective_from:
        yield EFFECTIVE_DAYS.of(
            field="effective_until", expected=item.effective_from, got=until
        )


def _check_promise(path: str, promised: Limit, statutory: Limit) -> Iterator[Reason]:
    if promised.unit != statutory.unit:
        yield LIMIT_UNITS.of(field=f"{path}.unit", expected=statutory.unit, got=promised.unit)
    elif promised.length > statutory.length:
        yield PROMISE_UNLAWFUL.of(
            field=f"{path}.length", expected=statutory.length, got=promised.length
        )


def _check_codes(item: ServiceItem) -> Iterator[Reason]:
    """Check every credit code, and that organ and basic code make up the implementation code.

    Yields:
        One reason per problem.
    """
    organs = [item.organ, *(organ for clause in item.clauses for organ in _organs(clause))]
    for organ in organs:
        if organ is not None:
            yield from uscc.inspect(organ.uscc).errors
    if item.catalog_code:
        yield from item_code.inspect_catalog(item.catalog_code).errors
    if item.task_code:
        try:
            yield from item_code.compare(
                item.task_code,
                organ=item.organ.uscc if item.organ else "",
                catalog_code=item.catalog_code,
            )
        except CaseError as fault:
            yield from fault.reasons


def _organs(clause: Clause) -> tuple[Organ | None, ...]:
    return (clause.organ, *(case.organ for case in clause.organs))
