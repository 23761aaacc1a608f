"""Trace a case: its timeline, deadlines, notices, receipts, and whether it replays."""

from pydantic import AwareDatetime

from interop.cases import Explanation, explain
from interop.errors import InteropError
from interop.exchange import Signatory, sent_of, verify_receipt
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import (
    Dossier,
    deadlines_of,
    deemed_case,
    open_dossier,
    other_region,
    rules_of,
    running_deadlines,
)
from interop.gateway.evidence import evidence_in
from interop.gateway.filing import decision_on
from interop.gateway.ledger import parked_because
from interop.gateway.sparing import exemption_on
from interop.gateway.trace_entries import (
    CommandEntry,
    NoticeEntry,
    command_entries,
    notice_entries,
)
from interop.model.case import Case, Deadline
from interop.model.record import Record
from interop.store import outbox


class TimelineEntry(Record):
    """One fact as a person reads it.

    Attributes:
        at: When; aware.
        region: Region that stated it.
        type: Type of the fact.
        zh: What happened, in Chinese.
        en: What happened, in English.
        notice: Number of the notice tied to it.
        late: Whether it came out of time and changed nothing.
    """

    at: AwareDatetime
    region: str
    type: str
    zh: str
    en: str
    notice: str = ""
    late: bool = False


class ReceiptEntry(Record):
    """A receipt that closed a batch on the lane of this case.

    Attributes:
        peer: Region that signed it.
        through: Last sequence number it covers.
        root: Root of the batch.
        verified: Whether it verifies by a key that the registry has ever listed for the peer
            and has not revoked: it was judged by the keys of its time when it came.
    """

    peer: str
    through: int
    root: str
    verified: bool


class Replay(Record):
    """Whether the kept versions still give what was found then."""

    decision: bool
    exemption: bool


class Trace(Record):
    """All that may be shown of a case; no personal value stands in it.

    Attributes:
        running: Clocks that no fact has stopped.
    """

    case: Case
    parked: bool
    parked_because: str = ""
    timeline: tuple[TimelineEntry, ...]
    deadlines: tuple[Deadline, ...]
    running: tuple[str, ...] = ()
    notices: tuple[NoticeEntry, ...]
    commands: tuple[CommandEntry, ...] = ()
    receipts: tuple[ReceiptEntry, ...]
    required: tuple[str, ...]
    spared: tuple[str, ...]
    outstanding: tuple[str, ...]
    versions: dict[str, str]
    replay: Replay
    delivery: str = ""


def trace(desk: Desk, number: str) -> Trace:
    """Return the trace of a case as of now.

    Raises:
        CaseError: ``case-unknown``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        exemption, case = dossier.package.exemption, deemed_case(desk, dossier)
        delivered = dossier.said("delivered")
        return Trace(
            case=case,
            parked=dossier.row.parked,
            parked_because=parked_because(at, number) if dossier.row.parked else "",
            timeline=_timeline(dossier, case),
            deadlines=deadlines_of(desk, dossier),
            running=tuple(dict.fromkeys(d.clock for d in running_deadlines(desk, dossier))),
            notices=notice_entries(at, number),
            commands=command_entries(at, dossier, case),
            receipts=_receipts(at, dossier),
            required=exemption.required,
            spared=exemption.settled,
            outstanding=exemption.outstanding,
            versions=dict(dossier.row.knowledge),
            replay=_replayed(at, dossier),
            delivery=str(delivered.body.get("method", "")) if delivered else "",
        )


def explained(desk: Desk, number: str) -> tuple[Explanation, ...]:
    """Return why each deadline of a case is what it is, as of now.

    Raises:
        CaseError: ``case-unknown``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        case, rules = deemed_case(desk, dossier), rules_of(desk, dossier)
        return explain(case, dossier.facts, rules=rules, on=desk.today())


def _timeline(dossier: Dossier, case: Case) -> tuple[TimelineEntry, ...]:
    late = set(case.out_of_time)
    entries = []
    for fact in sorted(dossier.facts, key=lambda fact: fact.at):
        row = dossier.table.row(fact.type)
        region = dossier.row.receiving if fact.side == "receiving" else dossier.row.handling
        entries.append(
            TimelineEntry(
                at=fact.at,
                region=region,
                type=fact.type,
                zh=row.zh,
                en=row.en,
                notice=str(fact.body.get("notice", "")),
                late=f"{fact.side}:{fact.seq}" in late,
            )
        )
    return tuple(entries)


def _receipts(at: Sitting, dossier: Dossier) -> tuple[ReceiptEntry, ...]:
    peer = other_region(at.desk, dossier)
    if peer is None:
        return ()
    return tuple(
        ReceiptEntry(
            peer=peer,
            through=row.first + row.n - 1,
            root=row.root,
            verified=_verifies(at.desk, row),
        )
        for row in outbox.closed_batches(at.tx, peer, dossier.row.number)
    )


def _verifies(desk: Desk, row: outbox.BatchRow) -> bool:
    try:
        peer = Signatory(row.peer, desk.registry.gateway(row.peer).known_keys())
        sent = sent_of(row, own=desk.directory.own)
        verify_receipt(row.receipt or b"", sent=sent, peer=peer)
    except InteropError:
        return False
    return True


def _replayed(at: Sitting, dossier: Dossier) -> Replay:
    """Decide again from what was kept, as of the day of the first finding."""
    desk, package, item = at.desk, dossier.package, dossier.item
    uses = desk.library.use_list_version(at.tx, dossier.row.knowledge["use-list"])
    evidence = evidence_in(package, use_list=uses)
    on = package.decision.on
    exemption = exemption_on(desk, item, package.application, evidence, on=on)
    decision = decision_on(desk, item, package.application, exemption.settled, on=on)
    return Replay(
        decision=decision == package.decision, exemption=exemption == package.exemption
    )
