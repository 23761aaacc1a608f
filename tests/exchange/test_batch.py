"""A batch: one signature, one spelling, a short proof for each envelope."""

import hashlib
from functools import cache, partial
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    NOW,
    SOUTH,
    WEST,
    a_message,
    introduced,
)
from interop.crypto import merkle
from interop.crypto.jose import verify_compact
from interop.errors import ExchangeError, InteropError
from interop.exchange import (
    Batch,
    BatchHeader,
    Directory,
    Envelope,
    open_batch,
)
from interop.exchange.batch import (
    HEADER_CHARS_MAX,
    seal_batch,
    tree_root,
)
from interop.exchange.envelope import draft, enclose
from interop.model.canonical import ALGORITHMS, canonical_bytes, read_json
from interop.store.lanes import LANES_MAX, lane_of

CASE = CASES[0]


SENDER, RECIPIENT = introduced(EAST, WEST)
HASH = SENDER.ring.profile.digest
hashed = partial(hashlib.new, ALGORITHMS[HASH])


def envelopes(n: int, *, first: int = 1) -> tuple[bytes, ...]:
    waiting = [
        draft(a_message(CASE, i), case=CASE, message_id=f"m{i}", at=NOW)
        for i in range(first, first + n)
    ]
    key = RECIPIENT.public.encryption
    return tuple(
        enclose(body, source=EAST, sequence=first + i, recipient=key).to_bytes()
        for i, body in enumerate(waiting)
    )


def header_for(bodies: tuple[bytes, ...], **changes: object) -> BatchHeader:
    members = {
        "v": 1,
        "env": "sim",
        "from": EAST,
        "to": WEST,
        "lane": 0,
        "epoch": 1,
        "first": 1,
        "n": len(bodies),
        "root": tree_root(bodies, alg=SENDER.ring.signing.alg),
        "prev_head": "",
        "at": NOW,
    }
    return BatchHeader.model_validate(members | changes)


def sealed(bodies: tuple[bytes, ...], **changes: object) -> bytes:
    return seal_batch(header_for(bodies, **changes), bodies, signer=SENDER.own.signer)


def opened(wire: bytes) -> Batch:
    return open_batch(wire, directory=RECIPIENT.directory)


SIZES = st.integers(1, 9)


@given(n=SIZES, first=st.integers(1, 2**40))
def test_what_is_sealed_is_opened(n: int, first: int) -> None:
    bodies = envelopes(n, first=first)
    wire = sealed(bodies, first=first)
    batch = opened(wire)
    assert batch.header == header_for(bodies, first=first)
    assert batch.envelopes == tuple(Envelope.from_json(body) for body in bodies)
    assert batch.bodies == tuple(bodies)
    assert canonical_bytes(read_json(wire, error=ExchangeError)) == wire


@cache
def a_batch() -> bytes:
    return sealed(envelopes(3))


def test_a_flipped_bit_anywhere_in_a_batch_is_refused(*, nightly: bool) -> None:
    good = a_batch()
    for at in range(len(good)):
        for bit in range(8) if nightly else (at % 8,):
            wire = bytearray(good)
            wire[at] ^= 1 << bit
            with pytest.raises(InteropError):
                opened(bytes(wire))


@given(cut=st.integers(0, len(a_batch()) - 1))
def test_a_batch_cut_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(ExchangeError, match="json-malformed"):
        opened(a_batch()[:cut])


def tree_head(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree head as RFC 6962 section 2.1 defines it, by recursion."""
    if len(leaves) == 1:
        return hashed(b"\0" + leaves[0]).digest()
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashed(b"\1" + tree_head(leaves[:k]) + tree_head(leaves[k:])).digest()


@given(n=SIZES, data=st.data())
def test_a_third_party_verifies_one_envelope_by_its_path_and_the_header(
    n: int, data: st.DataObject
) -> None:
    wire = sealed(envelopes(n))
    batch, i = opened(wire), data.draw(st.integers(0, n - 1))
    bodies = [envelope.to_bytes() for envelope in batch.envelopes]
    leaves = [merkle.leaf(body, algorithm=HASH) for body in bodies]
    path = merkle.proof(leaves, i, algorithm=HASH)
    # From here on the third party holds one envelope, its path and the header token.
    value = read_json(wire, error=ExchangeError)
    assert isinstance(value, dict)
    key = SENDER.ring.signing.public
    payload = verify_compact(str(value["header"]), key.to_jwk(), alg=key.alg)
    header = BatchHeader.from_json(payload)
    root = bytes.fromhex(header.root.removeprefix(f"{HASH}:"))
    one, other = (merkle.leaf(bodies[i] + end, algorithm=HASH) for end in (b"", b" "))
    assert merkle.verify(one, i, header.n, path, root, algorithm=HASH)
    assert not merkle.verify(other, i, header.n, path, root, algorithm=HASH)
    assert tree_head(bodies) == root


def test_a_header_token_stays_far_below_its_limit() -> None:
    edge = 2**53 - 1
    bodies = envelopes(1, first=edge)
    wire = sealed(bodies, first=edge, epoch=edge, lane=LANES_MAX - 1, prev_head="x" * 72)
    value = read_json(wire, error=ExchangeError)
    assert isinstance(value, dict)
    assert len(str(value["header"])) < HEADER_CHARS_MAX / 4
    assert LANES <= LANES_MAX


@pytest.mark.parametrize("case", CASES)
def test_a_case_keeps_its_lane(case: str) -> None:
    assert lane_of(case, LANES) == int(sha256(case.encode()).hexdigest()[:8], 16) % LANES


def test_envelopes_come_from_the_one_who_signs() -> None:
    read = [Envelope.from_json(body) for body in envelopes(2)]
    foreign = (read[0].to_bytes(), read[1].model_copy(update={"source": SOUTH}).to_bytes())
    with pytest.raises(ExchangeError, match="exchange-batch-malformed") as refused:
        opened(sealed(foreign))
    reason = refused.value.reason
    assert (reason.field, reason.expected, reason.got) == ("envelopes.source", EAST, SOUTH)


def test_a_gateway_speaks_in_its_own_name() -> None:
    wide = Directory(RECIPIENT.own, lambda _region: SENDER.public, lambda: RECIPIENT.known)
    wire = sealed(envelopes(1), **{"from": SOUTH})
    with pytest.raises(ExchangeError, match="exchange-batch-malformed") as refused:
        open_batch(wire, directory=wide)
    assert refused.value.reason.field == "from"


@pytest.mark.parametrize("after", [4, 5, 9])
def test_a_hole_that_is_none_is_malformed(after: int) -> None:
    bodies = envelopes(2, first=5)
    assert opened(sealed(bodies, first=5, after=3)).header.follows == 3
    with pytest.raises(ExchangeError, match="exchange-batch-malformed"):
        opened(sealed(bodies, first=5, after=after))
