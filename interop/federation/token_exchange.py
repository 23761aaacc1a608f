"""Token exchange (RFC 8693): a pure decision that can only narrow.

What comes out is within every token that went in: scope, audience, assurance, lifetime and
depth. Clock, randomness and key are arguments; verifying the tokens that go in, and keeping a
record of the decision, are done around it.
Source: RFC 8693; RFC 8707 (one audience); RFC 9700 section 4 (audience restriction).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from interop.crypto import base64url, sign_compact
from interop.errors import Reason
from interop.federation.claims import ConfirmationClaim, ProofClaim
from interop.federation.exchange_claims import (
    DEPTH_MAX,
    EXCHANGED_TTL_S_MAX,
    EXCHANGED_TYP,
    ActClaim,
    ExchangedClaims,
    Link,
    Presented,
    write_scope,
)
from interop.federation.exchange_rules import (
    RULES,
    chain_of,
    depth_left,
    least_level,
    shared_scope,
    tokens_of,
)
from interop.federation.subject import is_party, prove
from interop.federation.subject_key import SubjectKey
from interop.model.canonical import Json, canonical_bytes
from interop.model.party import Actor, AssuranceLevel, Party
from interop.model.ports import Env, Signer
from interop.model.sensitive import Sensitive

ID_BYTES: Final = 24
SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRequest:
    """What is asked for.

    Attributes:
        subject: The token to exchange.
        actor: The token of who is to act for its subject, if another.
        audience: The gateway the new token is for.
        scope: What it shall be good for; None for all that the tokens share.
        level: Assurance level it shall say; None for the highest that the tokens allow.
        need: Assurance level that the item asks of everybody who takes part.
        declared: Parties known here by number: their proofs get a new salt, so that two
            audiences cannot compare them.
    """

    subject: Presented
    actor: Presented | None = None
    audience: str
    scope: frozenset[str] | None = None
    level: AssuranceLevel | None = None
    need: AssuranceLevel = AssuranceLevel.LOW
    declared: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who exchanges, and within which bounds.

    Attributes:
        issuer: This gateway, as the trust registry names it.
        audience: What tokens for this gateway carry in ``aud``.
        is_target: Whether an audience is a gateway that tokens may be made for.
        signer: This gateway's signing key.
        subject_key: Names people for every audience.
        entropy: Returns that many random bytes.
        env: Written into the signed header.
        ttl_s: Longest lifetime, seconds.
        depth_max: How often a login may be exchanged, one after the other.
    """

    issuer: str
    audience: str
    is_target: Callable[[str], bool]
    signer: Signer
    subject_key: SubjectKey
    entropy: Callable[[int], bytes] = field(repr=False)
    env: Env
    ttl_s: int = EXCHANGED_TTL_S_MAX
    depth_max: int = DEPTH_MAX


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """What an exchange gives.

    Attributes:
        token: The token.
        claims: What it says.
        scope: What it is good for; ASCII, separated by spaces.
        expires_in_s: Seconds it is good for from now.
    """

    token: Sensitive
    claims: ExchangedClaims
    scope: str
    expires_in_s: int


def exchange_token(
    request: ExchangeRequest, *, by: Authority, now: datetime
) -> IssuedToken | Reason:
    """Return a narrower token for one other gateway, or why there is none.

    Args:
        request: Tokens that were verified, and what is asked for.
        by: Who exchanges.
        now: The present instant, aware.

    Returns:
        The token, or the first reason against it; :func:`problems` returns all.
    """
    against = problems(request, by=by, now=now)
    return against[0] if against else _issued(request, by, now)


def problems(request: ExchangeRequest, *, by: Authority, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against an exchange, in the order of the rules."""
    return tuple(reason for rule in RULES for reason in rule(request, by, now))


def _issued(request: ExchangeRequest, by: Authority, now: datetime) -> IssuedToken:
    claims = _claims(request, by, now)
    members: Json = msgspec.to_builtins(claims)
    header: Mapping[str, Json] = {"env": by.env}
    token = sign_compact(canonical_bytes(members), by.signer, typ=EXCHANGED_TYP, header=header)
    return IssuedToken(Sensitive(token), claims, claims.scope, claims.exp - claims.iat)


def _claims(request: ExchangeRequest, by: Authority, now: datetime) -> ExchangedClaims:
    subject, tokens = request.subject, tokens_of(request)
    principal = subject.principal
    issued = int(now.timestamp())
    ends = min(now + timedelta(seconds=by.ttl_s), *(one.expires_at for one in tokens))
    scope = shared_scope(request) if request.scope is None else request.scope
    return ExchangedClaims(
        iss=by.issuer,
        sub=_name(by, request.audience, subject.path[-1], principal.actor),
        aud=request.audience,
        iat=issued,
        exp=int(ends.timestamp()),
        jti=base64url.encode(by.entropy(ID_BYTES)),
        auth_time=int(min(one.principal.authenticated_at for one in tokens).timestamp()),
        level=(request.level or least_level(request)).value,
        kind=principal.actor.kind,
        proof=_proof(request, by, principal.actor),
        act=_act(request, by),
        region=principal.region,
        scope=write_scope(scope),
        path=(*subject.path, by.issuer),
        depth_left=min(depth_left(one, by) for one in tokens) - 1,
        cnf=ConfirmationClaim(jkt=subject.jkt) if subject.jkt else None,
    )


def _act(request: ExchangeRequest, by: Authority) -> ActClaim | None:
    # INVARIANT: the order of the chain is kept; the one who acts now stands outermost.
    claim: ActClaim | None = None
    for link in reversed(chain_of(request)):
        claim = _link(request, by, link, claim)
    return claim


def _link(
    request: ExchangeRequest, by: Authority, link: Link, before: ActClaim | None
) -> ActClaim:
    return ActClaim(
        iss=by.issuer,
        sub=_name(by, request.audience, link.issuer, link.actor),
        kind=link.actor.kind,
        proof=_proof(request, by, link.actor),
        act=before,
    )


def _name(by: Authority, audience: str, issuer: str, actor: Actor) -> str:
    return by.subject_key.known_as(audience, issuer=issuer, subject=actor.subject.reveal())


def _proof(request: ExchangeRequest, by: Authority, actor: Actor) -> ProofClaim:
    proof = actor.proof
    for party in request.declared:
        if is_party(actor, party):
            proof = prove(party, salt=by.entropy(SALT_BYTES))
    return ProofClaim(salt=proof.salt, mac=proof.mac)
