"""The dossier (案卷) of a case: its row, its facts, and the one way to add a fact.

:func:`record` is the only place where a fact enters: gate, fold, roll-up, outbox and audit
line happen in the caller's one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from interop import cases
from interop.cases import Content, Header, compose
from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway.desk import Desk
from interop.gateway.reasons import CASE_PARKED
from interop.model.canonical import Json
from interop.model.case import (
    Application, Case, CaseFact, CaseSide, Deadline, Notice, NoticeKind, Package,
)  # fmt: skip
from interop.model.item import Basis, ServiceItem
from interop.store import audit, cases as rows
from interop.store.cases import CaseRow
from interop.store.tx import Tx

PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is known about one case here."""

    row: CaseRow
    facts: tuple[CaseFact, ...]
    case: Case
    package: Package
    item: ServiceItem
    table: cases.LifeCycle

    @property
    def header(self) -> Header:
        """Return what is fixed from the first fact on."""
        return header_of(self.row)

    @property
    def application(self) -> Application:
        """Return the application."""
        return self.package.application

    def said(self, fact_type: str) -> CaseFact | None:
        """Return the fact of a type, if it was stated."""
        return next((fact for fact in self.facts if fact.type == fact_type), None)


def header_of(row: CaseRow) -> Header:
    """Return the fixed part of a stored case."""
    return Header(row.number, row.item, row.receiving, row.handling)


def open_dossier(desk: Desk, tx: Tx, number: str) -> Dossier:
    """Return the dossier of a case, with the knowledge versions it began with.

    Raises:
        CaseError: ``case-unknown``.
        KnowledgeError: ``knowledge-version-unknown``.
    """
    row = rows.require(tx, number)
    facts = rows.facts(tx, number)
    table = desk.library.lifecycle_version(tx, row.knowledge["lifecycle"])
    package = Package.from_json(rows.document(tx, number, PACKAGE) or b"", field=PACKAGE)
    return Dossier(
        row=row,
        facts=facts,
        case=cases.fold(header_of(row), facts, table=table),
        package=package,
        item=desk.library.item_version(tx, row.knowledge["item"]),
        table=table,
    )


def deadlines_of(desk: Desk, tx: Tx, dossier: Dossier) -> tuple[Deadline, ...]:
    """Return the deadlines of a case, deemed acceptance included, as of today."""
    table = desk.library.clocks_version(tx, dossier.row.knowledge["clocks"])
    case = deemed_case(desk, dossier, table)
    limits = cases.Limits(dossier.item.statutory, dossier.item.promised)
    return cases.deadlines(
        case, dossier.facts, table=table, limits=limits, calendar=desk.library.calendar
    )


def deemed_case(desk: Desk, dossier: Dossier, table: cases.ClockTable) -> Case:
    """Return the case with deemed acceptance as of today."""
    return cases.deemed(
        dossier.case,
        dossier.facts,
        calendar=desk.library.calendar,
        notice_days=table.row("C1").length or 0,
        on=desk.today(),
    )


def record(
    desk: Desk,
    tx: Tx,
    dossier: Dossier,
    fact_type: str,
    *,
    body: Mapping[str, Json] | None = None,
    notice: Notice | None = None,
) -> Dossier:
    """State a fact of this gateway and return the dossier after it.

    Raises:
        CaseError: The fact is not ours to state, or not now.
    """
    if dossier.row.parked:
        raise CaseError(CASE_PARKED.of(field=dossier.row.number, got="parked"))
    full = dict(body or {})
    if notice is not None:
        full |= {"notice": notice.number, "notice_digest": notice.digest()}
    fact = _next_fact(desk, dossier, fact_type, full)
    cases.state_fact(dossier.case, fact, table=dossier.table, region=desk.region)
    rows.append_fact(tx, fact)
    if notice is not None:
        rows.add_notice(tx, notice)
    after = settle(desk, tx, dossier, (fact,))
    _tell(desk, tx, after, fact, () if notice is None else (notice,))
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


def settle(desk: Desk, tx: Tx, dossier: Dossier, new: tuple[CaseFact, ...]) -> Dossier:
    """Fold the new facts in, bring row, roll-up and audit chain up to date."""
    facts = (*dossier.facts, *new)
    case = cases.fold(dossier.header, facts, table=dossier.table)
    after = Dossier(dossier.row, facts, case, dossier.package, dossier.item, dossier.table)
    due = next_due(desk, tx, after)
    rows.update(
        tx,
        case.number,
        state=case.state,
        state_hash=case.state_hash,
        receiving_seq=case.receiving_seq,
        handling_seq=case.handling_seq,
        due_on=due.due_on if due else None,
        provisional=bool(due and due.provisional),
        on=desk.today(),
    )
    for fact in new:
        audit.append(
            tx, kind=f"fact-{fact.type}", case=case.number, digest=fact.digest(), at=desk.now()
        )
    row = rows.require(tx, case.number)
    return Dossier(row, facts, case, dossier.package, dossier.item, dossier.table)


def next_due(desk: Desk, tx: Tx, dossier: Dossier) -> Deadline | None:
    """Return the earliest deadline that still runs."""
    table = desk.library.clocks_version(tx, dossier.row.knowledge["clocks"])
    found = cases.running(deadlines_of(desk, tx, dossier), dossier.facts, table=table)
    return min(found, key=lambda deadline: deadline.due_on, default=None)


def _tell(
    desk: Desk, tx: Tx, dossier: Dossier, fact: CaseFact, notices: tuple[Notice, ...]
) -> None:
    peer = other_region(desk, dossier)
    if peer is None or dossier.said("handed-over") is None:
        return
    package = None
    facts: tuple[CaseFact, ...] = (fact,)
    if fact.type == "handed-over":
        package = dossier.package
        facts = tuple(f for f in dossier.facts if f.side == "receiving")
        notices = rows.notices(tx, dossier.row.number)
    message = Message(
        facts=facts, package=package, notices=notices, state_hash=dossier.case.state_hash
    )
    message_id = f"{fact.case}/{fact.side}/{fact.seq}"
    post(tx, message, peer=peer, message_id=message_id, at=fact.at)


def other_region(desk: Desk, dossier: Dossier) -> str | None:
    """Return the region at the other end, or None if this gateway is both."""
    ends = {dossier.row.receiving, dossier.row.handling} - {desk.region}
    return next(iter(ends), None)


def side_of(desk: Desk, row: CaseRow) -> CaseSide:
    """Return the side that this gateway takes in a case."""
    return "receiving" if row.receiving == desk.region else "handling"


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice of this gateway says beyond the case itself."""

    items: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    detail: str = ""


def write_notice(
    desk: Desk, tx: Tx, dossier: Dossier, kind: NoticeKind, words: Words
) -> Notice:
    """Return a numbered notice about a case; :func:`record` stores it with its fact."""
    today = desk.today()
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
    serial = rows.next_serial(tx, f"notice/{desk.region}/{kind}/{today.year}")
    return compose(kind, content, texts=desk.library.texts, serial=serial)
