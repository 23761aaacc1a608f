"""Keys from PEM and certificates are held to the checks of a JWK, and pinned like one."""

import base64
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from hypothesis import given

from interop.conformance.strategies.crypto import PAYLOADS
from interop.crypto import base64url
from interop.crypto.algorithms import AVAILABLE
from interop.crypto.jwk import VerificationKey
from interop.crypto.sm2.backend import KNOWN_MESSAGE, KNOWN_POINT, KNOWN_SIGNATURE
from interop.crypto.sm2.der import SEQUENCE, integer, tlv
from interop.crypto.sm2.files import SPKI
from interop.crypto.spki import PEM_BYTES_MAX, import_certificate, import_pem
from interop.errors import TrustError
from tests.crypto.conftest import Pair, Private

ALGORITHMS: Final = sorted(AVAILABLE - {"SM2"})
NOW: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
BITS: Final = 0x03


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


def armour(der: bytes, label: str = "PUBLIC KEY") -> bytes:
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(
        [f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]
    ).encode()


def pem_of(key: Private) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def rsa_spki(n: int, *, oid: str = "2a864886f70d010101", parameters: bytes = b"\5\0") -> bytes:
    identifier = bytes.fromhex(oid)
    algorithm = tlv(SEQUENCE, tlv(0x06, identifier) + parameters)
    key = tlv(SEQUENCE, integer(n) + integer(65537))
    return tlv(SEQUENCE, algorithm + tlv(BITS, b"\0" + key))


def require_verifies(key: VerificationKey, token: str) -> None:
    signed, _, last = token.rpartition(".")
    key.check(base64url.decode(last, field="signature"), signed.encode())


@pytest.mark.parametrize("alg", ALGORITHMS)
@given(payload=PAYLOADS)
def test_a_pem_verifies_what_its_key_signed(
    pairs: dict[str, Pair], alg: str, payload: bytes
) -> None:
    pair = pairs[alg]
    key = import_pem(pem_of(pair.private), alg=alg, kid="mine")
    assert (key.alg, key.kid) == (alg, "mine")
    require_verifies(key, jwt.PyJWS().encode(payload, pair.private, algorithm=alg))


def test_sm2_and_ed448_come_in_pem_as_well() -> None:
    key = import_pem(armour(SPKI + KNOWN_POINT), alg="SM2")
    key.check(KNOWN_SIGNATURE, KNOWN_MESSAGE)
    private = ed448.Ed448PrivateKey.generate()
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    import_pem(pem, alg="EdDSA").check(private.sign(b"m"), b"m")


PSS_OID: Final = "2a864886f70d01010a"
MODULUS: Final = 2**2047 + 12345
PSS: Final = rsa_spki(MODULUS, oid=PSS_OID, parameters=b"")
P256: Final = ec.generate_private_key(ec.SECP256R1())
GOOD: Final = pem_of(P256)
GOOD_DER: Final = base64.b64decode(b"".join(GOOD.split(b"\n")[1:3]))
SECRET: Final = P256.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)


def other(key: dsa.DSAPublicKey | x25519.X25519PublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


BAD: Final = {
    "nothing": (b"", "ES256", "key-malformed"),
    "text before": (b"key:\n" + GOOD, "ES256", "key-malformed"),
    "two keys": (GOOD + GOOD, "ES256", "key-malformed"),
    "no key inside": (armour(b"\0"), "ES256", "key-malformed"),
    "bytes behind": (armour(GOOD_DER + b"\0"), "ES256", "key-malformed"),
    "base64 cut": (GOOD.replace(b"=", b""), "ES256", "key-malformed"),
    "another label": (armour(b"\0", "CERTIFICATE"), "ES256", "key-malformed"),
    "huge": (b" " * 20_000 + GOOD, "ES256", "key-malformed"),
    "private": (SECRET, "ES256", "key-private"),
    "another algorithm": (GOOD, "EdDSA", "key-type"),
    "another curve": (GOOD, "ES384", "key-curve"),
    "secp256k1": (
        other(ec.generate_private_key(ec.SECP256K1()).public_key()),
        "ES256",
        "key-curve",
    ),
    "key agreement": (
        other(x25519.X25519PrivateKey.generate().public_key()),
        "EdDSA",
        "key-type",
    ),
    "sm2 for es256": (armour(SPKI + KNOWN_POINT), "ES256", "key-curve"),
    "sm2 off the curve": (armour(SPKI + bytes(64)), "SM2", "key-point"),
    "rsa 1024": (armour(rsa_spki(2**1023 + 1)), "RS256", "key-rsa-size"),
    "rsa even": (armour(rsa_spki(2**2047)), "RS256", "key-rsa-modulus"),
    "pss key for pkcs1": (armour(PSS), "RS256", "key-alg"),
    "hmac": (GOOD, "HS256", "jws-alg-symmetric"),
    "no algorithm": (GOOD, "none", "jws-alg-none"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_unusable_pem_has_its_code(name: str) -> None:
    pem, alg, code = BAD[name]
    assert code_of(lambda: import_pem(pem, alg=alg)) == code
    assert import_pem(GOOD, alg="ES256").alg == "ES256"


def test_a_key_for_pss_serves_pss() -> None:
    for alg in ("PS256", "PS384", "PS512"):
        assert import_pem(armour(PSS), alg=alg).alg == alg


def output(command: list[str], given: bytes = b"") -> bytes:
    return subprocess.run(  # noqa: S603 -- a fixed command with made-up names
        command, input=given, check=True, capture_output=True, timeout=60
    ).stdout


def pss_bound(name: str, *arguments: str) -> bytes:
    """Return a key, made by OpenSSL's own tool, that says which hash and salt it is for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl command on this machine")
    terms = [part for term in arguments for part in ("-pkeyopt", term)]
    make = ["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", *terms]
    private = output([openssl, *make, "-pkeyopt", f"rsa_pss_keygen_md:{name}"])
    return output([openssl, "pkey", "-pubout"], private)


def test_a_key_for_pss_is_held_to_its_own_hash_and_salt() -> None:
    mask, salt = "rsa_pss_keygen_mgf1_md:sha256", "rsa_pss_keygen_saltlen:32"
    assert import_pem(pss_bound("sha256", mask, salt), alg="PS256").alg == "PS256"
    for pem in (
        pss_bound("sha384", "rsa_pss_keygen_mgf1_md:sha384", "rsa_pss_keygen_saltlen:48"),
        pss_bound("sha256", mask, "rsa_pss_keygen_saltlen:33"),
        pss_bound("sha256", "rsa_pss_keygen_mgf1_md:sha1", salt),
        # All defaults: SHA-1 and 20 bytes (RFC 4055).
        armour(rsa_spki(MODULUS, oid=PSS_OID, parameters=b"\x30\0")),
    ):
        assert code_of(partial(import_pem, pem, alg="PS256")) == "key-alg"


def test_a_text_of_spaces_is_refused_in_no_time() -> None:
    begun = time.monotonic()
    long = b"-----BEGIN PUBLIC KEY-----" + b"\n" * (PEM_BYTES_MAX - 26)
    assert code_of(lambda: import_pem(long, alg="ES256")) == "key-malformed"
    assert time.monotonic() - begun < 0.2


def certificate(key: Private, *, signs: bool | None = True) -> bytes:
    """Return a certificate of ``key`` by itself, for two days around NOW."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "constructed")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    if signs is not None:
        usage = x509.KeyUsage(
            digital_signature=signs,
            content_commitment=False,
            key_encipherment=not signs,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    made = builder.sign(key, algorithm)
    return made.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("alg", ["ES256", "ES384", "RS256", "PS512", "EdDSA"])
def test_a_certificate_gives_its_key(pairs: dict[str, Pair], alg: str) -> None:
    private = pairs[alg].private
    der = certificate(private)
    token = jwt.PyJWS().encode(b"x", private, algorithm=alg)
    for data in (der, armour(der, "CERTIFICATE")):
        require_verifies(import_certificate(data, alg=alg, at=NOW), token)
    assert import_certificate(certificate(private, signs=None), alg=alg, at=NOW).alg == alg


def test_a_certificate_counts_on_both_ends_and_between() -> None:
    der = certificate(P256)
    second = timedelta(seconds=1)
    for at in (NOW - DAY, NOW, NOW + DAY):
        assert import_certificate(der, alg="ES256", at=at).kid == ""
    for at in (NOW - DAY - second, NOW + DAY + second):
        call = partial(import_certificate, der, alg="ES256", at=at)
        assert code_of(call) == "x509-not-valid"


def test_each_unusable_certificate_has_its_code() -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 -- what must be refused
    rows = {
        "no certificate": (b"\0", "ES256", "x509-malformed"),
        "cut": (certificate(P256)[:-1], "ES256", "x509-malformed"),
        "huge": (bytes(70_000), "ES256", "x509-malformed"),
        "for encryption": (certificate(P256, signs=False), "ES256", "x509-key-usage"),
        "weak": (certificate(weak), "RS256", "key-rsa-size"),
        "another algorithm": (certificate(P256), "RS256", "key-type"),
    }
    for name, (data, alg, code) in rows.items():
        call = partial(import_certificate, data, alg=alg, at=NOW)
        assert code_of(call) == code, name
