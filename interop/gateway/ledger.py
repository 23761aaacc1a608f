"""The one way to add a fact to a case, and what goes with it.

:func:`record` is the only place where a fact of this gateway enters: gate, fold, roll-up,
outbox and audit line happen in the caller's one transaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

import structlog

from interop import cases
from interop.cases import Content, compose
from interop.cases.reasons import NOT_COMPETENT
from interop.errors import CaseError, Side
from interop.exchange import Message, post
from interop.gateway.commands import answering
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import (
    Dossier,
    deadlines_of,
    deemed_case,
    header_of,
    other_region,
    running_deadlines,
)
from interop.gateway.marks import intend_seal, seals_of
from interop.gateway.reasons import CASE_PARKED
from interop.model.canonical import Json
from interop.model.case import CaseFact, Notice, NoticeDeadline, NoticeKind
from interop.model.item import Basis
from interop.store import audit
from interop.store import cases as rows

PARKED: Final = "parked."

log = structlog.get_logger("interop.gateway")


def already(at: Sitting, dossier: Dossier, fact_type: str) -> bool:
    """Return whether this gateway has stated the fact before: a repeated call is no error.

    The first thing every verb asks, so that whoever is not competent is told nothing else.

    Raises:
        CaseError: ``not-competent``.
    """
    owner, own = dossier.owner(fact_type), at.desk.region
    if own != owner:
        side = Side.HANDLING if own == dossier.row.handling else Side.RECEIVING
        raise CaseError(NOT_COMPETENT.of(field=fact_type, expected=owner, got=own, side=side))
    return dossier.said(fact_type) is not None


def require_moving(at: Sitting, dossier: Dossier) -> None:
    """Refuse a parked case: nothing is stated on it until a person has looked.

    Raises:
        CaseError: ``case-parked``, naming why.
    """
    if dossier.row.parked:
        why = parked_because(at, dossier.row.number)
        raise CaseError(CASE_PARKED.of(field=dossier.row.number, got=why))


def record(
    at: Sitting,
    dossier: Dossier,
    fact_type: str,
    *,
    body: Mapping[str, Json] | None = None,
    notice: Notice | None = None,
) -> Dossier:
    """State a fact of this gateway and return the dossier after it.

    Raises:
        CaseError: The fact is not ours to state, not now, or the case is parked.
    """
    require_moving(at, dossier)
    full = answering(at, dossier, fact_type, body or {})
    if notice is not None:
        full |= {"notice": notice.number, "notice_digest": notice.digest()}
    fact = next_fact(at.desk, dossier, fact_type, full)
    require_statable(at, dossier, fact)
    rows.append_fact(at.tx, fact)
    if notice is not None:
        rows.add_notice(at.tx, notice)
        intend_seal(at, dossier, notice)
    after = settle(at, dossier, (fact,))
    _tell(at, after, fact, notice)
    return after


def require_statable(at: Sitting, dossier: Dossier, fact: CaseFact) -> None:
    """Refuse a fact that is not ours to state, or not now.

    Raises:
        CaseError: As :func:`interop.cases.state_fact`.
    """
    desk, table = at.desk, dossier.table
    # With acceptance deemed by silence, no supplement notice passes any more.
    standing = deemed_case(desk, dossier)
    due = deadlines_of(desk, dossier) if table.row(fact.type).after else ()
    cases.state_fact(standing, fact, table=table, region=desk.region, due=due)


def next_fact(
    desk: Desk, dossier: Dossier, fact_type: str, body: Mapping[str, Json]
) -> CaseFact:
    """Return the fact that this gateway would state next."""
    side = dossier.table.row(fact_type).side
    own, other = dossier.case.receiving_seq, dossier.case.handling_seq
    if side == "handling":
        own, other = other, own
    return CaseFact(
        case=dossier.row.number,
        side=side,
        seq=own + 1,
        seen=other,
        type=fact_type,
        at=desk.now(),
        body=dict(body),
    )


def settle(at: Sitting, dossier: Dossier, new: tuple[CaseFact, ...]) -> Dossier:
    """Fold new facts in; bring row, roll-up and audit chain up to date."""
    facts = (*dossier.facts, *new)
    case = cases.fold(header_of(dossier.row), facts, table=dossier.table)
    after = replace(dossier, facts=facts, case=case)
    running = running_deadlines(at.desk, after)
    rows.update(
        at.tx,
        case.number,
        state=case.state,
        state_hash=case.state_hash,
        receiving_seq=case.receiving_seq,
        handling_seq=case.handling_seq,
        due_on=running[0].due_on if running else None,
        # Any of them: a later clock may be the one that waits for its calendar.
        provisional=any(deadline.provisional for deadline in running),
        on=at.desk.today(),
    )
    for fact in new:
        note(at, case.number, f"fact-{fact.type}", fact.digest())
    return replace(after, row=rows.require(at.tx, case.number))


def note(at: Sitting, number: str, kind: str, digest: str) -> None:
    """Add a line about a case to the audit chain."""
    audit.append(at.tx, kind=kind, case=number, digest=digest, at=at.desk.now())


def park(at: Sitting, number: str, code: str) -> None:
    """Set a case aside until a person has looked at it, and say so."""
    rows.park(at.tx, number, code)
    note(at, number, f"{PARKED}{code}", rows.require(at.tx, number).state_hash)
    log.warning("case-parked", case=number, code=code)


def release(at: Sitting, number: str, codes: Collection[str] | None = None) -> bool:
    """Let a case move again that a person has looked at, and say so.

    Args:
        at: The transaction.
        number: Case number.
        codes: Only if it was parked for one of these; whatever for if not given.
    """
    if codes is not None and parked_because(at, number) not in codes:
        return False
    if not rows.release(at.tx, number):
        return False
    note(at, number, "released", rows.require(at.tx, number).state_hash)
    log.info("case-released", case=number)
    return True


def parked_because(at: Sitting, number: str) -> str:
    """Return the code for which a case was last parked; empty if it never was."""
    kinds = [line.kind for line in audit.lines(at.tx, number) if line.kind.startswith(PARKED)]
    return kinds[-1].removeprefix(PARKED) if kinds else ""


def _tell(at: Sitting, dossier: Dossier, fact: CaseFact, notice: Notice | None) -> None:
    peer = other_region(at.desk, dossier)
    if peer is None or dossier.said("handed-over") is None:
        return
    facts: tuple[CaseFact, ...] = (fact,)
    notices: tuple[Notice, ...] = () if notice is None else (notice,)
    package = None
    if fact.type == "handed-over":
        facts = tuple(f for f in dossier.facts if f.side == "receiving")
        package, notices = dossier.package, rows.notices(at.tx, dossier.row.number)
    message = Message(
        facts=facts,
        package=package,
        notices=notices,
        seals=seals_of(at, notices),
        state_hash=dossier.case.state_hash,
    )
    message_id = f"{fact.case}/{fact.side}/{fact.seq}"
    post(at.tx, message, peer=peer, message_id=message_id, at=fact.at)


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says beyond the case itself."""

    items: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    deadlines: tuple[NoticeDeadline, ...] = ()
    detail: str = ""


def write_notice(at: Sitting, dossier: Dossier, kind: NoticeKind, words: Words) -> Notice:
    """Return a numbered notice about a case; :func:`record` stores it with its fact."""
    desk, today = at.desk, at.desk.today()
    content = Content(
        case=dossier.row.number,
        item=dossier.item.zh,
        region=desk.region,
        applicant=dossier.application.applicant.name,
        on=today,
        items=words.items,
        bases=words.bases,
        deadlines=words.deadlines,
        detail=words.detail,
    )
    serial = rows.next_serial(at.tx, f"notice/{desk.region}/{kind}/{today.year}")
    return compose(kind, content, texts=desk.library.texts_of(desk.region), serial=serial)
