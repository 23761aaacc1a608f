"""The process that runs the solver: reads questions from a pipe, writes answers.

It is spawned, never forked, answers one question at a time and keeps one item in one fresh
context of the solver. Its parent kills it when time is up.
"""

from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from interop.criteria.evaluation import Value
from interop.criteria.nodes import Node
from interop.criteria.prove.domain import Applicant, Domain
from interop.criteria.vocabulary import vocabulary_of
from interop.model.item import FactDefinition

if TYPE_CHECKING:
    import z3

    from interop.criteria.prove.encoding import Encoding

MEMORY_MIB_MAX: Final = 1024
READY: Final = "ready"
Preference: TypeAlias = tuple[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Open:
    """Begin another item in a fresh context; the fields are those of its domain."""

    facts: tuple[FactDefinition, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for an applicant that meets ``holds`` and misses one of ``fails``, if any.

    Attributes:
        define: Conditions by number that were not named before.
        holds: Numbers of the conditions that must hold.
        fails: At least one of these must not hold; no matter if empty.
        near: Wished values of facts, the most wished first; they are tried in turn.
        rlimit: Steps of the solver for each check.
    """

    define: tuple[tuple[int, Node], ...]
    holds: tuple[int, ...]
    fails: tuple[int, ...]
    near: tuple[Preference, ...]
    rlimit: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found: an applicant, a proof that there is none, or nothing."""

    verdict: Literal["found", "none", "undecided"]
    applicant: Applicant | None = None


UNDECIDED: Final = Answer("undecided")


def serve(pipe: Connection) -> None:
    """Say that the solver is loaded, then answer every question until the pipe closes."""
    import z3  # noqa: PLC0415 -- the extra; loaded only where it runs

    z3.set_param("memory_max_size", MEMORY_MIB_MAX)
    pipe.send(READY)
    desk: _Desk | None = None
    while True:
        try:
            asked = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        if isinstance(asked, Open):
            desk = _Desk(Domain(vocabulary_of(asked.facts), asked.first, asked.last))
        elif desk is not None:
            pipe.send(desk.answer(asked))


class _Desk:
    """One item in one context."""

    def __init__(self, domain: Domain) -> None:
        import z3  # noqa: PLC0415 -- the extra; loaded only where it runs

        from interop.criteria.prove import encoding  # noqa: PLC0415 -- imports the extra

        self._z3 = z3
        self._solver: z3.Solver = z3.Solver(ctx=z3.Context())
        self._encoding: Encoding = encoding.Encoding(domain, self._solver)
        self._not_encodable = encoding.NotEncodable
        self._conditions: dict[int, z3.BoolRef | None] = {}

    def answer(self, asked: Ask) -> Answer:
        """Return what the solver finds within its steps and its memory."""
        for number, node in asked.define:
            self._conditions[number] = self._encoded(node)
        needed = [self._conditions[n] for n in (*asked.holds, *asked.fails)]
        if any(term is None for term in needed):
            return UNDECIDED
        self._solver.set("rlimit", asked.rlimit)
        level = self._solver.num_scopes()
        self._solver.push()
        try:
            return self._found(asked)
        except self._z3.Z3Exception:
            return UNDECIDED
        finally:
            self._solver.pop(self._solver.num_scopes() - level)

    def _encoded(self, node: Node) -> "z3.BoolRef | None":
        try:
            return self._encoding.condition(node)
        except self._not_encodable:
            return None

    def _found(self, asked: Ask) -> Answer:
        z3 = self._z3
        self._solver.add(*[self._conditions[n] for n in asked.holds])
        if asked.fails:
            missed = [z3.Not(self._conditions[n]) for n in asked.fails]
            self._solver.add(z3.Or(*missed))
        verdict = self._solver.check()
        if verdict != z3.sat:
            return Answer("none") if verdict == z3.unsat else UNDECIDED
        return Answer("found", self._nearest(asked))

    def _nearest(self, asked: Ask) -> Applicant:
        """Return an applicant with as many wished values as the conditions allow, in turn."""
        model = self._solver.model()
        for name, values in asked.near:
            for value in values:
                wish = self._encoding.equals(name, value)
                if wish is None:
                    break
                self._solver.push()
                self._solver.add(wish)
                if self._solver.check() == self._z3.sat:
                    model = self._solver.model()
                    break
                self._solver.pop()
        return self._encoding.applicant(model)
