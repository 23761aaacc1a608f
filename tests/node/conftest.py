"""The stand of two nodes, set up once for the room."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from interop.node.app import create_node
from interop.simulator.app import create_simulator
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.server import serve
from interop.simulator.stage import place_gateways, secrets_of, set_stage
from interop.simulator.world import default_world
from interop.transport.application import ApplicationClient
from interop.transport.peer import HttpPeer
from tests.node.stand import KEY, START, Lone, RunningClock, Stand, Tap

NOWHERE = "http://127.0.0.1:1"
WORK_S = 0.02


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Two nodes, each working by itself, that reach each other over HTTP."""
    world, folder = default_world(), tmp_path_factory.mktemp("stand")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        for name, value in secrets_of(world).items():
            patch.setenv(name, value)
        stage = set_stage(folder, regions=(SUZHOU, PUDONG), now=START)
        clock = RunningClock()
        simulator = running.enter_context(
            serve(create_simulator(world, clock=clock, idp_signer=stage.identity_signer()))
        )
        addresses = {SUZHOU: NOWHERE, PUDONG: NOWHERE}
        place_gateways(stage, gateways=addresses, simulator=simulator)
        made = Stand(stage, world, simulator, clock)
        for region in (SUZHOU, PUDONG):
            gateway = running.enter_context(made.open(region, clock))
            node = create_node(gateway, api_key=KEY, work_every_s=WORK_S)
            made.gateways[region] = gateway
            made.urls[region] = running.enter_context(serve(node))
            peer = HttpPeer(region, made.urls[region])
            made.peers[region] = Tap(peer)
            running.callback(peer.close)
        yield made


@contextmanager
def alone(stand: Stand, store: str) -> Iterator[Lone]:
    """Serve a gateway of its own, whose node leaves work to others."""
    clock = stand.clock.beside()
    with (
        stand.open(SUZHOU, clock, store=store) as gateway,
        serve(create_node(gateway, api_key=KEY, work_every_s=None)) as url,
    ):
        yield Lone(gateway, clock, url)


@pytest.fixture(scope="session")
def lone(stand: Stand) -> Iterator[Lone]:
    """A third gateway, for what no other may see."""
    with alone(stand, "lone.db") as made:
        yield made


@pytest.fixture
def brief(stand: Stand) -> Iterator[Lone]:
    """A fourth gateway, to be shut."""
    with alone(stand, "brief.db") as made:
        yield made


@pytest.fixture
def call(stand: Stand) -> Iterator[Callable[[str], ApplicationClient]]:
    """Return clients of the nodes, by region."""
    with ExitStack() as clients:

        def client(region: str) -> ApplicationClient:
            made = ApplicationClient(stand.urls[region], KEY)
            clients.callback(made.close)
            return made

        yield client
