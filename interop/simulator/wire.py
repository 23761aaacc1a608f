"""Answer with bytes as they are: what no HTTP library would send.

For cut-off, slow, malformed and hostile answers. Every connection gets the same steps.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

RECEIVE_BYTES: Final = 64 * 1024
REQUEST_BYTES_MAX: Final = 32 * 1024 * 1024
IDLE_S_MAX: Final = 5.0

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]{1,9})\r\n", re.IGNORECASE)


@dataclass(slots=True)
class Wire:
    """A running server: its address and the raw requests it got, in order."""

    url: str
    requests: list[bytes] = field(default_factory=list)


def answer(status: int, media_type: str, body: bytes, *headers: str) -> bytes:
    """Return the bytes of a whole HTTP/1.1 answer that ends the connection."""
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def drip(data: bytes, *, every_s: float) -> tuple[bytes | float, ...]:
    """Return steps that send ``data`` one byte at a time."""
    return tuple(step for octet in data for step in (bytes([octet]), every_s))


@contextmanager
def wire(*steps: bytes | float) -> Iterator[Wire]:
    """Serve ``steps`` to every connection until the context ends.

    Args:
        *steps: Bytes are sent, numbers are seconds to wait; then the connection is closed.

    Yields:
        The running server, on loopback.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}")
        ended = threading.Event()
        thread = threading.Thread(
            target=_accept, args=(listener, served, steps, ended), daemon=True
        )
        thread.start()
        try:
            yield served
        finally:
            ended.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(IDLE_S_MAX)


def _accept(
    listener: socket.socket,
    served: Wire,
    steps: tuple[bytes | float, ...],
    ended: threading.Event,
) -> None:
    while not ended.is_set():
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(IDLE_S_MAX)
                served.requests.append(_request(connection))
                _play(connection, steps, ended)


def _play(
    connection: socket.socket, steps: tuple[bytes | float, ...], ended: threading.Event
) -> None:
    for step in steps:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif ended.wait(step) or _gone(connection):
            return


def _gone(connection: socket.socket) -> bool:
    connection.settimeout(0.0)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(IDLE_S_MAX)


def _request(connection: socket.socket) -> bytes:
    data = bytearray()
    ends = time.monotonic() + IDLE_S_MAX
    while not _is_whole(data) and len(data) < REQUEST_BYTES_MAX and time.monotonic() < ends:
        chunk = connection.recv(RECEIVE_BYTES)
        if not chunk:
            break
        data += chunk
    return bytes(data)


def _is_whole(data: bytearray) -> bool:
    head, found, body = bytes(data).partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    return bool(found) and len(body) >= (int(length[1]) if length else 0)
