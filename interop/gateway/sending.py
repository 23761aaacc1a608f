"""The window's side of contents: what the organ still lacks is sent, or written into files.

An intent stays open from the hand-over until the organ has said, over the exchange, that it
holds every content. Where the organ fetches them by itself nothing is ever sent.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final

import structlog

from interop.cases.retention import AT_REST
from interop.errors import (
    ContractViolation,
    InteropError,
    RegionUnavailable,
)
from interop.exchange.pieces import Piece, seal_piece
from interop.gateway.contents import travelling
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, open_dossier, other_region
from interop.gateway.ledger import note
from interop.gateway.material_reasons import MATERIAL_CARRIER, MATERIAL_STALLED
from interop.gateway.station import Waiting
from interop.model.canonical import Json, canonical_bytes
from interop.model.case import HeldContent, SubmittedMaterial
from interop.model.ports import MaterialSink
from interop.store import cases as rows
from interop.store import materials, tasks
from interop.store.materials import READ_BYTES_MAX
from interop.store.tasks import Task

SEND: Final = "send-materials"
HELD: Final = "contents-held"
# An organ that can fetch has mostly done so by then.
SEND_AFTER: Final = timedelta(minutes=2)
# What was sent is sent again if the organ has not said by then that it holds it.
AGAIN: Final = timedelta(minutes=10)
ROUND_S: Final = 1.5
PAGE_TASKS: Final = 500
PIECES_MAX: Final = 4_096

log = structlog.get_logger("interop.gateway")


def intend(at: Sitting, dossier: Dossier) -> None:
    """Leave the intent to bring the organ what it does not fetch, if there is anything."""
    if travelling(dossier) and other_region(at.desk, dossier) is not None:
        due_at = at.desk.now() + SEND_AFTER
        tasks.add(at.tx, kind=SEND, case=dossier.row.number, due_at=due_at)


def take_held(at: Sitting, dossier: Dossier, held: HeldContent, *, source: str) -> bool:
    """Keep that the organ holds a content; with the last one nothing is left to send.

    What does not fit is not taken and told of; a refused message would hold up its case.
    """
    told = travelling(dossier).get(held.code)
    if source != dossier.row.handling or told is None or not _same(told, held):
        note(at, held.case, "content-held-refused", at.tx.named(held.case, held.code))
        log.warning("content-held-refused", case=held.case, peer=source)
        return False
    codes: list[Json] = [*sorted({*_held(at, dossier), held.code})]
    rows.put_document(at.tx, held.case, HELD, canonical_bytes(codes))
    task = tasks.open_task(at.tx, kind=SEND, case=held.case)
    if task is not None and not _lacking(at, dossier):
        tasks.finish(at.tx, task.id)
    return True


def waiting(desk: Desk, case: str = "") -> Iterator[Waiting]:
    """Yield the pieces that organs still lack, case by case, at most :data:`PIECES_MAX`.

    Each is read and encrypted only when its wire is asked for.

    Args:
        desk: The gateway of the window.
        case: Every piece of this case instead, whatever its organ has said: it may have come
            back from a backup.

    Raises:
        CaseError: ``case-unknown``, ``case-purged``.
    """
    if case:
        with desk.store.transaction_about(case) as tx:
            open_dossier(Sitting(desk, tx), case)
    names = (case,) if case else (task.case for task in _open(desk))
    found = (one for name in names for one in _of_case(desk, name, whole=bool(case)))
    yield from islice(found, PIECES_MAX)


def send(desk: Desk, task: Task, *, monotonic: Callable[[], float] = time.monotonic) -> bool:
    """Send for one round; return whether the organ has been given everything.

    Args:
        desk: The gateway of the window.
        task: The intent.
        monotonic: Seconds of a clock that nobody sets.

    Raises:
        RegionError: The organ is not reached, or does not take what it is sent.
        ExchangeError: It refused.
        KnowledgeError: Nothing says how it is reached.
    """
    ends = monotonic() + ROUND_S
    with desk.store.transaction_about(task.case) as tx:
        at = Sitting(desk, tx)
        dossier = open_dossier(at, task.case)
        lacking = _lacking(at, dossier)
    if not lacking:
        with desk.sit() as at:
            tasks.finish(at.tx, task.id)
        return True
    sink = _sink(desk, dossier.row.handling)
    over = partial(_is_over, monotonic, ends)
    sent = all(_sent(desk, sink, (dossier, told), over) for told in lacking)
    if sent:
        # Whoever does not say until then that it holds them is asked anew how far it is.
        for told in lacking:
            desk.memory.given.pop((task.case, told.code), None)
    _later(desk, task, AGAIN if sent else timedelta())
    return sent


def _sink(desk: Desk, organ: str) -> MaterialSink:
    sink = desk.outside.peer(organ)
    if not isinstance(sink, MaterialSink):
        raise RegionUnavailable(MATERIAL_CARRIER.of(field=organ))
    return sink


def _is_over(monotonic: Callable[[], float], ends: float) -> bool:
    return monotonic() >= ends


def _sent(
    desk: Desk,
    sink: MaterialSink,
    what: tuple[Dossier, SubmittedMaterial],
    over: Callable[[], bool],
) -> bool:
    """Send a content from where the organ is, a piece at least; False if the round is over."""
    dossier, told = what
    organ, key = dossier.row.handling, (dossier.row.number, told.code)
    # How far it was when it last said so; if it has lost that, it says so again.
    first = desk.memory.given.get(key, 0)
    while first < told.size:
        held = sink.piece(_sealed(desk, dossier, told, first))
        desk.memory.breaker(organ).succeeded()
        desk.memory.given[key] = held
        if held <= first:
            raise ContractViolation(MATERIAL_STALLED.of(field=organ, expected=first, got=held))
        first = held
        if over():
            return False
    return True


def _open(desk: Desk) -> Iterator[Task]:
    after = 0
    while True:
        with desk.sit() as at:
            page = tasks.listed(at.tx, kind=SEND, after=after, limit=PAGE_TASKS)
        yield from page
        if len(page) < PAGE_TASKS:
            return
        after = page[-1].id


def _of_case(desk: Desk, case: str, *, whole: bool) -> Iterator[Waiting]:
    try:
        with desk.store.transaction_about(case) as tx:
            at = Sitting(desk, tx)
            dossier = open_dossier(at, case)
            wanted = _given(dossier) if whole else _lacking(at, dossier)
            named = [(told, tx.named(case, told.code)) for told in wanted]
    except InteropError as fault:
        # One case that cannot be read keeps back no other.
        log.warning("contents-not-exported", case=case, code=fault.code)
        return
    for told, name in named:
        for first in range(0, told.size, READ_BYTES_MAX):
            wire = partial(_sealed, desk, dossier, told, first)
            yield Waiting(dossier.row.handling, name, first, wire)


def _lacking(at: Sitting, dossier: Dossier) -> tuple[SubmittedMaterial, ...]:
    """Return what the organ has not said it holds; nothing of a case that came to rest."""
    held = _held(at, dossier)
    return tuple(told for told in _given(dossier) if told.code not in held)


def _given(dossier: Dossier) -> tuple[SubmittedMaterial, ...]:
    if dossier.row.receiving == dossier.row.handling or dossier.case.state in AT_REST:
        return ()
    return tuple(told for told in travelling(dossier).values() if told is not None)


def _held(at: Sitting, dossier: Dossier) -> frozenset[str]:
    kept = rows.document(at.tx, dossier.row.number, HELD)
    return frozenset(json.loads(kept) if kept else ())


def _sealed(desk: Desk, dossier: Dossier, told: SubmittedMaterial, first: int) -> bytes:
    case, organ = dossier.row.number, dossier.row.handling
    last = min(first + READ_BYTES_MAX, told.size) - 1
    with desk.store.transaction_about(case) as tx:
        data = materials.read(tx, materials.require(tx, case, told.code), first, last)
    own, peer = desk.directory.own, desk.directory.find(organ)
    return seal_piece(Piece(case, told, first, data), own=own, peer=peer)


def _same(told: SubmittedMaterial, held: HeldContent) -> bool:
    return told.content_digest == held.content_digest


def _later(desk: Desk, task: Task, after: timedelta) -> None:
    with desk.sit() as at:
        due_at = desk.now() + after
        tasks.defer(at.tx, task.id, attempts=0, due_at=due_at, reason_code="")
