"""Dead letters: envelopes that could not be applied, until a person has settled them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import RowMapping, bindparam, insert, select, update

from interop.errors import ExchangeError
from interop.store import vault
from interop.store.reasons import DEAD_LETTER_UNKNOWN
from interop.store.schema import DEAD_LETTER, RECEIVED, on_lane
from interop.store.serials import next_serial
from interop.store.tx import ROWS_MAX, Tx, bounded

Outcome = Literal["redriven", "discarded"]
_ANY_STUCK: Final = (
    select(DEAD_LETTER.c.id)
    .where(DEAD_LETTER.c.peer == bindparam("sender"), DEAD_LETTER.c.settled_at.is_(None))
    .limit(bindparam("at_most"))
)
_STUCK: Final = (
    select(DEAD_LETTER.c.case_number)
    .where(
        DEAD_LETTER.c.peer == bindparam("sender"),
        DEAD_LETTER.c.settled_at.is_(None),
        DEAD_LETTER.c.case_number.in_(bindparam("among", expanding=True)),
    )
    .distinct()
)


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
        buried_at: When it was refused; in UTC.
        settled_at: When it was redriven or discarded; None while it waits.
        outcome: Which of the two; empty while it waits.
    """

    id: int
    peer: str
    lane: int
    seq: int
    case: str
    reason_code: str
    body: bytes | None = field(repr=False)
    buried_at: datetime | None = None
    settled_at: datetime | None = None
    outcome: str = ""


def bury(  # noqa: PLR0913 -- the columns of one dead letter, each by name
    tx: Tx,
    *,
    peer: str,
    lane: int,
    seq: int,
    case: str,
    reason_code: str,
    body: bytes,
    at: datetime | None = None,
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
            buried_at=at,
        )
    )
    return number


def dead_letters(tx: Tx, *, limit: int = ROWS_MAX) -> tuple[DeadLetter, ...]:
    """List the dead letters, settled ones too, oldest first.

    Raises:
        StoreDamaged: A body was altered or moved.
    """
    query = select(DEAD_LETTER).order_by(DEAD_LETTER.c.id).limit(bounded(limit))
    return tuple(_read(tx, row) for row in tx.rows(query))


def waiting_letters(
    tx: Tx, *, case: str | None = None, limit: int = ROWS_MAX
) -> tuple[DeadLetter, ...]:
    """List the dead letters that wait for a person, oldest first.

    Args:
        tx: A transaction.
        case: Only those of this case.
        limit: At most so many, 1 to 10000.

    Raises:
        StoreDamaged: A body was altered or moved.
    """
    query = select(DEAD_LETTER).where(DEAD_LETTER.c.settled_at.is_(None))
    if case is not None:
        query = query.where(DEAD_LETTER.c.case_number == case)
    rows = tx.rows(query.order_by(DEAD_LETTER.c.id).limit(bounded(limit)))
    return tuple(_read(tx, row) for row in rows)


def dead_letters_of(tx: Tx, case: str) -> tuple[DeadLetter, ...]:
    """List the dead letters of a case, settled ones too, oldest first; at most 10000."""
    query = select(DEAD_LETTER).where(DEAD_LETTER.c.case_number == case)
    rows = tx.rows(query.order_by(DEAD_LETTER.c.id).limit(ROWS_MAX))
    return tuple(_read(tx, row) for row in rows)


def stuck_cases(tx: Tx, peer: str, among: Collection[str]) -> frozenset[str]:
    """Return which of some cases have a message of ``peer`` that waits for a person."""
    # Nearly always none has.
    if tx.one(_ANY_STUCK, sender=peer, at_most=1) is None:
        return frozenset()
    rows = tx.rows(_STUCK, sender=peer, among=list(among))
    return frozenset(row["case_number"] for row in rows)


def require_letter(tx: Tx, number: int) -> DeadLetter:
    """Return one dead letter.

    Raises:
        ExchangeError: ``dead-letter-unknown``.
        StoreDamaged: Its body was altered or moved.
    """
    row = tx.row(select(DEAD_LETTER).where(DEAD_LETTER.c.id == number))
    if row is None:
        raise ExchangeError(DEAD_LETTER_UNKNOWN.of(field="id", got=number))
    return _read(tx, row)


def letter_at(tx: Tx, peer: str, lane: int, seq: int) -> DeadLetter | None:
    """Return the dead letter of one place on a lane, if there is one."""
    here = on_lane(DEAD_LETTER, peer, lane) & (DEAD_LETTER.c.seq == seq)
    row = tx.row(select(DEAD_LETTER).where(here))
    return None if row is None else _read(tx, row)


def letter_named(tx: Tx, peer: str, envelope_id: str) -> DeadLetter | None:
    """Return the dead letter that waits for a message of this identifier, if one does."""
    here = (
        (RECEIVED.c.peer == DEAD_LETTER.c.peer)
        & (RECEIVED.c.lane == DEAD_LETTER.c.lane)
        & (RECEIVED.c.seq == DEAD_LETTER.c.seq)
    )
    query = select(DEAD_LETTER).join(RECEIVED, here)
    named = (RECEIVED.c.peer == peer) & (RECEIVED.c.envelope_id == envelope_id)
    row = tx.row(query.where(named, DEAD_LETTER.c.settled_at.is_(None)))
    return None if row is None else _read(tx, row)


def renew_letter(tx: Tx, letter: DeadLetter, body: bytes) -> None:
    """Keep another envelope of the same message in the place of a dead letter's own."""
    sealed = tx.seal(letter.case, _letter(letter.id), body)
    tx.write(update(DEAD_LETTER).where(DEAD_LETTER.c.id == letter.id).values(body=sealed))


def settle_letter(tx: Tx, number: int, outcome: Outcome, *, at: datetime) -> None:
    """Note what became of a dead letter; the body of a settled one stays as evidence."""
    changes: dict[str, object] = {"outcome": outcome, "settled_at": at}
    tx.write(update(DEAD_LETTER).where(DEAD_LETTER.c.id == number).values(changes))


def refuse_again(tx: Tx, number: int, reason_code: str) -> None:
    """Note why a dead letter was refused once more."""
    this = DEAD_LETTER.c.id == number
    tx.write(update(DEAD_LETTER).where(this).values(reason_code=reason_code))


def _read(tx: Tx, row: RowMapping) -> DeadLetter:
    return DeadLetter(
        **{name: row[name] for name in ("id", "peer", "lane", "seq", "reason_code")},
        case=row["case_number"],
        body=_opened(tx, row),
        buried_at=row["buried_at"],
        settled_at=row["settled_at"],
        outcome=row["outcome"] or "",
    )


def _opened(tx: Tx, row: RowMapping) -> bytes | None:
    if row["body"] is None or vault.destroyed(tx, row["case_number"]):
        return None
    return tx.unseal(row["case_number"], _letter(row["id"]), row["body"])


def _letter(number: int) -> str:
    return f"dead-letter/{number}"
