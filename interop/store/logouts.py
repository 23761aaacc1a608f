"""Sessions that identity providers ended, by digest, until no token of them can be alive."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from interop.store.schema import LOGOUT
from interop.store.tx import Tx


def end(tx: Tx, key: str, *, at: datetime, until: datetime) -> None:
    """Remember that the sessions under ``key`` that began by ``at`` are over.

    An earlier end never takes the place of a later one.

    Args:
        tx: A transaction.
        key: Digest of issuer and subject, or of issuer and session.
        at: When they ended; aware.
        until: From when the entry may be forgotten; aware.
    """
    tx.hold_books()
    row = tx.row(select(LOGOUT).where(LOGOUT.c.key == key))
    if row is not None:
        at, until = max(at, row["at"]), max(until, row["until"])
        tx.write(delete(LOGOUT).where(LOGOUT.c.key == key))
    tx.write(insert(LOGOUT).values(key=key, at=at, until=until))


def ended_at(tx: Tx, key: str) -> datetime | None:
    """Return when the sessions under ``key`` ended last, if they did."""
    row = tx.row(select(LOGOUT.c.at).where(LOGOUT.c.key == key))
    return None if row is None else row["at"]


def sweep(tx: Tx, now: datetime) -> int:
    """Forget what is past its ``until``; return how many."""
    return tx.write(delete(LOGOUT).where(LOGOUT.c.until < now))
