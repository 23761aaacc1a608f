"""Stores with a real cipher."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from interop.errors import StoreDamaged
from interop.store import Store, Tx
from interop.store.reasons import STORE_DAMAGED
from interop.store.store import BUSY_TIMEOUT_MS
from tests.databases import Database, Place

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
def new_place(database: Database) -> Callable[[], Place]:
    """Places that nothing stands at yet."""
    return database.new


def open_store(  # noqa: PLR0913 -- what a store is opened with, each by name
    place: Place,
    *,
    key_id: str = "organ-1",
    key_size: int = 32,
    cipher: str = "aes-256-gcm",
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    lanes: int | None = None,
) -> Store:
    return Store.open(
        place,
        organ_key=FixedKey(key_id, key_size),
        cipher=AesGcm(cipher),
        busy_timeout_ms=busy_timeout_ms,
        lanes=lanes,
    )


@pytest.fixture(scope="session")
def opened() -> Callable[..., Store]:
    """Open a store."""
    return open_store


@pytest.fixture(scope="session")
def fresh_place(database: Database) -> Callable[[], Place]:
    """Places of stores that hold nothing yet: copies, since founding one takes longer."""
    founded = database.new()
    open_store(founded).close()
    return lambda: database.copy(founded)


@pytest.fixture(scope="session")
def blank(
    fresh_place: Callable[[], Place],
) -> Iterator[Callable[[], AbstractContextManager[Tx]]]:
    """Lend transactions on a store that holds nothing; what they do is undone."""

    @contextmanager
    def lent() -> Iterator[Tx]:
        with suppress(Undo), shared.transaction() as tx:
            yield tx
            raise Undo

    with open_store(fresh_place()) as shared:
        yield lent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that does not stand yet, for what is told of files alone."""
    return tmp_path / "store.db"


@pytest.fixture
def file_store(path: Path) -> Iterator[Store]:
    """A store in the file ``path``."""
    with open_store(path) as store:
        yield store


@pytest.fixture
def place(fresh_place: Callable[[], Place]) -> Place:
    """Where ``store`` stands."""
    return fresh_place()


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with open_store(place) as store:
        yield store
