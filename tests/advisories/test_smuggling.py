"""Named attacks by keys and algorithms that a token or a file brings along, and by SM2."""

import hmac
import json
from collections.abc import Callable
from typing import Final

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from interop.conformance.strategies.federation import (
    ACRS,
    IDP,
    WEST_IDP,
    Delta,
    a_login,
    idp_row,
    issuer_file,
    key_row,
)
from interop.crypto import PrivateKey, base64url, import_public, sign_compact, verify_compact
from interop.crypto.sm2 import Sm2PrivateKey
from interop.crypto.sm2.backend import KNOWN_MESSAGE, KNOWN_POINT, KNOWN_SCALAR, KNOWN_SIGNATURE
from interop.crypto.sm2.curve import N, message_digest, signer_digest
from interop.crypto.sm2.keys import jwk_of, sm2_check
from interop.crypto.sm2.libcrypto import LibcryptoBackend, NoLibrary
from interop.errors import InteropError, TrustError
from interop.federation import IssuerKey, Verifier, issue
from interop.model.canonical import Json
from interop.simulator.wire import answer, wire

KEY: Final = PrivateKey.generate(use="sig")
JWK: Final = KEY.public.to_jwk()
RSA: Final = rsa.generate_private_key(65537, 2048)
RSA_JWK: Final[dict[str, Json]] = RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True)
DELTA: Final = Delta()
PAYLOAD: Final = b'{"iss":"https://idp.example"}'
SM2_JWK: Final = jwk_of(KNOWN_POINT)


def token(
    header: dict[str, object], sign: Callable[[bytes], bytes], body: bytes = PAYLOAD
) -> str:
    text = f"{base64url.encode(json.dumps(header).encode())}.{base64url.encode(body)}"
    return f"{text}.{base64url.encode(sign(text.encode()))}"


def mac(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda signed: hmac.digest(secret, signed, "sha256")


def with_modulus() -> object:
    secret = base64url.decode(str(RSA_JWK["n"]), field="n")
    return verify_compact(token({"alg": "HS256"}, mac(secret)), RSA_JWK, alg="RS256")


def with_der() -> object:
    der = b"".join(KEY.public.to_pem().splitlines()[1:-1])
    return verify_compact(token({"alg": "HS256"}, mac(der)), JWK, alg="ES256")


def other_scheme(signed: str, pinned: str) -> object:
    made = jwt.PyJWS().encode(PAYLOAD, RSA, algorithm=signed)
    return verify_compact(made, RSA_JWK, alg=pinned)


def by_address(member: str, value: Callable[[str], object]) -> object:
    """Point at a server of our own, which must not be asked."""
    with wire(answer(200, "application/json", json.dumps({"keys": [JWK]}).encode())) as server:
        sent = token({"alg": "ES256", member: value(server.url)}, KEY.sign)
        try:
            return verify_compact(sent, JWK, alg="ES256")
        finally:
            assert server.requests == []


def verifier(*keys: IssuerKey) -> Verifier:
    row = idp_row(IDP, keys[0], acrs=ACRS, regions=("310000",))
    return DELTA.verifier(issuer_file("310000", row.model_copy(update={"keys": keys})))


def with_key(**changes: Json) -> object:
    row = key_row(DELTA.east)
    return verifier(row.model_copy(update={"jwk": {**row.jwk, **changes}}))


def one_kid_at_two_issuers() -> object:
    west = key_row(DELTA.west)
    taken = west.model_copy(update={"jwk": {**west.jwk, "kid": DELTA.east.kid}})
    both = DELTA.verifier(
        issuer_file(
            "310000", idp_row(IDP, key_row(DELTA.east), acrs=ACRS, regions=("310000",))
        ),
        issuer_file("320000", idp_row(WEST_IDP, taken, acrs=ACRS, regions=("320000",))),
    )
    return both.verify(issue(a_login(iss=WEST_IDP), DELTA.east).reveal())


def library() -> LibcryptoBackend:
    try:
        return LibcryptoBackend.found()
    except NoLibrary:
        pytest.skip("signing with SM2 needs the system's libcrypto of OpenSSL 3 or newer")


def sm2_key() -> Sm2PrivateKey:
    return Sm2PrivateKey(library().private(KNOWN_SCALAR))


def sm2_under_es256(alg: str) -> object:
    return verify_compact(token({"alg": alg}, sm2_key().sign), JWK, alg="ES256")


def es256_under_sm2(alg: str) -> object:
    return verify_compact(token({"alg": alg}, KEY.sign), SM2_JWK, alg="SM2")


def other_signer() -> object:
    """Sign as somebody with another identifier (Z_A) than the agreed one."""
    private = library().private(KNOWN_SCALAR)
    z = signer_digest(KNOWN_POINT, b"somebody@example")
    made = token({"alg": "SM2"}, lambda signed: private.sign(message_digest(z, signed)))
    return verify_compact(made, SM2_JWK, alg="SM2")


def sm2_signed(signature: bytes) -> object:
    sm2_check(KNOWN_POINT)(KNOWN_SIGNATURE, KNOWN_MESSAGE)
    return verify_compact(token({"alg": "SM2"}, lambda _: signature), SM2_JWK, alg="SM2")


def number(value: int) -> bytes:
    return value.to_bytes(32, "big")


R: Final = int.from_bytes(KNOWN_SIGNATURE[:32], "big")
UNSOUND: Final = "issuer-key"
ATTACKS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "hmac with the public key as DER": (with_der, "jws-alg-symmetric"),
    "hmac with the modulus": (with_modulus, "jws-alg-symmetric"),
    "PS256 under a key for RS256": (lambda: other_scheme("PS256", "RS256"), "jws-alg-mismatch"),
    "RS256 under a key for PS256": (lambda: other_scheme("RS256", "PS256"), "jws-alg-mismatch"),
    "a smaller hash than the key's": (
        lambda: other_scheme("RS256", "RS512"),
        "jws-alg-mismatch",
    ),
    "key set by address, served": (
        lambda: by_address("jku", lambda url: f"{url}/k"),
        "jws-jku",
    ),
    "certificate by address, served": (lambda: by_address("x5u", lambda url: url), "jws-x5u"),
    "certificate that points onward": (lambda: by_address("x5c", lambda url: [url]), "jws-x5c"),
    "one kid at two issuers": (one_kid_at_two_issuers, "jws-signature-invalid"),
    "one kid twice at an issuer": (
        lambda: verifier(key_row(DELTA.east), key_row(DELTA.east)),
        "issuer-key-twice",
    ),
    "private key in the registry": (lambda: with_key(d="AQ"), UNSOUND),
    "symmetric key in the registry": (lambda: with_key(kty="oct", k="AQ"), UNSOUND),
    "key off its curve in the registry": (lambda: with_key(y=JWK["x"]), UNSOUND),
    "key without kid in the registry": (lambda: with_key(kid=""), "issuer-incomplete"),
    "SM2 signature under an ES256 key": (
        lambda: sm2_under_es256("ES256"),
        "jws-signature-invalid",
    ),
    "SM2 token under an ES256 key": (lambda: sm2_under_es256("SM2"), "jws-alg-mismatch"),
    "ES256 signature under an SM2 key": (
        lambda: es256_under_sm2("SM2"),
        "jws-signature-invalid",
    ),
    "ES256 token under an SM2 key": (lambda: es256_under_sm2("ES256"), "jws-alg-mismatch"),
    "SM2 with another identifier of the signer": (other_signer, "jws-signature-invalid"),
    "SM2 with r + s = n": (
        lambda: sm2_signed(number(R) + number(N - R)),
        "sm2-signature-sum",
    ),
    "SM2 with r = n": (lambda: sm2_signed(number(N) + number(1)), "jws-signature-range"),
    "SM2 of zeros": (lambda: sm2_signed(bytes(64)), "jws-signature-range"),
    "SM2 in DER": (lambda: sm2_signed(b"0\x06\2\1\1\2\1\1"), "jws-signature-length"),
    "SM2 by the name of the certificates": (
        lambda: verify_compact(token({"alg": "SM2withSM3"}, KEY.sign), SM2_JWK, alg="SM2"),
        "jws-alg-unknown",
    ),
    "SM2 signature of another message": (
        lambda: sm2_signed(KNOWN_SIGNATURE),
        "jws-signature-invalid",
    ),
    "SM2 key off its curve": (
        lambda: import_public({**SM2_JWK, "y": SM2_JWK["x"]}, alg="SM2"),
        "key-point",
    ),
}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS)
def test_the_attack_fails_by_name(attack: Callable[[], object], code: str) -> None:
    with pytest.raises(InteropError) as caught:
        attack()
    assert [reason.code for reason in caught.value.reasons] == [code]


def test_without_an_attack_everything_passes() -> None:
    assert verify_compact(token({"alg": "ES256"}, KEY.sign), JWK, alg="ES256") == PAYLOAD
    for alg in ("RS256", "PS256"):
        assert other_scheme(alg, alg) == PAYLOAD
    token_ = issue(a_login(), DELTA.east).reveal()
    assert verifier(key_row(DELTA.east)).verify(token_).issuer == IDP
    key = sm2_key()
    assert verify_compact(sign_compact(PAYLOAD, key, typ="x"), SM2_JWK, alg="SM2") == PAYLOAD


def test_why_a_key_of_the_registry_is_unsound_is_told() -> None:
    for attack, why in (
        ("private key in the registry", "key-private"),
        ("symmetric key in the registry", "key-symmetric"),
        ("key off its curve in the registry", "key-point"),
    ):
        with pytest.raises(InteropError) as caught:
            ATTACKS[attack][0]()
        assert not isinstance(caught.value, TrustError)
        assert caught.value.reason.got == why
