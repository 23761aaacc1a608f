"""What the standards allow is accepted: key sizes, leading zeros, other header members."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Final

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from interop.conformance.strategies.crypto import PAYLOADS
from interop.crypto import base64url, verify_compact
from interop.crypto.algorithms import EC, RSA
from interop.errors import TrustError
from interop.model.canonical import Json

SIZES: Final = (2048, 3072, 4096)
# One key or signature in 256 begins with a zero; so many are tried before giving up.
TRIES_MAX: Final = 20_000


@cache
def rsa_key(bits: int, exponent: int = 65537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


def rsa_jwk(key: rsa.RSAPrivateKey) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return found


def ec_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return found


@pytest.mark.parametrize("bits", SIZES)
@pytest.mark.parametrize("alg", RSA)
@given(payload=PAYLOADS)
def test_each_size_of_rsa_verifies_with_each_algorithm(
    bits: int, alg: str, payload: bytes
) -> None:
    key = rsa_key(bits)
    made = jwt.PyJWS().encode(payload, key, algorithm=alg)
    assert verify_compact(made, rsa_jwk(key), alg=alg) == payload


def test_the_exponent_three_is_allowed_and_the_key_of_another_size_is_another_key() -> None:
    key = rsa_key(2048, 3)
    made = jwt.PyJWS().encode(b"x", key, algorithm="RS256")
    assert verify_compact(made, rsa_jwk(key), alg="RS256") == b"x"
    for other, code in (
        (rsa_key(2048), "jws-signature-invalid"),
        (rsa_key(3072), "jws-signature-length"),
    ):
        with pytest.raises(TrustError) as caught:
            verify_compact(made, rsa_jwk(other), alg="RS256")
        # A signature may also lie over the other modulus.
        assert caught.value.code in {code, "jws-signature-range"}


def keys_with_a_zero(alg: str) -> Iterator[ec.EllipticCurvePrivateKey]:
    """Yield keys one of whose coordinates begins with a zero byte."""
    curve = EC[alg]
    for _ in range(TRIES_MAX):
        key = ec.generate_private_key(curve.curve)
        numbers = key.public_key().public_numbers()
        if min(numbers.x, numbers.y) < 1 << (8 * (curve.size - 1)):
            yield key


@pytest.mark.parametrize("alg", EC)
def test_a_coordinate_keeps_its_leading_zeros_and_needs_them(alg: str) -> None:
    (key,) = islice(keys_with_a_zero(alg), 1)
    jwk, size = ec_jwk(key), EC[alg].size
    made = jwt.PyJWS().encode(b"x", key, algorithm=alg)
    assert verify_compact(made, jwk, alg=alg) == b"x"
    for name in ("x", "y"):
        whole = base64url.decode(str(jwk[name]), field=name)
        assert len(whole) == size
        short = whole.lstrip(b"\0")
        for other in {short, b"\0" + whole} - {whole}:
            with pytest.raises(TrustError) as caught:
                verify_compact(made, {**jwk, name: base64url.encode(other)}, alg=alg)
            assert caught.value.code == "key-length"


@pytest.mark.parametrize("alg", EC)
def test_a_signature_keeps_its_leading_zeros(alg: str) -> None:
    curve, key = EC[alg], ec.generate_private_key(EC[alg].curve)
    signed = f"{base64url.encode(json.dumps({'alg': alg}).encode())}."
    limit = 1 << (8 * (curve.size - 1))
    tries = (
        decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(curve.hash)))
        for _ in range(TRIES_MAX)
    )
    numbers = next(found for found in tries if min(found) < limit)
    raw = b"".join(number.to_bytes(curve.size, "big") for number in numbers)
    made = f"{signed}.{base64url.encode(raw)}"
    assert verify_compact(made, ec_jwk(key), alg=alg) == b""


MEMBERS: Final = st.dictionaries(
    st.sampled_from(["cty", "x5t", "x5t#S256", "iat", "env", "外", "ALG", "Crit", ""]),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.text(max_size=20),
        st.lists(st.integers(0, 9), max_size=3),
    ),
)
SPACED: Final = st.sampled_from([None, 0, 2])


@given(members=MEMBERS, indent=SPACED, plain=st.booleans(), payload=PAYLOADS)
def test_other_members_of_a_header_and_its_spacing_are_the_issuer_s(
    members: dict[str, Json], indent: int | None, *, plain: bool, payload: bytes
) -> None:
    key = rsa_key(2048)
    header = json.dumps({**members, "alg": "RS256"}, indent=indent, ensure_ascii=plain)
    signed = f"{base64url.encode(header.encode())}.{base64url.encode(payload)}"
    signature = RSAAlgorithm(RSAAlgorithm.SHA256).sign(signed.encode(), key)
    made = f"{signed}.{base64url.encode(signature)}"
    assert verify_compact(made, rsa_jwk(key), alg="RS256") == payload


OWN_WORDS: Final[tuple[dict[str, Json], ...]] = (
    {"alg": "RS256"},
    {"use": "sig"},
    {"key_ops": ["verify"]},
    {"key_ops": ["sign", "verify"], "use": "sig", "alg": "RS256", "kid": "k"},
    {"x5t": "AQ", "x5c": ["AQ=="], "ext": True, "exp": 0, "name": {"a": 1}},
)


@pytest.mark.parametrize("words", OWN_WORDS)
def test_a_key_may_say_more_if_it_says_the_same(words: dict[str, Json]) -> None:
    key = rsa_key(2048)
    bare = {name: value for name, value in rsa_jwk(key).items() if name in {"kty", "n", "e"}}
    for headers in ({}, {"kid": "k"}):
        made = jwt.PyJWS().encode(b"x", key, algorithm="RS256", headers=headers)
        assert verify_compact(made, {**bare, **words}, alg="RS256") == b"x"
