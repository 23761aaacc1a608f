"""Exemption: one example for each reason, roles kept apart, monotone, replayed bit for bit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates import examine, spare
from interop.certificates.checks import BARRING, CHECKS, UNSETTLED
from interop.certificates.evidence import SALT_BYTES_MIN
from interop.certificates.exemption import HELD_MAX
from interop.conformance.strategies.certificates import (
    AGENT,
    APPLICANT,
    AT,
    CARD,
    CASE,
    CONSUMER_DISTRICT,
    DAY,
    LICENCE,
    ON,
    SALT,
    SITE,
    STRANGER,
    Scene,
    certified,
    grant,
    held,
    person,
    scene,
)
from interop.conformance.strategies.exemption_defects import DEFECTS, piles, scenes
from interop.crypto.proof import prove_party
from interop.errors import CaseError
from interop.model.certificate import CertificateStatus, HeldCertificate, SealFinding
from interop.model.item import Evidence
from interop.model.judgement import Exemption, MaterialVerdict, SparedMaterial
from interop.model.party import Party, Scheme
from interop.model.sensitive import Sensitive

AGENT_CARD = "agent-card"


def verdict(exemption: Exemption, material: str) -> SparedMaterial:
    return next(one for one in exemption.materials if one.material == material)


def codes(exemption: Exemption, material: str = LICENCE) -> set[str]:
    return {reason.code for reason in verdict(exemption, material).reasons}


def ask(asked: Scene) -> Exemption:
    return spare(asked.item, asked.question)


def test_sound_certificates_spare_every_material_they_stand_in_for() -> None:
    found = ask(scene())
    assert found.required == ("form", LICENCE, AGENT_CARD, SITE)
    assert found.spared == (LICENCE, AGENT_CARD, SITE)
    assert found.outstanding == ("form",)
    licence = verdict(found, LICENCE)
    assert licence.verdict is MaterialVerdict.EXEMPT
    assert licence.certificates == (held(LICENCE, APPLICANT).source_digest,)
    assert licence.reasons == ()


@pytest.mark.requirement("YRD-CERT-002")
@pytest.mark.parametrize("code", DEFECTS)
def test_each_defect_has_its_own_reason(code: str) -> None:
    found = ask(DEFECTS[code](scene()))
    assert codes(found) == {code}
    assert LICENCE not in found.spared
    assert LICENCE in found.outstanding
    undecided = code in UNSETTLED
    expected = MaterialVerdict.UNDECIDED if undecided else MaterialVerdict.NOT_EXEMPT
    assert verdict(found, LICENCE).verdict is expected
    assert AGENT_CARD in found.spared


def test_every_status_but_valid_bars() -> None:
    assert set(BARRING) == set(CertificateStatus) - {CertificateStatus.VALID}


def test_all_defects_of_a_certificate_are_reported_at_once() -> None:
    asked = scene()
    wanted = ("certificate-suspended", "certificate-expired", "grant-expired")
    for code in wanted:
        asked = DEFECTS[code](asked)
    assert codes(ask(asked)) == set(wanted)


def test_no_certificate_is_a_reason() -> None:
    found = ask(scene().ask(held=()))
    assert codes(found) == {"certificate-missing"}
    assert found.outstanding == found.required


def test_a_certificate_that_no_row_lets_be_used_is_not_called_missing() -> None:
    asked = DEFECTS["certificate-use-not-listed"](scene().ask(held=()))
    assert codes(ask(asked)) == {"certificate-use-not-listed"}
    assert codes(ask(asked), AGENT_CARD) == {"certificate-missing"}


@pytest.mark.parametrize("have", [True, False])
def test_a_source_that_did_not_answer_decides_nothing(have: bool) -> None:  # noqa: FBT001 -- a parameter of the example
    asked = scene().ask(unreachable=(LICENCE,))
    found = ask(asked if have else asked.ask(held=()))
    assert verdict(found, LICENCE).verdict is MaterialVerdict.UNDECIDED
    assert "certificate-source-unreachable" in codes(found)
    assert LICENCE in found.outstanding


def test_an_alternative_that_fails_anyway_is_not_undecided() -> None:
    # The applicant has no card, so the pair of card and licence fails whatever the source says.
    asked = scene()
    pair = tuple(
        one.model_copy(update={"any_of": one.any_of[1:2]}) if one.code == SITE else one
        for one in asked.item.materials
    )
    asked = Scene(asked.item.model_copy(update={"materials": pair}), asked.question)
    found = ask(asked.ask(unreachable=(LICENCE,)))
    assert verdict(found, SITE).verdict is MaterialVerdict.NOT_EXEMPT


def test_an_alternative_that_passes_needs_no_other_source() -> None:
    found = ask(scene().ask(unreachable=(CARD,)))
    assert verdict(found, SITE).verdict is MaterialVerdict.EXEMPT
    assert verdict(found, AGENT_CARD).verdict is MaterialVerdict.UNDECIDED


def test_the_first_alternative_that_passes_is_named_with_the_reasons_of_the_others() -> None:
    found = verdict(ask(scene()), SITE)
    assert found.certificates == (held(LICENCE, APPLICANT).source_digest,)
    assert {one.field for one in found.reasons} == {
        f"{SITE}[0].{CARD}#1",
        f"{SITE}[1].{CARD}#1",
    }


def test_an_empty_alternative_spares_nothing() -> None:
    asked = scene()
    empty = tuple(
        one.model_copy(update={"any_of": ((),)}) if one.code == LICENCE else one
        for one in asked.item.materials
    )
    found = ask(Scene(asked.item.model_copy(update={"materials": empty}), asked.question))
    assert codes(found) == {"exemption-alternative-empty"}
    assert LICENCE in found.outstanding


@pytest.mark.parametrize("days", [-31, -30, -29, 29, 30, 31])
def test_both_end_days_of_validity_count(days: int) -> None:
    asked = scene().ask(on=ON + days * DAY).on_grants(not_after=AT + 300 * DAY)
    asked = asked.on_licence(lambda one: one.model_copy(update={"status_at": AT + days * DAY}))
    assert (LICENCE in ask(asked).spared) is (-30 <= days <= 30)


def test_without_a_first_day_validity_begins_with_the_issue() -> None:
    asked = scene().on_licence(certified(valid_from=None, valid_until=None))
    assert LICENCE in ask(asked.ask(on=ON - 30 * DAY)).spared
    assert codes(ask(asked.ask(on=ON - 31 * DAY))) == {"certificate-not-yet-valid"}


@pytest.mark.parametrize(
    ("asked", "level", "spared"),
    [
        ("A", "A", True),
        ("A", "B", False),
        ("B", "B", True),
        ("D", "B", True),
        ("D", "C", False),
    ],
)
def test_the_item_may_ask_for_more_than_b_but_not_for_less(
    asked: str,
    level: str,
    spared: bool,  # noqa: FBT001 -- a parameter of the example
) -> None:
    given_scene = scene().on_licence(certified(trust_level=level))
    wanted = Evidence(certificate=LICENCE, level_min=asked)  # type: ignore[arg-type]  # a level
    materials = tuple(
        one.model_copy(update={"any_of": ((wanted,),)}) if one.code == LICENCE else one
        for one in given_scene.item.materials
    )
    item = given_scene.item.model_copy(update={"materials": materials})
    assert (LICENCE in spare(item, given_scene.question).spared) is spared


def test_a_certificate_that_is_asked_for_whole_is_signed_whole() -> None:
    asked = DEFECTS["certificate-field-unsigned"](scene()).on_evidence(fields=())
    assert codes(ask(asked)) == {"certificate-field-unsigned"}
    assert LICENCE not in ask(asked).spared


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "[]"])
def test_a_field_that_says_nothing_is_missing(text: str) -> None:
    found = ask(scene().on_licence(certified(fields={"name": Sensitive(text)})))
    assert codes(found) == {"certificate-field-missing"}


def test_a_seal_without_a_name_is_nobodys() -> None:
    nameless = SealFinding(verdict="valid", signers=("",))
    asked = scene().on_licence(certified(issuer_code=""))
    asked = asked.on_licence(lambda one: one.model_copy(update={"seal": nameless}))
    assert codes(ask(asked)) == {"certificate-signer-not-issuer"}


def test_a_status_answered_at_the_end_of_the_calendar_is_judged_too() -> None:
    east = timezone(timedelta(hours=14))
    ends = {datetime.max.replace(tzinfo=UTC): True, datetime.min.replace(tzinfo=east): False}
    one = held(LICENCE, APPLICANT)
    for answered, spared in ends.items():
        asked = scene().ask(held=(one.model_copy(update={"status_at": answered}),))
        assert (LICENCE in ask(asked).spared) is spared


def test_a_grant_that_comes_twice_counts_once() -> None:
    asked = DEFECTS["grant-expired"](scene())
    twice = asked.ask(grants=(*asked.question.grants, *asked.question.grants))
    assert ask(twice).to_bytes() == ask(asked).to_bytes()


@pytest.mark.parametrize("region", ["", "32", "320500 "])
def test_a_certificate_comes_from_a_region(region: str) -> None:
    told = held(LICENCE, APPLICANT).model_copy(update={"source_region": region}).to_bytes()
    with pytest.raises(CaseError) as caught:
        HeldCertificate.from_json(told, error=CaseError, field="certificate")
    assert [one.field for one in caught.value.reasons] == ["certificate.source_region"]


def test_cards_of_two_roles_are_two_materials() -> None:
    # One certificate type, two roles: the card of one party never serves for the other.
    other = person(7)
    cards = {
        "agent": held(CARD, AGENT, serial=2, grant="g-agent"),
        "applicant": held(CARD, other, serial=3),
    }
    asked = scene().ask(held=tuple(cards.values()))
    asked = asked.on_grants(holder_proof=prove_party(other, salt=SALT))
    straight = ask(asked.ask(parties={"applicant": other, "agent": AGENT}))
    assert {AGENT_CARD, SITE} <= set(straight.spared)
    assert verdict(straight, AGENT_CARD).certificates == (cards["agent"].source_digest,)
    assert verdict(straight, SITE).certificates == (cards["applicant"].source_digest,)
    swapped = ask(asked.ask(parties={"applicant": AGENT, "agent": other}))
    assert swapped.spared == ()
    assert {"certificate-holder-mismatch", "grant-role-mismatch"} <= codes(swapped, AGENT_CARD)


def test_numbers_are_compared_in_their_normal_spelling_and_with_their_scheme() -> None:
    code = APPLICANT.code.reveal()
    spelt = APPLICANT.model_copy(update={"code": Sensitive(f" {code.lower()}")})
    assert LICENCE in ask(scene().on_licence(certified(holders=(STRANGER, spelt)))).spared
    other = Party(
        kind="person", scheme=Scheme.RESIDENT_ID, code=APPLICANT.code, name=APPLICANT.name
    )
    nobody = APPLICANT.model_copy(update={"code": Sensitive("")})
    for holder in (other, nobody):
        found = ask(scene().on_licence(certified(holders=(holder,))))
        assert codes(found) == {"certificate-holder-mismatch"}
    both = scene().on_licence(certified(holders=(nobody,))).ask(parties={"applicant": nobody})
    assert codes(ask(both)) == {"certificate-holder-mismatch", "grant-holder-mismatch"}


def test_a_material_handed_in_is_not_outstanding() -> None:
    found = ask(scene().ask(held=(), submitted=("form", LICENCE)))
    assert found.outstanding == (AGENT_CARD, SITE)


def test_only_what_applies_is_asked_for() -> None:
    found = ask(scene().ask(needed=(LICENCE,)))
    assert found.required == found.spared == (LICENCE,)
    assert [one.material for one in found.materials] == [LICENCE]


def test_one_of_several_grants_with_one_identifier_is_enough() -> None:
    narrow = grant("applicant").model_copy(update={"case": "TEST-2026-000009"})
    sound = scene()
    grants = (*sound.question.grants, narrow)
    assert LICENCE in ask(sound.ask(grants=grants)).spared
    found = ask(sound.ask(grants=(narrow,)))
    assert codes(found) == {"grant-case-mismatch"}
    other = narrow.model_copy(update={"case": CASE, "item": "tree-felling"})
    there, back = (ask(sound.ask(grants=two)) for two in ((narrow, other), (other, narrow)))
    assert codes(there) == {"grant-case-mismatch", "grant-item-mismatch"}
    assert there.to_bytes() == back.to_bytes()


def test_a_question_that_makes_no_sense_is_refused_whole() -> None:
    asked = scene().ask(needed=("x", "y"), salt=b"0" * (SALT_BYTES_MIN - 1))
    asked = asked.ask(held=(held(LICENCE, APPLICANT),) * (HELD_MAX + 1))
    with pytest.raises(CaseError) as caught:
        ask(asked)
    assert [one.code for one in caught.value.reasons] == [
        "exemption-material-unknown",
        "exemption-material-unknown",
        "exemption-salt-short",
        "exemption-too-many",
    ]


@given(pile=piles())
def test_spared_is_exactly_what_a_sound_certificate_stands_in_for(
    pile: tuple[tuple[object, frozenset[str]], ...],
) -> None:
    asked = scene().ask(held=tuple(one for one, _ in pile))
    found = ask(asked)
    sound = {one.certificate.type for one, planted in pile if not planted}  # type: ignore[attr-defined]  # held
    assert (LICENCE in found.spared) is (LICENCE in sound)
    assert (SITE in found.spared) is (LICENCE in sound)
    assert (AGENT_CARD in found.spared) is (CARD in sound)


@given(asked=scenes(), data=st.data())
def test_taking_something_away_never_spares_more(asked: Scene, data: st.DataObject) -> None:
    ask_, before = asked.question, set(ask(asked).spared)
    keep = st.booleans()
    fewer = asked.ask(
        held=tuple(one for one in ask_.held if data.draw(keep)),
        grants=tuple(one for one in ask_.grants if data.draw(keep)),
        unreachable={*ask_.unreachable, *data.draw(st.sets(st.just(LICENCE)))},
        parties={role: one for role, one in ask_.parties.items() if data.draw(keep)},
    )
    assert set(ask(fewer).spared) <= before


@given(asked=scenes(), code=st.sampled_from(sorted(DEFECTS)))
def test_a_check_that_fails_never_spares_more(asked: Scene, code: str) -> None:
    assert set(ask(DEFECTS[code](asked)).spared) <= set(ask(asked).spared)


@given(asked=scenes())
def test_nothing_undecided_is_spared_and_nothing_is_lost(asked: Scene) -> None:
    found = ask(asked)
    submitted = set(asked.question.submitted)
    for one in found.materials:
        assert (one.material in found.spared) is (one.verdict is MaterialVerdict.EXEMPT)
        assert one.verdict is MaterialVerdict.EXEMPT or one.reasons
    assert set(found.outstanding) == set(found.required) - set(found.spared) - submitted


@given(asked=scenes(), data=st.data())
def test_a_replay_gives_the_same_bytes_in_any_order(asked: Scene, data: st.DataObject) -> None:
    question = asked.question
    shuffled = replace(
        question,
        held=data.draw(st.permutations([*question.held, *question.held])),
        grants=data.draw(st.permutations(list(question.grants))),
        needed=frozenset(question.needed),
        submitted=data.draw(st.permutations(list(question.submitted))),
    )
    once, again = examine(asked.item, question), examine(asked.item, shuffled)
    assert [one.to_bytes() for one in once] == [one.to_bytes() for one in again]
    assert once[0].evidence_digest == once[1].digest()


@given(asked=scenes())
def test_the_evidence_holds_every_check_and_no_personal_value(asked: Scene) -> None:
    exemption, evidence = examine(asked.item, asked.question)
    told = (evidence.to_bytes() + exemption.to_bytes()).decode()
    parties = (APPLICANT, AGENT, STRANGER)
    assert not [
        one for one in parties if one.code.reveal() in told or one.name.reveal() in told
    ]
    for one in asked.question.held:
        assert one.certificate.identifier.reveal() not in told
    for material in evidence.materials:
        for alternative in material.alternatives:
            for requirement in alternative.requirements:
                for candidate in requirement.candidates:
                    assert [line.check for line in candidate.checks] == list(CHECKS)


def test_another_salt_gives_other_digests() -> None:
    one = examine(scene().item, scene().question)[1]
    other = examine(scene().item, scene().ask(salt=SALT + b"x").question)[1]
    assert one.to_bytes() != other.to_bytes()
    assert one.case == CASE
    assert one.grantee == CONSUMER_DISTRICT
