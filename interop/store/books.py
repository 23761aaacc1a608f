"""What was sent and received on a lane on one day, to be compared with the peer's books."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Table, select

from interop.store.replay import made
from interop.store.schema import OUTBOX, RECEIVED, on_lane
from interop.store.tx import Tx

PAGE_ROWS = 10_000

Line = tuple[str, int, bytes | None]


def sent_on(tx: Tx, peer: str, lane: int, day: date) -> Iterator[Line]:
    """Yield case, number and digest of each message that the peer has given a receipt for."""
    receipted, _ = made(tx, peer, lane)
    for line in _on(tx, OUTBOX, (peer, lane, day)):
        if line[1] <= receipted:
            yield line


def received_on(tx: Tx, peer: str, lane: int, day: date) -> Iterator[Line]:
    """Yield case, number and digest of each message received; no digest if not applied."""
    return _on(tx, RECEIVED, (peer, lane, day))


def days(tx: Tx, peer: str) -> tuple[tuple[int, date], ...]:
    """List the lanes and days on which anything was sent to or received from ``peer``."""
    found: set[tuple[int, date]] = set()
    for table in (OUTBOX, RECEIVED):
        query = select(table.c.lane, table.c.day).where(
            table.c.peer == peer, table.c.day.is_not(None)
        )
        found |= {(row["lane"], row["day"]) for row in tx.rows(query.distinct())}
    return tuple(sorted(found))


def _on(tx: Tx, table: Table, where: tuple[str, int, date]) -> Iterator[Line]:
    peer, lane, day = where
    after = 0
    while True:
        query = (
            select(table.c.case_number, table.c.seq, table.c.digest)
            .where(on_lane(table, peer, lane), table.c.day == day, table.c.seq > after)
            .order_by(table.c.seq)
            .limit(PAGE_ROWS)
        )
        rows = tx.rows(query)
        for row in rows:
            yield row["case_number"], row["seq"], row["digest"]
        if len(rows) < PAGE_ROWS:
            return
        after = rows[-1]["seq"]


def sent_about(tx: Tx, peer: str, lane: int, case: str) -> tuple[int, ...]:
    """List the numbers of the messages about a case that were sent on a lane, in order."""
    query = select(OUTBOX.c.seq).where(
        on_lane(OUTBOX, peer, lane),
        OUTBOX.c.case_number == case,
        OUTBOX.c.batch_first.is_not(None),
    )
    return tuple(row["seq"] for row in tx.rows(query.order_by(OUTBOX.c.seq)))
