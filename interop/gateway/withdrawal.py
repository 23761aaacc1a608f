"""A holder takes a grant back (撤回授权): no further fetch, and nobody is refused for it.

Before the case is received the materials that rested on the grant are asked for again. What
was lawfully decided at the receipt stands; only further use stops.
Source: 个人信息保护法 第十五条, 第十六条 (unverified).
"""

from typing import Final

from interop.certificates.grant_reasons import GRANT_MISSING
from interop.errors import CaseError
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import PACKAGE, Dossier, open_dossier
from interop.gateway.ledger import note
from interop.gateway.sparing import Draft, judged_again
from interop.model.case import Package
from interop.model.certificate import Grant
from interop.model.party import Role
from interop.store import cases as rows
from interop.store import nonces

WITHDRAWN: Final = "grant-withdrawn"


def withdraw_grant(desk: Desk, number: str, holder: Role) -> Draft:
    """Take back what ``holder`` granted in a case; a repeated call changes nothing.

    Raises:
        CaseError: ``case-unknown``, ``case-draft-unfinished``, or ``grant-missing``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        grant = next((one for one in dossier.package.grants if one.holder == holder), None)
        if grant is None:
            raise CaseError(GRANT_MISSING.of(field="holder", got=holder))
        package = dossier.package
        if nonces.use_once(at.tx, WITHDRAWN, grant.digest(), grant.not_after):
            note(at, number, f"{WITHDRAWN}.{holder}", grant.digest())
            if dossier.said("received") is None:
                package = _asked_again(at, dossier, grant)
        return Draft(case=number, exemption=package.exemption, decision=package.decision)


def _asked_again(at: Sitting, dossier: Dossier, grant: Grant) -> Package:
    """Keep the draft without what was fetched under the grant, judged again."""
    held, desk = dossier.package, at.desk
    kept = tuple(one for one in held.certificates if one.grant != grant.id)
    withdrawn = {**held.withdrawn, grant.id: desk.now()}
    changed = held.model_copy(update={"certificates": kept, "withdrawn": withdrawn})
    uses = desk.library.use_list_version(at.tx, dossier.row.knowledge["use-list"])
    package = judged_again(desk, dossier.item, changed, use_list=uses)
    rows.put_document(at.tx, package.case, PACKAGE, package.to_bytes())
    note(at, package.case, "exemption", package.exemption.evidence_digest)
    return package
