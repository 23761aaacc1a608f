"""P-256 keys of a gateway: ES256 to sign, ECDH-ES to receive encrypted bodies.

A key serves one use. Its ``kid`` is its RFC 7638 thumbprint, so two holders of one key name
it alike. Source: RFC 7517, RFC 7518 sections 3.4 and 4.6, RFC 7638.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final, Literal, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from interop.crypto import base64url
from interop.crypto.algorithms import P256
from interop.crypto.content import A256GCM, CIPHERS, Wrapped
from interop.crypto.jwk import ec_public, ecdsa_check, require_meant_for, require_public
from interop.crypto.key_reasons import KEY_KID, KEY_MALFORMED, KEY_TYPE, KEY_USE
from interop.crypto.seal_reasons import JWE_FORM, JWE_HEADER
from interop.errors import TrustError
from interop.model.canonical import Json, canonical_bytes

Use = Literal["sig", "enc"]

ALG_OF: Final[dict[Use, str]] = {"sig": "ES256", "enc": "ECDH-ES"}
PEM_BYTES_MAX: Final = 16 * 1024
_EPK_MEMBERS: Final = frozenset({"kty", "crv", "x", "y"})
_ECDSA: Final = ec.ECDSA(P256.hash)


class PublicKey:
    """A P-256 public key for one use.

    Attributes:
        kid: RFC 7638 thumbprint, SHA-256, base64url.
        alg: ``ES256`` for use ``sig``, ``ECDH-ES`` for use ``enc``.
        enc: How bodies are encrypted.
        use: ``sig`` or ``enc``.
    """

    __slots__ = ("_key", "alg", "kid", "use")
    enc = A256GCM

    def __init__(self, key: ec.EllipticCurvePublicKey, *, use: Use) -> None:
        self._key = key
        self.use: Use = use
        self.alg = ALG_OF[use]
        self.kid = _thumbprint(key)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Json], *, use: Use) -> Self:
        """Return the key in a public JWK.

        Args:
            jwk: The JWK; its own alg, use, key_ops and kid must agree.
            use: What it is needed for.

        Raises:
            TrustError: A ``key-…`` code.
        """
        require_public(jwk)
        require_meant_for(jwk, alg=ALG_OF[use], use=use)
        key = cls(ec_public(jwk, P256), use=use)
        if jwk.get("kid", key.kid) != key.kid:
            raise TrustError(KEY_KID.of(field="kid", expected=key.kid))
        return key

    @classmethod
    def from_pem(cls, pem: bytes, *, use: Use) -> Self:
        """Return the key in a SubjectPublicKeyInfo PEM.

        Raises:
            TrustError: ``key-malformed``, or ``key-type`` for another curve or kind.
        """
        try:
            key = serialization.load_pem_public_key(pem[: PEM_BYTES_MAX + 1])
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise TrustError(KEY_MALFORMED.of(field="pem")) from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != P256.curve.name:
            raise TrustError(KEY_TYPE.of(field="pem", expected="P-256", got=_kind(key)))
        return cls(key, use=use)

    def to_jwk(self) -> dict[str, Json]:
        """Return the public JWK with kid, use and alg."""
        return {**_coordinates(self._key), "kid": self.kid, "use": self.use, "alg": self.alg}

    def to_pem(self) -> bytes:
        """Return the SubjectPublicKeyInfo PEM."""
        return self._key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def verify(self, signature: bytes, message: bytes) -> None:
        """Refuse ``signature`` (raw r||s, 64 bytes) unless this key made it over ``message``.

        Raises:
            TrustError: ``key-use`` for an encryption key, else ``jws-signature-…``.
        """
        _require_use(self.use, "sig")
        ecdsa_check(self._key, P256)(signature, message)

    def wrap(self, random: Callable[[int], bytes]) -> Wrapped:
        """Return a content key agreed upon with a fresh ephemeral key.

        Raises:
            TrustError: ``key-use`` for a signing key.
        """
        del random  # the ephemeral key comes from the operating system
        ephemeral = PrivateKey.generate(use="enc")
        epk: Json = {**_coordinates(ephemeral.public._key)}  # noqa: SLF001 -- of the same class
        return Wrapped(_content_key(ephemeral.agree(self)), {"epk": epk}, b"")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and (self.kid, self.use) == (other.kid, other.use)

    def __hash__(self) -> int:
        return hash((self.kid, self.use))

    def __repr__(self) -> str:
        return f"PublicKey(kid={self.kid!r})"


class PrivateKey:
    """A P-256 private key for one use; with use ``sig`` it is a ``Signer``.

    Attributes:
        kid: RFC 7638 thumbprint of the public key.
        alg: ``ES256`` or ``ECDH-ES``.
        enc: How bodies are encrypted.
        use: ``sig`` or ``enc``.
        public: The public half.
    """

    __slots__ = ("_key", "alg", "kid", "public", "use")
    enc = A256GCM

    def __init__(self, key: ec.EllipticCurvePrivateKey, *, use: Use) -> None:
        self._key = key
        self.use: Use = use
        self.alg = ALG_OF[use]
        self.public = PublicKey(key.public_key(), use=use)
        self.kid = self.public.kid

    @classmethod
    def generate(cls, *, use: Use) -> Self:
        """Return a new key from the operating system's randomness."""
        return cls(ec.generate_private_key(P256.curve), use=use)

    @classmethod
    def from_pem(cls, pem: bytes, *, use: Use) -> Self:
        """Return the key in an unencrypted PKCS#8 PEM.

        Raises:
            TrustError: ``key-malformed``, or ``key-type`` for another curve or kind.
        """
        try:
            key = serialization.load_pem_private_key(pem[: PEM_BYTES_MAX + 1], password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise TrustError(KEY_MALFORMED.of(field="pem")) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != P256.curve.name:
            raise TrustError(KEY_TYPE.of(field="pem", expected="P-256", got=_kind(key)))
        return cls(key, use=use)

    def to_pem(self) -> bytes:
        """Return the unencrypted PKCS#8 PEM: only for a file that nobody else can read."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def sign(self, message: bytes) -> bytes:
        """Return the ES256 signature of ``message``: raw r||s, 64 bytes.

        Raises:
            TrustError: ``key-use`` for an encryption key.
        """
        _require_use(self.use, "sig")
        r, s = decode_dss_signature(self._key.sign(message, _ECDSA))
        return r.to_bytes(P256.size, "big") + s.to_bytes(P256.size, "big")

    def agree(self, peer: PublicKey) -> bytes:
        """Return the 32 bytes of the shared secret with ``peer`` (ECDH, x coordinate).

        Raises:
            TrustError: ``key-use`` if either is a signing key.
        """
        _require_use(self.use, "enc")
        _require_use(peer.use, "enc")
        return self._key.exchange(ec.ECDH(), peer._key)  # noqa: SLF001 -- the other half of one key pair

    @property
    def kids(self) -> tuple[str, ...]:
        """Return the one name that bodies encrypted to it bear."""
        return (self.kid,)

    def unwrap(self, header: Mapping[str, Json], sealed: bytes) -> bytes:
        """Return the content key agreed upon with the ephemeral key in ``header``.

        Raises:
            TrustError: ``jwe-form`` if a key is enclosed as well, ``jwe-header``, ``key-…``
                for an unsound ephemeral key, or ``key-use``.
        """
        if sealed:
            raise TrustError(JWE_FORM.of(field="encrypted_key", got="not empty"))
        epk = header.get("epk")
        if not isinstance(epk, dict) or epk.keys() != _EPK_MEMBERS:
            raise TrustError(JWE_HEADER.of(field="epk"))
        return _content_key(self.agree(PublicKey.from_jwk(epk, use="enc")))

    def __repr__(self) -> str:
        return f"PrivateKey(kid={self.kid!r})"


def _content_key(shared: bytes) -> bytes:
    # AlgorithmID, empty PartyUInfo and PartyVInfo, SuppPubInfo; each length 32-bit big-endian.
    name, bits = A256GCM.encode("ascii"), 8 * CIPHERS[A256GCM].key_bytes
    other = b"".join((len(name).to_bytes(4, "big"), name, bytes(8), bits.to_bytes(4, "big")))
    return ConcatKDFHash(hashes.SHA256(), bits // 8, other).derive(shared)


def _require_use(own: Use, needed: Use) -> None:
    if own != needed:
        raise TrustError(KEY_USE.of(field="use", expected=needed, got=own))


def _kind(key: object) -> str:
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return key.curve.name
    return "no elliptic curve key"


def _coordinates(key: ec.EllipticCurvePublicKey) -> dict[str, Json]:
    numbers = key.public_numbers()
    return {
        "kty": "EC",
        "crv": P256.crv,
        "x": base64url.encode(numbers.x.to_bytes(P256.size, "big")),
        "y": base64url.encode(numbers.y.to_bytes(P256.size, "big")),
    }


def _thumbprint(key: ec.EllipticCurvePublicKey) -> str:
    return base64url.encode(hashlib.sha256(canonical_bytes(_coordinates(key))).digest())
