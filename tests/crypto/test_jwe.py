from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey

from interop.conformance.strategies.crypto import HEADERS, PAYLOADS, RING, RINGS, changed
from interop.crypto import KeyRing, PrivateKey, base64url, decrypt, encrypt
from interop.crypto import jwe as ours
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes

RING_0 = RINGS[0]
KEY = RING_0.decryption
GOOD = encrypt(b"body", KEY.public)
OPEN = jwe.JWERegistry(strict_check_header=False)


def read_header(token: str) -> dict[str, Json]:
    return ours.read_header(token, alg="ECDH-ES", enc="A256GCM")


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


@given(plain=PAYLOADS, ring=RING, header=HEADERS)
def test_what_is_encrypted_opens_here_and_elsewhere(
    plain: bytes, ring: KeyRing, header: Mapping[str, Json]
) -> None:
    token = encrypt(plain, ring.decryption.public, header=header)
    assert decrypt(token, ring.decryption) == plain
    reference = ECKey.import_key(ring.decryption.to_pem())
    assert jwe.decrypt_compact(token, reference, registry=OPEN).plaintext == plain
    assert read_header(token).items() >= {**header, "kid": ring.decryption.kid}.items()


@given(plain=PAYLOADS, ring=RING)
def test_what_another_library_encrypts_opens_here(plain: bytes, ring: KeyRing) -> None:
    reference = ECKey.import_key(ring.decryption.public.to_pem())
    header = {"alg": "ECDH-ES", "enc": "A256GCM"}
    token = jwe.encrypt_compact(header, plain, reference)
    assert decrypt(token, ring.decryption) == plain


@given(bad=changed(GOOD))
def test_a_token_with_one_character_changed_does_not_open(bad: str) -> None:
    with pytest.raises(TrustError):
        decrypt(bad, KEY)


def test_two_encryptions_share_nothing() -> None:
    assert not set(GOOD.split(".")[2:]) & set(encrypt(b"body", KEY.public).split(".")[2:])


def test_only_the_recipient_opens_it() -> None:
    other = PrivateKey.generate(use="enc")
    assert code_of(lambda: decrypt(GOOD, other)) == "jwe-other-recipient"
    header = {k: v for k, v in read_header(GOOD).items() if k != "kid"}
    anonymous = with_header(header)
    assert code_of(lambda: decrypt(anonymous, other)) == "jwe-damaged"


def with_header(header: Json) -> str:
    return with_bytes(canonical_bytes(header))


def with_bytes(header: bytes) -> str:
    return ".".join([base64url.encode(header), *GOOD.split(".")[1:]])


HEADER = read_header(GOOD)
EPK = HEADER["epk"]
assert isinstance(EPK, dict)
FAULTS: dict[str, tuple[str, str]] = {
    "four parts": ("a.b.c.d", "jwe-form"),
    "wrapped key": (GOOD.replace("..", ".AQ.", 1), "jwe-form"),
    "header no json": (with_bytes(b"{"), "jwe-form"),
    "header array": (with_header([]), "jwe-form"),
    "header twice": (with_bytes(b'{"alg":"ECDH-ES","alg":"dir"}'), "jwe-form"),
    "alg dir": (with_header({**HEADER, "alg": "dir"}), "jwe-alg"),
    "alg wrapped": (with_header({**HEADER, "alg": "ECDH-ES+A256KW"}), "jwe-alg"),
    "alg rsa1_5": (with_header({**HEADER, "alg": "RSA1_5"}), "jwe-alg"),
    "enc cbc": (with_header({**HEADER, "enc": "A128CBC-HS256"}), "jwe-alg"),
    "zip": (with_header({**HEADER, "zip": "DEF"}), "jwe-header"),
    "apu": (with_header({**HEADER, "apu": "QQ"}), "jwe-header"),
    "no epk": (with_header({k: v for k, v in HEADER.items() if k != "epk"}), "jwe-header"),
    "epk private": (with_header({**HEADER, "epk": {**EPK, "d": "AQ"}}), "jwe-header"),
    "epk off curve": (with_header({**HEADER, "epk": {**EPK, "x": EPK["y"]}}), "key-point"),
    "iv short": (".".join([*GOOD.split(".")[:2], "AQ", *GOOD.split(".")[3:]]), "jwe-form"),
    "tag short": (".".join([*GOOD.split(".")[:4], "AQ"]), "jwe-form"),
    "too large": ("a" * (4 * 1024 * 1024 + 1), "jwe-too-large"),
}


@pytest.mark.parametrize(("token", "code"), FAULTS.values(), ids=FAULTS)
def test_each_fault_has_its_code(token: str, code: str) -> None:
    assert code_of(lambda: decrypt(token, KEY)) == code


@pytest.mark.parametrize("name", ["alg", "enc", "epk", "kid", "zip", "crit", "apu"])
def test_a_sender_cannot_write_what_no_recipient_accepts(name: str) -> None:
    assert code_of(lambda: encrypt(b"x", KEY.public, header={name: "x"})) == "jwe-header"


def test_neither_a_large_body_nor_a_signing_key_will_do() -> None:
    assert code_of(lambda: encrypt(bytes(4 * 2**20), KEY.public)) == "jwe-too-large"
    assert code_of(lambda: encrypt(b"x", RING_0.signing.public)) == "key-use"


@given(st.binary(min_size=12, max_size=12))
def test_the_nonce_is_the_one_given(nonce: bytes) -> None:
    token = encrypt(b"x", KEY.public, random=lambda _size: nonce)
    assert base64url.decode(token.split(".")[2], field="iv") == nonce
