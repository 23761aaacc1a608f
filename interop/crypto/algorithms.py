"""Signature algorithms that are accepted, each with its exact parameters.

Source: RFC 7518 section 3, RFC 8037 (EdDSA with Ed25519 or Ed448); ``SM2`` (GB/T 32918) is a
name that no registry holds.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from interop.crypto.reasons import (
    JWS_ALG_MISSING,
    JWS_ALG_NONE,
    JWS_ALG_SYMMETRIC,
    JWS_ALG_UNKNOWN,
)
from interop.errors import TrustError


@dataclass(frozen=True, slots=True)
class Curve:
    """A prime curve: its JOSE name, curve, field, bytes of a coordinate, order, hash."""

    crv: str
    curve: ec.EllipticCurve
    field: int
    size: int
    order: int
    hash: hashes.HashAlgorithm


@dataclass(frozen=True, slots=True)
class Rsa:
    """An RSA scheme: its hash, and whether it is PSS."""

    hash: hashes.HashAlgorithm
    pss: bool


P256: Final = Curve(
    "P-256",
    ec.SECP256R1(),
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    32,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    hashes.SHA256(),
)
P384: Final = Curve(
    "P-384",
    ec.SECP384R1(),
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    48,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    hashes.SHA384(),
)
P521: Final = Curve(
    "P-521",
    ec.SECP521R1(),
    2**521 - 1,
    66,
    0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
    hashes.SHA512(),
)

EC: Final = {"ES256": P256, "ES384": P384, "ES512": P521}
RSA: Final = {
    "RS256": Rsa(hashes.SHA256(), pss=False),
    "RS384": Rsa(hashes.SHA384(), pss=False),
    "RS512": Rsa(hashes.SHA512(), pss=False),
    "PS256": Rsa(hashes.SHA256(), pss=True),
    "PS384": Rsa(hashes.SHA384(), pss=True),
    "PS512": Rsa(hashes.SHA512(), pss=True),
}
EDDSA: Final = "EdDSA"
SM2: Final = "SM2"
AVAILABLE: Final = frozenset({*EC, *RSA, EDDSA, SM2})
SYMMETRIC: Final = frozenset({"HS256", "HS384", "HS512"})
# Names seen for SM2 elsewhere; each counts only for an issuer whose configuration names it.
ALIASES: Final = {SM2: frozenset({"SM2withSM3", "SM2SM3"})}


def require_available(alg: str, *, aliases: frozenset[str] = frozenset()) -> None:
    """Refuse every algorithm but those that can be verified here, and ``aliases``.

    Raises:
        TrustError: ``jws-alg-missing``, ``jws-alg-none`` in any spelling,
            ``jws-alg-symmetric`` or ``jws-alg-unknown``.
    """
    if not isinstance(alg, str):
        raise TrustError(JWS_ALG_UNKNOWN.of(field="alg", expected="ES256", got="no text"))
    if alg in AVAILABLE or alg in aliases:
        return
    if not alg:
        raise TrustError(JWS_ALG_MISSING.of(field="alg", expected="ES256"))
    row = JWS_ALG_UNKNOWN
    if alg.strip().lower() == "none":
        row = JWS_ALG_NONE
    elif alg in SYMMETRIC:
        row = JWS_ALG_SYMMETRIC
    raise TrustError(row.of(field="alg", expected="ES256", got=printable(alg)))


def printable(text: str) -> str:
    """Return foreign ``text`` as ASCII without control characters, for a reason."""
    return ascii(text)[1:-1]
