"""The SM2 curve, and what is signed: a digest over who signs and what.

Source: GB/T 32918.5-2017 (parameters), GB/T 32918.2-2016 (Z_A and e), GM/T 0009 (default
identifier of the signer).
"""

from typing import Final

from cryptography.hazmat.primitives.hashes import SM3, Hash

P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G: Final = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
SIZE: Final = 32
POINT_BYTES: Final = 2 * SIZE
SIGNATURE_BYTES: Final = 2 * SIZE
DEFAULT_ID: Final = b"1234567812345678"
ID_BYTES_MAX: Final = 8191
CRV: Final = "SM2"


def sm3(*parts: bytes) -> bytes:
    """Return the SM3 digest of ``parts`` one after the other."""
    digest = Hash(SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


_CURVE: Final = b"".join(number.to_bytes(SIZE, "big") for number in (A, B, *G))


def signer_digest(point: bytes, signer_id: bytes = DEFAULT_ID) -> bytes:
    """Return Z_A: what ties a signature to its signer's identifier, curve and key.

    Args:
        point: x and y of the public key, 64 bytes.
        signer_id: Identifier of the signer, at most 8191 bytes.

    Raises:
        ValueError: The identifier is too long for its length field.
    """
    if len(signer_id) > ID_BYTES_MAX:
        raise ValueError(len(signer_id))
    bits = (8 * len(signer_id)).to_bytes(2, "big")
    return sm3(bits, signer_id, _CURVE, point)


def message_digest(z: bytes, message: bytes) -> bytes:
    """Return e: the digest that is signed, over Z_A and the message."""
    return sm3(z, message)


def is_on_curve(x: int, y: int) -> bool:
    """Return whether (x, y) is a point of the curve, with both coordinates below p."""
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x + A) * x - B) % P == 0
