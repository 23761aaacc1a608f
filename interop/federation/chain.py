"""Trust chains of OpenID Federation 1.0: from statements and pinned anchors to metadata.

Pure and offline. A chain is a way into the trust registry and no more: what is found here is
proposed to the operator, and :class:`Verifier` never asks it. Trust marks are left out.
Source: OpenID Federation 1.0 sections 4, 6 and 10.2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar, cast

from msgspec import Raw

from interop.crypto.algorithms import AVAILABLE
from interop.errors import TrustError
from interop.federation.chain_constraints import FEDERATION_ENTITY, Constraints
from interop.federation.chain_keys import KeySet
from interop.federation.chain_memory import Memory, strict_json
from interop.federation.chain_reasons import (
    CHAIN_ANCHORS,
    CHAIN_ENTITY_TYPE,
    CHAIN_ENTITY_TYPE_MISSING,
    CHAIN_STATEMENTS,
    STATEMENT_AHEAD,
    STATEMENT_EXPIRED,
    STATEMENT_KEY_DIFFERS,
    STATEMENT_METADATA,
)
from interop.federation.chain_routes import Graph, Route, routes
from interop.federation.claims import INSTANT_S_MAX
from interop.federation.errors import PolicyError
from interop.federation.policy import Policy, apply, combine
from interop.federation.policy.reasons import POLICY_MALFORMED
from interop.federation.policy.values import kind_of
from interop.federation.registry import SKEW_S_MAX
from interop.federation.statement import ABSENT, Statement, read_statement, require_entity
from interop.model.canonical import Json

STATEMENTS_MAX: Final = 64
NO_POLICY: Final[Policy] = {}

Objects = dict[str, dict[str, Json]]
# Of each statement from the anchor's down: its policies as bytes, and its critical operators.
Stated = tuple[tuple[bytes, tuple[str, ...] | None], ...]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class TrustChain:
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

    What it remembers are keys, policies and constraints by their bytes, each once a chain
    with it has held. Every signature of every chain is verified anew.
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
        self._headers = Memory[bytes, tuple[str, str]]()
        self._keys = Memory[bytes, KeySet]()
        self._constraints = Memory[bytes, Constraints]()
        self._policies = Memory[Stated, dict[str, Policy]]()

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
            raise TrustError(
                CHAIN_STATEMENTS.of(
                    field="statements", expected=STATEMENTS_MAX, got=len(statements)
                )
            )
        read = [
            read_statement(token, place=f"statements.{at}", headers=self._headers)
            for at, token in enumerate(statements)
        ]
        found = routes(Graph(read), subject, self._anchors.keys())
        ends = sorted({route.entities[-1] for route in found})
        if len(ends) > 1:
            raise TrustError(CHAIN_ANCHORS.of(field="anchor", got=", ".join(ends)))
        faults: list[TrustError | PolicyError] = []
        for route in found:
            try:
                return self._followed(route, now_s, entity_type)
            except (TrustError, PolicyError) as fault:
                faults.append(fault)
        raise faults[0]

    def _followed(self, route: Route, now_s: int, entity_type: str | None) -> TrustChain:
        learned = _Learned()
        until_s = self._verified(route, now_s, learned)
        allowed = self._allowed(route, learned)
        metadata = _metadata(route, allowed, entity_type)
        policies = self._combined(route, learned)
        resolved = {
            name: apply(policies.get(name, NO_POLICY), parameters)
            for name, parameters in metadata.items()
        }
        # INVARIANT: nothing is remembered of a chain that did not hold.
        learned.keep()
        for statement in route.links:
            if self._headers.get(statement.head) is None:
                self._headers.keep(statement.head, (statement.alg, statement.kid))
        entities = route.entities
        return TrustChain(entities[0], entities[-1], entities, resolved, until_s)

    def _verified(self, route: Route, now_s: int, learned: "_Learned") -> int:
        """Verify from the anchor down and return the earliest end of all statements."""
        entities, algorithms = route.entities, self._algorithms
        by = entities[-1]
        keys, until_s = self._anchors[by], INSTANT_S_MAX
        for entity, link in zip(
            reversed(entities), (None, *reversed(route.links)), strict=True
        ):
            if link is not None:
                until_s = min(until_s, _timely(link, now_s))
                keys.require_signed(link, by=by, algorithms=algorithms)
                keys, by = self._key_set(link, learned), link.claims.iss
            own = route.own.get(entity)
            if own is not None:
                until_s = min(until_s, _timely(own, now_s))
                keys.require_signed(own, by=by, algorithms=algorithms)
                _require_same_key(own, keys, self._key_set(own, learned))
            by = entity
        return until_s

    def _key_set(self, statement: Statement, learned: "_Learned") -> KeySet:
        raw, where = bytes(statement.claims.jwks), f"{statement.place}.jwks"
        return learned.recall(
            self._keys, raw, lambda: KeySet.read(strict_json(raw, where), field=where)
        )

    def _allowed(self, route: Route, learned: "_Learned") -> frozenset[str] | None:
        """Hold every constraint, and return the entity types that all of them allow."""
        allowed: frozenset[str] | None = None
        for at, link in enumerate(route.links, start=1):
            if link.claims.constraints is ABSENT:
                continue
            raw, where = bytes(link.claims.constraints), f"{link.place}.constraints"
            found = learned.recall(self._constraints, raw, partial(_constraints, raw, where))
            found.require(route.entities[:at], place=where)
            if found.types is not None:
                allowed = found.types if allowed is None else allowed & found.types
        return allowed

    def _combined(self, route: Route, learned: "_Learned") -> dict[str, Policy]:
        """Return the one policy of the chain for each entity type."""
        stated = tuple(
            (bytes(link.claims.metadata_policy), link.claims.metadata_policy_crit)
            for link in reversed(route.links)
        )
        return learned.recall(self._policies, stated, lambda: _compiled(stated))


class _Learned:
    """What one chain taught, kept once it has held."""

    __slots__ = ("_pending",)

    def __init__(self) -> None:
        self._pending: list[Callable[[], None]] = []

    def recall(self, memory: Memory[K, V], name: K, read: Callable[[], V]) -> V:
        """Return what is remembered under ``name``, else read it."""
        found = memory.get(name)
        if found is None:
            found = read()
            self._pending.append(partial(memory.keep, name, found))
        return found

    def keep(self) -> None:
        """Remember it."""
        for pending in self._pending:
            pending()


def _constraints(raw: bytes, where: str) -> Constraints:
    return Constraints.read(strict_json(raw, where), field=where)


def _timely(statement: Statement, now_s: int) -> int:
    """Return the end of a statement that is valid now."""
    claims, place = statement.claims, statement.place
    if claims.iat > now_s + SKEW_S_MAX:
        ahead = claims.iat - now_s
        raise TrustError(
            STATEMENT_AHEAD.of(field=f"{place}.iat", expected=SKEW_S_MAX, got=ahead)
        )
    if now_s >= claims.exp:
        raise TrustError(STATEMENT_EXPIRED.of(field=f"{place}.exp", got=now_s - claims.exp))
    return claims.exp


def _require_same_key(own: Statement, vouched: KeySet, published: KeySet) -> None:
    """Refuse an entity whose own key of that name is another than its superior knows."""
    if vouched is published:
        return
    if vouched.material(own.kid) != published.material(own.kid):
        raise TrustError(STATEMENT_KEY_DIFFERS.of(field=own.place, got=own.kid))


def _metadata(route: Route, allowed: frozenset[str] | None, entity_type: str | None) -> Objects:
    """Return the subject's metadata with its superior's, less the types not allowed."""
    own, link = route.own[route.entities[0]], route.links[0]
    held = _objects(own.claims.metadata, f"{own.place}.metadata")
    if link.claims.metadata is not ABSENT:
        for name, more in _objects(link.claims.metadata, f"{link.place}.metadata").items():
            if name in held:
                held[name] |= more
    if entity_type is not None and entity_type not in held:
        raise TrustError(CHAIN_ENTITY_TYPE_MISSING.of(field="metadata", got=entity_type))
    if allowed is None:
        return held
    if entity_type is not None and entity_type not in {*allowed, FEDERATION_ENTITY}:
        raise TrustError(CHAIN_ENTITY_TYPE.of(field="metadata", got=entity_type))
    return {n: v for n, v in held.items() if n in allowed or n == FEDERATION_ENTITY}


def _objects(raw: Raw, where: str) -> Objects:
    value = {} if raw is ABSENT else strict_json(bytes(raw), where)
    if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
        raise TrustError(STATEMENT_METADATA.of(field=where))
    return cast("Objects", value)


def _compiled(stated: Stated) -> dict[str, Policy]:
    """Return the policies, each combined from the anchor's down, by entity type."""
    critical: set[str] = set()
    levels: dict[str, list[Json]] = {}
    for raw, names in stated:
        critical.update(names or ())
        policy = strict_json(raw, "metadata_policy") if raw else {}
        if not isinstance(policy, dict):
            got = kind_of(policy)
            raise PolicyError(
                POLICY_MALFORMED.of(field="metadata_policy", expected="an object", got=got)
            )
        for name, level in policy.items():
            levels.setdefault(name, []).append(level)
    combine([], critical=critical)
    return {name: combine(level) for name, level in levels.items()}
