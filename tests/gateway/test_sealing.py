"""Notices are sealed beside the way of the case: a service that is down holds up nobody."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway.marks import SEAL
from interop.gateway.open import Gateway
from interop.model.case import SealedNotice
from interop.model.ports import SealMark
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import tasks
from tests.gateway.delta import Delta

SERVICE = "/310000/seals"


@pytest.fixture
def delta(new_delta: Callable[[], Delta]) -> Delta:
    made = new_delta()
    made.open(PUDONG, acceptance=False, seals=True)
    return made


def seals(gateway: Gateway, number: str) -> dict[str, tuple[str, str]]:
    found = gateway.trace(number).notices
    return {entry.kind: (entry.seal, entry.seal_problem) for entry in found}


def number_of(gateway: Gateway, number: str, kind: str) -> str:
    return next(n.number for n in gateway.trace(number).notices if n.kind == kind)


def test_a_notice_is_sealed_by_the_organ_and_printed_with_it_at_both_ends(
    delta: Delta,
) -> None:
    number = delta.handed_over()
    delta.pudong.accept(number)
    assert seals(delta.pudong, number) == {
        "receipt-note": ("none", ""), "acceptance": ("waiting", ""),
    }  # fmt: skip
    delta.work(2)
    assert seals(delta.pudong, number)["acceptance"] == ("sealed", "")
    # The window in a region without a service has no seal of its own and shows the organ's.
    assert seals(delta.suzhou, number) == seals(delta.pudong, number)
    acceptance = number_of(delta.suzhou, number, "acceptance")
    pages = [gateway.notice(number, acceptance) for gateway in delta.gateways.values()]
    assert pages[0] == pages[1]
    mark = pages[0].seal
    assert mark is not None
    assert mark.content_digest == pages[0].notice.digest()
    assert "浦东新区绿化市容管理部门行政许可专用章" in pages[0].html.reveal()
    assert delta.audited(PUDONG, number).count("notice-sealed") == 1
    with delta.desk(PUDONG).sit() as at:
        assert tasks.open_task(at.tx, kind=SEAL, case=number) is None


def test_a_service_that_is_down_is_asked_again_and_the_case_goes_on(delta: Delta) -> None:
    delta.faults[SERVICE] = "unavailable"
    number = delta.handed_over()
    delta.pudong.accept(number)
    for _ in range(3):
        delta.work(1)
        delta.clock.pass_(minutes=2)
    # Asked once; after that it is left alone for a while.
    assert seals(delta.pudong, number)["acceptance"] == ("waiting", "seal-service-resting")
    assert delta.desk(PUDONG).seal_rest.code == "transport-busy"
    delta.pudong.rule(number, "permitted", result_number="P-1")
    delta.work(1)
    assert delta.suzhou.deliver(number, method="window").state == "delivered"
    page = delta.pudong.notice(number, number_of(delta.pudong, number, "ruling"))
    assert page.seal is None
    assert "电子印章" not in page.html.reveal()
    delta.faults.clear()
    delta.desk(PUDONG).seal_rest.until = 0.0
    delta.clock.pass_(minutes=2)
    delta.work(2)
    found = seals(delta.suzhou, number)
    assert {kind: found[kind][0] for kind in ("acceptance", "ruling")} == {
        "acceptance": "sealed", "ruling": "sealed",
    }  # fmt: skip
    assert delta.refusals(SUZHOU) == delta.refusals(PUDONG) == []


def test_one_seal_that_is_refused_leaves_the_others(delta: Delta) -> None:
    # Its window belongs to an organ that the service holds no seal of.
    outside = replace(delta.desk(PUDONG).outside, seal_organ="113101129999011298")
    delta.ports = {**delta.ports, PUDONG: outside}
    delta.open(PUDONG, acceptance=False, seals=True)
    number = delta.handed_over()
    delta.pudong.accept(number)
    delta.work(1)
    assert seals(delta.pudong, number)["acceptance"] == ("sealed", "")


def test_without_a_service_no_seal_is_waited_for(delta: Delta) -> None:
    delta.open(PUDONG, acceptance=False)
    number = delta.handed_over()
    delta.pudong.accept(number)
    assert delta.pudong.work().tasks == 0
    assert seals(delta.pudong, number)["acceptance"] == ("none", "")


def test_a_notice_written_while_another_is_sealed_is_sealed_too(delta: Delta) -> None:
    number = delta.handed_over()
    delta.pudong.accept(number)
    service = delta.desk(PUDONG).seals()
    calls: list[str] = []

    class Between:
        """Writes a notice while the service is busy with another, once."""

        def seal(self, data: bytes, *, organ: str) -> SealMark:
            if not calls:
                calls.append(organ)
                body = {"approver": "局长", "reason": "情况复杂"}
                delta.pudong.state(number, "extended", body=body)
            return service.seal(data, organ=organ)

    outside = replace(delta.desk(PUDONG).outside, seals=Between)
    delta.ports = {**delta.ports, PUDONG: outside}
    delta.open(PUDONG, acceptance=False, seals=True)
    delta.work(1)
    delta.clock.pass_(seconds=5)
    delta.work(1)
    assert {state for state, _ in seals(delta.pudong, number).values()} == {"none", "sealed"}
    assert seals(delta.pudong, number)["extension"] == ("sealed", "")


def test_a_seal_on_something_else_or_of_another_is_not_taken(delta: Delta) -> None:
    number = delta.handed_over()
    delta.pudong.accept(number)
    delta.work(2)
    acceptance = delta.pudong.notice(number, number_of(delta.pudong, number, "acceptance"))
    receipt = number_of(delta.pudong, number, "receipt-note")
    assert acceptance.seal is not None
    desk, state_hash = delta.desk(PUDONG), delta.row(PUDONG, number).state_hash
    wrong = acceptance.seal.model_copy(update={"content_digest": "sha-256:" + "0" * 64})
    for sealed in (
        SealedNotice(case=number, notice=receipt, mark=acceptance.seal),
        SealedNotice(case=number, notice=acceptance.notice.number, mark=wrong),
        SealedNotice(case=number, notice="none", mark=acceptance.seal),
    ):
        with desk.sit() as at:
            message = Message(seals=(sealed,), state_hash=state_hash)
            name = f"{number}/forged/{sealed.digest()}"
            post(at.tx, message, peer=SUZHOU, message_id=name, at=desk.now())
    delta.work(1)
    # What does not fit is told of; the case itself goes on.
    assert delta.refusals(SUZHOU) == []
    assert delta.audited(SUZHOU, number).count("seal-refused") == 3
    assert seals(delta.suzhou, number)["receipt-note"] == ("none", "")
    again = delta.suzhou.notice(number, acceptance.notice.number)
    assert again.seal == acceptance.seal


def test_a_notice_that_is_not_there_is_refused(delta: Delta) -> None:
    number = delta.handed_over()
    with pytest.raises(CaseError) as fault:
        delta.suzhou.notice(number, "310115〔2026〕决定-000001")
    assert fault.value.code == "notice-unknown"
    receipt = number_of(delta.suzhou, number, "receipt-note")
    shown = delta.suzhou.notice(number, receipt)
    assert "***" in str(shown.masked())
    assert shown.html.reveal() not in repr(shown)
