"""The rules of token exchange: each tells in which way a request would be wider than allowed.

Source: RFC 8693 sections 1.1, 2.1 and 4; RFC 9700 section 4.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from interop.crypto.algorithms import printable
from interop.errors import Reason
from interop.federation.exchange_claims import CHAIN_MAX, SCOPES_MAX, Link, Presented
from interop.federation.exchange_reasons import (
    ACTOR_AUDIENCE,
    ACTOR_BOUND,
    ACTOR_DELEGATED,
    ACTOR_EXPIRED,
    ACTOR_IS_SUBJECT,
    ACTOR_LEVEL_LOW,
    ACTOR_NOT_PERSON,
    CHAIN_LONG,
    CHAIN_LOOP,
    DEPTH,
    LEVEL_WIDER,
    MAY_ACT_ABSENT,
    MAY_ACT_OTHER,
    PATH_LOOP,
    SCOPE_ACTOR,
    SCOPE_LIMIT,
    SCOPE_WIDER,
    SUBJECT_AUDIENCE,
    SUBJECT_BOUND,
    SUBJECT_EXPIRED,
    SUBJECT_LEVEL_LOW,
    TARGET_UNKNOWN,
    WITHOUT_AGENT,
)
from interop.model.party import AssuranceLevel

if TYPE_CHECKING:
    from interop.federation.token_exchange import Authority, ExchangeRequest

Rule = Callable[["ExchangeRequest", "Authority", datetime], Iterator[Reason]]


def chain_of(request: "ExchangeRequest") -> tuple[Link, ...]:
    """Return who acts once the exchange is made, the present actor first."""
    if request.actor is None:
        return request.subject.chain
    actor = request.actor
    return (Link(actor.path[-1], actor.principal.actor), *request.subject.chain)


def tokens_of(request: "ExchangeRequest") -> tuple[Presented, ...]:
    """Return every token that goes in."""
    return (request.subject,) if request.actor is None else (request.subject, request.actor)


def depth_left(token: Presented, by: "Authority") -> int:
    """Return how often ``token`` may be exchanged, this time included."""
    return by.depth_max if token.depth_left is None else min(token.depth_left, by.depth_max)


def least_level(request: "ExchangeRequest") -> AssuranceLevel:
    """Return the lower assurance level of the tokens."""
    levels = [request.subject.principal.level]
    if request.actor is not None:
        levels.append(request.actor.principal.level)
    return min(levels, key=lambda level: level.rank)


def shared_scope(request: "ExchangeRequest") -> frozenset[str]:
    """Return the scope that all tokens have."""
    scope = request.subject.scope
    return scope if request.actor is None else scope & request.actor.scope


def _audience(request: "ExchangeRequest", by: "Authority", _now: datetime) -> Iterator[Reason]:
    got = request.subject.audience
    if got != by.audience:
        yield SUBJECT_AUDIENCE.of(field="subject_token.aud", expected=by.audience, got=got)
    if request.actor is not None and request.actor.audience != by.audience:
        got = request.actor.audience
        yield ACTOR_AUDIENCE.of(field="actor_token.aud", expected=by.audience, got=got)


def _holder(request: "ExchangeRequest", _by: "Authority", _now: datetime) -> Iterator[Reason]:
    # What is bound stays bound to the same key; without it, it would be set free.
    if request.subject.bound and not request.subject.jkt:
        yield SUBJECT_BOUND.of(field="subject_token.cnf")
    if request.actor is not None and request.actor.bound:
        yield ACTOR_BOUND.of(field="actor_token.cnf")


def _lifetime(request: "ExchangeRequest", _by: "Authority", now: datetime) -> Iterator[Reason]:
    # No skew: what is made must be good for a whole second at least.
    if _is_over(request.subject, now):
        yield SUBJECT_EXPIRED.of(field="subject_token.exp")
    if request.actor is not None and _is_over(request.actor, now):
        yield ACTOR_EXPIRED.of(field="actor_token.exp")


def _is_over(token: Presented, now: datetime) -> bool:
    return int(token.expires_at.timestamp()) <= int(now.timestamp())


def _target(request: "ExchangeRequest", by: "Authority", _now: datetime) -> Iterator[Reason]:
    if not by.is_target(request.audience):
        yield TARGET_UNKNOWN.of(field="audience", got=printable(request.audience))


def _scope(request: "ExchangeRequest", _by: "Authority", _now: datetime) -> Iterator[Reason]:
    asked = request.scope
    if asked is None:
        asked = shared_scope(request)
    if len(asked) > SCOPES_MAX:
        yield SCOPE_LIMIT.of(field="scope", expected=SCOPES_MAX, got=len(asked))
    for name in sorted(asked - request.subject.scope)[:1]:
        yield SCOPE_WIDER.of(field="scope", got=printable(name))
    if request.actor is not None:
        for name in sorted(asked - request.actor.scope)[:1]:
            yield SCOPE_ACTOR.of(field="scope", got=printable(name))


def _level(request: "ExchangeRequest", _by: "Authority", _now: datetime) -> Iterator[Reason]:
    need, highest = request.need, least_level(request)
    subject = request.subject.principal.level
    if subject.rank < need.rank:
        yield SUBJECT_LEVEL_LOW.of(
            field="subject_token.level", expected=need.value, got=subject.value
        )
    if request.actor is not None and request.actor.principal.level.rank < need.rank:
        got = request.actor.principal.level.value
        yield ACTOR_LEVEL_LOW.of(field="actor_token.level", expected=need.value, got=got)
    if request.level is not None and request.level.rank > highest.rank:
        yield LEVEL_WIDER.of(
            field="acr_values", expected=highest.value, got=request.level.value
        )


def _depth(request: "ExchangeRequest", by: "Authority", _now: datetime) -> Iterator[Reason]:
    for token in tokens_of(request):
        # The path holds the provider, too. What was used up cannot be given back by a claim.
        if depth_left(token, by) < 1 or len(token.path) > by.depth_max:
            yield DEPTH.of(field="depth_left", expected=by.depth_max, got=len(token.path) - 1)
    if by.issuer in request.subject.path:
        yield PATH_LOOP.of(field="path", got=by.issuer)


def _delegation(
    request: "ExchangeRequest", _by: "Authority", _now: datetime
) -> Iterator[Reason]:
    actor, allowed = request.actor, request.subject.may_act
    if actor is None:
        return
    if allowed is None:
        yield MAY_ACT_ABSENT.of(field="subject_token.may_act")
    elif (allowed.issuer, allowed.subject.reveal()) != actor.name:
        yield MAY_ACT_OTHER.of(field="subject_token.may_act")
    if actor.name == request.subject.name:
        yield ACTOR_IS_SUBJECT.of(field="actor_token.sub")
    if actor.principal.actor.kind != "person":
        got = actor.principal.actor.kind
        yield ACTOR_NOT_PERSON.of(field="actor_token", expected="person", got=got)
    if actor.chain:
        yield ACTOR_DELEGATED.of(field="actor_token.act")


def _chain(request: "ExchangeRequest", _by: "Authority", _now: datetime) -> Iterator[Reason]:
    chain = chain_of(request)
    names = [link.name for link in chain]
    if len(chain) > CHAIN_MAX:
        yield CHAIN_LONG.of(field="act", expected=CHAIN_MAX, got=len(chain))
    if len(set(names)) < len(names) or request.subject.name in [
        link.name for link in request.subject.chain
    ]:
        yield CHAIN_LOOP.of(field="act")
    if any(link.actor.kind != "person" for link in request.subject.chain):
        yield ACTOR_NOT_PERSON.of(field="subject_token.act", expected="person")
    if not chain and request.subject.principal.actor.kind == "organisation":
        yield WITHOUT_AGENT.of(field="act", expected="person")


# INVARIANT: whose token it is comes first; nothing else is told to whoever holds a stray one.
RULES: Final[tuple[Rule, ...]] = (
    _audience,
    _holder,
    _lifetime,
    _delegation,
    _chain,
    _depth,
    _target,
    _scope,
    _level,
)
