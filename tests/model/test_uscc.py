"""Credit codes: new kinds of register pass, strange ones are looked at, errors are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from interop.conformance.strategies.model import slips, usccs
from interop.model.uscc import ALPHABET, check_character, inspect

SEVENTEEN = st.text(ALPHABET, min_size=17, max_size=17)


def number(body: str) -> str:
    return body + check_character(body)


@pytest.mark.requirement("YRD-MODEL-001")
@pytest.mark.requirement("YRD-MODEL-001")
@pytest.mark.parametrize(
    "text",
    [
        # Credit codes of national departments, as certificate type codes carry them.
        "11100000000013127D",
        "11100000MB0143028R",
        "11100000MB03271699",
        "11100000000013338W",
        # Rural collectives and other registers that came after the standard; made up.
        "N2310115MA1000001L",
        number("Y1310115MA1000001"),
        number("A1310115MA1000001"),
    ],
)
def test_codes_of_old_and_new_registers_pass(text: str) -> None:
    found = inspect(text)
    assert found.ok
    assert found.warnings == ()


@pytest.mark.requirement("YRD-MODEL-001")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11110000400777687U", ["identifier-check-character"]),
        ("11100000000013127", ["identifier-length"]),
        ("11100000000013127I", ["identifier-character"]),
        ("1O1000000000I3127S", ["identifier-character"] * 3),
        ("", ["identifier-length"]),
    ],
)
def test_what_is_wrong_is_told_by_code(text: str, found: list[str]) -> None:
    assert [reason.code for reason in inspect(text).errors] == found


@pytest.mark.parametrize(
    ("body", "warned"),
    [
        ("91990000MA1000001", ["uscc-region"]),
        ("00310115MA1000001", ["uscc-department", "uscc-type"]),
        ("9A310115MA1000001", ["uscc-type"]),
        ("B1310115MA1000001", ["uscc-department"]),
        ("9131011AMA1000001", ["uscc-region"]),
        ("BB99AAAAMA1000001", ["uscc-department", "uscc-type", "uscc-region"]),
    ],
)
def test_strange_parts_are_warned_of_and_bar_nothing(body: str, warned: list[str]) -> None:
    found = inspect(number(body))
    assert found.ok
    assert [warning.code for warning in found.warnings] == warned


@given(body=SEVENTEEN)
def test_the_check_character_is_that_of_another_library(body: str) -> None:
    assert check_character(body) == stdnum_uscc.calc_check_digit(body)
    weights = [3**i % 31 for i in range(17)]
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, weights, strict=True))
    assert ALPHABET.index(check_character(body)) == (31 - total % 31) % 31


@given(text=usccs())
def test_what_the_other_library_accepts_we_accept(text: str) -> None:
    if stdnum_uscc.is_valid(text):
        assert inspect(text).ok


@given(text=usccs(), data=st.data())
def test_one_wrong_character_and_two_swapped_are_always_found(
    text: str, data: st.DataObject
) -> None:
    assert not inspect(data.draw(slips(text, ALPHABET))).ok
    place = data.draw(st.integers(0, 16))
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert inspect(swapped).ok == (swapped == text)
