"""A shadow only advises: it sends nothing to anybody and changes no case."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

import pytest

from interop.crypto.ring import KeyRing
from interop.errors import KnowledgeError, RegionUnavailable
from interop.gateway.open import Gateway
from interop.gateway.outside import reach_nobody
from interop.model.canonical import Json
from interop.model.sensitive import Sensitive
from interop.node import app as module
from interop.node.app import create_node
from interop.node.verbs import VERBS
from interop.node.webhooks import Webhook
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.server import serve
from interop.store import outbox, tasks
from interop.transport.reasons import UNREACHABLE
from tests.node.host import BEARER, call, concluded, send
from tests.node.host import told as problem
from tests.node.stand import KEY, Lone, Stand, ask, told

HOOK = Webhook("http://127.0.0.1:1/told", Sensitive("x" * 32))


@pytest.fixture(scope="module")
def made(stand: Stand) -> Iterator[Lone]:
    """Serve a shadow of Suzhou with a store of its own."""
    gateway = Gateway.open(
        SUZHOU,
        store=stand.stage.folder / "shadow.db",
        keys=KeyRing.load(stand.stage.keys(SUZHOU)),
        knowledge=stand.stage.knowledge,
        clock=stand.clock,
        outside=reach_nobody(),
    )
    node = create_node(gateway, api_key=KEY, webhook=HOOK, shadow=True)
    with gateway, serve(node) as url:
        yield Lone(gateway, stand.clock, url)


def test_a_shadow_advises(stand: Stand, made: Lone) -> None:
    application, token = stand.application(), stand.login().tokens[SUZHOU].reveal()
    served = stand.urls[SUZHOU]
    for verb in ("check", "ask"):
        body = {"application": application}
        assert call(made.url, verb, body) == call(served, verb, body)
    assert call(made.url, "identify", {"token": token})["level"] == "high"
    assert problem(send(made.url, "case", {"case": "c"}), 422, "CaseError") == ["case-unknown"]
    for path in ("/health", "/ready"):
        assert ask("GET", made.url + path).status_code == 200
    assert ask("GET", f"{made.url}/v1/events", headers=BEARER).status_code == 200


@pytest.mark.parametrize("verb", sorted(n for n, v in VERBS.items() if v.effect != "none"))
def test_a_shadow_changes_nothing(stand: Stand, made: Lone, verb: str) -> None:
    one: Json = {"case": "c"}
    body = stand.filing(stand.login(), "SHADOW") if verb == "spare" else one
    answer = send(made.url, verb, body)
    assert problem(answer, 403, "CaseError") == ["node-only-advises"]
    with made.gateway._desk.sit() as at:
        assert outbox.lanes(at.tx) == ()
        assert tasks.due(at.tx, made.clock(), limit=10) == ()
    assert made.gateway.host.figures().cases == {}


def test_a_shadow_takes_no_batch_and_issues_no_token(stand: Stand, made: Lone) -> None:
    concluded(stand, "SHADOW-BATCH")
    batch, _ = stand.peers[PUDONG].carried[0]
    for path in ("/exchange/batches", "/token"):
        answer = ask("POST", made.url + path, content=batch, headers=BEARER)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["reasons"][0]["code"] == "node-only-advises"


def watched(gateway: Gateway) -> list[str]:
    """Return the regions that the gateway turns to from now on; it reaches none."""
    asked: list[str] = []

    def peer(region: str) -> NoReturn:
        asked.append(region)
        raise RegionUnavailable(UNREACHABLE.of(field=region))

    desk = gateway._desk
    object.__setattr__(desk, "outside", replace(desk.outside, peer=peer))
    return asked


@pytest.mark.parametrize("shadow", [True, False])
def test_a_shadow_never_sends_even_what_waits(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, *, shadow: bool
) -> None:
    monkeypatch.setattr(module, "RENEW_S", 0.02)
    with stand.open(SUZHOU, stand.clock, store=f"was-{shadow}.db") as gateway:
        filing = stand.filing(stand.login(), "SHADOW-WAITS")
        with serve(create_node(gateway, api_key=KEY, work_every_s=None)) as url:
            case = call(url, "spare", filing)["case"]
            call(url, "receive", {"case": case})
            call(url, "hand_over", {"case": case})
        asked = watched(gateway)
        with told("json"), serve(create_node(gateway, api_key=KEY, shadow=shadow)) as url:
            time.sleep(0.5)
            assert call(url, "case", {"case": case})["state"] == "handed-over"
        # The same node that is no shadow does send: the test can fail.
        assert bool(asked) is not shadow
        with gateway._desk.sit() as at:
            assert outbox.lanes(at.tx)


def test_a_shadow_has_nobody_to_send_to() -> None:
    nobody = reach_nobody()
    assert (nobody.certificates, nobody.acceptance) == (None, None)
    with pytest.raises(KnowledgeError, match="host-shadow-sends-nothing"):
        nobody.peer(PUDONG)
