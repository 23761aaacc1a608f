"""Applicants as a window may see them: half of the applications in order, the rest nearly.

How they are drawn is fixed beforehand, not fitted to a figure: answers lie at and beside the
borders that the conditions name; an application in order has single answers replaced by any
other; how often an answer is replaced is such that half of the applications are in order, as
in benchmarks/criteria.py. So somebody also comes to the wrong window, or needs no licence.
Nine in ten of the materials that the item asks for are handed in.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Final

from interop.conformance.strategies.criteria import pool_of
from interop.criteria import Criterion
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.judge import judge_of
from interop.model.case import FactValue

Facts = dict[str, FactValue]

IN_ORDER: Final = 0.5
HANDED_IN: Final = 0.9
HALVINGS: Final = 8
SAMPLES: Final = 300


class Window:
    """Where applications for one item come in; the same ones for the same seed."""

    def __init__(self, criterion: Criterion, on: date, seed: int) -> None:
        self._criterion, self._on = criterion, on
        self._judge = judge_of(criterion)
        self._clauses = (1 << len(criterion.clauses)) - 1
        self._draw = Random(seed)  # noqa: S311 -- no secret, the same each time
        facts = criterion.item.facts
        self._pools: Mapping[str, Sequence[FactValue]] = {
            fact.id: pool_of(fact, criterion.item, on=on) for fact in facts
        }
        self._sound = [self._in_order() for _ in range(SAMPLES // 10)]
        self._often = self._replaced()

    def applications(self, count: int) -> Iterator[tuple[Facts, set[str]]]:
        """Yield facts and the codes of the materials handed in."""
        for _ in range(count):
            facts = self._application(self._often)
            yield facts, {code for code in self._needed(facts) if self._chance(HANDED_IN)}

    def failing(self, facts: Facts) -> tuple[str, ...]:
        """Return the clauses that do not hold."""
        return tuple(
            row.clause.id
            for n, row in enumerate(self._criterion.clauses)
            if self._mask(facts) >> n & 1
        )

    def _mask(self, facts: Facts) -> int:
        typed = read_facts(self._criterion.vocabulary, facts, has_agent=False)
        return self._judge.masks(typed, self._on)[0] & self._clauses

    def _needed(self, facts: Facts) -> list[str]:
        typed = read_facts(self._criterion.vocabulary, facts, has_agent=False)
        rows = self._criterion.materials
        return [
            row.material.code
            for row in rows
            if row.when is None or truth(row.when, typed, self._on)
        ]

    def _chance(self, share: float) -> bool:
        return self._draw.random() < share

    def _in_order(self) -> Facts:
        """Return answers that meet every clause, walked to from any answers."""
        facts = {name: self._draw.choice(pool) for name, pool in self._pools.items()}
        while failing := self._mask(facts):
            name = self._draw.choice(sorted(self._pools))
            other = {**facts, name: self._draw.choice(self._pools[name])}
            if self._mask(other).bit_count() <= failing.bit_count():
                facts = other
        return facts

    def _application(self, often: float) -> Facts:
        sound = self._draw.choice(self._sound)
        return {
            name: self._draw.choice(self._pools[name]) if self._chance(often) else value
            for name, value in sound.items()
        }

    def _replaced(self) -> float:
        """Return how often to replace an answer so that half of the applications are sound."""
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            drawn = [self._mask(self._application(middle)) for _ in range(SAMPLES)]
            in_order = drawn.count(0) / SAMPLES
            low, high = (middle, high) if in_order > IN_ORDER else (low, middle)
        return low
