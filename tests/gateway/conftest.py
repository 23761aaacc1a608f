"""Two gateways in one process: real stores, keys, SOAP and REST; peers hand batches over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from interop.crypto.ring import KeyRing
from interop.errors import RegionUnavailable
from interop.exchange.reasons import GAP
from interop.gateway.filing import Filing
from interop.gateway.library import Library
from interop.gateway.open import Gateway
from interop.gateway.outside import reach_out
from interop.knowledge import Knowledge
from interop.model.canonical import digest
from interop.model.case import Application, FactValue, SubmittedMaterial
from interop.model.certificate import LegalBasis
from interop.model.day import SHANGHAI
from interop.model.item import Basis
from interop.model.sensitive import Sensitive
from interop.simulator.app import create_simulator
from interop.simulator.server import serve
from interop.simulator.stage import Stage, place_gateways, secrets_of, set_stage
from interop.simulator.world import World, default_world

SUZHOU, PUDONG = "320500", "310115"
START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
FACTS: dict[str, FactValue] = {
    "facility.kind": "advertisement",
    "facility.area": "120.5",
    "facility.edge": "18",
    "facility.top": "20",
    "site.kind": "wall",
    "site.authority": "district",
    "site.region": "310115",
    "design.contents": ["plan", "elevation", "structure", "day-view"],
    "structure.appraised": True,
    "period.start": "2026-05-01",
    "period.end": "2028-04-30",
}
MATERIALS = ("application-form", "design-drawings", "site-right", "structural-safety")


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

    def ask(self, path: str, body: dict[str, object]) -> dict[str, str]:
        answer = httpx.post(f"{self.simulator}/320000/idp/{path}", json=body)
        answer.raise_for_status()
        told: dict[str, str] = answer.json()
        return told

    def filing(
        self,
        *,
        enterprise: str = "enterprise-a",
        agent: str = "agent-a",
        method: str = "face",
        reference: str = "HOST-1",
        facts: dict[str, FactValue] | None = None,
        materials: tuple[str, ...] = MATERIALS,
    ) -> Filing:
        """Log in once, and file with what that login gives."""
        login = {"person": agent, "organisation": enterprise, "method": method}
        session = self.ask("login", dict(login))["session"]
        tokens = {
            region: Sensitive(
                self.ask(
                    "token",
                    {
                        "session": session,
                        "audience": f"https://gateway.{name}.sim.example",
                    },
                )["access_token"]
            )
            for region, name in ((SUZHOU, "sz"), (PUDONG, "pd"))
        }
        mandate = self.ask(
            "mandate",
            {
                "session": session,
                "items": ["outdoor-advertising"],
                "regions": [PUDONG],
                "purpose": "办理户外广告设置审批",
            },
        )["mandate"]
        application = Application(
            item="outdoor-advertising",
            handling_region=PUDONG,
            applicant=self.world.enterprise(enterprise).party(),
            agent=self.world.person(agent).party(),
            facts={**FACTS, **(facts or {})},
            materials=tuple(
                SubmittedMaterial(
                    code=code,
                    content_digest=digest(code.encode()),
                    size=len(code),
                    media_type="application/pdf",
                )
                for code in materials
            ),
            submitted_at=self.clock(),
        )
        return Filing(
            application=application,
            token=tokens[SUZHOU],
            handling_token=tokens[PUDONG],
            mandate=Sensitive(mandate),
            basis=self.basis(),
            reference=reference,
        )

    def basis(self) -> LegalBasis:
        return LegalBasis(
            kind="statutory_duty",
            basis=Basis(
                level="administrative-regulation",
                document="国务院关于在线政务服务的若干规定",
                article="第十条",
                verified="secondary",
            ),
            notice_version="2026-01",
            notice_digest=digest("办理本事项需查询您的电子证照".encode()),
            shown_at=self.clock(),
            channel="window",
        )

    def work(self, rounds: int = 6) -> None:
        """Let both gateways work, with a second passing between rounds."""
        for _ in range(rounds):
            for gateway in self.gateways.values():
                gateway.work()
            self.clock.pass_(seconds=1)


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
