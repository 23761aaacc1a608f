"""Open the store of one region, and do everything in transactions."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from interop.errors import StoreError, StoreLocked
from interop.model.ports import Cipher, OrganKey
from interop.store import audit, founding, rollup
from interop.store.dialect import dialect_of, unknown
from interop.store.keys import StoreKeys
from interop.store.lanes import LANES_MAX, lane_of
from interop.store.reasons import (
    STORE_CLOSED,
    STORE_CONFLICT,
    STORE_LIMIT_RANGE,
    TRANSACTION_NESTED,
)
from interop.store.tx import Tx

BUSY_TIMEOUT_MS: Final = 5_000
REPEATS_MAX: Final = 3

Done = TypeVar("Done")


class Store:
    """The store of one region, encrypted where it holds personal values.

    A SQLite file, or a PostgreSQL database that any number of processes may share.
    Thread-safe. Transactions run one after the other, each durable when it returns; on
    PostgreSQL those of different lanes run beside each other.
    """

    def __init__(self, engine: Engine, keys: StoreKeys) -> None:
        self._engine = engine
        self._dialect = dialect_of(engine.url)
        self._bell = self._dialect.bell(engine)
        self._keys = keys
        self._thread = threading.local()
        self._closed = False
        self._unflushed = False
        # Version of the schema before it was opened; 0 if it was new.
        self.version_before = 0
        # On how many lanes it sends: see :func:`interop.store.lanes.lane_of`.
        self.lanes = 1

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
        steps: bool = True,
        lanes: int | None = None,
    ) -> Self:
        """Open the store, creating it or bringing it to the present schema.

        Args:
            url: ``sqlite:///…`` or the path of a file; ``postgresql+psycopg://…``.
            organ_key: The key that wraps case keys; the one the store was created with.
            cipher: Authenticated encryption; the one the store was created with.
            digest: What the audit chain and keyed digests hash with: ``sha-256`` or ``sm3``;
                the one the store was created with.
            busy_timeout_ms: How long a transaction waits for another writer, milliseconds.
            entropy: Returns so many random bytes, for new case keys.
            steps: Whether it may be brought to the present schema; else ``store-older`` is
                raised.
            lanes: On how many lanes a new store sends, 1 to 64; as many as the database can
                use if not given. A store keeps what it was created with.

        Raises:
            StoreNewer: A newer version of this library wrote it.
            StoreDamaged: Not a database, damaged, or another organ's key
                (``organ-key-mismatch``).
            StoreFull: No space.
            StoreLocked: Another process holds it longer than ``busy_timeout_ms``.
            StoreError: Cannot be reached, or would not be durable; ``store-limit-range``.
        """
        if lanes is not None and not 1 <= lanes <= LANES_MAX:
            expected = f"1..{LANES_MAX}"
            raise StoreError(STORE_LIMIT_RANGE.of(field="lanes", expected=expected, got=lanes))
        keys = StoreKeys.of(organ_key, cipher, entropy=entropy, digest=digest)
        address = _address(url)
        engine = dialect_of(address).engine_at(address, busy_timeout_ms=busy_timeout_ms)
        store = cls(engine, keys)
        try:
            with store.transaction() as tx:
                store.version_before = founding.found(tx, steps=steps, lanes=lanes)
                store.lanes = founding.lanes(tx)
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def transaction(self, *, lane: int | None = None) -> Iterator[Tx]:
        """Open the one write transaction of this thread; commit if the block succeeds.

        Any exception rolls everything back and goes on rising. It is alone in the store,
        so that what was read still holds when it is written.

        Args:
            lane: Given, it is alone among those of this lane (whatever the peer), and may
                run beside those of others. It may touch the cases and channels of its own
                lane only; what all lanes share is kept by the functions that write it.

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
            yield from self._run(lane)
        finally:
            self._thread.busy = False

    def transaction_about(self, case: str) -> AbstractContextManager[Tx]:
        """Open a transaction that touches one case; raise as :meth:`transaction`."""
        return self.transaction(lane=lane_of(case, self.lanes))

    def repeat(
        self, work: Callable[[Tx], Done], *, lane: int | None = None, tries: int = REPEATS_MAX
    ) -> Done:
        """Return what ``work`` returns, in a transaction; again if another was in its way.

        Args:
            work: Changes nothing but the store, so that it can be repeated.
            lane: As of :meth:`transaction`.
            tries: How often at most.

        Raises:
            StoreLocked: ``store-conflict`` every time; ``store-locked`` at once, as it has
                waited already.
        """
        for _again in range(tries - 1):
            try:
                with self.transaction(lane=lane) as tx:
                    return work(tx)
            except StoreLocked as fault:
                if fault.code != STORE_CONFLICT.code:
                    raise
        with self.transaction(lane=lane) as tx:
            return work(tx)

    @property
    def parallel(self) -> bool:
        """Whether transactions of several lanes run beside each other here."""
        return self._dialect.PARALLEL

    def wait(self, timeout_s: float) -> bool:
        """Return True once a commit made work, False after ``timeout_s`` seconds.

        On SQLite only commits of this process are noticed. Work is never told of for sure:
        look for it after every time-out too.
        """
        return self._bell.wait(timeout_s)

    def back_up(self, file: Path) -> None:
        """Write a consistent copy of the store into ``file``; others may go on writing.

        Raises:
            StoreError: It cannot be written.
        """
        with self._worded():
            self._dialect.copy_to(self._engine, file)

    def restore(self, file: Path) -> None:
        """Go back to a copy. What was committed since is gone: peers will notice.

        Raises:
            StoreError: It cannot be read.
        """
        with self._worded():
            self._dialect.copy_from(self._engine, file)

    def close(self) -> None:
        """Release every connection; a second time changes nothing."""
        if not self._closed:
            self._flush()
            self._closed = True
            self._bell.close()
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

    def _run(self, lane: int | None) -> Iterator[Tx]:
        connection = self._begun(lane)
        try:
            tx = Tx(connection, self._keys, self._dialect, lane=lane, lanes=self.lanes)
            try:
                yield tx
                self._settle(tx)
                tx.finish()
                self._end(connection.commit)
            except BaseException:  # whatever it is, nothing of the transaction stands
                tx.abandon()
                self._end(connection.rollback)
                raise
        finally:
            connection.close()
        if tx.woke:
            self._bell.ring()
        self._unflushed = self._unflushed or tx.erased
        self._flush()

    def _settle(self, tx: Tx) -> None:
        tx.flush()
        audit.settle(tx)
        rollup.settle(tx)
        if tx.woke:
            with tx.statement() as connection:
                self._dialect.notify(connection)

    def _begun(self, lane: int | None) -> Connection:
        with self._worded():
            connection = self._engine.connect()
            try:
                connection.begin()
                self._dialect.enter(connection, lane)
            except BaseException:  # whatever it is, the connection goes back
                connection.close()
                raise
        return connection

    def _end(self, how: Callable[[], None]) -> None:
        try:
            how()
        except self._dialect.FAULTS as fault:
            raise self._dialect.refusal(fault) from fault

    def _flush(self) -> None:
        # INVARIANT: the commit stands whatever happens here; a log that cannot be emptied
        # now is tried again after the next commit and at close.
        if self._unflushed:
            try:
                self._unflushed = not self._dialect.flush_log(self._engine)
            except self._dialect.FAULTS:
                self._unflushed = True

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except self._dialect.FAULTS as fault:
            raise self._dialect.refusal(fault) from fault


def _address(url: str | PathLike[str]) -> URL:
    text = fspath(url)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        return make_url(text)
    except ArgumentError:
        raise unknown("") from None
