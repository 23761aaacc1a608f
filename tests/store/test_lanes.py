"""Several processes on one PostgreSQL database: lanes, claims, waking, and a worker killed."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from interop.conformance.strategies import store as drawn
from interop.errors import StoreLocked
from interop.store import Store, Tx, audit, cases, postgres, tasks, vault
from interop.store.ledger import CLAIMING
from interop.store.schema import COUNTER
from tests.databases import Server

pytestmark = pytest.mark.slow

WAIT_S = 20.0


@pytest.fixture(scope="module")
def founded(server: Server, opened: Callable[..., Store]) -> str:
    place = server.new()
    opened(place).close()
    return place


@pytest.fixture
def place(server: Server, founded: str) -> str:
    return server.copy(founded)


@pytest.fixture
def store(opened: Callable[..., Store], place: str) -> Iterator[Store]:
    with opened(place) as found:
        yield found


def test_lanes_run_beside_each_other_and_a_transaction_alone_waits_for_all(
    opened: Callable[..., Store], place: str
) -> None:
    with opened(place) as first, opened(place, busy_timeout_ms=100) as second:
        with first.transaction(lane=1) as held:
            audit.append(held, kind="k", case="", digest="first", at=drawn.MORNING)
            with second.transaction(lane=2) as tx:
                audit.append(tx, kind="k", case="", digest="second", at=drawn.MORNING)
            for lane in (1, None):
                with pytest.raises(StoreLocked), second.transaction(lane=lane):
                    pass
        with second.transaction() as tx:
            # In the order of their commits.
            assert [line.digest for line in audit.lines(tx)] == ["second", "first"]
            assert audit.verify(tx) == ()


def test_what_lanes_share_is_held_until_the_commit(
    opened: Callable[..., Store], place: str
) -> None:
    with opened(place) as first, opened(place, busy_timeout_ms=100) as second:
        with first.transaction(lane=1) as held:
            assert cases.next_serial(held, "task") == 1
            # Its own counters are its own.
            with second.transaction(lane=2) as tx:
                assert cases.next_serial(tx, "outbox/2/p") == 1
            with pytest.raises(StoreLocked), second.transaction(lane=2) as tx:
                cases.next_serial(tx, "task")
        with second.transaction(lane=2) as tx:
            assert cases.next_serial(tx, "task") == 2


def test_the_savepoint_of_a_lane_takes_its_lines_and_counts_along(store: Store) -> None:
    def refused(tx: Tx) -> None:
        with tx.savepoint():
            cases.add(tx, drawn.a_case("gone"))
            audit.append(tx, kind="k", case="", digest="gone", at=drawn.MORNING)
            # Asked for, they are written, and undone with the rest.
            audit.head(tx)
            raise KeyError

    with store.transaction(lane=0) as tx:
        cases.add(tx, drawn.a_case("case"))
        audit.append(tx, kind="k", case="", digest="before", at=drawn.MORNING)
        with pytest.raises(KeyError):
            refused(tx)
        audit.append(tx, kind="k", case="", digest="after", at=drawn.MORNING)
    with store.transaction() as tx:
        assert [line.digest for line in audit.lines(tx)] == ["before", "after"]
        assert [line.n for line in cases.rollup(tx)] == [1]
        assert audit.verify(tx) == ()


def test_lanes_in_many_threads_keep_one_chain_and_exact_counts(
    opened: Callable[..., Store], place: str
) -> None:
    def fill(lane: int) -> None:
        with opened(place, busy_timeout_ms=60_000) as store:
            for turn in range(15):
                with store.transaction(lane=lane) as tx:
                    name = f"case-{lane}-{turn}"
                    cases.add(tx, drawn.a_case(name))
                    audit.append(tx, kind="k", case=name, digest="d", at=drawn.MORNING)
                    tasks.add(tx, kind="k", case=name, due_at=drawn.MORNING)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(4)))
    with opened(place) as store, store.transaction() as tx:
        assert audit.verify(tx) == ()
        assert len(audit.lines(tx)) == 60
        assert sum(line.n for line in cases.rollup(tx)) == 60
        due = tasks.due(tx, drawn.MORNING, limit=100)
        assert sorted(task.id for task in due) == list(range(1, 61))


def test_of_two_in_a_circle_one_is_undone_and_repeated(store: Store) -> None:
    with store.transaction() as tx:
        for name in ("a", "b"):
            tx.write(insert(COUNTER).values(name=name, n=0))
    met = threading.Barrier(2, timeout=WAIT_S)
    tries: list[int] = []

    def in_order(lane: int, names: tuple[str, str]) -> None:
        def work(tx: Tx) -> None:
            tries.append(lane)
            for turn, name in enumerate(names):
                this = update(COUNTER).where(COUNTER.c.name == name)
                tx.write(this.values(n=COUNTER.c.n + 1))
                if turn == 0 and tries.count(lane) == 1:
                    met.wait()

        store.repeat(work, lane=lane)

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(in_order, 0, ("a", "b")), pool.submit(in_order, 1, ("b", "a"))]
        for one in both:
            one.result(WAIT_S)
    assert sorted(tries) in ([0, 0, 1], [0, 1, 1])
    with store.transaction() as tx, tx.statement() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalars().all() == [2, 2]


def test_what_one_claims_another_leaves_out_without_waiting(
    opened: Callable[..., Store], place: str
) -> None:
    later = drawn.MORNING + timedelta(seconds=61)
    with opened(place) as first, opened(place, busy_timeout_ms=100) as second:
        with first.transaction() as tx:
            for n in range(4):
                vault.create_key(tx, f"case-{n}")
                tasks.add(tx, kind="k", case=f"case-{n}", due_at=drawn.MORNING)

        def claimed(store: Store, at: datetime = drawn.MORNING) -> list[int]:
            with store.transaction(lane=CLAIMING) as tx:
                found = tasks.claim(tx, at, seconds=60, limit=4)
            return [task.id for task in found]

        with first.transaction(lane=CLAIMING) as tx:
            mine = [t.id for t in tasks.claim(tx, drawn.MORNING, seconds=60, limit=2)]
            assert (mine, claimed(second)) == ([1, 2], [3, 4])
        assert claimed(second) == []
        assert claimed(second, later) == [1, 2, 3, 4]


def test_a_commit_wakes_who_waits_in_another_process(
    opened: Callable[..., Store], place: str
) -> None:
    with opened(place) as first, opened(place) as second:
        assert not second.wait(0.05)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(second.wait, WAIT_S)
            with first.transaction() as tx:
                cases.next_serial(tx, "a")
            assert not waiting.done() or not waiting.result()
            begun = time.monotonic()
            with first.transaction() as tx:
                vault.create_key(tx, "case")
                tasks.add(tx, kind="k", case="case", due_at=drawn.MORNING)
            assert waiting.result()
        assert time.monotonic() - begun < WAIT_S / 2
        with first.transaction(lane=0) as tx:
            audit.append(tx, kind="k", case="case", digest="d", at=drawn.MORNING)
        assert second.wait(WAIT_S), "so does a line about a case, of a lane too"
        with suppress(KeyError), first.transaction() as tx:
            tx.wake()
            raise KeyError
        assert not second.wait(0.1), "what was undone wakes nobody"


def test_without_a_listener_who_waits_polls(
    opened: Callable[..., Store],
    server: Server,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "LISTEN_AGAIN_S", 0.0)
    with opened(place) as store:
        assert not store.wait(0.01)
        server.end_all(place)
        begun = time.monotonic()
        assert not store.wait(0.2), "a listener that was lost is no call"
        with monkeypatch.context() as without:
            without.setattr(postgres, "CHANNEL", "no such channel")
            assert not store.wait(0.2), "nor is one that is refused"
        assert time.monotonic() - begun < WAIT_S
        with store.transaction() as tx:
            tx.wake()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(store.wait, WAIT_S)
            while not waiting.done():
                with store.transaction() as tx:
                    tx.wake()
                time.sleep(0.05)
            assert waiting.result(), "and listening is taken up again"


WORKER = """
import sys
from interop.store import audit, cases, tasks
from interop.store.ledger import CLAIMING
from interop.conformance.strategies import store as drawn
from tests.store.conftest import open_store

place, name, lane, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open_store(place, busy_timeout_ms=60_000) as store:
    print("ready", flush=True)
    for turn in range(count):
        with store.transaction(lane=lane if turn % 3 else None) as tx:
            n = cases.next_serial(tx, "case/2026")
            cases.add(tx, drawn.a_case(f"case-{n}"))
            audit.append(tx, kind=name, case=f"case-{n}", digest="d", at=drawn.MORNING)
        # Acknowledged: from here on it may not be lost.
        print(n, flush=True)
"""


def worker(place: str, name: str, lane: int, count: int) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    done = subprocess.Popen(  # noqa: S603 -- our own interpreter and our own lines
        [sys.executable, "-c", WORKER, place, name, str(lane), str(count)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.stdout is not None
    assert done.stdout.readline() == "ready\n"
    return done


def test_of_two_processes_one_is_killed_and_nothing_is_lost_or_doubled(
    opened: Callable[..., Store], place: str
) -> None:
    told: dict[str, list[int]] = {}
    steady = worker(place, "steady", 0, 120)
    for turn in range(3):
        doomed = worker(place, f"doomed-{turn}", 1, 10_000)
        assert doomed.stdout is not None
        lines = [doomed.stdout.readline() for _ in range(20)]
        doomed.send_signal(signal.SIGKILL)
        lines += doomed.communicate(timeout=WAIT_S)[0].splitlines()
        told[f"doomed-{turn}"] = [int(n) for n in lines if re.fullmatch(r"\d+\n?", n)]
    out, _ = steady.communicate(timeout=3 * WAIT_S)
    assert steady.returncode == 0, "a process that died leaves no lock behind"
    told["steady"] = [int(n) for n in out.split()]
    with opened(place) as store, store.transaction() as tx:
        lines_kept = audit.lines(tx)
        assert audit.verify(tx) == ()
        kept = {line.case: line.kind for line in lines_kept}
        assert len(kept) == len(lines_kept), "none was doubled"
        for name, numbers in told.items():
            assert {kept[f"case-{n}"] for n in numbers} == {name}, "none was lost"
        # Without gaps: what was taken and not committed was given back.
        assert sorted(kept) == sorted(f"case-{n}" for n in range(1, len(kept) + 1))
        assert cases.next_serial(tx, "case/2026") == len(kept) + 1
        assert sum(line.n for line in cases.rollup(tx)) == len(kept)


def test_two_processes_may_found_one_store_at_once(
    opened: Callable[..., Store], server: Server
) -> None:
    place = server.new()

    def found(_turn: int) -> int:
        with opened(place) as store, store.transaction() as tx:
            return cases.next_serial(tx, "a")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(found, range(4))) == [1, 2, 3, 4]
