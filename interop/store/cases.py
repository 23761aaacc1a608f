"""Cases (办件) as rows: where each stands, when it is due, who asked, and how many there are.

The row is what lists and clocks need without any key; what is personal lies sealed in
documents, facts and notices (:mod:`interop.store.dossier`, whose functions stand here too).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, func, insert, select
from sqlalchemy import update as change

from interop.errors import CaseError, StoreDamaged
from interop.model.canonical import canonical_bytes, read_json
from interop.model.case import CaseSide
from interop.model.day import day_of
from interop.store import vault
from interop.store.columns import in_utc
from interop.store.dossier import (
    add_notice,
    append_fact,
    document,
    facts,
    notices,
    put_document,
)
from interop.store.memory import Values
from interop.store.reasons import CASE_EXISTS, CASE_UNKNOWN, STORE_DAMAGED
from interop.store.rollup import RollupRow, StandingRow, enter, leave, rollup, standing
from interop.store.schema import CASE_FILE, CASE_PARTY
from interop.store.serials import next_serial
from interop.store.tx import ROWS_MAX, Tx, bounded

__all__ = [
    "LATENESS",
    "CaseRow",
    "RollupRow",
    "StandingRow",
    "add",
    "add_notice",
    "add_parties",
    "append_fact",
    "by_applicant",
    "by_party",
    "by_reference",
    "by_state",
    "document",
    "facts",
    "get",
    "listed",
    "next_serial",
    "notices",
    "overdue",
    "park",
    "provisional",
    "put_document",
    "release",
    "require",
    "rollup",
    "standing",
    "update",
]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists and clocks see it; no personal value.

    Attributes:
        number: Case number (办件编号).
        item: Service item.
        receiving: Receiving region (收件地).
        handling: Handling region (办理地).
        side: Which of the two this store belongs to.
        applicant_lookup: Keyed digest of the applicant, from ``Tx.lookup``.
        state: State of the life cycle.
        state_hash: Digest over all facts both sides agree on.
        receiving_seq: Facts of the receiving side.
        handling_seq: Facts of the handling side.
        due_on: Last day of the clock that runs, inclusive; None if none runs.
        provisional: True while ``due_on`` rests on a calendar year not announced.
        parked: True while the case waits for a person to look at it.
        knowledge: Digests of the knowledge used, by kind.
        created_at: When the case was added; aware.
        reference_lookup: Keyed digest of the host's own number, from ``Tx.lookup``; None
            where the case was handed over.
        purged_at: When it was purged, its retention being over; None while it is kept.
    """

    number: str
    item: str
    receiving: str
    handling: str
    side: CaseSide
    applicant_lookup: str
    state: str
    state_hash: str
    receiving_seq: int
    handling_seq: int
    due_on: date | None
    provisional: bool
    parked: bool
    knowledge: Mapping[str, str]
    created_at: datetime
    reference_lookup: str | None = None
    purged_at: datetime | None = None


KNOWLEDGES_MAX: Final = 256
_PLAIN: Final = tuple(name for name in CaseRow.__slots__ if name not in {"parked", "knowledge"})
_THIS: Final = CASE_FILE.c.number == bindparam("of_case")
_CHANGE: Final = change(CASE_FILE).where(_THIS)
_PARK: Final = change(CASE_FILE).where(_THIS)
_ADD: Final = insert(CASE_FILE)
_AGE: Final = (CASE_FILE.c.created_at, CASE_FILE.c.number)
# No due day is lacking there; to say where one would stand keeps an index from ordering.
LATENESS: Final = (CASE_FILE.c.due_on, *_AGE)
_UNSURE: Final = CASE_FILE.c.provisional.is_(True)


def add(tx: Tx, row: CaseRow) -> None:
    """Add a case and create its key.

    It enters its first state on the day of ``created_at``.

    Raises:
        CaseError: ``case-exists``.
        StoreError: ``case-key-destroyed``, ``store-time-naive``; ``store-fault`` if another
            case has its ``reference_lookup``.
    """
    known = tx.known(row.number)
    if known.row is not None:
        raise CaseError(CASE_EXISTS.of(field="number", got=row.number))
    created_at = in_utc(row.created_at)
    state_on = day_of(created_at)
    vault.create_key(tx, row.number)
    known.row = {name: getattr(row, name) for name in _PLAIN} | {
        "created_at": created_at,
        "state_on": state_on,
        "knowledge": canonical_bytes(dict(row.knowledge)).decode(),
        "parked_code": "" if row.parked else None,
    }
    tx.add(_ADD, known.row)
    tx.memory.new.add(row.number)
    enter(tx, RollupRow(state_on, row.receiving, row.handling, row.item, row.state))


def add_parties(tx: Tx, number: str, lookups: Iterable[str]) -> None:
    """Let a case be found by who takes part in it beside the applicant.

    Args:
        tx: The transaction that added the case.
        number: Case number.
        lookups: Keyed digests from ``Tx.lookup``.
    """
    rows = [{"lookup": lookup, "case_number": number} for lookup in sorted(set(lookups))]
    tx.write_all(insert(CASE_PARTY), rows)


def by_party(
    tx: Tx, lookup: str, *, after: str = "", limit: int = ROWS_MAX
) -> tuple[CaseRow, ...]:
    """List the cases in which one person takes part, by number.

    Args:
        tx: A transaction.
        lookup: Keyed digest from ``Tx.lookup``.
        after: Only numbers past this one.
        limit: At most so many, 1 to 10000.
    """
    beside = select(CASE_PARTY.c.case_number).where(CASE_PARTY.c.lookup == lookup)
    which = (CASE_FILE.c.applicant_lookup == lookup) | CASE_FILE.c.number.in_(beside)
    past = CASE_FILE.c.number > after
    return listed(tx, which & past, by=(CASE_FILE.c.number,), limit=limit)


def get(tx: Tx, number: str) -> CaseRow | None:
    """Return the case, if it is known."""
    row = tx.known(number).row
    return None if row is None else _read(row)


def require(tx: Tx, number: str) -> CaseRow:
    """Return the case.

    Raises:
        CaseError: ``case-unknown``.
    """
    row = get(tx, number)
    if row is None:
        raise _unknown(number)
    return row


def update(  # noqa: PLR0913 -- the columns a transition changes, each by name
    tx: Tx,
    number: str,
    *,
    state: str,
    state_hash: str,
    receiving_seq: int,
    handling_seq: int,
    due_on: date | None,
    provisional: bool,
    on: date,
) -> None:
    """Write where the case stands now, and keep the roll-up.

    Args:
        tx: The transaction of the facts that led here.
        number: Case number.
        state: State of the life cycle.
        state_hash: Digest over all facts both sides agree on.
        receiving_seq: Facts of the receiving side.
        handling_seq: Facts of the handling side.
        due_on: Last day of the clock that runs, inclusive; None if none runs.
        provisional: True while ``due_on`` rests on a calendar year not announced.
        on: Day of the change, Asia/Shanghai; counts only if the state changes.

    Raises:
        CaseError: ``case-unknown``.
    """
    row = tx.known(number).row
    if row is None:
        raise _unknown(number)
    before, since = row["state"], row["state_on"]
    changes = {
        "state": state,
        "state_on": since if before == state else on,
        "state_hash": state_hash,
        "receiving_seq": receiving_seq,
        "handling_seq": handling_seq,
        "due_on": due_on,
        "provisional": provisional,
    }
    # A row that still waits to be added is added as it is now.
    row.update(changes)
    if number not in tx.memory.new:
        tx.change(_CHANGE, number, {"of_case": number} | changes)
    if before != state:
        where = (row["receiving"], row["handling"], row["item"])
        leave(tx, RollupRow(since, *where, before))
        enter(tx, RollupRow(on, *where, state))


def park(tx: Tx, number: str, reason_code: str) -> None:
    """Set the case aside until a person has looked at it; the latest reason stands.

    Raises:
        CaseError: ``case-unknown``.
    """
    _set_parked(tx, number, reason_code)


def release(tx: Tx, number: str) -> bool:
    """Let a parked case move again; return False if it was not parked.

    Raises:
        CaseError: ``case-unknown``.
    """
    if not require(tx, number).parked:
        return False
    _set_parked(tx, number, None)
    return True


def _set_parked(tx: Tx, number: str, code: str | None) -> None:
    if not tx.write(_PARK, of_case=number, parked_code=code):
        raise _unknown(number)


def by_applicant(tx: Tx, lookup: str) -> tuple[CaseRow, ...]:
    """List the cases of one applicant, oldest first; at most 10000.

    Args:
        tx: A transaction.
        lookup: Keyed digest from ``Tx.lookup``.
    """
    which = CASE_FILE.c.applicant_lookup == lookup
    return listed(tx, which, by=_AGE, limit=ROWS_MAX)


def by_reference(tx: Tx, lookup: str) -> CaseRow | None:
    """Return the case that was filed under a host's own number, if there is one.

    Args:
        tx: A transaction.
        lookup: Keyed digest from ``Tx.lookup``.
    """
    row = tx.row(select(CASE_FILE).where(CASE_FILE.c.reference_lookup == lookup))
    return None if row is None else _read(row)


def by_state(
    tx: Tx, states: Iterable[str], *, side: CaseSide, limit: int
) -> tuple[CaseRow, ...]:
    """List the cases that stand in one of ``states``, oldest first.

    Args:
        tx: A transaction.
        states: States of the life cycle.
        side: Only cases in which this store is that side.
        limit: At most so many, 1 to 10000.
    """
    standing = CASE_FILE.c.state.in_(sorted(set(states)))
    return listed(tx, standing & (CASE_FILE.c.side == side), by=_AGE, limit=limit)


def overdue(tx: Tx, on: date, *, limit: int) -> tuple[CaseRow, ...]:
    """List the cases whose last day lies before ``on``, the most overdue first.

    A provisional last day is the earliest possible one; the row says so.

    Args:
        tx: A transaction.
        on: Today, Asia/Shanghai; a case due today is not overdue.
        limit: At most so many, 1 to 10000.
    """
    return listed(tx, CASE_FILE.c.due_on < on, by=LATENESS, limit=limit)


def count_overdue(tx: Tx, on: date, *, limit: int) -> int:
    """Return how many :func:`overdue` would list."""
    return _counted(tx, CASE_FILE.c.due_on < on, limit)


def provisional(tx: Tx, *, after: str = "", limit: int) -> tuple[CaseRow, ...]:
    """List the cases to compute again once a calendar year is announced, by number.

    Args:
        tx: A transaction.
        after: Only numbers past this one.
        limit: At most so many, 1 to 10000.
    """
    which = _UNSURE & (CASE_FILE.c.number > after)
    return listed(tx, which, by=(CASE_FILE.c.number,), limit=limit)


def count_provisional(tx: Tx, *, limit: int) -> int:
    """Return how many such cases there are, at most ``limit``."""
    return _counted(tx, _UNSURE, limit)


def _counted(tx: Tx, which: ColumnElement[bool], limit: int) -> int:
    some = select(CASE_FILE.c.number).where(which).limit(bounded(limit)).subquery()
    return int(tx.rows(select(func.count().label("n")).select_from(some))[0]["n"])


def listed(
    tx: Tx, which: ColumnElement[bool], *, by: Iterable[ColumnElement[object]], limit: int
) -> tuple[CaseRow, ...]:
    """List the cases for which a condition holds, in an order; at most ``limit``."""
    query = select(CASE_FILE).where(which).order_by(*by).limit(bounded(limit))
    return read_rows(tx, query)


def read_rows(tx: Tx, query: Select[*tuple[object, ...]]) -> tuple[CaseRow, ...]:
    """Return the cases that a statement on their table finds."""
    return tuple(_read(row) for row in tx.rows(query))


def _read(row: RowMapping | Values) -> CaseRow:
    return CaseRow(
        **{name: row[name] for name in _PLAIN},
        parked=row["parked_code"] is not None,
        knowledge=_knowledge(row),
    )


def _knowledge(row: RowMapping | Values) -> Mapping[str, str]:
    try:
        return _digests(row["knowledge"])
    except StoreDamaged as fault:
        path = f"case_file[{row['number']}].knowledge"
        raise StoreDamaged(STORE_DAMAGED.of(field=path, got=fault.code)) from None


@lru_cache(maxsize=KNOWLEDGES_MAX)
def _digests(text: str) -> Mapping[str, str]:
    # The cases of one day rest on the same knowledge, and lists read many.
    value = read_json(text.encode(), error=StoreDamaged)
    if not isinstance(value, dict):
        raise StoreDamaged(STORE_DAMAGED.of(field="$", got="not an object"))
    return MappingProxyType({kind: str(digest) for kind, digest in value.items()})


def _unknown(number: str) -> CaseError:
    return CaseError(CASE_UNKNOWN.of(field="number", got=number))
