"""One item's criteria as sets of numbered conditions, and the question asked of them.

The question: is there an applicant who meets these and misses one of those? From cheap to
dear: applicants at hand, implications seen from the normal form, bounds on single facts, what
is remembered, applicants two facts away from a typical one, the solver.

INVARIANT: whoever is named was judged by the evaluator; an applicant whom the solver or the
memory gave and the evaluator judges otherwise raises :class:`DoesNotReplay`, for one of the
two is wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Final, Literal, TypeAlias

from interop.criteria.canonical_form import TRUE, normal_form
from interop.criteria.criterion import Criterion
from interop.criteria.evaluation import truth
from interop.criteria.nodes import Node, Not
from interop.criteria.prove.bounds import Bounds
from interop.criteria.prove.condition import ON, Condition
from interop.criteria.prove.domain import (
    ALL_KINDS,
    Applicant,
    Requirement,
    domain_of,
    requirements_of,
)
from interop.criteria.prove.memory import question_of
from interop.criteria.prove.pool import Pool
from interop.criteria.prove.solver import Solver
from interop.criteria.prove.worker import Answer, Preference
from interop.criteria.subsumption import implies
from interop.model.item import ClauseKind

RelationKind = Literal["equal", "stricter", "looser", "overlapping", "disjoint", "undecided"]
Conditions: TypeAlias = frozenset[int]
MIRRORED: Final[dict[RelationKind, RelationKind]] = {"stricter": "looser", "looser": "stricter"}
IMPLICATIONS_MAX: Final = 20_000
# A pure function of two trees, asked of the same pairs in every item that shares them.
IMPLIES: Final = lru_cache(IMPLICATIONS_MAX)(implies)


class DoesNotReplay(AssertionError):
    """Stop: solver and evaluator judge one applicant differently, a bug of this library."""


@dataclass(frozen=True, slots=True)
class Found:
    """An applicant as asked for, judged by the evaluator."""

    applicant: Applicant


Outcome: TypeAlias = Found | Literal["none", "undecided"]


class Inquiry:
    """The conditions of several criteria of one item, in one domain.

    Attributes:
        requirements: Of each criterion, what it asks for.
        names: Of each criterion, what it is called in a witness.
        sets: Of each criterion, the numbers of its conditions; like ones share a number.
    """

    def __init__(
        self,
        criteria: Sequence[Criterion],
        solver: Solver,
        *,
        kinds: frozenset[ClauseKind] = ALL_KINDS,
        names: Sequence[str] = (),
    ) -> None:
        self.domain = domain_of(criteria)
        self.criteria = tuple(criteria)
        self.names = tuple(names) or names_of(criteria)
        self.requirements = tuple(requirements_of(c, kinds) for c in criteria)
        self._solver = solver
        self._numbers: dict[str, int] = {}
        self._by_node: dict[Node, int] = {}
        self._by_id: dict[int, int] = {}
        self._conditions: list[Condition] = []
        self._stated: dict[int, Node] = {}
        self.sets = tuple(frozenset(self._asked_of_all(rows)) for rows in self.requirements)
        self.pool = Pool(self.domain, self._conditions)
        self._answers: dict[tuple[Conditions, Conditions, bool], Answer] = {}
        self._implied: dict[tuple[int, int], bool] = {}
        self._opposites: dict[int, Node] = {}
        self._kinds: dict[tuple[Conditions, Conditions], RelationKind] = {}

    def number(self, node: Node) -> int:
        """Return the number of a condition; like normal forms have one number."""
        # Criteria share nodes often; the object itself is the quickest key, and they live
        # as long as this inquiry does.
        found = self._by_id.get(id(node))
        if found is None:
            found = self._by_node.get(node)
            if found is None:
                found = self._by_node[node] = self._numbered(node)
            self._by_id[id(node)] = found
        return found

    def _numbered(self, node: Node) -> int:
        condition = self._solver.memory.condition(node, self.domain.vocabulary)
        number = self._numbers.setdefault(condition.text, len(self._numbers))
        if number == len(self._conditions):
            self._conditions.append(condition)
            self._stated[number] = node
        return number

    def _asked_of_all(self, rows: Iterable[Requirement]) -> Iterator[int]:
        """Yield the numbers of the conditions that do not hold by themselves."""
        for row in rows:
            number = self.number(row.node)
            if self._conditions[number].normal != TRUE:
                yield number

    # Relations.

    def relation(self, a: Conditions, b: Conditions) -> RelationKind:
        """Return how those who meet ``a`` lie to those who meet ``b``; stricter is within."""
        known = self._kinds.get((a, b))
        if known is None:
            known = self._kinds[a, b] = self._relation(a, b)
            self._kinds[b, a] = MIRRORED.get(known, known)
        return known

    def _relation(self, a: Conditions, b: Conditions) -> RelationKind:
        only_a, only_b = self.find(a, b), self.find(b, a)
        if "undecided" in (only_a, only_b):
            return "undecided"
        if only_a == "none":
            return "equal" if only_b == "none" else "stricter"
        if only_b == "none":
            return "looser"
        both = self.find(a | b, None)
        if both == "undecided":
            return "undecided"
        return "disjoint" if both == "none" else "overlapping"

    # Applicants.

    def find(
        self, holds: Conditions, fails: Conditions | None, *, near: bool = False
    ) -> Outcome:
        """Return an applicant who meets all of ``holds`` and misses one of ``fails``.

        Args:
            holds: Numbers of conditions.
            fails: Numbers of conditions; None asks for ``holds`` alone.
            near: Whether the applicant is to be near a typical one.
        """
        missed = None if fails is None else fails - holds
        if missed is not None and not missed:
            return "none"
        at_hand = self.pool.first(holds, missed or ())
        if at_hand is not None:
            return Found(at_hand)
        if missed is None:
            clash = any(self._excludes(one, other) for one, other in combinations(holds, 2))
            return "none" if clash else self._solve(holds, frozenset(), near=near)
        open_ = self._open(holds, missed)
        outcomes: list[Outcome] = []
        for number in open_:
            outcomes.append(self._miss(holds, number, near=near))
            if isinstance(outcomes[-1], Found):
                return outcomes[-1]
        return "undecided" if "undecided" in outcomes else "none"

    def _open(self, holds: Conditions, missed: Conditions) -> list[int]:
        """Return which of ``missed`` no form and no bound shows to follow from ``holds``."""
        left = [number for number in sorted(missed) if not self._is_implied(holds, number)]
        if not left:
            return left
        held = (self._conditions[number].normal for number in holds)
        bounds = Bounds(held, self.domain.vocabulary)
        return [number for number in left if not bounds.imply(self._conditions[number].normal)]

    def _is_implied(self, holds: Conditions, number: int) -> bool:
        return any(self._implies(held, number) for held in holds)

    def _implies(self, a: int, b: int) -> bool:
        known = self._implied.get((a, b))
        if known is None:
            # What somebody meets implies nothing about facts it does not speak of.
            common = not self._spoken(a).isdisjoint(self._spoken(b)) or not self.pool.meets(a)
            one, other = self._conditions[a], self._conditions[b]
            known = self._implied[a, b] = common and IMPLIES(one.normal, other.normal)
        return known

    def _excludes(self, a: int, b: int) -> bool:
        """Return whether the form shows that nobody meets both conditions."""
        one, other = self._conditions[a], self._conditions[b]
        if one.spoken.isdisjoint(other.spoken):
            return False
        if b not in self._opposites:
            self._opposites[b] = normal_form(Not(other.node), self.domain.vocabulary)
        return IMPLIES(one.normal, self._opposites[b])

    def _miss(self, holds: Conditions, number: int, *, near: bool) -> Outcome:
        """Return an applicant who meets ``holds`` and misses one condition.

        Only what shares a fact with it, directly or through others, can keep it from being
        missed; the rest is met by somebody at hand.
        """
        part, missed = self._linked(holds, number), frozenset({number})
        answer = self._asked(part, missed, near=near)
        if answer.applicant is None:
            return "none" if answer.verdict == "none" else "undecided"
        rest = self.pool.first(holds, ()) if part != holds else self.pool.typical
        if rest is None:
            return self._solve(holds, missed, near=near)
        merged = self._merged(answer.applicant, rest, part | missed)
        return self._confirmed(merged, holds, missed)

    def _solve(self, holds: Conditions, fails: Conditions, *, near: bool) -> Outcome:
        answer = self._asked(holds, fails, near=near)
        if answer.applicant is None:
            return "none" if answer.verdict == "none" else "undecided"
        merged = self._merged(answer.applicant, self.pool.typical, holds | fails)
        return self._confirmed(merged, holds, fails)

    def _merged(self, found: Applicant, rest: Applicant, numbers: Conditions) -> Applicant:
        """Return ``found``, who was found for these conditions, and ``rest`` beyond them."""
        on = found.on if ON in self._spoken_of(numbers) else rest.on
        return Applicant({**rest.facts, **found.facts}, on)

    def _asked(self, holds: Conditions, fails: Conditions, *, near: bool) -> Answer:
        """Return the solver's answer, remembered if it can be; it states what is spoken of."""
        key = holds, fails, near
        if key not in self._answers:
            self._answers[key] = self._remembered(holds, fails, near=near)
        return self._answers[key]

    def _remembered(self, holds: Conditions, fails: Conditions, *, near: bool) -> Answer:
        solver, spoken = self._solver, self._spoken_of(holds | fails)
        wishes = tuple(wish for wish in self.pool.wishes if wish[0] in spoken) if near else ()
        question = question_of(
            [self._conditions[n] for n in holds],
            [self._conditions[n] for n in fails],
            domain=self.domain,
            near=wishes,
            rlimit=solver.budget.rlimit,
        )
        known = solver.memory.answer(question)
        if known is None:
            known = _stating(
                self._nearby(holds, fails) or self._found(holds, fails, wishes), spoken
            )
            solver.memory.keep(question, known)
        return known

    def _nearby(self, holds: Conditions, fails: Conditions) -> Answer | None:
        """Return an applicant found without the solver; None if none was."""
        if len(fails) != 1:
            return None
        who = self.pool.nearby(holds, *fails)
        return None if who is None else Answer("found", who)

    def _found(
        self, holds: Conditions, fails: Conditions, near: tuple[Preference, ...]
    ) -> Answer:
        return self._solver.find(self.domain, self._stated, holds=holds, fails=fails, near=near)

    def _spoken_of(self, numbers: Conditions) -> frozenset[str]:
        return frozenset[str]().union(*(self._spoken(number) for number in numbers))

    def _linked(self, holds: Conditions, number: int) -> Conditions:
        spoken, left = set(self._spoken(number)), set(holds)
        found: set[int] = set()
        while linked := {n for n in left if not spoken.isdisjoint(self._spoken(n))}:
            found |= linked
            left -= linked
            spoken.update(*(self._spoken(n) for n in linked))
        return frozenset(found)

    def _spoken(self, number: int) -> frozenset[str]:
        """Return what a condition speaks of: its facts, and the day if that matters."""
        return self._conditions[number].spoken

    def _confirmed(self, applicant: Applicant, holds: Conditions, fails: Conditions) -> Found:
        self._replay(applicant, holds, fails)
        self.pool.add(applicant)
        return Found(applicant)

    def _replay(self, applicant: Applicant, holds: Conditions, fails: Conditions) -> None:
        met = {n for n in holds | fails if self._meets(applicant, self._stated[n])}
        if not holds <= met or (fails and fails <= met):
            raise DoesNotReplay(sorted(holds - met), sorted(fails & met), applicant)

    def failing(self, place: int, applicant: Applicant) -> tuple[Requirement, ...]:
        """Return what an applicant misses of one criterion, judged by the evaluator."""
        rows = self.requirements[place]
        return tuple(row for row in rows if not self._meets(applicant, row.node))

    @staticmethod
    def _meets(applicant: Applicant, node: Node) -> bool:
        return truth(node, applicant.facts, applicant.on) is True


def _stating(answer: Answer, names: frozenset[str]) -> Answer:
    """Return ``answer`` with these facts alone; of others the solver says what it likes."""
    who = answer.applicant
    if who is None:
        return answer
    facts = {name: value for name, value in who.facts.items() if name in names}
    return replace(answer, applicant=Applicant(facts, who.on))


def names_of(criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """Return the regions; with their versions where regions repeat, else with their places."""
    regions = [criterion.item.region for criterion in criteria]
    versions = [f"{c.item.region}@{c.item.version}" for c in criteria]
    for names in (regions, versions):
        if len(set(names)) == len(names):
            return tuple(names)
    return tuple(f"{name}#{place}" for place, name in enumerate(versions, start=1))
