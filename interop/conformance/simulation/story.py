"""A story from one seed: what regions do, what befalls them, and what must hold at the end."""

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal

import structlog

from interop.conformance.simulation.network import Network
from interop.conformance.simulation.receivers import answered_and_lost, forgetful, killed
from interop.conformance.simulation.region import SHM, Crash, Region
from interop.conformance.strategies.exchange import (
    LANES,
    Party,
    begin_anew,
    introduce,
    introduced,
)
from interop.errors import InteropError, RegionUnavailable
from interop.gateway import parcels
from interop.gateway.intake import pull, take_ask, take_batch
from interop.gateway.pump import pump, realign
from interop.store import audit, outbox
from interop.transport.reasons import UNREACHABLE

Carrier = Literal["push", "pull", "files"]
CARRIERS: Final[tuple[Carrier, ...]] = ("push", "pull", "files")
# The last two fail the check on purpose: a check that cannot fail shows nothing.
Mode = Literal["sound", "no-dedupe", "answer-before-commit"]

CODES: Final = ("310000", "320000", "330000")
# A file sends on one, a database on several.
LANES_DRAWN: Final = (1, 1, 1, LANES)
ROUNDS_MAX: Final = 60
COMPARE_EVERY: Final = 3
# How often a file that was taken in does not come again.
TAKEN_AWAY: Final = 0.7
# How often a former key ends as soon as it is changed.
KEYS_END: Final = 0.8
# How often another region hears of new keys before the end of the story.
KEYS_HEARD: Final = 0.7


@dataclass(frozen=True, slots=True)
class Plan:
    """What a story is made of.

    Attributes:
        seed: Everything follows from it.
        steps: How many things happen before the end.
        carrier: How batches travel; drawn from the seed if not given.
        mode: Whether the receiver is as it should be.
        restores: Whether databases are restored from backups.
        lanes: On how many lanes every region sends; drawn for each from the seed if not given.
        keys: Whether regions change their keys, and former ones end with what is under way.
    """

    seed: int
    steps: int = 20
    carrier: Carrier | None = None
    mode: Mode = "sound"
    restores: bool = True
    lanes: int | None = None
    keys: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a story.

    Attributes:
        plan: The plan.
        faults: What does not hold; empty if all does.
        posted: How many messages were posted.
        restored: How often a database was restored.
    """

    plan: Plan
    faults: tuple[str, ...]
    posted: int
    restored: int


@dataclass(frozen=True, slots=True)
class Posted:
    """One message: who told whom about which case."""

    sender: str
    to: str
    case: str
    id: str


@dataclass
class World:
    """Regions, the network between them, and what was posted.

    Attributes:
        plan: The plan.
        folder: Where databases and files lie.
        posted: What each region has posted, in order.
        ghosts: Identifiers that a restored region no longer knows of.
        receipts: First receipt of every batch since its receiver was last restored.
    """

    plan: Plan
    folder: Path
    posted: dict[str, list[Posted]] = field(default_factory=dict)
    ghosts: set[str] = field(default_factory=set)
    receipts: dict[tuple[str, bytes], bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    doomed: set[str] = field(default_factory=set)
    serial: int = 0
    restored: int = 0

    def __post_init__(self) -> None:
        """Set the scene."""
        self.chance = random.Random(self.plan.seed)  # noqa: S311 -- a die for a story, no secret
        codes = CODES[: self.chance.choice((2, 2, 3))]
        self.network = Network(
            self.chance,
            take=self.take,
            answer=self.answer,
            kill=self.doomed.add,
            faulty=self.chance.choice((0.0, 0.2, 0.4)),
        )
        self.regions = {
            party.region: Region(
                party, self.folder, self.network.way, self.chance, self._lanes(party)
            )
            for party in parties()
            if party.region in codes
        }
        self.carriers: dict[tuple[str, str], Carrier] = {
            (here, there): self._carrier() for here in codes for there in codes if here != there
        }
        self.posted = {code: [] for code in codes}

    def _lanes(self, party: Party) -> int:
        # A die of its own: one more draw would make another story of every seed.
        drawn = random.Random(f"{self.plan.seed}/{party.region}").choice(LANES_DRAWN)  # noqa: S311 -- no secret
        return drawn if self.plan.lanes is None else self.plan.lanes

    def _carrier(self) -> Carrier:
        drawn = self.chance.choice(CARRIERS)
        return drawn if self.plan.carrier is None else self.plan.carrier

    def take(self, there: str, batch: bytes) -> bytes:
        """Let a region take a batch; it may die on the way."""
        region = self.regions[there]
        try:
            receipt = self._taken(region, batch)
        except Crash:
            region.forget()
            raise RegionUnavailable(UNREACHABLE.of(field=there, got="killed")) from None
        if self.receipts.setdefault((there, batch), receipt) != receipt:
            self.faults.append(f"{there}: another receipt for the same batch")
        return receipt

    def _taken(self, region: Region, batch: bytes) -> bytes:
        dies = region.code in self.doomed
        self.doomed.discard(region.code)
        if self.plan.mode == "no-dedupe":
            return forgetful(region, batch)
        if not dies:
            return take_batch(region.station, batch)
        if self.plan.mode == "answer-before-commit":
            return answered_and_lost(region, batch)
        killed(region, batch)
        raise Crash

    def answer(self, there: str, question: bytes) -> bytes:
        """Let a region answer a question."""
        return take_ask(self.regions[there].station, question)

    def post(self) -> None:
        """Let a region tell another something about a case."""
        sender = self.chance.choice(list(self.regions))
        to = self.chance.choice([code for code in self.regions if code != sender])
        case = f"{sender}-{to}-{self.chance.randrange(3)}"
        self.serial += 1
        told = Posted(sender, to, case, f"{case}/{self.serial}")
        self.regions[sender].post(case, self.serial, to=to, message_id=told.id)
        self.posted[sender].append(told)

    def move(self) -> None:
        """Let one carrier do one round."""
        pair = self.chance.choice(list(self.carriers))
        self.carry(*pair)

    def carry(self, here: str, there: str) -> None:
        """Carry what ``here`` has for ``there``, and the answers back; faults are no news."""
        carrier = self.carriers[here, there]
        try:
            if carrier == "push":
                pump(self.regions[here].station)
            elif carrier == "pull":
                pull(self.regions[there].station, here)
            else:
                self._carry_files(here, there)
        except InteropError:
            return

    def _folder(self, here: str, there: str) -> Path:
        return self.folder / f"{min(here, there)}-{max(here, there)}"

    def _files(self, here: str, there: str) -> bool:
        folder = self._folder(here, there)
        return folder.is_dir() and any(folder.iterdir())

    def _carry_files(self, here: str, there: str) -> None:
        folder = self._folder(here, there)
        for file in parcels.export(self.regions[here].station, folder):
            if f".to-{there}." not in file.name:
                file.unlink()
        cut = frozenset((here, there)) in self.network.cut
        for code in () if cut else (there, here):
            for file in sorted(folder.iterdir()):
                if self.network.fault():
                    file.unlink()
            parcels.import_(self.regions[code].station, folder)
            for file in sorted(folder.iterdir()):
                if f".to-{code}." in file.name and self.chance.random() < TAKEN_AWAY:
                    file.unlink()

    def step_clock(self) -> None:
        """Set a clock a day forward or back."""
        region = self.chance.choice(list(self.regions.values()))
        region.skew += timedelta(days=self.chance.choice((-1, 1)))

    def crash(self) -> None:
        """Kill a region between two transactions."""
        self.chance.choice(list(self.regions.values())).forget()

    def fill_disk(self) -> None:
        """Let a region find no space once."""
        self.chance.choice(list(self.regions.values())).disk_full = True

    def part(self) -> None:
        """Cut a pair off, or let it meet again."""
        self.network.cut ^= {frozenset(self.chance.choice(list(self.carriers)))}

    def back_up(self) -> None:
        """Copy a region's database."""
        region = self.chance.choice(list(self.regions.values()))
        region.back_up(len(self.posted[region.code]))

    def restore(self) -> None:
        """Put a region back to a backup of its own."""
        region = self.chance.choice(list(self.regions.values()))
        if not (self.plan.restores and region.backups):
            return
        held = region.restore(self.chance.randrange(len(region.backups)))
        mine = self.posted[region.code]
        self.ghosts |= {told.id for told in mine[held:]}
        del mine[held:]
        self._expect_other_receipts(region)
        self.restored += 1

    def change_keys(self) -> None:
        """Let a region change its keys; mostly the former one ends, and others hear of it."""
        region = self.chance.choice(list(self.regions.values()))
        others = [one.party for one in self.regions.values() if one is not region]
        hear = [one for one in others if self.chance.random() < KEYS_HEARD]
        region.party.change_keys(*hear, ends=self.chance.random() < KEYS_END)
        region.forget()
        self._expect_other_receipts(region)

    def _expect_other_receipts(self, region: Region) -> None:
        kept = {key: given for key, given in self.receipts.items() if key[0] != region.code}
        self.receipts = kept

    def settle(self) -> None:
        """Heal everything, compare marks, and carry until nothing is left to do."""
        self.network.cut.clear()
        introduce(*(region.party for region in self.regions.values()))
        self.network.faulty = 0.0
        self.doomed.clear()
        for region in self.regions.values():
            region.disk_full = False
        for turn in range(ROUNDS_MAX):
            for here, there in self.carriers:
                self.regions[here].calm()
                if self.restored and turn % COMPARE_EVERY == 0:
                    self._compare_marks(here, there)
                if busy(self.regions[here]) or self._files(here, there):
                    self.carry(here, there)
            compared = not self.restored or turn % COMPARE_EVERY == COMPARE_EVERY - 1
            if compared and not any(map(busy, self.regions.values())):
                return
        self.faults.append("does not come to rest")

    def _compare_marks(self, here: str, there: str) -> None:
        station = self.regions[here].station
        for lane in range(station.store.lanes):
            realign(station, station.directory.find(there), lane)

    def check(self) -> None:
        """Hold every region to what was posted to it."""
        for code, region in self.regions.items():
            applied = region.applied()
            for case in {told.case for mine in self.posted.values() for told in mine}:
                self._check_case(code, case, applied.get(case, []))
            with region.store.transaction() as tx:
                if audit.verify(tx):
                    self.faults.append(f"{code}: the audit chain does not hold")

    def _check_case(self, code: str, case: str, done: list[str]) -> None:
        mine = [told for told in self.posted[case.partition("-")[0]] if told.case == case]
        wanted = [told.id for told in mine if told.to == code]
        if len(set(done)) != len(done):
            self.faults.append(f"{code}: something was done twice about {case}")
        if lost := set(wanted) - set(done):
            self.faults.append(f"{code}: lost {sorted(lost)}")
        if [one for one in done if one not in self.ghosts] != wanted:
            self.faults.append(f"{code}: out of order about {case}")


def busy(region: Region) -> bool:
    """Return whether something waits or awaits its receipt."""
    with region.store.transaction() as tx:
        return bool(outbox.lanes(tx))


@cache
def parties() -> tuple[Party, ...]:
    """Return three regions that know each other; their first keys serve every story."""
    return introduced(*CODES)


WEIGHTS: Final[Sequence[tuple[Callable[[World], None], int]]] = (
    (World.post, 36),
    (World.move, 36),
    (lambda world: world.network.repeat(), 10),
    (World.crash, 3),
    (World.part, 4),
    (World.step_clock, 3),
    (World.fill_disk, 2),
    (World.back_up, 4),
    (World.restore, 6),
)
WITH_KEYS: Final = (*WEIGHTS, (World.change_keys, 8))


def tell(plan: Plan) -> Told:
    """Tell the story of a plan to its end."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    place = SHM if SHM.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place, prefix="interop-story-") as folder:
        world = World(plan, Path(folder))
        acts, weights = zip(*(WITH_KEYS if plan.keys else WEIGHTS), strict=True)
        try:
            for act in world.chance.choices(acts, weights, k=plan.steps):
                act(world)
            world.settle()
            world.check()
        finally:
            begin_anew(*parties())
    count = sum(map(len, world.posted.values()))
    return Told(plan, tuple(world.faults), count, world.restored)
