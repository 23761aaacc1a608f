"""Batches: many envelopes, one signature over their Merkle root.

The signature covers ``{v, env, from, to, lane, epoch, first, n, root, prev_head, at}``; a
third party verifies one envelope with its Merkle path and the header alone. A batch has one
spelling, the canonical one, so no two readers can read it differently.

Source: RFC 6962 section 2.1 (tree), RFC 7515 (JWS), RFC 8785 (canonical form).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydantic import AwareDatetime, Field

from interop.crypto.jose import parse_header, read_header, sign_compact, split, verify_with
from interop.crypto.jwe import Opener, Recipient
from interop.crypto.jwk import VerificationKey, import_public
from interop.crypto.merkle import leaf, root
from interop.crypto.profile import digest_of
from interop.errors import ExchangeError
from interop.exchange.envelope import Envelope
from interop.exchange.reasons import (
    BATCH_MALFORMED,
    ROOT_MISMATCH,
    UNKNOWN_KEY,
    WRONG_ENV,
    WRONG_RECIPIENT,
    WRONG_TYPE,
)
from interop.model.canonical import JSON_BYTES_MAX, Json, canonical_bytes, read_json
from interop.model.ports import Env, Signer
from interop.model.record import Record
from interop.store.lanes import LANES_MAX

BATCH_TYP: Final = "yrd-batch+jwt"
ENVELOPES_MAX: Final = 500
KEYS_KEPT_MAX: Final = 1_024
BATCH_BYTES_MAX: Final = JSON_BYTES_MAX
HEADER_CHARS_MAX: Final = 4 * 1024
# What stands around the envelopes: the header, and the two names with their punctuation.
FRAME_BYTES_MAX: Final = HEADER_CHARS_MAX + 64
# How the header stands at the end of a batch.
_HEADER: Final = b'"header":"'
_END: Final = b'"}'


def _known_to_nobody(_kid: str) -> bool:
    """Tell of no key but the present one that it still verifies."""
    return False


@dataclass(frozen=True, slots=True)
class Own:
    """This gateway on a channel.

    Attributes:
        region: Region code.
        env: Environment of its keys.
        signer: The key that it signs with now.
        decryption: The key that peers encrypt to now, and those that it has replaced.
        verifies: Whether, by the registry, what a key of ours has signed is accepted now.
    """

    region: str
    env: Env
    signer: Signer
    decryption: Opener
    verifies: Callable[[str], bool] = _known_to_nobody


@dataclass(frozen=True, slots=True)
class Signatory:
    """A gateway whose signatures are verified.

    Attributes:
        region: Region code.
        signing: Public signing keys (JWK) by kid.
    """

    region: str
    signing: Mapping[str, Mapping[str, Json]]

    def verify(self, token: str, *, typ: str, chars_max: int) -> bytes:
        """Return the payload of a JWS that one of the peer's keys signed.

        Raises:
            ExchangeError: ``exchange-wrong-type`` or ``exchange-unknown-key``.
            TrustError: The form or the signature is wrong, or over ``chars_max`` characters.
        """
        compact = split(token, bytes_max=chars_max)
        outer = parse_header(compact.header)
        if outer.typ != typ:
            raise ExchangeError(WRONG_TYPE.of(field="typ", expected=typ, got=outer.typ))
        jwk = self.signing.get(outer.kid)
        if jwk is None:
            raise ExchangeError(UNKNOWN_KEY.of(field=self.region, got=outer.kid))
        key = _imported(canonical_bytes(dict(jwk)), str(jwk.get("alg", "")))
        verify_with(compact, outer, key)
        return compact.payload


@dataclass(frozen=True, slots=True)
class Correspondent(Signatory):
    """A peer gateway as the trust registry knows it at this moment.

    Attributes:
        encryption: Public key that bodies are encrypted to.
    """

    encryption: Recipient


@lru_cache(maxsize=KEYS_KEPT_MAX)
def _imported(jwk: bytes, alg: str) -> VerificationKey:
    # Every batch, receipt and answer of a peer is signed with one of few keys.
    return import_public(json.loads(jwk), alg=alg)


@dataclass(frozen=True, slots=True)
class Directory:
    """This gateway and how to find the peers that the trust registry knows.

    Attributes:
        own: This gateway.
        find: Returns the peer of a region code as of now; raises TrustError if there is none.
        ours: Returns this gateway with every key ever listed for it that is not revoked: for
            what it once signed and a peer shows to it.
    """

    own: Own
    find: Callable[[str], Correspondent]
    ours: Callable[[], Signatory]


class BatchHeader(Record):
    """What is signed.

    ``prev_head`` is the root of the batch before, empty for the first. ``audit_n`` and
    ``audit_head`` are where the sender's audit chain stood: its checkpoint, which the
    receiver cosigns in the receipt. ``after`` stands only where numbers are missing before
    ``first``: the sender was restored and holds nothing between the two. ``at`` is when it
    was signed, so that the key is looked up as of then.
    """

    v: int = Field(ge=1, le=1)
    env: Env
    sender: str = Field(alias="from")
    to: str
    lane: int = Field(ge=0, lt=LANES_MAX)
    epoch: int = Field(ge=1)
    first: int = Field(ge=1)
    after: int | None = Field(default=None, ge=0)
    n: int = Field(ge=1, le=ENVELOPES_MAX)
    root: str
    prev_head: str
    audit_n: int = Field(default=0, ge=0)
    audit_head: str = ""
    at: AwareDatetime

    @property
    def follows(self) -> int:
        """Return the last number that its sender holds before ``first``."""
        return self.first - 1 if self.after is None else self.after


@dataclass(frozen=True, slots=True)
class Batch:
    """A verified batch.

    Attributes:
        header: What its sender signed.
        token: The header as it was signed.
        envelopes: What it carries.
        bodies: Their canonical bytes.
        leaves: Their leaf hashes, in the hash of the root.
    """

    header: BatchHeader
    token: str
    envelopes: tuple[Envelope, ...]
    bodies: tuple[bytes, ...]
    leaves: tuple[bytes, ...]


class _Wire(Record):
    header: str = Field(max_length=HEADER_CHARS_MAX)
    envelopes: tuple[Envelope, ...] = Field(min_length=1, max_length=ENVELOPES_MAX)


def tree_root(envelopes: Sequence[bytes], *, alg: str = "ES256") -> str:
    """Return ``algorithm:hex`` of the Merkle root over the canonical bytes of envelopes.

    Args:
        envelopes: Canonical bytes of each.
        alg: What the batch is signed with; the tree is hashed by the same family: SM3 under
            SM2, else SHA-256.
    """
    by = digest_of(alg)
    leaves = [leaf(envelope, algorithm=by) for envelope in envelopes]
    return f"{by}:{root(leaves, algorithm=by).hex()}"


def seal_batch(header: BatchHeader, envelopes: Sequence[bytes], *, signer: Signer) -> bytes:
    """Return the bytes of a batch; the same bytes go out on every retry.

    Args:
        header: What is signed.
        envelopes: Canonical bytes of the envelopes that the header counts.
        signer: The sender's key.
    """
    return _spelled(sign_compact(header.to_bytes(), signer, typ=BATCH_TYP), envelopes)


def open_batch(data: bytes, *, directory: Directory) -> Batch:
    """Return the batch if it is for us, from a peer we know, and whole.

    Raises:
        ExchangeError: Malformed, unknown key, wrong env or recipient, other root.
        TrustError: The peer is unknown, or the signature does not verify.
    """
    wire = _Wire.from_json(data, error=ExchangeError, field="batch")
    header = _verified_header(wire.header, directory)
    _require_order(header, wire.envelopes)
    bodies = tuple(envelope.to_bytes() for envelope in wire.envelopes)
    by = digest_of(read_header(wire.header, bytes_max=HEADER_CHARS_MAX).alg)
    leaves = tuple(leaf(body, algorithm=by) for body in bodies)
    if f"{by}:{root(leaves, algorithm=by).hex()}" != header.root:
        raise ExchangeError(ROOT_MISMATCH.of(field="root"))
    if _spelled(wire.header, bodies) != data:
        raise _malformed("batch", "canonical", "another spelling")
    return Batch(header, wire.header, wire.envelopes, bodies, leaves)


def claimed_lane(data: bytes) -> int:
    """Return the lane that a batch names, before anything of it is verified.

    Raises:
        ExchangeError: Malformed.
        TrustError: Malformed.
    """
    value = read_json(data, error=ExchangeError, field="batch", bytes_max=BATCH_BYTES_MAX)
    token = str(value.get("header", "")) if isinstance(value, dict) else ""
    payload = split(token, bytes_max=HEADER_CHARS_MAX).payload
    return BatchHeader.from_json(payload, error=ExchangeError, field="header").lane


def token_in(wire: bytes) -> str:
    """Return the header of a batch of our own as it is signed."""
    return wire.rpartition(_HEADER)[2][: -len(_END)].decode()


def header_in(wire: bytes) -> BatchHeader:
    """Return the header of a batch of our own, without reading its envelopes."""
    payload = split(token_in(wire), bytes_max=HEADER_CHARS_MAX).payload
    return BatchHeader.from_json(payload, error=ExchangeError, field="header")


def same_envelopes(wire: bytes, other: bytes) -> bool:
    """Return whether two batches hold the same, under whatever header."""
    return wire.rpartition(_HEADER)[0] == other.rpartition(_HEADER)[0]


def seal_anew(wire: bytes, header: BatchHeader, *, signer: Signer) -> bytes:
    """Return a batch of our own with the same envelopes under a header that is signed now."""
    token = sign_compact(header.to_bytes(), signer, typ=BATCH_TYP)
    return wire.rpartition(_HEADER)[0] + _HEADER + token.encode() + _END


def _spelled(token: str, envelopes: Sequence[bytes]) -> bytes:
    # The canonical form by hand, so that no envelope is written twice. A compact JWS holds
    # nothing that JSON escapes.
    return b'{"envelopes":[%b],%b%b%b' % (b",".join(envelopes), _HEADER, token.encode(), _END)


def _verified_header(token: str, directory: Directory) -> BatchHeader:
    # INVARIANT: what is not verified yet only refuses, and chooses whose keys are tried.
    payload = split(token, bytes_max=HEADER_CHARS_MAX).payload
    claimed = BatchHeader.from_json(payload, error=ExchangeError, field="header")
    require_for(directory.own, env=claimed.env, to=claimed.to)
    peer = directory.find(claimed.sender)
    if peer.region != claimed.sender:
        # A gateway that serves wider than its own region still speaks in its own name.
        raise _malformed("from", peer.region, claimed.sender)
    payload = peer.verify(token, typ=BATCH_TYP, chars_max=HEADER_CHARS_MAX)
    return BatchHeader.from_json(payload, error=ExchangeError, field="header")


def require_for(own: Own, *, env: Env, to: str) -> None:
    """Refuse what is meant for another environment or another gateway.

    Raises:
        ExchangeError: ``exchange-wrong-env`` or ``exchange-wrong-recipient``.
    """
    if env != own.env:
        raise ExchangeError(WRONG_ENV.of(field="env", expected=own.env, got=env))
    if to != own.region:
        raise ExchangeError(WRONG_RECIPIENT.of(field="to", expected=own.region, got=to))


def _require_order(header: BatchHeader, envelopes: Sequence[Envelope]) -> None:
    if header.after is not None and header.after >= header.first - 1:
        raise _malformed("after", f"< {header.first - 1}", header.after)
    if len(envelopes) != header.n:
        raise _malformed("n", len(envelopes), header.n)
    for sequence, envelope in enumerate(envelopes, start=header.first):
        if envelope.sequence != sequence:
            raise _malformed("envelopes.sequence", sequence, envelope.sequence)
        if envelope.source != header.sender:
            raise _malformed("envelopes.source", header.sender, envelope.source)


def _malformed(field: str, expected: object, got: object) -> ExchangeError:
    return ExchangeError(BATCH_MALFORMED.of(field=field, expected=expected, got=got))
