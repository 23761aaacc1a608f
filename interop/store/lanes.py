"""Which lane a case goes on, and where the sending half of each lane stands.

Failures are kept to be shown; what decides whether to send lives in memory, on a clock that
nobody can set.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update

from interop.store.schema import LANE_STATE, this_lane
from interop.store.tx import Tx

CREDIT_FIRST: Final = 500
LANES_MAX: Final = 64
# A lane under a fork alarm; nothing but a person ends it.
FORK_CODE: Final = "fork-alarm"

_HELD: Final = select(LANE_STATE).where(this_lane(LANE_STATE))
_CHANGE: Final = update(LANE_STATE).where(this_lane(LANE_STATE))
_ADD: Final = insert(LANE_STATE)


@dataclass(frozen=True, slots=True)
class LaneState:
    """The sending half of one lane.

    Attributes:
        peer: Region it goes to.
        lane: Lane of the peer.
        epoch: Epoch that new batches are made in.
        head: Root that the first batch of the epoch follows on; empty at the start.
        credit: How many envelopes the peer takes next.
        failures: Tries in a row that brought no receipt.
        reason_code: Why the last one failed; empty after a receipt.
        failed_at: When, in UTC.
    """

    peer: str
    lane: int
    epoch: int = 1
    head: str = ""
    credit: int = CREDIT_FIRST
    failures: int = 0
    reason_code: str = ""
    failed_at: datetime | None = None


def lane_of(case: str, lanes: int) -> int:
    """Return the lane of a case, of so many; all its messages keep their order there."""
    return int.from_bytes(hashlib.sha256(case.encode()).digest()[:4], "big") % lanes


def lane_state(tx: Tx, peer: str, lane: int) -> LaneState:
    """Return where the lane stands."""
    row = tx.one(_HELD, to_peer=peer, to_lane=lane)
    return LaneState(peer, lane) if row is None else LaneState(**row)


def lane_states(tx: Tx) -> tuple[LaneState, ...]:
    """List the lanes that have ever changed, by peer and lane."""
    order = (LANE_STATE.c.peer, LANE_STATE.c.lane)
    return tuple(LaneState(**row) for row in tx.rows(select(LANE_STATE).order_by(*order)))


def keep_lane_state(tx: Tx, state: LaneState) -> None:
    """Keep where the lane stands."""
    values = {name: getattr(state, name) for name in LaneState.__slots__}
    if not tx.write(_CHANGE, to_peer=state.peer, to_lane=state.lane, **values):
        tx.write(_ADD, **values)


def note_failure(tx: Tx, peer: str, lane: int, reason_code: str, *, at: datetime) -> None:
    """Count a try that brought no receipt; of a fork alarm the code stays."""
    state = lane_state(tx, peer, lane)
    code = state.reason_code if state.reason_code == FORK_CODE else reason_code
    failures = state.failures + 1
    keep_lane_state(tx, replace(state, failures=failures, reason_code=code, failed_at=at))
