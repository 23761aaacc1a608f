"""One transaction: statements, and the keys of the cases it touches."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, cast

from sqlalchemy import Connection, RowMapping, Select, Table
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.dml import Insert, Update, UpdateBase

from interop.errors import InteropError, StoreDamaged, StoreError
from interop.store.columns import Sealed
from interop.store.dialect import Dialect
from interop.store.keys import StoreKeys
from interop.store.ledger import Ledger
from interop.store.memory import MANY, ONE, REMEMBERED, Known, Memory, Values
from interop.store.prepared import Prepared, prepared
from interop.store.reasons import (
    CASE_KEY_DESTROYED,
    CASE_KEY_UNKNOWN,
    STORE_DAMAGED,
    STORE_LIMIT_RANGE,
    TRANSACTION_OVER,
)

ROWS_MAX: Final = 10_000
# So many cases are read one by one sooner than by a statement made for their number.
APART_MAX: Final = 5


class Tx:
    """One open transaction of one thread; :meth:`Store.transaction` makes it.

    Everything a transaction does commits together or not at all. After a fault it takes no
    further statement and does not commit, even if the fault was caught.
    """

    __slots__ = (
        "_broken",
        "_case_keys",
        "_connection",
        "_cursor",
        "_holds_books",
        "_memory",
        "_over",
        "_speaks",
        "dialect",
        "erased",
        "keys",
        "lane",
        "lanes",
        "ledger",
        "woke",
    )

    def __init__(
        self,
        connection: Connection,
        keys: StoreKeys,
        dialect: Dialect,
        *,
        lane: int | None = None,
        lanes: int = 1,
    ) -> None:
        self._connection = connection
        self._speaks = connection.dialect
        self._cursor: DBAPICursor | None = None
        self.dialect = dialect
        self.lane = lane
        # On how many the store sends.
        self.lanes = lanes
        self.ledger = Ledger()
        self._memory = Memory()
        self.woke = False
        # Who is alone in the store holds them from the beginning.
        self._holds_books = lane is None
        self._case_keys: dict[str, bytes] = {}
        self._broken = False
        self._over = False
        self.keys = keys
        self.erased = False

    def rows(
        self, query: Select[*tuple[object, ...]], **values: object
    ) -> Sequence[RowMapping]:
        """Return all rows of ``query``; bound it with :func:`bounded` where it can grow.

        A statement made once, with ``values`` bound when it runs, costs a third of one that
        is made anew: hot statements are constants.
        """
        self.flush()
        return self._read(query, **values)

    def _read(
        self, query: Select[*tuple[object, ...]], **values: object
    ) -> Sequence[RowMapping]:
        try:
            ready = prepared(query, self._speaks, values) if values else None
            if ready is not None:
                return cast("Sequence[RowMapping]", self._run(ready, values)[0])
            with self._lent() as connection:
                return connection.execute(query, values).mappings().all()
        except (TypeError, ValueError) as fault:
            # A value that its column cannot have been given, such as half a date.
            damage = STORE_DAMAGED.of(field="$", got=type(fault).__name__)
            raise StoreDamaged(damage) from fault

    def row(self, query: Select[*tuple[object, ...]]) -> RowMapping | None:
        """Return the first row of ``query``, if any."""
        return next(iter(self.rows(query.limit(1))), None)

    def one(self, query: Select[*tuple[object, ...]], **values: object) -> RowMapping | None:
        """Return the first row of a query that gives few, if any."""
        return next(iter(self.rows(query, **values)), None)

    def write(self, statement: UpdateBase, **values: object) -> int:
        """Run an insert, update or delete now; return how many rows it touched."""
        self._forget(statement)
        ready = prepared(statement, self._speaks, values) if values else None
        if ready is not None:
            return self._run(ready, values)[1]
        with self._lent() as connection:
            return connection.execute(statement, values).rowcount

    def write_all(self, statement: Insert, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert many rows of the same columns by one statement; none is no statement."""
        self._forget(statement)
        self._write_all(statement, rows)

    def _forget(self, statement: UpdateBase) -> None:
        # INVARIANT: what is remembered is what a read would find.
        self.flush()
        if statement.table in REMEMBERED:
            self._memory = Memory()

    def _write_all(
        self, statement: Insert | Update, rows: Sequence[Mapping[str, object]]
    ) -> None:
        if not rows:
            return
        ready = prepared(statement, self._speaks, rows[0])
        with self._lent() as connection:
            if ready is not None:
                ready.run_all(self._driver(), rows)
            else:
                connection.execute(statement, [dict(row) for row in rows])

    def add(self, statement: Insert, row: Values) -> None:
        """Insert a row, together with others of its table, before anything else is read."""
        self.memory.add(statement, row)

    def change(self, statement: Update, key: str, row: Values) -> None:
        """Update the row of ``key``, with others, before anything else is read."""
        self.memory.change(statement, key, row)

    def flush(self) -> None:
        """Write what waits."""
        if self._memory.waits:
            for statement, rows in self._memory.take():
                self._write_all(statement, rows)

    def count(self, table: Table, *, by: str, **values: object) -> int:
        """Add ``values[by]`` to a row, which begins at zero, in one step; return the sum.

        The table is one that no row waits for.
        """
        upsert = self.dialect.counting(table, by=by)
        ready = prepared(upsert, self._speaks, values)
        if ready is not None:
            return int(self._run(ready, values)[0][0][by])
        with self._lent() as connection:
            return connection.execute(upsert, values).scalar_one()

    def known(self, case: str) -> Known:
        """Return what is known of a case; it is read once."""
        found = self.memory.cases.get(case)
        if found is None:
            # Nothing waits of a case that is not known yet.
            row = next(iter(self._read(ONE, of_case=case)), None)
            found = self._memory.cases[case] = Known.of(row)
        return found

    def foresee(self, cases: Collection[str]) -> None:
        """Read all that is known of some cases at once."""
        wanted = [case for case in cases if case not in self.memory.cases]
        if len(wanted) <= APART_MAX:
            for case in wanted:
                self.known(case)
            return
        for at in range(0, len(wanted), ROWS_MAX):
            among = wanted[at : at + ROWS_MAX]
            found = {row["case_number"]: row for row in self._read(MANY, among=among)}
            self._memory.cases |= {case: Known.of(found.get(case)) for case in among}

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did, and only that, if it fails; the exception goes on rising.

        For one message of a batch: its refusal is kept, the others stand.

        Yields:
            Nothing; statements go on through this transaction.

        Raises:
            StoreError: A fault, after which the whole transaction is undone.
        """
        self.flush()
        self._say("SAVEPOINT undo_to")
        before = self.ledger.copy()
        try:
            yield
        except BaseException:
            self.ledger, self._memory = before, Memory()
            # A key made within the block is no key any more.
            self._case_keys.clear()
            if not self._broken:
                self._say("ROLLBACK TO SAVEPOINT undo_to")
                self._say("RELEASE SAVEPOINT undo_to")
            raise
        self._say("RELEASE SAVEPOINT undo_to")

    def _say(self, words: str) -> None:
        # Of several of one name the innermost is meant.
        with self._lent():
            self._driver().execute(words)

    def seal(self, case: str, name: str, plain: bytes) -> Sealed:
        """Return ``plain`` encrypted with the key of ``case``, tied to ``case|name``.

        Raises:
            StoreError: ``case-key-unknown``, ``case-key-destroyed``, ``sealed-too-large``.
        """
        return self.keys.seal(self._case_key(case), plain, case=case, name=name)

    def unseal(self, case: str, name: str, sealed: Sealed) -> bytes:
        """Return the plain bytes.

        Raises:
            StoreDamaged: The bytes were altered or belong to another case or name.
            StoreError: ``case-key-unknown``, ``case-key-destroyed``.
        """
        return self.keys.unseal(self._case_key(case), sealed, case=case, name=name)

    def named(self, case: str, text: str) -> str:
        """Return a keyed digest of ``text`` that means nothing in any other case.

        Raises:
            StoreError: ``case-key-unknown``, ``case-key-destroyed``.
        """
        return self.keys.named(self._case_key(case), text)

    def lookup(self, scheme_and_text: str) -> str:
        """Return the keyed digest to look a person up by, as 64 hex digits.

        Only the same organ key gives the same digest, so it cannot be guessed from outside.
        """
        return self.keys.lookup(scheme_and_text)

    def hold_key(self, case: str, key: bytes) -> None:
        """Take the key of ``case`` that was just made."""
        self._case_keys[case] = key

    def forget_key(self, case: str) -> None:
        """Drop the unwrapped key of ``case``; the log is flushed after the commit."""
        self._case_keys.pop(case, None)
        self.erased = True

    def hold_books(self) -> None:
        """Keep other lanes off what all lanes share, until the transaction ends."""
        if not self._holds_books:
            with self._lent() as connection:
                self.dialect.hold_books(connection)
            self._holds_books = True

    def wake(self) -> None:
        """Wake who waits for work, in every process, once the transaction has committed."""
        self.woke = True

    def finish(self) -> None:
        """Take no further statement, and refuse to commit after a fault.

        Raises:
            StoreError: ``transaction-over``.
        """
        self._leave()
        if self._broken:
            raise StoreError(TRANSACTION_OVER.of())

    def abandon(self) -> None:
        """Take no further statement."""
        self._leave()
        self._memory = Memory()
        self._case_keys.clear()

    @property
    def memory(self) -> Memory:
        """Return what the transaction remembers.

        Raises:
            StoreError: ``transaction-over``.
        """
        self._require_open()
        return self._memory

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """Lend the connection for one statement; what the driver refuses, the store words.

        Yields:
            The connection.

        Raises:
            StoreError: ``transaction-over`` after the end or after a fault; else the fault.
        """
        self.flush()
        with self._lent() as connection:
            yield connection

    def _require_open(self) -> None:
        if self._over or self._broken:
            raise StoreError(TRANSACTION_OVER.of())

    def _leave(self) -> None:
        self._over = True
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    def _driver(self) -> DBAPICursor:
        # One for all statements: each is read to its end before the next.
        if self._cursor is None:
            self._cursor = self._connection.connection.cursor()
        return self._cursor

    def _run(self, ready: Prepared, values: Mapping[str, object]) -> tuple[list[Values], int]:
        self._require_open()
        try:
            return ready.run(self._driver(), values)
        except self.dialect.FAULTS as fault:
            raise self._refused(fault) from fault

    def _refused(self, fault: Exception) -> InteropError:
        self._broken = True
        return self.dialect.refusal(fault)

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        self._require_open()
        try:
            yield self._connection
        except self.dialect.FAULTS as fault:
            raise self._refused(fault) from fault

    def _case_key(self, case: str) -> bytes:
        if case in self._case_keys:
            return self._case_keys[case]
        found = self.known(case)
        if not found.keyed:
            raise StoreError(CASE_KEY_UNKNOWN.of(got=case))
        if found.wrapped is None:
            raise StoreError(CASE_KEY_DESTROYED.of(got=case))
        return self._case_keys.setdefault(case, self.keys.unwrap(case, found.wrapped))


def bounded(limit: int) -> int:
    """Return ``limit`` if it lies within 1 to 10000.

    Raises:
        StoreError: ``store-limit-range``.
    """
    if not 1 <= limit <= ROWS_MAX:
        raise StoreError(
            STORE_LIMIT_RANGE.of(field="limit", expected=f"1..{ROWS_MAX}", got=limit)
        )
    return limit
