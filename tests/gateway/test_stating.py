"""Whatever the life-cycle table knows can be stated, by the side that owns it, in its state."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from interop.conformance.strategies.cases import SAYS
from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway.back import REGISTER
from interop.gateway.dossier import open_dossier
from interop.gateway.ledger import next_fact
from interop.gateway.open import Gateway
from interop.model.canonical import Json
from interop.model.case import Notice
from interop.simulator.applicants import ITEM, PUDONG, SUZHOU
from interop.store import cases as rows
from interop.store import tasks
from tests.gateway.conftest import House
from tests.gateway.delta import Delta

# Every way through the table that a case can take; together they take each of its rows.
WAYS: Final = {
    "permitted": (
        "acknowledged", "supplement-noticed", "served", "supplemented", "owed-noted",
        "owed-settled", "accepted", "review-begun", "review-handed-up", "special-started",
        "hearing-told", "hearing-asked", "hearing-fixed", "hearing-held", "special-ended",
        "extended", "permitted", "concluded", "published", "delivered", "rated",
        "rating-answered", "changed", "renewed", "revoked", "cancelled", "archived",
    ),
    "lapsed": ("supplement-noticed", "served", "lapsed", "archived"),
    "rejected": ("accepted", "command-declined", "command-returned", "rejected"),
    "not-required": ("not-required",),
    "refused": ("refused", "archived"),
    "withdrawn": ("accepted", "withdrawn"),
    "taken-back": ("accepted", "permitted", "withdrawn-by-organ", "cancelled"),
}  # fmt: skip
BEGUN: Final = ("submitted", "received", "handed-over")
ALSO: Final[dict[str, dict[str, Json]]] = {
    "supplement-noticed": {
        "asked": ["图纸缺签章"], "period_days": 10, "period_rule": "示例规定",
    },
    "not-required": {"reasons": ["该设施依法不需要许可"]},
    "refused": {"reasons": ["不属于本机关职权"], "organ": "某机关（示例）"},
    "permitted": {"result_number": "P-1"},
    "rejected": {"reasons": ["设置位置影响交通安全"]},
}  # fmt: skip


@pytest.fixture
def delta(new_delta: Callable[[], Delta]) -> Delta:
    made = new_delta()
    made.open(PUDONG, acceptance=False)
    return made


def gateway_for(delta: Delta, fact: str) -> Gateway:
    side = delta.desk(SUZHOU).table.row(fact).side
    return delta.suzhou if side == "receiving" else delta.pudong


def other(delta: Delta, gateway: Gateway) -> Gateway:
    return delta.pudong if gateway is delta.suzhou else delta.suzhou


def body_for(delta: Delta, number: str, fact: str) -> dict[str, Json]:
    """Return what the table wants of a fact, and what makes it true of this case."""
    row = delta.desk(SUZHOU).table.row(fact)
    body = {need.key: SAYS.get(need.key, "") for need in row.needs} | ALSO.get(fact, {})
    if fact == "served":
        told = delta.pudong.trace(number).notices[-1]
        served = delta.clock().isoformat()
        body |= {"notice": told.number, "kind": told.kind, "served_at": served}
    if fact == "delivered":
        body["served_at"] = delta.clock().isoformat()
    if fact in {"command-declined", "command-returned"}:
        gateway = gateway_for(delta, fact)
        asks = "withdrawn" if fact == "command-returned" else "hearing-asked"
        command = other(delta, gateway).ask_for(number, asks)
        delta.work(1)
        body["answers"] = command.id
    return body


def timeline(gateway: Gateway, number: str) -> list[str]:
    with gateway._desk.sit() as at:
        return [fact.type for fact in rows.facts(at.tx, number)]


def agree(delta: Delta, number: str) -> None:
    delta.work(1)
    cases = [gateway.trace(number).case for gateway in delta.gateways.values()]
    assert cases[0] == cases[1]


def code_of(gateway: Gateway, number: str, fact: str, body: Mapping[str, Json]) -> str:
    with pytest.raises(CaseError) as refused:
        gateway.state(number, fact, body=body)
    return refused.value.code


def test_each_fact_is_stated_once_by_its_side_alone_and_both_fold_alike(delta: Delta) -> None:
    for way, facts in WAYS.items():
        _go(delta, delta.handed_over(delta.filing(reference=way)), facts)
    assert delta.refusals(PUDONG) == delta.refusals(SUZHOU) == []


def _go(delta: Delta, number: str, facts: tuple[str, ...]) -> None:
    spoke = delta.pudong
    for fact in facts:
        if gateway_for(delta, fact) is not spoke:
            spoke = gateway_for(delta, fact)
            agree(delta, number)
        if fact == "lapsed":
            delta.clock.pass_(days=11)
        gateway, body = gateway_for(delta, fact), body_for(delta, number, fact)
        assert code_of(other(delta, gateway), number, fact, body) == "not-competent"
        before = len(timeline(gateway, number))
        case = gateway.state(number, fact, body=body)
        said = len(timeline(gateway, number))
        assert fact in timeline(gateway, number)
        # Acknowledged by the exchange, concluded with the ruling; the rest adds its fact.
        assert said > before or fact in {"acknowledged", "concluded"}
        assert gateway.state(number, fact, body=body) == case
        assert len(timeline(gateway, number)) == said
        row = delta.desk(SUZHOU).table.row(fact)
        if row.track == "licence":
            assert case.licence == row.to
    agree(delta, number)


def test_the_ways_take_every_row_of_the_table(house: House) -> None:
    taken = {*BEGUN, *(fact for way in WAYS.values() for fact in way)}
    assert {row.type for row in house.knowledge.lifecycle.value.facts} == taken


def test_a_fact_is_refused_in_every_state_that_its_row_does_not_name(delta: Delta) -> None:
    for state in ("acknowledged", "accepted", "concluded", "refused"):
        _refuses(delta, delta.handed_over(delta.filing(reference=state)), state)


def _refuses(delta: Delta, number: str, state: str) -> None:
    if state in {"accepted", "concluded"}:
        delta.pudong.accept(number)
    if state == "concluded":
        delta.pudong.rule(number, "permitted", result_number="P-1")
    if state == "refused":
        delta.pudong.state(number, "refused", body=ALSO["refused"])
    delta.work(1)
    table, said = delta.desk(PUDONG).table, set(timeline(delta.pudong, number))
    case = delta.pudong.trace(number).case
    assert case.state == state
    for row in table.facts:
        here = case.state if row.track == "case" else case.licence
        if row.type in said or here in row.from_states:
            continue
        said_of = {need.key: SAYS.get(need.key, "") for need in row.needs}
        body = said_of | ALSO.get(row.type, {})
        gateway = gateway_for(delta, row.type)
        assert code_of(gateway, number, row.type, body) == "transition-illegal", row.type
    assert set(timeline(delta.pudong, number)) == said


def notice_of(gateway: Gateway, number: str) -> Notice:
    return gateway.notice(number, gateway.trace(number).notices[-1].number).notice


def test_the_notice_of_a_fact_tells_reasons_norms_and_the_days_it_moves(delta: Delta) -> None:
    number = delta.handed_over()
    delta.pudong.accept(number)
    before = {one.clock: one.due_on for one in delta.pudong.trace(number).deadlines}
    delta.pudong.state(number, "extended", body={"approver": "局长", "reason": "情况复杂"})
    told = notice_of(delta.pudong, number)
    after = {one.clock: one.due_on for one in delta.pudong.trace(number).deadlines}
    assert before["C2"] < after["C2"]
    assert [(one.clock, one.due_on) for one in told.deadlines] == [("C2", after["C2"])]
    assert told.items == ("情况复杂", "批准：局长")
    assert [basis.article for basis in told.bases] == ["第四十二条"]
    delta.pudong.state(
        number,
        "special-started",
        body={"procedure": "r-1", "kind": "expert-review", "needed_until": "2026-03-20"},
    )
    special = notice_of(delta.pudong, number)
    assert special.items == ("专家评审", "所需时间至2026年3月20日")
    moved = {one.clock: one.due_on for one in delta.pudong.trace(number).deadlines}
    assert {one.clock: one.due_on for one in special.deadlines} == {"C2": moved["C2"]}
    assert moved["C2"] > after["C2"]
    # The digest that the fact carries is that of this very notice, at both ends.
    delta.work(1)
    assert notice_of(delta.suzhou, number) == special


def test_who_refuses_says_why(delta: Delta) -> None:
    number = delta.handed_over()
    for fact in ("refused", "not-required"):
        assert code_of(delta.pudong, number, fact, {}) == "notice-without-reason"
        assert (
            code_of(delta.pudong, number, fact, {"reasons": [" "]}) == "notice-without-reason"
        )
    delta.pudong.state(number, "refused", body={"reasons": ["权限在市级"], "organ": "某市局"})
    told = notice_of(delta.pudong, number)
    assert told.items == ("权限在市级", "请向某市局申请")
    assert {remedy.kind for remedy in told.remedies} == {"review", "litigation"}


def test_every_value_that_is_missing_is_told_at_once(delta: Delta) -> None:
    number = delta.handed_over()
    delta.pudong.accept(number)
    with pytest.raises(CaseError) as refused:
        delta.pudong.state(number, "special-started", body={"kind": "dinner"})
    assert [reason.field for reason in refused.value.reasons] == [
        "special-started.procedure", "special-started.kind", "special-started.needed_until",
    ]  # fmt: skip
    body: dict[str, Json] = {"approver": "局长", "reason": "情况复杂"}
    delta.pudong.state(number, "extended", body=body)
    again = {"approver": "局长", "reason": "仍然复杂"}
    assert code_of(delta.pudong, number, "extended", again) == "fact-once"
    assert code_of(delta.pudong, number, "blessed", {}) == "fact-unknown"
    large = {"approver": "局长", "reason": "长" * 30_000}
    assert code_of(delta.pudong, number, "extended", large) == "fact-body-too-large"
    assert timeline(delta.pudong, number).count("extended") == 1


def test_what_happened_twice_differs_in_what_it_says(delta: Delta) -> None:
    number = delta.handed_over()
    delta.pudong.accept(number)
    for day in ("2026-03-16", "2026-03-16", "2026-03-18"):
        delta.pudong.state(number, "hearing-held", body={"held_on": day})
    assert timeline(delta.pudong, number).count("hearing-held") == 2


def test_nothing_is_served_that_was_never_written_or_not_yet(delta: Delta) -> None:
    number = delta.handed_over()
    told = delta.pudong.trace(number).notices[-1]
    body: dict[str, Json] = {
        "notice": told.number, "method": "window", "served_at": delta.clock().isoformat(),
    }  # fmt: skip
    changes: list[tuple[dict[str, Json], str]] = [
        ({"notice": "310115〔2026〕决定-000009"}, "notice-unknown"),
        ({"kind": "ruling"}, "step-value-unknown"),
        ({"served_at": "2026-03-01T09:00:00+08:00"}, "step-time"),
        ({"served_at": "2026-03-03T09:00:00+08:00"}, "step-time"),
        ({"served_at": "2026-03-02T09:00:00"}, "fact-value"),
        ({"method": "pigeon"}, "fact-value"),
    ]
    for change, code in changes:
        assert code_of(delta.pudong, number, "served", body | change) == code
    delta.pudong.state(number, "served", body=body)
    delta.pudong.state(number, "served", body=body | {"kind": told.kind})
    assert timeline(delta.pudong, number).count("served") == 1


def test_a_case_lapses_only_once_a_stated_and_served_period_is_over(delta: Delta) -> None:
    number = delta.handed_over()
    delta.pudong.state(number, "supplement-noticed", body={"asked": ["图纸缺签章"]})
    delta.clock.pass_(days=60)
    # No rule sets a period: the case never lapses by time.
    assert code_of(delta.pudong, number, "lapsed", {}) == "lapse-without-period"
    bad: dict[str, Json] = {"asked": ["图纸缺签章"], "period_days": 10}
    fresh = delta.handed_over(delta.filing(reference="HOST-2"))
    assert code_of(delta.pudong, fresh, "supplement-noticed", bad) == "step-value-unknown"
    delta.pudong.state(fresh, "supplement-noticed", body=bad | {"period_rule": "示例规定"})
    assert "10日内补正（示例规定）" in notice_of(delta.pudong, fresh).text.reveal()
    assert code_of(delta.pudong, fresh, "lapsed", {}) == "lapse-without-period"
    delta.pudong.state(fresh, "served", body=body_for(delta, fresh, "served"))
    delta.clock.pass_(days=10)
    assert code_of(delta.pudong, fresh, "lapsed", {}) == "lapse-too-early"
    delta.clock.pass_(days=1)
    assert delta.pudong.state(fresh, "lapsed").state == "lapsed"


def test_a_lapse_before_its_period_is_over_is_refused_by_the_window_too(delta: Delta) -> None:
    number = delta.handed_over(rounds=3)
    delta.pudong.state(number, "supplement-noticed", body={"asked": ["图纸缺签章"]})
    agree(delta, number)
    with delta.desk(PUDONG).sit() as at:
        dossier = open_dossier(at, number)
        fact = next_fact(at.desk, dossier, "lapsed", {})
        message = Message(facts=(fact,), state_hash=dossier.case.state_hash)
        post(at.tx, message, peer=SUZHOU, message_id="early", at=fact.at)
    delta.work(1)
    assert delta.refusals(SUZHOU) == ["lapse-without-period"]
    trace = delta.suzhou.trace(number)
    assert (trace.case.state, trace.parked) == ("supplement-noticed", True)


def test_an_organ_is_not_asked_for_a_case_that_was_withdrawn(delta: Delta) -> None:
    number = delta.handed_over()
    delta.open(PUDONG)
    with delta.desk(PUDONG).sit() as at:
        tasks.add(at.tx, kind=REGISTER, case=number, due_at=delta.clock())
    delta.suzhou.state(number, "withdrawn")
    delta.suzhou.work()
    delta.clock.pass_(seconds=1)
    report = delta.pudong.work()
    assert report.tasks == 1
    assert "withdrawn" in timeline(delta.pudong, number)
    with delta.desk(PUDONG).sit() as at:
        assert tasks.open_task(at.tx, kind=REGISTER, case=number) is None


def test_who_spared_a_material_by_a_licence_hears_that_it_fell(delta: Delta) -> None:
    # The window spares a material by a certificate whose number another case has granted.
    used = delta.handed_over()
    with delta.desk(SUZHOU).sit() as at:
        held = open_dossier(at, used).package.certificates[0].certificate
    granting = delta.handed_over(
        delta.filing(reference="HOST-2", who=("enterprise-renewed", "agent-b"))
    )
    delta.pudong.accept(granting)
    delta.pudong.rule(granting, "permitted", result_number=held.number.reveal())
    delta.work(1)
    for fact in ("revoked", "cancelled"):
        delta.pudong.state(granting, fact, body={"reason": "骗取许可"})
        delta.pudong.state(granting, fact, body={"reason": "骗取许可"})
        delta.work(1)
        for region in (SUZHOU, PUDONG):
            assert delta.audited(region, used).count(f"certificate-{fact}") == 1
            assert f"certificate-{fact}" not in delta.audited(region, granting)
    assert delta.refusals(SUZHOU) == []
    assert delta.pudong.trace(used).case.item == ITEM
