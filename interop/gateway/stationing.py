"""Make a desk one end of every channel of its region."""

from functools import partial
from typing import Final

from interop.exchange import Envelope
from interop.exchange.batch import ENVELOPES_MAX
from interop.gateway.bringing import take_piece
from interop.gateway.desk import Desk, Sitting
from interop.gateway.inbound import apply
from interop.gateway.intake import take_batch
from interop.gateway.ledger import park, release
from interop.gateway.sending import waiting
from interop.gateway.station import Station
from interop.store import cases as rows
from interop.store import tasks
from interop.store.tx import Tx

# With so many intents overdue no further message is taken until some are carried out.
LATE_MAX: Final = 10_000


def receive_batch(desk: Desk, data: bytes) -> bytes:
    """Apply a batch from another region and return the receipt; once, however often sent.

    Raises:
        ExchangeError: The batch is refused as a whole; the sender sees why.
        TrustError: A signature does not verify.
        StoreError: Nothing was applied; send again.
    """
    return take_batch(station_of(desk), data)


def station_of(desk: Desk) -> Station:
    """Return a desk as one end of every channel of its region."""
    return Station(
        directory=desk.directory,
        store=desk.store,
        clock=desk.clock,
        peer=desk.outside.peer,
        backoff=desk.backoff,
        holder=desk.holder,
        apply=partial(apply, desk),
        refused=partial(_refused, desk),
        told=partial(_set_aside, desk),
        settled=partial(_let_go, desk),
        credit=partial(_credit, desk),
        waiting=partial(waiting, desk),
        take_piece=partial(take_piece, desk),
        memory=desk.memory,
    )


def _credit(desk: Desk, tx: Tx) -> int:
    """Return how many envelopes are taken next: fewer, the more intents are overdue here."""
    late = len(tasks.due(tx, desk.now(), limit=LATE_MAX))
    return ENVELOPES_MAX * (LATE_MAX - late) // LATE_MAX


def _let_go(desk: Desk, tx: Tx, case: str, codes: frozenset[str] | None) -> bool:
    """Let a case move again that was parked for a dead letter which is settled."""
    known = rows.get(tx, case) is not None
    return known and release(Sitting(desk, tx), case, codes)


def _refused(desk: Desk, tx: Tx, envelope: Envelope, code: str) -> None:
    """Park the case of a message that was refused here, if its sender has a part in it."""
    row = rows.get(tx, envelope.subject)
    if row is not None and envelope.source in {row.receiving, row.handling}:
        _set_aside(desk, tx, envelope.subject, code)


def _set_aside(desk: Desk, tx: Tx, case: str, code: str) -> None:
    """Park a case of which a message was refused, if it is known here and not purged."""
    row = rows.get(tx, case)
    if row is not None and row.purged_at is None:
        park(Sitting(desk, tx), case, code)
