"""A minimal change holds, is minimal by enumeration, and never touches what is fixed."""

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    FACTS,
    PIECES,
    clauses,
    complete_facts,
    item_with,
    materials,
    pool_of,
)
from interop.criteria import Criterion, compile_item, decide
from interop.criteria.change import CHANGES_MAX, ChangePlan, plan_change
from interop.criteria.facts import read_facts
from interop.criteria.judge import judge_of
from interop.gateway.kinds import ITEMS
from interop.knowledge import Knowledge
from interop.model.case import FactValue
from interop.model.item import (
    Clause,
    ClauseKind,
    FactDefinition,
    FactType,
    Material,
    ServiceItem,
)
from tests.criteria.example import ON, clause

Facts = dict[str, FactValue]
SUBSTANTIVE = ClauseKind.SUBSTANTIVE


def changeable(item: ServiceItem, names: set[str]) -> ServiceItem:
    facts = [
        fact.model_copy(update={"mutability": "applicant" if fact.id in names else "fixed"})
        for fact in item.facts
    ]
    return item.model_copy(update={"facts": tuple(facts)})


def meets(criterion: Criterion, facts: Facts) -> bool:
    found = decide(criterion, facts, materials=(), has_agent=False, on=ON)
    return not any(not o.clause.startswith("material:") for o in found.outcomes)


def planned(item: ServiceItem, facts: Facts) -> ChangePlan:
    return plan_change(compile_item(item), facts, materials=(), has_agent=False, on=ON)


NAMES = st.sets(st.sampled_from([fact.id for fact in FACTS]), max_size=6)


@given(clauses(), materials(), complete_facts(), NAMES)
def test_after_the_changes_every_condition_holds(
    rows: tuple[Clause, ...], papers: tuple[Material, ...], facts: Facts, names: set[str]
) -> None:
    item = changeable(item_with(rows, papers), names)
    criterion = compile_item(item)
    plan = planned(item, facts)
    after = facts | {change.fact: change.value for change in plan.changes}
    changed = {name for name in facts if after[name] != facts[name]}
    assert changed <= names - {"secret.one"}
    assert len(changed) == len(plan.changes)
    assert meets(criterion, after) == (plan.outcome in {"found", "none-needed"})
    assert (plan.outcome == "none-needed") == meets(criterion, facts)


SMALL: dict[str, list[FactValue]] = {
    "flag.one": [True, False],
    "whole.one": [*range(-3, 4)],
    "colour.one": ["red", "green", "blue"],
    "pieces.one": [[*some] for size in range(4) for some in combinations(PIECES, size)],
}


@given(clauses(), complete_facts())
def test_no_smaller_change_is_enough_and_impossible_means_impossible(
    rows: tuple[Clause, ...], facts: Facts
) -> None:
    item = changeable(item_with(rows), set(SMALL))
    criterion = compile_item(item)
    plan = planned(item, facts)
    assert plan.exact or plan.outcome in {"found", "not-found"}
    if plan.outcome == "none-needed" or not plan.exact:
        return
    judge, clause_bits = judge_of(criterion), (1 << len(rows)) - 1
    counts = range(1, len(plan.changes) if plan.outcome == "found" else len(SMALL) + 1)
    for names in (some for count in counts for some in combinations(SMALL, count)):
        for values in product(*(SMALL[name] for name in names)):
            changed = facts | dict(zip(names, values, strict=True))
            typed = read_facts(criterion.vocabulary, changed, has_agent=False)
            assert judge.masks(typed, ON)[0] & clause_bits


def item_of(*texts: str, fixed: tuple[str, ...] = ()) -> ServiceItem:
    rows = tuple(
        clause(text, SUBSTANTIVE).model_copy(update={"id": f"c{n}"})
        for n, text in enumerate(texts)
    )
    return changeable(item_with(rows), {fact.id for fact in FACTS} - set(fixed))


def values(plan: ChangePlan) -> dict[str, FactValue]:
    return {change.fact: change.value for change in plan.changes}


@pytest.mark.parametrize(
    ("texts", "facts", "expected"),
    [
        (("area.one <= 1.5",), {"area.one": "3"}, {"area.one": "1.5"}),
        (("area.one < 1.5",), {"area.one": "3"}, {"area.one": "1.49"}),
        (("3 * area.one < 1",), {"area.one": "3"}, {"area.one": "0.33"}),
        (("area.one > 2", "area.one < 2.00003"), {"area.one": "0"}, {"area.one": "2.000001"}),
        (("whole.one > 1", "whole.one < 3"), {"whole.one": -3}, {"whole.one": 2}),
        (("2 * whole.one in [2, 4]",), {"whole.one": 3}, {"whole.one": 2}),
        (("whole.one in [-2, 2]",), {"whole.one": 1}, {"whole.one": 2}),
        (("day.one >= on.plus_days(60)",), {"day.one": "2024-03-01"},
         {"day.one": "2024-04-28"}),
        (("years_between(day.one, on) >= 18",), {"day.one": "2010-01-01"},
         {"day.one": "2006-02-28"}),
        (('"lamp" in pieces.one && "panel" in pieces.one',), {"pieces.one": ["frame"]},
         {"pieces.one": ["frame", "panel", "lamp"]}),
        (("has(pieces.one)",), {"pieces.one": []}, {"pieces.one": ["frame"]}),
        (("!has(pieces.one)",), {"pieces.one": ["lamp"]}, {"pieces.one": []}),
        (('colour.one != "red"',), {"colour.one": "red"}, {"colour.one": "green"}),
        (('note.one == "x"',), {"note.one": ""}, {"note.one": "x"}),
        (("flag.one == (whole.one > 2)",), {"flag.one": True, "whole.one": 1},
         {"flag.one": False}),
    ],
)  # fmt: skip
def test_the_value_stands_beside_its_border(
    texts: tuple[str, ...], facts: Facts, expected: Facts
) -> None:
    plan = planned(item_of(*texts), facts)
    assert plan.outcome == "found"
    assert values(plan) == expected


def test_one_change_that_mends_two_clauses_is_preferred() -> None:
    item = item_of("flag.one || whole.one > 0", "flag.two || whole.one > 1")
    plan = planned(item, {"flag.one": False, "flag.two": False, "whole.one": -1})
    assert (values(plan), plan.exact) == ({"whole.one": 2}, True)


def test_days_that_depend_on_each_other_change_together() -> None:
    item = item_of("day.one > on", "day.two >= day.one", "day.two < day.one.plus_months(1)")
    plan = planned(item, {"day.one": "2024-02-01", "day.two": "2024-02-02"})
    assert (plan.outcome, plan.exact) == ("found", True)
    assert values(plan) == {"day.one": "2024-02-29", "day.two": "2024-02-29"}


def test_two_facts_of_one_sum_change_together_where_neither_is_enough() -> None:
    item = item_of("2 * whole.one - whole.two >= 8", "whole.one <= 3")
    plan = planned(item, {"whole.one": -3, "whole.two": 3})
    assert (plan.outcome, plan.exact) == ("found", True)
    assert values(plan) == {"whole.one": 3, "whole.two": -2}


WIDE = range(-30, 31)
COUNTS = st.integers(-5, 5).filter(bool)
BOUNDS = st.lists(
    st.builds(
        "whole.{} {} {}".format,
        st.sampled_from(("one", "two")),
        st.sampled_from(("<", "<=", ">", ">=", "!=", "==")),
        st.integers(-31, 31),
    ),
    max_size=4,
)


SUMS = st.builds(
    "{} * whole.one + {} * whole.two >= {}".format, COUNTS, COUNTS, st.integers(-300, 300)
)


@given(SUMS, BOUNDS, st.tuples(*[st.sampled_from(WIDE)] * 2))
def test_no_joint_change_of_two_facts_is_missed(
    sum_: str, bounds: list[str], here: tuple[int, int]
) -> None:
    texts = (sum_, *bounds)
    rows = tuple(
        clause(text, SUBSTANTIVE).model_copy(update={"id": f"c{n}"})
        for n, text in enumerate(texts)
    )
    wide = {"min": Decimal(WIDE[0]), "max": Decimal(WIDE[-1]), "mutability": "applicant"}
    two = [fact for fact in FACTS if fact.id in {"whole.one", "whole.two"}]
    facts = tuple(fact.model_copy(update=wide) for fact in two)
    item = item_with(rows).model_copy(update={"facts": facts})
    plan = planned(item, dict(zip(("whole.one", "whole.two"), here, strict=True)))
    judge = judge_of(compile_item(item))
    possible = any(
        not judge.masks({"whole.one": one, "whole.two": other}, ON)[0]
        for one, other in product(WIDE, WIDE)
    )
    assert (plan.outcome in {"found", "none-needed"}) == possible


def test_what_is_fixed_blocks() -> None:
    item = item_of("flag.one", "whole.one > 0", fixed=("flag.one",))
    plan = planned(item, {"flag.one": False, "whole.one": -1})
    assert (plan.outcome, plan.blocking) == ("impossible", ("c0",))
    spared = planned(item_of("flag.one || whole.one > 0", fixed=("flag.one",)),
                     {"flag.one": False, "whole.one": 0})  # fmt: skip
    assert values(spared) == {"whole.one": 1}


def test_a_sensitive_fact_is_never_proposed() -> None:
    plan = planned(item_of('secret.one == "b"'), {"secret.one": "张三丰之私事"})
    assert (plan.outcome, plan.changes) == ("impossible", ())


def test_contradictory_clauses_are_impossible() -> None:
    plan = planned(item_of("whole.one > 1", "whole.one < 1"), {"whole.one": 1})
    assert (plan.outcome, plan.exact) == ("impossible", True)


def test_more_changes_than_are_tried_are_not_called_impossible() -> None:
    count = CHANGES_MAX + 1
    flags = tuple(
        FactDefinition(
            id=f"flag.n{n}", type=FactType.BOOL, zh=f"{n}", en=f"{n}", mutability="applicant"
        )
        for n in range(count)
    )
    rows = tuple(clause(f"flag.n{n}").model_copy(update={"id": f"c{n}"}) for n in range(count))
    item = item_with(rows).model_copy(update={"facts": flags})
    plan = planned(item, {flag.id: False for flag in flags})
    assert (plan.outcome, plan.exact) == ("not-found", False)
    one_less = {flag.id: flag.id == "flag.n0" for flag in flags}
    found = planned(item, dict(one_less))
    assert (found.outcome, found.exact, len(found.changes)) == ("found", True, CHANGES_MAX)


def test_missing_facts_are_asked_for_first() -> None:
    plan = planned(item_of("flag.one", "whole.one > 1"), {"whole.one": 1})
    assert (plan.outcome, plan.missing_facts) == ("undetermined", ("flag.one",))


def test_a_plan_says_which_materials_it_takes() -> None:
    paper = Material(code="plan", zh="图", en="plan", when="whole.one > 2")
    rows = (clause("whole.one > 2", SUBSTANTIVE),)
    item = changeable(item_with(rows, (paper,)), {"whole.one"})
    plan = planned(item, {"whole.one": 1})
    assert (values(plan), plan.materials) == ({"whole.one": 3}, ("plan",))
    (change,) = plan.changes
    assert (change.from_zh, change.to_zh, change.mutability) == ("1", "3", "applicant")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        # Whoever fells the most trees and plants one has to change both numbers.
        ("count.two - 2 * count.one >= 0", {"count.one": 100, "count.two": 1}),
        ("count.two + count.one <= 3", {"count.one": 100, "count.two": 90}),
        ("count.two + count.one == 200", {"count.one": 1, "count.two": 1}),
    ],
)
def test_numbers_of_one_sum_change_together(text: str, before: Facts) -> None:
    facts = tuple(
        FactDefinition(
            id=name,
            type=FactType.INT,
            zh="数",
            en="count",
            min=Decimal(1),
            max=Decimal(100),
            mutability="applicant",
        )
        for name in before
    )
    item = item_with((clause(text, SUBSTANTIVE),)).model_copy(update={"facts": facts})
    plan = planned(item, before)
    assert (plan.outcome, len(plan.changes)) == ("found", 2)
    assert meets(compile_item(item), before | values(plan))


def test_a_long_list_of_values_gives_an_upper_bound() -> None:
    many = tuple(f"v{n}" for n in range(12))
    wide = FactDefinition(
        id="wide.one", type=FactType.SET, zh="多", en="wide", values=many, mutability="paper"
    )
    text = " && ".join(f'"{value}" in wide.one' for value in many)
    item = item_with((clause(text, SUBSTANTIVE),)).model_copy(update={"facts": (wide,)})
    plan = plan_change(
        compile_item(item), {"wide.one": []}, materials=(), has_agent=False, on=ON
    )
    assert (plan.outcome, plan.exact) == ("found", True)
    assert values(plan) == {"wide.one": list(many)}
    never = item.model_copy(update={"clauses": (clause(f'{text} && !("v0" in wide.one)'),)})
    refused = plan_change(
        compile_item(never), {"wide.one": []}, materials=(), has_agent=False, on=ON
    )
    assert (refused.outcome, refused.exact) == ("not-found", False)


@cache
def shipped() -> tuple[ServiceItem, ...]:
    return tuple(found.value for found in Knowledge().documents(ITEMS))


SHIPPED_ON = date(2026, 3, 2)


def test_fewer_trees_and_more_replanting_are_proposed_together() -> None:
    (item,) = (item for item in shipped() if item.item == "tree-felling")
    item = changeable(item, {fact.id for fact in item.facts})
    facts = {fact.id: pool_of(fact, item, on=SHIPPED_ON)[0] for fact in item.facts}
    counts = {"tree.count": 100_000, "replant.count": 0}
    plan = plan_change(
        compile_item(item), facts | counts, materials=(), has_agent=False, on=SHIPPED_ON
    )
    assert plan.outcome == "found"
    assert set(counts) <= set(values(plan))


@given(st.data())
def test_plans_on_shipped_items_hold(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(shipped()))
    item = changeable(item, {fact.id for fact in item.facts})
    pools = {
        fact.id: st.sampled_from(pool_of(fact, item, on=SHIPPED_ON)) for fact in item.facts
    }
    facts = data.draw(st.fixed_dictionaries(pools))
    criterion = compile_item(item)
    plan = plan_change(criterion, facts, materials=(), has_agent=False, on=SHIPPED_ON)
    assert plan.outcome in {"found", "none-needed"}
    after = facts | values(plan)
    found = decide(criterion, after, materials=plan.materials, has_agent=False, on=SHIPPED_ON)
    assert found.outcomes == ()
