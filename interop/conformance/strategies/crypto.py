"""Draw keys, payloads and damage for signatures and encryption.

Keys come from a small pool made once per process: drawing new ones would only cost time.
"""

import os
from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from hypothesis import strategies as st

from interop.crypto import KeyRing, Waiver
from interop.crypto.profile import PRODUCTION_CN, PROFILES, ProfileName, SecretKey
from interop.model.canonical import Json
from interop.model.ports import Env

PAYLOAD_BYTES_MAX: Final = 200
LEAVES_MAX: Final = 70
RINGS: Final = tuple(KeyRing.generate(env="sim") for _ in range(3))
# Which profile the gateways of the strategies have; a whole suite runs under either.
PROFILE: Final = cast("ProfileName", os.environ.get("INTEROP_TEST_PROFILE", "development"))
WAIVER: Final = Waiver("constructed for tests", until=date(2026, 12, 31))

PAYLOADS: Final = st.binary(max_size=PAYLOAD_BYTES_MAX)
RING: Final = st.sampled_from(RINGS)
KEYS_32: Final = st.binary(min_size=32, max_size=32)
TYPS: Final = st.sampled_from(["at+jwt", "batch+jws", "receipt+jws"])
HEADERS: Final[st.SearchStrategy[Mapping[str, Json]]] = st.dictionaries(
    st.sampled_from(["env", "v", "from", "to"]),
    st.one_of(st.integers(0, 99), st.text(max_size=8)),
    max_size=3,
)
LEAVES: Final = st.lists(st.binary(max_size=8), min_size=1, max_size=LEAVES_MAX)


def a_ring(*, env: Env = "sim", profile: ProfileName = PROFILE) -> KeyRing:
    """Return new keys of a gateway, with a waiver where its profile asks for one."""
    waiver = WAIVER if profile == PRODUCTION_CN.name else None
    return KeyRing.generate(env=env, profile=profile, waiver=waiver)


def a_signer(profile: ProfileName = PROFILE) -> SecretKey:
    """Return a new signing key."""
    return PROFILES[profile].generate(use="sig")


_ASCII: Final = "".join(chr(code) for code in range(128))


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """Draw ``text`` with exactly one character replaced, removed or added."""
    at = draw(st.integers(0, len(text) - 1))
    kind = draw(st.sampled_from(["replace", "remove", "add"]))
    if kind == "remove":
        return text[:at] + text[at + 1 :]
    if kind == "add":
        return text[:at] + draw(st.sampled_from(_ASCII)) + text[at:]
    other = draw(st.sampled_from(_ASCII).filter(lambda c: c != text[at]))
    return text[:at] + other + text[at + 1 :]


@st.composite
def flipped(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw ``data`` with exactly one bit flipped."""
    at = draw(st.integers(0, len(data) * 8 - 1))
    changed_bytes = bytearray(data)
    changed_bytes[at // 8] ^= 1 << at % 8
    return bytes(changed_bytes)
