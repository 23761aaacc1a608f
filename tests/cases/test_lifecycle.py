"""The shipped life cycle is whole, and every planted error of a table is found."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import LifeCycle
from interop.conformance.strategies.cases import PLANTS, Plant, Plot, broken_lifecycles
from interop.errors import CaseError, KnowledgeError
from interop.model.canonical import Json


def found(value: Json) -> list[tuple[str, str]]:
    table = LifeCycle.from_value(value, error=KnowledgeError)
    return [(reason.code, reason.field) for reason in LifeCycle.check(table)]


def test_every_state_is_reached_and_leads_to_the_archive(lifecycle_file: Json) -> None:
    assert found(lifecycle_file) == []
    file = cast("dict[str, list[dict[str, str]]]", lifecycle_file)
    states, initial = {row["id"] for row in file["state"]}, "draft"
    for start in states:
        reached, before = {start}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {row["to"] for row in file["fact"] if reached & set(row["from"])}
        assert "archived" in reached
        assert (reached == states) == (start == initial)


@pytest.mark.parametrize("plant", PLANTS)
@given(data=st.data())
def test_a_planted_error_is_found_with_its_place(
    data: st.DataObject, plant: Plant, lifecycle_file: Json
) -> None:
    value, code, field = data.draw(broken_lifecycles(lifecycle_file, plant))
    assert (code, field) in found(value)


def test_every_plant_gives_a_code_of_its_own_and_all_are_reported_at_once(
    lifecycle_file: Json,
) -> None:
    value = LifeCycle.from_value(lifecycle_file, error=KnowledgeError).masked()
    file = cast("dict[str, list[dict[str, Json]]]", value)
    planted = set()
    for plant in PLANTS:
        fact = next(row for row in file["fact"] if row["type"] == "concluded")
        planted.add(plant(Plot(file["state"], file["fact"], file["state"][1], fact)))
    assert planted <= set(found(value))
    assert {code for code, _ in found(value)} == {code for code, _ in planted}


def test_an_unknown_initial_state_leaves_all_unreachable(lifecycle_file: Json) -> None:
    file = cast("dict[str, Json]", lifecycle_file)
    codes = found({**file, "initial": "nowhere"})
    assert ("lifecycle-state-unknown", "initial") in codes
    unreachable = [field for code, field in codes if code == "lifecycle-unreachable"]
    assert len(unreachable) == len(cast("list[Json]", file["state"]))


def test_unknown_facts_are_refused_by_name(lifecycle: LifeCycle) -> None:
    assert lifecycle.row("accepted").to == "accepted"
    with pytest.raises(CaseError) as refused:
        lifecycle.row("blessed")
    assert refused.value.code == "fact-unknown"
    assert refused.value.reason.got == "blessed"
    assert "accepted" in refused.value.reason.expected


@pytest.mark.parametrize(
    ("name", "value"),
    [("side", "window"), ("notice", "letter"), ("from", []), ("speed", "fast")],
)
def test_values_the_schema_does_not_know_are_refused(
    lifecycle_file: Json, name: str, value: Json
) -> None:
    file = cast("dict[str, list[dict[str, Json]]]", lifecycle_file)
    facts = [{**file["fact"][0], name: value}, *file["fact"][1:]]
    with pytest.raises(KnowledgeError) as refused:
        found(cast("Json", {**file, "fact": facts}))
    assert {reason.code for reason in refused.value.reasons} == {"record-invalid"}
    assert refused.value.reason.field == f"$.fact.0.{name}"
