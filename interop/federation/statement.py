"""Entity statements of OpenID Federation 1.0, read strictly; nothing is verified yet.

A statement says what one entity (iss) vouches for about another (sub). Of an entity about
itself it is an entity configuration. Trust marks are not evaluated.
Source: OpenID Federation 1.0 sections 3.1 and 3.2; RFC 7515.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct

from interop.crypto.algorithms import printable
from interop.crypto.jose import Compact, Header, parse_header, split
from interop.errors import TrustError
from interop.federation.chain_memory import (
    STATEMENT_BYTES_MAX,
    Memory,
    slow_json,
    strict_json,
)
from interop.federation.chain_reasons import (
    CHAIN_HINTS,
    STATEMENT_CRIT,
    STATEMENT_DATES,
    STATEMENT_DUPLICATE,
    STATEMENT_HEADER,
    STATEMENT_IDENTIFIER,
    STATEMENT_KID_MISSING,
    STATEMENT_LIFETIME,
    STATEMENT_MALFORMED,
    STATEMENT_MISSING,
    STATEMENT_NOT_SELF,
    STATEMENT_PLACE,
    STATEMENT_POLICY_CRIT,
    STATEMENT_TYP,
    STATEMENT_TYP_MISSING,
    STATEMENT_TYPE,
)
from interop.federation.claims import Instant
from interop.federation.hot_claims import read_base64url
from interop.federation.policy.operators import OPERATORS

STATEMENT_TYP_NAME: Final = "entity-statement+jwt"
STATEMENT_TTL_S_MAX: Final = 366 * 86_400
HINTS_MAX: Final = 16
IDENTIFIER_CHARS_MAX: Final = 255
# A chain inside a header says nothing that is not proved by the statements themselves.
IGNORED_HEADERS: Final = frozenset({"trust_chain", "peer_trust_chain"})

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter: no IP address; there are two at least: no bare host.
_HOST: Final = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?"
ENTITY: Final = re.compile(
    rf"https://({_HOST})(?::[1-9][0-9]{{0,4}})?(?:/[A-Za-z0-9._~/-]*)?", re.ASCII
)
Identifier = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_CHARS_MAX)]
Names = Annotated[tuple[Annotated[str, Meta(max_length=128)], ...], Meta(min_length=1)]
Hints = Annotated[tuple[Identifier, ...], Meta(min_length=1)]
ABSENT: Final = Raw(b"")


class StatementClaims(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a statement says; open objects stay the bytes they came as.

    Attributes:
        iss: Who says it.
        sub: About whom.
        iat: When it was issued, seconds since 1970.
        exp: From when it is not accepted.
        jwks: Federation keys of ``sub``.
        authority_hints: Immediate superiors; in configurations alone.
        metadata: By entity type.
        metadata_policy: By entity type; in a superior's statement alone.
        metadata_policy_crit: Operators that have to be understood.
        constraints: On what is below; in a superior's statement alone.
        crit: Claims that have to be understood.
    """

    iss: Identifier
    sub: Identifier
    iat: Instant
    exp: Instant
    jwks: Raw
    authority_hints: Hints | None = None
    metadata: Raw = ABSENT
    metadata_policy: Raw = ABSENT
    metadata_policy_crit: Names | None = None
    constraints: Raw = ABSENT
    crit: Names | None = None
    # Read for their form and not acted upon.
    source_endpoint: Raw = ABSENT
    trust_anchor_hints: Raw = ABSENT
    trust_marks: Raw = ABSENT
    trust_mark_issuers: Raw = ABSENT
    trust_mark_owners: Raw = ABSENT


REQUIRED: Final = ("iss", "sub", "iat", "exp", "jwks")
_UNUSED: Final = (
    *("source_endpoint", "trust_anchor_hints", "trust_marks"),
    *("trust_mark_issuers", "trust_mark_owners"),
)
_BELOW_ONLY: Final = ("metadata_policy", "metadata_policy_crit", "constraints")
_SELF_ONLY: Final = (
    *("authority_hints", "trust_anchor_hints", "trust_marks"),
    *("trust_mark_issuers", "trust_mark_owners"),
)
_DECODER: Final = msgspec.json.Decoder(StatementClaims)
_ENCODER: Final = msgspec.json.Encoder()

Headers = Memory[bytes, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement taken apart; only its form has been checked.

    Attributes:
        claims: What it says.
        alg: Algorithm of its header.
        kid: Key of its header.
        place: Where it stands among those handed in, for reasons.
        head: The header as it was spelled.
        signed: What the signature is over.
        signature: The signature.
    """

    claims: StatementClaims
    alg: str
    kid: str
    place: str
    head: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def is_configuration(self) -> bool:
        """Return whether the entity speaks of itself."""
        return self.claims.iss == self.claims.sub


def read_statement(token: str, *, place: str, headers: Headers) -> Statement:
    """Return what ``token`` holds.

    Args:
        token: Compact JWS of at most 48 KiB.
        place: Where it stands, for the reason.
        headers: Headers of statements that were accepted before.

    Raises:
        TrustError: A code of form (``jws-…``, ``base64url-…``) or ``statement-…``.
    """
    if len(token) > STATEMENT_BYTES_MAX or not token.isascii():
        split(token, bytes_max=STATEMENT_BYTES_MAX)
    raw = token.encode("ascii", "replace")
    signed, _, last = raw.rpartition(b".")
    head, _, body = signed.partition(b".")
    named = headers.get(head)
    try:
        if named is None:
            named = _named(parse_header(read_base64url(head)), place)
        payload, signature = read_base64url(body), read_base64url(last)
    except (ValueError, TrustError):
        # The slow way words what is wrong with the form before anything else is judged.
        compact = split(token, bytes_max=STATEMENT_BYTES_MAX)
        named = _named(parse_header(compact.header), place)
        return _taken(compact, named, place, head)
    claims = _claims(payload, place)
    return Statement(claims, named[0], named[1], place, head, signed, signature)


def host_of(entity: str) -> str:
    """Return the domain name in an entity identifier."""
    found = ENTITY.fullmatch(entity)
    return found[1] if found else ""


def require_entity(entity: str, place: str) -> None:
    """Refuse what is no entity identifier.

    Raises:
        TrustError: ``statement-identifier``.
    """
    if len(entity) > IDENTIFIER_CHARS_MAX or not ENTITY.fullmatch(entity):
        raise TrustError(STATEMENT_IDENTIFIER.of(field=place, got=printable(entity)))


def _taken(compact: Compact, named: tuple[str, str], place: str, head: bytes) -> Statement:
    claims = _claims(compact.payload, place)
    return Statement(claims, named[0], named[1], place, head, compact.signed, compact.signature)


def _named(header: Header, place: str) -> tuple[str, str]:
    where = f"{place}.header"
    if header.typ != STATEMENT_TYP_NAME:
        row = STATEMENT_TYP if header.typ else STATEMENT_TYP_MISSING
        got = printable(header.typ)
        raise TrustError(row.of(field=where, expected=STATEMENT_TYP_NAME, got=got))
    if not header.kid:
        raise TrustError(STATEMENT_KID_MISSING.of(field=where))
    for name in header.extra.keys() - IGNORED_HEADERS:
        raise TrustError(STATEMENT_HEADER.of(field=where, got=printable(name)))
    return header.alg, header.kid


def _claims(payload: bytes, place: str) -> StatementClaims:
    try:
        claims = _DECODER.decode(payload)
    except (ValueError, RecursionError) as fault:
        raise _unfit(payload, place, fault) from None
    # As in the hot path: no claim has a shorter spelling than the encoder's, so a member that
    # stands twice makes the payload longer. Open objects are read strictly one by one.
    if len(_ENCODER.encode(claims)) != len(payload):
        slow_json(payload, place)
    _require_sound(claims, place)
    return claims


def _unfit(payload: bytes, place: str, fault: Exception) -> TrustError:
    members = slow_json(payload, place)
    if not isinstance(members, dict):
        return TrustError(STATEMENT_MALFORMED.of(field=place, got="no object"))
    for name in REQUIRED:
        if name not in members:
            return TrustError(STATEMENT_MISSING.of(field=f"{place}.{name}"))
    return TrustError(STATEMENT_TYPE.of(field=place, got=fault))


def _require_sound(claims: StatementClaims, place: str) -> None:
    for entity in {claims.iss, claims.sub}:
        require_entity(entity, place)
    lifetime = claims.exp - claims.iat
    if not 0 < lifetime <= STATEMENT_TTL_S_MAX:
        row = STATEMENT_LIFETIME if lifetime > 0 else STATEMENT_DATES
        raise TrustError(row.of(field=place, expected=STATEMENT_TTL_S_MAX, got=lifetime))
    if claims.crit is not None:
        got = printable(claims.crit[0])
        raise TrustError(STATEMENT_CRIT.of(field=f"{place}.crit", got=got))
    configuration = claims.iss == claims.sub
    row = STATEMENT_PLACE if configuration else STATEMENT_NOT_SELF
    for name in _BELOW_ONLY if configuration else _SELF_ONLY:
        if getattr(claims, name) not in (None, ABSENT):
            raise TrustError(row.of(field=place, got=name))
    _require_lists(claims, place)
    for name in _UNUSED:
        data = getattr(claims, name)
        if data is not ABSENT:
            strict_json(bytes(data), f"{place}.{name}")


def _require_lists(claims: StatementClaims, place: str) -> None:
    hints = claims.authority_hints or ()
    if len(hints) > HINTS_MAX:
        where = f"{place}.authority_hints"
        raise TrustError(CHAIN_HINTS.of(field=where, expected=HINTS_MAX, got=len(hints)))
    for hint in hints:
        require_entity(hint, f"{place}.authority_hints")
    if len({*hints}) != len(hints):
        raise TrustError(STATEMENT_DUPLICATE.of(field=f"{place}.authority_hints"))
    for name in claims.metadata_policy_crit or ():
        if name in OPERATORS:
            where = f"{place}.metadata_policy_crit"
            raise TrustError(STATEMENT_POLICY_CRIT.of(field=where, got=name))
