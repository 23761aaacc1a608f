"""Make the ports of a gateway from the adapter files of its regions."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from interop.errors import KnowledgeError
from interop.gateway.desk import Outside
from interop.gateway.host_reasons import SHADOW_REACHES_NOBODY
from interop.gateway.library import Library
from interop.gateway.reasons import (
    ENDPOINT_MISSING,
    NO_ACCEPTANCE_SYSTEM,
    NO_CERTIFICATE_SOURCE,
    SECRET_MISSING,
)
from interop.gateway.step_reasons import NO_SEAL_SERVICE
from interop.model.ports import (
    Clock,
    Env,
    Peer,
)
from interop.model.sensitive import Sensitive
from interop.transport.adapter import endpoint_of
from interop.transport.network import NodeNetwork
from interop.transport.way import Way
from interop.transport.way_reasons import NETWORK_SETTING

if TYPE_CHECKING:
    from interop.transport.peer import HttpPeer
    from interop.transport.rest import RestAcceptanceSystem
    from interop.transport.seals import RestSealService
    from interop.transport.soap import SoapCertificateSource

SECRET_PREFIX: Final = "INTEROP_SECRET_"  # noqa: S105 -- name of a variable, no secret


def secret(name: str) -> Sensitive:
    """Return the secret that an adapter names, from the environment.

    Raises:
        KnowledgeError: ``secret-missing``, naming the variable to set.
    """
    variable = secret_variable(name)
    value = os.environ.get(variable)
    if not value:
        raise KnowledgeError(SECRET_MISSING.of(field=name, expected=variable))
    return Sensitive(value)


def secret_variable(name: str) -> str:
    """Return the environment variable that holds a named secret."""
    return SECRET_PREFIX + name.upper().replace("-", "_").replace(".", "_")


def reach_out(
    library: Library,
    region: str,
    *,
    env: Env,
    clock: Clock,
    network: NodeNetwork | None = None,
) -> Outside:
    """Return the ports of ``region``; clients are made on first use.

    Args:
        library: Knowledge; its adapters say where everything is.
        region: Region code.
        env: Environment of the gateway.
        clock: The source of now.
        network: What may be reached, and through what; else public addresses alone, and
            this machine in a simulation.

    Raises:
        KnowledgeError: No adapter for the region.
    """
    adapter = library.adapter(region)[0]
    services = adapter.services
    network = network or NodeNetwork.usual(env)
    made = ExitStack()
    wanted = _Wanted(library, region, env, clock, network.services)

    @cache
    def peer(code: str) -> Peer:
        client = _peer(library, code, env, network.peers)
        made.callback(client.close)
        return client

    return Outside(
        peer=peer,
        certificates=_once(_certificates, wanted, made) if services.certificates else None,
        acceptance=_once(_acceptance, wanted, made) if services.acceptance else None,
        seals=_once(_seals, wanted, made) if services.seals else None,
        seal_organ=adapter.organ,
        close=made.close,
    )


def reach_nobody() -> Outside:
    """Return the ports of a shadow: no peer, no certificate service, no acceptance system."""

    def nobody(code: str) -> Peer:
        raise KnowledgeError(SHADOW_REACHES_NOBODY.of(field="peer", got=code))

    return Outside(peer=nobody)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A client of a regional system that is to be made."""

    library: Library
    region: str
    env: Env
    clock: Clock
    way: Way


class _Closing(Protocol):
    def close(self) -> None: ...


Client = TypeVar("Client", bound=_Closing)


def _once(
    make: Callable[[_Wanted], Client], wanted: _Wanted, made: ExitStack
) -> Callable[[], Client]:
    """Return what gives one client, made at the first call and closed with the others."""

    @cache
    def client() -> Client:
        found = make(wanted)
        made.callback(found.close)
        return found

    return client


def _peer(library: Library, region: str, env: Env, way: Way) -> "HttpPeer":
    from interop.transport.peer import HttpPeer  # noqa: PLC0415 -- loads httpx on first use

    address = library.adapter(region)[0].gateway
    if address is None:
        raise KnowledgeError(ENDPOINT_MISSING.of(field=f"{region}/gateway", expected=env))
    url = endpoint_of(address, env)
    if way.tls is not None and not url.startswith("https:"):
        # INVARIANT: under mutual TLS no peer is reached without.
        raise KnowledgeError(
            NETWORK_SETTING.of(field=f"{region}/gateway.endpoint", expected="https://…")
        )
    return HttpPeer(region, url, timeout=address.limits.deadline_ms / 1000, way=way)


def _certificates(wanted: _Wanted) -> "SoapCertificateSource":
    from interop.transport.soap import (  # noqa: PLC0415 -- loads zeep on first use
        Account,
        SoapCertificateSource,
    )

    adapter, contracts = wanted.library.adapter(wanted.region)
    service = adapter.services.certificates
    if service is None:
        raise KnowledgeError(NO_CERTIFICATE_SOURCE.of(field="adapters", got=wanted.region))
    names = service.secrets
    return SoapCertificateSource(
        adapter,
        contracts,
        endpoint=endpoint_of(service, wanted.env),
        account=Account(id=secret(names.account_id), token=secret(names.account_token)),
        clock=wanted.clock,
        way=wanted.way,
    )


def _acceptance(wanted: _Wanted) -> "RestAcceptanceSystem":
    from interop.transport.rest import (  # noqa: PLC0415 -- loads httpx on first use
        RestAcceptanceSystem,
    )

    adapter, _ = wanted.library.adapter(wanted.region)
    service = adapter.services.acceptance
    if service is None:
        raise KnowledgeError(NO_ACCEPTANCE_SYSTEM.of(field="adapters", got=wanted.region))
    return RestAcceptanceSystem(
        adapter,
        endpoint=endpoint_of(service, wanted.env),
        secret=secret(service.secrets.key),
        clock=wanted.clock,
        way=wanted.way,
    )


def _seals(wanted: _Wanted) -> "RestSealService":
    from interop.transport.seals import (  # noqa: PLC0415 -- loads httpx on first use
        RestSealService,
    )

    adapter, _ = wanted.library.adapter(wanted.region)
    service = adapter.services.seals
    if service is None:
        raise KnowledgeError(NO_SEAL_SERVICE.of(field="adapters", got=wanted.region))
    return RestSealService(
        adapter,
        endpoint=endpoint_of(service, wanted.env),
        secret=secret(service.secrets.key),
        clock=wanted.clock,
        way=wanted.way,
    )
