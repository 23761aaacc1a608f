from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from interop.knowledge import Knowledge
from interop.simulator import World, create_simulator, default_world, serve
from interop.simulator.clock import SteppedClock
from interop.simulator.server import Switch
from interop.simulator.stage import Stage, set_stage


@pytest.fixture(scope="session")
def world() -> World:
    return default_world()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def stage(tmp_path: Path, clock: SteppedClock, knowledge: Knowledge) -> Stage:
    """Keys, and an overlay of knowledge that trusts them."""
    folder = tmp_path / "stage"
    return set_stage(folder, regions=("320500",), now=clock(), shipped=knowledge)


@pytest.fixture
def app(
    world: World, clock: SteppedClock, knowledge: Knowledge, request: pytest.FixtureRequest
) -> Starlette:
    # Only tests of logins set a stage: it writes forty files.
    asked = "stage" in request.fixturenames
    signer = request.getfixturevalue("stage").identity_signer() if asked else None
    return create_simulator(world, clock=clock, idp_signer=signer, knowledge=knowledge)


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[str, Switch]]:
    """One running server for all tests; each puts its own application there."""
    switch = Switch(Starlette())
    with serve(switch) as url:
        yield url, switch


@pytest.fixture
def switch(served: tuple[str, Switch]) -> Switch:
    return served[1]


@pytest.fixture
def http(served: tuple[str, Switch], app: Starlette) -> Iterator[httpx.Client]:
    """A plain HTTP client of the running simulator, none of ours."""
    url, switch = served
    switch.app = app
    with httpx.Client(base_url=url, trust_env=False) as client:
        yield client
