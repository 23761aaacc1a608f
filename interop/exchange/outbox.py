"""The sending half of a channel: write the intent, batch it, close it on the receipt."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from interop.exchange.batch import (
    BATCH_BYTES_MAX,
    FRAME_BYTES_MAX,
    BatchHeader,
    Correspondent,
    Own,
    header_in,
    seal_batch,
    tree_root,
)
from interop.exchange.content import BatchKey
from interop.exchange.envelope import AGAIN, Message, draft, drafted_again, emptied, enclose
from interop.exchange.receipt import Receipt, Sent, verify_receipt
from interop.exchange.renewal import to_be_sent
from interop.model.day import day_of
from interop.store import audit, vault
from interop.store import outbox as rows
from interop.store.books import sent_about
from interop.store.lanes import keep_lane_state, lane_of, lane_state
from interop.store.serials import next_serial
from interop.store.tx import Tx

IN_FLIGHT_MAX: Final = 2
# What a peer without credit is sent, to learn whether it has some again.
PROBE: Final = 1
BACKOFF_S_MAX: Final = 60.0
BACKOFF_S_FIRST: Final = 0.05
DOUBLINGS_MAX: Final = 12


def post(tx: Tx, message: Message, *, peer: str, message_id: str, at: datetime) -> int:
    """Write a message into the outbox; it leaves after the transaction has committed.

    Returns:
        Its sequence number in the lane.

    Raises:
        CaseError: ``exchange-message-too-large``; nothing is written.
        ExchangeError: ``exchange-envelope-mismatch`` for a message about several cases, or
            about none.
        StoreError: The case has no key, or the message identifier was used before.
    """
    case = message.case
    body = draft(message, case=case, message_id=message_id, at=at)
    return rows.enqueue(
        tx,
        peer=peer,
        lane=lane_of(case, tx.lanes),
        case=case,
        envelope_id=message_id,
        body=body,
        at=at,
        day=day_of(at),
    )


def post_again(tx: Tx, *, peer: str, lane: int, case: str, at: datetime) -> int:
    """Tell a peer everything about a case once more, under new numbers; return how much.

    The peer applies what it lacks and lets the rest pass: each names the message it repeats.
    For a case that a reconciliation found to differ. Of one whose key is destroyed nothing can
    be told any more.
    """
    if vault.destroyed(tx, case):
        return 0
    numbers = sent_about(tx, peer, lane, case)
    for seq in numbers:
        told = rows.outgoing(tx, peer, lane, seq)
        if told is None or AGAIN in told.envelope_id:
            continue
        name, body = drafted_again(told.body, next_serial(tx, f"again/{told.envelope_id}"))
        rows.enqueue(
            tx,
            peer=peer,
            lane=lane,
            case=case,
            envelope_id=name,
            body=body,
            at=at,
            day=told.day,
            digest=told.digest,
        )
    return len(numbers)


def batch_up(
    tx: Tx, *, lane: int, own: Own, peer: Correspondent, at: datetime
) -> rows.BatchRow | None:
    """Return the batch to send now: the one without receipt, else a new one, else none.

    The bytes are stored before they are sent, so that a retry sends the same; it is signed
    anew once its key counts no longer. A peer without credit is asked again with a single
    envelope.

    Raises:
        TrustError: The peer's encryption key is none.
        StoreError: The store refuses.
    """
    unanswered = rows.open_batch(tx, peer.region, lane)
    if unanswered is not None:
        return to_be_sent(tx, unanswered, own=own, at=at)
    return next_batch(tx, lane=lane, own=own, peer=peer, at=at)


def in_flight(
    tx: Tx, *, lane: int, own: Own, peer: Correspondent, at: datetime
) -> tuple[rows.BatchRow, ...]:
    """Return up to two batches without receipt, in order, making what is lacking.

    For carriers that take several at once, such as files. Raises as :func:`batch_up`.
    """
    stored = rows.open_batches(tx, peer.region, lane, limit=IN_FLIGHT_MAX)
    unanswered = [to_be_sent(tx, row, own=own, at=at) for row in stored]
    while len(unanswered) < IN_FLIGHT_MAX:
        made = next_batch(tx, lane=lane, own=own, peer=peer, at=at)
        if made is None:
            break
        unanswered.append(made)
    return tuple(unanswered)


def next_batch(
    tx: Tx, *, lane: int, own: Own, peer: Correspondent, at: datetime
) -> rows.BatchRow | None:
    """Make a batch of what waits, within the peer's credit; raise as :func:`batch_up`."""
    state = lane_state(tx, peer.region, lane)
    waiting = _unbroken(rows.waiting(tx, peer.region, lane, limit=max(PROBE, state.credit)))
    if not waiting:
        return None
    key = BatchKey(peer.encryption)
    envelopes = _that_fit(
        enclose(
            w.body or emptied(w.case, w.envelope_id, at),
            source=own.region,
            sequence=w.seq,
            recipient=key,
        ).to_bytes()
        for w in waiting
    )
    audit_n, audit_head = audit.head(tx)
    first = waiting[0].seq
    before = rows.number_before(tx, peer.region, lane, first)
    header = BatchHeader.model_validate(
        {
            "v": 1,
            "env": own.env,
            "from": own.region,
            "to": peer.region,
            "lane": lane,
            "epoch": state.epoch,
            "first": first,
            "after": None if before == first - 1 else before,
            "n": len(envelopes),
            "root": tree_root(envelopes, alg=own.signer.alg),
            "prev_head": rows.sent_head(tx, peer.region, lane),
            "audit_n": audit_n,
            "audit_head": audit_head,
            "at": at,
        }
    )
    row = _row(header, seal_batch(header, envelopes, signer=own.signer))
    rows.add_batch(tx, row, in_flight_max=IN_FLIGHT_MAX)
    return row


def _unbroken(waiting: Sequence[rows.Outgoing]) -> Sequence[rows.Outgoing]:
    # A restored sender lacks numbers; what lies behind them goes with the next batch.
    first = waiting[0].seq if waiting else 0
    return [one for at, one in enumerate(waiting) if one.seq == first + at]


def _row(header: BatchHeader, wire: bytes) -> rows.BatchRow:
    return rows.BatchRow(
        peer=header.to,
        lane=header.lane,
        epoch=header.epoch,
        first=header.first,
        n=header.n,
        root=header.root,
        wire=wire,
        made_at=header.at,
    )


def _that_fit(envelopes: Iterable[bytes]) -> tuple[bytes, ...]:
    # INVARIANT: one envelope always fits; what would not is refused by post.
    kept: list[bytes] = []
    room = BATCH_BYTES_MAX - FRAME_BYTES_MAX
    for envelope in envelopes:
        room -= len(envelope) + 1
        if room < 0:
            break
        kept.append(envelope)
    return tuple(kept)


def sent_of(row: rows.BatchRow, *, own: Own) -> Sent:
    """Return what the receipt of a stored batch must say."""
    header = header_in(row.wire) if row.wire else None
    return Sent(
        env=own.env,
        sender=own.region,
        to=row.peer,
        lane=row.lane,
        epoch=row.epoch,
        first=row.first,
        through=row.first + row.n - 1,
        root=row.root,
        audit=None if header is None else (header.audit_n, header.audit_head),
    )


def close(
    tx: Tx, row: rows.BatchRow, receipt: bytes, *, own: Own, peer: Correspondent
) -> Receipt:
    """Close a batch on the peer's receipt.

    Returns:
        The receipt; its verdicts name the messages that the peer did not apply.

    Raises:
        ExchangeError: The receipt is not the peer's or not for this batch; it stays open.
        TrustError: Its form or its signature is wrong; the batch stays open.
    """
    read = verify_receipt(receipt, sent=sent_of(row, own=own), peer=peer)
    rows.close_batch(tx, row.peer, row.lane, row.first, receipt, epoch=row.epoch)
    state = lane_state(tx, row.peer, row.lane)
    after = replace(state, credit=read.credit, failures=0, reason_code="")
    if after != state:
        keep_lane_state(tx, after)
    return read


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full-jitter delays; the wall clock never decides whether to retry."""

    chance: random.Random

    def after(self, attempts: int) -> timedelta:
        """Return how long to wait after ``attempts`` failures in a row: 0 to 60 seconds."""
        ceiling = min(BACKOFF_S_MAX, BACKOFF_S_FIRST * 2 ** min(attempts, DOUBLINGS_MAX))
        return timedelta(seconds=self.chance.uniform(0, ceiling))
