"""The shipped item: outdoor advertising in two districts, and the notices on it."""

from datetime import date
from pathlib import Path

import pytest

from interop.criteria import (
    Criterion,
    DistrictItem,
    check_district,
    check_item,
    compile_item,
    decide,
    one_time_notice,
    resolve,
)
from interop.errors import CaseError, KnowledgeError
from interop.knowledge import read_bytes
from interop.model.case import FactValue
from interop.model.item import ServiceItem
from interop.model.judgement import Decision
from interop.model.record import Record

FOLDER = "mappings/items/outdoor-advertising"
CODES = ("310104", "310115")
ON = date(2026, 2, 11)
SOUND: dict[str, FactValue] = {
    "site.authority": "district",
    "site.kind": "wall",
    "facility.kind": "advertisement",
    "facility.area": "120",
    "facility.edge": "12",
    "facility.top": "18.5",
    "design.contents": ["plan", "elevation", "structure", "day-view"],
    "period.start": "2026-03-01",
    "period.end": "2028-02-29",
}
PAPERS = (
    "application-form",
    "business-licence",
    "design-drawings",
    "site-right",
    "structural-safety",
)


def shipped(root: Path, name: str, schema: type[Record]) -> Record:
    path = f"{FOLDER}/{name}.toml"
    return schema.from_value(
        read_bytes((root / path).read_bytes(), path), error=KnowledgeError, field=path
    )


def canonical(root: Path) -> ServiceItem:
    item = shipped(root, "canonical", ServiceItem)
    assert isinstance(item, ServiceItem)
    return item


def item_of(root: Path, code: str) -> ServiceItem:
    file = shipped(root, code, DistrictItem)
    assert isinstance(file, DistrictItem)
    assert check_district(file) == ()
    return resolve(canonical(root), file)


@pytest.fixture(params=CODES)
def criterion(request: pytest.FixtureRequest, root: Path) -> Criterion:
    return compile_item(item_of(root, str(request.param)))


def judged(criterion: Criterion, changes: dict[str, FactValue] | None = None) -> Decision:
    here: dict[str, FactValue] = {"site.region": criterion.item.region}
    facts = SOUND | here | (changes or {})
    return decide(criterion, facts, materials=PAPERS, has_agent=False, on=ON)


def failing(decision: Decision) -> list[str]:
    return [outcome.clause for outcome in decision.outcomes]


def test_the_files_are_sound_and_say_that_they_are_illustrative(root: Path) -> None:
    assert check_item(canonical(root)) == ()
    for code in CODES:
        item = item_of(root, code)
        assert item.illustrative
        assert "illustrative" in item.source
        assert item.organ is not None
        assert item.organ.illustrative
        assert item.task_code == f"{item.organ.uscc}4{item.catalog_code}"


def test_five_materials_and_six_through_an_agent(criterion: Criterion) -> None:
    for has_agent, count in ((False, 5), (True, 6)):
        found = decide(criterion, {}, materials=(), has_agent=has_agent, on=ON)
        assert len(found.missing_materials) == count
        assert ("agent-id" in found.missing_materials) is has_agent


def test_every_kind_of_clause_and_the_limits_are_there(root: Path) -> None:
    item = canonical(root)
    assert {clause.kind.value for clause in item.clauses} == {
        "competence",
        "not_required",
        "formal",
        "substantive",
    }
    assert (item.statutory.length, item.promised.length) == (20, 7)
    assert all(clause.basis for clause in item.clauses)
    assert all(material.basis for material in item.materials)


def test_a_sound_application_is_acceptable(criterion: Criterion) -> None:
    found = judged(criterion)
    assert (found.intake, found.merits, found.outcomes) == ("acceptable", "met", ())
    notice = one_time_notice(found, criterion.item)
    assert notice == f"{criterion.item.zh}：申请材料齐全、符合法定形式"


@pytest.mark.parametrize(
    ("change", "clause", "intake"),
    [
        ({"site.authority": "city"}, "district-site", "not_competent"),
        ({"site.region": "310151"}, "site-in-", "not_competent"),
        ({"facility.kind": "signboard"}, "licence-needed", "not_required"),
        ({"design.contents": ["plan"]}, "drawings-complete", "supplement"),
        ({"period.start": "2026-02-11"}, "period-stated", "supplement"),
        ({"period.end": "2026-02-28"}, "period-stated", "supplement"),
        ({"site.kind": "heritage"}, "site-allowed", "acceptable"),
        ({"facility.area": "300.01"}, "area-bound", "acceptable"),
        ({"period.end": "2031-03-01"}, "period-bound", "acceptable"),
    ],
)
def test_each_clause_fails_alone_with_its_consequence(
    criterion: Criterion, change: dict[str, FactValue], clause: str, intake: str
) -> None:
    found = judged(criterion, change)
    (only,) = failing(found)
    assert only.startswith(clause)
    assert found.intake == intake
    assert found.merits == ("not_met" if intake == "acceptable" else "met")
    assert found.outcomes[0].basis is not None


def test_the_districts_differ_where_their_files_say_so(root: Path) -> None:
    xuhui, pudong = (compile_item(item_of(root, code)) for code in CODES)
    assert (xuhui.item.promised.length, pudong.item.promised.length) == (7, 5)
    assert failing(judged(xuhui, {"facility.area": "150.5"})) == ["area-bound"]
    assert failing(judged(pudong, {"facility.area": "150.5"})) == []
    assert failing(judged(xuhui, {"facility.area": "110", "site.kind": "roof"})) == [
        "area-bound"
    ]
    assert failing(judged(xuhui, {"period.end": "2029-03-01"})) == ["period-bound"]
    assert failing(judged(xuhui, {"period.end": "2029-02-28"})) == []
    assert failing(judged(pudong, {"period.end": "2031-02-28"})) == []
    assert "营业执照复印件" in pudong.item.materials[1].aliases


def test_a_high_facility_needs_its_appraisal(criterion: Criterion) -> None:
    high = judged(criterion, {"facility.top": 30})
    assert (high.intake, high.merits) == ("acceptable", "undetermined")
    assert high.missing_facts == ("structure.appraised",)
    assert judged(criterion, {"facility.top": 30, "structure.appraised": True}).merits == "met"
    assert judged(criterion, {"facility.top": 24}).merits == "met"


def test_the_right_district_is_named(root: Path) -> None:
    xuhui, pudong = (compile_item(item_of(root, code)) for code in CODES)
    there = judged(pudong, {"site.region": "310104"})
    assert xuhui.item.organ is not None
    assert there.outcomes[0].remedy_zh == f"向{xuhui.item.organ.name}申请"
    elsewhere = judged(pudong, {"site.region": "310151"})
    assert elsewhere.outcomes[0].remedy_zh == "向设施所在区的绿化市容管理部门申请"


@pytest.mark.requirement("YRD-CRIT-002")
def test_the_notice_tells_everything_once(root: Path) -> None:
    pudong = compile_item(item_of(root, "310115"))
    facts = SOUND | {"site.region": "310115", "design.contents": ["plan"], "facility.top": 30}
    found = decide(
        pudong,
        facts | {"facility.area": "310.5"},
        materials=PAPERS[:1],
        spared=PAPERS[1:3],
        has_agent=True,
        on=ON,
    )
    assert one_time_notice(found, pudong.item).split("\n") == [
        "设置大型户外广告及在城市建筑物、设施上悬挂、张贴宣传品审批：一次性告知（补正）",
        "需要补正",
        "1. 图纸内容应包含结构图，申报为平面图；图纸内容应包含日景效果图，申报为平面图；"
        "设施类别应为悬挂、张贴的宣传品，或者图纸内容应包含立面图，"
        "申报设施类别为户外广告、图纸内容为平面图。"
        "依据：《中华人民共和国行政许可法》第三十二条第一款第四项。办法：补齐所缺的图纸。",
        "2. 缺少材料：经办人身份证。依据：《中华人民共和国行政许可法》第二十九条。"
        "办法：提交经办人身份证；有可替代的电子证照的，也可授权调用。",
        "3. 缺少材料：场地（建筑物、设施）使用权证明。依据：《上海市户外广告设施管理办法》。"
        "办法：提交场地（建筑物、设施）使用权证明；有可替代的电子证照的，也可授权调用。",
        "4. 缺少材料：结构安全证明（检测报告）。依据：《上海市户外广告设施管理办法》。"
        "办法：提交结构安全证明（检测报告）；有可替代的电子证照的，也可授权调用。",
        "预审提示（不影响受理）",
        "1. 设置面积应不超过300平方米，申报为310.5平方米。"
        "依据：《上海市户外广告设施管理办法》。办法：缩小展示面积后再申请。",
        "需要说明",
        "1. 结构安全鉴定（检测）结论是否为合格？",
    ]
    english = one_time_notice(found, pudong.item, "en")
    assert english.count("\n") == 9
    assert "facility area must not exceed 300 m²; declared: 310.5 m². basis" in english
    assert english.endswith("to be stated\n1. structure appraised as safe")


def test_a_closed_door_asks_for_nothing_more(criterion: Criterion) -> None:
    away = decide(
        criterion, SOUND | {"site.region": "310151"}, materials=(), has_agent=False, on=ON
    )
    lines = one_time_notice(away, criterion.item).split("\n")
    assert lines[0].endswith("：不予受理")
    assert lines[1] == "不予受理的理由"
    assert len(lines) == 3
    assert "向设施所在区的绿化市容管理部门申请" in lines[2]


def test_a_question_is_asked_even_for_a_fact_without_words(criterion: Criterion) -> None:
    bare = tuple(fact.model_copy(update={"question": ""}) for fact in criterion.item.facts)
    item = criterion.item.model_copy(update={"facts": bare})
    found = decide(compile_item(item), {}, materials=PAPERS, has_agent=False, on=ON)
    assert "设置面积" in one_time_notice(found, item)


def test_a_notice_needs_the_version_that_was_decided_on(root: Path) -> None:
    xuhui, pudong = (compile_item(item_of(root, code)) for code in CODES)
    with pytest.raises(CaseError) as caught:
        one_time_notice(judged(pudong), xuhui.item)
    assert caught.value.code == "notice-other-item"
