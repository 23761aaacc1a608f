"""Spare materials at the window: grants, certificates, exemption; one draft per reference."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import structlog

from interop.certificates import Fetched, GrantTerms, Question, issue_grant, read, supersede
from interop.certificates import spare as exempt
from interop.certificates.use_list import Use
from interop.crypto import base64url
from interop.errors import RegionError
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import PACKAGE
from interop.gateway.filing import (
    Filing,
    begin,
    decision_on,
    needed_materials,
    parties_of,
)
from interop.gateway.parties import require_mandate, require_parties, require_sound
from interop.model.case import Application, Package
from interop.model.certificate import Grant, HeldCertificate
from interop.model.item import ServiceItem
from interop.model.judgement import Decision, Exemption
from interop.model.party import Party
from interop.model.ports import CertificateQuery
from interop.model.record import Record
from interop.model.sensitive import Sensitive
from interop.store import audit
from interop.store import cases as rows

GRANT_DAYS: Final = 60
SALT_BYTES: Final = 32

log = structlog.get_logger("interop.gateway")


class Draft(Record):
    """What sparing found, under the number that the case will keep.

    Attributes:
        case: Case number.
        exemption: What is spared and what is still asked for.
        decision: The criteria with the spared materials counted in.
    """

    case: str
    exemption: Exemption
    decision: Decision


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an exemption is decided on.

    Attributes:
        case: Case number.
        held: Certificates fetched.
        grants: Grants they were fetched under.
        salt: Salt of the evidence record.
        unreachable: Certificate types whose service did not answer as its contract says.
    """

    case: str
    held: tuple[HeldCertificate, ...]
    grants: tuple[Grant, ...]
    salt: Sensitive
    unreachable: tuple[str, ...] = ()


def evidence_in(package: Package) -> Evidence:
    """Return the evidence that a package carries."""
    return Evidence(
        case=package.case,
        held=package.certificates,
        grants=package.grants,
        salt=package.evidence_salt,
        unreachable=package.unreachable,
    )


def draft_case(desk: Desk, filing: Filing) -> Draft:
    """Fetch certificates under grants, decide what is spared, keep it as a draft.

    A certificate service that fails leaves its materials undecided, never spared and never
    in the applicant's way: the applicant may bring paper.

    Raises:
        CaseError: Bad parties or facts, or the reference was used for another application.
        TrustError: The login does not prove the parties.
        KnowledgeError: Unknown item or region, or no certificate service.
    """
    application = filing.application
    require_sound(application, on=desk.today())
    item = desk.library.item(application.item, application.handling_region)
    principal = desk.verifier.verify(filing.token.reveal())
    require_parties(principal, application, item=item)
    require_mandate(desk.registry, application, filing.mandate, clock=desk.clock)
    with desk.sit() as at:
        number, package = begin(at, filing, item)
    if package is None:
        package = _packed(desk, item, filing, number)
        with desk.sit() as at:
            rows.put_document(at.tx, number, PACKAGE, package.to_bytes())
            _audit(at, package)
    return Draft(case=number, exemption=package.exemption, decision=package.decision)


def _packed(desk: Desk, item: ServiceItem, filing: Filing, number: str) -> Package:
    application = filing.application
    evidence = _gathered(desk, item, filing, number)
    exemption = exemption_on(desk, item, application, evidence)
    with desk.sit() as at:
        knowledge = dict(rows.require(at.tx, number).knowledge)
    return Package(
        case=number,
        application=application,
        token=filing.handling_token,
        mandate=filing.mandate,
        certificates=evidence.held,
        grants=evidence.grants,
        exemption=exemption,
        decision=decision_on(desk, item, application, exemption.spared),
        knowledge=knowledge,
        unreachable=evidence.unreachable,
        evidence_salt=evidence.salt,
    )


def exemption_on(
    desk: Desk,
    item: ServiceItem,
    application: Application,
    evidence: Evidence,
    *,
    on: date | None = None,
) -> Exemption:
    """Return the exemption on this evidence as of ``on``, today if not given.

    Both regions find it alike.
    """
    question = Question(
        parties=parties_of(application),
        held=evidence.held,
        grants=evidence.grants,
        use_list=desk.library.use_list,
        covers=desk.library.covers,
        submitted=[material.code for material in application.materials],
        needed=needed_materials(desk, item, application, on=on),
        on=on or desk.today(),
        grantee=desk.registry.gateway(application.handling_region).region,
        case=evidence.case,
        salt=base64url.decode(evidence.salt.reveal(), field="evidence_salt"),
        unreachable=evidence.unreachable,
    )
    return exempt(item, question)


def _gathered(desk: Desk, item: ServiceItem, filing: Filing, number: str) -> Evidence:
    parties = parties_of(filing.application)
    grants = _grants(desk, item, filing, number)
    held: list[HeldCertificate] = []
    unreachable: list[str] = []
    for grant in grants:
        for name in grant.certificates:
            if not _listed(desk, item, name, filing.application):
                continue
            try:
                held.extend(_fetched(desk, name, parties[grant.holder], grant))
            except RegionError as fault:
                log.warning("certificate-source-failed", case=number, code=fault.code)
                unreachable.append(name)
    salt = Sensitive(base64url.encode(secrets.token_bytes(SALT_BYTES)))
    return Evidence(number, supersede(held), grants, salt, tuple(unreachable))


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
                grantee=handling,
                basis=filing.basis,
                not_after=now + timedelta(days=GRANT_DAYS),
            ),
            now=now,
        )
        for role in parties_of(application)
        if role in spareable
    )


def _fetched(desk: Desk, name: str, holder: Party, grant: Grant) -> tuple[HeldCertificate, ...]:
    source = desk.source()
    lens = desk.library.lens(name, source.region)
    of_type = desk.library.certificate_type(name)
    query = CertificateQuery(
        certificate=name, type_code=of_type.type_code, holder=holder, grant=grant
    )
    fetched = Fetched(region=source.region, grant=grant, at=desk.now())
    return tuple(
        read(document, mapping=lens, type=of_type, fetched=fetched)
        for document in source.fetch(query)
    )


def _audit(at: Sitting, package: Package) -> None:
    """Leave a line for each grant and one for the evidence of the exemption."""
    lines = {f"grant-{grant.holder}": grant.digest() for grant in package.grants}
    lines["exemption"] = package.exemption.evidence_digest
    for kind, of in lines.items():
        audit.append(at.tx, kind=kind, case=package.case, digest=of, at=at.desk.now())
