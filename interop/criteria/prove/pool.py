"""Applicants at hand, and which conditions each of them meets (by the evaluator).

The first is typical: it meets as many of the conditions as a short search finds. The others
differ from it in one fact; what the solver finds is added.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from interop.criteria.evaluation import Value, truth
from interop.criteria.nodes import Node, facts_of
from interop.criteria.prove.candidates import Candidates
from interop.criteria.prove.domain import Applicant, Domain

SWEEPS_MAX: Final = 4
APPLICANTS_MAX: Final = 20_000


class Pool:
    """Applicants by place; of each condition a bit mask of those who meet it."""

    def __init__(self, domain: Domain, conditions: Mapping[int, Node]) -> None:
        self._conditions = conditions
        self._touched: dict[str, list[int]] = {}
        for number, node in conditions.items():
            for name in facts_of(node):
                self._touched.setdefault(name, []).append(number)
        self.values = Candidates(domain, conditions.values()).values()
        self.applicants: list[Applicant] = []
        self._masks = dict.fromkeys(conditions, 0)
        self.typical = self._climb(
            Applicant({name: v[0] for name, v in self.values.items()}, domain.typical_day),
            conditions,
        )
        self.add(self.typical)
        self.vary(self.typical, self._touched)

    def meets(self, number: int) -> int:
        """Return the mask of the applicants who meet a condition."""
        return self._masks[number]

    def first(self, holds: Iterable[int], fails: Iterable[int]) -> Applicant | None:
        """Return the first applicant who meets all of ``holds`` and misses one of ``fails``."""
        mask = (1 << len(self.applicants)) - 1
        for number in holds:
            mask &= self._masks[number]
        missed = list(fails)
        if missed:
            met = mask
            for number in missed:
                met &= self._masks[number]
            mask &= ~met
        return self.applicants[(mask & -mask).bit_length() - 1] if mask else None

    def add(self, applicant: Applicant) -> None:
        """Judge another applicant by every condition."""
        if len(self.applicants) < APPLICANTS_MAX:
            self._note(applicant, self._met(applicant, self._conditions))

    def vary(self, applicant: Applicant, names: Iterable[str]) -> None:
        """Add those who differ from ``applicant`` in one of these facts, bounds first."""
        met = self._met(applicant, self._conditions)
        for name, value in self._changes(applicant, names):
            other = Applicant({**applicant.facts, name: value}, applicant.on)
            touched = self._touched.get(name, ())
            if len(self.applicants) < APPLICANTS_MAX:
                self._note(other, (met - set(touched)) | self._met(other, touched))

    def complete(self, found: Applicant) -> Applicant:
        """Return ``found`` with typical values for the facts it does not state."""
        return Applicant({**self.typical.facts, **found.facts}, found.on)

    def wishes(self) -> tuple[tuple[str, tuple[Value, ...]], ...]:
        """Return for each fact its typical value, then the others worth trying."""
        typical = self.typical.facts
        return tuple(
            (name, tuple(dict.fromkeys((typical[name], *values))))
            for name, values in self.values.items()
            if name in self._touched
        )

    def _note(self, applicant: Applicant, met: set[int]) -> None:
        bit = 1 << len(self.applicants)
        self.applicants.append(applicant)
        for number in met:
            self._masks[number] |= bit

    def _met(self, applicant: Applicant, numbers: Iterable[int]) -> set[int]:
        facts, on = applicant.facts, applicant.on
        return {n for n in numbers if truth(self._conditions[n], facts, on)}

    def _changes(
        self, applicant: Applicant, names: Iterable[str]
    ) -> Iterator[tuple[str, Value]]:
        depth = max((len(self.values[name]) for name in names), default=0)
        for place in range(depth):
            for name in names:
                values = self.values[name]
                if place < len(values) and values[place] != applicant.facts[name]:
                    yield name, values[place]

    # A typical applicant.

    def _climb(self, start: Applicant, goals: Mapping[int, Node]) -> Applicant:
        """Return ``start`` changed fact by fact while that meets more of the goals."""
        best, missed = start, set(goals) - self._met(start, goals)
        for _ in range(SWEEPS_MAX):
            before = len(missed)
            for number in sorted(missed):
                for name in facts_of(goals[number]):
                    best, missed = self._step(best, missed, name, goals)
            if not missed or len(missed) == before:
                break
        return best

    def _step(
        self, best: Applicant, missed: set[int], name: str, goals: Mapping[int, Node]
    ) -> tuple[Applicant, set[int]]:
        touched = [n for n in self._touched.get(name, ()) if n in goals]
        if not missed.intersection(touched):
            return best, missed
        for value in self.values[name]:
            other = Applicant({**best.facts, name: value}, best.on)
            now = (missed - set(touched)) | (set(touched) - self._met(other, touched))
            if len(now) < len(missed):
                best, missed = other, now
        return best, missed
