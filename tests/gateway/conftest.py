"""Gateways in one process, opened on demand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interop.simulator.app import create_simulator
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.server import serve
from interop.simulator.stage import place_gateways, secrets_of, set_stage
from interop.simulator.world import World, default_world
from tests.gateway.delta import START, Delta, TickingClock


@pytest.fixture(scope="session")
def world() -> World:
    return default_world()


@pytest.fixture
def new_delta(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Delta]]:
    """Build deltas on demand; everything is shut at the end."""
    opened: list[Delta] = []
    for name, value in secrets_of(world).items():
        monkeypatch.setenv(name, value)
    clock = TickingClock()
    stage = set_stage(tmp_path / "stage", regions=(SUZHOU, PUDONG), now=START)
    app = create_simulator(world, clock=clock, idp_signer=stage.identity_signer())
    with serve(app) as url:
        addresses = {SUZHOU: "http://127.0.0.1:1", PUDONG: "http://127.0.0.1:1"}
        place_gateways(stage, gateways=addresses, simulator=url)

        def build() -> Delta:
            delta = Delta(clock, stage, world, url)
            opened.append(delta)
            delta.open(SUZHOU)
            delta.open(PUDONG)
            return delta

        yield build
        for delta in opened:
            for gateway in delta.gateways.values():
                gateway.shut()


@pytest.fixture
def delta(new_delta: Callable[[], Delta]) -> Delta:
    """A delta with both gateways open."""
    return new_delta()
