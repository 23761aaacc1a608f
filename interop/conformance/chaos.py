"""Regions as processes that are killed at any moment: nothing lost, doubled or out of order.

Two regions exchange cases through a folder, each a process of its own on a file of its own.
The driver kills one or the other with SIGKILL while cases are on their way, and starts it
again on what it left behind. Where :mod:`interop.conformance.simulation` tells thousands of
short stories in one process, this tells one long story with real ones.
"""

import ctypes
import multiprocessing
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import ClassVar, Final

from interop.conformance.strategies.exchange import (
    EAST,
    NOW,
    WEST,
    Party,
    a_message,
    introduced,
)
from interop.errors import RegionUnavailable
from interop.exchange import Backoff, Envelope, Message, post
from interop.exchange.envelope import base_id
from interop.gateway import parcels
from interop.gateway.station import Station
from interop.model.ports import Peer
from interop.store import Store, Tx, audit, cases, outbox, vault
from interop.store.tx import ROWS_MAX
from interop.transport.reasons import UNREACHABLE

APPLIED: Final = "applied"
PAUSE_S: Final = 0.002
# A process that has not worked once by then never will.
START_S_MAX: Final = 20.0
STARTS_MAX: Final = 3
DELAY_S_MAX: Final = 0.05
FORKED: Final = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many cases go there and back, and how often a process is killed meanwhile."""

    cases: int
    kills: int
    seed: int = 0
    per_turn: int = 250


@dataclass(frozen=True, slots=True)
class Struck:
    """What came of it: kills while cases were on their way, and what does not hold."""

    kills: int
    faults: tuple[str, ...]


class Board(ctypes.Structure):
    """What a process shows the driver; it survives the process."""

    _fields_: ClassVar = [(name, ctypes.c_int64) for name in ("posted", "turns", "idle")]
    posted: int
    turns: int
    idle: int


@dataclass
class End:
    """One region: the first posts cases, the other answers each."""

    party: Party
    peer: str
    folder: Path
    plan: Plan
    board: Board

    def live(self) -> None:
        """Work until killed."""
        ring = self.party.ring
        profile = ring.profile
        self.store = Store.open(
            self.folder / f"{self.party.region}.db",
            organ_key=ring.organ,
            cipher=profile.cipher,
            digest=profile.digest,
        )
        while True:
            self._turn()

    def _turn(self) -> None:
        line = self.folder / "line"
        station = self._station()
        with self.store.transaction() as tx:
            waits = bool(outbox.lanes(tx))
        if self.party.region == EAST and not waits:
            waits = self._post()
        parcels.export(station, line)
        # What begins with a dot is not whole yet.
        came = list(line.glob(f"[!.]*.to-{self.party.region}.*"))
        parcels.import_(station, line)
        for file in came:
            file.unlink(missing_ok=True)
        self.board.idle = int(not (waits or came))
        self.board.turns += 1
        if not came:
            time.sleep(PAUSE_S)

    def _post(self) -> bool:
        """Post the next cases, two messages each; return False once all are posted."""
        with self.store.transaction() as tx:
            for _ in range(self.plan.per_turn):
                number = cases.next_serial(tx, "posted")
                if number > self.plan.cases:
                    return False
                case = _case(number)
                vault.create_key(tx, case)
                for n in (1, 2):
                    self._tell(tx, case, n, f"{case}/{n}")
        self.board.posted = number
        return True

    def _tell(self, tx: Tx, case: str, n: int, name: str) -> None:
        post(tx, a_message(case, n), peer=self.peer, message_id=name, at=NOW)

    def _apply(self, tx: Tx, envelope: Envelope, message: Message) -> None:
        case = envelope.subject
        vault.create_key(tx, case)
        audit.append(tx, kind=APPLIED, case=case, digest=base_id(envelope.id), at=NOW)
        if self.party.region == WEST and message.facts[0].seq > 1:
            self._tell(tx, case, 1, f"{case}/answer")

    def _station(self) -> Station:
        return Station(
            directory=self.party.directory,
            store=self.store,
            clock=lambda: NOW,
            peer=_nobody,
            backoff=Backoff(random.Random(0)),  # noqa: S311 -- files are carried without delays
            holder=self.party.region,
            apply=self._apply,
            monotonic=time.monotonic,
            pause=time.sleep,
        )


@dataclass
class Driver:
    """Starts both, kills them, and waits until all has come to rest."""

    plan: Plan
    folder: Path
    kills: int = 0
    running: dict[str, BaseProcess] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make keys, which every life of a process shares."""
        (self.folder / "line").mkdir()
        self.chance = random.Random(self.plan.seed)  # noqa: S311 -- a die, no secret
        self.ends = {
            party.region: End(party, peer, self.folder, self.plan, _board())
            for party, peer in zip(introduced(EAST, WEST), (WEST, EAST), strict=True)
        }

    def run(self) -> Struck:
        """Let all cases go there and back; return what does not hold."""
        try:
            for region in self.ends:
                self._start(region)
            self._strike()
            self._await_rest()
        finally:
            for process in self.running.values():
                process.kill()
                process.join()
        return Struck(self.kills, tuple(_faults(self.ends, self.plan)))

    def _start(self, region: str) -> None:
        """Start a process; one that inherited a lock which nobody opens is started again."""
        begun = self.ends[region].board.turns
        for _ in range(STARTS_MAX):
            process = FORKED.Process(target=self.ends[region].live)
            process.start()
            self.running[region] = process
            until = time.monotonic() + START_S_MAX
            while time.monotonic() < until:
                if self.ends[region].board.turns > begun:
                    return
                self._require_alive()
                time.sleep(PAUSE_S)
            # It was forked while another thread was opening a database.
            process.kill()
            process.join()
        msg = f"{region} does not begin to work"
        raise RuntimeError(msg)

    def _strike(self) -> None:
        for turn in range(1, self.plan.kills + 1):
            self._await_posted(self.plan.cases * turn // (self.plan.kills + 1))
            time.sleep(self.chance.uniform(0, DELAY_S_MAX))
            region = self.chance.choice(list(self.ends))
            self.running[region].kill()
            self.running[region].join()
            self.kills += 1
            self._start(region)

    def _await_posted(self, n: int) -> None:
        while self.ends[EAST].board.posted < n:
            self._require_alive()
            time.sleep(PAUSE_S)

    def _await_rest(self) -> None:
        east, west = self.ends[EAST].board, self.ends[WEST].board
        while True:
            # Idle through a whole turn each, one after the other and back.
            for board in (east, west, east):
                begun = board.turns
                while board.turns < begun + 2:
                    self._require_alive()
                    time.sleep(PAUSE_S)
            if east.idle and west.idle and east.posted == self.plan.cases:
                return

    def _require_alive(self) -> None:
        for region, process in self.running.items():
            if not process.is_alive():
                msg = f"{region} ended by itself: {process.exitcode}"
                raise RuntimeError(msg)


def strike(plan: Plan, folder: Path) -> Struck:
    """Run a plan in an empty folder."""
    return Driver(plan, folder).run()


def _board() -> Board:
    # Memory of both processes, without a lock that a killed one could hold for ever.
    return FORKED.RawValue(Board)


def _nobody(region: str) -> Peer:
    raise RegionUnavailable(UNREACHABLE.of(field=region, got="files only"))


def _case(number: int) -> str:
    return f"case-{number}"


def _faults(ends: dict[str, End], plan: Plan) -> Iterator[str]:
    wanted = {EAST: ("answer",), WEST: ("1", "2")}
    for region, end in ends.items():
        ring = end.party.ring
        with (
            Store.open(
                end.folder / f"{region}.db",
                organ_key=ring.organ,
                cipher=ring.profile.cipher,
                digest=ring.profile.digest,
            ) as store,
            store.transaction() as tx,
        ):
            if audit.verify(tx):
                yield f"{region}: the audit chain does not hold"
            done: dict[str, list[str]] = {}
            for line in _lines(tx):
                done.setdefault(line.case, []).append(line.digest)
        for case in map(_case, range(1, plan.cases + 1)):
            ids = [f"{case}/{name}" for name in wanted[region]]
            if done.pop(case, []) != ids:
                yield f"{region}: lost, doubled or out of order: {case}"
        if done:
            yield f"{region}: {len(done)} cases that nobody posted"


def _lines(tx: Tx) -> Iterator[audit.AuditLine]:
    after = 0
    while page := audit.lines(tx, after=after, limit=ROWS_MAX):
        yield from (line for line in page if line.kind == APPLIED)
        after = page[-1].n
