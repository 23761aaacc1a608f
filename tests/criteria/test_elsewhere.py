"""Other regions answer by their own versions, and by nothing but what was declared."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    MATERIAL_CODES,
    item_with,
    items,
    partial_facts,
)
from interop.criteria import Criterion, compile_item, decide
from interop.criteria.elsewhere import Elsewhere, elsewhere
from interop.model.case import FactValue
from interop.model.item import FactType, Material, ServiceItem
from tests.criteria.example import ON, clause

Facts = dict[str, FactValue]
IN_FORCE = {"effective_from": ON}


def region(item: ServiceItem, code: str, **more: object) -> Criterion:
    return compile_item(item.model_copy(update={"region": code, **IN_FORCE, **more}))


def told(criteria: list[Criterion], facts: Facts, *papers: str) -> tuple[Elsewhere, ...]:
    return elsewhere(criteria, facts, materials=papers, has_agent=False, on=ON)


@given(st.lists(items(), max_size=3), partial_facts())
def test_each_region_says_what_it_decides(found: list[ServiceItem], facts: Facts) -> None:
    criteria = [region(item, f"31010{n}") for n, item in enumerate(found)]
    rows = {row.region: row for row in told(criteria, facts, *MATERIAL_CODES)}
    assert len(rows) == len(criteria)
    for criterion in criteria:
        row = rows[criterion.item.region]
        own = decide(criterion, facts, materials=MATERIAL_CODES, has_agent=False, on=ON)
        assert (row.intake, row.merits) == (own.intake, own.merits)
        assert row.accepts == (own.intake == "acceptable" and own.merits == "met")
        assert Elsewhere.from_json(row.to_bytes()) == row


def test_who_would_accept_comes_first() -> None:
    strict, loose = (item_with((clause(f"whole.one > {n}"),)) for n in (2, 0))
    rows = told([region(strict, "310101"), region(loose, "310115")], {"whole.one": 1})
    assert [(row.region, row.accepts) for row in rows] == [("310115", True), ("310101", False)]
    assert rows[1].failing == ("only",)


def test_a_version_that_is_not_in_force_decides_nothing() -> None:
    item = item_with((clause("true"),))
    later = region(item, "310101", effective_from=date(2024, 2, 29))
    gone = region(
        item, "310104", effective_from=date(2024, 1, 1), effective_until=date(2024, 2, 27)
    )
    last = region(item, "310105", effective_from=ON, effective_until=ON)
    rows = {row.region: row for row in told([later, gone, last], {})}
    assert [rows[code].in_force for code in ("310101", "310104", "310105")] == [
        False,
        False,
        True,
    ]
    assert [row.region for row in rows.values() if row.accepts] == ["310105"]


def test_what_a_region_does_not_know_is_left_out_and_what_it_asks_is_missing() -> None:
    here = item_with((clause("whole.one > 0"),))
    facts = tuple(fact for fact in here.facts if fact.id != "whole.one")
    paper = Material(code="plan", zh="图", en="plan")
    there = item_with((clause("flag.one"),), (paper,)).model_copy(update={"facts": facts})
    (row,) = told([region(there, "310101")], {"whole.one": 1}, "form")
    assert (row.intake, row.merits) == ("supplement", "undetermined")
    assert (row.failing, row.missing_facts) == (("material:plan",), ("flag.one",))


def test_a_fact_that_means_something_else_there_is_refused_by_name() -> None:
    item = item_with((clause("true"),))
    other = tuple(
        fact.model_copy(update={"type": FactType.BOOL, "min": None, "max": None})
        if fact.id == "whole.one"
        else fact
        for fact in item.facts
    )
    (row,) = told([region(item, "310101", facts=other)], {"whole.one": 1})
    assert [reason.field for reason in row.reasons] == ["whole.one"]
    assert (row.accepts, row.intake) == (False, "undetermined")
