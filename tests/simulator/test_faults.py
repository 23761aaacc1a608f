"""Faults on demand, the raw wire, and the server that tests run on."""

import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette

from interop.simulator import World, create_simulator, serve
from interop.simulator.clock import SteppedClock
from interop.simulator.faults import DRIP_S, FAULTS
from interop.simulator.wire import answer, drip, wire

WSDL = "/320000/certificates"
CASE = "/310000/acceptance/v1/cases/C-1"


def test_the_front_page_says_what_this_is(http: httpx.Client) -> None:
    page = http.get("/")
    assert "仿真" in page.text
    assert "simulation" in page.text
    assert page.headers["x-simulation"] == "true"


@pytest.mark.parametrize("name", sorted(FAULTS - {"drip", "timeout", "truncated"}))
@pytest.mark.parametrize("path", [WSDL, CASE])
def test_a_fault_can_be_asked_for_in_three_ways(
    http: httpx.Client, app: Starlette, path: str, name: str
) -> None:
    sound = http.get(path)
    ways = [http.get(f"{path}?fault={name}")]
    ways.append(http.get(path, headers={"x-simulated-fault": name}))
    app.state.faults[path] = name
    ways.append(http.get(path))
    app.state.faults.clear()
    assert len({(way.status_code, way.content) for way in ways}) == 1
    spoiled = (ways[0].status_code, ways[0].content) != (sound.status_code, sound.content)
    # A contract holds no result code, a refusal no state, and neither may hold Chinese.
    assert spoiled or name in {"wrong-namespace", "error-code", "gbk-mislabelled"}
    assert http.get(path).content == sound.content


def test_an_unknown_fault_spoils_nothing(http: httpx.Client) -> None:
    assert http.get(WSDL + "?fault=earthquake").content == http.get(WSDL).content


def test_a_standing_fault_keeps_to_its_prefix(http: httpx.Client, app: Starlette) -> None:
    app.state.faults["/310000"] = "unavailable"
    assert http.get(WSDL).status_code == 200
    assert http.get("/310000/acceptance/v1/cases/C-1").status_code == 503


def test_a_drip_is_slow_and_whole_for_who_waits(http: httpx.Client) -> None:
    started = time.monotonic()
    slow = http.get("/absent?fault=drip")
    assert slow.content == b"Not Found"
    assert time.monotonic() - started > DRIP_S * (len(slow.content) - 1)


def test_a_drip_ends_when_the_caller_hangs_up(http: httpx.Client) -> None:
    started = time.monotonic()
    with http.stream("GET", WSDL + "?fault=drip") as slow:
        assert next(slow.iter_raw(1)) == b"<"
    assert http.get("/absent").status_code == 404
    assert time.monotonic() - started < 2


def test_a_timeout_answers_nothing(http: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        http.get("/?fault=timeout", timeout=0.2)


def test_a_truncated_answer_never_ends(http: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(WSDL + "?fault=truncated")


def test_the_request_is_served_before_the_answer_is_spoiled(
    http: httpx.Client, world: World
) -> None:
    headers = {"Authorization": f"Bearer {world.acceptance.key}"}
    case = {
        "办件编号": "C-7",
        "实施编码": "1",
        "事项名称": "x",
        "申请人": {"名称": "x", "证件类型": "居民身份证", "证件号码": "1" * 18},
        "收件时间": "2026-03-02T17:30:00+08:00",
        "收件地": "320500",
        "材料": [],
        "电子证照": [],
    }
    base = "/310000/acceptance/v1/cases"
    assert http.post(base + "?fault=empty", json=case, headers=headers).content == b""
    assert http.get(base + "/C-7", headers=headers).json()["状态"] == "准予"


def test_a_port_of_ones_own_choice_and_none_that_is_taken(
    world: World, clock: SteppedClock
) -> None:
    app = create_simulator(world, clock=clock)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), serve(app, port=port):
            pass
    with serve(app, port=port) as url:
        assert url == f"http://127.0.0.1:{port}"
        assert httpx.get(url).status_code == 200


def test_a_server_that_cannot_start_says_so_at_once() -> None:
    @asynccontextmanager
    async def broken(_app: Starlette) -> AsyncIterator[None]:
        if _app.routes == []:
            raise OSError
        yield

    with pytest.raises(RuntimeError, match="did not start"), serve(Starlette(lifespan=broken)):
        pass


def test_the_wire_sends_what_it_is_told_to_every_connection() -> None:
    steps = drip(answer(200, "text/plain", b"ab", "X-A: b"), every_s=0.0)
    with wire(*steps) as served:
        for body in (b"", b"x" * 100_000):
            reply = httpx.post(served.url + "/p", content=body)
            assert (reply.content, reply.headers["x-a"]) == (b"ab", "b")
    assert [request.endswith(b"x" * 100_000) for request in served.requests] == [False, True]


def test_the_wire_leaves_when_the_caller_does() -> None:
    started = time.monotonic()
    with wire(0.05, b"HTTP/1.1 ", 0.05, 30.0) as served:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(served.url, timeout=0.1)
        with socket.create_connection(
            ("127.0.0.1", int(served.url.rsplit(":", 1)[1]))
        ) as early:
            early.shutdown(socket.SHUT_WR)
    assert time.monotonic() - started < 10
