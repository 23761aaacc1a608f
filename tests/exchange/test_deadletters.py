"""Dead letters: in order, each once, audited; the lane and other cases go on meanwhile."""

from dataclasses import replace

import pytest

from interop.conformance.strategies.exchange import (
    APPLIED,
    CASES,
    EAST,
    LANES,
    NOW,
    POISON,
    WEST,
    Party,
    Site,
    a_message,
    applied,
    apply,
)
from interop.errors import CaseError, ExchangeError
from interop.exchange import Envelope, Message
from interop.exchange.deadletter import Redriven, discard, redrive
from interop.exchange.outbox import post_again
from interop.exchange.proof import prove
from interop.store import Tx, audit, channels, vault
from interop.store.lanes import lane_of
from interop.store.letters import require_letter, waiting_letters
from interop.store.reasons import CASE_UNKNOWN

Pair = tuple[Site, Site]
CASE, COMRADE = CASES[1], CASES[2]
LANE = lane_of(CASE, LANES)


def mended(tx: Tx, envelope: Envelope, _message: Message) -> None:
    audit.append(tx, kind=APPLIED, case=envelope.subject, digest=envelope.id, at=NOW)


def still_refusing(_tx: Tx, envelope: Envelope, _message: Message) -> None:
    raise CaseError(CASE_UNKNOWN.of(field=envelope.subject))


def poisoned(east: Site, west: Site) -> None:
    """Let a poison of one case and what follows it arrive among messages of another."""
    kinds = [(COMRADE, POISON), (CASE, "received"), (COMRADE, "received"), (CASE, "received")]
    for n, (case, kind) in enumerate(kinds, 1):
        east.post(a_message(case, n, kind=kind), peer=WEST, message_id=f"m{n}")
    carried(east, west)


def carried(east: Site, west: Site) -> None:
    row = east.batch(WEST, LANE)
    assert row is not None
    east.close(row, west.receive(row.wire))


def driven(site: Site, number: int, how: object = mended) -> tuple[Redriven, ...]:
    assert callable(how)
    with site.store.transaction() as tx:
        key = site.party.ring.decryption
        return redrive(tx, number, key=key, apply=how, at=NOW)


def kinds(site: Site) -> list[str]:
    with site.store.transaction() as tx:
        assert audit.verify(tx) == ()
        return [line.kind for line in audit.lines(tx, COMRADE)]


def test_a_poison_parks_its_case_alone_and_is_redriven_in_order_once(sites: Pair) -> None:
    east, west = sites
    poisoned(east, west)
    assert applied(west, CASE) == ["m2", "m4"]
    # Whichever is named, those before it go first.
    assert driven(west, 2) == (Redriven(1, COMRADE), Redriven(2, COMRADE))
    assert applied(west, COMRADE) == ["m1", "m3"]
    assert driven(west, 1) == driven(west, 2) == ()
    assert applied(west, COMRADE) == ["m1", "m3"]
    assert kinds(west).count("dead-letter-redriven") == 2
    with west.store.transaction() as tx:
        assert waiting_letters(tx) == ()
        assert [letter.outcome for letter in channels.dead_letters(tx)] == ["redriven"] * 2
    east.post(a_message(COMRADE, 5), peer=WEST, message_id="m5")
    row = east.batch(WEST, LANE)
    assert row is not None
    assert east.close(row, west.receive(row.wire)).verdicts == ()
    assert applied(west, COMRADE) == ["m1", "m3", "m5"]


def test_what_is_refused_again_leaves_nothing_and_stops_those_behind(sites: Pair) -> None:
    east, west = sites
    poisoned(east, west)
    assert driven(west, 1, still_refusing) == (Redriven(1, COMRADE, "case-unknown"),)
    assert driven(west, 1, apply) == (Redriven(1, COMRADE, "case-unknown"),)
    assert applied(west, COMRADE) == []
    assert kinds(west).count("dead-letter-refused") == 2
    with west.store.transaction() as tx:
        assert len(waiting_letters(tx)) == 2


def test_a_discarded_letter_is_gone_for_good_and_those_behind_go_on(sites: Pair) -> None:
    east, west = sites
    poisoned(east, west)
    with west.store.transaction() as tx:
        assert discard(tx, 1, at=NOW)
        assert not discard(tx, 1, at=NOW)
        assert require_letter(tx, 1).outcome == "discarded"
    assert driven(west, 1) == ()
    assert driven(west, 2) == (Redriven(2, COMRADE),)
    assert applied(west, COMRADE) == ["m3"]
    assert "dead-letter-discarded" in kinds(west)


def test_unknown_and_shredded_letters_are_refused_by_name(sites: Pair) -> None:
    east, west = sites
    with pytest.raises(ExchangeError, match="dead-letter-unknown"):
        driven(west, 1)
    poisoned(east, west)
    with west.store.transaction() as tx:
        vault.destroy_key(tx, COMRADE)
    with pytest.raises(ExchangeError, match="dead-letter-shredded"):
        driven(west, 1)


def test_what_was_encrypted_to_a_former_key_is_redriven_once_it_is_told_again(
    sites: Pair,
) -> None:
    east, west = sites
    current = east.party.peers[WEST]
    former = Party(WEST, profile=west.party.profile).ring.decryption.public
    east.party.peers[WEST] = replace(current, encryption=former)
    try:
        for n in (1, 2):
            east.post(a_message(COMRADE, n), peer=WEST, message_id=f"m{n}")
        carried(east, west)
    finally:
        east.party.peers[WEST] = current
    assert driven(west, 1)[0].code == "jwe-other-recipient"
    with east.store.transaction() as tx:
        assert post_again(tx, peer=WEST, lane=LANE, case=COMRADE, at=NOW) == 2
    carried(east, west)
    assert applied(west, COMRADE) == []
    assert driven(west, 1) == (Redriven(1, COMRADE), Redriven(2, COMRADE))
    assert applied(west, COMRADE) == ["m1#1", "m2#1"]
    with west.store.transaction() as tx:
        assert waiting_letters(tx) == ()
        # No proof is given of what came first and is not here any more.
        with pytest.raises(ExchangeError, match="exchange-proof-unknown"):
            prove(tx, peer=EAST, lane=LANE, seq=1)
