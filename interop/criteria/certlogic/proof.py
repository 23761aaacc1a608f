"""The process that compares rule sets: reads one job, writes one answer per pair.

It is spawned, so no state of the parent is in it; its parent kills it when time is up.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from interop.criteria.certlogic.applicants import CLOCK, domain_of
from interop.criteria.certlogic.guards import READINGS_MAX, Facts, both, either, opposite
from interop.criteria.certlogic.readings import Reading, View
from interop.criteria.certlogic.relations import integer
from interop.criteria.certlogic.symbolic import condition_of
from interop.criteria.nodes import Compare, Node
from interop.model.canonical import Json

if TYPE_CHECKING:
    import z3

RLIMIT: Final = 200_000_000
CHECK_MS_MAX: Final = 20_000
MEMORY_MIB_MAX: Final = 1024

Verdict = Literal["found", "none", "undecided"]
# First rule set, second, and of (first only, second only, both) the verdict and a payload.
Answer: TypeAlias = tuple[int, int, tuple[tuple[Verdict, Json], ...]]


@dataclass(frozen=True, slots=True)
class Job:
    """The rule sets of one kind of certificate.

    Attributes:
        kind: ``Vaccination``, ``Test`` or ``Recovery``.
        sets: Of each jurisdiction the rules: logic, first moment, first moment after.
        value_sets: What ``external.valueSets`` holds.
    """

    kind: str
    sets: tuple[tuple[tuple[Json, int, int], ...], ...]
    value_sets: dict[str, Json]

    def as_bytes(self) -> bytes:
        """Return the job as JSON; a pickle of a deep rule could exhaust the stack."""
        return json.dumps([self.kind, self.sets, self.value_sets]).encode()


def job_of(content: bytes) -> Job:
    """Return the job in ``content``."""
    kind, sets, value_sets = json.loads(content)
    return Job(kind, tuple(tuple(map(tuple, rules)) for rules in sets), value_sets)


def set_condition(
    rules: tuple[tuple[Json, int, int], ...], value_sets: dict[str, Json], facts: Facts
) -> Node:
    """Return the condition that every rule that counts at the clock holds."""
    clock = facts.of(Reading(CLOCK, View.MOMENT))
    parts = []
    for logic, first, after in rules:
        counts = both(Compare(">=", clock, integer(first)), Compare("<", clock, integer(after)))
        parts.append(either(opposite(counts), condition_of(logic, value_sets, facts)))
    return both(*parts)


def serve(pipe: Connection) -> None:
    """Answer the jobs that come through ``pipe`` until it closes."""
    import z3  # noqa: PLC0415 -- the extra; loaded only in this process

    z3.set_param("memory_max_size", MEMORY_MIB_MAX)
    while True:
        try:
            job = job_of(pipe.recv_bytes())
        except (EOFError, KeyboardInterrupt):
            return
        for answer in Comparison(job).answers():
            pipe.send_bytes(json.dumps(answer).encode())


class Comparison:
    """The rule sets of one job in one solver."""

    def __init__(self, job: Job) -> None:
        import z3  # noqa: PLC0415 -- the extra; loaded only in this process

        from interop.criteria.certlogic import encoding  # noqa: PLC0415 -- imports the extra

        self._z3 = z3
        self._value_sets = job.value_sets
        # Each rule stays within its limit; all of them together may read more.
        rules = sum(map(len, job.sets))
        facts = Facts(readings_max=READINGS_MAX * (rules + 1))
        nodes = [set_condition(rules, job.value_sets, facts) for rules in job.sets]
        self._domain = domain_of(job.kind, facts.readings.values())
        self._solver = z3.Solver(ctx=z3.Context())
        self._solver.set("rlimit", RLIMIT)
        self._solver.set("timeout", CHECK_MS_MAX)
        self._encoding = encoding.Encoding(self._domain, facts.readings, self._solver)
        self._not_encodable = encoding.NotEncodable
        self._names = [self._name(place, node) for place, node in enumerate(nodes)]

    def answers(self) -> Iterator[Answer]:
        """Compare every unordered pair.

        Yields:
            The places of the two sets, and what was found in the first alone, in the second
            alone and in both.
        """
        for i, j in combinations(range(len(self._names)), 2):
            a, b = self._names[i], self._names[j]
            if a is None or b is None:
                yield i, j, (("undecided", None),) * 3
                continue
            neither = self._z3.Not(a), self._z3.Not(b)
            yield i, j, (self._ask(a, neither[1]), self._ask(b, neither[0]), self._ask(a, b))

    def _name(self, place: int, node: Node) -> "z3.BoolRef | None":
        """Return a name for the condition; None if the domain does not tell its truth."""
        name = self._z3.Bool(f"set{place}", self._solver.ctx)
        try:
            self._solver.add(name == self._encoding.condition(node))
        except self._not_encodable:
            return None
        return name

    def _ask(self, *terms: "z3.BoolRef") -> tuple[Verdict, Json]:
        try:
            verdict = self._solver.check(*terms)
            if verdict != self._z3.sat:
                return ("none" if verdict == self._z3.unsat else "undecided"), None
            values = self._encoding.values(self._solver.model())
        except self._z3.Z3Exception:
            return "undecided", None
        return "found", self._domain.payload(values, dict(self._value_sets))
