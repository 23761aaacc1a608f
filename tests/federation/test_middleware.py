"""Gates: who is not believed gets HTTP's words and our reasons; nobody forges a principal."""

import asyncio
import io
import json
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import NOW_S, a_login
from interop.conformance.strategies.token_exchange import EAST, Twin
from interop.errors import StoreLocked
from interop.federation import Need, issue
from interop.federation.exchange_claims import Presented
from interop.federation.middleware import (
    PRESENTED,
    PRINCIPAL,
    AsgiGate,
    Ask,
    Receive,
    Refusal,
    Scope,
    Send,
    WsgiGate,
    judge,
)
from interop.federation.presented import ANY
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive
from interop.store.reasons import STORE_LOCKED

Write = Callable[[bytes], object]

TWIN: Final = Twin()
READER: Final = TWIN.reader(EAST)


@dataclass
class Tokens:
    """Reads tokens as a gateway does, without its store."""

    fault: Exception | None = None

    def read(self, token: Sensitive, *, need: Need = ANY) -> Presented:
        if self.fault is not None:
            raise self.fault
        return READER.read(token.reveal(), need=need)


def login(**changes: object) -> str:
    return issue(a_login(**changes), TWIN.delta.east, env="sim").reveal()


HIGH: Final = Need(level=AssuranceLevel.HIGH, age_s_max=60)
ASK: Final = Ask(Tokens(), HIGH)
GOOD: Final = login()
STEP_UP: Final = (
    'Bearer realm="interop", error="insufficient_user_authentication", error_description="'
)


def refused(given: list[str], ask: Ask = ASK) -> tuple[int, str, str]:
    found = judge(given, ask)
    assert isinstance(found, Refusal)
    headers = dict(found.headers)
    body = json.loads(found.body)
    assert headers["Content-Length"] == str(len(found.body))
    assert all(reason["zh"] and reason["en"] for reason in body["reasons"])
    return found.status, headers.get("WWW-Authenticate", ""), body["reasons"][0]["code"]


def test_who_is_believed_passes() -> None:
    for scheme in ("Bearer", "bearer", "BEARER  "):
        found = judge([f"{scheme} {GOOD}"], ASK)
        assert isinstance(found, Presented)
        assert found.principal.level == "high"


@pytest.mark.parametrize("given", [[], [""]])
def test_without_a_token_the_challenge_says_nothing_more(given: list[str]) -> None:
    # Source: RFC 6750 section 3.1, no error code without authentication information.
    assert refused(given) == (401, 'Bearer realm="interop"', "gate-token-missing")


@pytest.mark.parametrize(
    "given",
    [
        [f"Bearer {GOOD}", f"Bearer {GOOD}"],
        [f"Bearer {GOOD}, Bearer {GOOD}"],
        [GOOD],
        [f"Basic {GOOD}"],
        ["Bearer"],
        ["Bearer "],
        [f"Bearer {GOOD} x"],
        [f"Bearer {GOOD}\n"],
        ["Bearer \u4e2d"],
        ["Bearer " + "x" * 65_536],
    ],
)
def test_what_is_no_bearer_token_is_a_bad_request(given: list[str]) -> None:
    status, challenge, code = refused(given)
    assert (status, code) == (400, "gate-token-malformed")
    assert 'error="invalid_request"' in challenge


REFUSED: Final[dict[str, tuple[str, str, str]]] = {
    "low": (login(acr="urn:east:sms"), STEP_UP, "token-level-low"),
    "old": (login(auth_time=NOW_S - 500), STEP_UP, "token-authentication-old"),
    "over": (
        login(iat=NOW_S - 300, exp=NOW_S - 60, auth_time=NOW_S - 300),
        'Bearer realm="interop", error="invalid_token"',
        "token-expired",
    ),
    "low and for another": (
        login(acr="urn:east:sms", aud="https://x.example"),
        'Bearer realm="interop", error="invalid_token"',
        "token-audience-other",
    ),
    "none": ("x", 'Bearer realm="interop", error="invalid_token"', "jws-part-count"),
}


@pytest.mark.parametrize(("token", "wanted", "code"), REFUSED.values(), ids=REFUSED)
def test_each_refusal_says_what_would_help(token: str, wanted: str, code: str) -> None:
    status, challenge, first = refused([f"Bearer {token}"])
    assert (status, first) == (401, code)
    assert challenge.startswith(wanted)
    helps = ', acr_values="urn:east:face", max_age="60"'
    assert challenge.endswith(helps) == (wanted is STEP_UP)
    assert challenge.isascii()
    assert challenge.count('"') % 2 == 0


def test_a_scope_that_is_lacking_is_named() -> None:
    status, challenge, code = refused(
        [f"Bearer {GOOD}"], Ask(Tokens(), scope=frozenset({"b:x", "a:x"}))
    )
    assert (status, code) == (403, "gate-scope")
    assert challenge == (
        'Bearer realm="interop", error="insufficient_scope", '
        'error_description="gate-scope", scope="a:x b:x"'
    )


def test_a_store_that_does_not_answer_is_no_open_door() -> None:
    locked = Ask(Tokens(StoreLocked(STORE_LOCKED.of())))
    found = judge([f"Bearer {GOOD}"], locked)
    assert isinstance(found, Refusal)
    assert (found.status, dict(found.headers)["Retry-After"]) == (503, "1")
    assert refused([f"Bearer {GOOD}"], locked)[1:] == ("", "store-locked")


@given(text=st.text(max_size=60))
def test_no_header_opens_the_door_or_splits_the_answer(text: str) -> None:
    found = judge([text], ASK)
    assert isinstance(found, Refusal)
    for name, value in found.headers:
        assert (name + value).isascii()
        assert (name + value).isprintable()


def served(
    authorization: Iterable[bytes], *, kind: str = "http", **more: object
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Call an ASGI application behind a gate; return what it saw and what was sent."""
    seen: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        seen.append(dict(scope))
        await send({"type": "app"})

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(dict(message))

    headers = [(b"Authorization", value) for value in authorization]
    scope: Scope = {"type": kind, "headers": headers, **more}
    asyncio.run(AsgiGate(app, ASK)(scope, receive, send))
    assert PRINCIPAL not in scope or more
    return seen, sent


def test_asgi_passes_the_principal_and_overwrites_a_forged_one() -> None:
    seen, sent = served([f"Bearer {GOOD}".encode()], **{PRINCIPAL: "forged", "path": "/"})
    assert seen[0][PRINCIPAL].issuer.startswith("https://idp.east")
    assert seen[0][PRESENTED].principal == seen[0][PRINCIPAL]
    assert seen[0]["path"] == "/"
    assert sent == [{"type": "app"}]


def test_asgi_refuses_without_calling_the_application() -> None:
    for authorization in ([], [b"\xff"], [f"Bearer {GOOD}".encode()] * 2):
        seen, sent = served(authorization)
        assert seen == []
        assert [message["type"] for message in sent] == [
            "http.response.start",
            "http.response.body",
        ]
        assert sent[0]["status"] in {400, 401}
    assert served([], kind="websocket") == ([], [{"type": "websocket.close", "code": 1008}])
    assert served([], kind="something new")[0] == []


def test_asgi_lets_the_lifespan_through() -> None:
    seen, _ = served([], kind="lifespan")
    assert seen[0]["type"] == "lifespan"


def wsgi(authorization: str | None, ask: Ask = ASK) -> tuple[str, dict[str, str], bytes, Any]:
    """Call a WSGI application behind a gate, both held to PEP 3333 by the validator."""
    seen: list[Any] = []
    began: list[tuple[str, dict[str, str]]] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ[PRINCIPAL])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    def start(status: str, headers: list[tuple[str, str]], _fault: object = None) -> Write:
        began.append((status, dict(headers)))
        return lambda _data: None

    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if authorization is not None:
        environ["HTTP_AUTHORIZATION"] = authorization
    gate: Callable[..., Any] = validator(WsgiGate(app, ask))
    result = gate(environ, start)
    body = b"".join(result)
    result.close()
    return (*began[0], body, seen)


def test_wsgi_passes_the_principal() -> None:
    status, _, body, seen = wsgi(f"Bearer {GOOD}")
    assert (status, body) == ("200 OK", b"hello")
    assert seen[0].level == "high"


@pytest.mark.parametrize(
    ("authorization", "ask", "status"),
    [
        (None, ASK, "401 Unauthorized"),
        (f"Bearer {GOOD},Bearer {GOOD}", ASK, "400 Bad Request"),
        (f"Bearer {GOOD}", Ask(Tokens(), scope=frozenset({"x"})), "403 Forbidden"),
        (
            f"Bearer {GOOD}",
            Ask(Tokens(StoreLocked(STORE_LOCKED.of()))),
            "503 Service Unavailable",
        ),
    ],
)
def test_wsgi_refuses_without_calling_the_application(
    authorization: str | None, ask: Ask, status: str
) -> None:
    told, headers, body, seen = wsgi(authorization, ask)
    assert (told, seen) == (status, [])
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body)["reasons"]
    assert GOOD not in body.decode()


def test_starlette_puts_it_up_by_its_own_means() -> None:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def whoami(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.scope[PRINCIPAL].region)

    app = Starlette(routes=[Route("/", whoami)], middleware=[Middleware(AsgiGate, ask=ASK)])
    transport = httpx.ASGITransport(app)

    async def ask(headers: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get("/", headers=headers)

    answer = asyncio.run(ask({"Authorization": f"Bearer {GOOD}"}))
    assert (answer.status_code, answer.text) == (200, "310000")
    assert asyncio.run(ask({})).status_code == 401
