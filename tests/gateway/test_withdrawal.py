"""Who takes a grant back loses nothing but the use of it; offers and roles at the window."""

from dataclasses import replace
from datetime import timedelta

import pytest

from interop.errors import CaseError, TrustError
from interop.model.judgement import MaterialVerdict
from interop.model.party import Party
from interop.store import audit
from tests.gateway.delta import Delta

LICENCE = "business-licence"


def test_a_withdrawn_grant_turns_its_material_into_one_to_hand_in(delta: Delta) -> None:
    number = delta.suzhou.spare(delta.filing()).case
    draft = delta.suzhou.withdraw_grant(number, holder="applicant")
    verdict = next(one for one in draft.exemption.materials if one.material == LICENCE)
    assert verdict.verdict is MaterialVerdict.NOT_EXEMPT
    assert [reason.code for reason in verdict.reasons] == ["grant-withdrawn"]
    assert LICENCE in draft.exemption.outstanding
    assert draft.exemption.spared == ("agent-id",)
    # Never into a refusal: the case comes in, and the material is asked for once.
    assert draft.decision.intake == "supplement"
    assert delta.suzhou.receive(number).state == "received"
    delta.suzhou.hand_over(number)
    delta.work(1)
    trace = delta.pudong.trace(number)
    assert trace.replay.exemption
    assert "grant-withdrawn" not in delta.refusals()


def test_what_was_decided_at_the_receipt_stands(delta: Delta) -> None:
    number = delta.received()
    draft = delta.suzhou.withdraw_grant(number, holder="applicant")
    assert LICENCE in draft.exemption.spared
    with delta.desk("320500").sit() as at:
        kinds = [line.kind for line in audit.lines(at.tx, number)]
    assert kinds.count("grant-withdrawn.applicant") == 1


def test_withdrawing_twice_is_withdrawing_once(delta: Delta) -> None:
    number = delta.suzhou.spare(delta.filing()).case
    once = delta.suzhou.withdraw_grant(number, holder="applicant")
    delta.clock.pass_(seconds=60)
    assert delta.suzhou.withdraw_grant(number, holder="applicant") == once
    with pytest.raises(CaseError) as caught:
        delta.suzhou.withdraw_grant(number, holder="guardian")
    assert caught.value.code == "grant-missing"


def test_the_draft_keeps_no_certificate_of_a_withdrawn_grant(delta: Delta) -> None:
    number = delta.suzhou.spare(delta.filing()).case
    delta.suzhou.withdraw_grant(number, holder="applicant")
    from interop.gateway.dossier import open_dossier

    with delta.desk("320500").sit() as at:
        package = open_dossier(at, number).package
    assert {one.certificate.type for one in package.certificates} == {"resident-card"}


def test_nobody_is_named_guardian_or_principal_without_a_login(delta: Delta) -> None:
    filing = delta.filing()
    stranger = delta.world.person("person-rare").party()
    for role in ("guardian", "principal"):
        application = filing.application.model_copy(update={role: stranger})
        with pytest.raises(TrustError) as caught:
            delta.suzhou.spare(replace(filing, application=application))
        assert [(one.code, one.field) for one in caught.value.reasons] == [
            ("application-party-mismatch", role)
        ]
    own: dict[str, Party | None] = {
        "guardian": filing.application.agent,
        "principal": filing.application.applicant,
    }
    application = filing.application.model_copy(update=own)
    assert delta.suzhou.spare(replace(filing, application=application)).case


def test_what_the_guide_does_not_let_come_later_is_asked_for_now(delta: Delta) -> None:
    filing = delta.filing(who=("enterprise-unknown", "agent-b"))
    day = (delta.clock() + timedelta(days=3)).date()
    application = filing.application.model_copy(update={"later": {LICENCE: day}})
    draft = delta.suzhou.spare(replace(filing, application=application))
    verdict = next(one for one in draft.exemption.materials if one.material == LICENCE)
    assert verdict.reasons[-1].code == "deferral-not-offered"
    assert draft.exemption.owed == ()
    assert LICENCE in draft.decision.missing_materials
