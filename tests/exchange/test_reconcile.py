"""Books compared by descent: what differs is found, little is exchanged, replay repairs it."""

import hashlib
import random

from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    NOW,
    POISON,
    WEST,
    Site,
    a_message,
    applied,
)
from interop.exchange.books import Book
from interop.exchange.deadletter import redrive
from interop.exchange.outbox import post_again
from interop.exchange.reconcile import (
    DIFFERING_MAX,
    ROUNDS_MAX,
    Difference,
    book_of,
    compare,
    summary_of,
)
from interop.model.day import day_of
from interop.store import audit
from interop.store.lanes import lane_of
from interop.store.schema import RECEIVED

Pair = tuple[Site, Site]
CASES_MAX = 1_000_000
SHARE = 100
EXCHANGED_BYTES_MAX = 64 * 1024
CASE, COMRADE = CASES[1], CASES[2]
LANE = lane_of(CASE, LANES)
# Keys that share long prefixes, so that draws descend deep; digests share some four bytes.
SHARED, TOO_DEEP = 20, 30


def a_key(n: int, shared: int) -> bytes:
    return (n % 3).to_bytes(1, "big") * shared + n.to_bytes(2, "big").ljust(32 - shared, b"-")


def entries(shared: int) -> st.SearchStrategy[dict[bytes, bytes]]:
    keys = st.integers(0, 600).map(lambda n: a_key(n, shared))
    return st.dictionaries(keys, st.sampled_from([b"a" * 32, b"b" * 32]), max_size=60)


def compared(ours: Book, theirs: Book) -> Difference:
    return compare(ours, lambda prefixes: summary_of(theirs, prefixes))


def differing(ours: dict[bytes, bytes], theirs: dict[bytes, bytes]) -> set[str]:
    return {k.hex() for k in ours.keys() | theirs.keys() if ours.get(k) != theirs.get(k)}


@given(ours=entries(SHARED), theirs=entries(SHARED))
def test_descent_finds_what_comparing_one_by_one_finds(
    ours: dict[bytes, bytes], theirs: dict[bytes, bytes]
) -> None:
    found = compared(Book.of(ours.items()), Book.of(theirs.items()))
    assert found.complete
    assert found.keys == differing(ours, theirs)


@given(ours=entries(TOO_DEEP), theirs=entries(TOO_DEEP))
def test_a_descent_that_its_rounds_do_not_end_says_so_and_names_nothing_wrong(
    ours: dict[bytes, bytes], theirs: dict[bytes, bytes]
) -> None:
    found, wanted = (
        compared(Book.of(ours.items()), Book.of(theirs.items())),
        differing(ours, theirs),
    )
    assert found.keys == wanted if found.complete else found.keys < wanted
    assert found.complete or found.rounds == ROUNDS_MAX


def test_deep_books_that_differ_much_are_not_told_as_compared() -> None:
    deep = {a_key(n, TOO_DEEP): b"a" * 32 for n in range(300)}
    found = compared(Book.of({}.items()), Book.of(deep.items()))
    assert (found.complete, found.rounds) == (False, ROUNDS_MAX)


def test_one_case_in_a_million_is_found_by_little(*, nightly: bool) -> None:
    n = CASES_MAX if nightly else CASES_MAX // SHARE
    keys = [hashlib.sha256(b"%d" % k).digest() for k in range(n)]
    ours = Book.of((key, key) for key in keys)
    odd = keys[random.Random(1).randrange(n)]  # noqa: S311 -- a die
    for theirs in (
        Book.of((key, b"x" * 32 if key == odd else key) for key in keys),
        Book.of((key, key) for key in keys if key != odd),
    ):
        found = compared(ours, theirs)
        assert found.keys == {odd.hex()}
        assert found.asked_bytes <= EXCHANGED_BYTES_MAX
    assert compared(ours, ours).keys == set()


def book(site: Site, peer: str, *, sent: bool) -> Book:
    with site.store.transaction() as tx:
        return book_of(tx, peer=peer, lane=LANE, day=day_of(NOW), sent=sent)


def both(sites: Pair) -> Difference:
    east, west = sites
    return compared(book(east, WEST, sent=True), book(west, EAST, sent=False))


def carried(sites: Pair) -> None:
    east, west = sites
    while (row := east.batch(WEST, LANE)) is not None:
        east.close(row, west.receive(row.wire))


def test_both_ends_hold_the_same_books_until_one_loses_something(sites: Pair) -> None:
    east, west = sites
    for n, case in enumerate([CASE, COMRADE, CASE], 1):
        east.post(a_message(case, n), peer=WEST, message_id=f"m{n}")
    carried(sites)
    assert both(sites).keys == set()
    with west.store.transaction() as tx:
        from sqlalchemy import delete

        tx.write(delete(RECEIVED).where(RECEIVED.c.case_number == COMRADE))
    (key,) = both(sites).keys
    assert key == hashlib.sha256(COMRADE.encode()).hexdigest()
    with east.store.transaction() as tx:
        assert post_again(tx, peer=WEST, lane=LANE, case=COMRADE, at=NOW) == 1
        post_again(tx, peer=WEST, lane=LANE, case=CASE, at=NOW)
    carried(sites)
    assert both(sites).keys == set()
    # What was held is not done again; what was lost is.
    assert applied(west, CASE) == ["m1", "m3"]
    assert len(applied(west, COMRADE)) == 2


def test_a_message_that_was_not_applied_differs(sites: Pair) -> None:
    east, west = sites
    east.post(a_message(CASE, 1, kind=POISON), peer=WEST, message_id="m1")
    east.post(a_message(COMRADE, 1), peer=WEST, message_id="m2")
    carried(sites)
    assert both(sites).keys == {hashlib.sha256(CASE.encode()).hexdigest()}
    with west.store.transaction() as tx:
        assert audit.verify(tx) == ()


def test_books_that_differ_everywhere_are_never_told_as_equal() -> None:
    keys = [hashlib.sha256(b"%d" % k).digest() for k in range(100_000)]
    ours = Book.of((key, key) for key in keys)
    theirs = Book.of((key, b"x" * 32) for key in keys)
    found = compared(ours, theirs)
    assert len(found.keys) >= DIFFERING_MAX
    assert not found.complete
    assert found.asked_bytes < 1024 * 1024


def test_books_agree_once_a_letter_that_was_told_again_meanwhile_is_settled(
    sites: Pair,
) -> None:
    east, west = sites
    east.post(a_message(CASE, 1, kind=POISON), peer=WEST, message_id="m1")
    carried(sites)
    with east.store.transaction() as tx:
        assert post_again(tx, peer=WEST, lane=LANE, case=CASE, at=NOW) == 1
    carried(sites)
    with west.store.transaction() as tx:
        key = west.party.ring.decryption
        (done,) = redrive(tx, 1, key=key, apply=lambda *_: None, at=NOW)
        assert done.code == ""
    assert both(sites).keys == set()
