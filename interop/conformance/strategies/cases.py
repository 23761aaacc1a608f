"""Draw the stories of cases as two sides tell them, tables with a planted error, notices."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast

from hypothesis import strategies as st
from pydantic import JsonValue

from interop.cases import Header, LifeCycle, fold
from interop.cases.lifecycle import NEEDED_FACTS, ORGAN_FACTS, FactRow
from interop.cases.notices import PLACES, Content
from interop.model.canonical import Json
from interop.model.case import Case, CaseFact, CaseSide, NoticeDeadline
from interop.model.day import SHANGHAI
from interop.model.item import Basis
from interop.model.sensitive import Sensitive

HEADER: Final = Header("C-2026-000001", "outdoor-advertising", "320500", "310115")
BEGIN: Final = datetime(2026, 2, 11, 1, tzinfo=UTC)
STEPS_MAX: Final = 24
# Drawn seldom: the one ends the case, the others leave it where it is.
RARE: Final = frozenset(
    {"withdrawn", "served", "command-declined", "command-returned", "lapsed"}
)
SIDES: Final[tuple[CaseSide, ...]] = ("receiving", "handling")
PROCEDURES: Final = ("hearing-1", "review-1", "test-1")
# What the facts of the shipped life cycle must say, beside their notices.
SAYS: Final[dict[str, JsonValue]] = {
    "procedure": PROCEDURES[0],
    "kind": "hearing",
    "needed_until": "2026-02-28",
    "approver": "负责人（示例）",
    "reason": "情况复杂（示例）",
    "party": "applicant",
    "hearing_on": "2026-03-16",
    "method": "window",
    "served_at": "2026-02-11T09:00:00+08:00",
    "material": "site-plan",
    "mode": "deferred",
    "guide": "办事指南（示例）",
    "period_days": 10,
    "conclusion_type": "0",
    "level": "1",
    "answers": "C-1",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What really happened to a case, and what each side knew on the way.

    Attributes:
        facts: Every fact in the order it was stated.
        views: What one side knew at each moment, as it knew it.
    """

    facts: tuple[CaseFact, ...]
    views: tuple[tuple[CaseFact, ...], ...]


def region_of(side: CaseSide) -> str:
    """Return the region that takes ``side`` in the stories."""
    return HEADER.receiving if side == "receiving" else HEADER.handling


def told(
    *said: tuple[CaseSide, str, datetime], before: Sequence[CaseFact] = ()
) -> tuple[CaseFact, ...]:
    """Return the facts that are said one after the other, each side knowing all before it."""
    facts = list(before)
    for side, of_type, at in said:
        facts.append(next_fact(facts, side, of_type, at=at))
    return tuple(facts)


def next_fact(
    known: Iterable[CaseFact],
    side: CaseSide,
    of_type: str,
    *,
    at: datetime,
    says: Mapping[str, JsonValue] | None = None,
) -> CaseFact:
    """Return the next fact of ``side``, which knows ``known``, with all that it must say.

    Args:
        known: What the side knows.
        side: The side that states it.
        of_type: Its type.
        at: When; aware.
        says: Values that differ from :data:`SAYS`, or are added.
    """
    sides = [fact.side for fact in known]
    own = sides.count(side)
    return CaseFact(
        case=HEADER.number,
        side=side,
        seq=own + 1,
        seen=len(sides) - own,
        type=of_type,
        at=at,
        body={
            **SAYS,
            "notice": f"N-{side}-{own + 1}",
            "notice_digest": "sha-256:00",
            **(says or {}),
        },
    )


def at_noon(day: date) -> datetime:
    """Return noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


@st.composite
def stories(draw: st.DrawFn, table: LifeCycle) -> Story:
    """Draw two sides that each state what is theirs and legal as far as they know.

    Messages are late but keep their order, so that facts of both sides cross on the way.
    """
    known: dict[CaseSide, list[CaseFact]] = {"receiving": [], "handling": []}
    facts: list[CaseFact] = []
    views: list[tuple[CaseFact, ...]] = []
    for minute in range(draw(st.integers(0, STEPS_MAX))):
        side = draw(st.sampled_from(SIDES))
        waiting = [fact for fact in facts if fact not in known[side]]
        case = fold(HEADER, known[side], table=table)
        named = draw(st.sampled_from(PROCEDURES))
        rows = [row for row in table.facts if row.side == side and _legal(case, row, named)]
        types = [row.type for row in rows]
        if of_type := draw(st.sampled_from(_weighed(types, waits=bool(waiting)))):
            at = BEGIN + timedelta(minutes=minute)
            says = {"procedure": named}
            facts.append(next_fact(known[side], side, of_type, at=at, says=says))
            known[side].append(facts[-1])
        elif waiting:
            known[side].append(waiting[0])
        views.append(tuple(known[side]))
    return Story(tuple(facts), tuple(views))


def _legal(case: Case, row: FactRow, procedure: str) -> bool:
    """Say whether a side that knows ``case`` may state a fact of this row."""
    state = case.state if row.track == "case" else case.licence
    is_open = procedure in case.procedures
    return (
        state in row.from_states
        and not (row.once and row.type in case.done)
        and not (row.opens and is_open)
        and not (row.closes and not is_open)
    )


def _weighed(types: Iterable[str], *, waits: bool) -> list[str]:
    """Return the steps to draw from: no fact means a message, and few cases are withdrawn."""
    often = [name for name in types if name not in RARE for _ in range(4)]
    rare = [name for name in types if name in RARE]
    return [*([""] * 4 if waits else []), *often, *rare] or [""]


@dataclass(frozen=True, slots=True)
class Plot:
    """A life cycle to plant an error in, and the rows drawn for it."""

    states: list[dict[str, Json]]
    facts: list[dict[str, Json]]
    state: dict[str, Json]
    fact: dict[str, Json]


Plant = Callable[[Plot], tuple[str, str]]


@st.composite
def broken_lifecycles(draw: st.DrawFn, sound: Json, plant: Plant) -> tuple[Json, str, str]:
    """Draw a life cycle with one error planted in it; return it with code and field."""
    value = cast("dict[str, list[dict[str, Json]]]", copy.deepcopy(sound))
    states, facts = value["state"], value["fact"]
    plot = Plot(states, facts, draw(st.sampled_from(states)), draw(st.sampled_from(facts)))
    code, field = plant(plot)
    return cast("Json", value), code, field


def _state_twice(plot: Plot) -> tuple[str, str]:
    plot.states.append(dict(plot.state))
    return "lifecycle-twice", f"state.{plot.state['id']}"


def _fact_twice(plot: Plot) -> tuple[str, str]:
    plot.facts.append(dict(plot.fact))
    return "lifecycle-twice", f"fact.{plot.fact['type']}"


def _from_nowhere(plot: Plot) -> tuple[str, str]:
    plot.fact["from"] = [*cast("list[Json]", plot.fact["from"]), "nowhere"]
    return "lifecycle-state-unknown", f"fact.{plot.fact['type']}"


def _to_nowhere(plot: Plot) -> tuple[str, str]:
    plot.fact["to"] = "nowhere"
    return "lifecycle-state-unknown", f"fact.{plot.fact['type']}"


def _left_end(plot: Plot) -> tuple[str, str]:
    plot.fact["from"] = [*cast("list[Json]", plot.fact["from"]), "archived"]
    return "lifecycle-final-left", "state.archived"


def _step(name: str, start: str, to: str) -> dict[str, Json]:
    """Return a fact that leads from one state to another and needs nothing."""
    return {
        "type": name, "side": "handling", "from": [start], "to": to, "zh": name, "en": name,
    }  # fmt: skip


def _ring(plot: Plot, name: str) -> None:
    """Add two states that lead to each other."""
    plot.states.extend(
        {"id": f"{name}-{n}", "zh": name, "en": name, "final": False} for n in (1, 2)
    )
    for here, there in ((1, 2), (2, 1)):
        plot.facts.append(_step(f"{name}-{here}", f"{name}-{here}", f"{name}-{there}"))


def _island(plot: Plot) -> tuple[str, str]:
    _ring(plot, "island")
    plot.facts.append(_step("ashore", "island-2", "archived"))
    return "lifecycle-unreachable", "state.island-1"


def _trap(plot: Plot) -> tuple[str, str]:
    _ring(plot, "trap")
    plot.facts.append(_step("fallen", "draft", "trap-1"))
    return "lifecycle-dead-end", "state.trap-2"


def _lost(plot: Plot) -> tuple[str, str]:
    lost = plot.fact if plot.fact["type"] in NEEDED_FACTS else plot.facts[1]
    plot.facts.remove(lost)
    return "lifecycle-fact-missing", f"fact.{lost['type']}"


def _usurped(plot: Plot) -> tuple[str, str]:
    taken = next(fact for fact in plot.facts if fact["type"] in ORGAN_FACTS)
    taken = plot.fact if plot.fact["type"] in ORGAN_FACTS else taken
    taken["side"] = "receiving"
    return "lifecycle-wrong-side", f"fact.{taken['type']}"


PLANTS: Final[tuple[Plant, ...]] = (
    _state_twice, _fact_twice, _from_nowhere, _to_nowhere, _left_end, _island, _trap, _lost,
    _usurped,
)  # fmt: skip

# Texts that look like places must come out as they went in.
TEXTS: Final = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12),
    st.sampled_from([f"{{{place}}}" for place in PLACES] + ["{", "}", "{{case}}", r"\1"]),
)
BASES: Final = st.builds(
    Basis,
    level=st.just("law"),
    document=TEXTS,
    article=TEXTS,
    verified=st.just("no"),
)
CONTENTS: Final = st.builds(
    Content,
    case=TEXTS,
    item=TEXTS,
    region=st.sampled_from(["310115", "320500"]),
    applicant=TEXTS.map(Sensitive),
    on=st.dates(date(2025, 12, 30), date(2026, 1, 3)),
    items=st.lists(TEXTS, max_size=4).map(tuple),
    bases=st.lists(BASES, max_size=3).map(tuple),
    deadlines=st.lists(
        st.builds(
            NoticeDeadline,
            clock=st.just("C2"),
            zh=TEXTS,
            due_on=st.dates(date(2025, 12, 30), date(2026, 1, 3)),
            provisional=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    detail=TEXTS,
    organ=st.one_of(st.just(""), TEXTS),
)
