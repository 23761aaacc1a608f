"""The life cycle of a case as data: states, facts, who owns each, what each needs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Self

from pydantic import Field

from interop.cases.reasons import (
    FACT_UNKNOWN,
    LIFECYCLE_DEAD_END,
    LIFECYCLE_FACT_MISSING,
    LIFECYCLE_FINAL_LEFT,
    LIFECYCLE_STATE_UNKNOWN,
    LIFECYCLE_TWICE,
    LIFECYCLE_UNREACHABLE,
    LIFECYCLE_WRONG_SIDE,
)
from interop.errors import CaseError, Reason
from interop.model.case import CaseSide, NoticeKind
from interop.model.item import Verified
from interop.model.record import Record

# Facts by which only the competent organ acts; a window has none of its powers.
ORGAN_FACTS: Final = (
    "supplement-noticed", "accepted", "not-required", "refused", "permitted", "rejected",
)  # fmt: skip
# Facts that the fold, the clocks and deemed acceptance give a meaning to.
NEEDED_FACTS: Final = ("received", *ORGAN_FACTS, "withdrawn")


class StateRow(Record):
    """One state; nothing leaves a final one."""

    id: str
    zh: str
    en: str
    final: bool = False


class FactRow(Record):
    """One type of fact.

    Attributes:
        type: Name of the fact.
        side: The one side that may state it.
        from_states: States in which it may be stated (``from`` in the file).
        to: State after it.
        notice: Kind of the document it is tied to by law, if any.
        zh: What happened, in Chinese.
        en: What happened, in English.
    """

    type: str
    side: CaseSide
    from_states: tuple[str, ...] = Field(alias="from", min_length=1)
    to: str
    notice: NoticeKind | None = None
    zh: str
    en: str


class LifeCycle(Record):
    """The table, the same on both sides; a case keeps the version it began with."""

    version: str
    initial: str
    source: str
    verified: Verified
    states: tuple[StateRow, ...] = Field(alias="state", min_length=1)
    facts: tuple[FactRow, ...] = Field(alias="fact", min_length=1)

    def row(self, fact_type: str) -> FactRow:
        """Return the row of a fact type.

        Raises:
            CaseError: ``fact-unknown``.
        """
        for row in self.facts:
            if row.type == fact_type:
                return row
        known = ", ".join(row.type for row in self.facts)
        raise CaseError(FACT_UNKNOWN.of(field="type", expected=known, got=fact_type))

    @classmethod
    def check(cls, table: Self) -> tuple[Reason, ...]:
        """Return every problem of a table.

        States and facts that stand twice or are not there, states that cannot be reached or
        left, facts whose meaning the law fixes and that are missing or not the organ's.

        Source: 行政许可法第三十二条、第三十八条; 国办发〔2020〕35号 (收受分离).
        """
        return (*_names(table), *_paths(table), *_powers(table))


def _names(table: LifeCycle) -> Iterator[Reason]:
    states = [f"state.{row.id}" for row in table.states]
    facts = [f"fact.{row.type}" for row in table.facts]
    listed = [*states, *facts]
    for name in dict.fromkeys(n for n in listed if listed.count(n) > 1):
        yield LIFECYCLE_TWICE.of(field=name)
    named = [("initial", table.initial)]
    for row in table.facts:
        named += [(f"fact.{row.type}", name) for name in (*row.from_states, row.to)]
    for where, name in named:
        if f"state.{name}" not in states:
            yield LIFECYCLE_STATE_UNKNOWN.of(field=where, got=name)


def _paths(table: LifeCycle) -> Iterator[Reason]:
    steps = [(state, row.to, row.type) for row in table.facts for state in row.from_states]
    ahead, back = dict[str, set[str]](), dict[str, set[str]]()
    for state, to, _ in steps:
        ahead.setdefault(state, set()).add(to)
        back.setdefault(to, set()).add(state)
    reached = _reach([table.initial], ahead)
    ending = _reach([row.id for row in table.states if row.final], back)
    for row in table.states:
        if row.id not in reached:
            yield LIFECYCLE_UNREACHABLE.of(field=f"state.{row.id}")
        if row.id not in ending:
            yield LIFECYCLE_DEAD_END.of(field=f"state.{row.id}")
        leaving = [fact for state, _, fact in steps if state == row.id]
        if row.final and leaving:
            yield LIFECYCLE_FINAL_LEFT.of(field=f"state.{row.id}", got=", ".join(leaving))


def _reach(start: Iterable[str], steps: Mapping[str, set[str]]) -> set[str]:
    reached, left = set[str](), list(start)
    while left:
        if (state := left.pop()) not in reached:
            reached.add(state)
            left.extend(steps.get(state, ()))
    return reached


def _powers(table: LifeCycle) -> Iterator[Reason]:
    types = {row.type for row in table.facts}
    for name in NEEDED_FACTS:
        if name not in types:
            yield LIFECYCLE_FACT_MISSING.of(field=f"fact.{name}")
    for row in table.facts:
        if row.type in ORGAN_FACTS and row.side != "handling":
            yield LIFECYCLE_WRONG_SIDE.of(field=f"fact.{row.type}")
