"""Claims of an access token as the hot path reads them: types first, texts afterwards.

They are :class:`AccessClaims` without its patterns, which cost more than reading does; the
hot path holds all texts against one pattern instead. They are in no cycle, so the collector of
garbage need not know of them (gc=False).
"""

from typing import Final

import msgspec
from msgspec import Struct

from interop.errors import TrustError
from interop.federation.claims import CLAIMS_BYTES_MAX, Instant, read_members
from interop.model.party import PartyKind

# "!" stands in no alphabet, so the decoder refuses what it replaces.
_URL_SAFE: Final = bytes.maketrans(b'-_+/="\\', b"+/!!!!!")
# By characters over a multiple of four: padding, and last characters without stray bits.
_QUOTED: Final = (b'"%b"', b'"%b!"', b'"%b=="', b'"%b="')
_LAST: Final = (b"", b"", b"AQgw", b"AEIMQUYcgkosw048")


class HotProof(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """:class:`ProofClaim` without its patterns."""

    salt: str
    mac: str

    def __repr__(self) -> str:
        return "HotProof(***)"


class HotAgent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """:class:`AgentClaim` without its patterns; a chain does not decode."""

    sub: str
    kind: PartyKind
    proof: HotProof

    def __repr__(self) -> str:
        return "HotAgent(***)"


class HotConfirmation(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """:class:`ConfirmationClaim` without its pattern."""

    jkt: str


class HotMayAct(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """:class:`MayActClaim` without its patterns."""

    sub: str
    iss: str | None = None

    def __repr__(self) -> str:
        return "HotMayAct(***)"


class HotClaims(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
):
    """:class:`AccessClaims` with types alone, for the hot path, which checks the texts itself.

    No member may hold a float or an open object: :func:`read_hot` rests on that.
    """

    iss: str
    sub: str
    aud: str
    iat: Instant
    exp: Instant
    nbf: Instant | None = None
    jti: str
    auth_time: Instant
    acr: str
    kind: PartyKind
    proof: HotProof
    act: HotAgent | None = None
    region: str | None = None
    source: str | None = None
    scope: str | None = None
    client_id: str | None = None
    cnf: HotConfirmation | None = None
    may_act: HotMayAct | None = None
    sid: str | None = None

    def __repr__(self) -> str:
        return f"HotClaims(jti={self.jti!r})"


def read_base64url(part: bytes) -> bytes:
    """Return what canonical base64url spells.

    Raises:
        ValueError: It is none.
    """
    over = len(part) & 3
    if over and part[-1] not in _LAST[over]:
        msg = "stray bits"
        raise ValueError(msg)
    try:
        return _BYTES.decode(_QUOTED[over] % part.translate(_URL_SAFE))
    except msgspec.DecodeError:
        raise ValueError from None


def read_hot(payload: bytes) -> HotClaims | None:
    """Return the claims in ``payload`` if they are sound JSON of these types, else None.

    Every text has still to be held against what it may be.
    """
    if len(payload) > CLAIMS_BYTES_MAX:
        return None
    try:
        claims = _HOT.decode(payload)
        # Nothing in the claims has a shorter spelling than the encoder's, so the payload is
        # as short only if no member stands twice: the decoder would take the last of two.
        if len(_ENCODER.encode(claims)) != len(payload):
            read_members(payload)
    except (msgspec.DecodeError, TrustError):
        return None
    return claims


_BYTES: Final = msgspec.json.Decoder(bytes)
_HOT: Final = msgspec.json.Decoder(HotClaims)
_ENCODER: Final = msgspec.json.Encoder()
