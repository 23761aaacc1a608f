"""Public keys as JWK, checked once at import and then pinned to one algorithm.

Source: RFC 7517, RFC 7518 section 6, RFC 8037; NIST SP 800-56A 5.6.2.3 (point validation);
CVE-2017-15361 (ROCA).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from interop.crypto import base64url
from interop.crypto.algorithms import (
    ALIASES,
    EC,
    RSA,
    SM2,
    Curve,
    Rsa,
    printable,
    require_available,
)
from interop.crypto.edwards import CURVES, Edwards, EdwardsKey, public_key
from interop.crypto.key_reasons import (
    KEY_ALG,
    KEY_ALIAS,
    KEY_CURVE,
    KEY_ENCODING,
    KEY_LEADING_ZERO,
    KEY_LENGTH,
    KEY_MALFORMED,
    KEY_OPS,
    KEY_POINT,
    KEY_PRIVATE,
    KEY_SYMMETRIC,
    KEY_TYPE,
    KEY_USE,
)
from interop.crypto.modulus import require_sound
from interop.crypto.reasons import (
    JWS_SIGNATURE_INVALID,
    JWS_SIGNATURE_LENGTH,
    JWS_SIGNATURE_RANGE,
)
from interop.crypto.sm2.curve import SIZE as SM2_SIZE
from interop.crypto.sm2.keys import sm2_check
from interop.errors import TrustError
from interop.model.canonical import Json

MEMBER_CHARS_MAX: Final = 2048
# ``k`` is refused as symmetric; ``priv`` is the secret of a key type that is not known here.
PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "priv"})
VERIFYING: Final = frozenset({"verify"})
AGREEING: Final = frozenset({"deriveKey", "deriveBits"})
WRAPPING: Final = frozenset({"encrypt", "wrapKey"})
NO_ALIASES: Final = frozenset[str]()
# From here on a byte is negative, or a length has bytes of its own.
DER_SIGN: Final = 0x80

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
        aliases: Other names under which its issuer writes ``alg`` into headers.
    """

    kid: str
    alg: str
    check: Check = field(repr=False)
    aliases: frozenset[str] = field(default=NO_ALIASES, repr=False)


def import_public(
    jwk: Mapping[str, Json], *, alg: str, aliases: frozenset[str] = NO_ALIASES
) -> VerificationKey:
    """Return the key in ``jwk``, usable for ``alg`` alone.

    Args:
        jwk: The public key; its own alg, use and key_ops must agree.
        alg: The one algorithm it is for.
        aliases: Names that this issuer's configuration gives the algorithm in headers:
            ``SM2withSM3`` and ``SM2SM3`` for SM2, none for all others.

    Raises:
        TrustError: A code of the algorithm (``jws-alg-…``) or of the key (``key-…``);
            private and symmetric keys are refused first.
    """
    require_available(alg)
    if not aliases <= ALIASES.get(alg, NO_ALIASES):
        got = printable(", ".join(sorted(aliases)))
        raise TrustError(KEY_ALIAS.of(field="alg", expected=alg, got=got))
    require_public(jwk)
    require_meant_for(jwk, alg=alg, use="sig")
    kid = jwk.get("kid", "")
    if not isinstance(kid, str):
        raise TrustError(KEY_MALFORMED.of(field="kid"))
    check: Check
    if alg == SM2:
        check = sm2_check(sm2_point(jwk))
    elif alg in EC:
        check = ecdsa_check(ec_public(jwk, EC[alg]), EC[alg])
    elif alg in RSA:
        check = _rsa_check(_rsa_public(jwk, alg), RSA[alg])
    else:
        check = _edwards_check(*_edwards_public(jwk))
    return VerificationKey(kid, alg, check, aliases)


def require_public(jwk: Mapping[str, Json]) -> None:
    """Refuse a JWK that holds a secret.

    Raises:
        TrustError: ``key-symmetric`` or ``key-private``; ``key-malformed`` for what is no
            object at all.
    """
    if not isinstance(jwk, Mapping):
        raise TrustError(KEY_MALFORMED.of(field="jwk"))
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
    needed = VERIFYING if use == "sig" else WRAPPING if alg == SM2 else AGREEING
    if "key_ops" in jwk and not (_are_operations(own_ops) and needed & {*own_ops}):
        raise TrustError(KEY_OPS.of(field="key_ops", expected=max(needed)))


def _are_operations(value: Json) -> TypeGuard[list[str]]:
    """Return whether ``value`` is a list of texts, each once (RFC 7517 section 4.3)."""
    return (
        isinstance(value, list)
        and all(isinstance(word, str) for word in value)
        and len({*value}) == len(value)
    )


def ec_public(jwk: Mapping[str, Json], curve: Curve) -> ec.EllipticCurvePublicKey:
    """Return the point in ``jwk``, proved to lie on ``curve``.

    Raises:
        TrustError: ``key-type``, ``key-curve``, ``key-length``, ``key-malformed``,
            ``key-encoding`` or ``key-point``.
    """
    x, y = (int.from_bytes(part, "big") for part in _coordinates(jwk, curve.crv, curve.size))
    # The library takes coordinates modulo p, which on P-521 gives every key four spellings.
    if max(x, y) >= curve.field:
        raise TrustError(KEY_ENCODING.of(field="x, y"))
    try:
        return ec.EllipticCurvePublicNumbers(x, y, curve.curve).public_key()
    except ValueError:
        raise TrustError(KEY_POINT.of(field="x, y")) from None


def _coordinates(jwk: Mapping[str, Json], crv: str, size: int) -> tuple[bytes, bytes]:
    _require_type(jwk, "EC", crv)
    x, y = _bytes_of(jwk, "x"), _bytes_of(jwk, "y")
    for name, coordinate in (("x", x), ("y", y)):
        _require_size(name, coordinate, size)
    return x, y


def sm2_point(jwk: Mapping[str, Json]) -> bytes:
    """Return x and y of an SM2 key, 64 bytes; whether they lie on the curve is not judged.

    Raises:
        TrustError: ``key-type``, ``key-curve``, ``key-length`` or ``key-malformed``.
    """
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
    n, e = (_unpadded(jwk, name) for name in ("n", "e"))
    require_sound(n, e)
    return rsa.RSAPublicNumbers(e, n).public_key()


def _unpadded(jwk: Mapping[str, Json], name: str) -> int:
    """Return a number of an RSA key, in as few bytes as it takes (RFC 7518 section 2)."""
    data = _bytes_of(jwk, name)
    if data[0] == 0:
        raise TrustError(KEY_LEADING_ZERO.of(field=name))
    return int.from_bytes(data, "big")


def _edwards_public(jwk: Mapping[str, Json]) -> tuple[EdwardsKey, Edwards]:
    _require_type(jwk, "OKP", None)
    crv = jwk.get("crv")
    if not isinstance(crv, str) or crv not in CURVES:
        names = " | ".join(CURVES)
        raise TrustError(KEY_CURVE.of(field="crv", expected=names, got=printable(str(crv))))
    x = _bytes_of(jwk, "x")
    _require_size("x", x, CURVES[crv].size)
    return public_key(crv, x), CURVES[crv]


def _require_size(name: str, data: bytes, size: int) -> None:
    if len(data) != size:
        raise TrustError(KEY_LENGTH.of(field=name, expected=size, got=len(data)))


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
        r, s = _unsigned(signature[:size]), _unsigned(signature[size:])
        try:
            verify(_sequence(r, s), message, scheme)
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
    modulus = key.public_numbers().n

    def check(signature: bytes, message: bytes) -> None:
        _require_length(signature, size)
        try:
            verify(signature, message, pad, algorithm)
        except InvalidSignature:
            if int.from_bytes(signature, "big") >= modulus:
                raise TrustError(JWS_SIGNATURE_RANGE.of(field="signature")) from None
            raise TrustError(JWS_SIGNATURE_INVALID.of(field="signature")) from None

    return check


def _edwards_check(key: EdwardsKey, curve: Edwards) -> Check:
    size, order, verify = curve.size, curve.order, key.verify

    def check(signature: bytes, message: bytes) -> None:
        _require_length(signature, 2 * size)
        try:
            verify(signature, message)
        except InvalidSignature:
            # The library refuses a second half over the order; here it is named.
            if int.from_bytes(signature[size:], "little") >= order:
                raise TrustError(JWS_SIGNATURE_RANGE.of(field="signature")) from None
            raise TrustError(JWS_SIGNATURE_INVALID.of(field="signature")) from None

    return check
