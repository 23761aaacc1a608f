"""Reasons, the redacting net, and the class tree."""

import pickle
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop import errors
from interop.conformance.strategies.model import resident_ids
from interop.errors import (
    GOT_CHARS_MAX,
    FixedBy,
    InteropError,
    Reason,
    ReasonRow,
    Side,
    redacted,
)

CLASSES_MAX = 25
ROW = ReasonRow(
    code="test-row",
    zh="`{field}` 应为 {expected}，实为 {got}",
    en="`{field}` should be {expected}, is {got}",
    fix_zh="把 {field} 改为 {expected}",
    fix_en="change {field} to {expected}",
    fixed_by=FixedBy.CALLER,
)
# A person's number, made up; its check character is right.
NUMBER = "310115198501010012"
TOKEN = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
# Nothing that a digit of the drawn number could grow together with.
FRAMES = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=8).filter(
    lambda text: not text.endswith((" ", "-"))
)


def family(cls: type[InteropError]) -> Iterator[type[InteropError]]:
    for child in cls.__subclasses__():
        yield child
        yield from family(child)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@given(number=resident_ids(), before=FRAMES, after=FRAMES)
def test_no_citizen_number_comes_through_the_net(number: str, before: str, after: str) -> None:
    for spelling in (
        number,
        full_width(number),
        " ".join(number),
        f"{number[:6]}-{number[6:14]}-{number[14:]}",
        number.lower(),
    ):
        shown = redacted(f"{before}{spelling}{after}")
        assert spelling not in shown
        assert "***" in shown


@given(text=st.text() | st.from_regex(r"[0-9 -]{0,40}", fullmatch=True))
def test_what_is_redacted_stays_as_it_is(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        f"token {TOKEN} refused",
        TOKEN + ".x.y",
        "call 13800138000 today",
        "电话138 0013 8000",
        "138-0013-8000",
        full_width("13800138000"),
        "+8613800138000",
    ],
)
def test_tokens_and_phones_are_masked(text: str) -> None:
    assert "***" in redacted(text)
    assert "8000" not in redacted(text)
    assert "eyJ" not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-11",
        "11100000000013338W",
        "calendar-not-covered",
        "sha-256:" + "0123456789abcdef" * 4,
        "position 7",
        "4194304",
        "23800138000",
        "1" * 20,
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert redacted(text) == text


def test_a_row_fills_its_places_in_every_wording() -> None:
    reason = ROW.of(field="a.b", expected=5, got=7)
    assert reason.text() == reason.zh == "`a.b` 应为 5，实为 7"
    assert reason.text("en") == "`a.b` should be 5, is 7"
    assert reason.fix() == "把 a.b 改为 5"
    assert reason.fix("en") == "change a.b to 5"
    assert (reason.side, reason.fixed_by) == (Side.PLATFORM, FixedBy.CALLER)
    assert ROW.of(side=Side.ISSUER).side is Side.ISSUER


@given(got=st.text(), expected=st.text())
def test_what_a_place_brings_in_is_never_a_place_again(got: str, expected: str) -> None:
    reason = ROW.of(field="{got}", expected=expected, got="{field}" + got)
    assert reason.field == "{got}"
    assert reason.expected == expected
    assert reason.zh.startswith("`{got}` 应为 " + expected)
    assert reason.zh.endswith(reason.got)
    assert reason.got.startswith("{field}")


def test_got_is_redacted_then_cut() -> None:
    assert NUMBER not in str(ROW.of(got=f"number {NUMBER}"))
    # The net sees all of it before the cut can halve the number.
    late = ROW.of(got="x" * (GOT_CHARS_MAX - 9) + " " + NUMBER)
    assert not re.search("[0-9]", late.got)
    assert len(ROW.of(got="x" * 500).got) == GOT_CHARS_MAX
    assert ROW.of(got="x" * 500).got.endswith("…")
    assert ROW.of(got="x" * GOT_CHARS_MAX).got == "x" * GOT_CHARS_MAX


def test_a_reason_is_flat_json() -> None:
    shown = ROW.of(field="f", expected="e", got="g").as_json()
    assert shown.keys() == set(Reason.__dataclass_fields__)
    assert all(type(value) is str for value in shown.values())
    assert (shown["side"], shown["fixed_by"]) == ("platform", "caller")


@pytest.mark.parametrize("cls", [InteropError, *family(InteropError)], ids=lambda c: c.__name__)
def test_an_error_carries_its_reasons_and_survives_a_process(cls: type[InteropError]) -> None:
    first, second = ROW.of(field="a"), ROW.of(field="b")
    error = cls(first, second)
    assert error.reasons == (first, second)
    assert (error.reason, error.code) == (first, "test-row")
    assert str(error) == f"test-row: {first.en}; test-row: {second.en}"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own bytes
    assert type(again) is cls
    assert again.reasons == error.reasons
    with pytest.raises(ValueError, match="needs a reason"):
        cls()


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"^ *[│├└─ ]*─ (\w+)", errors.__doc__ or "", re.MULTILINE)
    # Those that one room alone raises stand in its errors.py and are drawn all the same.
    for room in Path(errors.__file__).parent.glob("*/errors.py"):
        import_module(f"interop.{room.parent.name}.errors")
    here = [cls.__name__ for cls in family(InteropError)]
    assert sorted(drawn) == sorted(here)
    assert len(here) <= CLASSES_MAX


def test_a_digest_is_left_as_it_is() -> None:
    digest = "sha-256:" + "a" * 20 + "13800138000" + "b" * 33
    assert redacted(f"kept {digest} and 13800138000") == f"kept {digest} and ***"
