"""A piece of a content: for one gateway, of one window, and not a bit of it otherwise."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.exchange import CASES, EAST, SOUTH, WEST, introduced
from interop.crypto.jose import sign_compact
from interop.crypto.jwe import encrypt
from interop.errors import InteropError, TrustError
from interop.exchange.pieces import (
    PIECE_BYTES_MAX,
    PIECE_TYP,
    Piece,
    open_piece,
    seal_piece,
)
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.case import SubmittedMaterial
from interop.store.materials import CHUNK_BYTES, READ_BYTES_MAX

WINDOW, ORGAN = introduced(EAST, WEST)
DATA = b"%PDF-1.7 simulated\nwith a line, and a secret"


def told(size: int) -> SubmittedMaterial:
    return SubmittedMaterial(
        code="form",
        content_digest=digest(DATA),
        size=size,
        media_type="application/pdf",
    )


def piece(data: bytes = DATA, *, first: int = 0, size: int | None = None) -> Piece:
    return Piece(CASES[0], told(first + len(data) if size is None else size), first, data)


def sealed(of: Piece | None = None, to: str = WEST) -> bytes:
    peer = WINDOW.peers.get(to, WINDOW.public)
    return seal_piece(of or piece(), own=WINDOW.own, peer=peer)


def code_of(wire: bytes) -> str:
    with pytest.raises(InteropError) as refused:
        open_piece(wire, directory=ORGAN.directory)
    return refused.value.code


@given(data=st.binary(min_size=1, max_size=64), chunks=st.integers(0, 3))
def test_a_piece_is_read_as_it_was_cut(data: bytes, chunks: int) -> None:
    given_ = piece(data, first=chunks * CHUNK_BYTES)
    found, window = open_piece(sealed(given_), directory=ORGAN.directory)
    assert (found, found.data, window.region) == (given_, data, EAST)


def test_the_largest_piece_fits_and_nothing_of_it_shows() -> None:
    data = (DATA * (READ_BYTES_MAX // len(DATA) + 1))[:READ_BYTES_MAX]
    wire = sealed(piece(data))
    assert len(wire) <= PIECE_BYTES_MAX
    assert open_piece(wire, directory=ORGAN.directory)[0].data == data
    clear = (b"secret", b'"form"', digest(DATA).encode(), b"application/pdf")
    assert not any(text in wire for text in clear)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (piece(first=1), "first"),
        (piece(b""), "data"),
        (piece(b"x" * (READ_BYTES_MAX + 1)), "data"),
        (piece(size=len(DATA) - 1), "data"),
        (piece(size=len(DATA) + 1), "data"),
    ],
    ids=["off-a-chunk", "empty", "long", "past-the-end", "cut"],
)
def test_what_no_chunk_could_keep_is_malformed(bad: Piece, field: str) -> None:
    with pytest.raises(InteropError) as refused:
        open_piece(sealed(bad), directory=ORGAN.directory)
    assert (refused.value.code, refused.value.reason.field) == (
        "exchange-piece-malformed",
        field,
    )


def test_no_bit_of_it_can_be_changed() -> None:
    whole = sealed()
    for at in range(0, len(whole), 5):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises(InteropError):
            open_piece(bytes(changed), directory=ORGAN.directory)


@given(st.integers(0, len(sealed()) - 1))
def test_a_torn_one_is_refused(kept: int) -> None:
    with pytest.raises(InteropError):
        open_piece(sealed()[:kept], directory=ORGAN.directory)


def test_the_body_of_another_piece_does_not_pass_under_a_header() -> None:
    header, other = sealed().partition(b"\n")[0], sealed().partition(b"\n")[2]
    assert code_of(header + b"\n" + other) == "exchange-piece-altered"


def test_it_is_for_one_gateway_of_one_environment() -> None:
    foreign = replace(WINDOW.own, env="prod" if WINDOW.own.env != "prod" else "test")
    elsewhere = seal_piece(piece(), own=foreign, peer=WINDOW.peers[WEST])
    assert code_of(elsewhere) == "exchange-wrong-env"
    assert code_of(sealed(to=EAST)) == "exchange-wrong-recipient"


def test_a_gateway_that_is_not_in_the_registry_brings_nothing() -> None:
    stranger, organ = introduced(SOUTH, WEST)
    wire = seal_piece(piece(), own=stranger.own, peer=stranger.peers[WEST])
    assert open_piece(wire, directory=organ.directory)[1].region == SOUTH
    with pytest.raises(TrustError):
        open_piece(wire, directory=ORGAN.directory)


def signed(change: Callable[[dict[str, Json]], None], typ: str = PIECE_TYP) -> bytes:
    body = encrypt(b"{}\nx", WINDOW.peers[WEST].encryption).encode()
    header: dict[str, Json] = {
        "v": 1,
        "env": WINDOW.own.env,
        "from": EAST,
        "to": WEST,
        "case": CASES[0],
        "body": digest(body),
    }
    change(header)
    return (
        sign_compact(canonical_bytes(header), WINDOW.own.signer, typ=typ).encode()
        + b"\n"
        + body
    )


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (signed(lambda _: None), "record-invalid"),
        (signed(lambda _: None, typ="yrd-batch+jwt"), "exchange-wrong-type"),
        (signed(lambda h: h.update(body="md5:00")), "exchange-piece-altered"),
        (signed(lambda h: h.update(body=digest(b""))), "exchange-piece-altered"),
        (signed(lambda h: h.update(v=2)), "record-invalid"),
        (signed(lambda h: h.update(more="x")), "record-invalid"),
    ],
    ids=["no-label", "other-type", "weak-digest", "other-digest", "version", "more"],
)
def test_what_is_signed_and_still_no_piece_is_refused(wire: bytes, code: str) -> None:
    assert code_of(wire) == code
