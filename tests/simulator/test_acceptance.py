"""The simulated acceptance system as any HTTP client would meet it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.simulator import World, create_simulator
from interop.simulator.clock import SteppedClock
from interop.simulator.server import Switch

BASE = "/310000/acceptance/v1"


NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

Restart = Callable[..., None]


@pytest.fixture
def restart(switch: Switch, world: World, clock: SteppedClock, tmp_path: Path) -> Restart:
    """Put a new simulator in the place of the old one."""

    def put(*, keep: bool) -> None:
        switch.app = create_simulator(world, clock=clock, state=tmp_path if keep else None)

    return put


@pytest.fixture
def auth(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.acceptance.key}"}


def _case(world: World, firm: str = "enterprise-a", **changed: Json) -> dict[str, Json]:
    enterprise = world.enterprise(firm)
    return {
        "办件编号": "C-1",
        "实施编码": "1" * 31,
        "事项名称": "设置大型户外广告审批",
        "申请人": {
            "名称": enterprise.name,
            "证件类型": "统一社会信用代码",
            "证件号码": enterprise.number,
        },
        "收件时间": "2026-03-02T17:30:00+08:00",
        "收件地": "320500",
        "材料": ["application-form"],
        "电子证照": [{"任意": "内容"}],
        **changed,
    }


def test_accepted_at_once_ruled_at_the_first_question_and_then_settled(
    http: httpx.Client, world: World, auth: dict[str, str], clock: SteppedClock
) -> None:
    first = http.post(BASE + "/cases", json=_case(world), headers=auth).json()
    assert first == {
        "办件编号": "C-1",
        "受理编号": "SIM-2026-000001",
        "状态": "受理",
        "日期": "2026-03-02",
    }
    clock.step(timedelta(days=1))
    ruled = http.get(BASE + "/cases/C-1", headers=auth).json()
    assert (ruled["状态"], ruled["日期"]) == ("准予", "2026-03-03")
    assert ruled["结果证照编号"] == "SIM-PERMIT-2026-000001"
    clock.step(timedelta(days=1))
    assert http.get(BASE + "/cases/C-1", headers=auth).json() == ruled


def test_a_repeat_answers_the_same_and_another_content_conflicts(
    http: httpx.Client, world: World, auth: dict[str, str]
) -> None:
    posted = [http.post(BASE + "/cases", json=_case(world), headers=auth) for _ in range(3)]
    assert len({response.content for response in posted}) == 1
    other = _case(world, 事项名称="另一事项")
    conflict = http.post(BASE + "/cases", json=other, headers=auth)
    assert (conflict.status_code, conflict.json()["错误码"]) == (409, "SIM-1003")
    second = http.post(BASE + "/cases", json=_case(world, 办件编号="C-2"), headers=auth)
    assert second.json()["受理编号"] == "SIM-2026-000002"


def test_the_day_is_the_day_in_shanghai(
    http: httpx.Client, world: World, auth: dict[str, str], clock: SteppedClock
) -> None:
    clock.step(timedelta(hours=7))  # 16:30 UTC is past midnight there
    accepted = http.post(BASE + "/cases", json=_case(world), headers=auth).json()
    assert accepted["日期"] == "2026-03-03"


def test_a_rejection_gives_its_reason_and_no_licence(
    http: httpx.Client, world: World, auth: dict[str, str]
) -> None:
    http.post(BASE + "/cases", json=_case(world, "enterprise-rejected"), headers=auth)
    ruled = http.get(BASE + "/cases/C-1", headers=auth).json()
    assert ruled["状态"] == "不予"
    assert ruled["说明"] == world.enterprise("enterprise-rejected").rejected_because
    assert "结果证照编号" not in ruled


@pytest.mark.parametrize(
    "changed",
    [
        {"办件编号": ""},
        {"办件编号": "a/b"},
        {"收件时间": "2026-03-02T17:30:00Z"},
        {"收件地": "3205"},
        {"材料": "form"},
        {"材料": [1]},
        {"申请人": {}},
        {"经办人": {"名称": "x", "证件类型": "统一社会信用代码", "证件号码": "1" * 18}},
        {"未知": "键"},
    ],
)
def test_a_case_outside_the_contract_is_refused(
    http: httpx.Client, world: World, auth: dict[str, str], changed: dict[str, Json]
) -> None:
    response = http.post(BASE + "/cases", json=_case(world) | changed, headers=auth)
    assert (response.status_code, response.json()["错误码"]) == (400, "SIM-1002")


@pytest.mark.parametrize("body", [b"", b"{", b'{"a":1,"a":2}', b"\xff"])
def test_what_is_no_json_is_refused(
    http: httpx.Client, auth: dict[str, str], body: bytes
) -> None:
    response = http.post(BASE + "/cases", content=body, headers=auth)
    assert (response.status_code, response.json()["错误码"]) == (400, "SIM-1001")


@pytest.mark.parametrize("value", ["", "Bearer other", "sim-acceptance-key", "Bearer"])
def test_without_the_key_nothing_is_answered(
    http: httpx.Client, world: World, value: str
) -> None:
    headers = {"Authorization": value}
    posted = http.post(BASE + "/cases", json=_case(world), headers=headers)
    asked = http.get(BASE + "/cases/C-1", headers=headers)
    assert {posted.status_code, asked.status_code} == {401}


def test_an_unknown_case(http: httpx.Client, auth: dict[str, str]) -> None:
    response = http.get(BASE + "/cases/C-9", headers=auth)
    assert (response.status_code, response.json()["错误码"]) == (404, "SIM-1004")


@pytest.mark.parametrize(("folder", "status"), [(True, 200), (False, 404)])
def test_cases_outlive_a_restart_only_with_a_folder(
    http: httpx.Client, restart: Restart, world: World, *, folder: bool, status: int
) -> None:
    auth = {"Authorization": f"Bearer {world.acceptance.key}"}
    restart(keep=folder)
    posted = http.post(BASE + "/cases", json=_case(world), headers=auth)
    assert posted.status_code == 200
    restart(keep=folder)
    found = http.get(BASE + "/cases/C-1", headers=auth)
    assert found.status_code == status
    restart(keep=folder)
    assert http.get(BASE + "/cases/C-1", headers=auth).content == found.content


def test_an_answer_outside_its_own_contract_is_never_sent(
    http: httpx.Client, switch: Switch, world: World, auth: dict[str, str]
) -> None:
    endless = world.enterprise("enterprise-a").model_copy(
        update={"rejected_because": "长" * 2001}
    )
    changed = world.model_copy(update={"enterprises": (endless,)})
    switch.app = create_simulator(changed, clock=SteppedClock(NOON))
    http.post(BASE + "/cases", json=_case(world), headers=auth)
    assert http.get(BASE + "/cases/C-1", headers=auth).status_code == 500


def test_a_broken_state_file_is_refused(
    world: World, clock: SteppedClock, tmp_path: Path
) -> None:
    (tmp_path / "310000-acceptance.json").write_bytes(b"{")
    with pytest.raises(KnowledgeError, match="json-malformed"):
        create_simulator(world, clock=clock, state=tmp_path)
