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
from interop.crypto.edwards import CURVES, ED448, ED25519, Edwards
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
SMALL_FACTOR = 751 * (2**2040 + 1)
SQUARE = (2**1024 - 105) ** 2
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
    "ed448 short": ({"kty": "OKP", "crv": "Ed448", "x": "AQ"}, "EdDSA", "key-length"),
    "x25519": ({"kty": "OKP", "crv": "X25519", "x": "AQ"}, "EdDSA", "key-curve"),
    "okp without curve": ({"kty": "OKP", "x": "AQ"}, "EdDSA", "key-curve"),
    "off curve": ({**EC_JWK, "y": Y_OFF}, "ES256", "key-point"),
    "infinity": ({**EC_JWK, "x": number(0, 32), "y": number(0, 32)}, "ES256", "key-point"),
    "x over p": ({**EC_JWK, "x": number(P, 32)}, "ES256", "key-encoding"),
    "short x": ({**EC_JWK, "x": "AQ"}, "ES256", "key-length"),
    "long y": ({**EC_JWK, "y": number(1, 33)}, "ES256", "key-length"),
    "x missing": ({**EC_JWK, "x": None}, "ES256", "key-malformed"),
    "x empty": ({**EC_JWK, "x": ""}, "ES256", "key-malformed"),
    "x huge": ({**EC_JWK, "x": "A" * 4000}, "ES256", "key-malformed"),
    "x padded": ({**EC_JWK, "x": "AQ=="}, "ES256", "base64url-padding"),
    "kid number": ({**EC_JWK, "kid": 1}, "ES256", "key-malformed"),
    "other alg": ({**EC_JWK, "alg": "ES384"}, "ES256", "key-alg"),
    "for encryption": ({**EC_JWK, "use": "enc"}, "ES256", "key-use"),
    "may only sign": ({**EC_JWK, "key_ops": ["sign"]}, "ES256", "key-ops"),
    "no operation": ({**EC_JWK, "key_ops": []}, "ES256", "key-ops"),
    "operation twice": ({**EC_JWK, "key_ops": ["verify", "verify"]}, "ES256", "key-ops"),
    "operation no text": ({**EC_JWK, "key_ops": ["verify", 1]}, "ES256", "key-ops"),
    "operations as text": ({**EC_JWK, "key_ops": "verify"}, "ES256", "key-ops"),
    "rsa 1024": (rsa_jwk(2**1023 + 1), "RS256", "key-rsa-size"),
    "rsa 2047": (rsa_jwk(2**2046 + 1), "RS256", "key-rsa-size"),
    "rsa 8193": (rsa_jwk(2**8192 + 1), "RS256", "key-rsa-size"),
    "rsa even": (rsa_jwk(2**2047), "RS256", "key-rsa-modulus"),
    "rsa small factor": (rsa_jwk(SMALL_FACTOR), "RS256", "key-rsa-modulus"),
    "rsa square": (rsa_jwk(SQUARE), "RS256", "key-rsa-modulus"),
    "rsa n zero first": (
        {**rsa_jwk(ODD_2048), "n": number(ODD_2048, 257)},
        "RS256",
        "key-leading-zero",
    ),
    "rsa e zero first": ({**rsa_jwk(ODD_2048), "e": "AAEAAQ"}, "RS256", "key-leading-zero"),
    "rsa e 1": (rsa_jwk(ODD_2048, 1), "PS256", "key-rsa-exponent"),
    "rsa e even": (rsa_jwk(ODD_2048, 4), "PS256", "key-rsa-exponent"),
    "rsa e huge": (rsa_jwk(ODD_2048, 2**64 + 1), "PS256", "key-rsa-exponent"),
    "roca": (rsa_jwk(roca_modulus()), "RS256", "key-roca"),
    "ed25519 short": ({"kty": "OKP", "crv": "Ed25519", "x": "AQ"}, "EdDSA", "key-length"),
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


def order_of(curve: Edwards, y: int) -> int:
    """Return the order of a point with this y if at most 8, else 0."""
    p, a, d = curve.p, curve.a, curve.d
    x2 = (1 - y * y) * pow(a - d * y * y, -1, p) % p
    x = pow(x2, (p + 3) // 8 if p % 4 == 1 else (p + 1) // 4, p)
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
            (y * y - a * x * x) * pow(1 - term, -1, p) % p,
        )
    return 0


def okp(crv: str, y: int, sign: int = 0) -> dict[str, Json]:
    """Return the key with this y; ``sign`` is the highest bit."""
    size = CURVES[crv].size
    x = (y + (sign << (8 * size - 1))).to_bytes(size, "little")
    return {"kty": "OKP", "crv": crv, "x": base64url.encode(x)}


@pytest.mark.parametrize(
    ("crv", "orders"), [("Ed25519", [1, 2, 4, 8, 8]), ("Ed448", [1, 2, 4])]
)
def test_every_point_of_low_order_is_refused_with_either_sign(
    crv: str, orders: list[int]
) -> None:
    curve = CURVES[crv]
    assert sorted(order_of(curve, y) for y in curve.low) == orders
    for y in (*curve.low, curve.p, curve.p + 1):
        for sign in (0, 1):
            code = "key-order" if y < curve.p else "key-encoding"
            jwk = okp(crv, y, sign)
            assert code_of(partial(import_public, jwk, alg="EdDSA")) == code


@pytest.mark.parametrize("crv", CURVES)
def test_a_point_that_does_not_exist_is_refused(crv: str) -> None:
    curve = CURVES[crv]
    there = [y for y in range(2, 40) if exists(curve, y)]
    assert 5 < len(there) < 33
    for y in range(2, 40):
        if y in there:
            assert import_public(okp(crv, y), alg="EdDSA").alg == "EdDSA"
        else:
            assert code_of(partial(import_public, okp(crv, y), alg="EdDSA")) == "key-point"


def exists(curve: Edwards, y: int) -> bool:
    try:
        order_of(curve, y)
    except AssertionError:
        return False
    return True


def test_an_ed448_point_with_a_stray_bit_is_refused() -> None:
    for bit in range(448, 455):
        jwk = okp("Ed448", 4 + (1 << bit))
        assert code_of(partial(import_public, jwk, alg="EdDSA")) == "key-encoding"
    assert (ED25519.size, ED448.size) == (32, 57)


@pytest.mark.parametrize("jwk", [None, [], "{}", 1])
def test_what_is_no_object_is_no_key(jwk: Json) -> None:
    assert code_of(lambda: import_public(jwk, alg="ES256")) == "key-malformed"  # type: ignore[arg-type]  # as foreign code may


def test_a_low_order_key_would_verify_anything() -> None:
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)
    ed25519.Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"any message")


def test_a_key_shows_nothing_but_its_name() -> None:
    key = import_public(EC_JWK, alg="ES256")
    assert repr(key) == f"VerificationKey(kid='{EC_JWK['kid']}', alg='ES256')"
    assert P256.crv == "P-256"
    assert PublicKey.from_jwk(EC_JWK, use="sig").kid == key.kid
