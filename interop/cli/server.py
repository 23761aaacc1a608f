"""Serve an application until told to stop, and stop cleanly."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.types import ASGIApp

from interop.cli.reasons import ADDRESS_TAKEN
from interop.errors import InteropError
from interop.node.serving import server_config


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``; port 0 takes a free one.

    Raises:
        InteropError: ``address-unusable``, such as a port that is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise InteropError(ADDRESS_TAKEN.of(field=f"{host}:{port}", got=why)) from None
    # Inherited by every connection: else answers wait 40 ms for a delayed ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@dataclass(frozen=True, slots=True)
class Beside:
    """A second application in the same process, at an address of its own.

    Attributes:
        app: Any ASGI application without a lifespan.
        listener: Where it listens; closed at the end.
        tls: What it shows and whom it believes.
    """

    app: ASGIApp
    listener: socket.socket
    tls: ssl.SSLContext


def run(
    app: ASGIApp,
    listener: socket.socket,
    *,
    about: dict[str, str],
    beside: Beside | None = None,
) -> None:
    """Serve ``app`` until a signal ends this process; log one line at the start.

    Args:
        app: Any ASGI application.
        listener: Where it listens; closed at the end.
        about: What the first log line tells beside the address.
        beside: What is served with it.
    """
    told = {**about, "address": address_of(listener)}
    if beside is not None:
        told["peers"] = address_of(beside.listener).replace("http:", "https:")
    structlog.get_logger("interop.cli").info("serving", **told)
    main = uvicorn.Server(server_config(app))
    if beside is None:
        main.run(sockets=[listener])
        return
    with asyncio.Runner(loop_factory=main.config.get_loop_factory()) as runner:
        runner.run(_both(main, listener, beside))


async def _both(main: uvicorn.Server, listener: socket.socket, beside: Beside) -> None:
    other = _Second(main, server_config(beside.app, tls=beside.tls))
    running = asyncio.create_task(other.serve(sockets=[beside.listener]))
    try:
        await main.serve(sockets=[listener])
    finally:
        other.should_exit = True
        await running


class _Second(uvicorn.Server):
    """Ends with the first server, which alone listens to signals."""

    def __init__(self, first: uvicorn.Server, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._first = first

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def on_tick(self, counter: int) -> bool:
        self.should_exit = self.should_exit or self._first.should_exit
        return await super().on_tick(counter)
