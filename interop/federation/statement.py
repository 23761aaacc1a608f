"""Entity statements of OpenID Federation 1.0, read strictly; nothing is verified yet.

A statement says what one entity (iss) vouches for about another (sub). Of an entity about
itself it is an entity configuration. Trust marks are not evaluated.
Source: OpenID Federation 1.0 sections 3.1 and 3.2; RFC 7515.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from operator import attrgetter
from typing import Annotated, Final, NamedTuple, cast

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from interop.crypto.algorithms import printable
from interop.crypto.jose import Header, parse_header, split
from interop.errors import TrustError
from interop.federation.chain_constraints import Constraints
from interop.federation.chain_keys import KeySet
from interop.federation.chain_memory import (
    STATEMENT_BYTES_MAX,
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
    STATEMENT_METADATA,
    STATEMENT_MISSING,
    STATEMENT_NOT_SELF,
    STATEMENT_PLACE,
    STATEMENT_POLICY_CRIT,
    STATEMENT_REGISTRATION,
    STATEMENT_TYP,
    STATEMENT_TYP_MISSING,
    STATEMENT_TYPE,
)
from interop.federation.claims import Instant
from interop.federation.policy import read_metadata
from interop.federation.policy.operators import OPERATORS
from interop.model.canonical import Json

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
    rf"https://{_HOST}(?::[1-9][0-9]{{0,4}})?(?:/[A-Za-z0-9._~/-]*)?", re.ASCII
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
        trust_anchor: Read only to be refused by name.
    """

    iss: Identifier
    sub: Identifier
    iat: Instant
    exp: Instant
    jwks: Raw
    authority_hints: Hints | UnsetType = UNSET
    metadata: Raw = ABSENT
    metadata_policy: Raw = ABSENT
    metadata_policy_crit: Names | UnsetType = UNSET
    constraints: Raw = ABSENT
    crit: Names | UnsetType = UNSET
    trust_anchor: Raw = ABSENT
    # Read for their form and not acted upon.
    source_endpoint: Raw = ABSENT
    trust_anchor_hints: Raw = ABSENT
    trust_marks: Raw = ABSENT
    trust_mark_issuers: Raw = ABSENT
    trust_mark_owners: Raw = ABSENT


REQUIRED: Final = ("iss", "sub", "iat", "exp", "jwks")


class _Names:
    """Claims that are looked for together: most statements have none of them."""

    __slots__ = ("_names", "_none", "_values")

    def __init__(self, *names: str) -> None:
        self._names, self._values = names, attrgetter(*names)
        defaults = {f.name: f.default for f in msgspec.structs.fields(StatementClaims)}
        self._none = tuple(defaults[name] for name in names)

    def given(self, claims: StatementClaims) -> list[str]:
        """Return those that ``claims`` has."""
        held = self._values(claims)
        if held == self._none:
            return []
        pairs = zip(self._names, held, self._none, strict=True)
        return [name for name, value, none in pairs if value is not none]


_MARKS: Final = (
    *("trust_anchor_hints", "trust_marks"),
    *("trust_mark_issuers", "trust_mark_owners"),
)
_UNUSED: Final = _Names("source_endpoint", *_MARKS)
_BELOW_ONLY: Final = _Names(
    *("metadata_policy", "metadata_policy_crit", "constraints", "source_endpoint")
)
_SELF_ONLY: Final = _Names("authority_hints", *_MARKS)
_DECODER: Final = msgspec.json.Decoder(StatementClaims)
_ENCODER: Final = msgspec.json.Encoder()

Objects = Mapping[str, Mapping[str, Json]]


class Statement(NamedTuple):
    """A statement taken apart; only its form has been checked.

    Attributes:
        claims: What it says.
        alg: Algorithm of its header.
        kid: Key of its header.
        signed: What the signature is over.
        digest: SHA-256 of it.
        signature: The signature.
        keys: Federation keys of the subject.
        metadata: By entity type; not to be changed.
        policy: Metadata policy as bytes; empty if there is none.
        constraints: On what is below; None if there are none.
    """

    claims: StatementClaims
    alg: str
    kid: str
    signed: bytes
    digest: bytes
    signature: bytes
    keys: KeySet
    metadata: Objects
    policy: bytes
    constraints: Constraints | None

    @property
    def place(self) -> str:
        """Return what it is, for reasons: who speaks of whom."""
        return f"{self.claims.iss} > {self.claims.sub}"

    def __repr__(self) -> str:
        return f"Statement({self.place!r})"


def read_statement(token: str, *, place: str) -> Statement:
    """Return what ``token`` holds.

    Args:
        token: Compact JWS of at most 48 KiB.
        place: Where it stands, for the reason.

    Raises:
        TrustError: A code of form (``jws-…``, ``base64url-…``), ``key-private``,
            ``constraint-malformed`` or ``statement-…``.
        PolicyError: ``invalid_metadata`` for a parameter that is null.
    """
    compact = split(token, bytes_max=STATEMENT_BYTES_MAX)
    header = _require_named(parse_header(compact.header), place)
    claims = _claims(compact.payload, place)
    jwks = strict_json(bytes(claims.jwks), f"{place}.jwks")
    constraints = None
    if claims.constraints is not ABSENT:
        where = f"{place}.constraints"
        constraints = Constraints.read(
            strict_json(bytes(claims.constraints), where), field=where
        )
    return Statement(
        claims,
        header.alg,
        header.kid,
        compact.signed,
        sha256(compact.signed).digest(),
        compact.signature,
        KeySet.read(jwks, field=f"{place}.jwks"),
        _objects(claims.metadata, f"{place}.metadata"),
        bytes(claims.metadata_policy),
        constraints,
    )


def is_entity(text: str) -> bool:
    """Return whether ``text`` is an entity identifier: https, a domain name, no query."""
    return len(text) <= IDENTIFIER_CHARS_MAX and ENTITY.fullmatch(text) is not None


def require_entity(entity: str, place: str) -> None:
    """Refuse what is no entity identifier.

    Raises:
        TrustError: ``statement-identifier``.
    """
    if not is_entity(entity):
        raise TrustError(STATEMENT_IDENTIFIER.of(field=place, got=printable(entity)))


def _require_named(header: Header, place: str) -> Header:
    where = f"{place}.header"
    if header.typ != STATEMENT_TYP_NAME:
        row = STATEMENT_TYP if header.typ else STATEMENT_TYP_MISSING
        got = printable(header.typ)
        raise TrustError(row.of(field=where, expected=STATEMENT_TYP_NAME, got=got))
    if not header.kid:
        raise TrustError(STATEMENT_KID_MISSING.of(field=where))
    for name in header.extra.keys() - IGNORED_HEADERS:
        raise TrustError(STATEMENT_HEADER.of(field=where, got=printable(name)))
    return header


def _objects(raw: Raw, where: str) -> Objects:
    value = {} if raw is ABSENT else strict_json(bytes(raw), where)
    if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
        raise TrustError(STATEMENT_METADATA.of(field=where))
    objects = cast("Objects", value)
    for parameters in objects.values():
        # Strict JSON already, so only a null parameter is left to be refused.
        if None in parameters.values():
            read_metadata(parameters)
    return objects


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
    require_entity(claims.iss, place)
    configuration = claims.iss == claims.sub
    if not configuration:
        require_entity(claims.sub, place)
    lifetime = claims.exp - claims.iat
    if not 0 < lifetime <= STATEMENT_TTL_S_MAX:
        row = STATEMENT_LIFETIME if lifetime > 0 else STATEMENT_DATES
        raise TrustError(row.of(field=place, expected=STATEMENT_TTL_S_MAX, got=lifetime))
    if claims.crit is not UNSET:
        got = printable(claims.crit[0])
        raise TrustError(STATEMENT_CRIT.of(field=f"{place}.crit", got=got))
    if claims.trust_anchor is not ABSENT:
        raise TrustError(STATEMENT_REGISTRATION.of(field=place))
    misplaced = (_BELOW_ONLY if configuration else _SELF_ONLY).given(claims)
    if misplaced:
        row = STATEMENT_PLACE if configuration else STATEMENT_NOT_SELF
        raise TrustError(row.of(field=place, got=misplaced[0]))
    if claims.authority_hints is not UNSET or claims.metadata_policy_crit is not UNSET:
        _require_lists(claims, place)
    for name in _UNUSED.given(claims):
        strict_json(bytes(getattr(claims, name)), f"{place}.{name}")


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
