"""Public points of Ed25519 and Ed448, proved to be usable before anything is verified.

A point that is written in a second way, that does not exist, or whose order is the cofactor's
is refused: with the last kind one signature fits every message.
Source: RFC 8032 sections 5.1.3 and 5.2.3 (decoding), RFC 8037 (JOSE).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ed448, ed25519

from interop.crypto.key_reasons import KEY_ENCODING, KEY_ORDER, KEY_POINT
from interop.errors import TrustError

EdwardsKey = ed25519.Ed25519PublicKey | ed448.Ed448PublicKey


@dataclass(frozen=True, slots=True)
class Edwards:
    """A curve a·x² + y² = 1 + d·x²·y² over the integers modulo p.

    Attributes:
        size: Bytes of a point, and of each half of a signature.
        p: The field.
        a: First coefficient.
        d: Second coefficient.
        order: Order of the subgroup; the second half of a signature stays below it.
        low: The y of every point whose order divides the cofactor.
    """

    size: int
    p: int
    a: int
    d: int
    order: int
    low: frozenset[int]

    def require_point(self, x: bytes) -> None:
        """Refuse ``x`` unless it is the one spelling of a point of sufficient order.

        Raises:
            TrustError: ``key-encoding``, ``key-order`` or ``key-point``.
        """
        sign = 1 << (8 * self.size - 1)
        y = int.from_bytes(x, "little") & ~sign
        if y >= self.p:
            raise TrustError(KEY_ENCODING.of(field="x"))
        if y in self.low:
            raise TrustError(KEY_ORDER.of(field="x"))
        # INVARIANT: a - d·y² is never 0 on these curves, and x² is not 0 beyond ``low``.
        square = (1 - y * y) * pow(self.a - self.d * y * y, -1, self.p)
        if pow(square, (self.p - 1) // 2, self.p) != 1:
            raise TrustError(KEY_POINT.of(field="x"))


_P25519: Final = 2**255 - 19
_P448: Final = 2**448 - 2**224 - 1
# The y of a point of order 8; its negative is the other, and 0, 1, -1 are orders 4, 1, 2.
_Y8: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
ED25519: Final = Edwards(
    size=32,
    p=_P25519,
    a=-1,
    d=-121665 * pow(121666, -1, _P25519) % _P25519,
    order=2**252 + 27742317777372353535851937790883648493,
    low=frozenset({0, 1, _P25519 - 1, _Y8, _P25519 - _Y8}),
)
ED448: Final = Edwards(
    size=57,
    p=_P448,
    a=1,
    d=-39081,
    order=2**446 - 0x8335DC163BB124B65129C96FDE933D8D723A70AADC873D6D54A7BB0D,
    low=frozenset({0, 1, _P448 - 1}),
)
CURVES: Final[Mapping[str, Edwards]] = MappingProxyType({"Ed25519": ED25519, "Ed448": ED448})


def public_key(crv: str, x: bytes) -> EdwardsKey:
    """Return the key with the point ``x``, which has the size of the curve ``crv``.

    Raises:
        TrustError: As :meth:`Edwards.require_point`.
    """
    CURVES[crv].require_point(x)
    if crv == "Ed448":
        return ed448.Ed448PublicKey.from_public_bytes(x)
    return ed25519.Ed25519PublicKey.from_public_bytes(x)
