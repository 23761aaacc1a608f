from collections.abc import Callable
from functools import partial

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from joserfc.jwk import ECKey

from interop.conformance.strategies.crypto import PAYLOADS, RING, RINGS, flipped
from interop.crypto import KeyRing, PrivateKey, PublicKey
from interop.crypto.keys import Use
from interop.errors import TrustError
from interop.model.canonical import Json
from interop.model.ports import Signer

RING_0 = RINGS[0]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


@given(ring=RING)
def test_keys_survive_jwk_and_pem_and_are_named_by_their_thumbprint(ring: KeyRing) -> None:
    for key in (ring.signing, ring.decryption):
        public = key.public
        assert PublicKey.from_jwk(public.to_jwk(), use=key.use) == public
        assert PublicKey.from_pem(public.to_pem(), use=key.use) == public
        assert PrivateKey.from_pem(key.to_pem(), use=key.use).public == public
        assert ECKey.import_key(public.to_pem()).thumbprint() == key.kid
        assert len({public, key.public}) == 1


@given(payload=PAYLOADS, ring=RING)
def test_a_signature_is_64_bytes_and_verifies(payload: bytes, ring: KeyRing) -> None:
    signer: Signer = ring.signing
    signature = signer.sign(payload)
    assert len(signature) == 64
    ring.signing.public.verify(signature, payload)


@given(bad=flipped(RING_0.signing.sign(b"m")))
def test_a_signature_with_one_bit_flipped_is_refused(bad: bytes) -> None:
    code = code_of(lambda: RING_0.signing.public.verify(bad, b"m"))
    assert code in {"jws-signature-invalid", "jws-signature-range"}


def test_a_key_shows_only_its_name() -> None:
    for key in (RING_0.signing, RING_0.signing.public):
        assert repr(key) == f"{type(key).__name__}(kid='{key.kid}')"


def test_a_key_of_one_use_does_not_serve_the_other() -> None:
    sig, enc = RING_0.signing, RING_0.decryption
    assert isinstance(sig, PrivateKey)
    assert isinstance(enc, PrivateKey)
    calls: list[Callable[[], object]] = [
        lambda: enc.sign(b"m"),
        lambda: enc.public.verify(bytes(64), b"m"),
        lambda: sig.agree(enc.public),
        lambda: enc.agree(sig.public),
    ]
    assert [code_of(call) for call in calls] == ["key-use"] * 4
    assert sig.public != enc.public


def pem_of(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes = b"") -> bytes:
    lock: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock
    )


P384 = ec.generate_private_key(ec.SECP384R1())
RSA = rsa.generate_private_key(65537, 2048)
PRIVATE = {
    "no pem": (b"-----BEGIN", "key-malformed"),
    "too long": (b" " * 20_000 + RING_0.signing.to_pem(), "key-malformed"),
    "locked": (pem_of(ec.generate_private_key(ec.SECP256R1()), b"secret"), "key-malformed"),
    "other curve": (pem_of(P384), "key-type"),
    "rsa": (pem_of(RSA), "key-type"),
    "public": (RING_0.signing.public.to_pem(), "key-malformed"),
}


@pytest.mark.parametrize(("pem", "code"), PRIVATE.values(), ids=PRIVATE)
def test_each_unusable_private_pem_has_its_code(pem: bytes, code: str) -> None:
    assert code_of(lambda: PrivateKey.from_pem(pem, use="sig")) == code


def public_pem(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_each_unusable_public_pem_has_its_code() -> None:
    for pem, code in [
        (b"x", "key-malformed"),
        (public_pem(P384.public_key()), "key-type"),
        (public_pem(RSA.public_key()), "key-type"),
        (RING_0.signing.to_pem(), "key-malformed"),
    ]:
        assert code_of(partial(PublicKey.from_pem, pem, use="sig")) == code


JWK = RING_0.signing.public.to_jwk()
ENC = RING_0.decryption.public.to_jwk()
JWKS: dict[str, tuple[dict[str, Json], Use, str]] = {
    "for the other use": (ENC, "sig", "key-alg"),
    "use alone differs": ({**ENC, "alg": "ES256"}, "sig", "key-use"),
    "kid made up": ({**JWK, "kid": "mine"}, "sig", "key-kid"),
    "private": ({**JWK, "d": "AQ"}, "sig", "key-private"),
    "may only verify": ({**ENC, "key_ops": ["verify"]}, "enc", "key-ops"),
}


@pytest.mark.parametrize(("jwk", "use", "code"), JWKS.values(), ids=JWKS)
def test_a_jwk_that_says_otherwise_is_refused(
    jwk: dict[str, Json], use: Use, code: str
) -> None:
    assert code_of(lambda: PublicKey.from_jwk(jwk, use=use)) == code
