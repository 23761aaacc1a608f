"""Readiness and figures: what a watcher reads, and that nobody and no case is named in it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prometheus_client.parser import text_string_to_metric_families

from interop.errors import StoreLocked
from interop.gateway.figures import Figures
from interop.node import app as module
from interop.node.app import create_node
from interop.node.metrics import exposition
from interop.simulator.applicants import SUZHOU
from interop.simulator.server import serve
from interop.store.reasons import STORE_LOCKED
from tests.node.host import BEARER, call, drafted
from tests.node.stand import KEY, Lone, Stand, ask, told

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Samples:
    """Read a page as Prometheus' own client does."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figures(url: str) -> Samples:
    answer = ask("GET", f"{url}/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return read(answer.text)


def one(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, tuple(sorted({"region": SUZHOU, **labels}.items()))), 0.0)


def test_figures_follow_what_happens(stand: Stand) -> None:
    url = stand.urls[SUZHOU]
    before = figures(url)
    case = drafted(stand, "FIGURES-1")
    call(url, "receive", {"case": case})
    after = figures(url)
    received = [one(found, "interop_cases", state="received") for found in (before, after)]
    assert received[1] == received[0] + 1
    lines = [one(found, "interop_audit_lines") for found in (before, after)]
    assert lines[1] > lines[0]
    counted = {"verb": "receive", "status": "200"}
    answers = [one(found, "interop_api_answers_total", **counted) for found in (before, after)]
    assert answers[1] == answers[0] + 1
    assert 0 <= one(after, "interop_work_age_seconds") < 30


def test_figures_name_nobody(stand: Stand) -> None:
    case = drafted(stand, "FIGURES-2")
    text = ask("GET", f"{stand.urls[SUZHOU]}/metrics", headers=BEARER).text
    assert case not in text
    assert not [value for value in stand.personal() if value in text]


def test_figures_need_the_key(stand: Stand) -> None:
    answer = ask("GET", f"{stand.urls[SUZHOU]}/metrics")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_labels_are_escaped() -> None:
    odd = 'a"b\\c\nd'
    empty = Figures({odd: 3}, 0, 0, 0, 0, 0.5, 10**12)
    found = read(exposition(empty, region=SUZHOU, work_age_s=-1, counts={(odd, 200): 7}))
    assert one(found, "interop_cases", state=odd) == 3
    assert one(found, "interop_api_answers_total", verb=odd, status="200") == 7
    assert one(found, "interop_audit_lines") == 10**12
    assert one(found, "interop_oldest_task_age_seconds") == 0.5
    assert one(found, "interop_work_age_seconds") == -1


def test_a_node_is_ready(stand: Stand) -> None:
    answer = ask("GET", f"{stand.urls[SUZHOU]}/ready")
    assert (answer.status_code, answer.json()) == (200, {"region": SUZHOU, "status": "ready"})


def test_a_node_without_its_store_is_not_ready(brief: Lone) -> None:
    brief.gateway.shut()
    answer = ask("GET", f"{brief.url}/ready")
    assert answer.status_code == 503
    assert answer.json()["reasons"][0]["code"] == "store-closed"


def test_a_node_whose_registry_has_ended_is_not_ready(lone: Lone) -> None:
    with later(lone, days=800):
        answer = ask("GET", f"{lone.url}/ready")
    assert answer.status_code == 503
    assert answer.json()["error"] == "TrustError"


@contextmanager
def later(lone: Lone, *, days: int) -> Iterator[None]:
    """Let the clock of a gateway stand so many days on."""
    before = lone.clock._begun
    lone.clock._begun = before.fromtimestamp(before.timestamp() - days * 86400, before.tzinfo)
    try:
        yield
    finally:
        lone.clock._begun = before


def test_a_node_whose_work_fails_is_not_ready(
    lone: Lone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGE_S_MAX", -1.0)
    node = create_node(lone.gateway, api_key=KEY, work_every_s=10)
    with serve(node) as url:
        answer = ask("GET", f"{url}/ready")
    assert answer.status_code == 503
    assert answer.json()["reasons"][0]["code"] == "node-not-working"


def test_a_failing_round_ages(lone: Lone) -> None:
    node = create_node(lone.gateway, api_key=KEY, work_every_s=0.01)

    async def live() -> float:
        async with node.router.lifespan_context(node):
            with lone.clock.broken(StoreLocked(STORE_LOCKED.of())):
                await asyncio.sleep(0.3)
                owner = next(r.endpoint.__self__ for r in node.routes if r.path == "/ready")  # type: ignore[attr-defined]  # our routes
                return float(owner.work.age_s())

    with told("json"):
        assert asyncio.run(live()) > 0.2
