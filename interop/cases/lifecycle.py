"""The life cycle of a case as data: states, facts, who owns each, what each needs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, Self

from pydantic import Field

from interop.cases.reasons import (
    FACT_UNKNOWN,
    LIFECYCLE_DEAD_END,
    LIFECYCLE_FACT_IDLE,
    LIFECYCLE_FACT_MISSING,
    LIFECYCLE_FINAL_LEFT,
    LIFECYCLE_STATE_UNKNOWN,
    LIFECYCLE_TWICE,
    LIFECYCLE_UNREACHABLE,
    LIFECYCLE_WRONG_SIDE,
)
from interop.cases.values import Need
from interop.errors import CaseError, Reason
from interop.model.case import CaseSide, NoticeKind
from interop.model.item import Basis, Verified
from interop.model.record import Record

# Facts by which only the competent organ acts; a window has none of its powers.
ORGAN_FACTS: Final = (
    "supplement-noticed", "accepted", "not-required", "refused", "permitted", "rejected",
)  # fmt: skip
# What only the organ may do where a table has it at all.
ORGAN_FACTS_IF_ANY: Final = frozenset((
    *ORGAN_FACTS, "lapsed", "extended", "special-started", "special-ended", "hearing-fixed",
    "changed", "renewed", "revoked", "withdrawn-by-organ", "cancelled",
))  # fmt: skip
# Facts that the fold, the clocks and deemed acceptance give a meaning to.
NEEDED_FACTS: Final = ("received", *ORGAN_FACTS, "withdrawn")


# The value by which a special procedure is told from another.
PROCEDURE: Final = "procedure"

Track = Literal["case", "licence"]


class StateRow(Record):
    """One state; nothing leaves a final one.

    Attributes:
        track: Whether it is a state of the case, or of the licence that it granted.
    """

    track: Track = "case"
    id: str
    zh: str
    en: str
    final: bool = False


class FactRow(Record):
    """One type of fact.

    Attributes:
        type: Name of the fact.
        track: Which state it looks at and moves: of the case, or of the licence.
        side: The one side that may state it.
        from_states: States in which it may be stated (``from`` in the file).
        to: State after it; None where it moves none.
        notice: Kind of the document it is tied to by law, if any.
        needs: What it must say.
        once: Whether it counts one time only.
        opens: Whether it begins a special procedure, named by ``procedure``.
        closes: Whether it ends one; the state moves when none is left open.
        after: Clock that must have run out before it.
        asked: Whether the side that does not own it may ask for it by a command.
        tells: Whether regions that spared a material by the licence are told.
        basis: The norm that its notice names.
        zh: What happened, in Chinese.
        en: What happened, in English.
    """

    type: str
    track: Track = "case"
    side: CaseSide
    from_states: tuple[str, ...] = Field(alias="from", min_length=1)
    to: str | None = None
    notice: NoticeKind | None = None
    needs: tuple[Need, ...] = ()
    once: bool = False
    opens: bool = False
    closes: bool = False
    after: str = ""
    asked: bool = False
    tells: bool = False
    basis: Basis | None = None
    zh: str
    en: str


class ModeRow(Record):
    """One way to be served across regions.

    Attributes:
        handling: Whether one organ handles the case, or several do and one front answers.
    """

    id: str
    zh: str
    en: str
    handling: Literal["one", "several"]


class LifeCycle(Record):
    """The table, the same on both sides; a case keeps the version it began with.

    Attributes:
        initial: State of a case without facts.
        licence: State of a licence once it is granted; None where the table has none.
        modes: Ways to be served (全程网办, 异地代收代办, 多地联办).
    """

    version: str
    initial: str
    licence: str | None = None
    source: str
    verified: Verified
    modes: tuple[ModeRow, ...] = Field(default=(), alias="mode")
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
    tracks = {row.id: row.track for row in table.states}
    for where, track, name in _named(table):
        if tracks.get(name) != track:
            yield LIFECYCLE_STATE_UNKNOWN.of(field=where, got=name)


def _named(table: LifeCycle) -> Iterator[tuple[str, Track, str]]:
    """Yield each place that names a state, with the track it must be of."""
    yield "initial", "case", table.initial
    if table.licence is not None:
        yield "licence", "licence", table.licence
    for row in table.facts:
        for name in (*row.from_states, *((row.to,) if row.to else ())):
            yield f"fact.{row.type}", row.track, name


def _paths(table: LifeCycle) -> Iterator[Reason]:
    moving = [row for row in table.facts if row.to is not None]
    steps = [(state, str(row.to), row.type) for row in moving for state in row.from_states]
    ahead, back = dict[str, set[str]](), dict[str, set[str]]()
    for state, to, _ in steps:
        ahead.setdefault(state, set()).add(to)
        back.setdefault(to, set()).add(state)
    reached = _reach([table.initial, *([table.licence] if table.licence else [])], ahead)
    ending = _reach([row.id for row in table.states if row.final], back)
    for row in table.states:
        if row.id not in reached:
            yield LIFECYCLE_UNREACHABLE.of(field=f"state.{row.id}")
        if row.id not in ending:
            yield LIFECYCLE_DEAD_END.of(field=f"state.{row.id}")
        leaving = [fact.type for fact in table.facts if row.id in fact.from_states]
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
        if row.type in ORGAN_FACTS_IF_ANY and row.side != "handling":
            yield LIFECYCLE_WRONG_SIDE.of(field=f"fact.{row.type}")
        names = {need.key for need in row.needs}
        if (row.opens or row.closes) and (PROCEDURE not in names or row.to is None):
            yield LIFECYCLE_FACT_IDLE.of(field=f"fact.{row.type}", got=PROCEDURE)
