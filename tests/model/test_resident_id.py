"""Citizen numbers: what a public library refuses must pass, what it lets pass must not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from interop.conformance.strategies.model import resident_ids, slips
from interop.model.iso7064 import DIGITS
from interop.model.region import PROVINCE_PREFIXES
from interop.model.resident_id import birth_date, check_character, inspect

ON = date(2026, 11, 22)


def number(body: str) -> str:
    return body + check_character(body)


def codes(text: str, on: date = ON) -> list[str]:
    return [reason.code for reason in inspect(text, on=on).errors]


@pytest.mark.requirement("YRD-MODEL-001")
@pytest.mark.parametrize(
    "text",
    [
        "310115198501010012",  # older than the district
        "310151199001010016",  # a county became a district in 2016
        "330113198001010017",  # districts of 2021
        number("33011419800101001"),
        "810000199001010019",  # residence permits
        number("82000019900101001"),
        number("83000019900101001"),
        number("31010819600229001"),  # abolished districts
        number("31010319600101001"),
        number("33010319600101001"),
    ],
)
def test_real_people_pass(text: str) -> None:
    assert codes(text) == []
    assert inspect(text, on=ON).warnings == ()


@pytest.mark.requirement("YRD-MODEL-001")
@pytest.mark.requirement("YRD-MODEL-001")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("310106209001010010", ["resident-id-future-birth"]),
        ("310106199002300013", ["resident-id-date"]),
        (number("31010618491231001"), ["resident-id-date"]),
        (number("31010600000101001"), ["resident-id-date"]),
        (number("31010619901301001"), ["resident-id-date"]),
        (number("99010619900101001"), ["resident-id-province"]),
        ("310115198501010013", ["identifier-check-character"]),
        # All at once.
        (
            "990115198502300013",
            ["resident-id-province", "resident-id-date", "identifier-check-character"],
        ),
        ("31011519850101001", ["identifier-length"]),
        ("3101151985010100122", ["identifier-length"]),
        ("310115850101001", ["resident-id-fifteen-digits"]),
        ("31011585010100X", ["identifier-length"]),
        ("31011X198501010012", ["identifier-character"]),
        ("31011519850101001A", ["identifier-character"]),
        ("甲10115198501010012", ["identifier-character"]),
    ],
)
def test_what_is_wrong_is_told_by_code(text: str, found: list[str]) -> None:
    assert codes(text) == found


@given(text=resident_ids(), data=st.data())
def test_one_wrong_digit_is_always_found(text: str, data: st.DataObject) -> None:
    assert not inspect(data.draw(slips(text, DIGITS)), on=ON).ok


@given(text=resident_ids(), data=st.data())
def test_what_the_other_library_accepts_we_accept(text: str, data: st.DataObject) -> None:
    # Its list of counties is older and stricter; its KeyError is left out, as is the future.
    tried = data.draw(st.one_of(st.just(text), slips(text, DIGITS + "X")))
    try:
        accepted = bool(ric.is_valid(tried))
    except KeyError:
        return
    born = birth_date(tried)
    if accepted and born and date(1850, 1, 1) <= born <= ON:
        assert inspect(tried, on=ON).ok


@given(born=st.dates(date(1990, 1, 1), date(1990, 1, 7)), data=st.data())
def test_a_birth_counts_up_to_the_day_itself(born: date, data: st.DataObject) -> None:
    text = data.draw(resident_ids(births=st.just(born)))
    on = data.draw(st.dates(date(1990, 1, 1), date(1990, 1, 7)))
    assert birth_date(text) == born
    assert codes(text, on) == ([] if born <= on else ["resident-id-future-birth"])
    assert inspect(text, on=born).ok
    assert not inspect(text, on=born - timedelta(days=1)).ok


def test_the_first_and_last_day_of_the_range() -> None:
    assert codes(number("31010618500101001")) == []
    assert codes(number("31010600010101001")) == ["resident-id-date"]
    assert birth_date(number("31010600010101001")) == date(1, 1, 1)


@pytest.mark.parametrize("text", ["", "31011519850101001", "310106199002300013", "x" * 18])
def test_no_date_of_birth_where_there_is_none(text: str) -> None:
    assert birth_date(text) is None


@pytest.mark.parametrize(
    "body", ["31000019850101001", "31010019850101001", "31001519850101001"]
)
def test_a_code_above_the_county_is_a_warning(body: str) -> None:
    found = inspect(number(body), on=ON)
    assert found.ok
    assert [warning.code for warning in found.warnings] == ["resident-id-region"]


def test_every_province_and_no_other() -> None:
    passed = {
        f"{prefix:02}"
        for prefix in range(100)
        if not codes(number(f"{prefix:02}010119900101001"))
    }
    assert passed == PROVINCE_PREFIXES
    assert len(passed) == 35
