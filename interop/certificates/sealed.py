"""A certificate out of a sealed document: verified first, then read, unsigned parts named.

The seal says who vouches for which parts of the package; the mapping says which part the
fields stand in. Only together do they tell which fields an exemption may rest on.
Source: GB/T 33190-2016 clauses 7.4 and 18; GB/T 38540-2020.
"""

from dataclasses import dataclass, replace
from datetime import date

from interop.certificates.ofd import Anchor, SealReport, verify
from interop.certificates.ofd.package import Package
from interop.certificates.ofd.reasons import OFD_PART_MISSING
from interop.certificates.reading import Fetched, read
from interop.certificates.types import CertificateType
from interop.errors import ContractViolation, TrustError
from interop.lens.mapping import Lens
from interop.lens.report import provenance
from interop.model.canonical import digest
from interop.model.certificate import HeldCertificate, SealFinding


@dataclass(frozen=True, slots=True)
class SealTrust:
    """Whose seals count, and when that is asked.

    Attributes:
        anchors: Whose seals are trusted.
        on: Day of asking, Asia/Shanghai.
    """

    anchors: tuple[Anchor, ...]
    on: date


def read_sealed(
    document: bytes,
    *,
    mapping: Lens,
    type: CertificateType,  # noqa: A002 -- the domain's word
    fetched: Fetched,
    trust: SealTrust,
) -> HeldCertificate:
    """Return the certificate in the part of a sealed OFD document that the mapping names.

    A seal that does not hold is no fault of reading: the certificate comes back with the
    verdict, and the exemption says what that means.

    Args:
        document: The package as received; its digest is kept.
        mapping: The source region's mapping, of a part of a package.
        type: The canonical type that was asked for.
        fetched: How the document came in.
        trust: Whose seals count.

    Raises:
        ContractViolation: The package cannot be opened, lacks the part of the mapping, or what
            stands there has faults.
    """
    report = verify(document, anchors=trust.anchors, at=trust.on)
    part, content = _part(document, mapping.head.package_part)
    found = replace(
        fetched,
        seal=finding_of(report),
        unsigned=() if part in report.signed else _paths(mapping),
    )
    held = read(content, mapping=mapping, type=type, fetched=found)
    return held.model_copy(update={"source_digest": digest(document)})


def finding_of(report: SealReport) -> SealFinding:
    """Return what an exemption needs to know of a report."""
    signers = tuple(dict.fromkeys(seal.signer for seal in report.seals if seal.is_sound))
    return SealFinding(
        verdict=report.verdict.value, signers=signers, uncovered=len(report.uncovered)
    )


def _part(document: bytes, wanted: str) -> tuple[str, bytes]:
    try:
        package = Package.read(document)
    except TrustError as fault:
        raise ContractViolation(*fault.reasons) from None
    name = package.find(wanted)
    if name is None:
        raise ContractViolation(OFD_PART_MISSING.of(field=wanted))
    return name, package.parts[name]


def _paths(mapping: Lens) -> tuple[str, ...]:
    return tuple(origin.field.removesuffix("[]") for origin in provenance(mapping))
