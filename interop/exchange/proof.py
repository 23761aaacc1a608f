"""Prove one message alone: its envelope, its way up the tree, the header that was signed.

Whoever has the registry can verify it; no other message of the batch is shown.
Source: RFC 9162 section 2.1.3 (inclusion proofs).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from pydantic import Field

from interop.crypto import merkle
from interop.crypto.jose import split
from interop.errors import ExchangeError
from interop.exchange.batch import (
    BATCH_TYP,
    ENVELOPES_MAX,
    HEADER_CHARS_MAX,
    BatchHeader,
    Signatory,
)
from interop.exchange.envelope import Envelope
from interop.exchange.reasons import PROOF_UNKNOWN, PROOF_WRONG
from interop.model.canonical import ALGORITHMS, canonical_bytes, read_json
from interop.model.record import Record
from interop.store import inbox
from interop.store.letters import letter_at
from interop.store.tx import Tx

PATH_MAX: Final = 16
HEX_CHARS: Final = 64

FindSigner = Callable[[str, datetime], Signatory]


class EnvelopeProof(Record):
    """Everything that is needed to verify one message.

    Attributes:
        v: Version of this format.
        header: Header of the batch, as its sender signed it.
        envelope: The message as it came, encrypted.
        index: Its place in the batch, from 0.
        path: Hashes on its way up the tree, lowest first, in hexadecimal.
    """

    v: int = Field(default=1, ge=1, le=1)
    header: str = Field(max_length=HEADER_CHARS_MAX)
    envelope: Envelope
    index: int = Field(ge=0, lt=ENVELOPES_MAX)
    path: tuple[str, ...] = Field(max_length=PATH_MAX)


def prove(tx: Tx, *, peer: str, lane: int, seq: int) -> EnvelopeProof:
    """Return the proof that ``peer`` sent a message; what was refused is proven as well.

    Raises:
        ExchangeError: ``exchange-proof-unknown``: it was not received, not kept, or the key
            of its case is destroyed.
    """
    unknown = ExchangeError(PROOF_UNKNOWN.of(field=f"{peer}/{lane}", got=seq))
    found = inbox.received(tx, peer, lane, seq)
    answer = None if found is None else inbox.answered(tx, peer, lane, first=found.first)
    if found is None or answer is None or not answer.header:
        raise unknown
    letter = None if found.body is not None else letter_at(tx, peer, lane, seq)
    body = found.body or (letter.body if letter else None)
    if body is None:
        raise unknown
    leaves = [one.leaf for one in inbox.received_in(tx, peer, lane, answer)]
    by, index = answer.root.partition(":")[0], seq - answer.first
    envelope = Envelope.from_json(body, error=ExchangeError, field="envelope")
    if merkle.leaf(envelope.to_bytes(), algorithm=by) != leaves[index]:
        # A dead letter that was told again: the envelope that came here first is gone.
        raise unknown
    path = merkle.proof(leaves, index, algorithm=by)
    return EnvelopeProof(
        header=answer.header.decode(),
        envelope=envelope,
        index=index,
        path=tuple(part.hex() for part in path),
    )


def verify_proof(data: bytes, *, find: FindSigner) -> tuple[BatchHeader, Envelope]:
    """Return what a proof proves: who sent which envelope, in which batch.

    Args:
        data: The proof, as JSON.
        find: Returns a region's gateway as the registry showed it at an instant.

    Raises:
        ExchangeError: ``exchange-proof-wrong``, ``exchange-unknown-key``, or malformed.
        TrustError: The sender is unknown, or its signature does not verify.
    """
    proof = EnvelopeProof.from_json(data, error=ExchangeError, field="proof")
    # One spelling of each value, instants too, so that what was shown is what was proven.
    if canonical_bytes(read_json(data, error=ExchangeError, field="proof")) != proof.to_bytes():
        raise ExchangeError(PROOF_WRONG.of(field="proof"))
    claimed = _header(split(proof.header, bytes_max=HEADER_CHARS_MAX).payload)
    sender = find(claimed.sender, claimed.at)
    header = _header(sender.verify(proof.header, typ=BATCH_TYP, chars_max=HEADER_CHARS_MAX))
    envelope = proof.envelope
    expected = (header.sender, header.first + proof.index)
    if (envelope.source, envelope.sequence) != expected:
        raise ExchangeError(PROOF_WRONG.of(field="envelope"))
    by, _, root = header.root.partition(":")
    leaf = merkle.leaf(envelope.to_bytes(), algorithm=by if by in ALGORITHMS else "sha-256")
    path = tuple(_hash(part) for part in proof.path)
    held = merkle.verify(leaf, proof.index, header.n, path, _hash(root), algorithm=by)
    if not held:
        raise ExchangeError(PROOF_WRONG.of(field="path"))
    return header, envelope


def _header(payload: bytes) -> BatchHeader:
    return BatchHeader.from_json(payload, error=ExchangeError, field="header")


def _hash(text: str) -> bytes:
    # One spelling of each hash: no digit may be changed unseen.
    if len(text) != HEX_CHARS or not set(text) <= set("0123456789abcdef"):
        raise ExchangeError(PROOF_WRONG.of(field="path"))
    return bytes.fromhex(text)
