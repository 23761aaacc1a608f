"""Over HTTP: who was let act acts at the other gateway; an ended session is over."""

from typing import Final
from urllib.parse import urlencode

import httpx
import jwt
import pytest

from interop.crypto import sign_compact
from interop.federation.exchange_form import ACCESS_TOKEN
from interop.model.canonical import Json, canonical_bytes
from interop.simulator.applicants import AUDIENCES, PUDONG, SUZHOU, Login, log_in
from interop.store import audit
from tests.node.stand import KEY, Lone, Stand, ask, told
from tests.node.test_token import EVENT, FORM, IDP, form, post, refused

EPOCH_S: Final = 60


def acting(subject: Login, actor: Login, **changes: str) -> dict[str, str]:
    token = actor.tokens[SUZHOU].reveal()
    return form(subject, actor_token=token, actor_token_type=ACCESS_TOKEN, **changes)


def identify(url: str, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {KEY.reveal()}", "Content-Type": "application/json"}
    body = canonical_bytes({"token": token})
    return ask("POST", f"{url}/v1/identify", content=body, headers=headers)


def said(login: Login) -> dict[str, Json]:
    token = login.tokens[SUZHOU].reveal()
    claims: dict[str, Json] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_who_may_act_acts_at_the_other_gateway_and_the_login_stays_its_subject(
    stand: Stand,
) -> None:
    subject = log_in(stand.simulator, person="agent-a", may_act="agent-b")
    actor = log_in(stand.simulator, person="agent-b", method="sms")
    answer = post(stand.urls[SUZHOU], acting(subject, actor))
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    seen = identify(stand.urls[PUDONG], token).json()
    assert seen["actor"]["kind"] == seen["agent"]["kind"] == "person"
    # The lower of the two levels; each proof is the one that its own login brought.
    assert seen["level"] == "substantial"
    assert seen["actor"]["proof"] == said(subject)["proof"]
    assert seen["agent"]["proof"] == said(actor)["proof"]
    # An answer shows no subject; the token does, to the gateway that it is for.
    claims = jwt.decode(token, options={"verify_signature": False})
    names = {claims["sub"], claims["act"]["sub"]}
    assert len(names) == 2
    assert names.isdisjoint({said(subject)["sub"], said(actor)["sub"]})


def test_nobody_else_acts_and_nobody_without_leave(stand: Stand) -> None:
    subject = log_in(stand.simulator, person="agent-a", may_act="agent-b")
    plain = log_in(stand.simulator, person="agent-a")
    named = log_in(stand.simulator, person="agent-b")
    other = log_in(stand.simulator, person="person-rare")
    for asked, code in [
        (acting(subject, other), "exchange-may-act-other"),
        (acting(plain, named), "exchange-may-act-absent"),
        (acting(subject, subject), "exchange-may-act-other"),
        # Leave to act is none to log in: it goes one way only.
        (acting(named, subject), "exchange-may-act-absent"),
    ]:
        assert refused(post(stand.urls[SUZHOU], asked), 400, "invalid_request") == code


def test_leave_to_act_is_not_passed_on(stand: Stand) -> None:
    subject = log_in(stand.simulator, person="agent-a", may_act="agent-b")
    once = post(stand.urls[SUZHOU], form(subject)).json()["access_token"]
    assert "may_act" not in jwt.decode(once, options={"verify_signature": False})
    actor = log_in(stand.simulator, person="agent-b")
    # At the other gateway nobody may act by it any more.
    asked = {
        **acting(subject, actor, subject_token=once, audience=AUDIENCES[SUZHOU]),
        "actor_token": actor.tokens[PUDONG].reveal(),
    }
    answer = post(stand.urls[PUDONG], asked)
    assert refused(answer, 400, "invalid_request") == "exchange-may-act-absent"


def logout_of(stand: Stand, sid: Json, *, at: int, jti: str) -> bytes:
    claims: Json = {
        "iss": IDP,
        "aud": AUDIENCES[SUZHOU],
        "iat": at,
        "exp": at + 120,
        "jti": jti,
        "events": {EVENT: {}},
        "sid": sid,
    }
    signer = stand.stage.identity_signer()
    token = sign_compact(canonical_bytes(claims), signer, typ="logout+jwt")
    return urlencode({"logout_token": token}).encode()


def end(url: str, body: bytes) -> httpx.Response:
    headers = {"Content-Type": FORM}
    return ask("POST", f"{url}/backchannel-logout", content=body, headers=headers)


def test_a_session_that_ended_is_refused_at_once_and_the_person_s_others_are_not(
    stand: Stand, lone: Lone
) -> None:
    over, other = (log_in(stand.simulator, person="agent-b") for _ in range(2))
    sid = said(over)["sid"]
    assert isinstance(sid, str)
    assert sid != said(other)["sid"]
    for login in (over, other):
        # Twice: the second answer comes from memory.
        for _ in range(2):
            assert identify(lone.url, login.tokens[SUZHOU].reveal()).status_code == 200
    at = int(lone.clock().timestamp())
    with told("json", "DEBUG") as log:
        assert (
            end(lone.url, logout_of(stand, sid, at=at, jti="logout-sid-1")).status_code == 200
        )
        answer = identify(lone.url, over.tokens[SUZHOU].reveal())
        assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (
            403,
            "session-ended",
        )
        assert refused(post(lone.url, form(over)), 400, "invalid_request") == "session-ended"
    assert lone.clock().timestamp() - at < EPOCH_S
    assert identify(lone.url, other.tokens[SUZHOU].reveal()).status_code == 200
    assert sid not in log.getvalue()


def test_a_session_has_another_name_at_every_gateway(stand: Stand) -> None:
    login = log_in(stand.simulator, person="agent-a")
    names = [
        jwt.decode(token.reveal(), options={"verify_signature": False})["sid"]
        for token in login.tokens.values()
    ]
    assert len(set(names)) == len(names) == 2


@pytest.mark.parametrize("sid", ["", "a b", "x" * 513, 7])
def test_a_session_of_no_form_ends_nothing(stand: Stand, lone: Lone, sid: Json) -> None:
    at = int(lone.clock().timestamp())
    answer = end(lone.url, logout_of(stand, sid, at=at, jti="logout-sid-2"))
    assert refused(answer, 400, "invalid_request") == "token-claim-type"


def test_what_was_identified_and_refused_stands_in_the_chain_without_a_name(
    stand: Stand, lone: Lone
) -> None:
    login = log_in(stand.simulator, person="agent-a")
    with lone.gateway._desk.sit() as at:
        before = audit.head(at.tx)[0]
    seen = identify(lone.url, login.tokens[SUZHOU].reveal()).json()
    assert identify(lone.url, login.tokens[PUDONG].reveal()).status_code == 403
    post(lone.url, form(login))
    with lone.gateway._desk.sit() as at:
        assert audit.verify(at.tx) == ()
        new = audit.lines(at.tx, after=before)
    assert [line.kind for line in new] == [
        "identified",
        "token-refused.token-audience-other",
        "token-exchanged",
    ]
    assert new[0].digest == seen["token_digest"]
    written = b"".join(line.to_bytes() for line in new).decode()
    claims = said(login)
    proof = claims["proof"]
    assert isinstance(proof, dict)
    for planted in (claims["sub"], claims["sid"], claims["jti"], *proof.values()):
        assert str(planted) not in written
    assert not [value for value in stand.personal() if value in written]
