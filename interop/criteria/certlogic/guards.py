"""Symbols, and the conditions under which an expression has them as its value."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from interop.criteria.certlogic.readings import FALSY, TRUTHY, Place, Reading, View, name_of
from interop.criteria.certlogic.reasons import LIMIT
from interop.criteria.nodes import And, Compare, Const, Fact, In, Node, Not, Or, children
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.item import FactType

CASES_MAX: Final = 100
NODES_MAX: Final = 50_000
READINGS_MAX: Final = 400
TRUE: Final = Const(FactType.BOOL, value=True)
FALSE: Final = Const(FactType.BOOL, value=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the rule itself states."""

    value: Json


@dataclass(frozen=True, slots=True)
class Read:
    """Whatever stands at a place of the data."""

    place: Place


@dataclass(frozen=True, slots=True)
class Number:
    """An integer that was computed."""

    node: Node


@dataclass(frozen=True, slots=True)
class Moment:
    """A date-time, in milliseconds."""

    node: Node


@dataclass(frozen=True, slots=True)
class Many:
    """An array whose parts are not all known."""

    parts: "tuple[Cases, ...]"


Symbol: TypeAlias = Known | Read | Number | Moment | Many
# Conditions that exclude each other, each with the value under it.
Cases: TypeAlias = "tuple[tuple[Node, Symbol], ...]"


@dataclass(slots=True)
class Facts:
    """The readings that a condition asks for, collected while it is made.

    Attributes:
        readings: By name.
        readings_max: How many there may be.
    """

    readings: dict[str, Reading] = field(default_factory=dict)
    readings_max: int = READINGS_MAX

    def of(self, reading: Reading) -> Fact:
        """Return the fact of ``reading``.

        Raises:
            KnowledgeError: ``certlogic-limit``: too many readings.
        """
        name = name_of(reading)
        self.readings[name] = reading
        if len(self.readings) > self.readings_max:
            limit = self.readings_max
            raise KnowledgeError(LIMIT.of(field="facts", expected=limit, got="more"))
        return Fact(name)

    def view(self, place: Place, view: View) -> Fact:
        """Return the fact of ``place``, read in one way."""
        return self.of(Reading(place, view))

    def sort_in(self, place: Place, sorts: Iterable[str]) -> Node:
        """Return the condition that what stands at ``place`` is of one of ``sorts``."""
        fact = self.view(place, View.SORT)
        options = tuple(Const(FactType.TEXT, sort) for sort in sorts)
        return In(fact, options) if len(options) > 1 else Compare("==", fact, options[0])

    def truthy(self, symbol: Symbol) -> tuple[Node, Node]:
        """Return when ``symbol`` is truthy and when it is falsy; a moment is neither."""
        match symbol:
            case Known():
                return (TRUE, FALSE) if symbol.value else (FALSE, TRUE)
            case Read():
                return self.sort_in(symbol.place, TRUTHY), self.sort_in(symbol.place, FALSY)
            case Number():
                zero = Compare("==", symbol.node, Const(FactType.INT, 0))
                return Not(zero), zero
            case Many():
                return (TRUE, FALSE) if symbol.parts else (FALSE, TRUE)
            case Moment():
                return FALSE, FALSE


def both(*nodes: Node) -> Node:
    """Return the conjunction, without what is true anyway."""
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.parts if isinstance(node, And) else (node,))
    if any(part is FALSE for part in parts):
        return FALSE
    kept = [part for part in parts if part is not TRUE]
    if len(kept) > 1:
        return And(tuple(kept))
    return kept[0] if kept else TRUE


def either(*nodes: Node) -> Node:
    """Return the disjunction, without what is false anyway."""
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.parts if isinstance(node, Or) else (node,))
    if any(part is TRUE for part in parts):
        return TRUE
    kept = [part for part in parts if part is not FALSE]
    if len(kept) > 1:
        return Or(tuple(kept))
    return kept[0] if kept else FALSE


def opposite(node: Node) -> Node:
    """Return the negation."""
    if node is TRUE or node is FALSE:
        return FALSE if node is TRUE else TRUE
    return node.part if isinstance(node, Not) else Not(node)


def decided(condition: Node, under: Node = TRUE) -> Cases:
    """Return true where ``condition`` holds and false where it does not, both ``under``."""
    return merged(
        [
            (both(under, condition), Known(value=True)),
            (both(under, opposite(condition)), Known(value=False)),
        ]
    )


def merged(cases: Iterable[tuple[Node, Symbol]]) -> Cases:
    """Return ``cases`` with equal known values put together and impossible ones left out.

    Raises:
        KnowledgeError: ``certlogic-limit``: more than 100 cases.
    """
    found: dict[object, tuple[Node, Symbol]] = {}
    for guard, symbol in cases:
        if guard is FALSE:
            continue
        key: object = len(found), symbol.__class__
        if isinstance(symbol, Known) and not isinstance(symbol.value, list | dict):
            key = type(symbol.value), symbol.value
        known = found.get(key)
        found[key] = (guard if known is None else either(known[0], guard), symbol)
    if len(found) > CASES_MAX:
        raise KnowledgeError(LIMIT.of(field="cases", expected=CASES_MAX, got=len(found)))
    return tuple(found.values())


def check_size(node: Node) -> None:
    """Raise KnowledgeError if the tree of ``node`` has more than 50,000 nodes."""
    sizes: dict[int, int] = {}

    def size(part: Node) -> int:
        known = sizes.get(id(part))
        if known is None:
            known = sizes[id(part)] = 1 + sum(size(child) for child in children(part))
        return known

    found = size(node)
    if found > NODES_MAX:
        raise KnowledgeError(LIMIT.of(field="condition", expected=NODES_MAX, got=found))
