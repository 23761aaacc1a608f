"""SM2 ciphertexts: C1 C3 C2 as bytes, and as the library's DER.

C1 is the ephemeral point (04 and two coordinates), C3 an SM3 digest, C2 as long as the plain
text. Source: GB/T 32918.4-2016 (C1 C3 C2), GM/T 0009-2012 (DER).
"""

from typing import Final

from interop.crypto.sm2.curve import SIZE, is_on_curve
from interop.crypto.sm2.der import OCTETS, SEQUENCE, first, integer, tlv, values
from interop.crypto.sm2.reasons import SM2_CIPHERTEXT
from interop.errors import TrustError

POINT: Final = 0x04
DIGEST_BYTES: Final = 32
HEAD_BYTES: Final = 1 + 2 * SIZE + DIGEST_BYTES
PLAIN_BYTES_MAX: Final = 64 * 1024


def to_der(sealed: bytes) -> bytes:
    """Return C1 C3 C2 as DER.

    Raises:
        TrustError: ``sm2-ciphertext``: too short or too long, or C1 is no point.
    """
    x = int.from_bytes(sealed[1 : 1 + SIZE], "big")
    y = int.from_bytes(sealed[1 + SIZE : 1 + 2 * SIZE], "big")
    fits = HEAD_BYTES < len(sealed) <= HEAD_BYTES + PLAIN_BYTES_MAX
    if not (fits and sealed[0] == POINT and is_on_curve(x, y)):
        raise TrustError(SM2_CIPHERTEXT.of(field="sealed"))
    c3, c2 = sealed[1 + 2 * SIZE : HEAD_BYTES], sealed[HEAD_BYTES:]
    body = b"".join((integer(x), integer(y), tlv(OCTETS, c3), tlv(OCTETS, c2)))
    return tlv(SEQUENCE, body)


def from_der(der: bytes) -> bytes:
    """Return the library's own DER as C1 C3 C2."""
    (_, x), (_, y), (_, c3), (_, c2) = values(first(der, SEQUENCE))
    numbers = (int.from_bytes(part, "big").to_bytes(SIZE, "big") for part in (x, y))
    return b"".join((bytes([POINT]), *numbers, c3, c2))
