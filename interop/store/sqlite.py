"""What is particular to SQLite: how to connect, begin, flush, and read its faults.

No other module holds SQL that only SQLite understands.
"""

import sqlite3
import threading
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    PoolProxiedConnection,
    QueuePool,
    Select,
    Table,
    create_engine,
    event,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.dml import ReturningInsert

from interop.errors import InteropError, StoreDamaged, StoreError, StoreFull, StoreLocked
from interop.store.reasons import (
    STORE_DAMAGED,
    STORE_FAULT,
    STORE_FULL,
    STORE_LOCKED,
    STORE_NOT_DURABLE,
    STORE_UNREACHABLE,
)

MEMORY: Final = ":memory:"
CONNECTIONS_MAX: Final = 32
CONNECTIONS_KEPT: Final = 4

# Before the first statement. isolation_level None keeps the driver from opening transactions
# by itself, late and deferred; the begin event opens every one as a writer.
PRAGMAS: Final = ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON")

_FULL: Final = {sqlite3.SQLITE_FULL}
_LOCKED: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_UNREACHABLE: Final = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


Rows = TypeVar("Rows", bound=Select[*tuple[object, ...]])


def check(url: URL) -> bool:
    """Return whether an address is the path of a file and nothing more."""
    return not (url.host or url.query)


def engine_at(url: URL, *, busy_timeout_ms: int) -> Engine:
    """Return an engine whose every transaction is an immediate, durable one.

    Args:
        url: Address of a file.
        busy_timeout_ms: How long a transaction waits for another writer, in milliseconds.

    Raises:
        StoreError: ``store-unreachable``.
    """
    if url.database and url.database != MEMORY:
        # Before SQLite does, so that nobody but the owner can read the file or its log.
        try:
            Path(url.database).touch(mode=0o600)
        except OSError as fault:
            raise StoreError(STORE_UNREACHABLE.of(got=fault.strerror)) from fault
    engine = create_engine(
        url,
        connect_args={"timeout": busy_timeout_ms / 1000},
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_MAX - CONNECTIONS_KEPT,
        pool_timeout=busy_timeout_ms / 1000,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
        (mode,) = cursor.fetchone() or ("unknown",)
        if mode != "wal":
            raise StoreError(STORE_NOT_DURABLE.of(expected="wal", got=mode))
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    # By the driver itself: it begins every transaction, and most are short.
    cursor = connection.connection.cursor()
    try:
        cursor.execute("BEGIN IMMEDIATE")
    finally:
        cursor.close()


def enter(_connection: Connection, _lane: int | None) -> None:
    """Do nothing: every transaction is alone from its beginning."""


def hold_books(_connection: Connection) -> None:
    """Do nothing: a transaction that is alone holds all books."""


def claimed(query: Rows) -> Rows:
    """Return the query as it is: nobody else claims anything now."""
    return query


@cache
def counting(table: Table, *, by: str) -> ReturningInsert[int]:
    """Return an upsert that adds the value of ``by``, and returns the sum."""
    new = insert(table)
    changed = {by: table.c[by] + new.excluded[by]}
    keys = list(table.primary_key.columns)
    return new.on_conflict_do_update(index_elements=keys, set_=changed).returning(table.c[by])


def notify(_connection: Connection) -> None:
    """Do nothing: another process finds work by polling."""


class ProcessBell:
    """Wakes who waits in this process; another process polls."""

    def __init__(self) -> None:
        """Begin silent."""
        self._rung = threading.Event()

    def ring(self) -> None:
        """Wake who waits."""
        self._rung.set()

    def wait(self, timeout_s: float) -> bool:
        """Return True once rung since the last call, False after ``timeout_s``."""
        rung = self._rung.wait(timeout_s)
        self._rung.clear()
        return rung

    def close(self) -> None:
        """Let who waits go on."""
        self._rung.set()


def bell(_engine: Engine) -> ProcessBell:
    """Return what to wait for work with."""
    return ProcessBell()


def flush_log(engine: Engine) -> bool:
    """Empty the write-ahead log into the file; return False if a reader is in the way.

    Bytes that were overwritten, such as a destroyed key, else live on in the log.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_counts) = cursor.fetchone() or (1,)
        cursor.close()
        return not busy
    finally:
        connection.close()


def copy_to(engine: Engine, file: Path) -> None:
    """Write a consistent copy of the database into a file, while others go on writing."""
    connection = engine.raw_connection()
    try:
        with closing(sqlite3.connect(file)) as target:
            _driver(connection).backup(target)
    finally:
        connection.close()


def copy_from(engine: Engine, file: Path) -> None:
    """Overwrite the database with the copy in a file."""
    connection = engine.raw_connection()
    try:
        with closing(sqlite3.connect(file)) as source:
            source.backup(_driver(connection))
    finally:
        connection.close()


def _driver(connection: PoolProxiedConnection) -> sqlite3.Connection:
    found = connection.driver_connection
    if not isinstance(found, sqlite3.Connection):
        raise StoreError(STORE_FAULT.of(got=type(found).__name__))
    return found


def refusal(fault: Exception) -> InteropError:
    """Return the store's error for a fault of the driver or of SQLAlchemy.

    A refusal of our own that passed through SQLAlchemy comes back as it was.
    """
    cause = fault.orig if isinstance(fault, StatementError) and fault.orig else fault
    if isinstance(cause, InteropError):
        return cause
    if isinstance(cause, PoolTimeout):
        return StoreLocked(STORE_LOCKED.of(got="every connection is in use"))
    if str(cause).startswith("Could not decode to UTF-8"):
        return StoreDamaged(STORE_DAMAGED.of(field="$", got="text is not UTF-8"))
    name = getattr(cause, "sqlite_errorname", type(cause).__name__)
    return _by_code(getattr(cause, "sqlite_errorcode", 0) & 0xFF, name)


def _by_code(code: int, name: str) -> StoreError:
    if code in _FULL:
        return StoreFull(STORE_FULL.of(got=name))
    if code in _LOCKED:
        return StoreLocked(STORE_LOCKED.of(got=name))
    if code in _DAMAGED:
        return StoreDamaged(STORE_DAMAGED.of(field="$", got=name))
    if code in _UNREACHABLE:
        return StoreError(STORE_UNREACHABLE.of(got=name))
    return StoreError(STORE_FAULT.of(got=name))


# OverflowError: an integer over 64 bits, which the driver lets through unworded.
PARALLEL: Final[bool] = False
# One writer at a time: more lanes would only be more commits.
LANES: Final[int] = 1
FAULTS: Final[tuple[type[Exception], ...]] = (SQLAlchemyError, sqlite3.Error, OverflowError)
