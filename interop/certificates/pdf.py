"""Verify the signatures of a PDF, with the report that an OFD document gets.

pyHanko does the work (extra ``pdf``); it knows no SM2. A PDF has no seals: what is said of them
is not applicable.
Source: ISO 32000-2:2020 clause 12.8 (digital signatures), ETSI EN 319 102-1 (validation).
"""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from interop.certificates.ofd.reasons import (
    DIGEST_WEAK,
    FILE_CHANGED,
    LATER_EXTENDED,
    NO_SEAL,
    NOT_COVERED,
    NOT_TRUSTED,
    PDF_EXTRA_MISSING,
    PDF_UNREADABLE,
    SEAL_CERTIFICATE,
    SIGNATURE_FALSE,
    SIGNATURE_FILE_CHANGED,
    SIGNER_NOT_VALID,
    TIME_AHEAD,
    TIME_UNREADABLE,
)
from interop.certificates.ofd.report import (
    CHECKS,
    NOT_APPLICABLE,
    PASSED,
    Outcome,
    Result,
    SealFinding,
    SealReport,
    judged,
    verdict_of,
)
from interop.crypto.sm2.reasons import X509_MALFORMED
from interop.errors import InteropError, Reason, TrustError
from interop.model.day import day_of

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus

MAGIC: Final = b"%PDF-"
PDF_BYTES_MAX: Final = 64 * 1024 * 1024
SIGNATURES_MAX: Final = 64
LATER: Final = "later revision"


def is_pdf(data: bytes) -> bool:
    """Return whether ``data`` begins as a PDF does."""
    return data[:1024].lstrip().startswith(MAGIC)


# What the reader of PDF lets through of a broken file; numbers that are none among it.
_BROKEN: Final = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RecursionError),
)


def verify(data: bytes, *, anchors: Iterable[bytes] = (), at: date) -> SealReport:
    """Return what the signed PDF in ``data`` is worth.

    Every signature is judged at its signing time, offline: revocation is not asked.

    Args:
        data: The document as received.
        anchors: Certificates that are trusted, DER or PEM: authorities or signers.
        at: Day of asking, Asia/Shanghai: a later signing time is ``expired``.

    Raises:
        InteropError: ``pdf-extra-missing``: the extra is not installed.
        TrustError: ``x509-malformed``: an anchor is no certificate.
    """
    try:
        from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 -- an extra, and slow to load
        from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 -- likewise
    except ImportError:
        raise InteropError(PDF_EXTRA_MISSING.of(field="pdf")) from None
    roots = [_certificate(each) for each in anchors]
    digest = hashlib.sha256(data).hexdigest()
    if len(data) > PDF_BYTES_MAX:
        return SealReport.unreadable(digest, (PDF_UNREADABLE.of(got=len(data)),))
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        signatures = list(reader.embedded_regular_signatures)[: SIGNATURES_MAX + 1]
        found = [_read(each, roots) for each in signatures]
    except (PdfError, *_BROKEN) as fault:
        return SealReport.unreadable(digest, (PDF_UNREADABLE.of(got=type(fault).__name__),))
    if len(found) > SIGNATURES_MAX:
        return SealReport.unreadable(digest, (PDF_UNREADABLE.of(got=f"{len(found)}+"),))
    return _report(digest, found, at)


@dataclass(frozen=True, slots=True)
class _Read:
    """One signature as pyHanko judges it.

    Attributes:
        name: Name of its field.
        signer: The signer's certificate.
        time: Signing time as the signer says.
        covers_all: Whether it covers the whole file.
        problems: What is wrong, by check; times aside.
    """

    name: str
    signer: "x509.Certificate"
    time: datetime | None
    covers_all: bool
    problems: Mapping[str, Reason]


def _certificate(data: bytes) -> "x509.Certificate":
    from asn1crypto import pem, x509  # noqa: PLC0415 -- loaded with the extra

    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        found = x509.Certificate.load(der, strict=True)
        _ = found.native
    except (ValueError, TypeError):
        raise TrustError(X509_MALFORMED.of(field="anchor")) from None
    return found


def _read(signature: "EmbeddedPdfSignature", roots: Sequence["x509.Certificate"]) -> _Read:
    from pyhanko.sign.validation import (  # noqa: PLC0415 -- an extra, and slow to load
        SignatureCoverageLevel,
        validate_pdf_signature,
    )
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415 -- likewise
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 -- likewise

    time = signature.self_reported_timestamp
    name = signature.field_name
    try:
        context = ValidationContext(
            trust_roots=list(roots), allow_fetching=False, moment=time, best_signature_time=time
        )
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except SignatureValidationError as fault:
        row = DIGEST_WEAK if "algorithm" in str(fault).casefold() else SEAL_CERTIFICATE
        problem = row.of(field=name, got=type(fault).__name__)
        problems = {"signature": problem}
        return _Read(name, signature.signer_cert, time, covers_all=False, problems=problems)
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    problems = dict(_problems(name, status))
    return _Read(name, status.signing_cert, time, whole, problems)


def _problems(name: str, status: "PdfSignatureStatus") -> Iterable[tuple[str, Reason]]:
    if not status.intact:
        yield "signature-hash", SIGNATURE_FILE_CHANGED.of(field=name)
    if not status.valid:
        yield "signature", SIGNATURE_FALSE.of(field=name)
    if not status.trusted:
        yield "issuer-trusted", NOT_TRUSTED.of(field="signer", got="path")
    if status.modification_level is not None and not status.docmdp_ok:
        yield "file-digests", FILE_CHANGED.of(field=name)


def _report(digest: str, found: Sequence[_Read], at: date) -> SealReport:
    seals = [_finding(each, at) for each in found]
    whole = [s for s, r in zip(seals, found, strict=True) if r.covers_all and s.is_sound]
    seals = [
        seal if read.covers_all else _extended(seal, whole)
        for seal, read in zip(seals, found, strict=True)
    ]
    reasons = [reason for seal in seals for reason in seal.reasons]
    if not seals:
        reasons.append(NO_SEAL.of(field="document"))
    left = not seals or any(s.checks["coverage"].result is Result.FAILED for s in seals)
    return SealReport(
        verdict=verdict_of(reasons),
        seals=tuple(seals),
        uncovered=((LATER if seals else "document"),) if left else (),
        digest=digest,
        reasons=tuple(reasons),
    )


def _finding(read: _Read, at: date) -> SealFinding:
    found = {**read.problems, **_time_problems(read, at)}
    checks = {
        name: judged([found[name]] if name in found else [])
        if name not in {"seal-signature", "seal-period", "signer-in-seal", "later-extended"}
        else NOT_APPLICABLE
        for name in CHECKS
    }
    if not read.covers_all:
        checks["coverage"] = judged([NOT_COVERED.of(field=LATER, got=1)])
    signer = read.signer.subject.native.get("common_name", "")
    return SealFinding(read.name, 0, checks, read.time, str(signer))


def _time_problems(read: _Read, at: date) -> dict[str, Reason]:
    time = read.time
    if time is None or time.tzinfo is None:
        return {"signing-time": TIME_UNREADABLE.of(field=read.name)}
    found = {}
    if day_of(time) > at:
        ahead = TIME_AHEAD.of(field=read.name, expected=at, got=time.isoformat())
        found["signing-time"] = ahead
    begin, end = read.signer.not_valid_before, read.signer.not_valid_after
    if not begin <= time <= end:
        days = f"{begin.isoformat()} … {end.isoformat()}"
        wrong = SIGNER_NOT_VALID.of(field=read.name, expected=days, got=time.isoformat())
        found["signer-validity"] = wrong
    return found


def _extended(seal: SealFinding, whole: Sequence[SealFinding]) -> SealFinding:
    """Return a signature on an earlier revision, excused by a sound one over the whole file."""
    if not any(seal.signed_at and w.signed_at and w.signed_at >= seal.signed_at for w in whole):
        return seal
    note = Outcome(Result.PASSED, (LATER_EXTENDED.of(field=LATER, got=1),))
    return replace(seal, checks={**seal.checks, "coverage": PASSED, "later-extended": note})
