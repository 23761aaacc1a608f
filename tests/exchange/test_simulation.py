"""Stories from seeds: nothing lost, nothing done twice, nothing out of order per case."""

import pytest

from interop.conformance.simulation import Plan, tell
from interop.conformance.simulation.__main__ import run
from interop.conformance.simulation.story import CARRIERS, Carrier, Mode

SEEDS_NIGHTLY = 10_000
SEEDS = 100
JOBS_NIGHTLY = 2
EACH = 12
# One of so many shows the fault; the first that does ends it.
CONTROLS = 60
# Each of these has found a fault once.
FOUND: tuple[Plan, ...] = (Plan(107, steps=24, lanes=4), Plan(935))


@pytest.mark.requirement("YRD-EXCH-001")
def test_nothing_is_lost_doubled_or_out_of_order_whatever_the_seed(*, nightly: bool) -> None:
    seeds = range(SEEDS_NIGHTLY if nightly else SEEDS)
    n, faulty = run(seeds, jobs=JOBS_NIGHTLY if nightly else 1)
    assert n == len(seeds)
    assert [(told.plan.seed, told.faults) for told in faulty] == []


@pytest.mark.parametrize("plan", FOUND, ids=lambda plan: str(plan.seed))
def test_seeds_that_found_a_fault_hold(plan: Plan) -> None:
    assert tell(plan).faults == ()


@pytest.mark.parametrize("carrier", CARRIERS)
def test_each_carrier_goes_through_the_same_trouble(carrier: Carrier) -> None:
    stories = [tell(Plan(seed, carrier=carrier, steps=30)) for seed in range(EACH)]
    assert [told.faults for told in stories if told.faults] == []
    assert sum(told.posted for told in stories) > EACH
    assert any(told.restored for told in stories)


def test_the_same_seed_tells_the_same_story() -> None:
    assert tell(Plan(3)) == tell(Plan(3))


@pytest.mark.parametrize(
    ("mode", "shows"),
    [("no-dedupe", "done twice"), ("answer-before-commit", "lost")],
)
def test_the_check_finds_what_is_unsound(mode: Mode, shows: str) -> None:
    stories = (
        tell(Plan(seed, mode=mode, carrier="push", restores=False, steps=40))
        for seed in range(CONTROLS)
    )
    assert any(shows in fault for told in stories for fault in told.faults)
