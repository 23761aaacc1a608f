"""SM2 keys: a check of signatures by a public JWK, and a private key that signs.

Source: GB/T 32918; JWK members as for other curves (RFC 7518 section 6.2) with crv ``SM2``
and the signature as r and s, 64 bytes: names and form that no registry holds.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Final, Literal, Self

from interop.crypto import base64url
from interop.crypto.content import CIPHERS, SM4GCM, Wrapped
from interop.crypto.key_reasons import KEY_POINT, KEY_USE
from interop.crypto.reasons import (
    JWS_SIGNATURE_INVALID,
    JWS_SIGNATURE_LENGTH,
    JWS_SIGNATURE_RANGE,
)
from interop.crypto.seal_reasons import JWE_HEADER
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
from interop.crypto.sm2.files import from_pem, public_to_pem, require_scalar, to_pem
from interop.crypto.sm2.reasons import SM2_SIGNATURE_SUM
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes

ALG: Final = "SM2"

Check = Callable[[bytes, bytes], None]
Use = Literal["sig", "enc"]


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
        if not (0 < r < N and 0 < s < N):
            raise TrustError(JWS_SIGNATURE_RANGE.of(field="signature"))
        if r + s == N:
            raise TrustError(SM2_SIGNATURE_SUM.of(field="signature"))
        if not public.verify(signature, message_digest(z, message)):
            raise TrustError(JWS_SIGNATURE_INVALID.of(field="signature"))

    return check


class Sm2PublicKey:
    """A public key for one use: bodies are encrypted to it (a ``Recipient``), or it verifies.

    Attributes:
        kid: RFC 7638 thumbprint, by SM3.
        alg: ``SM2``.
        enc: ``SM4GCM``.
        use: ``enc`` or ``sig``.
    """

    __slots__ = ("_backend", "_point", "_public", "alg", "kid", "use")
    enc = SM4GCM

    def __init__(
        self, point: bytes, *, use: Use = "enc", backend: Sm2Backend | None = None
    ) -> None:
        self._point = require_point(point)
        self._backend = backend or default_backend()
        self._public = self._backend.public(point)
        self.alg, self.use = ALG, use
        self.kid = _thumbprint(point)

    def to_jwk(self) -> dict[str, Json]:
        """Return the public JWK with kid, use and alg."""
        own: dict[str, Json] = {"kid": self.kid, "use": self.use, "alg": self.alg}
        return {**jwk_of(self._point), **own}

    def to_pem(self) -> bytes:
        """Return the SubjectPublicKeyInfo PEM."""
        return public_to_pem(self._point)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Refuse ``signature`` (r and s, 64 bytes) unless this key made it over ``message``.

        Raises:
            TrustError: ``key-use`` for an encryption key, else ``jws-signature-…``.
        """
        _require_use(self.use, "sig")
        sm2_check(self._point, backend=self._backend)(signature, message)

    def wrap(self, random: Callable[[int], bytes]) -> Wrapped:
        """Return a fresh content key, encrypted to this key (C1 C3 C2).

        Raises:
            TrustError: ``sm2-verify-only``, or ``key-use`` for a signing key.
        """
        _require_use(self.use, "enc")
        content_key = random(CIPHERS[SM4GCM].key_bytes)
        return Wrapped(content_key, {}, self._public.encrypt(content_key))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sm2PublicKey) and (self.kid, self.use) == (
            other.kid,
            other.use,
        )

    def __hash__(self) -> int:
        return hash((self.kid, self.use))

    def __repr__(self) -> str:
        return f"Sm2PublicKey(kid={self.kid!r})"


class Sm2PrivateKey:
    """A private key for one use: it signs (a ``Signer``), or it opens (an ``Opener``).

    Attributes:
        kid: RFC 7638 thumbprint of the public key, by SM3.
        alg: ``SM2``.
        enc: ``SM4GCM``.
        use: ``sig`` or ``enc``.
    """

    __slots__ = ("_private", "_scalar", "_z", "alg", "kid", "use")
    enc = SM4GCM

    def __init__(self, private: Sm2Private, *, use: Use = "sig", scalar: bytes = b"") -> None:
        self._private, self._scalar = private, scalar
        self._z = signer_digest(private.point)
        self.alg, self.use = ALG, use
        self.kid = _thumbprint(private.point)

    @classmethod
    def generate(cls, *, use: Use = "sig", backend: Sm2Backend | None = None) -> Self:
        """Return a new key from the operating system's randomness.

        Raises:
            TrustError: ``sm2-verify-only``: the backend has no private keys.
        """
        return cls._of((secrets.randbelow(N - 2) + 1).to_bytes(SIZE, "big"), use, backend)

    @classmethod
    def from_pem(
        cls, pem: bytes, *, use: Use = "sig", backend: Sm2Backend | None = None
    ) -> Self:
        """Return the key in an unencrypted PKCS#8 PEM.

        Raises:
            TrustError: ``key-malformed``, ``key-type`` or ``sm2-verify-only``.
        """
        return cls._of(from_pem(pem), use, backend)

    @classmethod
    def _of(cls, scalar: bytes, use: Use, backend: Sm2Backend | None) -> Self:
        private = (backend or default_backend()).private(require_scalar(scalar))
        return cls(private, use=use, scalar=scalar)

    def to_pem(self) -> bytes:
        """Return the unencrypted PKCS#8 PEM: only for a file that nobody else can read.

        Raises:
            TrustError: ``key-malformed``: a security module keeps the key to itself.
        """
        return to_pem(require_scalar(self._scalar))

    @property
    def public(self) -> Sm2PublicKey:
        """Return the public half."""
        return Sm2PublicKey(self._private.point, use=self.use)

    @property
    def is_software(self) -> bool:
        """Return whether the scalar lies in this process, not in a security module."""
        return bool(self._scalar)

    def public_jwk(self) -> dict[str, Json]:
        """Return the public JWK with kid, use and alg."""
        return self.public.to_jwk()

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``: r and s, 64 bytes.

        Raises:
            TrustError: ``key-use`` for an encryption key.
        """
        _require_use(self.use, "sig")
        return self._private.sign(message_digest(self._z, message))

    @property
    def kids(self) -> tuple[str, ...]:
        """Return the one name that bodies encrypted to it bear."""
        return (self.kid,)

    def unwrap(self, header: Mapping[str, Json], sealed: bytes) -> bytes:
        """Return the content key that was encrypted to this key (C1 C3 C2).

        Raises:
            TrustError: ``sm2-ciphertext``, ``jwe-header`` for an ephemeral key beside it, or
                ``key-use`` for a signing key.
        """
        _require_use(self.use, "enc")
        if "epk" in header:
            raise TrustError(JWE_HEADER.of(field="epk"))
        return self._private.decrypt(sealed)

    def __repr__(self) -> str:
        return f"Sm2PrivateKey(kid={self.kid!r})"


def _require_use(own: Use, needed: Use) -> None:
    if own != needed:
        raise TrustError(KEY_USE.of(field="use", expected=needed, got=own))


def _thumbprint(point: bytes) -> str:
    return base64url.encode(sm3(canonical_bytes(jwk_of(point))))


def jwk_of(point: bytes) -> dict[str, Json]:
    """Return the members of a JWK that are the key."""
    x, y = base64url.encode(point[:SIZE]), base64url.encode(point[SIZE:])
    return {"kty": "EC", "crv": CRV, "x": x, "y": y}
