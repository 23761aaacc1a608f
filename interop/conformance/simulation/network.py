"""A network that loses, repeats, delays and cuts, and kills whoever it talks to."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from interop.errors import InteropError, RegionTimeout, RegionUnavailable
from interop.transport.reasons import CONNECTION_LOST, UNREACHABLE

Fault = Literal["", "lost", "swallowed", "killed-before-commit", "killed-after-commit"]
FAULTS: Final[tuple[Fault, ...]] = (
    "lost",
    "swallowed",
    "killed-before-commit",
    "killed-after-commit",
)

Take = Callable[[str, bytes], bytes]
Kill = Callable[[str], None]


@dataclass
class Network:
    """What lies between all regions.

    Attributes:
        chance: The die of the story.
        take: Hands a batch to a region and returns the receipt.
        answer: Puts a question to a region and returns the answer.
        kill: Lets a region die while it takes the next batch.
        faulty: How often something goes wrong, 0 to 1.
        cut: Pairs of regions that do not reach each other.
        carried: Every batch that was ever sent, with its recipient.
    """

    chance: random.Random
    take: Take
    answer: Take
    kill: Kill
    faulty: float
    cut: set[frozenset[str]] = field(default_factory=set)
    carried: list[tuple[str, bytes]] = field(default_factory=list)

    def way(self, here: str, there: str) -> "Way":
        """Return the way from one region to another."""
        return Way(self, here, there)

    def fault(self) -> Fault:
        """Draw what goes wrong next, if anything."""
        return self.chance.choice(FAULTS) if self.chance.random() < self.faulty else ""

    def repeat(self) -> None:
        """Deliver any batch once more, as late as it may be; its answer goes nowhere."""
        if self.carried:
            there, batch = self.chance.choice(self.carried)
            try:
                self.take(there, batch)
            except InteropError:
                return


@dataclass(frozen=True, slots=True)
class Way:
    """The way from one region to another; implements the port ``Peer``."""

    network: Network
    here: str
    there: str

    def send(self, batch: bytes) -> bytes:
        """Deliver a batch and return the receipt, if nothing happens."""
        network, fault = self.network, self._set_out()
        network.carried.append((self.there, batch))
        if fault == "killed-before-commit":
            network.kill(self.there)
        receipt = network.take(self.there, batch)
        if fault in {"swallowed", "killed-after-commit"}:
            raise RegionTimeout(CONNECTION_LOST.of(field=self.there))
        return receipt

    def ask(self, question: bytes) -> bytes:
        """Put a question, if nothing happens."""
        fault = self._set_out()
        answer = self.network.answer(self.there, question)
        if fault:
            raise RegionTimeout(CONNECTION_LOST.of(field=self.there))
        return answer

    def knowledge(self, digest: str) -> bytes:
        """Return nothing: no knowledge travels here."""
        return digest.encode()

    def _set_out(self) -> Fault:
        if frozenset((self.here, self.there)) in self.network.cut:
            raise RegionUnavailable(UNREACHABLE.of(field=self.there, got="cut"))
        fault = self.network.fault()
        if fault == "lost":
            raise RegionUnavailable(UNREACHABLE.of(field=self.there, got="lost"))
        return fault
