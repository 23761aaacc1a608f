"""Certificates with SM2 keys, and the chain from one of them to an anchor.

The package for all other keys parses such a certificate but knows neither its key nor its
signature; both are read here. An anchor is trusted as it is: nothing of it is checked but its
name and its key, and its days.
Source: RFC 5280 (path validation), GM/T 0015 (SM2 certificates), GB/T 32918.2.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, Self, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtensionOID

from interop.crypto.sm2.backend import Sm2Backend
from interop.crypto.sm2.curve import POINT_BYTES, SIZE, sm3
from interop.crypto.sm2.der import SEQUENCE, first, tlv, values
from interop.crypto.sm2.keys import require_point, sm2_check
from interop.crypto.sm2.reasons import (
    X509_ALGORITHM,
    X509_CRITICAL,
    X509_KEY_USAGE,
    X509_MALFORMED,
    X509_NOT_CA,
    X509_NOT_VALID,
    X509_PATH_LENGTH,
    X509_SIGNATURE,
    X509_TOO_MANY,
    X509_UNTRUSTED,
)
from interop.errors import TrustError

CERTIFICATE_BYTES_MAX: Final = 64 * 1024
CHAIN_MAX: Final = 8
# Certificates of one name can stand in any order: what is tried is bounded.
OTHERS_MAX: Final = 8
STEPS_MAX: Final = 32
SIGNATURE_OID: Final = "1.2.156.10197.1.501"
_VERSION: Final = 0xA0
_BITS: Final = 0x03
# ecPublicKey with the curve SM2.
_KEY: Final = bytes.fromhex("06072a8648ce3d020106082a811ccf5501822d")
_UNCOMPRESSED: Final = b"\x00\x04"
# What this reader weighs; another critical extension may restrict what it does not know.
KNOWN: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)

# What the parser raises for a certificate that it cannot read, at once or on first use.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)

E = TypeVar("E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Sm2Certificate:
    """A parsed certificate whose key and signature are SM2.

    Attributes:
        parsed: Subject, days and extensions.
        point: x and y of its key, 64 bytes.
        digest: SM3 digest of its DER, hexadecimal: names it.
    """

    parsed: x509.Certificate
    point: bytes
    digest: str

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return the certificate in DER or PEM.

        Raises:
            TrustError: ``x509-malformed``, ``x509-algorithm`` for another key or signature, or
                ``key-point``.
        """
        if len(data) > CERTIFICATE_BYTES_MAX:
            raise TrustError(X509_MALFORMED.of(field="certificate", got=len(data)))
        pem = data.lstrip().startswith(b"-----BEGIN")
        load = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
        try:
            parsed = load(data)
            algorithm = parsed.signature_algorithm_oid.dotted_string
            key, bits = _key_in(_signed_part(parsed))
            # These are read on first use.
            _ = parsed.not_valid_before_utc, parsed.not_valid_after_utc
            _ = parsed.subject, parsed.issuer, tuple(parsed.extensions)
        except UNREADABLE:
            raise TrustError(X509_MALFORMED.of(field="certificate")) from None
        if (algorithm, key) != (SIGNATURE_OID, _KEY) or not bits.startswith(_UNCOMPRESSED):
            raise TrustError(X509_ALGORITHM.of(field="certificate", got=algorithm))
        der = parsed.tbs_certificate_bytes + parsed.signature
        return cls(parsed, require_point(bits[len(_UNCOMPRESSED) :]), sm3(der).hex())

    @property
    def subject(self) -> bytes:
        """Return the subject's name as DER."""
        return self.parsed.subject.public_bytes()

    @property
    def issuer(self) -> bytes:
        """Return the issuer's name as DER."""
        return self.parsed.issuer.public_bytes()

    def extension(self, kind: type[E]) -> E | None:
        """Return an extension by its kind; None if there is none."""
        try:
            return self.parsed.extensions.get_extension_for_class(kind).value
        except x509.ExtensionNotFound:
            return None

    def require_valid(self, at: datetime) -> None:
        """Refuse the certificate outside its days, both ends inclusive.

        Raises:
            TrustError: ``x509-not-valid``.
        """
        first_, last = self.parsed.not_valid_before_utc, self.parsed.not_valid_after_utc
        if not first_ <= at <= last:
            days = f"{first_.date()} … {last.date()}"
            raise TrustError(X509_NOT_VALID.of(field=self.digest, expected=days))

    def require_signed_by(self, point: bytes, *, backend: Sm2Backend | None = None) -> None:
        """Refuse the certificate unless the key with this point signed it.

        Raises:
            TrustError: ``x509-signature``.
        """
        try:
            r, s = decode_dss_signature(self.parsed.signature)
            raw = r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")
            sm2_check(point, backend=backend)(raw, self.parsed.tbs_certificate_bytes)
        except (ValueError, OverflowError, TrustError):
            raise TrustError(X509_SIGNATURE.of(field=self.digest)) from None


def verify_chain(
    leaf: Sm2Certificate,
    others: Iterable[Sm2Certificate],
    *,
    anchors: Sequence[Sm2Certificate],
    at: datetime,
    backend: Sm2Backend | None = None,
) -> tuple[Sm2Certificate, ...]:
    """Return the chain from ``leaf`` to one of the anchors, both included, valid at ``at``.

    Args:
        leaf: The certificate in question; it may be an anchor itself, pinned.
        others: Certificates that may stand between, in any order; at most 8.
        anchors: What is trusted.
        at: The instant of judgement, aware; for a signature, when it was made.
        backend: Who computes; the default of this process if none is given.

    Raises:
        TrustError: ``x509-too-many``; ``x509-untrusted`` if no name leads to an anchor; else
            the first fault of the chain that does: ``x509-not-valid``, ``x509-signature``,
            ``x509-not-ca``, ``x509-key-usage``, ``x509-path-length`` or ``x509-critical``.
    """
    between = tuple(islice(others, OTHERS_MAX + 1))
    if len(between) > OTHERS_MAX:
        raise TrustError(X509_TOO_MANY.of(field=leaf.digest, expected=OTHERS_MAX))
    faults: list[TrustError] = []
    for chain in _chains(leaf, between, anchors):
        try:
            _judge(chain, at, backend)
        except TrustError as fault:
            faults.append(fault)
        else:
            return chain
    raise faults[0] if faults else TrustError(X509_UNTRUSTED.of(field=leaf.digest))


def _chains(
    leaf: Sm2Certificate,
    others: Sequence[Sm2Certificate],
    anchors: Sequence[Sm2Certificate],
) -> Iterable[tuple[Sm2Certificate, ...]]:
    """Yield chains by names, short ones first; each certificate stands in one once.

    Beginnings that lead nowhere count as steps too: there can be as many as orders of
    certificates with one name.
    """
    waiting: deque[tuple[Sm2Certificate, ...]] = deque([(leaf,)])
    for _ in range(STEPS_MAX):
        if not waiting:
            return
        begun = waiting.popleft()
        last = begun[-1]
        if last in anchors:
            yield begun
            continue
        yield from ((*begun, anchor) for anchor in anchors if anchor.subject == last.issuer)
        if len(begun) < CHAIN_MAX:
            waiting.extend(
                (*begun, other)
                for other in others
                if other.subject == last.issuer and other not in (*begun, *anchors)
            )


def _judge(chain: tuple[Sm2Certificate, ...], at: datetime, backend: Sm2Backend | None) -> None:
    for certificate in chain:
        certificate.require_valid(at)
    for below, certificate in enumerate(chain[:-1]):
        _require_known(certificate)
        issuer = chain[below + 1]
        certificate.require_signed_by(issuer.point, backend=backend)
        _require_issuing(issuer, below)


def _require_issuing(issuer: Sm2Certificate, below: int) -> None:
    """Refuse an issuer that may not issue, or not with so many certificates below it."""
    basic = issuer.extension(x509.BasicConstraints)
    if basic is None or not basic.ca:
        raise TrustError(X509_NOT_CA.of(field=issuer.digest))
    usage = issuer.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise TrustError(X509_KEY_USAGE.of(field=issuer.digest, expected="keyCertSign"))
    if basic.path_length is not None and below > basic.path_length:
        limit = basic.path_length
        raise TrustError(X509_PATH_LENGTH.of(field=issuer.digest, expected=limit, got=below))


def _require_known(certificate: Sm2Certificate) -> None:
    for extension in certificate.parsed.extensions:
        if extension.critical and extension.oid not in KNOWN:
            name = extension.oid.dotted_string
            raise TrustError(X509_CRITICAL.of(field=certificate.digest, got=name))


def _signed_part(parsed: x509.Certificate) -> bytes:
    """Return what is signed, of a certificate whose signature is whole bytes."""
    der = parsed.public_bytes(serialization.Encoding.DER)
    *_, signature = values(first(der, SEQUENCE))
    if signature != (_BITS, b"\x00" + parsed.signature):
        raise ValueError(signature[0])
    return parsed.tbs_certificate_bytes


def spki_of(tbs: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a certificate that is to be signed, as DER.

    Raises:
        ValueError: There is none where it belongs.
    """
    parts = values(first(tbs, SEQUENCE))
    # Version (if it is not the first), serial number, algorithm, issuer, days, subject, key.
    place = 6 if parts[0][0] == _VERSION else 5
    if len(parts) <= place or parts[place][0] != SEQUENCE:
        raise ValueError(len(parts))
    return tlv(SEQUENCE, parts[place][1])


def _key_in(tbs: bytes) -> tuple[bytes, bytes]:
    """Return algorithm and bits of the key in a certificate that is to be signed."""
    (kind, algorithm), (tag, bits) = values(first(spki_of(tbs), SEQUENCE))
    if (kind, tag, len(bits) - len(_UNCOMPRESSED)) != (SEQUENCE, _BITS, POINT_BYTES):
        return algorithm, b""
    return algorithm, bits
