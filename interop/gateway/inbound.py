"""What arrives from other regions: hand-overs are judged again, facts are folded in."""

from datetime import timedelta
from functools import partial
from typing import Final

from interop.errors import CaseError, KnowledgeError
from interop.exchange import Envelope, Message, receive
from interop.federation import Verifier
from interop.gateway.back import acknowledge
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import PACKAGE, Dossier, open_dossier, settle
from interop.gateway.filing import Opening, add_case, decision_on, keep_versions
from interop.gateway.parties import require_mandate, require_parties, require_sound
from interop.gateway.reasons import (
    NOT_OUR_CASE,
    PACKAGE_MISSING,
    STATE_DIVERGED,
    SUBMITTED_IN_FUTURE,
    VERSION_UNKNOWN,
)
from interop.gateway.sparing import evidence_in, exemption_on
from interop.model.case import Package
from interop.model.item import ServiceItem
from interop.store import cases as rows
from interop.store import versions
from interop.store.tx import Tx

TOKEN_AGE_DAYS_MAX: Final = 30
SKEW_S: Final = 60


def receive_batch(desk: Desk, data: bytes) -> bytes:
    """Apply a batch from another region and return the receipt; once, however often sent.

    Raises:
        ExchangeError: The batch is refused as a whole; the sender sees why.
        TrustError: A signature does not verify.
        StoreError: Nothing was applied; send again.
    """
    with desk.sit() as at:
        return receive(
            at.tx, data, directory=desk.directory, apply=partial(_apply, desk), at=desk.now()
        )


def _apply(desk: Desk, tx: Tx, envelope: Envelope, message: Message) -> None:
    at = Sitting(desk, tx)
    if message.package is not None:
        _adopt(at, envelope, message, message.package)
    else:
        _follow(at, envelope, message)


def _adopt(at: Sitting, envelope: Envelope, message: Message, package: Package) -> None:
    """Take a handed-over case in: verify the login, judge again, acknowledge."""
    desk, application = at.desk, package.application
    if not desk.library.covers(desk.region, application.handling_region):
        raise CaseError(
            NOT_OUR_CASE.of(
                field=package.case, expected=application.handling_region, got=desk.region
            )
        )
    item = _governing_item(at, package)
    _require_login(desk, package, item)
    knowledge = {**keep_versions(at, item), "item": item.digest()}
    add_case(at, Opening(package.case, application, envelope.source, knowledge))
    judged = _judged_again(desk, package, item, knowledge)
    rows.put_document(at.tx, package.case, PACKAGE, judged.to_bytes())
    for notice in message.notices:
        rows.add_notice(at.tx, notice)
    after = _fold_in(at, envelope, message, open_dossier(at, package.case))
    acknowledge(at, after)


def _governing_item(at: Sitting, package: Package) -> ServiceItem:
    """Return the item version that the case was submitted under, if it is one of ours.

    The handling region's version governs: a version it never had is refused.
    """
    digest = package.knowledge.get("item", "")
    application = package.application
    current = at.desk.library.item(application.item, application.handling_region)
    if current.digest() == digest:
        return current
    if versions.held(at.tx, digest) is None:
        raise KnowledgeError(
            VERSION_UNKNOWN.of(field="item", expected=current.digest(), got=digest)
        )
    return at.desk.library.item_version(at.tx, digest)


def _require_login(desk: Desk, package: Package, item: ServiceItem) -> None:
    """Verify the login by our own registry, as of the submission that the window signed."""
    application, now = package.application, desk.now()
    submitted = application.submitted_at
    oldest = now - timedelta(days=TOKEN_AGE_DAYS_MAX)
    if not oldest <= submitted <= now + timedelta(seconds=SKEW_S):
        raise CaseError(
            SUBMITTED_IN_FUTURE.of(
                field="submitted_at", expected=TOKEN_AGE_DAYS_MAX, got=submitted.isoformat()
            )
        )
    require_sound(application, on=desk.today())
    audience = desk.registry.gateway(desk.region).audience
    verifier = Verifier(desk.registry, audience=audience, clock=lambda: submitted)
    principal = verifier.verify(package.token.reveal())
    require_parties(principal, application, item=item)
    require_mandate(desk.registry, application, package.mandate, clock=lambda: submitted)


def _judged_again(
    desk: Desk, package: Package, item: ServiceItem, knowledge: dict[str, str]
) -> Package:
    """Return the package with our own findings; theirs are not taken on trust."""
    application = package.application
    exemption = exemption_on(desk, item, application, evidence_in(package))
    decision = decision_on(desk, item, application, exemption.spared)
    return package.model_copy(
        update={"exemption": exemption, "decision": decision, "knowledge": knowledge}
    )


def _follow(at: Sitting, envelope: Envelope, message: Message) -> None:
    """Fold the other side's facts into a case that is known here."""
    if rows.get(at.tx, envelope.subject) is None:
        raise CaseError(PACKAGE_MISSING.of(field=envelope.subject))
    dossier = open_dossier(at, envelope.subject)
    for notice in message.notices:
        rows.add_notice(at.tx, notice)
    _fold_in(at, envelope, message, dossier)


def _fold_in(at: Sitting, envelope: Envelope, message: Message, dossier: Dossier) -> Dossier:
    for fact in message.facts:
        sender = dossier.row.receiving if fact.side == "receiving" else dossier.row.handling
        if envelope.source != sender or dossier.owner(fact.type) != sender:
            raise CaseError(
                NOT_OUR_CASE.of(field=fact.case, expected=sender, got=envelope.source)
            )
    new = tuple(fact for fact in message.facts if rows.append_fact(at.tx, fact))
    after = settle(at, dossier, new)
    _require_same_state(at, message, after)
    return after


def _require_same_state(at: Sitting, message: Message, dossier: Dossier) -> None:
    """Park the case if both sides folded the same facts and found another state."""
    last = message.facts[-1]
    ours = dossier.case.handling_seq if last.side == "receiving" else dossier.case.receiving_seq
    if last.seen == ours and message.state_hash != dossier.case.state_hash:
        rows.park(at.tx, last.case, STATE_DIVERGED.code)
