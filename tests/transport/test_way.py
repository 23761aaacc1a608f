"""Which addresses are reached, and through what: rules, tunnels, certificates."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from ipaddress import IPv4Address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import InteropError, KnowledgeError, RegionUnavailable
from interop.model.sensitive import Sensitive
from interop.simulator.wire import Wire, answer, wire
from interop.transport.adapter import Limits
from interop.transport.http import CALLS_MAX, HttpClient
from interop.transport.peer import HttpPeer
from interop.transport.rule import LOOPBACK, AddressRule
from interop.transport.tls import client_context, server_context, trusting
from interop.transport.way import Proxy, Way, basic
from tests.transport.authority import DAY, Authority, shown
from tests.transport.tunnels import PASSWORD, USER, tunnels

LIMITS = Limits(connect_ms=2_000, deadline_ms=2_000)
HELLO = answer(200, "text/plain", b"hello")
HERE = AddressRule(LOOPBACK)
INNER = [
    "0.0.0.1", "10.0.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.168.1.1", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
    "2001:0:c000:204:0:ffff:f5ff:fffe", "2001:db8::1", "localhost", "",
]  # fmt: skip
OUTER = ["8.8.8.8", "114.114.114.114", "2400:3200::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]


def get(url: str, way: Way) -> bytes:
    with closing(HttpClient(url, limits=LIMITS, peer="320000/x", way=way)) as http:
        return http.send("GET").body


def refusal(url: str, way: Way) -> str:
    with pytest.raises(InteropError) as refused:
        get(url, way)
    assert refused.value.__context__ is None
    return refused.value.code


@pytest.mark.parametrize("address", INNER)
def test_what_is_no_public_address_is_not_reached(address: str) -> None:
    assert not AddressRule().permits(address)


@pytest.mark.parametrize("address", OUTER)
def test_public_addresses_are_reached(address: str) -> None:
    assert AddressRule().permits(address)


@given(st.ip_addresses(v=4))
def test_a_network_that_is_listed_is_reached_and_adds_no_other(address: IPv4Address) -> None:
    listed = AddressRule((ip_network(address),))
    assert listed.permits(str(address))
    assert listed.permits(f"::ffff:{address}")
    beside = str(IPv4Address(int(address) ^ 1))
    assert listed.permits(beside) == AddressRule().permits(beside)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::1]"])
def test_nothing_reaches_this_machine_unless_it_is_listed(host: str) -> None:
    with wire(HELLO) as served:
        port = served.url.rpartition(":")[2]
        url = f"http://{host}:{port}"
        assert refusal(url, Way(rule=AddressRule())) == "transport-address-denied"
        assert served.requests == []
        if host != "[::1]":
            assert get(url, Way(rule=HERE)) == b"hello"


def test_a_name_is_resolved_once_and_the_address_is_what_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolver(host: str, port: int, *args: int, **more: int) -> object:
        if host != "region.example":
            return real(host, port, *args, **more)
        asked.append(host)
        # A name that says something else the second time.
        found = "203.0.113.9" if len(asked) > 1 else "127.0.0.1"
        row = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))
        hidden = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.9.9.9", port))
        return [hidden, row]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with wire(HELLO) as served:
        url = f"http://region.example:{served.url.rpartition(':')[2]}"
        assert get(url, Way(rule=HERE)) == b"hello"
    assert asked == ["region.example"]
    assert b"Host: region.example:" in served.requests[0]


def test_a_name_that_does_not_resolve_is_not_reached() -> None:
    way = Way(rule=HERE)
    assert refusal("http://region.invalid", way) == "transport-unreachable"
    assert refusal(f"http://{'x' * 70}.example", way) == "transport-unreachable"


def address_of(served: Wire) -> tuple[str, int]:
    return "127.0.0.1", int(served.url.rpartition(":")[2])


def proxy(port: int, **more: object) -> Proxy:
    made = Proxy("127.0.0.1", port, basic(USER, Sensitive(PASSWORD)))
    return replace(made, **more)  # type: ignore[arg-type]  # fields of Proxy


def test_a_call_goes_through_the_proxy_to_an_address() -> None:
    with wire(HELLO) as served, tunnels(to=address_of(served)) as opened:
        port = served.url.rpartition(":")[2]
        way = Way(rule=HERE, proxy=proxy(opened.port))
        assert get(f"http://localhost:{port}", way) == b"hello"
        # Not the name: the proxy cannot resolve it to something else.
        assert opened.asked in ([f"127.0.0.1:{port}"], [f"[::1]:{port}"])
        denied = replace(way, rule=AddressRule())
        assert refusal(f"http://localhost:{port}", denied) == "transport-address-denied"
        assert len(opened.asked) == 1
    assert b"proxy-authorization" not in served.requests[0].lower()


def test_a_proxy_that_resolves_gets_the_name_and_no_address_that_is_denied() -> None:
    with wire(HELLO) as served:
        port = int(served.url.rpartition(":")[2])
        with tunnels(to=("127.0.0.1", port)) as opened:
            way = Way(rule=AddressRule(), proxy=proxy(opened.port, resolves=True))
            assert get(f"http://region.invalid:{port}", way) == b"hello"
            assert opened.asked == [f"region.invalid:{port}"]
            for host in ("127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::1]"):
                code = refusal(f"http://{host}:{port}", way)
                assert code == "transport-address-denied"
            assert len(opened.asked) == 1


def test_a_host_may_be_reached_without_the_proxy() -> None:
    with wire(HELLO) as served, tunnels() as opened:
        port = served.url.rpartition(":")[2]
        way = Way(rule=HERE, proxy=proxy(opened.port, direct=frozenset({"localhost"})))
        assert get(f"http://LOCALHOST:{port}", way) == b"hello"
        assert opened.asked == []


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 X\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 X\r\n\r\nHTTP/1.1 200 X\r\nContent-Length: 3\r\n\r\nlie",
        b"HTTP/1.1 200 X\r\n" + b"X-A: b\r\n" * 5_000 + b"\r\n",
    ],
    ids=["silent", "no-http", "forbidden", "redirect", "speaks-first", "endless"],
)
def test_a_proxy_that_opens_nothing_is_told_as_such(reply: bytes) -> None:
    with tunnels(answer=reply) as opened:
        way = Way(rule=HERE, proxy=proxy(opened.port))
        assert refusal("http://127.0.0.1:9", way) == "transport-proxy-refused"


def test_a_proxy_refuses_who_does_not_know_the_password() -> None:
    with wire(HELLO) as served, tunnels() as opened:
        way = Way(proxy=proxy(opened.port, authorization=basic(USER, Sensitive("wrong"))))
        with pytest.raises(RegionUnavailable) as refused:
            get(served.url, way)
        assert (refused.value.code, refused.value.reason.got) == (
            "transport-proxy-refused",
            "407",
        )
    gone = Way(proxy=proxy(opened.port))
    assert refusal(served.url, gone) == "transport-proxy-refused"
    assert PASSWORD not in repr(gone)
    assert basic(USER, Sensitive(PASSWORD)).reveal() not in repr(gone)


def test_a_slow_proxy_ends_in_time() -> None:
    with wire(5.0) as silent:
        port = int(silent.url.rpartition(":")[2])
        quick = Limits(connect_ms=300, deadline_ms=300)
        http = HttpClient(
            "http://127.0.0.1:9", limits=quick, peer="x", way=Way(proxy=proxy(port))
        )
        began = time.monotonic()
        with closing(http), pytest.raises(InteropError, match="transport-"):
            http.send("GET")
        assert time.monotonic() - began < 0.8


@contextmanager
def secured(context: ssl.SSLContext) -> Iterator[tuple[int, list[object]]]:
    """Answer over TLS; collect the subject of who called."""
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    plain, _ = listener.accept()
                    plain.settimeout(5)
                    with (
                        suppress(OSError),
                        context.wrap_socket(plain, server_side=True) as line,
                    ):
                        data = b""
                        while not data.endswith(b"batch") and (part := line.recv(4096)):
                            data += part
                        callers.append(line.getpeercert())
                        line.sendall(answer(200, "application/octet-stream", b"receipt"))

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], callers
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"), "other")


def sent(port: int, way: Way) -> bytes:
    with closing(HttpPeer("310115", f"https://localhost:{port}", timeout=2, way=way)) as peer:
        return peer.send(b"batch")


def test_a_batch_travels_under_mutual_tls(root: Authority) -> None:
    with secured(server_context(root.issue("localhost"))) as (port, callers):
        way = Way(rule=HERE, tls=client_context(root.issue("suzhou.example")))
        assert sent(port, way) == b"receipt"
    assert "suzhou.example" in str(callers)


def test_who_shows_no_certificate_or_another_authoritys_is_refused(
    root: Authority, other: Authority
) -> None:
    stranger = replace(other.issue("suzhou.example"), anchors=(root.anchor,))
    late = root.issue("late.example", life=-DAY)
    with secured(server_context(root.issue("localhost"))) as (port, callers):
        for tls in (trusting((root.anchor,)), client_context(stranger), client_context(late)):
            with pytest.raises(InteropError, match="transport-"):
                sent(port, Way(rule=HERE, tls=tls))
    assert callers == []


@pytest.mark.parametrize("host", ["region.example", "127.0.0.1"])
def test_a_peer_of_another_name_or_authority_is_sent_nothing(
    root: Authority, other: Authority, host: str
) -> None:
    own = client_context(root.issue("suzhou.example"))
    for files in (root.issue(host), other.issue("localhost")):
        with (
            secured(shown(files)) as (port, callers),
            pytest.raises(RegionUnavailable, match="transport-unreachable"),
        ):
            sent(port, Way(rule=HERE, tls=own))
        assert callers == []


def test_mutual_tls_goes_through_a_proxy_over_tls(root: Authority) -> None:
    tls = shown(root.issue("127.0.0.1"))
    with (
        secured(server_context(root.issue("localhost"))) as (port, callers),
        tunnels(tls=tls, to=("127.0.0.1", port)) as opened,
    ):
        through = proxy(opened.port, tls=trusting((root.anchor,)))
        way = Way(rule=HERE, proxy=through, tls=client_context(root.issue("a.example")))
        assert sent(port, way) == b"receipt"
        assert "a.example" in str(callers)
        unknown = replace(through, tls=trusting(()))
        with pytest.raises(RegionUnavailable, match="transport-proxy-refused"):
            sent(port, replace(way, proxy=unknown))


def test_files_that_do_not_fit_are_named(root: Authority, tmp_path: Path) -> None:
    sealed = root.issue("sealed.example", passphrase="of the key")
    assert "of the key" not in repr(sealed)
    client_context(sealed)
    one, two = root.issue("one.example"), root.issue("two.example")
    empty = tmp_path / "empty.pem"
    empty.touch()
    broken = (
        replace(sealed, passphrase=Sensitive("")),
        replace(sealed, passphrase=Sensitive("wrong")),
        replace(one, key=two.key),
        replace(one, key=tmp_path / "nowhere"),
        replace(one, certificate=empty),
        replace(one, anchors=(empty,)),
    )
    for files in broken:
        with pytest.raises(KnowledgeError, match="transport-tls-file") as refused:
            server_context(files)
        assert "of the key" not in str(refused.value)


def test_a_hundred_callers_share_sixteen_connections() -> None:
    busiest, now, lock = 0, 0, threading.Lock()
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:

        def one(line: socket.socket) -> None:
            nonlocal busiest, now
            with lock:
                now += 1
                busiest = max(busiest, now)
            with suppress(OSError), line:
                line.settimeout(5)
                line.recv(65_536)
                time.sleep(0.01)
                with lock:
                    now -= 1
                line.sendall(HELLO)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    threading.Thread(target=one, args=(line,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        # Whoever waits for a place waits long: what is shown is how many get one.
        patient = Limits(connect_ms=60_000, deadline_ms=60_000)
        http = HttpClient(url, limits=patient, peer="320000/x")
        with closing(http), ThreadPoolExecutor(100) as callers:
            replies = list(callers.map(lambda _n: http.send("GET").body, range(300)))
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    assert replies == [b"hello"] * 300
    assert 1 < busiest <= CALLS_MAX


def test_who_does_not_get_a_turn_in_time_is_told_so() -> None:
    quick = Limits(connect_ms=100, deadline_ms=3_000)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        http = HttpClient(url, limits=quick, peer="320000/x")
        with closing(http), ThreadPoolExecutor(CALLS_MAX + 1) as callers:

            def call(_n: int) -> str:
                with pytest.raises(InteropError) as refused:
                    http.send("GET")
                return refused.value.code

            running = [callers.submit(call, n) for n in range(CALLS_MAX + 1)]
            first = next(as_completed(running)).result()
            listener.close()
    assert first == "transport-callers-many"
