"""What carrying batches needs, apart from everything else a gateway holds.

A station is a gateway as its peers see it: keys, a store, a way to each peer, and what to do
with a message. The simulation kit drives stations; a desk makes one of itself.
"""

import time
from collections.abc import Callable, Iterable
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A piece of a content that a peer lacks.

    Attributes:
        peer: The peer.
        name: Names the content to nobody but the window.
        first: Place of its first byte.
        wire: Reads and encrypts it.
    """

    peer: str
    name: str
    first: int
    wire: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Brought:
    """How far a content is held after a piece of it came.

    Attributes:
        held: Bytes held, from the first one.
        end: Where the piece ends; held is less if what lies before the piece is lacking.
    """

    held: int
    end: int


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


def _nothing_waits(_case: str) -> Iterable[Waiting]:
    """Return no piece of any content."""
    return ()


def _not_taken(_data: bytes) -> Brought:
    """Take no piece of any content: every place is wanted first."""
    return Brought(0, 1)


def _full(_tx: Tx) -> int:
    return ENVELOPES_MAX


@dataclass(slots=True)
class Memory:
    """What a process remembers of lanes and peers, and may forget at any time.

    Attributes:
        retries: Lanes that are put off.
        breakers: Peers that failed.
        batched: Monotonic second at which each lane made its last batch.
        given: How far the content of a case and code was held by the peer that it is sent to.
        done_at: Instant at which what need not be done every round was done last.
        revised_to: Last case whose provisional deadlines this calendar was asked about; None
            once all were, until the next time.
    """

    retries: dict[tuple[str, int], Retry] = field(default_factory=dict)
    breakers: dict[str, Breaker] = field(default_factory=dict)
    batched: dict[tuple[str, int], float] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    done_at: dict[str, datetime] = field(default_factory=dict)
    revised_to: str | None = ""

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
        waiting: Returns the pieces of contents that peers lack; of a case, if one is named,
            every piece.
        take_piece: Takes a piece of a content in.
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
    waiting: Callable[[str], Iterable[Waiting]] = _nothing_waits
    take_piece: Callable[[bytes], Brought] = _not_taken
    memory: Memory = field(default_factory=Memory)
    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
