"""The node as an ASGI application: run it with ``interop serve``, or mount it.

``POST /exchange/batches``, ``…/asks`` and ``…/pieces``, ``GET /exchange/materials/…`` and
``GET /knowledge/{digest}`` are for other regions, which prove themselves by what they sign, and
may have an endpoint of their own (:func:`create_peer_node`); ``/v1/…`` is for the application
beside it and needs its key (:mod:`interop.node.api`, :mod:`interop.node.materials`);
``POST /token`` exchanges tokens for
it (:mod:`interop.node.token`); ``POST /backchannel-logout`` is for identity providers;
``GET /health`` says that the store answers, ``/ready`` that the node can work, ``/metrics``
how much there is. The gateway is synchronous; every call runs in a worker thread. A refusal
is JSON: ``error``, the class in :mod:`interop.errors`, and ``reasons``.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from interop.errors import (
    CaseError,
    InteropError,
    Reason,
    RegionUnavailable,
    TrustError,
)
from interop.gateway.open import Gateway
from interop.model.sensitive import Sensitive
from interop.node import token
from interop.node.answering import UNAVAILABLE, Refusal, answered, refused
from interop.node.api import PREFIX, ApplicationApi
from interop.node.doorbell import Doorbell
from interop.node.materials import MaterialFace
from interop.node.metrics import MEDIA_TYPE, exposition
from interop.node.peers import PeerFace
from interop.node.places import Places
from interop.node.problems import problem
from interop.node.reasons import (
    KEY_REFUSED,
    METHOD_REFUSED,
    NOT_WORKING,
    ONLY_ADVISES,
    PATH_UNKNOWN,
)
from interop.node.rounds import AGE_S_MAX, Rounds
from interop.node.webhooks import Teller, Webhook
from interop.transport.http import header_secret

# Commits wake these at once; by themselves they look for what has come due.
WORK_S: Final = 0.2
RENEW_S: Final = 5.0
TELL_S: Final = 0.5
# Requests for and about tokens at once.
FORMS_MAX: Final = 32
# What a shadow answers; everything else it refuses.
ADVISING: Final = (
    *(f"{PREFIX}/", "/knowledge/", "/backchannel-logout"),
    *("/health", "/ready", "/metrics"),
)


def create_node(  # noqa: PLR0913 -- what a node is made of, each by name
    gateway: Gateway,
    *,
    api_key: Sensitive,
    work_every_s: float | None = WORK_S,
    webhook: Webhook | None = None,
    shadow: bool = False,
    peers_apart: bool = False,
) -> Starlette:
    """Return the ASGI application of a gateway.

    Mounted under another application its lifespan does not run: call ``gateway.work`` in a
    worker of your own then, as with ``work_every_s=None``.

    Args:
        gateway: The gateway; the caller shuts it.
        api_key: Key that the application beside it sends as Bearer; visible ASCII.
        work_every_s: Seconds between two rounds of work in the lifespan; None leaves work to
            somebody else.
        webhook: Whom to tell what happens to cases, if anybody.
        shadow: Only advise: nothing is sent to anybody, what changes a case is refused.
        peers_apart: Leave other regions to :func:`create_peer_node`.

    Raises:
        KnowledgeError: ``transport-secret-malformed`` for a key that no client could send;
            ``node-webhook-url``, ``node-webhook-secret``.
    """
    header_secret(api_key, field="application-key")
    faces = _Faces(gateway, api_key, shadow=shadow)
    routes = faces.routes if peers_apart else [*PeerFace(gateway).routes, *faces.routes]
    teller = None if webhook is None or shadow else Teller(gateway, webhook)
    if shadow:
        jobs = [Rounds(gateway.host.renew, RENEW_S, "renewal")]
    else:
        jobs = faces.begin_work(work_every_s)
    shown = _advising(routes) if shadow else routes
    return _application(shown, lambda _app: _living(jobs, teller, faces.bell))


def create_peer_node(gateway: Gateway) -> Starlette:
    """Return the ASGI application for other regions alone, to be served under mutual TLS."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"region": gateway.region, "status": "ok"})

    alive = Route("/health", health, methods=["GET"])
    return _application([*PeerFace(gateway).routes, alive], None)


def _application(
    routes: list[Route],
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None,
) -> Starlette:
    handlers = {404: _no_path, 405: _no_method}
    node = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    node.router.redirect_slashes = False
    return node


@asynccontextmanager
async def _living(
    jobs: list[Rounds], teller: Teller | None, bell: Doorbell
) -> AsyncIterator[None]:
    telling = [] if teller is None else [Rounds(teller.tell, TELL_S, "webhook", bell)]
    rounds = [*jobs, *telling]
    running = [asyncio.create_task(job.run()) for job in rounds]
    if running:
        running.append(asyncio.create_task(bell.listen()))
    try:
        yield
    finally:
        bell.stop()
        for job in rounds:
            job.stop()
        if teller is not None:
            teller.stop()
        await asyncio.gather(*running)
        if teller is not None:
            teller.close()


class _Faces:
    def __init__(self, gateway: Gateway, api_key: Sensitive, *, shadow: bool) -> None:
        self._gateway = gateway
        self._api_key = api_key
        self.bell = Doorbell(gateway.host.wait)
        self.api = ApplicationApi(gateway, api_key, bell=self.bell, shadow=shadow)
        self.materials = MaterialFace(gateway.host.materials, self.api.is_known, shadow=shadow)
        self.work: Rounds | None = None
        self._places = Places(FORMS_MAX)

    @property
    def routes(self) -> list[Route]:
        """Return where each is reached."""
        return [
            *self.api.routes,
            *self.materials.routes,
            Route("/token", self.token, methods=["POST"]),
            Route("/backchannel-logout", self.logout, methods=["POST"]),
            Route("/health", self.health, methods=["GET"]),
            Route("/ready", self.ready, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    def begin_work(self, every_s: float | None) -> list[Rounds]:
        """Return the rounds of work that a node does by itself, if it does any."""
        if every_s is None:
            return []
        self.work = Rounds(self._gateway.work, every_s, "work", self.bell)
        return [self.work]

    async def token(self, request: Request) -> Response:
        """Exchange a token for the application beside this node (RFC 8693)."""
        if not token.is_client(request, self._api_key):
            return token.no_client()

        def exchange(data: bytes) -> Response:
            token.require_form(request)
            proof = token.proof_of(request)
            return token.exchanged(self._gateway, data, proof=proof)

        return await answered(
            request,
            exchange,
            bytes_max=token.FORM_BYTES_MAX,
            refuse=token.refused,
            within=self._places,
        )

    async def logout(self, request: Request) -> Response:
        """End the sessions that an identity provider names."""

        def end(data: bytes) -> Response:
            token.require_form(request)
            return token.logged_out(self._gateway, data)

        return await answered(
            request,
            end,
            bytes_max=token.FORM_BYTES_MAX,
            refuse=token.refused,
            within=self._places,
        )

    async def health(self, request: Request) -> Response:
        """Say which region the node serves, and that its store answers."""

        def ask(_data: bytes) -> Response:
            self._gateway.knowledge_version("")
            return JSONResponse({"region": self._gateway.region, "status": "ok"})

        return await answered(request, ask, bytes_max=0)

    async def ready(self, request: Request) -> Response:
        """Say whether the node can work now: store, registry and rounds of work."""

        def ask(_data: bytes) -> Response:
            self._gateway.host.require_ready()
            if self.work is not None and self.work.age_s() > AGE_S_MAX:
                reason = NOT_WORKING.of(field="work", expected=int(AGE_S_MAX))
                return refused(UNAVAILABLE, RegionUnavailable, reason)
            return JSONResponse({"region": self._gateway.region, "status": "ready"})

        return await answered(request, ask, bytes_max=0, refuse=_not_ready)

    async def metrics(self, request: Request) -> Response:
        """Give counts and ages to whoever has the key."""
        if not self.api.is_known(request):
            return refused(401, TrustError, KEY_REFUSED.of(field="authorization"))

        def tell(_data: bytes) -> Response:
            page = exposition(
                self._gateway.host.figures(),
                region=self._gateway.region,
                work_age_s=-1 if self.work is None else self.work.age_s(),
                counts=dict(self.api.counts),
            )
            return Response(page, headers={"Content-Type": MEDIA_TYPE})

        return await answered(request, tell, bytes_max=0)


def _advising(routes: list[Route]) -> list[Route]:
    """Return the routes of a shadow: what only asks, and a refusal of everything else."""

    async def refuse(request: Request) -> Response:
        reason = ONLY_ADVISES.of(field="path", got=request.scope["path"])
        return refused(UNAVAILABLE, RegionUnavailable, reason)

    kept = [route for route in routes if route.path.startswith(ADVISING)]
    others = [route for route in routes if route not in kept]
    return [*kept, *(Route(r.path, refuse, methods=[*(r.methods or ())]) for r in others)]


def _not_ready(status: int, error: type[InteropError], *reasons: Reason) -> Response:
    del status  # whatever it is, it will pass or be mended
    return refused(UNAVAILABLE, error, *reasons)


async def _no_path(request: Request, _fault: Exception) -> Response:
    reason = PATH_UNKNOWN.of(field="path", got=request.scope["path"])
    return _worded(request)(404, CaseError, reason)


async def _no_method(request: Request, fault: Exception) -> Response:
    allowed = cast("HTTPException", fault).headers or {}
    expected = allowed.get("Allow", "")
    reason = METHOD_REFUSED.of(field="method", expected=expected, got=request.method)
    answer = _worded(request)(405, CaseError, reason)
    answer.headers.update(allowed)
    return answer


def _worded(request: Request) -> Refusal:
    return problem if f"{PREFIX}/" in request.scope["path"] else refused
