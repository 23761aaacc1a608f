"""Counters without gaps: a number taken in a transaction that fails is not used up."""

from typing import Final

from sqlalchemy import bindparam, insert, update

from interop.store.schema import COUNTER
from interop.store.tx import Tx

_HERE: Final = COUNTER.c.name == bindparam("counter")
_NEXT: Final = update(COUNTER).where(_HERE).values(n=bindparam("to"))
_FIRST: Final = insert(COUNTER)


def next_serial(tx: Tx, name: str) -> int:
    """Return the next number of counter ``name``, from 1."""
    taken = tx.memory.serials
    if name in taken:
        # Nobody else moves it before the commit: it is written once, with the last number.
        taken[name] += 1
        tx.change(_NEXT, name, {"counter": name, "to": taken[name]})
        return taken[name]
    # A lane's own counter is nobody else's; any other is held until the commit, or a number
    # taken later could be committed before it, and one that is given back leave a gap.
    if tx.lane is not None and not name.startswith(f"outbox/{tx.lane}/"):
        tx.hold_books()
    taken[name] = tx.count(COUNTER, by="n", name=name, n=1)
    return taken[name]


def set_serial(tx: Tx, name: str, n: int) -> None:
    """Let counter ``name`` go on after ``n``."""
    if not tx.write(_NEXT, counter=name, to=n):
        tx.write(_FIRST, name=name, n=n)
    tx.memory.serials[name] = n
