"""Faults on demand: what a regional system does on a bad day.

A request names a fault in the query ``fault=`` or the header ``x-simulated-fault``, or the
running simulation sets one for every path below a prefix. The request is served first, so
whatever the caller sees, the case may have been registered.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interop.simulator.certificates import fault as soap_fault

DRIP_S: Final = 0.05
HOLD_S_MAX: Final = 60.0
OVERSIZE_BYTES: Final = 8 * 1024 * 1024
HEADER: Final = b"x-simulated-fault"
LOGIN_PAGE: Final = "<!DOCTYPE html><html><body>统一身份认证登录（仿真）</body></html>".encode()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def is_xml(self) -> bool:
        return b"xml" in dict(self.headers).get(b"content-type", b"")

    def of_type(self, media_type: bytes) -> "_Answer":
        return replace(self, headers=((b"content-type", media_type),))


def _fault(answer: _Answer) -> _Answer:
    if answer.is_xml:
        return replace(answer, status=500, body=soap_fault("Server", "simulated"))
    return replace(answer, status=500, body=_error_body("SIM-500"))


def _error_code(answer: _Answer) -> _Answer:
    if answer.is_xml:
        changed = answer.body.replace(b"CODE&gt;0&lt;", b"CODE&gt;1001&lt;")
        return replace(answer, body=changed)
    return replace(answer, status=400, body=_error_body("SIM-1001"))


def _error_body(code: str) -> bytes:
    return f'{{"错误码":"{code}","错误信息":"仿真故障"}}'.encode()


def _wrong_namespace(answer: _Answer) -> _Answer:
    body = answer.body.replace(b'="urn:', b'="urn:wrong:')
    return replace(answer, body=body.replace("状态".encode(), b"status"))


def _mislabelled(answer: _Answer) -> _Answer:
    return replace(answer, body=answer.body.decode().encode("gbk", "xmlcharrefreplace"))


def _redirect(answer: _Answer) -> _Answer:
    return replace(answer, status=302, headers=((b"location", b"/elsewhere"),), body=b"")


def _unavailable(answer: _Answer) -> _Answer:
    return replace(answer, status=503, headers=((b"retry-after", b"7"),), body=b"busy")


_CHANGES: Final[dict[str, Callable[[_Answer], _Answer]]] = {
    "fault": _fault,
    "error-code": _error_code,
    "wrong-namespace": _wrong_namespace,
    "gbk-mislabelled": _mislabelled,
    "garbage": lambda answer: replace(answer, body=b"\x00\xff<<{{ \x80"),
    "html": lambda answer: replace(answer.of_type(b"text/html"), body=LOGIN_PAGE),
    "empty": lambda answer: replace(answer, body=b""),
    "redirect": _redirect,
    "unavailable": _unavailable,
    "oversize": lambda answer: replace(answer, body=answer.body + b" " * OVERSIZE_BYTES),
}
_SENDINGS: Final = frozenset({"drip", "timeout", "truncated"})
FAULTS: Final = frozenset(_CHANGES) | _SENDINGS


class Faults:
    """ASGI middleware that spoils the answers it is asked to spoil."""

    def __init__(self, app: ASGIApp, *, standing: Mapping[str, str]) -> None:
        """Wrap ``app``; ``standing`` maps a path prefix to a fault, and may be changed."""
        self._app = app
        self._standing = standing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then spoil the answer."""
        name = self._named(scope) if scope["type"] == "http" else ""
        if not name:
            await self._app(scope, receive, send)
            return
        answer = await _collected(self._app, scope, receive)
        if name in _CHANGES:
            answer = _CHANGES[name](answer)
        await _sent(answer, name, receive, send)

    def _named(self, scope: Scope) -> str:
        query = parse_qs(scope["query_string"].decode("ascii", "replace"))
        headers = dict(scope["headers"])
        standing = [
            name for prefix, name in self._standing.items() if scope["path"].startswith(prefix)
        ]
        asked = [*query.get("fault", ()), headers.get(HEADER, b"").decode("latin-1"), *standing]
        return next((name for name in asked if name in FAULTS), "")


async def _collected(app: ASGIApp, scope: Scope, receive: Receive) -> _Answer:
    status, body = 500, bytearray()
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def take(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], tuple(message["headers"])
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, take)
    kept = tuple((k, v) for k, v in headers if k != b"content-length")
    return _Answer(status, kept, bytes(body))


async def _sent(answer: _Answer, name: str, receive: Receive, send: Send) -> None:
    if name == "timeout":
        await _gone(receive, HOLD_S_MAX)
        return
    headers = list(answer.headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if name == "drip":
        for octet in answer.body:
            await send(_part(bytes([octet]), more=True))
            if await _gone(receive, DRIP_S):
                return
    if name == "truncated":
        # Half of the body, and never the end of it: the server drops the connection.
        await send(_part(answer.body[: len(answer.body) // 2], more=True))
        return
    await send(_part(b"" if name == "drip" else answer.body, more=False))


async def _gone(receive: Receive, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
