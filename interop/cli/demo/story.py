"""The story of the demonstration: who applies for what, and every step of the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias, cast

from interop.cli.demo.troupe import PUDONG, SUZHOU, Troupe, until
from interop.errors import CaseError, Reason
from interop.model.canonical import Json, digest
from interop.model.case import Application, FactValue, SubmittedMaterial
from interop.model.certificate import LegalBasis
from interop.model.day import day_of
from interop.model.item import Basis
from interop.model.ports import Clock
from interop.simulator.world import World

ITEM: Final = "outdoor-advertising"
NOTICE: Final = "办理本事项需查询并使用您的电子证照，仅用于本次办件。"
AUDIENCES: Final = {
    SUZHOU: "https://gateway.sz.sim.example",
    PUDONG: "https://gateway.pd.sim.example",
}
PAPERS: Final = ("application-form", "design-drawings", "site-right", "structural-safety")
# The second applicant brings paper for everything but the proof of structural safety.
SECOND_PAPERS: Final = (
    "application-form",
    "business-licence",
    "agent-id",
    "design-drawings",
    "site-right",
)
SETTLE_S_MAX: Final = 15.0

Tree: TypeAlias = dict[str, Json]


@dataclass
class Outcome:
    """What happened, as the nodes told it.

    Attributes:
        principal: Who Suzhou found to be asking.
        draft: Case number, exemption and decision.
        second: Decision on the second applicant.
        window: Reasons with which the window's own acceptance was refused.
        traces: Trace of the case at each region.
    """

    principal: Tree = field(default_factory=dict)
    draft: Tree = field(default_factory=dict)
    second: Tree = field(default_factory=dict)
    window: tuple[Reason, ...] = ()
    traces: dict[str, Tree] = field(default_factory=dict)


def play(troupe: Troupe, world: World, *, clock: Clock, told: Callable[[str], None]) -> Outcome:
    """Play the story from login to delivery.

    Args:
        troupe: The processes.
        world: The simulated world.
        clock: The clock of the run.
        told: Called with the name of each step as it begins.

    Raises:
        InteropError: A step was refused that should not have been.
    """
    outcome = Outcome()
    told("identify")
    tokens, mandate = _log_in(troupe)
    identified = troupe.call(SUZHOU, "identify", {"token": tokens[SUZHOU]})
    outcome.principal = _table(identified)
    told("check")
    second = _application(world, clock, second=True)
    outcome.second = _table(troupe.call(SUZHOU, "check", {"application": second.revealed()}))
    told("spare")
    filing: Json = {
        "application": _application(world, clock).revealed(),
        "token": tokens[SUZHOU],
        "handling_token": tokens[PUDONG],
        "mandate": mandate,
        "basis": _basis(clock()).masked(),
        "reference": "SZ-WINDOW-7-0001",
    }
    outcome.draft = _table(troupe.call(SUZHOU, "spare", filing))
    case: Tree = {"case": str(outcome.draft["case"])}
    told("receive")
    troupe.call(SUZHOU, "receive", case)
    told("hand_over")
    troupe.call(SUZHOU, "hand_over", case)
    outcome.window = _try_to_accept(troupe, case)
    told("handle")
    _wait_for(troupe, SUZHOU, case, "concluded")
    told("deliver")
    troupe.call(SUZHOU, "deliver", {**case, "method": "window"})
    _wait_for(troupe, PUDONG, case, "delivered")
    outcome.traces = {
        region: _table(troupe.call(region, "trace", case)) for region in (SUZHOU, PUDONG)
    }
    return outcome


def _log_in(troupe: Troupe) -> tuple[Tree, Json]:
    """Log in once; the one session gives a token for each gateway and a mandate."""
    who: Json = {"person": "agent-a", "organisation": "enterprise-a", "method": "face"}
    session = troupe.identity("login", who)["session"]
    tokens = {
        region: troupe.identity("token", {"session": session, "audience": audience})[
            "access_token"
        ]
        for region, audience in AUDIENCES.items()
    }
    mandate: Json = {
        "session": session,
        "items": [ITEM],
        "regions": [PUDONG],
        "purpose": "办理设置大型户外广告设施审批",
    }
    return tokens, troupe.identity("mandate", mandate)["mandate"]


def _application(world: World, clock: Clock, *, second: bool = False) -> Application:
    now = clock()
    start = day_of(now) + timedelta(days=60)
    facts: dict[str, FactValue] = {
        "facility.kind": "advertisement",
        "facility.area": "320" if second else "120.5",
        "facility.edge": "18",
        "facility.top": "20",
        "site.kind": "wall",
        "site.authority": "district",
        "site.region": PUDONG,
        "design.contents": ["plan", "elevation", "structure", "day-view"],
        "structure.appraised": True,
        "period.start": start.isoformat(),
        "period.end": (start + timedelta(days=730)).isoformat(),
    }
    letter = "b" if second else "a"
    return Application(
        item=ITEM,
        handling_region=PUDONG,
        applicant=world.enterprise(f"enterprise-{letter}").party(),
        agent=world.person(f"agent-{letter}").party(),
        facts=facts,
        materials=tuple(
            SubmittedMaterial(
                code=code,
                content_digest=digest(f"{code} of the demonstration".encode()),
                size=0,
                media_type="application/pdf",
            )
            for code in (SECOND_PAPERS if second else PAPERS)
        ),
        submitted_at=now,
    )


def _basis(now: datetime) -> LegalBasis:
    return LegalBasis(
        kind="statutory_duty",
        basis=Basis(
            level="administrative-regulation",
            document="国务院关于在线政务服务的若干规定",
            article="第十条",
            verified="secondary",
        ),
        notice_version="demo-1",
        notice_digest=digest(NOTICE.encode()),
        shown_at=now,
        channel="window",
    )


def _try_to_accept(troupe: Troupe, case: Tree) -> tuple[Reason, ...]:
    try:
        troupe.call(SUZHOU, "accept", dict(case))
    except CaseError as refused:
        return refused.reasons
    return ()


def _wait_for(troupe: Troupe, region: str, case: Tree, state: str) -> None:
    def reached() -> bool:
        troupe.revive()
        found = _table(_table(troupe.call(region, "trace", dict(case)))["case"])
        return found["state"] == state

    until(reached, seconds=SETTLE_S_MAX)


def _table(value: Json) -> Tree:
    return cast("Tree", value)
