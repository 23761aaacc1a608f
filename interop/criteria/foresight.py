"""How many questions an answer spares: what to ask first among what may be spared.

Looks one answer ahead, at one value for each way the answer can turn the conditions, each as
likely as the other: no history of applications is needed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Final

from interop.criteria.borders import Borders, atoms_of
from interop.criteria.evaluation import Value
from interop.criteria.nodes import facts_of
from interop.criteria.outcomes import Application
from interop.criteria.relevance import OpenRow

# Beyond so many open facts, and beyond so many values of one, nothing is foreseen.
NAMES_MAX: Final = 64
VALUES_MAX: Final = 32


class Foresight:
    """What the answer to each open question would spare."""

    def __init__(self, here: Application, rows: Sequence[OpenRow]) -> None:
        self._here = here
        self._rows = [(row, row.names()) for row in rows if row.parts]
        self._blind = len(_union(names for _, names in self._rows)) > NAMES_MAX

    def spared(self, name: str) -> Fraction:
        """Return how many other questions the answer to ``name`` spares, on average."""
        concerned = [row for row, names in self._rows if name in names]
        elsewhere = _union(names for _, names in self._rows if name not in names)
        now = _union(row.names() for row in concerned) - elsewhere - {name}
        if not now or self._blind:
            return Fraction(0)
        values = self._values(name, concerned)
        left = [self._left(concerned, name, value) for value in values]
        return Fraction(sum(len(now - names) for names in left), len(left))

    def _left(self, rows: Sequence[OpenRow], name: str, value: Value) -> frozenset[str]:
        there = replace(self._here, facts={**self._here.facts, name: value})
        return _union(row.again(there).names() for row in rows)

    def _values(self, name: str, rows: Sequence[OpenRow]) -> tuple[Value, ...]:
        here = self._here
        atoms = (atom for row in rows for node in row.conditions for atom in atoms_of(node))
        named = tuple(atom for atom in atoms if name in facts_of(atom))
        borders = Borders(here.criterion.vocabulary.facts[name], named)
        return tuple(islice(borders.ranges(here.facts, here.on), VALUES_MAX))


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
