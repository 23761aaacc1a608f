"""The checks that one certificate must pass to stand in for one material.

Each is its own function and gives its own reasons; none depends on another, so that every
fault of a certificate is reported at once. The table :data:`CHECKS` is their order.

Source: GB/T 36904 (identifier, version), DB31/T 310018—2024 clauses 6 to 8 (use and checks).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from interop.certificates.grant import GrantUse, check_grant
from interop.certificates.reasons import (
    CERTIFICATE_CANCELLED,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_FIELD_MISSING,
    CERTIFICATE_HOLDER_MISMATCH,
    CERTIFICATE_IDENTIFIER_INVALID,
    CERTIFICATE_LAPSED,
    CERTIFICATE_LEVEL_LOW,
    CERTIFICATE_MOVED_OUT,
    CERTIFICATE_NOT_YET_VALID,
    CERTIFICATE_REVOKED,
    CERTIFICATE_ROLE_MISSING,
    CERTIFICATE_STATUS_OTHER,
    CERTIFICATE_SUPERSEDED,
    CERTIFICATE_SUSPENDED,
    CERTIFICATE_USE_NOT_LISTED,
    CERTIFICATE_WITHDRAWN,
    GRANT_MISSING,
)
from interop.certificates.use_list import Covers, Use, UseList
from interop.errors import Reason, ReasonRow
from interop.model import certificate_id
from interop.model.certificate import Certificate, CertificateStatus, Grant, HeldCertificate
from interop.model.inspection import normal_spelling
from interop.model.item import Evidence
from interop.model.party import Party, Role

# Below B nobody but the holder vouches for the copy (the scale is unverified).
LEVEL_FLOOR: Final = "B"

BARRING: Final[Mapping[CertificateStatus, ReasonRow]] = MappingProxyType(
    {
        CertificateStatus.SUSPENDED: CERTIFICATE_SUSPENDED,
        CertificateStatus.REVOKED: CERTIFICATE_REVOKED,
        CertificateStatus.CANCELLED: CERTIFICATE_CANCELLED,
        CertificateStatus.LAPSED: CERTIFICATE_LAPSED,
        CertificateStatus.MOVED_OUT: CERTIFICATE_MOVED_OUT,
        CertificateStatus.WITHDRAWN: CERTIFICATE_WITHDRAWN,
        CertificateStatus.OTHER: CERTIFICATE_STATUS_OTHER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One certificate held against one piece of evidence that a material accepts.

    Attributes:
        held: The certificate.
        evidence: What the material accepts.
        item: Service item.
        role: Whose certificate is asked for.
        party: Who has that role; None if nobody has.
        grants: Every grant with the identifier that the certificate was fetched under.
        uses: List of certificate uses.
        covers: Whether one region is or contains another.
        grantee: Region code of the organ that relies on it.
        case: Case number.
        on: Day as of which it is relied on, Asia/Shanghai.
        field: Where the subject stands in the item, for reasons.
    """

    held: HeldCertificate
    evidence: Evidence
    item: str
    role: Role
    party: Party | None
    grants: tuple[Grant, ...]
    uses: UseList
    covers: Covers
    grantee: str
    case: str
    on: date
    field: str

    @property
    def certificate(self) -> Certificate:
        """Return the certificate itself."""
        return self.held.certificate


def check_identifier(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if the identifier or its check character is wrong."""
    found = certificate_id.inspect(subject.certificate.identifier.reveal())
    if not found.ok:
        codes = ", ".join(reason.code for reason in found.errors)
        yield CERTIFICATE_IDENTIFIER_INVALID.of(field=subject.field, got=codes)


def check_status(subject: Subject) -> Iterator[Reason]:
    """Yield a reason unless the source called the certificate valid."""
    row = BARRING.get(subject.certificate.status)
    if row is not None:
        yield row.of(field=subject.field, got=subject.certificate.status)


def check_validity(subject: Subject) -> Iterator[Reason]:
    """Yield a reason outside the days of validity; both end days count."""
    one, on = subject.certificate, subject.on
    first = one.valid_from or one.issued_on
    if on < first:
        yield CERTIFICATE_NOT_YET_VALID.of(field=subject.field, expected=first, got=on)
    if one.valid_until is not None and on > one.valid_until:
        yield CERTIFICATE_EXPIRED.of(field=subject.field, expected=one.valid_until, got=on)


def check_edition(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if a newer edition took the certificate's place."""
    if subject.held.superseded:
        yield CERTIFICATE_SUPERSEDED.of(field=subject.field)


def check_holder(subject: Subject) -> Iterator[Reason]:
    """Yield a reason unless the party of the material's role holds the certificate.

    Scheme and number decide, in their normal spelling; a name is never compared.
    """
    if subject.party is None:
        yield CERTIFICATE_ROLE_MISSING.of(field=subject.field, got=subject.role)
    elif not any(_same(holder, subject.party) for holder in subject.certificate.holders):
        yield CERTIFICATE_HOLDER_MISMATCH.of(field=subject.field, expected=subject.role)


def _same(one: Party, other: Party) -> bool:
    codes = [normal_spelling(each.code.reveal(), field="holder")[0] for each in (one, other)]
    return one.scheme == other.scheme and codes[0] == codes[1] != ""


def check_level(subject: Subject) -> Iterator[Reason]:
    """Yield a reason below the level that the item asks for, and always below B."""
    wanted = min(subject.evidence.level_min, LEVEL_FLOOR)
    level = subject.certificate.trust_level
    if level > wanted:
        yield CERTIFICATE_LEVEL_LOW.of(field=subject.field, expected=wanted, got=level)


def check_fields(subject: Subject) -> Iterator[Reason]:
    """Yield a reason for each field that the item needs and the certificate lacks."""
    for name in subject.evidence.fields:
        if not subject.certificate.fields.get(name):
            yield CERTIFICATE_FIELD_MISSING.of(field=subject.field, expected=name)


def check_purpose(subject: Subject) -> Iterator[Reason]:
    """Yield every reason why no grant covers this use."""
    use = GrantUse(
        grantee=subject.grantee,
        item=subject.item,
        case=subject.case,
        certificate=subject.certificate.type,
        holder=subject.role,
        at=subject.held.fetched_at,
        on=subject.on,
    )
    if not subject.grants:
        yield GRANT_MISSING.of(field=subject.field, got=subject.held.grant)
    found = [check_grant(grant, use, field=subject.field) for grant in subject.grants]
    if all(found):
        for reasons in found:
            yield from reasons


def check_use(subject: Subject) -> Iterator[Reason]:
    """Yield a reason unless the list approves this use between the two regions."""
    use = Use(
        item=subject.item,
        certificate=subject.certificate.type,
        source=subject.held.source_region,
        consumer=subject.grantee,
        on=subject.on,
    )
    if not subject.uses.allows(use, covers=subject.covers):
        yield CERTIFICATE_USE_NOT_LISTED.of(
            field=subject.field, expected=use.consumer, got=f"{use.source}/{use.certificate}"
        )


CHECKS: Final[Mapping[str, Callable[[Subject], Iterator[Reason]]]] = MappingProxyType(
    {
        "identifier": check_identifier,
        "status": check_status,
        "validity": check_validity,
        "edition": check_edition,
        "holder": check_holder,
        "level": check_level,
        "fields": check_fields,
        "purpose": check_purpose,
        "use": check_use,
    }
)
