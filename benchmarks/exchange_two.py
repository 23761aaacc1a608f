"""Cases from region to region and back, a process for each region, as they stand in truth.

The figures of :mod:`benchmarks.exchange_sqlite` are those of one core, so that ratios compare
work. Here each region has a process and a store of its own, and a pipe for the line between:
while one receives, the other gathers the next batch. Needs two idle cores.
"""

import multiprocessing
import os
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from benchmarks.exchange_sqlite import WARM, End, Size, latency
from interop.conformance.strategies.exchange import EAST, NOW, WEST, introduced
from interop.exchange import batch_up, close, receive
from interop.store.outbox import BatchRow

AT_ONCE: Final = 100
IDLE_S: Final = 0.0005
PATIENCE_S: Final = 60.0
# What goes over the line: a batch, its receipt, and that there is no more to come.
BATCH, RECEIPT, OVER = (b"b", b"r", b"o")


FULL: Final = Size(cases=1_000, latency_s=2.0)


def run(size: Size = FULL) -> dict[str, float | None]:
    """Return what two regions in two processes do.

    ``two_cases_per_s``: submitted here, applied there, the answer applied here, all receipts
    held. ``two_p50_ms`` and ``two_p99_ms`` at ``two_rate`` cases a second, which is half of
    that and at most a thousand: from the instant that a case was due to the answer; medians
    of the rounds.
    """
    per_s = statistics.median(_per_s(size.cases) for _ in range(size.rounds))
    rate, p50, p99 = latency(per_s, _latencies, size)
    return {
        "two_cases_per_s": round(per_s),
        "two_rate": rate,
        "two_p50_ms": round(p50, 1),
        "two_p99_ms": round(p99, 1),
    }


@dataclass
class Region:
    """One region at its end of the line."""

    end: End
    line: Connection
    other: str
    sent: BatchRow | None = None
    over: bool = False

    def __post_init__(self) -> None:
        """Read the line beside the work: two full pipes would wait for each other."""
        self.come: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while (told := self.line.recv_bytes()) != OVER:
                self.come.put(told)
        except (EOFError, OSError):
            pass
        self.come.put(OVER)

    def turn(self) -> bool:
        """Take what has come and send what waits; return whether there was anything to do."""
        own, _, directory = self.end.known
        peer = directory.find(self.other)
        did = False
        while not self.come.empty():
            did = True
            told = self.come.get()
            kind, data = told[:1], told[1:]
            if kind == BATCH:
                with self.end.store.transaction() as tx:
                    receipt = receive(
                        tx, data, directory=directory, apply=self.end.apply, at=NOW
                    )
                self.line.send_bytes(RECEIPT + receipt)
            elif kind == RECEIPT and self.sent is not None:
                with self.end.store.transaction() as tx:
                    close(tx, self.sent, data, own=own, peer=peer)
                self.sent = None
            else:
                self.over = True
        if self.sent is None:
            with self.end.store.transaction() as tx:
                self.sent = batch_up(tx, lane=0, own=own, peer=peer, at=NOW)
            if self.sent is not None:
                did = True
                self.line.send_bytes(BATCH + self.sent.wire)
        return did

    def rest(self) -> None:
        """Let the other region have the core for a moment."""
        time.sleep(IDLE_S)

    def until(self, cases: int) -> None:
        """Go on until so many answers are in."""
        patience = time.perf_counter() + PATIENCE_S
        while len(self.end.done) < cases:
            if not self.turn():
                self.rest()
            if time.perf_counter() > patience:
                msg = "a case did not come back"
                raise AssertionError(msg)


@contextmanager
def _two() -> Iterator[Region]:
    """Let the handling region run in a process of its own.

    Yields:
        The receiving region.
    """
    with tempfile.TemporaryDirectory() as folder:
        here, there = introduced(EAST, WEST)
        ours, theirs = multiprocessing.Pipe()
        pid = os.fork()
        if not pid:
            status = 1
            try:
                ours.close()
                end = End(there, Path(folder), answers=True, signing=False)
                _answer(Region(end, theirs, EAST))
                status = 0
            finally:
                os._exit(status)
        theirs.close()
        end = End(here, Path(folder), answers=False, signing=False)
        region = Region(end, ours, WEST)
        try:
            yield region
            ours.send_bytes(OVER)
        finally:
            ours.close()
            _, status = os.waitpid(pid, 0)
            end.store.close()
        if status:
            msg = "the other region failed"
            raise AssertionError(msg)


def _answer(region: Region) -> None:
    while not region.over:
        if not region.turn():
            region.rest()
    region.end.store.close()


def _per_s(cases: int) -> float:
    with _two() as region:
        _warm(region)
        start, numbers = time.perf_counter(), (f"case-{n}" for n in range(cases))
        while some := list(islice(numbers, AT_ONCE)):
            region.end.submit(some, WEST)
            region.turn()
        region.until(cases + WARM)
        return cases / (time.perf_counter() - start)


def _latencies(rate: int, seconds: float) -> list[float]:
    submitted: dict[str, float] = {}
    with _two() as region:
        _warm(region)
        numbers, start = count(), time.perf_counter()
        while (now := time.perf_counter() - start) < seconds:
            due = int(now * rate) - len(submitted)
            names = [f"case-{k}" for k in islice(numbers, max(0, due))]
            for name in names:
                submitted[name] = start + len(submitted) / rate
            if names:
                region.end.submit(names, WEST)
            if not region.turn() and not names:
                region.rest()
        region.until(len(submitted) + WARM)
        done = region.end.done
    return [done[name] - at for name, at in submitted.items()]


def _warm(region: Region) -> None:
    region.end.submit([f"warm-{n}" for n in range(WARM)], WEST)
    region.until(WARM)
