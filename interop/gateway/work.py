"""What runs by itself: outboxes are pumped, intents carried out, deadlines revised.

A gateway starts no thread: a node calls :func:`work` in its lifespan, an embedder in a
worker of its own.
"""

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final

import structlog

from interop.cases.joint import ENDED
from interop.certificates import write
from interop.errors import InteropError, RegionTimeout, RegionUnavailable, StoreError
from interop.gateway import back
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import (
    Dossier,
    open_dossier,
    revised_deadlines,
    running_deadlines,
)
from interop.gateway.ledger import note, require_moving, settle
from interop.gateway.marks import SEAL
from interop.gateway.pump import pump
from interop.gateway.sealing import seal_notices
from interop.gateway.stationing import station_of
from interop.gateway.step_reasons import SEALS_REST
from interop.gateway.trust import keep_registry, own_entry
from interop.model.canonical import Json
from interop.model.ports import Progress, Registration
from interop.store import cases as rows
from interop.store import tasks
from interop.store.ledger import CLAIMING
from interop.store.reasons import TASK_UNKNOWN
from interop.store.tasks import Task

TASKS_MAX: Final = 100
# Then another worker, or the same one started again, takes over what a worker that died has
# claimed. A claim spares work and nothing more: a call that is repeated changes nothing.
CLAIM_S: Final = 3
CASES_MAX: Final = 1_000
SEAL_REST_S: Final = 30.0
POLL_S_FIRST: Final = 0.2
POLL_S_MAX: Final = 60.0
DOUBLINGS_MAX: Final = 12

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
    with desk.store.transaction(lane=CLAIMING) as tx:
        due = tasks.claim(tx, desk.now(), seconds=CLAIM_S, limit=TASKS_MAX)
    # Seals last: whoever waits for one waits for nothing else.
    done = [_carry_out(desk, task) for task in sorted(due, key=lambda t: t.kind == SEAL)]
    return WorkReport(receipted, failed, tasks=done.count(True), revised=_revise(desk))


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


def _carry_out(desk: Desk, task: Task) -> bool:
    """Call the regional system that an intent names; try again later if it fails."""
    try:
        if task.kind == SEAL:
            _seal(desk, task)
        elif not _dropped(desk, task):
            progress = _asked(desk, task)
            with desk.sit() as at:
                _recorded(at, task, progress)
    except InteropError as fault:
        if fault.code == TASK_UNKNOWN.code:
            return False
        log.warning("intent-failed", kind=task.kind, case=task.case, code=fault.code)
        _put_off(desk, task, fault.code)
        return False
    return True


def _put_off(desk: Desk, task: Task, code: str) -> None:
    attempts = task.attempts + 1
    again = desk.now() + desk.backoff.after(attempts)
    try:
        with desk.sit() as at:
            tasks.defer(at.tx, task.id, attempts=attempts, due_at=again, reason_code=code)
    except StoreError as fault:
        # Another worker was faster and has finished it.
        if fault.code != TASK_UNKNOWN.code:
            raise


def _seal(desk: Desk, task: Task) -> None:
    """Have notices sealed; a service that was not reached rests, for each try takes time."""
    rest, now = desk.seal_rest, monotonic()
    if now < rest.until:
        raise RegionUnavailable(SEALS_REST.of(field=desk.region, got=rest.code))
    try:
        seal_notices(desk, task)
    except (RegionUnavailable, RegionTimeout) as fault:
        rest.until, rest.code = monotonic() + SEAL_REST_S, fault.code
        raise


def _dropped(desk: Desk, task: Task) -> bool:
    """Drop an intent whose case has ended meanwhile, as when the applicant withdrew it."""
    with desk.sit() as at:
        if rows.require(at.tx, task.case).state not in ENDED:
            return False
        tasks.finish(at.tx, task.id)
        return True


def _asked(desk: Desk, task: Task) -> Progress:
    with desk.sit() as at:
        dossier = open_dossier(at, task.case)
        # Before anything is asked whose answer could not be recorded.
        require_moving(at, dossier)
    system = desk.acceptance()
    if task.kind == back.PROGRESS:
        return system.progress(task.case)
    return system.register(_registration(desk, dossier))


def _registration(desk: Desk, dossier: Dossier) -> Registration:
    application, package = dossier.application, dossier.package
    spared = package.exemption.spared
    used = {digest for one in package.exemption.materials for digest in one.certificates}
    certificates: list[dict[str, Json]] = []
    for held in package.certificates:
        if held.source_digest not in used:
            continue
        lens = desk.library.lens(held.certificate.type, desk.region)
        written = write(held.certificate, lens)
        certificates.append(written if isinstance(written, dict) else {})
    return Registration(
        case=dossier.row.number,
        task_code=dossier.item.task_code,
        item_name=dossier.item.zh,
        applicant=application.applicant,
        agent=application.agent,
        received_at=dossier.case.received_at or application.submitted_at,
        receiving_region=dossier.row.receiving,
        materials=(*(material.code for material in application.materials), *spared),
        certificates=tuple(certificates),
    )


def _recorded(at: Sitting, task: Task, progress: Progress) -> None:
    """State what the organ's system of record has done; ask again until it has ruled."""
    dossier = open_dossier(at, task.case)
    if progress.state == "accepted" and task.kind == back.PROGRESS:
        _ask_later(at, task)
        return
    tasks.finish(at.tx, task.id)
    dossier = back.accepted(at, dossier, acceptance_number=progress.acceptance_number)
    if progress.state == "accepted":
        poll_at = at.desk.now() + timedelta(seconds=POLL_S_FIRST)
        tasks.add(at.tx, kind=back.PROGRESS, case=task.case, due_at=poll_at)
        return
    body: dict[str, Json] = {"result_number": progress.result_number}
    if progress.state == "rejected":
        body["reasons"] = [progress.explanation.reveal()]
    back.ruled(at, dossier, progress.state, body=body)


def _ask_later(at: Sitting, task: Task) -> None:
    """Ask again after twice the time: a ruling takes days, not seconds."""
    wait_s = min(POLL_S_MAX, POLL_S_FIRST * 2 ** min(task.attempts + 1, DOUBLINGS_MAX))
    poll_at = at.desk.now() + timedelta(seconds=wait_s)
    tasks.defer(at.tx, task.id, attempts=task.attempts + 1, due_at=poll_at, reason_code="")


def _revise(desk: Desk) -> int:
    """Compute provisional deadlines again; announce each that has moved or become definite.

    Only a gateway that was opened anew can hold another calendar, so each case is looked at
    once, in a transaction of its own.
    """
    with desk.sit() as at:
        found = [row.number for row in rows.provisional(at.tx, limit=CASES_MAX)]
    unseen = [number for number in found if number not in desk.examined]
    return sum(_revised(desk, number) for number in unseen)


def _revised(desk: Desk, number: str) -> bool:
    try:
        with desk.sit() as at:
            moved = _settled_anew(at, number)
    except InteropError as fault:
        log.warning("deadline-not-revised", case=number, code=fault.code)
        moved = False
    desk.examined.add(number)
    return moved


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
