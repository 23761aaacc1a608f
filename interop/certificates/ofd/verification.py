"""Verify a sealed OFD document: every check of every seal, one verdict over all."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from interop.certificates.ofd.anchors import Anchor, Use
from interop.certificates.ofd.checks import (
    CHECKS_OF_ONE,
    REASONS_MAX,
    Subject,
    read_certificate,
)
from interop.certificates.ofd.der import instant_in
from interop.certificates.ofd.layout import Body, Signature, read_bodies
from interop.certificates.ofd.names import display_name
from interop.certificates.ofd.package import Package
from interop.certificates.ofd.reasons import LATER_CHANGED, LATER_EXTENDED, NO_SEAL
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
from interop.certificates.ofd.seals import SealSignature, read_seal_signature
from interop.crypto.sm2 import Sm2Backend
from interop.errors import Reason, TrustError


def verify(
    data: bytes,
    *,
    anchors: Iterable[Anchor] = (),
    at: date,
    backend: Sm2Backend | None = None,
) -> SealReport:
    """Return what the sealed OFD document in ``data`` is worth.

    Signer, seal maker and seal are judged at the signing time. Both the signer's and the seal
    maker's certificate have to lead to an anchor. Nothing is opened but the bytes given, and
    nothing is looked up: whether a certificate was revoked is not asked.

    Args:
        data: The document as received.
        anchors: What is trusted.
        at: Day of asking, Asia/Shanghai: a later signing time is ``expired``. Nothing else
            depends on it.
        backend: Who computes SM2; the default of this process if none is given.

    Source: GB/T 33190-2016, GM/T 0031-2014, GB/T 38540-2020.
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        package = Package.read(data)
        bodies = read_bodies(package)
    except TrustError as fault:
        return SealReport.unreadable(digest, fault.reasons)
    desk = _Desk(package, bodies, tuple(anchors), at, backend)
    judged_ones = [each for body in bodies for each in desk.findings(body)]
    return _report(digest, desk, _extended(judged_ones))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A seal with what it should cover, and what of that it leaves out."""

    finding: SealFinding
    content: frozenset[str]
    uncovered: tuple[str, ...]

    def takes_in(self, content: frozenset[str]) -> bool:
        """Return whether this seal vouches for all of ``content`` by itself."""
        return self.finding.is_sound and self.finding.covered >= content

    def is_later_than(self, other: "_Judged") -> bool:
        mine, its = self.finding.signed_at, other.finding.signed_at
        return mine is not None and its is not None and mine >= its


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all seals of a document are held against."""

    package: Package
    bodies: Sequence[Body]
    anchors: tuple[Anchor, ...]
    at: date
    backend: Sm2Backend | None

    def findings(self, body: Body) -> list[_Judged]:
        content = self.content_of(body)
        return [self._finding(signature, content) for signature in body.signatures]

    def content_of(self, body: Body) -> frozenset[str]:
        """Return the files that a seal of ``body`` should cover.

        All but the files of signatures, and the folders of other documents in the package,
        which their own seals cover.
        """
        files = frozenset(self.package.parts)
        for other in self.bodies:
            files -= other.files
            apart = other.folder and not body.root.startswith(other.folder)
            if other.root != body.root and apart:
                files = frozenset(f for f in files if not f.startswith(other.folder))
        return files

    def _finding(self, signature: Signature, content: frozenset[str]) -> _Judged:
        try:
            sealed = read_seal_signature(
                self.package.parts[signature.value], part=signature.value
            )
        except TrustError as fault:
            checks = dict.fromkeys(CHECKS, NOT_APPLICABLE)
            checks["signature"] = judged(fault.reasons)
            return _Judged(SealFinding(signature.part, 0, checks), content, ())
        subject = self._subject(signature, sealed, content)
        reasons = {
            name: judged(islice(check(subject), REASONS_MAX))
            for name, check in CHECKS_OF_ONE.items()
        }
        checks = {name: reasons.get(name, NOT_APPLICABLE) for name in CHECKS}
        signer = subject.signer
        finding = SealFinding(
            part=signature.part,
            version=sealed.version,
            checks=checks,
            signed_at=subject.time,
            signer="" if isinstance(signer, Reason) else display_name(signer),
            covered=frozenset(each.part for each in signature.references if each.part),
        )
        return _Judged(finding, content, subject.uncovered)

    def _subject(
        self, signature: Signature, sealed: SealSignature, content: frozenset[str]
    ) -> Subject:
        return Subject(
            package=self.package,
            content=content,
            signature=signature,
            sealed=sealed,
            signer=read_certificate(sealed.signed.certificate, owner=Use.SIGNER),
            maker=read_certificate(sealed.seal.made.certificate, owner=Use.SEAL_MAKER),
            time=sealed.time or _written_time(signature.time),
            anchors=self.anchors,
            at=self.at,
            backend=self.backend,
        )


def _written_time(text: str) -> datetime | None:
    """Return the time in the signature's file, which is signed as well."""
    try:
        return instant_in(text)
    except ValueError:
        return None


def _extended(seals: Sequence[_Judged]) -> list[_Judged]:
    """Return the seals, each told whether a later one extended the document.

    INVARIANT: a later seal takes in what an earlier one leaves out only if it is sound, trusted
    and covers all that the earlier one should, by itself; parts vouched for by several seals
    never add up.
    """
    return [_told(each, seals) for each in seals]


def _told(seal: _Judged, seals: Sequence[_Judged]) -> _Judged:
    own = seal.finding
    place = seals.index(seal)
    later = [other for other in seals[place + 1 :] if other.is_later_than(seal)]
    later += [other for other in seals[:place] if _is_after(other, seal)]
    if not later or not own.version:
        return seal
    left = seal.uncovered
    if any(other.takes_in(seal.content) for other in later):
        first = left[0] if left else own.part
        note = LATER_EXTENDED.of(field=first, got=len(left))
        extended = Outcome(Result.PASSED, (note,))
        checks = {**own.checks, "coverage": PASSED, "later-extended": extended}
        return replace(seal, finding=replace(own, checks=checks), uncovered=())
    failed = judged([LATER_CHANGED.of(field=left[0])] if left else [])
    changed = replace(own, checks={**own.checks, "later-extended": failed})
    return replace(seal, finding=changed)


def _is_after(other: _Judged, seal: _Judged) -> bool:
    return other.is_later_than(seal) and other.finding.signed_at != seal.finding.signed_at


def _report(digest: str, desk: _Desk, seals: Sequence[_Judged]) -> SealReport:
    uncovered = {path for seal in seals for path in seal.uncovered}
    reasons = [reason for seal in seals for reason in seal.finding.reasons]
    for body in desk.bodies:
        if not body.signatures:
            reasons.append(NO_SEAL.of(field=body.root))
            uncovered |= desk.content_of(body)
    sound = [seal.finding for seal in seals if seal.finding.is_sound]
    return SealReport(
        verdict=verdict_of(reasons),
        seals=tuple(seal.finding for seal in seals),
        uncovered=tuple(sorted(uncovered)),
        digest=digest,
        signed=frozenset(part for seal in sound for part in seal.covered),
        reasons=tuple(reasons),
    )
