"""Public keys as JWK, checked once at import and then pinned to one algorithm.

Source: RFC 7517, RFC 7518 section 6, RFC 8037; NIST SP 800-56A 5.6.2.3 (point validation);
CVE-2017-15361 (ROCA).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from interop.crypto import base64url
from interop.crypto.algorithms import EC, RSA, SM2, Curve, Rsa, printable, require_available
from interop.crypto.reasons import (
    JWS_SIGNATURE_INVALID,
    JWS_SIGNATURE_LENGTH,
    JWS_SIGNATURE_RANGE,
    KEY_ALG,
    KEY_CURVE,
    KEY_MALFORMED,
    KEY_OPS,
    KEY_POINT,
    KEY_PRIVATE,
    KEY_ROCA,
    KEY_RSA_EXPONENT,
    KEY_RSA_SIZE,
    KEY_SYMMETRIC,
    KEY_TYPE,
    KEY_USE,
)
from interop.crypto.sm2.curve import SIZE as SM2_SIZE
from interop.crypto.sm2.keys import sm2_check
from interop.errors import TrustError
from interop.model.canonical import Json

RSA_BITS_MIN: Final = 2048
RSA_BITS_MAX: Final = 8192
RSA_EXPONENT_BITS_MAX: Final = 64
MEMBER_CHARS_MAX: Final = 2048
PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})
OPERATIONS: Final = {
    "sig": frozenset({"verify"}),
    "enc": frozenset({"deriveKey", "deriveBits"}),
}
# From here on a byte is negative, or a length has bytes of its own.
DER_SIGN: Final = 0x80
P256_BYTES: Final = 32
# Two integers that begin with no zero byte, by the highest bits of both: where it is set a
# zero goes before.
_P256_FORMS: Final = (
    b"0\x44\x02\x20%b\x02\x20%b",
    b"0\x45\x02\x20%b\x02\x21\0%b",
    b"0\x45\x02\x21\0%b\x02\x20%b",
    b"0\x46\x02\x21\0%b\x02\x21\0%b",
)
ED25519_BYTES: Final = 32
ED25519_SIGNATURE_BYTES: Final = 64
ED25519_P: Final = 2**255 - 19
# The y of a point of order 8; its negative is the other, and 0, 1, -1 are orders 4, 1, 2.
_ED25519_Y8: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
LOW_ORDER_Y: Final = frozenset({0, 1, ED25519_P - 1, _ED25519_Y8, ED25519_P - _ED25519_Y8})
_ROCA_GENERATOR: Final = 65537
_ROCA_PRIMES: Final = (
    *(3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73),
    *(79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167),
)
_ROCA_GROUPS: Final = {
    prime: frozenset(pow(_ROCA_GENERATOR, k, prime) for k in range(prime))
    for prime in _ROCA_PRIMES
}

Check = Callable[[bytes, bytes], None]


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key pinned to one algorithm.

    Attributes:
        kid: The key's own identifier, empty if it has none.
        alg: The only algorithm it verifies.
        check: Refuse a signature unless this key made it over a message: ``check(signature,
            message)`` raises TrustError with ``jws-signature-length``, ``-range`` or
            ``-invalid``. A field, since every token passes through it.
    """

    kid: str
    alg: str
    check: Check = field(repr=False)


def import_public(jwk: Mapping[str, Json], *, alg: str) -> VerificationKey:
    """Return the key in ``jwk``, usable for ``alg`` alone.

    Raises:
        TrustError: A code of the algorithm (``jws-alg-…``) or of the key (``key-…``);
            private and symmetric keys are refused first.
    """
    require_available(alg)
    require_public(jwk)
    require_meant_for(jwk, alg=alg, use="sig")
    kid = jwk.get("kid", "")
    if not isinstance(kid, str):
        raise TrustError(KEY_MALFORMED.of(field="kid"))
    check: Check
    if alg == SM2:
        check = sm2_check(_sm2_point(jwk))
    elif alg in EC:
        check = ecdsa_check(ec_public(jwk, EC[alg]), EC[alg])
    elif alg in RSA:
        check = _rsa_check(_rsa_public(jwk, alg), RSA[alg])
    else:
        check = _ed25519_check(_ed25519_public(jwk))
    return VerificationKey(kid, alg, check)


def require_public(jwk: Mapping[str, Json]) -> None:
    """Refuse a JWK that holds a secret.

    Raises:
        TrustError: ``key-symmetric`` or ``key-private``.
    """
    if jwk.get("kty") == "oct" or "k" in jwk:
        raise TrustError(KEY_SYMMETRIC.of(field="kty"))
    if not PRIVATE_MEMBERS.isdisjoint(jwk):
        raise TrustError(KEY_PRIVATE.of(field="d"))


def require_meant_for(jwk: Mapping[str, Json], *, alg: str, use: str) -> None:
    """Refuse a key whose own alg, use or key_ops says otherwise.

    A key that says nothing may be used; one that says something is believed.

    Raises:
        TrustError: ``key-alg``, ``key-use`` or ``key-ops``.
    """
    own_alg, own_use, own_ops = jwk.get("alg", alg), jwk.get("use", use), jwk.get("key_ops")
    if own_alg != alg:
        raise TrustError(KEY_ALG.of(field="alg", expected=alg, got=printable(str(own_alg))))
    if own_use != use:
        raise TrustError(KEY_USE.of(field="use", expected=use, got=printable(str(own_use))))
    if "key_ops" in jwk and not (
        isinstance(own_ops, list) and OPERATIONS[use] & {*map(str, own_ops)}
    ):
        raise TrustError(KEY_OPS.of(field="key_ops", expected=max(OPERATIONS[use])))


def ec_public(jwk: Mapping[str, Json], curve: Curve) -> ec.EllipticCurvePublicKey:
    """Return the point in ``jwk``, proved to lie on ``curve``.

    Raises:
        TrustError: ``key-type``, ``key-curve``, ``key-malformed`` or ``key-point``.
    """
    x, y = _coordinates(jwk, curve.crv, curve.size)
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve.curve
    )
    try:
        return numbers.public_key()
    except ValueError:
        raise TrustError(KEY_POINT.of(field="x, y")) from None


def _coordinates(jwk: Mapping[str, Json], crv: str, size: int) -> tuple[bytes, bytes]:
    _require_type(jwk, "EC", crv)
    x, y = _bytes_of(jwk, "x"), _bytes_of(jwk, "y")
    for name, coordinate in (("x", x), ("y", y)):
        if len(coordinate) != size:
            raise TrustError(KEY_MALFORMED.of(field=name))
    return x, y


def _sm2_point(jwk: Mapping[str, Json]) -> bytes:
    return b"".join(_coordinates(jwk, SM2, SM2_SIZE))


def _require_type(jwk: Mapping[str, Json], kty: str, crv: str | None) -> None:
    if jwk.get("kty") != kty:
        raise TrustError(
            KEY_TYPE.of(field="kty", expected=kty, got=printable(str(jwk.get("kty"))))
        )
    if crv is not None and jwk.get("crv") != crv:
        raise TrustError(
            KEY_CURVE.of(field="crv", expected=crv, got=printable(str(jwk.get("crv"))))
        )


def _bytes_of(jwk: Mapping[str, Json], name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= MEMBER_CHARS_MAX:
        raise TrustError(KEY_MALFORMED.of(field=name))
    return base64url.decode(text, field=name)


def _rsa_public(jwk: Mapping[str, Json], alg: str) -> rsa.RSAPublicKey:
    if jwk.get("kty") != "RSA":
        raise TrustError(
            KEY_TYPE.of(field="kty", expected=alg, got=printable(str(jwk.get("kty"))))
        )
    n = int.from_bytes(_bytes_of(jwk, "n"), "big")
    e = int.from_bytes(_bytes_of(jwk, "e"), "big")
    bits = n.bit_length()
    if not RSA_BITS_MIN <= bits <= RSA_BITS_MAX:
        limits = f"{RSA_BITS_MIN}…{RSA_BITS_MAX}"
        raise TrustError(KEY_RSA_SIZE.of(field="n", expected=limits, got=bits))
    if e <= 1 or e % 2 == 0 or e.bit_length() > RSA_EXPONENT_BITS_MAX:
        raise TrustError(KEY_RSA_EXPONENT.of(field="e"))
    if n % 2 == 0:
        raise TrustError(KEY_MALFORMED.of(field="n"))
    if all(n % prime in group for prime, group in _ROCA_GROUPS.items()):
        raise TrustError(KEY_ROCA.of(field="n"))
    return rsa.RSAPublicNumbers(e, n).public_key()


def _ed25519_public(jwk: Mapping[str, Json]) -> ed25519.Ed25519PublicKey:
    _require_type(jwk, "OKP", "Ed25519")
    x = _bytes_of(jwk, "x")
    if len(x) != ED25519_BYTES:
        raise TrustError(KEY_MALFORMED.of(field="x"))
    y = int.from_bytes(x, "little") & (2**255 - 1)
    # A key of low order verifies one signature for every message.
    if y >= ED25519_P or y in LOW_ORDER_Y:
        raise TrustError(KEY_POINT.of(field="x"))
    return ed25519.Ed25519PublicKey.from_public_bytes(x)


def _require_length(signature: bytes, expected: int) -> None:
    if len(signature) != expected:
        raise TrustError(
            JWS_SIGNATURE_LENGTH.of(field="signature", expected=expected, got=len(signature))
        )


def sha256_check(jwk: Mapping[str, Json], *, alg: str) -> Check | None:
    """Return a check that takes the SHA-256 of the message, for whoever has it already.

    None for an algorithm with another hash or with more than a hash of the message. The key
    is imported as by :func:`import_public`, which must have accepted it before.
    """
    if alg == "ES256":
        return ecdsa_check(ec_public(jwk, EC[alg]), EC[alg], hashed=True)
    if alg == "RS256":
        return _rsa_check(_rsa_public(jwk, alg), RSA[alg], hashed=True)
    return None


def ecdsa_check(key: ec.EllipticCurvePublicKey, curve: Curve, *, hashed: bool = False) -> Check:
    """Return the check of raw r||s signatures by ``key``, which lies on ``curve``.

    With ``hashed`` it takes the hash of the message instead of the message.
    """
    scheme = ec.ECDSA(Prehashed(curve.hash) if hashed else curve.hash)

    size, order, verify = curve.size, curve.order, key.verify

    def check(signature: bytes, message: bytes) -> None:
        if len(signature) != 2 * size:
            _require_length(signature, 2 * size)
        r, s = signature[:size], signature[size:]
        if size == P256_BYTES and r[0] and s[0]:
            der = _P256_FORMS[r[0] >> 7 << 1 | s[0] >> 7] % (r, s)
        else:
            der = _sequence(_unsigned(r), _unsigned(s))
        try:
            verify(der, message, scheme)
        except InvalidSignature:
            # The library refuses 0 and what is not below the order; here it is named.
            for part in (r, s):
                if not 0 < int.from_bytes(part, "big") < order:
                    raise TrustError(JWS_SIGNATURE_RANGE.of(field="signature")) from None
            raise TrustError(JWS_SIGNATURE_INVALID.of(field="signature")) from None

    return check


def _unsigned(part: bytes) -> bytes:
    """Return the shortest two's complement of an unsigned number, as DER writes integers."""
    if 0 < part[0] < DER_SIGN:
        return part
    part = part.lstrip(b"\0")
    return part if part and part[0] < DER_SIGN else b"\0" + part


def _sequence(r: bytes, s: bytes) -> bytes:
    length = len(r) + len(s) + 4
    head = b"0%c" % length if length < DER_SIGN else b"0\x81%c" % length
    return b"%b\x02%c%b\x02%c%b" % (head, len(r), r, len(s), s)


def _rsa_check(key: rsa.RSAPublicKey, scheme: Rsa, *, hashed: bool = False) -> Check:
    pad = (
        padding.PSS(padding.MGF1(scheme.hash), scheme.hash.digest_size)
        if scheme.pss
        else padding.PKCS1v15()
    )
    algorithm = Prehashed(scheme.hash) if hashed else scheme.hash
    size, verify = (key.key_size + 7) // 8, key.verify

    def check(signature: bytes, message: bytes) -> None:
        _require_length(signature, size)
        try:
            verify(signature, message, pad, algorithm)
        except InvalidSignature:
            raise TrustError(JWS_SIGNATURE_INVALID.of(field="signature")) from None

    return check


def _ed25519_check(key: ed25519.Ed25519PublicKey) -> Check:
    def check(signature: bytes, message: bytes) -> None:
        _require_length(signature, ED25519_SIGNATURE_BYTES)
        try:
            key.verify(signature, message)
        except InvalidSignature:
            raise TrustError(JWS_SIGNATURE_INVALID.of(field="signature")) from None

    return check
