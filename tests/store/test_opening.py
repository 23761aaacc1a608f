"""Opening: what it creates, what it accepts again, what it refuses by name."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from interop.errors import StoreDamaged, StoreError, StoreNewer
from interop.store import Store, cases
from interop.store.schema import VERSION
from tests.databases import Database, Place


def test_a_path_a_string_and_an_address_open_the_same_file(
    opened: Callable[..., Store], path: Path
) -> None:
    numbers = []
    for address in (path, str(path), f"sqlite:///{path}", f"sqlite+pysqlite:///{path}"):
        with opened(address) as store, store.transaction() as tx:
            numbers.append(cases.next_serial(tx, "a"))
    assert numbers == [1, 2, 3, 4]


def test_on_how_many_lanes_it_sends_is_kept_from_its_founding(
    opened: Callable[..., Store], new_place: Callable[[], Place]
) -> None:
    own, given = new_place(), new_place()
    with opened(own) as store, store.transaction() as tx:
        assert store.lanes == tx.lanes == (4 if store.parallel else 1)
    opened(given, lanes=7).close()
    with opened(given, lanes=3) as store, store.transaction() as tx:
        assert store.lanes == tx.lanes == 7


@pytest.mark.parametrize("lanes", [0, 65])
def test_too_few_or_too_many_lanes_are_refused(
    opened: Callable[..., Store], path: Path, lanes: int
) -> None:
    with pytest.raises(StoreError, match="store-limit-range"):
        opened(path, lanes=lanes)
    assert not path.exists()


def test_only_the_owner_reads_the_file_and_its_log(file_store: Store, path: Path) -> None:
    with file_store.transaction() as tx:
        cases.next_serial(tx, "a")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes.keys() >= {"store.db", "store.db-wal"}
    assert {mode & 0o077 for mode in modes.values()} == {0}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_a_commit_is_durable_and_what_is_deleted_is_gone(
    file_store: Store, pragma: str, value: object
) -> None:
    with file_store.transaction() as tx, tx.statement() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("sqlite://", "store-not-durable"),
        ("sqlite:///:memory:", "store-not-durable"),
        (":memory:", "store-not-durable"),
        ("sqlite:///file?mode=ro", "store-url-unknown"),
        ("sqlite://host/file", "store-url-unknown"),
        ("postgresql://me:secret@db/x", "store-url-unknown"),
        ("://", "store-url-unknown"),
        ("/nowhere/at/all/store.db", "store-unreachable"),
        (".", "store-unreachable"),
    ],
)
def test_an_address_that_cannot_keep_anything_is_refused(
    opened: Callable[..., Store], address: str, code: str
) -> None:
    with pytest.raises(StoreError, match=code) as refused:
        opened(address)
    assert "secret" not in str(refused.value.reason)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_an_organ_key_of_another_length_is_refused(
    opened: Callable[..., Store], path: Path, size: int
) -> None:
    with pytest.raises(StoreError, match="organ-key-malformed"):
        opened(path, key_size=size)
    assert not path.exists()


def test_another_organ_key_or_cipher_is_refused(
    opened: Callable[..., Store], place: Place
) -> None:
    opened(place).close()
    with pytest.raises(StoreDamaged, match="organ-key-mismatch") as refused:
        opened(place, key_id="organ-2")
    assert (refused.value.reason.expected, refused.value.reason.got) == ("organ-1", "organ-2")
    with pytest.raises(StoreDamaged, match="store-cipher-mismatch"):
        opened(place, cipher="sm4-gcm")
    opened(place).close()


def test_a_store_of_a_newer_schema_is_refused_untouched(
    opened: Callable[..., Store], database: Database, place: Place
) -> None:
    database.run(place, "UPDATE schema_version SET version = :version", version=VERSION + 1)
    before = database.dump(place)
    with pytest.raises(StoreNewer, match="store-newer"):
        opened(place)
    assert database.dump(place) == before


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM schema_version",
        "INSERT INTO schema_version VALUES (1)",
        "DROP TABLE schema_version",
        "DELETE FROM organ_key",
        "DELETE FROM sending",
    ],
)
def test_a_store_without_version_or_key_row_is_damaged(
    opened: Callable[..., Store], database: Database, place: Place, sql: str
) -> None:
    database.run(place, sql)
    with pytest.raises(StoreDamaged, match="store-damaged"):
        opened(place)


def test_a_file_that_is_no_database_is_damaged(
    opened: Callable[..., Store], path: Path
) -> None:
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreDamaged, match="NOTADB"):
        opened(path)


def test_a_file_cut_short_is_damaged(opened: Callable[..., Store], path: Path) -> None:
    with opened(path) as store, store.transaction() as tx:
        cases.next_serial(tx, "a")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with (
        pytest.raises(StoreDamaged, match="CORRUPT"),
        opened(path) as store,
        store.transaction() as tx,
    ):
        cases.next_serial(tx, "a")
