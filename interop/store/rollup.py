"""How many cases stand in which state since which day, kept with every change of a case.

Counting all cases anew takes seconds for a million; the roll-up is read at once, and equals
the count at every commit because it changes in the same transaction.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, bindparam, delete, insert, select, update

from interop.store.schema import ROLLUP
from interop.store.tx import Tx

_PLACE: Final = ("day", "receiving", "handling", "item", "state")
_HERE: Final = and_(*(ROLLUP.c[name] == bindparam(f"at_{name}") for name in _PLACE))
_MORE: Final = update(ROLLUP).where(_HERE).values(n=ROLLUP.c.n + bindparam("by"))
# The last cases of a line take it with them.
_LAST: Final = delete(ROLLUP).where(_HERE, ROLLUP.c.n <= bindparam("by"))
_ADD: Final = insert(ROLLUP)


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
    if not tx.write(_MORE, **_at(place), by=place.n):
        tx.write(_ADD, **{name: getattr(place, name) for name in (*_PLACE, "n")})


def leave(tx: Tx, place: RollupRow) -> None:
    """Count ``place.n`` cases less; a line without cases goes."""
    here = _at(place)
    if not tx.write(_LAST, **here, by=place.n):
        tx.write(_MORE, **here, by=-place.n)


def rollup(tx: Tx) -> tuple[RollupRow, ...]:
    """List the roll-up, ordered by day, regions, item and state."""
    rows = tx.rows(select(ROLLUP).order_by(*(ROLLUP.c[name] for name in _PLACE)))
    return tuple(RollupRow(**row) for row in rows)


def _at(place: RollupRow) -> dict[str, object]:
    return {f"at_{name}": getattr(place, name) for name in _PLACE}
