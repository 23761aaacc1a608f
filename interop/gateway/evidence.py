"""Gather evidence at the window: grants, and the certificates fetched under them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from interop.certificates import (
    Fetched,
    GrantTerms,
    issue_grant,
    read,
    read_sealed,
    supersede,
)
from interop.certificates.sealed import SealTrust
from interop.certificates.use_list import Use, UseList
from interop.crypto import base64url
from interop.errors import CaseError, RegionError
from interop.gateway.desk import Desk
from interop.gateway.filing import Filing, needed_materials, parties_of
from interop.gateway.ledger import note
from interop.gateway.reasons import GRANT_USED_UP
from interop.model.case import Application, Package
from interop.model.certificate import Grant, HeldCertificate
from interop.model.item import ServiceItem
from interop.model.party import Party
from interop.model.ports import CertificateQuery
from interop.model.sensitive import Sensitive
from interop.store import nonces

GRANT_DAYS: Final = 60
SALT_BYTES: Final = 32
GRANT_SALT_BYTES: Final = 16

log = structlog.get_logger("interop.gateway")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an exemption is decided on.

    Attributes:
        case: Case number.
        held: Certificates fetched.
        grants: Grants they were fetched under.
        salt: Salt of the evidence record.
        unreachable: Certificate types whose service did not answer as its contract says.
        withdrawn: Grants that their holder withdrew, by identifier, with the instant.
        use_list: The list of uses to judge by; the present one if None.
    """

    case: str
    held: tuple[HeldCertificate, ...]
    grants: tuple[Grant, ...]
    salt: Sensitive
    unreachable: tuple[str, ...] = ()
    withdrawn: Mapping[str, datetime] = field(default_factory=dict)
    use_list: UseList | None = None


def evidence_in(package: Package, *, use_list: UseList | None = None) -> Evidence:
    """Return the evidence that a package carries, to be judged by ``use_list`` if given."""
    return Evidence(
        case=package.case,
        held=package.certificates,
        grants=package.grants,
        salt=package.evidence_salt,
        unreachable=package.unreachable,
        withdrawn=package.withdrawn,
        use_list=use_list,
    )


def gather(desk: Desk, item: ServiceItem, filing: Filing, number: str) -> Evidence:
    """Fetch under grants, from this region's service, what could spare a material.

    A service that fails is named in the evidence; its materials stay undecided.

    Raises:
        CaseError: No grant can be issued, or its uses are spent.
        KnowledgeError: No certificate service, or no mapping of a type.
    """
    application = filing.application
    parties = parties_of(application)
    grants = _grants(desk, item, filing, number)
    wanted = _wanted(desk, item, application)
    held: list[HeldCertificate] = []
    unreachable: list[str] = []
    for grant in grants:
        for name in grant.certificates:
            if (grant.holder, name) not in wanted:
                continue
            if not _listed(desk, item, name, application):
                continue
            _count(desk, grant, name)
            try:
                held.extend(_fetched(desk, name, parties[grant.holder], grant))
            except RegionError as fault:
                log.warning("certificate-source-failed", case=number, code=fault.code)
                unreachable.append(name)
    salt = Sensitive(base64url.encode(secrets.token_bytes(SALT_BYTES)))
    return Evidence(number, supersede(held), grants, salt, tuple(unreachable))


def _wanted(
    desk: Desk, item: ServiceItem, application: Application
) -> frozenset[tuple[str, str]]:
    """Return whose certificates could still spare something: nothing else is fetched."""
    needed = set(needed_materials(desk, item, application))
    open_ = needed - {material.code for material in application.materials}
    return frozenset(
        (material.holder_role, evidence.certificate)
        for material in item.materials
        if material.code in open_
        for alternative in material.any_of
        for evidence in alternative
    )


def _count(desk: Desk, grant: Grant, name: str) -> None:
    """Count a use of the grant before the service is asked; the chain tells of it.

    Raises:
        CaseError: ``grant-used-up``.
    """
    with desk.sit() as at:
        if not nonces.count_use(at.tx, "grant", grant.id, grant.uses_max):
            raise CaseError(GRANT_USED_UP.of(field=grant.id, expected=grant.uses_max))
        note(at, grant.case, f"certificate-asked.{name}", grant.digest())


def _listed(desk: Desk, item: ServiceItem, name: str, application: Application) -> bool:
    """Return whether the use list lets this item use such certificates of this region."""
    use = Use(
        item=item.item,
        certificate=name,
        source=desk.region,
        consumer=application.handling_region,
        on=desk.today(),
    )
    return desk.library.use_list.allows(use, covers=desk.library.covers)


def _grants(desk: Desk, item: ServiceItem, filing: Filing, number: str) -> tuple[Grant, ...]:
    application, now = filing.application, desk.now()
    handling = desk.registry.gateway(application.handling_region).region
    spareable = {material.holder_role for material in item.materials if material.any_of}
    return tuple(
        issue_grant(
            item,
            GrantTerms(
                id=f"{number}/{role}",
                case=number,
                holder=role,
                party=party,
                salt=secrets.token_bytes(GRANT_SALT_BYTES),
                grantee=handling,
                basis=filing.basis,
                not_after=now + timedelta(days=GRANT_DAYS),
            ),
            now=now,
        )
        for role, party in parties_of(application).items()
        if role in spareable
    )


def _fetched(desk: Desk, name: str, holder: Party, grant: Grant) -> tuple[HeldCertificate, ...]:
    source = desk.source()
    lens = desk.library.lens(name, source.region)
    of_type = desk.library.certificate_type(name)
    query = CertificateQuery(
        certificate=name, type_code=of_type.type_code, holder=holder, grant=grant
    )
    now = desk.now()
    # The service answers with the present status of what it hands out.
    fetched = Fetched(region=source.region, grant=grant, at=now, status_at=now)
    documents = source.fetch(query)
    if not lens.head.package_part:
        return tuple(
            read(document, mapping=lens, type=of_type, fetched=fetched)
            for document in documents
        )
    trust = SealTrust(desk.library.anchors, desk.today())
    return tuple(
        read_sealed(document, mapping=lens, type=of_type, fetched=fetched, trust=trust)
        for document in documents
    )
