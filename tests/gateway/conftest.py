"""Gateways in one process, opened on demand; one served simulator for all tests."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from interop.conformance.strategies.crypto import PROFILE
from interop.crypto.profile import ProfileName
from interop.crypto.ring import KeyRing
from interop.gateway.desk import Outside
from interop.gateway.library import Library
from interop.gateway.open import Gateway
from interop.gateway.outside import reach_out
from interop.knowledge import Knowledge
from interop.simulator.app import create_simulator
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.server import Switch, serve
from interop.simulator.stage import Stage, place_gateways, secrets_of, set_stage
from interop.simulator.world import World, default_world
from tests.databases import Database, Place
from tests.gateway.delta import START, Delta, TickingClock, at

STAGED = at("2026-01-20 09:00")


@dataclass
class House:
    """What all tests share; none of it remembers a case."""

    world: World
    clock: TickingClock
    stage: Stage
    knowledge: Library
    switch: Switch
    url: str
    ports: dict[str, Outside]
    # The adapters that the simulated systems serve.
    shipped: Knowledge


@pytest.fixture(scope="session")
def world() -> World:
    return default_world()


@pytest.fixture(scope="session")
def house(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(world, tmp_path_factory.mktemp("house") / "stage", PROFILE) as found:
        yield found


@contextmanager
def housed(world: World, folder: Path, profile: ProfileName) -> Iterator[House]:
    """Set up all that deltas of one profile share."""
    clock = TickingClock(STAGED)
    stage = set_stage(folder, regions=(SUZHOU, PUDONG), now=STAGED, profile=profile)
    shipped = Knowledge()
    switch = Switch(create_simulator(world, clock=clock, knowledge=shipped))
    with pytest.MonkeyPatch.context() as environment, serve(switch) as url:
        for name, value in secrets_of(world).items():
            environment.setenv(name, value)
        addresses = {SUZHOU: "http://127.0.0.1:1", PUDONG: "http://127.0.0.1:1"}
        place_gateways(stage, gateways=addresses, simulator=url)
        library = Library.of(stage.knowledge)
        ports = {
            region: reach_out(library, region, env="sim", clock=clock)
            for region in (SUZHOU, PUDONG)
        }
        for region in (SUZHOU, PUDONG):
            # An empty store to begin with: founding one takes longer than a case.
            keys = KeyRing.load(stage.keys(region))
            store = stage.store(region)
            Gateway.open(
                region,
                store=store,
                keys=keys,
                knowledge=library,
                clock=clock,
                outside=replace(ports[region], close=lambda: None),
            ).shut()
        yield House(world, clock, stage, library, switch, url, ports, shipped)
        for outside in ports.values():
            outside.close()


@pytest.fixture
def new_delta(
    house: House, tmp_path: Path, database: Database, founded: dict[str, Place]
) -> Iterator[Callable[[], Delta]]:
    """Build deltas on demand, each with systems that know no case yet."""

    def stores() -> dict[str, str]:
        return {region: str(database.copy(place)) for region, place in founded.items()}

    with built(house, tmp_path, stores) as build:
        yield build


@pytest.fixture(scope="session")
def founded(house: House, database: Database) -> dict[str, Place]:
    """Empty stores on a server, to be copied; those in files lie in the stage."""
    if database.kind == "sqlite":
        return {}
    places = {region: database.new() for region in (SUZHOU, PUDONG)}
    for region, place in places.items():
        Gateway.open(
            region,
            store=place,
            keys=KeyRing.load(house.stage.keys(region)),
            knowledge=house.knowledge,
            clock=house.clock,
            outside=replace(house.ports[region], close=lambda: None),
        ).shut()
    return places


@contextmanager
def built(
    house: House, tmp_path: Path, stores: Callable[[], dict[str, str]] = dict
) -> Iterator[Callable[[], Delta]]:
    """Build deltas in ``house``, and shut their gateways at the end."""
    opened: list[Delta] = []

    def build() -> Delta:
        house.clock.now = START
        folder = tmp_path / f"stage-{len(opened)}"
        shutil.copytree(house.stage.folder, folder)
        stage = replace(house.stage, folder=folder)
        app = create_simulator(
            house.world,
            clock=house.clock,
            idp_signer=stage.identity_signer(),
            knowledge=house.shipped,
        )
        house.switch.app = app
        delta = Delta(
            clock=house.clock,
            stage=stage,
            world=house.world,
            simulator=house.url,
            knowledge=house.knowledge,
            ports=house.ports,
            faults=app.state.faults,
            stores=stores(),
        )
        opened.append(delta)
        delta.reopen()
        return delta

    yield build
    for delta in opened:
        for gateway in delta.gateways.values():
            gateway.shut()


@pytest.fixture
def delta(new_delta: Callable[[], Delta]) -> Delta:
    """A delta with both gateways open."""
    return new_delta()
