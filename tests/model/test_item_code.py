"""Item codes of both schemes, and their agreement with the fields of the item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.model import catalog_codes, item_codes, slips, usccs
from interop.errors import CaseError
from interop.model import uscc
from interop.model.item_code import (
    LONG,
    ItemCode,
    compare,
    inspect,
    inspect_catalog,
    parse,
)

# As national and provincial catalogues publish them.
PUBLISHED = ("11100000MB032716991000115035000", "11370800MB285591843370117002011")


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_codes_pass(text: str) -> None:
    assert len(text) == LONG
    assert inspect(text).ok
    assert parse(text).scheme == "12/31"


@given(text=item_codes())
def test_a_code_is_its_parts(text: str) -> None:
    found = parse(text)
    assert found.organ + found.use_level + found.catalog_code == text
    assert uscc.inspect(found.organ).ok
    assert inspect_catalog(found.catalog_code).ok
    said = {"organ": found.organ, "use_level": found.use_level}
    assert compare(text, **said, catalog_code=found.catalog_code) == ()
    assert compare(text) == ()


@given(
    text=item_codes(), organ=usccs(), catalog=catalog_codes(), level=st.sampled_from("1234567")
)
def test_each_field_that_contradicts_is_named(
    text: str, organ: str, catalog: str, level: str
) -> None:
    code = parse(text)
    found = compare(text, organ=organ, use_level=level, catalog_code=catalog)
    expected = [
        field
        for field, held, said in (
            ("organ", code.organ, organ),
            ("use_level", code.use_level, level),
            ("catalog_code", code.catalog_code, catalog),
        )
        if held != said
    ]
    assert [reason.field for reason in found] == expected
    assert {reason.code for reason in found} <= {"item-code-disagrees"}


@given(text=item_codes(), data=st.data())
def test_one_wrong_character_in_the_organ_is_found(text: str, data: st.DataObject) -> None:
    slip = data.draw(slips(text[:18], uscc.ALPHABET)) + text[18:]
    assert [reason.field for reason in inspect(slip).errors] == ["organ"]


@given(text=st.from_regex(r"[0-9A-Z]{1,24}", fullmatch=True))
def test_the_short_scheme_is_opaque(text: str) -> None:
    assert inspect(text).ok
    assert parse(text) == ItemCode("10/24")
    assert compare(text, organ="anything", use_level="9") == ()
    assert inspect_catalog(text[:10]).ok


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("identifier-length", "task-code")]),
        ("1" * 25, [("identifier-length", "task-code")]),
        ("1" * 30, [("identifier-length", "task-code")]),
        ("1" * 32, [("identifier-length", "task-code")]),
        ("12_4", [("identifier-character", "task-code")]),
        (PUBLISHED[0][:18] + "8" + PUBLISHED[0][19:], [("item-code-part", "use_level")]),
        (PUBLISHED[0][:18] + "0" + PUBLISHED[0][19:], [("item-code-part", "use_level")]),
        (PUBLISHED[0][:19] + "99" + PUBLISHED[0][21:], [("item-code-part", "region")]),
        (PUBLISHED[0][:21] + "11" + PUBLISHED[0][23:], [("item-code-part", "task_type")]),
        (PUBLISHED[0][:-1] + "A", [("item-code-part", "catalog_code")]),
        (
            "X" * 31,
            [
                ("item-code-part", f)
                for f in ("organ", "use_level", "catalog_code", "region", "task_type")
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_by_part(text: str, found: list[tuple[str, str]]) -> None:
    assert [(reason.code, reason.field) for reason in inspect(text).errors] == found
    with pytest.raises(CaseError):
        parse(text)
    with pytest.raises(CaseError):
        compare(text)


@pytest.mark.parametrize("length", [0, 11, 13])
def test_a_basic_code_has_ten_or_twelve_characters(length: int) -> None:
    assert [r.code for r in inspect_catalog("0" * length).errors] == ["identifier-length"]


@given(text=catalog_codes())
def test_a_basic_code_passes(text: str) -> None:
    assert inspect_catalog(text).ok
    assert not inspect_catalog("99" + text[2:]).ok
