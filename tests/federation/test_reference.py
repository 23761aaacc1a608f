"""Against a reference that knows nothing of ours: PyJWT, then the rules written out again."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    IDP,
    NOW,
    NOW_S,
    TTL_S,
    Delta,
    Login,
    a_login,
    idp_row,
    issuer_file,
    key_row,
    logins,
)
from interop.errors import TrustError
from interop.federation import AccessClaims, IssuerFile, Verifier, issue
from interop.federation.files import KeyState
from tests.profiles import DEVELOPMENT_ONLY

DELTA: Final = Delta()
USED, SIGNED = NOW - timedelta(hours=1), NOW + timedelta(minutes=2)
PAST: Final = NOW + timedelta(minutes=4)
SKEW: Final = 60


def registered(state: KeyState) -> IssuerFile:
    row = key_row(DELTA.east, state=state, use_from=USED, sign_until=SIGNED, verify_until=PAST)
    return issuer_file("310000", idp_row(IDP, row, acrs=ACRS, regions=("310000",)))


REGISTRIES: Final = {
    state: DELTA.registry(registered(state)) for state in ("active", "retired", "revoked")
}


def reference(token: str, state: KeyState, now: datetime) -> bool:
    """Return whether PyJWT and the plain rules accept ``token``."""
    try:
        said: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(DELTA.east.public.to_jwk()).key,
            algorithms=["ES256"],
            audience=AUDIENCE,
            issuer=IDP,
            options={
                "require": ["iss", "aud", "exp", "iat", "jti", "sub"],
                # It has no settable clock.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError:
        return False
    at, iat, exp = int(now.timestamp()), said["iat"], said["exp"]
    in_time = iat <= at + SKEW and at < exp + SKEW and at >= said.get("nbf", 0) - SKEW
    lifetime = 0 < exp - iat <= TTL_S and said["auth_time"] <= iat + SKEW
    key = state != "revoked" and now <= PAST and iat <= SIGNED.timestamp()
    party = said["kind"] == "person" or "act" in said
    region = said.get("region", "310000").startswith("31")
    return in_time and lifetime and key and party and region and said["acr"] in ACRS


# One second either side of every border, since a day drawn at large meets none.
MOVES: Final = st.tuples(
    st.sampled_from(["now", "issued", "expired", "expired", "past", "before"]),
    st.sampled_from([-1, 0, 1, 30]),
)


def moment(border: str, claims: AccessClaims) -> datetime:
    """Return the instant of a border of ``claims`` or of the key."""
    at = {"issued": claims.iat - SKEW, "expired": claims.exp + SKEW, "now": NOW_S}
    if border == "past":
        return PAST
    if border == "before":
        at["before"] = (claims.nbf or claims.iat) - SKEW
    return datetime.fromtimestamp(at[border], UTC)


@DEVELOPMENT_ONLY
@given(
    login=logins(),
    state=st.sampled_from(sorted(REGISTRIES)),
    moves=st.lists(MOVES, min_size=2, max_size=6),
    iat=st.integers(-80, 200) | st.sampled_from([0, 119, 120, 121]),
    life=st.integers(-1, TTL_S + 1) | st.sampled_from([-1, 0, 1, TTL_S, TTL_S + 1]),
    odd=st.sampled_from([{}, {}, {"acr": "urn:west:1"}, {"region": "320000"}, {"nbf": 30}]),
)
def test_ours_and_the_reference_answer_alike_at_every_moment(  # noqa: PLR0913, PLR0917 -- what is drawn
    login: Login,
    state: KeyState,
    moves: list[tuple[str, int]],
    iat: int,
    life: int,
    odd: dict[str, Any],
) -> None:
    now = NOW
    verifier = Verifier(REGISTRIES["active"], audience=AUDIENCE, clock=lambda: now)
    # So that its header is known, and every later token may take the hot path.
    verifier.verify(issue(a_login(), DELTA.east).reveal())
    changes = {**odd, **({"nbf": NOW_S + odd["nbf"]} if "nbf" in odd else {})}
    claims = msgspec.structs.replace(
        login.claims,
        iat=NOW_S + iat,
        exp=max(NOW_S + iat + life, 0),
        auth_time=NOW_S + iat,
        **changes,
    )
    token = issue(claims, DELTA.east).reveal()
    for at, (border, offset) in enumerate(moves):
        now = moment(border, claims) + timedelta(seconds=offset)
        if at == len(moves) // 2:
            verifier.renew(REGISTRIES[state])
        held = "active" if at < len(moves) // 2 else state
        for _ in range(2):
            try:
                verifier.verify(token)
                accepted = True
            except TrustError:
                accepted = False
            assert accepted == reference(token, held, now)


@pytest.mark.parametrize("second", [139, 140, 259, 260, 261])
def test_at_its_end_a_remembered_token_is_over(second: int) -> None:
    now = NOW
    verifier = Verifier(REGISTRIES["active"], audience=AUDIENCE, clock=lambda: now)
    token = issue(a_login(iat=NOW_S - 100, exp=NOW_S + 200, auth_time=NOW_S - 100), DELTA.east)
    for moment in range(0, second, 20):
        now = NOW + timedelta(seconds=moment)
        if moment <= (PAST - NOW).total_seconds():
            verifier.verify(token.reveal())
    now = NOW + timedelta(seconds=second)
    if second <= (PAST - NOW).total_seconds():
        assert verifier.verify(token.reveal()).issuer == IDP
    else:
        with pytest.raises(TrustError):
            verifier.verify(token.reveal())
