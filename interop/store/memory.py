"""What a transaction knows of its cases, and the rows that it has still to write.

A case is read once. Rows wait until something else is read or written, and go out together:
one statement for each table, not one for each row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Self

from sqlalchemy import RowMapping, ScalarSelect, Select, TableClause, bindparam, func, select
from sqlalchemy.sql.dml import Insert, Update

from interop.store.columns import Sealed
from interop.store.schema import CASE_FILE, CASE_KEY, COUNTER, FACT, METADATA

Values = dict[str, Any]

# What others refer to is written before them.
_ORDER: Final[dict[TableClause, int]] = {
    table: n for n, table in enumerate(METADATA.sorted_tables)
}
# What else writes to these makes a transaction forget.
REMEMBERED: Final[frozenset[TableClause]] = frozenset({CASE_KEY, CASE_FILE, FACT, COUNTER})


def _last(side: str) -> ScalarSelect[int]:
    facts = (FACT.c.case_number == CASE_KEY.c.case_number) & (FACT.c.side == side)
    return select(func.coalesce(func.max(FACT.c.seq), 0)).where(facts).scalar_subquery()


_KNOWN: Final[Select[*tuple[Any, ...]]] = select(
    CASE_KEY.c.case_number,
    CASE_KEY.c.wrapped,
    CASE_FILE,
    _last("receiving").label("last_receiving"),
    _last("handling").label("last_handling"),
).select_from(CASE_KEY.outerjoin(CASE_FILE, CASE_FILE.c.number == CASE_KEY.c.case_number))
# All that is known of a case, or of several, by one statement.
ONE: Final = _KNOWN.where(CASE_KEY.c.case_number == bindparam("of_case"))
MANY: Final = _KNOWN.where(CASE_KEY.c.case_number.in_(bindparam("among", expanding=True)))


@dataclass(slots=True)
class Known:
    """One case as the transaction has read it, or last written it.

    Attributes:
        keyed: Whether it was ever given a key.
        wrapped: Its key as it is kept; None once destroyed, or if it was given none.
        row: Its row; None if there is no such case.
        last: Position of the last fact of each side; 0 if there is none.
    """

    keyed: bool = False
    wrapped: Sealed | None = None
    row: Values | None = None
    last: dict[str, int] = field(default_factory=lambda: {"receiving": 0, "handling": 0})

    @classmethod
    def of(cls, found: RowMapping | None) -> Self:
        """Return what a row of :data:`ONE` or :data:`MANY` says; of no row, no case."""
        if found is None:
            return cls()
        row: Values = {**found}
        last = {side: row.pop(f"last_{side}") for side in ("receiving", "handling")}
        wrapped = row.pop("wrapped")
        del row["case_number"]
        return cls(keyed=True, wrapped=wrapped, row=row if row["number"] else None, last=last)


@dataclass(slots=True)
class Memory:
    """What one transaction remembers.

    INVARIANT: what waits is written before anything is read that may hold it, and before
    the transaction ends.

    Attributes:
        cases: What is known of cases, by number.
        serials: Counters as they stand, by name.
        new: Numbers of the cases whose row still waits to be added.
    """

    cases: dict[str, Known] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    _added: dict[Insert, list[Values]] = field(default_factory=dict)
    _changed: dict[Update, dict[str, Values]] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether anything has still to be written."""
        return bool(self._added or self._changed)

    def add(self, statement: Insert, values: Values) -> None:
        """Put down a row to insert; all rows of a statement have the same columns."""
        self._added.setdefault(statement, []).append(values)

    def change(self, statement: Update, key: str, values: Values) -> None:
        """Put down a row to update; a later change of the same row takes its place."""
        self._changed.setdefault(statement, {})[key] = values

    def take(self) -> Iterator[tuple[Insert | Update, list[Values]]]:
        """Yield what to write now, in order; nothing is left."""
        added, self._added = self._added, {}
        changed, self._changed = self._changed, {}
        self.new.clear()
        yield from sorted(added.items(), key=lambda one: _ORDER[one[0].table])
        for statement, rows in changed.items():
            yield statement, list(rows.values())
