"""Hold the login against the application: same parties, sure enough."""

from collections.abc import Iterator
from datetime import date

from interop.errors import CaseError, Reason, TrustError
from interop.federation import is_party, verify_mandate
from interop.gateway.desk import Sitting
from interop.gateway.filing import parties_of
from interop.gateway.reasons import (
    ASSURANCE_TOO_LOW,
    MANDATE_MISSING,
    PARTY_INVALID,
    PARTY_MISMATCH,
)
from interop.gateway.state import Remembered
from interop.model import resident_id, uscc
from interop.model.case import Application
from interop.model.item import ServiceItem
from interop.model.party import AssuranceLevel, Party, Principal, Role, Scheme
from interop.model.ports import Clock
from interop.model.sensitive import Sensitive


def require_sound(application: Application, *, on: date) -> None:
    """Refuse an application whose parties have impossible identifiers.

    Raises:
        CaseError: ``application-party-invalid``, one per problem.
    """
    if found := tuple(_problems(application, on)):
        raise CaseError(*found)


def _problems(application: Application, on: date) -> Iterator[Reason]:
    for role, party in parties_of(application).items():
        code = party.code.reveal()
        found = uscc.inspect(code) if party.scheme is Scheme.USCC else None
        found = found or resident_id.inspect(code, on=on)
        for error in found.errors:
            yield PARTY_INVALID.of(field=role, got=error.code)


def require_parties(
    principal: Principal, application: Application, *, item: ServiceItem
) -> None:
    """Refuse a login that does not prove the declared parties, or not surely enough.

    Raises:
        TrustError: ``application-party-mismatch`` or ``assurance-too-low``.
    """
    problems: list[Reason] = []
    if not is_party(principal.actor, application.applicant):
        problems.append(PARTY_MISMATCH.of(field="applicant"))
    if not _same_agent(principal, application):
        problems.append(PARTY_MISMATCH.of(field="agent"))
    problems.extend(PARTY_MISMATCH.of(field=role) for role in _unproved(application))
    needed = AssuranceLevel(item.assurance_min)
    if principal.level.rank < needed.rank:
        problems.append(ASSURANCE_TOO_LOW.of(field="acr", expected=needed, got=principal.level))
    if problems:
        raise TrustError(*problems)


def require_mandate(
    at: Sitting, application: Application, mandate: Sensitive | None, *, clock: Clock
) -> None:
    """Refuse an agent without a mandate for this item in the handling region.

    A login never implies a mandate; the region that serves evaluates it. What its issuer took
    back by the last list known here does not count.

    Raises:
        TrustError: ``mandate-missing``, or why the mandate does not hold.
    """
    if application.agent is None:
        return
    if mandate is None:
        raise TrustError(MANDATE_MISSING.of(field="mandate"))
    verify_mandate(
        mandate.reveal(),
        at.desk.registry,
        item=application.item,
        region=application.handling_region,
        applicant=application.applicant,
        agent=application.agent,
        clock=clock,
        revocations=Remembered(at.tx),
    )


def _unproved(application: Application) -> Iterator[Role]:
    """Yield the roles that no login stands for.

    A guardian acts itself: as the agent, or as the applicant of its ward. A principal is who
    the agent acts for. Naming anybody else would open that person's certificates.
    """
    here = {_number(application.applicant), _number(application.agent)} - {None}
    if application.guardian is not None and _number(application.guardian) not in here:
        yield "guardian"
    principal = application.principal
    if principal is not None and _number(principal) != _number(application.applicant):
        yield "principal"


def _number(party: Party | None) -> tuple[Scheme, str] | None:
    return None if party is None else (party.scheme, party.code.reveal())


def _same_agent(principal: Principal, application: Application) -> bool:
    if principal.agent is None or application.agent is None:
        return principal.agent is None and application.agent is None
    return is_party(principal.agent, application.agent)
