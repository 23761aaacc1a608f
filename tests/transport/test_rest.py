"""An acceptance system over REST, against the simulated one on loopback."""

import json
import logging
import time
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.transport import progress_replies, tried
from interop.errors import (
    CaseError,
    ContractViolation,
    InteropError,
    KnowledgeError,
    RegionError,
    RegionFault,
    RegionTimeout,
    RegionUnavailable,
)
from interop.model.canonical import Json
from interop.model.day import day_of
from interop.model.ports import AcceptanceSystem, Progress
from interop.model.sensitive import Sensitive
from interop.simulator.clients import Clients
from interop.simulator.wire import answer, wire
from interop.transport.adapter import Services
from interop.transport.rename import canonical
from interop.transport.rest import RestAcceptanceSystem

BASE = "/310000/acceptance/v1"
DEADLINE_S = 0.3
# Loopback server and client share one interpreter.
SLACK_S = 0.6
JSON = "application/json"
STATES = {"受理": "accepted", "准予": "permitted", "不予": "rejected"}


@pytest.fixture
def number() -> str:
    return f"C-{uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def system(clients: Clients, url: str) -> RestAcceptanceSystem:
    return clients.system(url + BASE)


def test_a_case_is_accepted_then_permitted(
    clients: Clients, system: AcceptanceSystem, number: str
) -> None:
    registration = clients.registration(number, "enterprise-a")
    first = system.register(registration)
    assert system.region == "310000"
    assert (first.case, first.state) == (number, "accepted")
    assert first.on == day_of(registration.received_at)
    assert first.acceptance_number
    assert not first.result_number
    assert system.register(registration) == first
    ruled = system.progress(number)
    assert (ruled.state, ruled.acceptance_number) == ("permitted", first.acceptance_number)
    assert ruled.result_number
    assert system.progress(number) == ruled
    assert system.register(registration) == ruled


def test_a_rejection_comes_with_its_reason_and_hides_it(
    clients: Clients, system: AcceptanceSystem, number: str
) -> None:
    system.register(clients.registration(number, "enterprise-rejected"))
    ruled = system.progress(number)
    assert ruled.state == "rejected"
    why = clients.world.enterprise("enterprise-rejected").rejected_because
    assert ruled.explanation.reveal() == why
    assert why not in repr(ruled)


def test_a_person_may_apply_without_an_agent(
    clients: Clients, system: AcceptanceSystem, number: str
) -> None:
    registration = clients.registration(number, "enterprise-a")
    alone = registration.model_copy(
        update={"applicant": clients.world.person("person-rare").party(), "agent": None}
    )
    assert system.register(alone).state == "accepted"


def test_what_is_sent_stands_under_the_regions_keys(clients: Clients, number: str) -> None:
    registration = clients.registration(number, "enterprise-a")
    reply = {"办件编号": number, "受理编号": "A", "状态": "受理", "日期": "2026-03-02"}
    body = json.dumps(reply).encode()
    with wire(answer(200, JSON, body)) as served:
        clients.system(served.url + BASE).register(registration)
    (request,) = served.requests
    head, _, sent = request.partition(b"\r\n\r\n")
    assert head.startswith(f"POST {BASE}/cases HTTP/1.1".encode())
    assert f"Authorization: Bearer {clients.world.acceptance.key}".encode() in head
    case = json.loads(sent)
    assert case["办件编号"] == number
    assert case["申请人"]["证件类型"] == "统一社会信用代码"
    assert case["经办人"]["证件类型"] == "居民身份证"
    assert case["收件时间"] == "2026-03-02T17:30:00+08:00"
    assert case["电子证照"] == [dict(one) for one in registration.certificates]


@pytest.mark.parametrize(
    "case",
    [
        ("fault", RegionFault, "transport-status"),
        ("error-code", RegionFault, "transport-region-code"),
        ("wrong-namespace", ContractViolation, "transport-reply-field"),
        ("gbk-mislabelled", ContractViolation, "json-malformed"),
        ("garbage", ContractViolation, "json-malformed"),
        ("html", ContractViolation, "transport-content-type"),
        ("empty", ContractViolation, "transport-reply-empty"),
        ("redirect", ContractViolation, "transport-redirect"),
        ("unavailable", RegionUnavailable, "transport-busy"),
        ("oversize", ContractViolation, "transport-reply-too-large"),
        ("truncated", ContractViolation, "transport-reply-broken"),
        ("drip", RegionTimeout, "transport-deadline"),
        ("timeout", RegionTimeout, "transport-deadline"),
    ],
    ids=lambda case: case[0],
)
def test_every_fault_has_its_class_in_time_and_a_retry_registers_once(
    clients: Clients,
    system: AcceptanceSystem,
    faults: dict[str, str],
    case: tuple[str, type[RegionError], str],
) -> None:
    name, kind, code = case
    registration = clients.registration(f"C-{uuid4().hex[:12]}", "enterprise-a")
    faults["/310000"] = name
    started = time.monotonic()
    with pytest.raises(RegionError) as refused:
        system.register(registration)
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    assert (type(refused.value), refused.value.code) == (kind, code)
    faults.clear()
    assert system.register(registration) == system.register(registration)


def test_what_the_region_refuses_comes_with_its_code_alone(
    clients: Clients, system: AcceptanceSystem, number: str
) -> None:
    with pytest.raises(RegionFault) as unknown:
        system.progress(number)
    assert unknown.value.reason.got == "SIM-1004"
    registration = clients.registration(number, "enterprise-a")
    system.register(registration)
    with pytest.raises(RegionFault) as conflict:
        system.register(registration.model_copy(update={"item_name": "另一事项"}))
    assert conflict.value.reason.got == "SIM-1003"


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"\xe9\x94\x99\xe8\xaf\xaf\xe7\xa0\x81":1}'])
def test_a_refusal_that_names_no_code_breaks_the_contract(
    clients: Clients, body: bytes
) -> None:
    with wire(answer(400, JSON, body)) as served, pytest.raises(ContractViolation) as refused:
        clients.system(served.url).progress("C-1")
    assert refused.value.code == "transport-reply-field"


@pytest.mark.parametrize("status", [408, 429])
def test_a_status_about_the_way_is_not_taken_for_a_refusal_of_the_case(
    clients: Clients, status: int
) -> None:
    kinds = {408: ContractViolation, 429: RegionUnavailable}
    with wire(answer(status, JSON, b"{}")) as served, pytest.raises(kinds[status]):
        clients.system(served.url).progress("C-1")


@pytest.mark.parametrize("case", ["", ".", "..", "a\nb"])
def test_a_number_that_leaves_the_path_is_refused(clients: Clients, case: str) -> None:
    with wire() as served, pytest.raises(CaseError, match="transport-identifier"):
        clients.system(served.url).progress(case)
    assert served.requests == []


def test_a_number_with_a_slash_stays_one_segment(clients: Clients) -> None:
    with wire(answer(503, JSON, b"{}")) as served, pytest.raises(RegionUnavailable):
        clients.system(served.url).progress("a/../b?c#d 沪")
    assert served.requests[0].startswith(b"GET /cases/a%2F..%2Fb%3Fc%23d%20%E6%B2%AA HTTP/1.1")


@pytest.fixture(scope="module")
def offline(clients: Clients) -> RestAcceptanceSystem:
    return clients.system("http://127.0.0.1:9")


def _read(system: RestAcceptanceSystem, reply: Json) -> Progress:
    return system._progress(canonical(system._service.reply, reply), "C-1")


@given(data=st.data())
def test_any_reply_is_a_sound_progress_or_a_violation(
    offline: RestAcceptanceSystem, data: st.DataObject
) -> None:
    reply = data.draw(progress_replies())
    found = tried(lambda: _read(offline, reply))
    if isinstance(found, InteropError):
        assert type(found) is ContractViolation
        return
    assert reply["办件编号"] == found.case == "C-1"
    assert STATES[str(reply["状态"])] == found.state
    assert reply["日期"] == found.on.isoformat()
    assert reply["受理编号"] == found.acceptance_number


SOUND = {"办件编号": "C-1", "受理编号": "A-1", "状态": "受理", "日期": "2026-03-02"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"办件编号": "C-2"}, "transport-reply-field"),
        ({"受理编号": ""}, "transport-reply-field"),
        ({"状态": "办结"}, "transport-value-unmapped"),
        ({"状态": "accepted"}, "transport-value-unmapped"),
        ({"状态": 1}, "transport-reply-field"),
        ({"日期": "2026-02-30"}, "transport-reply-field"),
        ({"日期": "20260302"}, "transport-reply-field"),
        ({"日期": "2026-03-02T00:00:00"}, "transport-reply-field"),
        ({"日期": "２０２６-03-02"}, "transport-reply-field"),
    ],
)
def test_a_reply_that_is_not_plain_is_refused(
    offline: RestAcceptanceSystem, change: dict[str, Json], code: str
) -> None:
    with pytest.raises(ContractViolation) as refused:
        _read(offline, {**SOUND, **change})
    assert refused.value.code == code


@pytest.mark.parametrize(("ahead", "sound"), [(0, True), (1, True), (2, False)])
def test_a_day_may_be_ahead_by_a_skew_of_one(
    offline: RestAcceptanceSystem, ahead: int, *, sound: bool
) -> None:
    day = date(2026, 3, 2) + timedelta(days=ahead)
    found = tried(lambda: _read(offline, {**SOUND, "日期": day.isoformat()}))
    assert isinstance(found, Progress) is sound


def test_every_missing_field_is_told(offline: RestAcceptanceSystem) -> None:
    with pytest.raises(ContractViolation) as refused:
        _read(offline, {})
    fields = {reason.field for reason in refused.value.reasons}
    assert fields == {"case", "acceptance_number", "state", "on"}


def test_a_new_key_is_let_pass_and_reported_once(
    clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({**SOUND, "新增": "x", "329901198803120017": "y"}).encode()
    with wire(answer(200, JSON, body)) as served, caplog.at_level(logging.WARNING):
        system = clients.system(served.url)
        assert system.progress("C-1").state == system.progress("C-1").state == "accepted"
    (line,) = [record.getMessage() for record in caplog.records]
    assert "新增" in line
    assert "329901" not in line


def test_a_state_the_port_does_not_know_is_refused_though_the_adapter_lists_it(
    offline: RestAcceptanceSystem,
) -> None:
    with pytest.raises(ContractViolation, match="transport-reply-field"):
        offline._progress(
            {"case": "C-1", "acceptance_number": "A", "state": "x", "on": "y"}, "C-1"
        )


def test_an_adapter_without_the_service_and_a_bad_key_are_refused(clients: Clients) -> None:
    bare = clients.acceptance.model_copy(update={"services": Services()})
    for adapter, key, code in (
        (bare, "key", "adapter-service-missing"),
        (clients.acceptance, "k\r\nX: y", "transport-secret-malformed"),
    ):
        with pytest.raises(KnowledgeError) as refused:
            RestAcceptanceSystem(
                adapter, endpoint="http://127.0.0.1:9", secret=Sensitive(key), clock=pytest.fail
            )
        assert refused.value.code == code
