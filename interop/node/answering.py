"""Answer one request: body within limits, work in a thread, refusals worded, no traceback."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from interop.errors import (
    CaseError,
    ExchangeError,
    InteropError,
    KnowledgeError,
    Reason,
    RegionError,
    RegionFault,
    RegionUnavailable,
    StoreError,
    TrustError,
)
from interop.gateway.host_reasons import CURSOR_AHEAD, KEY_OF_ANOTHER_CALL
from interop.node.places import Places
from interop.node.reasons import BODY_TOO_LARGE, BODY_TOO_SLOW, BUSY, INTERNAL

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
# What is in conflict with what was done before, whatever its class.
CONFLICT: Final = 409
CONFLICTS: Final = frozenset({KEY_OF_ANOTHER_CALL.code, CURSOR_AHEAD.code})
# Where a body is left unread, its connection ends. Source: RFC 9110 sections 11.6.1, 10.2.3.
HEADERS: Final = {
    401: {"WWW-Authenticate": "Bearer", "Connection": "close"},
    408: {"Connection": "close"},
    413: {"Connection": "close"},
    UNAVAILABLE: {"Retry-After": str(RETRY_AFTER_S)},
}

log = structlog.get_logger("interop.node")


class Refusal(Protocol):
    """How a face words a refusal."""

    def __call__(self, status: int, error: type[InteropError], *reasons: Reason) -> Response:
        """Return the answer."""
        ...


class _Unread(Exception):
    """A body that was not taken in."""

    def __init__(self, status: int, reason: Reason) -> None:
        self.status, self.reason = status, reason


def refused(status: int, error: type[InteropError], *reasons: Reason) -> Response:
    """Return a refusal as peers of our own kind read it."""
    told = {"error": error.__name__, "reasons": [reason.as_json() for reason in reasons]}
    return JSONResponse(told, status_code=status, headers=HEADERS.get(status))


def octets(data: bytes) -> Response:
    """Return bytes as they are."""
    return Response(data, media_type="application/octet-stream")


async def answered(
    request: Request,
    work: Callable[[bytes], Response],
    *,
    bytes_max: int,
    refuse: Refusal = refused,
    within: Places | None = None,
) -> Response:
    """Read the body, work in a thread, and word whatever goes wrong.

    Args:
        request: The request.
        work: What is done with its body.
        bytes_max: Largest body.
        refuse: How a refusal is worded.
        within: Places that there are for such requests; None leaves that to the caller.
    """

    async def go() -> Response:
        return await run_in_threadpool(work, await read_body(request, bytes_max))

    if within is None:
        return await settled(go, refuse)
    with within.taken() as free:
        if not free:
            return refuse(UNAVAILABLE, RegionUnavailable, BUSY.of(expected=within.places))
        return await settled(go, refuse)


async def settled(go: Callable[[], Awaitable[Response]], refuse: Refusal) -> Response:
    """Return what ``go`` answers; a refusal is worded, a fault of ours gets a number."""
    try:
        return await go()
    except _Unread as why:
        return refuse(why.status, CaseError, why.reason)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    except InteropError as fault:
        return refuse(status_of(fault), type(fault), *fault.reasons)
    except Exception:  # a caller gets a number, never a traceback
        number = uuid.uuid4().hex[:12]
        log.exception("internal", number=number)
        return refuse(500, RegionFault, INTERNAL.of(got=number))


def status_of(fault: InteropError) -> int:
    """Return the HTTP status that tells how to react to ``fault``."""
    if fault.code in CONFLICTS:
        return CONFLICT
    return next(code for kind, code in STATUS if isinstance(fault, kind))


async def read_body(request: Request, bytes_max: int) -> bytes:
    """Return the body; a larger or slower one is not taken in."""
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
