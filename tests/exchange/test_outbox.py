"""The sending half: intent first, the same bytes again, nothing that blocks a lane."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.exchange import (
    CASES,
    LANES,
    NOW,
    WEST,
    Site,
    a_message,
    applied,
)
from interop.errors import CaseError, ExchangeError
from interop.exchange import Backoff, Message, batch_up, post
from interop.exchange.batch import BATCH_BYTES_MAX, HEADER_CHARS_MAX
from interop.exchange.envelope import MESSAGE_BYTES_MAX
from interop.exchange.outbox import BACKOFF_S_FIRST, BACKOFF_S_MAX
from interop.store import channels
from interop.store.channels import BatchRow
from interop.store.lanes import lane_of
from tests.databases import Database

Pair = tuple[Site, Site]

CASE, COMRADE = CASES[1], CASES[2]
LANE = lane_of(CASE, LANES)
ROOM = 1_000


def test_a_message_that_could_never_be_sent_does_not_block_its_lane(sites: Pair) -> None:
    east, west = sites
    for n, size in enumerate((10, MESSAGE_BYTES_MAX, 10), 1):
        message = a_message(CASE, n, note="x" * size)
        if size == MESSAGE_BYTES_MAX:
            with pytest.raises(CaseError, match="exchange-message-too-large"):
                east.post(message, peer=WEST, message_id=f"m{n}")
        else:
            east.post(message, peer=WEST, message_id=f"m{n}")
    row = sent(east)
    east.close(row, west.receive(row.wire))
    assert (row.first, row.n) == (1, 2)
    assert applied(west, CASE) == ["m1", "m3"]


def sent(site: Site) -> BatchRow:
    row = site.batch(WEST, LANE)
    assert row is not None
    return row


def test_large_messages_go_in_full_batches_within_the_limit(sites: Pair) -> None:
    east, west = sites
    large = MESSAGE_BYTES_MAX - ROOM
    notes = [large] * 3 + [large - 9 * ROOM] + [ROOM // 2] * 30 + [large] * 2
    names = [f"m{n}" for n in range(1, len(notes) + 1)]
    for n, (name, note) in enumerate(zip(names, notes, strict=True), 1):
        east.post(a_message(CASE, n, note="x" * note), peer=WEST, message_id=name)
    sizes = []
    while (row := east.batch(WEST, LANE)) is not None:
        sizes.append(len(row.wire))
        east.close(row, west.receive(row.wire))
    assert applied(west, CASE) == names
    # The small ones fill the first batch up to what its header may take.
    assert BATCH_BYTES_MAX - HEADER_CHARS_MAX - 2 * ROOM < sizes[0] <= BATCH_BYTES_MAX
    assert len(sizes) == 2


def test_an_open_batch_is_sent_again_as_it_was(sites: Pair) -> None:
    east, west = sites
    east.post(a_message(CASE, 1), peer=WEST, message_id="m1")
    first = sent(east)
    east.post(a_message(COMRADE, 1), peer=WEST, message_id="m2")
    east.crash()
    again = sent(east)
    assert (again.wire, again.root, again.first, again.n) == (first.wire, first.root, 1, 1)
    receipt = west.receive(again.wire)
    east.close(again, receipt)
    # The answer may come twice; nothing else closes a batch, and nothing opens it again.
    east.close(again, receipt)
    following = sent(east)
    assert (following.first, following.n) == (2, 1)
    with pytest.raises(ExchangeError, match="exchange-receipt-mismatch"):
        east.close(following, receipt)
    assert sent(east).wire == following.wire


def test_what_is_rolled_back_never_leaves(sites: Pair) -> None:
    east, _ = sites

    def undone(*, batched: bool) -> None:
        with east.store.transaction() as tx:
            assert post(tx, a_message(CASE, 1), peer=WEST, message_id="m1", at=NOW) == 1
            if batched:
                to = east.party.peers[WEST]
                assert batch_up(tx, lane=LANE, own=east.party.own, peer=to, at=NOW)
            raise KeyError

    for batched in (False, True):
        with pytest.raises(KeyError):
            undone(batched=batched)
        assert east.batch(WEST, LANE) is None
    with east.store.transaction() as tx:
        assert channels.lanes(tx) == ()


def test_a_message_about_several_cases_is_not_posted(sites: Pair) -> None:
    east, _ = sites
    facts = (*a_message(CASE, 1).facts, *a_message(COMRADE, 1).facts)
    with pytest.raises(ExchangeError, match="exchange-envelope-mismatch"):
        east.post(Message(facts=facts, state_hash=""), peer=WEST, message_id="m1")
    assert east.batch(WEST, LANE) is None


def test_what_waits_and_what_is_sent_lies_encrypted(sites: Pair, database: Database) -> None:
    east, _ = sites
    planted = "PLANTED-AND-NEVER-IN-CLEAR"
    for n in (1, 2):
        east.post(a_message(CASE, n, note=planted), peer=WEST, message_id=f"m{n}")
        row = sent(east)
    stored = database.raw(east._place)
    assert b"m2" in stored, "the search itself finds what is in clear"
    for text in (planted.encode(), row.wire[100:200]):
        assert text not in stored
    assert planted not in repr(row)


@given(attempts=st.integers(0, 1_000), seed=st.integers(0, 9))
def test_delays_grow_to_a_limit_with_full_jitter(attempts: int, seed: int) -> None:
    backoff = Backoff(random.Random(seed))  # noqa: S311 -- a die
    delay = backoff.after(attempts).total_seconds()
    assert 0 <= delay <= min(BACKOFF_S_MAX, BACKOFF_S_FIRST * 2**attempts)


def test_delays_reach_near_both_ends() -> None:
    backoff = Backoff(random.Random(1))  # noqa: S311 -- a die
    first = [backoff.after(0).total_seconds() for _ in range(200)]
    later = [backoff.after(99).total_seconds() for _ in range(200)]
    assert min(first) < BACKOFF_S_FIRST / 10
    assert max(first) > BACKOFF_S_FIRST * 9 / 10
    assert min(later) < BACKOFF_S_MAX / 10
    assert max(later) > BACKOFF_S_MAX * 9 / 10
