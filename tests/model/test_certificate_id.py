"""Certificate identifiers: built, taken apart, and refused part by part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from interop.conformance.strategies.model import certificate_parts, slips, usccs
from interop.errors import CaseError
from interop.model.certificate_id import (
    PARTS,
    ROOT,
    SERIAL_CHARS_MAX,
    CertificateId,
    build,
    check_character,
    inspect,
    parse,
)
from interop.model.iso7064 import ALPHANUMERIC

# The serial is made up.
SOUND = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.0000001.001.S"
TYPE, ISSUER = "11100000000013338W032", "11220000013544541J"


def codes(text: str) -> list[str]:
    return [reason.code for reason in inspect(text).errors]


def test_a_sound_identifier_passes_and_is_built() -> None:
    assert inspect(SOUND).ok
    assert inspect(SOUND).warnings == ()
    assert build(TYPE, ISSUER, "0000001", "001") == SOUND


@given(parts=certificate_parts())
def test_what_is_built_passes_and_comes_apart_again(parts: tuple[str, str, str, str]) -> None:
    text = build(*parts)
    found = parse(text)
    assert (found.type_code, found.issuer_code, found.serial, found.version) == parts
    assert found.text == text
    assert found.edition == int(parts[3])
    assert found.certificate == parts[:3]
    assert "serial" not in repr(found)
    assert mod_37_36.is_valid("".join(text.removeprefix(ROOT).split(".")))


@given(parts=certificate_parts(), data=st.data())
def test_one_wrong_character_is_always_found(
    parts: tuple[str, str, str, str], data: st.DataObject
) -> None:
    assert not inspect(data.draw(slips(build(*parts), ALPHANUMERIC + "."))).ok


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SOUND[:-1] + "G", ["identifier-check-character"]),
        (SOUND.removeprefix(ROOT + "."), ["certificate-id-root"]),
        (SOUND.replace("3005", "3006"), ["certificate-id-root", "certificate-id-parts"]),
        (
            SOUND.removeprefix(ROOT + ".")[:-1] + "G",
            ["certificate-id-root", "identifier-check-character"],
        ),
        (ROOT + ".1", ["certificate-id-parts"]),
        ("1.2.156", ["certificate-id-root", "certificate-id-parts"]),
        (ROOT + ".", ["certificate-id-parts"]),
        (SOUND[:-2], ["certificate-id-parts"]),
        (SOUND + ".", ["certificate-id-parts"]),
        (SOUND + "S", ["identifier-check-character"]),
        (SOUND[:-1], ["identifier-check-character"]),
        ("", ["identifier-length"]),
        ("1" * 257, ["identifier-length"]),
    ],
)
def test_what_is_wrong_is_told_by_code(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (("11100000000013338X032", ISSUER, "1", "001"), "type_code"),
        (("11100000000013338W03A", ISSUER, "1", "001"), "type_code"),
        (("11100000000013338W", ISSUER, "1", "001"), "type_code"),
        (("", ISSUER, "1", "001"), "type_code"),
        ((TYPE, "11220000013544541K", "1", "001"), "issuer_code"),
        ((TYPE, "34010", "1", "001"), "issuer_code"),
        ((TYPE, "", "1", "001"), "issuer_code"),
        ((TYPE, ISSUER.lower(), "1", "001"), "issuer_code"),
        ((TYPE, ISSUER, "", "001"), "serial"),
        ((TYPE, ISSUER, "a", "001"), "serial"),
        ((TYPE, ISSUER, "A-1", "001"), "serial"),
        ((TYPE, ISSUER, "1" * (SERIAL_CHARS_MAX + 1), "001"), "serial"),
        ((TYPE, ISSUER, "1", "1"), "version"),
        ((TYPE, ISSUER, "1", "01A"), "version"),
    ],
)
def test_a_part_that_is_not_as_it_should_be_is_named(
    parts: tuple[str, str, str, str], wrong: str
) -> None:
    with pytest.raises(CaseError) as caught:
        build(*parts)
    assert [(r.code, r.field) for r in caught.value.reasons] == [("certificate-id-part", wrong)]


def test_all_wrong_parts_are_named_at_once_without_the_serial() -> None:
    found = inspect(f"{ROOT}.X.Y.?SECRET?.Z.W")
    assert [reason.field for reason in found.errors] == list(PARTS[:-1])
    assert "SECRET" not in str(found.errors)
    with pytest.raises(CaseError) as caught:
        parse(f"{ROOT}.X.Y.?SECRET?.Z.W")
    assert caught.value.reasons == found.errors


@pytest.mark.parametrize("length", [1, SERIAL_CHARS_MAX])
def test_a_serial_has_one_to_32_characters(length: int) -> None:
    assert inspect(build(TYPE, ISSUER, "Z" * length, "999")).ok


@given(region=st.from_regex(r"[0-9]{6}", fullmatch=True), parts=certificate_parts())
def test_an_issuer_given_by_region_is_a_warning(
    region: str, parts: tuple[str, str, str, str]
) -> None:
    found = inspect(build(parts[0], region, parts[2], parts[3]))
    assert found.ok
    assert [w.code for w in found.warnings] == ["certificate-id-authority-not-uscc"]
    assert parse(found.value).issuer_code == region


@given(issuer=usccs())
def test_the_check_character_ignores_the_dots(issuer: str) -> None:
    assert check_character(f"{TYPE}.{issuer}.1.001") == check_character(f"{TYPE}{issuer}1001")


def test_the_highest_edition_is_current() -> None:
    editions = [CertificateId(TYPE, ISSUER, "1", f"{n:03}") for n in (1, 10, 2)]
    assert max(editions, key=lambda one: one.edition).version == "010"
    assert len({one.certificate for one in editions}) == 1
