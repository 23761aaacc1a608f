"""Gates before an application: plain ASGI and WSGI callables, no framework.

Who is believed reaches the application with the principal under :data:`PRINCIPAL` and the
token as presented under :data:`PRESENTED`, in the scope or the environ; everybody else gets a
refusal in HTTP's words with our reasons beside, Chinese and English. A client cannot set
either key: what it sends arrives under other names.
Source: RFC 6750 sections 2.1 and 3; RFC 9470 section 3; RFC 9110 section 11.6.1.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from interop.errors import InteropError, StoreError, TrustError
from interop.federation.challenge import challenge
from interop.federation.exchange_claims import Presented, write_scope
from interop.federation.gates import Need
from interop.federation.middleware_reasons import (
    GATE_SCOPE,
    GATE_TOKEN_MALFORMED,
    GATE_TOKEN_MISSING,
)
from interop.federation.presented import ANY
from interop.model.sensitive import Sensitive

PRINCIPAL: Final = "interop.principal"
PRESENTED: Final = "interop.presented"
TOKEN_CHARS_MAX: Final = 64 * 1024
PHRASES: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    503: "Service Unavailable",
}
POLICY_VIOLATION: Final = 1008
_BEARER: Final = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*)")

# ASGI leaves open what these hold; nothing here reads a value without a check.
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


class Reads(Protocol):
    """Whoever reads tokens, such as ``gateway.tokens``."""

    def read(self, token: Sensitive, *, need: Need = ANY) -> Presented:
        """Return what ``token`` says, or raise why it is not believed."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """What a gate asks for.

    Attributes:
        tokens: Who reads them.
        need: What the application asks of a login.
        scope: What a token must be good for.
        realm: Names the application in challenges; ASCII without quotes.
    """

    tokens: Reads
    need: Need = ANY
    scope: frozenset[str] = frozenset()
    realm: str = "interop"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that refuses.

    Attributes:
        status: HTTP status.
        headers: Names and values, ASCII.
        body: JSON: ``error``, the class in :mod:`interop.errors`, and ``reasons``.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def judge(authorization: Sequence[str], ask: Ask) -> Presented | Refusal:
    """Return who is asking, or the refusal; the one decision behind both gates.

    Args:
        authorization: Every ``Authorization`` header of the request.
        ask: What is asked for.
    """
    given = [value for value in authorization if value]
    if not given:
        return _refusal(401, ask, TrustError(GATE_TOKEN_MISSING.of(field="authorization")))
    match = _BEARER.fullmatch(given[0]) if len(given[0]) <= TOKEN_CHARS_MAX else None
    if len(given) > 1 or match is None:
        return _refusal(400, ask, TrustError(GATE_TOKEN_MALFORMED.of(field="authorization")))
    try:
        found = ask.tokens.read(Sensitive(match[1]), need=ask.need)
    except TrustError as fault:
        return _refusal(401, ask, fault)
    except StoreError as fault:
        return _refusal(503, ask, fault)
    if missing := ask.scope - found.scope:
        expected = write_scope(missing)
        return _refusal(403, ask, TrustError(GATE_SCOPE.of(field="scope", expected=expected)))
    return found


def _refusal(status: int, ask: Ask, fault: InteropError) -> Refusal:
    told = {
        "error": type(fault).__name__,
        "reasons": [reason.as_json() for reason in fault.reasons],
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    if isinstance(fault, TrustError):
        wanted = write_scope(ask.scope)
        asked = challenge(fault, realm=ask.realm, need=ask.need, scope=wanted)
        headers.append(("WWW-Authenticate", asked))
    else:
        headers.append(("Retry-After", "1"))
    return Refusal(status, tuple(headers), body)


class AsgiGate:
    """Let believed requests through to an ASGI application; runs on asyncio.

    Reading a token may wait for the store, so it runs in a thread. Only the lifespan passes
    without a token.
    """

    def __init__(self, app: AsgiApplication, ask: Ask) -> None:
        """Stand before ``app``."""
        self._app, self._ask = app, ask

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = [
            value.decode("latin-1")
            for name, value in scope.get("headers", ())
            if name.lower() == b"authorization"
        ]
        found = await asyncio.to_thread(judge, given, self._ask)
        if isinstance(found, Presented):
            known = {**scope, PRINCIPAL: found.principal, PRESENTED: found}
            await self._app(known, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await _answer(found, send)


async def _answer(found: Refusal, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in found.headers]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})


class WsgiGate:
    """Let believed requests through to a WSGI application."""

    def __init__(self, app: WSGIApplication, ask: Ask) -> None:
        """Stand before ``app``."""
        self._app, self._ask = app, ask

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Serve one request."""
        # A server joins repeated headers by commas, which no token holds.
        found = judge([environ.get("HTTP_AUTHORIZATION", "")], self._ask)
        if isinstance(found, Presented):
            known = {**environ, PRINCIPAL: found.principal, PRESENTED: found}
            return self._app(known, start_response)
        start_response(f"{found.status} {PHRASES[found.status]}", list(found.headers))
        return [found.body]
