"""What came in: one mark per lane, and every receipt given, for ever.

The mark alone tells a duplicate, however late it comes; the receipt kept is what a repeated
batch gets as its answer, byte for byte.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import RowMapping, bindparam, insert, select, update

from interop.errors import ExchangeError
from interop.store import vault
from interop.store.letters import DeadLetter, bury, dead_letters
from interop.store.reasons import INBOX_EPOCH_STALE, INBOX_MARK_MOVED
from interop.store.schema import ANSWER, MARK, RECEIVED, on_lane, this_lane
from interop.store.tx import Tx, bounded

__all__ = [
    "Answer",
    "DeadLetter",
    "Mark",
    "Received",
    "advance",
    "answered",
    "applied_later",
    "bury",
    "dead_letters",
    "given",
    "keep_receipt",
    "keep_received",
    "last_answer",
    "mark",
    "marks",
    "received",
    "received_as",
    "received_in",
]

_MARK: Final = select(MARK).where(this_lane(MARK))
_MOVE: Final = update(MARK).where(this_lane(MARK))
_BEGIN: Final = insert(MARK)
_ADD_ANSWER: Final = insert(ANSWER)
_ADD_RECEIVED: Final = insert(RECEIVED)
_ANSWERED: Final = (
    select(ANSWER)
    .where(this_lane(ANSWER), ANSWER.c.first == bindparam("at_first"))
    .order_by(ANSWER.c.epoch.desc())
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a lane of a peer was received.

    Attributes:
        peer: Region it comes from.
        lane: Lane of the peer.
        epoch: Epoch of the channel; 0 before anything came.
        seq: Last sequence number received; 0 before anything came.
        head: Root of the last batch received; empty before anything came.
    """

    peer: str
    lane: int
    epoch: int = 0
    seq: int = 0
    head: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a batch.

    Attributes:
        epoch: Epoch of the batch.
        first: First sequence number of the batch.
        n: How many envelopes.
        root: Root of the batch.
        receipt: The receipt given.
        header: The header as its sender signed it; empty if it was not kept.
    """

    epoch: int
    first: int
    n: int
    root: str
    receipt: bytes = field(repr=False)
    header: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it was received.

    Attributes:
        peer: Region it came from.
        lane: Lane of the peer.
        seq: Position on the lane.
        epoch: Epoch of its batch.
        first: First sequence number of its batch.
        envelope_id: Identifier of the envelope.
        case: Case number.
        day: Day it is reconciled under, Asia/Shanghai.
        digest: Digest of the message; None if it was not applied.
        leaf: Leaf hash of the envelope.
        body: The envelope as it came; None where a dead letter holds it, or the key of its
            case is destroyed.
    """

    peer: str
    lane: int
    seq: int
    epoch: int
    first: int
    envelope_id: str
    case: str
    day: date
    digest: bytes | None
    leaf: bytes
    body: bytes | None = field(repr=False)


def mark(tx: Tx, peer: str, lane: int) -> Mark:
    """Return how far the lane was received; all zero at the start."""
    return _held(tx, peer, lane)


def marks(tx: Tx) -> tuple[Mark, ...]:
    """List how far every lane was received, by peer and lane."""
    return tuple(
        Mark(**row) for row in tx.rows(select(MARK).order_by(MARK.c.peer, MARK.c.lane))
    )


def advance(  # noqa: PLR0913 -- the columns of one answer, each by name
    tx: Tx,
    mark: Mark,
    *,
    root: str,
    first: int,
    n: int,
    receipt: bytes,
    header: bytes = b"",
    follows: int | None = None,
) -> None:
    """Move the mark past a batch and keep the receipt given for it.

    INVARIANT: a number is received once, in whatever epoch.

    Args:
        tx: The transaction that applied the batch.
        mark: Where the lane stands after the batch: its last sequence number and its root.
        root: Root of the batch.
        first: First sequence number of the batch: past the mark held.
        n: How many envelopes, at least one.
        receipt: The answer, given again for ever.
        header: The header as its sender signed it.
        follows: The last number that the sender holds before; ``first - 1`` if not given.

    Raises:
        ExchangeError: ``inbox-epoch-stale``; ``inbox-mark-moved`` if the batch leaves a gap,
            repeats what was received, or does not end at ``mark``.
    """
    held = _held(tx, mark.peer, mark.lane)
    path = f"{mark.peer}/{mark.lane}"
    if mark.epoch < held.epoch:
        stale = INBOX_EPOCH_STALE.of(field=path, expected=held.epoch, got=mark.epoch)
        raise ExchangeError(stale)
    if not (first - 1 if follows is None else follows) <= held.seq < first:
        raise _moved(path, held.seq + 1, first)
    if n < 1 or (mark.seq, mark.head) != (first + n - 1, root):
        raise _moved(path, (first + n - 1, root), (mark.seq, mark.head))
    _move(tx, mark)
    tx.write(
        _ADD_ANSWER,
        peer=mark.peer,
        lane=mark.lane,
        epoch=mark.epoch,
        first=first,
        root=root,
        n=n,
        receipt=receipt,
        header=header,
    )


def answered(tx: Tx, peer: str, lane: int, *, first: int) -> Answer | None:
    """Return what was answered to the batch received with ``first``, if any was."""
    row = tx.one(_ANSWERED, to_peer=peer, to_lane=lane, at_first=first)
    return None if row is None else _answer(row)


def keep_receipt(tx: Tx, peer: str, lane: int, answer: Answer) -> None:
    """Keep another receipt for a batch that was answered: it is given from now on."""
    this = on_lane(ANSWER, peer, lane) & (ANSWER.c.epoch == answer.epoch)
    this &= ANSWER.c.first == answer.first
    tx.write(update(ANSWER).where(this).values(receipt=answer.receipt))


def last_answer(tx: Tx, peer: str, lane: int) -> Answer | None:
    """Return what was answered to the last batch received, if any was."""
    query = select(ANSWER).where(on_lane(ANSWER, peer, lane)).order_by(ANSWER.c.first.desc())
    row = tx.row(query)
    return None if row is None else _answer(row)


def given(tx: Tx, *, limit: int) -> tuple[Answer, ...]:
    """List what was answered, by peer, lane and number; at most ``limit``."""
    order = (ANSWER.c.peer, ANSWER.c.lane, ANSWER.c.first)
    rows = tx.rows(select(ANSWER).order_by(*order).limit(bounded(limit)))
    return tuple(_answer(row) for row in rows)


def keep_received(tx: Tx, messages: Sequence[Received]) -> None:
    """Keep what came with a batch, message by message; bodies sealed with their cases' keys.

    Raises:
        StoreError: A body is given of a case that has no key.
    """
    tx.write_all(_ADD_RECEIVED, [_columns(tx, message) for message in messages])


def received(tx: Tx, peer: str, lane: int, seq: int) -> Received | None:
    """Return one message as it was received, if it was.

    Raises:
        StoreDamaged: Its body was altered or moved.
    """
    row = tx.row(select(RECEIVED).where(on_lane(RECEIVED, peer, lane), RECEIVED.c.seq == seq))
    return None if row is None else _message(tx, row)


def received_in(tx: Tx, peer: str, lane: int, answer: Answer) -> tuple[Received, ...]:
    """List the messages of one batch, in order, without their bodies."""
    span = (RECEIVED.c.seq >= answer.first) & (RECEIVED.c.seq < answer.first + answer.n)
    query = select(RECEIVED).where(on_lane(RECEIVED, peer, lane), span)
    rows = tx.rows(query.order_by(RECEIVED.c.seq))
    return tuple(_message(tx, row, opened=False) for row in rows)


def received_as(tx: Tx, peer: str, envelope_ids: Collection[str]) -> dict[str, bytes | None]:
    """Return the digest under which each of some messages was received, where it was."""
    query = select(RECEIVED.c.envelope_id, RECEIVED.c.digest).where(
        RECEIVED.c.peer == peer, RECEIVED.c.envelope_id.in_(envelope_ids)
    )
    return {row["envelope_id"]: row["digest"] for row in tx.rows(query)}


def applied_later(tx: Tx, letter: DeadLetter, digest: bytes) -> None:
    """Note that a message that was a dead letter has been applied, however often it came."""
    this = on_lane(RECEIVED, letter.peer, letter.lane) & (RECEIVED.c.seq == letter.seq)
    row = tx.row(select(RECEIVED.c.envelope_id).where(this))
    if row is not None:
        same = (RECEIVED.c.peer == letter.peer) & RECEIVED.c.digest.is_(None)
        same &= RECEIVED.c.envelope_id == row["envelope_id"]
        tx.write(update(RECEIVED).where(same).values(digest=digest))


def _columns(tx: Tx, message: Received) -> dict[str, object]:
    row = {name: getattr(message, name) for name in Received.__slots__}
    row["case_number"] = case = row.pop("case")
    if message.body is not None:
        row["body"] = tx.seal(
            case, _name(message.peer, message.lane, message.seq), message.body
        )
    return row


def _message(tx: Tx, row: RowMapping, *, opened: bool = True) -> Received:
    held = {name: row[name] for name in Received.__slots__ if name not in {"case", "body"}}
    case, body = row["case_number"], None
    if opened and row["body"] is not None and not vault.destroyed(tx, case):
        body = tx.unseal(case, _name(row["peer"], row["lane"], row["seq"]), row["body"])
    return Received(**held, case=case, body=body)


def _name(peer: str, lane: int, seq: int) -> str:
    return f"received/{lane}/{seq}/{peer}"


def _answer(row: RowMapping) -> Answer:
    held = {name: row[name] for name in Answer.__slots__}
    return Answer(**held | {"header": held["header"] or b""})


def _move(tx: Tx, to: Mark) -> None:
    values = {"epoch": to.epoch, "seq": to.seq, "head": to.head}
    if not tx.write(_MOVE, to_peer=to.peer, to_lane=to.lane, **values):
        tx.write(_BEGIN, peer=to.peer, lane=to.lane, **values)


def _moved(path: str, expected: object, got: object) -> ExchangeError:
    return ExchangeError(INBOX_MARK_MOVED.of(field=path, expected=expected, got=got))


def _held(tx: Tx, peer: str, lane: int) -> Mark:
    row = tx.one(_MARK, to_peer=peer, to_lane=lane)
    return Mark(peer, lane) if row is None else Mark(**row)
