"""Tell where every channel stands: lanes, marks, epochs, open batches, failures, age."""

from dataclasses import asdict, dataclass
from datetime import datetime

from interop.exchange.breaker import FAILURES_MAX
from interop.model.canonical import Json
from interop.store import inbox, outbox
from interop.store.lanes import lane_state, lane_states
from interop.store.letters import waiting_letters
from interop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SendingLane:
    """The sending half of a lane.

    Attributes:
        peer: Region it goes to.
        lane: Lane of the peer.
        epoch: Epoch that new batches are made in.
        credit: How many envelopes the peer takes next.
        waiting: Envelopes in no batch yet.
        open: First numbers of the batches that await their receipts.
        age_s: Seconds that the oldest of all this has waited; 0 if nothing waits.
        failures: Tries in a row that brought no receipt.
        breaker: ``open`` if so many failed that the peer counts as down, else ``closed``.
        reason_code: Why the last one failed; empty after a receipt.
    """

    peer: str
    lane: int
    epoch: int
    credit: int
    waiting: int
    open: tuple[int, ...]
    age_s: int
    failures: int
    breaker: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class Status:
    """Where everything stands.

    Attributes:
        sending: Lanes that were ever sent on, or have something waiting.
        receiving: How far the lanes of peers were received.
        dead_letters: How many wait for a person.
    """

    sending: tuple[SendingLane, ...]
    receiving: tuple[inbox.Mark, ...]
    dead_letters: int

    def as_json(self) -> dict[str, Json]:
        """Return it as JSON."""
        sending: list[Json] = [
            {**asdict(lane), "open": list(lane.open)} for lane in self.sending
        ]
        receiving: list[Json] = [asdict(mark) for mark in self.receiving]
        return {
            "sending": sending,
            "receiving": receiving,
            "dead_letters": self.dead_letters,
        }


def status(tx: Tx, *, now: datetime) -> Status:
    """Return where every channel stands at ``now``, aware."""
    known = {(state.peer, state.lane) for state in lane_states(tx)}
    lanes = sorted(known | set(outbox.lanes(tx)))
    return Status(
        sending=tuple(_lane(tx, peer, lane, now) for peer, lane in lanes),
        receiving=inbox.marks(tx),
        dead_letters=len(waiting_letters(tx)),
    )


def _lane(tx: Tx, peer: str, lane: int, now: datetime) -> SendingLane:
    state, backlog = lane_state(tx, peer, lane), outbox.backlog(tx, peer, lane)
    age_s = 0 if backlog.oldest is None else int((now - backlog.oldest).total_seconds())
    return SendingLane(
        peer=peer,
        lane=lane,
        epoch=state.epoch,
        credit=state.credit,
        waiting=backlog.waiting,
        open=backlog.open,
        age_s=max(0, age_s),
        failures=state.failures,
        breaker="open" if state.failures >= FAILURES_MAX else "closed",
        reason_code=state.reason_code,
    )
