"""A peer that is down is knocked at now and then; what it asks for is honoured."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.simulation.network import Network
from interop.conformance.simulation.region import Region
from interop.conformance.simulation.story import parties
from interop.errors import RegionUnavailable
from interop.exchange import Backoff
from interop.exchange.breaker import FAILURES_MAX, Breaker
from interop.exchange.outbox import BACKOFF_S_MAX
from interop.gateway.intake import take_ask, take_batch
from interop.gateway.pump import LINGER_S, pump
from interop.gateway.station import Station
from interop.store.lanes import lane_states
from interop.transport.reasons import BUSY


def backoff(seed: int = 1) -> Backoff:
    return Backoff(random.Random(seed))  # noqa: S311 -- a die


@given(failures=st.integers(0, 40), seed=st.integers(0, 9))
def test_only_an_open_breaker_holds_back_and_lets_one_lane_try(
    failures: int, seed: int
) -> None:
    breaker, now = Breaker(), 100.0
    for _ in range(failures):
        breaker.failed(now, backoff=backoff(seed))
    assert breaker.open == (failures >= FAILURES_MAX)
    assert breaker.not_before <= now + BACKOFF_S_MAX
    later = now + BACKOFF_S_MAX
    assert breaker.admits(later)
    assert breaker.admits(later) == (not breaker.open)
    breaker.succeeded()
    assert all(breaker.admits(now) for _ in range(3))


@given(asked=st.integers(0, 1000))
def test_what_the_peer_asks_for_is_waited(asked: int) -> None:
    breaker = Breaker()
    breaker.failed(10.0, backoff=backoff(), retry_after_s=asked)
    assert breaker.not_before == 10.0 + asked
    assert breaker.admits(10.0 + asked)
    assert asked == 0 or not Breaker(1, 10.0 + asked).admits(10.0)


class Busy:
    """A peer that says how long it is busy, then takes everything."""

    def __init__(self, network: Network, there: str) -> None:
        self.way, self.told = network.way("310000", there), 0

    def send(self, batch: bytes) -> bytes:
        self.told += 1
        if self.told == 1:
            raise RegionUnavailable(BUSY.of(field="peer", expected=30, got=503))
        return self.way.send(batch)

    def ask(self, question: bytes) -> bytes:
        return self.way.ask(question)

    def knowledge(self, digest: str) -> bytes:
        return digest.encode()


@pytest.fixture
def regions(tmp_path: Path) -> tuple[Network, Region, Region]:
    found: dict[str, Region] = {}
    network = Network(
        random.Random(1),  # noqa: S311 -- a die
        take=lambda there, batch: take_batch(found[there].station, batch),
        answer=lambda there, question: take_ask(found[there].station, question),
        kill=lambda _there: None,
        faulty=0.0,
    )
    for party in parties()[:2]:
        found[party.region] = Region(party, tmp_path, network.way, network.chance)
    east, west = found.values()
    return network, east, west


def at_second(station: Station, second: float) -> Station:
    return replace(station, monotonic=lambda: second)


def test_retry_after_is_honoured_by_the_pump(regions: tuple[Network, Region, Region]) -> None:
    network, east, west = regions
    busy = Busy(network, west.code)
    station = replace(east.station, peer=lambda _region: busy)
    for n, case in enumerate(["a", "b", "c"], 1):
        east.post(case, n, to=west.code, message_id=f"m{n}")
    assert pump(at_second(station, 0.0)) == (0, 1)
    assert pump(at_second(station, 29.9)) == (0, 0)
    assert busy.told == 1
    with east.store.transaction() as tx:
        (state,) = (one for one in lane_states(tx) if one.failures)
    assert (state.failures, state.reason_code) == (1, "transport-busy")
    assert pump(at_second(station, 30.0))[1] == 0
    assert west.applied() == {"a": ["m1"], "b": ["m2"], "c": ["m3"]}
    with east.store.transaction() as tx:
        assert not any(one.failures for one in lane_states(tx))


def test_a_batch_gathers_for_five_milliseconds_at_most(
    regions: tuple[Network, Region, Region],
) -> None:
    _, east, west = regions
    pauses: list[float] = []
    station = replace(east.station, pause=pauses.append)
    for n, second in enumerate([0.0, 0.002, 5.0], 1):
        east.post("case", n, to=west.code, message_id=f"m{n}")
        assert pump(at_second(station, second)) == (1, 0)
    assert pauses == [pytest.approx(LINGER_S - 0.002)]
    assert west.applied() == {"case": ["m1", "m2", "m3"]}
