"""Events since a cursor: nothing is missed, nothing comes twice, and a host may wait."""

import threading
import time
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import CaseError
from interop.gateway.feed import Event
from interop.gateway.host import HostService
from interop.node import api as module
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.node.host import BEARER, call, concluded, drafted, told
from tests.node.stand import Lone, Stand, ask


def page(url: str, **query: int) -> httpx.Response:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return ask("GET", f"{url}/v1/events?{asked}", headers=BEARER)


def end_of(url: str) -> int:
    """Return the cursor past everything so far."""
    after, found = 0, page(url, after=0).json()
    while found["next"] != after:
        after = found["next"]
        found = page(url, after=after).json()
    return after


def test_both_regions_tell_what_happened_in_order(stand: Stand) -> None:
    starts = {region: end_of(stand.urls[region]) for region in (SUZHOU, PUDONG)}
    case = concluded(stand, "EVENTS-1")
    for region, after in starts.items():
        events = page(stand.urls[region], after=after).json()["events"]
        types = [event["type"] for event in events if event["case"] == case]
        facts = [name.removeprefix("fact-") for name in types if name.startswith("fact-")]
        timeline = call(stand.urls[region], "trace", {"case": case})["timeline"]
        assert sorted(facts) == sorted(entry["type"] for entry in timeline)
        assert facts.index("handed-over") < facts.index("accepted") < facts.index("permitted")
        cursors = [event["cursor"] for event in events]
        assert cursors == sorted(set(cursors))


def test_nothing_personal_is_told(stand: Stand) -> None:
    drafted(stand, "EVENTS-2")
    text = page(stand.urls[SUZHOU], after=0).text
    assert not [value for value in stand.personal() if value in text]


@dataclass(frozen=True)
class Feed:
    """The events of a gateway; short to print."""

    host: HostService = field(repr=False)


@pytest.fixture(scope="module")
def feed(stand: Stand) -> Feed:
    drafted(stand, "EVENTS-3")
    return Feed(stand.gateways[SUZHOU].host)


@given(limits=st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_pages_of_any_size_tell_the_same(feed: Feed, limits: list[int]) -> None:
    host = feed.host
    whole = host.events(after=0, limit=15).events
    found: list[Event] = []
    after, turn = 0, 0
    while len(found) < len(whole):
        got = host.events(after=after, limit=limits[turn % len(limits)])
        assert len(got.events) <= limits[turn % len(limits)]
        found += got.events
        assert got.next > after
        after, turn = got.next, turn + 1
    assert tuple(found[: len(whole)]) == whole


def test_a_host_waits_until_something_happens(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is woken: it would not look by itself before its time is over.
    monkeypatch.setattr(module, "LOOK_S", 60.0)
    suzhou, case = stand.urls[SUZHOU], drafted(stand, "EVENTS-4")
    after, found = end_of(suzhou), []

    def wait() -> None:
        found.append((page(suzhou, after=after, wait_s=9).json(), time.monotonic()))

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.5)
    assert not found
    begun = time.monotonic()
    call(suzhou, "receive", {"case": case})
    waiting.join(9)
    (told_, when) = found[0]
    assert [event["case"] for event in told_["events"]] == [case] * len(told_["events"])
    assert told_["events"][0]["type"] == "fact-submitted"
    assert when - begun < 3


def test_a_wait_ends_by_itself(lone: Lone) -> None:
    after, begun = end_of(lone.url), time.monotonic()
    found = page(lone.url, after=after, wait_s=1).json()
    assert found == {"events": [], "next": after}
    assert 0.9 < time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=x", "after=", "limit=0", "limit=501", "wait_s=31", "wait_s=1e3"],
)
def test_a_query_that_is_none_is_refused(stand: Stand, query: str) -> None:
    answer = ask("GET", f"{stand.urls[SUZHOU]}/v1/events?{query}", headers=BEARER)
    assert told(answer, 400, "CaseError") == ["node-query-refused"]
    assert answer.json()["reasons"][0]["field"] == query.partition("=")[0]


def test_events_need_the_key(stand: Stand) -> None:
    answer = ask("GET", f"{stand.urls[SUZHOU]}/v1/events")
    assert told(answer, 401, "TrustError") == ["node-key-refused"]


def test_a_cursor_from_another_store_is_refused(lone: Lone) -> None:
    answer = page(lone.url, after=10**9)
    assert told(answer, 409, "CaseError") == ["host-cursor-ahead"]
    with pytest.raises(CaseError, match="host-cursor-ahead"):
        lone.gateway.host.events(after=10**9)
