"""One bounded HTTP client per peer.

One deadline for the whole call, a byte limit each way, at most so many calls at once, no
redirect, no proxy and no credentials from the environment, no content coding. What goes
wrong is one of the classes of :class:`interop.errors.RegionError`; what came back is a
:class:`Reply` whatever its status, for the caller to judge with :func:`require`.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from interop.errors import (
    CaseError,
    ContractViolation,
    KnowledgeError,
    Reason,
    RegionError,
    RegionFault,
    RegionTimeout,
    RegionUnavailable,
)
from interop.model.sensitive import Sensitive
from interop.transport.adapter import Limits
from interop.transport.quiet import cap_loggers
from interop.transport.reasons import (
    BUSY,
    CONNECTION_LOST,
    CONTENT_ENCODED,
    CONTENT_TYPE,
    DEADLINE,
    IDENTIFIER_UNSENDABLE,
    REDIRECTED,
    REPLY_BROKEN,
    REPLY_EMPTY,
    REPLY_TOO_LARGE,
    REQUEST_TOO_LARGE,
    SECRET_MALFORMED,
    STATUS,
    UNREACHABLE,
)
from interop.transport.way import DIRECT, Way
from interop.transport.way_reasons import CALLERS_MANY

if TYPE_CHECKING:
    import httpx

OK: Final = 200
REDIRECTS: Final = range(300, 400)
TOO_MANY_REQUESTS: Final = 429
SERVER_FAULTS: Final = range(500, 600)
UNAVAILABLE: Final = 503
GATEWAY_TIMEOUT: Final = 504
RETRY_AFTER_S_DEFAULT: Final = 30
RETRY_AFTER_S_MAX: Final = 86_400
SECRET_CHARS_MAX: Final = 4096
SEGMENT_CHARS_MAX: Final = 200
# As many as there are connections.
CALLS_MAX: Final = 16

_SECRET: Final = re.compile(rf"[!-~]{{1,{SECRET_CHARS_MAX}}}")
_SECONDS: Final = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a peer answered.

    Attributes:
        status: HTTP status.
        media_type: Lower case, without parameters; empty if none was sent.
        charset: Of the content type; empty if none.
        retry_after_s: Seconds to wait, as the peer says, or a default.
        body: The bytes.
    """

    status: int
    media_type: str
    charset: str
    retry_after_s: int
    body: bytes = field(repr=False)


class HttpClient:
    """Send requests to one peer, each within its limits; thread-safe."""

    def __init__(self, url: str, *, limits: Limits, peer: str, way: Way = DIRECT) -> None:
        """Prepare the client; nothing is sent or resolved.

        Args:
            url: Base address.
            limits: Deadline and sizes.
            peer: What reasons call the peer, such as ``320000/certificates``; ASCII.
            way: How the host is reached.
        """
        self.url = url.rstrip("/")
        self.limits = limits
        self.peer = peer
        self._client = _client(self.url, way)
        # The pool of the library below slows down with every caller that waits in it; who
        # waits here costs nothing, and finds a connection free.
        self._places = threading.BoundedSemaphore(CALLS_MAX)

    def send(
        self,
        method: str,
        path: str = "",
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request and return the reply, whatever its status.

        Args:
            method: Such as ``POST``.
            path: Appended to the base address; made of :func:`segment`.
            body: At most ``request_bytes_max`` bytes.
            headers: Values of visible ASCII and spaces.

        Raises:
            RegionUnavailable: Not reached.
            RegionTimeout: The deadline passed or the connection was lost after sending.
            ContractViolation: Too large, cut off, compressed or no HTTP.
        """
        if len(body) > self.limits.request_bytes_max:
            raise ContractViolation(
                REQUEST_TOO_LARGE.of(
                    field=self.peer, expected=self.limits.request_bytes_max, got=len(body)
                )
            )
        cap_loggers()
        found = _attempt(lambda: self._exchange(method, path, body, headers), self)
        if isinstance(found, RegionError):
            raise found
        return found

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _exchange(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str] | None
    ) -> Reply:
        ends = time.monotonic() + self.limits.deadline_ms / 1000
        if not self._places.acquire(timeout=self.limits.connect_ms / 1000):
            raise RegionUnavailable(CALLERS_MANY.of(field=self.peer, expected=CALLS_MAX))
        try:
            return self._sent(method, path, body, headers, ends=ends)
        finally:
            self._places.release()

    def _sent(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str] | None,
        *,
        ends: float,
    ) -> Reply:
        now = time.monotonic()
        connects = min(ends, now + self.limits.connect_ms / 1000)
        timeout = {"connect": connects, "read": ends, "write": ends, "pool": connects - now}
        request = self._client.build_request(
            method,
            self.url + path,
            content=body or None,
            headers={"Accept-Encoding": "identity", **(headers or {})},
            extensions={"timeout": timeout},
        )
        response = self._client.send(request, stream=True, follow_redirects=False)
        try:
            return self._reply(response)
        finally:
            response.close()

    def _reply(self, response: "httpx.Response") -> Reply:
        if (coding := response.headers.get("content-encoding", "identity")) != "identity":
            raise ContractViolation(CONTENT_ENCODED.of(field=self.peer, got=coding))
        body, limit = bytearray(), self.limits.reply_bytes_max
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > limit:
                raise ContractViolation(REPLY_TOO_LARGE.of(field=self.peer, expected=limit))
        media_type, charset = _content_type(response.headers.get("content-type", ""))
        after = _retry_after(response.headers.get("retry-after", ""))
        return Reply(response.status_code, media_type, charset, after, bytes(body))


def require(
    reply: Reply, *, peer: str, media_types: Collection[str], statuses: Collection[int] = (OK,)
) -> None:
    """Raise unless ``reply`` has an agreed status and content type and is not empty.

    503 and 429 promise that nothing was done, so they read as unavailable; 504 says that
    nobody knows. Other 5xx are faults of the system unless they are in ``statuses``.

    Raises:
        RegionError: The class that tells how to react.
    """
    if reply.status not in statuses:
        raise _refusal(reply, peer, statuses)
    if not reply.body:
        raise ContractViolation(REPLY_EMPTY.of(field=peer))
    if reply.media_type not in media_types:
        raise ContractViolation(
            CONTENT_TYPE.of(
                field=peer, expected=", ".join(sorted(media_types)), got=reply.media_type or "-"
            )
        )


def segment(text: str, *, field: str) -> str:
    """Return ``text`` as one percent-encoded path segment.

    Raises:
        CaseError: ``transport-identifier`` for what would leave the segment.
    """
    if not 0 < len(text) <= SEGMENT_CHARS_MAX or text in {".", ".."} or not text.isprintable():
        raise CaseError(IDENTIFIER_UNSENDABLE.of(field=field))
    return quote(text, safe="")


def header_secret(secret: Sensitive, *, field: str) -> str:
    """Return the secret if it can stand in a header.

    Raises:
        KnowledgeError: ``transport-secret-malformed``; the message holds no part of it.
    """
    if not _SECRET.fullmatch(secret.reveal()):
        raise KnowledgeError(SECRET_MALFORMED.of(field=field))
    return secret.reveal()


def _client(url: str, way: Way) -> "httpx.Client":
    import httpx  # noqa: PLC0415 -- 100 ms, paid by those who call out

    from interop.transport.deadline import DeadlineTransport  # noqa: PLC0415 -- imports httpx

    secure = url.startswith("https:")
    tls = (way.tls or httpx.create_ssl_context(trust_env=False)) if secure else None
    return httpx.Client(
        transport=DeadlineTransport(tls=tls, way=way),
        trust_env=False,
        follow_redirects=False,
    )


def _attempt(exchange: Callable[[], Reply], client: HttpClient) -> Reply | RegionError:
    # Errors are returned, so that none carries the request in its context.
    import httpcore  # noqa: PLC0415 -- comes with httpx
    import httpx  # noqa: PLC0415 -- loaded with the client

    try:
        return exchange()
    except RegionError as error:
        error.__context__ = None
        return error
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
        httpx.InvalidURL,
    ) as fault:
        return _translated(fault, client.peer, client.limits)


def _translated(fault: Exception, peer: str, limits: Limits) -> RegionError:
    # Only the class of the fault is told: its text may hold addresses and headers.
    name = type(fault).__name__
    if name in {"ReadTimeout", "WriteTimeout"}:
        return RegionTimeout(DEADLINE.of(field=peer, expected=limits.deadline_ms))
    if name in {"ReadError", "WriteError"} or "without sending a response" in str(fault):
        return RegionTimeout(CONNECTION_LOST.of(field=peer))
    if name == "RemoteProtocolError":
        return ContractViolation(REPLY_BROKEN.of(field=peer))
    told = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return RegionUnavailable(UNREACHABLE.of(field=peer, got=told))


def _refusal(reply: Reply, peer: str, statuses: Collection[int]) -> RegionError:
    if reply.status in {UNAVAILABLE, TOO_MANY_REQUESTS}:
        return RegionUnavailable(
            BUSY.of(field=peer, expected=reply.retry_after_s, got=reply.status)
        )
    if reply.status in REDIRECTS:
        return ContractViolation(REDIRECTED.of(field=peer, got=reply.status))
    reason = _status(reply, peer, statuses)
    if reply.status == GATEWAY_TIMEOUT:
        return RegionTimeout(reason)
    return RegionFault(reason) if reply.status in SERVER_FAULTS else ContractViolation(reason)


def _status(reply: Reply, peer: str, statuses: Collection[int]) -> Reason:
    expected = ", ".join(str(status) for status in sorted(statuses))
    return STATUS.of(field=peer, expected=expected, got=reply.status)


def _content_type(value: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = value
    charset = message.get_param("charset", "")
    named = message.get_content_type() if value else ""
    return named, charset.lower() if isinstance(charset, str) else ""


def _retry_after(value: str) -> int:
    if not _SECONDS.fullmatch(value):
        return RETRY_AFTER_S_DEFAULT
    return min(int(value), RETRY_AFTER_S_MAX)
