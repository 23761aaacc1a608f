"""Statutory days: deemed acceptance alike at both ends, provisional days made definite."""

from datetime import date

import structlog

from interop.model.case import Deadline
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.gateway.delta import Delta, at

# Constructed for this test: no notice for 2027 has been published.
YEAR_2027 = """
year = 2027
notice = ""
source = "constructed for a test; no notice for 2027 is known"
verified = "no"
holidays = [2027-01-01, 2027-01-02, 2027-01-03, 2027-05-01, 2027-10-01, 2027-10-02, 2027-10-03]
make_up_days = []
"""


def _due(deadlines: tuple[Deadline, ...]) -> dict[str, tuple[str, bool]]:
    return {d.clock: (str(d.due_on), d.provisional) for d in deadlines}


def test_silence_accepts_alike_at_both_ends(delta: Delta) -> None:
    delta.clock.now = at("2026-02-11 10:00")
    delta.reopen(acceptance=False)
    number = delta.handed_over(delta.filing(papers=("application-form",)))
    for day, deemed in (("2026-02-25 23:59", False), ("2026-02-26 00:00", True)):
        delta.clock.now = at(day)
        ours, theirs = delta.suzhou.trace(number), delta.pudong.trace(number)
        assert ours.case == theirs.case
        assert ours.case.deemed is deemed
        assert ours.deadlines == theirs.deadlines
        assert _due(ours.deadlines)["C1"] == ("2026-02-25", False)
    assert ours.case.accepted_on == date(2026, 2, 11)
    assert _due(ours.deadlines)["C2"] == ("2026-03-17", False)
    assert _due(ours.deadlines)["C9"] == ("2026-02-25", False)
    delta.pudong.accept(number)
    delta.work(2)
    ours, theirs = delta.suzhou.trace(number), delta.pudong.trace(number)
    assert ours.case == theirs.case
    assert ours.case.state == "accepted"
    assert (ours.case.deemed, ours.case.accepted_on) == (True, date(2026, 2, 11))


def test_a_provisional_day_is_announced_once_its_year_is(delta: Delta) -> None:
    delta.clock.now = at("2026-12-10 09:00")
    number = delta.handed_over()
    delta.work(2)
    accepted = delta.pudong.trace(number)
    assert accepted.case.accepted_on == date(2026, 12, 10)
    assert _due(accepted.deadlines)["C9"] == ("2026-12-17", False)
    due, provisional = _due(accepted.deadlines)["C2"]
    assert provisional
    # Fifteen working days are left of 2026; at best the next five days all count.
    assert due == "2027-01-05"


def test_rows_that_wait_for_a_calendar_are_revised_when_it_comes(delta: Delta) -> None:
    delta.clock.now = at("2026-12-10 09:00")
    delta.reopen(acceptance=False)
    number = delta.handed_over()
    delta.pudong.accept(number)
    delta.work(2)
    for region in (SUZHOU, PUDONG):
        assert delta.row(region, number).provisional
    assert delta.pudong.work().revised == 0
    delta.clock.now = at("2026-12-11 09:00")
    delta.reopen(acceptance=False)
    assert delta.pudong.work().revised == delta.suzhou.work().revised == 0
    delta.lay_over("mappings/calendars/2027.toml", YEAR_2027)
    delta.reopen(acceptance=False)
    for region, gateway in delta.gateways.items():
        with structlog.testing.capture_logs() as logs:
            assert gateway.work().revised == 1
        assert [line["case"] for line in logs if line["event"] == "deadline-revised"] == [
            number
        ]
        assert delta.audited(region, number)[-1] == "deadline-revised"
        assert not delta.row(region, number).provisional
        assert gateway.work().revised == 0
        # 01-01 is a holiday and 01-02, 01-03 are a weekend: 4, 5, 6, 7, 8 January.
        assert _due(gateway.trace(number).deadlines)["C2"] == ("2027-01-08", False)
