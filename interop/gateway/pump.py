"""Send what waits in the outbox and close it on the peer's receipt.

A lease keeps two workers of one store off the same lane. It spares work and nothing more:
batches are stored before they are sent and receipts are the same on every retry, so even
two workers at once do no harm.
"""

from typing import Final

import structlog

from interop.errors import (
    ExchangeError,
    InteropError,
    KnowledgeError,
    RegionError,
    RegionUnavailable,
    TrustError,
)
from interop.exchange import Correspondent, Envelope, Receipt, batch_up, close
from interop.exchange.asks import sign_ask
from interop.exchange.batch import ENVELOPES_MAX
from interop.exchange.mark import verify_mark
from interop.exchange.reasons import FORK, GAP, STALE_EPOCH
from interop.exchange.recovery import Alignment, align, require_no_fork
from interop.gateway.station import NO_RETRY, Retry, Station
from interop.model.canonical import read_json
from interop.store import leases, outbox
from interop.store.lanes import note_failure
from interop.store.outbox import BatchRow
from interop.store.tx import Tx

LEASE_S: Final = 3
LINGER_S: Final = 0.005
# The place of a batch on its lane does not fit what the peer holds.
OUT_OF_STEP: Final = frozenset(row.code for row in (GAP, FORK, STALE_EPOCH))

log = structlog.get_logger("interop.gateway")


def pump(station: Station) -> tuple[int, int]:
    """Try every lane with work once; return how many batches closed and how many did not."""
    with station.store.transaction() as tx:
        lanes = outbox.lanes(tx)
    outcomes = [_pump_lane(station, peer, lane) for peer, lane in lanes]
    return outcomes.count(True), outcomes.count(False)


def _pump_lane(station: Station, peer: str, lane: int) -> bool | None:
    memory, now = station.memory, station.monotonic()
    if now < memory.retries.get((peer, lane), NO_RETRY).not_before:
        return None
    breaker = memory.breaker(peer)
    if not breaker.admits(now):
        return None
    try:
        row = _sent(station, peer, lane)
    except (RegionError, ExchangeError, TrustError, KnowledgeError) as fault:
        log.warning("batch-not-receipted", peer=peer, lane=lane, code=fault.code)
        _put_off(station, peer, lane, fault)
        return False
    finally:
        breaker.idle()
    if row is None:
        return None
    breaker.succeeded()
    memory.retries.pop((peer, lane), None)
    return True


def _sent(station: Station, peer: str, lane: int) -> BatchRow | None:
    """Send the next batch of a lane and close it; None if there is none."""
    correspondent = station.directory.find(peer)
    row = _next_batch(station, lane, correspondent)
    if row is None:
        return None
    try:
        receipt = station.peer(peer).send(row.wire)
    except ExchangeError as refusal:
        if refusal.code in OUT_OF_STEP:
            realign(station, correspondent, lane)
        raise
    with station.store.transaction(lane=lane) as tx:
        told = close(tx, row, receipt, own=station.directory.own, peer=correspondent)
        tell_refused(station, tx, row, told)
        leases.release(tx, _lease(peer, lane), station.holder)
    return row


def realign(station: Station, peer: Correspondent, lane: int) -> Alignment:
    """Ask a peer how far it holds a lane of ours, and bring the lane in step with that.

    Raises:
        RegionError: The peer is not reached.
        ExchangeError: Its answer does not hold.
        TrustError: Its signature does not.
    """
    own, now = station.directory.own, station.clock()
    ask = sign_ask(own, to=peer.region, kind="mark", lane=lane, at=now)
    said = verify_mark(station.peer(peer.region).ask(ask), own=own, peer=peer)
    with station.store.transaction() as tx:
        found = align(tx, said, ours=station.directory.ours(), at=now)
    if found.standing != "in-step":
        log.error("lane-realigned", peer=peer.region, lane=lane, standing=found.standing)
    return found


def _next_batch(station: Station, lane: int, peer: Correspondent) -> BatchRow | None:
    _linger(station, peer.region, lane)
    with station.store.transaction(lane=lane) as tx:
        name, now = _lease(peer.region, lane), station.clock()
        if not leases.take(tx, name, station.holder, now, LEASE_S):
            return None
        require_no_fork(tx, peer.region, lane)
        row = batch_up(tx, lane=lane, own=station.directory.own, peer=peer, at=now)
        if row is None:
            leases.release(tx, name, station.holder)
    if row is not None and row.n < ENVELOPES_MAX:
        station.memory.batched[peer.region, lane] = station.monotonic()
    return row


def _linger(station: Station, peer: str, lane: int) -> None:
    """Let a batch gather for at most five milliseconds after one that was not full."""
    last = station.memory.batched.pop((peer, lane), None)
    if last is not None:
        left_s = last + LINGER_S - station.monotonic()
        if 0 < left_s <= LINGER_S:
            station.pause(left_s)


def tell_refused(station: Station, tx: Tx, row: BatchRow, receipt: Receipt) -> None:
    """Tell of every case with a message that the peer did not apply, under the peer's code."""
    refused = {verdict.sequence: verdict.code for verdict in receipt.verdicts}
    if not refused:
        return
    wire = read_json(row.wire, error=ExchangeError, field="batch", bytes_max=len(row.wire))
    carried = wire.get("envelopes") if isinstance(wire, dict) else None
    for value in carried if isinstance(carried, list) else ():
        envelope = Envelope.from_value(value, error=ExchangeError, field="envelopes")
        if envelope.sequence in refused:
            station.told(tx, envelope.subject, refused[envelope.sequence])


def _lease(peer: str, lane: int) -> str:
    return f"lane/{peer}/{lane}"


def _put_off(station: Station, peer: str, lane: int, fault: InteropError) -> None:
    # The delay lives in memory and on the monotonic clock: a clock that jumps, or a new
    # process, never keeps a batch back.
    memory, now = station.memory, station.monotonic()
    attempts = memory.retries.get((peer, lane), NO_RETRY).attempts + 1
    wait_s = max(station.backoff.after(attempts).total_seconds(), retry_after_s(fault))
    memory.retries[peer, lane] = Retry(attempts, now + wait_s)
    if isinstance(fault, RegionError):
        memory.breaker(peer).failed(
            now, backoff=station.backoff, retry_after_s=retry_after_s(fault)
        )
    with station.store.transaction(lane=lane) as tx:
        note_failure(tx, peer, lane, fault.code, at=station.clock())
        leases.release(tx, _lease(peer, lane), station.holder)


def retry_after_s(fault: InteropError) -> float:
    """Return how long a busy peer asked us to wait; 0 if it did not."""
    told = fault.reason.expected if isinstance(fault, RegionUnavailable) else ""
    return float(told) if told.isdecimal() else 0.0
