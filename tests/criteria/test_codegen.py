"""The generated function against the interpreter, whatever is stated and whatever is not."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    DAYS,
    FACTS,
    VALUES,
    complete_facts,
    conditions,
    item_with,
    items,
    partial_facts,
)
from interop.criteria import compile_item, judge
from interop.criteria.codegen import generated
from interop.criteria.evaluation import Facts, truth, years_between
from interop.criteria.facts import read_facts
from interop.criteria.judge import compiled, conditions_of, judge_of
from interop.criteria.kinds import check_condition
from interop.criteria.nodes import Compare, Const, Node, Shift, Sum, Today, YearsBetween
from interop.criteria.parser import parse
from interop.criteria.vocabulary import vocabulary_of
from interop.model.case import FactValue
from interop.model.item import FactType, ServiceItem
from tests.criteria.example import ON, clause

VOCABULARY = vocabulary_of(FACTS)


def typed(facts: dict[str, FactValue]) -> Facts:
    return read_facts(VOCABULARY, facts, has_agent=False)


def node_of(text: str) -> Node:
    node, faults = parse(text)
    assert node is not None, faults
    assert not check_condition(node, VOCABULARY)
    return node


def masks(nodes: list[Node], facts: Facts, on: date) -> tuple[int, int]:
    """The two masks, by the interpreter."""
    found = [truth(node, facts, on) for node in nodes]
    fail = sum(1 << n for n, held in enumerate(found) if held is False)
    return fail, sum(1 << n for n, held in enumerate(found) if held is None)


@given(st.lists(conditions(), min_size=1, max_size=4), st.data(), DAYS)
def test_it_answers_as_the_interpreter_does(
    nodes: list[Node], data: st.DataObject, on: date
) -> None:
    found = generated(nodes, VOCABULARY)
    for strategy in (complete_facts(), partial_facts(), partial_facts(), st.just({})):
        facts = typed(data.draw(strategy))
        assert found(facts, on) == masks(nodes, facts, on)


def test_conditions_may_share_their_parts() -> None:
    shared = node_of("flag.two")
    nodes: list[Node] = [
        Compare("==", shared, Const(FactType.BOOL, value=False)),
        Compare("==", shared, node_of("flag.one")),
        Compare("!=", node_of("flag.one"), shared),
    ]
    found = generated(nodes, VOCABULARY)
    for facts in ({}, {"flag.one": True}, {"flag.two": False}, {"flag.one": 1, "flag.two": 1}):
        stated: Facts = {name: bool(value) for name, value in facts.items()}
        assert found(stated, ON) == masks(nodes, stated, ON)


@given(items(), partial_facts(), DAYS)
def test_a_criterion_names_what_is_false_and_what_is_unknown(
    item: ServiceItem, facts: dict[str, FactValue], on: date
) -> None:
    criterion = compile_item(item)
    stated = typed(facts)
    found = {name: truth(when, stated, on) for name, when in conditions_of(criterion)}
    failed, unknown = judge_of(criterion).explain(stated, on)
    assert list(failed) == [name for name, held in found.items() if held is False]
    assert list(unknown) == [name for name, held in found.items() if held is None]


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("0 * whole.one == 0", {}, None),
        ("0 * whole.one == 0", {"whole.one": 3}, True),
        ("whole.one - whole.one == 1", {"whole.one": 3}, False),
        ("3 * area.one <= 0.1 + area.two", {"area.one": "0.033333", "area.two": "0"}, True),
        ("3 * area.one <= 0.1", {"area.one": "0.033334"}, False),
        ("3 * area.one != 0.1", {"area.one": "0.033333"}, True),
        ("-2 * whole.one < 4", {"whole.one": -2}, False),
        ("area.one + area.two in [0.3]", {"area.one": "0.1", "area.two": "0.2"}, True),
        ("2 * whole.one + 1 in [7, 1.5]", {"whole.one": 3}, True),
        ("2 in [1, 2]", {}, True),
        ("1 < 2", {}, True),
        ("has(whole.one)", {"whole.one": 0}, True),
        ("(flag.one || true) == (flag.two && false)", {}, False),
        ("(flag.one == flag.two) != flag.one", {"flag.one": True}, None),
        ("years_between(day.one, on) + 2 * years_between(day.two, on) >= 18", {}, None),
    ],
)
def test_truth_by_example(
    text: str, facts: dict[str, FactValue], *, expected: bool | None
) -> None:
    answers = {True: (0, 0), False: (1, 0), None: (0, 1)}
    assert generated([node_of(text)], VOCABULARY)(typed(facts), ON) == answers[expected]


def test_decimals_are_never_rounded() -> None:
    large = "1000000 * 999999999999.999"
    wide = f"{large} * area.one + 0.000001 * area.two > {large}"
    found = generated([node_of(wide)], VOCABULARY)
    assert found(typed({"area.one": 1, "area.two": "0.000001"}), ON) == (0, 0)
    assert found(typed({"area.one": 1, "area.two": 0}), ON) == (1, 0)


def test_nested_comparisons_of_conditions_stay_small() -> None:
    text = "flag.one"
    for _ in range(30):
        text = f"(flag.two == {text})"
    found = generated([node_of(text)], VOCABULARY)
    assert found(typed({"flag.one": True}), ON) == (0, 1)
    assert found(typed({"flag.one": False, "flag.two": False}), ON) == (1, 0)


def test_a_sum_of_thousands_of_terms_is_no_deeper_than_python_allows() -> None:
    first = Const(FactType.DATE, date(2000, 1, 1))
    years = tuple(YearsBetween(Shift(first, "days", n), Today()) for n in range(4000))
    exact = sum(years_between(date(2000, 1, 1) + timedelta(days=n), ON) for n in range(4000))
    node = Compare("==", Sum(years), Const(FactType.INT, exact))
    assert generated([node], VOCABULARY)({}, ON) == (0, 0)


def test_no_condition_is_no_fault() -> None:
    assert generated([], VOCABULARY)({}, ON) == (0, 0)


def test_a_version_is_compiled_once_by_whichever_thread_comes_first() -> None:
    item = item_with((clause("whole.one == 1 || whole.two == -3"),))
    criterion = compile_item(item)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(judge_of, [criterion] * 64))
    assert len({id(judge) for judge in found}) == 1


def test_regions_with_the_same_conditions_share_one_function() -> None:
    item = item_with((clause("whole.one == 2"),))
    here, there = (
        compile_item(item.model_copy(update={"region": region, "zh": region}))
        for region in ("310101", "310104")
    )
    assert here.digest != there.digest
    assert judge_of(here) is judge_of(there)
    other = compile_item(item_with((clause("whole.one == 3"),)))
    assert judge_of(other) is not judge_of(here)


def test_a_digest_that_lies_changes_no_answer() -> None:
    one, other = (compile_item(item_with((clause(f"whole.one == {n}"),))) for n in (2, 3))
    lying = replace(other, digest=one.digest)
    facts = typed({"whole.one": 2})
    for criterion, failed in ((one, ()), (lying, ("only",)), (one, ())):
        assert judge_of(criterion).explain(facts, ON) == (failed, ())


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "JUDGES_MAX", 4)
    rows = [compile_item(item_with((clause(f"whole.one == {n}"),))) for n in range(4)]
    first = judge_of(rows[0])
    for criterion in [*rows[1:], compile_item(item_with((clause("whole.one == 4"),)))]:
        judge_of(criterion)
    assert judge_of(rows[0]) is not first
    assert judge_of(rows[0]).names == compiled(rows[0]).names


def test_names_of_masks_are_right_whether_kept_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MASKS_MAX", 2)
    rows = tuple(
        clause(f"whole.one != {n}").model_copy(update={"id": f"c{n}"}) for n in range(-3, 4)
    )
    found = compiled(compile_item(item_with(rows)))
    for _ in range(2):
        for n in range(-3, 4):
            assert found.explain(typed({"whole.one": n}), ON) == ((f"c{n}",), ())


@given(conditions(), complete_facts(), st.sets(st.sampled_from(sorted(VALUES))), DAYS)
def test_what_is_decided_stays_under_every_completion(
    node: Node, facts: dict[str, FactValue], names: set[str], on: date
) -> None:
    found = generated([node], VOCABULARY)
    some = typed({name: value for name, value in facts.items() if name in names})
    fail, unknown = found(some, on)
    assert unknown or (fail, 0) == found(typed(facts), on)


def test_the_deepest_condition_compiles_within_the_stack() -> None:
    text = "!(" * 30 + "flag.one" + ")" * 30
    limit = sys.getrecursionlimit()
    assert generated([node_of(text)], VOCABULARY)(typed({"flag.one": True}), ON) == (0, 0)
    assert sys.getrecursionlimit() == limit
