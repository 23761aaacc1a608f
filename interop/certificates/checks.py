"""The checks that one certificate must pass to stand in for one material.

Each is its own function and gives its own reasons; none depends on another, so that every
fault of a certificate is reported at once. The table :data:`CHECKS` is their order.

Source: GB/T 36904 (identifier, version), DB31/T 310018—2024 clauses 6 to 8 (use and checks).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from interop.certificates.exemption_reasons import (
    CERTIFICATE_CANCELLED,
    CERTIFICATE_CONTENT_TAMPERED,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_FIELD_MISSING,
    CERTIFICATE_FIELD_UNSIGNED,
    CERTIFICATE_HOLDER_MISMATCH,
    CERTIFICATE_IDENTIFIER_INVALID,
    CERTIFICATE_ISSUER_NOT_ACCEPTED,
    CERTIFICATE_LAPSED,
    CERTIFICATE_LEVEL_LOW,
    CERTIFICATE_MOVED_OUT,
    CERTIFICATE_NOT_YET_VALID,
    CERTIFICATE_REVOKED,
    CERTIFICATE_ROLE_MISSING,
    CERTIFICATE_SEAL_EXPIRED,
    CERTIFICATE_SEAL_UNREADABLE,
    CERTIFICATE_SEAL_UNTRUSTED,
    CERTIFICATE_SIGNER_NOT_ISSUER,
    CERTIFICATE_STATUS_OTHER,
    CERTIFICATE_STATUS_STALE,
    CERTIFICATE_STATUS_UNANSWERED,
    CERTIFICATE_SUPERSEDED,
    CERTIFICATE_SUSPENDED,
    CERTIFICATE_USE_NOT_LISTED,
    CERTIFICATE_WITHDRAWN,
)
from interop.certificates.grant import GrantUse, check_grant
from interop.certificates.grant_reasons import (
    ANNOTATED_COPY_EXPIRED,
    ANNOTATED_COPY_MISUSED,
    GRANT_GUARDIAN_MISSING,
    GRANT_MISSING,
    GRANT_WITHDRAWN,
)
from interop.certificates.use_list import Covers, Use, UseList
from interop.errors import Reason, ReasonRow
from interop.model import certificate_id
from interop.model.certificate import (
    Certificate,
    CertificateStatus,
    Grant,
    HeldCertificate,
    SealVerdict,
)
from interop.model.day import day_of, midnight
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

# A document with parts that no seal covers may still be what was sealed; those are unsigned.
BROKEN_SEALS: Final[Mapping[SealVerdict, ReasonRow]] = MappingProxyType(
    {
        "tampered": CERTIFICATE_CONTENT_TAMPERED,
        "expired": CERTIFICATE_SEAL_EXPIRED,
        "untrusted": CERTIFICATE_SEAL_UNTRUSTED,
        "unreadable": CERTIFICATE_SEAL_UNREADABLE,
    }
)

# Nobody answered: what fails for these alone is not decided, and spares nothing.
UNSETTLED: Final = frozenset(
    {CERTIFICATE_STATUS_UNANSWERED.code, CERTIFICATE_STATUS_STALE.code}
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
        guarded: Whether somebody in the case is the guardian.
        withdrawn: Identifier of each grant that was withdrawn, with the instant; aware.
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
    guarded: bool
    withdrawn: Mapping[str, datetime]
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


def check_freshness(subject: Subject) -> Iterator[Reason]:
    """Yield a reason unless the source answered about the status, and lately enough.

    Age is counted in days of Asia/Shanghai up to the day that counts.
    """
    answered, days_max = subject.held.status_at, subject.evidence.status_age_days_max
    if answered is None:
        yield CERTIFICATE_STATUS_UNANSWERED.of(field=subject.field)
        return
    age = (subject.on - day_of(answered)).days
    if age > days_max:
        yield CERTIFICATE_STATUS_STALE.of(field=subject.field, expected=days_max, got=age)


def check_seal(subject: Subject) -> Iterator[Reason]:
    """Yield every reason why the seal of a sealed document does not hold or is another's."""
    found, one = subject.held.seal, subject.certificate
    if found is None:
        return
    row = BROKEN_SEALS.get(found.verdict)
    if row is not None:
        yield row.of(field=subject.field)
    elif not ({one.issuer_code, one.issuer_name} - {""}) & set(found.signers):
        yield CERTIFICATE_SIGNER_NOT_ISSUER.of(field=subject.field, expected=one.issuer_name)


def check_signed(subject: Subject) -> Iterator[Reason]:
    """Yield a reason for each part relied on that a signature should cover and does not.

    Evidence that names no fields relies on the whole certificate.
    """
    needed = {f"body.{name}" for name in subject.evidence.fields}
    for path in subject.held.unsigned:
        if not needed or path in needed or not path.startswith("body."):
            yield CERTIFICATE_FIELD_UNSIGNED.of(field=subject.field, got=path)


def check_issuer(subject: Subject) -> Iterator[Reason]:
    """Yield a reason if the item names its issuers and this one is not among them."""
    accepted, issuer = subject.evidence.issuers, subject.certificate.issuer_code
    if accepted and issuer not in accepted:
        yield CERTIFICATE_ISSUER_NOT_ACCEPTED.of(
            field=subject.field, expected=", ".join(accepted), got=issuer
        )


def check_annotation(subject: Subject) -> Iterator[Reason]:
    """Yield every reason why an annotated copy (加注件) may not be used here."""
    copy = subject.held.annotation
    if copy is None:
        return
    bound = (
        (copy.case, subject.case),
        (copy.item, subject.item),
        (copy.grantee, subject.grantee),
    )
    for expected, got in bound:
        if expected != got:
            yield ANNOTATED_COPY_MISUSED.of(field=subject.field, expected=expected, got=got)
    if midnight(subject.on) > copy.not_after:
        yield ANNOTATED_COPY_EXPIRED.of(field=subject.field, got=copy.not_after.isoformat())


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
        if not subject.certificate.states(name):
            yield CERTIFICATE_FIELD_MISSING.of(field=subject.field, expected=name)


def check_purpose(subject: Subject) -> Iterator[Reason]:
    """Yield every reason why no grant covers this use."""
    use = GrantUse(
        grantee=subject.grantee,
        item=subject.item,
        case=subject.case,
        certificate=subject.certificate.type,
        fields=subject.evidence.fields,
        holder=subject.role,
        party=subject.party,
        at=subject.held.fetched_at,
        on=subject.on,
    )
    if not subject.grants:
        yield GRANT_MISSING.of(field=subject.field, got=subject.held.grant)
    found = [
        (*check_grant(grant, use, field=subject.field), *_stands(grant, subject))
        for grant in subject.grants
    ]
    if all(found):
        for reasons in found:
            yield from reasons


def _stands(grant: Grant, subject: Subject) -> Iterator[Reason]:
    """Yield why a grant that covers the use does not stand in this case."""
    if grant.basis.kind == "guardian_consent" and not subject.guarded:
        yield GRANT_GUARDIAN_MISSING.of(field=subject.field)
    if (when := subject.withdrawn.get(grant.id)) is not None:
        yield GRANT_WITHDRAWN.of(field=subject.field, got=when.isoformat())


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
        "freshness": check_freshness,
        "edition": check_edition,
        "seal": check_seal,
        "signed": check_signed,
        "issuer": check_issuer,
        "holder": check_holder,
        "level": check_level,
        "fields": check_fields,
        "purpose": check_purpose,
        "annotation": check_annotation,
        "use": check_use,
    }
)
