"""What differs between the databases a store may stand on; all else is one code.

:mod:`interop.store.sqlite` and :mod:`interop.store.postgres` each give these functions; the
scheme of the address chooses between them.
"""

from pathlib import Path
from typing import Final, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, Select, Table

# What an insert of the driver's own dialect returns is typed as this.
from sqlalchemy.sql.dml import ReturningInsert

from interop.errors import InteropError, StoreError
from interop.store import sqlite
from interop.store.reasons import STORE_URL_UNKNOWN

SCHEMES: Final = ("sqlite:///", "postgresql+psycopg://")

Rows = TypeVar("Rows", bound=Select[*tuple[object, ...]])


class Bell(Protocol):
    """Wakes who waits for work when a transaction that made some commits."""

    def ring(self) -> None:
        """Wake who waits in this process, after a commit."""
        ...

    def wait(self, timeout_s: float) -> bool:
        """Return True once rung since the last call, False after ``timeout_s``."""
        ...

    def close(self) -> None:
        """Let nobody wait any more."""
        ...


class Dialect(Protocol):
    """The seam: one module per database gives these."""

    @property
    def FAULTS(self) -> tuple[type[Exception], ...]:  # noqa: N802 -- a constant of a module
        """What the driver or SQLAlchemy raises."""
        ...

    @property
    def PARALLEL(self) -> bool:  # noqa: N802 -- a constant of a module
        """Whether lanes run beside each other."""
        ...

    @property
    def LANES(self) -> int:  # noqa: N802 -- a constant of a module
        """On how many lanes a new store sends."""
        ...

    def check(self, url: URL) -> bool:
        """Return whether an address says nothing that the database cannot be told."""
        ...

    def engine_at(self, url: URL, *, busy_timeout_ms: int) -> Engine:
        """Return an engine whose every transaction is durable."""
        ...

    def enter(self, connection: Connection, lane: int | None) -> None:
        """Keep a transaction that has begun apart: from all, or from those of its lane."""
        ...

    def hold_books(self, connection: Connection) -> None:
        """Keep the lanes off what they share, until the transaction ends."""
        ...

    def claimed(self, query: Rows) -> Rows:
        """Return a query that leaves out what another transaction has claimed."""
        ...

    def counting(self, table: Table, *, by: str) -> ReturningInsert[int]:
        """Return an upsert that adds the value of ``by``, and returns the sum."""
        ...

    def notify(self, connection: Connection) -> None:
        """Let every process that waits on this database be woken by the commit."""
        ...

    def bell(self, engine: Engine) -> Bell:
        """Return what to wait with."""
        ...

    def flush_log(self, engine: Engine) -> bool:
        """Drop bytes that were overwritten; return False to be asked again."""
        ...

    def copy_to(self, engine: Engine, file: Path) -> None:
        """Write a consistent copy of the database into a file."""
        ...

    def copy_from(self, engine: Engine, file: Path) -> None:
        """Overwrite the database with the copy in a file."""
        ...

    def refusal(self, fault: Exception) -> InteropError:
        """Return the store's error for a fault."""
        ...


def dialect_of(url: URL) -> Dialect:
    """Return the dialect of an address.

    Raises:
        StoreError: ``store-url-unknown``, for another scheme or an address that says more
            than where; ``store-driver-missing``.
    """
    found = _by_driver(url.drivername)
    if found is None or not found.check(url):
        # The scheme alone: the rest of an address may hold a password.
        raise unknown(url.drivername)
    return found


def unknown(scheme: str) -> StoreError:
    """Return the refusal of an address, which names its scheme at most."""
    return StoreError(
        STORE_URL_UNKNOWN.of(field="url", expected=" | ".join(SCHEMES), got=scheme)
    )


def _by_driver(name: str) -> Dialect | None:
    if name in {"sqlite", "sqlite+pysqlite"}:
        return sqlite
    if name != "postgresql+psycopg":
        return None
    # Its driver is an extra, and costs 60 ms: who opens a file pays for neither.
    from interop.store import postgres  # noqa: PLC0415 -- see above

    return postgres
