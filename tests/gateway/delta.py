"""Two gateways in one process: real stores, keys, SOAP and REST; peers hand batches over."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from interop.crypto.ring import KeyRing
from interop.errors import RegionUnavailable
from interop.exchange.reasons import GAP
from interop.gateway.filing import Filing
from interop.gateway.library import Library
from interop.gateway.open import Gateway
from interop.gateway.outside import reach_out
from interop.knowledge import Knowledge
from interop.model.case import FactValue
from interop.model.day import SHANGHAI
from interop.simulator.applicants import (
    PAPERS,
    PUDONG,
    SUZHOU,
    advertisement,
    log_in,
    notice_shown,
)
from interop.simulator.stage import Stage
from interop.simulator.world import World

START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@dataclass
class TickingClock:
    """A clock that tests move."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Line:
    """Hands batches to a gateway in the same process; may be cut, and lose answers."""

    gateways: dict[str, Gateway]
    region: str
    cut: bool = False
    lose_answers: int = 0
    carried: list[bytes] = field(default_factory=list)

    def send(self, batch: bytes) -> bytes:
        if self.cut:
            raise RegionUnavailable(GAP.of(field="line", got="cut"))
        receipt = self.gateways[self.region].receive_batch(batch)
        self.carried.append(batch)
        if self.lose_answers:
            self.lose_answers -= 1
            raise RegionUnavailable(GAP.of(field="line", got="answer lost"))
        return receipt

    def knowledge(self, digest: str) -> bytes:
        return self.gateways[self.region].knowledge_version(digest) or b""


@dataclass
class Delta:
    """A window in Suzhou, an organ in Pudong, and the simulated systems behind them."""

    clock: TickingClock
    stage: Stage
    world: World
    simulator: str
    gateways: dict[str, Gateway] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    @property
    def suzhou(self) -> Gateway:
        return self.gateways[SUZHOU]

    @property
    def pudong(self) -> Gateway:
        return self.gateways[PUDONG]

    def open(self, region: str) -> Gateway:
        """Open a gateway, or open it again as after a crash."""
        if region in self.gateways:
            self.gateways[region].shut()
        knowledge = Knowledge(self.stage.knowledge)
        made = reach_out(Library(knowledge), region, env="sim", clock=self.clock)
        outside = replace(made, peer=self.lines.__getitem__)
        self.gateways[region] = Gateway.open(
            region,
            store=self.stage.store(region),
            keys=KeyRing.load(self.stage.keys(region)),
            knowledge=knowledge,
            clock=self.clock,
            outside=outside,
        )
        self.lines.setdefault(region, Line(self.gateways, region))
        return self.gateways[region]

    def filing(
        self,
        *,
        who: tuple[str, str] = ("enterprise-a", "agent-a"),
        method: str = "face",
        reference: str = "HOST-1",
        facts: dict[str, FactValue] | None = None,
        papers: tuple[str, ...] = PAPERS,
    ) -> Filing:
        """Log in once, and file with what that login gives."""
        firm, person = who
        login = log_in(self.simulator, person=person, organisation=firm, method=method)
        application = advertisement(
            self.world, who=who, at=self.clock(), facts=facts, papers=papers
        )
        return Filing(
            application=application,
            token=login.tokens[SUZHOU],
            handling_token=login.tokens[PUDONG],
            mandate=login.mandate,
            basis=notice_shown(self.clock()),
            reference=reference,
        )

    def work(self, rounds: int = 6) -> None:
        """Let both gateways work, with a second passing between rounds."""
        for _ in range(rounds):
            for gateway in self.gateways.values():
                gateway.work()
            self.clock.pass_(seconds=1)
