"""What PyJWT takes when it is called as its first example shows, and what is said of it here.

PyJWT gets a key, the algorithms and an audience; our side gets the token. Both see the same
bytes. Its clock cannot be set, so the tokens are made for the day the test runs on.
"""

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    IDP,
    Delta,
    a_login,
    assurance_file,
    covers,
    idp_row,
    issuer_file,
    registry_file,
)
from interop.crypto import base64url, sign_compact
from interop.crypto.algorithms import P256
from interop.errors import InteropError
from interop.federation import IssuerKey, TrustRegistry, Verifier
from interop.model.canonical import Json
from tests.profiles import DEVELOPMENT_ONLY

pytestmark = DEVELOPMENT_ONLY

NOW: Final = datetime.now(UTC).replace(microsecond=0)
NOW_S: Final = int(NOW.timestamp())
KEY: Final = Delta().east
YEARS_S: Final = 10 * 365 * 86_400
ABSENT: Final = object()
TIMES: Final = {"iat": NOW_S - 10, "exp": NOW_S + 200, "auth_time": NOW_S - 20}
CLAIMS: Final[dict[str, object]] = {**msgspec.to_builtins(a_login()), **TIMES}


def claims_of(**changes: object) -> bytes:
    members = {**CLAIMS, **changes}
    return json.dumps({k: v for k, v in members.items() if v is not ABSENT}).encode()


def saying(typ: str = "at+jwt", payload: bytes = b"", /, **changes: object) -> str:
    return sign_compact(payload or claims_of(**changes), KEY, typ=typ, header={})


def headed(header: bytes) -> str:
    signed = f"{base64url.encode(header)}.{base64url.encode(claims_of())}"
    return f"{signed}.{base64url.encode(KEY.sign(signed.encode()))}"


def large() -> str:
    payload = claims_of(pad="a" * 3_900_000)
    signed = f"{base64url.encode(HEADER)}.{base64url.encode(payload)}"
    return f"{signed}.{base64url.encode(KEY.sign(signed.encode()))}"


def registry(jwk: dict[str, Json]) -> TrustRegistry:
    row = IssuerKey(
        jwk=jwk,
        use_from=NOW - timedelta(days=1),
        sign_until=NOW + timedelta(days=1),
        verify_until=NOW + timedelta(days=2),
        state="active",
    )
    first, last = (NOW - timedelta(days=2)).date(), (NOW + timedelta(days=9)).date()
    return TrustRegistry.of(
        registry_file().model_copy(update={"valid_from": first, "valid_until": last}),
        assurance_file(),
        (issuer_file("310000", idp_row(IDP, row, acrs=ACRS, regions=("310000",))),),
        env="sim",
        covers=covers,
    )


def ours(token: str, jwk: dict[str, Json]) -> object:
    return Verifier(registry(jwk), audience=AUDIENCE, clock=lambda: NOW).verify(token)


HEADER: Final = json.dumps({"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}).encode()
WEAK: Final = rsa.generate_private_key(65537, 1024)  # noqa: S505 -- weak on purpose
WEAK_JWK: Final[dict[str, Json]] = {
    **RSAAlgorithm.to_jwk(WEAK.public_key(), as_dict=True),
    "kid": "weak",
    "alg": "RS256",
}
EXP: Final = f'"exp": {NOW_S + 200}'.encode()


def weakly_signed() -> str:
    with warnings.catch_warnings(action="ignore"):
        return jwt.encode(
            CLAIMS, WEAK, algorithm="RS256", headers={"kid": "weak", "typ": "at+jwt"}
        )


@dataclass(frozen=True, slots=True)
class Loose:
    """A token that PyJWT takes, the code it is refused with here, and the key."""

    token: Callable[[], str]
    code: str
    jwk: dict[str, Json] = field(default_factory=KEY.public.to_jwk)


LOOSE: Final = {
    "any typ, a logout token as access token": Loose(lambda: saying("logout+jwt"), "token-typ"),
    "no exp": Loose(lambda: saying(exp=ABSENT), "token-claim-missing"),
    "several audiences, one a stranger": Loose(
        lambda: saying(aud=[AUDIENCE, "https://x.example"]), "token-audience-multiple"
    ),
    "any issuer": Loose(lambda: saying(iss="https://idp.evil.example"), "issuer-unknown"),
    "exp as text": Loose(lambda: saying(exp=str(NOW_S + 200)), "token-claim-type"),
    "duplicate members of the claims": Loose(
        lambda: saying("at+jwt", b'{"sub":"admin",' + claims_of()[1:]), "token-claim-duplicate"
    ),
    "duplicate members of the header": Loose(
        lambda: headed(b'{"alg":"none",' + HEADER[1:]), "jws-header-duplicate"
    ),
    "exp 1e300": Loose(
        lambda: saying("at+jwt", claims_of().replace(EXP, b'"exp": 1e300')),
        "token-claim-number",
    ),
    "five megabytes": Loose(large, "jws-too-large"),
    "ten years": Loose(lambda: saying(exp=NOW_S + YEARS_S), "token-lifetime"),
    "padding after the signature": Loose(lambda: f"{saying()}==", "base64url-padding"),
    "RSA-1024": Loose(weakly_signed, "issuer-key", WEAK_JWK),
}


def theirs(token: str, jwk: dict[str, Json]) -> dict[str, object]:
    """Read ``token`` as the documentation of PyJWT begins."""
    with warnings.catch_warnings(action="ignore"):
        key = jwt.PyJWK(jwk)
        read: dict[str, object] = jwt.decode(
            token,
            key.key,
            algorithms=[str(jwk["alg"])],
            audience=AUDIENCE,
            # Its clock cannot be set, and this test may run long after it was collected.
            leeway=86_400,
        )
    return read


@pytest.mark.parametrize("name", LOOSE)
def test_what_pyjwt_takes_by_default_is_refused_here(name: str) -> None:
    loose = LOOSE[name]
    token = loose.token()
    assert theirs(token, loose.jwk)["acr"] == CLAIMS["acr"]
    with pytest.raises(InteropError) as caught:
        ours(token, loose.jwk)
    assert [reason.code for reason in caught.value.reasons] == [loose.code]


def test_twelve_ways_twelve_codes_and_a_good_token_for_both() -> None:
    assert len({loose.code for loose in LOOSE.values()}) == len(LOOSE) == 12
    jwk = KEY.public.to_jwk()
    assert theirs(saying(), jwk)["sub"] == "s-1"
    assert ours(saying(), jwk)
    assert len(LOOSE["five megabytes"].token()) > 5_000_000


def test_a_signature_written_anew_is_the_same_token_to_both() -> None:
    head, body, signature = saying().split(".")
    made = base64url.decode(signature, field="x")
    s = (P256.order - int.from_bytes(made[32:], "big")).to_bytes(32, "big")
    anew, jwk = f"{head}.{body}.{base64url.encode(made[:32] + s)}", KEY.public.to_jwk()
    assert theirs(anew, jwk)
    # It cannot be refused, so nothing hangs on the bytes: not its name in the audit.
    assert ours(anew, jwk) == ours(f"{head}.{body}.{signature}", jwk)
