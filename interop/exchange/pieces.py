"""One piece of a content of a material: what travels wherever its organ cannot fetch it.

A piece is signed by the window and encrypted to the organ, and names case, material, digest
and place inside: it matters neither who carries it nor in which order or how often it comes.
Its wire is two lines, the signed header and the encrypted body that the header names by digest.
"""

from dataclasses import dataclass, field
from typing import Final

from pydantic import Field

from interop.crypto.jose import sign_compact, split
from interop.crypto.jwe import decrypt, encrypt
from interop.crypto.profile import digest_of
from interop.errors import ExchangeError
from interop.exchange.batch import Correspondent, Directory, Own, require_for
from interop.exchange.envelope import IDENTIFIER_CHARS_MAX
from interop.exchange.reasons import PIECE_ALTERED, PIECE_MALFORMED
from interop.model.canonical import ALGORITHMS, digest
from interop.model.case import SubmittedMaterial
from interop.model.ports import Env
from interop.model.record import Record
from interop.store.materials import CHUNK_BYTES, READ_BYTES_MAX

PIECE_TYP: Final = "yrd-piece+jwt"
PIECE_HEADER_CHARS_MAX: Final = 4 * 1024
# A mebibyte in four letters for three bytes, with its label and header.
PIECE_BYTES_MAX: Final = 2 * 1024 * 1024
DIGEST_CHARS_MAX: Final = 128
BREAK: Final = b"\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a content.

    Attributes:
        case: Case number.
        told: The material as the window declared it: code, digest, size, media type.
        first: Place of the first byte; a whole number of chunks.
        data: The bytes, at most 1 MiB.
    """

    case: str
    told: SubmittedMaterial
    first: int
    data: bytes = field(repr=False)

    @property
    def end(self) -> int:
        """Return the place after the last byte."""
        return self.first + len(self.data)


class _Header(Record):
    """What is signed, and may be read on the way: ``body`` is the digest of the second line."""

    v: int = Field(default=1, ge=1, le=1)
    env: Env
    sender: str = Field(alias="from")
    to: str
    case: str = Field(max_length=IDENTIFIER_CHARS_MAX)
    body: str = Field(max_length=DIGEST_CHARS_MAX)


class _Label(Record):
    """What only the organ reads, before the bytes."""

    told: SubmittedMaterial
    first: int = Field(ge=0)


def seal_piece(piece: Piece, *, own: Own, peer: Correspondent) -> bytes:
    """Return the wire of a piece for ``peer``; each time other bytes, with the same inside."""
    label = _Label(told=piece.told, first=piece.first).to_bytes()
    body = encrypt(label + BREAK + piece.data, peer.encryption).encode()
    header = _Header.model_validate(
        {
            "env": own.env,
            "from": own.region,
            "to": peer.region,
            "case": piece.case,
            "body": digest(body, algorithm=digest_of(own.signer.alg)),
        }
    )
    token = sign_compact(header.to_bytes(), own.signer, typ=PIECE_TYP)
    return token.encode() + BREAK + body


def signed_line(data: bytes) -> str:
    """Return what the window signed of a piece."""
    return data.partition(BREAK)[0].decode("ascii", "replace")


def open_piece(data: bytes, *, directory: Directory) -> tuple[Piece, Correspondent]:
    """Return a piece and the window that signed it.

    Raises:
        ExchangeError: It is not for us, malformed, or its body is another one.
        TrustError: The peer is unknown, its signature does not verify, or the body does not
            open.
    """
    token, body = signed_line(data), data.partition(BREAK)[2]
    # INVARIANT: what is not verified yet only refuses, and chooses whose keys are tried.
    claimed = _header(split(token, bytes_max=PIECE_HEADER_CHARS_MAX).payload)
    require_for(directory.own, env=claimed.env, to=claimed.to)
    peer = directory.find(claimed.sender)
    header = _header(peer.verify(token, typ=PIECE_TYP, chars_max=PIECE_HEADER_CHARS_MAX))
    if peer.region != header.sender:
        # A gateway that serves wider than its own region still speaks in its own name.
        raise _malformed("from", peer.region, header.sender)
    if len(body) > PIECE_BYTES_MAX or not _is(body, header.body):
        raise ExchangeError(PIECE_ALTERED.of(field="body"))
    plain = decrypt(body.decode("ascii", "replace"), directory.own.decryption)
    return _piece(header.case, plain), peer


def _piece(case: str, plain: bytes) -> Piece:
    named, _, data = plain.partition(BREAK)
    label = _Label.from_json(named, error=ExchangeError, field="label")
    piece = Piece(case, label.told, label.first, data)
    # INVARIANT: a piece begins where a chunk does, so that what is held ends there too.
    if piece.first % CHUNK_BYTES:
        raise _malformed("first", f"n*{CHUNK_BYTES}", piece.first)
    if not 0 < len(data) <= READ_BYTES_MAX or piece.end > piece.told.size:
        raise _malformed("data", f"1..{READ_BYTES_MAX}", len(data))
    if len(data) % CHUNK_BYTES and piece.end != piece.told.size:
        raise _malformed("data", f"n*{CHUNK_BYTES}", len(data))
    return piece


def _is(body: bytes, stated: str) -> bool:
    by = stated.partition(":")[0]
    return by in ALGORITHMS and digest(body, algorithm=by) == stated


def _header(payload: bytes) -> _Header:
    return _Header.from_json(payload, error=ExchangeError, field="header")


def _malformed(field_: str, expected: object, got: object) -> ExchangeError:
    return ExchangeError(PIECE_MALFORMED.of(field=field_, expected=expected, got=got))
