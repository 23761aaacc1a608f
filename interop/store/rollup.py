"""How many cases stand in which state since which day, kept with every change of a case.

Counting all cases anew takes seconds for a million; the roll-up is read at once, and equals
the count at every commit because it changes in the same transaction.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, bindparam, delete, select, update

from interop.store.ledger import Place
from interop.store.schema import ROLLUP
from interop.store.tx import Tx

_PLACE: Final = ("day", "receiving", "handling", "item", "state")
_HERE: Final = and_(*(ROLLUP.c[name] == bindparam(f"at_{name}") for name in _PLACE))
_MORE: Final = update(ROLLUP).where(_HERE).values(n=ROLLUP.c.n + bindparam("by"))
# The last cases of a line take it with them.
_LAST: Final = delete(ROLLUP).where(_HERE, ROLLUP.c.n <= bindparam("by"))


@dataclass(frozen=True, slots=True)
class RollupRow:
    """A line of the roll-up.

    Attributes:
        day: Day on which the cases entered the state, Asia/Shanghai.
        receiving: Receiving region (收件地).
        handling: Handling region (办理地).
        item: Service item.
        state: State of the life cycle.
        n: How many cases stand so; at least one.
    """

    day: date
    receiving: str
    handling: str
    item: str
    state: str
    n: int = 1


def enter(tx: Tx, place: RollupRow) -> None:
    """Count ``place.n`` cases more."""
    _count(tx, place, place.n)


def leave(tx: Tx, place: RollupRow) -> None:
    """Count ``place.n`` cases less; a line without cases goes."""
    _count(tx, place, -place.n)


def settle(tx: Tx) -> None:
    """Write what a transaction has counted: of a case that came and went on, nothing."""
    if counts := tx.ledger.take_counts():
        tx.hold_books()
        for place, n in counts:
            _write(tx, place, n)


def rollup(tx: Tx) -> tuple[RollupRow, ...]:
    """List the roll-up, ordered by day, regions, item and state."""
    settle(tx)
    rows = tx.rows(select(ROLLUP).order_by(*(ROLLUP.c[name] for name in _PLACE)))
    return tuple(RollupRow(**row) for row in rows)


def _count(tx: Tx, row: RollupRow, n: int) -> None:
    tx.ledger.add((row.day, row.receiving, row.handling, row.item, row.state), n)


def _write(tx: Tx, place: Place, n: int) -> None:
    if n > 0:
        tx.count(ROLLUP, by="n", **dict(zip(_PLACE, place, strict=True)), n=n)
        return
    here = {f"at_{name}": value for name, value in zip(_PLACE, place, strict=True)}
    if not tx.write(_LAST, **here, by=-n):
        tx.write(_MORE, **here, by=n)
