"""The gates of a token: passed one after the other, since each needs what came before.

Source: RFC 8725, RFC 9068 section 4.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from interop.crypto import Header
from interop.crypto.algorithms import printable
from interop.crypto.jose import Compact, parse_header, split, verify_with
from interop.errors import TrustError
from interop.federation.claims import ACCESS_TYP, AccessClaims, peek_issuer, read_claims
from interop.federation.reasons import (
    TOKEN_HEADER_UNKNOWN,
    TOKEN_KID_MISSING,
    TOKEN_OTHER_ENV,
    TOKEN_PROOF_OF_POSSESSION,
    TOKEN_TYP,
)
from interop.federation.registry import IssuerEntry, TrustedKey, TrustRegistry
from interop.model.party import AssuranceLevel
from interop.model.ports import Env

HEADER_AGREED: Final = frozenset({"env"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an item asks of a login.

    Attributes:
        level: Least assurance level.
        age_s_max: Longest time since the person proved themselves, seconds; None if any.
    """

    level: AssuranceLevel = AssuranceLevel.LOW
    age_s_max: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What a token is held against.

    Attributes:
        registry: Whom to believe.
        audience: This gateway's own audience.
        now: The present instant, aware.
        need: What the item asks for.
    """

    registry: TrustRegistry
    audience: str
    now: datetime
    need: Need


@dataclass(slots=True, repr=False)
class Examination:
    """What the gates have found out about one token, in their order."""

    token: str
    frame: Frame
    compact: Compact = field(init=False)
    header: Header = field(init=False)
    issuer: IssuerEntry = field(init=False)
    key: TrustedKey = field(init=False)
    claims: AccessClaims = field(init=False)

    @property
    def region(self) -> str:
        """Return the region the token was issued for."""
        return self.claims.region or self.issuer.region

    @property
    def now_s(self) -> int:
        """Return the present instant in seconds since 1970, UTC."""
        return int(self.frame.now.timestamp())


def read_agreed_header(data: bytes, *, env: Env) -> Header:
    """Return the header in ``data`` if it names a key, our env or none, and nothing else.

    Raises:
        TrustError: ``token-kid-missing``, ``token-header-unknown``, ``token-other-env``, or
            a code of the header's form.
    """
    header = parse_header(data)
    if not header.kid:
        raise TrustError(TOKEN_KID_MISSING.of(field="kid"))
    for name in sorted(header.extra.keys() - HEADER_AGREED):
        raise TrustError(TOKEN_HEADER_UNKNOWN.of(field="header", got=printable(name)))
    stated = header.extra.get("env", env)
    if stated != env:
        got = printable(str(stated))
        raise TrustError(TOKEN_OTHER_ENV.of(field="env", expected=env, got=got))
    return header


def pass_clock(seen: Examination) -> None:
    """Refuse a clock without a zone or outside the registry's days."""
    seen.frame.registry.require_valid(seen.frame.now)


def pass_form(seen: Examination) -> None:
    """Refuse everything but one compact JWS of at most 64 KiB."""
    seen.compact = split(seen.token)


def pass_header(seen: Examination) -> None:
    """Refuse an unsound header, one without kid, and members that are not agreed."""
    seen.header = read_agreed_header(seen.compact.header, env=seen.frame.registry.env)


def pass_typ(seen: Examination) -> None:
    """Refuse every kind of object but an access token: an id_token is none."""
    if seen.header.typ != ACCESS_TYP:
        got = printable(seen.header.typ)
        raise TrustError(TOKEN_TYP.of(field="typ", expected=ACCESS_TYP, got=got))


def pass_issuer(seen: Examination) -> None:
    """Refuse issuers that are unknown, of another env, or not registered to issue this."""
    issuer = seen.frame.registry.issuer(peek_issuer(seen.compact.payload))
    issuer.require_role("idp", "hub")
    seen.issuer = issuer


def pass_key(seen: Examination) -> None:
    """Refuse keys that this issuer has not, or that are revoked, early or past."""
    seen.key = seen.issuer.key(seen.header.kid, now=seen.frame.now)


def pass_signature(seen: Examination) -> None:
    """Refuse what the issuer's key did not sign with the key's one algorithm."""
    verify_with(seen.compact, seen.header, seen.key.key)


def pass_claims(seen: Examination) -> None:
    """Refuse claims that are malformed, doubled, unknown, missing or out of bounds."""
    claims = read_claims(seen.compact.payload, AccessClaims)
    if claims.cnf is not None:
        raise TrustError(TOKEN_PROOF_OF_POSSESSION.of(field="cnf"))
    seen.claims = claims


# INVARIANT: the order is fixed; each gate needs what the gates above it found.
GATES: Final[tuple[tuple[str, Callable[[Examination], None]], ...]] = (
    ("clock", pass_clock),
    ("form", pass_form),
    ("header", pass_header),
    ("typ", pass_typ),
    ("issuer", pass_issuer),
    ("key", pass_key),
    ("signature", pass_signature),
    ("claims", pass_claims),
)
