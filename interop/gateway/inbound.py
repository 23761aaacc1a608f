"""What arrives from other regions: hand-overs are judged again, facts are folded in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from interop import cases
from interop.cases.gate import require_run_out
from interop.errors import CaseError, KnowledgeError, Reason, Side
from interop.exchange import Envelope, Message
from interop.federation import Verifier
from interop.federation.presented import Reader
from interop.gateway import fetching, filing, sending, supplementing
from interop.gateway.asking import take_command
from interop.gateway.back import acknowledge
from interop.gateway.contents import SUPPLEMENTED
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import PACKAGE, Dossier, deadlines_of, header_of, open_dossier
from interop.gateway.keeping import keep_versions
from interop.gateway.ledger import park, settle
from interop.gateway.licences import keep_uses, take_news
from interop.gateway.parties import require_mandate, require_parties, require_sound
from interop.gateway.reasons import (
    HANDOVER_CONFLICT,
    NOT_OUR_CASE,
    NOTICE_UNTIED,
    PACKAGE_MISSING,
    STATE_DIVERGED,
    STEP_TIME,
    VERSION_UNKNOWN,
)
from interop.gateway.sealing import take_seal
from interop.gateway.sparing import judged_again
from interop.model.case import CaseFact, Notice, Package
from interop.model.day import day_of
from interop.model.item import ServiceItem
from interop.model.sensitive import Sensitive
from interop.store import cases as rows
from interop.store import versions
from interop.store.tx import Tx

# Clocks of two regions may differ by that much before a statutory day could shift.
FACT_SKEW_S: Final = 3600


def apply(desk: Desk, tx: Tx, envelope: Envelope, message: Message) -> None:
    """Do what a message of another region says, or refuse it.

    Raises:
        InteropError: It is refused; nothing of it may stand.
    """
    at = Sitting(desk, tx)
    for news in message.news:
        take_news(at, news)
    if not (message.facts or message.commands or message.seals or message.held):
        return
    package = message.package
    known = rows.get(tx, envelope.subject) is not None
    if package is None and not known:
        raise CaseError(PACKAGE_MISSING.of(field=envelope.subject))
    if package is not None and not known:
        _adopt(at, envelope, message, package)
        return
    dossier = open_dossier(at, envelope.subject)
    if package is not None:
        _require_same_package(dossier, envelope, package)
    after = _fold_in(at, envelope, message, dossier) if message.facts else dossier
    if any(fact.type == SUPPLEMENTED for fact in message.facts):
        fetching.intend(at, after)
    _take_beside(at, envelope, message, after)
    if message.facts and _diverges(message, after):
        park(at, after.row.number, STATE_DIVERGED.code)


def _take_beside(at: Sitting, envelope: Envelope, message: Message, dossier: Dossier) -> None:
    """Take what comes beside facts: what is asked, seals of notices, contents that arrived."""
    for command in message.commands:
        take_command(at, dossier, command, source=envelope.source)
    for sealed in message.seals:
        take_seal(at, sealed, source=envelope.source)
    for content in message.held or ():
        sending.take_held(at, dossier, content, source=envelope.source)


def _require_same_package(dossier: Dossier, envelope: Envelope, package: Package) -> None:
    """Let a repeated hand-over pass and change nothing; another one is a conflict."""
    sent = dossier.said("handed-over")
    held = sent.body.get("package") if sent else None
    if (dossier.row.receiving, held) != (envelope.source, package.digest()):
        raise CaseError(HANDOVER_CONFLICT.of(field=package.case))


def _adopt(at: Sitting, envelope: Envelope, message: Message, package: Package) -> None:
    """Take a handed-over case in: verify the login, judge again, acknowledge."""
    desk, application = at.desk, package.application
    _require_ours(desk, package)
    _require_stated_digest(message, package)
    item = _governing_item(at, package)
    filing.require_arranged(item, application)
    _require_login(at, package, item)
    knowledge = {
        **keep_versions(at, item, application.handling_region),
        "item": item.digest(),
    }
    filing.add_case(at, filing.Opening(package.case, application, envelope.source, knowledge))
    # With our own findings, and without the token, which was verified.
    judged = judged_again(desk, item, package).model_copy(
        update={"knowledge": knowledge, "token": None}
    )
    rows.put_document(at.tx, package.case, PACKAGE, judged.to_bytes())
    filing.keep_part(at, judged, receiving=envelope.source)
    after = _fold_in(at, envelope, message, open_dossier(at, package.case))
    if _diverges(message, after):
        raise CaseError(STATE_DIVERGED.of(field=package.case))
    _take_beside(at, envelope, message, after)
    keep_uses(at, judged)
    # Before the intent to register, which waits for what this one brings.
    fetching.intend(at, after)
    acknowledge(at, after)


def _require_ours(desk: Desk, package: Package) -> None:
    wanted = package.application.handling_region
    serving = desk.registry.gateway(wanted).region
    if serving != desk.region:
        raise CaseError(NOT_OUR_CASE.of(field=package.case, expected=serving, got=desk.region))


def _require_stated_digest(message: Message, package: Package) -> None:
    stated = {fact.body.get("package") for fact in message.facts if fact.type == "handed-over"}
    if stated != {package.digest()}:
        raise CaseError(HANDOVER_CONFLICT.of(field=package.case))


def _governing_item(at: Sitting, package: Package) -> ServiceItem:
    """Return the item version that the case was submitted under, if it is one of ours.

    The handling region's version governs: a version it never had is refused.
    """
    digest = package.knowledge.get("item", "")
    application = package.application
    current = at.desk.library.item(application.item, application.handling_region)
    if current.digest() == digest:
        return current
    if (current.item, current.region) in _kept_as(at, digest):
        return at.desk.library.item_version(at.tx, digest)
    raise KnowledgeError(
        VERSION_UNKNOWN.of(field="item", expected=current.digest(), got=digest)
    )


def _kept_as(at: Sitting, digest: str) -> Iterator[tuple[str, str]]:
    """Yield of which item and region a kept version is; nothing if it is none."""
    for row in versions.listed(at.tx):
        if row.digest == digest and row.kind == "item":
            item, _, region = row.key.partition("/")
            yield item, region


def _require_login(at: Sitting, package: Package, item: ServiceItem) -> None:
    """Verify the login by our own registry, as of the submission that the window signed.

    It may be the provider's own token for this gateway, or one that the window exchanged.
    """
    desk, application = at.desk, package.application
    submitted = application.submitted_at
    filing.require_timely(application, now=desk.now(), side=Side.RECEIVING)
    require_sound(application, on=desk.today())
    # A package without its token is refused as one with an empty token is.
    token = package.token or Sensitive("")
    audience = desk.registry.gateway(desk.region).audience
    verifier = Verifier(desk.registry, audience=audience, clock=lambda: submitted)
    reader = Reader(verifier, desk.registry, audience, lambda: submitted)
    principal = reader.read(token.reveal()).principal
    require_parties(principal, application, item=item)
    require_mandate(at, application, package.mandate, clock=lambda: submitted)


def _fold_in(at: Sitting, envelope: Envelope, message: Message, dossier: Dossier) -> Dossier:
    """Fold the other side's facts in, each with the notice it rests on."""
    notices = {notice.number: notice for notice in message.notices}
    if problems := tuple(_problems(at, envelope, message, dossier)):
        raise CaseError(*problems)
    _require_run_out(at, message, dossier)
    new = tuple(fact for fact in message.facts if rows.append_fact(at.tx, fact))
    for fact in new:
        if dossier.table.row(fact.type).notice is not None:
            rows.add_notice(at.tx, notices[str(fact.body["notice"])])
    return settle(at, dossier, new)


def _require_run_out(at: Sitting, message: Message, dossier: Dossier) -> None:
    """Refuse a fact that only the end of a period allows, if by the facts it has not ended.

    Each side reckons that for itself: a case does not end by the other side's word alone.
    """
    for place, fact in enumerate(message.facts):
        row = dossier.table.row(fact.type)
        if not row.after or fact in dossier.facts:
            continue
        told = [one for one in message.facts[:place] if one not in dossier.facts]
        facts = (*dossier.facts, *told)
        case = cases.fold(header_of(dossier.row), facts, table=dossier.table)
        before = replace(dossier, facts=facts, case=case)
        require_run_out(fact, row, deadlines_of(at.desk, before, on=day_of(fact.at)))


def _problems(
    at: Sitting, envelope: Envelope, message: Message, dossier: Dossier
) -> Iterator[Reason]:
    first = dossier.application.submitted_at - timedelta(seconds=FACT_SKEW_S)
    last = at.desk.now() + timedelta(seconds=FACT_SKEW_S)
    for fact in message.facts:
        sender = dossier.row.receiving if fact.side == "receiving" else dossier.row.handling
        if envelope.source != sender or dossier.owner(fact.type) != sender:
            yield NOT_OUR_CASE.of(field=fact.case, expected=sender, got=envelope.source)
        if not first <= fact.at <= last:
            yield STEP_TIME.of(field=fact.type, got=fact.at.isoformat(), side=Side.PLATFORM)
    yield from supplementing.problems_of(dossier, message.facts)
    if any(not _is_tied(notice, envelope, message, dossier) for notice in message.notices):
        yield NOTICE_UNTIED.of(field=envelope.subject)
    numbers = [notice.number for notice in message.notices]
    for fact in message.facts:
        wanted = dossier.table.row(fact.type).notice
        if wanted is not None and numbers.count(str(fact.body.get("notice"))) != 1:
            yield NOTICE_UNTIED.of(field=fact.type)


def _is_tied(notice: Notice, envelope: Envelope, message: Message, dossier: Dossier) -> bool:
    """Return whether a notice is the one that a fact of this message rests on."""
    return notice.region == envelope.source and any(
        _names(fact, notice, kind=dossier.table.row(fact.type).notice) for fact in message.facts
    )


def _names(fact: CaseFact, notice: Notice, *, kind: str | None) -> bool:
    stated = (kind, fact.body.get("notice"), fact.body.get("notice_digest"))
    return stated == (notice.kind, notice.number, notice.digest())


def _diverges(message: Message, dossier: Dossier) -> bool:
    """Return whether both sides folded the same facts and found another state."""
    last = message.facts[-1]
    ours = dossier.case.handling_seq if last.side == "receiving" else dossier.case.receiving_seq
    return last.seen == ours and message.state_hash != dossier.case.state_hash
