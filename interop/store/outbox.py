"""What goes out: envelopes in order, and the batches of a lane that await their receipts."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import RowMapping, bindparam, func, insert, select, union, update

from interop.errors import ExchangeError
from interop.store import vault
from interop.store.lanes import lane_state
from interop.store.reasons import (
    OUTBOX_BATCH_GAP,
    OUTBOX_BATCH_OPEN,
    OUTBOX_BATCH_UNKNOWN,
    OUTBOX_RECEIPT_CONFLICT,
)
from interop.store.schema import BATCH, OUTBOX, on_lane, this_lane
from interop.store.serials import next_serial
from interop.store.tx import ROWS_MAX, Tx, bounded

FIRST_EPOCH: Final = 1
_ADD_OUTBOX: Final = insert(OUTBOX)
_ADD_BATCH: Final = insert(BATCH)
_IS_WAITING: Final = this_lane(OUTBOX) & OUTBOX.c.batch_first.is_(None)
_WAITING: Final = (
    select(OUTBOX).where(_IS_WAITING).order_by(OUTBOX.c.seq).limit(bindparam("at_most"))
)
_TAKEN: Final = _IS_WAITING & (OUTBOX.c.seq < bindparam("below"))
_SPAN: Final = select(func.min(OUTBOX.c.seq).label("first"), func.count().label("n")).where(
    _TAKEN
)
_TAKE: Final = update(OUTBOX).where(_TAKEN)
_IS_BEFORE: Final = this_lane(OUTBOX) & (OUTBOX.c.seq < bindparam("below"))
_BEFORE: Final = select(func.max(OUTBOX.c.seq).label("seq")).where(_IS_BEFORE)
_BUSY: Final = union(
    select(OUTBOX.c.peer, OUTBOX.c.lane).where(OUTBOX.c.batch_first.is_(None)),
    select(BATCH.c.peer, BATCH.c.lane).where(BATCH.c.receipt.is_(None)),
).subquery()
_LANES: Final = select(_BUSY).order_by(_BUSY.c.peer, _BUSY.c.lane).limit(bindparam("at_most"))
# The batches of a lane that await their receipts, in order.
UNANSWERED: Final = (
    select(BATCH)
    .where(this_lane(BATCH), BATCH.c.receipt.is_(None))
    .order_by(BATCH.c.epoch, BATCH.c.first)
    .limit(bindparam("at_most"))
)
_THIS_BATCH: Final = (
    this_lane(BATCH)
    & (BATCH.c.first == bindparam("at_first"))
    & (BATCH.c.epoch == bindparam("at_epoch"))
)
_RECEIPT: Final = select(BATCH.c.receipt).where(_THIS_BATCH)
_CLOSE: Final = update(BATCH).where(_THIS_BATCH)
_LAST_ROOT: Final = (
    select(BATCH.c.root)
    .where(this_lane(BATCH), BATCH.c.epoch == bindparam("at_epoch"))
    .order_by(BATCH.c.first.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An envelope that waits for a batch.

    Attributes:
        peer: Region it goes to.
        lane: Lane of the peer.
        seq: Position on the lane, from 1, without gaps.
        envelope_id: Identifier of the envelope.
        case: Case number.
        body: The envelope; empty once the key of its case is destroyed.
        day: Day it is reconciled under, Asia/Shanghai.
        digest: What it is reconciled by.
    """

    peer: str
    lane: int
    seq: int
    envelope_id: str
    case: str
    body: bytes = field(repr=False)
    day: date | None = field(default=None, compare=False)
    digest: bytes | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch made; it is sent, the same bytes, until its receipt is in.

    Attributes:
        peer: Region it goes to.
        lane: Lane of the peer.
        epoch: Epoch of the channel.
        first: First sequence number in it.
        n: How many envelopes, without gaps.
        root: Root over the envelopes.
        wire: The bytes to send.
        receipt: The peer's receipt, once in.
        attempts: How often it was tried.
        next_try_at: Not before then; None means at once.
    """

    peer: str
    lane: int
    epoch: int
    first: int
    n: int
    root: str
    wire: bytes = field(repr=False)
    receipt: bytes | None = field(default=None, repr=False)
    attempts: int = 0
    next_try_at: datetime | None = None
    made_at: datetime | None = None

    @property
    def through(self) -> int:
        """Return the last sequence number in it."""
        return self.first + self.n - 1


def enqueue(  # noqa: PLR0913 -- the columns of one envelope, each by name
    tx: Tx,
    *,
    peer: str,
    lane: int,
    case: str,
    envelope_id: str,
    body: bytes,
    at: datetime | None = None,
    day: date | None = None,
    digest: bytes | None = None,
) -> int:
    """Write an intent to send, before anything is sent; return its sequence number.

    Args:
        tx: The transaction that has something to tell.
        peer: Region it goes to.
        lane: Lane of the peer.
        case: Case number; it has a key.
        envelope_id: Identifier of the envelope, used once.
        body: What is told.
        at: Now, aware; to tell how long it waits.
        day: Day it is reconciled under, Asia/Shanghai.
        digest: What it is reconciled by; the digest of ``body`` if not given.

    Raises:
        StoreError: ``case-key-unknown``, ``case-key-destroyed``, ``sealed-too-large``;
            ``store-fault`` if the envelope identifier was used before.
    """
    seq = next_serial(tx, f"outbox/{lane}/{peer}")
    row = {
        "peer": peer,
        "lane": lane,
        "seq": seq,
        "envelope_id": envelope_id,
        "case_number": case,
        "batch_first": None,
        "body": tx.seal(case, envelope_name(peer, lane, seq), body),
        "batch_epoch": None,
        "posted_at": at,
        "day": day,
        "digest": digest or hashlib.sha256(body).digest(),
    }
    tx.add(_ADD_OUTBOX, row)
    tx.wake()
    return seq


def waiting(tx: Tx, peer: str, lane: int, *, limit: int) -> tuple[Outgoing, ...]:
    """List the envelopes that are in no batch yet, in order.

    Args:
        tx: A transaction.
        peer: Region they go to.
        lane: Lane of the peer.
        limit: At most so many, 1 to 10000.

    Raises:
        StoreDamaged: A body was altered or moved.
    """
    rows = tx.rows(_WAITING, to_peer=peer, to_lane=lane, at_most=bounded(limit))
    tx.foresee({row["case_number"] for row in rows})
    return tuple(read_outgoing(tx, row) for row in rows)


def outgoing(tx: Tx, peer: str, lane: int, seq: int) -> Outgoing | None:
    """Return one envelope, sent or not.

    Raises:
        StoreDamaged: Its body was altered or moved.
    """
    row = tx.row(select(OUTBOX).where(on_lane(OUTBOX, peer, lane), OUTBOX.c.seq == seq))
    return None if row is None else read_outgoing(tx, row)


def number_before(tx: Tx, peer: str, lane: int, seq: int) -> int:
    """Return the last number before ``seq`` that is held of the lane; 0 if there is none."""
    return int(tx.rows(_BEFORE, to_peer=peer, to_lane=lane, below=seq)[0]["seq"] or 0)


def lanes(tx: Tx) -> tuple[tuple[str, int], ...]:
    """List the ``(peer, lane)`` pairs with something waiting or a batch without receipt."""
    rows = tx.rows(_LANES, at_most=ROWS_MAX)
    return tuple((row["peer"], row["lane"]) for row in rows)


def add_batch(tx: Tx, row: BatchRow, *, in_flight_max: int = 1) -> None:
    """Keep a batch before it is sent, and take its envelopes out of the waiting line.

    Raises:
        ExchangeError: ``outbox-batch-open`` while ``in_flight_max`` batches before it lack
            their receipts; ``outbox-batch-gap`` unless it takes the first ``n`` waiting
            envelopes.
    """
    path = f"{row.peer}/{row.lane}"
    here = {"to_peer": row.peer, "to_lane": row.lane}
    unanswered = tx.rows(UNANSWERED, **here, at_most=in_flight_max)
    if len(unanswered) >= in_flight_max:
        raise ExchangeError(OUTBOX_BATCH_OPEN.of(field=path, got=unanswered[0]["first"]))
    span = tx.one(_SPAN, **here, below=row.first + row.n)
    found = None if span is None else (span["first"], span["n"])
    if found != (row.first, row.n):
        raise ExchangeError(
            OUTBOX_BATCH_GAP.of(field=path, expected=found, got=(row.first, row.n))
        )
    taken = {"batch_first": row.first, "batch_epoch": row.epoch}
    tx.write(_TAKE, **here, below=row.first + row.n, **taken)
    wire = tx.keys.seal_whole(batch_name(row.peer, row.lane, row.first), row.wire)
    values = {name: getattr(row, name) for name in BatchRow.__slots__} | {"wire": wire}
    tx.write(_ADD_BATCH, **values)


def open_batch(tx: Tx, peer: str, lane: int) -> BatchRow | None:
    """Return the first batch of the lane that awaits its receipt, if there is one.

    Raises:
        StoreDamaged: Its bytes were altered or moved.
    """
    return next(iter(open_batches(tx, peer, lane, limit=1)), None)


def open_batches(tx: Tx, peer: str, lane: int, *, limit: int) -> tuple[BatchRow, ...]:
    """List the batches of the lane that await their receipts, in order.

    Raises:
        StoreDamaged: Bytes were altered or moved.
    """
    rows = tx.rows(UNANSWERED, to_peer=peer, to_lane=lane, at_most=bounded(limit))
    return tuple(_opened(tx, row) for row in rows)


def defer_batch(  # noqa: PLR0913 -- which batch, and the two columns that change
    tx: Tx, peer: str, lane: int, first: int, *, attempts: int, next_try_at: datetime
) -> None:
    """Put off the next try of a batch.

    Raises:
        ExchangeError: ``outbox-batch-unknown`` unless it awaits its receipt.
    """
    this = on_lane(BATCH, peer, lane) & (BATCH.c.first == first) & BATCH.c.receipt.is_(None)
    values = {"attempts": attempts, "next_try_at": next_try_at}
    if not tx.write(update(BATCH).where(this).values(values)):
        raise _unknown(peer, lane, first)


def close_batch(  # noqa: PLR0913, PLR0917 -- which batch, then its receipt
    tx: Tx, peer: str, lane: int, first: int, receipt: bytes, *, epoch: int = FIRST_EPOCH
) -> None:
    """Keep the receipt of a batch and drop its bytes; the same receipt again is no change.

    The envelopes stay, each sealed with the key of its case.

    Raises:
        ExchangeError: ``outbox-batch-unknown``; ``outbox-receipt-conflict`` if another
            receipt is held.
    """
    this = {"to_peer": peer, "to_lane": lane, "at_first": first, "at_epoch": epoch}
    row = tx.one(_RECEIPT, **this)
    if row is None:
        raise _unknown(peer, lane, first)
    if row["receipt"] is None:
        tx.write(_CLOSE, **this, receipt=receipt, wire=None)
    elif row["receipt"] != receipt:
        raise ExchangeError(OUTBOX_RECEIPT_CONFLICT.of(field=f"{peer}/{lane}", got=first))


def closed_batches(tx: Tx, peer: str, case: str) -> tuple[BatchRow, ...]:
    """List the batches closed on a receipt that carried a case to ``peer``, without bytes."""
    carried = (
        (BATCH.c.peer == OUTBOX.c.peer)
        & (BATCH.c.lane == OUTBOX.c.lane)
        & (BATCH.c.epoch == OUTBOX.c.batch_epoch)
        & (BATCH.c.first == OUTBOX.c.batch_first)
    )
    query = (
        select(BATCH)
        .join(OUTBOX, carried)
        .where(OUTBOX.c.case_number == case, BATCH.c.peer == peer, BATCH.c.receipt.is_not(None))
        .distinct()
        .order_by(BATCH.c.lane, BATCH.c.epoch, BATCH.c.first)
    )
    return tuple(_without_wire(row) for row in tx.rows(query))


def last_receipts(tx: Tx) -> Iterator[BatchRow]:
    """Yield the last batch of every lane that was closed on a receipt, without its bytes."""
    closed = BATCH.c.receipt.is_not(None)
    lane = (BATCH.c.peer, BATCH.c.lane)
    for here in tx.rows(select(*lane).where(closed).distinct().order_by(*lane)):
        query = select(BATCH).where(on_lane(BATCH, here["peer"], here["lane"]), closed)
        row = tx.row(query.order_by(BATCH.c.epoch.desc(), BATCH.c.first.desc()).limit(1))
        if row is not None:
            yield _without_wire(row)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not been receipted on a lane.

    Attributes:
        waiting: Envelopes in no batch yet.
        open: First numbers of the batches that await their receipts.
        oldest: When the oldest of all this was posted, in UTC; None if nothing waits.
    """

    waiting: int
    open: tuple[int, ...]
    oldest: datetime | None


def backlog(tx: Tx, peer: str, lane: int) -> Backlog:
    """Return what has not been receipted on a lane."""
    here = on_lane(OUTBOX, peer, lane)
    opened = select(BATCH.c.first).where(on_lane(BATCH, peer, lane), BATCH.c.receipt.is_(None))
    firsts = tuple(row["first"] for row in tx.rows(opened.order_by(BATCH.c.first)))
    waits = OUTBOX.c.batch_first.is_(None)
    count = tx.row(select(func.count().label("n")).where(here, waits))
    late = select(OUTBOX.c.posted_at).where(here, waits | OUTBOX.c.batch_first.in_(firsts))
    oldest = tx.row(late.order_by(OUTBOX.c.seq))
    n = 0 if count is None else int(count["n"])
    return Backlog(n, firsts, None if oldest is None else oldest["posted_at"])


def sent_head(tx: Tx, peer: str, lane: int) -> str:
    """Return the root that the next batch of the lane follows on; empty if there is none."""
    state = lane_state(tx, peer, lane)
    row = tx.one(_LAST_ROOT, to_peer=peer, to_lane=lane, at_epoch=state.epoch)
    return state.head if row is None else str(row["root"])


def _opened(tx: Tx, row: RowMapping) -> BatchRow:
    values = {name: row[name] for name in BatchRow.__slots__}
    name = batch_name(row["peer"], row["lane"], row["first"])
    values["wire"] = tx.keys.unseal_whole(name, row["wire"])
    return BatchRow(**values)


def _without_wire(row: RowMapping) -> BatchRow:
    return BatchRow(**{name: row[name] for name in BatchRow.__slots__} | {"wire": b""})


def read_outgoing(tx: Tx, row: RowMapping) -> Outgoing:
    """Return an envelope, opened; of a case whose key is destroyed only its place is left."""
    name, case = envelope_name(row["peer"], row["lane"], row["seq"]), row["case_number"]
    return Outgoing(
        peer=row["peer"],
        lane=row["lane"],
        seq=row["seq"],
        envelope_id=row["envelope_id"],
        case=case,
        body=b"" if vault.destroyed(tx, case) else tx.unseal(case, name, row["body"]),
        day=row["day"],
        digest=row["digest"],
    )


def envelope_name(peer: str, lane: int, seq: int) -> str:
    """Return what the body of an envelope is sealed to."""
    return f"outbox/{lane}/{seq}/{peer}"


def batch_name(peer: str, lane: int, first: int) -> str:
    """Return what the bytes of a batch are sealed to."""
    return f"batch/{lane}/{first}/{peer}"


def _unknown(peer: str, lane: int, first: int) -> ExchangeError:
    return ExchangeError(OUTBOX_BATCH_UNKNOWN.of(field=f"{peer}/{lane}", got=first))
