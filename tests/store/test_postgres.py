"""What holds on PostgreSQL alone: addresses, settings, and faults by name."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, make_url, text

from interop.errors import StoreDamaged, StoreError, StoreFull, StoreLocked
from interop.store import Store, cases, dialect, postgres
from interop.store.schema import COUNTER
from interop.store.store import BUSY_TIMEOUT_MS
from tests.databases import Server

pytestmark = pytest.mark.slow

PASSWORD = "kein-Wort-davon"


@pytest.fixture(scope="module")
def founded(server: Server, opened: Callable[..., Store]) -> str:
    place = server.new()
    opened(place).close()
    return place


@pytest.fixture
def place(server: Server, founded: str) -> str:
    return server.copy(founded)


@pytest.fixture
def store(opened: Callable[..., Store], place: str) -> Iterator[Store]:
    with opened(place) as found:
        yield found


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        ("53100", StoreFull, "store-full"),
        ("40001", StoreLocked, "store-conflict"),
        ("40P01", StoreLocked, "store-conflict"),
        ("55P03", StoreLocked, "store-locked"),
        ("57014", StoreLocked, "store-locked"),
        ("53300", StoreLocked, "store-locked"),
        ("XX001", StoreDamaged, "store-damaged"),
        ("XX002", StoreDamaged, "store-damaged"),
        ("08006", StoreError, "store-unreachable"),
        ("25006", StoreError, "store-unreachable"),
        ("28P01", StoreError, "store-unreachable"),
        ("3D000", StoreError, "store-unreachable"),
        ("42501", StoreError, "store-unreachable"),
        ("57P01", StoreError, "store-unreachable"),
        ("58030", StoreError, "store-unreachable"),
        ("23505", StoreError, "store-fault"),
        ("42P01", StoreError, "store-fault"),
    ],
)
def test_the_server_s_state_decides_the_error(
    store: Store, state: str, kind: type[StoreError], code: str
) -> None:
    # INVARIANT: its words, which may name values, are not repeated.
    raising = f"DO $$ BEGIN RAISE 'secret' USING ERRCODE = '{state}'; END $$"

    def fail() -> None:
        with store.transaction() as tx, tx.statement() as connection:
            connection.exec_driver_sql(raising)

    with pytest.raises(StoreError) as refused:
        fail()
    assert (type(refused.value), refused.value.code) == (kind, code)
    assert state in str(refused.value.reason)
    assert "secret" not in str(refused.value.reason)
    with store.transaction() as tx:
        assert cases.next_serial(tx, "a") == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"database": "nowhere"}, "store-unreachable"),
        ({"username": "nobody"}, "store-unreachable"),
        ({"host": "127.0.0.1", "port": 1}, "store-unreachable"),
        ({"database": ""}, "store-url-unknown"),
        ({"drivername": "postgresql"}, "store-url-unknown"),
        ({"drivername": "postgresql+asyncpg"}, "store-url-unknown"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_and_its_password_not_told(
    opened: Callable[..., Store], place: str, change: dict[str, Any], code: str
) -> None:
    url = make_url(place).set(password=PASSWORD).set(**change)
    if "port" in change:
        url = url.set(query={})
    with pytest.raises(StoreError, match=code) as refused:
        opened(url.render_as_string(hide_password=False))
    told = "".join(map(str, (refused.value.reason, refused.value, repr(refused.value))))
    cause: BaseException | None = refused.value
    while cause is not None:
        told += f"{cause!r} {cause}"
        cause = cause.__cause__ or cause.__context__
    assert PASSWORD not in told


@pytest.mark.parametrize("query", ["options=-cfsync%3Doff", "passfile=x", "service=y"])
def test_an_address_says_where_and_nothing_else(
    opened: Callable[..., Store], place: str, query: str
) -> None:
    with pytest.raises(StoreError, match="store-url-unknown"):
        opened(f"{place}&{query}")


def test_what_is_open_does_not_show_its_password(
    opened: Callable[..., Store], place: str
) -> None:
    url = make_url(place).set(password=PASSWORD)
    with opened(url.render_as_string(hide_password=False)) as store:
        assert PASSWORD not in repr(store) + repr(vars(store))


def test_a_commit_is_durable_even_where_the_server_s_default_is_not(
    opened: Callable[..., Store], server: Server, place: str
) -> None:
    name = make_url(place).database
    server.run(place, f"ALTER DATABASE {name} SET synchronous_commit = off")
    server.run(place, f"ALTER DATABASE {name} SET timezone = 'Asia/Shanghai'")
    server.run(place, f"ALTER DATABASE {name} SET default_transaction_isolation = serializable")
    with opened(place) as store, store.transaction() as tx, tx.statement() as connection:
        shown = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("synchronous_commit", "timezone", "transaction_isolation")
        }
    assert shown == {
        "synchronous_commit": "on",
        "timezone": "UTC",
        "transaction_isolation": "read committed",
    }


def test_a_server_that_does_not_sync_is_refused(
    opened: Callable[..., Store], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Turned off for one server it would be off for every test: the answer is turned instead.
    asked = postgres._DURABILITY.replace("setting FROM", "'off' FROM")
    monkeypatch.setattr(postgres, "_DURABILITY", asked)
    with pytest.raises(StoreError, match="store-not-durable"):
        opened(place)


def test_a_connection_that_the_server_ended_is_replaced(
    server: Server, store: Store, place: str
) -> None:

    def cut_off() -> None:
        with store.transaction() as tx:
            cases.next_serial(tx, "a")
            server.end_all(place)
            cases.next_serial(tx, "a")

    with pytest.raises(StoreError, match="store-unreachable"):
        cut_off()
    with store.transaction() as tx:
        assert cases.next_serial(tx, "a") == 1
    server.end_all(place)
    with store.transaction() as tx:
        assert cases.next_serial(tx, "a") == 2


def test_numbers_have_64_bits_and_text_is_ordered_by_code_point(store: Store) -> None:
    with store.transaction() as tx:
        for n, name in enumerate(["b", "B", "_", "é", "z"]):
            tx.write(insert(COUNTER).values(name=name, n=2**62 + n))
        with tx.statement() as connection:
            rows = connection.execute(text("SELECT name, n FROM counter ORDER BY name")).all()
    assert [name for name, _ in rows] == sorted(["b", "B", "_", "é", "z"])
    assert {n for _, n in rows} == {2**62 + n for n in range(5)}


def test_a_store_is_copied_by_the_server_s_own_tools(store: Store, tmp_path: Path) -> None:
    for copy in (store.back_up, store.restore):
        with pytest.raises(StoreError, match="store-copy-elsewhere"):
            copy(tmp_path / "copy.db")


def test_without_its_driver_it_says_what_to_install(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    url = make_url(place)
    with pytest.raises(StoreError, match="store-driver-missing"):
        dialect.dialect_of(url).engine_at(url, busy_timeout_ms=BUSY_TIMEOUT_MS)
