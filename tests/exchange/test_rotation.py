"""Keys change while messages are under way: nothing is lost, doubled, parked or forged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from interop.conformance.simulation import Plan, tell
from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    NOW,
    WEST,
    Party,
    Site,
    a_message,
    applied,
    apply,
    introduced,
)
from interop.crypto.jose import read_header, split
from interop.crypto.profile import ProfileName
from interop.errors import ExchangeError, TrustError
from interop.exchange import BatchHeader, Receipt, batch_up, receive
from interop.exchange.asks import answer, sign_ask
from interop.exchange.batch import header_in, token_in
from interop.exchange.deadletter import redrive
from interop.exchange.mark import state_mark, verify_mark
from interop.exchange.outbox import in_flight
from interop.exchange.pieces import Piece, open_piece, seal_piece
from interop.exchange.receipt import RECEIPT_BYTES_MAX
from interop.exchange.recovery import align
from interop.exchange.renewal import BATCH_ANEW, RECEIPT_ANEW
from interop.model.case import SubmittedMaterial
from interop.store import audit
from interop.store.channels import BatchRow
from interop.store.lanes import lane_of
from interop.store.letters import waiting_letters
from tests.databases import Database
from tests.profiles import BOTH

CASE = CASES[1]
LANE = lane_of(CASE, LANES)
LATER = NOW + timedelta(days=90)
SEEDS = 30
SEEDS_NIGHTLY = 2_000
# Each of these has found a fault once.
FOUND = (Plan(2326, keys=True, steps=30),)


@dataclass
class Pair:
    """East sends, west receives; each may change its keys."""

    east: Site
    west: Site
    now: datetime = NOW

    def post(self, *numbers: int) -> None:
        for n in numbers:
            self.east.post(a_message(CASE, n), peer=WEST, message_id=f"m{n}")

    def batch(self) -> BatchRow:
        """Return the batch to send, made or sent again."""
        with self.east.store.transaction() as tx:
            own, peer = self.east.party.own, self.east.party.peers[WEST]
            row = batch_up(tx, lane=LANE, own=own, peer=peer, at=self.now)
        assert row is not None
        return row

    def receive(self, wire: bytes) -> bytes:
        directory = self.west.party.directory
        with self.west.store.transaction() as tx:
            return receive(tx, wire, directory=directory, apply=apply, at=self.now)

    def change(self, site: Site, *, ends: bool = True) -> None:
        other = self.west if site is self.east else self.east
        site.party.change_keys(other.party, ends=ends)
        site.crash()
        self.now = LATER

    def standing(self) -> str:
        """Let west say how far it is, and east act on it."""
        with self.west.store.transaction() as tx:
            said = state_mark(tx, peer=EAST, lane=LANE, own=self.west.party.own, at=LATER)
        party = self.east.party
        with self.east.store.transaction() as tx:
            mark = verify_mark(said, own=party.own, peer=party.peers[WEST])
            ours = party.directory.ours()
            return align(tx, mark, ours=ours, at=LATER).standing


def paired(database: Database, folder: Path, profile: ProfileName) -> Iterator[Pair]:
    places = [folder if database.kind == "sqlite" else str(database.new()) for _ in "ew"]
    parties = introduced(EAST, WEST, profile=profile)
    east, west = (Site(party, at) for party, at in zip(parties, places, strict=True))
    yield Pair(east, west)
    east.store.close()
    west.store.close()


@pytest.fixture(params=BOTH)
def pair(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[Pair]:
    yield from paired(database, tmp_path, request.param)


@pytest.fixture
def file_pair(tmp_path: Path) -> Iterator[Pair]:
    """Sites on files, which can be put back."""
    parties = introduced(EAST, WEST)
    east, west = (Site(party, tmp_path) for party in parties)
    yield Pair(east, west)
    east.store.close()
    west.store.close()


def kinds(site: Site) -> list[str]:
    with site.store.transaction() as tx:
        assert audit.verify(tx) == ()
        return [line.kind for line in audit.lines(tx)]


def said(receipt: bytes) -> Receipt:
    payload = split(receipt.decode(), bytes_max=RECEIPT_BYTES_MAX).payload
    return Receipt.from_json(payload, error=ExchangeError, field="receipt")


def kid_of(token: str) -> str:
    return read_header(token, bytes_max=RECEIPT_BYTES_MAX).kid


def bare(header: BatchHeader) -> BatchHeader:
    return header.model_copy(update={"at": NOW})


def test_a_batch_whose_key_is_over_is_signed_anew_and_says_the_same(pair: Pair) -> None:
    pair.post(1, 2)
    first = pair.batch()
    pair.change(pair.east)
    with pytest.raises(ExchangeError, match="exchange-unknown-key"):
        pair.receive(first.wire)
    again = pair.batch()
    assert kid_of(token_in(again.wire)) == pair.east.party.ring.signing.kid
    before, after = header_in(first.wire), header_in(again.wire)
    assert bare(after) == bare(before)
    # Signed later, by a key that counts from later on.
    assert (before.at, after.at) == (NOW, LATER)
    assert again.wire.partition(b'"header"')[0] == first.wire.partition(b'"header"')[0]
    # Kept before it was sent, once.
    pair.east.crash()
    assert pair.batch().wire == again.wire
    assert kinds(pair.east).count(BATCH_ANEW) == 1
    receipt = pair.receive(again.wire)
    assert said(receipt).signed_at is None
    assert pair.east.close(again, receipt).verdicts == ()
    assert applied(pair.west, CASE) == ["m1", "m2"]


def test_while_the_former_key_verifies_the_same_bytes_go_out(pair: Pair) -> None:
    pair.post(1)
    first = pair.batch()
    pair.change(pair.east, ends=False)
    pair.change(pair.west, ends=False)
    assert pair.batch().wire == first.wire
    receipt = pair.receive(first.wire)
    pair.change(pair.west, ends=False)
    assert pair.receive(first.wire) == receipt
    pair.east.close(pair.batch(), receipt)
    assert not {BATCH_ANEW, RECEIPT_ANEW} & {*kinds(pair.east), *kinds(pair.west)}


def test_a_batch_that_was_applied_gets_its_receipt_after_a_change_of_keys(pair: Pair) -> None:
    pair.post(1)
    receipt = pair.receive(pair.batch().wire)
    pair.change(pair.east)
    again = pair.batch()
    # Another signature over the same root: the very receipt, and no alarm.
    assert pair.receive(again.wire) == receipt
    pair.east.close(again, receipt)
    assert applied(pair.west, CASE) == ["m1"]
    assert pair.standing() == "in-step"
    assert "fork-alarm" not in kinds(pair.east)
    pair.post(2)
    following = pair.batch()
    pair.east.close(following, pair.receive(following.wire))
    assert applied(pair.west, CASE) == ["m1", "m2"]


def test_every_batch_in_flight_is_signed_anew(pair: Pair) -> None:
    own, peer = pair.east.party.own, pair.east.party.peers[WEST]
    for n in (1, 2):
        pair.post(n)
        with pair.east.store.transaction() as tx:
            rows = in_flight(tx, lane=LANE, own=own, peer=peer, at=NOW)
        assert len(rows) == n
    pair.change(pair.east)
    with pair.east.store.transaction() as tx:
        rows = in_flight(tx, lane=LANE, own=pair.east.party.own, peer=peer, at=LATER)
    for row in rows:
        pair.east.close(row, pair.receive(row.wire))
    assert applied(pair.west, CASE) == ["m1", "m2"]


def test_a_pulled_batch_is_signed_anew(pair: Pair) -> None:
    pair.post(1)
    pair.batch()
    pair.change(pair.east)
    with pair.east.store.transaction() as tx:
        ask = sign_ask(pair.west.party.own, to=EAST, kind="pull", lane=LANE, at=LATER)
        wire = answer(tx, ask, directory=pair.east.party.directory, at=LATER).data
    pair.east.close(pair.batch(), pair.receive(wire))
    assert applied(pair.west, CASE) == ["m1"]


def test_a_receipt_is_the_same_bytes_until_its_key_is_over(pair: Pair) -> None:
    pair.post(1)
    row = pair.batch()
    receipt = pair.receive(row.wire)
    pair.change(pair.west)
    with pytest.raises(ExchangeError, match="exchange-unknown-key"):
        pair.east.close(row, receipt)
    anew = pair.receive(row.wire)
    assert kid_of(anew.decode()) == pair.west.party.ring.signing.kid
    before, after = said(receipt), said(anew)
    # When it was applied stays; when it was signed tells as of when to look up the key.
    assert after == before.model_copy(update={"signed_at": LATER})
    assert (before.signed, after.signed) == (before.at, LATER)
    pair.west.crash()
    assert pair.receive(row.wire) == anew
    assert kinds(pair.west).count(RECEIPT_ANEW) == 1
    pair.east.close(row, anew)
    assert applied(pair.west, CASE) == ["m1"]


def test_what_was_encrypted_to_a_former_key_is_opened(pair: Pair) -> None:
    pair.post(1)
    row = pair.batch()
    for _ in range(2):
        pair.change(pair.west)
    assert pair.east.close(row, pair.receive(row.wire)).verdicts == ()
    pair.post(2)
    row = pair.batch()
    assert pair.east.close(row, pair.receive(row.wire)).verdicts == ()
    assert applied(pair.west, CASE) == ["m1", "m2"]
    with pair.west.store.transaction() as tx:
        assert waiting_letters(tx) == ()


def test_what_was_encrypted_to_a_key_not_held_yet_is_redriven_once_it_is(pair: Pair) -> None:
    party, first = pair.west.party, pair.west.party.ring
    party.change_keys(pair.east.party, ends=False)
    second, party.ring = party.ring, first
    pair.post(1)
    row = pair.batch()
    (verdict,) = pair.east.close(row, pair.receive(row.wire)).verdicts
    assert verdict.code == "jwe-other-recipient"
    party.ring = second
    with pair.west.store.transaction() as tx:
        (letter,) = waiting_letters(tx)
        key = party.own.decryption
        assert redrive(tx, letter.id, key=key, apply=apply, at=LATER)[0].code == ""
    assert applied(pair.west, CASE) == ["m1"]


def test_a_piece_to_a_former_key_is_opened_and_one_to_a_stranger_is_not(pair: Pair) -> None:
    told = SubmittedMaterial(
        code="photo", content_digest="sha-256:00", size=4, media_type="image/png"
    )
    east, west = pair.east.party, pair.west.party
    wire = seal_piece(Piece(CASE, told, 0, b"data"), own=east.own, peer=east.peers[WEST])
    pair.change(pair.west)
    assert open_piece(wire, directory=west.directory)[0].data == b"data"
    (stranger,) = introduced("330000", profile=west.profile)
    other = stranger.public
    astray = type(other)(WEST, other.signing, other.encryption)
    wire = seal_piece(Piece(CASE, told, 0, b"data"), own=east.own, peer=astray)
    with pytest.raises(TrustError, match="jwe-other-recipient"):
        open_piece(wire, directory=west.directory)


def restored(pair: Pair, folder: Path) -> None:
    """Let east forget what it told, and change its keys."""
    pair.post(1)
    row = pair.batch()
    pair.east.close(row, pair.receive(row.wire))
    pair.east.store.back_up(folder / "backup")
    pair.post(2)
    row = pair.batch()
    pair.east.close(row, pair.receive(row.wire))
    pair.east.store.restore(folder / "backup")
    pair.change(pair.east)


def test_a_restored_end_knows_its_own_header_by_a_former_key(
    file_pair: Pair, tmp_path: Path
) -> None:
    restored(file_pair, tmp_path)
    assert file_pair.standing() == "we-restored"
    file_pair.post(3)
    row = file_pair.batch()
    assert (row.epoch, row.first) == (2, 3)
    file_pair.east.close(row, file_pair.receive(row.wire))
    assert applied(file_pair.west, CASE) == ["m1", "m2", "m3"]


def test_a_header_by_a_revoked_key_proves_nothing(file_pair: Pair, tmp_path: Path) -> None:
    restored(file_pair, tmp_path)
    party: Party = file_pair.east.party
    for kid in party.over:
        del party.signed[kid]
    assert file_pair.standing() == "fork"


@pytest.mark.requirement("YRD-EXCH-001")
def test_stories_in_which_keys_change_lose_and_double_nothing(*, nightly: bool) -> None:
    seeds = range(SEEDS_NIGHTLY if nightly else SEEDS)
    told = [tell(Plan(seed, keys=True, steps=30)) for seed in seeds]
    assert [(one.plan.seed, one.faults) for one in told if one.faults] == []
    assert sum(one.posted for one in told) > SEEDS


@pytest.mark.parametrize("plan", FOUND, ids=lambda plan: str(plan.seed))
def test_seeds_that_found_a_fault_hold(plan: Plan) -> None:
    assert tell(plan).faults == ()
