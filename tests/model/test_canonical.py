"""The canonical form against a writer made anew from RFC 8785, and reading within limits."""

import hashlib
import json
from enum import IntEnum
from typing import cast

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.model import JSONS
from interop.errors import ExchangeError, KnowledgeError, TrustError
from interop.model.canonical import (
    INT_MAX,
    JSON_DEPTH_MAX,
    Json,
    canonical_bytes,
    digest,
    read_json,
)

SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def escaped(text: str) -> str:
    """Write a string by RFC 8785, 3.2.2.2."""
    return "".join(SHORT.get(ord(c), f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in text)


def units(text: str) -> list[int]:
    """Return the UTF-16 code units that RFC 8785, 3.2.3 sorts by."""
    data = text.encode("utf-16-be")
    return [data[i] * 256 + data[i + 1] for i in range(0, len(data), 2)]


def written(value: Json) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return f'"{escaped(value)}"'
        case list():
            return f"[{','.join(map(written, value))}]"
        case dict():
            pairs = (f'"{escaped(k)}":{written(value[k])}' for k in sorted(value, key=units))
            return "{" + ",".join(pairs) + "}"
        case _:
            return str(value)


@given(value=JSONS)
def test_the_bytes_are_those_of_a_writer_made_anew(value: Json) -> None:
    assert canonical_bytes(value) == written(value).encode()


@given(value=JSONS)
def test_reading_gives_back_what_was_written(value: Json) -> None:
    data = canonical_bytes(value)
    assert read_json(data, error=KnowledgeError) == value
    assert orjson.loads(data) == value
    assert canonical_bytes(read_json(data, error=KnowledgeError)) == data


@given(value=st.dictionaries(st.text(), st.integers(0, 9), min_size=2), data=st.data())
def test_the_order_of_keys_does_not_matter(value: dict[str, int], data: st.DataObject) -> None:
    mixed = dict(data.draw(st.permutations(list(value.items()))))
    assert canonical_bytes(cast("Json", mixed)) == canonical_bytes(cast("Json", value))


def test_keys_sort_by_utf16_not_by_code_point() -> None:
    # The sample keys of RFC 8785, 3.2.3: U+1F600 sorts by its surrogates, before U+FB33.
    value: Json = {
        "\u20ac": 1,
        "\r": 2,
        "\ufb33": 3,
        "1": 4,
        "\U0001f600": 5,
        "\x80": 6,
        "\u00f6": 7,
    }
    expected = '{"\\r":2,"1":4,"\x80":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'
    assert canonical_bytes(value) == expected.encode()


def test_strings_are_escaped_as_little_as_may_be() -> None:
    text = "\u20ac$\x0f\nA'B\"\\/\x7f\u2028"
    assert canonical_bytes(text) == '"\u20ac$\\u000f\\nA\'B\\"\\\\/\x7f\u2028"'.encode()


@pytest.mark.parametrize(
    ("data", "algorithm", "expected"),
    [
        (b"", "sha-256", hashlib.sha256().hexdigest()),
        # GB/T 32905-2016, annex A.1; FIPS 180-4 for the other.
        (b"abc", "sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abc", "sha-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ],
)
def test_digests_name_their_algorithm(data: bytes, algorithm: str, expected: str) -> None:
    assert digest(data, algorithm=algorithm) == f"{algorithm}:{expected}"


@pytest.mark.parametrize("algorithm", ["md5", "SHA-256", "sha256", "", "none"])
def test_an_unknown_algorithm_is_refused_by_name(algorithm: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        digest(b"", algorithm=algorithm)
    assert caught.value.code == "digest-unknown-algorithm"
    assert caught.value.reason.got == algorithm
    assert caught.value.reason.expected == "sha-256, sm3"


class Colour(IntEnum):
    RED = 2


def nested(depth: int) -> Json:
    value: Json = []
    for _ in range(depth):
        value = [value]
    return value


def test_numbers_and_depth_are_written_up_to_the_limit() -> None:
    assert canonical_bytes([INT_MAX, -INT_MAX, 0, Colour.RED]) == (
        b"[9007199254740991,-9007199254740991,0,2]"
    )
    assert canonical_bytes(nested(JSON_DEPTH_MAX)) == b"[" * 65 + b"]" * 65
    assert canonical_bytes(cast("Json", (1, (2,)))) == b"[1,[2]]"


@pytest.mark.parametrize(
    ("value", "path", "got"),
    [
        (1.0, "$", "float"),
        ({"a": [0, float("nan")]}, "$.a[1]", "float"),
        (INT_MAX + 1, "$", "integer over 2^53-1"),
        (-INT_MAX - 1, "$", "integer over 2^53-1"),
        ({1: 2}, "$", "key is not a string"),
        ({"a": {"\ud800": 1}}, "$.a", "lone surrogate"),
        ({"a": "x\udfff"}, "$.a", "lone surrogate"),
        (b"bytes", "$", "bytes"),
        ({"a": {1}}, "$.a", "set"),
        (nested(JSON_DEPTH_MAX + 1), "$" + "[0]" * 65, "deeper than 64"),
        (nested(5000), "$" + "[0]" * 65, "deeper than 64"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_path(
    value: object, path: str, got: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        canonical_bytes(cast("Json", value))
    assert caught.value.code == "json-not-canonical"
    assert (caught.value.reason.field, caught.value.reason.got) == (path, got)


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (b'{"a":1,"a":1}', "duplicate key"),
        (b'[{"b":{"a":1,"\\u0061":2}}]', "duplicate key"),
        (b"NaN", "integer"),
        (b"[Infinity]", "integer"),
        (b"[-Infinity]", "integer"),
        (b"1.0", "integer"),
        (b"1e3", "integer"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udc00":1}', "surrogate"),
        (b"\xff", "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"", "1:1"),
        (b'{\n"a" 1}', "2:5"),
        (b"{} {}", "1:4"),
        (b"[1,]", "1:"),
        (b"01", "1:"),
        (b'"\n"', "control"),
        (b"'a'", "1:1"),
        ('{"a":1}'.encode("utf-16"), "UTF-8"),
    ],
)
def test_malformed_json_is_refused_with_the_place(data: bytes, got: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        read_json(data, error=ExchangeError, field="body")
    assert caught.value.code == "json-malformed"
    assert caught.value.reason.field == "body"
    assert got in caught.value.reason.got


@pytest.mark.parametrize(
    ("data", "got", "limit"),
    [
        (b"9007199254740992", "integer", str(INT_MAX)),
        (b"-9007199254740992", "integer", str(INT_MAX)),
        (b"1" + b"0" * 4000, "integer", str(INT_MAX)),
        (b"[" * 66 + b"]" * 66, "depth", "64"),
        (b'{"a":' * 66 + b"1" + b"}" * 66, "depth", "64"),
        (b"[" * 100_000 + b"]" * 100_000, "depth", "64"),
    ],
)
def test_json_over_a_limit_is_refused_with_the_limit(data: bytes, got: str, limit: str) -> None:
    with pytest.raises(TrustError) as caught:
        read_json(data, error=TrustError)
    assert caught.value.code == "json-too-large"
    assert (caught.value.reason.got, caught.value.reason.expected) == (got, limit)


def test_reading_goes_up_to_each_limit() -> None:
    deepest = b"[" * 65 + b"]" * 65
    assert canonical_bytes(read_json(deepest, error=TrustError)) == deepest
    assert read_json(b"9007199254740991", error=TrustError) == INT_MAX
    assert read_json(b'  "abc"  ', error=TrustError, bytes_max=9) == "abc"
    with pytest.raises(TrustError) as caught:
        read_json(b'  "abc"  ', error=TrustError, bytes_max=8)
    assert caught.value.code == "json-too-large"
    assert (caught.value.reason.got, caught.value.reason.expected) == ("9", "8")


@given(data=st.binary(max_size=60) | st.text('{}[]",:0123456789.eE-tfn\\ua', max_size=40))
def test_reading_agrees_with_another_reader_or_refuses(data: bytes | str) -> None:
    raw = data if isinstance(data, bytes) else data.encode()
    try:
        value = read_json(raw, error=KnowledgeError)
    except KnowledgeError:
        return
    assert orjson.loads(raw) == value == json.loads(raw)
