"""Deadlines as a pure function: facts of a case, rows of the clocks, calendar, day.

A year whose calendar is not announced gives a provisional deadline with a lower bound; it is
computed again when the table arrives.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from pydantic import JsonValue

from interop.cases.clocks import ClockRow, ClockTable, Limits, Unit
from interop.cases.fold import in_time, place_of
from interop.cases.lifecycle import PROCEDURE
from interop.cases.receipt import entered_on
from interop.cases.reckoning import Last, Span, Term, last_day, merged
from interop.cases.rules import Rules
from interop.cases.values import COUNT_MAX, day_at, meets
from interop.model.case import Case, CaseFact, Deadline, DeadlineRevised, NoticeDeadline
from interop.model.day import day_of

SUBMITTED: Final = "submitted"
RECEIVED: Final = "received"
ACCEPTED: Final = "accepted"
NEEDED_UNTIL: Final = "needed_until"


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as the clocks see it.

    Attributes:
        type: Type of the fact.
        day: Its day, Asia/Shanghai.
        body: What it says.
        place: Where it stands, as ``side:seq``.
        deemed: Whether silence said it.
    """

    type: str
    day: date
    body: Mapping[str, JsonValue] = field(default_factory=dict)
    place: str = ""
    deemed: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that a fact has started, ready to be reckoned.

    Attributes:
        row: The clock.
        term: What is counted.
        started: The fact that started it.
        acts: What acts on it.
    """

    row: ClockRow
    term: Term
    started: Said
    acts: "Acts"


@dataclass(frozen=True, slots=True)
class Acts:
    """What extensions and special procedures do to one clock.

    Attributes:
        added: Units that an extension added.
        stops: What makes it stand still.
    """

    added: int = 0
    stops: tuple["Standstill", ...] = ()


@dataclass(frozen=True, slots=True)
class Standstill:
    """A special procedure as a clock sees it.

    Attributes:
        span: Days left out.
        kind: What is done meanwhile, such as ``expert-review``.
        is_open: Whether it is open on the day of asking.
    """

    span: Span
    kind: str
    is_open: bool


IDLE: Final = Acts()


def deadlines(
    case: Case, facts: Iterable[CaseFact], *, rules: Rules, on: date
) -> tuple[Deadline, ...]:
    """Return every clock that has started, in the order of the table.

    A clock that a fact has stopped is still listed: the record says when it was due. Facts
    out of time start nothing.

    Args:
        case: The folded case, acceptance deemed if silence has made it so.
        facts: Its facts.
        rules: What it runs under.
        on: Day of asking: while a special procedure is open, it is left out up to this day
            or up to the day told in writing, whichever is later.

    Raises:
        KnowledgeError: ``calendar-not-covered`` for a day before the first year covered.
    """
    found = reckon(said_of(case, facts, rules), rules=rules, on=on)
    return tuple(deadline_of(one, last, rules.calendar.digest) for one, last in found)


def reckon(
    said: Iterable[Said], *, rules: Rules, on: date, only: Collection[str] = ()
) -> Iterator[tuple[Running, Last]]:
    """Yield every clock that has started with its last day, in the order of the table.

    Args:
        said: What counts, receipt and acceptance on their days.
        rules: What the case runs under.
        on: Day of asking.
        only: Clocks to look at; empty for all.
    """
    by_type = dict[str, list[Said]]()
    for one in said:
        by_type.setdefault(one.type, []).append(one)
    for clock in _clocks_of(by_type, rules, on, only):
        yield clock, last_day(clock.term, rules.calendar)


def foreseen(
    case: Case, facts: Iterable[CaseFact], fact_type: str, *, rules: Rules, on: date
) -> tuple[NoticeDeadline, ...]:
    """Return the last days that a fact stated on ``on`` will set, to be told in its notice."""
    said = said_of(case, facts, rules)
    if all(one.type != fact_type for one in said):
        said = (*said, Said(fact_type, on))
    return tuple(
        NoticeDeadline(
            clock=one.row.id, zh=one.row.zh, due_on=last.day, provisional=last.provisional
        )
        for one, last in reckon(said, rules=rules, on=on)
        if fact_type in one.row.starts
    )


def deadline_of(one: Running, last: Last, calendar_digest: str) -> Deadline:
    """Return a reckoned clock as a record."""
    row, term = one.row, one.term
    return Deadline(
        clock=row.id,
        zh=row.zh,
        en=row.en,
        binds=row.binds,
        starts_on=term.first,
        due_on=last.day,
        provisional=last.provisional,
        length=term.length,
        unit=term.unit,
        calendar_digest=calendar_digest,
        effect=row.effect,
        counts_until=last.counts_until,
        suspended=last.left_out,
        stands_still=any(stop.is_open for stop in one.acts.stops),
        fact=one.started.place if row.each else "",
    )


def said_of(case: Case, facts: Iterable[CaseFact], rules: Rules) -> tuple[Said, ...]:
    """Return the facts that count as the clocks see them.

    Receipt stands on the day that the rules of receipt give it; acceptance that follows from
    silence stands on the day of receipt, whatever was said later.
    """
    heard = heard_of(case, facts)
    return accepted_by(counted_receipt(heard, rules), case.accepted_on)


def heard_of(case: Case, facts: Iterable[CaseFact]) -> tuple[Said, ...]:
    """Return the facts that count, each on its own day."""
    return tuple(
        Said(fact.type, day_of(fact.at), fact.body, place_of(fact))
        for fact in in_time(case, facts)
    )


def counted_receipt(said: tuple[Said, ...], rules: Rules) -> tuple[Said, ...]:
    """Return what was said with the receipt on the day it counts, or not yet.

    Source: rules of receipt, see mappings/clocks/receipt.
    """
    own = next((one for one in said if one.type == RECEIVED), None)
    if own is None:
        return said
    first = entered_on(own.day, (one.body for one in said if one.type == SUBMITTED))
    source = rules.receipt.counted(rules.receiving, rules.handling, first)
    days = [first] if source == RECEIVED else [one.day for one in said if one.type == source]
    rest = tuple(one for one in said if one.type != RECEIVED)
    if not days:
        return rest
    day = min(days)
    if rules.receipt.rest_day == "next-working-day":
        day = rules.calendar.on_or_after(day, provisional=True).day
    return said if day == own.day else (replace(own, day=day), *rest)


def accepted_by(said: tuple[Said, ...], accepted_on: date | None) -> tuple[Said, ...]:
    """Return what was said with acceptance on its day, stated or deemed."""
    if accepted_on is None:
        return said
    stated = next((one for one in said if one.type == ACCEPTED), None)
    if stated is not None and stated.day == accepted_on:
        return said
    rest = tuple(one for one in said if one.type != ACCEPTED)
    own = stated or Said(ACCEPTED, accepted_on)
    return (*rest, replace(own, day=accepted_on, deemed=True))


def _clocks_of(
    by_type: Mapping[str, list[Said]], rules: Rules, on: date, only: Collection[str]
) -> Iterator[Running]:
    known = by_type.keys()
    begun = [row for row in rules.clocks.clocks if not known.isdisjoint(row.starts)]
    acting = tuple(row for row in begun if row.role != "deadline")
    for row in begun:
        if row.role != "deadline" or (only and row.id not in only):
            continue
        started = _started(row, by_type)
        if len(started) > 1 and not row.each:
            started = [min(started, key=lambda one: one.day)]
        for one in started:
            timed = _length(row, one, rules.limits, by_type)
            if timed is not None:
                acts = _acts(row, acting, by_type, (rules.limits, on)) if acting else IDLE
                yield _running(row, one, timed, acts)


def _started(row: ClockRow, by_type: Mapping[str, list[Said]]) -> list[Said]:
    """Return the facts that start a clock, each on the day it starts it."""
    found = []
    for name in row.starts:
        for one in by_type.get(name, ()):
            if row.when and not all(meets(need, one.body) for need in row.when):
                continue
            if not row.day:
                found.append(one)
            elif (day := day_at(one.body, row.day)) is not None:
                found.append(replace(one, day=day))
    return found


def _length(
    row: ClockRow, one: Said, limits: Limits, by_type: Mapping[str, list[Said]]
) -> tuple[int, Unit] | None:
    """Return length and unit; None where the length must be stated and is not."""
    if not row.stated:
        return limits.of(row)
    for source in _stating(row, one, by_type):
        stated = source.body.get(row.stated)
        named = not row.rule or source.body.get(row.rule)
        if type(stated) is int and 0 < stated <= COUNT_MAX and named:
            return stated, row.unit
    return None


def _stating(row: ClockRow, one: Said, by_type: Mapping[str, list[Said]]) -> Iterator[Said]:
    """Yield the facts that may state a length: the notice that was served, else the fact.

    INVARIANT: serving a notice adds nothing to what the notice says.
    """
    if not row.serves:
        yield one
        return
    number = one.body.get("notice")
    for name, said in by_type.items():
        if number and name not in row.starts:
            yield from (other for other in said if other.body.get("notice") == number)


def _acts(
    row: ClockRow,
    acting: tuple[ClockRow, ...],
    by_type: Mapping[str, list[Said]],
    under: tuple[Limits, date],
) -> Acts:
    limits, on = under
    added, stops = 0, list[Standstill]()
    for other in acting:
        if row.id not in other.acts_on:
            continue
        if other.role == "extension":
            added += limits.of(other)[0]
        else:
            stops.extend(standing_still(other, by_type, on))
    return Acts(added, tuple(stops))


def _running(row: ClockRow, one: Said, timed: tuple[int, Unit], acts: Acts) -> Running:
    length, unit = timed
    term = Term(
        first=one.day,
        length=length + acts.added,
        unit=unit,
        binds=row.binds,
        back=row.back,
        grace=row.grace,
        spans=merged(stop.span for stop in acts.stops) if acts.stops else (),
    )
    return Running(row, term, one, acts)


def standing_still(
    row: ClockRow, by_type: Mapping[str, list[Said]], on: date
) -> Iterator[Standstill]:
    """Yield the days that each special procedure takes out, as of ``on``.

    The day it began and the day it ended are both left out. One that was not told in writing
    leaves nothing out.

    Source: 行政许可法第四十五条.
    """
    ends = [one for name in row.stops for one in by_type.get(name, ())]
    for name in row.starts:
        for one in by_type.get(name, ()):
            if not (one.body.get("notice") and one.body.get("notice_digest")):
                continue
            named = one.body.get(PROCEDURE)
            own = [end for end in ends if end.body.get(PROCEDURE, named) == named]
            ended = [end.day for end in own if not _precedes(end, one)]
            told = day_at(one.body, NEEDED_UNTIL) or one.day
            last = min(ended) if ended else max(on, told)
            is_open = not ended and one.day <= on
            yield Standstill(Span(one.day, last), str(one.body.get("kind", "")), is_open)


def _precedes(one: Said, other: Said) -> bool:
    """Return whether ``one`` was said before ``other``; of one side also on one day."""
    (side, _, seq), (own, _, at) = (said.place.partition(":") for said in (one, other))
    if seq and (one.day, side) == (other.day, own):
        return int(seq) < int(at)
    return one.day < other.day


def running(
    found: Iterable[Deadline], facts: Iterable[CaseFact], *, table: ClockTable
) -> tuple[Deadline, ...]:
    """Return the deadlines that no fact has stopped yet.

    Args:
        found: Deadlines of a case.
        facts: Its facts that count, see :func:`interop.cases.in_time`.
        table: The clocks that the case began with.
    """
    said = {place_of(fact): fact for fact in facts}
    return tuple(d for d in found if not _stopped(table.row(d.clock), said.get(d.fact), said))


def _stopped(row: ClockRow, own: CaseFact | None, said: Mapping[str, CaseFact]) -> bool:
    wanted = own.body.get(row.match) if own is not None and row.match else None
    for fact in said.values():
        if fact.type not in row.stops:
            continue
        got = fact.body.get(row.match) if row.match else None
        if wanted is None or got is None or wanted == got:
            return True
    return False


def revised(
    case: str, before: Iterable[Deadline], after: Iterable[Deadline]
) -> tuple[DeadlineRevised, ...]:
    """Return what to announce: each provisional deadline that moved or became definite.

    Args:
        case: Case number.
        before: Deadlines under the calendar so far.
        after: The same clocks under the calendar of a new year.
    """
    told = {(one.clock, one.fact): one for one in before if one.provisional}
    found = []
    for one in after:
        old = told.get((one.clock, one.fact))
        if old and (old.due_on, old.provisional) != (one.due_on, one.provisional):
            found.append(
                DeadlineRevised(
                    case=case,
                    clock=one.clock,
                    before=old.due_on,
                    due_on=one.due_on,
                    provisional=one.provisional,
                    calendar_digest=one.calendar_digest,
                )
            )
    return tuple(found)
