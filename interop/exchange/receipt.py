"""Receipts (回执): signed, stored, and the same bytes on every retry.

An outbox row closes only on the peer's receipt.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, Field

from interop.crypto.jose import sign_compact
from interop.errors import ExchangeError
from interop.exchange.batch import ENVELOPES_MAX, Signatory
from interop.exchange.reasons import RECEIPT_MISMATCH
from interop.model.ports import Env, Signer
from interop.model.record import Record

RECEIPT_TYP: Final = "yrd-receipt+jwt"
# A verdict for each of 500 messages, in base64url, and room to spare.
RECEIPT_BYTES_MAX: Final = 128 * 1024
CODE_CHARS_MAX: Final = 64


class Verdict(Record):
    """What became of a message that was not applied: it is kept as a dead letter.

    Attributes:
        sequence: Position of the message in the lane.
        code: Why it was refused.
    """

    sequence: int = Field(ge=1)
    code: str = Field(max_length=CODE_CHARS_MAX)


class Receipt(Record):
    """What the receiver of a batch signs.

    Attributes:
        v: Version of this format.
        env: Environment.
        sender: Who signs, the receiver of the batch.
        to: Who sent the batch.
        lane: Lane of the channel.
        epoch: Epoch of the channel.
        through: Last sequence number now held.
        root: Root of the batch.
        verdicts: Messages that were not applied, in order; all others were.
        audit_n: Position of the last line of the receiver's audit chain: its checkpoint.
        audit_head: Hash of that line.
        seen_n: The sender's checkpoint that came with the batch, cosigned.
        seen_head: Its hash.
        credit: How many envelopes the receiver takes next on this lane.
        at: When it was applied; aware.
        signed_at: When it was signed, if that was later: by a key that followed.
    """

    v: int = Field(default=1, ge=1, le=1)
    env: Env
    sender: str = Field(alias="from")
    to: str
    lane: int
    epoch: int
    through: int
    root: str
    verdicts: tuple[Verdict, ...] = Field(default=(), max_length=ENVELOPES_MAX)
    audit_n: int = Field(default=0, ge=0)
    audit_head: str
    seen_n: int = Field(default=0, ge=0)
    seen_head: str = ""
    credit: int = Field(default=ENVELOPES_MAX, ge=0, le=ENVELOPES_MAX)
    at: AwareDatetime
    signed_at: AwareDatetime | None = None

    @property
    def signed(self) -> datetime:
        """Return when it was signed: its key is looked up as of then."""
        return self.signed_at or self.at


def sign_receipt(receipt: Receipt, *, signer: Signer) -> bytes:
    """Return the receipt as compact JWS bytes."""
    return sign_compact(receipt.to_bytes(), signer, typ=RECEIPT_TYP).encode()


@dataclass(frozen=True, slots=True)
class Sent:
    """What this gateway sent and wants a receipt for.

    Attributes:
        audit: The checkpoint that went with it; None once the bytes of the batch are gone.
    """

    env: Env
    sender: str
    to: str
    lane: int
    epoch: int
    first: int
    through: int
    root: str
    audit: tuple[int, str] | None = None

    def seen(self, receipt: Receipt) -> tuple[int, str]:
        """Return the checkpoint that a receipt for this may cosign: the one sent, or none."""
        if self.audit is None:
            return receipt.seen_n, receipt.seen_head
        return self.audit if receipt.seen_n else (0, "")


def verify_receipt(data: bytes, *, sent: Sent, peer: Signatory) -> Receipt:
    """Return the receipt if it is the peer's and covers what was sent.

    Raises:
        ExchangeError: ``exchange-wrong-type``, ``exchange-unknown-key`` or
            ``exchange-receipt-mismatch``.
        TrustError: The form or the signature is wrong.
    """
    token = data.decode("ascii", "replace")
    payload = peer.verify(token, typ=RECEIPT_TYP, chars_max=RECEIPT_BYTES_MAX)
    receipt = Receipt.from_json(payload, error=ExchangeError, field="receipt")
    wanted: tuple[tuple[str, object, object], ...] = (
        ("env", sent.env, receipt.env),
        ("from", sent.to, receipt.sender),
        ("to", sent.sender, receipt.to),
        ("lane", sent.lane, receipt.lane),
        ("epoch", sent.epoch, receipt.epoch),
        ("through", sent.through, receipt.through),
        ("root", sent.root, receipt.root),
        ("seen", sent.seen(receipt), (receipt.seen_n, receipt.seen_head)),
        ("verdicts", f"{sent.first}..{sent.through}", _span(sent, receipt)),
    )
    if wrong := [row for row in wanted if row[1] != row[2]]:
        raise ExchangeError(
            *(RECEIPT_MISMATCH.of(field=f, expected=e, got=g) for f, e, g in wrong)
        )
    return receipt


def _span(sent: Sent, receipt: Receipt) -> str:
    """Return the range of the batch if the verdicts lie in it, in order; else their numbers."""
    numbers = [verdict.sequence for verdict in receipt.verdicts]
    inside = all(sent.first <= number <= sent.through for number in numbers)
    if inside and numbers == sorted(set(numbers)):
        return f"{sent.first}..{sent.through}"
    return ", ".join(map(str, numbers))
