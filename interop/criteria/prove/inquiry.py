"""One item's criteria as sets of numbered conditions, and the question asked of them.

The question: is there an applicant who meets these and misses one of those? From cheap to
dear: applicants at hand, implications seen from the normal form, the solver.

INVARIANT: whoever is named was judged by the evaluator; a solver's applicant whom the
evaluator judges otherwise raises :class:`DoesNotReplay`, for one of the two is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from interop.criteria.canonical_form import TRUE, normal_form
from interop.criteria.criterion import Criterion
from interop.criteria.evaluation import truth
from interop.criteria.nodes import Node, facts_of, names_today
from interop.criteria.printer import text_of_node
from interop.criteria.prove.domain import (
    ALL_KINDS,
    Applicant,
    Requirement,
    domain_of,
    requirements_of,
)
from interop.criteria.prove.pool import Pool
from interop.criteria.prove.solver import Solver
from interop.criteria.prove.worker import Answer
from interop.criteria.subsumption import implies
from interop.model.item import ClauseKind

RelationKind = Literal["equal", "stricter", "looser", "overlapping", "disjoint", "undecided"]
Conditions: TypeAlias = frozenset[int]
ON: Final = "on"
MIRRORED: Final[dict[RelationKind, RelationKind]] = {"stricter": "looser", "looser": "stricter"}


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
        self._normal: list[Node] = []
        self._stated: dict[int, Node] = {}
        self.sets = tuple(
            frozenset(
                self.number(row.node)
                for row in rows
                if self._normal[self.number(row.node)] != TRUE
            )
            for rows in self.requirements
        )
        self.pool = Pool(self.domain, self._stated)
        self._facts: dict[int, frozenset[str]] = {}
        self._answers: dict[tuple[Conditions, int, bool], Answer] = {}
        self._implied: dict[tuple[int, int], bool] = {}
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
        normal = normal_form(node, self.domain.vocabulary)
        number = self._numbers.setdefault(text_of_node(normal), len(self._numbers))
        if number == len(self._normal):
            self._normal.append(normal)
            self._stated[number] = node
        return number

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
            return self._solve(holds, frozenset(), near=near)
        open_ = [number for number in sorted(missed) if not self._is_implied(holds, number)]
        outcomes: list[Outcome] = []
        for number in open_:
            outcomes.append(self._miss(holds, number, near=near))
            if isinstance(outcomes[-1], Found):
                return outcomes[-1]
        return "undecided" if "undecided" in outcomes else "none"

    def _is_implied(self, holds: Conditions, number: int) -> bool:
        return any(self._implies(held, number) for held in holds)

    def _implies(self, a: int, b: int) -> bool:
        known = self._implied.get((a, b))
        if known is None:
            one, other = self._normal[a], self._normal[b]
            # What somebody meets implies nothing about facts it does not speak of.
            common = set(facts_of(one)) & set(facts_of(other)) or not self.pool.meets(a)
            known = self._implied[a, b] = bool(common) and implies(one, other)
        return known

    def _miss(self, holds: Conditions, number: int, *, near: bool) -> Outcome:
        """Return an applicant who meets ``holds`` and misses one condition.

        Only what shares a fact with it, directly or through others, can keep it from being
        missed; the rest is met by somebody at hand.
        """
        part = self._linked(holds, number)
        answer = self._asked(part, number, near=near)
        if answer.applicant is None:
            return "none" if answer.verdict == "none" else "undecided"
        rest = self.pool.first(holds, ()) if part != holds else self.pool.typical
        if rest is None:
            return self._solve(holds, frozenset({number}), near=near)
        spoken = frozenset().union(*(self._spoken(n) for n in (*part, number)))
        facts = {name: v for name, v in answer.applicant.facts.items() if name in spoken}
        on = answer.applicant.on if ON in spoken else rest.on
        merged = Applicant({**rest.facts, **facts}, on)
        return self._confirmed(merged, holds, frozenset({number}))

    def _asked(self, part: Conditions, number: int, *, near: bool) -> Answer:
        key = part, number, near
        if key not in self._answers:
            self._answers[key] = self._solver.find(
                self.domain,
                self._stated,
                holds=part,
                fails=frozenset({number}),
                near=self.pool.wishes() if near else (),
            )
        return self._answers[key]

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
        if number not in self._facts:
            node = self._stated[number]
            names = (*facts_of(node), *((ON,) if names_today(node) else ()))
            self._facts[number] = frozenset(names)
        return self._facts[number]

    def _solve(self, holds: Conditions, fails: Conditions, *, near: bool) -> Outcome:
        wishes = self.pool.wishes() if near else ()
        answer = self._solver.find(
            self.domain, self._stated, holds=holds, fails=fails, near=wishes
        )
        if answer.applicant is None:
            return "none" if answer.verdict == "none" else "undecided"
        return self._confirmed(self.pool.complete(answer.applicant), holds, fails)

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


def names_of(criteria: Sequence[Criterion]) -> tuple[str, ...]:
    """Return the regions; with their versions where regions repeat, else with their places."""
    regions = [criterion.item.region for criterion in criteria]
    versions = [f"{c.item.region}@{c.item.version}" for c in criteria]
    for names in (regions, versions):
        if len(set(names)) == len(names):
            return tuple(names)
    return tuple(f"{name}#{place}" for place, name in enumerate(versions, start=1))
