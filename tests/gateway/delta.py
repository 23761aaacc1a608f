"""Two gateways in one process: real stores, keys, SOAP and REST; peers hand batches over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from interop import cases
from interop.crypto.ring import KeyRing
from interop.errors import RegionUnavailable
from interop.exchange import Message, post
from interop.exchange.reasons import GAP
from interop.gateway.desk import Desk, Outside
from interop.gateway.dossier import header_of, open_dossier
from interop.gateway.filing import Filing
from interop.gateway.intake import take_ask
from interop.gateway.library import Library
from interop.gateway.open import Gateway
from interop.gateway.trust import SignedTrust
from interop.model.case import CaseFact, FactValue, Notice, Package
from interop.model.day import SHANGHAI
from interop.model.sensitive import Sensitive
from interop.simulator.applicants import (
    ITEM,
    PAPERS,
    PUDONG,
    SUZHOU,
    advertisement,
    log_in,
    notice_shown,
)
from interop.simulator.stage import Stage
from interop.simulator.world import World
from interop.store import audit, inbox, versions
from interop.store import cases as rows

START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    """Return an instant in Shanghai, such as ``2026-02-11 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


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
    receipts: list[bytes] = field(default_factory=list)
    pieces: list[tuple[str, int, int]] = field(default_factory=list)
    # Pieces of contents that were sent, as long as they were.
    sent: list[int] = field(default_factory=list)
    # What becomes of a piece of a material on its way.
    bend: Callable[[bytes], bytes] = lambda data: data

    def send(self, batch: bytes) -> bytes:
        if self.cut:
            raise RegionUnavailable(GAP.of(field="line", got="cut"))
        receipt = self.gateways[self.region].receive_batch(batch)
        self.carried.append(batch)
        self.receipts.append(receipt)
        if self.lose_answers:
            self.lose_answers -= 1
            raise RegionUnavailable(GAP.of(field="line", got="answer lost"))
        return receipt

    def ask(self, question: bytes) -> bytes:
        return take_ask(self.gateways[self.region].station, question)

    def knowledge(self, digest: str) -> bytes:
        return self.gateways[self.region].knowledge_version(digest) or b""

    def material(self, ask: bytes, case: str, code: str, *, first: int, last: int) -> bytes:
        if self.cut:
            raise RegionUnavailable(GAP.of(field="line", got="cut"))
        service = self.gateways[self.region].host.materials
        data = service.read(service.opened_for_peer(ask, case, code), first, last)
        self.pieces.append((code, first, last))
        return self.bend(data)

    def piece(self, piece: bytes) -> int:
        if self.cut:
            raise RegionUnavailable(GAP.of(field="line", got="cut"))
        self.sent.append(len(piece))
        return self.gateways[self.region].station.take_piece(self.bend(piece)).held


@dataclass
class Forgery:
    """What a mistaken window sends instead of what it should."""

    package: Callable[[Package], Package | None] = lambda package: package
    facts: Callable[[tuple[CaseFact, ...]], tuple[CaseFact, ...]] = lambda facts: facts
    notices: Callable[[tuple[Notice, ...]], tuple[Notice, ...]] = lambda notices: notices
    state_hash: str = ""
    body: dict[str, str] = field(default_factory=dict)


@dataclass
class Delta:
    """A window in Suzhou, an organ in Pudong, and the simulated systems behind them."""

    clock: TickingClock
    stage: Stage
    world: World
    simulator: str
    knowledge: Library
    ports: dict[str, Outside]
    faults: dict[str, str] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    # Where a region's store stands, if not in a file of the stage.
    stores: dict[str, str] = field(default_factory=dict)
    # Keys that followed those of the stage, and a signed registry instead of identity/.
    rings: dict[str, KeyRing] = field(default_factory=dict)
    trust: Callable[[], SignedTrust] | None = None

    @property
    def suzhou(self) -> Gateway:
        return self.gateways[SUZHOU]

    @property
    def pudong(self) -> Gateway:
        return self.gateways[PUDONG]

    def desk(self, region: str) -> Desk:
        return self.gateways[region]._desk

    def open(self, region: str, *, acceptance: bool = True, seals: bool = False) -> Gateway:
        """Open a gateway, or open it again as after a crash; one without a seal service."""
        if region in self.gateways:
            self.gateways[region].shut()
        outside = replace(self.ports[region], peer=self.lines.__getitem__, close=lambda: None)
        if not acceptance:
            outside = replace(outside, acceptance=None)
        if not seals:
            outside = replace(outside, seals=None)
        self.gateways[region] = Gateway.open(
            region,
            store=self.stores.get(region) or self.stage.store(region),
            keys=self.ring(region),
            knowledge=self.knowledge,
            clock=self.clock,
            outside=outside,
            trust=self.trust() if self.trust else None,
        )
        self.lines.setdefault(region, Line(self.gateways, region))
        return self.gateways[region]

    def ring(self, region: str) -> KeyRing:
        """Return the keys of a gateway."""
        return self.rings.get(region) or KeyRing.load(self.stage.keys(region))

    def reopen(self, *, acceptance: bool = True) -> None:
        self.open(SUZHOU)
        self.open(PUDONG, acceptance=acceptance)

    def lay_over(self, path: str, text: str) -> None:
        """Lay a knowledge file over both gateways' knowledge; it counts once reopened."""
        file = self.stage.knowledge / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.knowledge = Library.of(self.stage.knowledge)

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

    def mandate(
        self, *, items: Sequence[str] = (ITEM,), regions: Sequence[str] = (PUDONG,)
    ) -> Sensitive:
        """Return a mandate of the usual firm for its agent."""
        login = log_in(
            self.simulator,
            person="agent-a",
            organisation="enterprise-a",
            items=items,
            regions=regions,
        )
        return login.mandate

    def received(self, filing: Filing | None = None) -> str:
        """Return the number of a case that the window has received."""
        number = self.suzhou.spare(filing or self.filing()).case
        self.suzhou.receive(number)
        return number

    def handed_over(self, filing: Filing | None = None, *, rounds: int = 1) -> str:
        """Return the number of a case that has left the window."""
        number = self.received(filing)
        self.suzhou.hand_over(number)
        self.work(rounds)
        return number

    def work(self, rounds: int = 3) -> None:
        """Let both gateways work, with a second passing between rounds."""
        for _ in range(rounds):
            for gateway in self.gateways.values():
                gateway.work()
            self.clock.pass_(seconds=1)

    def calm(self) -> None:
        """Forget delays of lanes: they run on the monotonic clock, which tests do not move."""
        for gateway in self.gateways.values():
            gateway._desk.retries.clear()
            gateway._desk.memory.breakers.clear()

    def forge_hand_over(self, number: str, forged: Forgery) -> None:
        """Post a hand-over that the window should not send, and let it arrive."""
        desk = self.desk(SUZHOU)
        with desk.sit() as here:
            dossier = open_dossier(here, number)
            package = forged.package(dossier.package)
            facts = tuple(fact for fact in dossier.facts if fact.side == "receiving")
            if dossier.said("handed-over") is None:
                stated = {"package": package.digest()} if package else {}
                fact = CaseFact(
                    case=number,
                    side="receiving",
                    seq=len(facts) + 1,
                    seen=0,
                    type="handed-over",
                    at=desk.now(),
                    body={**stated, **forged.body},
                )
                facts = (*facts, fact)
            case = cases.fold(header_of(dossier.row), facts, table=dossier.table)
            notices = tuple(n for n in rows.notices(here.tx, number) if n.region == SUZHOU)
            message = Message(
                facts=forged.facts(facts),
                package=package,
                notices=forged.notices(notices),
                state_hash=forged.state_hash or case.state_hash,
            )
            serial = rows.next_serial(here.tx, "forged")
            post(here.tx, message, peer=PUDONG, message_id=f"{number}/{serial}", at=desk.now())
        self.work(1)

    def refusals(self, region: str = PUDONG) -> list[str]:
        """Return the codes of the messages that a gateway has not applied."""
        with self.desk(region).sit() as here:
            return [letter.reason_code for letter in inbox.dead_letters(here.tx)]

    def knowledge_digest(self, kind: str) -> str:
        """Return the digest of a kept version of ``kind``."""
        with self.desk(PUDONG).sit() as here:
            return next(row.digest for row in versions.listed(here.tx) if row.kind == kind)

    def row(self, region: str, number: str) -> rows.CaseRow:
        with self.desk(region).sit() as here:
            return rows.require(here.tx, number)

    def audited(self, region: str, number: str) -> list[str]:
        """Return the kinds of the audit lines of a case, and that the chain holds."""
        with self.desk(region).sit() as here:
            assert audit.verify(here.tx) == ()
            return [line.kind for line in audit.lines(here.tx, number)]
