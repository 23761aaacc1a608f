"""What every proof ranges over: complete applications within the bounds of the vocabulary.

A relation is proved within this domain and says so: every fact is stated, numbers keep the
bounds of their definition (else 15 digits, 6 of them after the point), days lie in
1800 … 2999, the day of the decision lies in the days when all compared criteria are in force
(in 1800 … 2999 if there is no such day).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from interop.criteria.criterion import Criterion
from interop.criteria.evaluation import Value
from interop.criteria.nodes import DAY_MAX, DAY_MIN, Fact, Node, Not, Or
from interop.criteria.outcomes import MATERIAL_PREFIX
from interop.criteria.prove.reasons import FACTS_CLASH, OTHER_ITEMS, TOO_MANY_CRITERIA
from interop.criteria.vocabulary import Vocabulary
from interop.errors import KnowledgeError
from interop.model.item import ClauseKind, FactDefinition, FactType

CRITERIA_MAX: Final = 1000
INTAKE: Final = frozenset({ClauseKind.COMPETENCE, ClauseKind.NOT_REQUIRED, ClauseKind.FORMAL})
MERITS: Final = frozenset({ClauseKind.SUBSTANTIVE})
ALL_KINDS: Final = INTAKE | MERITS


@dataclass(frozen=True, slots=True)
class Applicant:
    """An applicant made up for a proof: every fact, and the day of the decision."""

    facts: Mapping[str, Value]
    on: date


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must hold: a clause, or a material that must be handed in.

    Attributes:
        id: Clause id, or ``material:<code>``.
        kind: What it leads to if it does not hold.
        zh: The requirement in Chinese.
        en: The requirement in English.
        node: The typed condition.
    """

    id: str
    kind: ClauseKind
    zh: str
    en: str
    node: Node


@dataclass(frozen=True, slots=True)
class Domain:
    """The applications that a proof ranges over.

    Attributes:
        vocabulary: Every fact of every compared criterion, bounds and lists narrowed to what
            can be stated everywhere; materials handed in are facts ``material:<code>``.
        first: First day of the decision, inclusive.
        last: Last day of the decision, inclusive.
    """

    vocabulary: Vocabulary
    first: date
    last: date

    @property
    def typical_day(self) -> date:
        """Return the day on which a typical applicant is judged."""
        return self.first if self.first > DAY_MIN else self.last


def requirements_of(
    criterion: Criterion, kinds: frozenset[ClauseKind]
) -> tuple[Requirement, ...]:
    """Return what ``criterion`` asks for of these kinds; materials are formal."""
    rows = [
        Requirement(c.clause.id, c.clause.kind, c.clause.zh, c.clause.en, c.when)
        for c in criterion.clauses
        if c.clause.kind in kinds
    ]
    if ClauseKind.FORMAL in kinds:
        rows.extend(_papers(criterion))
    return tuple(rows)


def _papers(criterion: Criterion) -> Iterable[Requirement]:
    for row in criterion.materials:
        if row.material.necessity != "required":
            continue
        name = f"{MATERIAL_PREFIX}{row.material.code}"
        held = Fact(name)
        node = held if row.when is None else Or((Not(row.when), held))
        zh, en = f"提交{row.material.zh}", f"hand in {row.material.en}"
        yield Requirement(name, ClauseKind.FORMAL, zh, en, node)


def domain_of(criteria: Sequence[Criterion]) -> Domain:
    """Return the common domain of one item's criteria.

    Raises:
        KnowledgeError: ``compare-other-items``, ``compare-facts-clash`` for every fact whose
            type, unit or values do not meet, or ``compare-too-many``.
    """
    if len(criteria) > CRITERIA_MAX:
        raise KnowledgeError(TOO_MANY_CRITERIA.of(expected=CRITERIA_MAX, got=len(criteria)))
    names = list(dict.fromkeys(criterion.item.item for criterion in criteria))
    if len(names) > 1:
        raise KnowledgeError(OTHER_ITEMS.of(field="item", expected=names[0], got=names[1]))
    first = max((c.item.effective_from for c in criteria), default=DAY_MIN)
    last = min((c.item.effective_until or DAY_MAX for c in criteria), default=DAY_MAX)
    if first > last:
        first, last = DAY_MIN, DAY_MAX
    return Domain(Vocabulary(_facts(criteria)), first, last)


def _facts(criteria: Sequence[Criterion]) -> dict[str, FactDefinition]:
    found: dict[str, FactDefinition] = {}
    clashes = []
    for fact in _definitions(criteria):
        known = found.get(fact.id, fact)
        if known is fact or known == fact:
            found[fact.id] = known
        elif (common := _common(known, fact)) is None:
            clashes.append(
                FACTS_CLASH.of(field=fact.id, expected=_told(known), got=_told(fact))
            )
        else:
            found[fact.id] = common
    if clashes:
        raise KnowledgeError(*dict.fromkeys(clashes))
    return found


def _definitions(criteria: Sequence[Criterion]) -> Iterable[FactDefinition]:
    for criterion in criteria:
        yield from criterion.vocabulary.facts.values()
        for row in criterion.materials:
            yield FactDefinition(
                id=f"{MATERIAL_PREFIX}{row.material.code}",
                type=FactType.BOOL,
                zh=f"提交{row.material.zh}",
                en=f"{row.material.en} handed in",
            )


def _common(one: FactDefinition, other: FactDefinition) -> FactDefinition | None:
    """Return the definition of what both can state; None if there is nothing."""
    if (one.type, one.unit) != (other.type, other.unit):
        return None
    values = tuple(value for value in one.values if value in other.values)
    lows = [bound for bound in (one.min, other.min) if bound is not None]
    highs = [bound for bound in (one.max, other.max) if bound is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    empty = low is not None and high is not None and low > high
    if empty or (one.values and not values):
        return None
    return one.model_copy(update={"values": values, "min": low, "max": high})


def _told(fact: FactDefinition) -> str:
    return " ".join([fact.type.value, fact.unit, *fact.values[:5]]).strip()
