"""Matching ticket: moves a case to another region without a shared identifier.

Each region has names of its own for a person. The ticket says to one gateway, for one case,
once: the party of this case is the one I know. It carries a proof under a salt of its own,
so the receiving gateway, which has the number on the application, can check it and give the
person its own name; nothing in it can be compared with another ticket.
Source: RFC 7519; 个人信息保护法 第六条 (as little as needed).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from interop.crypto import base64url, sign_compact
from interop.crypto.algorithms import printable
from interop.crypto.jose import split, verify_with
from interop.errors import Reason, TrustError
from interop.federation.claims import Identifier, Instant, ProofClaim, Url, read_claims
from interop.federation.gates import read_agreed_header
from interop.federation.registry import TrustRegistry
from interop.federation.state_reasons import (
    TICKET_AUDIENCE,
    TICKET_CASE,
    TICKET_EXPIRED,
    TICKET_LIFETIME,
    TICKET_NOT_YET_VALID,
    TICKET_PARTY,
    TICKET_TYP,
    TICKET_USED,
)
from interop.federation.subject import is_proved, prove
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.party import Party, PartyKind
from interop.model.ports import Env, ReplayStore, Signer
from interop.model.sensitive import Sensitive

TICKET_JOSE_TYP: Final = "matching-ticket+jwt"
TICKET_LIFE_S_MAX: Final = 600
ID_BYTES: Final = 24
SALT_BYTES: Final = 32

CaseNumber = Annotated[str, Meta(min_length=1, max_length=64)]


class TicketClaims(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Claims of a matching ticket; instants are seconds since 1970, UTC.

    Attributes:
        iss: The gateway that hands the case over.
        aud: The one gateway that may redeem it.
        iat: When it was issued.
        exp: When it expires, exclusive.
        jti: Names the ticket; redeemed once.
        case: Number of the case.
        kind: Natural person or organisation.
        proof: Ties the ticket to the identifier declared on the application.
    """

    iss: Url
    aud: Url
    iat: Instant
    exp: Instant
    jti: Identifier
    case: CaseNumber
    kind: PartyKind
    proof: ProofClaim

    def __repr__(self) -> str:
        return f"TicketClaims(jti={self.jti!r})"


@dataclass(frozen=True, slots=True)
class TicketOffice:
    """Who issues tickets.

    Attributes:
        issuer: This gateway, as the registry names it.
        signer: Its signing key.
        env: Written into the signed header.
        entropy: Returns that many random bytes.
    """

    issuer: str
    signer: Signer
    env: Env
    entropy: Callable[[int], bytes] = field(repr=False)

    def issue(self, party: Party, *, case: str, audience: str, now: datetime) -> Sensitive:
        """Return a ticket for ``party`` of ``case``, good for ten minutes.

        Args:
            party: As declared on the application.
            case: Number of the case.
            audience: The gateway that takes it over.
            now: The present instant, aware.
        """
        proof = prove(party, salt=self.entropy(SALT_BYTES))
        claims = TicketClaims(
            iss=self.issuer,
            aud=audience,
            iat=int(now.timestamp()),
            exp=int(now.timestamp()) + TICKET_LIFE_S_MAX,
            jti=base64url.encode(self.entropy(ID_BYTES)),
            case=case,
            kind=party.kind,
            proof=ProofClaim(salt=proof.salt, mac=proof.mac),
        )
        members: Json = msgspec.to_builtins(claims)
        return Sensitive(
            sign_compact(
                canonical_bytes(members),
                self.signer,
                typ=TICKET_JOSE_TYP,
                header={"env": self.env},
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """What a ticket is held against.

    Attributes:
        audience: This gateway's own audience.
        case: The case that arrived with it.
        party: As declared on that case.
        now: The present instant, aware.
    """

    audience: str
    case: str
    party: Party
    now: datetime


def redeem_ticket(
    token: str, registry: TrustRegistry, *, at: Redemption, replay: ReplayStore
) -> str:
    """Return the digest of a ticket that fits, and use it up.

    A ticket that does not fit is not used up.

    Raises:
        TrustError: ``ticket-…``, every reason at once; or a code of form, issuer or key.
    """
    registry.require_valid(at.now)
    compact = split(token)
    header = read_agreed_header(compact.header, env=registry.env)
    if header.typ != TICKET_JOSE_TYP:
        raise TrustError(TICKET_TYP.of(field="typ", got=printable(header.typ)))
    claims = read_claims(compact.payload, TicketClaims)
    issuer = registry.issuer(claims.iss)
    issuer.require_role("gateway")
    key = issuer.key(header.kid, now=at.now)
    verify_with(compact, header, key.key)
    key.require_signing(datetime.fromtimestamp(claims.iat, UTC))
    if reasons := tuple(_problems(claims, at)):
        raise TrustError(*reasons)
    until = datetime.fromtimestamp(claims.exp, UTC) + timedelta(seconds=SKEW_S_MAX)
    if not replay.first_use(claims.iss, claims.jti, until=until, now=at.now):
        raise TrustError(TICKET_USED.of(field="jti"))
    return digest(compact.signed)


def _problems(claims: TicketClaims, at: Redemption) -> Iterator[Reason]:
    now, term = int(at.now.timestamp()), claims.exp - claims.iat
    if claims.aud != at.audience:
        got = printable(claims.aud)
        yield TICKET_AUDIENCE.of(field="aud", expected=at.audience, got=got)
    if claims.case != at.case:
        yield TICKET_CASE.of(field="case")
    if claims.iat - now > SKEW_S_MAX:
        yield TICKET_NOT_YET_VALID.of(field="iat", got=claims.iat - now)
    if now >= claims.exp + SKEW_S_MAX:
        yield TICKET_EXPIRED.of(field="exp")
    if not 0 < term <= TICKET_LIFE_S_MAX:
        yield TICKET_LIFETIME.of(field="exp", expected=TICKET_LIFE_S_MAX, got=term)
    if claims.kind != at.party.kind or not is_proved(claims.proof.record(), at.party):
        yield TICKET_PARTY.of(field="proof")
