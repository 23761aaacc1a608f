"""SM2 private keys as PKCS#8, which the package for all other keys does not read.

Source: RFC 5958 (PKCS#8), RFC 5915 (the key inside), RFC 7468 (PEM), GM/T 0006 (the curve's
identifier 1.2.156.10197.1.301).
"""

import base64
import binascii
import re
from typing import Final

from interop.crypto.key_reasons import KEY_MALFORMED, KEY_TYPE
from interop.crypto.sm2.curve import SIZE, N
from interop.crypto.sm2.der import INTEGER, OCTETS, SEQUENCE, first, integer, tlv, values
from interop.errors import TrustError

PEM_BYTES_MAX: Final = 16 * 1024
LINE: Final = 64
# SubjectPublicKeyInfo of an uncompressed point, up to the point.
SPKI: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
# ecPublicKey with the curve SM2.
ALGORITHM: Final = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
_PEM: Final = re.compile(
    rb"\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*"
)


def private_der(scalar: bytes) -> bytes:
    """Return a private scalar of 32 bytes as PKCS#8."""
    inner = tlv(SEQUENCE, integer(1) + tlv(OCTETS, scalar))
    return tlv(SEQUENCE, integer(0) + ALGORITHM + tlv(OCTETS, inner))


def to_pem(scalar: bytes) -> bytes:
    """Return the unencrypted PKCS#8 PEM: only for a file that nobody else can read."""
    return _armoured(private_der(scalar), "PRIVATE KEY")


def public_to_pem(point: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo PEM of a point, x and y in 64 bytes."""
    return _armoured(SPKI + point, "PUBLIC KEY")


def _armoured(der: bytes, label: str) -> bytes:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
    rows = [f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]
    return "\n".join(rows).encode("ascii")


def from_pem(pem: bytes) -> bytes:
    """Return the private scalar in an unencrypted PKCS#8 PEM, 32 bytes.

    Raises:
        TrustError: ``key-malformed``, or ``key-type`` for another kind of key.
    """
    found = _PEM.fullmatch(pem[: PEM_BYTES_MAX + 1])
    try:
        if found is None:
            raise ValueError(len(pem))  # noqa: TRY301 -- one way out for all that is malformed
        algorithm, scalar = _read(base64.b64decode(b"".join(found[1].split()), validate=True))
    except (ValueError, binascii.Error):
        raise TrustError(KEY_MALFORMED.of(field="pem")) from None
    if algorithm != ALGORITHM:
        raise TrustError(KEY_TYPE.of(field="pem", expected="SM2", got="another kind of key"))
    return require_scalar(scalar)


def is_sm2(pem: bytes) -> bool:
    """Return whether ``pem`` is a private key of SM2, sound or not."""
    try:
        from_pem(pem)
    except TrustError as fault:
        return fault.reason.field == "d"
    return True


def require_scalar(scalar: bytes) -> bytes:
    """Return ``scalar`` if it may be a private key: 32 bytes, 1 … n - 2.

    Raises:
        TrustError: ``key-malformed``.
    """
    if len(scalar) != SIZE or not 0 < int.from_bytes(scalar, "big") < N - 1:
        raise TrustError(KEY_MALFORMED.of(field="d"))
    return scalar


def _read(der: bytes) -> tuple[bytes, bytes]:
    (version, _), (kind, algorithm), (octets, inner), *_ = values(first(der, SEQUENCE))
    (number, _), (string, scalar), *_ = values(first(inner, SEQUENCE))
    if (version, kind, octets, number, string) != (INTEGER, SEQUENCE, OCTETS, INTEGER, OCTETS):
        raise ValueError(der[0])
    return tlv(SEQUENCE, algorithm), scalar
