"""One bounded client: every fault has its class, and in time."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.transport import tried
from interop.errors import (
    CaseError,
    ContractViolation,
    InteropError,
    KnowledgeError,
    RegionError,
    RegionFault,
    RegionTimeout,
    RegionUnavailable,
)
from interop.model.sensitive import Sensitive
from interop.simulator.wire import answer, drip, wire
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient, Reply, header_secret, require, segment

LIMITS = Limits(
    connect_ms=800, deadline_ms=800, request_bytes_max=5_000_000, reply_bytes_max=1000
)
SLACK_S = 0.3
OK = answer(200, "text/plain; charset=GBK", b"hello")


@contextmanager
def client(url: str, limits: Limits = LIMITS) -> Iterator[HttpClient]:
    made = HttpClient(url, limits=limits, peer="320000/x")
    try:
        yield made
    finally:
        made.close()


def _refused(*steps: bytes | float, body: bytes = b"") -> tuple[type, str, float]:
    started = time.monotonic()
    with wire(*steps) as served, client(served.url) as http:
        with pytest.raises(RegionError) as refused:
            http.send("POST", "/a", body=body)
        took = time.monotonic() - started
    assert refused.value.__context__ is None
    return type(refused.value), refused.value.code, took


def test_a_reply_is_read_whole_with_type_and_charset() -> None:
    with wire(OK) as served, client(served.url + "/") as http:
        reply = http.send("POST", "/a/b", body=b"payload", headers={"X-Case": "C-1"})
    assert (reply.status, reply.media_type, reply.charset) == (200, "text/plain", "gbk")
    assert reply.body == b"hello"
    (request,) = served.requests
    assert request.startswith(b"POST /a/b HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\npayload")
    assert b"x-case: c-1" in request.lower()
    assert b"accept-encoding: identity" in request.lower()


def test_a_reply_does_not_show_its_body() -> None:
    assert "hello" not in repr(Reply(200, "text/plain", "", 1, b"hello"))


@pytest.mark.parametrize(
    ("steps", "kind", "code"),
    [
        ((), RegionTimeout, "transport-connection-lost"),
        ((5.0,), RegionTimeout, "transport-deadline"),
        (drip(OK, every_s=0.02), RegionTimeout, "transport-deadline"),
        ((OK[:40], 5.0), RegionTimeout, "transport-deadline"),
        ((OK[:-2], 5.0), RegionTimeout, "transport-deadline"),
        ((OK[:-2],), ContractViolation, "transport-reply-broken"),
        ((b"nonsense\r\n\r\n",), ContractViolation, "transport-reply-broken"),
        (
            (b"HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n",),
            ContractViolation,
            "transport-reply-broken",
        ),
        (
            (b"HTTP/1.1 200 X\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",),
            ContractViolation,
            "transport-reply-broken",
        ),
        (
            (answer(200, "text/plain", b"x" * 1001),),
            ContractViolation,
            "transport-reply-too-large",
        ),
        (
            (answer(200, "text/plain", b"x", "Content-Encoding: gzip"),),
            ContractViolation,
            "transport-content-encoding",
        ),
    ],
    ids=[
        "closed-at-once", "black-hole", "drip-from-the-first-byte", "stall-in-the-headers",
        "stall-in-the-body", "truncated", "no-http", "negative-length",
        "endless-headers", "oversize", "compressed",
    ],
)  # fmt: skip
def test_every_fault_has_its_class_and_ends_in_time(
    steps: tuple[bytes | float, ...], kind: type, code: str
) -> None:
    got_kind, got_code, took = _refused(*steps)
    assert (got_kind, got_code) == (kind, code)
    assert took < LIMITS.deadline_ms / 1000 + SLACK_S


@pytest.mark.parametrize("size", [999, 1000])
def test_a_reply_up_to_the_limit_is_read(size: int) -> None:
    with wire(answer(200, "text/plain", b"x" * size)) as served, client(served.url) as http:
        assert len(http.send("GET").body) == size


def test_a_peer_that_does_not_read_is_left_at_the_deadline() -> None:
    # The listener accepts into its backlog and never reads: the send buffers fill up.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        started = time.monotonic()
        with client(url) as http, pytest.raises(RegionTimeout) as refused:
            http.send("POST", body=b"x" * 4_900_000)
        assert time.monotonic() - started < LIMITS.deadline_ms / 1000 + SLACK_S
    assert refused.value.code == "transport-deadline"


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    with (
        client(f"http://127.0.0.1:{free}") as http,
        pytest.raises(RegionUnavailable) as refused,
    ):
        http.send("GET")
    assert refused.value.code == "transport-unreachable"
    assert refused.value.__context__ is None


def test_a_plain_peer_under_https_is_not_reached() -> None:
    with (
        wire(OK) as served,
        client(served.url.replace("http:", "https:")) as http,
        pytest.raises(RegionUnavailable, match="transport-unreachable"),
    ):
        http.send("GET")


def test_a_name_that_does_not_exist_is_not_reached() -> None:
    with client("http://region.invalid") as http, pytest.raises(RegionUnavailable):
        http.send("GET")


def test_a_request_over_the_limit_is_not_sent() -> None:
    with (
        wire(OK) as served,
        client(served.url) as http,
        pytest.raises(ContractViolation, match="transport-request-too-large"),
    ):
        http.send("POST", body=b"x" * (LIMITS.request_bytes_max + 1))
    assert served.requests == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with wire(answer(200, "text/plain", b"proxy")) as proxy, wire(OK) as served:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with client(served.url) as http:
            assert http.send("GET").body == b"hello"
    assert proxy.requests == []


def test_a_redirect_is_handed_back_not_followed() -> None:
    with wire(OK) as target:
        location = f"Location: {target.url}/else"
        moved = answer(302, "text/plain", b"", location)
        with wire(moved) as served, client(served.url) as http:
            reply = http.send("GET")
    assert reply.status == 302
    assert target.requests == []


def _reply(status: int = 200, media_type: str = "text/xml", body: bytes = b"x") -> Reply:
    return Reply(status, media_type, "", 30, body)


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (_reply(301), ContractViolation, "transport-redirect"),
        (_reply(399), ContractViolation, "transport-redirect"),
        (_reply(400), ContractViolation, "transport-status"),
        (_reply(204), ContractViolation, "transport-status"),
        (_reply(429), RegionUnavailable, "transport-busy"),
        (_reply(500), RegionFault, "transport-status"),
        (_reply(502), RegionFault, "transport-status"),
        (_reply(503), RegionUnavailable, "transport-busy"),
        (_reply(504), RegionTimeout, "transport-status"),
        (_reply(600), ContractViolation, "transport-status"),
        (_reply(media_type="text/html"), ContractViolation, "transport-content-type"),
        (_reply(media_type=""), ContractViolation, "transport-content-type"),
        (_reply(body=b""), ContractViolation, "transport-reply-empty"),
    ],
)
def test_a_status_tells_how_to_react(reply: Reply, kind: type[RegionError], code: str) -> None:
    with pytest.raises(RegionError) as refused:
        require(reply, peer="p", media_types={"text/xml"})
    assert (type(refused.value), refused.value.code) == (kind, code)


def test_the_agreed_answer_passes() -> None:
    require(_reply(), peer="p", media_types={"text/xml"})
    require(_reply(201), peer="p", media_types={"text/xml"}, statuses={200, 201})


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("99999", 86_400), ("-1", 30), ("soon", 30), ("1234567", 30), ("１２", 30)],
)
def test_retry_after_is_bounded(header: str, seconds: int) -> None:
    raw = answer(503, "text/plain", b"busy").replace(
        b"Connection", f"Retry-After: {header}\r\nConnection".encode()
    )
    with wire(raw) as served, client(served.url) as http:
        reply = http.send("GET")
    assert reply.retry_after_s == seconds
    with pytest.raises(RegionUnavailable) as refused:
        require(reply, peer="p", media_types=())
    assert refused.value.reason.expected == str(seconds)


@given(text=st.text(max_size=250))
def test_a_segment_stays_one_segment(text: str) -> None:
    found = tried(lambda: segment(text, field="case"))
    if isinstance(found, InteropError):
        assert (type(found), found.code) == (CaseError, "transport-identifier")
    else:
        assert found.isascii()
        assert not set(found) & set("/\\?# \r\n")
        assert found not in {"", ".", ".."}


@pytest.mark.parametrize("text", ["", ".", "..", "a\r\nb", "a\x00b", "x" * 201])
def test_what_would_leave_the_segment_is_refused(text: str) -> None:
    with pytest.raises(CaseError, match="transport-identifier"):
        segment(text, field="case")


@given(text=st.text(max_size=40))
def test_a_secret_is_visible_ascii_or_refused_without_being_shown(text: str) -> None:
    if text and all("!" <= c <= "~" for c in text):
        assert header_secret(Sensitive(text), field="key") == text
        return
    with pytest.raises(KnowledgeError, match="transport-secret-malformed") as refused:
        header_secret(Sensitive(text), field="key")
    assert refused.value.reason.got == ""
