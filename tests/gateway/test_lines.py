"""Between the regions: once and only once, and nothing that does not hold together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from interop.errors import CaseError
from interop.gateway.dossier import open_dossier
from interop.model.case import CaseFact, FactValue, Notice, Package
from interop.model.sensitive import Sensitive
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import cases as rows
from tests.gateway.delta import Delta, Forgery


def test_after_a_day_without_a_line_everything_is_delivered_once(delta: Delta) -> None:
    delta.lines[PUDONG].cut = True
    number = delta.handed_over(rounds=3)
    assert delta.suzhou.trace(number).case.state == "handed-over"
    delta.clock.pass_(days=1)
    delta.reopen()
    delta.lines[PUDONG].cut = False
    delta.work()
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case
    assert len(delta.lines[PUDONG].carried) == 1
    assert delta.refusals() == delta.refusals(SUZHOU) == []


def test_lost_answers_and_repeated_batches_do_everything_once(delta: Delta) -> None:
    for line in delta.lines.values():
        line.lose_answers = 2
    number = delta.handed_over(rounds=0)
    for _ in range(12):
        delta.calm()
        delta.work(1)
    delta.suzhou.deliver(number, method="window")
    delta.work(2)
    ours, theirs = delta.suzhou.trace(number), delta.pudong.trace(number)
    assert ours.case == theirs.case
    assert ours.case.state == "delivered"
    facts = [kind for kind in delta.audited(PUDONG, number) if kind.startswith("fact-")]
    assert len(facts) == len(set(facts)) == 8
    for line in delta.lines.values():
        answers: dict[bytes, set[bytes]] = {}
        for batch, receipt in zip(line.carried, line.receipts, strict=True):
            answers.setdefault(batch, set()).add(receipt)
        assert len(line.carried) > len(answers)
        assert {len(found) for found in answers.values()} == {1}
        for batch, found in answers.items():
            assert delta.gateways[line.region].receive_batch(batch) in found
    assert delta.pudong.trace(number) == theirs


def test_a_lane_that_fails_waits_longer_each_time(delta: Delta) -> None:
    delta.lines[PUDONG].cut = True
    number = delta.received()
    delta.suzhou.hand_over(number)
    desk = delta.desk(SUZHOU)
    attempts = []
    for _ in range(3):
        for lane, retry in desk.retries.items():
            desk.retries[lane] = replace(retry, not_before=0.0)
        assert delta.suzhou.work().failed == 1
        attempts.append(next(iter(desk.retries.values())).attempts)
    assert attempts == [1, 2, 3]
    (lane,) = desk.retries
    desk.retries[lane] = replace(desk.retries[lane], not_before=float("inf"))
    assert delta.suzhou.work().failed == 0
    desk.retries[lane] = replace(desk.retries[lane], not_before=0.0)
    delta.lines[PUDONG].cut = False
    assert delta.suzhou.work().receipted == 1
    assert desk.retries == {}


def test_a_lane_that_another_worker_holds_is_left_to_it(delta: Delta) -> None:
    number = delta.received()
    delta.suzhou.hand_over(number)
    from interop.store import leases, outbox

    desk = delta.desk(SUZHOU)
    with desk.sit() as at:
        ((peer, lane),) = outbox.lanes(at.tx)
        assert leases.take(at.tx, f"lane/{peer}/{lane}", "another", desk.now(), 3)
    assert delta.suzhou.work().receipted == 0
    delta.clock.pass_(seconds=4)
    assert delta.suzhou.work().receipted == 1


def _repacked(**changes: object) -> Callable[[Package], Package]:
    return lambda package: package.model_copy(update=changes)


def _reapplied(**changes: object) -> Callable[[Package], Package]:
    def change(package: Package) -> Package:
        application = package.application.model_copy(update=changes)
        return package.model_copy(update={"application": application})

    return change


def _reparty(role: str, code: str) -> Callable[[Package], Package]:
    def change(package: Package) -> Package:
        party = getattr(package.application, role)
        return _reapplied(**{role: party.model_copy(update={"code": Sensitive(code)})})(package)

    return change


def _last(**changes: object) -> Callable[[tuple[CaseFact, ...]], tuple[CaseFact, ...]]:
    return lambda facts: (*facts[:-1], facts[-1].model_copy(update=changes))


def _without_notices(_notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return ()


def _another_region(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(notice.model_copy(update={"region": PUDONG}) for notice in notices)


def _twice(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return (*notices, *notices)


NO_FACTS: dict[str, FactValue] = {"facility.area": "many"}
FORGED: dict[str, tuple[Callable[[Delta], Forgery], str]] = {
    "region that is not served": (
        lambda _: Forgery(package=_reapplied(handling_region="320500")), "case-not-ours",
    ),
    "region that nobody serves": (
        lambda _: Forgery(package=_reapplied(handling_region="330100")), "gateway-unknown",
    ),
    "unknown item": (lambda _: Forgery(package=_reapplied(item="moon")), "item-unknown"),
    "version that was never ours": (
        lambda _: Forgery(package=_repacked(knowledge={"item": "sha-256:" + "0" * 64})),
        "knowledge-version-unknown",
    ),
    "no version": (
        lambda _: Forgery(package=_repacked(knowledge={})), "knowledge-version-unknown",
    ),
    "version of something else": (
        lambda d: Forgery(package=_repacked(knowledge={"item": d.knowledge_digest("clocks")})),
        "knowledge-version-unknown",
    ),
    "no token": (lambda _: Forgery(package=_repacked(token=None)), "jws-part-count"),
    "no mandate": (
        lambda _: Forgery(package=_repacked(mandate=None)), "application-mandate-missing",
    ),
    "other applicant": (
        lambda d: Forgery(
            package=_reparty("applicant", d.world.enterprise("enterprise-b").number)
        ),
        "application-party-mismatch",
    ),
    "impossible agent": (
        lambda _: Forgery(package=_reparty("agent", "310106199002300013")),
        "application-party-invalid",
    ),
    "submitted long ago": (
        lambda d: Forgery(
            package=_reapplied(submitted_at=d.clock() - timedelta(days=31))
        ),
        "application-time",
    ),
    "facts that do not fit": (
        lambda _: Forgery(package=_reapplied(facts=NO_FACTS)), "declared-fact-type",
    ),
    "salt that is none": (
        lambda _: Forgery(package=_repacked(evidence_salt=Sensitive("AA"))),
        "exemption-salt-short",
    ),
    "another package than stated": (
        lambda _: Forgery(body={"package": "sha-256:" + "0" * 64}), "handover-conflict",
    ),
    "a fact of the organ": (
        lambda _: Forgery(facts=_last(type="acknowledged", side="handling", seq=1)),
        "handover-conflict",
    ),
    "an organ's fact by the window": (
        lambda d: Forgery(facts=lambda facts: (*facts, facts[-1].model_copy(
            update={"type": "accepted", "seq": 4, "at": d.clock()}))),
        "case-not-ours",
    ),
    "a fact from the future": (
        lambda d: Forgery(facts=_last(at=d.clock() + timedelta(days=1))), "step-time",
    ),
    "a fact before the application": (
        lambda d: Forgery(facts=_last(at=d.clock() - timedelta(days=1))), "step-time",
    ),
    "no notice": (lambda _: Forgery(notices=_without_notices), "notice-untied"),
    "a notice of another region": (
        lambda _: Forgery(notices=_another_region), "notice-untied",
    ),
    "a notice twice": (lambda _: Forgery(notices=_twice), "notice-untied"),
    "another state": (
        lambda _: Forgery(state_hash="sha-256:" + "0" * 64), "case-state-diverged",
    ),
    "a gap": (
        lambda _: Forgery(facts=lambda facts: facts[1:]), "fact-sequence-gap",
    ),
    "no package": (lambda _: Forgery(package=lambda _package: None), "case-package-missing"),
}  # fmt: skip


def test_a_hand_over_that_does_not_hold_is_refused_parked_and_leaves_nothing(
    delta: Delta,
) -> None:
    found = {}
    delta.handed_over(delta.filing(reference="SOUND"), rounds=3)
    for serial, (name, (forge, _)) in enumerate(FORGED.items()):
        number = delta.received(delta.filing(reference=f"HOST-{serial}"))
        delta.forge_hand_over(number, forge(delta))
        found[name] = delta.refusals()[-1]
        # The receipt names the refusal, and the window sets the case aside for a person.
        trace = delta.suzhou.trace(number)
        assert (trace.parked, trace.parked_because) == (True, found[name])
        assert f"parked.{found[name]}" in delta.audited(SUZHOU, number)
        with pytest.raises(CaseError) as parked:
            delta.suzhou.hand_over(number)
        assert parked.value.code == "case-parked"
        assert parked.value.reason.got == found[name]
        with pytest.raises(CaseError) as unknown:
            delta.pudong.trace(number)
        assert unknown.value.code == "case-unknown"
    assert found == {name: code for name, (_, code) in FORGED.items()}


def test_the_same_package_again_changes_nothing_and_another_is_a_conflict(
    delta: Delta,
) -> None:
    number = delta.received()
    with delta.desk(SUZHOU).sit() as at:
        sent_package = open_dossier(at, number).package
    delta.suzhou.hand_over(number)
    delta.work(2)
    delta.forge_hand_over(number, Forgery(package=lambda _package: sent_package))
    assert delta.refusals() == []
    assert delta.audited(PUDONG, number).count("fact-acknowledged") == 1
    assert delta.audited(PUDONG, number).count("fact-handed-over") == 1
    other = sent_package.model_copy(update={"unreachable": ("business-licence",)})
    delta.forge_hand_over(number, Forgery(package=lambda _package: other))
    assert delta.refusals() == ["handover-conflict"]
    with delta.desk(PUDONG).sit() as at:
        dossier = open_dossier(at, number)
    assert dossier.package.unreachable == ()
    sent, acknowledged = dossier.said("handed-over"), dossier.said("acknowledged")
    assert sent is not None
    assert acknowledged is not None
    assert acknowledged.body["package"] == sent.body["package"]


def test_a_case_on_which_both_sides_differ_is_parked(delta: Delta) -> None:
    delta.open(PUDONG, acceptance=False)
    number = delta.handed_over()
    delta.pudong.accept(number)
    delta.pudong.rule(number, "permitted")
    delta.work(3)
    assert delta.suzhou.trace(number).case.state == "concluded"
    from interop.exchange import Message, post

    desk = delta.desk(SUZHOU)
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        from interop.gateway.ledger import Words, write_notice
        from interop.model.case import NoticeKind

        notice = write_notice(at, dossier, NoticeKind.DELIVERY, Words(items=("窗口",)))
        fact = CaseFact(
            case=number,
            side="receiving",
            seq=dossier.case.receiving_seq + 1,
            seen=dossier.case.handling_seq,
            type="delivered",
            at=desk.now(),
            body={"notice": notice.number, "notice_digest": notice.digest()},
        )
        message = Message(facts=(fact,), notices=(notice,), state_hash="sha-256:" + "0" * 64)
        post(at.tx, message, peer=PUDONG, message_id="diverged", at=desk.now())
    with structlog.testing.capture_logs() as logs:
        delta.work(1)
    assert [line for line in logs if line["event"] == "case-parked"] == [
        {
            "event": "case-parked", "log_level": "warning", "case": number,
            "code": "case-state-diverged",
        }
    ]  # fmt: skip
    trace = delta.pudong.trace(number)
    assert (trace.parked, trace.parked_because) == (True, "case-state-diverged")
    with pytest.raises(CaseError) as parked:
        delta.pudong.close(number)
    assert parked.value.code == "case-parked"
    with delta.desk(PUDONG).sit() as at:
        assert rows.require(at.tx, number).parked
