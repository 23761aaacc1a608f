"""Numbers that both ends lost in restores: the lane goes on behind the hole, and says so."""

from pathlib import Path

import pytest

from interop.conformance.strategies.exchange import EAST, WEST, a_message, applied
from interop.errors import ExchangeError
from interop.exchange.batch import header_in
from tests.exchange.test_recovery import CASE, LANE, Pair, aligned, kinds, told


def test_numbers_that_nobody_holds_any_more_stop_no_lane(
    file_sites: Pair, tmp_path: Path
) -> None:
    east, west = file_sites
    told(east, west, 1)
    for site in (east, west):
        site.store.back_up(tmp_path / site.party.region)
    told(east, west, 2)
    told(east, west, 3)
    east.store.restore(tmp_path / EAST)
    assert aligned(east, west) == "we-restored"
    east.post(a_message(CASE, 4), peer=WEST, message_id="m4")
    west.store.restore(tmp_path / WEST)
    east.post(a_message(CASE, 5), peer=WEST, message_id="m5")
    west.store.back_up(tmp_path / "lower")
    row = east.batch(WEST, LANE)
    assert row is not None
    # What we held last was 2 and 3; both are gone at both ends.
    assert (row.first, header_in(row.wire).after) == (4, 1)
    with pytest.raises(ExchangeError, match="exchange-fork"):
        west.receive(row.wire)
    assert aligned(east, west) == "in-step"
    row = east.batch(WEST, LANE)
    assert row is not None
    receipt = west.receive(row.wire)
    assert west.receive(row.wire) == receipt
    east.close(row, receipt)
    assert applied(west, CASE) == ["m1", "m4", "m5"]
    assert "numbers-lost" in kinds(west)
    told(east, west, 6)
    assert applied(west, CASE) == ["m1", "m4", "m5", "m6"]


def test_a_hole_is_no_way_around_what_the_sender_still_holds(
    file_sites: Pair, tmp_path: Path
) -> None:
    east, west = file_sites
    west.store.back_up(tmp_path / "empty")
    told(east, west, 1)
    east.store.back_up(tmp_path / EAST)
    told(east, west, 2)
    told(east, west, 3)
    east.store.restore(tmp_path / EAST)
    assert aligned(east, west) == "we-restored"
    west.store.restore(tmp_path / "empty")
    east.post(a_message(CASE, 4), peer=WEST, message_id="m4")
    row = east.batch(WEST, LANE)
    assert row is not None
    with pytest.raises(ExchangeError, match="exchange-gap"):
        west.receive(row.wire)
    assert aligned(east, west) == "peer-restored"
    for _ in range(2):
        # The hole lies between: nothing of two runs goes into one batch.
        row = east.batch(WEST, LANE)
        assert row is not None
        east.close(row, west.receive(row.wire))
    assert applied(west, CASE) == ["m1", "m4"]


@pytest.mark.parametrize("also_lost", [(), (3,)])
def test_a_peer_that_goes_back_to_what_its_restored_sender_lost_is_sent_the_rest(
    file_sites: Pair, tmp_path: Path, also_lost: tuple[int, ...]
) -> None:
    east, west = file_sites
    told(east, west, 1)
    east.store.back_up(tmp_path / EAST)
    told(east, west, 2)
    west.store.back_up(tmp_path / WEST)
    if also_lost:
        told(east, west, *also_lost)
    east.store.restore(tmp_path / EAST)
    assert aligned(east, west) == "we-restored"
    told(east, west, 4)
    east.post(a_message(CASE, 5), peer=WEST, message_id="m5")
    assert east.batch(WEST, LANE) is not None
    # It shows a header that is ours and that we do not know, and lacks what it gave receipts
    # for since.
    west.store.restore(tmp_path / WEST)
    assert aligned(east, west) == "we-restored"
    row = east.batch(WEST, LANE)
    assert row is not None
    # Both keep the numbers that they had.
    assert (row.first, row.n) == (3 + len(also_lost), 2)
    east.close(row, west.receive(row.wire))
    assert aligned(east, west) == "in-step"
    told(east, west, 6)
    assert applied(west, CASE) == ["m1", "m2", "m4", "m5", "m6"]
