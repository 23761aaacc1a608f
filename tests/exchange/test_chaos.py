"""Processes killed while cases are on their way: nothing lost, doubled or out of order."""

from pathlib import Path

import pytest

from interop.conformance.chaos import Plan, strike


@pytest.mark.requirement("YRD-EXCH-001")
@pytest.mark.parametrize(
    "plan",
    [
        Plan(cases=100, kills=2, per_turn=20),
        pytest.param(Plan(cases=10_000, kills=10), marks=pytest.mark.slow),
        pytest.param(Plan(cases=100_000, kills=30), marks=pytest.mark.nightly),
    ],
    ids=lambda plan: f"{plan.kills}-kills-{plan.cases}-cases",
)
def test_nothing_is_lost_doubled_or_out_of_order_when_processes_are_killed(
    tmp_path: Path, plan: Plan
) -> None:
    struck = strike(plan, tmp_path)
    assert struck.faults == ()
    assert struck.kills == plan.kills
