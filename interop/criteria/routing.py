"""Which organ is competent (职权): the clauses of competence, read as a route.

Area, numbers, level and the day a delegation takes effect are conditions like any other; the
organ to name instead stands in the clause. So what routes a case and what refuses it as
outside the remit is one text, and cannot differ.

Source: 行政许可法 art. 24 (delegation), art. 32 (1)(2): name the organ that is competent.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from interop.criteria.criterion import Criterion, TypedClause
from interop.criteria.evaluation import Facts, missing_facts, truth
from interop.criteria.facts import read_facts
from interop.model.case import FactValue
from interop.model.item import Basis, ClauseKind, Organ
from interop.model.record import Record


class Route(Record):
    """Where an application belongs.

    Attributes:
        answer: ``here`` this organ is competent; ``elsewhere`` another one is;
            ``undetermined`` it depends on facts that are not stated.
        organ: The competent organ; None if it is not known, or the item names none.
        clause: The clause of competence that decided, or could not; empty if all hold.
        basis: Its norm.
        remedy_zh: Where to turn if no organ is named, in Chinese.
        remedy_en: The same in English.
        missing: Facts to state, in the order of the text.
    """

    answer: Literal["here", "elsewhere", "undetermined"]
    organ: Organ | None = None
    clause: str = ""
    basis: Basis | None = None
    remedy_zh: str = ""
    remedy_en: str = ""
    missing: tuple[str, ...] = ()


def route(
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    *,
    has_agent: bool = False,
    on: date,
) -> Route:
    """Return which organ is competent for an application made to this item's organ.

    The first clause of competence that fails decides; nothing is decided while one before it
    is unknown, so that no further fact can change the answer.

    Args:
        criterion: The criteria of the region that was asked.
        facts: Declared facts by name; decimals and dates as strings.
        has_agent: Whether an agent acts.
        on: Day of the application, Asia/Shanghai.

    Raises:
        CaseError: A fact that is unknown, ill-typed or out of bounds.
    """
    stated = read_facts(criterion.vocabulary, facts, has_agent=has_agent)
    for row in criterion.clauses:
        if row.clause.kind is not ClauseKind.COMPETENCE:
            continue
        held = truth(row.when, stated, on)
        if held is None:
            return _open(row, missing_facts(row.when, stated, on))
        if not held:
            return _elsewhere(row, stated, on)
    return Route(answer="here", organ=criterion.item.organ)


def follow(
    criteria: Iterable[Criterion],
    facts: Mapping[str, FactValue],
    *,
    has_agent: bool = False,
    on: date,
) -> tuple[tuple[str, Route], ...]:
    """Return the route from each region that has the item, by region code.

    Facts that an item does not know are left out for it, so that one application can be put
    to several regions. Exactly one ``here`` is what the law wants; none or two are a gap or a
    conflict of remits, for an officer to settle.

    Raises:
        CaseError: A fact that is ill-typed or out of bounds.
    """
    return tuple(
        (
            criterion.item.region,
            route(
                criterion,
                {n: v for n, v in facts.items() if n in criterion.vocabulary.facts},
                has_agent=has_agent,
                on=on,
            ),
        )
        for criterion in criteria
    )


def _elsewhere(row: TypedClause, stated: Facts, on: date) -> Route:
    clause, organ = row.clause, row.clause.organ
    for case in row.organs:
        held = truth(case.when, stated, on)
        if held is None:
            return _open(row, missing_facts(case.when, stated, on))
        if held:
            organ = case.organ
            break
    return Route(
        answer="elsewhere",
        organ=organ,
        clause=clause.id,
        basis=clause.basis,
        remedy_zh=clause.remedy_zh,
        remedy_en=clause.remedy_en,
    )


def _open(row: TypedClause, missing: tuple[str, ...]) -> Route:
    return Route(
        answer="undetermined", clause=row.clause.id, basis=row.clause.basis, missing=missing
    )
