"""The life cycle of a case as data: states, facts, who owns each, what each needs."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field

from interop.cases.reasons import FACT_UNKNOWN, LIFECYCLE_BROKEN
from interop.errors import CaseError, Reason
from interop.model.case import CaseSide, NoticeKind
from interop.model.item import Verified
from interop.model.record import Record


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

    def state(self, state: str) -> StateRow:
        """Return the row of a state that the table has."""
        return next(row for row in self.states if row.id == state)

    def open_states(self) -> tuple[str, ...]:
        """Return the states that a fact can still leave."""
        return tuple(dict.fromkeys(s for row in self.facts for s in row.from_states))

    @classmethod
    def check(cls, table: Self) -> tuple[Reason, ...]:
        """Return what is wrong with a table: unknown, doubled, unreachable or dead states."""
        return tuple(_problems(table))


def _problems(table: LifeCycle) -> Iterable[Reason]:
    states = [row.id for row in table.states]
    types = [row.type for row in table.facts]
    for name in sorted({n for n in states if states.count(n) > 1}):
        yield LIFECYCLE_BROKEN.of(field=f"state.{name}", got="stands twice")
    for name in sorted({n for n in types if types.count(n) > 1}):
        yield LIFECYCLE_BROKEN.of(field=f"fact.{name}", got="stands twice")
    named = {f"fact.{row.type}": (*row.from_states, row.to) for row in table.facts}
    for where, names in {"initial": (table.initial,), **named}.items():
        for name in names:
            if name not in states:
                yield LIFECYCLE_BROKEN.of(field=where, got=f"names state {name}")
    yield from _dead_states(table)


def _dead_states(table: LifeCycle) -> Iterable[Reason]:
    reached = {table.initial, *(row.to for row in table.facts)}
    left = set(table.open_states())
    for state in table.states:
        if state.id not in reached:
            yield LIFECYCLE_BROKEN.of(field=f"state.{state.id}", got="is never reached")
        if state.final == (state.id in left):
            yield LIFECYCLE_BROKEN.of(field=f"state.{state.id}", got="final and leaving differ")
