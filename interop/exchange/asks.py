"""What a peer may ask over any carrier that lets it ask: signed, and answered by itself.

``mark``: how far is my lane received? ``pull``: give me what waits for me. ``receipt``: here
is what I owe you for a batch. ``align``: your batch was refused; this is how far I am.
``reconcile``: how do our books of a day compare? Asking twice does no harm: a batch pulled
twice is the same batch, a receipt given twice closes nothing twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from interop.crypto.jose import sign_compact, split
from interop.errors import ExchangeError
from interop.exchange.batch import Correspondent, Directory, Own, require_for
from interop.exchange.mark import state_mark, verify_mark
from interop.exchange.outbox import batch_up, close
from interop.exchange.reasons import ASK_INCOMPLETE, NOTHING_OPEN
from interop.exchange.receipt import RECEIPT_BYTES_MAX, Receipt
from interop.exchange.reconcile import answer_summary
from interop.exchange.recovery import align, forked
from interop.model.ports import Env
from interop.model.record import Record
from interop.store import outbox as rows
from interop.store.lanes import LANES_MAX
from interop.store.tx import Tx

ASK_TYP: Final = "yrd-ask+jwt"
ASK_CHARS_MAX: Final = 2 * RECEIPT_BYTES_MAX
PREFIXES_MAX: Final = 64
PREFIX_CHARS_MAX: Final = 64

Kind = Literal["mark", "pull", "receipt", "align", "reconcile"]
Direction = Literal["sent", "received"]


class Ask(Record):
    """A question of a peer.

    Attributes:
        v: Version of this format.
        env: Environment.
        sender: Who asks.
        to: Who is asked.
        kind: What is asked.
        lane: Of which lane; to pull, from which lane on.
        payload: The receipt or mark statement that is brought, if any.
        day: Of which day, Asia/Shanghai; to reconcile.
        direction: What the one who asks has sent, or received; to reconcile.
        prefixes: Which parts of the tree; to reconcile.
        at: When; aware.
    """

    v: int = Field(default=1, ge=1, le=1)
    env: Env
    sender: str = Field(alias="from")
    to: str
    kind: Kind
    lane: int = Field(ge=0, lt=LANES_MAX)
    payload: str = Field(default="", max_length=RECEIPT_BYTES_MAX)
    day: date | None = None
    direction: Direction = "sent"
    prefixes: tuple[str, ...] = Field(default=(), max_length=PREFIXES_MAX)
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What is answered, and what the asked side learns by the way.

    Attributes:
        data: The answer.
        row: The batch that a receipt closed, if one did.
        receipt: That receipt.
    """

    data: bytes
    row: rows.BatchRow | None = None
    receipt: Receipt | None = None


def sign_ask(  # noqa: PLR0913 -- the members of an ask, each by name
    own: Own,
    *,
    to: str,
    kind: Kind,
    lane: int,
    at: datetime,
    payload: str = "",
    day: date | None = None,
    direction: Direction = "sent",
    prefixes: tuple[str, ...] = (),
) -> bytes:
    """Return a signed question to ``to``."""
    ask = Ask.model_validate(
        {
            "env": own.env,
            "from": own.region,
            "to": to,
            "kind": kind,
            "lane": lane,
            "payload": payload,
            "day": day,
            "direction": direction,
            "prefixes": prefixes,
            "at": at,
        }
    )
    return sign_compact(ask.to_bytes(), own.signer, typ=ASK_TYP).encode()


def answer(tx: Tx, data: bytes, *, directory: Directory, at: datetime) -> Answered:
    """Answer a peer's question.

    Raises:
        ExchangeError: It is not for us, not of a peer we know, or cannot be answered.
        TrustError: The peer is unknown, or the signature does not verify.
    """
    ask, peer = _verified(data, directory)
    own = directory.own
    if ask.kind == "mark":
        return Answered(state_mark(tx, peer=peer.region, lane=ask.lane, own=own, at=at))
    if ask.kind == "pull":
        return Answered(_pulled(tx, ask, own=own, peer=peer, at=at))
    if ask.kind == "receipt":
        return _closed(tx, ask, own=own, peer=peer)
    if ask.kind == "align":
        said = verify_mark(ask.payload.encode(), own=own, peer=peer)
        align(tx, said, ours=directory.ours(), at=at)
        return Answered(b"")
    if ask.day is None:
        raise ExchangeError(ASK_INCOMPLETE.of(field="day"))
    # What they have sent is what we have received.
    sent = ask.direction == "received"
    found = answer_summary(
        tx, peer=peer.region, lane=ask.lane, day=ask.day, sent=sent, prefixes=ask.prefixes
    )
    return Answered(found)


def _pulled(tx: Tx, ask: Ask, *, own: Own, peer: Correspondent, at: datetime) -> bytes:
    """Return the next batch of the first lane, from the one asked for on, that has one.

    A lane under a fork alarm is passed over.
    """
    for lane in range(ask.lane, tx.lanes):
        if forked(tx, peer.region, lane):
            continue
        row = batch_up(tx, lane=lane, own=own, peer=peer, at=at)
        if row is not None:
            return row.wire
    return b""


def _closed(tx: Tx, ask: Ask, *, own: Own, peer: Correspondent) -> Answered:
    row = rows.open_batch(tx, peer.region, ask.lane)
    if row is None:
        raise ExchangeError(NOTHING_OPEN.of(field=f"{peer.region}/{ask.lane}"))
    receipt = close(tx, row, ask.payload.encode(), own=own, peer=peer)
    return Answered(b"", row, receipt)


def _verified(data: bytes, directory: Directory) -> tuple[Ask, Correspondent]:
    token = data.decode("ascii", "replace")
    # INVARIANT: what is not verified yet only refuses, and chooses whose keys are tried.
    claimed = Ask.from_json(
        split(token, bytes_max=ASK_CHARS_MAX).payload, error=ExchangeError, field="ask"
    )
    require_for(directory.own, env=claimed.env, to=claimed.to)
    peer = directory.find(claimed.sender)
    payload = peer.verify(token, typ=ASK_TYP, chars_max=ASK_CHARS_MAX)
    return Ask.from_json(payload, error=ExchangeError, field="ask"), peer
