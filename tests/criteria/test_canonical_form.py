"""The normal form keeps the truth, known and unknown; what is alike is written alike."""

from datetime import date

import pytest
from hypothesis import example, given

from interop.conformance.strategies.criteria import (
    DAYS,
    FACTS,
    conditions,
    partial_facts,
)
from interop.criteria.canonical_form import canonical_hash, normal_form
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.kinds import check_condition
from interop.criteria.nodes import Node, Not
from interop.criteria.parser import parse
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import vocabulary_of
from interop.model.case import FactValue

VOCABULARY = vocabulary_of(FACTS)


def node_of(text: str) -> Node:
    node, faults = parse(text)
    assert node is not None, faults
    assert check_condition(node, VOCABULARY) == ()
    return node


@given(conditions(), partial_facts(), DAYS)
def test_the_normal_form_has_the_same_truth(
    node: Node, facts: dict[str, FactValue], on: date
) -> None:
    stated = read_facts(VOCABULARY, facts, has_agent=False)
    assert truth(normal_form(node, VOCABULARY), stated, on) is truth(node, stated, on)


@given(conditions())
@example(node_of("!(flag.one && 3 * (whole.one + whole.one) < -1)"))
@example(node_of("6 * whole.one == 1"))
@example(node_of("6 * area.one >= 1"))
def test_the_normal_form_is_its_own_normal_form(node: Node) -> None:
    once = normal_form(node, VOCABULARY)
    assert text_of_node(normal_form(once, VOCABULARY)) == text_of_node(once)


@given(conditions())
def test_two_negations_are_none(node: Node) -> None:
    assert canonical_hash(Not(Not(node)), VOCABULARY) == canonical_hash(node, VOCABULARY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("flag.one && flag.two", "flag.two && flag.one && flag.one"),
        ("!(flag.one && flag.two)", "!flag.two || !flag.one"),
        ("flag.one == true", "flag.one"),
        ("flag.one != flag.two", "!(flag.two == flag.one)"),
        ("whole.one > 2", "3 <= whole.one"),
        ("whole.one * 2 > 5", "whole.one >= 3"),
        ("3 * (whole.one + whole.one) >= -1", "whole.one >= 0"),
        ("whole.one > 1 && whole.one >= 1", "whole.one > 1"),
        ("area.one > 1 && area.one >= 1", "area.one > 1.0"),
        ("area.one > 1 || area.one >= 1", "area.one >= 1"),
        ("area.one < 1 && area.one <= 1", "area.one < 1"),
        ("area.one < 1 || area.one <= 1 || area.one < 0.5", "area.one <= 1"),
        ("area.one - area.two <= 1", "area.two + 1 >= area.one"),
        ("3 * area.one == 1", "6 * area.one == 2"),
        ("day.one > date('2024-02-28')", "day.one >= date('2024-02-29')"),
        ("day.one.plus_days(2).plus_days(-2) < on", "on > day.one"),
        ("colour.one != 'red'", "colour.one in ['blue', 'green']"),
        ("colour.one == 'red' || colour.one == 'blue'", "colour.one in ['blue', 'red', 'red']"),
        ("whole.one in [1, 2]", "whole.one == 2 || 1 == whole.one"),
        ("!(note.one in ['x'])", "note.one != 'x'"),
        ("years_between(day.one, on) >= 18", "day.one.plus_months(216) <= on"),
        ("years_between(day.one, on) < 18", "on < day.one.plus_months(216)"),
        ("years_between(day.one, on) > -1", "day.one <= on"),
        ("1 < 2 && flag.one", "flag.one"),
        ("flag.one || 1 > 2", "flag.one"),
    ],
)
def test_what_means_the_same_has_one_hash(one: str, other: str) -> None:
    assert canonical_hash(node_of(one), VOCABULARY) == canonical_hash(
        node_of(other), VOCABULARY
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("whole.one > 2", "whole.one > 1"),
        ("area.one > 2", "area.one >= 3"),
        ("whole.one - whole.one == 0", "true"),
        ("3 * area.one == 1", "3 * area.one == 2"),
        ("flag.one && flag.two", "flag.one || flag.two"),
        ("note.one == 'x'", "note.one != 'x'"),
        ("has(note.one)", "has(flag.one)"),
        ("years_between(day.one, on) >= 101", "day.one.plus_months(1200) <= on"),
        ("day.one < day.two", "day.two < day.one"),
    ],
)
def test_what_differs_has_two_hashes(one: str, other: str) -> None:
    assert canonical_hash(node_of(one), VOCABULARY) != canonical_hash(
        node_of(other), VOCABULARY
    )


def test_the_hash_holds_the_list_of_values() -> None:
    wider = [
        fact.model_copy(update={"values": (*fact.values, "violet")})
        if fact.id == "colour.one"
        else fact
        for fact in FACTS
    ]
    node = node_of("colour.one == 'red'")
    assert canonical_hash(node, VOCABULARY) != canonical_hash(node, vocabulary_of(wider))
