"""Tell a host what has happened: signed, in order, again until it has taken it.

A message is told at least once and may come twice; its ``webhook-id`` stays the same. A
receiver believes what :func:`verify` lets through and remembers the ids of five minutes.
Nothing waits for a receiver: cases go on, the cursor stays where it is.

Source: Standard Webhooks 1.0.0 (github.com/standard-webhooks), symmetric signatures.
"""

import base64
import binascii
import hmac
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import structlog
from pydantic import AwareDatetime

from interop.errors import InteropError, KnowledgeError, RegionFault, TrustError
from interop.exchange import Backoff
from interop.gateway.feed import Event
from interop.gateway.open import Gateway
from interop.model.record import Record
from interop.model.sensitive import Sensitive
from interop.node.reasons import (
    WEBHOOK_FAILED,
    WEBHOOK_REFUSED,
    WEBHOOK_SECRET,
    WEBHOOK_URL,
)
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient

PREFIX: Final = "whsec_"
SECRET_BYTES_MIN: Final = 24
SECRET_BYTES_MAX: Final = 64
TOLERANCE_S: Final = 300
DEADLINE_MS: Final = 5_000
REPLY_BYTES_MAX: Final = 64 * 1024
# Together within the lease of one round.
EVENTS_PER_ROUND: Final = 10
PEER: Final = "webhook"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
TAKEN: Final = range(200, 300)

log = structlog.get_logger("interop.node")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Whom to tell, and what to sign with."""

    url: str
    secret: Sensitive


class MessageData(Record):
    """What a message is about; see :class:`interop.gateway.feed.Event`."""

    region: str
    case: str
    cursor: int
    about: str


class Message(Record):
    """What a receiver is told: no personal value, ``trace`` tells the rest.

    Attributes:
        type: Type of the event.
        timestamp: When it happened, in UTC.
        data: Where, to which case.
    """

    type: str
    timestamp: AwareDatetime
    data: MessageData


class Teller:
    """Tells one receiver; used by one worker at a time."""

    def __init__(self, gateway: Gateway, webhook: Webhook) -> None:
        """Prepare; nothing is sent.

        Raises:
            KnowledgeError: ``node-webhook-url``, ``node-webhook-secret``.
        """
        _require_url(webhook.url)
        self._secret = secret_bytes(webhook.secret)
        self._gateway = gateway
        limits = Limits(deadline_ms=DEADLINE_MS, reply_bytes_max=REPLY_BYTES_MAX)
        self._http = HttpClient(webhook.url, limits=limits, peer=PEER)
        # One receiver, one cursor: another address is told from the beginning.
        self._reader = "webhook/" + sha256(webhook.url.encode()).hexdigest()[:32]
        self._backoff = Backoff(random.SystemRandom())
        self._attempts, self._not_before = 0, 0.0
        self._stopping = False

    def tell(self) -> int:
        """Tell what is due, in order, up to ten messages; return how many were taken."""
        if monotonic() < self._not_before:
            return 0
        host = self._gateway.host
        after = host.begin_push(self._reader)
        if after is None:
            return 0
        try:
            return self._told(after)
        except InteropError as fault:
            self._attempts += 1
            wait = self._backoff.after(self._attempts).total_seconds()
            self._not_before = monotonic() + wait
            log.warning("webhook-not-taken", code=fault.code, attempts=self._attempts)
            return 0
        finally:
            host.end_push(self._reader)

    def stop(self) -> None:
        """End after the message that is being told."""
        self._stopping = True

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _told(self, after: int) -> int:
        host = self._gateway.host
        page = host.events(after=after, limit=EVENTS_PER_ROUND)
        for event in page.events:
            if self._stopping:
                return 0
            self._send(event)
            host.pushed(self._reader, event.cursor)
            self._attempts = 0
        if page.next > after:
            host.pushed(self._reader, page.next)
        return len(page.events)

    def _send(self, event: Event) -> None:
        region = self._gateway.region
        body = message(event, region).to_bytes()
        name = f"{region}-{event.cursor}"
        headers = signed(name, body, secret=self._secret, at=self._gateway.host.now())
        reply = self._http.send("POST", body=body, headers=headers)
        if reply.status not in TAKEN:
            raise RegionFault(WEBHOOK_FAILED.of(field=PEER, got=reply.status))


def message(event: Event, region: str) -> Message:
    """Return what a receiver is told about an event at the gateway of ``region``."""
    data = MessageData(region=region, case=event.case, cursor=event.cursor, about=event.about)
    return Message(type=event.type, timestamp=event.at, data=data)


def signed(name: str, body: bytes, *, secret: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a message.

    Args:
        name: Its identifier, the same whenever it is sent again.
        body: Its bytes.
        secret: The secret shared with the receiver.
        at: Now, aware.
    """
    seconds = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + _mac(name, seconds, body, secret),
    }


def verify(headers: Mapping[str, str], body: bytes, *, secret: bytes, now: datetime) -> str:
    """Return the identifier of a message that is to be believed.

    Args:
        headers: As received, names in lower case.
        body: The bytes, before anything has parsed them.
        secret: The shared secret.
        now: Now, aware; a message five minutes off is refused.

    Raises:
        TrustError: ``node-webhook-refused``.
    """
    name, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    wanted = "v1," + _mac(name, seconds, body, secret)
    signs = [hmac.compare_digest(one.encode(), wanted.encode()) for one in given]
    if not any(signs) or not name:
        raise TrustError(WEBHOOK_REFUSED.of(field="webhook-signature"))
    in_time = seconds.isdecimal() and len(seconds) < 12  # noqa: PLR2004 -- year 5138
    if not in_time or abs(now.timestamp() - int(seconds)) > TOLERANCE_S:
        raise TrustError(WEBHOOK_REFUSED.of(field="webhook-timestamp"))
    return name


def secret_bytes(secret: Sensitive) -> bytes:
    """Return the bytes of a secret, ``whsec_`` and Base64 or the text itself.

    Raises:
        KnowledgeError: ``node-webhook-secret``.
    """
    text = secret.reveal()
    found = text.encode()
    if text.startswith(PREFIX):
        try:
            found = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            found = b""
    if not SECRET_BYTES_MIN <= len(found) <= SECRET_BYTES_MAX:
        sizes = f"{SECRET_BYTES_MIN}..{SECRET_BYTES_MAX}"
        raise KnowledgeError(WEBHOOK_SECRET.of(field="secret", expected=sizes))
    return found


def _mac(name: str, seconds: str, body: bytes, secret: bytes) -> str:
    told = b".".join((name.encode(), seconds.encode(), body))
    return base64.b64encode(hmac.digest(secret, told, "sha256")).decode()


def _require_url(url: str) -> None:
    refused = KnowledgeError(WEBHOOK_URL.of(field="url"))
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise refused from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not secure or not host or parts.username or parts.password or parts.fragment:
        raise refused
