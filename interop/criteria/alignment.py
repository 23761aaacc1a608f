"""Which clauses of which districts are one: by identifier, then by what they speak of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from interop.criteria.criterion import Criterion, TypedClause
from interop.criteria.nodes import facts_of
from interop.criteria.reasons import UNIFY_FACTS, UNIFY_ITEMS
from interop.criteria.vocabulary import AGENT_PRESENT, Vocabulary, vocabulary_of
from interop.errors import KnowledgeError, Reason
from interop.model.item import ClauseKind, FactDefinition


@dataclass(frozen=True, slots=True)
class Aligned:
    """One clause as the districts have it.

    Attributes:
        id: The identifier that most of its forms bear, the first of them.
        kind: What an unmet clause leads to.
        forms: Region to its form, in the order of the regions; None where it has none.
    """

    id: str
    kind: ClauseKind
    forms: dict[str, TypedClause | None]


def common_vocabulary(criteria: Sequence[Criterion]) -> Vocabulary:
    """Return the facts of all districts in one vocabulary.

    Raises:
        KnowledgeError: ``unify-other-items`` if the criteria are not of one item and of a
            region each; ``unify-facts-clash`` for each fact that two districts define
            otherwise in type, unit or values.
    """
    reasons = [*_other_items(criteria), *_clashes(criteria)]
    if reasons:
        raise KnowledgeError(*reasons)
    facts = (fact for c in criteria for fact in c.vocabulary.facts.values())
    return vocabulary_of(tuple(fact for fact in facts if fact is not AGENT_PRESENT))


def align(criteria: Sequence[Criterion]) -> tuple[Aligned, ...]:
    """Return the clauses of all districts, aligned; those of competence are left out.

    Clauses of one identifier and kind are one. What is left over is joined where kind and
    facts are the same and no district has both.
    """
    named: dict[tuple[str, ClauseKind], dict[str, TypedClause]] = {}
    for criterion in criteria:
        for row in criterion.clauses:
            clause = row.clause
            if clause.kind is not ClauseKind.COMPETENCE:
                found = named.setdefault((clause.id, clause.kind), {})
                found[criterion.item.region] = row
    joined: list[dict[str, TypedClause]] = []
    for rows in sorted(named.values(), key=len, reverse=True):
        host = next((other for other in joined if _alike(other, rows)), None)
        if host is None:
            joined.append(dict(rows))
        else:
            host.update(rows)
    regions = [criterion.item.region for criterion in criteria]
    return tuple(_aligned(rows, regions) for rows in joined)


def _alike(left: dict[str, TypedClause], right: dict[str, TypedClause]) -> bool:
    one, other = next(iter(left.values())), next(iter(right.values()))
    return (
        one.clause.kind is other.clause.kind
        and left.keys().isdisjoint(right.keys())
        and _support(left.values()) == _support(right.values())
    )


def _support(rows: Iterable[TypedClause]) -> frozenset[str]:
    return frozenset(name for row in rows for name in facts_of(row.when))


def _aligned(rows: dict[str, TypedClause], regions: Iterable[str]) -> Aligned:
    first = next(iter(rows.values())).clause
    return Aligned(first.id, first.kind, {region: rows.get(region) for region in regions})


def _other_items(criteria: Sequence[Criterion]) -> Iterator[Reason]:
    seen: set[str] = set()
    for criterion in criteria:
        item, first = criterion.item, criteria[0].item
        if item.item != first.item:
            yield UNIFY_ITEMS.of(field="item", expected=first.item, got=item.item)
        if item.region in seen:
            yield UNIFY_ITEMS.of(field="region", expected=item.item, got=item.region)
        seen.add(item.region)


def _clashes(criteria: Sequence[Criterion]) -> Iterator[Reason]:
    known: dict[str, tuple[str, FactDefinition]] = {}
    for criterion in criteria:
        for fact in criterion.item.facts:
            region, first = known.setdefault(fact.id, (criterion.item.region, fact))
            if _meaning(first) != _meaning(fact):
                yield UNIFY_FACTS.of(field=fact.id, expected=region, got=criterion.item.region)


def _meaning(fact: FactDefinition) -> tuple[object, ...]:
    return fact.type, fact.unit, frozenset(fact.values)
