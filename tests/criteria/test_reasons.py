"""What a reason says: the condition, the threshold, the value, the organ."""

import pytest

from interop.conformance.strategies.criteria import (
    PRIVATE,
    item_with,
)
from interop.model.case import FactValue
from interop.model.item import (
    Basis,
    ClauseKind,
    Material,
    Organ,
    OrganCase,
)
from tests.criteria.example import clause, judged, one


@pytest.mark.parametrize(
    ("when", "facts", "zh", "en"),
    [
        (
            "area.one <= 2",
            {"area.one": "3.5"},
            "事实area.one应不超过2平方米，申报为3.5平方米",
            "area.one must not exceed 2 m²; declared: 3.5 m²",
        ),
        (
            "2 >= area.one && flag.one",
            {"area.one": "3", "flag.one": False},
            "事实area.one应不超过2平方米，申报为3平方米；事实flag.one应为是，申报为否",
            "area.one must not exceed 2 m²; declared: 3 m²; flag.one must be yes; declared: no",
        ),
        (
            "!(colour.one in ['red', 'blue'])",
            {"colour.one": "red"},
            "事实colour.one不应为red、blue之一，申报为red",
            "colour.one must not be red, blue; declared: red",
        ),
        (
            "colour.one in ['blue']",
            {"colour.one": "red"},
            "事实colour.one应为blue，申报为red",
            "colour.one must be blue; declared: red",
        ),
        (
            "day.one.plus_months(3) > on",
            {"day.one": "2023-01-01"},
            "事实day.one之后3个月应晚于判断当日，申报事实day.one为2023-01-01、判断当日为2024-02-28",
            "3 months after day.one must be after the day of the decision; "
            "declared: day.one 2023-01-01, the day of the decision 2024-02-28",
        ),
        (
            "on < day.one.plus_days(-2)",
            {"day.one": "2023-01-01"},
            "事实day.one之前2日应晚于判断当日，申报事实day.one为2023-01-01、判断当日为2024-02-28",
            "2 days before day.one must be after the day of the decision; "
            "declared: day.one 2023-01-01, the day of the decision 2024-02-28",
        ),
        (
            "day.one != date('2024-01-01')",
            {"day.one": "2024-01-01"},
            "事实day.one不应为2024-01-01，申报为2024-01-01",
            "day.one must not be 2024-01-01; declared: 2024-01-01",
        ),
        (
            "years_between(day.one, on) >= 18",
            {"day.one": "2023-01-01"},
            "事实day.one至判断当日的整年数应不少于18年，申报事实day.one为2023-01-01、判断当日为2024-02-28",
            "the full years from day.one to the day of the decision must be at least 18 years; "
            "declared: day.one 2023-01-01, the day of the decision 2024-02-28",
        ),
        (
            "2 * (area.one + area.two) - area.one < 3",
            {"area.one": "1", "area.two": "2"},
            "2 × (事实area.one + 事实area.two) - 事实area.one应小于3平方米，"
            "申报事实area.one为1平方米、事实area.two为2平方米",
            "2 × (area.one + area.two) - area.one must be less than 3 m²; "
            "declared: area.one 1 m², area.two 2 m²",
        ),
        (
            "!has(note.one) && !('lamp' in pieces.one)",
            {"note.one": "private", "pieces.one": ["lamp", "frame"]},
            "事实note.one应为空，申报为***；事实pieces.one不应包含lamp，申报为frame、lamp",
            "note.one must be empty; declared: ***; "
            "pieces.one must not include lamp; declared: frame, lamp",
        ),
        (
            "has(pieces.one) && 'lamp' in pieces.one",
            {"pieces.one": []},
            "应填写事实pieces.one，申报为无；事实pieces.one应包含lamp，申报为无",
            "pieces.one must be stated; declared: none; "
            "pieces.one must include lamp; declared: none",
        ),
        (
            "flag.one || flag.two && agent.present",
            {"flag.one": False, "flag.two": True},
            "事实flag.one应为是，或者（事实flag.two应为是，且由经办人代办应为是），"
            "申报事实flag.one为否、事实flag.two为是、由经办人代办为否",
            "flag.one must be yes, or (flag.two must be yes, and "
            "an agent acts for the applicant must be yes); "
            "declared: flag.one no, flag.two yes, an agent acts for the applicant no",
        ),
        (
            "flag.one || !flag.two",
            {"flag.one": False, "flag.two": True},
            "事实flag.one应为是，或者事实flag.two应为否，申报事实flag.one为否、事实flag.two为是",
            "flag.one must be yes, or flag.two must be no; declared: flag.one no, flag.two yes",
        ),
        ("1 > 2", {}, "1应大于2，申报无", "1 must be more than 2; declared: none"),
        (
            "(flag.one == flag.two) == true",
            {"flag.one": False, "flag.two": True},
            "“事实flag.one应为事实flag.two”应为是，申报事实flag.one为否、事实flag.two为是",
            "`flag.one must be flag.two` must be yes; declared: flag.one no, flag.two yes",
        ),
        (
            "secret.one == 'b'",
            {"secret.one": PRIVATE},
            "事实secret.one应为b，申报为***",
            "secret.one must be b; declared: ***",
        ),
    ],
)
def test_a_reason_names_the_condition_the_threshold_and_the_value(
    when: str, facts: dict[str, FactValue], zh: str, en: str
) -> None:
    outcome = one(when, facts, ClauseKind.FORMAL)
    assert (outcome.reason.zh, outcome.reason.en) == (zh, en)
    assert outcome.remedy_zh == "改"


def test_a_reason_carries_condition_and_value_apart_from_the_sentence() -> None:
    when = "area.one <= 2 && (flag.one || whole.one > 1) && flag.two"
    facts: dict[str, FactValue] = {
        "area.one": 3,
        "flag.one": False,
        "whole.one": 1,
        "flag.two": True,
    }
    reason = one(when, facts, ClauseKind.SUBSTANTIVE).reason
    assert reason.field == "only"
    assert reason.expected == "area.one <= 2 && (flag.one || whole.one > 1)"
    assert reason.got == "area.one = 3 m², flag.one = no, whole.one = 1"


def test_a_long_condition_is_clipped_in_the_reason() -> None:
    reason = one(
        "flag.one" + " || flag.one" * 400, {"flag.one": False}, ClauseKind.FORMAL
    ).reason
    assert len(reason.expected) == 400
    assert len(reason.got) <= 120


ORGANS = [
    Organ(uscc=code, name=name)
    for code, name in (("113101159999011534", "甲局"), ("113101049999010492", "乙局"))
]


@pytest.mark.parametrize(
    ("update", "colour", "fix"),
    [
        ({"organ": ORGANS[0]}, "red", "向甲局申请"),
        (
            {"organs": (OrganCase(when="colour.one == 'red'", organ=ORGANS[1]),)},
            "red",
            "向乙局申请",
        ),
        (
            {"organs": (OrganCase(when="colour.one == 'red'", organ=ORGANS[1]),)},
            "blue",
            "改",
        ),
        (
            {
                "organ": ORGANS[0],
                "organs": (OrganCase(when="colour.one == 'red'", organ=ORGANS[1]),),
            },
            "blue",
            "向甲局申请",
        ),
    ],
)
def test_the_organ_that_is_competent_is_named(
    update: dict[str, object], colour: str, fix: str
) -> None:
    row = clause("colour.one == 'green'", ClauseKind.COMPETENCE).model_copy(update=update)
    item = item_with((row.model_copy(update={"remedy_zh": "改"}),))
    (outcome,) = judged(item, {"colour.one": colour}).outcomes
    assert outcome.remedy_zh == outcome.reason.fix_zh == fix
    assert outcome.reason.zh.startswith("不属于本机关职权范围：事实colour.one应为green，")


def test_a_material_that_may_be_asked_for_names_the_fact_that_decides() -> None:
    basis = Basis(level="law", document="示例法", verified="no")
    papers = (
        Material(code="form", zh="申请表", en="form"),
        Material(code="plan", zh="平面图", en="plan", when="flag.one", basis=basis),
        Material(code="photo", zh="照片", en="photo", necessity="deferrable"),
    )
    item = item_with((), papers)
    found = judged(item, {}, materials={"form"})
    assert (found.intake, found.missing_materials) == ("undetermined", ())
    (outcome,) = found.outcomes
    assert (outcome.clause, outcome.missing, outcome.basis) == (
        "material:plan",
        ("flag.one",),
        basis,
    )
    assert outcome.reason.zh == "尚不能判断“需要提交平面图”，需要说明：事实flag.one"
    assert judged(item, {}, materials={"form", "plan"}).intake == "acceptable"
    asked = judged(item, {"flag.one": True})
    assert (asked.intake, asked.missing_materials) == ("supplement", ("form", "plan"))
    assert asked.outcomes[0].reason.code == "material-missing"
