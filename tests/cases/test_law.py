"""The dates of the law, case by case: every row of the clocks, from its trigger to its day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import JsonValue

from interop.calendar import YearTable
from interop.cases import Limits, fold, revised, running, state_fact
from interop.conformance.strategies.cases import HEADER, at_noon, next_fact
from interop.errors import CaseError, KnowledgeError
from interop.model.case import CaseFact, Deadline
from interop.model.item import Basis, Limit
from tests.cases.rules import Rules, Said, received_on, said_on

YEAR_END = date(2026, 12, 31)
DOCUMENT = Basis(level="normative-document", document="协议（示例）", verified="no")
SPECIAL = {"procedure": "review-1", "kind": "expert-review", "needed_until": "2026-03-20"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def accepted_on(text: str, *then: Said) -> tuple[CaseFact, ...]:
    return received_on(day(text), ("accepted", day(text)), *then)


def special(begins: str, ends: str, name: str) -> list[Said]:
    says = {"procedure": name, "kind": "inspection", "needed_until": ends}
    return [
        ("special-started", day(begins), says),
        ("special-ended", day(ends), {"procedure": name}),
    ]


def in_order(*said: Said) -> tuple[CaseFact, ...]:
    return accepted_on("2026-03-02", *sorted(said, key=lambda one: (one[1], one[0])))


def left(rules: Rules, facts: tuple[CaseFact, ...], on: date) -> set[str]:
    due = rules.listed(facts, on=on)
    return {d.clock for d in running(due, facts, table=rules.clocks)}


@pytest.mark.requirement("YRD-CASE-002")
def test_received_in_suzhou_incomplete_and_never_told(rules: Rules) -> None:
    facts = received_on(day("2026-02-11"))
    on = day("2026-02-26")
    case, due = rules.case(facts, on=on), rules.due(facts, on=on)
    assert due["C1"].due_on == day("2026-02-25")
    assert due["C1"].effect == "deemed-accepted"
    assert (case.deemed, case.accepted_on) == (True, day("2026-02-11"))
    assert due["C2"].due_on == day("2026-03-17")
    assert due["C9"].due_on == day("2026-03-03")


def test_what_can_be_said_at_once_is_due_on_the_day_of_receipt(rules: Rules) -> None:
    for text in ("2026-03-02", "2026-02-21"):
        first = said_on(("submitted", day(text)), ("received", day(text)))
        assert rules.due(first)["C0"].due_on == day(text)
        assert "C0" in left(rules, first, YEAR_END)
        over = said_on(("handed-over", day(text)), before=first)
        assert "C0" not in left(rules, over, YEAR_END)


def test_told_in_time_and_complete_later(rules: Rules) -> None:
    facts = received_on(
        day("2026-02-11"),
        ("supplement-noticed", day("2026-02-13")),
        ("supplemented", day("2026-03-02")),
        ("accepted", day("2026-03-02")),
    )
    case = rules.case(facts, on=day("2026-04-01"))
    assert (case.deemed, case.accepted_on) == (False, day("2026-03-02"))
    assert rules.due(facts, on=day("2026-04-01"))["C2"].due_on == day("2026-03-30")


@pytest.mark.requirement("YRD-CASE-007")
def test_ten_days_of_expert_review_are_left_out_and_an_overlap_counts_once(
    rules: Rules,
) -> None:
    review = special("2026-03-09", "2026-03-20", "review-1")
    facts = in_order(*review)
    found = rules.due(facts, on=YEAR_END)["C2"]
    assert (found.due_on, found.suspended) == (day("2026-04-14"), 10)
    both = in_order(*review, *special("2026-03-16", "2026-03-18", "inspection-1"))
    assert rules.case(both).state == "reviewing"
    assert rules.due(both, on=YEAR_END)["C2"] == found
    # Two procedures, each with days of its own.
    apart = in_order(*review, *special("2026-03-19", "2026-03-24", "test-1"))
    assert rules.due(apart, on=YEAR_END)["C2"].suspended == 12
    # The promise makes no exception that its guide does not make.
    assert rules.due(facts, on=YEAR_END)["C9"].due_on == day("2026-03-16")


@pytest.mark.requirement("YRD-CASE-007")
def test_a_procedure_that_was_not_told_in_writing_leaves_nothing_out(rules: Rules) -> None:
    facts = accepted_on("2026-03-02")
    begin = next_fact(
        facts, "handling", "special-started", at=at_noon(day("2026-03-09")), says=SPECIAL
    )
    bare = {k: v for k, v in begin.body.items() if not k.startswith("notice")}
    silent = begin.model_copy(update={"body": bare})
    case = rules.case(facts)
    with pytest.raises(CaseError) as refused:
        state_fact(case, silent, table=rules.lifecycle, region=HEADER.handling)
    assert refused.value.code == "fact-without-notice"
    on = day("2026-03-12")
    assert rules.due((*facts, silent), on=on)["C2"].due_on == day("2026-03-30")
    assert rules.due((*facts, begin), on=on)["C2"].due_on == day("2026-04-14")


def test_while_a_procedure_is_open_the_clock_stands_still(rules: Rules) -> None:
    says = {"procedure": "review-1", "needed_until": "2026-03-20"}
    facts = in_order(("special-started", day("2026-03-09"), says))
    for on, due, still in (
        ("2026-03-06", "2026-04-14", False),
        ("2026-03-09", "2026-04-14", True),
        # As told in writing; and from then on one day more each day.
        ("2026-03-20", "2026-04-14", True),
        ("2026-03-23", "2026-04-15", True),
    ):
        found = rules.due(facts, on=day(on))["C2"]
        assert (found.due_on, found.stands_still) == (day(due), still)
    assert rules.case(facts).procedures == ("review-1",)


@pytest.mark.requirement("YRD-CASE-006")
def test_the_head_extends_once_with_a_reason(rules: Rules) -> None:
    facts = in_order(("extended", day("2026-03-20")))
    found = rules.due(facts, on=YEAR_END)["C2"]
    assert (found.due_on, found.length) == (day("2026-04-14"), 30)
    twice = said_on(("extended", day("2026-03-23")), before=facts)
    assert rules.case(twice).out_of_time == ("handling:4",)
    assert rules.due(twice, on=YEAR_END)["C2"].due_on == day("2026-04-14")
    # The promise is not extended.
    assert rules.due(facts, on=YEAR_END)["C9"].due_on == day("2026-03-16")


def test_several_organs_have_45_days_and_15_more(rules: Rules) -> None:
    joint = Limits(Limit(length=45), Limit(length=10), joint=True)
    facts = accepted_on("2026-03-02")
    calendar = rules.calendar
    assert rules.due(facts, under=joint)["C2"].length == 45
    # An arrangement may leave them less, and never more; in calendar days no more either.
    for arranged, allowed in ((30, 30), (46, 45), (400, 45)):
        for limit in (Limit(length=arranged), Limit(length=arranged, unit="calendar-day")):
            under = replace(joint, statutory=limit).bounded(rules.clocks)
            assert rules.due(facts, under=under)["C2"].length == allowed
    extended = in_order(("extended", day("2026-03-20")))
    found = rules.due(extended, under=joint)["C2"]
    assert (found.length, found.due_on) == (60, calendar.add(day("2026-03-02"), 60).day)


def test_what_is_decided_at_once_is_due_the_day_it_is_accepted(rules: Rules) -> None:
    at_once = Limits(Limit(length=20), Limit(length=0))
    # A Thursday, and a Saturday within the Spring Festival.
    for on in ("2026-03-05", "2026-02-21"):
        assert rules.due(accepted_on(on), under=at_once)["C9"].due_on == day(on)


def test_over_the_year_end_the_last_day_is_a_lower_bound_until_the_notice(rules: Rules) -> None:
    facts = accepted_on("2026-12-10")
    with pytest.raises(KnowledgeError) as refused:
        rules.calendar.add(day("2026-12-10"), 20)
    assert refused.value.code == "calendar-not-covered"
    before = rules.listed(facts, on=YEAR_END)
    told_before = {d.clock: d for d in before}["C2"]
    assert told_before.provisional
    # Fifteen working days are left in 2026; five of 2027 at the least.
    assert told_before.due_on == day("2027-01-05")
    new = rules.announced(
        YearTable(
            year=2027,
            holidays=tuple(
                date(2027, month, d)
                for month, d in ((1, 1), (1, 2), (1, 3), (5, 1), (10, 1), (10, 2), (10, 3))
            ),
            source="made up",
            verified="no",
        )
    )
    after = new.listed(facts, on=YEAR_END)
    told_anew = {d.clock: d for d in after}["C2"]
    assert (told_anew.due_on, told_anew.provisional) == (day("2027-01-08"), False)
    events = revised(HEADER.number, before, after)
    assert [(e.clock, e.before, e.due_on, e.provisional) for e in events] == [
        ("C2", day("2027-01-05"), day("2027-01-08"), False)
    ]
    assert events[0].calendar_digest == new.calendar.digest != rules.calendar.digest
    # Announced once: there is nothing left to tell.
    assert revised(HEADER.number, after, after) == ()


def served(kind: str, at: str, **says: JsonValue) -> Said:
    values = {"kind": kind, "served_at": f"{at}T10:00:00+08:00", "notice": "N-1", **says}
    return ("served", day(at), values)


def test_five_days_to_ask_for_a_hearing_run_from_service_for_each_party(rules: Rules) -> None:
    facts = accepted_on(
        "2026-09-21",
        ("hearing-told", day("2026-09-22")),
        served("hearing-right", "2026-09-28", party="applicant"),
        served("hearing-right", "2026-10-09", party="interested-party"),
    )
    found = [d for d in rules.listed(facts, on=YEAR_END) if d.clock == "C6"]
    assert [(d.due_on, d.binds) for d in found] == [
        (day("2026-10-08"), "citizen"),
        (day("2026-10-14"), "citizen"),
    ]
    asked = said_on(("hearing-asked", day("2026-10-08"), {"party": "applicant"}), before=facts)
    due = rules.listed(asked, on=YEAR_END)
    hold = next(d for d in due if d.clock == "C6-hold")
    assert hold.due_on == rules.calendar.add(day("2026-10-08"), 20).day
    open_ones = running(due, asked, table=rules.clocks)
    assert [d.due_on for d in open_ones if d.clock == "C6"] == [day("2026-10-14")]


def test_a_notice_of_a_hearing_is_served_seven_working_days_before(rules: Rules) -> None:
    facts = in_order(
        ("hearing-fixed", day("2026-03-03"), {"hearing_on": "2026-03-16", "notice": "N-9"})
    )
    found = rules.due(facts, on=YEAR_END)["C12"]
    assert (found.due_on, found.starts_on) == (day("2026-03-05"), day("2026-03-16"))
    assert found.effect == "hearing-invalid"
    other = said_on(served("hearing-notice", "2026-03-04"), before=facts)
    assert "C12" in left(rules, other, YEAR_END)
    own = said_on(served("hearing-notice", "2026-03-04", notice="N-9"), before=facts)
    assert "C12" not in left(rules, own, YEAR_END)


def test_a_hearing_in_a_year_not_announced_has_a_lower_bound(rules: Rules) -> None:
    says = {"hearing_on": "2027-01-11"}
    facts = accepted_on("2026-12-21", ("hearing-fixed", day("2026-12-21"), says))
    found = rules.due(facts, on=YEAR_END)["C12"]
    # None of the days of 2027 may be worked: seven of 2026, the last on the 31st.
    assert (found.due_on, found.provisional) == (day("2026-12-23"), True)


def test_the_lower_organ_has_twenty_days_of_its_own(rules: Rules) -> None:
    facts = received_on(day("2026-03-02"), ("accepted", day("2026-03-02"), {"review": "lower"}))
    assert rules.due(facts)["C7"].due_on == day("2026-03-30")
    assert "C7" not in rules.due(accepted_on("2026-03-02"))
    up = said_on(("review-handed-up", day("2026-03-09")), before=facts)
    assert left(rules, up, YEAR_END) & {"C7", "C2"} == {"C2"}


def renewal(asked: str, *then: Said) -> tuple[CaseFact, ...]:
    says = {"licence_expires_on": "2026-10-31"}
    first = said_on(("submitted", day(asked), says))
    names = ("received", "handed-over", "acknowledged")
    return said_on(*((name, day(asked)) for name in names), *then, before=first)


@pytest.mark.requirement("YRD-CASE-008")
@pytest.mark.parametrize(
    ("asked", "in_time"), [("2026-10-01", True), ("2026-10-08", True), ("2026-10-09", False)]
)
def test_a_renewal_asked_for_in_time_and_undecided_at_expiry_is_granted(
    rules: Rules, asked: str, *, in_time: bool
) -> None:
    facts = renewal(asked, ("accepted", day(asked)))
    due = rules.due(facts)
    # National Day rests; the day stands, an application by the 8th still counts.
    assert due["C8"].due_on == day("2026-10-01")
    assert due["C8"].counts_until == day("2026-10-08")
    assert due["C8-rule"].due_on == day("2026-10-31")
    assert not rules.case(facts, on=day("2026-10-31")).deemed_renewed
    assert rules.case(facts, on=day("2026-11-01")).deemed_renewed == in_time
    for ruling, on in (("permitted", "2026-10-30"), ("rejected", "2026-10-31")):
        ruled = said_on((ruling, day(on)), before=facts)
        assert not rules.case(ruled, on=day("2026-11-01")).deemed_renewed
    late = said_on(("rejected", day("2026-11-02")), before=facts)
    assert rules.case(late, on=day("2026-11-03")).deemed_renewed == in_time


def test_no_renewal_is_deemed_where_none_was_asked_for(rules: Rules) -> None:
    facts = accepted_on("2026-03-02")
    assert "C8" not in rules.due(facts)
    assert not rules.case(facts, on=YEAR_END).deemed_renewed


def test_only_a_bad_rating_opens_a_clock(rules: Rules) -> None:
    way = [
        (name, day("2026-03-10"))
        for name in ("permitted", "concluded", "delivered")
    ]  # fmt: skip
    for level, opens in (("1", False), ("3", False), ("4", True), ("5", True)):
        facts = accepted_on("2026-03-02", *way, ("rated", day("2026-03-11"), {"level": level}))
        due = rules.due(facts)
        assert ("C10" in due) == opens
        if opens:
            assert due["C10"].due_on == day("2026-04-01")
            answered = said_on(("rating-answered", day("2026-03-20")), before=facts)
            assert "C10" not in left(rules, answered, YEAR_END)


@pytest.mark.parametrize("told", [{}, {"period_days": 30, "period_rule": "某办法（示例）"}])
def test_who_serves_a_notice_states_no_period_that_the_notice_does_not(
    rules: Rules, told: dict[str, JsonValue]
) -> None:
    noticed = {"notice": "N-7", "period_days": 0, **told}
    facts = received_on(
        day("2026-03-02"),
        ("supplement-noticed", day("2026-03-04"), noticed),
        served(
            "supplement",
            "2026-03-05",
            notice="N-7",
            period_days=3,
            period_rule="某办法（示例）",
        ),
    )
    found = rules.due(facts, on=YEAR_END).get("C13")
    assert (found and found.due_on) == (day("2026-04-07") if told else None)


@pytest.mark.parametrize(
    ("says", "due"),
    [
        ({"period_days": 10, "period_rule": "某办法第十条（示例）"}, "2026-03-16"),
        # Stated without a rule, or not at all: the case never lapses by time.
        ({"period_days": 10, "period_rule": ""}, None),
        ({"period_days": 0, "period_rule": "某办法第十条（示例）"}, None),
    ],
)
def test_a_case_lapses_by_time_only_where_a_rule_says_so_and_the_notice_told(
    rules: Rules, says: dict[str, Any], due: str | None
) -> None:
    noticed = {"notice": "N-7", "period_days": 0, **says}
    facts = received_on(
        day("2026-03-02"),
        ("supplement-noticed", day("2026-03-03"), noticed),
        served("supplement", "2026-03-05", notice="N-7", period_days=0),
    )
    # 2026-03-15 is a Sunday: the citizen's last day moves.
    found = rules.due(facts, on=YEAR_END).get("C13")
    assert (found and found.due_on) == (due and day(due))
    lapse = next_fact(facts, "handling", "lapsed", at=at_noon(day("2026-03-17")))
    case = rules.case(facts)
    under = rules.listed(facts, on=YEAR_END)
    if due is None:
        with pytest.raises(CaseError) as refused:
            state_fact(case, lapse, table=rules.lifecycle, region=HEADER.handling, due=under)
        assert refused.value.code == "lapse-without-period"
        return
    state_fact(case, lapse, table=rules.lifecycle, region=HEADER.handling, due=under)
    assert fold(HEADER, (*facts, lapse), table=rules.lifecycle).state == "lapsed"


def test_a_ruling_is_published_and_a_certificate_delivered(rules: Rules) -> None:
    facts = accepted_on("2026-03-02", ("permitted", day("2026-03-10")))
    due = rules.due(facts)
    assert due["C14"].due_on == day("2026-03-19")
    assert due["C5"].due_on == day("2026-03-24")
    rejected = accepted_on("2026-03-02", ("rejected", day("2026-03-10")))
    assert rules.due(rejected).keys() & {"C5", "C14"} == {"C14"}
    told_all = said_on(("published", day("2026-03-11")), before=facts)
    assert left(rules, told_all, YEAR_END) & {"C5", "C14"} == {"C5"}


def test_what_is_owed_has_a_clock_of_its_own_and_touches_no_other(rules: Rules) -> None:
    plain = accepted_on("2026-03-02")
    owed: list[Said] = [
        ("owed-noted", day("2026-03-03"), {"material": name, "period_days": days})
        for name, days in (("site-plan", 10), ("lease", 20))
    ]
    facts = said_on(*owed, before=plain)
    found = [d for d in rules.listed(facts) if d.clock == "C15"]
    assert [d.due_on for d in found] == [day("2026-03-13"), day("2026-03-23")]
    rest = [d for d in rules.listed(facts) if d.clock != "C15"]
    assert tuple(rest) == rules.listed(plain)
    settled = said_on(("owed-settled", day("2026-03-10"), {"material": "lease"}), before=facts)
    open_ones: tuple[Deadline, ...] = running(
        rules.listed(settled), settled, table=rules.clocks
    )
    assert [d.due_on for d in open_ones if d.clock == "C15"] == [day("2026-03-13")]
    unguided = said_on(("owed-noted", day("2026-03-03"), {"guide": ""}), before=plain)
    assert rules.listed(unguided) == rules.listed(plain)


def test_a_window_that_accepts_is_not_competent_and_c1_runs_on(rules: Rules) -> None:
    facts = said_on(*((n, day("2026-02-11")) for n in ("submitted", "received", "handed-over")))
    case = rules.case(facts)
    accept = next_fact(facts, "handling", "accepted", at=at_noon(day("2026-02-12")))
    with pytest.raises(CaseError) as refused:
        state_fact(case, accept, table=rules.lifecycle, region=HEADER.receiving)
    assert (refused.value.code, refused.value.reason.expected) == (
        "not-competent",
        HEADER.handling,
    )
    # Not acknowledged within one working day: both ends are alerted, C1 stops for nothing.
    due = rules.due(facts, on=day("2026-02-26"))
    assert (due["C11"].due_on, due["C11"].effect) == (day("2026-02-12"), "alert")
    assert due["C1"].starts_on == day("2026-02-11")
    assert rules.case(facts, on=day("2026-02-26")).deemed
