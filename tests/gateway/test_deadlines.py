"""Statutory days: deemed acceptance alike at both ends, provisional days made definite."""

import json
from datetime import date
from pathlib import Path

import pytest
import structlog

from interop.cli import main
from interop.errors import CaseError
from interop.model.case import Deadline, NoticeKind
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import cases as rows
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


@pytest.mark.parametrize("arrived", [True, False])
def test_an_organ_that_is_off_from_day_3_to_day_8_finds_what_the_window_found(
    delta: Delta, *, arrived: bool
) -> None:
    delta.clock.now = at("2026-03-02 10:00")
    delta.reopen(acceptance=False)
    filing = delta.filing(papers=("application-form",))
    number = delta.handed_over(filing) if arrived else delta.received(filing)
    delta.gateways.pop(PUDONG).shut()
    delta.lines[PUDONG].cut = True
    if not arrived:
        delta.suzhou.hand_over(number)
    for day in range(4, 10):
        delta.clock.now = at(f"2026-03-{day:02} 09:00")
        delta.suzhou.work()
        assert not delta.suzhou.trace(number).case.deemed
    delta.clock.now = at("2026-03-10 00:01")
    alone = delta.suzhou.trace(number)
    delta.lines[PUDONG].cut = False
    delta.open(PUDONG, acceptance=False)
    delta.calm()
    delta.work(3)
    ours, theirs = delta.suzhou.trace(number), delta.pudong.trace(number)
    assert ours.case == theirs.case
    assert ours.deadlines == theirs.deadlines
    assert (ours.case.deemed, ours.case.accepted_on) == (True, date(2026, 3, 2))
    assert _due(ours.deadlines)["C1"] == ("2026-03-09", False)
    # No less was known to the window while it was alone.
    assert (alone.case.deemed, alone.case.accepted_on) == (True, date(2026, 3, 2))
    for clock in ("C1", "C2", "C9"):
        assert _due(alone.deadlines)[clock] == _due(ours.deadlines)[clock]


def test_the_command_line_explains_the_clocks_of_a_stored_case(
    delta: Delta, capsys: pytest.CaptureFixture[str]
) -> None:
    number = delta.handed_over()
    explained = delta.pudong.host.explain(number)
    assert tuple(one.deadline for one in explained) == delta.pudong.trace(number).deadlines
    store = delta.stores.get(PUDONG) or delta.stage.store(PUDONG)
    where = ("--region", PUDONG, "--store", store)
    keys = ("--keys", delta.stage.keys(PUDONG), "--knowledge", delta.stage.knowledge)
    for more, code in (((), 0), (("--json",), 0)):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in ("case", "clocks", number, *where, *keys, *more)])
        told = capsys.readouterr().out
        assert ended.value.code == code
        assert "C1" in told
    found = json.loads(told)
    assert found["case"] == number
    assert found["clocks"][0]["deadline"]["clock"] == "C0"


def test_a_notice_tells_the_last_days_and_the_remedies(delta: Delta) -> None:
    delta.clock.now = at("2026-03-02 10:00")
    delta.reopen(acceptance=False)
    number = delta.handed_over()
    delta.pudong.accept(number)
    delta.pudong.rule(number, "rejected", reasons=["超出面积上限（示例）"])
    with delta.desk(PUDONG).sit() as here:
        notices = {notice.kind: notice for notice in rows.notices(here.tx, number)}
    acceptance, ruling = notices[NoticeKind.ACCEPTANCE], notices[NoticeKind.RULING]
    assert [(d.clock, str(d.due_on)) for d in acceptance.deadlines] == [
        ("C2", "2026-03-30"),
        ("C9", "2026-03-09"),
    ]
    assert "法定办结期限至2026年3月30日" in acceptance.text.reveal()
    assert [remedy.kind for remedy in ruling.remedies] == ["review", "litigation"]
    assert "行政复议" in ruling.text.reveal()
    assert [d.clock for d in ruling.deadlines] == ["C14"]
    assert delta.pudong.trace(number).case.state == "concluded"


def test_a_region_may_say_that_a_rest_day_counts_as_the_next_working_day(delta: Delta) -> None:
    rules = (Path(__file__).parents[2] / "mappings/clocks/receipt/canonical.toml").read_text()
    own = rules.replace("canonical", PUDONG).replace('"same-day"', '"next-working-day"', 2)
    norm = 'rule = { level = "normative-document", document = "示例", verified = "no" }'
    delta.lay_over(f"mappings/clocks/receipt/{PUDONG}.toml", f"{own}\n{norm}\n")
    delta.clock.now = at("2026-02-21 10:00")
    delta.reopen(acceptance=False)
    number = delta.handed_over()
    for gateway in (delta.suzhou, delta.pudong):
        assert _due(gateway.trace(number).deadlines)["C1"] == ("2026-03-02", False)


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
        (told,) = [line for line in logs if line["event"] == "deadline-revised"]
        assert [(one["clock"], one["before"], one["due_on"]) for one in told["moved"]] == [
            ("C2", "2027-01-05", "2027-01-08")
        ]
        assert [line["case"] for line in logs if line["event"] == "deadline-revised"] == [
            number
        ]
        assert delta.audited(region, number)[-1] == "deadline-revised"
        assert not delta.row(region, number).provisional
        assert gateway.work().revised == 0
        # 01-01 is a holiday and 01-02, 01-03 are a weekend: 4, 5, 6, 7, 8 January.
        assert _due(gateway.trace(number).deadlines)["C2"] == ("2027-01-08", False)


def test_the_acceptance_notice_tells_limits_in_the_units_of_the_item(delta: Delta) -> None:
    for region in ("canonical", PUDONG):
        path = f"mappings/items/outdoor-advertising/{region}.toml"
        text = delta.knowledge.knowledge.shelf.read(path).decode()
        delta.lay_over(path, text.replace('"working-day"', '"calendar-day"'))
    delta.reopen(acceptance=False)
    number = delta.handed_over()
    delta.pudong.accept(number)
    with delta.desk(PUDONG).sit() as here:
        (notice,) = (n for n in rows.notices(here.tx, number) if n.kind == "acceptance")
    (told,) = notice.items
    assert told == "法定办结时限 20 日，承诺 5 日"


def test_receipt_counts_from_the_entry_into_the_system_not_from_the_clerks_act(
    delta: Delta,
) -> None:
    delta.clock.now = at("2026-02-11 23:59")
    delta.reopen(acceptance=False)
    filing = delta.filing(papers=("application-form",))
    delta.clock.now = at("2026-02-12 00:01")
    number = delta.handed_over(filing)
    for day, deemed in (("2026-02-25 23:59", False), ("2026-02-26 00:00", True)):
        delta.clock.now = at(day)
        ours, theirs = delta.suzhou.trace(number), delta.pudong.trace(number)
        assert ours.case == theirs.case
        assert ours.deadlines == theirs.deadlines
        assert _due(ours.deadlines)["C1"] == ("2026-02-25", False)
        assert ours.case.deemed is deemed
    assert ours.case.accepted_on == date(2026, 2, 11)


def test_a_renewal_told_at_receipt_runs_and_is_granted_by_silence_at_both_ends(
    delta: Delta,
) -> None:
    delta.reopen(acceptance=False)
    number = delta.suzhou.spare(delta.filing()).case
    for wrong in ("2026-4-15", 20260415, "soon"):
        with pytest.raises(CaseError, match="step-value-unknown"):
            delta.suzhou.state(number, "received", body={"licence_expires_on": wrong})
    delta.suzhou.state(number, "received", body={"licence_expires_on": "2026-04-15"})
    delta.suzhou.hand_over(number)
    delta.work(2)
    for day, renewed in (("2026-04-15 23:59", False), ("2026-04-16 00:00", True)):
        delta.clock.now = at(day)
        ours, theirs = delta.suzhou.trace(number), delta.pudong.trace(number)
        assert ours.case == theirs.case
        assert _due(ours.deadlines)["C8-rule"] == ("2026-04-15", False)
        assert _due(ours.deadlines)["C8"] == ("2026-03-16", False)
        assert ours.case.deemed_renewed is renewed
