"""What runs by itself: outboxes are pumped, intents carried out, deadlines revised.

A gateway starts no thread: a node calls :func:`work` in its lifespan, an embedder in a
worker of its own.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from interop.errors import InteropError
from interop.gateway import retention
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import open_dossier, revised_deadlines, running_deadlines
from interop.gateway.intents import carry_out
from interop.gateway.ledger import note, settle
from interop.gateway.pump import pump
from interop.gateway.stationing import station_of
from interop.gateway.trust import keep_registry, own_entry
from interop.store import cases as rows

CASES_MAX: Final = 1_000
SWEEP_EVERY: Final = timedelta(hours=1)
REVISE_EVERY: Final = timedelta(days=1)
SWEPT: Final = "sweep"
REVISED: Final = "revision"

log = structlog.get_logger("interop.gateway")


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What one round of work did.

    Attributes:
        receipted: Batches closed on a receipt.
        failed: Batches that could not be sent or were refused; they stay open.
        tasks: Intents carried out, or dropped with a case that has ended.
        revised: Cases with provisional deadlines that a new calendar made definite or moved.
    """

    receipted: int
    failed: int
    tasks: int
    revised: int


def work(desk: Desk) -> WorkReport:
    """Do one round of everything that is due; safe to call from several workers."""
    renew_trust(desk)
    receipted, failed = pump(station_of(desk))
    done = carry_out(desk)
    _sweep(desk)
    return WorkReport(receipted, failed, tasks=done, revised=_revise(desk))


def renew_trust(desk: Desk) -> bool:
    """Believe the signed registry's newer version, if its file holds one that may follow.

    A refused one changes nothing: the registry in use stays until its own end.
    """
    trust = desk.trust
    try:
        if trust is None or not trust.renewed():
            return False
        opened = trust.open(desk.now())
        registry = opened.trusted(env=desk.env, covers=desk.library.covers)
        own_entry(registry, desk.region, desk.keys, desk.now())
        with desk.sit() as at:
            keep_registry(at.tx, opened, at=desk.now())
    except (InteropError, OSError) as fault:
        code = fault.code if isinstance(fault, InteropError) else "file-unreadable"
        log.warning("registry-refused", code=code)
        return False
    desk.verifier.renew(registry)
    trust.taken()
    log.info("registry-renewed", version=opened.version, digest=opened.digest)
    return True


def _sweep(desk: Desk) -> None:
    """Forget uploads that nobody went on with; now and then, as it takes the whole store."""
    if _was_done(desk, SWEPT, SWEEP_EVERY):
        return
    desk.memory.done_at[SWEPT] = now = desk.now()
    table = retention.retention_of(desk.library, desk.region).value
    if swept := retention.sweep(desk.store, table, at=now):
        log.info("uploads-swept", n=swept)


def _was_done(desk: Desk, what: str, every: timedelta) -> bool:
    """Return whether something was done lately; a clock that was set back tells nothing."""
    last = desk.memory.done_at.get(what)
    return last is not None and timedelta() <= desk.now() - last < every


def _revise(desk: Desk) -> int:
    """Compute provisional deadlines again; announce each that has moved or become definite.

    Only a gateway that was opened anew can hold another calendar, so each case is looked at
    once, in a transaction of its own: some in each round, until all were. Once a day they are
    gone through again, as another process on this store may still hold the former calendar.
    """
    after = desk.memory.revised_to
    if after is None:
        if _was_done(desk, REVISED, REVISE_EVERY):
            return 0
        after = ""
    with desk.sit() as at:
        found = [row.number for row in rows.provisional(at.tx, after=after, limit=CASES_MAX)]
    moved = sum(_revised(desk, number) for number in found)
    desk.memory.revised_to = found[-1] if len(found) == CASES_MAX else None
    desk.memory.done_at[REVISED] = desk.now()
    return moved


def _revised(desk: Desk, number: str) -> bool:
    try:
        with desk.sit() as at:
            return _settled_anew(at, number)
    except InteropError as fault:
        log.warning("deadline-not-revised", case=number, code=fault.code)
        return False


def _settled_anew(at: Sitting, number: str) -> bool:
    dossier = open_dossier(at, number)
    running = running_deadlines(at.desk, dossier)
    provisional = any(deadline.provisional for deadline in running)
    due_on = running[0].due_on if running else None
    if provisional and due_on == dossier.row.due_on:
        return False
    settle(at, dossier, ())
    note(at, number, "deadline-revised", at.desk.library.calendar.digest)
    moved = [event.masked() for event in revised_deadlines(at.desk, dossier)]
    log.info("deadline-revised", case=number, due=str(due_on or ""), moved=moved)
    return True
