"""Truth against Python's own operators, and Kleene's promise about what is not stated."""

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
)
from interop.criteria.evaluation import (
    Facts,
    missing_facts,
    plus_months,
    truth,
    years_between,
)
from interop.criteria.facts import read_facts
from interop.criteria.nodes import Node
from interop.criteria.parser import parse
from interop.criteria.vocabulary import vocabulary_of
from interop.criteria.wording import failing_parts
from interop.model.case import FactValue
from tests.criteria.reference import full_years, holds, later, value_of

VOCABULARY = vocabulary_of(FACTS)
SOME = st.sets(st.sampled_from(sorted(VALUES)))


def typed(facts: dict[str, FactValue]) -> Facts:
    return read_facts(VOCABULARY, facts, has_agent=False)


def only(facts: dict[str, FactValue], names: set[str]) -> Facts:
    return typed({name: value for name, value in facts.items() if name in names})


@given(conditions(), complete_facts(), DAYS)
def test_complete_facts_give_what_python_gives(
    node: Node, facts: dict[str, FactValue], on: date
) -> None:
    plain = {name: value_of(name, value) for name, value in facts.items()}
    assert truth(node, typed(facts), on) is holds(node, plain, on)


@given(conditions(), complete_facts(), SOME, DAYS)
def test_what_is_decided_stays_under_every_completion(
    node: Node, facts: dict[str, FactValue], names: set[str], on: date
) -> None:
    held = truth(node, only(facts, names), on)
    assert held in {None, truth(node, typed(facts), on)}


@given(conditions(), complete_facts(), SOME, DAYS)
def test_stating_what_is_missing_decides(
    node: Node, facts: dict[str, FactValue], names: set[str], on: date
) -> None:
    some = only(facts, names)
    missing = missing_facts(node, some, on)
    assert not set(missing) & set(some)
    assert bool(missing) == (truth(node, some, on) is None)
    assert truth(node, only(facts, names | set(missing)), on) is not None


@given(conditions(), complete_facts(), SOME, DAYS)
def test_a_false_condition_has_failing_parts_that_are_all_false(
    node: Node, facts: dict[str, FactValue], names: set[str], on: date
) -> None:
    some = only(facts, names)
    parts = failing_parts(node, some, on)
    assert all(truth(part.whole(), some, on) is False for part in parts)
    assert bool(parts) == (truth(node, some, on) is False)


@given(st.dates(date(1999, 1, 1), date(2005, 1, 1)), st.integers(-40, 40))
def test_months_end_on_the_same_or_the_last_day(day: date, months: int) -> None:
    assert plus_months(day, months) == later(day, months)


@given(st.dates(date(1999, 1, 1), date(2005, 1, 1)), st.integers(-4, 4), st.integers(-2, 2))
def test_years_are_full_years(start: date, years: int, days: int) -> None:
    end = plus_months(start, 12 * years) + timedelta(days=days)
    assert years_between(start, end) == full_years(start, end)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("flag.one", {}, None),
        ("flag.one || true", {}, True),
        ("flag.one && false", {}, False),
        ("whole.one >= 0 || whole.one < 0", {}, None),
        ("has(note.one)", {}, None),
        ("has(note.one)", {"note.one": ""}, False),
        ("has(pieces.one)", {"pieces.one": []}, False),
        ("has(whole.one)", {"whole.one": 0}, True),
        ("has(flag.one)", {"flag.one": False}, True),
        ('"lamp" in pieces.one', {}, None),
        ("area.one + 0.1 == 0.3", {"area.one": "0.2"}, True),
        ("3 * area.one <= area.two", {"area.one": "1.1", "area.two": "3.3"}, True),
        ("whole.one * 2 == 3 - whole.two", {"whole.one": 1}, None),
        ("-whole.one == 1", {"whole.one": -1}, True),
        ("whole.one in [1, 2.0]", {"whole.one": 2}, True),
        ("area.one in [1.5]", {"area.one": "1.50"}, True),
        ("on.plus_months(1) == day.one", {"day.one": "2024-02-29"}, True),
        ("day.one.plus_days(1) > on", {}, None),
        ("years_between(day.one, on) == 17", {"day.one": "2006-02-01"}, True),
        ("years_between(day.one, on) == 18", {}, None),
        ("agent.present", {}, False),
    ],
)
def test_truth_by_example(text: str, facts: dict[str, FactValue], expected: object) -> None:
    node, faults = parse(text)
    assert node is not None, faults
    assert truth(node, typed(facts), date(2024, 1, 31)) is expected
