"""Bodies encrypted by SM2 and SM4-GCM: opened by the recipient alone, and unchanged."""

from collections.abc import Callable, Mapping
from functools import cache, partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import HEADERS, PAYLOADS, changed
from interop.crypto import PrivateKey, base64url, decrypt, encrypt
from interop.crypto.jwe import read_header
from interop.crypto.sm2 import Sm2PrivateKey, Sm2PublicKey, default_backend
from interop.crypto.sm2.backend import KNOWN_POINT, KNOWN_SCALAR
from interop.crypto.sm2.pure import PureBackend
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes

pytestmark = pytest.mark.skipif(
    not default_backend().can_sign, reason="needs the system's libcrypto of OpenSSL 3 or newer"
)


@pytest.fixture(scope="module")
def key() -> Sm2PrivateKey:
    return Sm2PrivateKey(default_backend().private(KNOWN_SCALAR), use="enc")


@pytest.fixture(scope="module")
def public() -> Sm2PublicKey:
    return Sm2PublicKey(KNOWN_POINT)


@cache
def a_token() -> str:
    return encrypt(b"body", Sm2PublicKey(KNOWN_POINT))


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


def header_of(token: str) -> dict[str, Json]:
    return read_header(token, alg="SM2", enc="SM4GCM")


@given(plain=PAYLOADS, header=HEADERS)
def test_what_is_encrypted_opens(
    key: Sm2PrivateKey, public: Sm2PublicKey, plain: bytes, header: Mapping[str, Json]
) -> None:
    token = encrypt(plain, public, header=header)
    assert decrypt(token, key) == plain
    assert header_of(token) == {**header, "alg": "SM2", "enc": "SM4GCM", "kid": key.kid}


@given(data=st.data())
def test_a_token_with_one_character_changed_does_not_open(
    key: Sm2PrivateKey, data: st.DataObject
) -> None:
    # Made here, since a machine that only verifies imports this file too.
    bad = data.draw(changed(a_token()))
    with pytest.raises(TrustError):
        decrypt(bad, key)


def test_two_encryptions_share_nothing(public: Sm2PublicKey) -> None:
    one, other = (set(encrypt(b"body", public).split(".")[1:]) for _ in range(2))
    assert not one & other


def test_only_the_recipient_opens_it(public: Sm2PublicKey) -> None:
    other = Sm2PrivateKey.generate(use="enc")
    token = encrypt(b"body", public)
    assert code_of(lambda: decrypt(token, other)) == "jwe-other-recipient"
    header = {name: v for name, v in header_of(token).items() if name != "kid"}
    anonymous = with_header(token, header)
    assert code_of(lambda: decrypt(anonymous, other)) == "sm2-ciphertext"


def with_header(token: str, header: Json) -> str:
    return ".".join([base64url.encode(canonical_bytes(header)), *token.split(".")[1:]])


def test_each_fault_has_its_code(key: Sm2PrivateKey, public: Sm2PublicKey) -> None:
    token = encrypt(b"body", public)
    header, parts = header_of(token), token.split(".")
    short = public._public.encrypt(bytes(8))
    faults = {
        "no key": (".".join([parts[0], "", *parts[2:]]), "sm2-ciphertext"),
        "short key": (".".join([parts[0], base64url.encode(short), *parts[2:]]), "jwe-damaged"),
        "epk": (with_header(token, {**header, "epk": {}}), "jwe-header"),
        "other alg": (with_header(token, {**header, "alg": "ECDH-ES"}), "jwe-alg"),
        "other enc": (with_header(token, {**header, "enc": "A256GCM"}), "jwe-alg"),
        "zip": (with_header(token, {**header, "zip": "DEF"}), "jwe-header"),
    }
    for name, (bad, code) in faults.items():
        assert code_of(partial(decrypt, bad, key)) == code, name


def test_the_two_ways_do_not_mix(key: Sm2PrivateKey, public: Sm2PublicKey) -> None:
    p256 = PrivateKey.generate(use="enc")
    assert code_of(lambda: decrypt(encrypt(b"x", public), p256)) == "jwe-alg"
    assert code_of(lambda: decrypt(encrypt(b"x", p256.public), key)) == "jwe-alg"


def test_a_key_serves_one_use(key: Sm2PrivateKey, public: Sm2PublicKey) -> None:
    signing = Sm2PrivateKey(default_backend().private(KNOWN_SCALAR))
    assert code_of(lambda: decrypt(encrypt(b"x", public), signing)) == "key-use"
    assert code_of(lambda: key.sign(b"x")) == "key-use"
    assert key.public_jwk() == public.to_jwk()


def test_python_alone_encrypts_nothing() -> None:
    public = Sm2PublicKey(KNOWN_POINT, backend=PureBackend())
    assert code_of(lambda: encrypt(b"x", public)) == "sm2-verify-only"
