"""A simulated region: a real store and station, a clock to be set, a disk that can fill."""

import atexit
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from interop.conformance.strategies.exchange import NOW, Party, a_message
from interop.errors import StoreFull
from interop.exchange import Backoff, Envelope, Message, post
from interop.exchange.envelope import base_id
from interop.gateway.station import Memory, Station
from interop.model.ports import Peer
from interop.store import Store, Tx, audit, vault
from interop.store.reasons import STORE_FULL

APPLIED: Final = "applied"
# Memory, where there is such a folder.
SHM: Final = Path("/dev/shm")  # noqa: S108 -- its folders there are its own
TICK: Final = timedelta(milliseconds=1)

Way = Callable[[str, str], Peer]


class Crash(Exception):
    """The process dies here."""


@dataclass
class Region:
    """One region of a story.

    Attributes:
        party: Its keys and whom it knows.
        folder: Where its backups lie.
        way: Returns the way from one region to another.
        chance: The die of the story.
        lanes: On how many lanes it sends.
        skew: How far its clock is set off.
        disk_full: Whether the next write of an effect finds no space.
        backups: Copies of its database, with what it had posted by then.
    """

    party: Party
    folder: Path
    way: Way
    chance: random.Random
    lanes: int = 1
    skew: timedelta = timedelta()
    disk_full: bool = False
    backups: list[tuple[Path, int]] = field(default_factory=list)
    now: datetime = NOW
    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        """Begin with an empty store."""
        self.store, founded = kept_store(self.party, self.lanes)
        self.store.restore(founded)

    @property
    def code(self) -> str:
        """Return its region code."""
        return self.party.region

    @property
    def station(self) -> Station:
        """Return it as its peers see it."""
        return Station(
            directory=self.party.directory,
            store=self.store,
            clock=self.clock,
            peer=lambda region: self.way(self.code, region),
            backoff=Backoff(self.chance),
            holder=self.code,
            apply=self.apply,
            memory=self.memory,
            monotonic=lambda: 0.0,
            pause=lambda _seconds: None,
        )

    def clock(self) -> datetime:
        """Return what its clock shows; it moves with every look."""
        self.now += TICK
        return self.now + self.skew

    def post(self, case: str, n: int, *, to: str, message_id: str) -> None:
        """State something about a case."""
        with self.store.transaction() as tx:
            vault.create_key(tx, case)
            post(tx, a_message(case, n), peer=to, message_id=message_id, at=self.clock())

    def apply(self, tx: Tx, envelope: Envelope, _message: Message) -> None:
        """Do what shows if it is done twice."""
        if self.disk_full:
            self.disk_full = False
            raise StoreFull(STORE_FULL.of(got="simulated"))
        vault.create_key(tx, envelope.subject)
        audit.append(
            tx, kind=APPLIED, case=envelope.subject, digest=base_id(envelope.id), at=NOW
        )

    def forget(self) -> None:
        """Lose what a process holds in memory."""
        self.memory = Memory()

    def calm(self) -> None:
        """Let everything be tried at once; delays run on a clock that stands still here."""
        self.memory.retries.clear()
        self.memory.breakers.clear()

    def back_up(self, posted: int) -> None:
        """Copy the database."""
        copy = self.folder / f"{self.code}.backup-{len(self.backups)}"
        self.store.back_up(copy)
        self.backups.append((copy, posted))

    def restore(self, which: int) -> int:
        """Go back to a backup; return how much had been posted by then."""
        copy, posted = self.backups[which]
        self.store.restore(copy)
        del self.backups[which + 1 :]
        self.forget()
        return posted

    def applied(self) -> dict[str, list[str]]:
        """Return what was done about each case, in order."""
        found: dict[str, list[str]] = {}
        with self.store.transaction() as tx:
            for line in audit.lines(tx):
                if line.kind == APPLIED:
                    found.setdefault(line.case, []).append(line.digest)
        return found


@cache
def kept_store(party: Party, lanes: int) -> tuple[Store, Path]:
    """Return a store of a party and a copy of it as it was founded.

    Kept from story to story: opening one takes longer than most stories.
    """
    folder = TemporaryDirectory(dir=SHM if SHM.is_dir() else None, prefix="interop-region-")
    profile, place = party.ring.profile, Path(folder.name)
    store = Store.open(
        place / "region.db",
        organ_key=party.ring.organ,
        cipher=profile.cipher,
        digest=profile.digest,
        lanes=lanes,
    )
    store.back_up(place / "founded.db")
    atexit.register(folder.cleanup)
    atexit.register(store.close)
    return store, place / "founded.db"
