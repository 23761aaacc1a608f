"""The gates of a token: passed one after the other, since each needs what came before.

Source: RFC 8725, RFC 9068 section 4.
"""

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Final, Generic, TypeVar

from interop.crypto import Header
from interop.crypto.algorithms import printable
from interop.crypto.jose import Compact, parse_header, split, verify_with
from interop.errors import TrustError
from interop.federation.claims import (
    ACCESS_TYP,
    LOGOUT_TYP,
    AccessClaims,
    IdClaims,
    LogoutClaims,
    TokenClaims,
    peek_issuer,
    read_claims,
)
from interop.federation.files import TokenType
from interop.federation.reasons import (
    TOKEN_HEADER_UNKNOWN,
    TOKEN_KID_MISSING,
    TOKEN_OTHER_ENV,
    TOKEN_TYP,
)
from interop.federation.registry import IssuerEntry, TrustRegistry
from interop.federation.token_reasons import NEED_LEVEL_UNKNOWN
from interop.federation.trusted_key import TrustedKey
from interop.model.party import AssuranceLevel
from interop.model.ports import Env

HEADER_AGREED: Final = frozenset({"env"})
RANKS: Final[Mapping[AssuranceLevel, int]] = {level: level.rank for level in AssuranceLevel}

C = TypeVar("C", bound=TokenClaims)
C_co = TypeVar("C_co", bound=TokenClaims, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an item asks of a login.

    Attributes:
        level: Least assurance level.
        age_s_max: Longest time since the person proved themselves, seconds; None if any.
        scope: Words that the token's scope must hold, parted by spaces.
        loa: The least level by name, for whoever writes it as text.
        max_age_s: ``age_s_max`` by the name of RFC 9470.
        rank: Rank of ``level``.

    Raises:
        TrustError: ``need-level-unknown``.
    """

    level: AssuranceLevel = AssuranceLevel.LOW
    age_s_max: int | None = None
    scope: str = ""
    loa: InitVar[str | None] = None
    max_age_s: InitVar[int | None] = None
    rank: int = field(init=False, repr=False, compare=False)

    def __post_init__(self, loa: str | None, max_age_s: int | None) -> None:
        if loa is not None:
            object.__setattr__(self, "level", _level(loa))
        if max_age_s is not None:
            object.__setattr__(self, "age_s_max", max_age_s)
        object.__setattr__(self, "rank", RANKS[self.level])


def _level(name: str) -> AssuranceLevel:
    for level in AssuranceLevel:
        if level == name:
            return level
    known = ", ".join(AssuranceLevel)
    raise TrustError(
        NEED_LEVEL_UNKNOWN.of(field="loa", expected=known, got=printable(str(name)))
    )


@dataclass(frozen=True, slots=True)
class TokenKind(Generic[C]):
    """One kind of token.

    Attributes:
        name: Its name in ``token_types`` of the registry.
        typs: ``typ`` values of its header; empty text if the header has none.
        claims: What it says.
    """

    name: TokenType
    typs: tuple[str, ...]
    claims: type[C]


# RFC 9068 section 4 gives the type two names.
ACCESS: Final = TokenKind("at+jwt", (ACCESS_TYP, f"application/{ACCESS_TYP}"), AccessClaims)
# OpenID Connect asks for no typ; providers write none or JWT.
IDENTITY: Final = TokenKind("id_token", ("", "JWT"), IdClaims)
LOGOUT: Final = TokenKind("logout+jwt", (LOGOUT_TYP,), LogoutClaims)


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
class Examination(Generic[C_co]):
    """What the gates have found out about one token, in their order."""

    token: str
    frame: Frame
    kind: TokenKind[C_co]
    compact: Compact = field(init=False)
    header: Header = field(init=False)
    issuer: IssuerEntry = field(init=False)
    key: TrustedKey = field(init=False)
    claims: C_co = field(init=False)

    @property
    def now_s(self) -> int:
        """Return the present instant in seconds since 1970, UTC."""
        return int(self.frame.now.timestamp())


def read_agreed_header(
    data: bytes, *, env: Env, aliases: frozenset[str] = frozenset()
) -> Header:
    """Return the header in ``data`` if it names a key, our env or none, and nothing else.

    Other names of algorithms, ``aliases``, are read here and held to the key when it verifies.

    Raises:
        TrustError: ``token-kid-missing``, ``token-header-unknown``, ``token-other-env``, or
            a code of the header's form.
    """
    header = parse_header(data, aliases=aliases)
    if not header.kid:
        raise TrustError(TOKEN_KID_MISSING.of(field="kid"))
    for name in sorted(header.extra.keys() - HEADER_AGREED):
        raise TrustError(TOKEN_HEADER_UNKNOWN.of(field="header", got=printable(name)))
    stated = header.extra.get("env", env)
    if stated != env:
        got = printable(str(stated))
        raise TrustError(TOKEN_OTHER_ENV.of(field="env", expected=env, got=got))
    return header


def pass_clock(seen: Examination[TokenClaims]) -> None:
    """Refuse a clock without a zone or outside the registry's term."""
    seen.frame.registry.require_valid(seen.frame.now)


def pass_form(seen: Examination[TokenClaims]) -> None:
    """Refuse everything but one compact JWS of at most 64 KiB."""
    seen.compact = split(seen.token)


def pass_header(seen: Examination[TokenClaims]) -> None:
    """Refuse an unsound header, one without kid, and members that are not agreed."""
    registry = seen.frame.registry
    seen.header = read_agreed_header(
        seen.compact.header, env=registry.env, aliases=registry.aliases
    )


def pass_typ(seen: Examination[TokenClaims]) -> None:
    """Refuse every other kind of object: an id_token is no access token."""
    typs = seen.kind.typs
    if seen.header.typ not in typs:
        got = printable(seen.header.typ)
        raise TrustError(TOKEN_TYP.of(field="typ", expected=" | ".join(typs), got=got))


def pass_issuer(seen: Examination[TokenClaims]) -> None:
    """Refuse issuers that are unknown, of another env, or not registered to issue this."""
    issuer = seen.frame.registry.issuer(peek_issuer(seen.compact.payload))
    issuer.require_role("idp", "hub")
    issuer.require_type(seen.kind.name)
    seen.issuer = issuer


def pass_key(seen: Examination[TokenClaims]) -> None:
    """Refuse keys that this issuer has not, or that are revoked, early or past."""
    seen.key = seen.issuer.key(seen.header.kid, now=seen.frame.now)


def pass_signature(seen: Examination[TokenClaims]) -> None:
    """Refuse what the issuer's key did not sign with the key's one algorithm."""
    verify_with(seen.compact, seen.header, seen.key.key)


def pass_claims(seen: Examination[TokenClaims]) -> None:
    """Refuse claims that are malformed, doubled, unknown, missing or out of bounds."""
    seen.claims = read_claims(seen.compact.payload, seen.kind.claims)


Gate = Callable[[Examination[TokenClaims]], None]

# INVARIANT: the order is fixed; each gate needs what the gates above it found.
GATES: Final[tuple[tuple[str, Gate], ...]] = (
    ("clock", pass_clock),
    ("form", pass_form),
    ("header", pass_header),
    ("typ", pass_typ),
    ("issuer", pass_issuer),
    ("key", pass_key),
    ("signature", pass_signature),
    ("claims", pass_claims),
)
