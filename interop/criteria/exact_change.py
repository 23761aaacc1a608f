"""The smallest change, proved: what the search leaves open is asked of the solver.

Which facts may differ is tried by their number, the fewest first; all others are held at what
was declared. So a plan that is found is the smallest, and where none is found there is none.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Final, cast

from interop.criteria.change import CHANGES_MAX, ChangePlan, changeable, plan_change, plan_of
from interop.criteria.criterion import Criterion, TypedClause
from interop.criteria.decision import read_application
from interop.criteria.evaluation import Value, truth
from interop.criteria.nodes import And, Compare, Const, Contains, Fact, Node, Not, facts_of
from interop.criteria.outcomes import Application
from interop.criteria.prove import Inquiry, Solver
from interop.criteria.prove.inquiry import Conditions, Found
from interop.criteria.tables import ALWAYS
from interop.model.case import FactValue
from interop.model.item import Clause, FactDefinition, FactType

ASKED_MAX: Final = 400


def exact_plan(  # noqa: PLR0913 -- the facts of one application, each named
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    *,
    materials: Collection[str],
    has_agent: bool,
    on: date,
    solver: Solver,
) -> ChangePlan:
    """Return the smallest change, as :func:`interop.criteria.change.plan_change`, or proved.

    What is exact without a solver is returned as it is. Beyond :data:`ASKED_MAX` questions,
    and where the solver gives up, the answer stays what the search has found.

    Raises:
        CaseError: As :func:`interop.criteria.decision.decide`.
        KnowledgeError: ``prover-missing``, ``prover-start``.
    """
    plan = plan_change(criterion, facts, materials=materials, has_agent=has_agent, on=on)
    if plan.exact:
        return plan
    here = read_application(criterion, facts, held=materials, has_agent=has_agent, on=on)
    return _Proof(here, solver).plan(plan)


class _Proof:
    def __init__(self, here: Application, solver: Solver) -> None:
        self._here = here
        self._names = changeable(here)
        facts = here.criterion.vocabulary.facts
        self._pins = {name: _pin(facts[name], value) for name, value in here.facts.items()}
        self._clauses = [row.when for row in here.criterion.clauses]
        # Held on the day of the decision, with a condition for each fact as it is declared.
        day = here.criterion.item.model_copy(
            update={"effective_from": here.on, "effective_until": here.on}
        )
        pinned = (_clause(node) for node in self._pins.values())
        asked = replace(
            here.criterion,
            item=day,
            clauses=(*here.criterion.clauses, *pinned),
            materials=(),
        )
        self._inquiry = Inquiry((asked,), solver)
        self._asked = 0

    def plan(self, known: ChangePlan) -> ChangePlan:
        """Return ``known``, or what is proved to be smaller, or that nothing is enough."""
        most = len(known.changes) - 1 if known.changes else min(CHANGES_MAX, len(self._names))
        sure = True
        for changed in self._choices(most):
            if self._asked == ASKED_MAX:
                return known
            self._asked += 1
            found = self._inquiry.find(self._held(changed), None)
            if isinstance(found, Found):
                after = {**self._here.facts}
                after |= {name: found.applicant.facts[name] for name in changed}
                return plan_of(self._here, after, exact=sure)
            sure = sure and found == "none"
        every = known.changes or most == len(self._names)
        exact = bool(sure and every)
        impossible = exact and not known.changes
        update = {"exact": exact, "outcome": "impossible" if impossible else known.outcome}
        return known.model_copy(update=update)

    def _choices(self, most: int) -> Iterator[tuple[str, ...]]:
        """Yield what may differ, the fewest first; each open clause names one of them."""
        here = self._here
        left = [
            set(facts_of(node))
            for node in self._clauses
            if truth(node, here.facts, here.on) is False
        ]
        for count in range(1, most + 1):
            for names in combinations(self._names, count):
                if all(not named.isdisjoint(names) for named in left):
                    yield names

    def _held(self, changed: tuple[str, ...]) -> Conditions:
        pins = (node for name, node in self._pins.items() if name not in changed)
        return frozenset(self._inquiry.number(node) for node in (*self._clauses, *pins))


def _clause(when: Node) -> TypedClause:
    return TypedClause(Clause(id="as-declared", zh="", en=""), when, ())


def _pin(fact: FactDefinition, value: Value) -> Node:
    """Return the condition that a fact is what was declared."""
    known = Fact(fact.id)
    if isinstance(value, bool):
        return known if value else Not(known)
    if fact.type is not FactType.SET:
        kind = FactType.TEXT if isinstance(value, str) else fact.type
        return Compare("==", known, Const(kind, cast("int", value), fact.unit))
    held = cast("frozenset[str]", value)
    parts = tuple(
        part if item in held else Not(part)
        for item in fact.values
        for part in [Contains(known, Const(FactType.TEXT, item))]
    )
    return And(parts) if len(parts) > 1 else (*parts, ALWAYS)[0]
