"""Take in what a carrier brings: batches, questions, and what is pulled from a peer."""

import structlog

from interop.errors import ExchangeError, InteropError
from interop.exchange import Correspondent, receive
from interop.exchange.asks import Kind, answer, sign_ask
from interop.exchange.batch import claimed_lane
from interop.exchange.mark import state_mark
from interop.gateway.pump import OUT_OF_STEP, tell_refused
from interop.gateway.station import Station
from interop.model.canonical import read_json
from interop.store.lanes import LANES_MAX, lane_of
from interop.store.tx import Tx

log = structlog.get_logger("interop.gateway")


def take_batch(station: Station, data: bytes) -> bytes:
    """Apply a batch and return the receipt; once, however often it comes.

    Raises:
        ExchangeError: The batch is refused as a whole.
        TrustError: A signature does not verify.
        StoreError: Nothing was applied; send again.
    """

    def taken(tx: Tx) -> bytes:
        return receive(
            tx,
            data,
            directory=station.directory,
            apply=station.apply,
            at=station.clock(),
            refused=station.refused,
            credit=station.credit(tx),
        )

    lane = _one_lane(data, station.store.lanes) if station.store.parallel else None
    return station.store.repeat(taken, lane=lane)


def _one_lane(data: bytes, lanes: int) -> int | None:
    """Return the lane of a batch; None if not all its cases are of that lane here.

    A peer that sends on another number of lanes is taken in by itself.

    INVARIANT: what is not verified yet only says whose rows are kept from others meanwhile.
    """
    try:
        lane = claimed_lane(data)
        value = read_json(data, error=ExchangeError, field="batch", bytes_max=len(data))
    except InteropError:
        return None
    told = value.get("envelopes") if isinstance(value, dict) else None
    for envelope in told if isinstance(told, list) else ():
        subject = envelope.get("subject") if isinstance(envelope, dict) else None
        if not isinstance(subject, str) or lane_of(subject, lanes) != lane:
            return None
    return lane


def take_ask(station: Station, data: bytes) -> bytes:
    """Answer what a peer asks about a channel; raise as :func:`take_batch`."""
    with station.store.transaction() as tx:
        found = answer(tx, data, directory=station.directory, at=station.clock())
        if found.row is not None and found.receipt is not None:
            tell_refused(station, tx, found.row, found.receipt)
    return found.data


def pull(station: Station, region: str) -> int:
    """Fetch what waits for us at a peer that cannot reach us, and give receipts for it.

    Returns:
        How many batches were taken.

    Raises:
        RegionError: The peer is not reached; what was taken stays taken.
        ExchangeError: A batch, or the peer, is refused.
        TrustError: A signature does not verify.
    """
    peer = station.directory.find(region)
    lane = taken = 0
    while lane < LANES_MAX and (wire := _asked(station, peer, lane, kind="pull")):
        lane = claimed_lane(wire)
        if _took(station, peer, lane, wire):
            taken += 1
        else:
            lane += 1
    return taken


def _took(station: Station, peer: Correspondent, lane: int, wire: bytes) -> bool:
    """Apply a batch that was pulled and give the receipt; False if it does not fit its lane."""
    try:
        receipt = take_batch(station, wire)
    except ExchangeError as refusal:
        if refusal.code not in OUT_OF_STEP:
            raise
        _tell_mark(station, peer, lane)
        return False
    _asked(station, peer, lane, kind="receipt", payload=receipt.decode())
    return True


def _tell_mark(station: Station, peer: Correspondent, lane: int) -> None:
    """Tell a peer whose batch does not fit how far we hold its lane."""
    log.warning("lane-out-of-step", peer=peer.region, lane=lane)
    mark = stated_mark(station, peer.region, lane)
    _asked(station, peer, lane, kind="align", payload=mark.decode())


def stated_mark(station: Station, peer: str, lane: int) -> bytes:
    """Return how far a lane of a peer is received here, signed."""
    with station.store.transaction() as tx:
        own = station.directory.own
        return state_mark(tx, peer=peer, lane=lane, own=own, at=station.clock())


def _asked(
    station: Station, peer: Correspondent, lane: int, *, kind: Kind, payload: str = ""
) -> bytes:
    own, now = station.directory.own, station.clock()
    ask = sign_ask(own, to=peer.region, kind=kind, lane=lane, at=now, payload=payload)
    return station.peer(peer.region).ask(ask)
