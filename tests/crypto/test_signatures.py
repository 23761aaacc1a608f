"""Signatures that are nearly right, for every algorithm: a second spelling is no signature."""

import json
from collections.abc import Callable
from functools import partial
from typing import Final

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from interop.conformance.strategies.crypto import PAYLOADS, flipped
from interop.crypto import base64url, import_public, read_header, verify_compact
from interop.crypto.algorithms import EC, RSA, Curve
from interop.crypto.edwards import CURVES
from interop.crypto.jose import parse_header, split, verify_with
from interop.crypto.jwk import VerificationKey
from interop.crypto.sm2.backend import KNOWN_POINT
from interop.crypto.sm2.keys import jwk_of
from interop.errors import TrustError
from interop.model.canonical import Json

RSA_KEY: Final = rsa.generate_private_key(65537, 2048)
RSA_JWK: Final[dict[str, Json]] = json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key()))
EC_KEYS: Final = {alg: ec.generate_private_key(curve.curve) for alg, curve in EC.items()}
EDWARDS_KEYS: Final[dict[str, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey]] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "Ed448": ed448.Ed448PrivateKey.generate(),
}


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


def signing_input(alg: str, payload: bytes = b"payload") -> str:
    return f"{base64url.encode(json.dumps({'alg': alg}).encode())}.{base64url.encode(payload)}"


def token(signed: str, signature: bytes) -> str:
    return f"{signed}.{base64url.encode(signature)}"


def ec_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return found


def raw(der: bytes, curve: Curve) -> tuple[int, int]:
    r, s = decode_dss_signature(der)
    assert max(r, s) < curve.order
    return r, s


def test_the_order_of_each_curve_is_the_library_s() -> None:
    for curve in EC.values():
        assert curve.order == curve.curve.group_order
        assert (curve.order.bit_length() + 7) // 8 == curve.size


@pytest.mark.parametrize("alg", EC)
def test_an_ecdsa_signature_has_one_form(alg: str) -> None:
    curve, key, signed = EC[alg], EC_KEYS[alg], signing_input(alg)
    der = key.sign(signed.encode(), ec.ECDSA(curve.hash))
    size, n = curve.size, curve.order
    r, s = raw(der, curve)
    both = r.to_bytes(size, "big") + s.to_bytes(size, "big")
    verify = partial(verify_compact, jwk=ec_jwk(key), alg=alg)
    assert verify(token(signed, both)) == b"payload"
    wrong = {
        "der": (der, "jws-signature-length"),
        "a zero before": (b"\0" + both, "jws-signature-length"),
        "zeros before both": (
            b"\0" + both[:size] + b"\0" + both[size:],
            "jws-signature-length",
        ),
        "a byte behind": (both + b"\0", "jws-signature-length"),
        "cut": (both[:-1], "jws-signature-length"),
        "nothing": (b"", "jws-signature-length"),
        "r zero": (bytes(size) + both[size:], "jws-signature-range"),
        "s zero": (both[:size] + bytes(size), "jws-signature-range"),
        "both zero": (bytes(2 * size), "jws-signature-range"),
        "r is n": (n.to_bytes(size, "big") + both[size:], "jws-signature-range"),
        "s is n": (both[:size] + n.to_bytes(size, "big"), "jws-signature-range"),
        "all ones": (b"\xff" * 2 * size, "jws-signature-range"),
        "swapped": (both[size:] + both[:size], "jws-signature-invalid"),
        "r is 1": ((1).to_bytes(size, "big") + both[size:], "jws-signature-invalid"),
    }
    for name, (signature, code) in wrong.items():
        found = code_of(partial(verify, token(signed, signature)))
        assert found == code, name
    if (r + n).bit_length() <= 8 * size:
        again = (r + n).to_bytes(size, "big") + both[size:]
        assert code_of(partial(verify, token(signed, again))) == "jws-signature-range"


def test_the_hash_belongs_to_the_algorithm() -> None:
    key, signed = EC_KEYS["ES256"], signing_input("ES256")
    r, s = raw(key.sign(signed.encode(), ec.ECDSA(hashes.SHA512())), EC["ES256"])
    both = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    found = code_of(lambda: verify_compact(token(signed, both), ec_jwk(key), alg="ES256"))
    assert found == "jws-signature-invalid"


@pytest.mark.parametrize("alg", EC)
@pytest.mark.parametrize("other", EC)
def test_a_key_of_another_curve_is_refused(alg: str, other: str) -> None:
    jwk = {name: v for name, v in ec_jwk(EC_KEYS[other]).items() if name != "alg"}
    if alg == other:
        assert import_public(jwk, alg=alg).alg == alg
    else:
        assert code_of(lambda: import_public(jwk, alg=alg)) == "key-curve"


@pytest.mark.parametrize("alg", [alg for alg, scheme in RSA.items() if scheme.pss])
def test_a_pss_salt_is_as_long_as_the_hash(alg: str) -> None:
    scheme, signed = RSA[alg], signing_input(alg)
    size = scheme.hash.digest_size
    for salt in (0, 1, size - 1, size, size + 1, padding.PSS.MAX_LENGTH):
        pad = padding.PSS(padding.MGF1(scheme.hash), salt)
        made = token(signed, RSA_KEY.sign(signed.encode(), pad, scheme.hash))
        if salt == size:
            assert verify_compact(made, RSA_JWK, alg=alg) == b"payload"
        else:
            found = code_of(partial(verify_compact, made, RSA_JWK, alg=alg))
            assert found == "jws-signature-invalid"


def test_the_mask_of_pss_uses_the_same_hash() -> None:
    signed = signing_input("PS256")
    pad = padding.PSS(padding.MGF1(hashes.SHA1()), 32)  # noqa: S303 -- what must be refused
    made = token(signed, RSA_KEY.sign(signed.encode(), pad, hashes.SHA256()))
    found = code_of(lambda: verify_compact(made, RSA_JWK, alg="PS256"))
    assert found == "jws-signature-invalid"


def encoded(alg: str, filling: bytes, digest_info: bytes) -> bytes:
    """Return what an RSA key would sign, with a padding of our own making."""
    del alg
    return b"\0\1" + filling + b"\0" + digest_info


SHA256_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
SHA256_INFO_BARE: Final = bytes.fromhex("302f300b0609608648016503040201" + "0420")


def test_pkcs1_padding_has_one_form() -> None:
    signed = signing_input("RS256")
    digest = hashes.Hash(hashes.SHA256())
    digest.update(signed.encode())
    info = SHA256_INFO + digest.copy().finalize()
    bare = SHA256_INFO_BARE + digest.finalize()
    size = 256
    private, n = RSA_KEY.private_numbers().d, RSA_KEY.public_key().public_numbers().n

    def powered(message: bytes) -> str:
        number = pow(int.from_bytes(message, "big"), private, n)
        return token(signed, number.to_bytes(size, "big"))

    def filled(content: bytes, *, behind: bytes = b"", byte: bytes = b"\xff") -> bytes:
        filling = byte * (size - 3 - len(content) - len(behind))
        return encoded("RS256", filling, content) + behind

    assert verify_compact(powered(filled(info)), RSA_JWK, alg="RS256") == b"payload"
    wrong = {
        "short filling, garbage behind": filled(info, behind=bytes(100)),
        "other filling": filled(info, byte=b"\xee"),
        "parameters left out": filled(bare),
        "no digest info": filled(info[-32:]),
        "block type 0": b"\0\0" + filled(info)[2:],
        "block type 2": b"\0\2" + filled(info)[2:],
    }
    for name, message in wrong.items():
        found = code_of(partial(verify_compact, powered(message), RSA_JWK, alg="RS256"))
        assert found == "jws-signature-invalid", name


@pytest.mark.parametrize("alg", RSA)
def test_an_rsa_signature_has_one_spelling(alg: str) -> None:
    good = jwt.PyJWS().encode(b"payload", RSA_KEY, algorithm=alg)
    signed, _, last = good.rpartition(".")
    signature = base64url.decode(last, field="signature")
    n = RSA_KEY.public_key().public_numbers().n
    verify = partial(verify_compact, jwk=RSA_JWK, alg=alg)
    assert verify(good) == b"payload"
    over = int.from_bytes(signature, "big") + n
    wrong = {
        "a zero before": (b"\0" + signature, "jws-signature-length"),
        "a byte behind": (signature + b"\0", "jws-signature-length"),
        "cut": (signature[1:], "jws-signature-length"),
        "zero": (bytes(256), "jws-signature-invalid"),
        "one": (bytes(255) + b"\1", "jws-signature-invalid"),
        "n": (n.to_bytes(256, "big"), "jws-signature-range"),
        "all ones": (b"\xff" * 256, "jws-signature-range"),
    }
    if over.bit_length() <= 2048:
        wrong["n more"] = (over.to_bytes(256, "big"), "jws-signature-range")
    for name, (bad, code) in wrong.items():
        assert code_of(partial(verify, token(signed, bad))) == code, name


def okp_jwk(crv: str) -> dict[str, Json]:
    found: dict[str, Json] = json.loads(OKPAlgorithm.to_jwk(EDWARDS_KEYS[crv].public_key()))
    return found


@pytest.mark.parametrize("crv", CURVES)
@given(payload=PAYLOADS, data=st.data())
def test_both_edwards_curves_verify_and_no_bit_may_change(
    crv: str, payload: bytes, data: st.DataObject
) -> None:
    signed = signing_input("EdDSA", payload)
    signature = EDWARDS_KEYS[crv].sign(signed.encode())
    verify = partial(verify_compact, jwk=okp_jwk(crv), alg="EdDSA")
    assert verify(token(signed, signature)) == payload
    damaged = data.draw(flipped(signature))
    found = code_of(partial(verify, token(signed, damaged)))
    assert found in {"jws-signature-invalid", "jws-signature-range"}


@pytest.mark.parametrize("crv", CURVES)
def test_an_edwards_signature_has_one_spelling(crv: str) -> None:
    curve, signed = CURVES[crv], signing_input("EdDSA")
    size = curve.size
    signature = EDWARDS_KEYS[crv].sign(signed.encode())
    s = int.from_bytes(signature[size:], "little")
    verify = partial(verify_compact, jwk=okp_jwk(crv), alg="EdDSA")
    one = (1).to_bytes(size, "little")
    wrong = {
        "s and the order": (
            signature[:size] + (s + curve.order).to_bytes(size, "little"),
            "jws-signature-range",
        ),
        "s is the order": (
            signature[:size] + curve.order.to_bytes(size, "little"),
            "jws-signature-range",
        ),
        "identity and zero": (one + bytes(size), "jws-signature-invalid"),
        "zeros": (bytes(2 * size), "jws-signature-invalid"),
        "halves swapped": (signature[size:] + signature[:size], "jws-signature-invalid"),
        "a byte behind": (signature + b"\0", "jws-signature-length"),
        "cut": (signature[:-1], "jws-signature-length"),
    }
    for name, (bad, code) in wrong.items():
        found = code_of(partial(verify, token(signed, bad)))
        # What stands in the second half after a swap may lie anywhere.
        assert found == code or (name == "halves swapped" and found.endswith("range")), name


def test_the_curves_of_eddsa_do_not_stand_in_for_each_other() -> None:
    signed = signing_input("EdDSA")
    made = token(signed, EDWARDS_KEYS["Ed448"].sign(signed.encode()))
    found = code_of(lambda: verify_compact(made, okp_jwk("Ed25519"), alg="EdDSA"))
    assert found == "jws-signature-length"


@pytest.mark.parametrize("value", [None, b"a.b.c", 1, ["a.b.c"]])
def test_what_is_no_text_is_no_token(value: object) -> None:
    call = partial(verify_compact, value, RSA_JWK, alg="RS256")  # type: ignore[arg-type]  # as foreign code may
    assert code_of(call) == "jws-not-text"


@pytest.mark.parametrize("alg", [None, 1, ("ES256",)])
def test_what_is_no_text_is_no_algorithm(alg: object) -> None:
    good = jwt.PyJWS().encode(b"payload", RSA_KEY, algorithm="RS256")
    call = partial(verify_compact, good, RSA_JWK, alg=alg)  # type: ignore[arg-type]  # as foreign code may
    assert code_of(call) == "jws-alg-unknown"


KIDS: Final = {
    "a DID": ("did:example:123#key-1", True),
    "a URL": ("https://keys.example/a/b?v=1", True),
    "a mail address": ("bilbo.baggins@hobbiton.example", True),
    "a way up": ("a/../../etc/passwd", False),
    "an absolute path": ("/etc/passwd", False),
    "a quote": ("a'", False),
    "a semicolon": ("a;b", False),
    "an escape": ("%2e%2e", False),
    "a space": ("a b", False),
    "a backslash": ("a\\b", False),
    "a line end": ("a\n", False),
    "not ascii": ("é", False),
}


@pytest.mark.parametrize("name", KIDS)
def test_a_kid_may_be_a_name_and_nothing_else(name: str) -> None:
    kid, sound = KIDS[name]
    made = jwt.PyJWS().encode(b"x", RSA_KEY, algorithm="RS256", headers={"kid": kid})
    if sound:
        assert read_header(made).kid == kid
        assert verify_compact(made, RSA_JWK, alg="RS256") == b"x"
    else:
        assert code_of(lambda: read_header(made)) == "jws-kid-malformed"


ALIASES: Final = frozenset({"SM2withSM3", "SM2SM3"})


def test_another_name_counts_only_where_it_is_configured() -> None:
    jwk = jwk_of(KNOWN_POINT)
    header = b'{"alg":"SM2withSM3"}'
    assert code_of(lambda: parse_header(header)) == "jws-alg-unknown"
    read = parse_header(header, aliases=ALIASES)
    plain = import_public(jwk, alg="SM2")
    compact = split(token(signing_input("SM2withSM3"), bytes(64)))
    assert code_of(lambda: verify_with(compact, read, plain)) == "jws-alg-mismatch"
    named = import_public(jwk, alg="SM2", aliases=ALIASES)
    assert code_of(lambda: verify_with(compact, read, named)) == "jws-signature-range"
    only_one = import_public(jwk, alg="SM2", aliases=frozenset({"SM2SM3"}))
    assert code_of(lambda: verify_with(compact, read, only_one)) == "jws-alg-mismatch"
    assert isinstance(named, VerificationKey)
    for alg, other in (("SM2", "ES256"), ("RS256", "SM2SM3"), ("SM2", "none")):
        key: dict[str, Json] = jwk if alg == "SM2" else RSA_JWK
        call = partial(import_public, key, alg=alg, aliases=frozenset({other}))
        assert code_of(call) == "key-alias"
