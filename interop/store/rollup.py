"""How many cases stand in which state since which day, kept with every change of a case.

Counting all cases anew takes seconds for a million; the roll-up is read at once, and equals
the count at every commit because it changes in the same transaction. What days and items
make long is also kept without them, for whoever looks at the whole.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from sqlalchemy import Delete, Table, Update, and_, bindparam, delete, select, update

from interop.store.schema import ROLLUP, STANDING
from interop.store.tx import Tx

PLACE: Final = ("day", "receiving", "handling", "item", "state")
WHERE: Final = ("receiving", "handling", "state")


@dataclass(frozen=True, slots=True)
class _Tally:
    """A table of counts by place, and how one is taken down."""

    table: Table
    names: tuple[str, ...]
    fewer: Update
    # The last cases of a line take it with them.
    last: Delete

    @classmethod
    def of(cls, table: Table, names: tuple[str, ...]) -> Self:
        here = and_(*(table.c[name] == bindparam(f"at_{name}") for name in names))
        fewer = update(table).where(here).values(n=table.c.n - bindparam("by"))
        return cls(table, names, fewer, delete(table).where(here, table.c.n <= bindparam("by")))

    def add(self, tx: Tx, place: Iterable[object], n: int) -> None:
        """Count ``n`` cases more at a place, or fewer."""
        values = dict(zip(self.names, place, strict=True))
        if n > 0:
            tx.count(self.table, by="n", **values, n=n)
            return
        here = {f"at_{name}": value for name, value in values.items()}
        if not tx.write(self.last, **here, by=-n):
            tx.write(self.fewer, **here, by=-n)


_ROLLUP: Final = _Tally.of(ROLLUP, PLACE)
_STANDING: Final = _Tally.of(STANDING, WHERE)


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


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A line of the short roll-up.

    Attributes:
        receiving: Receiving region (收件地).
        handling: Handling region (办理地).
        state: State of the life cycle.
        n: How many cases stand so; at least one.
    """

    receiving: str
    handling: str
    state: str
    n: int


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
        standing: Counter[tuple[str, str, str]] = Counter()
        for place, n in counts:
            _ROLLUP.add(tx, place, n)
            _, receiving, handling, _, state = place
            standing[receiving, handling, state] += n
        for where, n in sorted(standing.items()):
            if n:
                _STANDING.add(tx, where, n)


def standing(tx: Tx) -> tuple[StandingRow, ...]:
    """List how many cases stand in each state, ordered by regions and state."""
    settle(tx)
    rows = tx.rows(select(STANDING).order_by(*(STANDING.c[name] for name in WHERE)))
    return tuple(StandingRow(**row) for row in rows)


def rollup(tx: Tx) -> tuple[RollupRow, ...]:
    """List the roll-up, ordered by day, regions, item and state."""
    settle(tx)
    rows = tx.rows(select(ROLLUP).order_by(*(ROLLUP.c[name] for name in PLACE)))
    return tuple(RollupRow(**row) for row in rows)


def _count(tx: Tx, row: RollupRow, n: int) -> None:
    tx.ledger.add((row.day, row.receiving, row.handling, row.item, row.state), n)
