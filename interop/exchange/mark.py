"""Say how far a lane was received, signed; and judge what that means for its sender.

A peer that holds less than it gave receipts for was restored from a backup, and is sent the
rest again. A peer that shows a batch header with our own signature that we do not know proves
that we were restored. Anything else that does not fit is a fork.
"""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from interop.crypto.jose import sign_compact
from interop.errors import ExchangeError, InteropError
from interop.exchange.batch import (
    BATCH_TYP,
    HEADER_CHARS_MAX,
    BatchHeader,
    Correspondent,
    Own,
    Signatory,
)
from interop.exchange.reasons import MARK_MISMATCH
from interop.model.ports import Env
from interop.model.record import Record
from interop.store import inbox as rows
from interop.store.lanes import LANES_MAX
from interop.store.tx import Tx

MARK_TYP: Final = "yrd-mark+jwt"
MARK_CHARS_MAX: Final = 3 * HEADER_CHARS_MAX

Standing = Literal["in-step", "peer-restored", "we-restored", "fork"]


class MarkStatement(Record):
    """How far a lane was received.

    Attributes:
        v: Version of this format.
        env: Environment.
        sender: Who says so, the receiver of the lane.
        to: Who sends on the lane.
        lane: Lane of the channel.
        epoch: Epoch of the last batch received; 0 before anything came.
        through: Last sequence number received.
        head: Root of the last batch received; empty before anything came.
        header: Header of that batch, as its sender signed it.
        at: When it was said; aware.
    """

    v: int = Field(default=1, ge=1, le=1)
    env: Env
    sender: str = Field(alias="from")
    to: str
    lane: int = Field(ge=0, lt=LANES_MAX)
    epoch: int = Field(ge=0)
    through: int = Field(ge=0)
    head: str
    header: str = Field(default="", max_length=HEADER_CHARS_MAX)
    at: AwareDatetime


def state_mark(tx: Tx, *, peer: str, lane: int, own: Own, at: AwareDatetime) -> bytes:
    """Return how far a lane of ``peer`` was received here, signed."""
    mark, last = rows.mark(tx, peer, lane), rows.last_answer(tx, peer, lane)
    said = MarkStatement.model_validate(
        {
            "env": own.env,
            "from": own.region,
            "to": peer,
            "lane": lane,
            "epoch": mark.epoch,
            "through": mark.seq,
            "head": mark.head,
            "header": "" if last is None else last.header.decode(),
            "at": at,
        }
    )
    return sign_compact(said.to_bytes(), own.signer, typ=MARK_TYP).encode()


def verify_mark(data: bytes, *, own: Own, peer: Correspondent) -> MarkStatement:
    """Return the statement if it is the peer's and about a lane of ours.

    Raises:
        ExchangeError: ``exchange-wrong-type``, ``exchange-unknown-key`` or
            ``exchange-mark-mismatch``.
        TrustError: The form or the signature is wrong.
    """
    token = data.decode("ascii", "replace")
    payload = peer.verify(token, typ=MARK_TYP, chars_max=MARK_CHARS_MAX)
    said = MarkStatement.from_json(payload, error=ExchangeError, field="mark")
    wanted = (
        ("env", own.env, said.env),
        ("from", peer.region, said.sender),
        ("to", own.region, said.to),
    )
    if wrong := [row for row in wanted if row[1] != row[2]]:
        raise ExchangeError(
            *(MARK_MISMATCH.of(field=f, expected=e, got=g) for f, e, g in wrong)
        )
    return said


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a sender knows of its own lane.

    Attributes:
        receipted: Last sequence number that the peer gave a receipt for; 0 if none.
        roots: Last sequence number of each batch made, by root.
    """

    receipted: int
    roots: dict[str, int]


def judge(said: MarkStatement, ledger: Ledger, *, ours: Signatory) -> Standing:
    """Return where sender and receiver of a lane stand.

    Args:
        said: What the receiver said, verified.
        ledger: What the sender knows.
        ours: The sender with every key that it ever had, to prove its own signature.
    """
    known = said.through == 0 if not said.head else ledger.roots.get(said.head) == said.through
    if known:
        return "peer-restored" if said.through < ledger.receipted else "in-step"
    return "we-restored" if _is_signed(said, ours) else "fork"


def _is_signed(said: MarkStatement, own: Signatory) -> bool:
    """Return whether the header shown is the sender's own and says what the mark says."""
    try:
        payload = own.verify(said.header, typ=BATCH_TYP, chars_max=HEADER_CHARS_MAX)
        header = BatchHeader.from_json(payload, error=ExchangeError, field="header")
    except InteropError:
        return False
    stated = (header.env, header.sender, header.to, header.lane, header.root)
    last = header.first + header.n - 1
    return (*stated, last) == (
        said.env,
        said.to,
        said.sender,
        said.lane,
        said.head,
        said.through,
    )
