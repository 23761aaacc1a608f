"""Named attacks on proofs of possession (DPoP): each refused by a code of its own."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    AUDIENCE,
    NOW,
    NOW_S,
    Delta,
    a_login,
)
from interop.conformance.strategies.federation_tokens import Application, Uses
from interop.crypto import base64url, import_public
from interop.crypto.algorithms import P256
from interop.crypto.profile import SecretKey
from interop.errors import TrustError
from interop.federation import ConfirmationClaim, Need, Possession, Verifier, issue, thumbprint
from interop.federation.claims import write_claims
from interop.model.canonical import Json
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive
from tests.profiles import DEVELOPMENT_ONLY

DELTA: Final = Delta()
APPLICATION: Final = Application()
THIEF: Final = Application()
BOUND: Final = issue(a_login(cnf=ConfirmationClaim(jkt=APPLICATION.jkt)), DELTA.east).reveal()
BEARER: Final = issue(a_login(), DELTA.east).reveal()
JWK: Final[dict[str, Json]] = {
    name: APPLICATION.key.public.to_jwk()[name] for name in ("kty", "crv", "x", "y")
}
GOOD: Final = APPLICATION.shown(BOUND)
ABSENT: Final = object()


def verifier(uses: Uses | None = None) -> Verifier:
    return Verifier(
        DELTA.registry(), audience=AUDIENCE, clock=lambda: NOW, replay=uses or Uses()
    )


def codes_of(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


def carrying(jwt: str) -> Possession:
    return replace(GOOD, jwt=Sensitive(jwt))


def headed(
    key: SecretKey = APPLICATION.key, payload: bytes = b"", /, **changes: object
) -> Possession:
    """Return a signed proof whose header differs from a good one."""
    members = {"alg": key.alg, "jwk": JWK, "typ": "dpop+jwt", **changes}
    head = json.dumps({k: v for k, v in members.items() if v is not ABSENT}).encode()
    body = payload or write_claims(APPLICATION.claims(BOUND))
    signed = f"{base64url.encode(head)}.{base64url.encode(body)}"
    return carrying(f"{signed}.{base64url.encode(key.sign(signed.encode()))}")


def saying(**changes: object) -> Possession:
    return APPLICATION.shown(BOUND, **changes)


def saying_json(**changes: object) -> Possession:
    members = {**json.loads(write_claims(APPLICATION.claims(BOUND))), **changes}
    kept = {k: v for k, v in members.items() if v is not ABSENT}
    return headed(APPLICATION.key, json.dumps(kept).encode())


ATTACKS: Final[dict[str, tuple[str, Possession | None, str]]] = {
    "bound token shown as a bearer's": (BOUND, None, "token-proof-of-possession"),
    "proof missing": (BOUND, carrying(""), "dpop-missing"),
    "bearer token dressed up": (BEARER, APPLICATION.shown(BEARER), "dpop-token-unbound"),
    "for another method": (BOUND, saying(htm="GET"), "dpop-htm"),
    "for another address": (BOUND, saying(htu=f"{AUDIENCE}/ticket"), "dpop-htu"),
    "for the address of another host": (
        BOUND,
        saying(htu=f"{AUDIENCE}.evil.example/cases"),
        "dpop-htu",
    ),
    "for another token": (BOUND, APPLICATION.shown(BEARER), "dpop-ath"),
    "by another key": (BOUND, THIEF.shown(BOUND), "dpop-jkt"),
    "old": (BOUND, saying(iat=NOW_S - 121), "dpop-old"),
    "from the future": (BOUND, saying(iat=NOW_S + 61), "dpop-ahead"),
    "private key in the header": (BOUND, headed(jwk={**JWK, "d": "AQ"}), "key-private"),
    "symmetric key in the header": (
        BOUND,
        headed(jwk={"kty": "oct", "k": "AQ"}),
        "key-symmetric",
    ),
    "symmetric algorithm": (BOUND, headed(alg="HS256"), "jws-alg-symmetric"),
    "no algorithm": (BOUND, headed(alg="none"), "jws-alg-none"),
    "algorithm of another key": (BOUND, headed(alg="EdDSA"), "key-type"),
    "access token as proof": (BOUND, carrying(BOUND), "dpop-header"),
    "another typ": (BOUND, headed(typ="at+jwt"), "dpop-typ"),
    "no typ": (BOUND, headed(typ=ABSENT), "dpop-header"),
    "no key": (BOUND, headed(jwk=ABSENT), "dpop-header"),
    "key as text": (BOUND, headed(jwk="x"), "dpop-header"),
    "key by address": (BOUND, headed(jku="https://evil.example"), "dpop-header"),
    "critical extension": (BOUND, headed(crit=["exp"]), "dpop-header"),
    "point beside the curve": (
        BOUND,
        headed(jwk={**JWK, "y": JWK["x"]}),
        "key-point",
    ),
    "key of another curve": (BOUND, headed(jwk={**JWK, "crv": "P-521"}), "key-curve"),
    "signed by another key than it shows": (
        BOUND,
        headed(THIEF.key),
        "jws-signature-invalid",
    ),
    "no jti": (BOUND, saying_json(jti=ABSENT), "dpop-claims"),
    "no ath": (BOUND, saying_json(ath=ABSENT), "dpop-claims"),
    "unknown claim": (BOUND, saying_json(admin=True), "dpop-claims"),
    "iat as text": (BOUND, saying_json(iat=str(NOW_S)), "dpop-claims"),
    "over 8 KiB": (BOUND, saying_json(pad="a" * 9_000), "jws-too-large"),
    "four parts": (BOUND, carrying(f"{GOOD.jwt.reveal()}.AA"), "jws-part-count"),
}


def test_a_proof_by_the_right_key_is_accepted_once_for_each_identifier() -> None:
    uses = Uses()
    judge = verifier(uses)
    assert judge.verify(BOUND, proof=GOOD).issuer
    assert judge.verify(BOUND, proof=saying(jti="proof-0002")).issuer
    assert len(uses.used) == 2
    assert judge.verify(BEARER).issuer


@pytest.mark.parametrize(("token", "proof", "code"), ATTACKS.values(), ids=ATTACKS)
def test_each_attack_is_refused_for_its_own_reason(
    token: str, proof: Possession | None, code: str
) -> None:
    uses = Uses()
    judge = verifier(uses)
    # Cold, and when the token itself is remembered already.
    for _ in range(2):
        assert codes_of(partial(judge.verify, token, proof=proof)) == [code]
    assert not uses.used


@DEVELOPMENT_ONLY
def test_a_proof_is_used_up_even_if_its_signature_is_written_anew() -> None:
    judge = verifier()
    judge.verify(BOUND, proof=GOOD)
    assert codes_of(lambda: judge.verify(BOUND, proof=GOOD)) == ["dpop-replayed"]
    head, body, signature = GOOD.jwt.reveal().split(".")
    made = base64url.decode(signature, field="x")
    other = (P256.order - int.from_bytes(made[32:], "big")).to_bytes(32, "big")
    anew = f"{head}.{body}.{base64url.encode(made[:32] + other)}"
    assert anew != GOOD.jwt.reveal()
    assert codes_of(lambda: judge.verify(BOUND, proof=carrying(anew))) == ["dpop-replayed"]


def test_a_replay_is_seen_by_every_verifier_that_shares_the_store() -> None:
    uses = Uses()
    verifier(uses).verify(BOUND, proof=GOOD)
    assert codes_of(lambda: verifier(uses).verify(BOUND, proof=GOOD)) == ["dpop-replayed"]


def test_without_a_replay_store_no_proof_is_accepted() -> None:
    judge = DELTA.verifier()
    assert codes_of(lambda: judge.verify(BOUND, proof=GOOD)) == ["dpop-unguarded"]
    assert judge.explain(BOUND, proof=GOOD)[-1].outcome == "passed"


def test_a_nonce_that_was_given_out_must_come_back() -> None:
    asked = replace(GOOD, nonce=Sensitive("nonce-1"))
    for proof in (asked, replace(saying(nonce="nonce-2"), nonce=Sensitive("nonce-1"))):
        assert codes_of(partial(verifier().verify, BOUND, proof=proof)) == ["dpop-nonce"]
    right = replace(saying(nonce="nonce-1"), nonce=Sensitive("nonce-1"))
    assert verifier().verify(BOUND, proof=right).issuer


def test_a_proof_is_not_used_up_by_a_token_that_is_refused() -> None:
    uses = Uses()
    judge, need = verifier(uses), Need(level=AssuranceLevel.HIGH, scope="admin")
    assert codes_of(lambda: judge.verify(BOUND, need=need, proof=GOOD)) == ["token-scope"]
    assert not uses.used
    assert judge.verify(BOUND, proof=GOOD).issuer


@given(age=st.integers(-70, 130))
def test_a_proof_lives_a_minute_and_the_skew_at_both_ends(age: int) -> None:
    proof = saying(iat=NOW_S - age)
    if -60 <= age <= 120:
        assert verifier().verify(BOUND, proof=proof).issuer
    else:
        code = "dpop-ahead" if age < 0 else "dpop-old"
        assert codes_of(lambda: verifier().verify(BOUND, proof=proof)) == [code]


@DEVELOPMENT_ONLY
def test_the_thumbprint_is_the_one_of_rfc_7638() -> None:
    # Source: RFC 7638 section 3.1.
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tS"
        "oc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65"
        "YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyr"
        "dkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK"
        "nqDKgw"
    )
    jwk: dict[str, Json] = {"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "x"}
    assert thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert import_public(jwk, alg="RS256").alg == "RS256"
    assert APPLICATION.jkt == APPLICATION.key.kid
    with pytest.raises(TrustError, match="dpop-header"):
        thumbprint({"kty": "oct", "k": "AQ"})
