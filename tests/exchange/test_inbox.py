"""The receiving half: next, again, gap, fork; what is refused leaves no half behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from interop.conformance.strategies.exchange import (
    APPLIED,
    CASES,
    EAST,
    HALF,
    LANES,
    NOW,
    POISON,
    SOUTH,
    WEST,
    Site,
    a_message,
    applied,
    apply,
    introduced,
)
from interop.errors import CaseError, ExchangeError, StoreError, StoreLocked, TrustError
from interop.exchange import BatchHeader, Envelope, Message, receive
from interop.exchange.batch import seal_batch, tree_root
from interop.exchange.envelope import draft, enclose
from interop.model.canonical import digest
from interop.model.case import CaseFact
from interop.store import Tx, audit, cases, channels, vault
from interop.store.lanes import lane_of
from interop.store.reasons import STORE_DAMAGED, STORE_LOCKED

Pair = tuple[Site, Site]

CASE, COMRADE = CASES[1], CASES[2]
LANE = lane_of(CASE, LANES)


def bodies(west: Site, *numbers: int, case: str = CASE) -> tuple[bytes, ...]:
    key = west.party.public.encryption
    return tuple(
        enclose(
            draft(a_message(case, n), case=case, message_id=f"m{n}", at=NOW),
            source=EAST,
            sequence=n,
            recipient=key,
        ).to_bytes()
        for n in numbers
    )


def sealed(east: Site, inside: tuple[bytes, ...], **changes: object) -> bytes:
    """Return a batch that east signs, whatever it says."""
    members = {
        "v": 1,
        "env": "sim",
        "from": EAST,
        "to": WEST,
        "lane": LANE,
        "epoch": 1,
        "first": Envelope.from_json(inside[0]).sequence,
        "n": len(inside),
        "root": tree_root(inside, alg=east.party.own.signer.alg),
        "prev_head": "",
        "at": NOW,
    }
    header = BatchHeader.model_validate(members | changes)
    return seal_batch(header, inside, signer=east.party.own.signer)


def state(site: Site) -> tuple[object, ...]:
    """Return all that receiving may change."""
    with site.store.transaction() as tx:
        return (
            audit.head(tx),
            channels.mark(tx, EAST, LANE),
            channels.dead_letters(tx),
            channels.lanes(tx),
        )


def refused(site: Site, wire: bytes, code: str) -> ExchangeError:
    before = state(site)
    with pytest.raises(ExchangeError) as fault:
        site.receive(wire)
    assert fault.value.code == code
    assert state(site) == before
    return fault.value


def test_after_one_batch_only_the_next_is_taken(sites: Pair) -> None:
    east, west = sites
    one = bodies(west, 1, 2)
    first = sealed(east, one)
    head = tree_root(one, alg=east.party.own.signer.alg)
    receipt = west.receive(first)
    three, four = bodies(west, 3), bodies(west, 4)
    gap = refused(west, sealed(east, four, prev_head=head), "exchange-gap")
    assert (gap.reason.expected, gap.reason.got) == ("3", "4")
    refused(west, sealed(east, three, prev_head=""), "exchange-fork")
    assert west.receive(first) == receipt
    assert west.receive(sealed(east, three, prev_head=head)) != receipt
    assert applied(west, CASE) == ["m1", "m2", "m3"]


def test_numbers_that_were_received_never_begin_another_batch(sites: Pair) -> None:
    east, west = sites
    one = bodies(west, 1, 2)
    west.receive(sealed(east, one))
    again = bodies(west, 1, 2)
    refused(west, sealed(east, again), "exchange-fork")
    refused(west, sealed(east, one[:1]), "exchange-fork")
    for head in ("", tree_root(one, alg=east.party.own.signer.alg)):
        refused(west, sealed(east, one[1:], prev_head=head), "exchange-fork")
    refused(west, sealed(east, again, epoch=2), "exchange-fork")
    assert applied(west, CASE) == ["m1", "m2"]


def test_the_same_content_signed_anew_gets_the_same_receipt(sites: Pair) -> None:
    east, west = sites
    one = bodies(west, 1, 2)
    receipt = west.receive(sealed(east, one))
    assert west.receive(sealed(east, one, at=NOW + timedelta(days=1))) == receipt


def test_a_lane_begins_at_one(sites: Pair) -> None:
    east, west = sites
    refused(west, sealed(east, bodies(west, 2)), "exchange-gap")
    refused(west, sealed(east, bodies(west, 1), prev_head="sha-256:aa"), "exchange-fork")
    west.receive(sealed(east, bodies(west, 1), epoch=7))
    with west.store.transaction() as tx:
        assert channels.mark(tx, EAST, LANE).epoch == 7


def test_lanes_and_peers_do_not_share_a_mark(sites: Pair) -> None:
    east, west = sites
    west.receive(sealed(east, bodies(west, 1)))
    west.receive(sealed(east, bodies(west, 1), lane=LANE + 1))
    refused(west, sealed(east, bodies(west, 3), lane=LANE + 1), "exchange-gap")


def test_what_is_refused_is_undone_and_kept_and_named(sites: Pair) -> None:
    east, west = sites
    names = []
    for n, (case, kind) in enumerate(
        [(CASE, "received"), (COMRADE, POISON), (CASE, "received"), (COMRADE, "received")], 1
    ):
        names.append(f"m{n}")
        east.post(a_message(case, n, kind=kind), peer=WEST, message_id=names[-1])
    row = east.batch(WEST, LANE)
    assert row is not None
    receipt = east.close(row, west.receive(row.wire))
    assert [(v.sequence, v.code) for v in receipt.verdicts] == [
        (2, "case-unknown"),
        (4, "exchange-behind-dead-letter"),
    ]
    assert applied(west, CASE) == ["m1", "m3"]
    assert applied(west, COMRADE) == []
    with west.store.transaction() as tx:
        letter, behind = channels.dead_letters(tx)
        lines = audit.lines(tx)
    envelope = Envelope.from_json(letter.body or b"")
    by = west.party.ring.profile.digest
    assert (letter.case, letter.seq, letter.reason_code) == (COMRADE, 2, "case-unknown")
    assert (envelope.id, envelope.source, envelope.subject) == ("m2", EAST, COMRADE)
    told = [(line.kind, line.case, line.digest) for line in lines if line.kind != APPLIED]
    assert told == [
        ("message-refused", COMRADE, envelope.digest(algorithm=by)),
        (
            "message-refused",
            COMRADE,
            Envelope.from_json(behind.body or b"").digest(algorithm=by),
        ),
        ("batch-received", "", row.root),
    ]
    assert HALF not in {line.kind for line in lines}
    assert receipt.audit_head == digest(lines[-1].to_bytes(), algorithm=by)


def in_turn(tx: Tx, envelope: Envelope, message: Message) -> None:
    """Append facts as a case does: without a gap."""
    if envelope.id == "m2":
        raise CaseError(STORE_DAMAGED.of(field=envelope.id))
    for fact in message.facts:
        cases.append_fact(tx, fact)


def test_later_messages_of_a_refused_case_are_refused_in_turn(sites: Pair) -> None:
    east, west = sites
    wire = sealed(east, bodies(west, 1, 2, 3))
    with west.store.transaction() as tx:
        receive(tx, wire, directory=west.party.directory, apply=in_turn, at=NOW)
    with west.store.transaction() as tx:
        assert [fact.seq for fact in cases.facts(tx, CASE)] == [1]
        letters = channels.dead_letters(tx)
    found = [(letter.seq, letter.reason_code) for letter in letters]
    assert found == [(2, "store-damaged"), (3, "exchange-behind-dead-letter")]


def faulty(fault: BaseException) -> Callable[[Tx, Envelope, Message], None]:
    def refuse(tx: Tx, envelope: Envelope, message: Message) -> None:
        apply(tx, envelope, message)
        if envelope.id == "m2":
            raise fault

    return refuse


@pytest.mark.parametrize(
    "fault", [StoreLocked(STORE_LOCKED.of()), KeyError("a bug"), KeyboardInterrupt()], ids=repr
)
def test_a_fault_that_is_nobodys_message_undoes_the_whole_batch(
    sites: Pair, fault: BaseException
) -> None:
    east, west = sites
    wire, before = sealed(east, bodies(west, 1, 2, 3)), state(west)
    with pytest.raises(type(fault)), west.store.transaction() as tx:
        receive(tx, wire, directory=west.party.directory, apply=faulty(fault), at=NOW)
    assert state(west) == before
    west.receive(wire)
    assert applied(west, CASE) == ["m1", "m2", "m3"]


def stored(tx: Tx, _envelope: Envelope, message: Message) -> None:
    for fact in message.facts:
        cases.append_fact(tx, CaseFact.model_validate(dict(fact) | {"seq": 1}))


def test_a_message_about_a_shredded_case_does_not_stop_its_lane(sites: Pair) -> None:
    east, west = sites
    with west.store.transaction() as tx:
        vault.destroy_key(tx, COMRADE)
    wire = sealed(east, (*bodies(west, 1, case=COMRADE), *bodies(west, 2)))
    with west.store.transaction() as tx:
        receive(tx, wire, directory=west.party.directory, apply=stored, at=NOW)
    with west.store.transaction() as tx:
        (letter,) = channels.dead_letters(tx)
        assert len(cases.facts(tx, CASE)) == 1
    assert (letter.case, letter.reason_code) == (COMRADE, "case-key-destroyed")
    assert letter.body is None


@pytest.mark.requirement("YRD-EXCH-002")
@pytest.mark.parametrize("env", ["prod", "test"])
def test_another_env_is_refused_by_name(sites: Pair, env: str) -> None:
    east, west = sites
    fault = refused(west, sealed(east, bodies(west, 1), env=env), "exchange-wrong-env")
    assert (fault.reason.expected, fault.reason.got) == ("sim", env)
    assert "sim" in fault.reason.zh
    assert env in fault.reason.zh


def test_a_peer_that_nobody_introduced_is_refused(
    sites: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    east, west = sites
    stranger, _ = introduced(SOUTH, WEST)
    wire = sealed(east, bodies(west, 1), **{"from": SOUTH})
    with pytest.raises(TrustError, match="gateway-unknown"):
        west.receive(wire)
    monkeypatch.setitem(west.party.peers, SOUTH, replace(stranger.public, signing={}))
    refused(west, wire, "exchange-unknown-key")


def test_a_store_that_refuses_says_so(sites: Pair) -> None:
    east, west = sites
    wire = sealed(east, bodies(west, 1))
    west.store.close()
    with pytest.raises(StoreError, match="store-closed"):
        west.receive(wire)
