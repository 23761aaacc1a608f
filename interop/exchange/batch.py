"""Batches: many envelopes, one signature over their Merkle root.

The signature covers ``{env, from, to, lane, epoch, first, n, root, prev_head, at}``; a third
party verifies one envelope with its Merkle path and the header alone.

Source: RFC 6962 section 2.1 (tree), RFC 7515 (JWS).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import AwareDatetime, Field

from interop.crypto.jose import read_header, sign_compact, split, verify_compact
from interop.crypto.keys import PrivateKey, PublicKey
from interop.crypto.merkle import leaf, root
from interop.errors import ExchangeError
from interop.exchange.envelope import Envelope
from interop.exchange.reasons import (
    BATCH_MALFORMED,
    ROOT_MISMATCH,
    UNKNOWN_KEY,
    WRONG_ENV,
    WRONG_RECIPIENT,
)
from interop.model.canonical import Json, canonical_bytes, read_json
from interop.model.ports import Env, Signer
from interop.model.record import Record

BATCH_TYP: Final = "yrd-batch+jwt"
ENVELOPES_MAX: Final = 500
BATCH_BYTES_MAX: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Own:
    """This gateway on a channel."""

    region: str
    env: Env
    signer: Signer
    decryption: PrivateKey


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A peer gateway as the trust registry knows it at this moment.

    Attributes:
        region: Region code.
        signing: Public signing keys (JWK) by kid.
        encryption: Public key that bodies are encrypted to.
    """

    region: str
    signing: Mapping[str, Mapping[str, Json]]
    encryption: PublicKey

    def verify(self, token: str, *, typ: str) -> bytes:
        """Return the payload of a JWS that one of the peer's keys signed.

        Raises:
            ExchangeError: ``exchange-unknown-key`` or ``exchange-batch-malformed``.
            TrustError: The form or the signature is wrong.
        """
        outer = read_header(token, bytes_max=BATCH_BYTES_MAX)
        if outer.typ != typ:
            raise ExchangeError(BATCH_MALFORMED.of(field="typ", expected=typ, got=outer.typ))
        jwk = self.signing.get(outer.kid)
        if jwk is None:
            raise ExchangeError(UNKNOWN_KEY.of(field=self.region, got=outer.kid))
        return verify_compact(token, jwk, alg=str(jwk["alg"]))


@dataclass(frozen=True, slots=True)
class Directory:
    """This gateway and how to find the peers that the trust registry knows.

    Attributes:
        own: This gateway.
        find: Returns the peer of a region code as of now; raises TrustError if there is none.
    """

    own: Own
    find: Callable[[str], Correspondent]


class BatchHeader(Record):
    """What is signed. ``prev_head`` is the root of the batch before, empty for the first."""

    v: int = Field(ge=1, le=1)
    env: Env
    sender: str = Field(alias="from")
    to: str
    lane: int = Field(ge=0)
    epoch: int = Field(ge=1)
    first: int = Field(ge=1)
    n: int = Field(ge=1, le=ENVELOPES_MAX)
    root: str
    prev_head: str
    at: AwareDatetime


class Batch(Record):
    """A verified batch."""

    header: BatchHeader
    envelopes: tuple[Envelope, ...]


class _Wire(Record):
    header: str
    envelopes: tuple[Envelope, ...] = Field(min_length=1, max_length=ENVELOPES_MAX)


def tree_root(envelopes: tuple[Envelope, ...]) -> str:
    """Return ``sha-256:hex`` of the Merkle root over the canonical envelopes."""
    return "sha-256:" + root([leaf(envelope.to_bytes()) for envelope in envelopes]).hex()


def seal_batch(
    header: BatchHeader, envelopes: tuple[Envelope, ...], *, signer: Signer
) -> bytes:
    """Return the bytes of a batch; the same bytes go out on every retry."""
    token = sign_compact(header.to_bytes(), signer, typ=BATCH_TYP)
    wire: Json = {"header": token, "envelopes": [e.revealed() for e in envelopes]}
    return canonical_bytes(wire)


def open_batch(data: bytes, *, directory: Directory) -> Batch:
    """Return the batch if it is for us, from a peer we know, and whole.

    Raises:
        ExchangeError: Malformed, unknown peer or key, wrong env or recipient, other root.
        TrustError: The signature does not verify.
    """
    value = read_json(data, error=ExchangeError, field="batch", bytes_max=BATCH_BYTES_MAX)
    wire = _Wire.from_value(value, error=ExchangeError, field="batch")
    own, header = directory.own, _verified_header(wire.header, directory)
    if header.env != own.env:
        raise ExchangeError(WRONG_ENV.of(field="env", expected=own.env, got=header.env))
    if header.to != own.region:
        raise ExchangeError(WRONG_RECIPIENT.of(field="to", expected=own.region, got=header.to))
    numbers = [envelope.sequence for envelope in wire.envelopes]
    if numbers != list(range(header.first, header.first + header.n)):
        raise ExchangeError(
            BATCH_MALFORMED.of(
                field="sequence", expected=f"{header.first}+{header.n}", got="other"
            )
        )
    if any(envelope.source != header.sender for envelope in wire.envelopes):
        raise ExchangeError(BATCH_MALFORMED.of(field="source", expected="from", got="other"))
    if tree_root(wire.envelopes) != header.root:
        raise ExchangeError(ROOT_MISMATCH.of(field="root"))
    return Batch(header=header, envelopes=wire.envelopes)


def _verified_header(token: str, directory: Directory) -> BatchHeader:
    # The sender named in the payload only chooses whose keys are tried.
    claimed = BatchHeader.from_json(split(token).payload, error=ExchangeError, field="header")
    payload = directory.find(claimed.sender).verify(token, typ=BATCH_TYP)
    return BatchHeader.from_json(payload, error=ExchangeError, field="header")
