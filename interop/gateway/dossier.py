"""The dossier (案卷) of a case: its row, its facts, and what follows from them today."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from interop import cases
from interop.cases import Header
from interop.errors import CaseError
from interop.gateway.desk import Desk, Sitting
from interop.gateway.reasons import DRAFT_UNFINISHED
from interop.model.case import (
    Application,
    Case,
    CaseFact,
    Deadline,
    DeadlineRevised,
    NoticeDeadline,
    Package,
)
from interop.model.item import Basis, ServiceItem
from interop.store import cases as rows
from interop.store.cases import CaseRow
from interop.store.material_reasons import CASE_PURGED

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
    receipt: cases.ReceiptRules

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


def kept_row(at: Sitting, number: str) -> CaseRow:
    """Return the row of a case that is not purged.

    Raises:
        CaseError: ``case-unknown`` or ``case-purged``.
    """
    row = rows.require(at.tx, number)
    if row.purged_at is not None:
        raise CaseError(CASE_PURGED.of(field="case", got=number))
    return row


def open_dossier(at: Sitting, number: str) -> Dossier:
    """Return the dossier of a case, with the knowledge versions it began with.

    Raises:
        CaseError: ``case-unknown``, ``case-draft-unfinished`` or ``case-purged``.
        KnowledgeError: ``knowledge-version-unknown``.
    """
    row = kept_row(at, number)
    package = rows.document(at.tx, number, PACKAGE)
    if package is None:
        raise CaseError(DRAFT_UNFINISHED.of(field=number))
    library = at.desk.library
    table = library.lifecycle_version(at.tx, row.knowledge["lifecycle"])
    facts = rows.facts(at.tx, number)
    return Dossier(
        row=row,
        facts=facts,
        case=cases.fold(header_of(row), facts, table=table),
        package=Package.from_json(package, field=PACKAGE),
        item=library.item_version(at.tx, row.knowledge["item"]),
        table=table,
        clocks=library.clocks_version(at.tx, row.knowledge["clocks"]),
        receipt=library.receipt_version(at.tx, row.knowledge["receipt"]),
    )


def forget_token(at: Sitting, dossier: Dossier) -> None:
    """Keep the package without its login token, which has done its work."""
    kept = dossier.package.model_copy(update={"token": None})
    rows.put_document(at.tx, dossier.row.number, PACKAGE, kept.to_bytes())


def deemed_case(desk: Desk, dossier: Dossier) -> Case:
    """Return the case with deemed acceptance as of today."""
    rules = rules_of(desk, dossier)
    return cases.deemed(dossier.case, dossier.facts, rules=rules, on=desk.today())


def rules_of(desk: Desk, dossier: Dossier) -> cases.Rules:
    """Return what a case runs under: the versions it began with, today's calendar."""
    library, row = desk.library, dossier.row
    return cases.Rules(
        lifecycle=dossier.table,
        clocks=dossier.clocks,
        limits=limits_of(dossier),
        calendar=library.calendar,
        receipt=dossier.receipt,
        receiving=library.chain(row.receiving),
        handling=library.chain(row.handling),
    )


def limits_of(dossier: Dossier) -> cases.Limits:
    """Return the limits of a case: those of joint handling for a part of a joint one."""
    item = dossier.item
    arranged = item.joint if dossier.application.joint is not None else None
    if arranged is None:
        return cases.Limits(item.statutory, item.promised)
    found = cases.Limits(arranged.statutory, arranged.promised, joint=True)
    return found.bounded(dossier.clocks)


def limit_bases(dossier: Dossier) -> tuple[Basis, ...]:
    """Return what the statutory limit of a case rests on: an arrangement, where it is joint."""
    limits, arranged = limits_of(dossier), dossier.item.joint
    told = (arranged.basis if limits.joint and arranged else None, limits.statutory.basis)
    return tuple(dict.fromkeys(basis for basis in told if basis is not None))


def deadlines_of(
    desk: Desk, dossier: Dossier, *, on: date | None = None
) -> tuple[Deadline, ...]:
    """Return the deadlines of a case, deemed acceptance included; as of today if not given."""
    rules, day = rules_of(desk, dossier), on or desk.today()
    case = cases.deemed(dossier.case, dossier.facts, rules=rules, on=day)
    return cases.deadlines(case, dossier.facts, rules=rules, on=day)


def foreseen_deadlines(
    desk: Desk, dossier: Dossier, fact_type: str
) -> tuple[NoticeDeadline, ...]:
    """Return the last days that a fact stated today will set, for the notice it is tied to."""
    case, rules = deemed_case(desk, dossier), rules_of(desk, dossier)
    return cases.foreseen(case, dossier.facts, fact_type, rules=rules, on=desk.today())


def revised_deadlines(desk: Desk, dossier: Dossier) -> tuple[DeadlineRevised, ...]:
    """Return what the newest calendar year has moved or made definite in a case."""
    case, rules = deemed_case(desk, dossier), rules_of(desk, dossier)
    told, found = (
        cases.deadlines(case, dossier.facts, rules=under, on=desk.today())
        for under in (replace(rules, calendar=desk.library.calendar_before), rules)
    )
    return cases.revised(case.number, told, found)


def running_deadlines(desk: Desk, dossier: Dossier) -> tuple[Deadline, ...]:
    """Return the deadlines that still run, the earliest first."""
    in_time = cases.in_time(deemed_case(desk, dossier), dossier.facts)
    found = cases.running(deadlines_of(desk, dossier), in_time, table=dossier.clocks)
    return tuple(sorted(found, key=lambda deadline: deadline.due_on))


def other_region(desk: Desk, dossier: Dossier) -> str | None:
    """Return the region at the other end, or None if this gateway is both."""
    ends = {dossier.row.receiving, dossier.row.handling} - {desk.region}
    return next(iter(ends), None)
