"""Fetch the contents of a case that was handed over, from the window that holds them.

An intent of its own, carried out in rounds: what has arrived stays, a crash goes on where it
was. Only what is verified lets the case be accepted.
"""

import time
from collections.abc import Callable
from typing import Final

import structlog

from interop.cases.retention import AT_REST
from interop.errors import (
    CaseError,
    ContractViolation,
    ExchangeError,
    RegionUnavailable,
)
from interop.exchange.materials import sign_material_ask
from interop.gateway import bringing
from interop.gateway.contents import travelling
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, open_dossier
from interop.gateway.material_reasons import (
    MATERIAL_CARRIER,
    MATERIAL_DIGEST,
    MATERIAL_NOT_DECLARED,
    MATERIAL_SHORT,
)
from interop.model.case import SubmittedMaterial
from interop.model.ports import MaterialSource
from interop.store import tasks
from interop.store.material_reasons import MATERIAL_OFFSET
from interop.store.materials import READ_BYTES_MAX, Content
from interop.store.tasks import Task

FETCH: Final = "fetch-materials"
# Then the other intents have their turn; shorter than what a claimed task is left alone for.
ROUND_S: Final = 1.5

log = structlog.get_logger("interop.gateway")


def intend(at: Sitting, dossier: Dossier) -> None:
    """Leave the intent to fetch what the window holds, if it holds anything."""
    if travelling(dossier):
        tasks.add(at.tx, kind=FETCH, case=dossier.row.number, due_at=at.desk.now())


def fetch(desk: Desk, task: Task, *, monotonic: Callable[[], float] = time.monotonic) -> bool:
    """Fetch for one round; return whether everything is here.

    Another worker at the same content is no harm: the slower of the two stops.

    Args:
        desk: The gateway.
        task: The intent.
        monotonic: Seconds of a clock that nobody sets.

    Raises:
        RegionError: The window is not reached, or did not give what was asked for.
        ExchangeError: It refused.
        CaseError: It gave, or was to give, what this region does not take.
    """
    try:
        return _fetched(desk, task, monotonic)
    except CaseError as fault:
        if fault.code != MATERIAL_OFFSET.code:
            raise
        return False


def _fetched(desk: Desk, task: Task, monotonic: Callable[[], float]) -> bool:
    ends = monotonic() + ROUND_S
    with desk.store.transaction_about(task.case) as tx:
        dossier = open_dossier(Sitting(desk, tx), task.case)
    if dossier.case.state in AT_REST:
        # Withdrawn meanwhile: nobody needs them, and what is not needed is not held.
        with desk.sit() as at:
            tasks.finish(at.tx, task.id)
        return False
    for code, told in travelling(dossier).items():
        if told is None:
            raise CaseError(MATERIAL_NOT_DECLARED.of(field=code, expected="?"))
        with desk.store.transaction_about(task.case) as tx:
            content = bringing.begun(Sitting(desk, tx), dossier, told)
        while not content.complete and content.held < content.told.size:
            if monotonic() >= ends:
                _go_on(desk, task)
                return False
            content = _grown(desk, dossier, content)
        if not content.complete and not bringing.settled(desk, content):
            raise ExchangeError(MATERIAL_DIGEST.of(field=code))
    with desk.sit() as at:
        tasks.finish(at.tx, task.id)
    log.info("materials-fetched", case=task.case)
    return True


def _grown(desk: Desk, dossier: Dossier, content: Content) -> Content:
    """Ask for the next piece and keep it, part by part."""
    first = content.held
    last = min(first + READ_BYTES_MAX, content.told.size) - 1
    data = _asked(desk, dossier, content.told, (first, last))
    with desk.store.transaction_about(content.case) as tx:
        return bringing.grown(Sitting(desk, tx), content, data)


def _asked(
    desk: Desk, dossier: Dossier, told: SubmittedMaterial, span: tuple[int, int]
) -> bytes:
    window, case = dossier.row.receiving, dossier.row.number
    source = desk.outside.peer(window)
    if not isinstance(source, MaterialSource):
        raise RegionUnavailable(MATERIAL_CARRIER.of(field=window))
    ask = sign_material_ask(
        desk.directory.own, to=window, case=case, code=told.code, at=desk.now()
    )
    first, last = span
    data = source.material(ask, case, told.code, first=first, last=last)
    desk.memory.breaker(window).succeeded()
    if len(data) != last - first + 1:
        raise ContractViolation(
            MATERIAL_SHORT.of(field=window, expected=last - first + 1, got=len(data))
        )
    return data


def _go_on(desk: Desk, task: Task) -> None:
    with desk.sit() as at:
        tasks.defer(at.tx, task.id, attempts=0, due_at=desk.now(), reason_code="")
