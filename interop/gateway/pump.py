"""Send what waits in the outbox and close it on the peer's receipt.

A lease keeps two workers of one store off the same lane. It spares work and nothing more:
batches are stored before they are sent and receipts are the same on every retry, so even
two workers at once do no harm.
"""

import time
from typing import Final

import structlog

from interop.errors import ExchangeError, KnowledgeError, RegionError, TrustError
from interop.exchange import Correspondent, Envelope, Receipt, batch_up, close
from interop.gateway.desk import NO_RETRY, Desk, Retry, Sitting
from interop.gateway.ledger import park
from interop.model.canonical import read_json
from interop.store import leases, outbox
from interop.store.outbox import BatchRow

LEASE_S: Final = 3

log = structlog.get_logger("interop.gateway")


def pump(desk: Desk) -> tuple[int, int]:
    """Try every lane with work once; return how many batches closed and how many did not."""
    with desk.sit() as at:
        lanes = outbox.lanes(at.tx)
    outcomes = [_pump_lane(desk, peer, lane) for peer, lane in lanes]
    return outcomes.count(True), outcomes.count(False)


def _pump_lane(desk: Desk, peer: str, lane: int) -> bool | None:
    if time.monotonic() < desk.retries.get((peer, lane), NO_RETRY).not_before:
        return None
    try:
        correspondent = desk.directory.find(peer)
        row = _next_batch(desk, lane, correspondent)
        if row is None:
            return None
        receipt = desk.outside.peer(peer).send(row.wire)
        with desk.sit() as at:
            told = close(at.tx, row, receipt, own=desk.directory.own, peer=correspondent)
            _park_refused(at, row, told)
    except (RegionError, ExchangeError, TrustError, KnowledgeError) as fault:
        log.warning("batch-not-receipted", peer=peer, lane=lane, code=fault.code)
        _put_off(desk, peer, lane)
        return False
    finally:
        _release(desk, peer, lane)
    desk.retries.pop((peer, lane), None)
    return True


def _next_batch(desk: Desk, lane: int, peer: Correspondent) -> BatchRow | None:
    with desk.sit() as at:
        name = _lease(peer.region, lane)
        if not leases.take(at.tx, name, desk.holder, desk.now(), LEASE_S):
            return None
        return batch_up(at.tx, lane=lane, own=desk.directory.own, peer=peer, at=desk.now())


def _park_refused(at: Sitting, row: BatchRow, receipt: Receipt) -> None:
    """Park every case with a message that the peer did not apply, under the peer's code."""
    refused = {verdict.sequence: verdict.code for verdict in receipt.verdicts}
    if not refused:
        return
    wire = read_json(row.wire, error=ExchangeError, field="batch", bytes_max=len(row.wire))
    carried = wire.get("envelopes") if isinstance(wire, dict) else None
    for value in carried if isinstance(carried, list) else ():
        envelope = Envelope.from_value(value, error=ExchangeError, field="envelopes")
        if envelope.sequence in refused:
            park(at, envelope.subject, refused[envelope.sequence])


def _release(desk: Desk, peer: str, lane: int) -> None:
    with desk.sit() as at:
        leases.release(at.tx, _lease(peer, lane), desk.holder)


def _lease(peer: str, lane: int) -> str:
    return f"lane/{peer}/{lane}"


def _put_off(desk: Desk, peer: str, lane: int) -> None:
    # The delay lives in memory and on the monotonic clock: a clock that jumps, or a new
    # process, never keeps a batch back.
    attempts = desk.retries.get((peer, lane), NO_RETRY).attempts + 1
    not_before = time.monotonic() + desk.backoff.after(attempts).total_seconds()
    desk.retries[peer, lane] = Retry(attempts, not_before)
