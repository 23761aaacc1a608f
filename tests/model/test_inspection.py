"""The normal spelling, and what every inspection has in common."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.model import (
    CERTIFICATE_IDS,
    case_numbers,
    item_codes,
    resident_ids,
    slips,
    usccs,
)
from interop.errors import CaseError
from interop.model import case_number, certificate_id, iso7064, item_code, resident_id, uscc
from interop.model.inspection import (
    HYPHENS,
    SPACES,
    TEXT_CHARS_MAX,
    Inspection,
    check_form,
    normal_spelling,
)

ON = date(2026, 11, 22)


def inspect_person(text: str) -> Inspection:
    return resident_id.inspect(text, on=ON)


INSPECT: dict[str, Callable[[str], Inspection]] = {
    "resident-id": inspect_person,
    "uscc": uscc.inspect,
    "certificate-id": certificate_id.inspect,
    "task-code": item_code.inspect,
    "catalog-code": item_code.inspect_catalog,
    "case-number": case_number.inspect,
}
VALID: dict[str, st.SearchStrategy[str]] = {
    "resident-id": resident_ids(),
    "uscc": usccs(),
    "certificate-id": CERTIFICATE_IDS,
    "task-code": item_codes(),
    "case-number": case_numbers(),
}
EACH = st.sampled_from(sorted(VALID))


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@given(data=st.data(), name=EACH)
def test_a_valid_number_passes_as_it_is(data: st.DataObject, name: str) -> None:
    text = data.draw(VALID[name])
    found = INSPECT[name](text)
    assert found.ok
    assert found.errors == ()
    assert found.value == text
    assert {warning.code for warning in found.warnings} <= {"resident-id-region"}


@given(data=st.data(), name=EACH.filter(lambda name: name != "case-number"))
def test_other_spellings_are_read_alike_and_warned_of(data: st.DataObject, name: str) -> None:
    text = data.draw(VALID[name])
    place = data.draw(st.integers(0, len(text)))
    gap = data.draw(st.sampled_from(SPACES if name == "certificate-id" else SPACES + HYPHENS))
    spellings = {
        "A-1 → A1": text[:place] + gap + text[place:],
        "a→A": text.lower(),
        "Ａ→A": full_width(text),
    }
    for kind, spelling in spellings.items():
        found = INSPECT[name](spelling)
        assert found.value == text
        assert found.ok
        said = [w.got for w in found.warnings if w.code == "identifier-normalised"]
        assert said == ([kind] if spelling != text else [])


@given(data=st.data(), name=EACH)
def test_no_reason_and_no_repr_repeats_the_number(data: st.DataObject, name: str) -> None:
    text = data.draw(VALID[name])
    slip = data.draw(slips(text, iso7064.ALPHANUMERIC))
    found = INSPECT[name](slip.lower())
    shown = repr(found) + str([r.as_json() for r in (*found.errors, *found.warnings)])
    assert slip not in shown
    assert slip.upper() not in shown
    assert found.value not in shown


@given(text=st.text(max_size=TEXT_CHARS_MAX + 5), name=st.sampled_from(sorted(INSPECT)))
def test_any_text_is_a_finding_never_an_exception(text: str, name: str) -> None:
    found = INSPECT[name](text)
    assert found.ok == (not found.errors)
    again = INSPECT[name](found.value)
    assert found.ok <= again.ok


@pytest.mark.parametrize("name", sorted(INSPECT))
@pytest.mark.parametrize("text", ["", "-", "1", "x" * TEXT_CHARS_MAX, "1" * 10_000_000])
def test_nothing_and_too_much_are_refused_quickly(name: str, text: str) -> None:
    found = INSPECT[name](text)
    passed = {("case-number", "-"), ("case-number", "1")}
    passed |= {("task-code", "1"), ("catalog-code", "1")}
    assert found.ok == ((name, text) in passed)
    if len(text) > TEXT_CHARS_MAX:
        assert [(r.code, r.got) for r in found.errors] == [
            ("identifier-length", str(len(text)))
        ]


def test_letters_beyond_ascii_are_not_turned_into_ascii() -> None:
    # Upper case of these in Unicode would be SS, I and the Kelvin sign's K.
    assert normal_spelling("ß\u0131k\u212a", field="f")[0] == "ß\u0131K\u212a"
    assert normal_spelling("\u0661\u00b2\u2460", field="f")[0] == "\u0661\u00b2\u2460"
    assert not uscc.inspect("1\u06610000000013127D0").ok


def test_the_form_is_told_by_position() -> None:
    found = check_form("1a3b", field="f", length=4, alphabet="123", written="1-3")
    assert [reason.got for reason in found] == ["2", "4"]
    short = check_form("1a", field="f", length=4, alphabet="123", written="1-3")
    assert [(r.code, r.expected, r.got) for r in short] == [("identifier-length", "4", "2")]


@pytest.mark.parametrize(
    "compute",
    [resident_id.check_character, uscc.check_character, certificate_id.check_character],
)
def test_no_check_character_for_a_foreign_letter(compute: Callable[[str], str]) -> None:
    with pytest.raises(CaseError) as caught:
        compute("12?4")
    assert caught.value.code == "identifier-character"
    assert caught.value.reason.got == "3"
