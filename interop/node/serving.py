"""Serve a node: one connection has so much time, and there are so many of them.

The server below waits for ever for the end of a header, and for a client that does not read.
Whoever opens connections and sends a byte now and then would use the node up (slow-loris).
Within a request the node's own limits hold: bodies in :mod:`interop.node.answering`.
"""

import asyncio
import ssl
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

GRACE_S: Final = 3
# Over the application interface's own limit, which is told with its reason.
HEADER_BYTES_MAX: Final = 32 * 1024
# From the connection, or the first byte after an answer, until the headers are whole.
HEADER_S_MAX: Final = 10.0
# How long a client may leave an answer unread once the buffers are full.
WRITE_S_MAX: Final = 30.0
IDLE_S_MAX: Final = 5
CONNECTIONS_MAX: Final = 256


class BoundedProtocol(H11Protocol):
    """One connection, with an end to every wait for the client."""

    _reading: asyncio.TimerHandle | None = None
    _writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        """Take bytes in; only within a request does the time not run."""
        super().data_received(data)
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self._wait_for_headers()
        else:
            self._stop_reading()

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not read."""
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(WRITE_S_MAX, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        super().resume_writing()
        self._stop_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_reading()
        self._stop_writing()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        # INVARIANT: more bytes give no more time.
        if self._reading is None and not self.transport.is_closing():
            self._reading = self.loop.call_later(HEADER_S_MAX, self.transport.abort)

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None


def server_config(app: ASGIApp, *, tls: ssl.SSLContext | None = None) -> uvicorn.Config:
    """Return how ``app`` is served.

    Args:
        app: Any ASGI application.
        tls: What is shown and whom is believed; None for plain HTTP.
    """
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        log_config=None,
        access_log=False,
        ws="none",
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=IDLE_S_MAX,
        timeout_graceful_shutdown=GRACE_S,
    )
    config.load()
    config.ssl = tls
    return config
