"""Counters without gaps: a number taken in a transaction that fails is not used up."""

from sqlalchemy import insert, update

from interop.store.schema import COUNTER
from interop.store.tx import Tx


def next_serial(tx: Tx, name: str) -> int:
    """Return the next number of counter ``name``, from 1."""
    # A lane's own counter is nobody else's; any other is held until the commit, or a number
    # taken later could be committed before it, and one that is given back leave a gap.
    if tx.lane is not None and name != f"outbox/{tx.lane}":
        tx.hold_books()
    return tx.count(COUNTER, by="n", name=name, n=1)


def set_serial(tx: Tx, name: str, n: int) -> None:
    """Let counter ``name`` go on after ``n``."""
    if not tx.write(update(COUNTER).where(COUNTER.c.name == name).values(n=n)):
        tx.write(insert(COUNTER).values(name=name, n=n))
