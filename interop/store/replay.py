"""Send again: what a sender does once one end of a lane was restored, or its key is over."""

from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, delete, select, update

from interop.store.lanes import lane_state
from interop.store.outbox import (
    UNANSWERED,
    BatchRow,
    Outgoing,
    batch_name,
    envelope_name,
    read_outgoing,
    sent_head,
)
from interop.store.schema import BATCH, OUTBOX, on_lane
from interop.store.serials import set_serial
from interop.store.tx import Tx

OPEN_MAX: Final = 100


def made(tx: Tx, peer: str, lane: int) -> tuple[int, dict[str, int]]:
    """Return the last number under receipt, and where each batch ever made ended, by root."""
    query = select(BATCH.c.root, BATCH.c.first, BATCH.c.n, BATCH.c.receipt).where(
        on_lane(BATCH, peer, lane)
    )
    rows = tx.rows(query)
    ends = {row["root"]: row["first"] + row["n"] - 1 for row in rows}
    receipted = [ends[row["root"]] for row in rows if row["receipt"] is not None]
    return max(receipted, default=0), ends


def follows(  # noqa: PLR0917 -- a lane, then how far it was received
    tx: Tx, peer: str, lane: int, through: int, head: str
) -> bool:
    """Return whether the peer, holding so much, takes the batches under way as they are."""
    rows = tx.rows(UNANSWERED, to_peer=peer, to_lane=lane, at_most=OPEN_MAX)
    if not rows:
        return sent_head(tx, peer, lane) == head
    # Either a receipt was lost, or the first is the next.
    first = rows[0]
    return any(row["root"] == head for row in rows) or (
        first["first"] == through + 1 and _head_before(tx, first) == head
    )


def closed_on(
    tx: Tx, peer: str, lane: int, *, epoch: int, through: int
) -> tuple[str, bytes] | None:
    """Return root and receipt of the batch that holds a number, if it is closed on one."""
    this = on_lane(BATCH, peer, lane) & (BATCH.c.epoch == epoch) & (BATCH.c.first <= through)
    row = tx.row(select(BATCH).where(this).order_by(BATCH.c.first.desc()))
    return None if row is None or row["receipt"] is None else (row["root"], row["receipt"])


def keep_wire(tx: Tx, row: BatchRow) -> None:
    """Keep other bytes of a batch that awaits its receipt, before they are sent."""
    this = on_lane(BATCH, row.peer, row.lane) & (BATCH.c.epoch == row.epoch)
    this &= (BATCH.c.first == row.first) & BATCH.c.receipt.is_(None)
    wire = tx.keys.seal_whole(batch_name(row.peer, row.lane, row.first), row.wire)
    tx.write(update(BATCH).where(this).values(wire=wire))


def reopen(tx: Tx, peer: str, lane: int, *, after: int) -> int:
    """Let every envelope past a number wait again; return how many.

    Batches without receipt are dropped; those under receipt stay, as evidence.
    """
    _drop_unanswered(tx, peer, lane)
    past = on_lane(OUTBOX, peer, lane) & OUTBOX.c.batch_first.is_not(None)
    past &= OUTBOX.c.seq > after
    again = tx.write(update(OUTBOX).where(past).values(batch_first=None, batch_epoch=None))
    _relink(tx, peer, lane)
    return again


def reopen_unanswered(tx: Tx, peer: str, lane: int) -> None:
    """Let every envelope that is under no receipt wait again."""
    _drop_unanswered(tx, peer, lane)
    lost = on_lane(OUTBOX, peer, lane) & _orphaned()
    tx.write(update(OUTBOX).where(lost).values(batch_first=None, batch_epoch=None))


def _drop_unanswered(tx: Tx, peer: str, lane: int) -> None:
    tx.write(delete(BATCH).where(on_lane(BATCH, peer, lane), BATCH.c.receipt.is_(None)))


def _orphaned() -> ColumnElement[bool]:
    """Return the condition that an envelope names a batch that is gone."""
    batch = (
        select(BATCH.c.first)
        .where(
            BATCH.c.peer == OUTBOX.c.peer,
            BATCH.c.lane == OUTBOX.c.lane,
            BATCH.c.epoch == OUTBOX.c.batch_epoch,
            BATCH.c.first == OUTBOX.c.batch_first,
        )
        .correlate(OUTBOX)
    )
    return OUTBOX.c.batch_first.is_not(None) & ~batch.exists()


def _relink(tx: Tx, peer: str, lane: int) -> None:
    """Tie what the peer holds already to the batch under receipt that brought it there."""
    orphans = tx.rows(select(OUTBOX.c.seq).where(on_lane(OUTBOX, peer, lane), _orphaned()))
    for orphan in orphans:
        seq = orphan["seq"]
        covering = (
            select(BATCH.c.epoch, BATCH.c.first)
            .where(on_lane(BATCH, peer, lane), BATCH.c.first <= seq)
            .where(BATCH.c.first + BATCH.c.n > seq)
        )
        found = tx.row(covering)
        if found is not None:
            values = {"batch_first": found["first"], "batch_epoch": found["epoch"]}
            here = on_lane(OUTBOX, peer, lane) & (OUTBOX.c.seq == seq)
            tx.write(update(OUTBOX).where(here).values(values))


def renumber(tx: Tx, peer: str, lane: int, *, after: int) -> int:
    """Give what waits new numbers past ``after``, in order; return how many there are.

    INVARIANT: nothing past ``after`` is under a receipt. What lies past it whole stays there.
    """
    rows = waiting_all(tx, peer, lane)
    if rows and rows[0].seq > after:
        return len(rows)
    last = max([after, *(row.seq for row in rows)])
    # From the end, so that no two have one number on the way.
    shift = last - rows[0].seq + 1 if rows else 0
    for row in reversed(rows):
        _move(tx, row, row.seq + shift)
    for seq, row in enumerate(rows, start=after + 1):
        _move(tx, replace(row, seq=row.seq + shift), seq)
    set_serial(tx, f"outbox/{lane}/{peer}", after + len(rows))
    return len(rows)


def waiting_all(tx: Tx, peer: str, lane: int) -> tuple[Outgoing, ...]:
    """List everything that waits on a lane, in order."""
    query = (
        select(OUTBOX)
        .where(on_lane(OUTBOX, peer, lane), OUTBOX.c.batch_first.is_(None))
        .order_by(OUTBOX.c.seq)
    )
    return tuple(read_outgoing(tx, row) for row in tx.rows(query))


def _move(tx: Tx, row: Outgoing, seq: int) -> None:
    this = on_lane(OUTBOX, row.peer, row.lane) & (OUTBOX.c.seq == row.seq)
    changes: dict[str, object] = {"seq": seq}
    if row.body:
        # The number is part of what the body is sealed to.
        changes["body"] = tx.seal(row.case, envelope_name(row.peer, row.lane, seq), row.body)
    tx.write(update(OUTBOX).where(this).values(changes))


def _head_before(tx: Tx, row: RowMapping) -> str:
    """Return the root that a batch under way follows on."""
    before = (
        select(BATCH.c.root)
        .where(
            on_lane(BATCH, row["peer"], row["lane"]),
            BATCH.c.epoch == row["epoch"],
            BATCH.c.first < row["first"],
        )
        .order_by(BATCH.c.first.desc())
    )
    found = tx.row(before)
    state = lane_state(tx, row["peer"], row["lane"])
    return state.head if found is None else str(found["root"])
