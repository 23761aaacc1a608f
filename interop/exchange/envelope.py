"""One message between two gateways: CloudEvents attribute names, body encrypted.

Source: CloudEvents 1.0 (attribute names); RFC 7516 (JWE) for ``data``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from interop.crypto.jwe import Opener, Recipient, decrypt, encrypt
from interop.errors import CaseError, ExchangeError
from interop.exchange.reasons import ENVELOPE_MISMATCH, MESSAGE_TOO_LARGE
from interop.model.canonical import canonical_bytes
from interop.model.case import (
    CaseFact,
    Command,
    HeldContent,
    LicenceNews,
    Notice,
    Package,
    SealedNotice,
)
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
        commands: What the sending side asks the other to state.
        seals: Seals that notices told before, or with this, were given.
        news: What became of a licence that the case granted.
        held: Contents of materials that have arrived; None where none has.
        state_hash: The sender's state hash after these facts.
    """

    facts: tuple[CaseFact, ...] = ()
    package: Package | None = None
    notices: tuple[Notice, ...] = ()
    commands: tuple[Command, ...] = ()
    seals: tuple[SealedNotice, ...] = ()
    news: tuple[LicenceNews, ...] = ()
    held: tuple[HeldContent, ...] | None = None
    state_hash: str

    @property
    def case(self) -> str:
        """Return the case it is about; empty for a message that says nothing."""
        return next(iter(_cases_of(self)), "")


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


def draft(message: Message, *, case: str, message_id: str, at: datetime) -> bytes:
    """Return the bytes that wait in the outbox, to be stored encrypted.

    What could never be sent is refused here, before it can block its lane.

    Raises:
        CaseError: ``exchange-message-too-large``.
        ExchangeError: ``exchange-envelope-mismatch`` for a message about several cases.
    """
    _require_one_case(message, case)
    data = _spelled(message.to_bytes(), case=case, message_id=message_id, at=at)
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


def emptied(case: str, message_id: str, at: datetime) -> bytes:
    """Return a draft in the place of one whose case is purged here: it says nothing.

    A lane has no gaps, so its number goes out all the same. A peer that lost the message
    keeps this one as a dead letter of that case, and the lane goes on.
    """
    data = Message(state_hash="").to_bytes()
    return _spelled(data, case=case, message_id=message_id, at=at)


def enclose(waiting: bytes, *, source: str, sequence: int, recipient: Recipient) -> Envelope:
    """Return the envelope of a waiting draft, encrypted to the recipient."""
    read = _read(waiting)
    return Envelope(
        id=read.id,
        source=source,
        subject=read.case,
        time=read.time,
        sequence=sequence,
        data=encrypt(read.message, recipient),
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """A message in the outbox: an envelope that is not encrypted yet."""

    id: str
    case: str
    time: datetime
    message: bytes


def _spelled(message: bytes, *, case: str, message_id: str, at: datetime) -> bytes:
    # The canonical form by hand, so that no message is written twice.
    head = canonical_bytes({"case": case, "id": message_id})[:-1]
    return b'%b,"message":%b,"time":"%b"}' % (head, message, at.isoformat().encode())


def _read(waiting: bytes) -> _Draft:
    # Inside a string every quote is escaped: the first and the last place are these keys.
    head, _, rest = waiting.partition(b',"message":')
    message, _, time = rest.rpartition(b',"time":"')
    named = json.loads(head + b"}")
    at = datetime.fromisoformat(time[:-2].decode())
    return _Draft(named["id"], named["case"], at, message)


def disclose(envelope: Envelope, *, key: Opener) -> Message:
    """Return the message inside an envelope; raise as :func:`disclose_whole`."""
    return disclose_whole(envelope, key=key)[0]


def disclose_whole(envelope: Envelope, *, key: Opener) -> tuple[Message, bytes]:
    """Return the message inside an envelope, and the digest that both ends hold of it.

    Raises:
        TrustError: The JWE does not open.
        ExchangeError: The content is malformed or is about another case.
    """
    data = decrypt(envelope.data, key)
    message = Message.from_json(data, error=ExchangeError, field="data")
    _require_one_case(message, envelope.subject)
    name, case, at = base_id(envelope.id), envelope.subject, envelope.time
    return message, sha256(_spelled(data, case=case, message_id=name, at=at)).digest()


def base_id(message_id: str) -> str:
    """Return the identifier under which a message was first told."""
    return message_id.partition(AGAIN)[0]


def drafted_again(waiting: bytes, turn: int) -> tuple[str, bytes]:
    """Return a draft to be told once more, under an identifier that names the first."""
    read = _read(waiting)
    name = f"{base_id(read.id)}{AGAIN}{turn}"
    return name, _spelled(read.message, case=read.case, message_id=name, at=read.time)


def _require_one_case(message: Message, case: str) -> None:
    package = () if message.package is None else (message.package.case,)
    notices = (notice.case for notice in message.notices)
    named = {*_cases_of(message), *notices, *package}
    if named != {case} or message.case != case:
        raise ExchangeError(ENVELOPE_MISMATCH.of(field="subject"))


def _cases_of(message: Message) -> Iterator[str]:
    yield from (fact.case for fact in message.facts)
    yield from (command.case for command in message.commands)
    yield from (sealed.case for sealed in message.seals)
    yield from (news.case for news in message.news)
    yield from (content.case for content in message.held or ())
