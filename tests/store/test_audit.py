"""The audit chain: every flipped bit, every missing, added or reordered line is found."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from interop.conformance.strategies import store as drawn
from interop.errors import Reason, StoreDamaged, StoreError
from interop.store import Store, Tx, audit
from interop.store.audit import AuditLine
from interop.store.schema import AUDIT_HEAD, AUDIT_LINE
from tests.databases import Files

Blank = Callable[[], AbstractContextManager[Tx]]

LINES = st.lists(
    st.tuples(drawn.NAMES, drawn.NUMBERS, drawn.DIGESTS, drawn.INSTANTS), max_size=6
)
LENGTH = 4
N_BITS = 63
HEADER_BYTES = 100


class Undo(Exception):
    """Ends a savepoint."""


@pytest.fixture
def tx(store: Store) -> Iterator[Tx]:
    """A chain of four lines."""
    with store.transaction() as tx:
        for n in range(LENGTH):
            at = drawn.MORNING + timedelta(seconds=n)
            audit.append(tx, kind="kind", case=f"case-{n % 2}", digest=f"d{n}", at=at)
        assert audit.verify(tx) == ()
        yield tx


@contextmanager
def undone(tx: Tx) -> Iterator[None]:
    with suppress(Undo), tx.savepoint():
        yield
        raise Undo


def codes(found: tuple[Reason, ...]) -> set[str]:
    return {reason.code for reason in found}


@given(lines=LINES)
def test_a_chain_is_read_as_it_was_written(
    blank: Blank, lines: list[tuple[str, str, str, datetime]]
) -> None:
    with blank() as tx:
        prev, kept = "", []
        for n, (kind, case, digest, at) in enumerate(lines, start=1):
            assert audit.head(tx) == (n - 1, prev)
            audit.append(tx, kind=kind, case=case, digest=digest, at=at)
            kept.append(AuditLine(n, prev, kind, case, digest, at))
            prev = leaf(kept[-1])
        assert audit.head(tx) == (len(lines), prev)
        assert audit.lines(tx) == tuple(kept)
        assert audit.verify(tx) == ()
        for case in {line.case for line in kept} | {"nobody"}:
            assert audit.lines(tx, case) == tuple(ln for ln in kept if ln.case == case)
        assert audit.lines(tx, after=2, limit=2) == tuple(kept[2:4])


def leaf(line: AuditLine) -> str:
    """The hash of a line, worked out without our canonical form."""
    value = {
        "at": line.at.astimezone(UTC).isoformat(),
        "case": line.case,
        "digest": line.digest,
        "kind": line.kind,
        "n": line.n,
        "prev": line.prev,
    }
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha-256:" + hashlib.sha256(text.encode()).hexdigest()


def cells(tx: Tx) -> Iterator[tuple[int, str, bytes]]:
    for row in tx.rows(select(AUDIT_LINE).order_by(AUDIT_LINE.c.n)):
        for name in ("subject", "line", "leaf"):
            yield row["n"], name, row[name]


def flips(data: bytes) -> Iterator[bytes]:
    for place in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        yield bytes(flipped)


def require_all_found(tx: Tx, name: str, *, every: int) -> None:
    for n, column, data in cells(tx):
        if column != name:
            continue
        for flipped in list(flips(data))[n % every :: every]:
            with undone(tx):
                at = AUDIT_LINE.c.n == n
                tx.write(update(AUDIT_LINE).where(at).values({name: flipped}))
                found = audit.verify(tx)
                assert f"audit_line[{n}]" in {reason.field for reason in found}


@pytest.mark.requirement("YRD-STORE-002")
@pytest.mark.parametrize("name", ["subject", "line", "leaf"])
def test_flipped_bits_of_a_line_are_found(tx: Tx, name: str) -> None:
    require_all_found(tx, name, every=29)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["subject", "line", "leaf"])
def test_every_flipped_bit_of_a_line_is_found(tx: Tx, name: str) -> None:
    require_all_found(tx, name, every=1)


@pytest.mark.parametrize("n", range(1, LENGTH + 1))
def test_every_flipped_bit_of_a_position_is_found(tx: Tx, n: int) -> None:
    for bit in range(N_BITS):
        moved = n ^ (1 << bit)
        if not 1 <= moved <= LENGTH:
            with undone(tx):
                tx.write(update(AUDIT_LINE).where(AUDIT_LINE.c.n == n).values(n=moved))
                assert audit.verify(tx)


@pytest.mark.parametrize("name", ["leaf", "seal"])
def test_flipped_bits_of_the_head_are_found_and_stop_the_chain(tx: Tx, name: str) -> None:
    head = tx.rows(select(AUDIT_HEAD))[0]
    for flipped in list(flips(head[name]))[::5]:
        with undone(tx):
            tx.write(update(AUDIT_HEAD).values({name: flipped}))
            assert codes(audit.verify(tx)) == {"audit-head-altered"}
            audit.append(tx, kind="k", case="", digest="", at=drawn.MORNING)
            with pytest.raises(StoreDamaged, match="audit-head-altered"):
                audit.settle(tx)


@pytest.mark.parametrize("n", range(1, LENGTH + 1))
def test_a_missing_line_is_found_the_last_one_too(tx: Tx, n: int) -> None:
    tx.write(delete(AUDIT_LINE).where(AUDIT_LINE.c.n == n))
    expected = "audit-head-altered" if n == LENGTH else "audit-line-missing"
    assert expected in codes(audit.verify(tx))


@given(order=st.permutations(range(1, LENGTH + 1)))
def test_reordered_lines_are_found(blank: Blank, order: list[int]) -> None:
    with blank() as tx:
        for n in range(LENGTH):
            audit.append(tx, kind="kind", case="", digest=f"d{n}", at=drawn.MORNING)
        audit.settle(tx)
        rows = [dict(row) for row in tx.rows(select(AUDIT_LINE).order_by(AUDIT_LINE.c.n))]
        tx.write(delete(AUDIT_LINE))
        for n, place in enumerate(order, start=1):
            tx.write(insert(AUDIT_LINE).values(rows[place - 1] | {"n": n}))
        assert (audit.verify(tx) == ()) == (order == sorted(order))


@pytest.mark.parametrize("n", [-1, 0, LENGTH + 1])
def test_an_added_line_is_found(tx: Tx, n: int) -> None:
    copied = dict(tx.rows(select(AUDIT_LINE).where(AUDIT_LINE.c.n == LENGTH))[0])
    tx.write(insert(AUDIT_LINE).values(copied | {"n": n}))
    assert audit.verify(tx)


def test_a_chain_written_anew_without_the_organs_key_is_found(tx: Tx) -> None:
    forged = AuditLine(1, "", "kind", "case-0", "forged", drawn.MORNING)
    tx.write(delete(AUDIT_LINE))
    tx.write(
        insert(AUDIT_LINE).values(
            n=1,
            subject=b"case-0",
            line=forged.to_bytes(),
            leaf=leaf(forged).encode(),
        )
    )
    tx.write(update(AUDIT_HEAD).values(n=1, leaf=leaf(forged).encode()))
    assert codes(audit.verify(tx)) == {"audit-head-altered"}


def test_an_emptied_chain_and_a_lost_head_are_found(tx: Tx) -> None:
    with undone(tx):
        tx.write(delete(AUDIT_LINE))
        assert codes(audit.verify(tx)) == {"audit-head-altered"}
    tx.write(delete(AUDIT_HEAD))
    assert codes(audit.verify(tx)) == {"audit-head-altered"}
    with pytest.raises(StoreDamaged, match="audit-head-altered"):
        audit.head(tx)


@pytest.mark.parametrize("line", [b"[]", b"{", b"\xff", b'{"n":1}', b'{"n":"1"}'])
def test_bytes_that_are_no_line_are_found_even_with_their_hash(tx: Tx, line: bytes) -> None:
    leaf = f"sha-256:{hashlib.sha256(line).hexdigest()}".encode()
    tx.write(update(AUDIT_LINE).where(AUDIT_LINE.c.n == 1).values(line=line, leaf=leaf))
    assert {"audit_line[1]", "audit_line[2]"} <= {r.field for r in audit.verify(tx)}
    with pytest.raises(StoreDamaged):
        audit.lines(tx)


@pytest.mark.parametrize("column", ["audit_line.line", "audit_line.leaf", "audit_head.leaf"])
def test_a_cell_of_another_type_is_found(tx: Tx, column: str) -> None:
    table, name = column.split(".")
    with tx.statement() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {name} = 'text'")  # noqa: S608 -- names of this test
    assert audit.verify(tx)


def test_a_chain_of_many_pages_is_verified_to_its_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE_LINES", 2)
    with store.transaction() as tx:
        for n in range(5):
            audit.append(tx, kind="kind", case="", digest=str(n), at=drawn.MORNING)
        assert audit.verify(tx) == ()
        tx.write(update(AUDIT_LINE).where(AUDIT_LINE.c.n == 5).values(subject=b"other"))
        assert [reason.field for reason in audit.verify(tx)] == ["audit_line[5]"]


def test_reasons_have_an_end(store: Store) -> None:
    with store.transaction() as tx:
        for n in range(audit.REASONS_MAX + 5):
            audit.append(tx, kind="kind", case="", digest=str(n), at=drawn.MORNING)
        audit.settle(tx)
        tx.write(update(AUDIT_LINE).values(subject=b"other"))
        assert len(audit.verify(tx)) == audit.REASONS_MAX


@pytest.fixture(scope="module")
def written(files: Files, opened: Callable[..., Store]) -> tuple[bytes, tuple[AuditLine, ...]]:
    """The file of a store with a chain of four lines, and the lines."""
    path = files.new()
    with opened(path) as store, store.transaction() as tx:
        for n in range(LENGTH):
            audit.append(tx, kind="kind", case="case", digest=str(n), at=drawn.MORNING)
        lines = audit.lines(tx)
    return path.read_bytes(), tuple(lines)


@given(place=st.integers(0), bit=st.integers(0, 7), in_header=st.booleans())
def test_a_bit_flipped_anywhere_in_the_file_never_alters_a_chain_that_verifies(  # noqa: PLR0913, PLR0917 -- fixtures, by name
    files: Files,
    opened: Callable[..., Store],
    written: tuple[bytes, tuple[AuditLine, ...]],
    place: int,
    bit: int,
    *,
    in_header: bool,
) -> None:
    path, (whole, before) = files.new(), written
    data = bytearray(whole)
    data[place % (HEADER_BYTES if in_header else len(data))] ^= 1 << bit
    path.write_bytes(data)
    # Nothing else than a refusal of the store rises, from the driver or from reading rows.
    try:
        with opened(path) as store, store.transaction() as tx:
            sound, after = not audit.verify(tx), tuple(audit.lines(tx))
    except StoreError:
        return
    assert after == before or not sound


def test_an_instant_is_kept_in_utc_and_never_without_zone(store: Store) -> None:
    east = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=8)))
    with store.transaction() as tx:
        audit.append(tx, kind="kind", case="", digest="", at=east)
        assert audit.lines(tx)[0].at == drawn.MORNING
        with pytest.raises(StoreError, match="store-time-naive"):
            audit.append(tx, kind="kind", case="", digest="", at=east.replace(tzinfo=None))


def test_what_happens_to_a_case_wakes_who_waits_and_nothing_else_does(store: Store) -> None:
    at = drawn.MORNING
    for case, woken in (("", False), ("case", True)):
        store.wait(0.05)
        with store.transaction() as tx:
            audit.append(tx, kind="k", case=case, digest="d", at=at)
        assert store.wait(0.05) == woken
