"""Stores with a real cipher."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from interop.errors import StoreDamaged
from interop.store import Store, Tx
from interop.store.reasons import STORE_DAMAGED
from interop.store.store import BUSY_TIMEOUT_MS

NONCE_BYTES = 12


class Undo(Exception):
    """Ends a transaction that shall leave nothing."""


class AesGcm:
    def __init__(self, name: str) -> None:
        self.name = name

    def seal(self, key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)

    def unseal(self, key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, body, bound_to)
        except (InvalidTag, ValueError):
            raise StoreDamaged(STORE_DAMAGED.of(field="sealed")) from None


class FixedKey:
    def __init__(self, key_id: str, size: int) -> None:
        self.key_id = key_id
        self._secret = hashlib.sha512(key_id.encode()).digest()[:size]

    def secret(self) -> bytes:
        return self._secret


@pytest.fixture(scope="session")
def new_path(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Paths that nothing stands at yet."""
    folder, numbers = tmp_path_factory.mktemp("store"), count()
    return lambda: folder / f"{next(numbers)}.db"


def open_store(
    path: Path | str,
    *,
    key_id: str = "organ-1",
    key_size: int = 32,
    cipher: str = "aes-256-gcm",
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
) -> Store:
    return Store.open(
        path,
        organ_key=FixedKey(key_id, key_size),
        cipher=AesGcm(cipher),
        busy_timeout_ms=busy_timeout_ms,
    )


@pytest.fixture(scope="session")
def opened() -> Callable[..., Store]:
    """Open a store."""
    return open_store


@pytest.fixture(scope="session")
def fresh_path(new_path: Callable[[], Path]) -> Callable[[], Path]:
    """Paths of stores that hold nothing yet: copies, since founding one takes longer."""
    founded = new_path()
    open_store(founded).close()

    def copied() -> Path:
        return Path(shutil.copy(founded, new_path()))

    return copied


@pytest.fixture(scope="session")
def blank(
    fresh_path: Callable[[], Path],
) -> Iterator[Callable[[], AbstractContextManager[Tx]]]:
    """Lend transactions on a store that holds nothing; what they do is undone."""

    @contextmanager
    def lent() -> Iterator[Tx]:
        with suppress(Undo), shared.transaction() as tx:
            yield tx
            raise Undo

    with open_store(fresh_path()) as shared:
        yield lent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(fresh_path: Callable[[], Path], path: Path) -> Iterator[Store]:
    fresh_path().rename(path)
    with open_store(path) as store:
        yield store
