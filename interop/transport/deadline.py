"""Sockets that keep one deadline for a whole call.

httpcore's timeouts count each read anew, so a peer that sends one byte now and then is
never late. Here a "timeout" is an instant of the monotonic clock: every read and write gets
what is left until then. Connections, TLS and HTTP/1.1 themselves are httpcore's.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final, cast

import httpcore
import httpx

from interop.errors import RegionUnavailable
from interop.transport.tunnel import open_tunnel
from interop.transport.way import DIRECT, Proxy, Way
from interop.transport.way_reasons import PROXY_REFUSED

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
    def __init__(self, way: Way) -> None:
        self._inner = httpcore.SyncBackend()
        self._way = way

    def connect_tcp(  # noqa: PLR0917 -- httpcore's signature
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        del local_address  # none is ever asked for

        def connect(to: str, at: int) -> _Stream:
            left = _left(timeout, httpcore.ConnectTimeout)
            return _Stream(self._inner.connect_tcp(to, at, left, None, socket_options))

        # INVARIANT: where an address is pinned or a rule is kept, the connection goes to an
        # address that passed, and to no name; TLS still proves the name.
        try:
            targets = self._way.targets(host, port)
        except OSError:
            raise httpcore.ConnectError from None
        proxy = self._way.proxy_for(host)
        if proxy is None:
            return _first(targets, lambda to: connect(to, port))
        return _through(proxy, targets[0], port, connect=connect, timeout=timeout)


def _first(targets: tuple[str, ...], connect: Callable[[str], _Stream]) -> _Stream:
    *others, last = targets
    for target in others:
        with suppress(httpcore.ConnectError):
            return connect(target)
    return connect(last)


def _through(
    proxy: Proxy,
    target: str,
    port: int,
    *,
    connect: Callable[[str, int], _Stream],
    timeout: float | None,
) -> httpcore.NetworkStream:
    try:
        stream: httpcore.NetworkStream = connect(proxy.host, proxy.port)
        if proxy.tls is not None:
            stream = stream.start_tls(proxy.tls, proxy.host, timeout)
    except httpcore.ConnectError:
        raise RegionUnavailable(PROXY_REFUSED.of(field="proxy", got="no answer")) from None
    named = f"[{target}]:{port}" if ":" in target else f"{target}:{port}"
    try:
        open_tunnel(stream, named, proxy, timeout)
    except BaseException:
        stream.close()
        raise
    return stream


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
    """Carry httpx requests over sockets that keep one deadline; no retry.

    The timeouts of a request are instants of ``time.monotonic``, save that of the pool,
    which is a number of seconds. Exceptions are httpcore's.
    """

    def __init__(self, *, tls: ssl.SSLContext | None, way: Way = DIRECT) -> None:
        """Open nothing yet.

        Args:
            tls: Trust for https; None for http.
            way: How the host is reached; its own trust is not read here.
        """
        backend = _Backend(way)
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
