"""Ways from an entity up to a trust anchor, over statements that are at hand.

Only the form of the statements has been checked: a way found here proves nothing yet.
Source: OpenID Federation 1.0 sections 4 and 10.1.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from interop.errors import TrustError
from interop.federation.chain_reasons import (
    CHAIN_ANCHOR,
    CHAIN_CONFIGURATION,
    CHAIN_DEEP,
    CHAIN_FAN_OUT,
    CHAIN_HINT,
    CHAIN_LINK,
    CHAIN_LOOP,
    CHAIN_SUBJECT_ANCHOR,
    CHAIN_TWICE,
)
from interop.federation.statement import Statement

ENTITIES_MAX: Final = 10
STEPS_MAX: Final = 256


class Route(NamedTuple):
    """A way up: the entities, subject first and anchor last, and what each link rests on.

    Attributes:
        entities: At least two.
        links: The superior's statement about each entity but the anchor.
        own: Configurations at hand, by entity.
    """

    entities: tuple[str, ...]
    links: tuple[Statement, ...]
    own: dict[str, Statement]


class Graph:
    """Statements by whom they are about."""

    __slots__ = ("about", "own")

    def __init__(self, statements: Iterable[Statement]) -> None:
        """Sort the statements.

        Raises:
            TrustError: ``chain-statement-twice``.
        """
        self.own: dict[str, Statement] = {}
        self.about: dict[str, dict[str, Statement]] = {}
        for statement in statements:
            claims = statement.claims
            if claims.iss == claims.sub:
                held = self.own
            else:
                held = self.about.setdefault(claims.sub, {})
            if claims.iss in held:
                raise TrustError(CHAIN_TWICE.of(field=statement.place, got=claims.sub))
            held[claims.iss] = statement

    def superiors(self, entity: str) -> list[Statement]:
        """Return statements about ``entity`` by those it names as its superiors.

        Of an intermediate whose configuration is not at hand, every statement counts.
        """
        about = self.about.get(entity, {})
        own = self.own.get(entity)
        if own is None:
            return [*about.values()]
        return [about[hint] for hint in own.claims.authority_hints or () if hint in about]


def routes(graph: Graph, subject: str, anchors: Set[str]) -> tuple[Route, ...]:
    """Return every way from ``subject`` to one of ``anchors``, the shortest first.

    Raises:
        TrustError: ``chain-configuration-missing``, ``chain-subject-is-anchor``,
            ``chain-fan-out``; or why there is none: ``chain-loop``, ``chain-too-deep``,
            ``chain-anchor-unknown``, ``chain-authority-hint`` or ``chain-link``.
    """
    if subject in anchors:
        raise TrustError(CHAIN_SUBJECT_ANCHOR.of(field="subject", got=subject))
    if subject not in graph.own:
        raise TrustError(CHAIN_CONFIGURATION.of(field="subject", got=subject))
    straight = _straight(graph, subject, anchors)
    if straight is not None:
        return (straight,)
    walk = _Walk(graph, anchors)
    walk.climb((subject,), ())
    if not walk.found:
        raise walk.failure(subject)
    if len(walk.found) > 1:
        walk.found.sort(key=lambda route: (len(route.entities), route.entities))
    return tuple(walk.found)


def _straight(graph: Graph, subject: str, anchors: Set[str]) -> Route | None:
    """Return the way where every entity has one superior; None where it is not so simple."""
    entities, links = [subject], []
    while entities[-1] not in anchors:
        above = graph.superiors(entities[-1])
        if len(above) != 1 or len(entities) == ENTITIES_MAX:
            return None
        links.append(above[0])
        entities.append(above[0].claims.iss)
    return Route(tuple(entities), tuple(links), graph.own)


@dataclass(slots=True)
class _Walk:
    graph: Graph
    anchors: Set[str]
    found: list[Route] = field(default_factory=list)
    steps: int = 0
    looped: str = ""
    deep: bool = False
    top: str = ""

    def climb(self, entities: tuple[str, ...], links: tuple[Statement, ...]) -> None:
        """Follow every superior of the last entity; the depth is limited."""
        last = entities[-1]
        if last in self.anchors:
            self.found.append(Route(entities, links, self.graph.own))
            return
        if len(entities) == ENTITIES_MAX:
            self.deep = True
            return
        self.top = last
        for link in self.graph.superiors(last):
            self.steps += 1
            if self.steps > STEPS_MAX:
                raise TrustError(CHAIN_FAN_OUT.of(field="statements", expected=STEPS_MAX))
            above = link.claims.iss
            if above in entities:
                self.looped = above
            else:
                self.climb((*entities, above), (*links, link))

    def failure(self, subject: str) -> TrustError:
        """Return why there is no way."""
        if self.looped:
            return TrustError(CHAIN_LOOP.of(field="authority_hints", got=self.looped))
        if self.deep:
            return TrustError(CHAIN_DEEP.of(field="authority_hints", expected=ENTITIES_MAX))
        if self.top != subject:
            return TrustError(CHAIN_ANCHOR.of(field="anchor", got=self.top))
        return self._unlinked(subject)

    def _unlinked(self, subject: str) -> TrustError:
        if self.graph.about.get(subject):
            return TrustError(CHAIN_HINT.of(field="authority_hints", got=subject))
        hints = self.graph.own[subject].claims.authority_hints or ()
        others = [
            statement.claims.sub
            for held in self.graph.about.values()
            for statement in held.values()
            if statement.claims.iss in hints
        ]
        if others:
            return TrustError(CHAIN_LINK.of(field="sub", expected=subject, got=others[0]))
        return TrustError(CHAIN_ANCHOR.of(field="anchor", got=subject))
