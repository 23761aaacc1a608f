"""SM2 verification in Python alone: slow, but everywhere.

It verifies only. Signing and decrypting take a private key, and no Python arithmetic runs in
constant time: both are refused.

A key that verifies often is worth a table of its multiples (comb method): with it a
signature costs some seventy additions of points instead of some four hundred operations.
Source: GB/T 32918.2-2016 section 7.1; Guide to Elliptic Curve Cryptography, 3.3.2.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NoReturn

from interop.crypto.sm2.curve import SIGNATURE_BYTES, SIZE, G, N, P
from interop.crypto.sm2.reasons import SM2_VERIFY_ONLY
from interop.errors import TrustError

# Bits of a window: 32 × 255 points for the base point, 43 × 63 for a key.
BASE_BITS: Final = 8
KEY_BITS: Final = 6
SCALAR_BITS: Final = 256
# A table costs as much as some dozen signatures without one.
TABLE_AFTER: Final = 3

Affine = tuple[int, int]
Jacobian = tuple[int, int, int]
Table = list[list[Affine]]
INFINITY: Final[Jacobian] = (1, 1, 0)


class PureBackend:
    """Verify with integers of Python."""

    name = "pure"
    can_sign = False

    def public(self, point: bytes) -> "PurePublic":
        """Return the key with this point, x and y in 64 bytes, on the curve."""
        return PurePublic(_affine_of(point))

    def private(self, scalar: bytes) -> NoReturn:
        """Refuse: a private key is used only where time tells nothing about it.

        Raises:
            TrustError: ``sm2-verify-only``.
        """
        del scalar
        raise TrustError(SM2_VERIFY_ONLY.of(field="private key"))


class PurePublic:
    """A public key; its table is built once it has verified a few signatures."""

    __slots__ = ("_point", "_table", "_used")

    def __init__(self, point: Affine) -> None:
        self._point = point
        self._table: Table | None = None
        self._used = 0

    def verify(self, signature: bytes, digest: bytes) -> bool:
        """Return whether ``signature``, r and s in 64 bytes, is over the digest e."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        r = int.from_bytes(signature[:SIZE], "big")
        s = int.from_bytes(signature[SIZE:], "big")
        t = (r + s) % N
        if not (0 < r < N and 0 < s < N and t):
            return False
        x, _, z = self._sum(s, t)
        if z == 0:
            return False
        found = x * pow(z * z, -1, P) % P
        return (int.from_bytes(digest, "big") + found) % N == r

    def encrypt(self, plain: bytes) -> NoReturn:
        """Refuse, as for a private key: the ephemeral one is as secret.

        Raises:
            TrustError: ``sm2-verify-only``.
        """
        del plain
        raise TrustError(SM2_VERIFY_ONLY.of(field="public key"))

    def build_table(self) -> None:
        """Build the table of multiples now, not with a later signature."""
        if self._table is None:
            self._table = _table_of(self._point, KEY_BITS)

    def _sum(self, s: int, t: int) -> Jacobian:
        """Return s·G + t·key."""
        self._used += 1
        if self._used > TABLE_AFTER:
            self.build_table()
        base = _walked(INFINITY, _base_table(), s, BASE_BITS)
        if self._table is not None:
            return _walked(base, self._table, t, KEY_BITS)
        return _added(base, _times(self._point, t))


@cache
def _base_table() -> Table:
    return _table_of(G, BASE_BITS)


def _affine_of(point: bytes) -> Affine:
    return int.from_bytes(point[:SIZE], "big"), int.from_bytes(point[SIZE:], "big")


def _table_of(point: Affine, bits: int) -> Table:
    """Return for each window the multiples 1 … 2^bits - 1 of 2^(bits·window)·point."""
    multiples: list[Jacobian] = []
    start: Jacobian = (*point, 1)
    windows = -(-SCALAR_BITS // bits)
    for _ in range(windows):
        current = start
        for _ in range(2**bits - 1):
            multiples.append(current)
            current = _added(current, start)
        start = current
    affine = list(_normalised(multiples))
    size = 2**bits - 1
    return [affine[place * size : (place + 1) * size] for place in range(windows)]


def _normalised(points: list[Jacobian]) -> Iterator[Affine]:
    """Yield the points with z = 1, at the cost of one inversion for all."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % P)
    inverse = pow(products[-1], -1, P)
    found: list[Affine] = []
    for place in range(len(points) - 1, -1, -1):
        x, y, z = points[place]
        one = inverse * products[place] % P
        inverse = inverse * z % P
        square = one * one % P
        found.append((x * square % P, y * square * one % P))
    return reversed(found)


def _walked(start: Jacobian, table: Table, scalar: int, bits: int) -> Jacobian:
    """Return ``start`` plus scalar times the point of the table."""
    mask = (1 << bits) - 1
    total = start
    for row in table:
        digit = scalar & mask
        scalar >>= bits
        if digit:
            total = _added_affine(total, row[digit - 1])
    return total


def _times(point: Affine, scalar: int) -> Jacobian:
    total = INFINITY
    for bit in range(scalar.bit_length() - 1, -1, -1):
        total = _doubled(total)
        if scalar >> bit & 1:
            total = _added_affine(total, point)
    return total


def _doubled(point: Jacobian) -> Jacobian:
    x, y, z = point
    if not z or not y:
        return INFINITY
    yy, zz = y * y % P, z * z % P
    slope = 3 * (x - zz) * (x + zz) % P  # the curve has a = p - 3
    quad = 4 * x * yy % P
    x3 = (slope * slope - 2 * quad) % P
    return x3, (slope * (quad - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _added_affine(point: Jacobian, other: Affine) -> Jacobian:
    x1, y1, z1 = point
    x2, y2 = other
    if not z1:
        return x2, y2, 1
    zz = z1 * z1 % P
    h = (x2 * zz - x1) % P
    r = (y2 * zz * z1 - y1) % P
    if not h:
        return INFINITY if r else _doubled(point)
    hh = h * h % P
    hhh, v = h * hh % P, x1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - y1 * hhh) % P, z1 * h % P


def _added(one: Jacobian, other: Jacobian) -> Jacobian:
    x2, y2, z2 = other
    if not z2:
        return one
    if z2 == 1:
        return _added_affine(one, (x2, y2))
    x1, y1, z1 = one
    if not z1:
        return other
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, s1 = x1 * zz2 % P, y1 * zz2 * z2 % P
    h = (x2 * zz1 - u1) % P
    r = (y2 * zz1 * z1 - s1) % P
    if not h:
        return INFINITY if r else _doubled(one)
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, z1 * z2 * h % P
