"""Open the store of one region, and do everything in transactions."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from interop.errors import StoreError
from interop.model.ports import Cipher, OrganKey
from interop.store import founding
from interop.store.keys import StoreKeys
from interop.store.reasons import (
    STORE_CLOSED,
    STORE_UNREACHABLE,
    STORE_URL_UNKNOWN,
    TRANSACTION_NESTED,
)
from interop.store.sqlite import FAULTS, copy_from, copy_to, engine_at, flush_log, refusal
from interop.store.tx import Tx

BUSY_TIMEOUT_MS: Final = 5_000
MEMORY: Final = ":memory:"


class Store:
    """The store of one region: a SQLite file, encrypted where it holds personal values.

    Thread-safe. Transactions run one after the other, each durable when it returns.
    """

    def __init__(self, engine: Engine, keys: StoreKeys) -> None:
        self._engine = engine
        self._keys = keys
        self._thread = threading.local()
        self._closed = False
        self._unflushed = False

    @classmethod
    def open(  # noqa: PLR0913 -- what a store is made of, each by name
        cls,
        url: str | PathLike[str],
        *,
        organ_key: OrganKey,
        cipher: Cipher,
        digest: str = "sha-256",
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> Self:
        """Open the store, creating it or bringing it to the present schema.

        Args:
            url: ``sqlite:///…`` or the path of a file.
            organ_key: The key that wraps case keys; the one the store was created with.
            cipher: Authenticated encryption; the one the store was created with.
            digest: What the audit chain and keyed digests hash with: ``sha-256`` or ``sm3``;
                the one the store was created with.
            busy_timeout_ms: How long a transaction waits for another writer, milliseconds.
            entropy: Returns so many random bytes, for new case keys.

        Raises:
            StoreNewer: A newer version of this library wrote it.
            StoreDamaged: Not a database, damaged, or another organ's key
                (``organ-key-mismatch``).
            StoreFull: No space.
            StoreLocked: Another process holds it longer than ``busy_timeout_ms``.
            StoreError: Cannot be reached, or would not be durable.
        """
        keys = StoreKeys.of(organ_key, cipher, entropy=entropy, digest=digest)
        store = cls(_engine(_address(url), busy_timeout_ms=busy_timeout_ms), keys)
        try:
            with store.transaction() as tx:
                founding.found(tx)
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open the one write transaction of this thread; commit if the block succeeds.

        Any exception rolls everything back and goes on rising.

        Yields:
            The transaction, to be passed down.

        Raises:
            StoreError: ``transaction-nested``, ``store-closed``, ``transaction-over``.
            StoreLocked: Another transaction holds the store too long.
            StoreFull: No space; nothing was written.
            StoreDamaged: The file is damaged.
        """
        if self._closed:
            raise StoreError(STORE_CLOSED.of())
        if getattr(self._thread, "busy", False):
            raise StoreError(TRANSACTION_NESTED.of())
        self._thread.busy = True
        try:
            yield from self._run()
        finally:
            self._thread.busy = False

    def back_up(self, file: Path) -> None:
        """Write a consistent copy of the store into ``file``; others may go on writing.

        Raises:
            StoreError: It cannot be written.
        """
        with _worded():
            copy_to(self._engine, file)

    def restore(self, file: Path) -> None:
        """Go back to a copy. What was committed since is gone: peers will notice.

        Raises:
            StoreError: It cannot be read.
        """
        with _worded():
            copy_from(self._engine, file)

    def close(self) -> None:
        """Release every connection; a second time changes nothing."""
        if not self._closed:
            self._flush()
            self._closed = True
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def unflushed(self) -> bool:
        """Whether a destroyed key may still stand in the log; the next commit retries."""
        return self._unflushed

    def _run(self) -> Iterator[Tx]:
        with self._begun() as connection:
            tx = Tx(connection, self._keys)
            try:
                yield tx
                tx.finish()
                with _worded():
                    connection.commit()
            except BaseException:
                tx.abandon()
                with _worded():
                    connection.rollback()
                raise
        self._unflushed = self._unflushed or tx.erased
        self._flush()

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with _worded():
            connection = self._engine.connect()
        try:
            with _worded():
                connection.begin()
            yield connection
        finally:
            connection.close()

    def _flush(self) -> None:
        # INVARIANT: the commit stands whatever happens here; a log that cannot be emptied
        # now is tried again after the next commit and at close.
        if self._unflushed:
            try:
                self._unflushed = not flush_log(self._engine)
            except FAULTS:
                self._unflushed = True


@contextmanager
def _worded() -> Iterator[None]:
    try:
        yield
    except FAULTS as fault:
        raise refusal(fault) from fault


def _engine(url: URL, *, busy_timeout_ms: int) -> Engine:
    if url.database and url.database != MEMORY:
        # Before SQLite does, so that nobody but the owner can read the file or its log.
        try:
            Path(url.database).touch(mode=0o600)
        except OSError as fault:
            raise StoreError(STORE_UNREACHABLE.of(got=fault.strerror)) from fault
    return engine_at(url, busy_timeout_ms=busy_timeout_ms)


def _address(url: str | PathLike[str]) -> URL:
    text = fspath(url)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        found = make_url(text)
    except ArgumentError:
        raise _unknown("") from None
    if found.get_backend_name() != "sqlite" or found.host or found.query:
        # The scheme alone: the rest of an address may hold a password.
        raise _unknown(found.drivername)
    return found


def _unknown(scheme: str) -> StoreError:
    return StoreError(STORE_URL_UNKNOWN.of(field="url", expected="sqlite:///", got=scheme))
