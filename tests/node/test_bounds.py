"""A node's connections: so much time, so many bytes, so many at once."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from interop.node import serving
from tests.node.served import served

HELLO = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
BIG_BYTES = 32 * 1024 * 1024


async def hello(request: Request) -> Response:
    await request.body()
    return PlainTextResponse("hello")


async def refuse(_request: Request) -> Response:
    return PlainTextResponse("no", status_code=404)


async def big(_request: Request) -> Response:
    return Response(bytes(BIG_BYTES))


APP = Starlette(
    routes=[
        Route("/hello", hello, methods=["GET", "POST"]),
        Route("/refuse", refuse, methods=["POST"]),
        Route("/big", big),
    ]
)


@pytest.fixture(scope="module")
def node() -> Iterator[tuple[str, int]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "HEADER_S_MAX", 0.6)
        patch.setattr(serving, "WRITE_S_MAX", 0.6)
        with served(APP) as place:
            yield place


def dial(place: tuple[str, int]) -> "closing[socket.socket]":
    return closing(socket.create_connection(place, timeout=5))


def ended_after(line: socket.socket, *, every_s: float, octet: bytes = b"a") -> float:
    """Send a byte now and then until the other end hangs up; return the seconds that took."""
    began = time.monotonic()
    line.settimeout(every_s)
    while time.monotonic() - began < 4:
        try:
            line.sendall(octet)
            if not line.recv(65_536):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


@pytest.mark.parametrize(
    "begun", [b"", b"GET /hello HTTP/1.1\r\nX-A: "], ids=["nothing", "half"]
)
def test_headers_that_do_not_end_are_not_waited_for(
    node: tuple[str, int], begun: bytes
) -> None:
    with dial(node) as line:
        line.sendall(begun)
        if not begun:
            began = time.monotonic()
            assert line.recv(1) == b"" or pytest.fail("something came")
            assert 0.4 < time.monotonic() - began < 2
            return
        assert 0.4 < ended_after(line, every_s=0.05) < 2


def test_the_second_request_has_no_more_time(node: tuple[str, int]) -> None:
    with dial(node) as line:
        line.sendall(HELLO)
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /hello HTTP/1.1\r\nX-A: ")
        assert 0.4 < ended_after(line, every_s=0.05) < 2


def test_a_body_that_drips_after_the_answer_ends(node: tuple[str, int]) -> None:
    with dial(node) as line:
        line.sendall(b"POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n")
        assert line.recv(65_536).startswith(b"HTTP/1.1 404")
        assert ended_after(line, every_s=0.05) < 2


def test_a_body_may_take_longer_than_headers(node: tuple[str, int]) -> None:
    with dial(node) as line:
        line.sendall(b"POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n")
        for _ in range(20):
            line.sendall(b"x")
            time.sleep(0.06)
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")


def test_requests_in_time_keep_their_connection(node: tuple[str, int]) -> None:
    with dial(node) as line:
        for _ in range(4):
            for part in (HELLO[:9], HELLO[9:]):
                line.sendall(part)
                time.sleep(0.15)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200")


def test_an_answer_that_nobody_reads_is_not_kept(node: tuple[str, int]) -> None:
    with dial(node) as line:
        line.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1.2)
        got = 0
        with suppress(OSError):
            while data := line.recv(1024 * 1024):
                got += len(data)
        assert got < BIG_BYTES


def test_an_answer_that_is_read_in_time_comes_whole(node: tuple[str, int]) -> None:
    with dial(node) as line:
        line.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        got = sum(len(data) for data in iter(lambda: line.recv(1024 * 1024), b""))
        assert got > BIG_BYTES


def test_headers_over_the_limit_are_refused(node: tuple[str, int]) -> None:
    with dial(node) as line:
        line.sendall(b"GET /hello HTTP/1.1\r\nHost: x\r\nX-A: ")
        sent = 0
        try:
            while sent < 4 * serving.HEADER_BYTES_MAX:
                line.sendall(b"a" * 4096)
                sent += 4096
                time.sleep(0.001)
            answer = line.recv(65_536)
        except OSError:
            return
        assert answer.startswith(b"HTTP/1.1 400") or answer == b""


def test_more_connections_than_there_may_be_are_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "CONNECTIONS_MAX", 4)
    with served(APP) as place, dial(place), dial(place), dial(place), dial(place):
        time.sleep(0.2)
        with dial(place) as fifth:
            fifth.sendall(HELLO)
            assert fifth.recv(65_536).startswith(b"HTTP/1.1 503")
