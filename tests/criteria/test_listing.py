"""What a decision lists, held against what the solver enumerates: no clause is left out."""

from collections.abc import Iterable
from datetime import date

import z3
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    DAYS,
    MATERIAL_CODES,
    complete_facts,
    items,
)
from interop.criteria import Criterion, compile_item, decide
from interop.criteria.evaluation import Value
from interop.criteria.facts import read_facts
from interop.criteria.nodes import DAY_MAX, DAY_MIN
from interop.criteria.prove import ALL_KINDS, Domain
from interop.criteria.prove.condition import ON
from interop.criteria.prove.domain import domain_of, requirements_of
from interop.criteria.prove.encoding import Encoding
from interop.model.case import FactValue
from interop.model.item import ServiceItem
from interop.model.judgement import Decision

# Days and numbers that are missing make the solver slow, and no clause less listed.
MISSABLE = ("flag.one", "flag.two", "colour.one", "pieces.one", "secret.one")
THINNED = st.builds(
    lambda facts, unstated: {n: v for n, v in facts.items() if n not in unstated},
    complete_facts(),
    st.sets(st.sampled_from(MISSABLE), min_size=1),
)
PAPERS = st.sets(st.sampled_from(MATERIAL_CODES))


class Enumeration:
    """The requirements of a criterion in a solver that holds what is stated."""

    def __init__(self, criterion: Criterion, stated: dict[str, Value], on: date) -> None:
        self._solver = z3.Solver(ctx=z3.Context())
        domain = Domain(domain_of([criterion]).vocabulary, DAY_MIN, DAY_MAX)
        encoding = Encoding(domain, self._solver)
        rows = requirements_of(criterion, ALL_KINDS)
        self._terms = {row.id: encoding.condition(row.node) for row in rows}
        pinned = (encoding.equals(name, value) for name, value in {**stated, ON: on}.items())
        self._solver.add(*[pin for pin in pinned if pin is not None])

    def missed(self) -> list[str]:
        """Return what one applicant misses who states all of it; no other one differs."""
        assert self._solver.check() == z3.sat
        model = self._solver.model()
        held = {
            name: z3.is_true(model.eval(term, model_completion=True))
            for name, term in self._terms.items()
        }
        differs = [term != held[name] for name, term in self._terms.items()]
        assert not differs or self._solver.check(z3.Or(*differs)) == z3.unsat
        return [name for name, truth in held.items() if not truth]

    def never(self) -> set[str]:
        """Return what no completion of the facts meets."""
        return {n for n, term in self._terms.items() if self._solver.check(term) == z3.unsat}

    def perhaps(self) -> set[str]:
        """Return what some completion misses."""
        missed = self._terms.items()
        return {n for n, term in missed if self._solver.check(z3.Not(term)) == z3.sat}


def both(
    item: ServiceItem, facts: dict[str, FactValue], papers: Iterable[str], on: date
) -> tuple[Decision, Enumeration]:
    criterion, held = compile_item(item), set(papers)
    found = decide(criterion, facts, materials=held, has_agent=False, on=on)
    stated = dict(read_facts(criterion.vocabulary, facts, has_agent=False))
    stated |= {f"material:{row.code}": row.code in held for row in item.materials}
    return found, Enumeration(criterion, stated, on)


@given(items(), complete_facts(), PAPERS, DAYS)
def test_a_decision_lists_what_the_solver_enumerates(
    item: ServiceItem, facts: dict[str, FactValue], papers: set[str], on: date
) -> None:
    found, solver = both(item, facts, papers, on)
    assert [outcome.clause for outcome in found.outcomes] == solver.missed()
    assert {outcome.outcome for outcome in found.outcomes} <= {"failed"}


@given(items(), THINNED, PAPERS, DAYS)
def test_with_facts_missing_nothing_that_may_fail_goes_unlisted(
    item: ServiceItem, facts: dict[str, FactValue], papers: set[str], on: date
) -> None:
    found, solver = both(item, facts, papers, on)
    listed = {outcome.clause for outcome in found.outcomes}
    failed = {o.clause for o in found.outcomes if o.outcome == "failed"}
    assert failed <= solver.never()
    assert solver.perhaps() <= listed
