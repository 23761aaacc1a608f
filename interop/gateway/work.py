"""What runs by itself: outboxes are pumped, intents carried out, deadlines revised.

A gateway starts no thread: a node calls :func:`work` in its lifespan, an embedder in a
worker of its own.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from interop.certificates import write
from interop.errors import InteropError
from interop.gateway import back
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, next_due, open_dossier, settle
from interop.gateway.pump import pump
from interop.model.canonical import Json
from interop.model.ports import Progress, Registration
from interop.store import audit, tasks
from interop.store import cases as rows
from interop.store.tasks import Task

TASKS_MAX: Final = 100
CASES_MAX: Final = 1_000
POLL_S: Final = 0.2

log = structlog.get_logger("interop.gateway")


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What one round of work did.

    Attributes:
        receipted: Batches closed on a receipt.
        failed: Batches that could not be sent or were refused; they stay open.
        tasks: Intents carried out.
        revised: Provisional deadlines that a new calendar made definite or moved.
    """

    receipted: int
    failed: int
    tasks: int
    revised: int


def work(desk: Desk) -> WorkReport:
    """Do one round of everything that is due; safe to call from several workers."""
    receipted, failed = pump(desk)
    with desk.sit() as at:
        due = tasks.due(at.tx, desk.now(), limit=TASKS_MAX)
    done = [_carry_out(desk, task) for task in due]
    return WorkReport(receipted, failed, tasks=done.count(True), revised=_revise(desk))


def _carry_out(desk: Desk, task: Task) -> bool:
    """Call the acceptance system and record what it says; try again later if it fails."""
    try:
        progress = _asked(desk, task)
        with desk.sit() as at:
            _recorded(at, task, progress)
    except InteropError as fault:
        log.warning("intent-failed", kind=task.kind, case=task.case, code=fault.code)
        again = desk.now() + desk.backoff.after(task.attempts + 1)
        with desk.sit() as at:
            tasks.defer(
                at.tx,
                task.id,
                attempts=task.attempts + 1,
                due_at=again,
                reason_code=fault.code,
            )
        return False
    return True


def _asked(desk: Desk, task: Task) -> Progress:
    system = desk.acceptance()
    if task.kind == back.PROGRESS:
        return system.progress(task.case)
    with desk.sit() as at:
        dossier = open_dossier(at, task.case)
    return system.register(_registration(desk, dossier))


def _registration(desk: Desk, dossier: Dossier) -> Registration:
    application, package = dossier.application, dossier.package
    spared = package.exemption.spared
    certificates: list[dict[str, Json]] = []
    for held in package.certificates:
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
    dossier = back.accepted(at, dossier, acceptance_number=progress.acceptance_number)
    tasks.finish(at.tx, task.id)
    if progress.state == "accepted":
        poll_at = at.desk.now() + timedelta(seconds=POLL_S)
        tasks.add(at.tx, kind=back.PROGRESS, case=task.case, due_at=poll_at)
        return
    body: dict[str, Json] = {"result_number": progress.result_number}
    if progress.state == "rejected":
        body["reasons"] = [progress.explanation.reveal()]
    back.ruled(at, dossier, progress.state, body=body)


def _revise(desk: Desk) -> int:
    """Compute provisional deadlines again; announce each that has moved or become definite."""
    with desk.sit() as at:
        return sum(_revised(at, row.number) for row in rows.provisional(at.tx, limit=CASES_MAX))


def _revised(at: Sitting, number: str) -> bool:
    dossier = open_dossier(at, number)
    due = next_due(at.desk, dossier)
    if due is not None and due.provisional and due.due_on == dossier.row.due_on:
        return False
    settle(at, dossier, ())
    log.info("deadline-revised", case=number, due=str(due.due_on) if due else "")
    now = at.desk.now()
    calendar = at.desk.library.calendar.digest
    audit.append(at.tx, kind="deadline-revised", case=number, digest=calendar, at=now)
    return True
