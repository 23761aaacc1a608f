"""DMN says what the criteria say: conditions in FEEL, tables as tables."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from lxml import etree

from interop.conformance.strategies.criteria import (
    DAYS,
    FACTS,
    complete_facts,
    conditions,
    item_with,
    tables,
)
from interop.criteria import compile_item
from interop.criteria.evaluation import Facts, truth
from interop.criteria.exporting.dmn import NAMESPACE, dmn_of
from interop.criteria.exporting.feel import feel_names, feel_of
from interop.criteria.exporting.variables import values_of
from interop.criteria.facts import read_facts
from interop.criteria.nodes import Node
from interop.criteria.vocabulary import vocabulary_of
from interop.model.case import FactValue
from interop.model.item import Clause, DecisionTable
from tests.criteria.example import ON

VOCABULARY = vocabulary_of(FACTS)
DMN = {"d": NAMESPACE}


def in_python(feel: str, values: Mapping[str, object]) -> object:
    """The few words of FEEL that are written here, read by Python: the rest is alike."""
    text = feel.replace("list contains(", "list_contains(").replace(" = ", " == ")
    known = {
        "true": True,
        "false": False,
        "count": len,
        "date": date.fromisoformat,
        "duration": lambda span: timedelta(days=int(span.replace("P", "").rstrip("D"))),
        "list_contains": lambda held, value: value in held,
    }
    return eval(text, {"__builtins__": {}}, {**known, **values})  # noqa: S307 -- our own text


def inputs(node: Node, names: Mapping[str, str], facts: Facts, on: date) -> dict[str, object]:
    """What an engine is handed: the value of each variable, a decimal as it is."""
    values: dict[str, object] = {**values_of(node, VOCABULARY, facts, on)}
    # Halves, which Python's own numbers add exactly.
    stated = {n: float(value) for n, value in facts.items() if isinstance(value, Decimal)}
    return {names[text]: stated.get(text, value) for text, value in values.items()}


@given(conditions(), complete_facts(), DAYS)
def test_feel_holds_where_the_condition_holds(
    node: Node, declared: dict[str, FactValue], on: date
) -> None:
    facts = read_facts(VOCABULARY, declared, has_agent=False)
    names = feel_names([node])
    said = in_python(feel_of(node, VOCABULARY, names), inputs(node, names, facts, on))
    assert said == truth(node, facts, on)


def met(entry: str, value: object, values: Mapping[str, object]) -> bool:
    """A unary test, as DMN reads it."""
    if entry == "-":
        return True
    if entry.startswith("not("):
        return not met(entry[4:-1], value, values)
    if entry.startswith(("<", ">")):
        return bool(in_python(f"here {entry}", {**values, "here": value}))
    return any(value == in_python(one, values) for one in entry.split(", "))


@given(tables(), complete_facts())
def test_a_table_decides_as_ours_does(
    table: DecisionTable, declared: dict[str, FactValue]
) -> None:
    clause = Clause(id="limits", table=table, zh="限额", en="limits")
    criterion = compile_item(item_with((clause,)))
    node = criterion.clauses[0].when
    facts = read_facts(VOCABULARY, declared, has_agent=False)
    written = etree.fromstring(dmn_of(criterion).encode())
    # Whatever the tree has simplified away, a cell may still read.
    values: dict[str, object] = {
        fact.id.replace(".", "_"): facts[fact.id] for fact in FACTS if fact.id in facts
    }
    asked = [e.text or "" for e in written.iterfind(".//d:inputExpression/d:text", DMN)]
    first = next(
        rule.findtext("d:outputEntry/d:text", namespaces=DMN)
        for rule in written.iterfind(".//d:rule", namespaces=DMN)
        if all(
            met(entry.findtext("d:text", "", namespaces=DMN), in_python(text, values), values)
            for text, entry in zip(
                asked, rule.iterfind("d:inputEntry", namespaces=DMN), strict=True
            )
        )
    )
    held = truth(node, facts, ON)
    overlapping = table.hit == "unique" and held is False
    assert first == ("true" if held else "false") or overlapping


def test_no_name_is_used_twice() -> None:
    facts = [FACTS[0].model_copy(update={"id": name}) for name in ("a.b_c", "a_b.c")]
    known = vocabulary_of(facts)
    item = item_with((Clause(id="c", when="a.b_c && !a_b.c", zh="条件", en="c"),))
    criterion = compile_item(item.model_copy(update={"facts": tuple(facts)}))
    names = feel_names([criterion.clauses[0].when])
    assert len(set(names.values())) == len(names) == 2
    assert feel_of(criterion.clauses[0].when, known, names) == "(a_b_c) and (not(a_b_c_))"


@pytest.mark.parametrize("code", ["limits", "plain"])
def test_each_clause_is_one_decision(code: str) -> None:
    rows = (
        Clause(id="plain", when="whole.one > 1", zh="条件", en="condition"),
        Clause(
            id="limits",
            zh="限额",
            en="limits",
            table=DecisionTable.model_validate(
                {
                    "hit": "first",
                    "given": ("colour.one",),
                    "limits": ("area.one",),
                    "otherwise": "not_met",
                    "rows": ({"given": ('!= "red"',), "limits": ('<= quantity(2, "m2")',)},),
                }
            ),
        ),
    )
    written = etree.fromstring(dmn_of(compile_item(item_with(rows))).encode())
    texts = [e.text for e in written.iterfind(f"d:decision[@id='clause.{code}']//d:text", DMN)]
    assert (
        texts
        == {
            "plain": ["(whole_one) > (1)"],
            "limits": [
                *("colour_one", "area_one"),
                *('not("red")', "<= 2", "true"),
                *('not("red")', "-", "false"),
                *("-", "-", "false"),
            ],
        }[code]
    )
