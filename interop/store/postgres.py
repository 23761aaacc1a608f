"""What is particular to PostgreSQL: locks, notifications, and the words of its faults.

No other module holds SQL that only PostgreSQL understands. Any number of processes may share
one database. A transaction is alone in it, as with SQLite, unless it names its lane: lanes
run beside each other, and each other's rows do not concern them. What they share (audit
chain, roll-up, common counters) is kept by the lock of the books, taken after that of the
lane and never before it, so that nobody waits in a circle.

Source: PostgreSQL 18 documentation, sections 9.28.10 (advisory locks), 13.2.1 (read
committed), 13.3.2 (skip locked), appendix A (error codes), NOTIFY.
"""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, QueuePool, Select, Table, bindparam, event, text
from sqlalchemy import create_engine as engine_of
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.dml import ReturningInsert

from interop.errors import InteropError, StoreDamaged, StoreError, StoreFull, StoreLocked
from interop.store.ledger import CLAIMING
from interop.store.reasons import (
    STORE_CONFLICT,
    STORE_COPY_ELSEWHERE,
    STORE_DAMAGED,
    STORE_DRIVER_MISSING,
    STORE_FAULT,
    STORE_FULL,
    STORE_LOCKED,
    STORE_NOT_DURABLE,
    STORE_UNREACHABLE,
)

try:
    from psycopg import Error as _DriverError
except ImportError:
    # Without the extra no such store is opened, and nothing of it is raised.
    _ERRORS: tuple[type[Exception], ...] = ()
else:
    _ERRORS = (_DriverError,)

CONNECTIONS_MAX: Final = 32
CONNECTIONS_KEPT: Final = 4
CONNECT_TIMEOUT_S: Final = 5
# A process that is cut off in mid-transaction gives its locks back after so long.
IDLE_TIMEOUT_MS: Final = 60_000
LISTEN_AGAIN_S: Final = 10.0
CHANNEL: Final = "interop_work"

# What an address may say beyond where: how the server is known, and how it is reached.
ADDRESS_KEYS: Final = frozenset(
    {
        "application_name",
        "channel_binding",
        "host",
        "port",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
    }
)

_FULL: Final = frozenset({"53100"})
# Two transactions in a circle, and one of them was undone.
_CONFLICT: Final = frozenset({"40001", "40P01"})
_LOCKED: Final = frozenset({"53300", "55006", "55P03", "57014"})
_DAMAGED: Final = frozenset({"22021", "XX001", "XX002"})
# Connection, authorization, no such database, resources, shutdown, system.
_UNREACHABLE: Final = frozenset({"08", "28", "3D", "53", "57", "58"})
_UNREACHABLE_TOO: Final = frozenset({"25006", "42501"})

# 64-bit keys in one space of the database; the schema tells two stores in it apart.
_KEY: Final = "hashtextextended('interop/' || current_schema() || :{}, 0)"
_ALONE: Final = text(f"SELECT pg_advisory_xact_lock({_KEY.format('store')})").bindparams(
    store="/store"
)
_BESIDE: Final = text(
    f"SELECT pg_advisory_xact_lock_shared({_KEY.format('store')}),"
    f" pg_advisory_xact_lock({_KEY.format('lane')})"
).bindparams(bindparam("lane"), store="/store")
_NOT_ALONE: Final = text(
    f"SELECT pg_advisory_xact_lock_shared({_KEY.format('store')})"
).bindparams(store="/store")
_BOOKS: Final = text(f"SELECT pg_advisory_xact_lock({_KEY.format('books')})").bindparams(
    books="/books"
)
_NOTIFY: Final = text("SELECT pg_notify(:channel, current_schema())").bindparams(
    channel=CHANNEL
)
_DURABILITY: Final = (
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')"
)

PARALLEL: Final[bool] = True
LANES: Final[int] = 4
# What the driver refuses comes as it is from statements that are handed to it at once.
FAULTS: Final[tuple[type[Exception], ...]] = (SQLAlchemyError, OverflowError, *_ERRORS)

Rows = TypeVar("Rows", bound=Select[*tuple[object, ...]])


def check(url: URL) -> bool:
    """Return whether an address names a database and says nothing but how to reach it."""
    return bool(url.database) and ADDRESS_KEYS.issuperset(url.query)


def engine_at(url: URL, *, busy_timeout_ms: int) -> Engine:
    """Return an engine whose every transaction is a durable, read-committed one.

    Args:
        url: Address of a database.
        busy_timeout_ms: How long a statement waits for a lock, in milliseconds.

    Raises:
        StoreError: ``store-driver-missing``.
    """
    settings = {
        "lock_timeout": busy_timeout_ms,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    try:
        engine = engine_of(
            url,
            connect_args={"options": options, "connect_timeout": CONNECT_TIMEOUT_S},
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            poolclass=QueuePool,
            pool_size=CONNECTIONS_KEPT,
            max_overflow=CONNECTIONS_MAX - CONNECTIONS_KEPT,
            pool_timeout=busy_timeout_ms / 1000,
            pool_pre_ping=True,
        )
    except ImportError:
        raise StoreError(STORE_DRIVER_MISSING.of(expected="psycopg")) from None
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    try:
        cursor.execute(_DURABILITY)
        found = dict(cast("list[tuple[str, str]]", cursor.fetchall()))
        if found["fsync"] != "on":
            raise StoreError(STORE_NOT_DURABLE.of(expected="fsync on", got="fsync off"))
        if found["synchronous_commit"] == "off":
            cursor.execute("SET synchronous_commit = on")
        connection.commit()
    finally:
        cursor.close()


def enter(connection: Connection, lane: int | None) -> None:
    """Wait until a transaction may go on: alone, or beside those of other lanes.

    INVARIANT: the store's lock comes first, then a lane's, then the books'.
    """
    if lane is None:
        connection.execute(_ALONE)
    elif lane == CLAIMING:
        connection.execute(_NOT_ALONE)
    else:
        connection.execute(_BESIDE, {"lane": f"/lane/{lane}"})


def hold_books(connection: Connection) -> None:
    """Keep the other lanes off what all share, until the transaction ends."""
    connection.execute(_BOOKS)


def claimed(query: Rows) -> Rows:
    """Return a query that locks its rows and leaves out what others have locked."""
    return query.with_for_update(skip_locked=True)


@cache
def counting(table: Table, *, by: str) -> ReturningInsert[int]:
    """Return an upsert that adds the value of ``by``, and returns the sum."""
    new = insert(table)
    changed = {by: table.c[by] + new.excluded[by]}
    keys = list(table.primary_key.columns)
    return new.on_conflict_do_update(index_elements=keys, set_=changed).returning(table.c[by])


def notify(connection: Connection) -> None:
    """Wake every process that waits on this store, once the transaction commits."""
    connection.execute(_NOTIFY)


def flush_log(engine: Engine) -> bool:
    """Let what was overwritten be cleared from the table of keys.

    The server's own log keeps older pages until it is recycled, each key in them wrapped by
    the organ's.
    """
    with engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text("VACUUM (TRUNCATE FALSE) case_key"))
    return True


def copy_to(_engine: Engine, _file: Path) -> None:
    """Refuse: the server has its own tools for that.

    Raises:
        StoreError: ``store-copy-elsewhere``.
    """
    raise StoreError(STORE_COPY_ELSEWHERE.of(expected="pg_dump, pg_basebackup"))


def copy_from(_engine: Engine, _file: Path) -> None:
    """Refuse; raise as :func:`copy_to`."""
    raise StoreError(STORE_COPY_ELSEWHERE.of(expected="pg_restore"))


def refusal(fault: Exception) -> InteropError:
    """Return the store's error for a fault of the driver or of SQLAlchemy.

    Words of the server are not repeated: they may name values. The state is.
    """
    cause = fault.orig if isinstance(fault, StatementError) and fault.orig else fault
    if isinstance(cause, InteropError):
        return cause
    if isinstance(cause, PoolTimeout):
        return StoreLocked(STORE_LOCKED.of(got="every connection is in use"))
    name, state = type(cause).__name__, getattr(cause, "sqlstate", None)
    if state is None and name == "OperationalError":
        # The connection ended, or never was.
        return StoreError(STORE_UNREACHABLE.of(got=name))
    return _by_state(state or "", f"{name} {state}" if state else name)


def _by_state(state: str, name: str) -> StoreError:
    if state in _FULL:
        return StoreFull(STORE_FULL.of(got=name))
    if state in _CONFLICT:
        return StoreLocked(STORE_CONFLICT.of(got=name))
    if state in _LOCKED:
        return StoreLocked(STORE_LOCKED.of(got=name))
    if state in _DAMAGED:
        return StoreDamaged(STORE_DAMAGED.of(field="$", got=name))
    if state[:2] in _UNREACHABLE or state in _UNREACHABLE_TOO:
        return StoreError(STORE_UNREACHABLE.of(got=name))
    return StoreError(STORE_FAULT.of(got=name))


class _Notices(Protocol):
    """What a connection of the driver gives to who listens."""

    def execute(self, query: str) -> object: ...
    def notifies(self, *, timeout: float, stop_after: int) -> Any: ...  # noqa: ANN401 -- the driver's generator
    def close(self) -> None: ...


class NoticeBell:
    """Waits for notifications on a connection of its own; without one it waits the time out.

    A server behind a pooler may take no listener: then work is found by polling alone, as
    often as the caller's time-out says, and listening is tried again every ten seconds.
    """

    def __init__(self, engine: Engine) -> None:
        """Take the engine whose address is listened at."""
        self._engine = engine
        self._lock = threading.Lock()
        self._listener: _Notices | None = None
        self._not_before = 0.0
        self._closed = threading.Event()

    def ring(self) -> None:
        """Do nothing: the server wakes this process as it wakes the others."""

    def wait(self, timeout_s: float) -> bool:
        """Return True once something was committed, False after ``timeout_s``."""
        with self._lock:
            listener = self._listening()
            if listener is None:
                self._closed.wait(timeout_s)
                return False
            try:
                return any(True for _ in listener.notifies(timeout=timeout_s, stop_after=1))
            except Exception:  # noqa: BLE001 -- whatever ends it, polling goes on
                self._lose()
                return False

    def close(self) -> None:
        """End the connection; who waits returns within its time-out."""
        self._closed.set()
        with self._lock:
            self._lose()

    def _listening(self) -> _Notices | None:
        if self._listener is None and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + LISTEN_AGAIN_S
            self._listener = self._listen()
        return self._listener

    def _listen(self) -> _Notices | None:
        if self._closed.is_set():
            return None
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        settings: Mapping[str, Any] = {**options, "autocommit": True}
        with suppress(Exception):
            # Whatever refuses it, polling goes on.
            connect = self._engine.dialect.loaded_dbapi.connect
            listener = cast("_Notices", connect(*arguments, **settings))
            try:
                listener.execute(f"LISTEN {CHANNEL}")
            except Exception:
                listener.close()
                raise
            return listener
        return None

    def _lose(self) -> None:
        if self._listener is not None:
            with suppress(Exception):
                self._listener.close()
        self._listener = None


def bell(engine: Engine) -> NoticeBell:
    """Return what to wait for work with."""
    return NoticeBell(engine)
