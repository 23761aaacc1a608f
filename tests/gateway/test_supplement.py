"""What is missing is told once, whole and in time."""

import pytest

from interop.errors import CaseError
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import cases as rows
from tests.gateway.delta import Delta

HALF = ("application-form", "site-right")


@pytest.fixture
def number(delta: Delta) -> str:
    delta.open(PUDONG, acceptance=False)
    filing = delta.filing(papers=HALF, facts={"design.contents": ["plan"]})
    return delta.handed_over(filing)


def _notices(delta: Delta, region: str, number: str) -> list[tuple[str, tuple[str, ...]]]:
    with delta.desk(region).sit() as at:
        found = rows.notices(at.tx, number)
    return [(notice.number, notice.items) for notice in found if notice.kind == "supplement"]


def test_an_incomplete_case_is_received_handed_over_and_asked_for_once(
    delta: Delta, number: str
) -> None:
    assert delta.pudong.trace(number).case.state == "acknowledged"
    assert delta.pudong.supplement(number).state == "supplement-noticed"
    ((_, items),) = _notices(delta, PUDONG, number)
    for missing in ("设计图", "结构安全证明", "结构图"):
        assert any(missing in line for line in items), missing
    assert not any("营业执照" in line for line in items)
    delta.work(2)
    assert _notices(delta, SUZHOU, number) == _notices(delta, PUDONG, number)
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case


def test_a_second_notice_asks_for_nothing_new(delta: Delta, number: str) -> None:
    first = delta.pudong.supplement(number, also=("补交夜景效果图",))
    once = _notices(delta, PUDONG, number)
    assert "补交夜景效果图" in once[0][1]
    assert delta.pudong.supplement(number) == first
    assert delta.pudong.supplement(number, also=("补交夜景效果图",)) == first
    with pytest.raises(CaseError) as refused:
        delta.pudong.supplement(number, also=("补交物业同意书",))
    assert refused.value.code == "notice-second-requirement"
    assert "补交物业同意书" in refused.value.reason.zh
    assert _notices(delta, PUDONG, number) == once


def test_nothing_may_be_asked_for_where_nothing_is_missing(delta: Delta) -> None:
    delta.open(PUDONG, acceptance=False)
    number = delta.handed_over()
    with pytest.raises(CaseError) as refused:
        delta.pudong.supplement(number)
    assert refused.value.code == "supplement-without-items"
    assert delta.pudong.supplement(number, also=("图纸缺签章",)).state == "supplement-noticed"


def test_once_silence_has_accepted_nothing_may_be_asked_for(delta: Delta, number: str) -> None:
    delta.clock.pass_(days=7)
    assert delta.pudong.supplement(number).state == "supplement-noticed"


def test_a_day_later_it_is_too_late(delta: Delta, number: str) -> None:
    delta.clock.pass_(days=8)
    with pytest.raises(CaseError) as refused:
        delta.pudong.supplement(number)
    assert refused.value.code == "notice-too-late"
    assert delta.pudong.trace(number).case.deemed
    confirmed = delta.pudong.accept(number)
    assert confirmed.deemed
    assert str(confirmed.accepted_on) == "2026-03-02"
