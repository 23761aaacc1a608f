"""Rule sets of jurisdictions compared: who accepts whom, with applicants that separate them.

Every applicant whom the solver names is put to the concrete evaluator on a full payload;
what does not come out the same is counted as spurious and its pair stays undecided.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Literal

from interop.criteria.certlogic.applicants import CLOCK, KEYS
from interop.criteria.certlogic.concrete import holds
from interop.criteria.certlogic.data import reach
from interop.criteria.certlogic.guards import Facts
from interop.criteria.certlogic.moments import moment_of
from interop.criteria.certlogic.proof import Answer, Job, Verdict, serve
from interop.criteria.certlogic.reasons import LIMIT, SOLVER_MISSING
from interop.criteria.certlogic.rules import Rule, jurisdictions, read_value_sets
from interop.criteria.certlogic.symbolic import condition_of
from interop.errors import KnowledgeError, Reason
from interop.model.canonical import Json

Relation = Literal["equal", "stricter", "looser", "overlapping", "disjoint", "undecided"]
RELATIONS: Final[tuple[Relation, ...]] = (
    "equal",
    "stricter",
    "looser",
    "overlapping",
    "disjoint",
    "undecided",
)
MIRRORED: Final[Mapping[Relation, Relation]] = {"stricter": "looser", "looser": "stricter"}
JURISDICTIONS_MAX: Final = 100
ANSWER_S_MAX: Final = 90
ACCEPTANCE: Final = "Acceptance"
GENERAL: Final = "General"


@dataclass(frozen=True, slots=True)
class Pair:
    """The relation of one jurisdiction to another for a kind of certificate.

    Attributes:
        kind: Kind of certificate.
        one: The first jurisdiction.
        other: The second.
        relation: Relation of the first to the second.
        witness: A payload that the first accepts and the second refuses; None if there is
            none, or none was found.
        spurious: Whether the solver named an applicant who did not replay.
    """

    kind: str
    one: str
    other: str
    relation: Relation
    witness: Json
    spurious: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """All ordered pairs.

    Attributes:
        pairs: Every ordered pair for every kind.
        problems: Of rules that cannot become a condition; their pairs are undecided.
        seconds: How long it took.
    """

    pairs: tuple[Pair, ...]
    problems: tuple[Reason, ...]
    seconds: float

    def as_json(self) -> dict[str, Json]:
        """Return the counts of relations, witnesses and spurious witnesses."""
        counts = Counter(pair.relation for pair in self.pairs)
        found: dict[str, Json] = {"checks": len(self.pairs)}
        found |= {relation: counts[relation] for relation in RELATIONS}
        witnesses = sum(pair.witness is not None for pair in self.pairs)
        spurious = sum(pair.spurious for pair in self.pairs)
        return found | {
            "witnesses": witnesses,
            "spurious": spurious,
            "seconds": round(self.seconds, 3),
        }


def compare_folder(folder: Path) -> Matrix:
    """Compare the acceptance rules of every jurisdiction below ``folder``.

    Args:
        folder: Every sub-folder with ``*/rule.json`` is a jurisdiction.

    Raises:
        KnowledgeError: No rules, too many, or some that cannot be read; the solver is not
            installed.
    """
    begun = time.monotonic()
    if find_spec("z3") is None:
        raise KnowledgeError(SOLVER_MISSING.of())
    countries = jurisdictions(folder)
    if len(countries) > JURISDICTIONS_MAX:
        raise KnowledgeError(
            LIMIT.of(field=folder.name, expected=JURISDICTIONS_MAX, got=len(countries))
        )
    value_sets = read_value_sets(folder)
    problems = _problems(countries, value_sets)
    kinds = [_Kind(kind, countries, value_sets, problems) for kind in KEYS]
    answers = _asked([kind.job() for kind in kinds])
    pairs = [
        pair for kind, found in zip(kinds, answers, strict=True) for pair in kind.pairs(found)
    ]
    reasons = tuple(reason for found in problems.values() for reason in found)
    return Matrix(tuple(pairs), reasons, time.monotonic() - begun)


def _problems(
    countries: Mapping[str, tuple[Rule, ...]], value_sets: dict[str, Json]
) -> dict[tuple[str, int], tuple[Reason, ...]]:
    """Return why a rule that counts cannot become a condition, by country and place."""
    found: dict[tuple[str, int], tuple[Reason, ...]] = {}
    for name, rules in countries.items():
        for place, rule in enumerate(rules):
            try:
                if rule.type == ACCEPTANCE:
                    condition_of(rule.logic, value_sets, Facts())
            except KnowledgeError as fault:
                found[name, place] = fault.reasons
    return found


class _Kind:
    """The comparison for one kind of certificate."""

    def __init__(
        self,
        kind: str,
        countries: Mapping[str, tuple[Rule, ...]],
        value_sets: dict[str, Json],
        problems: Mapping[tuple[str, int], tuple[Reason, ...]],
    ) -> None:
        self._kind = kind
        self._names = tuple(countries)
        self._rules = {name: _chosen(rules, kind) for name, rules in countries.items()}
        self._sets = value_sets
        left_out = {n for n, place in problems if _counts(countries[n][place], kind)}
        self._compared = [name for name in countries if name not in left_out]

    def pairs(self, answered: list[Answer]) -> Iterator[Pair]:
        """Read the answers to the job.

        Yields:
            The relation of every ordered pair; undecided where there is no answer.
        """
        names = self._compared
        answers = {(names[i], names[j]): found for i, j, found in answered}
        for place, one in enumerate(self._names):
            for other in self._names[place + 1 :]:
                found = answers.get((one, other), (("undecided", None),) * 3)
                yield from self._both_ways(one, other, found)

    def job(self) -> Job:
        """Return what to ask of the solver."""
        sets = (
            tuple((rule.logic, rule.valid_from, rule.valid_to) for rule in self._rules[name])
            for name in self._compared
        )
        return Job(self._kind, tuple(sets), self._sets)

    def _both_ways(
        self, one: str, other: str, found: tuple[tuple[Verdict, Json], ...]
    ) -> Iterator[Pair]:
        (only_one, first), (only_other, second), (shared, third) = found
        sound = [
            only_one != "found" or self._separates(one, other, first),
            only_other != "found" or self._separates(other, one, second),
            shared != "found" or self._shared(one, other, third),
        ]
        relation = related(only_one, only_other, shared) if all(sound) else "undecided"
        mirrored = MIRRORED.get(relation, relation)
        kept = (first if sound[0] else None), (second if sound[1] else None)
        # A shared applicant who does not replay counts once.
        yield Pair(self._kind, one, other, relation, kept[0], not (sound[0] and sound[2]))
        yield Pair(self._kind, other, one, mirrored, kept[1], not sound[1])

    def _separates(self, accepting: str, refusing: str, data: Json) -> bool:
        return self._accepted(accepting, data) and not self._accepted(refusing, data)

    def _shared(self, one: str, other: str, data: Json) -> bool:
        return self._accepted(one, data) and self._accepted(other, data)

    def _accepted(self, name: str, data: Json) -> bool:
        clock = reach(data, CLOCK.path)
        now = moment_of(clock) if isinstance(clock, str) else None
        return now is not None and all(
            holds(rule.logic, data)
            for rule in self._rules[name]
            if rule.valid_from <= now < rule.valid_to
        )


def related(only_one: Verdict, only_other: Verdict, shared: Verdict) -> Relation:
    """Return the relation of the first set to the second, the first that holds."""
    if "undecided" in {only_one, only_other}:
        return "undecided"
    if only_one == "none":
        return "equal" if only_other == "none" else "stricter"
    if only_other == "none":
        return "looser"
    if shared == "undecided":
        return "undecided"
    return "overlapping" if shared == "found" else "disjoint"


def _chosen(rules: tuple[Rule, ...], kind: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if _counts(rule, kind))


def _counts(rule: Rule, kind: str) -> bool:
    return rule.type == ACCEPTANCE and rule.certificate in {kind, GENERAL}


def _asked(jobs: list[Job]) -> list[list[Answer]]:
    """Return what each job answers in time.

    One process serves all jobs; after a job that it did not finish the next begins another.
    """
    found: list[list[Answer]] = []
    worker = _Worker()
    try:
        for job in jobs:
            answers = list(worker.answers(job))
            found.append(answers)
            if len(answers) < _pairs(job):
                worker.stop()
                worker = _Worker()
    finally:
        worker.stop()
    return found


def _pairs(job: Job) -> int:
    return len(job.sets) * (len(job.sets) - 1) // 2


class _Worker:
    """A process that proves, and the pipe to it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=serve, args=(there,), daemon=True)
        self._process.start()
        there.close()

    def answers(self, job: Job) -> Iterator[Answer]:
        """Yield the answers as they come; what stays out is undecided."""
        try:
            self._pipe.send_bytes(job.as_bytes())
        except OSError:
            return
        for _ in range(_pairs(job)):
            answer = _next(self._pipe)
            if answer is None:
                return
            yield answer

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _next(pipe: Connection) -> Answer | None:
    try:
        if not pipe.poll(ANSWER_S_MAX):
            return None
        one, other, found = json.loads(pipe.recv_bytes())
    except (EOFError, OSError):
        return None
    return one, other, tuple((verdict, payload) for verdict, payload in found)
