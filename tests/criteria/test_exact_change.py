"""With the solver a smallest change is proved, and so is that there is none."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given

from interop.conformance.strategies.criteria import clauses, complete_facts, item_with
from interop.criteria import compile_item
from interop.criteria.change import ChangePlan, plan_change
from interop.criteria.exact_change import exact_plan
from interop.criteria.facts import read_facts
from interop.criteria.judge import judge_of
from interop.criteria.prove import Budget, Solver
from interop.model.item import Clause, ServiceItem
from tests.criteria.example import ON
from tests.criteria.test_change import SMALL, Facts, changeable, item_of, meets, values


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as running:
        yield running


def proved(item: ServiceItem, facts: Facts, solver: Solver) -> ChangePlan:
    return exact_plan(
        compile_item(item), facts, materials=(), has_agent=False, on=ON, solver=solver
    )


def searched(item: ServiceItem, facts: Facts) -> ChangePlan:
    return plan_change(compile_item(item), facts, materials=(), has_agent=False, on=ON)


def test_what_the_search_only_found_is_proved_smallest(solver: Solver) -> None:
    item = item_of("whole.one + whole.two >= 6", "flag.one")
    facts: Facts = {"whole.one": 0, "whole.two": 0, "flag.one": False}
    assert not searched(item, facts).exact
    plan = proved(item, facts, solver)
    assert (plan.outcome, plan.exact, len(plan.changes)) == ("found", True, 3)


def test_what_the_search_missed_is_found(solver: Solver) -> None:
    item = item_of("7 * whole.one - 5 * whole.two == 1", "whole.one < 3")
    plan = proved(item, {"whole.one": 0, "whole.two": 0}, solver)
    assert (plan.outcome, plan.exact) == ("found", True)
    assert values(plan) == {"whole.one": -2, "whole.two": -3}


def test_that_no_change_is_enough_is_proved(solver: Solver) -> None:
    item = item_of("2 * whole.one - 2 * whole.two == 1")
    facts: Facts = {"whole.one": 0, "whole.two": 0}
    assert searched(item, facts).outcome == "not-found"
    plan = proved(item, facts, solver)
    assert (plan.outcome, plan.exact) == ("impossible", True)


def test_without_time_the_search_stands() -> None:
    item = item_of("2 * whole.one - 2 * whole.two == 1")
    facts: Facts = {"whole.one": 0, "whole.two": 0}
    with Solver(Budget(wall_s=0.0001)) as tired:
        assert proved(item, facts, tired) == searched(item, facts)


@given(clauses(), complete_facts())
def test_a_proof_is_right(solver: Solver, rows: tuple[Clause, ...], facts: Facts) -> None:
    item = changeable(item_with(rows), set(SMALL))
    criterion = compile_item(item)
    plan = proved(item, facts, solver)
    if plan.outcome == "found":
        assert meets(criterion, facts | values(plan))
    if plan.outcome not in {"found", "impossible"} or not plan.exact:
        return
    judge, bits = judge_of(criterion), (1 << len(rows)) - 1
    counts = range(1, len(plan.changes) if plan.outcome == "found" else len(SMALL) + 1)
    for names in (some for count in counts for some in combinations(SMALL, count)):
        for tried in product(*(SMALL[name] for name in names)):
            changed = facts | dict(zip(names, tried, strict=True))
            typed = read_facts(criterion.vocabulary, changed, has_agent=False)
            assert judge.masks(typed, ON)[0] & bits
