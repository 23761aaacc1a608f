"""Read a token for an exchange or a gate: a login, or what another gateway exchanged.

A login is verified by the Verifier and by nothing else. An exchanged token is believed if two
are: the gateway that signed it and the provider at the head of its path, both by this
region's own registry, which also caps what its level is worth here.
Source: RFC 8693 section 4; RFC 8725; RFC 7519 section 4.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from interop.crypto.algorithms import printable
from interop.crypto.jose import Compact, Header, read_header, split, verify_with
from interop.errors import Reason, TrustError
from interop.federation.claims import (
    ConfirmationClaim,
    Instant,
    MayActClaim,
    Opaque,
    read_claims,
)
from interop.federation.exchange_claims import (
    CHAIN_MAX,
    DEPTH_MAX,
    EXCHANGED_TTL_S_MAX,
    EXCHANGED_TYP,
    ActClaim,
    ExchangedClaims,
    Link,
    MayAct,
    Presented,
    Scope,
    read_scope,
)
from interop.federation.exchange_reasons import (
    EXCHANGED_ACTOR_NOT_PERSON,
    EXCHANGED_AGE,
    EXCHANGED_AUDIENCE,
    EXCHANGED_AUTHENTICATED_LATER,
    EXCHANGED_CHAIN,
    EXCHANGED_CHAIN_LONG,
    EXCHANGED_CHAIN_LOOP,
    EXCHANGED_DEPTH,
    EXCHANGED_EARLY,
    EXCHANGED_EXPIRED,
    EXCHANGED_LEVEL_LOW,
    EXCHANGED_LIFETIME,
    EXCHANGED_PATH,
    EXCHANGED_PATH_LOOP,
    EXCHANGED_REGION,
    EXCHANGED_WITHOUT_AGENT,
)
from interop.federation.gates import Need, read_agreed_header
from interop.federation.possession import Possession, require_possession
from interop.federation.registry import IssuerEntry, TrustRegistry
from interop.federation.subject import read_proof
from interop.federation.token_reasons import TOKEN_SCOPE
from interop.federation.trusted_key import SKEW_S_MAX, TrustedKey
from interop.federation.verifier import Verifier
from interop.model.canonical import digest
from interop.model.party import Actor, AssuranceLevel, Principal
from interop.model.ports import Clock
from interop.model.sensitive import Sensitive

ANY: Final = Need()


@dataclass(frozen=True, slots=True)
class Reader:
    """Read tokens for one gateway.

    Attributes:
        verifier: Verifies logins; its audience is this gateway's.
        registry: Whom to believe.
        audience: What tokens for this gateway carry in ``aud``.
        clock: The present instant, aware.
    """

    verifier: Verifier
    registry: TrustRegistry
    audience: str
    clock: Clock

    def read(
        self, token: str, *, need: Need = ANY, proof: Possession | None = None
    ) -> Presented:
        """Return what ``token`` says if it is believed.

        Args:
            token: Compact JWS of type ``at+jwt`` or ``exchanged+jwt``.
            need: What the item asks of a login.
            proof: Proof of possession that came along; a bound token is refused without.

        Raises:
            TrustError: Why it is not; every reason that can be told at once.
        """
        if _is_exchanged(token):
            return self._exchanged(token, need, proof)
        return _login(token, self.verifier.verify(token, need=need, proof=proof))

    def _exchanged(self, token: str, need: Need, proof: Possession | None) -> Presented:
        now = self.clock()
        self.registry.require_valid(now)
        seen = _authentic(token, self.registry, now)
        reasons = (
            *_time_problems(seen, int(now.timestamp())),
            *_path_problems(seen, self.audience),
            *_trust_problems(seen),
            *_chain_problems(seen.claims),
            *_need_problems(seen, need, int(now.timestamp())),
        )
        if reasons:
            raise TrustError(*reasons)
        jkt = seen.claims.cnf.jkt if seen.claims.cnf else ""
        if jkt or proof is not None:
            require_possession(jkt, proof, token, now=now, replay=self.verifier.replay)
        return _presented(seen, self.registry.digest)


def _is_exchanged(token: str) -> bool:
    try:
        return read_header(token).typ == EXCHANGED_TYP
    except TrustError:
        # The verifier says what is wrong with it.
        return False


class _LoginExtras(Struct):
    """What an exchange needs of a login beside the principal; verified before it is read."""

    aud: str
    exp: Instant
    scope: Scope = ""
    may_act: MayActClaim | None = None
    cnf: ConfirmationClaim | None = None
    sid: Opaque | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    compact: Compact
    header: Header
    claims: ExchangedClaims
    gateway: IssuerEntry
    origin: IssuerEntry
    key: TrustedKey


def _login(token: str, principal: Principal) -> Presented:
    # INVARIANT: the verifier has accepted these very bytes.
    extras = _extras(split(token).payload)
    agent, issuer = principal.agent, principal.issuer
    may = extras.may_act
    return Presented(
        principal=principal,
        audience=extras.aud,
        expires_at=datetime.fromtimestamp(extras.exp, UTC),
        scope=read_scope(extras.scope),
        chain=() if agent is None else (Link(issuer, agent),),
        path=(issuer,),
        may_act=None if may is None else MayAct(may.iss or issuer, Sensitive(may.sub)),
        bound=extras.cnf is not None,
        jkt="" if extras.cnf is None else extras.cnf.jkt,
        session=None if extras.sid is None else Sensitive(extras.sid),
    )


def _extras(payload: bytes) -> _LoginExtras:
    try:
        return msgspec.json.decode(payload, type=_LoginExtras)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise TrustError(EXCHANGED_CHAIN.of(field="claims", got="scope or may_act")) from None


def _authentic(token: str, registry: TrustRegistry, now: datetime) -> _Seen:
    compact = split(token)
    header = read_agreed_header(compact.header, env=registry.env)
    # Read before the signature is checked, believed after: it names the key.
    claims = read_claims(compact.payload, ExchangedClaims)
    gateway = registry.issuer(claims.iss)
    gateway.require_role("gateway")
    key = gateway.key(header.kid, now=now)
    verify_with(compact, header, key.key)
    origin = registry.issuer(claims.path[0])
    origin.require_role("idp", "hub")
    return _Seen(compact, header, claims, gateway, origin, key)


def _time_problems(seen: _Seen, now: int) -> Iterator[Reason]:
    claims, term = seen.claims, seen.claims.exp - seen.claims.iat
    if (ahead := claims.iat - now) > SKEW_S_MAX:
        yield EXCHANGED_EARLY.of(field="iat", got=ahead)
    if now >= claims.exp + SKEW_S_MAX:
        yield EXCHANGED_EXPIRED.of(field="exp")
    if not 0 < term <= EXCHANGED_TTL_S_MAX:
        yield EXCHANGED_LIFETIME.of(field="exp", expected=EXCHANGED_TTL_S_MAX, got=term)
    if claims.auth_time > claims.iat + SKEW_S_MAX:
        yield EXCHANGED_AUTHENTICATED_LATER.of(field="auth_time")
    try:
        seen.key.require_signing(datetime.fromtimestamp(claims.iat, UTC))
    except TrustError as fault:
        yield from fault.reasons


def _path_problems(seen: _Seen, audience: str) -> Iterator[Reason]:
    claims = seen.claims
    if claims.aud != audience:
        got = printable(claims.aud)
        yield EXCHANGED_AUDIENCE.of(field="aud", expected=audience, got=got)
    if claims.path[-1] != claims.iss:
        yield EXCHANGED_PATH.of(field="path")
    if len(set(claims.path)) < len(claims.path):
        yield EXCHANGED_PATH_LOOP.of(field="path")
    if claims.depth_left > DEPTH_MAX + 1 - len(claims.path):
        yield EXCHANGED_DEPTH.of(field="depth_left")


def _trust_problems(seen: _Seen) -> Iterator[Reason]:
    # A gateway vouches only for logins of regions that the registry gives it.
    for issuer in (seen.origin, seen.gateway):
        if not issuer.may_issue_for(seen.claims.region):
            yield EXCHANGED_REGION.of(
                field="region", expected=issuer.id, got=seen.claims.region
            )


def _chain_problems(claims: ExchangedClaims) -> Iterator[Reason]:
    chain = _acts(claims)
    names = [(act.iss, act.sub) for act in chain] + [(claims.iss, claims.sub)]
    if len(chain) > CHAIN_MAX:
        yield EXCHANGED_CHAIN_LONG.of(field="act", expected=CHAIN_MAX, got=len(chain))
    if len(set(names)) < len(names):
        yield EXCHANGED_CHAIN_LOOP.of(field="act")
    if any(act.kind != "person" for act in chain):
        yield EXCHANGED_ACTOR_NOT_PERSON.of(field="act", expected="person")
    if claims.kind == "organisation" and not chain:
        yield EXCHANGED_WITHOUT_AGENT.of(field="act", expected="person")
    for place, claim in (("proof", claims.proof), *(("act.proof", act.proof) for act in chain)):
        try:
            read_proof(claim.record(), field=place)
        except TrustError as fault:
            yield from fault.reasons


def _need_problems(seen: _Seen, need: Need, now: int) -> Iterator[Reason]:
    level, age = _level(seen), now - seen.claims.auth_time
    if level.rank < need.level.rank:
        yield EXCHANGED_LEVEL_LOW.of(field="level", expected=need.level.value, got=level.value)
    if need.age_s_max is not None and age > need.age_s_max + SKEW_S_MAX:
        yield EXCHANGED_AGE.of(field="auth_time", expected=need.age_s_max, got=age)
    if lacking := {*need.scope.split()} - read_scope(seen.claims.scope):
        yield TOKEN_SCOPE.of(field="scope", expected=" ".join(sorted(lacking)))


def _level(seen: _Seen) -> AssuranceLevel:
    """Return what the token's level is worth here: at most the provider's ceiling."""
    ceiling = seen.origin.row.ceiling or AssuranceLevel.LOW
    return min(AssuranceLevel(seen.claims.level), ceiling, key=lambda level: level.rank)


def _acts(claims: ExchangedClaims) -> tuple[ActClaim, ...]:
    chain: list[ActClaim] = []
    act = claims.act
    while act is not None:
        chain.append(act)
        act = act.act
    return tuple(chain)


def _presented(seen: _Seen, registry_digest: str) -> Presented:
    claims = seen.claims
    chain = tuple(
        Link(
            act.iss, Actor(kind=act.kind, subject=Sensitive(act.sub), proof=act.proof.record())
        )
        for act in _acts(claims)
    )
    principal = Principal(
        issuer=claims.iss,
        region=claims.region,
        actor=Actor(
            kind=claims.kind, subject=Sensitive(claims.sub), proof=claims.proof.record()
        ),
        agent=chain[0].actor if chain else None,
        level=_level(seen),
        authenticated_at=datetime.fromtimestamp(claims.auth_time, UTC),
        token_digest=digest(seen.compact.signed),
        trust_path=(registry_digest, *claims.path, seen.header.kid),
    )
    return Presented(
        principal=principal,
        audience=claims.aud,
        expires_at=datetime.fromtimestamp(claims.exp, UTC),
        scope=read_scope(claims.scope),
        chain=chain,
        path=claims.path,
        depth_left=claims.depth_left,
        bound=claims.cnf is not None,
        jkt="" if claims.cnf is None else claims.cnf.jkt,
    )
