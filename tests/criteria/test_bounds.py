"""What bounds imply nobody refutes; who is found nearby is who was asked for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import DAYS, FACTS, complete_facts, conditions
from interop.criteria.canonical_form import normal_form
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.nodes import And, Node
from interop.criteria.prove import Domain
from interop.criteria.prove.bounds import Bounds
from interop.criteria.prove.condition import condition_of
from interop.criteria.prove.pool import Pool
from interop.criteria.vocabulary import vocabulary_of
from interop.model.case import FactValue
from tests.criteria.test_canonical_form import node_of

VOCABULARY = vocabulary_of(FACTS)
DOMAIN = Domain(VOCABULARY, date(2024, 1, 1), date(2024, 12, 31))


def normal(node: Node) -> Node:
    return normal_form(node, VOCABULARY)


NUMBERS = st.sampled_from(
    [
        f"{times} * {a} {sign} {b} {op} {bound}"
        for times in (1, 2, -3)
        for a, b in (("whole.one", "whole.two"), ("area.one", "area.two"))
        for sign in "+-"
        for op in ("<", "<=", ">", ">=", "==")
        for bound in (-4, 0, 3, 8)
    ]
    + [
        f"{name} {op} {bound}"
        for name in ("whole.one", "whole.two", "area.one", "area.two")
        for op in ("<", "<=", ">", ">=", "==", "!=")
        for bound in (0, 1, 2.5, 3)
    ]
).map(node_of)
EITHER = st.one_of(NUMBERS, conditions(), st.builds(lambda a, b: And((a, b)), NUMBERS, NUMBERS))


@given(st.lists(NUMBERS, max_size=3), EITHER, complete_facts(), DAYS)
def test_nobody_refutes_what_bounds_imply(
    held: list[Node], node: Node, facts: dict[str, FactValue], on: date
) -> None:
    if not Bounds(map(normal, held), VOCABULARY).imply(normal(node)):
        return
    stated = read_facts(VOCABULARY, facts, has_agent=False)
    if all(truth(one, stated, on) for one in held):
        assert truth(node, stated, on)


IMPLIED = [
    (("area.one <= 1", "area.two <= 2"), "area.one + area.two <= 3"),
    (("area.one < 1", "area.two <= 2"), "area.one + area.two <= 3"),
    (("area.one == 1",), "area.one + area.two <= 5"),
    (("area.one >= 1",), "3 * area.one - area.two >= -1"),
    ((), "whole.one + whole.two <= 6"),
    ((), "whole.one - whole.two > -7"),
    (("area.one <= 1 && flag.one",), "flag.two || area.one + area.two <= 5"),
    (("whole.one <= 1",), "whole.one + whole.two <= 4 && whole.one - whole.two >= -6"),
]
OPEN = [
    (("area.one <= 1", "area.two <= 2"), "area.one + area.two < 3"),
    (("area.one <= 1", "area.two <= 2"), "area.one + area.two <= 2.5"),
    (("area.one <= 1 || flag.one",), "area.one + area.two <= 5"),
    (("area.one != 4",), "area.one + area.two < 8"),
    ((), "whole.one + whole.two != 7"),
    ((), "years_between(day.one, day.two) <= 5000"),
    ((), "flag.one == flag.two"),
]


@pytest.mark.parametrize(("held", "node"), IMPLIED)
def test_implied(held: tuple[str, ...], node: str) -> None:
    assert Bounds([normal(node_of(text)) for text in held], VOCABULARY).imply(
        normal(node_of(node))
    )


@pytest.mark.parametrize(("held", "node"), OPEN)
def test_left_to_the_solver(held: tuple[str, ...], node: str) -> None:
    assert not Bounds([normal(node_of(text)) for text in held], VOCABULARY).imply(
        normal(node_of(node))
    )


@given(st.lists(st.one_of(conditions(), NUMBERS), min_size=2, max_size=4), st.data())
def test_who_is_found_nearby_meets_the_rest_and_misses_the_one(
    nodes: list[Node], data: st.DataObject
) -> None:
    rows = [condition_of(node, VOCABULARY) for node in nodes]
    pool = Pool(DOMAIN, rows)
    number = data.draw(st.integers(0, len(rows) - 1))
    others = [n for n in range(len(rows)) if n != number]
    who = pool.nearby(others, number)
    if who is not None:
        held = [truth(node, who.facts, who.on) for node in nodes]
        assert not held.pop(number)
        assert all(held)


def test_what_a_change_breaks_is_mended() -> None:
    texts = (
        "colour.one != 'red' || whole.one >= 1",
        "colour.one != 'red' || whole.two >= 2",
        "colour.one != 'red' || area.one >= 3",
    )
    pool = Pool(DOMAIN, [condition_of(node_of(text), VOCABULARY) for text in texts])
    for number in range(3):
        others = {0, 1, 2} - {number}
        who = pool.nearby(others, number)
        assert who is not None
        assert who.facts["colour.one"] == "red"


def test_two_facts_are_changed_where_one_does_not_do() -> None:
    texts = ("flag.one || whole.one >= 2", "area.one <= 1")
    pool = Pool(DOMAIN, [condition_of(node_of(text), VOCABULARY) for text in texts])
    assert pool.first([1], [0]) is None
    who = pool.nearby([1], 0)
    assert who is not None
    assert (who.facts["flag.one"], who.facts["whole.one"]) == (False, 1)
