"""The node as an ASGI application: mount it, or run it with ``interop serve``.

``POST /exchange/batches`` and ``GET /knowledge/{digest}`` are for other regions;
``POST /api/{verb}`` is for the application beside it and needs its key; ``GET /health``
says that the store answers. The gateway is synchronous; every call runs in a worker thread.
"""

import asyncio
import hmac
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from interop.errors import (
    CaseError,
    ExchangeError,
    InteropError,
    KnowledgeError,
    Reason,
    RegionError,
    StoreError,
    TrustError,
)
from interop.gateway.open import Gateway
from interop.model.canonical import canonical_bytes
from interop.model.sensitive import Sensitive
from interop.node.reasons import (
    BODY_TOO_LARGE,
    INTERNAL,
    KEY_REFUSED,
    VERB_UNKNOWN,
    VERSION_NOT_HELD,
)
from interop.node.verbs import VERBS

BATCH_BYTES_MAX: Final = 4 * 1024 * 1024
API_BYTES_MAX: Final = 16 * 1024 * 1024
WORK_S: Final = 0.05
# How a caller is to react, as HTTP says it; looked up along the class tree.
STATUS: Final[tuple[tuple[type[InteropError], int], ...]] = (
    (StoreError, 503),
    (RegionError, 502),
    (TrustError, 403),
    (CaseError, 422),
    (ExchangeError, 409),
    (KnowledgeError, 422),
)

log = structlog.get_logger("interop.node")


class _TooLarge(Exception):
    def __init__(self, limit: int) -> None:
        self.limit = limit


def create_node(
    gateway: Gateway, *, api_key: Sensitive, work_every_s: float | None = WORK_S
) -> Starlette:
    """Return the ASGI application of a gateway.

    Args:
        gateway: The gateway; the caller shuts it.
        api_key: Key that the application beside it sends as Bearer.
        work_every_s: Seconds between two rounds of work in the lifespan; None leaves work to
            somebody else.
    """
    node = _Node(gateway, api_key)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        worker = None if work_every_s is None else asyncio.create_task(node.run(work_every_s))
        try:
            yield
        finally:
            if worker is not None:
                node.stopping.set()
                await worker

    routes = [
        Route("/exchange/batches", node.batch, methods=["POST"]),
        Route("/knowledge/{digest}", node.version, methods=["GET"]),
        Route("/api/{verb}", node.verb, methods=["POST"]),
        Route("/health", node.health, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class _Node:
    def __init__(self, gateway: Gateway, api_key: Sensitive) -> None:
        self._gateway = gateway
        self._api_key = api_key.reveal().encode()
        self.stopping = asyncio.Event()

    async def run(self, every_s: float) -> None:
        """Work until told to stop; a failing round is logged and tried again."""
        while not self.stopping.is_set():
            try:
                await run_in_threadpool(self._gateway.work)
            except InteropError as fault:
                log.warning("work-failed", code=fault.code)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), every_s)

    async def batch(self, request: Request) -> Response:
        """Take a batch from another region and answer with the receipt."""

        def take(data: bytes) -> Response:
            receipt = self._gateway.receive_batch(data)
            return Response(receipt, media_type="application/octet-stream")

        return await _answered(request, take, bytes_max=BATCH_BYTES_MAX)

    async def version(self, request: Request) -> Response:
        """Give out a knowledge version by digest."""
        digest = str(request.path_params["digest"])

        def give(_data: bytes) -> Response:
            held = self._gateway.knowledge_version(digest)
            if held is None:
                return _refusal(404, "KnowledgeError", VERSION_NOT_HELD.of(got=digest))
            return Response(held, media_type="application/octet-stream")

        return await _answered(request, give, bytes_max=0)

    async def verb(self, request: Request) -> Response:
        """Call a verb for the application beside this node."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, b"Bearer " + self._api_key):
            return _refusal(401, "TrustError", KEY_REFUSED.of(field="authorization"))
        name = str(request.path_params["verb"])
        verb = VERBS.get(name)
        if verb is None:
            reason = VERB_UNKNOWN.of(field="verb", expected=", ".join(VERBS), got=name)
            return _refusal(404, "CaseError", reason)

        def call(data: bytes) -> Response:
            found = verb.call(self._gateway, data)
            return Response(canonical_bytes(found), media_type="application/json")

        return await _answered(request, call, bytes_max=API_BYTES_MAX)

    async def health(self, _request: Request) -> Response:
        """Say that the node serves its region and the store answers."""
        try:
            await run_in_threadpool(self._gateway.knowledge_version, "")
        except InteropError as fault:
            return _refusal(503, type(fault).__name__, *fault.reasons)
        return JSONResponse({"region": self._gateway.region, "status": "ok"})


async def _answered(
    request: Request, work: Callable[[bytes], Response], *, bytes_max: int
) -> Response:
    try:
        data = await _body(request, bytes_max)
        return await run_in_threadpool(work, data)
    except _TooLarge as over:
        return _refusal(413, "CaseError", BODY_TOO_LARGE.of(field="body", expected=over.limit))
    except InteropError as fault:
        status = next(code for kind, code in STATUS if isinstance(fault, kind))
        return _refusal(status, type(fault).__name__, *fault.reasons)
    except Exception:  # a caller gets a number, never a traceback
        number = uuid.uuid4().hex[:12]
        log.exception("internal", number=number)
        return _refusal(500, "InteropError", INTERNAL.of(got=number))


async def _body(request: Request, bytes_max: int) -> bytes:
    parts: list[bytes] = []
    room = bytes_max
    async for part in request.stream():
        room -= len(part)
        if room < 0:
            raise _TooLarge(bytes_max)
        parts.append(part)
    return b"".join(parts)


def _refusal(status: int, error: str, *reasons: Reason) -> Response:
    told = {"error": error, "reasons": [reason.as_json() for reason in reasons]}
    return JSONResponse(told, status_code=status)
