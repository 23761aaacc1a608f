"""The shipped life cycle is whole, and every planted error of a table is found."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import LifeCycle
from interop.conformance.strategies.cases import PLANTS, Plant, Plot, broken_lifecycles
from interop.errors import CaseError, KnowledgeError
from interop.model.canonical import Json

# What the law and the guides of the national platform know of, by track.
NAMED = {
    "case": {
        "draft", "submitted", "received", "handed-over", "acknowledged", "accepted",
        "not-required", "refused", "supplement-noticed", "supplemented", "lapsed", "reviewing",
        "special-procedure", "permitted", "rejected", "concluded", "delivered", "rated",
        "archived", "withdrawn",
    },
    "licence": {"in-force", "changed", "renewed", "revoked", "withdrawn-by-organ", "cancelled"},
}  # fmt: skip


def found(value: Json) -> list[tuple[str, str]]:
    table = LifeCycle.from_value(value, error=KnowledgeError)
    return [(reason.code, reason.field) for reason in LifeCycle.check(table)]


def test_every_state_is_reached_and_leads_to_the_archive(lifecycle_file: Json) -> None:
    assert found(lifecycle_file) == []
    file = cast("dict[str, list[dict[str, str]]]", lifecycle_file)
    for track, initial, end in (
        ("case", "draft", "archived"),
        ("licence", "in-force", "cancelled"),
    ):
        states = {row["id"] for row in file["state"] if row.get("track", "case") == track}
        assert states >= NAMED[track]
        for start in states:
            reached, before = {start}, set[str]()
            while reached != before:
                before = set(reached)
                steps = [r for r in file["fact"] if "to" in r and reached & set(r["from"])]
                reached |= {row["to"] for row in steps}
            assert end in reached
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
    assert len(unreachable) == len(NAMED["case"])


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


def test_the_receiving_side_owns_its_seven_facts_and_the_handling_side_all_others(
    lifecycle: LifeCycle,
) -> None:
    window = {row.type for row in lifecycle.facts if row.side == "receiving"}
    assert window == {
        "submitted", "received", "handed-over", "supplemented", "withdrawn", "delivered",
        "rated", "command-returned",
    }  # fmt: skip


def test_a_special_procedure_without_its_name_is_found(lifecycle_file: Json) -> None:
    file = cast("dict[str, list[dict[str, Json]]]", lifecycle_file)
    for name in ("special-started", "special-ended"):
        facts = [{**r, "needs": []} if r["type"] == name else r for r in file["fact"]]
        codes = found(cast("Json", {**file, "fact": facts}))
        assert codes == [("lifecycle-procedure-unnamed", f"fact.{name}")]


def test_modes_are_rows(lifecycle: LifeCycle) -> None:
    modes = {row.id: (row.zh, row.handling) for row in lifecycle.modes}
    assert modes == {
        "online": ("全程网办", "one"),
        "received-elsewhere": ("异地代收代办", "one"),
        "joint": ("多地联办", "several"),
    }
