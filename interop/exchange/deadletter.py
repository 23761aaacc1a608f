"""Settle dead letters (死信): redrive or discard, audited, each once.

The messages of a case wait in their order, so a redrive begins with the first of the case
and stops at the first that is refused again.
"""

from dataclasses import dataclass
from datetime import datetime

from interop.crypto.jwe import Opener
from interop.errors import ExchangeError, InteropError
from interop.exchange.envelope import Envelope, disclose_whole
from interop.exchange.inbox import Apply, refusal_of
from interop.exchange.reasons import DEAD_LETTER_SHREDDED
from interop.store import audit, inbox
from interop.store.letters import (
    DeadLetter,
    refuse_again,
    require_letter,
    settle_letter,
    waiting_letters,
)
from interop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of one dead letter.

    Attributes:
        id: Number of the dead letter.
        case: Case number.
        code: Why it was refused again; empty if it was applied.
    """

    id: int
    case: str
    code: str = ""


def redrive(
    tx: Tx, number: int, *, key: Opener, apply: Apply, at: datetime
) -> tuple[Redriven, ...]:
    """Apply a dead letter, after those of its case that wait before it; then those behind.

    A letter that is settled already changes nothing and gives nothing.

    Args:
        tx: The open transaction.
        number: Number of the dead letter.
        key: The key it was encrypted to.
        apply: Applies one message; raises InteropError to refuse it.
        at: Now, aware.

    Returns:
        What became of each, in order; the last may be a refusal.

    Raises:
        ExchangeError: ``dead-letter-unknown``; ``dead-letter-shredded`` if the key of its case
            was destroyed.
    """
    letter = require_letter(tx, number)
    if letter.settled_at is not None:
        return ()
    done: list[Redriven] = []
    for one in waiting_letters(tx, case=letter.case):
        if one.peer != letter.peer:
            continue
        done.append(_redriven(tx, one, key=key, apply=apply, at=at))
        if done[-1].code:
            break
    return tuple(done)


def discard(tx: Tx, number: int, *, at: datetime) -> bool:
    """Set a dead letter aside for good; return False if it was settled before.

    What waits behind it can be redriven then. It stays in the store as evidence.

    Raises:
        ExchangeError: ``dead-letter-unknown``.
    """
    letter = require_letter(tx, number)
    if letter.settled_at is not None:
        return False
    settle_letter(tx, number, "discarded", at=at)
    _note(tx, "dead-letter-discarded", letter, at)
    return True


def _redriven(
    tx: Tx, letter: DeadLetter, *, key: Opener, apply: Apply, at: datetime
) -> Redriven:
    if letter.body is None:
        raise ExchangeError(DEAD_LETTER_SHREDDED.of(field=letter.case, got=letter.id))
    envelope = Envelope.from_json(letter.body, error=ExchangeError, field="envelope")
    try:
        message, digest = disclose_whole(envelope, key=key)
    except InteropError as refusal:
        code = refusal.code
    else:
        code = refusal_of(tx, envelope, message, apply)
        if not code:
            inbox.applied_later(tx, letter, digest)
    if code:
        refuse_again(tx, letter.id, code)
        _note(tx, "dead-letter-refused", letter, at)
        return Redriven(letter.id, letter.case, code)
    settle_letter(tx, letter.id, "redriven", at=at)
    _note(tx, "dead-letter-redriven", letter, at)
    return Redriven(letter.id, letter.case)


def _note(tx: Tx, kind: str, letter: DeadLetter, at: datetime) -> None:
    what = f"{letter.peer}/{letter.lane}/{letter.seq}"
    audit.append(tx, kind=kind, case=letter.case, digest=what, at=at)
