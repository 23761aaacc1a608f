"""What carrying batches needs, apart from everything else a gateway holds.

A station is a gateway as its peers see it: keys, a store, a way to each peer, and what to do
with a message. The simulation kit drives stations; a desk makes one of itself.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from interop.exchange import Backoff, Directory
from interop.exchange.batch import ENVELOPES_MAX
from interop.exchange.breaker import Breaker
from interop.exchange.inbox import Apply, Refused
from interop.model.ports import Clock, Peer
from interop.store import Store
from interop.store.tx import Tx

Told = Callable[[Tx, str, str], None]
Settled = Callable[[Tx, str, frozenset[str] | None], bool]


@dataclass(frozen=True, slots=True)
class Retry:
    """A lane that failed: how often in a row, and the monotonic second to try it again."""

    attempts: int
    not_before: float


NO_RETRY: Final = Retry(0, 0.0)


def _let_stand(_tx: Tx, _case: str, _code: str) -> None:
    """Do nothing about a refusal."""


def _unheard(_tx: Tx, _envelope: object, _code: str) -> None:
    """Do nothing about a refusal."""


def _leave_parked(_tx: Tx, _case: str, _codes: frozenset[str] | None) -> bool:
    """Do nothing about a case whose dead letters are settled."""
    return False


def _full(_tx: Tx) -> int:
    return ENVELOPES_MAX


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process remembers of lanes and peers, and may forget at any time.

    Attributes:
        retries: Lanes that are put off.
        breakers: Peers that failed.
        batched: Monotonic second at which each lane made its last batch.
        done_at: Instant at which what need not be done every round was done last.
    """

    retries: dict[tuple[str, int], Retry] = field(default_factory=dict)
    breakers: dict[str, Breaker] = field(default_factory=dict)
    batched: dict[tuple[str, int], float] = field(default_factory=dict)
    done_at: dict[str, datetime] = field(default_factory=dict)

    def breaker(self, peer: str) -> Breaker:
        """Return the breaker of a peer."""
        return self.breakers.setdefault(peer, Breaker())


@dataclass(frozen=True, slots=True)
class Station:
    """One end of every channel of a region.

    Attributes:
        directory: This gateway and its peers.
        store: Its database.
        clock: The source of now.
        peer: Returns the way to a region.
        backoff: Delays between retries.
        holder: Name under which it takes leases.
        apply: Applies one message that came in.
        refused: Told of a message that came in and was refused here.
        told: Told that a peer refused a message about a case.
        settled: Lets a case move again that was parked for one of some codes, or for whatever;
            returns whether it was.
        credit: How many envelopes it takes next on a lane.
        memory: What may be forgotten.
        monotonic: Seconds of a clock that nobody sets.
        pause: Waits so many seconds.
    """

    directory: Directory
    store: Store
    clock: Clock
    peer: Callable[[str], Peer]
    backoff: Backoff
    holder: str
    apply: Apply
    refused: Refused = _unheard
    told: Told = _let_stand
    settled: Settled = _leave_parked
    credit: Callable[[Tx], int] = _full
    memory: Memory = field(default_factory=Memory)
    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
