"""Days that the law's clocks lead to, worked out by hand from the notices."""

from datetime import date

import pytest

from interop.calendar import Calendar, Due, YearTable
from interop.errors import KnowledgeError


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        # Spring Festival 2026: Saturday 02-14 is worked, 02-15 to 02-23 rest.
        ("2026-02-11", 5, "2026-02-25"),
        ("2026-02-11", 20, "2026-03-17"),
        ("2026-02-11", 10, "2026-03-03"),
        ("2026-03-02", 20, "2026-03-30"),
        # 20 and 10 more; Monday 04-06 rests.
        ("2026-03-02", 30, "2026-04-14"),
        # Before National Day: Saturday 10-10 is worked.
        ("2026-09-28", 20, "2026-10-30"),
        ("2026-09-28", 5, "2026-10-10"),
        ("2026-04-29", 5, "2026-05-09"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-06-15", 5, "2026-06-23"),
        # Received on a rest day, counted from the same day or from the next working day.
        ("2026-02-21", 5, "2026-02-28"),
        ("2026-02-24", 5, "2026-03-02"),
        # The eve of the Spring Festival of 2024 was worked.
        ("2024-02-08", 1, "2024-02-09"),
        # The longer Spring Festival of 2020.
        ("2020-01-23", 1, "2020-02-03"),
        # Days of 2018 and 2022 that the notices of the next year moved.
        ("2018-12-28", 1, "2018-12-29"),
        ("2018-12-28", 2, "2019-01-02"),
        ("2022-12-30", 1, "2023-01-03"),
    ],
)
def test_a_period_ends_on_the_day_the_notices_lead_to(
    calendar: Calendar, start: str, length: int, due: str
) -> None:
    assert calendar.add(day(start), length) == Due(day(due))


def test_ten_days_of_expert_review_move_the_decision_by_ten(calendar: Calendar) -> None:
    assert calendar.between(day("2026-03-06"), day("2026-03-20")) == 10
    without = calendar.add(day("2026-03-02"), 20).day
    assert calendar.add(without, 10) == Due(day("2026-04-14"))


def test_a_hearing_is_told_seven_working_days_before(calendar: Calendar) -> None:
    assert calendar.subtract(day("2026-03-16"), 7) == Due(day("2026-03-05"))


def test_a_citizens_period_in_calendar_days_moves_off_a_rest_day(calendar: Calendar) -> None:
    assert calendar.on_or_after(day("2026-10-03")) == Due(day("2026-10-08"))
    assert calendar.on_or_after(day("2026-10-10")) == Due(day("2026-10-10"))


@pytest.mark.requirement("YRD-CAL-001")
def test_a_period_into_a_year_without_notice_is_refused(calendar: Calendar) -> None:
    assert calendar.between(day("2026-12-10"), day("2026-12-31")) == 15
    with pytest.raises(KnowledgeError) as caught:
        calendar.add(day("2026-12-10"), 20)
    assert caught.value.code == "calendar-not-covered"
    assert caught.value.reason.got == "2027"
    assert calendar.add(day("2026-12-10"), 15) == Due(day("2026-12-31"))


@pytest.mark.requirement("YRD-CAL-001")
@pytest.mark.requirement("YRD-CAL-001")
def test_or_provisional_and_fixed_once_the_notice_is_there(
    calendar: Calendar, tables: tuple[YearTable, ...]
) -> None:
    asked = calendar.add(day("2026-12-10"), 20, provisional=True)
    assert asked == Due(day("2027-01-05"), provisional=True)
    new = YearTable(
        year=2027,
        holidays=tuple(
            map(day, ["2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03"])
        ),
        source="made up",
        verified="no",
    )
    later = Calendar.of([*tables, new])
    # 01-01 rests, 01-02 and 01-03 are a weekend.
    assert later.add(day("2026-12-10"), 20) == Due(day("2027-01-08"))
    assert later.digest != calendar.digest
