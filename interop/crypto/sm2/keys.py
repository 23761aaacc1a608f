"""SM2 keys: a check of signatures by a public JWK, and a private key that signs.

Source: GB/T 32918; JWK members as for other curves (RFC 7518 section 6.2) with crv ``SM2``
and the signature as r and s, 64 bytes: names and form that no registry holds.
"""

import secrets
from collections.abc import Callable
from typing import Final, Self

from interop.crypto import base64url
from interop.crypto.reasons import (
    JWS_SIGNATURE_INVALID,
    JWS_SIGNATURE_LENGTH,
    JWS_SIGNATURE_RANGE,
    KEY_POINT,
)
from interop.crypto.sm2.backend import Sm2Backend, Sm2Private, default_backend
from interop.crypto.sm2.curve import (
    CRV,
    DEFAULT_ID,
    SIGNATURE_BYTES,
    SIZE,
    N,
    is_on_curve,
    message_digest,
    signer_digest,
    sm3,
)
from interop.crypto.sm2.files import from_pem, require_scalar, to_pem
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes

ALG: Final = "SM2"

Check = Callable[[bytes, bytes], None]


def require_point(point: bytes) -> bytes:
    """Return ``point``, x and y in 64 bytes, if it lies on the curve.

    Raises:
        TrustError: ``key-point``.
    """
    x, y = (int.from_bytes(half, "big") for half in (point[:SIZE], point[SIZE:]))
    if len(point) != 2 * SIZE or not is_on_curve(x, y):
        raise TrustError(KEY_POINT.of(field="x, y"))
    return point


def sm2_check(
    point: bytes, *, backend: Sm2Backend | None = None, signer_id: bytes = DEFAULT_ID
) -> Check:
    """Return the check of raw r||s signatures by the key with this point.

    Args:
        point: x and y, 64 bytes.
        backend: Who computes; the default of this process if none is given.
        signer_id: Identifier of the signer that Z_A is over.

    Raises:
        TrustError: ``key-point``.
    """
    z = signer_digest(require_point(point), signer_id)
    public = (backend or default_backend()).public(point)

    def check(signature: bytes, message: bytes) -> None:
        if len(signature) != SIGNATURE_BYTES:
            size = len(signature)
            raise TrustError(
                JWS_SIGNATURE_LENGTH.of(field="signature", expected=SIGNATURE_BYTES, got=size)
            )
        r = int.from_bytes(signature[:SIZE], "big")
        s = int.from_bytes(signature[SIZE:], "big")
        if not (0 < r < N and 0 < s < N and (r + s) % N):
            raise TrustError(JWS_SIGNATURE_RANGE.of(field="signature"))
        if not public.verify(signature, message_digest(z, message)):
            raise TrustError(JWS_SIGNATURE_INVALID.of(field="signature"))

    return check


class Sm2PrivateKey:
    """A private key that signs; a ``Signer``.

    Attributes:
        kid: RFC 7638 thumbprint of the public key, by SM3.
        alg: ``SM2``.
    """

    __slots__ = ("_private", "_scalar", "_z", "alg", "kid")

    def __init__(self, private: Sm2Private, *, scalar: bytes = b"") -> None:
        self._private, self._scalar = private, scalar
        self._z = signer_digest(private.point)
        self.alg = ALG
        self.kid = base64url.encode(sm3(canonical_bytes(jwk_of(private.point))))

    @classmethod
    def generate(cls, *, backend: Sm2Backend | None = None) -> Self:
        """Return a new key from the operating system's randomness.

        Raises:
            TrustError: ``sm2-verify-only``: the backend has no private keys.
        """
        return cls._of((secrets.randbelow(N - 2) + 1).to_bytes(SIZE, "big"), backend)

    @classmethod
    def from_pem(cls, pem: bytes, *, backend: Sm2Backend | None = None) -> Self:
        """Return the key in an unencrypted PKCS#8 PEM.

        Raises:
            TrustError: ``key-malformed``, ``key-type`` or ``sm2-verify-only``.
        """
        return cls._of(from_pem(pem), backend)

    @classmethod
    def _of(cls, scalar: bytes, backend: Sm2Backend | None) -> Self:
        private = (backend or default_backend()).private(require_scalar(scalar))
        return cls(private, scalar=scalar)

    def to_pem(self) -> bytes:
        """Return the unencrypted PKCS#8 PEM: only for a file that nobody else can read.

        Raises:
            TrustError: ``key-malformed``: a security module keeps the key to itself.
        """
        return to_pem(require_scalar(self._scalar))

    def public_jwk(self) -> dict[str, Json]:
        """Return the public JWK with kid, use and alg."""
        return {**jwk_of(self._private.point), "kid": self.kid, "use": "sig", "alg": self.alg}

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``: r and s, 64 bytes."""
        return self._private.sign(message_digest(self._z, message))

    def decrypt(self, sealed: bytes) -> bytes:
        """Return what was encrypted to this key (C1 C3 C2).

        Raises:
            TrustError: ``sm2-ciphertext``.
        """
        return self._private.decrypt(sealed)

    def __repr__(self) -> str:
        return f"Sm2PrivateKey(kid={self.kid!r})"


def jwk_of(point: bytes) -> dict[str, Json]:
    """Return the members of a JWK that are the key."""
    x, y = base64url.encode(point[:SIZE]), base64url.encode(point[SIZE:])
    return {"kty": "EC", "crv": CRV, "x": x, "y": y}
