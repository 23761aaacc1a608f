"""Put the simulated systems of every adapter behind one application."""

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interop.knowledge import Knowledge
from interop.model.ports import Clock, Signer
from interop.simulator.acceptance import AcceptanceService
from interop.simulator.certificates import CertificateService
from interop.simulator.clients import ADAPTERS, contracts_beside
from interop.simulator.faults import Faults
from interop.simulator.identity import IdentityProvider
from interop.simulator.sealing import SealEndpoint
from interop.simulator.world import World
from interop.transport.adapter import AdapterFile, Endpoints

ABOUT: Final = (
    "仿真系统：以下全部为构造数据，不是任何机关的系统，不产生任何法律效力。\n"
    "A simulation: everything below is constructed, speaks for no authority and has no legal "
    "effect.\n"
)


def create_simulator(
    world: World,
    *,
    clock: Clock,
    idp_signer: Signer | None = None,
    knowledge: Knowledge | None = None,
    state: Path | None = None,
) -> Starlette:
    """Return one application with every regional system of the adapters.

    Each service that an adapter names itself is served under the path of its ``sim``
    endpoint: certificates over SOAP (``?wsdl`` for the contract), acceptance and seals over
    REST; the identity provider of the world's region under ``/{region}/idp`` (``/login``,
    ``/token``, ``/mandate``). ``app.state.faults`` maps a path prefix to a standing fault and
    may be changed while the application runs.

    Args:
        world: Persons, firms and certificates.
        clock: The source of now.
        idp_signer: The identity provider's key; without it there is no provider.
        knowledge: Where the adapters and contracts are; the shipped ones if not given.
        state: Folder in which acceptance systems keep their cases; memory if not given.

    Raises:
        KnowledgeError: An adapter or a contract is broken.
    """
    known = knowledge or Knowledge()
    routes = [Route("/", _about)]
    for document in known.documents(ADAPTERS):
        contracts = contracts_beside(known, document)
        routes += _certificates(document.value, contracts, world)
        routes += _acceptance(document.value, contracts, world, clock=clock, state=state)
        routes += _seals(document.value, contracts, world, clock)
    if idp_signer is not None:
        routes += _identity(world, idp_signer, clock)
    standing: dict[str, str] = {}
    app = Starlette(
        routes=routes, middleware=[Middleware(Faults, standing=standing), Middleware(_Marked)]
    )
    app.state.faults = standing
    return app


def _certificates(
    adapter: AdapterFile, contracts: Mapping[str, bytes], world: World
) -> Iterator[Route]:
    service = adapter.services.certificates
    if service is not None and "sim" in service.endpoint:
        served = CertificateService(
            service, wsdl=contracts[service.wsdl], xsd=contracts[service.xsd], world=world
        )
        yield Route(_path(service.endpoint), served.serve, methods=["GET", "POST"])


def _acceptance(
    adapter: AdapterFile,
    contracts: Mapping[str, bytes],
    world: World,
    *,
    clock: Clock,
    state: Path | None,
) -> Iterator[Route]:
    service = adapter.services.acceptance
    if service is not None and "sim" in service.endpoint:
        served = AcceptanceService(
            service,
            openapi=contracts[service.openapi],
            world=world,
            clock=clock,
            state=state / f"{adapter.code}-acceptance.json" if state else None,
        )
        top = _path(service.endpoint)
        yield Route(top + service.register_path, served.register, methods=["POST"])
        yield Route(top + service.progress_path, served.progress, methods=["GET"])


def _seals(
    adapter: AdapterFile, contracts: Mapping[str, bytes], world: World, clock: Clock
) -> Iterator[Route]:
    service = adapter.services.seals
    if service is not None and "sim" in service.endpoint:
        openapi = contracts[service.openapi]
        served = SealEndpoint(service, openapi=openapi, world=world, clock=clock)
        top = _path(service.endpoint)
        yield Route(top + service.seal_path, served.seal, methods=["POST"])


def _identity(world: World, signer: Signer, clock: Clock) -> Iterator[Route]:
    provider = IdentityProvider(world, signer=signer, clock=clock, entropy=secrets.token_bytes)
    top = f"/{world.region}/idp"
    yield Route(f"{top}/login", provider.login, methods=["POST"])
    yield Route(f"{top}/token", provider.token, methods=["POST"])
    yield Route(f"{top}/mandate", provider.mandate, methods=["POST"])


def _path(endpoint: Endpoints) -> str:
    return urlsplit(endpoint["sim"]).path.rstrip("/")


async def _about(_request: Request) -> Response:
    return PlainTextResponse(ABOUT)


class _Marked:
    """Say in every answer that it is a simulation."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-simulation", b"true")]
            await send(message)

        await self._app(scope, receive, marked)
