"""Counters without gaps: a number taken in a transaction that fails is not used up."""

from sqlalchemy import insert, select, update

from interop.store.schema import COUNTER
from interop.store.tx import Tx


def next_serial(tx: Tx, name: str) -> int:
    """Return the next number of counter ``name``, from 1."""
    row = tx.row(select(COUNTER.c.n).where(COUNTER.c.name == name))
    n = 1 if row is None else int(row["n"]) + 1
    if row is None:
        tx.write(insert(COUNTER).values(name=name, n=n))
    else:
        tx.write(update(COUNTER).where(COUNTER.c.name == name).values(n=n))
    return n


def set_serial(tx: Tx, name: str, n: int) -> None:
    """Let counter ``name`` go on after ``n``."""
    if not tx.write(update(COUNTER).where(COUNTER.c.name == name).values(n=n)):
        tx.write(insert(COUNTER).values(name=name, n=n))
