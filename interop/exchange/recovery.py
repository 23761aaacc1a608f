"""Bring a lane back in step after one of its ends was restored from a backup.

INVARIANT: no number is used twice. A peer that was restored is sent again what it lost, under
the same numbers; a sender that was restored goes on above what its peer holds. Either begins
a new epoch, so that batches under way from before are told apart.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from interop.errors import ExchangeError
from interop.exchange.batch import Signatory
from interop.exchange.mark import Ledger, MarkStatement, Standing, judge
from interop.exchange.reasons import FORK
from interop.store import audit, replay
from interop.store.lanes import FORK_CODE, LaneState, keep_lane_state, lane_state
from interop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Alignment:
    """What was found and done.

    Attributes:
        standing: Who was restored, if anybody.
        epoch: Epoch that the lane goes on in.
        again: How many envelopes are sent again.
    """

    standing: Standing
    epoch: int
    again: int


def align(tx: Tx, said: MarkStatement, *, ours: Signatory, at: datetime) -> Alignment:
    """Bring the sending half of a lane in step with what its receiver holds.

    Call it when a batch was refused for its place. Calling it again is no harm.

    Args:
        tx: The open transaction.
        said: What the receiver said, verified.
        ours: This gateway with every key that it ever had and that is not revoked.
        at: Now, aware.

    Returns:
        What was done; a fork is noted in the audit chain, and nothing else is changed, now or
        until a person has lifted the alarm.
    """
    peer, lane = said.sender, said.lane
    state = lane_state(tx, peer, lane)
    standing = judge(said, outbox_ledger(tx, peer, lane), ours=ours)
    # INVARIANT: no peer ends the alarm by what it says next.
    if standing == "fork" or state.reason_code == FORK_CODE:
        if state.reason_code != FORK_CODE:
            audit.append(tx, kind=FORK_CODE, case="", digest=said.head, at=at)
        keep_lane_state(tx, replace(state, reason_code=FORK_CODE, failed_at=at))
        return Alignment("fork", state.epoch, 0)
    if standing == "in-step" and replay.follows(tx, peer, lane, said.through, said.head):
        return Alignment(standing, state.epoch, 0)
    epoch = max(state.epoch, said.epoch) + 1
    if standing == "we-restored":
        replay.reopen_unanswered(tx, peer, lane)
        # It may have been restored since, to before what we went on with: it lacks that too.
        replay.reopen(tx, peer, lane, after=said.through)
        again = replay.renumber(tx, peer, lane, after=said.through)
    else:
        again = replay.reopen(tx, peer, lane, after=said.through)
    keep_lane_state(tx, LaneState(peer, lane, epoch, said.head, state.credit))
    audit.append(tx, kind=f"epoch-{standing}", case="", digest=said.head or "-", at=at)
    return Alignment(standing, epoch, again)


def outbox_ledger(tx: Tx, peer: str, lane: int) -> Ledger:
    """Return what is known here of a lane that this gateway sends on."""
    receipted, roots = replay.made(tx, peer, lane)
    return Ledger(receipted, roots)


def lift_fork(tx: Tx, peer: str, lane: int, *, at: datetime) -> bool:
    """Let a lane go on whose fork a person has looked at; return False if there was none.

    If the peer still shows what does not fit, the alarm is back with the next batch.
    """
    state = lane_state(tx, peer, lane)
    if state.reason_code != FORK_CODE:
        return False
    keep_lane_state(tx, replace(state, failures=0, reason_code="", failed_at=None))
    audit.append(tx, kind="fork-lifted", case="", digest=f"{peer}/{lane}", at=at)
    return True


def forked(tx: Tx, peer: str, lane: int) -> bool:
    """Return whether a lane stands under a fork alarm."""
    return lane_state(tx, peer, lane).reason_code == FORK_CODE


def require_no_fork(tx: Tx, peer: str, lane: int) -> None:
    """Refuse to send on a lane whose fork nobody has looked at.

    Raises:
        ExchangeError: ``exchange-fork``.
    """
    if forked(tx, peer, lane):
        raise ExchangeError(FORK.of(field=f"{peer}/{lane}", got="alarm"))
