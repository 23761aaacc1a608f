"""Which organ is competent: by area, by numbers, by the day a delegation takes effect."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import item_with
from interop.criteria import Criterion, compile_item, decide
from interop.criteria.routing import Route, follow, route
from interop.errors import CaseError
from interop.model.case import FactValue
from interop.model.item import Clause, ClauseKind, Organ, OrganCase
from tests.criteria.files import codes_of, item_of

CITY, ISLAND = "上海市绿化市容管理部门（示例）", "长兴岛开发建设管理机构（示例）"
FIRST_DAY = date(2025, 6, 1)
ON = date(2026, 3, 2)
# A few trees or many, on the island or not, small or large, near the day of the delegation.
TREES = st.fixed_dictionaries(
    {
        "site.area": st.sampled_from(["changxing-island", "elsewhere"]),
        "site.authority": st.sampled_from(["district", "city"]),
        "site.region": st.sampled_from(["310104", "310115", "310151"]),
        "tree.count": st.sampled_from([1, 50, 51]),
        "tree.dbh": st.sampled_from(["20", "25", "25.5"]),
    }
)
DAYS = st.integers(-2, 2).map(lambda n: FIRST_DAY + timedelta(days=n))


@cache
def criterion_of(root: Path, code: str, item: str = "tree-relocation") -> Criterion:
    return compile_item(item_of(root, item, code))


def named(found: Route) -> str:
    return found.organ.name if found.organ else ""


@pytest.mark.parametrize(
    ("area", "on", "organ"),
    [
        ("changxing-island", date(2025, 5, 31), CITY),
        ("changxing-island", date(2025, 6, 1), ISLAND),
        ("elsewhere", date(2025, 6, 1), CITY),
    ],
)
def test_the_delegation_counts_in_its_area_from_its_day(
    root: Path, area: str, on: date, organ: str
) -> None:
    facts: dict[str, FactValue] = {"site.area": area, "site.authority": "city"}
    for item in ("tree-relocation", "tree-felling"):
        found = route(criterion_of(root, "310000", item), facts, on=on)
        assert named(found) == organ
        assert found.answer == ("elsewhere" if organ == ISLAND else "here")


@given(facts=TREES, on=DAYS)
def test_numbers_area_and_day_name_one_organ(
    root: Path, facts: dict[str, FactValue], on: date
) -> None:
    found = route(criterion_of(root, "310000"), facts, on=on)
    few = facts["tree.count"] in (1, 50) and facts["tree.dbh"] in ("20", "25")
    if facts["site.area"] == "changxing-island" and on >= FIRST_DAY:
        expected = ISLAND
    elif facts["site.authority"] == "district" and few:
        own = {"310104": "徐汇区", "310115": "浦东新区", "310151": "崇明区"}
        expected = f"{own[str(facts['site.region'])]}绿化市容管理部门（示例）"
    else:
        expected = CITY
    assert named(found) == expected


@given(facts=TREES, on=DAYS, left_out=st.sets(st.sampled_from(["site.area", "tree.count"])))
def test_the_route_and_the_decision_say_the_same(
    root: Path, facts: dict[str, FactValue], on: date, left_out: set[str]
) -> None:
    for code in codes_of(root, "tree-relocation"):
        criterion = criterion_of(root, code)
        known = {
            name: value
            for name, value in facts.items()
            if name in criterion.vocabulary.facts and name not in left_out
        }
        decision = decide(criterion, known, materials=(), has_agent=False, on=on)
        found = route(criterion, known, on=on)
        refused = [o for o in decision.outcomes if o.effect == "refuse"]
        if found.answer == "here":
            assert (refused, found.organ) == ([], criterion.item.organ)
        elif found.answer == "elsewhere":
            assert decision.intake == "not_competent"
            assert refused[0].clause == found.clause
            assert refused[0].basis == found.basis
            expected = named(found) or found.remedy_zh
            assert expected in refused[0].remedy_zh
        else:
            assert refused
            assert found.missing


@given(facts=TREES, on=DAYS, left_out=st.sets(st.sampled_from(["site.area", "tree.count"])))
def test_what_is_decided_stays_so_whatever_else_is_stated(
    root: Path, facts: dict[str, FactValue], on: date, left_out: set[str]
) -> None:
    criterion = criterion_of(root, "310000")
    partial = {name: value for name, value in facts.items() if name not in left_out}
    early, late = route(criterion, partial, on=on), route(criterion, facts, on=on)
    if early.answer == "undetermined":
        assert set(early.missing) <= left_out
    else:
        assert early == late


def test_every_region_is_asked_with_what_it_knows(root: Path) -> None:
    criteria = [criterion_of(root, code) for code in codes_of(root, "tree-relocation")]
    facts: dict[str, FactValue] = {
        "site.area": "elsewhere",
        "site.authority": "district",
        "site.region": "310115",
        "tree.count": 3,
        "tree.dbh": "12.5",
    }
    found = dict(follow(criteria, facts, on=ON))
    assert [code for code, one in found.items() if one.answer == "here"] == ["310115"]
    assert named(found["310000"]) == "浦东新区绿化市容管理部门（示例）"
    assert found["310104"].remedy_zh == "向现场所在区的绿化市容管理部门申请"
    with pytest.raises(CaseError):
        follow(criteria, {"tree.count": "three"}, on=ON)


def test_an_organ_that_depends_on_more_is_not_named() -> None:
    organ = Organ(uscc="113101159999011534", name="甲")
    clause = Clause(
        id="remit",
        when="flag.one",
        kind=ClauseKind.COMPETENCE,
        zh="职权",
        en="remit",
        organ=organ,
        organs=(
            OrganCase(when="whole.one > 1", organ=organ.model_copy(update={"name": "乙"})),
        ),
    )
    criterion = compile_item(item_with((clause,)))
    found = route(criterion, {"flag.one": False}, on=ON)
    assert (found.answer, found.clause, found.missing) == (
        "undetermined",
        "remit",
        ("whole.one",),
    )
    for number, name in ((2, "乙"), (1, "甲")):
        assert named(route(criterion, {"flag.one": False, "whole.one": number}, on=ON)) == name
    assert route(criterion, {}, on=ON).missing == ("flag.one",)
