"""An item of one clause, judged."""

from datetime import date

from interop.conformance.strategies.criteria import (
    item_with,
)
from interop.criteria import compile_item, decide
from interop.model.case import FactValue
from interop.model.item import (
    Clause,
    ClauseKind,
    ServiceItem,
)
from interop.model.judgement import ClauseOutcome, Decision

ON = date(2024, 2, 28)


def judged(
    item: ServiceItem,
    facts: dict[str, FactValue],
    *,
    materials: set[str] | None = None,
    has_agent: bool = False,
    on: date = ON,
) -> Decision:
    return decide(
        compile_item(item), facts, materials=materials or set(), has_agent=has_agent, on=on
    )


def clause(when: str, kind: ClauseKind = ClauseKind.SUBSTANTIVE) -> Clause:
    return Clause(id="only", when=when, kind=kind, zh="条件", en="condition", remedy_zh="改")


def one(when: str, facts: dict[str, FactValue], kind: ClauseKind) -> ClauseOutcome:
    (outcome,) = judged(item_with((clause(when, kind),)), facts).outcomes
    return outcome
