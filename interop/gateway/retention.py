"""What is kept too long is purged; a case under a legal hold is not; each is told in a line.

Every case is purged in a transaction of its own: wholly or not at all, so that whoever is
interrupted goes on where they were.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from interop.cases import RetentionTable
from interop.cases.retention import RetentionClass
from interop.errors import InteropError
from interop.gateway import kinds
from interop.gateway.library import Library
from interop.knowledge import Document
from interop.model.day import day_of, midnight
from interop.store import Store, audit, holds, materials, purging, versions
from interop.store import cases as rows
from interop.store.letters import dead_letters_of
from interop.store.tx import Tx

PAGE_CASES: Final = 500
SWEEP_MAX: Final = 1_000
PURGED: Final = "purged."


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose retention is over, or a number under which only dead letters came.

    Attributes:
        case: Case number.
        state: State it rests in; empty of one that was never taken in.
        since: Day it entered that state, or its last letter was settled; Asia/Shanghai.
        under: Class of records it falls into.
    """

    case: str
    state: str
    since: date
    under: str


@dataclass(frozen=True, slots=True)
class Purged:
    """What became of a case that was due.

    Attributes:
        case: Case number.
        under: Class of records.
        code: Why it was left; empty if it was purged.
    """

    case: str
    under: str
    code: str = ""


def retention_of(library: Library, region: str) -> Document[RetentionTable]:
    """Return how long ``region`` keeps its records; the common table for none, or by default.

    Raises:
        KnowledgeError: The region is unknown, or its file is broken.
    """
    own = (*(library.chain(region) if region else ()), kinds.COMMON)
    return library.knowledge.nearest(kinds.RETENTIONS, own)


def count_due(store: Store, table: RetentionTable, *, on: date) -> int:
    """Return how many cases are due ``on``."""
    found = sum(1 for _ in _letters(store, table, on))
    for row, until in _over(table, on):
        with store.transaction() as tx:
            found += purging.count_ended(tx, row.states, until)
    return found


def due(store: Store, table: RetentionTable, *, on: date) -> Iterator[Due]:
    """Yield the cases that are due ``on``, by class and number."""
    for row, until in _over(table, on):
        after = ""
        while True:
            with store.transaction() as tx:
                page = purging.ended(tx, row.states, until, after=after, limit=PAGE_CASES)
            yield from (Due(one.number, one.state, one.since, row.id) for one in page)
            if len(page) < PAGE_CASES:
                break
            after = page[-1].number
    yield from _letters(store, table, on)


def _letters(store: Store, table: RetentionTable, on: date) -> Iterator[Due]:
    row = table.of_letters
    until = None if row is None else row.period.over_since(on)
    if row is None or until is None:
        return
    before, after = midnight(until + timedelta(days=1)), ""
    while True:
        with store.transaction() as tx:
            page = purging.letters_over(tx, before, after=after, limit=PAGE_CASES)
        yield from (Due(case, "", day_of(settled), row.id) for case, settled in page)
        if len(page) < PAGE_CASES:
            return
        after = page[-1][0]


def purge(store: Store, table: Document[RetentionTable], *, at: datetime) -> Iterator[Purged]:
    """Purge what is due, case by case, and yield what became of each.

    The line of each names the table by digest; the table is kept by it.

    Args:
        store: The store.
        table: Whose periods count.
        at: Now, aware.

    Yields:
        Each case that was purged, or left for a reason.
    """
    for one in due(store, table.value, on=day_of(at)):
        try:
            with store.transaction() as tx:
                done = _purged(tx, one, table, at)
        except InteropError as fault:
            yield Purged(one.case, one.under, fault.code)
        else:
            if done:
                yield Purged(one.case, one.under)


def _purged(tx: Tx, one: Due, table: Document[RetentionTable], at: datetime) -> bool:
    # It may have moved, or been purged by another, since it was listed.
    if _moved(tx, one):
        return False
    versions.keep(
        tx,
        digest=table.digest,
        kind=table.kind,
        key=table.place.key,
        data=table.data,
        at=at,
    )
    purging.erase(tx, one.case, at=at)
    kind = f"{PURGED}{one.under}"
    audit.append(tx, kind=kind, case=one.case, digest=table.digest, at=at)
    return True


def _moved(tx: Tx, one: Due) -> bool:
    row = rows.get(tx, one.case)
    if row is not None:
        return row.purged_at is not None or row.state != one.state
    letters = dead_letters_of(tx, one.case)
    waits = any(letter.settled_at is None for letter in letters)
    return waits or all(letter.body is None for letter in letters)


def hold(store: Store, case: str, basis: str, *, at: datetime) -> bool:
    """Hold a case; return False if it was held on this basis. Raise as ``holds.place``."""
    with store.transaction() as tx:
        placed = holds.place(tx, case, basis, at=at)
        if placed:
            _tell(tx, "hold-placed", holds.Hold(case, basis, at), at)
        return placed


def let_go(store: Store, case: str, *, at: datetime) -> None:
    """Release a case; raise as ``holds.release``."""
    with store.transaction() as tx:
        held = holds.release(tx, case)
        _tell(tx, "hold-released", held, at)


def sweep(store: Store, table: RetentionTable, *, at: datetime) -> int:
    """Forget uploads that were begun and not gone on with; return how many."""
    period = table.of_uploads.period
    before = at - (period.after(day := day_of(at)) - day)
    with store.transaction() as tx:
        return materials.sweep(tx, before=before, limit=SWEEP_MAX)


def _over(table: RetentionTable, on: date) -> Iterator[tuple[RetentionClass, date]]:
    for row in table.of_cases:
        until = row.period.over_since(on)
        if until is not None:
            yield row, until


def _tell(tx: Tx, kind: str, held: holds.Hold, at: datetime) -> None:
    # Keyed: a line shows that two name the same basis, and not which.
    basis = tx.lookup(f"hold|{held.basis}")
    audit.append(tx, kind=kind, case=held.case, digest=basis, at=at)
