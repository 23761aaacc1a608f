"""A channel between gateways of either profile, and of both: what is sent arrives, whole."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import changed
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
    introduced,
    messages,
)
from interop.crypto import jwe, read_header
from interop.crypto.profile import ProfileName
from interop.errors import InteropError
from interop.exchange import BatchHeader, Message, open_batch
from interop.exchange.batch import seal_batch, tree_root
from interop.exchange.envelope import disclose, draft, enclose
from interop.store.lanes import lane_of
from tests.profiles import BOTH, NATIONAL

CASE = CASES[1]
# Who sends and who receives; in the last two, one of each.
PAIRS = (
    pytest.param("development", "development"),
    pytest.param("production-cn", "production-cn", marks=NATIONAL),
    pytest.param("development", "production-cn", marks=NATIONAL),
    pytest.param("production-cn", "development", marks=NATIONAL),
)


@cache
def pair(sender: ProfileName, recipient: ProfileName) -> tuple[Party, Party]:
    (east,), (west,) = introduced(EAST, profile=sender), introduced(WEST, profile=recipient)
    east.peers[WEST], west.peers[EAST] = west.public, east.public
    return east, west


@cache
def a_batch(sender: ProfileName, recipient: ProfileName) -> tuple[BatchHeader, bytes]:
    east, west = pair(sender, recipient)
    waiting = draft(a_message(CASE, 1), case=CASE, message_id="m1", at=NOW)
    key = west.public.encryption
    inside = (enclose(waiting, source=EAST, sequence=1, recipient=key).to_bytes(),)
    header = BatchHeader.model_validate(
        {
            "v": 1,
            "env": "sim",
            "from": EAST,
            "to": WEST,
            "lane": lane_of(CASE, LANES),
            "epoch": 1,
            "first": 1,
            "n": 1,
            "prev_head": "",
            "at": NOW,
            "root": tree_root(inside, alg=east.ring.signing.alg),
        }
    )
    return header, seal_batch(header, inside, signer=east.ring.signing)


@pytest.mark.parametrize(("sender", "recipient"), PAIRS)
@given(message=messages(CASE))
def test_what_is_enclosed_is_disclosed_by_the_way_of_the_recipient(
    sender: ProfileName, recipient: ProfileName, message: Message
) -> None:
    _, west = pair(sender, recipient)
    waiting = draft(message, case=CASE, message_id="m1", at=NOW)
    made = enclose(waiting, source=EAST, sequence=1, recipient=west.public.encryption)
    assert disclose(made, key=west.own.decryption) == message
    profile = west.ring.profile
    jwe.read_header(made.data, alg=profile.wrapping, enc=profile.content)


@pytest.mark.parametrize(("sender", "recipient"), PAIRS)
def test_a_batch_is_signed_and_hashed_by_the_way_of_the_sender(
    sender: ProfileName, recipient: ProfileName
) -> None:
    east, west = pair(sender, recipient)
    header, wire = a_batch(sender, recipient)
    assert open_batch(wire, directory=west.directory).header == header
    assert header.root.startswith(f"{east.ring.profile.digest}:")
    other = "ES256" if east.ring.signing.alg == "SM2" else "SM2"
    batch = open_batch(wire, directory=west.directory)
    inside = tuple(envelope.to_bytes() for envelope in batch.envelopes)
    changed_header = header.model_copy(update={"root": tree_root(inside, alg=other)})
    forged = seal_batch(changed_header, inside, signer=east.ring.signing)
    with pytest.raises(InteropError, match="exchange-root-mismatch"):
        open_batch(forged, directory=west.directory)


@pytest.mark.parametrize("profile", BOTH)
@given(data=st.data())
def test_a_batch_with_one_character_changed_is_refused(
    profile: ProfileName, data: st.DataObject
) -> None:
    _, west = pair(profile, profile)
    _, wire = a_batch(profile, profile)
    bad = data.draw(changed(wire.decode()))
    with pytest.raises(InteropError):
        open_batch(bad.encode(), directory=west.directory)


@pytest.mark.parametrize(("sender", "recipient"), PAIRS)
def test_a_message_goes_through_stores_and_comes_back_as_a_receipt(
    sender: ProfileName, recipient: ProfileName, tmp_path: Path
) -> None:
    east, west = (Site(party, tmp_path) for party in pair(sender, recipient))
    east.post(a_message(CASE, 1), peer=WEST, message_id="m1")
    row = east.batch(WEST, lane_of(CASE, LANES))
    assert row is not None
    answer = west.receive(row.wire)
    assert west.receive(row.wire) == answer
    assert applied(west, CASE) == ["m1"]
    assert read_header(answer.decode()).alg == west.party.ring.signing.alg
    receipt = east.close(row, answer)
    assert receipt.root == row.root
    assert receipt.audit_head.startswith(f"{west.party.ring.profile.digest}:")
    with pytest.raises(InteropError):
        east.close(row, answer[:-4] + b"AAAA")
    for site in (east, west):
        site.crash()
        site.store.close()
