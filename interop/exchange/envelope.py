"""One message between two gateways: CloudEvents attribute names, body encrypted.

Source: CloudEvents 1.0 (attribute names); RFC 7516 (JWE) for ``data``.
"""

import hashlib
from datetime import datetime
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from interop.crypto.jwe import Opener, Recipient, decrypt, encrypt
from interop.errors import CaseError, ExchangeError
from interop.exchange.reasons import ENVELOPE_MISMATCH, MESSAGE_TOO_LARGE
from interop.model.canonical import canonical_bytes, read_json
from interop.model.case import CaseFact, Notice, Package
from interop.model.record import Record

DATA_CHARS_MAX: Final = 1024 * 1024
IDENTIFIER_CHARS_MAX: Final = 256
# What a compact JWE adds: its header, nonce and tag; base64url writes 3 bytes as 4 letters.
JWE_CHARS_MAX: Final = 1024
MESSAGE_BYTES_MAX: Final = (DATA_CHARS_MAX - JWE_CHARS_MAX) // 4 * 3
# Stands between the identifier of a message and the turn in which it is told again.
AGAIN: Final = "#"
MESSAGE_TYPE: Final = "cn.yrd.case.facts.v1"


class Message(Record):
    """What one side tells the other about a case, applied as a whole or not at all.

    Attributes:
        facts: New facts of the sending side, in their order.
        package: The hand-over package, with the ``handed-over`` fact.
        notices: Notices that the facts name.
        state_hash: The sender's state hash after these facts.
    """

    facts: tuple[CaseFact, ...] = Field(min_length=1)
    package: Package | None = None
    notices: tuple[Notice, ...] = ()
    state_hash: str


class Envelope(Record):
    """An encrypted message with what the carrier may know.

    Attributes:
        specversion: CloudEvents version.
        id: Unique identifier of the message.
        source: Region code of the sender.
        subject: Case number.
        type: Message type.
        time: When it was stated; aware.
        sequence: Position in the lane, from 1.
        data: Compact JWE over the canonical message.
    """

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(max_length=IDENTIFIER_CHARS_MAX)
    source: str = Field(max_length=IDENTIFIER_CHARS_MAX)
    subject: str = Field(max_length=IDENTIFIER_CHARS_MAX)
    type: Literal["cn.yrd.case.facts.v1"] = MESSAGE_TYPE
    time: AwareDatetime
    sequence: int = Field(ge=1)
    data: str = Field(max_length=DATA_CHARS_MAX)


class Draft(Record):
    """A message in the outbox: an envelope that is not encrypted yet."""

    id: str
    case: str
    time: AwareDatetime
    message: Message


def draft(message: Message, *, case: str, message_id: str, at: datetime) -> bytes:
    """Return the bytes that wait in the outbox, to be stored encrypted.

    What could never be sent is refused here, before it can block its lane.

    Raises:
        CaseError: ``exchange-message-too-large``.
        ExchangeError: ``exchange-envelope-mismatch`` for a message about several cases.
    """
    _require_one_case(message, case)
    data = Draft(id=message_id, case=case, time=at, message=message).to_bytes()
    lengths = {
        "data": (len(data), MESSAGE_BYTES_MAX),
        "id": (len(message_id), IDENTIFIER_CHARS_MAX),
        "subject": (len(case), IDENTIFIER_CHARS_MAX),
    }
    if over := [(name, *length) for name, length in lengths.items() if length[0] > length[1]]:
        raise CaseError(
            *(MESSAGE_TOO_LARGE.of(field=f, expected=most, got=n) for f, n, most in over)
        )
    return data


def enclose(waiting: bytes, *, source: str, sequence: int, recipient: Recipient) -> Envelope:
    """Return the envelope of a waiting draft, encrypted to the recipient."""
    read = Draft.from_json(waiting, error=ExchangeError, field="outbox")
    return Envelope(
        id=read.id,
        source=source,
        subject=read.case,
        time=read.time,
        sequence=sequence,
        data=encrypt(canonical_bytes(read.message.revealed()), recipient),
    )


def disclose(envelope: Envelope, *, key: Opener) -> Message:
    """Return the message inside an envelope.

    Raises:
        TrustError: The JWE does not open.
        ExchangeError: The content is malformed or is about another case.
    """
    data = decrypt(envelope.data, key)
    value = read_json(data, error=ExchangeError, field="data")
    message = Message.from_value(value, error=ExchangeError, field="data")
    _require_one_case(message, envelope.subject)
    return message


def draft_digest(envelope: Envelope, message: Message) -> bytes:
    """Return the digest of the draft that an envelope was first made of: both ends hold it."""
    name = base_id(envelope.id)
    drafted = Draft(id=name, case=envelope.subject, time=envelope.time, message=message)
    return hashlib.sha256(drafted.to_bytes()).digest()


def base_id(message_id: str) -> str:
    """Return the identifier under which a message was first told."""
    return message_id.partition(AGAIN)[0]


def drafted_again(waiting: bytes, turn: int) -> tuple[str, bytes]:
    """Return a draft to be told once more, under an identifier that names the first."""
    read = Draft.from_json(waiting, error=ExchangeError, field="outbox")
    name = f"{base_id(read.id)}{AGAIN}{turn}"
    return name, read.model_copy(update={"id": name}).to_bytes()


def _require_one_case(message: Message, case: str) -> None:
    package = () if message.package is None else (message.package.case,)
    named = {*(f.case for f in message.facts), *(n.case for n in message.notices), *package}
    if named != {case}:
        raise ExchangeError(ENVELOPE_MISMATCH.of(field="subject"))
