"""The simulated identity provider: its tokens pass the very gates of a gateway."""

import json
import secrets
from datetime import timedelta

import httpx
import pytest

from interop.crypto import base64url
from interop.errors import TrustError
from interop.federation import TrustRegistry, Verifier, is_party, verify_mandate
from interop.knowledge import Knowledge
from interop.model.canonical import Json
from interop.model.party import AssuranceLevel
from interop.simulator import World, create_simulator
from interop.simulator.clock import SteppedClock
from interop.simulator.identity import SESSIONS_MAX, IdentityProvider, LoginRequest
from interop.simulator.server import Switch
from interop.simulator.stage import ASSURANCE, ISSUERS, REGISTRY, Stage

pytestmark = pytest.mark.usefixtures("stage")

IDP = "/320000/idp"
AUDIENCE = "https://gateway.sz.sim.example"
LOGIN = {"person": "agent-a", "organisation": "enterprise-a", "method": "face"}


def _post(http: httpx.Client, path: str, **body: Json) -> httpx.Response:
    return http.post(f"{IDP}/{path}", json=body)


def _session(http: httpx.Client, **changed: str) -> str:
    session = _post(http, "login", **(LOGIN | changed)).json()["session"]
    assert isinstance(session, str)
    return session


@pytest.fixture
def registry(stage: Stage) -> TrustRegistry:
    known = Knowledge(stage.knowledge)
    return TrustRegistry.of(
        known.document(REGISTRY, "registry").value,
        known.document(ASSURANCE, "assurance").value,
        [document.value for document in known.documents(ISSUERS)],
        env="sim",
        covers=lambda wide, narrow: narrow.startswith(wide.rstrip("0")),
    )


@pytest.fixture
def verifier(registry: TrustRegistry, clock: SteppedClock) -> Verifier:
    return Verifier(registry, audience=AUDIENCE, clock=clock)


def _token(http: httpx.Client, session: str, audience: str = AUDIENCE) -> str:
    token = _post(http, "token", session=session, audience=audience).json()["access_token"]
    assert isinstance(token, str)
    return token


def test_a_token_names_the_enterprise_and_the_agent_and_no_number(
    http: httpx.Client, world: World, verifier: Verifier, clock: SteppedClock
) -> None:
    token = _token(http, _session(http))
    principal = verifier.verify(token)
    firm, agent = world.enterprise("enterprise-a").party(), world.person("agent-a").party()
    assert principal.agent is not None
    assert is_party(principal.actor, firm)
    assert is_party(principal.agent, agent)
    assert not is_party(principal.actor, world.enterprise("enterprise-b").party())
    assert principal.level is AssuranceLevel.HIGH
    assert principal.authenticated_at == clock()
    payload = base64url.decode(token.split(".")[1], field="token").decode()
    for party in (firm, agent):
        assert party.code.reveal() not in payload
        assert party.name.reveal() not in payload


@pytest.mark.parametrize(
    ("method", "level"), [("password", "low"), ("sms", "substantial"), ("face", "high")]
)
def test_the_way_of_logging_in_decides_the_level(
    http: httpx.Client, verifier: Verifier, method: str, level: str
) -> None:
    assert verifier.verify(_token(http, _session(http, method=method))).level == level


def test_a_person_alone_is_the_actor(
    http: httpx.Client, world: World, verifier: Verifier
) -> None:
    principal = verifier.verify(_token(http, _session(http, organisation="")))
    assert principal.agent is None
    assert is_party(principal.actor, world.person("agent-a").party())


def test_one_login_gives_unlinkable_tokens_to_two_gateways(http: httpx.Client) -> None:
    session = _session(http)
    payloads = [
        json.loads(base64url.decode(_token(http, session, name).split(".")[1], field="token"))
        for name in (AUDIENCE, AUDIENCE, "https://gateway.pd.sim.example")
    ]
    assert len({claims["jti"] for claims in payloads}) == 3
    assert len({claims["proof"]["salt"] for claims in payloads}) == 3
    first, again, elsewhere = (claims["sub"] for claims in payloads)
    assert first == again != elsewhere


def test_a_token_for_another_gateway_or_past_its_time_is_refused(
    http: httpx.Client, verifier: Verifier, clock: SteppedClock
) -> None:
    session = _session(http)
    with pytest.raises(TrustError, match="token-audience-other"):
        verifier.verify(_token(http, session, "https://gateway.pd.sim.example"))
    token = _token(http, session)
    clock.step(timedelta(minutes=7))
    with pytest.raises(TrustError, match="token-expired"):
        verifier.verify(token)


def test_a_mandate_passes_for_what_it_names_and_nothing_else(
    http: httpx.Client, world: World, registry: TrustRegistry, clock: SteppedClock
) -> None:
    mandate = _post(
        http,
        "mandate",
        session=_session(http),
        items=["outdoor-advertising"],
        regions=["310115"],
        purpose="办理户外广告",
    ).json()["mandate"]

    def digest_for(item: str, agent: str = "agent-a") -> str:
        return verify_mandate(
            mandate,
            registry,
            item=item,
            region="310115",
            applicant=world.enterprise("enterprise-a").party(),
            agent=world.person(agent).party(),
            clock=clock,
        )

    assert digest_for("outdoor-advertising").startswith("sha-256:")
    with pytest.raises(TrustError, match="mandate-other-item"):
        digest_for("another-item")
    with pytest.raises(TrustError, match="mandate-other-agent"):
        digest_for("outdoor-advertising", agent="agent-b")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"person": "nobody"}, 401),
        ({"organisation": "nobody"}, 401),
        ({"organisation": "enterprise-b"}, 401),
        ({"method": "wink"}, 400),
        ({"method": 5}, 400),
        ({"more": "x"}, 400),
    ],
)
def test_a_login_that_is_not_in_order_gives_no_session(
    http: httpx.Client, changed: dict[str, Json], status: int
) -> None:
    response = _post(http, "login", **{**LOGIN, **changed})
    assert response.status_code == status
    assert "session" not in response.json()


def test_a_session_is_known_and_lasts_an_hour(http: httpx.Client, clock: SteppedClock) -> None:
    session = _session(http)
    assert _post(http, "token", session="guess", audience=AUDIENCE).status_code == 401
    clock.step(timedelta(minutes=59, seconds=59))
    assert _post(http, "token", session=session, audience=AUDIENCE).status_code == 200
    clock.step(timedelta(seconds=1))
    assert _post(http, "token", session=session, audience=AUDIENCE).status_code == 401


def test_old_sessions_make_room_for_new_ones(
    world: World, clock: SteppedClock, stage: Stage
) -> None:
    provider = IdentityProvider(
        world, signer=stage.identity_signer(), clock=clock, entropy=secrets.token_bytes
    )
    asked = LoginRequest(person="agent-a", method="sms")
    for _ in range(SESSIONS_MAX + 1):
        provider._login(asked)
    assert len(provider._sessions) == SESSIONS_MAX


def test_a_person_in_nobodys_name_gives_no_mandate(http: httpx.Client) -> None:
    session = _session(http, organisation="")
    response = _post(
        http, "mandate", session=session, items=["x"], regions=["310115"], purpose="x"
    )
    assert (response.status_code, response.json()["error"]) == (
        400,
        "the session is in nobody's name",
    )


def test_what_is_no_request_is_refused(http: httpx.Client) -> None:
    for path in ("login", "token", "mandate"):
        assert http.post(f"{IDP}/{path}", content=b"{").status_code == 400
    assert http.post(f"{IDP}/login", content=b" " * 20_000).status_code == 413


def test_without_a_key_there_is_no_provider(
    http: httpx.Client, switch: Switch, world: World, clock: SteppedClock
) -> None:
    switch.app = create_simulator(world, clock=clock)
    assert _post(http, "login", **LOGIN).status_code == 404
