"""Who may upload, who is given a content, and what becomes of uploads that stop."""

import pytest

from interop.errors import CaseError, ExchangeError, InteropError
from interop.exchange.materials import ASK_S_MAX, sign_material_ask
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import materials
from interop.store.materials import CHUNK_BYTES
from tests.gateway.delta import Delta
from tests.gateway.test_materials import (
    FILES,
    LONG,
    filing,
    read,
    told,
    upload,
    uploaded,
    withdraw,
)


@pytest.fixture
def asked(delta: Delta) -> tuple[Delta, str]:
    """A case that was handed over with its contents."""
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    return delta, number


def test_a_content_is_given_to_the_organ_of_the_case_and_to_nobody_else(
    asked: tuple[Delta, str],
) -> None:
    delta, number = asked
    code, service = "site-right", delta.suzhou.host.materials
    own, now = delta.desk(PUDONG).directory.own, delta.clock()
    stranger = delta.desk(SUZHOU).directory.own

    def ask(*, to: str = SUZHOU, case: str = number, code: str = code) -> bytes:
        return sign_material_ask(own, to=to, case=case, code=code, at=now)

    assert service.opened_for_peer(ask(), number, code).complete
    # As another content, another case, a content that was not handed over.
    wrong = [
        (ask(code="application-form"), number, code, "material-not-held"),
        (ask(case="X"), number, code, "material-not-held"),
        (ask(case="X"), "X", code, "material-not-held"),
        (ask(code="structural-safety"), number, "structural-safety", "material-not-held"),
        (ask(to=PUDONG), number, code, "exchange-wrong-recipient"),
        (sign_material_ask(stranger, to=SUZHOU, case=number, code=code, at=now), number, code,
         "material-not-held"),
        (b"", number, code, "jws-part-count"),
        (ask()[:-2] + b"AA", number, code, "jws-signature-invalid"),
    ]  # fmt: skip
    for data, case, named, expected in wrong:
        with pytest.raises(InteropError) as refused:
            service.opened_for_peer(data, case, named)
        assert refused.value.code == expected


def test_a_content_is_not_given_before_the_case_is_handed_over(delta: Delta) -> None:
    number = uploaded(delta)
    own, now = delta.desk(PUDONG).directory.own, delta.clock()
    ask = sign_material_ask(own, to=SUZHOU, case=number, code="site-right", at=now)
    with pytest.raises(CaseError, match="material-not-held"):
        delta.suzhou.host.materials.opened_for_peer(ask, number, "site-right")


@pytest.mark.parametrize("seconds", [ASK_S_MAX, -ASK_S_MAX])
def test_a_question_counts_some_minutes_and_no_longer(
    asked: tuple[Delta, str], seconds: int
) -> None:
    delta, number = asked
    own, service = delta.desk(PUDONG).directory.own, delta.suzhou.host.materials
    ask = sign_material_ask(own, to=SUZHOU, case=number, code="site-right", at=delta.clock())
    delta.clock.pass_(seconds=seconds)
    assert service.opened_for_peer(ask, number, "site-right").complete
    delta.clock.pass_(seconds=1 if seconds > 0 else -1)
    with pytest.raises(ExchangeError, match="exchange-ask-stale"):
        service.opened_for_peer(ask, number, "site-right")


def test_what_may_not_be_uploaded_is_refused_before_it_is_kept(delta: Delta) -> None:
    html = told("site-right", b"<html>", "text/html")
    disguised = told("application-form", b"<html>x")
    number = delta.received(filing(delta, html, disguised))
    service = delta.suzhou.host.materials
    for code, offset, expected in (
        ("site-right", 0, "material-type"),
        ("nothing", 0, "material-not-declared"),
        ("design-drawings", 5, "material-offset"),
    ):
        with pytest.raises(CaseError, match=expected):
            service.begin(number, code, offset=offset)
    with pytest.raises(CaseError, match="material-disguised"):
        upload(delta, number, "application-form", b"<html>x")
    with pytest.raises(CaseError, match="case-unknown"):
        service.begin("nobody", "site-right")
    with pytest.raises(CaseError, match="material-not-declared"):
        service.standing(number, "nothing")
    with pytest.raises(CaseError, match="material-too-long"):
        upload(delta, number, "design-drawings", LONG + bytes(CHUNK_BYTES))
    with delta.desk(SUZHOU).sit() as at:
        assert not any(one.complete for one in materials.listed(at.tx, number))


def test_an_upload_begun_anew_or_repeated_comes_to_the_same(delta: Delta) -> None:
    number = delta.received(filing(delta))
    code, wrong = "design-drawings", LONG[:-1] + b"!"
    with pytest.raises(CaseError, match="material-digest"):
        upload(delta, number, code, wrong)
    service = delta.suzhou.host.materials
    assert service.standing(number, code).held == 0
    taking = service.begin(number, code)
    taking.write(LONG[:CHUNK_BYTES])
    # The one begun before may not go on beside the new one.
    assert upload(delta, number, code, LONG) == len(LONG)
    with pytest.raises(CaseError, match="material-offset"):
        taking.write(LONG[CHUNK_BYTES : 2 * CHUNK_BYTES])
    before = delta.audited(SUZHOU, number)
    assert upload(delta, number, code, LONG) == len(LONG)
    assert upload(delta, number, code, LONG, offset=len(LONG)) == len(LONG)
    assert delta.audited(SUZHOU, number) == before
    with pytest.raises(CaseError, match="material-digest"):
        upload(delta, number, code, wrong)
    with pytest.raises(CaseError, match="material-too-long"):
        upload(delta, number, code, LONG + b"!")
    assert read(delta, SUZHOU, number, code) == LONG


def test_only_the_window_takes_contents_and_only_until_it_hands_over(delta: Delta) -> None:
    number = uploaded(delta)
    delta.suzhou.hand_over(number)
    with pytest.raises(CaseError, match="material-closed"):
        delta.suzhou.host.materials.begin(number, "site-right")
    delta.work(2)
    with pytest.raises(CaseError, match="not-competent"):
        delta.pudong.host.materials.begin(number, "site-right")


def test_one_content_under_two_codes_is_of_one_type(delta: Delta) -> None:
    same = FILES["application-form"]
    other = told("site-right", same, "image/png")
    number = delta.received(filing(delta, other))
    upload(delta, number, "application-form", same)
    with pytest.raises(CaseError, match="material-unlike"):
        delta.suzhou.host.materials.begin(number, "site-right")


def test_an_upload_that_nobody_goes_on_with_is_swept(delta: Delta) -> None:
    number = delta.received(filing(delta))
    taking = delta.suzhou.host.materials.begin(number, "design-drawings")
    taking.write(LONG[:CHUNK_BYTES])
    delta.clock.pass_(days=6.9)
    delta.suzhou.work()
    standing = delta.suzhou.host.materials.standing
    assert standing(number, "design-drawings").held == CHUNK_BYTES
    delta.clock.pass_(days=0.2)
    delta.suzhou.work()
    assert standing(number, "design-drawings").held == 0


def test_a_case_that_was_withdrawn_takes_no_content(delta: Delta) -> None:
    number = delta.received(filing(delta))
    withdraw(delta, SUZHOU, number)
    with pytest.raises(CaseError, match="material-closed"):
        upload(delta, number, "site-right", FILES["site-right"])
