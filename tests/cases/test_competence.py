"""The wrong organ names the right one, by area, numbers and the day of a delegation."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from interop.cases import Content, NoticeTexts, compose
from interop.cases.competence import competent_regions, refer, require_competent_organ
from interop.criteria import Criterion, compile_item
from interop.criteria.routing import Route, route
from interop.errors import CaseError
from interop.model.case import FactValue, NoticeKind
from interop.model.sensitive import Sensitive
from tests.criteria.files import codes_of, item_of

CITY, ISLAND = "上海市绿化市容管理部门（示例）", "长兴岛开发建设管理机构（示例）"
ON_ISLAND: dict[str, FactValue] = {"site.area": "changxing-island", "site.authority": "city"}
ELSEWHERE: dict[str, FactValue] = {"site.area": "elsewhere", "site.authority": "city"}
EVE, DAY = date(2025, 5, 31), date(2025, 6, 1)


@cache
def criterion_of(root: Path, code: str) -> Criterion:
    return compile_item(item_of(root, "tree-relocation", code))


@pytest.mark.parametrize(
    ("facts", "on", "right"),
    [(ON_ISLAND, EVE, CITY), (ON_ISLAND, DAY, ISLAND), (ELSEWHERE, DAY, CITY)],
)
def test_a_delegation_counts_in_its_area_from_its_day(
    root: Path, facts: dict[str, FactValue], on: date, right: str
) -> None:
    city = criterion_of(root, "310000")
    referral = refer(route(city, facts, on=on))
    if right == CITY:
        organ = require_competent_organ(city, facts, on=on)
        assert organ is not None
        assert organ.name == CITY
        assert referral is None
        return
    with pytest.raises(CaseError) as refused:
        require_competent_organ(city, facts, on=on)
    assert (refused.value.code, refused.value.reason.expected) == ("organ-not-competent", right)
    assert refused.value.reason.got == CITY
    assert referral is not None
    assert referral.organ is not None
    assert referral.organ.name == right


def test_the_refusal_names_the_right_organ_on_paper(root: Path, texts: NoticeTexts) -> None:
    referral = refer(route(criterion_of(root, "310000"), ON_ISLAND, on=DAY))
    assert referral is not None
    content = Content(
        case="C-1", item="迁移树木", region="310000", applicant=Sensitive("王示例"), on=DAY,
        items=referral.items, bases=referral.bases,
    )  # fmt: skip
    text = compose(NoticeKind.REFUSAL, content, texts=texts, serial=1).text.reveal()
    assert f"请向{ISLAND}申请" in text
    assert "《中华人民共和国行政许可法》第三十二条第一款第二项" in text
    assert "行政复议" in text


def test_an_organ_without_a_name_is_told_in_words(root: Path) -> None:
    facts: dict[str, FactValue] = {"site.authority": "city"}
    referral = refer(route(criterion_of(root, "310104"), facts, on=DAY))
    assert referral is not None
    # The clause rests on the norm of refusals itself: it stands there once.
    assert len(referral.bases) == len(set(referral.bases))
    assert referral.items[1]


def test_what_is_not_stated_is_asked_for_and_nobody_is_named(root: Path) -> None:
    with pytest.raises(CaseError) as refused:
        require_competent_organ(criterion_of(root, "310000"), {}, on=DAY)
    assert refused.value.code == "organ-undetermined"
    assert "site.area" in refused.value.reason.expected
    assert refer(Route(answer="undetermined", missing=("site.area",))) is None


def test_of_all_regions_one_is_competent(root: Path) -> None:
    criteria = [criterion_of(root, code) for code in codes_of(root, "tree-relocation")]
    facts: dict[str, FactValue] = {
        "site.area": "elsewhere",
        "site.authority": "district",
        "site.region": "310115",
        "tree.count": 3,
        "tree.dbh": "12.5",
    }
    assert competent_regions(criteria, facts, on=date(2026, 3, 2)) == ("310115",)
