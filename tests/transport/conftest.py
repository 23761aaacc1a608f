from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from interop.knowledge import Knowledge
from interop.simulator import World, create_simulator, default_world, serve
from interop.simulator.clients import Clients
from interop.transport.adapter import AdapterFile, Limits

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LIMITS = Limits(connect_ms=800, deadline_ms=800)


def clock() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def world() -> World:
    return default_world()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge()


@pytest.fixture(scope="module")
def clients(world: World, knowledge: Knowledge) -> Iterator[Clients]:
    """Clients whose calls end after 300 ms."""
    with Clients(world, clock=clock, knowledge=knowledge, limits=LIMITS) as made:
        yield made


@pytest.fixture(scope="session")
def jiangsu(knowledge: Knowledge, world: World) -> AdapterFile:
    """The adapter with a SOAP certificate service."""
    return Clients(world, clock=clock, knowledge=knowledge).certificates


@pytest.fixture(scope="session")
def shanghai(knowledge: Knowledge, world: World) -> AdapterFile:
    """The adapter with a REST acceptance system."""
    return Clients(world, clock=clock, knowledge=knowledge).acceptance


@pytest.fixture(scope="module")
def simulator(world: World) -> Starlette:
    return create_simulator(world, clock=clock)


@pytest.fixture(scope="module")
def url(simulator: Starlette) -> Iterator[str]:
    with serve(simulator) as address:
        yield address


@pytest.fixture
def faults(simulator: Starlette) -> Iterator[dict[str, str]]:
    """Standing faults of the simulator by path prefix; none afterwards."""
    standing: dict[str, str] = simulator.state.faults
    yield standing
    standing.clear()
