"""Serve an application on loopback as a node is served: with its limits, with its TLS."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from interop.node.serving import server_config


@contextmanager
def served(app: ASGIApp, *, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, int]]:
    """Serve ``app`` until the context ends; give where it listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = listener.getsockname()
        server = uvicorn.Server(server_config(app, tls=tls))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield place
        finally:
            server.should_exit = True
            thread.join(5)
