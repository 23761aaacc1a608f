"""What tokens say, as closed types: access, identity and logout tokens, proofs, mandates.

Source: RFC 7519, RFC 9068 (profile for access tokens), RFC 8693 sections 4.1 (act) and 4.4
(may_act), RFC 9449 (DPoP), OpenID Connect Core 1.0 section 2, OpenID Connect Back-Channel
Logout 1.0 sections 2.1 (sid) and 2.4.
"""

import re
from functools import cache
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from interop.errors import Reason, ReasonRow, TrustError
from interop.federation.reasons import (
    TOKEN_CLAIM_DUPLICATE,
    TOKEN_CLAIM_LIMIT,
    TOKEN_CLAIM_MISSING,
    TOKEN_CLAIM_NUMBER,
    TOKEN_CLAIM_TYPE,
    TOKEN_CLAIM_UNKNOWN,
    TOKEN_CLAIMS_DEPTH,
    TOKEN_CLAIMS_ENCODING,
    TOKEN_CLAIMS_MALFORMED,
    TOKEN_CLAIMS_NOT_OBJECT,
)
from interop.model.canonical import DUPLICATE_KEY, Json, canonical_bytes, read_json
from interop.model.party import IdentityProof, PartyKind
from interop.model.reasons import JSON_TOO_LARGE

ACCESS_TYP: Final = "at+jwt"
MANDATE_TYP: Final = "mandate+jwt"
LOGOUT_TYP: Final = "logout+jwt"
PROOF_TYP: Final = "dpop+jwt"
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
CLAIMS_BYTES_MAX: Final = 16 * 1024
# Year 9999: an instant that datetime can still hold after adding a skew.
INSTANT_S_MAX: Final = 253_370_764_800

Instant = Annotated[int, Meta(ge=0, le=INSTANT_S_MAX)]
Url = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+\Z")]
Identifier = Annotated[str, Meta(min_length=8, max_length=128, pattern=r"^[A-Za-z0-9._~:-]+\Z")]
Subject = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+\Z")]
Acr = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[\x20-\x7e]+\Z")]
Region = Annotated[str, Meta(pattern=r"^[0-9]{6}\Z")]
Base64Url = Annotated[str, Meta(min_length=22, max_length=86, pattern=r"^[A-Za-z0-9_-]+\Z")]
Item = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+\Z")]
Purpose = Annotated[str, Meta(min_length=1, max_length=200)]
Thumbprint = Annotated[str, Meta(min_length=43, max_length=43, pattern=r"^[A-Za-z0-9_-]+\Z")]
HalfHash = Annotated[str, Meta(min_length=22, max_length=43, pattern=r"^[A-Za-z0-9_-]+\Z")]
Scope = Annotated[
    str,
    Meta(max_length=1000, pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*\Z"),
]
Opaque = Annotated[str, Meta(min_length=1, max_length=512, pattern=r"^[\x21-\x7e]+\Z")]
# What the reader of JSON says first, and the row that says it of claims.
MALFORMED: Final = {
    DUPLICATE_KEY: TOKEN_CLAIM_DUPLICATE,
    "invalid UTF-8": TOKEN_CLAIMS_ENCODING,
    "Unexpected UTF-8 BOM": TOKEN_CLAIMS_ENCODING,
    "number is not": TOKEN_CLAIM_NUMBER,
}
_NAME: Final = re.compile(r"[A-Za-z0-9_.#-]{1,40}")


class ProofClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """Salt and keyed digest that tie a party to a declared identifier; base64url."""

    salt: Base64Url
    mac: Base64Url

    def record(self) -> IdentityProof:
        """Return the proof as a record."""
        return IdentityProof(salt=self.salt, mac=self.mac)

    def __repr__(self) -> str:
        return "ProofClaim(***)"


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


class MayActClaim(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who may act for the subject of a token, once an exchange has made that person its actor.

    Attributes:
        sub: Pairwise identifier, as this token's audience knows the person.
        iss: Who names the person so; the token's own issuer if nobody is said.
    """

    sub: Subject
    iss: Url | None = None

    def __repr__(self) -> str:
        return "MayActClaim(***)"


class ConfirmationClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """The key a token is bound to: RFC 7638 thumbprint, SHA-256 (RFC 9449 section 6.1)."""

    jkt: Thumbprint


class TokenClaims(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """What every token says; instants are seconds since 1970, UTC.

    Attributes:
        iss: Issuer, compared byte for byte with the registry.
        aud: The one audience; a list is read only to be refused by name.
        iat: When it was issued.
        exp: When it expires, exclusive.
        nbf: When it becomes valid, if later than iat.
        jti: Names the token; with iss the key of every replay check.
    """

    iss: Url
    aud: str | list[str]
    iat: Instant
    exp: Instant
    nbf: Instant | None = None
    jti: Identifier

    def __repr__(self) -> str:
        return f"{type(self).__name__}(jti={self.jti!r})"


class AccessClaims(
    TokenClaims, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Claims of an access token (at+jwt).

    Attributes:
        sub: Pairwise identifier of the party in whose name the case is filed.
        auth_time: When the person proved themselves.
        acr: How they proved themselves, in the issuer's own words.
        kind: Natural person or organisation.
        proof: Ties the party to the declared identifier.
        act: The natural person who acts for an organisation.
        region: Region issued for; without it the issuer's own (a hub must say it).
        source: Of a hub's token: the registered source that proved the person.
        scope: What the token may be used for, words parted by one space.
        client_id: Application the token was issued to (RFC 9068); not weighed.
        cnf: Key the token is bound to; with it a proof of possession is needed.
        may_act: Who may act for the subject after an exchange; nobody without it.
        sid: Session at the provider, which a log-out can name.
    """

    sub: Subject
    auth_time: Instant
    acr: Acr
    kind: PartyKind
    proof: ProofClaim
    act: AgentClaim | None = None
    region: Region | None = None
    source: Acr | None = None
    scope: Scope | None = None
    client_id: Subject | None = None
    cnf: ConfirmationClaim | None = None
    may_act: MayActClaim | None = None
    sid: Opaque | None = None

    def __repr__(self) -> str:
        return f"AccessClaims(jti={self.jti!r})"


class IdClaims(
    AccessClaims, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Claims of an identity token (id_token): what a login itself brings back.

    Attributes:
        nonce: What the login was started with.
        at_hash: Left half of the hash of the access token that came along.
        c_hash: Left half of the hash of the authorization code that came along.
        azp: Whom it was issued to, if said; must be this gateway.
    """

    nonce: Opaque
    at_hash: HalfHash | None = None
    c_hash: HalfHash | None = None
    azp: Subject | None = None

    def __repr__(self) -> str:
        return f"IdClaims(jti={self.jti!r})"


class LogoutClaims(
    TokenClaims, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Claims of a logout token (logout+jwt).

    Attributes:
        events: Exactly the logout event, its value an empty object.
        sub: Whose sessions end; without ``sid`` all of them.
        sid: The one session that ends.
        nonce: Read only to be refused by name.
    """

    events: dict[str, dict[str, object]]
    sub: Subject | None = None
    sid: Opaque | None = None
    nonce: str | None = None

    def __repr__(self) -> str:
        return f"LogoutClaims(jti={self.jti!r})"


class PossessionClaims(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Claims of a proof of possession (dpop+jwt).

    Attributes:
        jti: Names the proof; used once.
        htm: Method of the request.
        htu: Address of the request, without query and fragment.
        iat: When it was made.
        ath: SHA-256 of the access token, base64url.
        nonce: What the gateway gave out, if it asks for one.
    """

    jti: Identifier
    htm: Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[A-Z]+\Z")]
    htu: Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"^[\x21-\x7e]+\Z")]
    iat: Instant
    ath: Thumbprint
    nonce: Opaque | None = None

    def __repr__(self) -> str:
        return f"PossessionClaims(jti={self.jti!r})"


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
        TrustError: ``token-claims-malformed``, or as :func:`read_members`.
    """
    try:
        return msgspec.json.decode(payload, type=_OnlyIssuer).iss
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        read_members(payload)
        raise TrustError(TOKEN_CLAIMS_MALFORMED.of(field="iss", got="no issuer")) from None


def read_claims(payload: bytes, claims: type[C]) -> C:
    """Return the claims in ``payload``, read strictly.

    Duplicate members, floats, exponents and integers over 2^53 are refused; so are unknown
    and missing claims and text with control characters.

    Raises:
        TrustError: As :func:`read_members`, or ``token-claim-unknown``, ``-missing`` or
            ``-type``.
    """
    members = read_members(payload)
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


def write_claims(claims: TokenClaims | MandateClaims | PossessionClaims) -> bytes:
    """Return the canonical bytes of ``claims``."""
    members: Json = msgspec.to_builtins(claims)
    return canonical_bytes(members)


@cache
def _names(claims: type[Struct]) -> tuple[frozenset[str], tuple[str, ...]]:
    fields = msgspec.structs.fields(claims)
    required = tuple(field.encode_name for field in fields if field.required)
    return frozenset(field.encode_name for field in fields), required


def read_members(payload: bytes) -> dict[str, Json]:
    """Return the members of ``payload``, read strictly.

    Raises:
        TrustError: ``token-claims-malformed``, ``-encoding``, ``-not-object`` or ``-depth``,
            ``token-claim-duplicate``, ``-number`` or ``-limit``.
    """
    try:
        value = read_json(payload, error=TrustError, bytes_max=CLAIMS_BYTES_MAX)
    except TrustError as fault:
        reason = fault.reason
        raise TrustError(
            _row_of(reason).of(field="claims", expected=reason.expected, got=reason.got)
        ) from None
    if not isinstance(value, dict):
        raise TrustError(TOKEN_CLAIMS_NOT_OBJECT.of(field="claims"))
    return value


def _row_of(reason: Reason) -> ReasonRow:
    if reason.code == JSON_TOO_LARGE.code:
        return {"depth": TOKEN_CLAIMS_DEPTH, "integer": TOKEN_CLAIM_NUMBER}.get(
            reason.got, TOKEN_CLAIM_LIMIT
        )
    for beginning, row in MALFORMED.items():
        if reason.got.startswith(beginning):
            return row
    return TOKEN_CLAIMS_MALFORMED


def _name(text: str) -> str:
    return text if _NAME.fullmatch(text) else "?"
