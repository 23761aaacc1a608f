"""A simulated region: a real store and station, a clock to be set, a disk that can fill."""

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
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
TICK: Final = timedelta(milliseconds=1)

Way = Callable[[str, str], Peer]


class Crash(Exception):
    """The process dies here."""


@dataclass
class Region:
    """One region of a story.

    Attributes:
        party: Its keys and whom it knows.
        file: Its database.
        way: Returns the way from one region to another.
        chance: The die of the story.
        skew: How far its clock is set off.
        disk_full: Whether the next write of an effect finds no space.
        backups: Copies of its database, with what it had posted by then.
    """

    party: Party
    file: Path
    way: Way
    chance: random.Random
    skew: timedelta = timedelta()
    disk_full: bool = False
    backups: list[tuple[Path, int]] = field(default_factory=list)
    now: datetime = NOW
    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        """Open the store."""
        self.store = self._opened()

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
        copy = self.file.with_suffix(f".backup-{len(self.backups)}")
        self.store.close()
        shutil.copyfile(self.file, copy)
        self.store = self._opened()
        self.backups.append((copy, posted))

    def restore(self, which: int) -> int:
        """Go back to a backup; return how much had been posted by then."""
        copy, posted = self.backups[which]
        self.store.close()
        for beside in self.file.parent.glob(self.file.name + "-*"):
            with suppress(FileNotFoundError):
                beside.unlink()
        shutil.copyfile(copy, self.file)
        del self.backups[which + 1 :]
        self.store = self._opened()
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

    def _opened(self) -> Store:
        profile = self.party.ring.profile
        return Store.open(
            self.file,
            organ_key=self.party.ring.organ,
            cipher=profile.cipher,
            digest=profile.digest,
        )
