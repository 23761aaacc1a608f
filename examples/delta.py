"""A simulated delta for the examples: regional systems, and Pudong's node on loopback.

Everything here stands in for what an embedding system already has: its login, the form at
its window, and the other region. Nothing of it is needed in production.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interop import Gateway, KeyRing, Sensitive, create_node
from interop.cli.demo.children import free_port
from interop.gateway.filing import Filing
from interop.model.ports import Clock
from interop.simulator.app import create_simulator
from interop.simulator.applicants import (
    PUDONG,
    SUZHOU,
    advertisement,
    log_in,
    notice_shown,
)
from interop.simulator.server import serve
from interop.simulator.stage import Stage, place_gateways, secrets_of, set_stage
from interop.simulator.world import default_world

TRIES_MAX = 200
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Delta:
    """What the examples need of it."""

    stage: Stage
    clock: Clock
    simulator: str
    port: int

    @contextmanager
    def listening(self, gateway: Gateway) -> Iterator[None]:
        """Let other regions reach a gateway; an application mounts the node in its own."""
        node = create_node(gateway, api_key=Sensitive("example"))
        with serve(node, port=self.port):
            yield

    def filing(self) -> Filing:
        """Return what the window files for an applicant who logged in once."""
        login = log_in(self.simulator, person="agent-a", organisation="enterprise-a")
        return Filing(
            application=advertisement(default_world(), at=self.clock()),
            token=login.tokens[SUZHOU],
            handling_token=login.tokens[PUDONG],
            mandate=login.mandate,
            basis=notice_shown(self.clock()),
            reference="WINDOW-7-0001",
        )

    def wait_until(self, gateway: Gateway, case: str, state: str) -> None:
        """Wait until the case has reached a state; the node works in its lifespan."""
        for _ in range(TRIES_MAX):
            if gateway.trace(case).case.state == state:
                return
            time.sleep(0.05)
        msg = f"the case did not become {state}"
        raise TimeoutError(msg)


@contextmanager
def simulated_delta() -> Iterator[Delta]:
    """Start the regional systems and Pudong's node; Suzhou is for the example to open.

    Yields:
        The delta, ready.
    """
    begun = datetime.now(UTC)

    def clock() -> datetime:
        return START + (datetime.now(UTC) - begun)

    world, ports = default_world(), {region: free_port() for region in (SUZHOU, PUDONG)}
    os.environ.update(secrets_of(world))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        stage = set_stage(Path(folder), regions=(SUZHOU, PUDONG), now=START)
        app = create_simulator(world, clock=clock, idp_signer=stage.identity_signer())
        simulator = running.enter_context(serve(app))
        addresses = {region: f"http://127.0.0.1:{port}" for region, port in ports.items()}
        place_gateways(stage, gateways=addresses, simulator=simulator)
        pudong = Gateway.open(
            PUDONG,
            store=stage.store(PUDONG),
            keys=KeyRing.load(stage.keys(PUDONG)),
            knowledge=stage.knowledge,
            clock=clock,
        )
        running.enter_context(pudong)
        node = create_node(pudong, api_key=Sensitive("example"))
        running.enter_context(serve(node, port=ports[PUDONG]))
        yield Delta(stage, clock, simulator, ports[SUZHOU])
