"""Trust chains of OpenID Federation 1.0: from statements and pinned anchors to metadata.

Pure and offline. A chain is a way into the trust registry and no more: what is found here is
proposed to the operator, and :class:`Verifier` never asks it. Trust marks are left out.
Source: OpenID Federation 1.0 sections 4, 6 and 10.2.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, cast

from interop.crypto.algorithms import AVAILABLE
from interop.errors import TrustError
from interop.federation.chain_constraints import FEDERATION_ENTITY
from interop.federation.chain_keys import KeySet
from interop.federation.chain_memory import Memory, fresh_json, strict_json
from interop.federation.chain_reasons import (
    CHAIN_ANCHORS,
    CHAIN_ENTITY_TYPE,
    CHAIN_ENTITY_TYPE_MISSING,
    CHAIN_STATEMENTS,
    STATEMENT_AHEAD,
    STATEMENT_ALG,
    STATEMENT_EXPIRED,
    STATEMENT_KEY_ALG,
    STATEMENT_KEY_DIFFERS,
)
from interop.federation.chain_routes import Graph, Route, routes
from interop.federation.claims import INSTANT_S_MAX
from interop.federation.errors import PolicyError
from interop.federation.policy import Steps, combine, enforce, laid_out
from interop.federation.policy.reasons import POLICY_MALFORMED
from interop.federation.policy.values import kind_of
from interop.federation.statement import Statement, read_statement, require_entity
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import Json

STATEMENTS_MAX: Final = 64
NO_POLICY: Final[Steps] = ()

# Of each statement from the anchor's down: its policies as bytes, and its critical operators.
Stated = tuple[tuple[bytes, tuple[str, ...]], ...]


class TrustChain(NamedTuple):
    """A chain that held.

    Attributes:
        subject: Whose metadata it is.
        anchor: The trust anchor it was followed to.
        path: The entities, subject first and anchor last.
        metadata: Resolved, by entity type.
        until_s: From when it does not hold, seconds since 1970.
    """

    subject: str
    anchor: str
    path: tuple[str, ...]
    metadata: Mapping[str, Mapping[str, Json]]
    until_s: int


class ChainVerifier:
    """Follows chains to pinned anchors; thread-safe.

    Superiors' statements are the same for every subordinate, so those of a chain that held are
    remembered as they were read, with their keys and policies laid out. Every signature and
    every date of every chain is checked anew.
    """

    def __init__(
        self,
        anchors: Mapping[str, Sequence[Mapping[str, Json]]],
        *,
        algorithms: frozenset[str] = AVAILABLE,
    ) -> None:
        """Take the anchors.

        Args:
            anchors: Entity identifier of each to its public JWKs, checked with its operator
                by another way.
            algorithms: Those that statements may be signed with.

        Raises:
            TrustError: ``statement-identifier``, ``statement-jwks`` or ``key-…``.
        """
        self._anchors: dict[str, KeySet] = {}
        for name, jwks in anchors.items():
            require_entity(name, "anchors")
            self._anchors[name] = KeySet(map(dict, jwks), field="anchors")
        self._algorithms = algorithms
        self._read = Memory[str, Statement]()
        self._policies = Memory[Stated, dict[str, Steps]]()

    def resolve(
        self,
        statements: Sequence[str],
        *,
        subject: str,
        now_s: int,
        entity_type: str | None = None,
    ) -> TrustChain:
        """Return the chain of ``subject``, with its metadata as its superiors allow it.

        Of several ways to one anchor the shortest that holds is taken.

        Args:
            statements: Compact JWS in any order, at most 64: the subject's configuration,
                the superiors' statements, configurations of superiors if at hand.
            subject: Entity identifier.
            now_s: Seconds since 1970.
            entity_type: The type that is asked for; refused by name if it is not there.

        Raises:
            TrustError: A code for each check: of a statement's form, signature, dates and
                place, of the way to the anchor, of a constraint.
            PolicyError: The metadata policies conflict or do not allow the metadata.
        """
        if len(statements) > STATEMENTS_MAX:
            got = len(statements)
            raise TrustError(
                CHAIN_STATEMENTS.of(field="statements", expected=STATEMENTS_MAX, got=got)
            )
        known = [*map(self._read.get, statements)]
        read = [
            found or read_statement(statements[at], place=f"statements.{at}")
            for at, found in enumerate(known)
        ]
        found = routes(Graph(read), subject, self._anchors.keys())
        if len(found) > 1:
            _require_one_end(found)
        faults: list[TrustError | PolicyError] = []
        for route in found:
            try:
                chain = self._followed(route, now_s, entity_type)
            except (TrustError, PolicyError) as fault:
                faults.append(fault)
            else:
                if None in known:
                    self._remember(route, dict(zip(statements, read, strict=True)))
                return chain
        raise faults[0]

    def _followed(self, route: Route, now_s: int, entity_type: str | None) -> TrustChain:
        until_s = self._verified(route, now_s)
        metadata = _metadata(route, _allowed(route), entity_type)
        stated = _stated(route)
        policies = self._policies.get(stated)
        if policies is None:
            policies = _compiled(stated)
        resolved = {
            name: enforce(policies.get(name, NO_POLICY), parameters)
            for name, parameters in metadata.items()
        }
        # INVARIANT: nothing is remembered of a chain that did not hold.
        if self._policies.get(stated) is None:
            self._policies.keep(stated, policies)
        entities = route.entities
        # The caller's own: what is remembered is not handed out.
        mine = cast("dict[str, dict[str, Json]]", fresh_json(resolved))
        return TrustChain(entities[0], entities[-1], entities, mine, until_s)

    def _verified(self, route: Route, now_s: int) -> int:
        """Verify from the anchor down and return the earliest end of all statements."""
        by = route.entities[-1]
        keys, until_s = self._anchors[by], INSTANT_S_MAX
        own = route.own.get(by)
        if own is not None:
            until_s = self._signed(own, keys, by, now_s)
        for link in reversed(route.links):
            until_s = min(until_s, self._signed(link, keys, by, now_s))
            keys, by = link.keys, link.claims.sub
            own = route.own.get(by)
            if own is not None:
                until_s = min(until_s, self._signed(own, keys, link.claims.iss, now_s))
        return until_s

    def _signed(self, statement: Statement, keys: KeySet, by: str, now_s: int) -> int:
        """Return the end of a statement that is valid now and signed by one of ``keys``."""
        claims = statement.claims
        if claims.iat > now_s + SKEW_S_MAX or now_s >= claims.exp:
            raise _untimely(statement, now_s)
        kid, alg = statement.kid, statement.alg
        key = keys.imported.get(kid) or keys.key(kid, by=by, field=statement.place)
        if alg != key.alg or alg not in self._algorithms:
            row = STATEMENT_ALG if alg == key.alg else STATEMENT_KEY_ALG
            raise TrustError(row.of(field=statement.place, expected=key.alg, got=alg))
        if claims.iss == claims.sub and not keys.has_same(kid, statement.keys):
            raise TrustError(STATEMENT_KEY_DIFFERS.of(field=statement.place, got=kid))
        key.check(statement.signature, statement.digest if key.hashed else statement.signed)
        return claims.exp

    def _remember(self, route: Route, read: Mapping[str, Statement]) -> None:
        used = {*map(id, route.links), *(id(route.own.get(name)) for name in route.entities)}
        for token, statement in read.items():
            if id(statement) in used and self._read.get(token) is None:
                self._read.keep(token, statement)


def _require_one_end(found: Sequence[Route]) -> None:
    ends = sorted({route.entities[-1] for route in found})
    if len(ends) > 1:
        raise TrustError(CHAIN_ANCHORS.of(field="anchor", got=", ".join(ends)))


def _untimely(statement: Statement, now_s: int) -> TrustError:
    claims, place = statement.claims, statement.place
    ahead = claims.iat - now_s
    if ahead > SKEW_S_MAX:
        return TrustError(
            STATEMENT_AHEAD.of(field=f"{place}.iat", expected=SKEW_S_MAX, got=ahead)
        )
    return TrustError(STATEMENT_EXPIRED.of(field=f"{place}.exp", got=now_s - claims.exp))


def _allowed(route: Route) -> frozenset[str] | None:
    """Hold every constraint, and return the entity types that all of them allow."""
    allowed: frozenset[str] | None = None
    for at, link in enumerate(route.links, start=1):
        constraints = link.constraints
        if constraints is not None:
            constraints.require(route.entities[:at], place=link.place)
            if constraints.types is not None:
                types = constraints.types
                allowed = types if allowed is None else allowed & types
    return allowed


def _metadata(
    route: Route, allowed: frozenset[str] | None, entity_type: str | None
) -> dict[str, dict[str, Json]]:
    """Return the subject's metadata with its superior's, less the types not allowed."""
    own, over = route.own[route.entities[0]].metadata, route.links[0].metadata
    if entity_type is not None and entity_type not in own:
        raise TrustError(CHAIN_ENTITY_TYPE_MISSING.of(field="metadata", got=entity_type))
    if allowed is None:
        return {name: {**held, **over.get(name, {})} for name, held in own.items()}
    if entity_type is not None and entity_type not in {*allowed, FEDERATION_ENTITY}:
        raise TrustError(CHAIN_ENTITY_TYPE.of(field="metadata", got=entity_type))
    return {
        name: {**held, **over.get(name, {})}
        for name, held in own.items()
        if name in allowed or name == FEDERATION_ENTITY
    }


def _stated(route: Route) -> Stated:
    return tuple(
        (link.policy, link.claims.metadata_policy_crit or ()) for link in reversed(route.links)
    )


def _compiled(stated: Stated) -> dict[str, Steps]:
    """Return the policies, each combined from the anchor's down, by entity type."""
    critical: set[str] = set()
    levels: dict[str, list[Json]] = {}
    for raw, names in stated:
        critical.update(names)
        policy = strict_json(raw, "metadata_policy") if raw else {}
        if not isinstance(policy, dict):
            got = kind_of(policy)
            raise PolicyError(
                POLICY_MALFORMED.of(field="metadata_policy", expected="an object", got=got)
            )
        for name, level in policy.items():
            levels.setdefault(name, []).append(level)
    combine([], critical=critical)
    return {name: laid_out(combine(level)) for name, level in levels.items()}
