"""Applicants of the simulated world: how they log in and what they bring to a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from interop.errors import RegionError
from interop.model.canonical import Json, canonical_bytes, digest, read_json
from interop.model.case import Application, FactValue, SubmittedMaterial
from interop.model.certificate import LegalBasis
from interop.model.day import day_of
from interop.model.item import Basis
from interop.model.sensitive import Sensitive
from interop.simulator.world import World
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient, require

Tree: TypeAlias = dict[str, Json]

ITEM: Final = "outdoor-advertising"
SUZHOU: Final = "320500"
PUDONG: Final = "310115"
AUDIENCES: Final[Mapping[str, str]] = {
    SUZHOU: "https://gateway.sz.sim.example",
    PUDONG: "https://gateway.pd.sim.example",
}
# What the applicant hands in when certificates spare the licence and the agent's card.
PAPERS: Final = ("application-form", "design-drawings", "site-right", "structural-safety")
NOTICE: Final = "办理本事项需查询并使用您的电子证照，仅用于本次办件。"
PURPOSE: Final = "办理设置大型户外广告设施审批"
JSON_TYPE: Final = "application/json"
DEADLINE_MS: Final = 5000


@dataclass(frozen=True, slots=True)
class Login:
    """What one login gives.

    Attributes:
        tokens: An access token for each gateway, by region.
        mandate: The applicant's mandate for its agent; empty where a person acts alone.
    """

    tokens: Mapping[str, Sensitive]
    mandate: Sensitive


def log_in(  # noqa: PLR0913 -- what a person chooses at a login, each by name
    simulator: str,
    *,
    person: str,
    organisation: str = "",
    method: str = "face",
    items: Sequence[str] = (ITEM,),
    regions: Sequence[str] = (PUDONG,),
    may_act: str = "",
) -> Login:
    """Log in once with the simulated identity provider.

    Args:
        simulator: Address of the simulated regional systems.
        person: Key of a person of the world.
        organisation: Key of an enterprise the person acts for; empty for nobody else.
        method: A way of logging in that the provider knows.
        items: Service items that the mandate covers.
        regions: Region codes where it holds.
        may_act: Key of a person who may act for this one; empty for nobody.

    Raises:
        RegionError: The provider does not answer, or refuses.
    """
    client = HttpClient(
        f"{simulator}/320000/idp", limits=Limits(deadline_ms=DEADLINE_MS), peer="320000/idp"
    )
    try:
        who: Tree = {"person": person, "organisation": organisation, "method": method}
        named: Tree = {"session": _ask(client, "login", who)["session"]}
        asked = {
            region: _ask(client, "token", {**named, "audience": audience, "may_act": may_act})
            for region, audience in AUDIENCES.items()
        }
        mandate = Sensitive("")
        if organisation:
            wanted: Tree = {"items": [*items], "regions": [*regions], "purpose": PURPOSE}
            wanted |= named
            mandate = Sensitive(str(_ask(client, "mandate", wanted)["mandate"]))
    finally:
        client.close()
    tokens = {name: Sensitive(str(answer["access_token"])) for name, answer in asked.items()}
    return Login(tokens, mandate)


def _ask(client: HttpClient, path: str, body: Tree) -> Tree:
    headers = {"Content-Type": JSON_TYPE}
    reply = client.send("POST", f"/{path}", body=canonical_bytes(body), headers=headers)
    require(reply, peer="320000/idp", media_types={JSON_TYPE})
    value = read_json(reply.body, error=RegionError, field="idp")
    return value if isinstance(value, dict) else {}


def advertisement(
    world: World,
    *,
    who: tuple[str, str] = ("enterprise-a", "agent-a"),
    at: datetime,
    facts: Mapping[str, FactValue] | None = None,
    papers: Sequence[str] = PAPERS,
) -> Application:
    """Return an application for a large outdoor advertisement in Pudong.

    Args:
        world: The simulated world.
        who: Keys of the applicant, an enterprise, and of the person who acts for it.
        at: When it is submitted, aware; the period begins 60 days later.
        facts: Facts that differ from the usual ones.
        papers: Codes of the materials handed in.
    """
    enterprise, agent = who
    start = day_of(at) + timedelta(days=60)
    usual: dict[str, FactValue] = {
        "facility.kind": "advertisement",
        "facility.area": "120.5",
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
    return Application(
        item=ITEM,
        handling_region=PUDONG,
        applicant=world.enterprise(enterprise).party(),
        agent=world.person(agent).party(),
        facts={**usual, **(facts or {})},
        materials=tuple(_paper(code) for code in papers),
        submitted_at=at,
        contact_mobile=Sensitive(world.person(agent).mobile),
    )


def _paper(code: str) -> SubmittedMaterial:
    content = f"simulated {code}".encode()
    return SubmittedMaterial(
        code=code,
        content_digest=digest(content),
        size=len(content),
        media_type="application/pdf",
    )


def notice_shown(at: datetime) -> LegalBasis:
    """Return the legal basis for using certificates, with the notice shown at ``at``."""
    return LegalBasis(
        kind="statutory_duty",
        basis=Basis(
            level="administrative-regulation",
            document="国务院关于在线政务服务的若干规定",
            article="第十条",
            verified="secondary",
        ),
        notice_version="sim-1",
        notice_digest=digest(NOTICE.encode()),
        shown_at=at,
        channel="window",
    )
