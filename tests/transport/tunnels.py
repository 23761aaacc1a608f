"""A proxy as small as one can be: it opens tunnels for who has the password."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

USER, PASSWORD = "node-310115", "open sesame of the proxy"
WANTED = base64.b64encode(f"{USER}:{PASSWORD}".encode())


@dataclass
class Tunnels:
    """A running proxy: where it listens and what it was asked to connect to."""

    port: int
    asked: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)


@contextmanager
def tunnels(
    *,
    tls: ssl.SSLContext | None = None,
    to: tuple[str, int] | None = None,
    answer: bytes | None = None,
) -> Iterator[Tunnels]:
    """Open tunnels on loopback until the context ends.

    Args:
        tls: What the proxy shows, if it is itself reached over TLS.
        to: Where every tunnel leads, whatever was asked; else where was asked.
        answer: Sent instead of opening anything.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Tunnels(listener.getsockname()[1])

        def one(plain: socket.socket) -> None:
            with suppress(OSError), plain, _shown(plain, tls) as line:
                _serve(line, made, to, answer)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    line.settimeout(5)
                    threading.Thread(target=one, args=(line,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _shown(plain: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    return plain if tls is None else tls.wrap_socket(plain, server_side=True)


def _serve(
    line: socket.socket, made: Tunnels, to: tuple[str, int] | None, answer: bytes | None
) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        data = line.recv(4096)
        if not data:
            return
        head += data
    made.heads.append(head)
    target = head.split(b" ", 2)[1].decode()
    made.asked.append(target)
    if answer is not None:
        line.sendall(answer)
        return
    if b"Proxy-Authorization: Basic " + WANTED not in head:
        line.sendall(
            b"HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
        )
        return
    host, _, port = target.rpartition(":")
    with socket.create_connection(to or (host.strip("[]"), int(port)), 5) as other:
        line.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=_carry, args=(other, line), daemon=True)
        back.start()
        _carry(line, other)
        back.join(5)


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
