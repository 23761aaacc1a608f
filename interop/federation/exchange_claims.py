"""What an exchanged token says (exchanged+jwt), and how the two meet: a token as presented.

An exchanged token is of a type of its own: nobody can take it for a login, and whoever
accepts it weighs the gateway that issued it as well as the provider that logged in.
Source: RFC 8693 sections 4.1 (act), 4.2 (scope) and 4.4 (may_act); RFC 8725 section 3.11.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from interop.federation.claims import (
    ConfirmationClaim,
    Identifier,
    Instant,
    ProofClaim,
    Region,
    Subject,
    Url,
)
from interop.model.party import Actor, PartyKind, Principal
from interop.model.sensitive import Sensitive

EXCHANGED_TYP: Final = "exchanged+jwt"
EXCHANGED_TTL_S_MAX: Final = 300
# Natural persons that may stand in one chain, the one who acts now included.
CHAIN_MAX: Final = 3
# Exchanges a login may go through, one after the other.
DEPTH_MAX: Final = 3
SCOPES_MAX: Final = 32

Level = Literal["low", "substantial", "high"]
Scope = Annotated[str, Meta(max_length=1000, pattern=r"^[\x21\x23-\x5B\x5D-\x7E ]*\Z")]


class ActClaim(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who acts, and inside it who acted before; the outermost acts now.

    Attributes:
        iss: Who names the person so.
        sub: Pairwise identifier for the audience of the token.
        kind: Must be ``person``.
        proof: Ties the person to the declared identifier.
        act: Who acted before.
    """

    iss: Url
    sub: Subject
    kind: PartyKind
    proof: ProofClaim
    act: "ActClaim | None" = None

    def __repr__(self) -> str:
        return "ActClaim(***)"


class ExchangedClaims(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Claims of an exchanged token; instants are seconds since 1970, UTC.

    Attributes:
        iss: The gateway that exchanged.
        sub: Pairwise identifier for the audience.
        aud: The one gateway it is for.
        iat: When it was issued.
        exp: When it expires, exclusive; never after the tokens it was made from.
        jti: Names the token.
        auth_time: When the person proved themselves, at the provider.
        level: Assurance level, at most that of the tokens it was made from.
        kind: Natural person or organisation.
        proof: Ties the party to the declared identifier.
        act: Who acts, the chain kept in order.
        region: Region that the login was issued for.
        scope: What it may be used for, separated by spaces.
        path: The provider, then every gateway that exchanged; the last is ``iss``.
        depth_left: How often it may be exchanged again.
        client_id: Application it was issued to; not weighed.
        cnf: The key it is bound to, that of the token it was made from; None for no key.
    """

    iss: Url
    sub: Subject
    aud: Url
    iat: Instant
    exp: Instant
    jti: Identifier
    auth_time: Instant
    level: Level
    kind: PartyKind
    proof: ProofClaim
    act: ActClaim | None = None
    region: Region
    scope: Scope = ""
    path: Annotated[tuple[Url, ...], Meta(min_length=2, max_length=DEPTH_MAX + 1)]
    depth_left: Annotated[int, Meta(ge=0, le=DEPTH_MAX)]
    client_id: Subject | None = None
    cnf: ConfirmationClaim | None = None

    def __repr__(self) -> str:
        return f"ExchangedClaims(jti={self.jti!r})"


@dataclass(frozen=True, slots=True)
class Link:
    """One natural person in a chain, and who names them so."""

    issuer: str
    actor: Actor

    @property
    def name(self) -> tuple[str, str]:
        """Return what tells this person from others in a chain; never shown."""
        return self.issuer, self.actor.subject.reveal()


@dataclass(frozen=True, slots=True)
class MayAct:
    """Who may act for the subject of a token."""

    issuer: str
    subject: Sensitive


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A verified token as the exchange sees it.

    Attributes:
        principal: Who, how surely, by which path of trust.
        audience: Whom it is for.
        expires_at: When it expires; aware.
        scope: What it may be used for.
        chain: Who acts for the subject, the present actor first.
        path: Who issued it, the provider first.
        depth_left: How often it may be exchanged; None for a login, where policy decides.
        may_act: Who may act for the subject, if anybody.
        bound: Whether it is tied to a key of its holder.
        jkt: Thumbprint of that key, proved to be at hand; empty if it is not bound.
        session: Session at the provider, if it says.
    """

    principal: Principal
    audience: str
    expires_at: datetime
    scope: frozenset[str] = frozenset()
    chain: tuple[Link, ...] = ()
    path: tuple[str, ...]
    depth_left: int | None = None
    may_act: MayAct | None = None
    bound: bool = False
    jkt: str = ""
    session: Sensitive | None = field(default=None)

    @property
    def name(self) -> tuple[str, str]:
        """Return what tells its subject from others; never shown."""
        return self.path[-1], self.principal.actor.subject.reveal()


def read_scope(text: str) -> frozenset[str]:
    """Return the scope tokens in ``text``."""
    return frozenset(text.split())


def write_scope(scope: frozenset[str]) -> str:
    """Return ``scope`` as text, in order."""
    return " ".join(sorted(scope))
