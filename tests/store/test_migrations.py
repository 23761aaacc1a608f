"""Every step from empty: an old store becomes a present one, and keeps what it held."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert, inspect, make_url

from interop.store import Store, Tx, audit, cases, founding
from interop.store.dialect import dialect_of
from interop.store.keys import StoreKeys
from interop.store.migrations import STEPS
from interop.store.schema import METADATA, ROLLUP, VERSION, metadata_at
from tests.databases import Place

Shape = dict[str, tuple[set[tuple[str, str, bool]], list[str]]]
VERSIONS = range(1, VERSION + 1)


def built(place: Place) -> Engine:
    url = make_url(f"sqlite:///{place}" if isinstance(place, Path) else place)
    return dialect_of(url).engine_at(url, busy_timeout_ms=1_000)


@pytest.fixture
def keys(store: Store) -> StoreKeys:
    with store.transaction() as tx:
        return tx.keys


def shape_in(connection: Connection) -> Shape:
    """The tables of a database: name, type, nullability of each column, and the key."""
    inspector = inspect(connection)
    return {
        table: (
            {
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            },
            inspector.get_pk_constraint(table)["constrained_columns"],
        )
        for table in inspector.get_table_names()
    }


def indexes_in(connection: Connection) -> set[tuple[str, tuple[str | None, ...]]]:
    inspector = inspect(connection)
    return {
        (table, tuple(index["column_names"]))
        for table in inspector.get_table_names()
        for index in inspector.get_indexes(table)
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_each_step_from_empty_brings_the_shape_that_statements_expect(
    new_place: Callable[[], Place], version: int
) -> None:
    fresh, stepped = built(new_place()), built(new_place())
    with fresh.begin() as at_once, stepped.begin() as by_steps:
        metadata_at(version).create_all(at_once)
        for number in range(1, version + 1):
            STEPS[number - 1].migrate(by_steps, metadata_at(number))
        assert shape_in(by_steps) == shape_in(at_once)
        assert indexes_in(by_steps) == indexes_in(at_once)
    fresh.dispose()
    stepped.dispose()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_every_version_is_brought_to_the_present_one(
    opened: Callable[..., Store], new_place: Callable[[], Place], keys: StoreKeys, version: int
) -> None:
    place = new_place()
    with Store(built(place), keys) as old, old.transaction() as tx:
        founding.found(tx, to=version)
        assert founding.version(tx) == version
        add_line(tx)
    for _again in range(2):
        with opened(place) as store, store.transaction() as tx:
            assert founding.version(tx) == VERSION
            assert [line.kind for line in audit.lines(tx)] == ["kept"]
            assert audit.verify(tx) == ()
            with tx.statement() as connection:
                assert set(shape_in(connection)) == set(METADATA.tables)


def test_a_step_that_fails_leaves_the_store_at_its_version(
    new_place: Callable[[], Place], keys: StoreKeys
) -> None:
    with Store(built(new_place()), keys) as old:
        with old.transaction() as tx:
            founding.found(tx, to=1)
        with pytest.raises(KeyError):
            migrate_and_fail(old)
        with old.transaction() as tx:
            assert founding.version(tx) == 1
            with tx.statement() as connection:
                assert set(shape_in(connection)) == set(metadata_at(1).tables)


def test_the_short_roll_up_begins_with_what_stands(
    opened: Callable[..., Store], new_place: Callable[[], Place], keys: StoreKeys
) -> None:
    place = new_place()
    with Store(built(place), keys) as old, old.transaction() as tx:
        founding.found(tx, to=6)
        for n, (state, item) in enumerate([("a", "x"), ("a", "y"), ("b", "x")], start=1):
            where = {"day": date(2026, 1, n), "receiving": "310000", "handling": "320000"}
            tx.write(insert(ROLLUP), **where, item=item, state=state, n=n)
    with opened(place) as store, store.transaction() as tx:
        found = [(row.state, row.n) for row in cases.standing(tx)]
    assert found == [("a", 3), ("b", 3)]


def test_an_older_store_goes_on_sending_on_the_lanes_it_sent_on(
    opened: Callable[..., Store], new_place: Callable[[], Place], keys: StoreKeys
) -> None:
    place = new_place()
    with Store(built(place), keys) as old, old.transaction() as tx:
        founding.found(tx, to=9)
    with opened(place) as store:
        assert store.lanes == 4


def migrate_and_fail(old: Store) -> None:
    with old.transaction() as tx:
        founding.found(tx)
        raise KeyError


def add_line(tx: Tx) -> None:
    audit.append(tx, kind="kept", case="", digest="", at=datetime(2026, 1, 5, tzinfo=UTC))
