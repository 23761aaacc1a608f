"""Spare materials at the window: grants, certificates, exemption; one draft per reference."""

from dataclasses import replace
from datetime import date

from interop.certificates import Question
from interop.certificates import spare as exempt
from interop.certificates.use_list import UseList
from interop.crypto import base64url
from interop.errors import Side
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import PACKAGE
from interop.gateway.evidence import Evidence, evidence_in, gather
from interop.gateway.filing import (
    Filing,
    begin,
    decision_on,
    item_in_force,
    keep_part,
    needed_materials,
    parties_of,
    require_timely,
)
from interop.gateway.identification import identified
from interop.gateway.ledger import note
from interop.gateway.licences import keep_uses
from interop.gateway.parties import require_mandate, require_parties, require_sound
from interop.model.case import Application, Package
from interop.model.item import ServiceItem
from interop.model.judgement import Decision, Exemption
from interop.model.record import Record
from interop.store import cases as rows


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


def draft_case(desk: Desk, filing: Filing) -> Draft:
    """Fetch certificates under grants, decide what is spared, keep it as a draft.

    A certificate service that fails leaves its materials undecided, never spared and never
    in the applicant's way: the applicant may bring paper.

    Raises:
        CaseError: Bad parties, time or facts, or the reference was used for another
            application.
        TrustError: The login does not prove the parties.
        KnowledgeError: Unknown item or region, or no certificate service.
    """
    application = filing.application
    require_sound(application, on=desk.today())
    require_timely(application, now=desk.now(), side=Side.HOST)
    item = item_in_force(desk, application)
    # Whatever cannot be judged is refused before a number is given or a grant used.
    decision_on(desk, item, application)
    principal = identified(desk, filing.token, proof=filing.proof).principal
    require_parties(principal, application, item=item)
    with desk.sit() as at:
        require_mandate(at, application, filing.mandate, clock=desk.clock)
    with desk.sit() as at:
        number, package = begin(at, filing, item)
    if package is None:
        found = _packed(desk, filing, number)
        with desk.sit() as at:
            package = _kept(at, found)
    return Draft(case=number, exemption=package.exemption, decision=package.decision)


def _kept(at: Sitting, found: Package) -> Package:
    """Keep the draft, unless another call for the same reference was first."""
    held = rows.document(at.tx, found.case, PACKAGE)
    if held is not None:
        return Package.from_json(held, field=PACKAGE)
    rows.put_document(at.tx, found.case, PACKAGE, found.to_bytes())
    keep_part(at, found, receiving=at.desk.region)
    for grant in found.grants:
        note(at, found.case, f"grant-{grant.holder}", grant.digest())
    note(at, found.case, "exemption", found.exemption.evidence_digest)
    keep_uses(at, found)
    return found


def _packed(desk: Desk, filing: Filing, number: str) -> Package:
    application = filing.application
    with desk.sit() as at:
        # The versions that the number was given under, even if this call comes later.
        knowledge = dict(rows.require(at.tx, number).knowledge)
        item = desk.library.item_version(at.tx, knowledge["item"])
        uses = desk.library.use_list_version(at.tx, knowledge["use-list"])
    evidence = replace(gather(desk, item, filing, number), use_list=uses)
    exemption = exemption_on(desk, item, application, evidence)
    return Package(
        case=number,
        application=application,
        token=filing.handling_token,
        mandate=filing.mandate,
        certificates=evidence.held,
        grants=evidence.grants,
        exemption=exemption,
        decision=decision_on(desk, item, application, exemption.settled),
        knowledge=knowledge,
        unreachable=evidence.unreachable,
        evidence_salt=evidence.salt,
    )


def judged_again(
    desk: Desk, item: ServiceItem, package: Package, *, use_list: UseList | None = None
) -> Package:
    """Return ``package`` with exemption and decision as they are found here and now."""
    evidence = evidence_in(package, use_list=use_list)
    exemption = exemption_on(desk, item, package.application, evidence)
    decision = decision_on(desk, item, package.application, exemption.settled)
    return package.model_copy(update={"exemption": exemption, "decision": decision})


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
        use_list=evidence.use_list or desk.library.use_list,
        covers=desk.library.covers,
        submitted=[material.code for material in application.materials],
        needed=needed_materials(desk, item, application, on=on),
        on=on or desk.today(),
        grantee=desk.registry.gateway(application.handling_region).region,
        case=evidence.case,
        salt=base64url.decode(evidence.salt.reveal(), field="evidence_salt"),
        unreachable=evidence.unreachable,
        withdrawn=evidence.withdrawn,
        later=application.later,
        promised=application.promised,
    )
    return exempt(item, question)
