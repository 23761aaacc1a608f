"""A transaction is all or nothing, whatever ends it."""

import resource
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from sqlalchemy import insert

from interop.conformance.strategies import store as drawn
from interop.errors import StoreError, StoreFull, StoreLocked
from interop.store import (
    Store,
    Tx,
    audit,
    cases,
    channels,
    leases,
    nonces,
    tasks,
    vault,
    versions,
)
from interop.store.cases import CaseRow
from interop.store.columns import Sealed
from interop.store.reasons import CASE_UNKNOWN
from interop.store.schema import CASE_KEY, COUNTER
from tests.databases import Database, Place

Blank = Callable[[], AbstractContextManager[Tx]]

ROOM = 200 * 1024


class Cut(BaseException):
    """What no room of ours raises."""


def fill(tx: Tx, row: CaseRow) -> None:
    """Write to every shelf."""
    at = row.created_at
    cases.add(tx, row)
    cases.put_document(tx, row.number, "package", b"body")
    cases.park(tx, row.number, "fork")
    seq = channels.enqueue(
        tx, peer="p", lane=0, case=row.number, envelope_id=row.number, body=b"e"
    )
    channels.add_batch(tx, channels.BatchRow("p", 0, 1, seq, 1, "root", b"wire"))
    mark = channels.Mark("p", 0, 1, 1, "root")
    channels.advance(tx, mark, root="root", first=1, n=1, receipt=b"r")
    channels.bury(
        tx, peer="p", lane=0, seq=1, case=row.number, reason_code="code", body=b"letter"
    )
    tasks.add(tx, kind="register", case=row.number, due_at=at)
    known = "sha-256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    versions.keep(tx, digest=known, kind="items", key="k", data=b"", at=at)
    audit.append(tx, kind="received", case=row.number, digest="d", at=at)
    leases.take(tx, "lane", "me", at, 60)
    nonces.use_once(tx, "token", row.number, at)
    nonces.count_use(tx, "grant", row.number, 1)


@pytest.mark.parametrize("fault", [StoreLocked(CASE_UNKNOWN.of()), ValueError(), Cut()])
def test_a_transaction_that_fails_leaves_no_trace(
    store: Store, database: Database, place: Place, fault: BaseException
) -> None:
    def fail() -> None:
        with store.transaction() as tx:
            fill(tx, drawn.a_case("case"))
            raise fault

    before = database.dump(place)
    with pytest.raises(type(fault)):
        fail()
    assert database.dump(place) == before
    with store.transaction() as tx:
        fill(tx, drawn.a_case("case"))
    assert len(database.dump(place)) > len(before)


@given(row=drawn.case_rows(), other=drawn.case_rows(number="other"))
def test_a_savepoint_undoes_its_own_block_only(
    blank: Blank, row: CaseRow, other: CaseRow
) -> None:
    with blank() as tx:
        with tx.savepoint():
            cases.add(tx, row)

        def fail() -> None:
            with tx.savepoint():
                cases.add(tx, other)
                cases.put_document(tx, "other", "package", b"body")
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert cases.get(tx, row.number) == row
        assert cases.get(tx, "other") is None
        with pytest.raises(StoreError, match="case-key-unknown"):
            tx.seal("other", "name", b"")
        assert [line.n for line in cases.rollup(tx)] == [1]


def test_a_fault_that_was_caught_does_not_let_the_rest_commit(store: Store) -> None:
    def catch() -> None:
        with store.transaction() as tx:
            tx.write(insert(COUNTER).values(name="a", n=1))
            with pytest.raises(StoreError, match="store-fault"), tx.savepoint():
                tx.write(insert(COUNTER).values(name="a", n=2))
            with pytest.raises(StoreError, match="transaction-over"):
                cases.next_serial(tx, "b")

    with pytest.raises(StoreError, match="transaction-over"):
        catch()
    with store.transaction() as tx:
        assert (cases.next_serial(tx, "a"), cases.next_serial(tx, "b")) == (1, 1)


def test_a_transaction_takes_no_statement_after_its_end(store: Store) -> None:
    with store.transaction() as ended:
        cases.next_serial(ended, "a")
    with pytest.raises(StoreError, match="transaction-over"):
        cases.next_serial(ended, "a")


def test_one_thread_has_one_transaction(store: Store) -> None:
    with store.transaction() as tx:
        cases.next_serial(tx, "a")
        with pytest.raises(StoreError, match="transaction-nested"), store.transaction():
            pass
        cases.next_serial(tx, "a")
    with store.transaction() as tx:
        assert cases.next_serial(tx, "a") == 3


def test_a_closed_store_starts_no_transaction(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="store-closed"), store.transaction():
        pass


def test_threads_take_numbers_without_gap_or_double(store: Store) -> None:
    def take(_turn: int) -> int:
        with store.transaction() as tx:
            return cases.next_serial(tx, "case/2026")

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take, range(60)))
    assert sorted(taken) == list(range(1, 61))


def test_stores_at_one_place_take_numbers_without_gap_or_double(
    opened: Callable[..., Store], new_place: Callable[[], Place]
) -> None:
    place = new_place()

    def take(_turn: int) -> list[int]:
        with opened(place) as store:
            taken = []
            for _ in range(10):
                with store.transaction() as tx:
                    taken.append(cases.next_serial(tx, "case/2026"))
            return taken

    # They found the file at the same time, too.
    with ThreadPoolExecutor(4) as pool:
        lists = list(pool.map(take, range(4)))
    assert sorted(chain(*lists)) == list(range(1, 41))


def test_a_second_writer_waits_and_is_then_told(
    opened: Callable[..., Store], place: Place
) -> None:
    with opened(place) as first, opened(place, busy_timeout_ms=30) as second:
        # A transaction holds the store from its start, before it writes anything.
        with first.transaction():
            with pytest.raises(StoreLocked) as refused, second.transaction():
                pass
            assert refused.value.code == "store-locked"
        with second.transaction() as tx:
            assert cases.next_serial(tx, "a") == 1


def test_a_waiting_writer_goes_on_when_the_first_ends(
    opened: Callable[..., Store], place: Place
) -> None:
    started, numbers = threading.Event(), []

    def later() -> None:
        with opened(place) as second:
            started.set()
            with second.transaction() as tx:
                numbers.append(cases.next_serial(tx, "a"))

    with opened(place) as first, first.transaction() as tx:
        thread = threading.Thread(target=later)
        numbers.append(cases.next_serial(tx, "a"))
        thread.start()
    thread.join()
    assert numbers == [1, 2]
    assert started.is_set()


def test_more_threads_than_connections_are_told_too(
    opened: Callable[..., Store],
    database: Database,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = "sqlite" if database.kind == "sqlite" else "postgres"
    monkeypatch.setattr(f"interop.store.{module}.CONNECTIONS_MAX", 1)
    monkeypatch.setattr(f"interop.store.{module}.CONNECTIONS_KEPT", 1)

    def second() -> None:
        with store.transaction():
            pass

    with (
        opened(place, busy_timeout_ms=30) as store,
        store.transaction(),
        ThreadPoolExecutor(1) as pool,
        pytest.raises(StoreLocked, match="in use"),
    ):
        pool.submit(second).result()


def limit_pages(store: Store) -> None:
    with store.transaction() as tx, tx.statement() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")


def write_pair(store: Store, key: str) -> None:
    with store.transaction() as tx:
        tx.write(insert(CASE_KEY).values(case_number=key, wrapped=None))
        tx.write(insert(CASE_KEY).values(case_number=key + "b", wrapped=Sealed(bytes(2000))))


def test_a_full_disk_undoes_the_transaction_and_keeps_what_was_acknowledged(
    opened: Callable[..., Store], path: Path
) -> None:
    acknowledged: list[str] = []

    def write_on() -> None:
        for turn in range(1_000):
            write_pair(store, f"case-{turn}")
            acknowledged.append(f"case-{turn}")

    with opened(path) as store:
        limit_pages(store)
        with pytest.raises(StoreFull, match="store-full"):
            write_on()
    assert acknowledged
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT case_number FROM case_key").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert sorted(name for (name,) in rows) == sorted(
        part for key in acknowledged for part in (key, key + "b")
    )


def test_a_commit_that_cannot_be_written_leaves_nothing(file_store: Store) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    reached_commit = False

    def write_much() -> None:
        nonlocal reached_commit
        with file_store.transaction() as tx:
            cases.next_serial(tx, "a")
            tx.write(insert(CASE_KEY).values(case_number="b", wrapped=Sealed(bytes(ROOM))))
            resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, limits[1]))
            reached_commit = True

    try:
        with pytest.raises(StoreError, match="store-unreachable"):
            write_much()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert reached_commit
    with file_store.transaction() as tx:
        assert cases.next_serial(tx, "a") == 1
        vault.create_key(tx, "b")
        assert not vault.destroyed(tx, "b")


def test_an_integer_no_column_can_hold_is_worded_too(store: Store) -> None:
    with pytest.raises(StoreError, match="store-fault"), store.transaction() as tx:
        tx.write(insert(COUNTER).values(name="a", n=2**63))
