"""Named attacks on tokens: each one forged here, each refused by a code of its own kind.

Where the attacker needs a valid signature, the issuer's own key makes it: a check must hold
even against what an issuer signs by mistake.
"""

import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from interop.conformance.strategies.federation import (
    ACRS,
    AUDIENCE,
    HUB,
    IDP,
    MANDATES,
    NOW,
    NOW_S,
    WEST_IDP,
    Delta,
    a_login,
    idp_row,
    issuer_file,
    key_row,
)
from interop.crypto import SecretKey, base64url
from interop.crypto.algorithms import P256
from interop.errors import KnowledgeError, TrustError
from interop.federation import IssuerKey, Need, Verifier
from interop.model.canonical import Json
from interop.model.party import AssuranceLevel

DELTA: Final = Delta()
VERIFIER: Final = DELTA.verifier()
KEY: Final = DELTA.east
CLAIMS: Final[dict[str, Json]] = msgspec.to_builtins(a_login())
AGENT: Final[dict[str, Json]] = {"sub": "agent", "kind": "person", "proof": CLAIMS["proof"]}
PUBLIC_PEM: Final = KEY.public.to_pem()
PUBLIC_JWK: Final = json.dumps(KEY.public.to_jwk()).encode()
ABSENT: Final = object()
OTHER_ALG: Final = "ES256" if KEY.alg == "SM2" else "SM2"


def raw(header: bytes, payload: bytes, key: SecretKey = KEY) -> str:
    signed = f"{base64url.encode(header)}.{base64url.encode(payload)}"
    return f"{signed}.{base64url.encode(key.sign(signed.encode()))}"


def header_of(key: SecretKey = KEY, /, **changes: object) -> bytes:
    members = {"alg": key.alg, "kid": key.kid, "typ": "at+jwt", **changes}
    return json.dumps({k: v for k, v in members.items() if v is not ABSENT}).encode()


def claims_of(**changes: object) -> bytes:
    members = {**CLAIMS, **changes}
    return json.dumps({k: v for k, v in members.items() if v is not ABSENT}).encode()


def headed(**changes: object) -> str:
    """Return a signed token whose header differs from a good one."""
    return raw(header_of(**changes), claims_of())


def saying(**changes: object) -> str:
    """Return a signed token whose claims differ from good ones."""
    return raw(header_of(), claims_of(**changes))


def hmac_signed(secret: bytes) -> str:
    signed = f"{base64url.encode(header_of(alg='HS256'))}.{base64url.encode(claims_of())}"
    mac = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64url.encode(mac)}"


def signed_as(signature: bytes) -> str:
    return f"{GOOD.rsplit('.', 1)[0]}.{base64url.encode(signature)}"


GOOD: Final = headed()
HEAD, BODY, SIGNATURE = GOOD.split(".")
SHIFTED: Final = SIGNATURE[:-1] + chr(ord(SIGNATURE[-1]) + 1)
ORDER: Final = P256.order.to_bytes(32, "big")
PAYLOAD: Final = claims_of()
TEN_YEARS_S: Final = 10 * 365 * 86_400

JOSE: Final[dict[str, tuple[str, str]]] = {
    "alg none without signature": (
        f"{base64url.encode(header_of(alg='none'))}.{BODY}.",
        "jws-alg-none",
    ),
    "alg None in another spelling": (headed(alg="nOnE"), "jws-alg-none"),
    "alg missing": (headed(alg=ABSENT), "jws-alg-missing"),
    "hmac with the public key as PEM": (hmac_signed(PUBLIC_PEM), "jws-alg-symmetric"),
    "hmac with the public key as JWK": (hmac_signed(PUBLIC_JWK), "jws-alg-symmetric"),
    "another algorithm than the key's": (headed(alg="RS256"), "jws-alg-mismatch"),
    "sm2 name over a p-256 signature": (headed(alg=OTHER_ALG), "jws-alg-mismatch"),
    "sm2 by an alias": (headed(alg="SM2withSM3"), "jws-alg-unknown"),
    "key in the header": (headed(jwk=DELTA.west.public.to_jwk()), "jws-embedded-jwk"),
    "key by address": (headed(jku="https://evil.example/jwks"), "jws-jku"),
    "certificate by address": (headed(x5u="file:///etc/passwd"), "jws-x5u"),
    "certificate in the header": (headed(x5c=["AQ"]), "jws-x5c"),
    "kid as a path": (headed(kid="../../../dev/null"), "jws-kid-malformed"),
    "kid as sql": (headed(kid="x' UNION SELECT 'key"), "jws-kid-malformed"),
    "kid with nul": (headed(kid=KEY.kid + "\0"), "jws-kid-malformed"),
    "kid over 128": (headed(kid="k" * 129), "jws-kid-malformed"),
    "kid as a list": (headed(kid=[KEY.kid]), "jws-header-type"),
    "kid missing": (headed(kid=ABSENT), "token-kid-missing"),
    "kid of another issuer": (headed(kid=DELTA.west.kid), "token-key-unknown"),
    "critical extension": (headed(crit=["exp"]), "jws-crit"),
    "payload not encoded": (headed(b64=False), "jws-b64"),
    "payload compressed": (headed(zip="DEF"), "jws-zip"),
    "unknown header member": (headed(cty="JWT"), "token-header-unknown"),
    "json serialisation": (
        json.dumps({"protected": HEAD, "payload": BODY, "signature": SIGNATURE}),
        "jws-json-form",
    ),
    "two parts": (f"{HEAD}.{BODY}", "jws-part-count"),
    "four parts": (f"{GOOD}.{SIGNATURE}", "jws-part-count"),
    "line end": (f"{GOOD}\n", "jws-whitespace"),
    "padding": (f"{GOOD}==", "base64url-padding"),
    "unused bits set": (f"{HEAD}.{BODY}.{SHIFTED}", "base64url-not-canonical"),
    "standard base64": (f"{HEAD}.{BODY}.{SIGNATURE[:-2]}+/", "base64url-alphabet"),
    "alg twice": (raw(b'{"alg":"none",' + header_of()[1:], PAYLOAD), "jws-header-duplicate"),
    "header with byte order mark": (
        raw(b"\xef\xbb\xbf" + header_of(), PAYLOAD),
        "jws-header-encoding",
    ),
    "header deeply nested": (
        raw(b'{"x":' + b"[" * 99 + b"]" * 99 + b"," + header_of()[1:], PAYLOAD),
        "jws-header-depth",
    ),
    "over 64 KiB": (saying(pad="a" * 70_000), "jws-too-large"),
    "psychic signature": (signed_as(bytes(64)), "jws-signature-range"),
    "r is the order": (signed_as(ORDER + bytes(31) + b"\1"), "jws-signature-range"),
    "s over the order": (signed_as(bytes(31) + b"\1" + b"\xff" * 32), "jws-signature-range"),
    "der signature": (
        signed_as(b"\x30\x06\x02\x01\x01\x02\x01\x01"),
        "jws-signature-length",
    ),
    "no signature": (f"{HEAD}.{BODY}.", "jws-signature-length"),
    "signed by another issuer's key": (
        raw(header_of(), PAYLOAD, DELTA.west),
        "jws-signature-invalid",
    ),
    "claims exchanged": (
        f"{HEAD}.{base64url.encode(claims_of(sub='other'))}.{SIGNATURE}",
        "jws-signature-invalid",
    ),
}

JWT: Final[dict[str, tuple[str, str]]] = {
    "id token (no typ)": (headed(typ=ABSENT), "token-typ"),
    "plain jwt": (headed(typ="JWT"), "token-typ"),
    "logout token": (headed(typ="logout+jwt"), "token-typ"),
    "proof of possession": (headed(typ="dpop+jwt"), "token-typ"),
    "entity statement": (headed(typ="entity-statement+jwt"), "token-typ"),
    "mandate as a login": (headed(typ="mandate+jwt"), "token-typ"),
    "typ in another case": (headed(typ="AT+JWT"), "token-typ"),
    "token of another env": (headed(env="prod"), "token-other-env"),
    "claims twice": (
        raw(header_of(), b'{"sub":"admin",' + PAYLOAD[1:]),
        "token-claim-duplicate",
    ),
    "issuer twice": (
        raw(header_of(), PAYLOAD[:-1] + f',"iss":"{WEST_IDP}"}}'.encode(), DELTA.west),
        "token-key-unknown",
    ),
    "claims not utf-8": (
        raw(header_of(), PAYLOAD.replace(b"token-0001", b"token-\xff001")),
        "token-claims-malformed",
    ),
    "claims with a lone surrogate": (saying(sub="\ud800"), "token-claims-malformed"),
    "claims an array": (raw(header_of(), b"[]"), "token-claims-malformed"),
    "claims nan": (saying(nbf=float("nan")), "token-claims-malformed"),
    "claims deeply nested": (
        raw(header_of(), PAYLOAD[:-1] + b',"x":' + b"[" * 99 + b"]" * 99 + b"}"),
        "token-claim-limit",
    ),
    "claims over 16 KiB": (saying(pad="a" * 20_000), "token-claim-limit"),
    "exp missing": (saying(exp=ABSENT), "token-claim-missing"),
    "jti missing": (saying(jti=ABSENT), "token-claim-missing"),
    "exp as text": (saying(exp=str(NOW_S + 200)), "token-claim-type"),
    "exp as a boolean": (saying(exp=True), "token-claim-type"),
    "exp as a fraction": (saying(exp=NOW_S + 0.5), "token-claims-malformed"),
    "exp beyond all time": (saying(exp=10**30), "token-claim-limit"),
    "exp in the year 100000": (saying(exp=3 * 10**12), "token-claim-type"),
    "exp negative": (saying(exp=-1), "token-claim-type"),
    "jti that writes into a log": (saying(jti="token-1\nlogin ok"), "token-claim-type"),
    "subject with control characters": (saying(sub="a\x1b[2J"), "token-claim-type"),
    "azp": (saying(azp="other"), "token-claim-unknown"),
    "nonce of a logout or id token": (saying(nonce="n"), "token-claim-unknown"),
    "at_hash of an id token": (saying(at_hash="h"), "token-claim-unknown"),
    "bound token as a bearer": (saying(cnf={"jkt": "x" * 43}), "token-proof-of-possession"),
    "audience a list of ours": (saying(aud=[AUDIENCE]), "token-audience-multiple"),
    "audience with a stranger": (saying(aud=[AUDIENCE, "x"]), "token-audience-multiple"),
    "audience a prefix": (saying(aud=AUDIENCE[:-1]), "token-audience-other"),
    "audience continued": (saying(aud=AUDIENCE + ".evil.example"), "token-audience-other"),
    "audience with a slash": (saying(aud=AUDIENCE + "/"), "token-audience-other"),
    "issuer with a slash": (saying(iss=IDP + "/"), "issuer-unknown"),
    "issuer in capitals": (saying(iss=IDP.upper()), "issuer-unknown"),
    "issuer percent-encoded": (saying(iss=IDP.replace("east", "%65ast")), "issuer-unknown"),
    "issuer nobody knows": (saying(iss="https://idp.evil.example"), "issuer-unknown"),
    "issuer of another env": (
        saying(iss="https://gateway.west.sim.example"),
        "issuer-other-env",
    ),
    "issuer without that role": (
        raw(header_of(DELTA.mandates), claims_of(iss=MANDATES), DELTA.mandates),
        "issuer-role",
    ),
    "issuers mixed up": (saying(iss=WEST_IDP), "token-key-unknown"),
    "issued in the future": (saying(iat=NOW_S + 61), "token-clock-skew"),
    "expired": (saying(exp=NOW_S - 60, iat=NOW_S - 99, auth_time=NOW_S - 99), "token-expired"),
    "not valid yet": (saying(nbf=NOW_S + 61), "token-not-yet-valid"),
    "expires before its issue": (saying(exp=NOW_S - 11), "token-expires-before-issue"),
    "valid for ten years": (saying(exp=NOW_S + TEN_YEARS_S), "token-lifetime"),
    "login after the issue": (saying(auth_time=NOW_S + 55), "token-authenticated-later"),
    "login too old": (saying(auth_time=NOW_S - 700), "token-authentication-old"),
    "acr nobody mapped": (saying(acr="urn:east:iris"), "token-acr-unknown"),
    "acr of another issuer": (saying(acr="urn:west:3"), "token-acr-unknown"),
    "several acr": (saying(acr="urn:east:sms urn:east:face"), "token-acr-unknown"),
    "acr a list": (saying(acr=["urn:east:face"]), "token-claim-type"),
    "level too low": (saying(acr="urn:east:sms"), "token-level-low"),
    "region not its own": (saying(region="320000"), "token-region"),
    "hub without a region": (
        raw(header_of(DELTA.hub), claims_of(iss=HUB), DELTA.hub),
        "token-region",
    ),
    "organisation without a person": (saying(kind="organisation"), "token-without-agent"),
    "organisation as agent": (
        saying(kind="organisation", act={**AGENT, "kind": "organisation"}),
        "token-agent-not-person",
    ),
    "agent the subject": (
        saying(kind="organisation", act={**AGENT, "sub": "s-1"}),
        "token-agent-is-subject",
    ),
    "agent of an agent": (
        saying(kind="organisation", act={**AGENT, "act": AGENT}),
        "token-agent-chain",
    ),
    "proof with a short digest": (
        saying(proof={"salt": "A" * 22, "mac": "A" * 22}),
        "token-proof-malformed",
    ),
    "proof in a second spelling": (
        saying(proof={"salt": "A" * 22, "mac": "A" * 42 + "B"}),
        "base64url-not-canonical",
    ),
}
ATTACKS: Final = {**JOSE, **JWT}
NEED: Final = Need(level=AssuranceLevel.SUBSTANTIAL, age_s_max=600)


def codes_of(call: Callable[[], object]) -> list[str]:
    with pytest.raises(TrustError) as caught:
        call()
    return [reason.code for reason in caught.value.reasons]


def test_the_token_that_the_attacks_start_from_is_accepted() -> None:
    assert VERIFIER.verify(GOOD, need=NEED).issuer == IDP
    assert len(ATTACKS) >= 100
    assert len({code for _, code in ATTACKS.values()}) >= 45


@pytest.mark.parametrize(("token", "code"), ATTACKS.values(), ids=ATTACKS)
def test_each_attack_is_refused_for_its_own_reason(token: str, code: str) -> None:
    assert codes_of(lambda: VERIFIER.verify(token, need=NEED)) == [code]


@pytest.mark.parametrize(("token", "code"), ATTACKS.values(), ids=ATTACKS)
def test_no_refusal_repeats_the_token_or_breaks_a_line(token: str, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        VERIFIER.verify(token, need=NEED)
    for reason in caught.value.reasons:
        shown = json.dumps(reason.as_json(), ensure_ascii=False)
        assert not [part for part in token.split(".") if len(part) > 20 and part in shown]
        assert all(text.isprintable() for text in reason.as_json().values())
    assert code in str(caught.value)


def rsa_key(bits: int) -> tuple[rsa.RSAPrivateKey, IssuerKey]:
    key = rsa.generate_private_key(65537, bits)
    jwk = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    row = key_row(KEY).model_copy(update={"jwk": {**jwk, "kid": "rsa", "alg": "RS256"}})
    return key, row


def east_verifier(row: IssuerKey) -> Verifier:
    file = issuer_file("310000", idp_row(IDP, row, acrs=ACRS, regions=("310000",)))
    return DELTA.verifier(file)


def test_a_key_pinned_to_rs256_does_not_serve_ps256() -> None:
    key, row = rsa_key(2048)
    verifier = east_verifier(row)
    head = {"kid": "rsa", "typ": "at+jwt"}
    good = jwt.encode(CLAIMS, key, algorithm="RS256", headers=head)
    assert verifier.verify(good).issuer == IDP
    other = jwt.encode(CLAIMS, key, algorithm="PS256", headers=head)
    assert codes_of(lambda: verifier.verify(other)) == ["jws-alg-mismatch"]


@pytest.mark.parametrize(
    "jwk",
    [
        {**KEY.public.to_jwk(), "d": "AQ"},
        {"kty": "oct", "k": "AQ", "kid": "x", "alg": "HS256"},
        {**KEY.public.to_jwk(), "alg": "none"},
    ],
    ids=["private", "symmetric", "none"],
)
def test_a_registry_with_such_a_key_does_not_open(jwk: dict[str, Json]) -> None:
    row = key_row(KEY).model_copy(update={"jwk": jwk})
    with pytest.raises(KnowledgeError, match="issuer-key"):
        east_verifier(row)


def test_two_issuers_with_one_kid_keep_their_own_keys() -> None:
    west = key_row(DELTA.west)
    taken = west.model_copy(update={"jwk": {**west.jwk, "kid": KEY.kid}})
    verifier = DELTA.verifier(
        issuer_file("310000", idp_row(IDP, key_row(KEY), acrs=ACRS, regions=("310000",))),
        issuer_file("320000", idp_row(WEST_IDP, taken, acrs=ACRS, regions=("320000",))),
    )
    assert verifier.verify(GOOD).issuer == IDP
    crossed = raw(header_of(), claims_of(iss=WEST_IDP))
    assert codes_of(lambda: verifier.verify(crossed)) == ["jws-signature-invalid"]


YESTERDAY: Final = NOW - timedelta(days=1)
OVER: Final = {
    "token-key-revoked": key_row(KEY, state="revoked"),
    "token-key-past": key_row(KEY, sign_until=YESTERDAY, verify_until=YESTERDAY),
    "token-key-retired": key_row(KEY, state="retired", sign_until=YESTERDAY),
}


@pytest.mark.parametrize(("code", "row"), OVER.items(), ids=OVER)
def test_a_key_that_is_over_vouches_for_nothing_new(code: str, row: IssuerKey) -> None:
    assert codes_of(lambda: east_verifier(row).verify(GOOD)) == [code]


# What PyJWT accepts when it is called with a key, algorithms and an audience. Its clock
# cannot be set, so exp is looked at only where it lies beyond any day this test runs on.
TIMED: Final = {"no exp", "exp as text", "exp 1e300", "ten years"}
LOOSE: Final[dict[str, tuple[str, str]]] = {
    "any typ": JWT["logout token"],
    "no exp": JWT["exp missing"],
    "audience with a stranger": JWT["audience with a stranger"],
    "any issuer": JWT["issuer nobody knows"],
    "exp as text": (saying(exp="99999999999"), "token-claim-type"),
    "claims twice": JWT["claims twice"],
    "header members twice": JOSE["alg twice"],
    "exp 1e300": (
        raw(header_of(), PAYLOAD.replace(f'"exp": {NOW_S + 200}'.encode(), b'"exp": 1e300')),
        "token-claims-malformed",
    ),
    "five megabytes": (saying(pad="a" * 5_000_000), "jws-too-large"),
    "ten years": JWT["valid for ten years"],
    "padding": JOSE["padding"],
}


@pytest.mark.skipif(KEY.alg != "ES256", reason="PyJWT has no SM2")
@pytest.mark.parametrize("name", LOOSE)
def test_what_a_common_library_accepts_by_default_is_refused_here(name: str) -> None:
    token, code = LOOSE[name]
    jwt.decode(
        token,
        jwt.PyJWK(KEY.public.to_jwk()).key,
        algorithms=["ES256"],
        audience=AUDIENCE,
        options={"verify_exp": name in TIMED},
    )
    assert codes_of(lambda: VERIFIER.verify(token, need=NEED)) == [code]


@pytest.mark.filterwarnings("ignore:.*key.*:Warning")
def test_a_weak_rsa_key_that_a_common_library_warns_of_is_refused_here() -> None:
    key, row = rsa_key(1024)
    token = jwt.encode(CLAIMS, key, algorithm="RS256", headers={"kid": "rsa"})
    untimed: jwt.types.Options = {"verify_exp": False}
    public = key.public_key()
    jwt.decode(token, public, algorithms=["RS256"], audience=AUDIENCE, options=untimed)
    with pytest.raises(KnowledgeError) as caught:
        east_verifier(row)
    assert (caught.value.code, caught.value.reason.got) == ("issuer-key", "key-rsa-size")
