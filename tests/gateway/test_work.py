"""What runs by itself: intents survive, grow patient, and never run hot."""

from collections.abc import Callable

import pytest
import structlog

from interop.gateway import intents
from interop.gateway.ledger import park
from interop.gateway.open import Gateway
from interop.model.ports import AcceptanceSystem, Progress, Registration
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.store import tasks
from interop.store.ledger import CLAIMING
from interop.store.tasks import Task
from tests.gateway.delta import Delta


def _tasks(delta: Delta) -> list[Task]:
    desk = delta.desk(PUDONG)
    with desk.sit() as at:
        far = desk.now().replace(year=desk.now().year + 1)
        return list(tasks.due(at.tx, far, limit=10))


def _advance(delta: Delta) -> None:
    """Let the next task become due."""
    (task,) = _tasks(delta)
    delta.clock.now = max(delta.clock.now, task.due_at.astimezone(delta.clock.now.tzinfo))


def test_a_parked_case_is_asked_about_ever_more_seldom_and_nothing_is_sent(
    delta: Delta,
) -> None:
    number = delta.handed_over()
    delta.faults["/310000"] = "unavailable"
    with delta.desk(PUDONG).sit() as at:
        park(at, number, "case-state-diverged")
    (task,) = _tasks(delta)
    with structlog.testing.capture_logs() as logs:
        for attempts in range(1, 9):
            _advance(delta)
            assert delta.pudong.work().tasks == 0
            (task,) = _tasks(delta)
            assert (task.attempts, task.reason_code) == (attempts, "case-parked")
    assert {line["code"] for line in logs} == {"case-parked"}
    assert delta.desk(PUDONG).backoff.after(12).total_seconds() <= 60


def test_an_acceptance_system_that_fails_is_asked_again_and_registers_once(
    delta: Delta,
) -> None:
    number = delta.received()
    delta.suzhou.hand_over(number)
    delta.faults["/310000"] = "fault"
    delta.work(1)
    for attempts in (1, 2, 3):
        _advance(delta)
        delta.pudong.work()
        (task,) = _tasks(delta)
        assert task.attempts >= attempts
        assert task.reason_code
    assert delta.pudong.trace(number).case.state == "acknowledged"
    delta.faults.clear()
    for _ in range(3):
        if _tasks(delta):
            _advance(delta)
        delta.work(1)
    assert delta.pudong.trace(number).case.state == "concluded"
    assert _tasks(delta) == []
    assert delta.audited(PUDONG, number).count("fact-accepted") == 1


def test_a_state_that_the_contract_does_not_know_is_not_guessed(delta: Delta) -> None:
    delta.faults["/310000"] = "wrong-namespace"
    number = delta.handed_over(rounds=2)
    (task,) = _tasks(delta)
    assert task.reason_code
    assert delta.pudong.trace(number).case.state == "acknowledged"


class Slow:
    """An organ that takes its time; counts how often it is asked."""

    region = PUDONG

    def __init__(self, between: Callable[[], object] = lambda: None) -> None:
        self.asked = 0
        self.between = between

    def register(self, registration: Registration) -> Progress:
        self.between()
        return self._progress(registration.case)

    def progress(self, case: str) -> Progress:
        self.asked += 1
        self.between()
        return self._progress(case)

    def _progress(self, case: str) -> Progress:
        from datetime import date

        return Progress(
            case=case, acceptance_number="A-1", state="accepted", on=date(2026, 3, 2)
        )


def _with(delta: Delta, system: AcceptanceSystem) -> None:
    from dataclasses import replace

    ports = dict(delta.ports)
    ports[PUDONG] = replace(ports[PUDONG], acceptance=lambda: system)
    delta.ports = ports
    delta.open(PUDONG)


def test_a_ruling_that_takes_days_is_not_asked_for_five_times_a_second(delta: Delta) -> None:
    slow = Slow()
    _with(delta, slow)
    number = delta.handed_over(rounds=2)
    assert delta.pudong.trace(number).case.state == "accepted"
    begun, slow.asked = delta.clock.now, 0
    while (delta.clock.now - begun).total_seconds() < 900:
        _advance(delta)
        delta.pudong.work()
    assert slow.asked < 25
    (task,) = _tasks(delta)
    assert (task.due_at - delta.clock.now).total_seconds() <= intents.POLL_S_MAX


@pytest.mark.parametrize("fails", [False, True])
def test_two_workers_on_one_intent_do_no_harm(delta: Delta, *, fails: bool) -> None:
    from interop.errors import RegionUnavailable
    from interop.exchange.reasons import GAP

    def other_worker() -> None:
        (task,) = _tasks(delta)
        with delta.desk(PUDONG).sit() as at:
            tasks.finish(at.tx, task.id)
        if fails:
            raise RegionUnavailable(GAP.of(field="line", got="cut"))

    _with(delta, Slow(other_worker))
    number = delta.handed_over()
    assert delta.pudong.work().tasks == 0
    assert _tasks(delta) == []
    assert delta.pudong.trace(number).case.state == "acknowledged"


def test_without_an_acceptance_system_an_intent_says_what_is_missing(delta: Delta) -> None:
    number = delta.received()
    delta.suzhou.hand_over(number)
    delta.suzhou.work()
    assert len(_tasks(delta)) == 1
    delta.open(PUDONG, acceptance=False)
    delta.pudong.work()
    (task,) = _tasks(delta)
    assert task.reason_code == "gateway-no-acceptance-system"
    assert delta.pudong.accept(number).state == "accepted"
    assert delta.desk(SUZHOU).outside.acceptance is None


def test_one_broken_case_does_not_stop_the_revision_of_others(delta: Delta) -> None:
    from interop.store import cases as rows
    from interop.store import vault
    from tests.gateway.delta import at

    delta.clock.now = at("2026-12-10 09:00")
    delta.reopen(acceptance=False)
    numbers = []
    for reference in ("HOST-1", "HOST-2"):
        numbers.append(delta.handed_over(delta.filing(reference=reference)))
        delta.pudong.accept(numbers[-1])
    delta.work(2)
    with delta.desk(SUZHOU).sit() as here:
        assert len(rows.provisional(here.tx, limit=10)) == 2
        vault.destroy_key(here.tx, numbers[0])
    from tests.gateway.test_deadlines import YEAR_2027

    delta.lay_over("mappings/calendars/2027.toml", YEAR_2027)
    delta.reopen(acceptance=False)
    with structlog.testing.capture_logs() as logs:
        assert delta.suzhou.work().revised == 1
        assert delta.suzhou.work().revised == 0
    assert [line["code"] for line in logs if line["event"] == "deadline-not-revised"] == [
        "case-key-destroyed"
    ]
    assert not delta.row(SUZHOU, numbers[1]).provisional


def test_a_new_calendar_is_asked_about_every_case_though_some_stay_as_they_are(
    delta: Delta, monkeypatch: pytest.MonkeyPatch
) -> None:
    from interop.gateway import work
    from interop.store import vault
    from tests.gateway.delta import at
    from tests.gateway.test_deadlines import YEAR_2027

    delta.clock.now = at("2026-12-10 09:00")
    delta.reopen(acceptance=False)
    numbers = sorted(
        delta.handed_over(delta.filing(reference=f"HOST-{n}")) for n in range(1, 4)
    )
    for number in numbers:
        delta.pudong.accept(number)
    delta.work(2)
    with delta.desk(SUZHOU).sit() as here:
        vault.destroy_key(here.tx, numbers[0])
    delta.lay_over("mappings/calendars/2027.toml", YEAR_2027)
    delta.reopen(acceptance=False)
    # One a round: the first of them cannot be revised, and is not in the way of the others.
    monkeypatch.setattr(work, "CASES_MAX", 1)
    assert [delta.suzhou.work().revised for _ in range(5)] == [0, 1, 1, 0, 0]
    assert not any(delta.row(SUZHOU, number).provisional for number in numbers[1:])


def test_what_a_worker_that_died_had_claimed_goes_on_within_seconds(delta: Delta) -> None:
    number = delta.handed_over()
    desk = delta.desk(PUDONG)
    _advance(delta)
    # A worker claims, and is killed before it has called anybody.
    with desk.store.transaction(lane=CLAIMING) as tx:
        claimed = tasks.claim(tx, desk.now(), seconds=intents.CLAIM_S, limit=10)
    assert [task.case for task in claimed] == [number]
    delta.open(PUDONG)
    assert delta.pudong.work().tasks == 0
    delta.clock.pass_(seconds=5)
    assert delta.pudong.work().tasks == 1


def test_what_another_process_left_under_the_former_calendar_is_revised_within_a_day(
    delta: Delta,
) -> None:
    from tests.gateway.delta import at
    from tests.gateway.test_deadlines import YEAR_2027

    delta.clock.now = at("2026-12-10 09:00")
    delta.reopen(acceptance=False)
    delta.lay_over("mappings/calendars/2027.toml", YEAR_2027)
    with Gateway.open(
        SUZHOU,
        store=delta.stores.get(SUZHOU) or delta.stage.store(SUZHOU),
        keys=delta.ring(SUZHOU),
        knowledge=delta.knowledge,
        clock=delta.clock,
        outside=delta.desk(SUZHOU).outside,
    ) as newer:
        assert newer.work().revised == 0
        number = delta.handed_over()
        delta.pudong.accept(number)
        delta.work(2)
        assert delta.row(SUZHOU, number).provisional
        delta.clock.pass_(days=1)
        assert newer.work().revised == 1
        assert not delta.row(SUZHOU, number).provisional
