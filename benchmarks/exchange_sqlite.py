"""Cases from region to region and back, against plain SQL and a signature per envelope.

Two regions in one process, on one core: signed, encrypted, receipted, SQLite with
``synchronous=FULL``. Ratios hold where absolute figures do not.
"""

import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property, partial
from itertools import count, islice
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Insert, Table, insert, select

from benchmarks.measure import Timing
from interop.conformance.strategies.exchange import (
    EAST,
    NOW,
    WEST,
    Party,
    a_message,
    introduced,
)
from interop.conformance.strategies.store import a_case
from interop.crypto.jose import sign_compact, verify_compact
from interop.exchange import (
    Correspondent,
    Directory,
    Envelope,
    Message,
    Own,
    batch_up,
    close,
    post,
    receive,
)
from interop.exchange.batch import ENVELOPES_MAX
from interop.model.case import CaseFact
from interop.model.day import day_of
from interop.store import Store, Tx, audit, cases, outbox
from interop.store.schema import METADATA

BODY_CHARS: Final = 700
RATE_MAX: Final = 1_000
RATE_MIN: Final = 10
FSYNCS: Final = 300
WARM: Final = 8
ALONE: Final = 31
# What belongs to the store itself and not to a case on its way.
STANDING: Final = frozenset({"schema_version", "organ_key", "audit_head", "sending"})
REFERRED: Final = frozenset({"case_key", "case_file"})
NOTE: Final = "字" * (BODY_CHARS // 3)

Rows = Mapping[str, list[dict[str, object]]]
# How plain SQL is written: see run().
Way = Literal["core", "prepared", "bulk"]
WAYS: Final[tuple[Way, ...]] = ("core", "prepared", "bulk")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Attributes:
        cases: Cases in each round.
        rounds: Rounds.
        latency_s: Seconds of each round of latency.
        behind: Cases that lie behind one more, of which that one's cost is taken.
    """

    cases: int = 500
    rounds: int = 5
    latency_s: float = 1.0
    behind: tuple[int, ...] = (100, 1_000, 10_000)


FULL: Final = Size()


def run(size: Size = FULL) -> dict[str, float | None]:
    """Return how fast cases go there and back, and against what.

    ``cases_per_s``: submitted here, applied there, the answer applied here. Plain SQL writes
    the very rows that this left, in as many transactions: ``vs_plain_transitions`` by one
    statement of SQLAlchemy Core for each row, as transitions come; ``vs_plain_prepared`` the
    same by statements made ready once, a short way that this store has of its own;
    ``vs_plain_bulk`` by one such statement for each table and transaction, which nobody who
    decides case by case can do. ``vs_per_envelope_signing``: with a signature for each
    envelope on top. These compare the thread's own time, round by round; ``cases_per_s`` is
    by the clock on the wall, disk included. Latency at ``latency_rate`` cases a second, the
    median of the rounds, beside the disk's own. ``vs_dbos`` is null without dbos.
    ``one_more_ms_…``: one case there and back, alone in its batches, behind so many others:
    the thread's own time, the median of some.
    """
    found: dict[str, list[float]] = {name: [] for name in ("ours", "signed", *WAYS)}
    walls = []
    for _ in range(size.rounds):
        with _pair() as pair:
            pair.through(WARM, name="warm")
            start = time.perf_counter()
            found["ours"].append(_busy(partial(pair.through, size.cases)))
            walls.append(time.perf_counter() - start)
            rows = [site.rows() for site in pair.sites]
        with _pair(signing=True) as pair:
            pair.through(WARM, name="warm")
            found["signed"].append(_busy(partial(pair.through, size.cases)))
        for way in WAYS:
            with _pair() as pair:
                found[way].append(_busy(partial(pair.write, rows, way=way)))
    timing = Timing({}, found)
    per_s = size.cases / statistics.median(walls)
    rate, p50, p99 = latency(per_s, _latencies, size)
    return {
        "cases_per_s": round(per_s),
        "vs_plain_transitions": round(timing.paired("core", "ours"), 3),
        "vs_plain_prepared": round(timing.paired("prepared", "ours"), 3),
        "vs_plain_bulk": round(timing.paired("bulk", "ours"), 3),
        "vs_per_envelope_signing": round(timing.paired("signed", "ours"), 2),
        "latency_rate": rate,
        "p50_ms": round(p50, 1),
        "p99_ms": round(p99, 1),
        "fsync_p99_ms": round(_fsync_p99_ms(), 2),
        "vs_dbos": _vs_dbos(per_s),
        **_growth(size.behind),
    }


@dataclass
class End:
    """One region: its keys, its store, what it does with a message."""

    party: Party
    folder: Path
    answers: bool
    signing: bool
    done: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        profile = self.party.ring.profile
        self.store = Store.open(
            self.folder / f"{self.party.region}.db",
            organ_key=self.party.ring.organ,
            cipher=profile.cipher,
            digest=profile.digest,
        )

    @cached_property
    def known(self) -> tuple[Own, Correspondent, Directory]:
        """Return it as itself, as its peers know it, and whom it knows."""
        return self.party.own, self.party.public, self.party.directory

    def submit(self, numbers: Sequence[str], to: str) -> None:
        """Receive some cases and tell the other region, in one transaction."""
        with self.store.transaction() as tx:
            for number in numbers:
                cases.add(tx, a_case(number))
                message = a_message(number, 1, note=NOTE)
                self._state(tx, message.facts[0], "received")
                post(tx, message, peer=to, message_id=f"{number}/r/1", at=NOW)

    def apply(self, tx: Tx, envelope: Envelope, message: Message) -> None:
        """Fold a message in; the handling region answers."""
        if self.signing:
            self._verify(envelope)
        fact, case = message.facts[0], envelope.subject
        if not self.answers:
            self._state(tx, fact, "accepted")
            self.done[case] = time.perf_counter()
            return
        cases.add(tx, a_case(case))
        self._state(tx, fact, "received")
        answer = fact.model_copy(update={"side": "handling", "type": "accepted", "seen": 1})
        self._state(tx, answer, "accepted")
        told = Message(facts=(answer,), state_hash="sha-256:2")
        post(tx, told, peer=envelope.source, message_id=f"{case}/h/1", at=NOW)

    def _state(self, tx: Tx, fact: CaseFact, state: str) -> None:
        cases.append_fact(tx, fact)
        cases.update(
            tx,
            fact.case,
            state=state,
            state_hash="sha-256:1",
            receiving_seq=1,
            handling_seq=int(fact.side == "handling"),
            due_on=None,
            provisional=False,
            on=day_of(NOW),
        )
        audit.append(tx, kind=fact.type, case=fact.case, digest="sha-256:1", at=NOW)

    def _verify(self, envelope: Envelope) -> None:
        # Signed and verified alone: what one signature for the batch replaces.
        key = self.party.ring.signing
        token = sign_compact(envelope.to_bytes(), key, typ="envelope")
        verify_compact(token, key.public.to_jwk(), alg=key.alg)

    def carry(self, to: "End") -> int:
        """Send everything that waits for ``to``; return how many messages that was."""
        carried = 0
        with self.store.transaction() as tx:
            lanes = [lane for _, lane in outbox.lanes(tx)]
        for lane in lanes:
            n = ENVELOPES_MAX
            while n == ENVELOPES_MAX:
                n = self._carry_lane(to, lane)
                carried += n
        return carried

    def _carry_lane(self, to: "End", lane: int) -> int:
        (own, _, _), (_, peer, directory) = self.known, to.known
        with self.store.transaction() as tx:
            row = batch_up(tx, lane=lane, own=own, peer=peer, at=NOW)
        if row is None:
            return 0
        with to.store.transaction() as tx:
            receipt = receive(tx, row.wire, directory=directory, apply=to.apply, at=NOW)
        with self.store.transaction() as tx:
            close(tx, row, receipt, own=own, peer=peer)
        return row.n

    def rows(self) -> dict[str, list[dict[str, object]]]:
        """Return every row that stands in the store."""
        with self.store.transaction() as tx:
            return {
                table.name: [dict(row) for row in tx.rows(select(table))] for table in tables()
            }

    def write(self, rows: Rows, *, way: Way) -> None:
        """Write the same rows in as many transactions.

        A batch was made and closed, one that came in was applied, and what was submitted
        came first.
        """
        turns = 1 + 2 * len(rows["batch"]) + len(rows["answer"])
        for turn in range(turns):
            with self.store.transaction() as tx:
                for table in tables():
                    part = rows[table.name][turn::turns]
                    if table.name in REFERRED:
                        # What others refer to comes with the first.
                        part = [] if turn else rows[table.name]
                    self._write(tx, table, part, way=way)

    def _write(self, tx: Tx, table: Table, rows: list[dict[str, object]], *, way: Way) -> None:
        statement = _adding(table)
        if way == "bulk":
            tx.write_all(statement, rows)
            return
        for row in rows:
            if way == "prepared":
                tx.write(statement, **row)
            else:
                with tx.statement() as connection:
                    connection.execute(statement, row)


@dataclass
class Pair:
    """A receiving and a handling region."""

    sites: tuple[End, End]

    def through(self, n: int, *, name: str = "case") -> None:
        """Let ``n`` cases go there and back."""
        here, there = self.sites
        numbers, before = (f"{name}-{k}" for k in range(n)), len(here.done)
        while some := list(islice(numbers, ENVELOPES_MAX)):
            here.submit(some, WEST)
        here.carry(there)
        there.carry(here)
        if len(here.done) != before + n:
            msg = "a case did not come back"
            raise AssertionError(msg)

    def write(self, rows: Sequence[Rows], *, way: Way) -> None:
        """Write the rows of both by plain SQL."""
        for site, held in zip(self.sites, rows, strict=True):
            site.write(held, way=way)


@cache
def _adding(table: Table) -> Insert:
    return insert(table)


@contextmanager
def _pair(*, signing: bool = False) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory() as folder:
        here, there = introduced(EAST, WEST)
        place = Path(folder)
        ends = (
            End(here, place, answers=False, signing=signing),
            End(there, place, answers=True, signing=signing),
        )
        yield Pair(ends)
        for end in ends:
            end.store.close()


def tables() -> list[Table]:
    """Return the tables that a case on its way writes to."""
    return [table for table in METADATA.sorted_tables if table.name not in STANDING]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _busy(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


def latency(
    per_s: float, submit: Callable[[int, float], list[float]], size: Size
) -> tuple[int, float, float]:
    """Return a rate, and median and 99th percentile at it in milliseconds.

    Half of what goes through in a second, at most a thousand; each the median of the rounds.
    """
    rate = max(RATE_MIN, min(RATE_MAX, int(per_s / 2)))
    rounds = [sorted(submit(rate, size.latency_s)) for _ in range(size.rounds)]
    p50, p99 = (
        statistics.median(found[len(found) * k // 100] for found in rounds) for k in (50, 99)
    )
    return rate, p50 * 1000, p99 * 1000


def _latencies(rate: int, seconds: float) -> list[float]:
    """Submit ``rate`` cases a second, by the clock, and return how long each took."""
    submitted: dict[str, float] = {}
    with _pair() as pair:
        pair.through(WARM, name="warm")
        here, there = pair.sites
        numbers, start = count(), time.perf_counter()
        while (now := time.perf_counter() - start) < seconds:
            due = int(now * rate) - len(submitted)
            names = [f"case-{k}" for k in islice(numbers, max(0, due))]
            # Due evenly since the last look: waiting for the worker counts as well.
            for name in names:
                submitted[name] = start + len(submitted) / rate
            if names:
                here.submit(names, WEST)
                here.carry(there)
                there.carry(here)
            else:
                time.sleep(timedelta(milliseconds=1).total_seconds())
        done = here.done
    return [done[name] - at for name, at in submitted.items()]


def _growth(behind: Sequence[int]) -> dict[str, float]:
    found = {}
    with _pair() as pair:
        held = 0
        for n in behind:
            pair.through(n - held, name=f"behind-{n}-")
            alone = [
                _busy(partial(pair.through, 1, name=f"alone-{n}-{k}-")) for k in range(ALONE)
            ]
            held = n
            key = f"one_more_ms_{n:.0e}".replace("e+0", "e")
            found[key] = round(statistics.median(alone) * 1000, 2)
    return found


def _fsync_p99_ms() -> float:
    found = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(FSYNCS):
            file.write(bytes(4096))
            file.flush()
            found.append(_timed(partial(os.fsync, file.fileno())))
    return statistics.quantiles(found, n=100)[98] * 1000


def _vs_dbos(per_s: float) -> float | None:
    """Return how many times more cases a second than workflows of five steps in DBOS."""
    if importlib.util.find_spec("dbos") is None:
        return None
    import benchmarks.exchange_dbos as peer  # noqa: PLC0415 -- extra bench

    return round(per_s / peer.workflows_per_s(), 1)
