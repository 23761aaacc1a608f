"""Contents of materials over HTTP: taken in from the host, given to it and to the peer.

``PUT /v1/cases/{case}/materials/{code}`` takes the content, ``HEAD`` tells how much is held
and where to go on, ``GET`` gives it by range; ``GET /exchange/materials/{case}/{code}`` gives
it to the region that was handed the case and proves itself by a signed question. Nothing is
ever whole in memory.

Source: RFC 9110 section 14 (ranges); draft-ietf-httpbis-resumable-upload (Upload-Offset,
Upload-Complete, Upload-Length).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from interop.errors import (
    CaseError,
    InteropError,
    Reason,
    RegionUnavailable,
    TrustError,
)
from interop.gateway.giving import MaterialService
from interop.gateway.uploading import HeldMaterial, Upload
from interop.model.canonical import canonical_bytes
from interop.node.answering import UNAVAILABLE, Refusal, refused, settled
from interop.node.places import Places
from interop.node.problems import problem
from interop.node.ranges import Span, Unsatisfiable, span_of
from interop.node.reasons import (
    BODY_TOO_SLOW,
    BUSY,
    KEY_REFUSED,
    ONLY_ADVISES,
    QUERY_REFUSED,
)
from interop.store.material_reasons import MATERIAL_NOT_HELD, MATERIAL_OFFSET, MATERIAL_RANGE
from interop.store.materials import READ_BYTES_MAX, Content

PART_S_MAX: Final = 30.0
DRAIN_S_MAX: Final = 2.0
UPLOADS_MAX: Final = 16
OFFSET: Final = "Upload-Offset"
ASK: Final = "ask "
STATUS: Final = {
    MATERIAL_OFFSET.code: 409,
    MATERIAL_NOT_HELD.code: 404,
    MATERIAL_RANGE.code: 416,
}
# What is left unread of a body ends with its connection.
CLOSING: Final = frozenset(range(400, 600))
HOST: Final = "/v1/cases/{case}/materials/{code}"
PEER: Final = "/exchange/materials/{case}/{code}"

_OFFSET: Final = re.compile(r"[0-9]{1,16}")


class Known(Protocol):
    """Whether a request carries the application's key."""

    def __call__(self, request: Request) -> bool:
        """Return whether it does."""
        ...


class MaterialFace:
    """The contents of one gateway for the host; ``routes`` says where."""

    def __init__(self, service: MaterialService, is_known: Known, *, shadow: bool) -> None:
        self._service, self._is_known, self._shadow = service, is_known, shadow
        self._giving = Giving(service)
        self._places = Places(UPLOADS_MAX)

    @property
    def routes(self) -> list[Route]:
        """Return where it is reached."""
        return [
            Route(HOST, self.take, methods=["PUT"]),
            Route(HOST, self.give, methods=["GET", "HEAD"]),
        ]

    async def take(self, request: Request) -> Response:
        """Take a content in, or go on with it."""
        if (reason := self._barred(request)) is not None:
            return reason
        offset = request.headers.get(OFFSET, "0")
        if not _OFFSET.fullmatch(offset):
            return problem(400, CaseError, QUERY_REFUSED.of(field=OFFSET, expected="0.."))
        with self._places.taken() as free:
            if not free:
                return problem(UNAVAILABLE, RegionUnavailable, BUSY.of(expected=UPLOADS_MAX))
            return await settled(lambda: self._taken(request, int(offset)), _worded(problem))

    async def _taken(self, request: Request, offset: int) -> Response:
        case, code = _named(request)
        stream = aiter(request.stream())
        try:
            upload = await run_in_threadpool(self._service.begin, case, code, offset=offset)
            await _copy(stream, upload)
            return _told(await run_in_threadpool(upload.finish))
        except TimeoutError:
            reason = BODY_TOO_SLOW.of(field="body", expected=int(PART_S_MAX))
            return _closing(problem(408, CaseError, reason))
        except InteropError:
            await _drain(stream)
            raise

    async def give(self, request: Request) -> Response:
        """Give a content to the host, or tell how much of it is held."""
        if not self._is_known(request):
            return problem(401, TrustError, KEY_REFUSED.of(field="authorization"))
        case, code = _named(request)
        if request.method == "HEAD":

            async def tell() -> Response:
                return _told(await run_in_threadpool(self._service.standing, case, code))

            return await settled(tell, _worded(problem))
        return await self._giving.given(
            request, lambda: self._service.opened(case, code), problem
        )

    def _barred(self, request: Request) -> Response | None:
        if not self._is_known(request):
            return problem(401, TrustError, KEY_REFUSED.of(field="authorization"))
        if self._shadow:
            reason = ONLY_ADVISES.of(field="path", got=request.scope["path"])
            return _closing(problem(403, CaseError, reason))
        return None


class Giving:
    """Gives contents out, by range, piece by piece."""

    def __init__(self, service: MaterialService) -> None:
        """Take the contents of a gateway."""
        self._service = service

    async def to_peer(self, request: Request, *, within: Places) -> Response:
        """Give a content to the region that was handed the case and asks for it, signed."""
        case, code = _named(request)
        header = request.headers.get("authorization", "")
        ask = header[len(ASK) :].encode() if header.lower().startswith(ASK) else b""
        with within.taken() as free:
            if not free:
                return refused(UNAVAILABLE, RegionUnavailable, BUSY.of(expected=within.places))
            return await self.given(
                request, lambda: self._service.opened_for_peer(ask, case, code), refused
            )

    async def given(
        self, request: Request, find: Callable[[], Content], refuse: Refusal
    ) -> Response:
        """Give what ``find`` finds: the range that is asked for, or all."""

        async def go() -> Response:
            content = await run_in_threadpool(find)
            told = content.told
            try:
                span = span_of(request.headers.get("range"), told.size)
            except Unsatisfiable:
                reason = MATERIAL_RANGE.of(field=told.code, expected=told.size, got="-")
                answer = refuse(416, CaseError, reason)
                answer.headers["Content-Range"] = f"bytes */{told.size}"
                return answer
            return self._streamed(content, span)

        return await settled(go, _worded(refuse))

    def _streamed(self, content: Content, span: Span) -> Response:
        size = content.told.size
        headers = {
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
            "Content-Length": str(span.last - span.first + 1),
            # Its name within the case, which says nothing anywhere else.
            "ETag": f'"{content.name}"',
            # Never shown by a browser as what it claims to be.
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        if span.partial:
            headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
        return StreamingResponse(
            self._pieces(content, span),
            status_code=206 if span.partial else 200,
            headers=headers,
            media_type="application/octet-stream",
        )

    async def _pieces(self, content: Content, span: Span) -> AsyncIterator[bytes]:
        for first in range(span.first, span.last + 1, READ_BYTES_MAX):
            last = min(first + READ_BYTES_MAX - 1, span.last)
            yield await run_in_threadpool(self._service.read, content, first, last)


async def _copy(stream: AsyncIterator[bytes], upload: Upload) -> None:
    """Write a body part by part; what is left of one that was cut off is not written."""
    waiting = bytearray()
    while True:
        try:
            async with asyncio.timeout(PART_S_MAX):
                waiting += await anext(stream)
        except StopAsyncIteration:
            break
        while len(waiting) >= upload.part_bytes:
            part = bytes(waiting[: upload.part_bytes])
            del waiting[: upload.part_bytes]
            await run_in_threadpool(upload.write, part)
    if waiting:
        await run_in_threadpool(upload.write, bytes(waiting))


async def _drain(stream: AsyncIterator[bytes]) -> None:
    """Let a refused body end, for a moment: who still sends would not read the refusal."""
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(DRAIN_S_MAX):
            async for _part in stream:
                pass


def _told(found: HeldMaterial) -> Response:
    headers = {
        "Cache-Control": "no-store",
        OFFSET: str(found.held),
        "Upload-Length": str(found.size),
        "Upload-Complete": "?1" if found.complete else "?0",
    }
    data = canonical_bytes(found.masked())
    return Response(data, headers=headers, media_type="application/json")


def _named(request: Request) -> tuple[str, str]:
    return str(request.path_params["case"]), str(request.path_params["code"])


def _worded(refuse: Refusal) -> Refusal:
    def word(status: int, error: type[InteropError], *reasons: Reason) -> Response:
        told = STATUS.get(reasons[0].code, status)
        answer = refuse(told, error, *reasons)
        if reasons[0].code == MATERIAL_OFFSET.code:
            answer.headers[OFFSET] = reasons[0].expected
        return _closing(answer)

    return word


def _closing(answer: Response) -> Response:
    if answer.status_code in CLOSING:
        answer.headers["Connection"] = "close"
    return answer
