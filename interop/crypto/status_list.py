"""Token Status List: what an issuer says of everything it issued, a few bits each.

Only the list is read here: who signed it, for how long it counts and which one came before
is judged where trust is (typ ``statuslist+jwt``). A reader must verify the signature before
it unpacks anything.
Source: draft-ietf-oauth-status-list sections 4 (the list), 6 (a reference to it), 7 (states).
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from interop.crypto import base64url
from interop.crypto.status_reasons import (
    STATUS_LIST_BITS,
    STATUS_LIST_FORM,
    STATUS_LIST_INDEX,
    STATUS_LIST_LENGTH,
    STATUS_LIST_SIZE,
    STATUS_LIST_STATE,
    STATUS_LIST_ZIP,
    STATUS_REFERENCE,
)
from interop.errors import TrustError
from interop.model.canonical import Json

JOSE_TYP: Final = "statuslist+jwt"
VALID: Final = 0
INVALID: Final = 1
SUSPENDED: Final = 2
WIDTHS: Final = frozenset({1, 2, 4, 8})
# Packed, a list of a million tokens with one bit each stays below 175 KiB even if random.
LST_CHARS_MAX: Final = 2 * 1024 * 1024
OCTETS_MAX: Final = 1024 * 1024
POSITIONS_MAX: Final = 8 * OCTETS_MAX
URI_CHARS_MAX: Final = 2048
PACKING_LEVEL: Final = 9


@dataclass(frozen=True, slots=True)
class StatusList:
    """An unpacked list; a look-up takes the same time wherever the position lies.

    Attributes:
        bits: Bits per position: 1, 2, 4 or 8.
    """

    bits: int
    _octets: bytes = field(repr=False)

    def __len__(self) -> int:
        """Return how many positions there are; the last few may be filling."""
        return len(self._octets) * 8 // self.bits

    def state(self, index: int) -> int:
        """Return the state at ``index`` (from 0): 0 valid, 1 invalid, 2 suspended, or its own.

        Raises:
            TrustError: ``status-list-index``: there is no such position.
        """
        if not 0 <= index < len(self):
            raise TrustError(STATUS_LIST_INDEX.of(field="idx", expected=len(self)))
        octet, shift = divmod(index * self.bits, 8)
        return self._octets[octet] >> shift & (1 << self.bits) - 1


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where the state of a token stands.

    Attributes:
        uri: Names the list; it equals the ``sub`` of the list's token.
        index: Position in it, from 0.
    """

    uri: str
    index: int


def read_status_list(claim: Json) -> StatusList:
    """Return the list in a verified claim ``status_list``.

    Args:
        claim: ``{"bits": 1, "lst": base64url over zlib}``; other members are not looked at.

    Raises:
        TrustError: ``status-list-form``, ``-bits``, ``-size`` or ``-zip``, or ``base64url-…``.
    """
    if not isinstance(claim, Mapping):
        raise TrustError(STATUS_LIST_FORM.of(field="status_list"))
    bits, text = claim.get("bits"), claim.get("lst")
    if not isinstance(bits, int) or isinstance(bits, bool) or bits not in WIDTHS:
        raise TrustError(STATUS_LIST_BITS.of(field="bits"))
    if not isinstance(text, str):
        raise TrustError(STATUS_LIST_FORM.of(field="lst"))
    if len(text) > LST_CHARS_MAX:
        raise TrustError(STATUS_LIST_SIZE.of(field="lst", expected=LST_CHARS_MAX))
    return StatusList(bits, _unpacked(base64url.decode(text, field="lst")))


def read_reference(claim: Json) -> StatusReference:
    """Return where a token's own claim ``status`` says that its state stands.

    Args:
        claim: ``{"status_list": {"idx": 0, "uri": "https://…"}}``; a way other than a list
            is refused, since nobody here could look there.

    Raises:
        TrustError: ``status-reference``.
    """
    inner = claim.get("status_list") if isinstance(claim, Mapping) else None
    if not isinstance(inner, Mapping):
        raise TrustError(STATUS_REFERENCE.of(field="status_list"))
    index, uri = inner.get("idx"), inner.get("uri")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < POSITIONS_MAX:
        raise TrustError(STATUS_REFERENCE.of(field="idx", expected=POSITIONS_MAX))
    if not isinstance(uri, str) or not 0 < len(uri) <= URI_CHARS_MAX or not _is_plain(uri):
        raise TrustError(STATUS_REFERENCE.of(field="uri", expected=URI_CHARS_MAX))
    return StatusReference(uri, index)


def write_status_list(states: Iterable[int], *, bits: int) -> dict[str, Json]:
    """Return the claim ``status_list`` that says ``states``, from position 0 on.

    The last octet is filled up with 0, valid: an issuer must not refer to positions that it
    has not given out.

    Args:
        states: One number per position, at most 8,388,608 divided by ``bits``.
        bits: Bits per position: 1, 2, 4 or 8.

    Raises:
        TrustError: ``status-list-bits``, ``status-list-state`` or ``status-list-length``.
    """
    if bits not in WIDTHS:
        raise TrustError(STATUS_LIST_BITS.of(field="bits"))
    most, highest = POSITIONS_MAX // bits, (1 << bits) - 1
    given = tuple(islice(states, most + 1))
    if not 0 < len(given) <= most:
        raise TrustError(STATUS_LIST_LENGTH.of(field="states", expected=most))
    octets = bytearray(-(-len(given) * bits // 8))
    for index, state in enumerate(given):
        if not 0 <= state <= highest:
            raise TrustError(STATUS_LIST_STATE.of(field=f"states.{index}", expected=highest))
        octet, shift = divmod(index * bits, 8)
        octets[octet] |= state << shift
    packed = zlib.compress(bytes(octets), PACKING_LEVEL)
    return {"bits": bits, "lst": base64url.encode(packed)}


def _unpacked(packed: bytes) -> bytes:
    inflate = zlib.decompressobj()
    try:
        # INVARIANT: never more than the limit comes out, whatever it would unpack to.
        octets = inflate.decompress(packed, OCTETS_MAX + 1)
    except zlib.error:
        raise TrustError(STATUS_LIST_ZIP.of(field="lst")) from None
    if len(octets) > OCTETS_MAX:
        raise TrustError(STATUS_LIST_SIZE.of(field="lst", expected=OCTETS_MAX))
    if not inflate.eof or inflate.unused_data or not octets:
        raise TrustError(STATUS_LIST_ZIP.of(field="lst"))
    return octets


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
