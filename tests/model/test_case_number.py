"""Case numbers: ours by form, those of others opaque."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.model import item_codes
from interop.errors import CaseError
from interop.model.case_number import LENGTH_MAX, SERIAL_MAX, compose, inspect

TASK = "11100000MB032716991000115035000"
ON = date(2026, 2, 11)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(task=item_codes(), on=DAYS, serial=st.integers(1, SERIAL_MAX))
def test_a_number_holds_item_day_and_serial(task: str, on: date, serial: int) -> None:
    text = compose(task, on, serial)
    assert len(text) == 45
    assert text[:31] == task
    assert text[31:39] == on.isoformat().replace("-", "")
    assert int(text[39:]) == serial
    assert inspect(text).ok


@given(task=item_codes(), on=DAYS, one=st.integers(1, 50), other=st.integers(1, 50))
def test_numbers_differ_where_cases_do_and_sort_by_serial(
    task: str, on: date, one: int, other: int
) -> None:
    a, b = compose(task, on, one), compose(task, on, other)
    assert (a < b, a == b) == (one < other, one == other)


@pytest.mark.parametrize(
    ("task", "serial", "code"),
    [
        (TASK, 0, "case-number-serial"),
        (TASK, SERIAL_MAX + 1, "case-number-serial"),
        (TASK[:24], 1, "identifier-length"),
        (TASK[:30], 1, "identifier-length"),
        (TASK[:18] + "8" + TASK[19:], 1, "item-code-part"),
    ],
)
def test_what_cannot_be_composed_is_refused(task: str, serial: int, code: str) -> None:
    with pytest.raises(CaseError) as caught:
        compose(task, ON, serial)
    assert caught.value.code == code


@given(text=st.from_regex(r"[0-9A-Za-z._-]{1,50}", fullmatch=True))
def test_foreign_numbers_are_taken_as_they_are(text: str) -> None:
    found = inspect(text)
    assert found.ok
    assert found.value == text
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("identifier-length", "0")]),
        ("1" * (LENGTH_MAX + 1), [("identifier-length", "51")]),
        ("A 1", [("identifier-character", "2")]),
        (
            "A/1'",
            [("identifier-character", "2"), ("identifier-character", "4")],
        ),
        (
            "办件1",
            [("identifier-character", "1"), ("identifier-character", "2")],
        ),
        ("1\n", [("identifier-character", "2")]),
    ],
)
def test_length_and_characters_are_bounded(text: str, found: list[tuple[str, str]]) -> None:
    assert [(reason.code, reason.got) for reason in inspect(text).errors] == found
