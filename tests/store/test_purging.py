"""A purged case leaves number, state and digests, and every chain still verifies."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from interop.conformance.strategies.store import MORNING, a_case
from interop.errors import CaseError, StoreError
from interop.store import Store, Tx, audit, cases, holds, letters, purging, tasks
from interop.store.checking import check
from interop.store.schema import CASE_KEY, METADATA
from tests.databases import Database, Place
from tests.store.test_materials import content_of, filled
from tests.store.test_vault import fill, settle

SINCE = date(2026, 1, 5)


def due(tx: Tx, on: date = SINCE) -> list[str]:
    return [one.number for one in purging.ended(tx, ["received"], on, limit=10)]


def sealed_values(tx: Tx, case: str) -> list[bytes]:
    """Every sealed byte string that stands in a row of this case."""
    found = []
    for table in METADATA.tables.values():
        if "case_number" not in table.c:
            continue
        for row in tx.rows(select(table).where(table.c.case_number == case)):
            found += [value.data for value in row.values() if hasattr(value, "data")]
    return found


def pieces_of(values: list[bytes]) -> set[bytes]:
    """Pieces of sealed values, since a page ends in the middle of a large one."""
    return {value[at : at + 32] for value in values for at in range(0, len(value), 1000)}


def filled_case(tx: Tx) -> list[bytes]:
    """Fill a case with all that can belong to one; return what is sealed of it."""
    row = a_case("case")
    fill(tx, row, "沈示远沈示远")
    filled(tx, content_of(300_000))
    cases.add_parties(tx, "case", ["b" * 64])
    audit.append(tx, kind="fact-received", case="case", digest="d", at=MORNING)
    settle(tx, row)
    cases.add(tx, a_case("other"))
    cases.put_document(tx, "other", "package", b"stays")
    return sealed_values(tx, "case")


def test_no_byte_of_a_purged_case_is_left(
    opened: Callable[..., Store], fresh_place: Callable[[], Place], database: Database
) -> None:
    place = fresh_place()
    with opened(place) as store:
        with store.transaction() as tx:
            kept = filled_case(tx)
        before = database.raw(place)
        there = {piece for piece in pieces_of(kept) if piece in before}
        assert len(kept) >= 9
        if database.kind == "sqlite":
            assert len(there) > 0.9 * len(pieces_of(kept)), "the search finds what is there"
        with store.transaction() as tx:
            purging.erase(tx, "case", at=MORNING)
            assert sealed_values(tx, "case") in ([], [b""])
        assert not store.unflushed
        after = database.raw(place)
    if database.kind == "sqlite":
        left_over = [piece for piece in there if piece in after]
        assert left_over == [], "neither in the file nor in the log"


def test_what_a_purge_leaves_verifies_and_names_nobody(store: Store) -> None:
    row = a_case("case")
    with store.transaction() as tx:
        filled_case(tx)
    with store.transaction() as tx:
        purging.erase(tx, "case", at=MORNING)
        audit.append(tx, kind="purged.x", case="case", digest="t", at=MORNING)
        purging.erase(tx, "case", at=MORNING + timedelta(days=1))
    with store.transaction() as tx:
        left = cases.require(tx, "case")
        assert (left.state, left.item, left.purged_at) == (row.state, row.item, MORNING)
        assert (left.applicant_lookup, left.reference_lookup) == ("", None)
        assert cases.by_party(tx, "b" * 64) == ()
        # The other case has the same applicant.
        assert [c.number for c in cases.by_party(tx, row.applicant_lookup)] == ["other"]
        assert check(tx).problems == ()
        kinds = [line.kind for line in audit.lines(tx, "case")]
        assert kinds == ["fact-received", "purged.x"]
        assert [letter.body for letter in letters.dead_letters_of(tx, "case")] == [None]
        assert cases.document(tx, "other", "package") == b"stays"
        assert due(tx) == ["other"]


def test_a_case_is_due_only_in_its_state_and_from_its_day_on(store: Store) -> None:
    with store.transaction() as tx:
        for number in ("a", "b", "c"):
            cases.add(tx, a_case(number))
        assert due(tx, SINCE - timedelta(days=1)) == []
        assert due(tx) == ["a", "b", "c"]
        assert purging.count_ended(tx, ["received"], SINCE) == 3
        assert purging.ended(tx, ["archived"], SINCE, limit=10) == ()
        page = purging.ended(tx, ["received"], SINCE, after="a", limit=1)
        assert [one.number for one in page] == ["b"]
        holds.place(tx, "b", "basis", at=MORNING)
        purging.erase(tx, "a", at=MORNING)
        assert due(tx) == ["c"]
        assert purging.count_ended(tx, ["received"], SINCE) == 1


def test_a_held_case_is_not_erased_until_it_is_released(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, a_case("case"))
        assert holds.place(tx, "case", "（2026）沪0115民初1号", at=MORNING)
        assert not holds.place(tx, "case", "（2026）沪0115民初1号", at=MORNING)
        assert holds.listed(tx) == ("case",)
        with pytest.raises(CaseError, match="hold-exists"):
            holds.place(tx, "case", "another", at=MORNING)
        with pytest.raises(CaseError, match="case-on-hold"):
            purging.erase(tx, "case", at=MORNING)
        assert holds.release(tx, "case").basis == "（2026）沪0115民初1号"
        with pytest.raises(CaseError, match="hold-unknown"):
            holds.release(tx, "case")
        purging.erase(tx, "case", at=MORNING)
        with pytest.raises(CaseError, match="case-purged"):
            holds.place(tx, "case", "late", at=MORNING)
        with pytest.raises(CaseError, match="case-unknown"):
            holds.place(tx, "nobody", "basis", at=MORNING)


def test_a_case_with_something_under_way_is_left(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, a_case("case"))
        tasks.add(tx, kind="register", case="case", due_at=MORNING)
    with pytest.raises(StoreError, match="case-key-in-use"), store.transaction() as tx:
        purging.erase(tx, "case", at=MORNING)
    with store.transaction() as tx:
        assert cases.require(tx, "case").purged_at is None
        wrapped = tx.rows(select(CASE_KEY.c.wrapped).where(CASE_KEY.c.case_number == "case"))
        assert wrapped[0]["wrapped"] is not None


def test_a_late_message_of_a_purged_case_is_buried_without_its_body(store: Store) -> None:
    with store.transaction() as tx:
        cases.add(tx, a_case("case"))
        purging.erase(tx, "case", at=MORNING)
        letters.bury(tx, peer="p", lane=1, seq=1, case="case", reason_code="x", body=b"late")
        assert [letter.body for letter in letters.dead_letters_of(tx, "case")] == [None]
        with pytest.raises(StoreError, match="case-key-destroyed"):
            tx.named("case", "x")
