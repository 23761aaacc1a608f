"""Public keys from PEM, DER and certificates, brought to one form and held to its checks.

Whatever a key comes in, it becomes a JWK first, so that size, point, generator and use are
judged in one place (:func:`interop.crypto.jwk.import_public`) and the algorithm is pinned.
Source: RFC 5280 section 4.1.2.7 (SubjectPublicKeyInfo), RFC 7468 (PEM), RFC 8410 (Edwards
curves), RFC 4055 (RSASSA-PSS keys).
"""

import base64
import binascii
import re
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from interop.crypto import base64url
from interop.crypto.algorithms import EC
from interop.crypto.jwk import VerificationKey, import_public
from interop.crypto.key_reasons import (
    KEY_ALG,
    KEY_CURVE,
    KEY_MALFORMED,
    KEY_PRIVATE,
    KEY_TYPE,
)
from interop.crypto.sm2.der import NULL, OBJECT, SEQUENCE, first, integer, tlv, values
from interop.crypto.sm2.files import SPKI as SM2_SPKI
from interop.crypto.sm2.keys import jwk_of
from interop.crypto.sm2.libcrypto import SPKI_BYTES as SM2_SPKI_BYTES
from interop.crypto.sm2.reasons import X509_KEY_USAGE, X509_MALFORMED, X509_NOT_VALID
from interop.crypto.sm2.x509 import CERTIFICATE_BYTES_MAX, UNREADABLE, spki_of
from interop.errors import TrustError
from interop.model.canonical import Json

PEM_BYTES_MAX: Final = 16 * 1024
RSASSA_PSS: Final = bytes.fromhex("2a864886f70d01010a")
MGF1: Final = bytes.fromhex("2a864886f70d010108")
CURVES: Final = {curve.curve.name: curve for curve in EC.values()}
# One run of letters and spaces between the lines, so that no text is matched in two ways.
_PEM: Final = re.compile(
    rb"\s*-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*"
)


def import_pem(pem: bytes, *, alg: str, kid: str = "") -> VerificationKey:
    """Return the key in a SubjectPublicKeyInfo PEM, usable for ``alg`` alone.

    Args:
        pem: One block ``PUBLIC KEY`` and nothing else.
        alg: The one algorithm it is for, as for a JWK.
        kid: What the key is to be called; empty for no name.

    Raises:
        TrustError: ``key-malformed``, ``key-private``, or as for a JWK.
    """
    return _imported(_der_in(pem), alg=alg, kid=kid)


def import_certificate(
    data: bytes, *, alg: str, at: datetime, kid: str = ""
) -> VerificationKey:
    """Return the key in a certificate, usable for ``alg`` alone.

    Whether the certificate is to be believed is decided elsewhere, by its chain or because
    it is pinned.

    Args:
        data: One certificate, DER or PEM.
        alg: The one algorithm it is for.
        at: The instant at which the certificate must be valid, aware; both ends inclusive.
        kid: What the key is to be called; empty for no name.

    Raises:
        TrustError: ``x509-malformed``, ``x509-not-valid``, ``x509-key-usage`` if it may not
            sign, or as for a JWK.
    """
    if len(data) > CERTIFICATE_BYTES_MAX:
        raise TrustError(X509_MALFORMED.of(field="certificate", got=len(data)))
    pem = data.lstrip().startswith(b"-----BEGIN")
    load = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
    try:
        parsed = load(data)
        begin, end = parsed.not_valid_before_utc, parsed.not_valid_after_utc
        usages = [e.value for e in parsed.extensions if isinstance(e.value, x509.KeyUsage)]
        spki = spki_of(parsed.tbs_certificate_bytes)
    except UNREADABLE:
        raise TrustError(X509_MALFORMED.of(field="certificate")) from None
    if not begin <= at <= end:
        days = f"{begin.date()} … {end.date()}"
        raise TrustError(X509_NOT_VALID.of(field="certificate", expected=days))
    if not all(usage.digital_signature for usage in usages):
        raise TrustError(X509_KEY_USAGE.of(field="certificate", expected="digitalSignature"))
    return _imported(spki, alg=alg, kid=kid)


def _imported(der: bytes, *, alg: str, kid: str) -> VerificationKey:
    jwk = _jwk_in(der)
    _require_scheme(der, alg)
    return import_public({**jwk, "kid": kid} if kid else jwk, alg=alg)


def _der_in(pem: bytes) -> bytes:
    found = _PEM.fullmatch(pem[: PEM_BYTES_MAX + 1])
    if found is None:
        raise TrustError(KEY_MALFORMED.of(field="pem"))
    if found[1].endswith(b"PRIVATE KEY"):
        raise TrustError(KEY_PRIVATE.of(field="pem"))
    if found[1] != b"PUBLIC KEY":
        raise TrustError(KEY_MALFORMED.of(field="pem"))
    try:
        return base64.b64decode(b"".join(found[2].split()), validate=True)
    except binascii.Error:
        raise TrustError(KEY_MALFORMED.of(field="pem")) from None


def _jwk_in(der: bytes) -> dict[str, Json]:
    """Return the key in a SubjectPublicKeyInfo as the members of a JWK."""
    if der.startswith(SM2_SPKI) and len(der) == SM2_SPKI_BYTES:
        return jwk_of(der[len(SM2_SPKI) :])
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise TrustError(KEY_MALFORMED.of(field="spki")) from None
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _ec_jwk(key)
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        crv = "Ed25519" if isinstance(key, ed25519.Ed25519PublicKey) else "Ed448"
        return {"kty": "OKP", "crv": crv, "x": base64url.encode(key.public_bytes_raw())}
    raise TrustError(KEY_TYPE.of(field="spki", expected="RSA | EC | OKP", got="another kind"))


def _ec_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, Json]:
    curve = CURVES.get(key.curve.name)
    if curve is None:
        names = ", ".join(CURVES)
        raise TrustError(KEY_CURVE.of(field="spki", expected=names, got=key.curve.name))
    numbers = key.public_numbers()
    x, y = (part.to_bytes(curve.size, "big") for part in (numbers.x, numbers.y))
    own: dict[str, Json] = {"kty": "EC", "crv": curve.crv}
    return {**own, "x": base64url.encode(x), "y": base64url.encode(y)}


def _number(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _require_scheme(der: bytes, alg: str) -> None:
    """Refuse an RSASSA-PSS key for another scheme, hash or salt than its own (RFC 4055 3.1)."""
    (_, algorithm), *_ = values(first(der, SEQUENCE))
    (_, identifier), *parameters = values(algorithm)
    if identifier != RSASSA_PSS:
        return
    # Without parameters the key leaves hash and salt open.
    allowed = ((), ((SEQUENCE, PSS_PARAMETERS[alg]),)) if alg in PSS_PARAMETERS else ()
    if tuple(parameters) not in allowed:
        raise TrustError(KEY_ALG.of(field="alg", expected=alg, got="RSASSA-PSS"))


def _pss_parameters(hashed: str, size: int) -> bytes:
    """Return what a key says that is for this hash in both places and a salt of its size."""
    named = tlv(SEQUENCE, tlv(OBJECT, bytes.fromhex(hashed)) + NULL)
    mask = tlv(SEQUENCE, tlv(OBJECT, MGF1) + named)
    return tlv(0xA0, named) + tlv(0xA1, mask) + tlv(0xA2, integer(size))


# SHA-256, SHA-384 and SHA-512 (RFC 8017 appendix B.1).
PSS_PARAMETERS: Final = {
    "PS256": _pss_parameters("608648016503040201", 32),
    "PS384": _pss_parameters("608648016503040202", 48),
    "PS512": _pss_parameters("608648016503040203", 64),
}
