"""Authenticated encryption of what is stored: AES-256-GCM, or SM4-GCM.

Sealed bytes are a random 96-bit nonce, the ciphertext, a 128-bit tag. A key wraps few
values (one case each), far below the 2^32 limit of random nonces.
Source: NIST SP 800-38D; RFC 8998 and GB/T 32907 (SM4), GB/T 32905 (SM3), RFC 5869 (HKDF).
"""

import os
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from interop.crypto.seal_reasons import CIPHER_DAMAGED, CIPHER_KEY, CIPHER_TOO_LARGE
from interop.errors import StoreDamaged

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
PLAIN_BYTES_MAX: Final = 64 * 1024 * 1024
SM4_KEY_BYTES: Final = 16
_SM4_INFO: Final = b"interop SM4GCM key v1"


class AesGcm:
    """AES-256-GCM under a key of 32 bytes."""

    name = "A256GCM"

    def __init__(self, *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random = random

    def seal(self, key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
        """Return ``plain`` encrypted under ``key`` and tied to ``bound_to``.

        Raises:
            StoreDamaged: ``cipher-key-length`` or ``cipher-too-large``.
        """
        _require_key(key)
        _require_size(plain)
        nonce = self._random(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)

    def unseal(self, key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Return the plain bytes.

        Raises:
            StoreDamaged: ``cipher-damaged`` or ``cipher-key-length``.
        """
        _require_key(key)
        _require_whole(sealed)
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except InvalidTag:
            raise StoreDamaged(CIPHER_DAMAGED.of(field="sealed")) from None


class Sm4Gcm:
    """SM4-GCM; its 16-byte key is derived from the 32 given bytes with HKDF-SM3.

    Deriving keeps one organ key serving either cipher without ever using the same bits in
    both.
    """

    name = "SM4GCM"

    def __init__(self, *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random = random

    def seal(self, key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
        """Return ``plain`` encrypted under ``key`` and tied to ``bound_to``.

        Raises:
            StoreDamaged: ``cipher-key-length`` or ``cipher-too-large``.
        """
        _require_size(plain)
        nonce = self._random(NONCE_BYTES)
        encryptor = BlockCipher(SM4(_sm4_key(key)), GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound_to)
        return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def unseal(self, key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Return the plain bytes.

        Raises:
            StoreDamaged: ``cipher-damaged`` or ``cipher-key-length``.
        """
        sm4_key = _sm4_key(key)
        _require_whole(sealed)
        mode = GCM(sealed[:NONCE_BYTES], sealed[-TAG_BYTES:])
        decryptor = BlockCipher(SM4(sm4_key), mode).decryptor()
        decryptor.authenticate_additional_data(bound_to)
        try:
            return decryptor.update(sealed[NONCE_BYTES:-TAG_BYTES]) + decryptor.finalize()
        except InvalidTag:
            raise StoreDamaged(CIPHER_DAMAGED.of(field="sealed")) from None


def _sm4_key(key: bytes) -> bytes:
    _require_key(key)
    return HKDF(hashes.SM3(), SM4_KEY_BYTES, salt=None, info=_SM4_INFO).derive(key)


def _require_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise StoreDamaged(CIPHER_KEY.of(field="key", expected=KEY_BYTES, got=len(key)))


def _require_size(plain: bytes) -> None:
    if len(plain) > PLAIN_BYTES_MAX:
        raise StoreDamaged(
            CIPHER_TOO_LARGE.of(field="plain", expected=PLAIN_BYTES_MAX, got=len(plain))
        )


def _require_whole(sealed: bytes) -> None:
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise StoreDamaged(CIPHER_DAMAGED.of(field="sealed"))
