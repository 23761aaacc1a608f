"""Serve an application on loopback in a thread, for tests and demonstrations."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

START_S_MAX: Final = 10.0
STOP_S_MAX: Final = 5.0
GRACE_S: Final = 1


@contextmanager
def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve ``app`` until the context ends; give its address.

    Args:
        app: Any ASGI application.
        host: Address to bind; loopback unless told otherwise.
        port: Port to bind; 0 takes a free one.

    Yields:
        Its address, such as ``http://127.0.0.1:41234``.

    Raises:
        OSError: The port is taken.
        RuntimeError: The server did not start.
    """
    with socket.create_server((host, port)) as listener:
        # Inherited by every connection: else each answer waits 40 ms for a delayed ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound = listener.getsockname()[1]
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=GRACE_S,
        )
        server = _Server(config)
        thread = threading.Thread(
            target=server.serve_until_told, args=(listener,), name=f"serve-{bound}", daemon=True
        )
        thread.start()
        try:
            if not server.settled.wait(START_S_MAX) or not server.started:
                msg = "the server did not start"
                raise RuntimeError(msg)
            yield f"http://{host}:{bound}"
        finally:
            server.should_exit = True
            thread.join(STOP_S_MAX)


class Switch:
    """Serve whichever application stands here now: a restart without a new address."""

    def __init__(self, app: ASGIApp) -> None:
        """Begin with ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the call to the present application."""
        await self.app(scope, receive, send)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    def serve_until_told(self, listener: socket.socket) -> None:
        # uvicorn leaves the process if the application cannot start: here, only the thread.
        with suppress(SystemExit):
            self.run(sockets=[listener])
        self.settled.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()
