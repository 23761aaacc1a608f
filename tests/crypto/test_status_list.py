"""A status list says of each position what was written there, and nothing beyond its limits."""

import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.crypto import base64url
from interop.crypto.status_list import (
    INVALID,
    LST_CHARS_MAX,
    OCTETS_MAX,
    POSITIONS_MAX,
    SUSPENDED,
    URI_CHARS_MAX,
    VALID,
    WIDTHS,
    StatusReference,
    read_reference,
    read_status_list,
    write_status_list,
)
from interop.errors import TrustError
from interop.model.canonical import Json

BITS: Final = st.sampled_from(sorted(WIDTHS))


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


@st.composite
def lists(draw: st.DrawFn) -> tuple[int, list[int]]:
    """Draw bits per position and states, near the border of an octet."""
    bits = draw(BITS)
    return bits, draw(st.lists(st.integers(0, 2**bits - 1), min_size=1, max_size=33))


@given(drawn=lists())
def test_each_position_says_what_was_written(drawn: tuple[int, list[int]]) -> None:
    bits, states = drawn
    found = read_status_list(write_status_list(states, bits=bits))
    assert found.bits == bits
    assert [found.state(index) for index in range(len(states))] == states
    # What fills the last octet is valid, and there is less than an octet of it.
    filling = [found.state(index) for index in range(len(states), len(found))]
    assert filling == [VALID] * len(filling)
    assert len(filling) * bits < 8
    for index in (-1, len(found), len(found) + 1, 2**70):
        assert code_of(partial(found.state, index)) == "status-list-index"


@given(drawn=lists())
def test_positions_are_the_digits_of_one_little_endian_number(
    drawn: tuple[int, list[int]],
) -> None:
    bits, states = drawn
    number = sum(state << index * bits for index, state in enumerate(states))
    octets = number.to_bytes(-(-len(states) * bits // 8), "little")
    claim: Json = {"bits": bits, "lst": base64url.encode(zlib.compress(octets))}
    assert [read_status_list(claim).state(n) for n in range(len(states))] == states
    written = write_status_list(states, bits=bits)
    assert zlib.decompress(base64url.decode(str(written["lst"]), field="lst")) == octets


# The examples of draft-ietf-oauth-status-list, section 4.1.
PUBLISHED: Final = (
    (1, "eNrbuRgAAhcBXQ", "1001110111000101"),
    (2, "eNo76fITAAPfAgc", "120301011233"),
)


@pytest.mark.parametrize(("bits", "lst", "states"), PUBLISHED)
def test_the_published_examples_read_as_published(bits: int, lst: str, states: str) -> None:
    found = read_status_list({"bits": bits, "lst": lst})
    assert "".join(str(found.state(index)) for index in range(len(found))) == states
    assert write_status_list(map(int, states), bits=bits)["lst"] == lst
    assert (VALID, INVALID, SUSPENDED) == (0, 1, 2)


GOOD: Final = zlib.compress(b"\1\2\3")


def packed(data: bytes) -> Json:
    return {"bits": 1, "lst": base64url.encode(data)}


RAW: Final = zlib.compressobj(9, zlib.DEFLATED, -15)
GZIP: Final = zlib.compressobj(9, zlib.DEFLATED, 31)
DICTIONARY: Final = zlib.compressobj(9, zlib.DEFLATED, 15, 8, 0, b"\1\2\3")
WIDTHS_REFUSED: Final[tuple[Json, ...]] = (0, 3, 5, 16, -1, True, "1", 1.0, None, [1])
BAD: Final[dict[str, tuple[Json, str]]] = {
    "no object": ([], "status-list-form"),
    "null": (None, "status-list-form"),
    "no list": ({"bits": 1}, "status-list-form"),
    "list of numbers": ({"bits": 1, "lst": [0, 1]}, "status-list-form"),
    "no bits": ({"lst": base64url.encode(GOOD)}, "status-list-bits"),
    **{
        f"bits {bits!r}": ({"bits": bits, "lst": base64url.encode(GOOD)}, "status-list-bits")
        for bits in WIDTHS_REFUSED
    },
    "padded": ({"bits": 1, "lst": base64url.encode(GOOD) + "="}, "base64url-padding"),
    "standard alphabet": ({"bits": 1, "lst": "a+b/"}, "base64url-alphabet"),
    "nothing": (packed(b""), "status-list-zip"),
    "nothing packed": (packed(zlib.compress(b"")), "status-list-zip"),
    "not packed": (packed(b"\1\2\3"), "status-list-zip"),
    "without head": (packed(RAW.compress(b"\1") + RAW.flush()), "status-list-zip"),
    "gzip": (packed(GZIP.compress(b"\1") + GZIP.flush()), "status-list-zip"),
    "needs a dictionary": (
        packed(DICTIONARY.compress(b"\1\2\3") + DICTIONARY.flush()),
        "status-list-zip",
    ),
    "cut": (packed(GOOD[:-1]), "status-list-zip"),
    "checksum changed": (packed(GOOD[:-1] + bytes([GOOD[-1] ^ 1])), "status-list-zip"),
    "something behind": (packed(GOOD + b"\0"), "status-list-zip"),
    "twice": (packed(GOOD + GOOD), "status-list-zip"),
    "one octet too many": (packed(zlib.compress(bytes(OCTETS_MAX + 1))), "status-list-size"),
    "long text": ({"bits": 1, "lst": "A" * (LST_CHARS_MAX + 1)}, "status-list-size"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_fault_of_a_list_has_its_code(name: str) -> None:
    claim, code = BAD[name]
    assert code_of(lambda: read_status_list(claim)) == code


def test_as_much_as_allowed_is_read() -> None:
    found = read_status_list(packed(zlib.compress(bytes(OCTETS_MAX))))
    assert len(found) == POSITIONS_MAX
    assert found.state(POSITIONS_MAX - 1) == VALID
    assert code_of(lambda: found.state(POSITIONS_MAX)) == "status-list-index"


def test_a_bomb_is_never_unpacked() -> None:
    bomb = packed(zlib.compress(bytes(64 * 1024 * 1024), 9))
    tracemalloc.start()
    try:
        assert code_of(lambda: read_status_list(bomb)) == "status-list-size"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * OCTETS_MAX


def test_a_look_up_does_not_walk_the_list() -> None:
    found = read_status_list(packed(zlib.compress(bytes(OCTETS_MAX))))
    began = time.perf_counter()
    for _ in range(20_000):
        found.state(POSITIONS_MAX - 1)
    # Walking a million octets would take minutes.
    assert time.perf_counter() - began < 2


WRONG: Final = {
    "too wide": ((2,), 1, "status-list-state"),
    "negative": ((-1,), 8, "status-list-state"),
    "bits": ((0,), 3, "status-list-bits"),
    "none": ((), 1, "status-list-length"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_written_is_refused(name: str) -> None:
    states, bits, code = WRONG[name]
    assert code_of(partial(write_status_list, states, bits=bits)) == code


def test_a_list_without_end_is_refused() -> None:
    endless = iter(lambda: 0, None)
    call = partial(write_status_list, endless, bits=8)
    assert code_of(call) == "status-list-length"


URI: Final = "https://status.sim.example/lists/1"
INDICES: Final[tuple[Json, ...]] = (-1, True, "0", 0.0, POSITIONS_MAX, None)
URIS: Final[tuple[Json, ...]] = (
    *("", " ", f"{URI} ", f"{URI}\n", "é", "a" * (URI_CHARS_MAX + 1)),
    1,
)
NO_REFERENCE: Final[tuple[Json, ...]] = (
    None,
    {},
    [],
    {"status_list": []},
    {"other": {"idx": 0, "uri": URI}},
    {"status_list": {"uri": URI}},
    {"status_list": {"idx": 0}},
)


def test_a_reference_names_a_list_and_a_position() -> None:
    found = read_reference({"status_list": {"idx": 7, "uri": URI}})
    assert found == StatusReference(URI, 7)
    indices: list[Json] = [{"status_list": {"idx": index, "uri": URI}} for index in INDICES]
    uris: list[Json] = [{"status_list": {"idx": 0, "uri": uri}} for uri in URIS]
    for claim in (*NO_REFERENCE, *indices, *uris):
        assert code_of(partial(read_reference, claim)) == "status-reference"


def test_the_states_of_a_list_do_not_show() -> None:
    found = read_status_list(write_status_list([1, 0, 1], bits=8))
    assert repr(found) == "StatusList(bits=8)"
