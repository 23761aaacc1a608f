"""The rules of an authentic token: judged together, so that all that is wrong is told at once.

Source: RFC 7519 section 4.1, RFC 8725, RFC 9068 section 4, RFC 9470 (step-up).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from interop.crypto.algorithms import printable
from interop.errors import Reason, TrustError
from interop.federation.claims import AccessClaims, AgentClaim, ProofClaim, TokenClaims
from interop.federation.gates import RANKS, Examination
from interop.federation.reasons import (
    TOKEN_AGENT_CHAIN,
    TOKEN_AGENT_IS_SUBJECT,
    TOKEN_AGENT_NOT_PERSON,
    TOKEN_AUDIENCE_MULTIPLE,
    TOKEN_AUDIENCE_OTHER,
    TOKEN_AUTHENTICATED_LATER,
    TOKEN_AUTHENTICATION_OLD,
    TOKEN_CEILING_LOW,
    TOKEN_CLOCK_SKEW,
    TOKEN_EXPIRED,
    TOKEN_EXPIRES_BEFORE_ISSUE,
    TOKEN_LEVEL_LOW,
    TOKEN_LIFETIME,
    TOKEN_NOT_YET_VALID,
    TOKEN_REGION,
    TOKEN_WITHOUT_AGENT,
)
from interop.federation.subject import read_proof
from interop.federation.token_reasons import (
    TOKEN_SCOPE,
    TOKEN_SOURCE_MISSING,
    TOKEN_SOURCE_UNEXPECTED,
    TOKEN_SOURCE_UNKNOWN,
)
from interop.federation.trusted_key import SKEW_S_MAX


def _skew(seen: Examination[TokenClaims]) -> Iterator[Reason]:
    ahead = seen.claims.iat - seen.now_s
    if ahead > SKEW_S_MAX:
        yield TOKEN_CLOCK_SKEW.of(field="iat", expected=SKEW_S_MAX, got=ahead)


def _audience(seen: Examination[TokenClaims]) -> Iterator[Reason]:
    aud, ours = seen.claims.aud, seen.frame.audience
    if isinstance(aud, list):
        yield TOKEN_AUDIENCE_MULTIPLE.of(field="aud", expected=ours)
    elif aud != ours:
        yield TOKEN_AUDIENCE_OTHER.of(field="aud", expected=ours, got=printable(aud))


def _validity(seen: Examination[TokenClaims]) -> Iterator[Reason]:
    claims, now = seen.claims, seen.now_s
    if now >= claims.exp + SKEW_S_MAX:
        yield TOKEN_EXPIRED.of(field="exp", expected=_step_up(seen), got=now - claims.exp)
    if claims.nbf is not None and now < claims.nbf - SKEW_S_MAX:
        yield TOKEN_NOT_YET_VALID.of(field="nbf", got=claims.nbf - now)


def _lifetime(seen: Examination[TokenClaims]) -> Iterator[Reason]:
    lifetime, cap = seen.claims.exp - seen.claims.iat, seen.issuer.row.ttl_s_max
    if lifetime <= 0:
        yield TOKEN_EXPIRES_BEFORE_ISSUE.of(field="exp")
    elif lifetime > cap:
        yield TOKEN_LIFETIME.of(field="exp", expected=cap, got=lifetime)


def _signing_day(seen: Examination[TokenClaims]) -> Iterator[Reason]:
    try:
        seen.key.require_signing(datetime.fromtimestamp(seen.claims.iat, UTC))
    except TrustError as fault:
        yield from fault.reasons


def _authentication(seen: Examination[AccessClaims]) -> Iterator[Reason]:
    claims, limit = seen.claims, seen.frame.need.age_s_max
    age = seen.now_s - claims.auth_time
    if claims.auth_time > claims.iat + SKEW_S_MAX:
        yield TOKEN_AUTHENTICATED_LATER.of(field="auth_time")
    elif limit is not None and age > limit + SKEW_S_MAX:
        yield TOKEN_AUTHENTICATION_OLD.of(field="auth_time", expected=_step_up(seen), got=age)


def _assurance(seen: Examination[AccessClaims]) -> Iterator[Reason]:
    need, ceiling = seen.frame.need.level, seen.issuer.row.ceiling
    try:
        level = seen.issuer.level(seen.claims.acr, source=seen.claims.source)
    except TrustError as fault:
        yield from fault.reasons
        return
    if ceiling is not None and RANKS[ceiling] < RANKS[need]:
        yield TOKEN_CEILING_LOW.of(field="acr", expected=need.value, got=ceiling.value)
    elif RANKS[level] < RANKS[need]:
        yield TOKEN_LEVEL_LOW.of(field="acr", expected=_step_up(seen), got=level.value)


def _source(seen: Examination[AccessClaims]) -> Iterator[Reason]:
    sources, source = seen.issuer.row.sources, seen.claims.source
    if source is None:
        if sources:
            yield TOKEN_SOURCE_MISSING.of(field="source", expected=", ".join(sorted(sources)))
    elif not sources:
        yield TOKEN_SOURCE_UNEXPECTED.of(field="source", got=printable(source))
    elif source not in sources:
        known = ", ".join(sorted(sources))
        yield TOKEN_SOURCE_UNKNOWN.of(field="source", expected=known, got=printable(source))


def _region(seen: Examination[AccessClaims]) -> Iterator[Reason]:
    region = region_of(seen)
    if not seen.issuer.may_issue_for(region):
        yield TOKEN_REGION.of(field="region", got=region)


def region_of(seen: Examination[AccessClaims]) -> str:
    """Return the region the token was issued for."""
    return seen.claims.region or seen.issuer.region


def _scope(seen: Examination[AccessClaims]) -> Iterator[Reason]:
    held = (seen.claims.scope or "").split(" ")
    if lacking := [word for word in seen.frame.need.scope.split() if word not in held]:
        yield TOKEN_SCOPE.of(field="scope", expected=" ".join(lacking))


def _parties(seen: Examination[AccessClaims]) -> Iterator[Reason]:
    claims = seen.claims
    yield from _proof_problems(claims.proof, "proof")
    if claims.act is not None:
        yield from _agent_problems(claims, claims.act)
    elif claims.kind == "organisation":
        yield TOKEN_WITHOUT_AGENT.of(field="act", expected="person")


def _agent_problems(claims: AccessClaims, agent: AgentClaim) -> Iterator[Reason]:
    yield from _proof_problems(agent.proof, "act.proof")
    if agent.kind != "person":
        yield TOKEN_AGENT_NOT_PERSON.of(field="act.kind", expected="person", got=agent.kind)
    if agent.sub == claims.sub:
        yield TOKEN_AGENT_IS_SUBJECT.of(field="act.sub")
    if agent.act is not None:
        yield TOKEN_AGENT_CHAIN.of(field="act.act")


def _proof_problems(claim: ProofClaim, name: str) -> Iterator[Reason]:
    try:
        read_proof(claim.record(), field=name)
    except TrustError as fault:
        yield from fault.reasons


def _step_up(seen: Examination[TokenClaims]) -> str:
    # The parameters of a login that would be enough (RFC 9470).
    need, row = seen.frame.need, seen.issuer.row
    least = RANKS[need.level]
    good = sorted(acr for acr, level in row.assurance.items() if RANKS[level] >= least)
    parts = [f"acr_values={' '.join(good)}"] if good else []
    if need.age_s_max is not None:
        parts.append(f"max_age={need.age_s_max}")
    return ", ".join(parts) or "prompt=login"


Rule = Callable[[Examination[TokenClaims]], Iterator[Reason]]
PartyRule = Callable[[Examination[AccessClaims]], Iterator[Reason]]

# INVARIANT: skew first, so that a wrong clock is told as such and not as an expired token.
TIME_RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("skew", _skew),
    ("audience", _audience),
    ("validity", _validity),
    ("lifetime", _lifetime),
    ("signing-day", _signing_day),
)
RULES: Final[tuple[tuple[str, PartyRule], ...]] = (
    *TIME_RULES,
    ("authentication", _authentication),
    ("assurance", _assurance),
    ("source", _source),
    ("region", _region),
    ("parties", _parties),
    ("scope", _scope),
)
