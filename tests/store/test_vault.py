"""Personal values: sealed per case, found by keyed digest, gone with the key."""

import hashlib
import hmac
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from interop.conformance.strategies import store as drawn
from interop.errors import StoreDamaged, StoreError
from interop.model.case import CaseFact, Notice, NoticeKind
from interop.model.sensitive import Sensitive
from interop.store import Store, Tx, cases, channels, tasks, vault
from interop.store.cases import CaseRow
from interop.store.columns import Sealed
from interop.store.keys import SEALED_BYTES_MAX
from interop.store.schema import CASE_KEY, DOCUMENT
from tests.databases import Database, Place

Blank = Callable[[], AbstractContextManager[Tx]]

ROOM = 100 * 1024
BITS = st.tuples(st.integers(0), st.integers(0, 7))
SEALED_AS = st.tuples(drawn.NUMBERS, st.sampled_from(["document/a", "document/b", "a|b"]))


def written(database: Database, place: Place) -> bytes:
    """All bytes of the store, its log included."""
    return database.raw(place)


def spellings(text: str) -> Iterator[bytes]:
    yield text.encode()
    yield text.encode("utf-16-le")
    yield text.encode("gb18030")
    yield text.encode("unicode_escape")


def fill(tx: Tx, row: CaseRow, secret: str) -> None:
    """Write ``secret`` to every place that may hold a personal value."""
    number, body = row.number, secret.encode()
    cases.add(tx, row)
    cases.put_document(tx, number, "package", body)
    cases.append_fact(
        tx,
        CaseFact(
            case=number,
            side="receiving",
            seq=1,
            seen=0,
            type="received",
            at=row.created_at,
            body={"name": secret},
        ),
    )
    cases.add_notice(
        tx,
        Notice(
            kind=NoticeKind.RULING,
            number="n-1",
            case=number,
            region=row.handling,
            on=row.created_at.date(),
            items=(secret,),
            text=Sensitive(secret),
        ),
    )
    seq = channels.enqueue(tx, peer="p", lane=1, case=number, envelope_id="e", body=body)
    channels.add_batch(tx, channels.BatchRow("p", 1, 1, seq, 1, "root", wire=body))
    tasks.add(tx, kind="register", case=number, due_at=row.created_at, body=body)
    channels.bury(tx, peer="p", lane=1, seq=1, case=number, reason_code="x", body=body)
    tx.lookup(secret)


def settle(tx: Tx, now: CaseRow) -> None:
    """Let everything that needs the key of the case come to its end."""
    channels.close_batch(tx, "p", 1, 1, b"receipt")
    for task in tasks.due(tx, now.created_at + timedelta(days=1), limit=10):
        tasks.finish(tx, task.id)


@pytest.mark.requirement("YRD-STORE-001")
@given(row=drawn.case_rows(), secret=drawn.PLANTED)
def test_no_byte_of_the_store_shows_a_personal_value(  # noqa: PLR0917 -- fixtures, by name
    opened: Callable[..., Store],
    fresh_place: Callable[[], Place],
    database: Database,
    row: CaseRow,
    secret: str,
) -> None:
    place = fresh_place()
    with opened(place) as store:
        with store.transaction() as tx:
            fill(tx, row, secret)
        while_open = written(database, place)
    for data in (while_open, written(database, place)):
        assert row.number.encode() in data, "the search itself finds what is in clear"
        assert [found for found in spellings(secret) if found in data] == []


@given(placed=SEALED_AS, asked=SEALED_AS, plain=drawn.BODIES)
def test_sealed_bytes_open_only_as_what_they_were_sealed_as(
    blank: Blank,
    placed: tuple[str, str],
    asked: tuple[str, str],
    plain: bytes,
) -> None:
    with blank() as tx:
        for case in {placed[0], asked[0]}:
            vault.create_key(tx, case)
        sealed = tx.seal(*placed, plain)
        if placed == asked:
            assert tx.unseal(*asked, sealed) == plain
        else:
            with pytest.raises(StoreDamaged):
                tx.unseal(*asked, sealed)


@given(plain=drawn.BODIES, flip=BITS)
def test_one_flipped_bit_of_sealed_bytes_is_refused(
    blank: Blank, plain: bytes, flip: tuple[int, int]
) -> None:
    with blank() as tx:
        vault.create_key(tx, "case")
        data = bytearray(tx.seal("case", "name", plain).data)
        data[flip[0] % len(data)] ^= 1 << flip[1]
        with pytest.raises(StoreDamaged):
            tx.unseal("case", "name", Sealed(bytes(data)))


def test_a_value_moved_to_another_place_is_refused(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, drawn.a_case("case"))
        cases.put_document(tx, "case", "a", b"of a")
        cases.put_document(tx, "case", "b", b"of b")
        moved = select(DOCUMENT.c.body).where(DOCUMENT.c.name == "a").scalar_subquery()
        tx.write(update(DOCUMENT).where(DOCUMENT.c.name == "b").values(body=moved))
        assert cases.document(tx, "case", "a") == b"of a"
        with pytest.raises(StoreDamaged):
            cases.document(tx, "case", "b")


@pytest.mark.parametrize("clear", [b"clear", "clear", 1])
def test_an_encrypted_column_takes_no_clear_text(store: Store, clear: object) -> None:
    with (
        pytest.raises(StoreError, match="clear-text-refused"),
        store.transaction() as tx,
    ):
        tx.write(insert(CASE_KEY).values(case_number="case", wrapped=clear))


@pytest.fixture(scope="module")
def two_organs(
    opened: Callable[..., Store], new_place: Callable[[], Place]
) -> Iterator[tuple[Store, Store]]:
    with opened(new_place()) as ours, opened(new_place(), key_id="organ-2") as theirs:
        yield ours, theirs


@given(first=st.text(max_size=6), second=st.text(max_size=6))
def test_a_look_up_is_one_to_one_and_means_nothing_without_the_key(
    two_organs: tuple[Store, Store], first: str, second: str
) -> None:
    ours, theirs = two_organs
    with ours.transaction() as tx:
        found, other = tx.lookup(first), tx.lookup(second)
    with theirs.transaction() as tx:
        foreign = tx.lookup(first)
    assert (found == other) == (first == second)
    assert foreign != found
    assert len(bytes.fromhex(found)) == hashlib.sha256().digest_size


def test_the_look_up_key_is_derived_as_the_standard_says(store: Store) -> None:
    # HKDF-Expand (RFC 5869) with one block, then HMAC-SHA-256, written out.
    secret = hashlib.sha512(b"organ-1").digest()[:32]
    key = hmac.new(secret, b"interop.store/1 lookup\x01", hashlib.sha256).digest()
    with store.transaction() as tx:
        assert tx.lookup("uscc|x") == hmac.new(key, b"uscc|x", hashlib.sha256).hexdigest()


def test_what_a_destroyed_key_sealed_is_gone_and_nothing_else(
    store: Store, database: Database, place: Place
) -> None:
    row = drawn.a_case("case")
    with store.transaction() as tx:
        fill(tx, row, "secret")
        cases.add(tx, drawn.a_case("other"))
        cases.put_document(tx, "other", "package", b"stays")
        wrapped = tx.rows(select(CASE_KEY.c.wrapped).where(CASE_KEY.c.case_number == "case"))
    key: bytes = wrapped[0]["wrapped"].data
    assert key in written(database, place)
    with store.transaction() as tx:
        settle(tx, row)
        vault.destroy_key(tx, "case")
        vault.destroy_key(tx, "case")
    assert not store.unflushed
    assert key not in written(database, place), "neither in the file nor in the log"
    with store.transaction() as tx:
        require_gone(tx, row)
        assert cases.document(tx, "other", "package") == b"stays"
        assert cases.require(tx, "case").item == row.item


def require_gone(tx: Tx, row: CaseRow) -> None:
    number = row.number
    asked: list[Callable[[], object]] = [
        lambda: cases.document(tx, number, "package"),
        lambda: cases.facts(tx, number),
        lambda: cases.notices(tx, number),
        lambda: cases.put_document(tx, number, "package", b"new"),
        lambda: vault.create_key(tx, number),
        lambda: tx.unseal(number, "name", Sealed(b"")),
    ]
    for ask in asked:
        with pytest.raises(StoreError, match="case-key-destroyed"):
            ask()
    # A late envelope of the case is buried without its body, so that its lane can go on.
    channels.bury(tx, peer="p", lane=1, seq=2, case=number, reason_code="x", body=b"late")
    assert [letter.body for letter in channels.dead_letters(tx)] == [None, None]


def test_a_key_in_use_is_not_destroyed(store: Store) -> None:
    row = drawn.a_case("case")
    with store.transaction() as tx:
        fill(tx, row, "secret")
        with pytest.raises(StoreError, match="case-key-in-use"):
            vault.destroy_key(tx, "case")
        for task in tasks.due(tx, row.created_at, limit=1):
            tasks.finish(tx, task.id)
        with pytest.raises(StoreError, match="case-key-in-use"):
            vault.destroy_key(tx, "case")
        channels.close_batch(tx, "p", 1, 1, b"receipt")
        vault.destroy_key(tx, "case")
        assert vault.destroyed(tx, "case")


def test_a_log_that_a_reader_holds_is_emptied_later(
    opened: Callable[..., Store], path: Path
) -> None:
    with opened(path, busy_timeout_ms=30) as store:
        with store.transaction() as tx:
            vault.create_key(tx, "case")
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM case_key").fetchall()
        with store.transaction() as tx:
            vault.destroy_key(tx, "case")
        assert store.unflushed
        reader.close()
        with store.transaction() as tx:
            assert vault.destroyed(tx, "case")
        assert not store.unflushed


def test_a_log_that_cannot_be_emptied_does_not_undo_the_commit(
    opened: Callable[..., Store], path: Path
) -> None:
    with opened(path) as store, store.transaction() as tx:
        # So large that the pages written last lie past the limit set below.
        tx.write(insert(CASE_KEY).values(case_number="large", wrapped=Sealed(bytes(4 * ROOM))))
        for n in range(200):
            vault.create_key(tx, f"case-{n}")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(path) as store:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, limits[1]))
            with store.transaction() as tx:
                vault.destroy_key(tx, "case-199")
            assert store.unflushed
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        with store.transaction() as tx:
            assert vault.destroyed(tx, "case-199")
        assert not store.unflushed


def test_a_case_without_key_and_an_oversized_value_are_refused(store: Store) -> None:
    with store.transaction() as tx:
        for ask in (vault.destroy_key, lambda tx, case: tx.seal(case, "name", b"")):
            with pytest.raises(StoreError, match="case-key-unknown"):
                ask(tx, "nobody")
        vault.create_key(tx, "case")
        with pytest.raises(StoreError, match="sealed-too-large"):
            tx.seal("case", "name", bytes(SEALED_BYTES_MAX + 1))
        assert tx.unseal("case", "name", tx.seal("case", "name", bytes(SEALED_BYTES_MAX)))


def test_keys_and_sealed_bytes_do_not_show_themselves(store: Store) -> None:
    with store.transaction() as tx:
        vault.create_key(tx, "case")
        shown = repr((tx.keys, tx.seal("case", "name", b"body")))
    assert "body" not in shown
    assert "\\x" not in shown
