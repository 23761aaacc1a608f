"""Keys derived from the organ's key: for wrapping, look-ups, batches and seals."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from interop.errors import StoreError
from interop.model.canonical import ALGORITHMS
from interop.model.ports import Cipher, OrganKey
from interop.store.columns import Sealed
from interop.store.reasons import ORGAN_KEY_MALFORMED, SEALED_TOO_LARGE

KEY_BYTES: Final = 32
SEALED_BYTES_MAX: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The keys of one open store; none shows in its repr.

    Each purpose has its own key, so a look-up digest says nothing about a wrapping key.
    Source: RFC 5869, HKDF-Expand with one block.
    """

    cipher: Cipher = field(repr=False)
    entropy: Callable[[int], bytes] = field(repr=False)
    key_id: str
    digest: str
    _wrapping: bytes = field(repr=False)
    _lookup: bytes = field(repr=False)
    _whole: bytes = field(repr=False)
    _mac: bytes = field(repr=False)

    @classmethod
    def of(
        cls,
        organ_key: OrganKey,
        cipher: Cipher,
        *,
        entropy: Callable[[int], bytes],
        digest: str = "sha-256",
    ) -> Self:
        """Derive every key from the organ's.

        Args:
            organ_key: 32 secret bytes.
            cipher: Authenticated encryption.
            entropy: Returns so many random bytes, for new case keys.
            digest: ``sha-256`` or ``sm3``; every key depends on it, so that a store is not
                opened with the other one.

        Raises:
            StoreError: ``organ-key-malformed``.
        """
        secret = organ_key.secret()
        if len(secret) != KEY_BYTES:
            raise StoreError(ORGAN_KEY_MALFORMED.of(expected=KEY_BYTES, got=len(secret)))
        return cls(
            cipher,
            entropy,
            organ_key.key_id,
            digest,
            *(
                _expanded(secret, use, ALGORITHMS[digest])
                for use in ("wrapping", "lookup", "whole", "mac")
            ),
        )

    def wrap(self, case: str, key: bytes) -> Sealed:
        """Return a case key encrypted for keeping."""
        return Sealed(self.cipher.seal(self._wrapping, key, bound_to=_bound("case-key", case)))

    def unwrap(self, case: str, wrapped: Sealed) -> bytes:
        """Return the case key; raise StoreDamaged if it is not this case's."""
        return self.cipher.unseal(
            self._wrapping, wrapped.data, bound_to=_bound("case-key", case)
        )

    def seal(self, key: bytes, plain: bytes, *, case: str, name: str) -> Sealed:
        """Return ``plain`` encrypted under a case key and tied to ``case|name``."""
        _check_size(plain, name)
        return Sealed(self.cipher.seal(key, plain, bound_to=_bound(case, name)))

    def unseal(self, key: bytes, sealed: Sealed, *, case: str, name: str) -> bytes:
        """Return the plain bytes; raise StoreDamaged if anything does not fit."""
        return self.cipher.unseal(key, sealed.data, bound_to=_bound(case, name))

    def named(self, key: bytes, text: str) -> str:
        """Return a keyed digest of ``text`` that only this case gives, as 64 hex digits."""
        by = ALGORITHMS[self.digest]
        return hmac.new(_expanded(key, "names", by), text.encode(), by).hexdigest()

    def seal_whole(self, name: str, plain: bytes) -> Sealed:
        """Return bytes of several cases at once, encrypted under the organ's own key."""
        _check_size(plain, name)
        return Sealed(self.cipher.seal(self._whole, plain, bound_to=_bound("whole", name)))

    def unseal_whole(self, name: str, sealed: Sealed) -> bytes:
        """Return what :meth:`seal_whole` sealed; raise StoreDamaged if it does not fit."""
        return self.cipher.unseal(self._whole, sealed.data, bound_to=_bound("whole", name))

    def lookup(self, scheme_and_text: str) -> str:
        """Return the keyed digest to look a person up by, as 64 hex digits.

        Source: RFC 2104 (HMAC) with the store's hash.
        """
        by = ALGORITHMS[self.digest]
        return hmac.new(self._lookup, scheme_and_text.encode(), by).hexdigest()

    def mac(self, purpose: str, message: bytes) -> bytes:
        """Return a keyed digest that only the organ can make."""
        return hmac.digest(self._mac, _bound(purpose, "") + message, ALGORITHMS[self.digest])


def _expanded(secret: bytes, use: str, by: str) -> bytes:
    return hmac.digest(secret, f"interop.store/1 {use}".encode() + b"\x01", by)


def _bound(first: str, second: str) -> bytes:
    return f"{first}|{second}".encode()


def _check_size(plain: bytes, name: str) -> None:
    if len(plain) > SEALED_BYTES_MAX:
        raise StoreError(
            SEALED_TOO_LARGE.of(field=name, expected=SEALED_BYTES_MAX, got=len(plain))
        )
