"""The solver from outside: one spawned worker, a budget, and no answer rather than a guess.

A worker that exceeds its time is killed by its process id; what it was asked is undecided.
"""

import multiprocessing
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final, Self

from interop.criteria.nodes import Node
from interop.criteria.prove.domain import Domain
from interop.criteria.prove.memory import Memory
from interop.criteria.prove.reasons import BUDGET, PROVER_MISSING, PROVER_START
from interop.criteria.prove.worker import UNDECIDED, Answer, Ask, Open, Preference, serve
from interop.errors import CaseError, KnowledgeError

EXTRA: Final = "prove"
RLIMIT_MAX: Final = 1_000_000_000
WALL_S_MAX: Final = 3600.0
STOP_S_MAX: Final = 5.0


@dataclass(frozen=True, slots=True)
class Budget:
    """What a proof may cost.

    Attributes:
        rlimit: Steps of the solver for each check; the same steps give the same answer.
        check_s: Seconds for one question, start of the worker included.
        wall_s: Seconds for everything asked of one solver.
    """

    rlimit: int = 20_000_000
    check_s: float = 20.0
    wall_s: float = 300.0

    def __post_init__(self) -> None:
        limits = (
            ("rlimit", self.rlimit, RLIMIT_MAX),
            ("check_s", self.check_s, WALL_S_MAX),
            ("wall_s", self.wall_s, WALL_S_MAX),
        )
        wrong = [
            BUDGET.of(field=name, expected=f"0 … {limit}", got=value)
            for name, value, limit in limits
            if not 0 < value <= limit
        ]
        if wrong:
            raise CaseError(*wrong)


def require_prover() -> None:
    """Raise KnowledgeError, ``prover-missing``, unless the extra ``prove`` is installed."""
    if find_spec("z3") is None:
        raise KnowledgeError(PROVER_MISSING.of(expected=EXTRA))


class Solver:
    """One worker process, started at the first question; use it as a context.

    A worker holds one item at a time, so asking item by item is cheapest. Not to be shared
    between threads; a memory may be.

    Args:
        budget: What its proofs may cost.
        memory: What was proved before; one of its own if there is none to share.
    """

    def __init__(self, budget: Budget | None = None, *, memory: Memory | None = None) -> None:
        require_prover()
        self.budget = budget or Budget()
        self.memory = memory or Memory()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._open: Domain | None = None
        self._defined: set[int] = set()
        self._spent_s = 0.0
        self.asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Return the process id of the worker; None while there is none."""
        return None if self._process is None else self._process.pid

    def find(
        self,
        domain: Domain,
        conditions: Mapping[int, Node],
        *,
        holds: frozenset[int],
        fails: frozenset[int],
        near: tuple[Preference, ...] = (),
    ) -> Answer:
        """Return an applicant who meets all of ``holds`` and misses one of ``fails``.

        Args:
            domain: What the applicant may state; one object per item.
            conditions: At least the conditions named, by number; a number keeps its meaning
                for one ``domain``.
            holds: What must hold.
            fails: At least one of these must fail; no matter if empty.
            near: Wished values, tried in turn.

        Raises:
            KnowledgeError: ``prover-start``: the worker cannot start at all.
        """
        started = time.monotonic()
        allowed = min(self.budget.check_s, self.budget.wall_s - self._spent_s)
        if allowed <= 0:
            return UNDECIDED
        self.asked += 1
        try:
            pipe = self._ready(domain, allowed)
            left = allowed - (time.monotonic() - started)
            if left <= 0:
                raise TimeoutError
            new = tuple((n, conditions[n]) for n in sorted((holds | fails) - self._defined))
            self._defined.update(holds | fails)
            ask = Ask(new, tuple(sorted(holds)), tuple(sorted(fails)), near, self.budget.rlimit)
            pipe.send(ask)
            if pipe.poll(left):
                answer: Answer = pipe.recv()
                return answer
        except (EOFError, OSError):
            pass
        finally:
            self._spent_s += time.monotonic() - started
        self.close()
        return UNDECIDED

    def _ready(self, domain: Domain, left_s: float) -> Connection:
        if self._pipe is None:
            spawn = multiprocessing.get_context("spawn")
            self._pipe, theirs = spawn.Pipe()
            self._process = spawn.Process(target=serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
            self._greeted(self._pipe, left_s)
        if self._open is not domain:
            facts = tuple(domain.vocabulary.facts.values())
            self._pipe.send(Open(facts, domain.first, domain.last))
            self._open, self._defined = domain, set()
        return self._pipe

    def _greeted(self, pipe: Connection, left_s: float) -> None:
        """Wait until the worker is there; a worker that cannot start is no undecided proof."""
        if not pipe.poll(left_s):
            raise TimeoutError
        try:
            pipe.recv()
        except EOFError:
            self.close()
            raise KnowledgeError(PROVER_START.of()) from None

    def close(self) -> None:
        """Stop the worker; the next question starts another."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(STOP_S_MAX)
            self._process.close()
        self._process = self._pipe = self._open = None
        self._defined = set()
