"""The three processes together: two gateway nodes and the simulated regional systems."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from interop.cli.demo.children import Child, free_port
from interop.crypto.profile import ProfileName
from interop.errors import RegionFault, RegionTimeout, RegionUnavailable
from interop.model.canonical import Json
from interop.model.ports import Clock
from interop.model.sensitive import Sensitive
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.stage import Stage, place_gateways, secrets_of, set_stage
from interop.simulator.world import World
from interop.transport.application import ApplicationClient

SIMULATOR: Final = "simulator"
RETRY_S_MAX: Final = 60.0
RETRY_POLL_S: Final = 0.05

T = TypeVar("T")


@dataclass
class Troupe:
    """The processes and how to talk to them.

    Attributes:
        stage: Keys, overlay and databases.
        children: The processes by name.
        key: Key of the application beside the nodes.
    """

    stage: Stage
    children: dict[str, Child]
    key: Sensitive

    def call(self, region: str, verb: str, body: Json) -> Json:
        """Call a verb of a node; a dead node is started again once, and asked again."""

        def ask() -> Json:
            client = ApplicationClient(self.children[region].url, self.key, timeout=20.0)
            try:
                return client.call(verb, body)
            finally:
                client.close()

        return self._retried(ask)

    @property
    def simulator(self) -> str:
        """Return the address of the simulated regional systems."""
        return self.children[SIMULATOR].url

    def _retried(self, ask: Callable[[], T]) -> T:
        # A process that was just killed may still look alive for a moment: go on asking.
        end = time.monotonic() + RETRY_S_MAX
        while True:
            try:
                return ask()
            except (RegionUnavailable, RegionTimeout, RegionFault):
                if time.monotonic() > end:
                    raise
                time.sleep(RETRY_POLL_S)
                self.revive()

    def revive(self) -> None:
        """Start again, once, every process that has died, on the same database."""
        for child in self.children.values():
            if child.ended() and child.starts == 1:
                child.start()
                child.wait()

    @property
    def restarts(self) -> dict[str, int]:
        """Return how often each process was started again."""
        return {name: child.starts - 1 for name, child in self.children.items()}


@contextmanager
def gathered(
    folder: Path,
    world: World,
    *,
    clock: Clock,
    offset_s: float,
    profile: ProfileName = "development",
) -> Iterator[Troupe]:
    """Set the stage in ``folder``, start the processes, and stop them at the end.

    Args:
        folder: Where keys, overlay, databases and logs go.
        world: The simulated world.
        clock: The clock of the run.
        offset_s: The same clock as seconds beside the system's, for the processes.
        profile: Algorithms of every key and of everything stored and sent.

    Yields:
        The processes, ready.
    """
    stage = set_stage(folder, regions=(SUZHOU, PUDONG), now=clock(), profile=profile)
    key = Sensitive(secrets.token_urlsafe(24))
    environment = {**secrets_of(world), "INTEROP_API_KEY": key.reveal()}
    clocked = ("--clock-offset", repr(offset_s))
    nodes = {name: _node(stage, name, clocked, environment) for name in (SUZHOU, PUDONG)}
    simulator = _simulator(folder, clocked)
    addresses = {region: child.url for region, child in nodes.items()}
    place_gateways(stage, gateways=addresses, simulator=simulator.url)
    troupe = Troupe(stage, {**nodes, SIMULATOR: simulator}, key)
    try:
        for child in troupe.children.values():
            child.start()
        for child in troupe.children.values():
            child.wait()
        yield troupe
    finally:
        for child in troupe.children.values():
            child.stop()


def _node(
    stage: Stage, region: str, clocked: tuple[str, ...], environment: Mapping[str, str]
) -> Child:
    return Child(
        name=region,
        arguments=(
            *("serve", "--region", region, "--store", str(stage.store(region))),
            *("--keys", str(stage.keys(region)), "--knowledge", str(stage.knowledge)),
            *clocked,
        ),
        port=free_port(),
        health="/health",
        environment=environment,
        log=stage.folder / f"{region}.log",
    )


def _simulator(folder: Path, clocked: tuple[str, ...]) -> Child:
    return Child(
        name=SIMULATOR,
        arguments=("simulate", str(folder), *clocked),
        port=free_port(),
        health="/",
        environment={},
        log=folder / "simulator.log",
    )


def until(ready: Callable[[], bool], *, seconds: float, poll_s: float = 0.03) -> bool:
    """Return whether ``ready`` became true within ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return True
        time.sleep(poll_s)
    return False
