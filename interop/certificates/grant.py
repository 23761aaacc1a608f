"""The grant (用证授权): who may use whose certificates, for what, until when.

A window issues it for one case, after the notice was shown; the handling region checks the
same grant again. Statutory duty needs the notice, consent needs the notice agreed to.

Source: 个人信息保护法 articles 13, 17 and 35 (unverified); DB31/T 310018—2024 clause 7.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from interop.certificates.grant_reasons import (
    GRANT_CASE_MISMATCH,
    GRANT_CERTIFICATE_NOT_COVERED,
    GRANT_EXPIRED,
    GRANT_FIELD_NOT_COVERED,
    GRANT_GRANTEE_MISMATCH,
    GRANT_HOLDER_MISMATCH,
    GRANT_ITEM_MISMATCH,
    GRANT_NOT_NEEDED,
    GRANT_NOTICE_LATE,
    GRANT_NOTICE_MISSING,
    GRANT_ROLE_MISMATCH,
    GRANT_TOO_LONG,
)
from interop.crypto.proof import prove_party, proves_party
from interop.errors import CaseError, Reason
from interop.model.certificate import Grant, LegalBasis
from interop.model.day import midnight
from interop.model.item import ServiceItem
from interop.model.party import Party, Role

LIFETIME_DAYS_MAX: Final = 180
USES_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms:
    """What a window states when it issues a grant.

    Attributes:
        id: Unique identifier.
        case: Case number.
        holder: Whose certificates.
        party: Who that is; the grant is tied to the number and does not hold it.
        salt: At least 16 random bytes, new for each grant.
        grantee: Region code of the organ that may use them.
        basis: Legal basis with the notice that was shown.
        not_after: Last instant of use; aware, at most 180 days from now.
        purpose: 用证事由; the name of the item if empty.
    """

    id: str
    case: str
    holder: Role
    party: Party
    salt: bytes
    grantee: str
    basis: LegalBasis
    not_after: datetime
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantUse:
    """One use of a grant.

    Attributes:
        grantee: Region code of the organ that uses the certificate.
        item: Service item.
        case: Case number.
        certificate: Canonical certificate type.
        fields: Canonical body fields that the item needs.
        holder: Whose certificate, as a role of the case.
        party: Who has that role; None if nobody has.
        at: When it is fetched; aware.
        on: Day as of which it is relied on, Asia/Shanghai; None for the fetch alone.
    """

    grantee: str
    item: str
    case: str
    certificate: str
    holder: Role
    at: datetime
    party: Party | None = None
    fields: tuple[str, ...] = ()
    on: date | None = None


def issue_grant(item: ServiceItem, terms: GrantTerms, *, now: datetime) -> Grant:
    """Return a grant for the certificates that ``item`` accepts of this holder, no others.

    Args:
        item: The item applied for, as the handling region runs it.
        terms: What the window states.
        now: The present instant, aware.

    Raises:
        CaseError: Every reason why no grant can be issued.
    """
    wanted = _accepted(item, terms.holder)
    certificates = tuple(wanted)
    if problems := tuple(_term_problems(terms, certificates, now)):
        raise CaseError(*problems)
    return Grant(
        id=terms.id,
        holder=terms.holder,
        holder_proof=prove_party(terms.party, salt=terms.salt),
        grantee=terms.grantee,
        item=item.item,
        case=terms.case,
        certificates=certificates,
        fields={kind: tuple(fields) for kind, fields in wanted.items() if fields},
        purpose=terms.purpose or item.zh,
        basis=terms.basis,
        not_after=terms.not_after,
        uses_max=USES_MAX,
    )


def _accepted(item: ServiceItem, holder: Role) -> dict[str, list[str]]:
    """Return the certificate types the item accepts of this holder, with the fields needed.

    A type that some material takes without naming fields is covered whole: no fields.
    """
    asked = [
        evidence
        for material in item.materials
        if material.holder_role == holder
        for alternative in material.any_of
        for evidence in alternative
    ]
    whole = {evidence.certificate for evidence in asked if not evidence.fields}
    fields: dict[str, set[str]] = {evidence.certificate: set() for evidence in asked}
    for evidence in asked:
        if evidence.certificate not in whole:
            fields[evidence.certificate].update(evidence.fields)
    return {kind: sorted(fields[kind]) for kind in sorted(fields)}


def _term_problems(
    terms: GrantTerms, certificates: tuple[str, ...], now: datetime
) -> Iterator[Reason]:
    if not certificates:
        yield GRANT_NOT_NEEDED.of(field="holder", got=terms.holder)
    if not terms.basis.notice_version or not terms.basis.notice_digest:
        yield GRANT_NOTICE_MISSING.of(field="basis.notice_digest")
    if terms.basis.shown_at > now:
        yield GRANT_NOTICE_LATE.of(field="basis.shown_at", expected=now.isoformat())
    if terms.not_after <= now:
        yield GRANT_EXPIRED.of(field="not_after", got=terms.not_after.isoformat())
    if terms.not_after > now + timedelta(days=LIFETIME_DAYS_MAX):
        yield GRANT_TOO_LONG.of(field="not_after", expected=LIFETIME_DAYS_MAX)


def check_grant(grant: Grant, use: GrantUse, *, field: str = "grant") -> tuple[Reason, ...]:
    """Return every reason why ``grant`` does not cover ``use``; empty if it does."""
    return tuple(_use_problems(grant, use, field))


def _use_problems(grant: Grant, use: GrantUse, field: str) -> Iterator[Reason]:
    bound = (
        (GRANT_GRANTEE_MISMATCH, grant.grantee, use.grantee),
        (GRANT_ITEM_MISMATCH, grant.item, use.item),
        (GRANT_CASE_MISMATCH, grant.case, use.case),
        (GRANT_ROLE_MISMATCH, grant.holder, use.holder),
    )
    for row, expected, got in bound:
        if expected != got:
            yield row.of(field=field, expected=expected, got=got)
    if use.certificate not in grant.certificates:
        covered = ", ".join(grant.certificates)
        yield GRANT_CERTIFICATE_NOT_COVERED.of(
            field=field, expected=covered, got=use.certificate
        )
    yield from _field_problems(grant, use, field)
    yield from _time_problems(grant, use, field)
    if use.party is not None and not proves_party(grant.holder_proof, use.party):
        yield GRANT_HOLDER_MISMATCH.of(field=field, expected=use.holder)


def _field_problems(grant: Grant, use: GrantUse, field: str) -> Iterator[Reason]:
    covered = grant.fields.get(use.certificate)
    if covered is None:
        return
    for name in sorted(set(use.fields) - set(covered)):
        yield GRANT_FIELD_NOT_COVERED.of(field=field, expected=", ".join(covered), got=name)


def _time_problems(grant: Grant, use: GrantUse, field: str) -> Iterator[Reason]:
    last = use.at if use.on is None else max(use.at, midnight(use.on))
    if grant.basis.shown_at > use.at:
        yield GRANT_NOTICE_LATE.of(field=field, expected=use.at.isoformat())
    if last > grant.not_after:
        yield GRANT_EXPIRED.of(field=field, got=grant.not_after.isoformat())
