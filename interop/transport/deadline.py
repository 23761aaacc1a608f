"""Sockets that keep one deadline for a whole call.

httpcore's timeouts count each read anew, so a peer that sends one byte now and then is
never late. Here a "timeout" is an instant of the monotonic clock: every read and write gets
what is left until then. Connections, TLS and HTTP/1.1 themselves are httpcore's.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, cast

import httpcore
import httpx

CONNECTIONS_MAX: Final = 16
CHUNK_BYTES: Final = 16 * 1024


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces, since the inner loop would give each send the whole rest again.
        for start in range(0, len(buffer), CHUNK_BYTES):
            piece = buffer[start : start + CHUNK_BYTES]
            self._inner.write(piece, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._inner = httpcore.SyncBackend()
        self._addresses = addresses

    def connect_tcp(  # noqa: PLR0917 -- httpcore's signature
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        # Where an address is pinned, no name is resolved; TLS still proves the name.
        *others, last = self._addresses or (host,)
        for address in others:
            left = _left(timeout, httpcore.ConnectTimeout)
            with suppress(httpcore.ConnectError):
                return _Stream(
                    self._inner.connect_tcp(address, port, left, local_address, socket_options)
                )
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(last, port, left, local_address, socket_options))


def _left(instant: float | None, late: type[httpcore.TimeoutException]) -> float:
    # INVARIANT: no call is without a deadline.
    left = (instant or 0.0) - time.monotonic()
    if left <= 0:
        raise late
    return left


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from cast("Iterable[bytes]", self._response.stream)

    def close(self) -> None:
        self._response.close()


class DeadlineTransport(httpx.BaseTransport):
    """Carry httpx requests over sockets that keep one deadline; no proxy, no retry.

    The timeouts of a request are instants of ``time.monotonic``, save that of the pool,
    which is a number of seconds. Exceptions are httpcore's.
    """

    def __init__(self, *, tls: ssl.SSLContext | None, addresses: tuple[str, ...] = ()) -> None:
        """Open nothing yet.

        Args:
            tls: Trust for https; None for http.
            addresses: Connect to these in turn instead of resolving the host's name.
        """
        backend = _Backend(addresses)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=CONNECTIONS_MAX, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` and return the response with its body still to be read."""
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
