"""The dossier (案卷) of a case: its row, its facts, and the one way to add a fact.

:func:`record` is the only place where a fact enters: gate, fold, roll-up, outbox and audit
line happen in the caller's one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from interop import cases
from interop.cases import Content, Header, compose
from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway.desk import Desk, Sitting
from interop.gateway.reasons import CASE_PARKED
from interop.model.canonical import Json
from interop.model.case import (
    Application,
    Case,
    CaseFact,
    CaseSide,
    Deadline,
    Notice,
    NoticeKind,
    Package,
)
from interop.model.item import Basis, ServiceItem
from interop.store import audit
from interop.store import cases as rows
from interop.store.cases import CaseRow

PACKAGE: Final = "package"


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is known about one case here."""

    row: CaseRow
    facts: tuple[CaseFact, ...]
    case: Case
    package: Package
    item: ServiceItem
    table: cases.LifeCycle
    clocks: cases.ClockTable

    @property
    def application(self) -> Application:
        """Return the application."""
        return self.package.application

    def said(self, fact_type: str) -> CaseFact | None:
        """Return the fact of a type, if it was stated."""
        return next((fact for fact in self.facts if fact.type == fact_type), None)

    def owner(self, fact_type: str) -> str:
        """Return the region that may state a fact of this type."""
        side = self.table.row(fact_type).side
        return self.row.receiving if side == "receiving" else self.row.handling


def header_of(row: CaseRow) -> Header:
    """Return what is fixed from the first fact on."""
    return Header(row.number, row.item, row.receiving, row.handling)


def side_of(desk: Desk, *, receiving: str) -> CaseSide:
    """Return the side that this gateway takes in a case received in ``receiving``."""
    return "receiving" if receiving == desk.region else "handling"


def open_dossier(at: Sitting, number: str) -> Dossier:
    """Return the dossier of a case, with the knowledge versions it began with.

    Raises:
        CaseError: ``case-unknown``.
        KnowledgeError: ``knowledge-version-unknown``.
    """
    row = rows.require(at.tx, number)
    library = at.desk.library
    table = library.lifecycle_version(at.tx, row.knowledge["lifecycle"])
    facts = rows.facts(at.tx, number)
    return Dossier(
        row=row,
        facts=facts,
        case=cases.fold(header_of(row), facts, table=table),
        package=Package.from_json(rows.document(at.tx, number, PACKAGE) or b"", field=PACKAGE),
        item=library.item_version(at.tx, row.knowledge["item"]),
        table=table,
        clocks=library.clocks_version(at.tx, row.knowledge["clocks"]),
    )


def deemed_case(desk: Desk, dossier: Dossier) -> Case:
    """Return the case with deemed acceptance as of today."""
    return cases.deemed(
        dossier.case,
        dossier.facts,
        calendar=desk.library.calendar,
        notice_days=dossier.clocks.row("C1").length or 0,
        on=desk.today(),
    )


def deadlines_of(desk: Desk, dossier: Dossier) -> tuple[Deadline, ...]:
    """Return the deadlines of a case, deemed acceptance included, as of today."""
    return cases.deadlines(
        deemed_case(desk, dossier),
        dossier.facts,
        table=dossier.clocks,
        limits=cases.Limits(dossier.item.statutory, dossier.item.promised),
        calendar=desk.library.calendar,
    )


def next_due(desk: Desk, dossier: Dossier) -> Deadline | None:
    """Return the earliest deadline that still runs."""
    found = cases.running(deadlines_of(desk, dossier), dossier.facts, table=dossier.clocks)
    return min(found, key=lambda deadline: deadline.due_on, default=None)


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
    if dossier.row.parked:
        raise CaseError(CASE_PARKED.of(field=dossier.row.number, got=dossier.row.state))
    full = dict(body or {})
    if notice is not None:
        full |= {"notice": notice.number, "notice_digest": notice.digest()}
    fact = _next_fact(at.desk, dossier, fact_type, full)
    cases.state_fact(dossier.case, fact, table=dossier.table, region=at.desk.region)
    rows.append_fact(at.tx, fact)
    if notice is not None:
        rows.add_notice(at.tx, notice)
    after = settle(at, dossier, (fact,))
    _tell(at, after, fact, notice)
    return after


def _next_fact(
    desk: Desk, dossier: Dossier, fact_type: str, body: Mapping[str, Json]
) -> CaseFact:
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
    due = next_due(at.desk, after)
    rows.update(
        at.tx,
        case.number,
        state=case.state,
        state_hash=case.state_hash,
        receiving_seq=case.receiving_seq,
        handling_seq=case.handling_seq,
        due_on=due.due_on if due else None,
        provisional=bool(due and due.provisional),
        on=at.desk.today(),
    )
    now = at.desk.now()
    for fact in new:
        kind = f"fact-{fact.type}"
        audit.append(at.tx, kind=kind, case=case.number, digest=fact.digest(), at=now)
    return replace(after, row=rows.require(at.tx, case.number))


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
        facts=facts, package=package, notices=notices, state_hash=dossier.case.state_hash
    )
    message_id = f"{fact.case}/{fact.side}/{fact.seq}"
    post(at.tx, message, peer=peer, message_id=message_id, at=fact.at)


def other_region(desk: Desk, dossier: Dossier) -> str | None:
    """Return the region at the other end, or None if this gateway is both."""
    ends = {dossier.row.receiving, dossier.row.handling} - {desk.region}
    return next(iter(ends), None)


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says beyond the case itself."""

    items: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
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
        detail=words.detail,
    )
    serial = rows.next_serial(at.tx, f"notice/{desk.region}/{kind}/{today.year}")
    return compose(kind, content, texts=desk.library.texts, serial=serial)
