"""What to ask next: only what can still matter to the answer, the sooner decisive first.

Two purposes. For the one-time notice (一次性告知) everything that has to be mended must come
to light at once, so each part of each condition is asked until it is decided. For a pre-check
(预审) the answer alone is wanted, so one obstacle ends the questions of its kind. Both stop
where the door closes: what would have to be mended is not asked of somebody who needs another
organ, or no licence at all. So what can close a door is asked first.

INVARIANT: however the facts that are not asked for turn out, intake, merits and each thing to
mend stay the same.

Source: 行政许可法 art. 32 (1)(4) (everything at once), 31 (nothing beyond the matter).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from interop.criteria.criterion import Criterion
from interop.criteria.decision import INTAKE_ORDER, read_application
from interop.criteria.foresight import Foresight
from interop.criteria.outcomes import Application
from interop.criteria.relevance import OpenRow, clause_rows, material_rows
from interop.model.case import FactValue
from interop.model.item import ClauseKind, FactDefinition, FactType, ValueLabel
from interop.model.record import Record

Purpose = Literal["notice", "precheck"]

STAGES: Final = (*(kind for kind, _ in INTAKE_ORDER), ClauseKind.SUBSTANTIVE)
CLOSING: Final = frozenset({ClauseKind.COMPETENCE, ClauseKind.NOT_REQUIRED})


class Question(Record):
    """One fact to ask for.

    Attributes:
        fact: Name of the fact.
        zh: Its label in Chinese.
        en: Its label in English.
        question: What to ask the applicant, in Chinese.
        type: Type of the answer.
        unit: Unit of a number.
        values: Closed list of answers, each with its label.
        source: Where the fact can also come from, as the vocabulary says.
        clauses: Clauses, and ``material:<code>``, that it can still matter to.
    """

    fact: str
    zh: str
    en: str
    question: str
    type: FactType
    unit: str = ""
    values: tuple[ValueLabel, ...] = ()
    source: str = "form"
    clauses: tuple[str, ...]


def questions(  # noqa: PLR0913 -- the facts of one application, each named
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    *,
    materials: Collection[str],
    spared: Collection[str] = (),
    has_agent: bool,
    on: date,
    purpose: Purpose = "notice",
    most_failed: Collection[str] = (),
) -> tuple[Question, ...]:
    """Return what can still matter, what to ask next first; empty once nothing can.

    Ask the first, state the answer, and call again: an answer may spare the others.

    Args:
        criterion: The criteria of the handling region's version of the item.
        facts: Facts stated so far; decimals and dates as strings.
        materials: Codes of the materials handed in.
        spared: Codes of the materials that certificates stand in for.
        has_agent: Whether an agent (经办人) acts.
        on: Day of the decision, Asia/Shanghai.
        purpose: ``notice`` asks until the one-time notice is complete, ``precheck`` until
            intake and merits are decided.
        most_failed: Clauses that fail most often, the most frequent first; a pre-check asks
            for these first.

    Raises:
        CaseError: As :func:`interop.criteria.decision.decide`.
    """
    held = (*materials, *spared)
    here = read_application(criterion, facts, held=held, has_agent=has_agent, on=on)
    stages: Sequence[tuple[OpenRow, ...]] = (*_stages(here, purpose, tuple(most_failed)),)
    rows = [row for stage in stages for row in stage]
    foreseen: Callable[[str], Fraction] = _nothing
    if purpose == "notice":
        stages, foreseen = _all_at_once(stages), Foresight(here, rows).spared
    return tuple(
        _question(
            criterion.vocabulary.facts[name],
            tuple(row.name for row in rows if any(name in part for part in row.parts)),
        )
        for name in _ordered(stages, foreseen)
    )


def _ordered(
    stages: Sequence[Sequence[OpenRow]], spared: Callable[[str], Fraction]
) -> tuple[str, ...]:
    """Return every name once: stage by stage, in each what has to be asked anyway first.

    Of the rest, what spares most of the others comes first.
    """
    parts = [part for stage in stages for row in stage for part in row.parts]
    # What alone keeps a part open has to be asked whatever the others turn out to be.
    certain = {part[0] for part in parts if len(part) == 1}
    names: list[str] = []
    for stage in stages:
        found = dict.fromkeys(name for row in stage for part in row.parts for name in part)
        names += sorted(found, key=lambda name: (name not in certain, -spared(name)))
    return tuple(dict.fromkeys(names))


def _all_at_once(stages: Sequence[tuple[OpenRow, ...]]) -> Sequence[tuple[OpenRow, ...]]:
    """Return the stages of a notice: once the doors are open, form and merits are one."""
    doors, rest = stages[: len(CLOSING)], stages[len(CLOSING) :]
    return (*doors, tuple(row for stage in rest for row in stage))


def _nothing(_: str) -> Fraction:
    return Fraction(0)


def _stages(
    here: Application, purpose: Purpose, most_failed: tuple[str, ...]
) -> Iterator[tuple[OpenRow, ...]]:
    """Yield the rows to ask about, in the order in which intake looks at them."""
    for kind in STAGES:
        rows = [*clause_rows(here, kind)]
        if kind is ClauseKind.FORMAL:
            rows += material_rows(here)
        failed = any(row.failed for row in rows)
        if purpose == "precheck":
            # One obstacle decides its stage.
            rows = [] if failed else sorted(rows, key=lambda row: _rank(row, most_failed))
        yield tuple(rows)
        if failed and kind in CLOSING:
            return


def _rank(row: OpenRow, most_failed: tuple[str, ...]) -> int:
    return most_failed.index(row.name) if row.name in most_failed else len(most_failed)


def _question(fact: FactDefinition, rows: tuple[str, ...]) -> Question:
    labels = {label.value: label for label in fact.labels}
    return Question(
        fact=fact.id,
        zh=fact.zh,
        en=fact.en,
        question=fact.question or fact.zh,
        type=fact.type,
        unit=fact.unit,
        values=tuple(
            labels.get(value, ValueLabel(value=value, zh=value, en=value))
            for value in fact.values
        ),
        source=fact.source,
        clauses=rows,
    )
