"""Clients with the world's accounts, and the stage they play on."""

import httpx
import pytest

from interop.errors import RegionTimeout
from interop.knowledge import Knowledge
from interop.simulator import World
from interop.simulator.clients import ADAPTERS, Clients
from interop.simulator.clock import SteppedClock
from interop.simulator.stage import Stage, place_gateways, secrets_of
from interop.transport.adapter import Limits


def test_clients_reach_both_systems(
    http: httpx.Client, world: World, clock: SteppedClock
) -> None:
    with Clients(world, clock=clock) as clients:
        source = clients.source(str(http.base_url.join("/320000/certificates")))
        system = clients.system(str(http.base_url.join("/310000/acceptance/v1")))
        assert len(source.fetch(clients.card("agent-b"))) == 1
        registered = system.register(clients.registration("C-5", "enterprise-b"))
    assert (registered.case, registered.state) == ("C-5", "accepted")


def test_limits_of_ones_own_take_the_place_of_the_adapters(
    http: httpx.Client, world: World, clock: SteppedClock
) -> None:
    limits = Limits(connect_ms=100, deadline_ms=100)
    slow = str(http.base_url.join("/320000/certificates?fault=timeout"))
    with Clients(world, clock=clock, limits=limits) as clients, pytest.raises(RegionTimeout):
        clients.source(slow).fetch(clients.card("agent-b"))


def test_a_stage_readdresses_every_system_and_keeps_its_path(stage: Stage) -> None:
    place_gateways(stage, gateways={"320500": "http://gw.test"}, simulator="http://sim.test")
    known = Knowledge(stage.knowledge)
    adapters = {d.code: d.value for d in known.documents(ADAPTERS)}
    soap = adapters["320000"].services.certificates
    rest = adapters["310000"].services.acceptance
    gateway, other = adapters["320500"].gateway, adapters["310115"].gateway
    assert soap is not None
    assert rest is not None
    assert gateway is not None
    assert other is not None
    assert soap.endpoint == {"sim": "http://sim.test/320000/certificates"}
    assert rest.endpoint == {"sim": "http://sim.test/310000/acceptance/v1"}
    assert gateway.endpoint == {"sim": "http://gw.test"}
    assert other.endpoint == {"sim": "http://127.0.0.1:18631"}


def test_every_secret_an_adapter_names_has_a_value(world: World) -> None:
    found = secrets_of(world)
    assert found["INTEROP_SECRET_320000_CERTIFICATES_ACCESS_TOKEN"] == world.account.token
    assert found["INTEROP_SECRET_310000_ACCEPTANCE_KEY"] == world.acceptance.key
    assert found["INTEROP_SECRET_310000_SEALS_KEY"] == world.seals.key
    assert len(found) == 4
