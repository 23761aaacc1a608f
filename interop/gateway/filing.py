"""Begin a case: what the window files, its number, the knowledge it keeps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from interop import cases
from interop.criteria import decide
from interop.errors import CaseError, KnowledgeError, Side
from interop.federation import Possession
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import PACKAGE
from interop.gateway.keeping import keep_versions
from interop.gateway.reasons import APPLICATION_TIME, ITEM_NOT_IN_FORCE, REFERENCE_REUSED
from interop.gateway.step_reasons import JOINT_NOT_ARRANGED
from interop.model import case_number
from interop.model.case import Application, Package
from interop.model.certificate import LegalBasis
from interop.model.item import ServiceItem
from interop.model.judgement import Decision
from interop.model.party import Party, Role
from interop.model.sensitive import Sensitive
from interop.store import cases as rows
from interop.store import joint
from interop.store.cases import CaseRow

APPLICATION: Final = "application"
SUBMITTED_DAYS_MAX: Final = 30
SKEW_S: Final = 60
WINDOW_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Filing:
    """An application as the window files it.

    Attributes:
        application: The application.
        token: Login token addressed to this gateway.
        handling_token: Token of the same login, addressed to the handling gateway.
        mandate: Signed mandate of the applicant for its agent; needed where one acts.
        basis: Legal basis for using certificates, with the notice that was shown.
        reference: The host's own number; repeating it repeats nothing.
        proof: Proof of possession that came with ``token``, if that is bound to a key; one
            call uses it up.
    """

    application: Application
    token: Sensitive
    handling_token: Sensitive
    basis: LegalBasis
    reference: str
    mandate: Sensitive | None = None
    proof: Possession | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new row of a case says.

    Attributes:
        number: Case number.
        application: The application.
        receiving: Receiving region.
        knowledge: Digests of the knowledge that the case keeps, by kind.
        reference: Keyed digest of the host's own number; None where it was handed over.
    """

    number: str
    application: Application
    receiving: str
    knowledge: dict[str, str]
    reference: str | None = None


def parties_of(application: Application) -> dict[Role, Party]:
    """Return who has which role."""
    roles: dict[Role, Party | None] = {
        "applicant": application.applicant,
        "agent": application.agent,
        "guardian": application.guardian,
        "principal": application.principal,
    }
    return {role: party for role, party in roles.items() if party is not None}


def require_timely(application: Application, *, now: datetime, side: Side) -> None:
    """Refuse an application from the future, or one submitted long ago.

    Logins are judged as of the submission, so nobody may choose that instant freely.

    Raises:
        CaseError: ``application-time``.
    """
    submitted = application.submitted_at
    oldest = now - timedelta(days=SUBMITTED_DAYS_MAX)
    if not oldest <= submitted <= now + timedelta(seconds=SKEW_S):
        got = submitted.isoformat()
        raise CaseError(
            APPLICATION_TIME.of(
                field="submitted_at", expected=SUBMITTED_DAYS_MAX, got=got, side=side
            )
        )


def item_in_force(desk: Desk, application: Application) -> ServiceItem:
    """Return the item as the handling region runs it today.

    Raises:
        KnowledgeError: ``item-unknown``, ``item-not-in-force``, or the region is unknown.
        CaseError: ``joint-not-arranged``.
    """
    item = desk.library.item(application.item, application.handling_region)
    begins, ends, today = item.effective_from, item.effective_until, desk.today()
    if today < begins or (ends is not None and ends < today):
        days = f"{begins}/{ends or ''}"
        raise KnowledgeError(
            ITEM_NOT_IN_FORCE.of(field=item.item, expected=days, got=item.region)
        )
    require_arranged(item, application)
    return item


def require_arranged(item: ServiceItem, application: Application) -> None:
    """Return if an application is no part of a joint one, or its item is handled jointly.

    INVARIANT: the window lengthens no limit; a government's arrangement in the item does.

    Raises:
        CaseError: ``joint-not-arranged``.
    """
    if application.joint is not None and item.joint is None:
        raise CaseError(
            JOINT_NOT_ARRANGED.of(field="joint", expected=item.item, got=item.region)
        )


def decision_on(
    desk: Desk,
    item: ServiceItem,
    application: Application,
    spared: tuple[str, ...] = (),
    *,
    on: date | None = None,
) -> Decision:
    """Return the decision on an application as of ``on``, today if not given."""
    return decide(
        desk.library.criterion(item),
        application.facts,
        materials=[material.code for material in application.materials],
        spared=spared,
        has_agent=application.agent is not None,
        on=on or desk.today(),
    )


def needed_materials(
    desk: Desk, item: ServiceItem, application: Application, *, on: date | None = None
) -> tuple[str, ...]:
    """Return the materials that the item asks of this applicant before anything is spared."""
    nothing = application.model_copy(update={"materials": ()})
    return decision_on(desk, item, nothing, on=on).missing_materials


def begin(at: Sitting, filing: Filing, item: ServiceItem) -> tuple[str, Package | None]:
    """Return number and draft of this reference, allotting the number the first time.

    Raises:
        CaseError: ``reference-reused``.
    """
    desk, application = at.desk, filing.application
    lookup = at.tx.lookup(f"reference|{filing.reference}")
    known = rows.by_reference(at.tx, lookup)
    if known is not None:
        if rows.document(at.tx, known.number, APPLICATION) != application.to_bytes():
            raise CaseError(REFERENCE_REUSED.of(field="reference"))
        kept = rows.document(at.tx, known.number, PACKAGE)
        return known.number, None if kept is None else Package.from_json(kept)
    number = _next_number(at, item, application.handling_region)
    knowledge = keep_versions(at, item, application.handling_region)
    add_case(at, Opening(number, application, desk.region, knowledge, lookup))
    rows.put_document(at.tx, number, APPLICATION, application.to_bytes())
    return number, None


def _next_number(at: Sitting, item: ServiceItem, handling: str) -> str:
    """Return a number that no other window gives: away from home it ends in the window."""
    desk, today = at.desk, at.desk.today()
    serial = rows.next_serial(at.tx, f"case/{item.task_code}/{today}")
    number = case_number.compose(item.task_code, today, serial)
    if desk.registry.gateway(handling).region == desk.region:
        return number
    return f"{number}-{window_mark(desk.region)}"


def window_mark(region: str) -> str:
    """Return a region code in base 36: four characters, so that the number stays within 50."""
    left, mark = int(region), ""
    while left:
        left, digit = divmod(left, len(WINDOW_DIGITS))
        mark = WINDOW_DIGITS[digit] + mark
    return mark


def add_case(at: Sitting, opening: Opening) -> None:
    """Add the row of a case that has no facts yet."""
    desk, application = at.desk, opening.application
    handling = desk.registry.gateway(application.handling_region).region
    header = cases.Header(opening.number, application.item, opening.receiving, handling)
    empty = cases.fold(header, (), table=desk.library.lifecycle.value)
    rows.add(
        at.tx,
        CaseRow(
            number=opening.number,
            item=application.item,
            receiving=opening.receiving,
            handling=handling,
            side="receiving" if opening.receiving == desk.region else "handling",
            applicant_lookup=_lookup(at, application.applicant),
            state=empty.state,
            state_hash=empty.state_hash,
            receiving_seq=0,
            handling_seq=0,
            due_on=None,
            provisional=False,
            parked=False,
            knowledge=opening.knowledge,
            created_at=desk.now(),
            reference_lookup=opening.reference,
        ),
    )
    beside = {role: p for role, p in parties_of(application).items() if role != "applicant"}
    rows.add_parties(at.tx, opening.number, (_lookup(at, p) for p in beside.values()))


def keep_part(at: Sitting, package: Package, *, receiving: str) -> None:
    """Let a new case be found by the number of its joint application, if it has one."""
    number = package.application.joint
    if number is not None:
        joint.add_part(at.tx, package.case, joint_lookup(at, number, receiving))


def joint_lookup(at: Sitting, number: str, receiving: str) -> str:
    """Return the keyed digest of a window and its number for a joint application."""
    return at.tx.lookup(f"joint|{receiving}|{number}")


def _lookup(at: Sitting, party: Party) -> str:
    return at.tx.lookup(f"{party.scheme}|{party.code.reveal()}")
