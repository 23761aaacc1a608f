"""SM2 by the system's libcrypto (OpenSSL 3 or newer), reached with ctypes.

Keys go in as DER, so no structure of the library is laid out here. Each call makes its own
context and frees it; a key may be used from several threads at once. The library computes in
constant time and releases the interpreter's lock.
Source: OpenSSL 3 manual, EVP_PKEY_sign, EVP_PKEY_encrypt, EVP_PKEY-SM2; RFC 5958, RFC 5915.
"""

import ctypes
import ctypes.util
import sys
import weakref
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_void_p
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from interop.crypto.sm2.ciphertext import from_der, to_der
from interop.crypto.sm2.curve import POINT_BYTES, SIGNATURE_BYTES, SIZE
from interop.crypto.sm2.files import SPKI, private_der
from interop.crypto.sm2.reasons import SM2_CIPHERTEXT, SM2_KEY
from interop.errors import TrustError

MAJOR_MIN: Final = 3
NAMES: Final = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.3.dylib", "libcrypto-3-x64.dll")
SPKI_BYTES: Final = len(SPKI) + POINT_BYTES
_OPERATION: Final = [c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t]
_SIGNATURES: Final = {
    "OpenSSL_version_num": ([], c_long),
    "d2i_PUBKEY": ([c_void_p, POINTER(c_char_p), c_long], c_void_p),
    "d2i_AutoPrivateKey": ([c_void_p, POINTER(c_char_p), c_long], c_void_p),
    "i2d_PUBKEY": ([c_void_p, POINTER(c_void_p)], c_int),
    "EVP_PKEY_free": ([c_void_p], None),
    "EVP_PKEY_CTX_new": ([c_void_p, c_void_p], c_void_p),
    "EVP_PKEY_CTX_free": ([c_void_p], None),
    "EVP_PKEY_verify_init": ([c_void_p], c_int),
    "EVP_PKEY_verify": ([c_void_p, c_char_p, c_size_t, c_char_p, c_size_t], c_int),
    "EVP_PKEY_sign_init": ([c_void_p], c_int),
    "EVP_PKEY_sign": (_OPERATION, c_int),
    "EVP_PKEY_encrypt_init": ([c_void_p], c_int),
    "EVP_PKEY_encrypt": (_OPERATION, c_int),
    "EVP_PKEY_decrypt_init": ([c_void_p], c_int),
    "EVP_PKEY_decrypt": (_OPERATION, c_int),
    "ERR_clear_error": ([], None),
}


class NoLibrary(Exception):
    """There is no libcrypto of version 3 or newer that knows SM2."""


class Library:
    """The functions of one libcrypto, typed."""

    def __init__(self, handle: ctypes.CDLL) -> None:
        for name, (arguments, result) in _SIGNATURES.items():
            try:
                function = getattr(handle, name)
            except AttributeError:
                raise NoLibrary(name) from None
            function.argtypes, function.restype = arguments, result
            setattr(self, name, function)
        self.version = int(handle.OpenSSL_version_num()) >> 28 & 0xF
        if self.version < MAJOR_MIN:
            raise NoLibrary(str(self.version))

    def call(self, name: str, *arguments: object) -> int:
        """Call a function that answers with a number; 1 is success."""
        found: int = getattr(self, name)(*arguments)
        return found

    def key(self, reader: str, der: bytes) -> "Handle":
        """Return the key in ``der``.

        Raises:
            TrustError: ``sm2-key``.
        """
        found = getattr(self, reader)(None, byref(c_char_p(der)), len(der))
        if not found:
            self.call_void("ERR_clear_error")
            raise TrustError(SM2_KEY.of(field="key"))
        return Handle(self, found)

    def call_void(self, name: str, *arguments: object) -> None:
        """Call a function that answers nothing."""
        getattr(self, name)(*arguments)


class Handle:
    """A key of the library, freed with this object."""

    __slots__ = ("__weakref__", "_library", "_pointer")

    def __init__(self, library: Library, pointer: int) -> None:
        self._library, self._pointer = library, pointer
        weakref.finalize(self, library.call_void, "EVP_PKEY_free", pointer)

    def verify(self, signature: bytes, digest: bytes) -> bool:
        """Return whether a DER signature is over ``digest``."""

        def verified(context: int) -> int:
            return self._library.call(
                "EVP_PKEY_verify", context, signature, len(signature), digest, len(digest)
            )

        return self._with("EVP_PKEY_verify_init", verified) == 1

    def transformed(self, operation: str, data: bytes, bytes_max: int) -> bytes | None:
        """Return what ``operation`` makes of ``data``; None if it refuses."""
        out = ctypes.create_string_buffer(bytes_max)
        size = c_size_t(bytes_max)

        def done(context: int) -> int:
            return self._library.call(operation, context, out, byref(size), data, len(data))

        made = self._with(f"{operation}_init", done) == 1
        return out.raw[: size.value] if made else None

    def point(self) -> bytes:
        """Return x and y of the public point.

        Raises:
            TrustError: ``sm2-key``: the library writes no such point.
        """
        out = ctypes.create_string_buffer(SPKI_BYTES + 64)
        end = c_void_p(ctypes.addressof(out))
        size = self._library.call("i2d_PUBKEY", self._pointer, byref(end))
        written = out.raw[: max(size, 0)]
        if size != SPKI_BYTES or not written.startswith(SPKI):
            raise TrustError(SM2_KEY.of(field="key"))
        return written[len(SPKI) :]

    def _with(self, init: str, use: Callable[[int], int]) -> int:
        context = self._library.EVP_PKEY_CTX_new(self._pointer, None)  # type: ignore[attr-defined]  # set from a table
        try:
            if self._library.call(init, context) != 1:
                return 0
            return use(context)
        finally:
            self._library.call_void("EVP_PKEY_CTX_free", context)
            self._library.call_void("ERR_clear_error")


class LibcryptoBackend:
    """Sign, verify, encrypt and decrypt with the system's library."""

    name = "libcrypto"
    can_sign = True

    def __init__(self, library: Library) -> None:
        self._library = library

    @classmethod
    def found(cls) -> "LibcryptoBackend":
        """Return the backend on the first library that will do.

        Raises:
            NoLibrary: There is none.
        """
        for name in _names():
            try:
                return cls(Library(ctypes.CDLL(name)))
            except (OSError, NoLibrary):
                continue
        raise NoLibrary

    def public(self, point: bytes) -> "LibcryptoPublic":
        """Return the key with this point, x and y in 64 bytes, on the curve."""
        if len(point) != POINT_BYTES:
            raise TrustError(SM2_KEY.of(field="key"))
        return LibcryptoPublic(self._library.key("d2i_PUBKEY", SPKI + point))

    def private(self, scalar: bytes) -> "LibcryptoPrivate":
        """Return the key with this scalar of 32 bytes."""
        if len(scalar) != SIZE:
            raise TrustError(SM2_KEY.of(field="key"))
        return LibcryptoPrivate(self._library.key("d2i_AutoPrivateKey", private_der(scalar)))


class LibcryptoPublic:
    """A public key of the library."""

    __slots__ = ("_handle",)

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def verify(self, signature: bytes, digest: bytes) -> bool:
        """Return whether ``signature``, r and s in 64 bytes, is over the digest e."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        r = int.from_bytes(signature[:SIZE], "big")
        s = int.from_bytes(signature[SIZE:], "big")
        return self._handle.verify(encode_dss_signature(r, s), digest)

    def encrypt(self, plain: bytes) -> bytes:
        """Return ``plain`` encrypted: C1, C3, C2 one after the other.

        Raises:
            TrustError: ``sm2-ciphertext``: there is nothing to encrypt.
        """
        made = self._handle.transformed("EVP_PKEY_encrypt", plain, len(plain) + 256)
        if made is None:
            raise TrustError(SM2_CIPHERTEXT.of(field="plain"))
        return from_der(made)


class LibcryptoPrivate:
    """A private key of the library."""

    __slots__ = ("_handle",)

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    @property
    def point(self) -> bytes:
        """Return the public point: x and y, 64 bytes."""
        return self._handle.point()

    def sign(self, digest: bytes) -> bytes:
        """Return r and s over the digest e, 64 bytes.

        Raises:
            TrustError: ``sm2-key``: the library refuses the key.
        """
        made = self._handle.transformed("EVP_PKEY_sign", digest, 128)
        if made is None:
            raise TrustError(SM2_KEY.of(field="key"))
        r, s = decode_dss_signature(made)
        return r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")

    def decrypt(self, sealed: bytes) -> bytes:
        """Return what was encrypted to this key.

        Raises:
            TrustError: ``sm2-ciphertext``: it is damaged, or was meant for another key.
        """
        plain = self._handle.transformed("EVP_PKEY_decrypt", to_der(sealed), len(sealed))
        if plain is None:
            raise TrustError(SM2_CIPHERTEXT.of(field="sealed"))
        return plain


def _names() -> tuple[str, ...]:
    found = ctypes.util.find_library("crypto") if sys.platform != "win32" else None
    return tuple(dict.fromkeys((*NAMES, *((found,) if found else ()))))
