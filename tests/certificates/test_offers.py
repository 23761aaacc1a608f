"""Deferral and commitment count only where the guide names them, and spare nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates import examine, spare
from interop.conformance.strategies.certificates import (
    AT,
    CARD,
    DAY,
    LICENCE,
    ON,
    SITE,
    Scene,
    certified,
    scene,
)
from interop.errors import CaseError
from interop.model.certificate import CertificateStatus
from interop.model.item import Basis, Commitment, Deferral
from interop.model.judgement import Exemption, MaterialVerdict, SparedMaterial

LAW = Basis(level="law", document="constructed for tests", verified="no")
TEXT = f"sha-256:{7:064x}"
LATER = Deferral(days_max=10, basis=LAW)
PROMISE = Commitment(
    template="承诺书（测试）",
    template_digest=TEXT,
    consequence_zh="撤销",
    consequence_en="revoked",
    basis=LAW,
)


def offering(
    *, deferral: Deferral | None = None, commitment: Commitment | None = None
) -> Scene:
    """Return a scene whose licence is suspended and whose guide offers this for it."""
    bad = scene().on_licence(certified(status=CertificateStatus.SUSPENDED))
    materials = tuple(
        one.model_copy(update={"deferral": deferral, "commitment": commitment})
        if one.code in {LICENCE, "form"}
        else one
        for one in bad.item.materials
    )
    return Scene(bad.item.model_copy(update={"materials": materials}), bad.question)


def of(exemption: Exemption, code: str = LICENCE) -> SparedMaterial:
    return next(one for one in exemption.materials if one.material == code)


def ask(asked: Scene) -> Exemption:
    return spare(asked.item, asked.question)


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (10, True), (11, False)])
def test_a_deferral_counts_until_the_day_the_guide_allows(
    days: int,
    counts: bool,  # noqa: FBT001 -- a parameter of the example
) -> None:
    day = ON + days * DAY
    found = ask(offering(deferral=LATER).ask(later={LICENCE: day}))
    if counts:
        assert (of(found).verdict, of(found).until) == (MaterialVerdict.DEFERRED, day)
        assert found.owed == (LICENCE,)
        assert LICENCE not in found.outstanding
        assert LICENCE in found.settled
    else:
        assert of(found).verdict is MaterialVerdict.NOT_EXEMPT
        assert of(found).reasons[-1].code == "deferral-day"
        assert LICENCE in found.outstanding
    assert LICENCE not in found.spared


@pytest.mark.parametrize(
    ("text", "offered", "code"),
    [
        (TEXT, PROMISE, ""),
        (f"sha-256:{8:064x}", PROMISE, "commitment-text-other"),
        (TEXT, None, "commitment-not-offered"),
    ],
)
def test_a_promise_counts_only_with_the_text_of_the_guide(
    text: str, offered: Commitment | None, code: str
) -> None:
    found = ask(offering(commitment=offered).ask(promised={LICENCE: text}))
    if code:
        assert of(found).verdict is MaterialVerdict.NOT_EXEMPT
        assert of(found).reasons[-1].code == code
    else:
        assert of(found).verdict is MaterialVerdict.COMMITTED
        assert found.owed == (LICENCE,)


def test_what_the_guide_does_not_name_is_asked_for_now() -> None:
    found = ask(offering().ask(later={LICENCE: ON}))
    assert of(found).reasons[-1].code == "deferral-not-offered"
    assert found.owed == ()


def test_a_promise_goes_before_a_deferral_and_a_paper_before_both() -> None:
    both = offering(deferral=LATER, commitment=PROMISE).ask(
        later={LICENCE: ON}, promised={LICENCE: TEXT}
    )
    assert of(ask(both)).verdict is MaterialVerdict.COMMITTED
    paper = ask(both.ask(submitted=(LICENCE,)))
    assert of(paper).verdict is MaterialVerdict.NOT_EXEMPT
    assert paper.owed == ()


def test_a_material_without_certificates_can_be_owed_too() -> None:
    asked = offering(deferral=LATER).ask(later={"form": ON + DAY})
    found, evidence = examine(asked.item, asked.question)
    assert of(found, "form").verdict is MaterialVerdict.DEFERRED
    assert [line.until for line in evidence.materials if line.material == "form"] == [ON + DAY]


def test_what_a_certificate_spares_is_not_owed() -> None:
    sound = Scene(offering(deferral=LATER).item, scene().question).ask(later={LICENCE: ON})
    assert of(ask(sound)).verdict is MaterialVerdict.EXEMPT
    assert ask(sound).owed == ()


def test_an_offer_for_a_material_the_item_does_not_know_is_refused() -> None:
    with pytest.raises(CaseError) as caught:
        ask(scene().ask(later={"other": ON}, promised={"another": TEXT}))
    assert [one.field for one in caught.value.reasons] == ["later", "promised"]


def test_a_certificate_that_only_fills_in_leaves_the_original_asked_for() -> None:
    filling = scene().on_evidence(prefills=True, fields=("name",))
    found = ask(filling)
    assert of(found).verdict is MaterialVerdict.PARTIAL
    assert of(found).prefilled == (f"{LICENCE}.name",)
    assert LICENCE in found.outstanding
    # The card alone stands in whole for the site elsewhere; with the licence it is in part.
    assert of(found, SITE).verdict is MaterialVerdict.PARTIAL
    silent = ask(filling.ask(unreachable=(LICENCE,)))
    assert of(silent).verdict is MaterialVerdict.UNDECIDED
    assert of(silent).prefilled == ()


@given(
    later=st.dictionaries(
        st.sampled_from(["form", LICENCE, SITE]), st.dates(ON, date(2026, 3, 20))
    ),
    promised=st.dictionaries(st.sampled_from(["form", LICENCE, SITE]), st.just(TEXT)),
)
def test_offers_never_change_what_is_spared(
    later: dict[str, date], promised: dict[str, str]
) -> None:
    plain = offering(deferral=LATER, commitment=PROMISE)
    found = ask(plain.ask(later=later, promised=promised))
    assert found.spared == ask(plain).spared
    lists = [set(found.spared), set(found.owed), set(found.outstanding)]
    assert sum(map(len, lists)) == len(set.union(*lists)) == len(found.required)


def test_a_withdrawn_grant_asks_for_the_material_and_spares_nothing() -> None:
    gone = scene().ask(withdrawn={"g-applicant": AT})
    held = tuple(one for one in gone.question.held if one.certificate.type == CARD)
    for asked in (gone, gone.ask(held=held)):
        found = ask(asked)
        assert [one.code for one in of(found).reasons] == ["grant-withdrawn"]
        assert LICENCE in found.outstanding
