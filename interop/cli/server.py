"""Serve an application until told to stop, and stop cleanly."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from interop.cli.reasons import ADDRESS_TAKEN
from interop.errors import InteropError

GRACE_S: Final = 3
STDIN: Final = 0
READ_BYTES: Final = 4096
SIGNALLED: Final = 128


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


def run(app: ASGIApp, listener: socket.socket, *, about: dict[str, str]) -> None:
    """Serve ``app`` until a signal ends this process; log one line at the start.

    Args:
        app: Any ASGI application.
        listener: Where it listens; closed at the end.
        about: What the first log line tells beside the address.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    structlog.get_logger("interop.cli").info("serving", **about, address=address_of(listener))
    uvicorn.Server(config).run(sockets=[listener])


def end_with_input() -> None:
    """End this process once its standard input ends, as when the one that started it died."""

    def watch() -> None:
        while os.read(STDIN, READ_BYTES):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-input", daemon=True).start()


@contextmanager
def ending_on_signals(*, served: bool) -> Iterator[None]:
    """Leave the block by SystemExit when a signal asks this process to end.

    What the block opened is closed on the way; further signals do not disturb that. For a
    server, ``served``, it is the usual end and the exit code is 0; else 128 + the signal.

    Yields:
        Nothing.
    """
    wanted = [
        getattr(signal, name)
        for name in ("SIGINT", "SIGTERM", "SIGHUP")
        if hasattr(signal, name)
    ]

    def end(number: int, _frame: FrameType | None) -> None:
        for one in wanted:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(0 if served else SIGNALLED + number)

    before = {one: signal.signal(one, end) for one in wanted}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
