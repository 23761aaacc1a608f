"""The node as an ASGI application: run it with ``interop serve``, or mount it.

``POST /exchange/batches``, ``POST /exchange/asks`` and ``GET /knowledge/{digest}`` are for
other regions, which prove themselves by what they sign; ``POST /api/{verb}`` is for the
application beside it and needs its key; ``POST /token`` exchanges tokens for it
(:mod:`interop.node.token`); ``POST /backchannel-logout`` is for identity providers;
``GET /health`` says that the store
answers. The gateway is synchronous; every call runs in a worker thread. A refusal is JSON:
``error``, the class in :mod:`interop.errors`, and ``reasons``.
"""

import asyncio
import hmac
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol, cast

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from interop.errors import (
    CaseError,
    ExchangeError,
    InteropError,
    KnowledgeError,
    Reason,
    RegionError,
    RegionFault,
    StoreError,
    TrustError,
)
from interop.exchange.asks import ASK_CHARS_MAX
from interop.exchange.batch import BATCH_BYTES_MAX
from interop.gateway.intake import take_ask
from interop.gateway.open import Gateway
from interop.model.canonical import JSON_BYTES_MAX, canonical_bytes
from interop.model.sensitive import Sensitive
from interop.node import token
from interop.node.reasons import (
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    INTERNAL,
    KEY_REFUSED,
    METHOD_REFUSED,
    PATH_UNKNOWN,
    VERB_UNKNOWN,
    VERSION_NOT_HELD,
)
from interop.node.verbs import VERBS
from interop.transport.http import header_secret

WORK_S: Final = 0.05
PAUSE_S: Final = 1.0
BODY_S_MAX: Final = 30.0
RETRY_AFTER_S: Final = 1
UNAVAILABLE: Final = 503
# How a caller is to react, as HTTP says it; looked up along the class tree.
STATUS: Final[tuple[tuple[type[InteropError], int], ...]] = (
    (StoreError, UNAVAILABLE),
    (RegionError, 502),
    (TrustError, 403),
    (CaseError, 422),
    (ExchangeError, 409),
    (KnowledgeError, 422),
    (InteropError, 500),
)
# Where a body is left unread, its connection ends. Source: RFC 9110 sections 11.6.1, 10.2.3.
HEADERS: Final = {
    401: {"WWW-Authenticate": "Bearer", "Connection": "close"},
    408: {"Connection": "close"},
    413: {"Connection": "close"},
    UNAVAILABLE: {"Retry-After": str(RETRY_AFTER_S)},
}

log = structlog.get_logger("interop.node")


class _Unread(Exception):
    """A body that was not taken in."""

    def __init__(self, status: int, reason: Reason) -> None:
        self.status, self.reason = status, reason


def create_node(
    gateway: Gateway, *, api_key: Sensitive, work_every_s: float | None = WORK_S
) -> Starlette:
    """Return the ASGI application of a gateway.

    Mounted under another application its lifespan does not run: call ``gateway.work`` in a
    worker of your own then, as with ``work_every_s=None``.

    Args:
        gateway: The gateway; the caller shuts it.
        api_key: Key that the application beside it sends as Bearer; visible ASCII.
        work_every_s: Seconds between two rounds of work in the lifespan; None leaves work to
            somebody else.

    Raises:
        KnowledgeError: ``transport-secret-malformed`` for a key that no client could send.
    """
    header_secret(api_key, field="application-key")
    faces = _Faces(gateway, api_key)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if work_every_s is None:
            yield
            return
        stopping = asyncio.Event()
        worker = asyncio.create_task(_work(gateway, work_every_s, stopping))
        try:
            yield
        finally:
            stopping.set()
            await worker

    routes = [
        Route("/exchange/batches", faces.batch, methods=["POST"]),
        Route("/exchange/asks", faces.ask, methods=["POST"]),
        Route("/knowledge/{digest}", faces.version, methods=["GET"]),
        Route("/api/{verb}", faces.verb, methods=["POST"]),
        Route("/token", faces.token, methods=["POST"]),
        Route("/backchannel-logout", faces.logout, methods=["POST"]),
        Route("/health", faces.health, methods=["GET"]),
    ]
    handlers = {404: _no_path, 405: _no_method}
    node = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    node.router.redirect_slashes = False
    return node


async def _work(gateway: Gateway, every_s: float, stopping: asyncio.Event) -> None:
    """Work until told to stop; a failing round is logged and tried again after a pause."""
    while not stopping.is_set():
        pause_s = max(every_s, PAUSE_S)
        try:
            await run_in_threadpool(gateway.work)
            pause_s = every_s
        except InteropError as fault:
            log.warning("work-failed", code=fault.code)
        except Exception:  # whatever it is, deadlines and outboxes of other cases go on
            log.exception("work-crashed")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause_s)


class _Faces:
    def __init__(self, gateway: Gateway, api_key: Sensitive) -> None:
        self._gateway = gateway
        self._api_key = api_key

    async def batch(self, request: Request) -> Response:
        """Take a batch from another region and answer with the receipt."""

        def take(data: bytes) -> Response:
            return _octets(self._gateway.receive_batch(data))

        return await _answered(request, take, bytes_max=BATCH_BYTES_MAX)

    async def ask(self, request: Request) -> Response:
        """Answer a region's signed question about a channel."""

        def tell(data: bytes) -> Response:
            found = take_ask(self._gateway.station, data)
            return _octets(found) if found else Response(status_code=204)

        return await _answered(request, tell, bytes_max=ASK_CHARS_MAX)

    async def version(self, request: Request) -> Response:
        """Give out a knowledge version by digest."""
        digest = str(request.path_params["digest"])

        def give(_data: bytes) -> Response:
            held = self._gateway.knowledge_version(digest)
            if held is None:
                return _refused(404, KnowledgeError, VERSION_NOT_HELD.of(got=digest))
            return _octets(held)

        return await _answered(request, give, bytes_max=0)

    async def verb(self, request: Request) -> Response:
        """Call a verb for the application beside this node."""
        if not self._is_known(request):
            return _refused(401, TrustError, KEY_REFUSED.of(field="authorization"))
        name = str(request.path_params["verb"])
        verb = VERBS.get(name)
        if verb is None:
            reason = VERB_UNKNOWN.of(field="verb", expected=", ".join(VERBS), got=name)
            return _refused(404, CaseError, reason)

        def call(data: bytes) -> Response:
            found = canonical_bytes(verb(self._gateway, data))
            return Response(found, media_type="application/json")

        return await _answered(request, call, bytes_max=JSON_BYTES_MAX)

    async def token(self, request: Request) -> Response:
        """Exchange a token for the application beside this node (RFC 8693)."""
        if not token.is_client(request, self._api_key):
            return token.no_client()

        def exchange(data: bytes) -> Response:
            token.require_form(request)
            return token.exchanged(self._gateway, data)

        return await _answered(
            request, exchange, bytes_max=token.FORM_BYTES_MAX, refuse=token.refused
        )

    async def logout(self, request: Request) -> Response:
        """End the sessions that an identity provider names."""

        def end(data: bytes) -> Response:
            token.require_form(request)
            return token.logged_out(self._gateway, data)

        return await _answered(
            request, end, bytes_max=token.FORM_BYTES_MAX, refuse=token.refused
        )

    async def health(self, request: Request) -> Response:
        """Say which region the node serves, and that its store answers."""

        def ask(_data: bytes) -> Response:
            self._gateway.knowledge_version("")
            return JSONResponse({"region": self._gateway.region, "status": "ok"})

        return await _answered(request, ask, bytes_max=0)

    def _is_known(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        wanted = f"Bearer {self._api_key.reveal()}".encode()
        return hmac.compare_digest(given, wanted)


async def _answered(
    request: Request,
    work: Callable[[bytes], Response],
    *,
    bytes_max: int,
    refuse: "Refusal | None" = None,
) -> Response:
    refuse = refuse or _refused
    try:
        return await run_in_threadpool(work, await _body(request, bytes_max))
    except _Unread as why:
        return refuse(why.status, CaseError, why.reason)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    except InteropError as fault:
        status = next(code for kind, code in STATUS if isinstance(fault, kind))
        return refuse(status, type(fault), *fault.reasons)
    except Exception:  # a caller gets a number, never a traceback
        number = uuid.uuid4().hex[:12]
        log.exception("internal", number=number)
        return _refused(500, RegionFault, INTERNAL.of(got=number))


async def _body(request: Request, bytes_max: int) -> bytes:
    parts: list[bytes] = []
    room = bytes_max
    try:
        async with asyncio.timeout(BODY_S_MAX):
            async for part in request.stream():
                room -= len(part)
                if room < 0:
                    raise _Unread(413, BODY_TOO_LARGE.of(field="body", expected=bytes_max))
                parts.append(part)
    except TimeoutError:
        raise _Unread(408, BODY_TOO_SLOW.of(field="body", expected=int(BODY_S_MAX))) from None
    return b"".join(parts)


async def _no_path(request: Request, _fault: Exception) -> Response:
    return _refused(404, CaseError, PATH_UNKNOWN.of(field="path", got=request.scope["path"]))


async def _no_method(request: Request, fault: Exception) -> Response:
    allowed = cast("HTTPException", fault).headers or {}
    expected = allowed.get("Allow", "")
    reason = METHOD_REFUSED.of(field="method", expected=expected, got=request.method)
    answer = _refused(405, CaseError, reason)
    answer.headers.update(allowed)
    return answer


def _octets(data: bytes) -> Response:
    return Response(data, media_type="application/octet-stream")


class Refusal(Protocol):
    """How a face words a refusal."""

    def __call__(self, status: int, error: type[InteropError], *reasons: Reason) -> Response:
        """Return the answer."""
        ...


def _refused(status: int, error: type[InteropError], *reasons: Reason) -> Response:
    told = {"error": error.__name__, "reasons": [reason.as_json() for reason in reasons]}
    return JSONResponse(told, status_code=status, headers=HEADERS.get(status))
