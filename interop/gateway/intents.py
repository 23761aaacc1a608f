"""What a gateway has taken upon itself: intents are claimed, carried out, or put off.

An intent was written in the transaction that made it necessary; here the system it names is
asked, and what came of it recorded.
"""

from datetime import timedelta
from time import monotonic
from typing import Final

import structlog

from interop.cases.joint import ENDED
from interop.certificates import write
from interop.errors import (
    CaseError,
    ExchangeError,
    InteropError,
    KnowledgeError,
    RegionTimeout,
    RegionUnavailable,
    StoreError,
)
from interop.gateway import back, fetching, sending
from interop.gateway.contents import require_contents
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, open_dossier
from interop.gateway.ledger import require_moving
from interop.gateway.marks import SEAL
from interop.gateway.material_reasons import MATERIAL_CARRIER
from interop.gateway.sealing import seal_notices
from interop.gateway.step_reasons import SEALS_REST
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
PEER_REST: Final = timedelta(seconds=60)
SEAL_REST_S: Final = 30.0
POLL_S_FIRST: Final = 0.2
POLL_S_MAX: Final = 60.0
# A content that was refused is asked for again after so long: it may be mended over there.
REFUSED_S: Final = 600
DOUBLINGS_MAX: Final = 12

# Carried out in rounds, each of which says whether it was the last.
BY_ROUNDS: Final = {fetching.FETCH: fetching.fetch, sending.SEND: sending.send}

log = structlog.get_logger("interop.gateway")


def carry_out(desk: Desk) -> int:
    """Carry out the intents that are due; return how many were, or went with their case."""
    with desk.store.transaction(lane=CLAIMING) as tx:
        due = tasks.claim(tx, desk.now(), seconds=CLAIM_S, limit=TASKS_MAX)
    # Seals last: whoever waits for one waits for nothing else.
    return sum(_carried_out(desk, task) for task in sorted(due, key=lambda t: t.kind == SEAL))


def _carried_out(desk: Desk, task: Task) -> bool:
    """Do what an intent says and record what came of it; try again later if it fails."""
    try:
        if task.kind in BY_ROUNDS:
            return _round(desk, task)
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
        _put_off(desk, task, fault)
        return False
    return True


def _round(desk: Desk, task: Task) -> bool:
    """Carry contents for one round; a peer that is down is left alone for a while.

    Each try may take seconds, and the intents of other cases wait for it.
    """
    with desk.sit() as at:
        row = rows.require(at.tx, task.case)
    peer = row.handling if row.receiving == desk.region else row.receiving
    breaker = desk.memory.breaker(peer)
    if not breaker.admits(monotonic()):
        with desk.sit() as at:
            again, code = desk.now() + PEER_REST, task.reason_code
            tasks.defer(at.tx, task.id, attempts=task.attempts, due_at=again, reason_code=code)
        return False
    try:
        return BY_ROUNDS[task.kind](desk, task)
    except (RegionUnavailable, RegionTimeout) as fault:
        if fault.code != MATERIAL_CARRIER.code:
            breaker.failed(monotonic(), backoff=desk.backoff)
        raise
    finally:
        breaker.idle()


def _put_off(desk: Desk, task: Task, refused: InteropError) -> None:
    attempts = task.attempts + 1
    wait = desk.backoff.after(attempts)
    if task.kind in BY_ROUNDS and is_refusal(refused):
        wait = max(wait, timedelta(seconds=REFUSED_S))
    again, code = desk.now() + wait, refused.code
    try:
        with desk.sit() as at:
            tasks.defer(at.tx, task.id, attempts=attempts, due_at=again, reason_code=code)
    except StoreError as fault:
        # Another worker was faster and has finished it.
        if fault.code != TASK_UNKNOWN.code:
            raise


def is_refusal(fault: InteropError) -> bool:
    """Return whether trying again soon is of no use: refused, or no way leads there."""
    return isinstance(fault, CaseError | ExchangeError | KnowledgeError)


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
        if task.kind == back.REGISTER:
            require_contents(at, dossier)
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
