"""Two nodes on loopback with their own lifespans, and the regional systems behind them."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import httpx
import structlog

from interop.crypto.ring import KeyRing
from interop.gateway.library import Library
from interop.gateway.open import Gateway
from interop.gateway.outside import reach_out
from interop.knowledge import Knowledge
from interop.model.canonical import Json
from interop.model.day import SHANGHAI
from interop.model.sensitive import Sensitive
from interop.node.logs import Form, Level, configure_logs
from interop.simulator.applicants import (
    PUDONG,
    SUZHOU,
    Login,
    advertisement,
    log_in,
    notice_shown,
)
from interop.simulator.stage import Stage
from interop.simulator.world import World
from interop.transport.peer import HttpPeer

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
WAIT_S: Final = 10.0
# Made once: making it takes longer than any request here.
TLS: Final = httpx.create_ssl_context()
KEY: Final = Sensitive("a-key-of-this-test-and-of-nothing-else")


@dataclass
class RunningClock:
    """The system's clock, moved to the day of the story; it can be broken."""

    fault: Exception | None = None
    asked: int = 0
    _begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return START + (datetime.now(UTC) - self._begun)

    def beside(self) -> "RunningClock":
        """Return another one that shows the same: what one node signs, another must believe."""
        return RunningClock(_begun=self._begun)

    @contextmanager
    def broken(self, fault: Exception) -> Iterator[None]:
        """Break while the block runs."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None


@dataclass
class Lone:
    """A gateway without a worker, on a clock and a database of its own."""

    gateway: Gateway
    clock: RunningClock
    url: str


@dataclass
class Tap:
    """A way to a peer that keeps what it carried."""

    peer: HttpPeer
    carried: list[tuple[bytes, bytes]] = field(default_factory=list)

    def send(self, batch: bytes) -> bytes:
        receipt = self.peer.send(batch)
        self.carried.append((batch, receipt))
        return receipt

    def ask(self, question: bytes) -> bytes:
        return self.peer.ask(question)

    def knowledge(self, digest: str) -> bytes:
        return self.peer.knowledge(digest)

    def material(self, ask: bytes, case: str, code: str, *, first: int, last: int) -> bytes:
        return self.peer.material(ask, case, code, first=first, last=last)

    def piece(self, piece: bytes) -> int:
        return self.peer.piece(piece)


@dataclass
class Stand:
    """What the tests of a node need.

    Attributes:
        clock: The clock of both gateways.
        urls: Where each node is served.
        gateways: The gateways themselves, by region.
        peers: How the gateways reach each other.
    """

    stage: Stage
    world: World
    simulator: str
    clock: RunningClock
    urls: dict[str, str] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    peers: dict[str, Tap] = field(default_factory=dict)

    def open(self, region: str, clock: RunningClock, *, store: str = "node.db") -> Gateway:
        """Open a gateway whose peers are reached over HTTP."""
        knowledge = Knowledge(self.stage.knowledge)
        made = reach_out(Library(knowledge), region, env="sim", clock=clock)
        return Gateway.open(
            region,
            store=self.stage.folder / f"{region}-{store}",
            keys=KeyRing.load(self.stage.keys(region)),
            knowledge=knowledge,
            clock=clock,
            outside=replace(made, peer=self.peers.__getitem__),
        )

    def login(self) -> Login:
        """Log in as the agent of an enterprise."""
        return log_in(self.simulator, person="agent-a", organisation="enterprise-a")

    def application(self) -> Json:
        """Return the application as JSON."""
        at = self.clock()
        return advertisement(self.world, at=at).revealed()

    def filing(self, login: Login, reference: str) -> Json:
        """Return the body of ``spare``."""
        return {
            "application": self.application(),
            "token": login.tokens[SUZHOU].reveal(),
            "handling_token": login.tokens[PUDONG].reveal(),
            "mandate": login.mandate.reveal(),
            "basis": notice_shown(self.clock()).revealed(),
            "reference": reference,
        }

    def personal(self) -> list[str]:
        """Return everything of the world that must never stand in a log."""
        people, firms = self.world.persons, self.world.enterprises
        parties = [*(one.party() for one in people), *(one.party() for one in firms)]
        return [x.reveal() for party in parties for x in (party.code, party.name)]


def ask(
    method: str,
    url: str,
    *,
    content: bytes | Iterator[bytes] | None = None,
    headers: dict[str, str] | dict[bytes, bytes] | None = None,
) -> httpx.Response:
    """Send one request on a connection of its own."""
    return httpx.request(
        method, url, content=content, headers=headers, timeout=WAIT_S, verify=TLS
    )


@contextmanager
def told(form: Form, level: Level = "INFO") -> Iterator[io.StringIO]:
    """Collect what is logged while the block runs, then leave logging as it was."""
    root, buffer, stderr = logging.getLogger(), io.StringIO(), sys.stderr
    handlers, before = list(root.handlers), root.level
    root.handlers.clear()
    sys.stderr = buffer
    try:
        configure_logs(form=form, level=level)
        yield buffer
    finally:
        sys.stderr = stderr
        root.handlers[:] = handlers
        root.setLevel(before)
        structlog.reset_defaults()
