"""Unsound public keys: each kind is refused at import, before anything is verified."""

from collections.abc import Callable
from functools import partial
from math import prod

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from jwt.algorithms import RSAAlgorithm

from interop.conformance.strategies.crypto import RINGS
from interop.crypto import PublicKey, base64url, import_public
from interop.crypto.algorithms import P256
from interop.crypto.jwk import ED25519_P, LOW_ORDER_Y
from interop.errors import TrustError
from interop.model.canonical import Json
from tests.crypto.conftest import Pair

EC_JWK = RINGS[0].signing.public.to_jwk()
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
PRIMES = [p for p in range(3, 168) if all(p % q for q in range(2, p))]


def number(value: int, size: int | None = None) -> str:
    return base64url.encode(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def rsa_jwk(n: int, e: int = 65537) -> dict[str, Json]:
    return {"kty": "RSA", "n": number(n), "e": number(e)}


def roca_modulus() -> int:
    """Return an odd 2048-bit number with the fingerprint of the flawed generator."""
    modulus = prod(PRIMES)
    residue = pow(65537, 12345, modulus)
    odd = residue if residue % 2 else residue + modulus
    return odd + modulus * 2 * (2**2047 // (2 * modulus) + 5)


ODD_2048 = 2**2047 + 12345
Y_OFF = number(int.from_bytes(base64url.decode(str(EC_JWK["y"]), field="y"), "big") ^ 1, 32)
KEYS: dict[str, tuple[dict[str, Json], str, str]] = {
    "private": ({**EC_JWK, "d": "AQ"}, "ES256", "key-private"),
    "private rsa": ({**rsa_jwk(ODD_2048), "p": "AQ"}, "RS256", "key-private"),
    "oct": ({"kty": "oct", "k": "AQ"}, "ES256", "key-symmetric"),
    "hidden secret": ({**EC_JWK, "k": "AQ"}, "ES256", "key-symmetric"),
    "no kty": ({}, "ES256", "key-type"),
    "rsa as ec": (rsa_jwk(ODD_2048), "ES256", "key-type"),
    "ec as rsa": ({"kty": "EC"}, "RS256", "key-type"),
    "ec as okp": ({"kty": "EC"}, "EdDSA", "key-type"),
    "other curve": ({**EC_JWK, "crv": "P-384"}, "ES256", "key-curve"),
    "other curve for alg": (
        {k: v for k, v in EC_JWK.items() if k != "alg"},
        "ES384",
        "key-curve",
    ),
    "secp256k1": ({**EC_JWK, "crv": "secp256k1"}, "ES256", "key-curve"),
    "ed448": ({"kty": "OKP", "crv": "Ed448", "x": "AQ"}, "EdDSA", "key-curve"),
    "off curve": ({**EC_JWK, "y": Y_OFF}, "ES256", "key-point"),
    "infinity": ({**EC_JWK, "x": number(0, 32), "y": number(0, 32)}, "ES256", "key-point"),
    "x over p": ({**EC_JWK, "x": number(P, 32)}, "ES256", "key-point"),
    "short x": ({**EC_JWK, "x": "AQ"}, "ES256", "key-malformed"),
    "long y": ({**EC_JWK, "y": number(1, 33)}, "ES256", "key-malformed"),
    "x missing": ({**EC_JWK, "x": None}, "ES256", "key-malformed"),
    "x empty": ({**EC_JWK, "x": ""}, "ES256", "key-malformed"),
    "x huge": ({**EC_JWK, "x": "A" * 4000}, "ES256", "key-malformed"),
    "x padded": ({**EC_JWK, "x": "AQ=="}, "ES256", "base64url-padding"),
    "kid number": ({**EC_JWK, "kid": 1}, "ES256", "key-malformed"),
    "other alg": ({**EC_JWK, "alg": "ES384"}, "ES256", "key-alg"),
    "for encryption": ({**EC_JWK, "use": "enc"}, "ES256", "key-use"),
    "may only sign": ({**EC_JWK, "key_ops": ["sign"]}, "ES256", "key-ops"),
    "no operation": ({**EC_JWK, "key_ops": []}, "ES256", "key-ops"),
    "operations as text": ({**EC_JWK, "key_ops": "verify"}, "ES256", "key-ops"),
    "rsa 1024": (rsa_jwk(2**1023 + 1), "RS256", "key-rsa-size"),
    "rsa 2047": (rsa_jwk(2**2046 + 1), "RS256", "key-rsa-size"),
    "rsa 8193": (rsa_jwk(2**8192 + 1), "RS256", "key-rsa-size"),
    "rsa even": (rsa_jwk(2**2047), "RS256", "key-malformed"),
    "rsa e 1": (rsa_jwk(ODD_2048, 1), "PS256", "key-rsa-exponent"),
    "rsa e even": (rsa_jwk(ODD_2048, 4), "PS256", "key-rsa-exponent"),
    "rsa e huge": (rsa_jwk(ODD_2048, 2**64 + 1), "PS256", "key-rsa-exponent"),
    "roca": (rsa_jwk(roca_modulus()), "RS256", "key-roca"),
    "ed25519 short": ({"kty": "OKP", "crv": "Ed25519", "x": "AQ"}, "EdDSA", "key-malformed"),
}


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


@pytest.mark.parametrize(("jwk", "alg", "code"), KEYS.values(), ids=KEYS)
def test_each_unsound_key_has_its_code(jwk: dict[str, Json], alg: str, code: str) -> None:
    assert code_of(lambda: import_public(jwk, alg=alg)) == code


def test_sound_keys_of_every_size_are_accepted(pairs: dict[str, Pair]) -> None:
    for alg, pair in pairs.items():
        assert import_public(pair.jwk, alg=alg).alg == alg
    for bits in (2049, 3072):
        jwk = RSAAlgorithm.to_jwk(rsa.generate_private_key(3, bits).public_key(), as_dict=True)
        assert import_public(jwk, alg="RS256").alg == "RS256"
    both = import_public({**EC_JWK, "key_ops": ["sign", "verify"]}, alg="ES256")
    assert both.kid == EC_JWK["kid"]


def order_of(y: int) -> int:
    """Return the order of the Edwards point with this y if at most 8, else 0."""
    p, d = ED25519_P, -121665 * pow(121666, -1, ED25519_P) % ED25519_P
    x2 = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(x2, (p + 3) // 8, p)
    if (x * x - x2) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    assert (x * x - x2) % p == 0, "no point of the curve"
    at = (x, y)
    for doublings in range(4):
        if at == (0, 1):
            return int(2**doublings)
        x, y = at
        term = d * x * x * y * y % p
        at = (
            2 * x * y * pow(1 + term, -1, p) % p,
            (y * y + x * x) * pow(1 - term, -1, p) % p,
        )
    return 0


def test_every_point_of_low_order_is_refused_with_either_sign() -> None:
    assert sorted(order_of(y) for y in LOW_ORDER_Y) == [1, 2, 4, 8, 8]
    for y in (*LOW_ORDER_Y, ED25519_P, ED25519_P + 1):
        for sign in (0, 2**255):
            x = base64url.encode((y + sign).to_bytes(32, "little"))
            jwk: dict[str, Json] = {"kty": "OKP", "crv": "Ed25519", "x": x}
            assert code_of(partial(import_public, jwk, alg="EdDSA")) == "key-point"


def test_a_low_order_key_would_verify_anything() -> None:
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)
    ed25519.Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"any message")


def test_a_key_shows_nothing_but_its_name() -> None:
    key = import_public(EC_JWK, alg="ES256")
    assert repr(key) == f"VerificationKey(kid='{EC_JWK['kid']}', alg='ES256')"
    assert P256.crv == "P-256"
    assert PublicKey.from_jwk(EC_JWK, use="sig").kid == key.kid
