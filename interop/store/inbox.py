"""What came in: one mark per lane, and every receipt given, for ever.

The mark alone tells a duplicate, however late it comes; the receipt kept is what a repeated
batch gets as its answer, byte for byte.
"""

from dataclasses import dataclass, field

from sqlalchemy import RowMapping, insert, select, update

from interop.errors import ExchangeError
from interop.store import vault
from interop.store.reasons import INBOX_EPOCH_STALE, INBOX_MARK_MOVED
from interop.store.schema import ANSWER, DEAD_LETTER, MARK, on_lane
from interop.store.serials import next_serial
from interop.store.tx import ROWS_MAX, Tx, bounded


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
class DeadLetter:
    """An envelope that could not be applied and waits for a person.

    Attributes:
        id: Position among all dead letters, from 1.
        peer: Region it came from.
        lane: Lane of the peer.
        seq: Position on the lane.
        case: Case number it names.
        reason_code: Why it was refused.
        body: The envelope; None if the key of its case is destroyed.
    """

    id: int
    peer: str
    lane: int
    seq: int
    case: str
    reason_code: str
    body: bytes | None = field(repr=False)


def mark(tx: Tx, peer: str, lane: int) -> Mark:
    """Return how far the lane was received; all zero at the start."""
    return _held(tx, peer, lane)


def advance(  # noqa: PLR0913 -- the columns of one answer, each by name
    tx: Tx, mark: Mark, *, root: str, first: int, n: int, receipt: bytes
) -> None:
    """Move the mark past a batch and keep the receipt given for it.

    Args:
        tx: The transaction that applied the batch.
        mark: Where the lane stands after the batch: its last sequence number and its root.
        root: Root of the batch.
        first: First sequence number of the batch: one past the mark held, or in a later
            epoch at most that, where a restored peer begins again.
        n: How many envelopes, at least one.
        receipt: The answer, given again for ever.

    Raises:
        ExchangeError: ``inbox-epoch-stale``; ``inbox-mark-moved`` if the batch leaves a gap,
            repeats what was received, or does not end at ``mark``.
    """
    held = _held(tx, mark.peer, mark.lane)
    path = f"{mark.peer}/{mark.lane}"
    if mark.epoch < held.epoch:
        raise ExchangeError(
            INBOX_EPOCH_STALE.of(field=path, expected=held.epoch, got=mark.epoch)
        )
    again = mark.epoch > held.epoch and 1 <= first <= held.seq
    if first != held.seq + 1 and not again:
        raise _moved(path, held.seq + 1, first)
    if n < 1 or (mark.seq, mark.head) != (first + n - 1, root):
        raise _moved(path, (first + n - 1, root), (mark.seq, mark.head))
    _move(tx, mark)
    tx.write(
        insert(ANSWER).values(
            peer=mark.peer,
            lane=mark.lane,
            epoch=mark.epoch,
            first=first,
            root=root,
            n=n,
            receipt=receipt,
        )
    )


def answered(tx: Tx, peer: str, lane: int, *, first: int) -> tuple[str, int, bytes] | None:
    """Return root, length and receipt of the batch received with ``first``, if any.

    Of several epochs the latest counts.
    """
    query = (
        select(ANSWER)
        .where(on_lane(ANSWER, peer, lane), ANSWER.c.first == first)
        .order_by(ANSWER.c.epoch.desc())
        .limit(1)
    )
    row = tx.row(query)
    return None if row is None else (row["root"], row["n"], row["receipt"])


def bury(  # noqa: PLR0913 -- the columns of one dead letter, each by name
    tx: Tx, *, peer: str, lane: int, seq: int, case: str, reason_code: str, body: bytes
) -> int:
    """Keep an envelope that cannot be applied, so that its lane can go on; return its id.

    The case need not be known here. If its key was destroyed, the body is not kept.

    Raises:
        StoreError: ``sealed-too-large``.
    """
    number = next_serial(tx, "dead-letter")
    sealed = None
    if not vault.destroyed(tx, case):
        vault.create_key(tx, case)
        sealed = tx.seal(case, _letter(number), body)
    tx.write(
        insert(DEAD_LETTER).values(
            id=number,
            peer=peer,
            lane=lane,
            seq=seq,
            case_number=case,
            reason_code=reason_code,
            body=sealed,
        )
    )
    return number


def dead_letters(tx: Tx, *, limit: int = ROWS_MAX) -> tuple[DeadLetter, ...]:
    """List the dead letters, oldest first.

    Raises:
        StoreDamaged: A body was altered or moved.
    """
    query = select(DEAD_LETTER).order_by(DEAD_LETTER.c.id).limit(bounded(limit))
    return tuple(
        DeadLetter(
            **{name: row[name] for name in ("id", "peer", "lane", "seq", "reason_code")},
            case=row["case_number"],
            body=_opened(tx, row),
        )
        for row in tx.rows(query)
    )


def _opened(tx: Tx, row: RowMapping) -> bytes | None:
    if row["body"] is None or vault.destroyed(tx, row["case_number"]):
        return None
    return tx.unseal(row["case_number"], _letter(row["id"]), row["body"])


def _letter(number: int) -> str:
    return f"dead-letter/{number}"


def _move(tx: Tx, to: Mark) -> None:
    values = {"epoch": to.epoch, "seq": to.seq, "head": to.head}
    if not tx.write(update(MARK).where(on_lane(MARK, to.peer, to.lane)).values(values)):
        tx.write(insert(MARK).values(peer=to.peer, lane=to.lane, **values))


def _moved(path: str, expected: object, got: object) -> ExchangeError:
    return ExchangeError(INBOX_MARK_MOVED.of(field=path, expected=expected, got=got))


def _held(tx: Tx, peer: str, lane: int) -> Mark:
    row = tx.row(select(MARK).where(on_lane(MARK, peer, lane)))
    return Mark(peer, lane) if row is None else Mark(**row)
