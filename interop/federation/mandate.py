"""Mandate (授权委托): a signed object of its own, never implied by a login.

The region that serves judges it: who gives it, to whom, for which items, where, until when,
up to which amount, and whether it was taken back.
Source: 民法典 第一百六十一条、第一百六十五条 (代理; a mandate names the agent, the
matters, the powers and the term).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from interop.crypto.algorithms import printable
from interop.crypto.jose import Compact, split, verify_with
from interop.errors import Reason, TrustError
from interop.federation.claims import (
    MANDATE_TYP,
    PartyClaim,
    peek_issuer,
    read_claims,
)
from interop.federation.gates import read_agreed_header
from interop.federation.mandate_claims import MandateTerms
from interop.federation.mandate_reasons import (
    MANDATE_AMOUNT_OVER,
    MANDATE_AMOUNT_UNSTATED,
    MANDATE_REVOKED,
    MANDATE_STATUS_UNKNOWN,
    MANDATE_WITHOUT_AGENT,
)
from interop.federation.reasons import (
    MANDATE_EXPIRED,
    MANDATE_LIFETIME,
    MANDATE_NOT_YET_VALID,
    MANDATE_OTHER_AGENT,
    MANDATE_OTHER_APPLICANT,
    MANDATE_OTHER_ITEM,
    MANDATE_OTHER_REGION,
    TOKEN_AGENT_NOT_PERSON,
)
from interop.federation.reasons import (
    MANDATE_TYP as NO_MANDATE,
)
from interop.federation.registry import IssuerEntry, TrustRegistry, is_covered
from interop.federation.subject import is_proved
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import digest
from interop.model.party import Party
from interop.model.ports import Clock, Revocations


def verify_mandate(  # noqa: PLR0913 -- a mandate is held against everything it must name
    token: str,
    registry: TrustRegistry,
    *,
    item: str,
    region: str,
    applicant: Party,
    agent: Party | None,
    clock: Clock,
    amount_fen: int | None = None,
    revocations: Revocations | None = None,
) -> str:
    """Return the digest of a mandate that lets ``agent`` act for ``applicant`` here and now.

    The digest is over header and payload, so that rewriting the signature changes nothing.

    Args:
        token: Compact JWS of type ``mandate+jwt``.
        registry: Whom to believe; the issuer needs the role ``mandate``.
        item: Service item of the case.
        region: Region code where the agent acts; a mandate for a region covers those below.
        applicant: Declared applicant, the principal (委托人) of the mandate.
        agent: Declared agent (经办人), a natural person; an organisation acts by nobody else.
        clock: The present instant, aware.
        amount_fen: Amount of the matter in fen (分), if it has one.
        revocations: What issuers took back. Without it, or without a fresh list of the
            issuer, a revocable mandate does not count.

    Raises:
        TrustError: The first gate not passed, else every ``mandate-…`` reason.
    """
    if agent is None:
        raise TrustError(MANDATE_WITHOUT_AGENT.of(field="agent", expected="person"))
    now = clock()
    registry.require_valid(now)
    compact = split(token)
    claims, issuer = _authentic(compact, registry, now)
    reasons = (
        *_time_problems(claims, issuer, now),
        *_scope_problems(claims, issuer, item, region),
        *_amount_problems(claims, amount_fen),
        *_party_problems(claims, applicant, agent),
        *_status_problems(claims, revocations, now),
    )
    if reasons:
        raise TrustError(*reasons)
    return digest(compact.signed)


def _authentic(
    compact: Compact, registry: TrustRegistry, now: datetime
) -> tuple[MandateTerms, IssuerEntry]:
    header = read_agreed_header(compact.header, env=registry.env, aliases=registry.aliases)
    if header.typ != MANDATE_TYP:
        raise TrustError(
            NO_MANDATE.of(field="typ", expected=MANDATE_TYP, got=printable(header.typ))
        )
    issuer = registry.issuer(peek_issuer(compact.payload))
    issuer.require_role("mandate")
    key = issuer.key(header.kid, now=now)
    verify_with(compact, header, key.key)
    claims = read_claims(compact.payload, MandateTerms)
    key.require_signing(datetime.fromtimestamp(claims.iat, UTC))
    return claims, issuer


def _time_problems(
    claims: MandateTerms, issuer: IssuerEntry, now: datetime
) -> Iterator[Reason]:
    at, term, cap = int(now.timestamp()), claims.exp - claims.iat, issuer.row.ttl_s_max
    if at < claims.iat - SKEW_S_MAX:
        yield MANDATE_NOT_YET_VALID.of(field="iat")
    if at >= claims.exp + SKEW_S_MAX:
        yield MANDATE_EXPIRED.of(field="exp")
    if not 0 < term <= cap:
        yield MANDATE_LIFETIME.of(field="exp", expected=cap, got=term)


def _scope_problems(
    claims: MandateTerms, issuer: IssuerEntry, item: str, region: str
) -> Iterator[Reason]:
    if item not in claims.items:
        yield MANDATE_OTHER_ITEM.of(field="items", expected=item)
    if not any(is_covered(issuer.covers, wide, region) for wide in claims.regions):
        yield MANDATE_OTHER_REGION.of(field="regions", expected=region)


def _amount_problems(claims: MandateTerms, amount_fen: int | None) -> Iterator[Reason]:
    cap = claims.amount_fen_max
    if cap is None:
        return
    if amount_fen is None:
        yield MANDATE_AMOUNT_UNSTATED.of(field="amount_fen_max", expected=cap)
    elif not 0 <= amount_fen <= cap:
        yield MANDATE_AMOUNT_OVER.of(field="amount_fen_max", expected=cap, got=amount_fen)


def _status_problems(
    claims: MandateTerms, revocations: Revocations | None, now: datetime
) -> Iterator[Reason]:
    known, needed = _states(claims, revocations, now)
    if "revoked" in known:
        yield MANDATE_REVOKED.of(field="jti")
    elif "unknown" in needed:
        yield MANDATE_STATUS_UNKNOWN.of(field="status", got=claims.iss)


def _states(
    claims: MandateTerms, revocations: Revocations | None, now: datetime
) -> tuple[set[str], set[str]]:
    """Return every state that is told, and those among them that the mandate hangs on."""
    known: set[str] = {"unknown"}
    needed: set[str] = set()
    if revocations is not None:
        known = {revocations.state(claims.iss, claims.jti, now=now)}
    if claims.revocable:
        needed |= known
    if claims.status is not None:
        place = claims.status.status_list
        there: str = "unknown"
        if revocations is not None:
            there = revocations.at(claims.iss, place.uri, place.idx, now=now)
        known, needed = known | {there}, needed | {there}
    return known, needed


def _party_problems(claims: MandateTerms, applicant: Party, agent: Party) -> Iterator[Reason]:
    if claims.agent.kind != "person":
        yield TOKEN_AGENT_NOT_PERSON.of(
            field="agent.kind", expected="person", got=claims.agent.kind
        )
    if not _names(claims.principal, applicant):
        yield MANDATE_OTHER_APPLICANT.of(field="principal")
    if not _names(claims.agent, agent):
        yield MANDATE_OTHER_AGENT.of(field="agent")


def _names(claim: PartyClaim, party: Party) -> bool:
    return claim.kind == party.kind and is_proved(claim.proof.record(), party)
