"""A restored end of a lane is told from a fork, and everything is done once all the same."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete

from interop.conformance.simulation.network import Network
from interop.conformance.simulation.region import Region
from interop.conformance.simulation.story import parties
from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    NOW,
    WEST,
    Site,
    a_message,
    applied,
    apply,
)
from interop.errors import ExchangeError, StoreError, StoreFull
from interop.exchange.asks import answer, sign_ask
from interop.exchange.inbox import receive
from interop.exchange.mark import state_mark, verify_mark
from interop.exchange.outbox import batch_up, post
from interop.exchange.recovery import align, lift_fork, require_no_fork
from interop.gateway.intake import take_ask, take_batch
from interop.gateway.pump import pump
from interop.store import audit, channels, purging
from interop.store.lanes import lane_of, lane_state
from interop.store.schema import ANSWER, MARK, RECEIVED

Pair = tuple[Site, Site]
CASE, COMRADE = CASES[1], CASES[2]
LANE = lane_of(CASE, LANES)


def told(east: Site, west: Site, *numbers: int) -> None:
    for n in numbers:
        east.post(a_message(CASE, n), peer=WEST, message_id=f"m{n}")
    row = east.batch(WEST, LANE)
    assert row is not None
    east.close(row, west.receive(row.wire))


def aligned(east: Site, west: Site) -> str:
    """Let east ask west how far it is, and act on it."""
    with west.store.transaction() as tx:
        said = state_mark(tx, peer=EAST, lane=LANE, own=west.party.own, at=NOW)
    with east.store.transaction() as tx:
        own = east.party.own
        mark = verify_mark(said, own=own, peer=east.party.peers[WEST])
        return align(tx, mark, ours=east.party.known, at=NOW).standing


def kinds(site: Site) -> list[str]:
    with site.store.transaction() as tx:
        assert audit.verify(tx) == ()
        return [line.kind for line in audit.lines(tx)]


def test_two_ends_in_step_change_nothing(sites: Pair) -> None:
    east, west = sites
    assert aligned(east, west) == "in-step"
    told(east, west, 1, 2)
    east.post(a_message(CASE, 3), peer=WEST, message_id="m3")
    row = east.batch(WEST, LANE)
    assert row is not None
    for received in (False, True):
        if received:
            west.receive(row.wire)
        assert aligned(east, west) == "in-step"
        again = east.batch(WEST, LANE)
        assert again is not None
        assert again.wire == row.wire
    with east.store.transaction() as tx:
        assert lane_state(tx, WEST, LANE).epoch == 1


def test_a_restored_receiver_is_sent_again_what_it_lost(
    file_sites: Pair, tmp_path: Path
) -> None:
    east, west = file_sites
    told(east, west, 1, 2)
    west.store.back_up(tmp_path / "backup")
    told(east, west, 3)
    told(east, west, 4)
    west.store.restore(tmp_path / "backup")
    assert applied(west, CASE) == ["m1", "m2"]
    east.post(a_message(CASE, 5), peer=WEST, message_id="m5")
    row = east.batch(WEST, LANE)
    assert row is not None
    with pytest.raises(ExchangeError, match="exchange-gap") as gap:
        west.receive(row.wire)
    assert gap.value.reason.expected == "3"
    assert aligned(east, west) == "peer-restored"
    again = east.batch(WEST, LANE)
    assert again is not None
    assert (again.epoch, again.first, again.n) == (2, 3, 3)
    east.close(again, west.receive(again.wire))
    assert applied(west, CASE) == ["m1", "m2", "m3", "m4", "m5"]
    assert "epoch-peer-restored" in kinds(east)
    assert "epoch-raised" in kinds(west)
    # The batch from before the restore comes late: its epoch is over.
    with pytest.raises(ExchangeError, match="exchange-stale-epoch"):
        west.receive(row.wire)


def test_a_restored_sender_goes_on_above_what_its_peer_holds(
    file_sites: Pair, tmp_path: Path
) -> None:
    east, west = file_sites
    told(east, west, 1)
    east.post(a_message(CASE, 2), peer=WEST, message_id="m2")
    east.store.back_up(tmp_path / "backup")
    told(east, west, 3)
    told(east, west, 4)
    east.store.restore(tmp_path / "backup")
    # It has m2 to tell, which arrived, and states something new.
    east.post(a_message(CASE, 5), peer=WEST, message_id="m5")
    row = east.batch(WEST, LANE)
    assert row is not None
    with pytest.raises(ExchangeError, match="exchange-fork"):
        west.receive(row.wire)
    assert aligned(east, west) == "we-restored"
    again = east.batch(WEST, LANE)
    assert again is not None
    assert (again.epoch, again.first, again.n) == (2, 5, 2)
    east.close(again, west.receive(again.wire))
    assert applied(west, CASE) == ["m1", "m2", "m3", "m4", "m5"]
    told(east, west, 6)
    assert applied(west, CASE)[-1] == "m6"


def test_a_restored_sender_that_states_something_else_under_a_used_name_is_found(
    file_sites: Pair, tmp_path: Path
) -> None:
    east, west = file_sites
    told(east, west, 1)
    east.store.back_up(tmp_path / "backup")
    told(east, west, 2)
    east.store.restore(tmp_path / "backup")
    east.post(a_message(CASE, 2, note="another"), peer=WEST, message_id="m2")
    assert aligned(east, west) == "we-restored"
    row = east.batch(WEST, LANE)
    assert row is not None
    (verdict,) = east.close(row, west.receive(row.wire)).verdicts
    assert verdict.code == "exchange-message-changed"
    assert applied(west, CASE) == ["m1", "m2"]


def test_a_head_that_nobody_of_ours_signed_is_a_fork_and_stops_the_lane(sites: Pair) -> None:
    east, west = sites
    told(east, west, 1)
    with west.store.transaction() as tx:
        said = state_mark(tx, peer=EAST, lane=LANE, own=west.party.own, at=NOW)
    mark = verify_mark(said, own=east.party.own, peer=east.party.peers[WEST])
    for change in (
        {"head": "sha-256:" + "0" * 64},
        {"through": 9},
        {"through": 9, "header": ""},
    ):
        with east.store.transaction() as tx:
            false = mark.model_copy(update=change)
            found = align(tx, false, ours=east.party.known, at=NOW)
        assert found.standing == "fork"
    assert kinds(east).count("fork-alarm") == 1
    with east.store.transaction() as tx:
        assert lane_state(tx, WEST, LANE).reason_code == "fork-alarm"


def test_nothing_but_a_person_ends_a_fork_alarm(file_sites: Pair, tmp_path: Path) -> None:
    east, west = file_sites
    told(east, west, 1)
    west.store.back_up(tmp_path / "backup")
    told(east, west, 2)
    with west.store.transaction() as tx:
        said = state_mark(tx, peer=EAST, lane=LANE, own=west.party.own, at=NOW)
    mark = verify_mark(said, own=east.party.own, peer=east.party.peers[WEST])
    with east.store.transaction() as tx:
        assert not lift_fork(tx, WEST, LANE, at=NOW)
        align(tx, mark.model_copy(update={"through": 9}), ours=east.party.known, at=NOW)
    west.store.restore(tmp_path / "backup")
    # Whatever the peer says now, the lane stands and nothing on it is changed.
    assert aligned(east, west) == "fork"
    east.post(a_message(CASE, 3), peer=WEST, message_id="m3")
    with east.store.transaction() as tx:
        pull = sign_ask(west.party.own, to=EAST, kind="pull", lane=LANE, at=NOW)
        assert answer(tx, pull, directory=east.party.directory, at=NOW).data == b""
        with pytest.raises(ExchangeError, match="exchange-fork"):
            require_no_fork(tx, WEST, LANE)
        assert lift_fork(tx, WEST, LANE, at=NOW)
        require_no_fork(tx, WEST, LANE)
    assert aligned(east, west) == "peer-restored"
    row = east.batch(WEST, LANE)
    assert row is not None
    east.close(row, west.receive(row.wire))
    assert applied(west, CASE) == ["m1", "m2", "m3"]
    assert kinds(east).count("fork-lifted") == 1


def test_a_mark_of_somebody_else_is_refused(sites: Pair) -> None:
    east, west = sites
    with west.store.transaction() as tx:
        said = state_mark(tx, peer="330000", lane=LANE, own=west.party.own, at=NOW)
    with pytest.raises(ExchangeError, match="exchange-mark-mismatch"):
        verify_mark(said, own=east.party.own, peer=east.party.peers[WEST])


def test_a_full_disk_acknowledges_nothing_that_is_not_kept(file_sites: Pair) -> None:
    east, west = file_sites
    east.post(a_message(CASE, 1), peer=WEST, message_id="m1")
    row = east.batch(WEST, LANE)
    assert row is not None
    with west.store.transaction() as tx, tx.statement() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    for n in range(2, 200):
        east.post(a_message(CASE, n, note="x" * 4000), peer=WEST, message_id=f"m{n}")
    east.close(row, row_receipt(west, row.wire))
    following = east.batch(WEST, LANE)
    assert following is not None
    with pytest.raises(StoreFull):
        west.receive(following.wire)
    assert applied(west, CASE) == ["m1"]
    west.crash()
    east.close(following, west.receive(following.wire))
    assert len(applied(west, CASE)) == 199


def row_receipt(west: Site, wire: bytes) -> bytes:
    """Return the receipt; a first small batch may or may not find its pages."""
    try:
        return west.receive(wire)
    except StoreFull:
        west.crash()
        return west.receive(wire)


def test_a_truncated_log_loses_its_last_commits_only_and_the_lane_recovers(
    file_sites: Pair, tmp_path: Path
) -> None:
    east, west = file_sites
    told(east, west, 1)
    told(east, west, 2)
    file = next(tmp_path.glob(f"*{WEST}.db"))
    log = file.with_name(file.name + "-wal")
    kept = tmp_path / "kept"
    kept.mkdir()
    for one in (file, log):
        shutil.copyfile(one, kept / one.name)
    with (kept / log.name).open("r+b") as opened:
        opened.truncate(log.stat().st_size * 2 // 3)
    west.store.close()
    for beside in tmp_path.glob(file.name + "*"):
        beside.unlink()
    for one in (file, log):
        shutil.copyfile(kept / one.name, one)
    west.crash()
    assert applied(west, CASE) in ([], ["m1"], ["m1", "m2"])
    aligned(east, west)
    east.post(a_message(CASE, 3), peer=WEST, message_id="m3")
    while (row := east.batch(WEST, LANE)) is not None:
        east.close(row, west.receive(row.wire))
    assert applied(west, CASE) == ["m1", "m2", "m3"]


def test_a_day_of_partition_and_a_clock_that_steps_change_nothing(tmp_path: Path) -> None:
    import random
    from datetime import timedelta

    regions: dict[str, Region] = {}
    network = Network(
        random.Random(1),  # noqa: S311 -- a die
        take=lambda there, batch: take_batch(regions[there].station, batch),
        answer=lambda there, question: take_ask(regions[there].station, question),
        kill=lambda _there: None,
        faulty=0.0,
    )
    for party in parties()[:2]:
        regions[party.region] = Region(party, tmp_path, network.way, network.chance)
    (here, east), (there, west) = regions.items()
    network.cut = {frozenset((here, there))}
    for n in range(1, 4):
        east.post("case", n, to=there, message_id=f"m{n}")
        assert pump(east.station) == (0, 1)
        east.calm()
    for days in (1, -2):
        east.skew += timedelta(days=days)
        # Another process, with a lease from a clock that was ahead.
        east.forget()
    network.cut.clear()
    while pump(east.station)[0]:
        pass
    assert west.applied() == {"case": ["m1", "m2", "m3"]}


def test_a_closed_store_refuses(sites: Pair) -> None:
    east, west = sites
    west.store.close()
    with pytest.raises(StoreError):
        aligned(east, west)


def test_credit_bounds_the_next_batch_and_none_is_asked_with_one(sites: Pair) -> None:
    east, west = sites
    for n in range(1, 8):
        east.post(a_message(CASE, n), peer=WEST, message_id=f"m{n}")
    sizes = []
    for credit in (2, 0, 500):
        with east.store.transaction() as tx:
            peer = east.party.peers[WEST]
            state = lane_state(tx, WEST, LANE)
            row = batch_up(tx, lane=LANE, own=east.party.own, peer=peer, at=NOW)
            assert row is not None
            sizes.append((state.credit, row.n))
        east.close(row, _with_credit(west, row.wire, credit))
        east.post(a_message(CASE, 90 + credit), peer=WEST, message_id=f"n{credit}")
    assert sizes == [(500, 7), (2, 1), (0, 1)]
    with east.store.transaction() as tx:
        assert channels.lanes(tx) == ((WEST, LANE),)
        post(tx, a_message(CASE, 99), peer=WEST, message_id="last", at=NOW)


def _with_credit(west: Site, wire: bytes, credit: int) -> bytes:
    from interop.conformance.strategies.exchange import apply
    from interop.exchange import receive

    with west.store.transaction() as tx:
        return receive(
            tx, wire, directory=west.party.directory, apply=apply, at=NOW, credit=credit
        )


def test_a_peer_that_lost_everything_is_told_the_rest_where_a_case_was_purged(
    sites: Pair,
) -> None:
    east, west = sites
    for n, case in enumerate([CASE, COMRADE, CASE], 1):
        east.post(a_message(case, n), peer=WEST, message_id=f"m{n}")
    row = east.batch(WEST, LANE)
    assert row is not None
    with west.store.transaction() as tx:
        said = state_mark(tx, peer=EAST, lane=LANE, own=west.party.own, at=NOW)
        receipt = receive(tx, row.wire, directory=west.party.directory, apply=apply, at=NOW)
        # It gave the receipt, and lost what it held.
        tx.write(delete(MARK))
        tx.write(delete(ANSWER))
        tx.write(delete(RECEIVED))
    east.close(row, receipt)
    with east.store.transaction() as tx:
        purging.erase(tx, COMRADE, at=NOW)
        mark = verify_mark(said, own=east.party.own, peer=east.party.peers[WEST])
        assert align(tx, mark, ours=east.party.known, at=NOW).standing == "peer-restored"
    again = east.batch(WEST, LANE)
    assert again is not None
    assert (again.epoch, again.first, again.n) == (2, 1, 3)
    told_again = east.close(again, west.receive(again.wire))
    # Nothing can be told of the purged case any more; of the other one everything is.
    assert [verdict.sequence for verdict in told_again.verdicts] == [2]
    assert applied(west, CASE)[-2:] == ["m1", "m3"]
    with west.store.transaction() as tx:
        mark = verify_mark(
            state_mark(tx, peer=EAST, lane=LANE, own=west.party.own, at=NOW),
            own=east.party.own,
            peer=east.party.peers[WEST],
        )
    with east.store.transaction() as tx:
        assert align(tx, mark, ours=east.party.known, at=NOW).standing == "in-step"
