"""The two families of algorithms, in one place: development, and production in China.

A gateway's keys say which one it is; everything that it signs, encrypts, stores or hashes
follows from that. ``development``: ES256, ECDH-ES with A256GCM, SHA-256. ``production-cn``:
SM2, SM4-GCM, SM3, with keys in a security module, or in software by a waiver that has a name
and a last day.
Source: RFC 7518; GB/T 32918 (SM2), GB/T 32905 (SM3), GB/T 32907 (SM4), RFC 8998 (SM4-GCM). That
a waiver has a name and ends is this library's own rule.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from interop.crypto.algorithms import SM2
from interop.crypto.cipher import AesGcm, Sm4Gcm
from interop.crypto.content import A256GCM, SM4GCM
from interop.crypto.jwe import Recipient
from interop.crypto.jwk import require_meant_for, require_public, sm2_point
from interop.crypto.key_reasons import KEY_KID
from interop.crypto.keys import PrivateKey, PublicKey, Use
from interop.crypto.profile_reasons import (
    PROFILE_MIXED,
    PROFILE_NO_BACKEND,
    PROFILE_NO_SM3,
    PROFILE_SOFTWARE_KEYS,
    PROFILE_WAIVER_OVER,
    PROFILE_WAIVER_TERM,
    WAIVER_NAME,
)
from interop.crypto.sm2.backend import Sm2Backend, default_backend
from interop.crypto.sm2.files import is_sm2
from interop.crypto.sm2.keys import Sm2PrivateKey, Sm2PublicKey
from interop.errors import KnowledgeError, TrustError
from interop.model.canonical import Json
from interop.model.ports import Cipher

ProfileName = Literal["development", "production-cn"]
DigestName = Literal["sha-256", "sm3"]
SecretKey = PrivateKey | Sm2PrivateKey

WAIVER_NAME_CHARS_MAX: Final = 200
WAIVER_DAYS_MAX: Final = 366


@dataclass(frozen=True, slots=True)
class Waiver:
    """Leave to hold keys of production-cn in software for a while.

    Attributes:
        name: What granted it, such as the number of a document.
        until: Its last day, inclusive, Asia/Shanghai.
    """

    name: str
    until: date

    def __post_init__(self) -> None:
        """Refuse a waiver that names nothing.

        Raises:
            KnowledgeError: ``waiver-name``.
        """
        sound = self.name.isprintable() and self.name == self.name.strip()
        if not (sound and 0 < len(self.name) <= WAIVER_NAME_CHARS_MAX):
            raise KnowledgeError(WAIVER_NAME.of(field="name", expected=WAIVER_NAME_CHARS_MAX))

    def require_valid(self, on: date) -> None:
        """Refuse the waiver after its last day, or one that ends too far off to be an end.

        Raises:
            KnowledgeError: ``profile-waiver-over`` or ``profile-waiver-term``.
        """
        if on > self.until:
            raise KnowledgeError(PROFILE_WAIVER_OVER.of(field="until", got=self.until))
        if (self.until - on).days > WAIVER_DAYS_MAX:
            raise KnowledgeError(
                PROFILE_WAIVER_TERM.of(field="until", expected=WAIVER_DAYS_MAX, got=self.until)
            )


@dataclass(frozen=True, slots=True)
class Profile:
    """One family of algorithms.

    Attributes:
        name: ``development`` or ``production-cn``.
        signing: How tokens, batches and receipts are signed.
        wrapping: How the key of a body reaches its recipient.
        content: How a body is encrypted.
        digest: How trees, lines and names are hashed.
        cipher: How what is stored is encrypted.
    """

    name: ProfileName
    signing: str
    wrapping: str
    content: str
    digest: DigestName
    cipher: Cipher = field(repr=False)

    def generate(self, *, use: Use) -> SecretKey:
        """Return a new key in software.

        Raises:
            TrustError: ``sm2-verify-only``: nothing on this machine signs with SM2.
        """
        if self.signing == SM2:
            return Sm2PrivateKey.generate(use=use)
        return PrivateKey.generate(use=use)


DEVELOPMENT: Final = Profile(
    "development", "ES256", "ECDH-ES", A256GCM, "sha-256", cipher=AesGcm()
)
PRODUCTION_CN: Final = Profile("production-cn", SM2, SM2, SM4GCM, "sm3", cipher=Sm4Gcm())
PROFILES: Final[Mapping[ProfileName, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (DEVELOPMENT, PRODUCTION_CN)}
)


def profile_of(signing: SecretKey, decryption: SecretKey) -> Profile:
    """Return the profile that a gateway's two keys belong to.

    Raises:
        KnowledgeError: ``profile-mixed``: they belong to two.
    """
    for profile in PROFILES.values():
        if (signing.alg, decryption.alg) == (profile.signing, profile.wrapping):
            return profile
    got = f"{signing.alg}, {decryption.alg}"
    raise KnowledgeError(PROFILE_MIXED.of(field="keys", expected=", ".join(PROFILES), got=got))


def digest_of(alg: str) -> DigestName:
    """Return what a gateway hashes with that signs with ``alg``."""
    return PRODUCTION_CN.digest if alg == PRODUCTION_CN.signing else DEVELOPMENT.digest


def require_openable(
    keys: tuple[SecretKey, ...],
    waiver: Waiver | None,
    *,
    on: date,
    backend: Sm2Backend | None = None,
) -> None:
    """Refuse keys of production-cn on a machine, or in a place, where they may not be used.

    Keys of development are not judged: peers know them by their registry, and its env.

    Args:
        keys: The private keys of a gateway.
        waiver: Leave to hold them in software, if there is any.
        on: Today, Asia/Shanghai.
        backend: Who computes SM2; the default of this process if none is given.

    Raises:
        KnowledgeError: ``profile-no-backend``, ``profile-no-sm3``,
            ``profile-software-keys``, ``profile-waiver-over`` or ``profile-waiver-term``.
    """
    national = [key for key in keys if isinstance(key, Sm2PrivateKey)]
    if not national:
        return
    found = backend or default_backend()
    if not found.can_sign:
        raise KnowledgeError(PROFILE_NO_BACKEND.of(field="SM2", got=found.name))
    if PRODUCTION_CN.digest not in hashlib.algorithms_available:
        raise KnowledgeError(PROFILE_NO_SM3.of(field="SM3"))
    if any(key.is_software for key in national):
        if waiver is None:
            raise KnowledgeError(PROFILE_SOFTWARE_KEYS.of(field="waiver"))
        waiver.require_valid(on)


def import_secret(pem: bytes, *, use: Use) -> SecretKey:
    """Return the private key in an unencrypted PKCS#8 PEM: P-256, or SM2.

    Raises:
        TrustError: ``key-malformed``, ``key-type`` or ``sm2-verify-only``.
    """
    if is_sm2(pem):
        return Sm2PrivateKey.from_pem(pem, use=use)
    return PrivateKey.from_pem(pem, use=use)


def import_recipient(jwk: Mapping[str, Json]) -> Recipient:
    """Return the public key in ``jwk`` that bodies are encrypted to: P-256, or SM2.

    Raises:
        TrustError: A ``key-…`` code.
    """
    if jwk.get("crv") != SM2:
        return PublicKey.from_jwk(jwk, use="enc")
    require_public(jwk)
    require_meant_for(jwk, alg=SM2, use="enc")
    key = Sm2PublicKey(sm2_point(jwk), use="enc")
    if jwk.get("kid", key.kid) != key.kid:
        raise TrustError(KEY_KID.of(field="kid", expected=key.kid))
    return key
