"""Applicants at hand, and which conditions each of them meets (by the evaluator).

The first is typical: it meets as many of the conditions as a short search finds. The others
differ from it in one fact; what the solver finds is added.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Final

from interop.criteria.evaluation import Value
from interop.criteria.prove.candidates import Candidates
from interop.criteria.prove.condition import ON, Condition
from interop.criteria.prove.domain import Applicant, Domain

SWEEPS_MAX: Final = 4
APPLICANTS_MAX: Final = 20_000
TRIES_MAX: Final = 500
MENDED_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class _Aim:
    """What an applicant is to meet, and what to miss."""

    met: frozenset[int]
    missed: frozenset[int] = frozenset()


class Pool:
    """Applicants by place; of each condition a bit mask of those who meet it."""

    def __init__(self, domain: Domain, conditions: Sequence[Condition]) -> None:
        self._conditions = conditions
        self._touched: dict[str, list[int]] = {}
        for number, condition in enumerate(conditions):
            for name in condition.names:
                self._touched.setdefault(name, []).append(number)
        self.values = Candidates(domain, [row.node for row in conditions]).values()
        self.applicants: list[Applicant] = []
        self._masks = [0] * len(conditions)
        self.typical = self._climb(
            Applicant({name: v[0] for name, v in self.values.items()}, domain.typical_day),
            _Aim(frozenset(range(len(conditions)))),
        )
        self.add(self.typical)
        self._vary(self.typical)
        self.wishes = self._wishes()

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

    def nearby(self, holds: Iterable[int], number: int) -> Applicant | None:
        """Return one who meets ``holds`` and misses ``number``; None if none was found.

        One who is like the first who meets ``holds``, but for one or two of the facts that
        the condition speaks of, and then for what that breaks.
        """
        aim = _Aim(frozenset(holds), frozenset({number}))
        base = self.first(aim.met, ())
        if base is None:
            return None
        broken: list[Applicant] = []
        for who in self._missing(base, number):
            if self._met(who, aim.met) == aim.met:
                return who
            if len(broken) < MENDED_MAX:
                broken.append(who)
        mended = (self._climb(who, aim) for who in broken)
        return next((who for who in mended if self._met(who, aim.met) == aim.met), None)

    def _missing(self, base: Applicant, number: int) -> Iterator[Applicant]:
        for names in _changes_of(self._conditions[number].names):
            others = self._others(base, names)
            yield from (who for who in others if not self._met(who, (number,)))

    def add(self, applicant: Applicant) -> None:
        """Judge another applicant by every condition."""
        if len(self.applicants) < APPLICANTS_MAX:
            bit = 1 << len(self.applicants)
            self.applicants.append(applicant)
            for number in self._met(applicant, range(len(self._conditions))):
                self._masks[number] |= bit

    def _wishes(self) -> tuple[tuple[str, tuple[Value, ...]], ...]:
        """Return the typical day, then for each fact its typical value and those to try."""
        typical = self.typical.facts
        facts = [
            (name, tuple(dict.fromkeys((typical[name], *values))))
            for name, values in self.values.items()
            if name in self._touched
        ]
        return ((ON, (self.typical.on,)), *facts)

    def _vary(self, applicant: Applicant) -> None:
        """Add those who differ from ``applicant`` in one fact, bounds first."""
        changes = list(islice(self._changes(applicant), APPLICANTS_MAX - len(self.applicants)))
        # They meet what they meet, save for the conditions that speak of what differs.
        alike = ((1 << len(changes)) - 1) << len(self.applicants)
        for number in self._met(applicant, range(len(self._conditions))):
            self._masks[number] |= alike
        for name, value in changes:
            bit = 1 << len(self.applicants)
            other = Applicant({**applicant.facts, name: value}, applicant.on)
            self.applicants.append(other)
            touched = self._touched.get(name, ())
            met = self._met(other, touched)
            for number in touched:
                self._masks[number] &= ~bit
                self._masks[number] |= bit * (number in met)

    def _met(self, applicant: Applicant, numbers: Iterable[int]) -> set[int]:
        facts, on, conditions = applicant.facts, applicant.on, self._conditions
        return {number for number in numbers if conditions[number].judge(facts, on)}

    def _changes(self, applicant: Applicant) -> Iterator[tuple[str, Value]]:
        names = list(self._touched)
        depth = max((len(self.values[name]) for name in names), default=0)
        for place in range(depth):
            for name in names:
                values = self.values[name]
                if place < len(values) and values[place] != applicant.facts[name]:
                    yield name, values[place]

    # A typical applicant.

    def _climb(self, start: Applicant, aim: "_Aim") -> Applicant:
        """Return ``start`` changed in one fact or two while that meets more of the aim."""
        best, missed = start, set(aim.met) - self._met(start, aim.met)
        for _ in range(SWEEPS_MAX):
            before = len(missed)
            for number in sorted(missed):
                for names in _changes_of(self._conditions[number].names):
                    if number in missed:
                        best, missed = self._step((best, missed), names, aim)
            if not missed or len(missed) == before:
                break
        return best

    def _step(
        self, at: tuple[Applicant, set[int]], names: tuple[str, ...], aim: "_Aim"
    ) -> tuple[Applicant, set[int]]:
        best, missed = at
        touched = aim.met.intersection(n for name in names for n in self._touched[name])
        for other in self._others(best, names):
            now = (missed - touched) | (touched - self._met(other, touched))
            if len(now) < len(missed) and not self._met(other, aim.missed):
                best, missed = other, now
        return best, missed

    def _others(self, base: Applicant, names: tuple[str, ...]) -> Iterator[Applicant]:
        """Yield applicants who differ from ``base`` in these facts, bounds first."""
        for chosen in islice(product(*(self.values[name] for name in names)), TRIES_MAX):
            changed = dict(zip(names, chosen, strict=True))
            yield Applicant({**base.facts, **changed}, base.on)


def _changes_of(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield each fact alone, then every two."""
    yield from ((name,) for name in names)
    yield from combinations(names, 2)
