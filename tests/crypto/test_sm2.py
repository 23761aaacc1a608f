"""SM2: the published example, two implementations that agree, and OpenSSL's own tool."""

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import changed
from interop.crypto import base64url, import_public, sign_compact, verify_compact
from interop.crypto.sm2 import Sm2Backend, Sm2PrivateKey, choose, default_backend
from interop.crypto.sm2.backend import (
    KNOWN_MESSAGE,
    KNOWN_POINT,
    KNOWN_SCALAR,
    KNOWN_SIGNATURE,
    passes,
)
from interop.crypto.sm2.ciphertext import HEAD_BYTES, to_der
from interop.crypto.sm2.curve import (
    DEFAULT_ID,
    G,
    N,
    P,
    is_on_curve,
    message_digest,
    signer_digest,
    sm3,
)
from interop.crypto.sm2.files import from_pem, private_der, to_pem
from interop.crypto.sm2.keys import jwk_of, sm2_check
from interop.crypto.sm2.libcrypto import LibcryptoBackend, NoLibrary
from interop.crypto.sm2.pure import PureBackend, PurePublic
from interop.errors import TrustError
from interop.model.canonical import Json

PURE = PureBackend()
SCALARS = st.integers(1, N - 2).map(lambda number: number.to_bytes(32, "big"))
ZA = bytes.fromhex("b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3")
E = bytes.fromhex("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640")


@pytest.fixture(scope="session")
def library() -> LibcryptoBackend:
    try:
        return LibcryptoBackend.found()
    except NoLibrary:
        pytest.skip("needs the system's libcrypto of OpenSSL 3 or newer")


@pytest.fixture(scope="session")
def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("needs the command openssl")
    return found


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as refused:
        call()
    return refused.value.code


def number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def test_the_published_example_gives_the_published_digests() -> None:
    assert signer_digest(KNOWN_POINT) == ZA
    assert message_digest(ZA, KNOWN_MESSAGE) == E
    assert is_on_curve(*G)
    assert sm3(b"abc") == hashlib.new("sm3", b"abc").digest()


def test_both_implementations_give_the_known_answers(library: LibcryptoBackend) -> None:
    assert passes(library)
    assert passes(PURE)
    assert library.private(KNOWN_SCALAR).point == KNOWN_POINT


def test_an_implementation_that_errs_is_passed_over() -> None:
    class YesPublic(PurePublic):
        """Takes every signature."""

        def verify(self, signature: bytes, digest: bytes) -> bool:
            return bool(signature and digest)

    class Yes(PureBackend):
        """Errs."""

        def public(self, point: bytes) -> PurePublic:
            return YesPublic((len(point), 0))

    def absent() -> Sm2Backend:
        raise NoLibrary

    assert choose((absent, Yes, PureBackend)).name == "pure"
    assert code_of(lambda: choose((absent,))) == "sm2-no-backend"


@given(SCALARS, st.binary(max_size=200))
def test_what_the_library_signs_both_verify(
    library: LibcryptoBackend, scalar: bytes, message: bytes
) -> None:
    key = Sm2PrivateKey(library.private(scalar))
    point = library.private(scalar).point
    signature = key.sign(message)
    for backend in (library, PURE):
        sm2_check(point, backend=backend)(signature, message)


NUMBERS = st.one_of(
    st.sampled_from([0, 1, 2, N - 2, N - 1, N, N + 1, P, 2**256 - 1]),
    st.integers(0, 2**256 - 1),
)


@given(st.data(), st.integers(0, 511), st.integers(0, 255))
def test_both_answer_alike_valid_or_not(
    library: LibcryptoBackend, data: st.DataObject, bit: int, flip: int
) -> None:
    digest = data.draw(st.sampled_from([E, bytes(32), b"\xff" * 32]))
    signed = library.private(KNOWN_SCALAR).sign(digest)
    flipped = (int.from_bytes(signed, "big") ^ (1 << bit)).to_bytes(64, "big")
    drawn = number(data.draw(NUMBERS)) + number(data.draw(NUMBERS))
    other = bytes([digest[0] ^ flip]) + digest[1:]
    ours, theirs = PURE.public(KNOWN_POINT), library.public(KNOWN_POINT)
    for signature, over in (
        (signed, digest),
        (signed, other),
        (flipped, digest),
        (drawn, digest),
    ):
        assert ours.verify(signature, over) is theirs.verify(signature, over)
    assert ours.verify(signed, digest)
    assert not ours.verify(flipped, digest)


@given(SCALARS, SCALARS)
def test_a_table_changes_no_answer(
    library: LibcryptoBackend, scalar: bytes, other: bytes
) -> None:
    point = library.private(scalar).point
    slow, quick = PURE.public(point), PURE.public(KNOWN_POINT)
    quick.build_table()
    assert slow.verify(library.private(scalar).sign(E), E)
    assert quick.verify(library.private(KNOWN_SCALAR).sign(E), E)
    assert not quick.verify(library.private(other).sign(E), E) or other == KNOWN_SCALAR


# s·G and t·P meet: equal points are doubled, opposite ones vanish.
@pytest.mark.parametrize("scalar", [1, 2, 3, N - 2])
def test_points_that_meet_are_added_right(library: LibcryptoBackend, scalar: int) -> None:
    point = library.private(number(scalar)).point
    ours, theirs = PURE.public(point), library.public(point)
    for s in (1, 2, scalar, N - scalar, N - 1):
        for r in (1, 2, s, N - s - 1, (N - s * 2) % N or 1):
            signature = number(r) + number(s)
            assert ours.verify(signature, E) is theirs.verify(signature, E)


@given(st.binary(min_size=1, max_size=300))
def test_what_is_encrypted_is_decrypted(library: LibcryptoBackend, plain: bytes) -> None:
    sealed = library.public(KNOWN_POINT).encrypt(plain)
    assert len(sealed) == HEAD_BYTES + len(plain)
    assert sealed[0] == 4
    assert library.private(KNOWN_SCALAR).decrypt(sealed) == plain


@given(st.binary(min_size=1, max_size=40), st.integers(0))
def test_one_flipped_bit_anywhere_is_refused(
    library: LibcryptoBackend, plain: bytes, bit: int
) -> None:
    sealed = library.public(KNOWN_POINT).encrypt(plain)
    turned = int.from_bytes(sealed, "big") ^ (1 << bit % (8 * len(sealed)))
    damaged = turned.to_bytes(len(sealed), "big")
    private = library.private(KNOWN_SCALAR)
    assert code_of(lambda: private.decrypt(damaged)) == "sm2-ciphertext"
    assert code_of(lambda: private.decrypt(sealed[:-1])) == "sm2-ciphertext"
    assert code_of(lambda: private.decrypt(b"")) == "sm2-ciphertext"
    assert code_of(lambda: library.private(number(7)).decrypt(sealed)) == "sm2-ciphertext"


def test_python_alone_only_verifies() -> None:
    assert code_of(lambda: PURE.private(KNOWN_SCALAR)) == "sm2-verify-only"
    assert code_of(lambda: PURE.public(KNOWN_POINT).encrypt(b"x")) == "sm2-verify-only"
    assert code_of(lambda: Sm2PrivateKey.generate(backend=PURE)) == "sm2-verify-only"


BAD_SIGNATURES = {
    "r zero": (bytes(32) + KNOWN_SIGNATURE[32:], "jws-signature-range"),
    "s zero": (KNOWN_SIGNATURE[:32] + bytes(32), "jws-signature-range"),
    "all zero": (bytes(64), "jws-signature-range"),
    "r is n": (number(N) + KNOWN_SIGNATURE[32:], "jws-signature-range"),
    "s is n": (KNOWN_SIGNATURE[:32] + number(N), "jws-signature-range"),
    "r and s make n": (
        KNOWN_SIGNATURE[:32] + number(N - int.from_bytes(KNOWN_SIGNATURE[:32], "big")),
        "jws-signature-range",
    ),
    "short": (KNOWN_SIGNATURE[:-1], "jws-signature-length"),
    "long": (KNOWN_SIGNATURE + b"\0", "jws-signature-length"),
    "empty": (b"", "jws-signature-length"),
    "der": (
        encode_dss_signature(
            int.from_bytes(KNOWN_SIGNATURE[:32], "big"),
            int.from_bytes(KNOWN_SIGNATURE[32:], "big"),
        ),
        "jws-signature-length",
    ),
    "n - s": (
        KNOWN_SIGNATURE[:32] + number(N - int.from_bytes(KNOWN_SIGNATURE[32:], "big")),
        "jws-signature-invalid",
    ),
}


@pytest.mark.parametrize("name", BAD_SIGNATURES)
@pytest.mark.parametrize("pure", [True, False])
def test_a_wrong_signature_is_refused_by_name(name: str, *, pure: bool) -> None:
    signature, code = BAD_SIGNATURES[name]
    check = sm2_check(KNOWN_POINT, backend=PURE if pure else default_backend())
    check(KNOWN_SIGNATURE, KNOWN_MESSAGE)
    assert code_of(lambda: check(signature, KNOWN_MESSAGE)) == code


def test_another_signers_identifier_is_another_signature() -> None:
    other = sm2_check(KNOWN_POINT, signer_id=b"somebody@else")
    assert code_of(lambda: other(KNOWN_SIGNATURE, KNOWN_MESSAGE)) == "jws-signature-invalid"
    sm2_check(KNOWN_POINT, signer_id=DEFAULT_ID)(KNOWN_SIGNATURE, KNOWN_MESSAGE)
    with pytest.raises(ValueError, match="8192"):
        signer_digest(KNOWN_POINT, bytes(8192))


JWK: dict[str, Json] = jwk_of(KNOWN_POINT)
ZERO = base64url.encode(bytes(32))
OFF = number(int.from_bytes(KNOWN_POINT[32:], "big") ^ 1)
BAD_KEYS: dict[str, tuple[dict[str, Json], str]] = {
    "off curve": ({**JWK, "y": base64url.encode(OFF)}, "key-point"),
    "infinity": (
        {**JWK, "x": base64url.encode(bytes(32)), "y": base64url.encode(bytes(32))},
        "key-point",
    ),
    "x over p": ({**JWK, "x": base64url.encode(number(P))}, "key-point"),
    "short x": ({**JWK, "x": base64url.encode(KNOWN_POINT[:31])}, "key-length"),
    "p-256": ({**JWK, "crv": "P-256"}, "key-curve"),
    "private": ({**JWK, "d": "AQ"}, "key-private"),
    "other alg": ({**JWK, "alg": "ES256"}, "key-alg"),
    "for encryption": ({**JWK, "use": "enc"}, "key-use"),
}


@pytest.mark.parametrize("name", BAD_KEYS)
def test_an_unsound_key_is_refused_by_name(name: str) -> None:
    jwk, code = BAD_KEYS[name]
    import_public(JWK, alg="SM2")
    assert code_of(lambda: import_public(jwk, alg="SM2")) == code


def test_a_token_is_signed_and_verified(library: LibcryptoBackend) -> None:
    key = Sm2PrivateKey.generate(backend=library)
    token = sign_compact(b"payload", key, typ="at+jwt")
    jwk = key.public_jwk()
    assert verify_compact(token, jwk, alg="SM2") == b"payload"
    p256 = {"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]}
    assert code_of(lambda: verify_compact(token, p256, alg="ES256")) in {
        "key-point",
        "jws-alg-mismatch",
    }
    assert "Sm2PrivateKey(kid=" in repr(key)
    assert key.to_pem().decode() not in repr(key)


@given(st.data())
def test_a_token_with_one_character_changed_is_refused(
    library: LibcryptoBackend, data: st.DataObject
) -> None:
    key = Sm2PrivateKey(library.private(KNOWN_SCALAR))
    token = data.draw(changed(sign_compact(b'{"iss":"x"}', key, typ="at+jwt")))
    with pytest.raises(TrustError):
        verify_compact(token, key.public_jwk(), alg="SM2")


@given(SCALARS)
def test_a_private_key_is_read_as_it_was_written(scalar: bytes) -> None:
    assert from_pem(to_pem(scalar)) == scalar


HEAD, TAIL = b"-----BEGIN PRIVATE KEY-----\n", b"\n-----END PRIVATE KEY-----\n"
BAD_PEMS = {
    "empty": (b"", "key-malformed"),
    "text": (
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "key-malformed",
    ),
    "cut": (to_pem(KNOWN_SCALAR)[:-30], "key-malformed"),
    "scalar zero": (to_pem(bytes(32)), "key-malformed"),
    "scalar n - 1": (to_pem(number(N - 1)), "key-malformed"),
    "scalar short": (to_pem(b"\1"), "key-malformed"),
}


@pytest.mark.parametrize("name", BAD_PEMS)
def test_an_unsound_private_key_is_refused(name: str) -> None:
    pem, code = BAD_PEMS[name]
    assert code_of(lambda: from_pem(pem)) == code


@given(st.integers(0, len(private_der(KNOWN_SCALAR)) * 8 - 1))
def test_a_damaged_private_key_is_another_key_or_refused(bit: int) -> None:
    der = private_der(KNOWN_SCALAR)
    damaged = (int.from_bytes(der, "big") ^ (1 << bit)).to_bytes(len(der), "big")
    found = read(HEAD + base64.b64encode(damaged) + TAIL)
    # What is not the scalar may be damaged in places that are not read.
    assert found != KNOWN_SCALAR or damaged[-32:] == KNOWN_SCALAR


def read(pem: bytes) -> bytes | str:
    """Return the scalar, or the code of the refusal."""
    try:
        return from_pem(pem)
    except TrustError as fault:
        return fault.code


def test_ciphertexts_that_are_no_point_are_refused_before_the_library() -> None:
    assert code_of(lambda: to_der(b"\4" + bytes(64) + bytes(33))) == "sm2-ciphertext"
    assert code_of(lambda: to_der(b"\2" + KNOWN_POINT + bytes(33))) == "sm2-ciphertext"


def test_openssl_verifies_ours_and_we_verify_its(
    library: LibcryptoBackend, openssl: str, tmp_path: Path
) -> None:
    pem, public, message, signature = (tmp_path / n for n in ("k.pem", "p.pem", "m", "s"))

    def run(*words: str | Path) -> None:
        subprocess.run([openssl, *words], check=True, capture_output=True, cwd=tmp_path)  # noqa: S603 -- a tool of the system

    distid = ("-pkeyopt", f"distid:{DEFAULT_ID.decode()}")
    run("genpkey", "-algorithm", "SM2", "-out", pem)
    run("pkey", "-in", pem, "-pubout", "-out", public)
    message.write_bytes(b"what is signed")
    sign = ("pkeyutl", "-rawin", "-digest", "sm3", *distid, "-in", message)
    run(*sign, "-sign", "-inkey", pem, "-out", signature)
    key = Sm2PrivateKey.from_pem(pem.read_bytes(), backend=library)
    r, s = decode_dss_signature(signature.read_bytes())
    point = library.private(from_pem(pem.read_bytes())).point
    for backend in (library, PURE):
        sm2_check(point, backend=backend)(number(r) + number(s), b"what is signed")
    ours = key.sign(b"what is signed")
    halves = (int.from_bytes(half, "big") for half in (ours[:32], ours[32:]))
    signature.write_bytes(encode_dss_signature(*halves))
    pem.write_bytes(key.to_pem())
    run(*sign, "-verify", "-pubin", "-inkey", public, "-sigfile", signature)
