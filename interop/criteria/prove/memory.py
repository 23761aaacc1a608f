"""What was found out before, so that one question in many items is asked once.

INVARIANT: nothing here changes an answer. A question is known again by all that its answer
depends on: normal forms, whole definitions of the facts they speak of, days, wishes, steps.
Only a proof or an applicant is kept, never ``undecided``; an applicant is replayed wherever it
is shown, as one that was found just now. A memory lives in one process, and so with one
version of the solver; it is never written down.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Final, Generic, TypeAlias, TypeVar

from interop.criteria.nodes import Node, facts_of
from interop.criteria.prove.condition import ON, Condition, compiled_judge, condition_of
from interop.criteria.prove.domain import Domain
from interop.criteria.prove.worker import Answer, Preference
from interop.criteria.vocabulary import Vocabulary
from interop.model.item import FactDefinition

ANSWERS_MAX: Final = 20_000
CONDITIONS_MAX: Final = 1_000
_Key: TypeAlias = tuple[Node, tuple[FactDefinition, ...]]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Question:
    """All that the answer of the solver depends on.

    Attributes:
        holds: Normal forms that must hold.
        fails: Normal forms of which one must fail.
        facts: Definitions of every fact they speak of.
        days: First and last day of the decision; None if it does not matter.
        near: Wished values of these facts.
        rlimit: Steps of the solver.
    """

    holds: frozenset[str]
    fails: frozenset[str]
    facts: frozenset[FactDefinition]
    days: tuple[date, date] | None
    near: tuple[Preference, ...]
    rlimit: int


def question_of(
    holds: Iterable[Condition],
    fails: Iterable[Condition],
    *,
    domain: Domain,
    near: tuple[Preference, ...],
    rlimit: int,
) -> Question:
    """Return the question for an applicant who meets ``holds`` and misses one of ``fails``."""
    met, missed = tuple(holds), tuple(fails)
    every = (*met, *missed)
    return Question(
        holds=frozenset(condition.text for condition in met),
        fails=frozenset(condition.text for condition in missed),
        facts=frozenset[FactDefinition]().union(*(c.definitions for c in every)),
        days=(domain.first, domain.last) if any(ON in c.spoken for c in every) else None,
        near=near,
        rlimit=rlimit,
    )


class Memory:
    """Answers and conditions, the least used dropped first. Safe to share between threads.

    Args:
        answers_max: Answers kept; 0 keeps none.
        conditions_max: Conditions kept; 0 keeps none.
    """

    def __init__(
        self, *, answers_max: int = ANSWERS_MAX, conditions_max: int = CONDITIONS_MAX
    ) -> None:
        self._lock = Lock()
        self._answers: _Shelf[Question, Answer] = _Shelf(answers_max)
        self._conditions: _Shelf[_Key, tuple[Condition, bool]] = _Shelf(conditions_max)

    def answer(self, question: Question) -> Answer | None:
        """Return the proof or the applicant that was found before; None if none was."""
        with self._lock:
            return self._answers.known(question)

    def keep(self, question: Question, answer: Answer) -> None:
        """Keep a proof or an applicant; what is undecided is forgotten."""
        if answer.verdict != "undecided":
            with self._lock:
                self._answers.keep(question, answer)

    def condition(self, node: Node, vocabulary: Vocabulary) -> Condition:
        """Return ``node`` for proofs; compiled once it is met again, for then that pays."""
        key = node, tuple(vocabulary.facts[name] for name in facts_of(node))
        with self._lock:
            known = self._conditions.known(key)
        if known is None:
            known = condition_of(node, vocabulary), False
        elif not known[1]:
            known = replace(known[0], judge=compiled_judge(node, vocabulary)), True
        else:
            return known[0]
        with self._lock:
            self._conditions.keep(key, known)
        return known[0]


class _Shelf(Generic[K, V]):
    def __init__(self, rows_max: int) -> None:
        self._rows_max = rows_max
        self._rows: OrderedDict[K, V] = OrderedDict()

    def known(self, key: K) -> V | None:
        if key not in self._rows:
            return None
        self._rows.move_to_end(key)
        return self._rows[key]

    def keep(self, key: K, row: V) -> None:
        self._rows[key] = row
        self._rows.move_to_end(key)
        while len(self._rows) > self._rows_max:
            self._rows.popitem(last=False)
