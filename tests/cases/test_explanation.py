"""Explanations say what the deadline says, and every day is accounted for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import Explanation, Limits, explain
from interop.conformance.strategies.calendar import days_near
from interop.model.case import CaseFact
from interop.model.item import Limit
from tests.cases.rules import Rules, Said, accepted_after, received_on, said_on

DAY = timedelta(days=1)
FAR = date(2030, 1, 1)
LIMITS = Limits(Limit(length=20), Limit(length=10))


def explained(
    rules: Rules, facts: tuple[CaseFact, ...], *, on: date = FAR
) -> dict[str, Explanation]:
    found = explain(rules.case(facts), facts, rules=rules.under(LIMITS), on=on)
    return {one.deadline.clock: one for one in found}


@given(
    data=st.data(), stops=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=3)
)
def test_every_day_up_to_the_last_is_counted_or_skipped_with_a_reason(
    data: st.DataObject, stops: list[tuple[int, int]], rules: Rules
) -> None:
    start = data.draw(days_near(rules.years[:-1]))
    spans = [(start + a * DAY, start + (a + n) * DAY) for a, n in stops]
    facts = accepted_after(start, spans)
    for clock, found in explained(rules, facts).items():
        due = found.deadline
        days = [
            (run.first + n * DAY, run.why)
            for run in found.skipped
            for n in range((run.last - run.first).days + 1)
        ]
        assert [day for day, _ in days] == sorted({day for day, _ in days})
        assert len(days) + due.length == (due.due_on - start).days
        for day, why in days:
            inside = any(first <= day <= last for first, last in spans)
            assert (why == "standing-still") == (inside and clock == "C2")
            if why != "standing-still":
                assert not rules.works(day)
        for day in found.made_up:
            assert day.weekday() >= 5
            assert rules.works(day)
            assert day.isoformat() in "".join(found.zh)


def test_the_sentences_name_start_skips_standstill_and_end(rules: Rules) -> None:
    day = date(2026, 2, 11)
    stop: Said = (
        "special-started", date(2026, 3, 2),
        {"procedure": "a", "kind": "expert-review", "needed_until": "2026-03-06"},
    )  # fmt: skip
    facts = received_on(day, ("accepted", day), stop, ("extended", date(2026, 3, 4)))
    found = explained(rules, facts, on=date(2026, 3, 5))
    assert found["C1"].zh == (
        "补正告知：自 2026-02-11（窗口收件）起 5 个工作日，当日不计",
        "放假不计：2026-02-15–2026-02-23",
        "调休上班计入：2026-02-14",
        "最后一日 2026-02-25",
        "逾期：逾期不告知的，自收到申请材料之日起即为受理",
    )
    assert found["C1"].en[:3] == (
        "notice of what is missing: 5 working days from 2026-02-11 "
        "(the window receives the materials), that day not counted",
        "holidays not counted: 2026-02-15–2026-02-23",
        "worked by the notice: 2026-02-14",
    )
    assert found["C2"].zh[1:3] == (
        "其中经批准延长 10 个工作日",
        "专家评审 2026-03-02–2026-03-06：期限中止，已书面告知，尚未结束",
    )
    assert "特别程序期间不计：2026-03-02–2026-03-06" in found["C2"].zh
    assert found["C11"].en[0].startswith("acknowledgement of the hand-over: 1 working day from")
    assert found["C0"].zh[0] == "当场处理：2026-02-11（窗口收件）当日"
    assert found["C1"].started_by == "received"
    assert found["C1"].basis == rules.clocks.row("C1").basis


def test_what_counts_back_and_what_is_not_announced_says_so(rules: Rules) -> None:
    says = {"licence_expires_on": "2026-10-31"}
    renewal = said_on(("submitted", date(2026, 9, 1), says))
    found = explained(rules, renewal)["C8"]
    assert found.zh[0] == "申请延续：自 2026-10-31（申请人提交申请）倒推 30 日，当日不计"
    assert "最后一日为休息日，2026-10-08 及以前提出的仍算按期" in found.zh
    assert found.skipped == ()
    late = date(2026, 12, 10)
    found = explained(rules, received_on(late, ("accepted", late)))["C2"]
    assert "所涉年份的放假安排尚未公布，此为最早可能的日期，公布后重算" in found.zh


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_clock_of_the_table_can_be_explained(rules: Rules, lang: str) -> None:
    day = date(2026, 3, 2)
    way = ("permitted", "concluded", "delivered", "published")
    facts = received_on(
        day,
        ("accepted", day, {"review": "lower"}),
        ("owed-noted", day),
        ("hearing-fixed", day),
        ("hearing-asked", day),
        ("served", day, {"kind": "hearing-right"}),
        *((name, day) for name in way),
        ("rated", day, {"level": "5"}),
    )
    found = explain(rules.case(facts), facts, rules=rules.under(LIMITS), on=FAR)
    clocks = {one.deadline.clock for one in found}
    assert clocks >= {"C0", "C1", "C2", "C5", "C6", "C6-hold", "C7", "C9", "C10", "C11", "C12"}
    assert clocks >= {"C14", "C15"}
    for one in found:
        told = one.zh if lang == "zh" else one.en
        assert str(one.deadline.due_on) in told[-2] + told[-3]
