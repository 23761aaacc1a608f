"""Draw keys, payloads and damage for signatures and encryption.

Keys come from a small pool made once per process: drawing new ones would only cost time.
"""

from collections.abc import Mapping
from typing import Final

from hypothesis import strategies as st

from interop.crypto import KeyRing
from interop.model.canonical import Json

PAYLOAD_BYTES_MAX: Final = 200
LEAVES_MAX: Final = 70
RINGS: Final = tuple(KeyRing.generate(env="sim") for _ in range(3))

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
