"""Serve an application on loopback in a thread, for tests and demonstrations."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

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
        TimeoutError: The server did not start in time.
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
            target=server.run,
            kwargs={"sockets": [listener]},
            name=f"serve-{bound}",
            daemon=True,
        )
        thread.start()
        try:
            if not server.ready.wait(START_S_MAX):
                msg = "the server did not start"
                raise TimeoutError(msg)
            yield f"http://{host}:{bound}"
        finally:
            server.should_exit = True
            thread.join(STOP_S_MAX)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
