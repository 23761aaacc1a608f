"""Back-channel logout: what ended stays ended, and nothing else does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    AUDIENCE,
    IDP,
    MANDATES,
    NOW,
    NOW_S,
    TTL_S,
    WEST_IDP,
    Delta,
    a_login,
)
from interop.conformance.strategies.token_exchange import WEST, a_presented, a_principal
from interop.crypto import sign_compact
from interop.crypto.profile import SecretKey
from interop.errors import TrustError
from interop.federation import Verifier, issue
from interop.federation.claims import LOGOUT_EVENT as EVENT
from interop.federation.claims import LogoutClaims
from interop.federation.exchange_claims import Presented
from interop.federation.logout import (
    MemoryLoggedOut,
    Sessions,
    require_alive,
    session_key,
)
from interop.federation.logout_token import LogoutNotice
from interop.federation.replay import MemoryReplay
from interop.model.canonical import Json, canonical_bytes
from interop.model.sensitive import Sensitive

DELTA: Final = Delta()
REGISTRY: Final = DELTA.registry()
VERIFIER: Final = Verifier(REGISTRY, audience=AUDIENCE, clock=lambda: NOW)
GOOD: Final[dict[str, Json]] = {
    "iss": IDP,
    "aud": AUDIENCE,
    "iat": NOW_S,
    "exp": NOW_S + 120,
    "jti": "logout-0001",
    "events": {EVENT: {}},
    "sub": "s-1",
}


def token(key: SecretKey = DELTA.east, typ: str = "logout+jwt", /, **changes: Json) -> str:
    merged = {**GOOD, **changes}
    members: Json = {k: v for k, v in merged.items() if v is not None}
    return sign_compact(canonical_bytes(members), key, typ=typ)


def notice(**changes: Json) -> LogoutNotice:
    given = token(DELTA.east, "logout+jwt", **changes)
    return VERIFIER.verify_logout(given)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


def login(
    subject: str = "s-1", *, issuer: str = IDP, at_s: int = -60, session: str | None = None
) -> Presented:
    began = NOW + timedelta(seconds=at_s)
    return a_presented(
        subject,
        principal=a_principal(subject, issuer=issuer, authenticated_at=began),
        path=(issuer,),
        session=None if session is None else Sensitive(session),
    )


def alive(token: Presented, *notices: LogoutNotice) -> bool:
    sessions = MemoryLoggedOut(clock=lambda: NOW)
    for one in notices:
        Sessions(REGISTRY, sessions, MemoryReplay()).log_out(one, now=NOW)
    try:
        require_alive(token, sessions)
    except TrustError as fault:
        return fault.code != "session-ended"
    return True


@given(
    subject=st.sampled_from(["s-1", "s-2"]),
    issuer=st.sampled_from([IDP, WEST_IDP]),
    at_s=st.integers(-2, 2),
)
def test_a_subjects_sessions_that_began_by_then_are_over(
    subject: str, issuer: str, at_s: int
) -> None:
    over = subject == "s-1" and issuer == IDP and at_s <= 0
    assert alive(login(subject, issuer=issuer, at_s=at_s), notice()) is not over


@pytest.mark.parametrize(
    ("session", "named", "lives"),
    [
        ("a", {"sid": "a"}, False),
        ("a", {"sid": "a", "sub": None}, False),
        ("b", {"sid": "a"}, True),
        ("b", {}, False),
        # Nobody could tell which session it is of.
        (None, {"sid": "a"}, False),
        (None, {"sid": "a", "sub": None}, True),
    ],
)
def test_a_session_ends_alone(
    session: str | None, named: dict[str, Json], *, lives: bool
) -> None:
    assert alive(login(session=session), notice(**named)) is lives


def test_a_session_that_ended_does_not_come_back_with_a_later_token() -> None:
    assert not alive(login(session="a", at_s=30), notice(sid="a"))


def test_an_exchanged_token_ends_by_itself() -> None:
    exchanged = a_presented(path=(IDP, WEST))
    assert alive(exchanged, notice())


def test_a_logout_token_counts_once() -> None:
    sessions = Sessions(REGISTRY, MemoryLoggedOut(clock=lambda: NOW), MemoryReplay())
    sessions.log_out(notice(), now=NOW)
    assert codes(lambda: sessions.log_out(notice(), now=NOW)) == ["logout-replayed"]


def test_an_end_is_remembered_until_no_token_can_be_alive() -> None:
    at = [NOW]
    sessions = MemoryLoggedOut(clock=lambda: at[0])
    Sessions(REGISTRY, sessions, MemoryReplay()).log_out(notice(), now=NOW)
    until, key = NOW + timedelta(seconds=TTL_S + 120), session_key(IDP, "sub", "s-1")
    # An earlier end never takes the place of a later one.
    sessions.end(key, at=NOW - timedelta(days=1), until=NOW)
    assert sessions.ended_at(key) == NOW
    at[0] = until + timedelta(seconds=1)
    sessions.end("other", at=at[0], until=at[0])
    assert sessions.ended_at(key) is None


REFUSED: Final[dict[str, tuple[str, str]]] = {
    "an access token": (issue(a_login(), DELTA.east).reveal(), "token-typ"),
    "an id token": (token(DELTA.east, "jwt"), "token-typ"),
    "for another": (token(aud=WEST), "token-audience-other"),
    "for several": (token(aud=[AUDIENCE, WEST]), "token-audience-multiple"),
    "in a list": (token(aud=[AUDIENCE]), "token-audience-multiple"),
    "no event": (token(events={}), "logout-events"),
    "another event": (token(events={"urn:other": {}}), "logout-events"),
    "an event with content": (token(events={EVENT: {"x": 1}}), "logout-events"),
    "events missing": (token(events=None), "token-claim-missing"),
    "a nonce": (token(nonce="n"), "logout-nonce"),
    "nobody": (token(sub=None), "logout-nobody"),
    "over": (token(iat=NOW_S - 200, exp=NOW_S - 60), "token-expired"),
    "early": (token(iat=NOW_S + 61, exp=NOW_S + 90), "token-clock-skew"),
    "long": (token(exp=NOW_S + 301), "token-lifetime"),
    "signed by another": (token(DELTA.west), "token-key-unknown"),
    "of a mandate service": (token(iss=MANDATES), "issuer-role"),
    "a claim more": (token(acr="x"), "token-claim-unknown"),
}


@pytest.mark.parametrize(("bad", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_logout_token_is_refused(bad: str, code: str) -> None:
    assert codes(lambda: VERIFIER.verify_logout(bad)) == [code]


def test_nothing_personal_shows() -> None:
    claims = LogoutClaims(
        iss=IDP, aud=AUDIENCE, iat=0, exp=1, jti="logout-0001", events={}, sub="planted"
    )
    assert "planted" not in repr(claims) + repr(notice(sub="planted"))
