"""Check characters against an independent implementation and the errors they must find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2 as stdnum_11_2
from stdnum.iso7064 import mod_37_36 as stdnum_37_36

from interop.conformance.strategies.model import slips
from interop.model.iso7064 import ALPHANUMERIC, DIGITS, mod_11_2, mod_37_36, ranks

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BODIES = st.text(ALPHANUMERIC, min_size=1, max_size=60)
PERSONS = st.text(DIGITS, min_size=17, max_size=17)


@given(body=BODIES)
def test_mod_37_36_is_that_of_another_library(body: str) -> None:
    assert mod_37_36(body) == stdnum_37_36.calc_check_digit(body)


@given(body=PERSONS)
def test_mod_11_2_is_that_of_another_library_and_of_the_table(body: str) -> None:
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    assert mod_11_2(body) == stdnum_11_2.calc_check_digit(body) == "10X98765432"[total % 11]


@given(data=st.data(), body=BODIES)
def test_one_wrong_character_is_always_found(data: st.DataObject, body: str) -> None:
    assert mod_37_36(data.draw(slips(body, ALPHANUMERIC))) != mod_37_36(body)


@given(data=st.data(), body=PERSONS)
def test_one_wrong_digit_and_two_swapped_are_always_found(
    data: st.DataObject, body: str
) -> None:
    assert mod_11_2(data.draw(slips(body, DIGITS))) != mod_11_2(body)
    place = data.draw(st.integers(0, 15))
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert (mod_11_2(swapped) == mod_11_2(body)) == (swapped == body)


@pytest.mark.parametrize("body", ["", "0", "00000"])
def test_an_empty_body_has_a_check_character_too(body: str) -> None:
    assert mod_11_2(body) == "1"
    assert ranks("", DIGITS) == []
