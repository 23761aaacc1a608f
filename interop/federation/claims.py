"""What tokens say, as closed types: an access token (at+jwt) and a mandate (mandate+jwt).

Source: RFC 7519, RFC 9068 (profile for access tokens), RFC 8693 section 4.1 (act).
"""

import re
from functools import cache
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from interop.errors import ReasonRow, TrustError
from interop.federation.reasons import (
    TOKEN_CLAIM_DUPLICATE,
    TOKEN_CLAIM_LIMIT,
    TOKEN_CLAIM_MISSING,
    TOKEN_CLAIM_TYPE,
    TOKEN_CLAIM_UNKNOWN,
    TOKEN_CLAIMS_MALFORMED,
)
from interop.model.canonical import DUPLICATE_KEY, Json, canonical_bytes, read_json
from interop.model.party import IdentityProof, PartyKind
from interop.model.reasons import JSON_TOO_LARGE

ACCESS_TYP: Final = "at+jwt"
MANDATE_TYP: Final = "mandate+jwt"
CLAIMS_BYTES_MAX: Final = 16 * 1024
# Year 9999: an instant that datetime can still hold after adding a skew.
INSTANT_S_MAX: Final = 253_370_764_800

Instant = Annotated[int, Meta(ge=0, le=INSTANT_S_MAX)]
Url = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
Identifier = Annotated[str, Meta(min_length=8, max_length=128, pattern=r"^[A-Za-z0-9._~:-]+$")]
Subject = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
Acr = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[\x20-\x7e]+$")]
Region = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
Base64Url = Annotated[str, Meta(min_length=22, max_length=86, pattern=r"^[A-Za-z0-9_-]+$")]
Item = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Purpose = Annotated[str, Meta(min_length=1, max_length=200)]
_NAME: Final = re.compile(r"[A-Za-z0-9_.#-]{1,40}")


class ProofClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """Salt and keyed digest that tie a party to a declared identifier; base64url."""

    salt: Base64Url
    mac: Base64Url

    def record(self) -> IdentityProof:
        """Return the proof as a record."""
        return IdentityProof(salt=self.salt, mac=self.mac)


class AgentClaim(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The natural person who acts (经办人); ``act`` inside would be a chain.

    Attributes:
        sub: Pairwise identifier.
        kind: Must be ``person``.
        proof: Ties the agent to the declared identifier.
        act: Read only to be refused by name.
    """

    sub: Subject
    kind: PartyKind
    proof: ProofClaim
    act: dict[str, object] | None = None

    def __repr__(self) -> str:
        return "AgentClaim(***)"


class AccessClaims(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Claims of an access token; instants are seconds since 1970, UTC.

    Attributes:
        iss: Issuer, compared byte for byte with the registry.
        sub: Pairwise identifier of the party in whose name the case is filed.
        aud: The one audience; a list is read only to be refused by name.
        iat: When it was issued.
        exp: When it expires, exclusive.
        nbf: When it becomes valid, if later than iat.
        jti: Names the token; with iss the key of every replay check.
        auth_time: When the person proved themselves.
        acr: How they proved themselves, in the issuer's own words.
        kind: Natural person or organisation.
        proof: Ties the party to the declared identifier.
        act: The natural person who acts for an organisation.
        region: Region issued for; without it the issuer's own (a hub must say it).
        client_id: Application the token was issued to (RFC 9068); not weighed.
        cnf: Key the token is bound to; read only to be refused by name.
    """

    iss: Url
    sub: Subject
    aud: str | list[str]
    iat: Instant
    exp: Instant
    nbf: Instant | None = None
    jti: Identifier
    auth_time: Instant
    acr: Acr
    kind: PartyKind
    proof: ProofClaim
    act: AgentClaim | None = None
    region: Region | None = None
    client_id: Subject | None = None
    cnf: dict[str, object] | None = None

    def __repr__(self) -> str:
        return f"AccessClaims(jti={self.jti!r})"


class PartyClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """A party of a mandate: its kind and what ties it to a declared identifier."""

    kind: PartyKind
    proof: ProofClaim


class MandateClaims(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Claims of a mandate (授权委托); instants are seconds since 1970, UTC.

    Attributes:
        iss: Issuer with the role ``mandate``.
        jti: Names the mandate.
        iat: When it was issued; valid from here.
        exp: When it expires, exclusive.
        principal: Who gives the mandate (委托人).
        agent: Who receives it (受托人).
        items: Service items it covers.
        regions: Region codes it covers, each with what lies below it.
        purpose: What for, in Chinese.
    """

    iss: Url
    jti: Identifier
    iat: Instant
    exp: Instant
    principal: PartyClaim
    agent: PartyClaim
    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=50)]
    regions: Annotated[tuple[Region, ...], Meta(min_length=1, max_length=50)]
    purpose: Purpose


class _OnlyIssuer(Struct):
    iss: Url


C = TypeVar("C", bound=Struct)


def peek_issuer(payload: bytes) -> str:
    """Return whom ``payload`` says it is from, to find the key; nothing is verified yet.

    Raises:
        TrustError: ``token-claims-malformed``.
    """
    try:
        return msgspec.json.decode(payload, type=_OnlyIssuer).iss
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise TrustError(TOKEN_CLAIMS_MALFORMED.of(field="iss", got="no issuer")) from None


def read_claims(payload: bytes, claims: type[C]) -> C:
    """Return the claims in ``payload``, read strictly.

    Duplicate members, floats, exponents and integers over 2^53 are refused; so are unknown
    and missing claims and text with control characters.

    Raises:
        TrustError: ``token-claims-malformed``, ``token-claim-duplicate``, ``-limit``,
            ``-unknown``, ``-missing`` or ``-type``.
    """
    members = _read_members(payload)
    known, required = _names(claims)
    if unknown := sorted(members.keys() - known):
        raise TrustError(TOKEN_CLAIM_UNKNOWN.of(field=_name(unknown[0])))
    for name in required:
        if name not in members:
            raise TrustError(TOKEN_CLAIM_MISSING.of(field=name))
    try:
        return msgspec.convert(members, claims, strict=True)
    except msgspec.ValidationError as fault:
        raise TrustError(TOKEN_CLAIM_TYPE.of(field="claims", got=fault)) from None


def write_claims(claims: AccessClaims | MandateClaims) -> bytes:
    """Return the canonical bytes of ``claims``."""
    members: Json = msgspec.to_builtins(claims)
    return canonical_bytes(members)


@cache
def _names(claims: type[Struct]) -> tuple[frozenset[str], tuple[str, ...]]:
    fields = msgspec.structs.fields(claims)
    required = tuple(field.encode_name for field in fields if field.required)
    return frozenset(field.encode_name for field in fields), required


def _read_members(payload: bytes) -> dict[str, Json]:
    try:
        value = read_json(payload, error=TrustError, bytes_max=CLAIMS_BYTES_MAX)
    except TrustError as fault:
        reason = fault.reason
        row: ReasonRow = TOKEN_CLAIMS_MALFORMED
        if reason.code == JSON_TOO_LARGE.code:
            row = TOKEN_CLAIM_LIMIT
        elif reason.got == DUPLICATE_KEY:
            row = TOKEN_CLAIM_DUPLICATE
        raise TrustError(
            row.of(field="claims", expected=reason.expected, got=reason.got)
        ) from None
    if not isinstance(value, dict):
        raise TrustError(TOKEN_CLAIMS_MALFORMED.of(field="claims", got="no object"))
    return value


def _name(text: str) -> str:
    return text if _NAME.fullmatch(text) else "?"
