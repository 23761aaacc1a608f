"""The checks of one seal: each its own function with its own reasons, none resting on another.

Source: GB/T 38540-2020 clause 8 and GM/T 0031-2014 clause 6.3 (order of verification);
GB/T 33190-2016 clause 18 (references).
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from interop.certificates.ofd.anchors import Anchor, Use
from interop.certificates.ofd.layout import Signature
from interop.certificates.ofd.package import Package
from interop.certificates.ofd.reasons import (
    DIGEST_UNKNOWN,
    DIGEST_WEAK,
    FILE_CHANGED,
    MAKER_NOT_VALID,
    NOT_COVERED,
    NOT_TRUSTED,
    REFERENCE_LOST,
    REFERENCES_NONE,
    SEAL_ALGORITHM,
    SEAL_CERTIFICATE,
    SEAL_FALSE,
    SEAL_NOT_VALID,
    SIGNATURE_FALSE,
    SIGNATURE_FILE_CHANGED,
    SIGNER_KEY_USE,
    SIGNER_NOT_IN_SEAL,
    SIGNER_NOT_VALID,
    TIME_AHEAD,
    TIME_UNREADABLE,
)
from interop.certificates.ofd.seals import SM2_WITH_SM3, SealSignature, Signed
from interop.crypto.sm2 import Sm2Backend, sm2_check
from interop.crypto.sm2.curve import SIGNATURE_BYTES, SIZE, sm3
from interop.crypto.sm2.reasons import X509_ALGORITHM
from interop.crypto.sm2.x509 import Sm2Certificate, verify_chain
from interop.errors import Reason, ReasonRow, TrustError
from interop.model.day import day_of

REASONS_MAX: Final = 100
KEYS_KEPT_MAX: Final = 256
_NOISE: Final = str.maketrans("", "", "-_ /")


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


DIGESTS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        "1.2.156.10197.1.401": sm3,
        "1.2.156.10197.1.401.1": sm3,
        "sm3": sm3,
        "2.16.840.1.101.3.4.2.1": _sha256,
        "sha256": _sha256,
    }
)
WEAK: Final = frozenset(
    {"md5", "1.2.840.113549.2.5", "sha1", "sha", "1.3.14.3.2.26", "1.3.14.3.2.18"}
)
METHODS: Final = SM2_WITH_SM3 | {"sm2", "sm2withsm3", "sm3withsm2", "sm2sm3", "sm3sm2"}


@dataclass(frozen=True, slots=True)
class Subject:
    """One seal, held against its document.

    Attributes:
        package: The document.
        content: Files that the seal should cover.
        signature: The signature's file.
        sealed: The seal signature.
        signer: The signer's certificate, or why it cannot be read.
        maker: The seal maker's certificate, or why it cannot be read.
        time: Signing time; None if it cannot be read.
        anchors: What is trusted.
        at: Day of asking, Asia/Shanghai.
        backend: Who computes; the default of this process if none is given.
    """

    package: Package
    content: frozenset[str]
    signature: Signature
    sealed: SealSignature
    signer: Sm2Certificate | Reason
    maker: Sm2Certificate | Reason
    time: datetime | None
    anchors: tuple[Anchor, ...]
    at: date
    backend: Sm2Backend | None = None

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Return the content files outside the references, sorted."""
        covered = {reference.part for reference in self.signature.references}
        return tuple(sorted(self.content - covered))


def read_certificate(data: bytes, *, owner: Use) -> Sm2Certificate | Reason:
    """Return a certificate of a seal signature, or why it cannot be used."""
    try:
        return Sm2Certificate.read(data)
    except TrustError as fault:
        if fault.code == X509_ALGORITHM.code:
            return SEAL_ALGORITHM.of(field=owner, got=fault.reason.got)
        return SEAL_CERTIFICATE.of(field=owner, got=fault.code)


def check_file_digests(subject: Subject) -> Iterator[Reason]:
    """Yield a reason for each file that differs from its digest, or that is not there."""
    written = subject.signature.digest
    name = written.casefold()
    plain = name.translate(_NOISE)
    digest = DIGESTS.get(name) or DIGESTS.get(plain)
    if digest is None:
        row = DIGEST_WEAK if {name, plain} & WEAK else DIGEST_UNKNOWN
        yield row.of(field=subject.signature.part, got=written)
        return
    if not subject.signature.references:
        yield REFERENCES_NONE.of(field=subject.signature.part)
    # Each file once: a list may name a large one as often as it likes.
    found = cache(lambda part: digest(subject.package.parts[part]))
    for reference in subject.signature.references:
        if reference.part is None:
            yield REFERENCE_LOST.of(field=reference.path)
        elif found(reference.part) != _decoded(reference.value):
            yield FILE_CHANGED.of(field=reference.part)


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def check_coverage(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if content files lie outside the references."""
    left = subject.uncovered
    if left:
        yield NOT_COVERED.of(field=left[0], got=len(left))


def check_signature_hash(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if the signature's file is not the one whose digest was signed."""
    part = subject.signature.part
    if sm3(subject.package.parts[part]) != subject.sealed.data_hash:
        yield SIGNATURE_FILE_CHANGED.of(field=part)


def check_signature(subject: Subject) -> Iterator[Reason]:
    """Yield a reason unless the signer signed."""
    written = subject.signature.method
    if written and not {written.casefold(), written.casefold().translate(_NOISE)} & METHODS:
        yield SEAL_ALGORITHM.of(field=subject.signature.part, got=written)
    yield from _signed(subject.sealed.signed, subject.signer, SIGNATURE_FALSE, subject.backend)


def check_seal_signature(subject: Subject) -> Iterator[Reason]:
    """Yield a reason unless the seal maker made the seal, with a key that may sign."""
    made = subject.sealed.seal.made
    yield from _signed(made, subject.maker, SEAL_FALSE, subject.backend)
    yield from _key_use(subject.maker, Use.SEAL_MAKER)


def _signed(
    signed: Signed,
    certificate: Sm2Certificate | Reason,
    row: ReasonRow,
    backend: Sm2Backend | None,
) -> Iterator[Reason]:
    if isinstance(certificate, Reason):
        yield certificate
    elif signed.algorithm not in SM2_WITH_SM3:
        yield SEAL_ALGORITHM.of(field=row.code, got=signed.algorithm)
    elif not any(_is_by(certificate, signed, each, backend) for each in signed.messages):
        yield row.of(field=certificate.digest)


def _is_by(
    certificate: Sm2Certificate, signed: Signed, message: bytes, backend: Sm2Backend | None
) -> bool:
    try:
        check = sm2_check(certificate.point, backend=backend) if backend else None
        (check or _kept_check(certificate.point))(_raw(signed.signature), message)
    except (ValueError, OverflowError, TrustError):
        return False
    return True


@lru_cache(maxsize=KEYS_KEPT_MAX)
def _kept_check(point: bytes) -> Callable[[bytes, bytes], None]:
    """Return the check by a key; kept, since few organs seal many documents."""
    return sm2_check(point)


def _raw(signature: bytes) -> bytes:
    """Return r and s in 64 bytes; most write DER, some the plain numbers."""
    if len(signature) == SIGNATURE_BYTES:
        return signature
    r, s = decode_dss_signature(signature)
    return r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")


def check_signer_validity(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if the signer's certificate was not valid then, or is not for signing."""
    yield from _days(subject.signer, subject.time, SIGNER_NOT_VALID)
    yield from _key_use(subject.signer, Use.SIGNER)


def check_seal_period(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if the seal, or its maker's certificate, was not valid then."""
    seal, time = subject.sealed.seal, subject.time
    if time is not None and not seal.valid_from <= time <= seal.valid_until:
        days = f"{seal.valid_from.isoformat()} … {seal.valid_until.isoformat()}"
        yield SEAL_NOT_VALID.of(field="seal", expected=days, got=time.isoformat())
    yield from _days(subject.maker, time, MAKER_NOT_VALID)


def _days(
    certificate: Sm2Certificate | Reason, time: datetime | None, row: ReasonRow
) -> Iterator[Reason]:
    if isinstance(certificate, Reason) or time is None:
        return
    begin, end = certificate.parsed.not_valid_before_utc, certificate.parsed.not_valid_after_utc
    if not begin <= time <= end:
        days = f"{begin.isoformat()} … {end.isoformat()}"
        yield row.of(field=certificate.digest, expected=days, got=time.isoformat())


def _key_use(certificate: Sm2Certificate | Reason, owner: Use) -> Iterator[Reason]:
    if isinstance(certificate, Reason):
        return
    usage = certificate.extension(x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        yield SIGNER_KEY_USE.of(field=owner)


def check_signer_in_seal(subject: Subject) -> Iterator[Reason]:
    """Yield a reason unless the seal lists the signer's certificate, whole or by digest."""
    seal, certificate = subject.sealed.seal, subject.sealed.signed.certificate
    if certificate in seal.certificates:
        return
    if any(kind.casefold().translate(_NOISE) in WEAK for kind, _ in seal.digests):
        yield DIGEST_WEAK.of(field="certList", got=seal.digests[0][0])
    # Types of digests are named freely; a match under a sound digest is a match.
    elif {value for _, value in seal.digests}.isdisjoint(
        {sm3(certificate), _sha256(certificate)}
    ):
        yield SIGNER_NOT_IN_SEAL.of(field=subject.signature.value)


def check_signing_time(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if there is no signing time, or one after the day of asking."""
    if subject.time is None:
        yield TIME_UNREADABLE.of(field=subject.signature.value)
    elif day_of(subject.time) > subject.at:
        yield TIME_AHEAD.of(field="time", expected=subject.at, got=subject.time.isoformat())


def check_issuer_trusted(subject: Subject) -> Iterator[Reason]:
    """Yield a reason for each of signer and seal maker that no anchor vouches for."""
    for owner, certificate in ((Use.SIGNER, subject.signer), (Use.SEAL_MAKER, subject.maker)):
        if isinstance(certificate, Reason) or subject.time is None:
            yield NOT_TRUSTED.of(field=owner, got="-")
            continue
        anchors = [each.certificate for each in subject.anchors if owner in each.uses]
        try:
            verify_chain(
                certificate, (), anchors=anchors, at=subject.time, backend=subject.backend
            )
        except TrustError as fault:
            yield NOT_TRUSTED.of(field=owner, got=fault.code)


CHECKS_OF_ONE: Final[Mapping[str, Callable[[Subject], Iterator[Reason]]]] = MappingProxyType(
    {
        "file-digests": check_file_digests,
        "coverage": check_coverage,
        "signature-hash": check_signature_hash,
        "signature": check_signature,
        "signer-validity": check_signer_validity,
        "seal-signature": check_seal_signature,
        "seal-period": check_seal_period,
        "signer-in-seal": check_signer_in_seal,
        "signing-time": check_signing_time,
        "issuer-trusted": check_issuer_trusted,
    }
)
