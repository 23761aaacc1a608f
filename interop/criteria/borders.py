"""The values of one fact that are worth trying: one for each way it can turn the conditions.

With everything else as it is, the conditions cut the values of a fact into ranges; inside a
range nothing changes. Each range is represented by its value nearest to the declared one.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Final, cast

from interop.criteria.evaluation import Facts, Value, truth
from interop.criteria.facts import NUMBER_MAX
from interop.criteria.nodes import (
    DAY_MAX,
    DAY_MIN,
    FRACTION_DIGITS_MAX,
    And,
    Compare,
    Const,
    Contains,
    Fact,
    In,
    Node,
    Not,
    Or,
    Present,
    children,
)
from interop.model.item import FactDefinition, FactType

TOGGLED_MAX: Final = 8
OPTIONS_MAX: Final = 24
ORDERED: Final = frozenset({FactType.INT, FactType.DECIMAL, FactType.DATE})

_GRAIN: Final = Decimal(1).scaleb(-FRACTION_DIGITS_MAX)
_CONDITIONS: Final = (Not, And, Or, Compare, In, Contains, Present)


def atoms_of(node: Node) -> Iterator[Node]:
    """Yield the smallest conditions in ``node``."""
    sides = (node.left, node.right) if isinstance(node, Compare) else ()
    if isinstance(node, Not | And | Or) or any(isinstance(s, _CONDITIONS) for s in sides):
        for part in children(node):
            yield from atoms_of(part)
    else:
        yield node


def places_of(node: Node, name: str) -> int:
    """Return how often a fact occurs in ``node``."""
    own = isinstance(node, Fact) and node.name == name
    return int(own) + sum(places_of(child, name) for child in children(node))


@dataclass(frozen=True, slots=True)
class Borders:
    """The borders of one fact.

    Attributes:
        fact: The fact.
        atoms: Every smallest condition that names it.
    """

    fact: FactDefinition
    atoms: tuple[Node, ...]

    def is_complete(self) -> bool:
        """Return whether :meth:`values` misses no range: texts and long lists may."""
        if self.fact.type is FactType.TEXT:
            return False
        if self.fact.type is FactType.SET:
            return len(self._mentioned()) <= TOGGLED_MAX
        if self.fact.type is FactType.DATE:
            return all(places_of(atom, self.fact.id) == 1 for atom in self.atoms)
        lists = [atom for atom in self.atoms if isinstance(atom, In)]
        bare = all(isinstance(atom.item, Fact) for atom in lists)
        return bare or all(len(atom.options) <= OPTIONS_MAX for atom in lists)

    def values(self, facts: Facts, on: date) -> tuple[Value, ...]:
        """Return one other value for each range, the nearest first."""
        held = facts[self.fact.id]
        seen = {self._turns(held, facts, on)}
        found: list[Value] = []
        for value in self._tried(held, facts, on):
            turned = self._turns(value, facts, on)
            if turned not in seen:
                seen.add(turned)
                found.append(value)
        return tuple(found)

    def ranges(self, facts: Facts, on: date) -> Iterator[Value]:
        """Yield one value for each range of a fact that is not stated."""
        first = self._lowest()
        yield first
        yield from self.values({**facts, self.fact.id: first}, on)

    def _lowest(self) -> Value:
        match self.fact.type:
            case FactType.BOOL:
                return False
            case FactType.ENUM:
                return self.fact.values[0]
            case FactType.TEXT:
                return ""
            case FactType.SET:
                return frozenset()
            case _:
                return self._at(self._ends()[0])

    def stones(self, facts: Facts, on: date, mates: "Sequence[Borders]") -> Iterator[Value]:
        """Yield values that only help once a mate changes too, the nearest first.

        Of a sum: both ends, what stands beside an own border, and where the sum turns with a
        mate at its end or beside its own border. For an inequality of two facts that misses
        nothing, for it is met, if at all, with one of them at an end of a range.
        """
        if self.fact.type not in ORDERED:
            yield from self.fact.values if self.fact.type is FactType.ENUM else ()
            return
        held, places = facts[self.fact.id], self._places(facts, on)
        for mate in mates:
            for value in mate.extremes(facts, on):
                places |= self._places({**facts, mate.fact.id: value}, on)
        here = self._place(held)
        yield from map(self._at, sorted(places - {here}, key=lambda place: abs(place - here)))

    def extremes(self, facts: Facts, on: date) -> Iterator[Value]:
        """Yield both ends and what stands beside a border; of no ordered value, nothing."""
        if self.fact.type in ORDERED:
            yield from map(self._at, sorted(self._places(facts, on)))

    def _turns(self, value: Value, facts: Facts, on: date) -> tuple[bool | None, ...]:
        tried = {**facts, self.fact.id: value}
        return tuple(truth(atom, tried, on) for atom in self.atoms)

    def _tried(self, held: Value, facts: Facts, on: date) -> Iterable[Value]:
        match self.fact.type:
            case FactType.BOOL:
                return (not held,)
            case FactType.ENUM:
                return self.fact.values
            case FactType.TEXT:
                return self._texts()
            case FactType.SET:
                return self._sets(cast("frozenset[str]", held))
            case _:
                places = self._places(facts, on)
                here = self._place(held)
                return map(self._at, sorted(places, key=lambda place: abs(place - here)))

    def _texts(self) -> tuple[str, ...]:
        consts = (part for atom in self.atoms for part in (*children(atom), *_options(atom)))
        texts = (part.value for part in consts if isinstance(part, Const))
        return tuple(text for text in texts if isinstance(text, str))

    def _mentioned(self) -> tuple[str, ...]:
        items = (atom.item.value for atom in self.atoms if isinstance(atom, Contains))
        return tuple(dict.fromkeys(str(item) for item in items))

    def _sets(self, held: frozenset[str]) -> Iterator[frozenset[str]]:
        """Yield sets with some values toggled, the fewest first; also none, and all."""
        mentioned = self._mentioned()
        count = len(mentioned) if len(mentioned) <= TOGGLED_MAX else 1
        for size in range(1, count + 1):
            yield from (held ^ frozenset(some) for some in combinations(mentioned, size))
        yield held | frozenset(mentioned)
        yield from (frozenset((value,)) for value in self.fact.values)
        yield frozenset()

    # Ordered values, each by its place on a line of whole numbers.

    def _places(self, facts: Facts, on: date) -> set[int]:
        low, high = self._ends()
        found = {low, high}
        for atom in self.atoms:
            for border in self._borders(atom, facts, on):
                found |= {border - 1, border, border + 1}
        return {place for place in found if low <= place <= high}

    def _borders(self, atom: Node, facts: Facts, on: date) -> Iterator[int]:
        if isinstance(atom, In) and isinstance(atom.item, Fact):
            yield from (self._place(option.value) for option in atom.options)
            return
        if isinstance(atom, In):
            options = atom.options[:OPTIONS_MAX]
            compared = [Compare("==", atom.item, option) for option in options]
        else:
            compared = [atom] if isinstance(atom, Compare) else []
        for compare in compared:
            yield self._turning(replace(compare, op=">="), facts, on)
            yield self._turning(replace(compare, op=">"), facts, on)

    def _turning(self, compare: Compare, facts: Facts, on: date) -> int:
        """Return the first place from which on ``compare`` is as at the upper end."""
        low, high = self._ends()

        def held(place: int) -> bool | None:
            return truth(compare, {**facts, self.fact.id: self._at(place)}, on)

        return _first(held, low, high)

    def _ends(self) -> tuple[int, int]:
        fact = self.fact
        if fact.type is FactType.DATE:
            return DAY_MIN.toordinal(), DAY_MAX.toordinal()
        low = -NUMBER_MAX if fact.min is None else fact.min
        high = NUMBER_MAX if fact.max is None else fact.max
        if fact.type is FactType.INT:
            return math.ceil(low), math.floor(high)
        return self._place(low), self._place(high)

    def _place(self, value: object) -> int:
        if isinstance(value, date):
            return value.toordinal()
        grain = _GRAIN if self.fact.type is FactType.DECIMAL else 1
        return math.floor(Decimal(cast("int", value)) / grain)

    def _at(self, place: int) -> Value:
        if self.fact.type is FactType.DATE:
            return date.fromordinal(place)
        return place if self.fact.type is FactType.INT else _GRAIN * place


def _first(held: Callable[[int], bool | None], low: int, high: int) -> int:
    """Return the first place from which on ``held`` answers as it does at ``high``."""
    last = held(high)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if held(middle) is last else (middle + 1, high)
    return low


def _options(atom: Node) -> tuple[Const, ...]:
    return atom.options if isinstance(atom, In) else ()
