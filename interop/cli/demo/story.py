"""The story of the demonstration: who applies for what, and every step of the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from interop.cli.demo.troupe import Troupe, until
from interop.errors import CaseError, Reason
from interop.model.canonical import Json
from interop.model.case import Application
from interop.model.ports import Clock
from interop.simulator.applicants import PUDONG, SUZHOU, advertisement, log_in, notice_shown
from interop.simulator.world import World

# The second applicant brings paper for everything but the proof of structural safety.
SECOND_PAPERS: Final = (
    "application-form",
    "business-licence",
    "agent-id",
    "design-drawings",
    "site-right",
)
SETTLE_S_MAX: Final = 60.0

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
    login = log_in(troupe.simulator, person="agent-a", organisation="enterprise-a")
    token = login.tokens[SUZHOU].reveal()
    outcome.principal = _table(troupe.call(SUZHOU, "identify", {"token": token}))
    told("check")
    second = _second_application(world, clock)
    outcome.second = _table(troupe.call(SUZHOU, "check", {"application": second.revealed()}))
    told("spare")
    filing: Json = {
        "application": advertisement(world, at=clock()).revealed(),
        "token": token,
        "handling_token": login.tokens[PUDONG].reveal(),
        "mandate": login.mandate.reveal(),
        "basis": notice_shown(clock()).masked(),
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
    told("trace")
    outcome.traces = {
        region: _table(troupe.call(region, "trace", case)) for region in (SUZHOU, PUDONG)
    }
    return outcome


def _second_application(world: World, clock: Clock) -> Application:
    """Return an application that lacks a material and fails a substantive condition."""
    return advertisement(
        world,
        who=("enterprise-b", "agent-b"),
        at=clock(),
        facts={"facility.area": "320"},
        papers=SECOND_PAPERS,
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
