"""What is refused, with which code, on whose side, and that nothing is left of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from interop.errors import CaseError, InteropError, KnowledgeError, TrustError
from interop.gateway.back import Ruling
from interop.gateway.filing import Filing
from interop.model.case import FactValue
from interop.model.sensitive import Sensitive
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import cases as rows
from tests.gateway.delta import Delta

Change = Callable[[Delta, Filing], Filing]


def _applied(**changes: object) -> Change:
    def change(_delta: Delta, filing: Filing) -> Filing:
        application = filing.application.model_copy(update=changes)
        return replace(filing, application=application)

    return change


def _party(role: str, **changes: object) -> Change:
    def change(_delta: Delta, filing: Filing) -> Filing:
        party = getattr(filing.application, role).model_copy(update=changes)
        application = filing.application.model_copy(update={role: party})
        return replace(filing, application=application)

    return change


def _someone_else(role: str, key: str) -> Change:
    def change(delta: Delta, filing: Filing) -> Filing:
        known = delta.world.enterprise if role == "applicant" else delta.world.person
        application = filing.application.model_copy(update={role: known(key).party()})
        return replace(filing, application=application)

    return change


def _mandate_of_another_item(delta: Delta, filing: Filing) -> Filing:
    return replace(filing, mandate=delta.mandate(items=["tree-relocation"]))


def _mandate_for_another_region(delta: Delta, filing: Filing) -> Filing:
    return replace(filing, mandate=delta.mandate(regions=["330100"]))


def _forged_token(_delta: Delta, filing: Filing) -> Filing:
    head, body, signature = filing.token.reveal().split(".")
    turned = ("A" if signature[0] != "A" else "B") + signature[1:]
    return replace(filing, token=Sensitive(f"{head}.{body}.{turned}"))


def _later(delta: Delta, filing: Filing) -> Filing:
    submitted = delta.clock() + timedelta(minutes=5)
    return _applied(submitted_at=submitted)(delta, filing)


def _long_ago(delta: Delta, filing: Filing) -> Filing:
    return _applied(submitted_at=delta.clock() - timedelta(days=31))(delta, filing)


BAD_FACTS: dict[str, FactValue] = {"facility.area": "many"}
REFUSED: dict[str, tuple[Change, type[InteropError], set[str]]] = {
    "region nobody knows": (
        _applied(handling_region="999999"), KnowledgeError, {"region-unknown"},
    ),
    "region without the item": (
        _applied(handling_region="330100"), KnowledgeError, {"item-unknown"},
    ),
    "item nobody knows": (_applied(item="moon-permit"), KnowledgeError, {"item-unknown"}),
    "fact of another type": (_applied(facts=BAD_FACTS), CaseError, {"declared-fact-type"}),
    "citizen number": (
        _party("agent", code=Sensitive("310106199002300013")),
        CaseError, {"application-party-invalid"},
    ),
    "credit code": (
        _party("applicant", code=Sensitive("11110000400777687U")),
        CaseError, {"application-party-invalid"},
    ),
    "login of another firm": (
        _someone_else("applicant", "enterprise-b"), TrustError, {"application-party-mismatch"},
    ),
    "login of another agent": (
        _someone_else("agent", "agent-b"), TrustError, {"application-party-mismatch"},
    ),
    "agent not declared": (
        _applied(agent=None), TrustError, {"application-party-mismatch"},
    ),
    "token for the other gateway": (
        lambda _delta, filing: replace(filing, token=filing.handling_token),
        TrustError, {"token-audience-other"},
    ),
    "forged token": (_forged_token, TrustError, {"jws-signature-invalid"}),
    "no mandate": (
        lambda _delta, filing: replace(filing, mandate=None),
        TrustError, {"application-mandate-missing"},
    ),
    "mandate for another item": (
        _mandate_of_another_item, TrustError, {"mandate-other-item"},
    ),
    "mandate for another region": (
        _mandate_for_another_region, TrustError, {"mandate-other-region"},
    ),
    "submitted in the future": (_later, CaseError, {"application-time"}),
    "submitted long ago": (_long_ago, CaseError, {"application-time"}),
}  # fmt: skip


def test_each_filing_that_is_wrong_is_refused_for_its_own_reason(delta: Delta) -> None:
    filing, found = delta.filing(), {}
    for name, (change, kind, _codes) in REFUSED.items():
        with pytest.raises(kind) as refused:
            delta.suzhou.spare(change(delta, filing))
        found[name] = {reason.code for reason in refused.value.reasons}
        for reason in refused.value.reasons:
            assert reason.fix_zh
            assert reason.fix_en
    assert found == {name: codes for name, (_, _, codes) in REFUSED.items()}
    # Nothing was begun: the first number is still to be given.
    assert delta.suzhou.spare(filing).case.endswith("000001-6VAS")


def test_a_password_is_not_enough(delta: Delta) -> None:
    with pytest.raises(TrustError) as refused:
        delta.suzhou.spare(delta.filing(method="password"))
    assert refused.value.code == "assurance-too-low"
    assert refused.value.reason.expected == "substantial"
    assert "人脸" in refused.value.reason.fix_zh


def test_an_issuer_that_is_not_registered_is_not_believed(delta: Delta) -> None:
    path = "identity/issuers/320000-jiangsu.toml"
    text = (delta.stage.knowledge / path).read_text(encoding="utf-8")
    delta.lay_over(
        path, text.replace("https://idp.js.sim.example", "https://idp.other.example")
    )
    delta.open(SUZHOU)
    with pytest.raises(TrustError) as refused:
        delta.suzhou.spare(delta.filing())
    assert refused.value.code == "issuer-unknown"


def test_an_item_is_refused_outside_its_days(delta: Delta) -> None:
    path = "mappings/items/outdoor-advertising/310115.toml"
    text = delta.knowledge.knowledge.shelf.read(path).decode()
    today = "effective_from = 2026-01-01"
    for days in ("effective_from = 2026-03-03", f"{today}\neffective_until = 2026-03-01"):
        delta.lay_over(path, text.replace(today, days))
        delta.open(SUZHOU)
        filing = delta.filing()
        for verb in (
            partial(delta.suzhou.spare, filing),
            partial(delta.suzhou.check, filing.application),
        ):
            with pytest.raises(KnowledgeError) as refused:
                verb()
            assert refused.value.code == "item-not-in-force"


def test_a_reference_stands_for_one_application(delta: Delta) -> None:
    filing = delta.filing()
    draft = delta.suzhou.spare(filing)
    other = delta.filing(facts={"facility.area": "11"})
    with pytest.raises(CaseError) as refused:
        delta.suzhou.spare(other)
    assert refused.value.code == "reference-reused"
    assert filing.reference not in str(refused.value.reasons)
    assert delta.suzhou.spare(filing) == draft


def test_outside_its_remit_the_right_organ_is_named(delta: Delta) -> None:
    elsewhere: tuple[tuple[dict[str, FactValue], str], ...] = (
        ({"site.authority": "city"}, "上海市绿化市容管理部门"),
        ({"site.region": "310104"}, "徐汇区绿化市容管理部门"),
        ({"site.region": "310101"}, "向设施所在区"),
    )
    for facts, organ in elsewhere:
        draft = delta.suzhou.spare(delta.filing(facts=facts, reference=organ))
        assert draft.decision.intake == "not_competent"
        with pytest.raises(CaseError) as refused:
            delta.suzhou.receive(draft.case)
        assert {reason.code for reason in refused.value.reasons} == {"intake-barred"}
        assert organ in f"{refused.value.reason.zh}{refused.value.reason.fix_zh}"
        assert delta.suzhou.trace(draft.case).case.state == "draft"


def test_where_no_licence_is_needed_the_window_says_so(delta: Delta) -> None:
    draft = delta.suzhou.spare(delta.filing(facts={"facility.kind": "signboard"}))
    with pytest.raises(CaseError) as refused:
        delta.suzhou.receive(draft.case)
    assert refused.value.code == "intake-barred"
    assert "无需申请" in refused.value.reason.fix_zh
    assert "licence is not needed" in refused.value.reason.fix_en


def test_an_unmet_condition_never_bars_intake(delta: Delta) -> None:
    draft = delta.suzhou.spare(delta.filing(facts={"site.kind": "heritage"}))
    assert draft.decision.merits == "not_met"
    assert delta.suzhou.receive(draft.case).state == "received"


def _codes(verbs: Mapping[str, Callable[[], object]]) -> dict[str, str]:
    found = {}
    for name, verb in verbs.items():
        with pytest.raises(CaseError) as refused:
            verb()
        found[name] = refused.value.code
        assert refused.value.reason.fix_zh
    return found


def _organ_verbs(delta: Delta, region: str, number: str) -> dict[str, Callable[[], object]]:
    gateway = delta.gateways[region]
    return {
        "accept": lambda: gateway.accept(number),
        "supplement": lambda: gateway.supplement(number, also=("再交一份",)),
        "permit": lambda: gateway.rule(number, "permitted"),
        "reject": lambda: gateway.rule(number, "rejected"),
        "close": lambda: gateway.close(number),
    }


def _window_verbs(delta: Delta, region: str, number: str) -> dict[str, Callable[[], object]]:
    gateway = delta.gateways[region]
    return {
        "receive": lambda: gateway.receive(number),
        "hand over": lambda: gateway.hand_over(number),
        "deliver": lambda: gateway.deliver(number, method="by balloon"),
    }


def test_a_window_never_acts_for_the_organ_nor_the_organ_for_the_window(delta: Delta) -> None:
    number = delta.received()
    told = dict.fromkeys(_organ_verbs(delta, SUZHOU, number), "not-competent")
    assert _codes(_organ_verbs(delta, SUZHOU, number)) == told
    delta.suzhou.hand_over(number)
    for _ in range(5):
        assert _codes(_organ_verbs(delta, SUZHOU, number)) == told
        delta.work(2)
        refused = dict.fromkeys(_window_verbs(delta, PUDONG, number), "not-competent")
        assert _codes(_window_verbs(delta, PUDONG, number)) == refused
    assert delta.suzhou.trace(number).case.state == "concluded"
    with pytest.raises(CaseError) as named:
        delta.suzhou.accept(number)
    assert (named.value.reason.got, named.value.reason.expected) == (SUZHOU, PUDONG)
    assert named.value.reason.side == "receiving"
    with pytest.raises(CaseError) as turned:
        delta.pudong.deliver(number, method="window")
    assert turned.value.reason.side == "handling"


def test_verbs_out_of_order_change_nothing(delta: Delta) -> None:
    number = delta.suzhou.spare(delta.filing()).case
    early = {
        "hand over": lambda: delta.suzhou.hand_over(number),
        "deliver": lambda: delta.suzhou.deliver(number, method="window"),
    }
    assert set(_codes(early).values()) == {"transition-illegal"}
    delta.open(PUDONG, acceptance=False)
    delta.suzhou.receive(number)
    delta.suzhou.hand_over(number)
    delta.work(2)
    verbs = _organ_verbs(delta, PUDONG, number)
    before = delta.audited(PUDONG, number)
    assert _codes({name: verbs[name] for name in ("permit", "reject", "close")}) == {
        "permit": "transition-illegal",
        "reject": "ruling-without-reason",
        "close": "transition-illegal",
    }
    assert delta.audited(PUDONG, number) == before
    delta.pudong.accept(number)
    late = {
        "supplement": lambda: delta.pudong.supplement(number, also=("再交一份",)),
        "empty reason": lambda: delta.pudong.rule(number, "rejected", reasons=("  ",)),
    }
    assert _codes(late) == {
        "supplement": "transition-illegal",
        "empty reason": "ruling-without-reason",
    }
    delta.pudong.rule(number, "permitted")
    turned = {"reject": lambda: delta.pudong.rule(number, "rejected", reasons=("理由",))}
    assert _codes(turned) == {"reject": "transition-illegal"}


def test_a_ruling_that_does_not_exist_is_refused_by_name(delta: Delta) -> None:
    number = delta.handed_over()
    ruling: Ruling = "accepted"  # type: ignore[assignment]  # what a caller without types may send
    with pytest.raises(CaseError) as refused:
        delta.pudong.rule(number, ruling)
    assert refused.value.code == "step-value-unknown"
    assert refused.value.reason.expected == "permitted, rejected"


def test_a_case_nobody_knows_is_unknown_to_every_verb(delta: Delta) -> None:
    for region in (SUZHOU, PUDONG):
        verbs = _organ_verbs(delta, region, "1-2-3") | _window_verbs(delta, region, "1-2-3")
        verbs["trace"] = partial(delta.gateways[region].trace, "1-2-3")
        assert set(_codes(verbs).values()) == {"case-unknown"}


def test_a_draft_that_was_interrupted_is_finished_under_its_number(delta: Delta) -> None:
    filing = delta.filing()
    delta.faults["/320000"] = "unavailable"
    desk = delta.desk(SUZHOU)
    item = desk.library.item("outdoor-advertising", PUDONG)
    from interop.gateway.filing import begin

    with desk.sit() as at:
        number, _ = begin(at, filing, item)
    verbs = _window_verbs(delta, SUZHOU, number)
    verbs["trace"] = lambda: delta.suzhou.trace(number)
    assert set(_codes(verbs).values()) == {"case-draft-unfinished"}
    delta.faults.clear()
    delta.open(SUZHOU)
    draft = delta.suzhou.spare(filing)
    assert draft.case == number
    assert draft.exemption.spared == ("business-licence", "agent-id")
    with delta.desk(SUZHOU).sit() as at:
        assert rows.document(at.tx, number, "package") is not None
