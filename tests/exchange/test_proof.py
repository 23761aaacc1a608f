"""One message proven alone: it verifies, and no bit of the proof may change."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.exchange import CASES, EAST, LANES, WEST, Site, a_message
from interop.errors import ExchangeError, InteropError
from interop.exchange import Correspondent
from interop.exchange.proof import prove, verify_proof
from interop.model.canonical import canonical_bytes, read_json
from interop.store import vault
from interop.store.lanes import lane_of

Pair = tuple[Site, Site]
CASE, COMRADE = CASES[1], CASES[2]
LANE = lane_of(CASE, LANES)


def carried(sites: Pair, n: int) -> None:
    east, west = sites
    for k in range(1, n + 1):
        case = CASE if k % 2 else COMRADE
        east.post(a_message(case, k), peer=WEST, message_id=f"m{k}")
    row = east.batch(WEST, LANE)
    assert row is not None
    east.close(row, west.receive(row.wire))


def proof_of(west: Site, seq: int) -> bytes:
    with west.store.transaction() as tx:
        return prove(tx, peer=EAST, lane=LANE, seq=seq).to_bytes()


def found_by(west: Site) -> "Finder":
    return Finder(west)


class Finder:
    def __init__(self, site: Site) -> None:
        self.site = site

    def __call__(self, region: str, _at: datetime) -> Correspondent:
        return self.site.party.directory.find(region)


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_each_message_of_a_batch_is_proven_alone(sites: Pair, n: int) -> None:
    carried(sites, n)
    west = sites[1]
    for seq in range(1, n + 1):
        header, envelope = verify_proof(proof_of(west, seq), find=found_by(west))
        assert (header.sender, header.to, envelope.id) == (EAST, WEST, f"m{seq}")
        others = {f"m{k}" for k in range(1, n + 1)} - {f"m{seq}"}
        assert not any(f'"{other}"'.encode() in proof_of(west, seq) for other in others)


def test_no_bit_of_a_proof_may_change(sites: Pair, *, nightly: bool) -> None:
    carried(sites, 3)
    west, good = sites[1], proof_of(sites[1], 2)
    plain = verify_proof(good, find=found_by(west))
    for at in range(len(good)) if nightly else range(0, len(good), 7):
        for bit in range(8) if nightly else (at % 8,):
            wrong = bytearray(good)
            wrong[at] ^= 1 << bit
            with pytest.raises(InteropError):
                verify_proof(bytes(wrong), find=found_by(west))
    assert verify_proof(good, find=found_by(west)) == plain


@pytest.mark.parametrize("other", ["2026-01-05t00:00:00Z", "2026-01-05T00:00:00+00:00"])
def test_an_instant_of_a_proof_has_one_spelling(sites: Pair, other: str) -> None:
    carried(sites, 1)
    proof = json.loads(proof_of(sites[1], 1))
    assert verify_proof(json.dumps(proof, indent=1).encode(), find=found_by(sites[1]))
    proof["envelope"]["time"] = other
    with pytest.raises(ExchangeError, match="exchange-proof-wrong"):
        verify_proof(canonical_bytes(proof), find=found_by(sites[1]))


def test_a_proof_of_one_message_proves_no_other(sites: Pair) -> None:
    carried(sites, 3)
    west = sites[1]
    one, two = (json.loads(proof_of(west, seq)) for seq in (1, 2))
    for part in ("envelope", "index", "path"):
        mixed = canonical_bytes({**one, part: two[part]})
        with pytest.raises(ExchangeError, match="exchange-proof-wrong"):
            verify_proof(mixed, find=found_by(west))


@given(data=st.binary(max_size=64))
def test_what_is_no_proof_is_refused_in_words(data: bytes) -> None:
    def nobody(_region: str, _at: datetime) -> Correspondent:
        raise AssertionError

    with pytest.raises(ExchangeError):
        verify_proof(data, find=nobody)


def test_what_was_never_received_or_is_shredded_is_not_proven(sites: Pair) -> None:
    carried(sites, 2)
    west = sites[1]
    with pytest.raises(ExchangeError, match="exchange-proof-unknown"):
        proof_of(west, 3)
    with west.store.transaction() as tx:
        vault.destroy_key(tx, CASE)
    with pytest.raises(ExchangeError, match="exchange-proof-unknown"):
        proof_of(west, 1)
    assert read_json(proof_of(west, 2), error=ExchangeError)
