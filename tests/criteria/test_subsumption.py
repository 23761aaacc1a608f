"""What one normal form implies, no applicant refutes."""

from datetime import date

import pytest
from hypothesis import given

from interop.conformance.strategies.criteria import DAYS, FACTS, complete_facts, conditions
from interop.criteria.canonical_form import normal_form
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.nodes import And, Node, Or
from interop.criteria.subsumption import implies
from interop.criteria.vocabulary import vocabulary_of
from interop.model.case import FactValue
from tests.criteria.test_canonical_form import node_of

VOCABULARY = vocabulary_of(FACTS)


def normal(node: Node) -> Node:
    return normal_form(node, VOCABULARY)


@given(conditions(), conditions(), complete_facts(), DAYS)
def test_no_applicant_refutes_an_implication(
    a: Node, b: Node, facts: dict[str, FactValue], on: date
) -> None:
    stated = read_facts(VOCABULARY, facts, has_agent=False)
    for strong, weak in ((a, b), (And((a, b)), b), (a, Or((a, b))), (And((a, b)), Or((b, a)))):
        if implies(normal(strong), normal(weak)) and truth(strong, stated, on):
            assert truth(weak, stated, on)


@given(conditions(), conditions())
def test_more_conditions_imply_fewer(a: Node, b: Node) -> None:
    assert implies(normal(And((a, b))), normal(Or((a, b))))


IMPLIED = [
    ("whole.one > 2", "whole.one > 1"),
    ("whole.one == 2", "whole.one <= 2"),
    ("whole.one == 2", "whole.one != 3"),
    ("area.one > 2", "area.one >= 2"),
    ("area.one < 2", "area.one <= 2"),
    ("area.one < 2", "area.one != 2"),
    ("area.one > 2", "area.one > 2"),
    ("day.one <= date('2024-02-27')", "day.one < date('2024-02-29')"),
    ("day.one >= date('2024-02-27')", "day.one != date('2024-02-26')"),
    ("colour.one == 'red'", "colour.one in ['red', 'blue']"),
    ("note.one == 'x'", "note.one != 'y'"),
    ("!(note.one in ['x', 'y'])", "note.one != 'y'"),
    ("whole.one > 2 && flag.one", "flag.one"),
    ("flag.one", "flag.one || flag.two"),
    ("area.one + area.two <= 2", "area.two + area.one <= 3"),
    ("1 > 2", "flag.one"),
    ("day.one >= on.plus_days(60)", "day.one >= on.plus_days(45)"),
    ("day.one > on", "day.one >= on"),
    ("day.one >= on.plus_days(1)", "day.one > on"),
    ("day.one <= on.plus_months(36)", "day.one < on.plus_months(37)"),
    ("day.one.plus_days(2) < day.two", "day.one.plus_days(1) < day.two"),
    ("flag.one", "1 < 2"),
]
REFUTED = [
    ("area.one >= 2", "area.one > 2"),
    ("area.one <= 2", "area.one < 2"),
    ("area.one <= 2", "area.one != 2"),
    ("area.one <= 2", "area.one >= 1"),
    ("area.one != 2", "area.one < 2"),
    ("whole.one > 2", "whole.two > 2"),
    ("colour.one in ['red', 'blue']", "colour.one == 'red'"),
    ("note.one != 'y'", "!(note.one in ['x', 'y'])"),
    ("note.one == 'x'", "note.one != 'x'"),
    ("day.one >= on", "day.one > on"),
    ("day.one >= on.plus_days(45)", "day.one >= on.plus_days(60)"),
    ("day.one >= on.plus_months(2)", "day.one >= on.plus_days(59)"),
    ("day.one == day.two", "day.one <= on"),
    ("day.one < day.two", "day.two < day.one"),
    ("flag.one == flag.two", "flag.one != flag.two"),
    ("flag.one || flag.two", "flag.one"),
]


@pytest.mark.parametrize(("strong", "weak"), IMPLIED)
def test_implied(strong: str, weak: str) -> None:
    assert implies(normal(node_of(strong)), normal(node_of(weak)))


@pytest.mark.parametrize(("strong", "weak"), REFUTED)
def test_not_seen_as_implied(strong: str, weak: str) -> None:
    assert not implies(normal(node_of(strong)), normal(node_of(weak)))
