"""A status list says what it was packed with, and nothing beyond its end or its time."""

import zlib
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import MANDATES, NOW
from interop.crypto import base64url
from interop.errors import TrustError
from interop.federation.status import (
    POSITIONS_MAX,
    StatusList,
    StatusLists,
    state_at,
    unpack,
)

BITS: Final = st.sampled_from([1, 2, 4, 8])


def pack(states: list[int], bits: int) -> str:
    """Pack as the specification says: the lowest bits of an octet come first."""
    number = sum(state << (at * bits) for at, state in enumerate(states))
    data = number.to_bytes(-(-len(states) * bits // 8), "little")
    return base64url.encode(zlib.compress(data))


@given(bits=BITS, data=st.data())
def test_what_is_packed_is_unpacked(bits: int, data: st.DataObject) -> None:
    states = data.draw(st.lists(st.integers(0, 2**bits - 1), min_size=1, max_size=40))
    found = unpack({"bits": bits, "lst": pack(states, bits)})
    assert list(found[: len(states)]) == states
    assert not any(found[len(states) :])
    assert len(found) - len(states) < 8 // bits


def test_the_example_of_the_specification() -> None:
    # Source: draft-ietf-oauth-status-list section 4.1, one bit per position.
    wanted = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    assert list(unpack({"bits": 1, "lst": "eNrbuRgAAhcBXQ"})) == wanted
    two = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    assert list(unpack({"bits": 2, "lst": "eNo76fITAAPfAgc"})) == two


@given(states=st.binary(max_size=9), index=st.integers(-2, 11), fresh=st.booleans())
def test_a_position_is_told_or_unknown(states: bytes, index: int, *, fresh: bool) -> None:
    found = state_at(states, index, fresh=fresh)
    if not 0 <= index < len(states):
        assert found == "unknown"
    elif states[index]:
        assert found == "revoked"
    else:
        assert found == ("valid" if fresh else "unknown")


BAD: Final = {
    "no zlib": (base64url.encode(b"x" * 9), "status-list-zip"),
    "cut short": (base64url.encode(zlib.compress(bytes(999))[:-1]), "status-list-zip"),
    "more behind it": (base64url.encode(zlib.compress(b"a") + b"a"), "status-list-zip"),
    "one position too many": (
        base64url.encode(zlib.compress(bytes(POSITIONS_MAX // 8 + 1))),
        "status-list-size",
    ),
    "nothing": ("", "status-list-zip"),
}


@pytest.mark.parametrize(("text", "code"), BAD.values(), ids=BAD)
def test_a_list_that_is_not_whole_or_too_large_is_refused(text: str, code: str) -> None:
    with pytest.raises(TrustError, match=code):
        unpack({"bits": 1, "lst": text})


def test_the_largest_list_is_read() -> None:
    largest = base64url.encode(zlib.compress(bytes(POSITIONS_MAX // 8)))
    assert len(unpack({"bits": 1, "lst": largest})) == POSITIONS_MAX


def test_a_list_grows_old_and_may_come_again() -> None:
    one = StatusList(MANDATES, "u", NOW, NOW + timedelta(seconds=9), b"\0\1")
    lists = StatusLists([one, one])
    later = NOW + timedelta(seconds=9)
    assert lists.at(MANDATES, "u", 0, now=NOW) == "valid"
    assert lists.at(MANDATES, "u", 0, now=later) == "unknown"
    assert lists.at(MANDATES, "u", 1, now=later) == "revoked"
    assert lists.at("https://other.example", "u", 0, now=NOW) == "unknown"
    assert "states" not in repr(one)
