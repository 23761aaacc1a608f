import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.crypto.base64url import decode, encode
from interop.errors import TrustError


@given(st.binary(max_size=64))
def test_what_is_written_is_read_and_the_standard_library_agrees(data: bytes) -> None:
    text = encode(data)
    assert decode(text, field="x") == data
    assert base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) == data


def loosely(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text.encode("ascii", "ignore") + b"===")
    except ValueError:
        return None


@given(st.text("AQgw_-=+/ \néB", max_size=12))
def test_every_text_is_refused_or_the_one_spelling_of_its_bytes(text: str) -> None:
    lenient = loosely(text)
    if lenient is not None and encode(lenient) == text:
        assert decode(text, field="x") == lenient
    else:
        with pytest.raises(TrustError, match="base64url-"):
            decode(text, field="x")


@pytest.mark.parametrize("start", ["A", "AA", "AAA", "_-A"])
def test_the_last_letter_has_no_bits_to_spare(start: str) -> None:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        text = start + letter
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if encode(data) == text:
            assert decode(text, field="x") == data
        else:
            with pytest.raises(TrustError, match="base64url-not-canonical"):
                decode(text, field="x")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("QQ==", "base64url-padding"),
        ("Q+Q/", "base64url-alphabet"),
        ("QQ\n", "base64url-alphabet"),
        ("QQQQQ", "base64url-length"),
        ("QR", "base64url-not-canonical"),
    ],
)
def test_each_second_spelling_has_its_code(text: str, code: str) -> None:
    with pytest.raises(TrustError) as caught:
        decode(text, field="x")
    assert caught.value.code == code
