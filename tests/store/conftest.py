"""Stores with a real cipher."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from interop.errors import StoreDamaged
from interop.store import Store
from interop.store.reasons import STORE_DAMAGED

NONCE_BYTES = 12

Opened = Callable[..., Store]


class AesGcm:
    name = "aes-256-gcm"

    def seal(self, key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)

    def unseal(self, key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, body, bound_to)
        except InvalidTag:
            raise StoreDamaged(STORE_DAMAGED.of(field="sealed")) from None


class FixedKey:
    def __init__(self, key_id: str = "organ-1", *, size: int = 32) -> None:
        self.key_id = key_id
        self._secret = hashlib.sha256(key_id.encode()).digest()[:size]

    def secret(self) -> bytes:
        return self._secret


def opened(path: Path, **options: object) -> Store:
    return Store.open(path, **({"organ_key": FixedKey(), "cipher": AesGcm()} | options))  # type: ignore[arg-type] -- options by name


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with opened(path) as store:
        yield store
