"""Silence is acceptance: 逾期不告知的，自收到申请材料之日起即为受理."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.calendar import YearTable
from interop.cases import fold, state_fact
from interop.conformance.strategies.calendar import days_near
from interop.conformance.strategies.cases import HEADER, at_noon, next_fact, told
from interop.errors import CaseError
from tests.cases.rules import NOTICE_DAYS, Rules, received_on, said_on

DAY = timedelta(days=1)
WEDNESDAY = date(2026, 2, 11)
LAST = date(2026, 2, 25)
APRIL = date(2026, 4, 1)
ANSWERS = ("", "supplement-noticed", "accepted", "withdrawn", "not-required", "refused")


@pytest.mark.requirement("YRD-CASE-002")
def test_nothing_said_by_the_last_day_is_acceptance_as_of_receipt(
    rules: Rules,
) -> None:
    facts = received_on(WEDNESDAY)
    still = rules.case(facts, on=LAST)
    assert (still.accepted_on, still.deemed) == (None, False)
    case = rules.case(facts, on=LAST + DAY)
    assert (case.accepted_on, case.deemed, case.state) == (WEDNESDAY, True, "acknowledged")
    due = rules.due(facts, on=LAST + DAY)
    assert due["C1"].due_on == LAST
    assert (due["C2"].starts_on, due["C2"].due_on) == (WEDNESDAY, date(2026, 3, 17))
    assert due["C9"].due_on == date(2026, 3, 3)
    assert rules.due(facts, on=LAST).keys() == {"C0", "C1", "C11"}


@pytest.mark.requirement("YRD-CASE-002")
@pytest.mark.parametrize("late", ["supplement-noticed", "accepted", "withdrawn"])
def test_what_is_said_after_the_last_day_undoes_nothing(rules: Rules, late: str) -> None:
    for day, is_deemed in ((LAST, False), (LAST + DAY, True)):
        facts = received_on(WEDNESDAY, (late, day))
        case = rules.case(facts, on=APRIL)
        # A late notice is out of time; a late acceptance confirms what silence has done.
        overtaken = is_deemed and late == "supplement-noticed"
        assert case.state == ("acknowledged" if overtaken else late)
        assert case.out_of_time == (("handling:2",) if overtaken else ())
        assert case.state_hash == fold(HEADER, facts, table=rules.lifecycle).state_hash
        assert case.deemed == is_deemed
        if is_deemed:
            assert case.accepted_on == WEDNESDAY
    # The organ confirms later still: the day of acceptance stays.
    facts = received_on(
        WEDNESDAY, ("accepted", date(2026, 3, 10)), ("permitted", date(2026, 3, 11))
    )
    case = rules.case(facts, on=APRIL)
    assert (case.accepted_on, case.ruling) == (WEDNESDAY, "permitted")


@pytest.mark.parametrize("answer", ["not-required", "refused"])
@pytest.mark.parametrize("day", [WEDNESDAY, LAST, LAST + DAY, date(2026, 3, 30)])
def test_never_where_the_organ_is_not_competent_or_no_licence_is_needed(
    rules: Rules, answer: str, day: date
) -> None:
    case = rules.case(received_on(WEDNESDAY, (answer, day)), on=APRIL)
    assert (case.accepted_on, case.deemed, case.state) == (None, False, answer)


def test_a_notice_in_time_and_then_all_materials(
    rules: Rules,
) -> None:
    second = date(2026, 3, 2)
    facts = received_on(
        WEDNESDAY,
        ("supplement-noticed", date(2026, 2, 13)),
        ("supplemented", second),
        ("accepted", second),
    )
    case = rules.case(facts, on=APRIL)
    assert (case.accepted_on, case.deemed) == (second, False)
    assert rules.due(facts, on=APRIL)["C2"].due_on == date(2026, 3, 30)


@pytest.mark.requirement("YRD-CASE-002")
def test_make_up_days_and_holidays_move_the_day_of_deeming(rules: Rules) -> None:
    # Five working days after Monday 2026-09-28 end on Saturday 2026-10-10, which is worked.
    facts = received_on(date(2026, 9, 28))
    assert not rules.case(facts, on=date(2026, 10, 10)).deemed
    assert rules.case(facts, on=date(2026, 10, 11)).deemed


def test_the_day_of_receipt_is_the_day_in_beijing(rules: Rules) -> None:
    # Half past midnight there is still the day before in UTC.
    early = datetime(2026, 2, 10, 16, 30, tzinfo=UTC)
    facts = told(("receiving", "submitted", early), ("receiving", "received", early))
    assert not rules.case(facts, on=LAST).deemed
    assert rules.case(facts, on=LAST + DAY).accepted_on == WEDNESDAY


def test_nothing_is_deemed_while_the_calendar_does_not_cover_the_period(
    rules: Rules,
) -> None:
    facts, on = received_on(date(2026, 12, 28)), date(2027, 3, 1)
    assert not rules.case(facts, on=on).deemed
    first = [
        date(2027, month, day) for month, day in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
    ]
    table = YearTable(year=2027, holidays=tuple(first), source="made up", verified="no")
    case = rules.announced(table).case(facts, on=on)
    assert (case.deemed, case.accepted_on) == (True, date(2026, 12, 28))


def test_facts_out_of_time_say_nothing(rules: Rules) -> None:
    facts = received_on(WEDNESDAY)
    # The window "accepts", "refuses" and "notices": none of it is the organ's word.
    for name in ("accepted", "refused", "supplement-noticed"):
        facts = (*facts, next_fact(facts, "receiving", name, at=at_noon(WEDNESDAY)))
    case = rules.case(facts, on=LAST + DAY)
    assert (case.deemed, case.accepted_on) == (True, WEDNESDAY)
    # A refusal after acceptance is none.
    facts = received_on(WEDNESDAY, ("accepted", LAST + DAY), ("refused", LAST + 2 * DAY))
    assert rules.case(facts, on=LAST + 3 * DAY).deemed


def test_a_case_not_received_is_never_deemed(rules: Rules) -> None:
    facts = said_on(("submitted", WEDNESDAY))
    case = rules.case(facts, on=date(2026, 12, 1))
    assert (case.deemed, case.accepted_on) == (False, None)


@pytest.mark.requirement("YRD-CASE-002")
def test_a_case_deemed_accepted_takes_no_supplement_notice(rules: Rules) -> None:
    facts = received_on(WEDNESDAY)
    notice = next_fact(facts, "handling", "supplement-noticed", at=at_noon(LAST + DAY))
    in_time = rules.case(facts, on=LAST)
    assert state_fact(in_time, notice, table=rules.lifecycle, region=HEADER.handling) is notice
    case = rules.case(facts, on=LAST + DAY)
    with pytest.raises(CaseError) as refused:
        state_fact(case, notice, table=rules.lifecycle, region=HEADER.handling)
    assert (refused.value.code, refused.value.reason.expected) == (
        "notice-too-late",
        "2026-02-11",
    )
    accepted = next_fact(facts, "handling", "accepted", at=at_noon(LAST + DAY))
    assert state_fact(case, accepted, table=rules.lifecycle, region=HEADER.handling) is accepted


@pytest.mark.requirement("YRD-CASE-002")
@given(data=st.data(), answer=st.sampled_from(ANSWERS))
def test_deeming_is_found_alike_on_both_sides_and_as_the_law_says(
    data: st.DataObject, answer: str, rules: Rules
) -> None:
    received = data.draw(days_near(rules.years[:-1]))
    said, on = (received + data.draw(st.integers(0, most)) * DAY for most in (15, 25))
    facts = received_on(received, *([(answer, said)] if answer else []))
    case = rules.case(facts, on=on)
    assert rules.case(tuple(data.draw(st.permutations(facts))), on=on) == case
    last, left = received, NOTICE_DAYS
    while left:
        last += DAY
        left -= rules.works(last)
    silent = not answer or (answer not in {"not-required", "refused"} and said > last)
    assert case.deemed == (silent and on > last)
    if case.deemed:
        assert case.accepted_on == received
        # Once deemed, deemed on every later day.
        assert rules.case(facts, on=on + DAY) == case
    else:
        assert case == fold(HEADER, facts, table=rules.lifecycle)
