"""The way of a case, from login to the archive, in one process."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from interop.errors import CaseError
from interop.gateway.dossier import open_dossier
from interop.gateway.sparing import _kept, _packed
from interop.services.archive import ArchivePackage
from interop.simulator.applicants import PUDONG, SUZHOU, log_in
from interop.store import cases as rows
from interop.store import outbox
from interop.store.schema import BATCH
from tests.gateway.delta import Delta


@pytest.mark.requirement("YRD-ID-001")
@pytest.mark.requirement("YRD-CERT-001")
def test_a_case_crosses_the_delta(delta: Delta) -> None:
    filing = delta.filing()
    assert delta.suzhou.identify(filing.token).level == "high"
    assert delta.suzhou.check(filing.application).intake == "supplement"
    draft = delta.suzhou.spare(filing)
    assert draft.exemption.spared == ("business-licence", "agent-id")
    assert draft.decision.intake == "acceptable"
    assert draft.decision.merits == "met"
    assert delta.suzhou.receive(draft.case).state == "received"
    delta.suzhou.hand_over(draft.case)
    delta.work()
    assert delta.pudong.trace(draft.case).case.state == "concluded"
    delta.suzhou.deliver(draft.case, method="window")
    delta.work()
    ours, theirs = delta.suzhou.trace(draft.case), delta.pudong.trace(draft.case)
    assert ours.case == theirs.case
    assert ours.case.state == "delivered"
    assert ours.case.ruling == "permitted"
    assert ours.receipts
    assert theirs.receipts
    assert all(receipt.verified for receipt in (*ours.receipts, *theirs.receipts))
    for trace in (ours, theirs):
        assert trace.replay.decision
        assert trace.replay.exemption
        assert trace.delivery == "window"
        assert not trace.parked
        assert trace.outstanding == ()
        assert {notice.kind for notice in trace.notices} == {
            "receipt-note", "acceptance", "ruling", "delivery-record",
        }  # fmt: skip
    assert ours.timeline == theirs.timeline


def test_a_case_is_the_same_however_often_both_gateways_are_opened_again(delta: Delta) -> None:
    number = delta.suzhou.spare(delta.filing()).case
    steps: tuple[Callable[[], object], ...] = (
        lambda: delta.suzhou.receive(number),
        lambda: delta.suzhou.hand_over(number),
        *[lambda: delta.work(1)] * 7,
        lambda: delta.suzhou.deliver(number, method="courier"),
        *[lambda: delta.work(1)] * 2,
        lambda: delta.pudong.close(number),
        lambda: delta.work(1),
    )
    for step in steps:
        delta.reopen()
        step()
    delta.reopen()
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case
    assert delta.suzhou.trace(number).case.state == "archived"
    for region in (SUZHOU, PUDONG):
        assert "fact-archived" in delta.audited(region, number)


def test_every_verb_repeated_answers_the_same_and_does_nothing(delta: Delta) -> None:
    filing = delta.filing()
    number = delta.suzhou.spare(filing).case
    delta.open(PUDONG, acceptance=False)
    verbs: tuple[tuple[str, Callable[[], object]], ...] = (
        (SUZHOU, lambda: delta.suzhou.spare(filing)),
        (SUZHOU, lambda: delta.suzhou.receive(number)),
        (SUZHOU, lambda: delta.suzhou.hand_over(number)),
        (PUDONG, lambda: delta.pudong.accept(number, acceptance_number="A-1")),
        (PUDONG, lambda: delta.pudong.rule(number, "permitted", result_number="P-1")),
        (SUZHOU, lambda: delta.suzhou.deliver(number, method="electronic")),
        (PUDONG, lambda: delta.pudong.close(number)),
    )
    for region, verb in verbs:
        delta.work(2)
        first, row = verb(), delta.row(region, number)
        lines = delta.audited(region, number)
        delta.clock.pass_(seconds=1)
        assert verb() == first
        assert delta.row(region, number) == row
        assert delta.audited(region, number) == lines
    delta.work(2)
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case


def test_a_case_received_where_it_is_handled_goes_to_the_end(delta: Delta) -> None:
    abroad = delta.filing(papers=("application-form", "business-licence", "agent-id",
        "design-drawings", "site-right", "structural-safety"))  # fmt: skip
    at_home = replace(abroad, token=abroad.handling_token)
    draft = delta.pudong.spare(at_home)
    assert draft.exemption.spared == ()
    assert draft.decision.intake == "acceptable"
    assert "-" not in draft.case
    assert delta.pudong.receive(draft.case).state == "received"
    assert delta.pudong.hand_over(draft.case).state == "acknowledged"
    assert delta.pudong.hand_over(draft.case).state == "acknowledged"
    delta.work()
    assert delta.pudong.trace(draft.case).case.state == "concluded"
    assert delta.pudong.deliver(draft.case, method="window").state == "delivered"
    assert delta.pudong.close(draft.case).state == "archived"
    trace = delta.pudong.trace(draft.case)
    assert trace.receipts == ()
    assert trace.replay.decision
    assert trace.replay.exemption
    assert delta.lines[SUZHOU].carried == delta.lines[PUDONG].carried == []


@pytest.mark.requirement("YRD-CASE-005")
def test_a_rejection_says_why_and_what_can_be_done_about_it(delta: Delta) -> None:
    number = delta.handed_over(delta.filing(who=("enterprise-rejected", "agent-a")), rounds=3)
    for region, gateway in delta.gateways.items():
        case = gateway.trace(number).case
        assert (case.state, case.ruling) == ("concluded", "rejected")
        with delta.desk(region).sit() as at:
            ruling = next(n for n in rows.notices(at.tx, number) if n.kind == "ruling")
        assert "不予许可" in ruling.items
        assert any("影响交通安全" in line for line in ruling.items)
        assert "行政复议" in ruling.text.reveal()


def test_closing_keeps_an_archive_package_of_every_fact_and_notice(delta: Delta) -> None:
    number = delta.handed_over(rounds=3)
    with pytest.raises(CaseError) as early:
        delta.pudong.close(number)
    assert early.value.code == "transition-illegal"
    delta.suzhou.deliver(number, method="window")
    delta.work(2)
    delta.pudong.close(number)
    with delta.desk(PUDONG).sit() as at:
        dossier = open_dossier(at, number)
        kept = ArchivePackage.from_json(rows.document(at.tx, number, "archive") or b"")
        notices = rows.notices(at.tx, number)
    archived = dossier.said("archived")
    assert archived is not None
    assert archived.body["archive"] == kept.digest()
    assert {fact.digest_of_fact for fact in kept.facts} == {
        fact.digest() for fact in dossier.facts if fact is not archived
    }
    assert {notice.digest_of_notice for notice in kept.notices} == {
        notice.digest() for notice in notices
    }


def test_two_windows_never_give_the_same_number(delta: Delta) -> None:
    number = delta.suzhou.spare(delta.filing()).case
    second = delta.suzhou.spare(delta.filing(reference="HOST-2")).case
    assert number.endswith("000001-6VAS")
    assert second.endswith("000002-6VAS")
    assert int("6VAS", 36) == int(SUZHOU)
    assert len(number) == 50


def test_no_token_outlives_its_use(delta: Delta) -> None:
    number = delta.received()

    def token(region: str) -> object:
        with delta.desk(region).sit() as at:
            return open_dossier(at, number).package.token

    assert token(SUZHOU) is not None
    delta.suzhou.hand_over(number)
    assert token(SUZHOU) is None
    delta.work(1)
    assert token(PUDONG) is None


def test_what_was_delivered_when_and_how_is_held_against_the_record(delta: Delta) -> None:
    number = delta.handed_over(rounds=3)
    now = delta.clock()
    for method, served, code in (
        ("by hand to 张三", None, "step-value-unknown"),
        ("window", now.replace(tzinfo=None), "step-time"),
        ("window", now - timedelta(days=1), "step-time"),
        ("window", now + timedelta(hours=1), "step-time"),
    ):
        with pytest.raises(CaseError) as refused:
            delta.suzhou.deliver(number, method=method, served_at=served)
        assert refused.value.code == code
        assert "张三" not in str(refused.value.reasons)
    assert delta.suzhou.deliver(number, method="window", served_at=now).state == "delivered"


def test_a_person_applies_alone_without_a_mandate(delta: Delta) -> None:
    login = log_in(delta.simulator, person="agent-a")
    filing = delta.filing()
    alone = filing.application.model_copy(
        update={"applicant": delta.world.person("agent-a").party(), "agent": None}
    )
    own = replace(
        filing,
        application=alone,
        token=login.tokens[SUZHOU],
        handling_token=login.tokens[PUDONG],
        mandate=None,
    )
    draft = delta.suzhou.spare(own)
    assert "agent-id" not in draft.exemption.required
    delta.suzhou.receive(draft.case)
    delta.suzhou.hand_over(draft.case)
    delta.work(1)
    assert delta.pudong.trace(draft.case).case.state == "accepted"


def test_of_two_calls_at_once_the_first_draft_counts(delta: Delta) -> None:
    filing = delta.filing()
    draft = delta.suzhou.spare(filing)
    desk = delta.desk(SUZHOU)
    late = _packed(desk, filing, draft.case)
    lines = delta.audited(SUZHOU, draft.case)
    with desk.sit() as at:
        kept = _kept(at, late)
    assert kept.exemption == draft.exemption
    assert kept.evidence_salt != late.evidence_salt
    assert delta.audited(SUZHOU, draft.case) == lines


def test_receipts_of_an_old_case_verify_when_their_key_is_past_and_not_if_altered(
    delta: Delta,
) -> None:
    number = delta.handed_over(rounds=3)
    delta.clock.pass_(days=400)
    found = delta.suzhou.trace(number).receipts
    assert found
    assert all(receipt.verified for receipt in found)
    with delta.desk(SUZHOU).sit() as at:
        (row, *_) = outbox.closed_batches(at.tx, PUDONG, number)
        signature = bytearray(row.receipt or b"")
        signature[-10] ^= 1
        where = (BATCH.c.peer == PUDONG) & (BATCH.c.first == row.first)
        at.tx.write(update(BATCH).where(where).values(receipt=bytes(signature)))
    after = delta.suzhou.trace(number).receipts
    assert [receipt.verified for receipt in after] == [False] + [True] * (len(after) - 1)
