"""What the node answers: reasons in JSON, limits while the body streams, never a traceback."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from interop.errors import ExchangeError, KnowledgeError, Reason, RegionFault, StoreLocked
from interop.exchange.batch import BATCH_BYTES_MAX
from interop.model.canonical import JSON_BYTES_MAX
from interop.model.sensitive import Sensitive
from interop.node import answering as module
from interop.node.app import create_node
from interop.node.verbs import VERBS
from interop.simulator.applicants import SUZHOU
from interop.simulator.server import serve
from interop.store.reasons import STORE_LOCKED
from interop.transport.application import ApplicationClient
from tests.node.stand import KEY, Lone, Stand, ask, told

Call = Callable[[str], ApplicationClient]
AUTHORITY = {
    "Authorization": f"Bearer {KEY.reveal()}",
    "Content-Type": "application/json",
    "Idempotency-Key": "key-of-this-test",
}
PLAIN, PROBLEM = {"error", "reasons"}, {"type", "title", "status", "detail"}
CANARY = "329901199001010019"


def reasons(answer: httpx.Response, status: int, error: str) -> list[dict[str, str]]:
    """Return the reasons of a refusal that has this status and class."""
    assert answer.status_code == status
    told: dict[str, object] = answer.json()
    is_ours = "/v1/" in answer.request.url.path
    assert told.keys() == (PLAIN | PROBLEM if is_ours else PLAIN)
    form = "application/problem+json" if is_ours else "application/json"
    assert answer.headers["content-type"] == form
    assert told["error"] == error
    assert isinstance(told["reasons"], list)
    for reason in told["reasons"]:
        assert reason.keys() == set(Reason.__slots__)
    return told["reasons"]


def codes(answer: httpx.Response, status: int, error: str) -> list[str]:
    return [reason["code"] for reason in reasons(answer, status, error)]


def post(url: str, verb: str, body: bytes | Iterator[bytes]) -> httpx.Response:
    return ask("POST", f"{url}/v1/{verb}", content=body, headers=AUTHORITY)


def test_health_names_the_region_and_asks_the_store(brief: Lone) -> None:
    url = brief.url
    answer = ask("GET", f"{url}/health")
    assert (answer.status_code, answer.json()) == (200, {"region": SUZHOU, "status": "ok"})
    assert ask("HEAD", f"{url}/health").status_code == 200
    brief.gateway.shut()
    answer = ask("GET", f"{url}/health")
    assert codes(answer, 503, "StoreError") == ["store-closed"]
    assert answer.headers["retry-after"] == "1"
    assert codes(post(url, "trace", b'{"case":"c"}'), 503, "StoreError") == ["store-closed"]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/trace/", "/v1/a/b", "/knowledge/", "/docs", "/%ff"]
)
def test_an_unknown_address_is_refused(stand: Stand, path: str) -> None:
    answer = ask("POST", stand.urls[SUZHOU] + path, headers=AUTHORITY)
    assert codes(answer, 404, "CaseError") == ["node-path-unknown"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/exchange/batches", {"POST"}),
        ("GET", "/v1/trace", {"POST"}),
        ("POST", "/health", {"GET", "HEAD"}),
        ("DELETE", "/knowledge/x", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_refused(
    stand: Stand, method: str, path: str, allowed: set[str]
) -> None:
    answer = ask(method, stand.urls[SUZHOU] + path)
    (reason,) = reasons(answer, 405, "CaseError")
    assert reason["code"] == "node-method-refused"
    assert set(answer.headers["allow"].split(", ")) == allowed
    assert (reason["got"], set(reason["expected"].split(", "))) == (method, allowed)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "Bearer",
        "Bearer wrong",
        KEY.reveal(),
        f"Basic {KEY.reveal()}",
        f"Bearer {KEY.reveal()[:-1]}",
        f"Bearer {KEY.reveal()}x",
        f"Bearer  {KEY.reveal()}",
        "Bearer 密钥",
    ],
)
def test_without_the_key_nothing_is_answered(stand: Stand, given: str | None) -> None:
    headers = {} if given is None else {b"Authorization": given.encode()}
    for verb in ("trace", "unknown"):
        answer = ask("POST", f"{stand.urls[SUZHOU]}/v1/{verb}", headers=headers, content=b"{")
        assert codes(answer, 401, "TrustError") == ["node-key-refused"]
        assert answer.headers["www-authenticate"] == "Bearer"
        assert KEY.reveal() not in answer.text


def test_an_empty_key_is_no_key(stand: Stand) -> None:
    with dial(stand.urls[SUZHOU]) as line:
        line.sendall(b"POST /v1/trace HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \r\n")
        line.sendall(b"Content-Length: 2\r\n\r\n{}")
        assert whole(line).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("key", ["", "with space", "with\nline", "密钥", "k" * 4097])
def test_a_key_that_nobody_could_send_opens_no_node(lone: Lone, key: str) -> None:
    with pytest.raises(KnowledgeError, match="transport-secret-malformed") as refused:
        create_node(lone.gateway, api_key=Sensitive(key))
    assert not key or key not in str(refused.value)


def test_the_key_shows_nowhere(lone: Lone) -> None:
    node = create_node(lone.gateway, api_key=KEY)
    endpoints = [getattr(route, "endpoint", None) for route in node.routes]
    owners = {id(o): o for e in endpoints if (o := getattr(e, "__self__", None)) is not None}
    assert len(owners) == 4
    shown = [repr(node), repr(node.routes), *(repr(vars(owner)) for owner in owners.values())]
    assert KEY.reveal() not in "".join(shown)


def test_an_unknown_verb_lists_the_known(stand: Stand) -> None:
    for name in ("shut", "receive_batch", "__init__", "Trace"):
        (reason,) = reasons(post(stand.urls[SUZHOU], name, b"{}"), 404, "CaseError")
        assert (reason["code"], reason["got"]) == ("node-verb-unknown", name)
        assert reason["expected"] == ", ".join(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_what_it_does_not_know(stand: Stand, verb: str) -> None:
    answer = post(stand.urls[SUZHOU], verb, b'{"unknown":1}')
    found = {r["field"]: r["code"] for r in reasons(answer, 422, "CaseError")}
    assert found["$.unknown"] == "record-invalid"
    assert set(found.values()) == {"record-invalid"}


BODIES: dict[str, tuple[str, bytes, list[tuple[str, str]]]] = {
    "empty": ("trace", b"", [("json-malformed", "$")]),
    "cut off": ("trace", b'{"case":', [("json-malformed", "$")]),
    "member twice": ("trace", b'{"case":"a","case":"b"}', [("json-malformed", "$")]),
    "no utf-8": ("trace", b'{"case":"\xff"}', [("json-malformed", "$")]),
    "an array": ("trace", b"[]", [("record-invalid", "$")]),
    "wrong type": ("trace", b'{"case":1}', [("record-invalid", "$.case")]),
    "all at once": (
        "rule",
        b'{"case":1,"ruling":"maybe","x":1}',
        [
            ("record-invalid", "$.case"),
            ("record-invalid", "$.ruling"),
            ("record-invalid", "$.x"),
        ],
    ),
    "deep inside": (
        "check",
        b'{"application":{"item":"i","handling_region":"310115","applicant":{"kind":"x",'
        b'"scheme":"x","code":"1","name":"n"},"submitted_at":"2026-03-02T09:00:00+08:00"}}',
        [
            ("record-invalid", "$.application.applicant.kind"),
            ("record-invalid", "$.application.applicant.scheme"),
        ],
    ),
    "time without a zone": (
        "deliver",
        b'{"case":"c","method":"window","served_at":"2026-03-02T09:00:00"}',
        [("record-invalid", "$.served_at")],
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_is_refused_with_its_paths(stand: Stand, name: str) -> None:
    verb, body, wanted = BODIES[name]
    found = reasons(post(stand.urls[SUZHOU], verb, body), 422, "CaseError")
    assert [(reason["code"], reason["field"]) for reason in found] == wanted


def test_refusals_keep_their_class(stand: Stand) -> None:
    url = stand.urls[SUZHOU]
    answer = post(url, "trace", b'{"case":"unknown"}')
    assert codes(answer, 422, "CaseError") == ["case-unknown"]
    answer = post(url, "identify", b'{"token":"x"}')
    assert codes(answer, 403, "TrustError") == ["jws-part-count"]
    lost = json.dumps({"application": {**application(stand), "item": "unknown"}}).encode()
    assert len(codes(post(url, "check", lost), 422, "KnowledgeError")) == 1
    answer = ask("POST", f"{url}/exchange/batches", content=b"{}")
    found = {r["field"] for r in reasons(answer, 409, "ExchangeError")}
    assert found == {"batch.header", "batch.envelopes"}


def application(stand: Stand) -> dict[str, object]:
    value = stand.application()
    assert isinstance(value, dict)
    return dict(value)


ENDPOINTS = {
    "batches": ("POST", "/exchange/batches", BATCH_BYTES_MAX),
    "verb": ("POST", "/v1/trace", JSON_BYTES_MAX),
    "knowledge": ("GET", "/knowledge/x", 0),
    "health": ("GET", "/health", 0),
}


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_body_over_the_limit_is_refused(stand: Stand, name: str, *, chunked: bool) -> None:
    method, path, limit = ENDPOINTS[name]
    body = b" " * (limit + 1)
    content = iter([body[: limit // 2], body[limit // 2 :]]) if chunked else body
    answer = ask(method, stand.urls[SUZHOU] + path, content=content, headers=AUTHORITY)
    (reason,) = reasons(answer, 413, "CaseError")
    assert (reason["code"], reason["expected"]) == ("node-body-too-large", str(limit))


@pytest.mark.parametrize(("name", "status"), [("batches", 409), ("verb", 422)])
def test_a_body_at_the_limit_is_read(stand: Stand, name: str, status: int) -> None:
    _, path, limit = ENDPOINTS[name]
    answer = ask("POST", stand.urls[SUZHOU] + path, content=b" " * limit, headers=AUTHORITY)
    error = "ExchangeError" if status == 409 else "CaseError"
    assert codes(answer, status, error) == ["json-malformed"]


def test_a_body_without_end_is_cut_at_the_limit(stand: Stand) -> None:
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"

    def pour(line: socket.socket) -> None:
        line.sendall(b"POST /exchange/batches HTTP/1.1\r\nHost: x\r\n")
        line.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(100):
            line.sendall(chunk)

    with dial(stand.urls[SUZHOU]) as line, pytest.raises(OSError, match=r"reset|Broken"):
        pour(line)


def dial(url: str) -> "closing[socket.socket]":
    parts = urlsplit(url)
    line = socket.create_connection((parts.hostname, parts.port or 80), timeout=5)
    return closing(line)


def whole(line: socket.socket) -> bytes:
    """Return all that comes until the other end closes."""
    return b"".join(iter(lambda: line.recv(65536), b""))


def test_a_body_that_does_not_come_is_not_waited_for(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BODY_S_MAX", 0.2)
    with dial(stand.urls[SUZHOU]) as line:
        line.sendall(
            b"POST /exchange/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
        )
        answer = whole(line)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"node-body-too-slow" in answer


def test_a_caller_that_hangs_up_is_no_fault_of_ours(stand: Stand) -> None:
    with told("json") as log:
        with dial(stand.urls[SUZHOU]) as line:
            line.sendall(
                b"POST /exchange/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
            )
        assert ask("GET", f"{stand.urls[SUZHOU]}/health").status_code == 200
    assert log.getvalue() == ""


APPLICATION = b"""{"application": {
    "item": "outdoor-advertising",
    "handling_region": "310115",
    "applicant": {"kind": "organisation", "scheme": "uscc", "code": "x", "name": "n"},
    "submitted_at": "2026-03-02T09:00:00+08:00"
}}"""


def test_a_fault_of_ours_gives_a_number_and_no_traceback(lone: Lone) -> None:
    with told("json") as log, lone.clock.broken(RuntimeError(f"broken by {CANARY}")):
        answer = post(lone.url, "check", APPLICATION)
    (reason,) = reasons(answer, 500, "RegionFault")
    assert reason["code"] == "node-internal"
    for text in ("Traceback", "RuntimeError", "broken", CANARY):
        assert text not in answer.text
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["number"], line["level"]) == (reason["got"], "error")
    assert "RuntimeError: broken by ***" in line["exception"]
    assert CANARY not in log.getvalue()


def test_a_client_reads_the_number_of_a_fault(lone: Lone) -> None:
    client, body = ApplicationClient(lone.url, KEY), json.loads(APPLICATION)
    with closing(client), told("json") as log, lone.clock.broken(KeyError("x")):
        with pytest.raises(RegionFault, match="node-internal") as refused:
            client.call("check", body)
        assert refused.value.reason.got in log.getvalue()


def test_a_locked_store_asks_to_come_again(lone: Lone) -> None:
    with lone.clock.broken(StoreLocked(STORE_LOCKED.of())):
        answer = post(lone.url, "check", APPLICATION)
    assert codes(answer, 503, "StoreLocked") == ["store-locked"]
    assert answer.headers["retry-after"] == "1"


def test_a_node_can_be_mounted(lone: Lone) -> None:
    node = create_node(lone.gateway, api_key=KEY, work_every_s=None)
    with serve(Starlette(routes=[Mount("/gateway", app=node)])) as url:
        assert ask("GET", f"{url}/gateway/health").json()["status"] == "ok"
        answer = ask("GET", f"{url}/gateway/nothing")
    assert answer.status_code == 404


def test_a_batch_is_refused_in_the_words_of_the_exchange(stand: Stand) -> None:
    with pytest.raises(ExchangeError) as refused:
        stand.peers[SUZHOU].send(b"{")
    assert refused.value.reason.zh
    assert refused.value.reason.fix_zh
