"""How the body of a JWE is encrypted, and the key for it: AES-256-GCM, or SM4-GCM.

Source: RFC 7518 section 5.3 (A256GCM); RFC 8998 (SM4-GCM), as ``SM4GCM`` a private name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from interop.crypto.seal_reasons import JWE_DAMAGED
from interop.errors import TrustError
from interop.model.canonical import Json

IV_BYTES: Final = 12
TAG_BYTES: Final = 16
A256GCM: Final = "A256GCM"
SM4GCM: Final = "SM4GCM"

# Key, nonce, data and what it is tied to, to data and tag, or back.
Run = Callable[[bytes, bytes, bytes, bytes], bytes]


@dataclass(frozen=True, slots=True, repr=False)
class Wrapped:
    """A content key on its way to one recipient.

    Attributes:
        content_key: The key that the body is encrypted under.
        header: What the recipient needs beside it.
        sealed: The encrypted key; empty where the key is agreed upon.
    """

    content_key: bytes
    header: Mapping[str, Json]
    sealed: bytes


@dataclass(frozen=True, slots=True)
class ContentCipher:
    """A cipher of bodies.

    Attributes:
        key_bytes: Length of its key.
        encrypt: Returns ciphertext and tag.
    """

    key_bytes: int
    encrypt: Run
    _open: Run

    def decrypt(self, key: bytes, iv: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        """Return the plain bytes of ciphertext and tag.

        Raises:
            TrustError: ``jwe-damaged``.
        """
        if len(key) != self.key_bytes:
            raise TrustError(JWE_DAMAGED.of(field="encrypted_key"))
        try:
            return self._open(key, iv, sealed, bound_to)
        except InvalidTag:
            raise TrustError(JWE_DAMAGED.of(field="ciphertext")) from None


def _aes_sealed(key: bytes, iv: bytes, plain: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).encrypt(iv, plain, bound_to)


def _aes_opened(key: bytes, iv: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).decrypt(iv, sealed, bound_to)


def _sm4_sealed(key: bytes, iv: bytes, plain: bytes, bound_to: bytes) -> bytes:
    encryptor = Cipher(SM4(key), GCM(iv)).encryptor()
    encryptor.authenticate_additional_data(bound_to)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _sm4_opened(key: bytes, iv: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    decryptor = Cipher(SM4(key), GCM(iv, sealed[-TAG_BYTES:])).decryptor()
    decryptor.authenticate_additional_data(bound_to)
    return decryptor.update(sealed[:-TAG_BYTES]) + decryptor.finalize()


CIPHERS: Final = {
    A256GCM: ContentCipher(32, _aes_sealed, _aes_opened),
    SM4GCM: ContentCipher(16, _sm4_sealed, _sm4_opened),
}
