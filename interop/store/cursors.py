"""How far a reader has read, kept as a counter: what is read again is read from there."""

from sqlalchemy import insert, select, update

from interop.store.schema import COUNTER
from interop.store.tx import Tx


def position(tx: Tx, name: str) -> int:
    """Return how far the reader ``name`` has read; 0 before the first time."""
    row = tx.row(select(COUNTER.c.n).where(COUNTER.c.name == name))
    return 0 if row is None else int(row["n"])


def advance(tx: Tx, name: str, n: int) -> None:
    """Keep that the reader ``name`` has read up to ``n``; it never goes back."""
    if n > position(tx, name):
        here = update(COUNTER).where(COUNTER.c.name == name).values(n=n)
        if not tx.write(here):
            tx.write(insert(COUNTER).values(name=name, n=n))
