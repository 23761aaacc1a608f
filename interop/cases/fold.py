"""A case is the fold of both sides' facts; both sides fold alike.

Each side numbers its own facts and names the last fact of the other side that it had seen.
Of two concurrent facts the handling side's comes first; a fact that no longer fits the
state is out of time: it stays in the record and changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from interop.cases.lifecycle import PROCEDURE, FactRow, LifeCycle
from interop.cases.reasons import (
    FACT_OF_OTHER_CASE,
    FACT_SEQUENCE,
    FACT_WAITS,
    FACTS_TOO_MANY,
)
from interop.cases.values import unmet
from interop.errors import CaseError
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.case import Case, CaseFact, CaseSide
from interop.model.day import day_of

FACTS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Header:
    """What is fixed from the first fact on.

    Attributes:
        number: Case number.
        item: Service item.
        receiving: Receiving region.
        handling: Handling region; the same where the case stays.
    """

    number: str
    item: str
    receiving: str
    handling: str


@dataclass(frozen=True, slots=True)
class _Folded:
    state: str
    licence: str | None = None
    received_at: datetime | None = None
    accepted_on: date | None = None
    ruling: Literal["permitted", "rejected"] | None = None
    procedures: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    out_of_time: tuple[str, ...] = ()


def ordered(facts: Iterable[CaseFact]) -> tuple[CaseFact, ...]:
    """Return the facts in the one order that both sides agree on.

    Facts that arrive later never change the order of those that are here.

    Raises:
        CaseError: ``fact-sequence`` for a gap or a repeat, ``fact-waits`` for facts that
            wait for each other, ``fact-limit`` for more than 1000.
    """
    given = tuple(facts)
    if len(given) > FACTS_MAX:
        raise CaseError(
            FACTS_TOO_MANY.of(field=given[0].case, expected=FACTS_MAX, got=len(given))
        )
    handling, receiving = _sequence(given, "handling"), _sequence(given, "receiving")
    merged: list[CaseFact] = []
    h = r = 0
    while h < len(handling) or r < len(receiving):
        if h < len(handling) and handling[h].seen <= r:
            merged.append(handling[h])
            h += 1
        elif r < len(receiving) and receiving[r].seen <= h:
            merged.append(receiving[r])
            r += 1
        else:
            waits = receiving[r] if r < len(receiving) else handling[h]
            raise CaseError(FACT_WAITS.of(field=waits.side, got=waits.seq))
    return tuple(merged)


def _sequence(facts: Sequence[CaseFact], side: CaseSide) -> list[CaseFact]:
    own = sorted((fact for fact in facts if fact.side == side), key=lambda fact: fact.seq)
    for position, fact in enumerate(own, start=1):
        if fact.seq != position:
            raise CaseError(FACT_SEQUENCE.of(field=side, expected=position, got=fact.seq))
    return own


def fold(
    header: Header,
    facts: Iterable[CaseFact],
    *,
    table: LifeCycle,
    late: Collection[str] = (),
) -> Case:
    """Return the case that the facts make.

    Args:
        header: What is fixed from the first fact on.
        facts: In any order.
        table: The life cycle that the case began with.
        late: Facts that silence has overtaken, as ``side:seq``; see
            :func:`interop.cases.deemed`.

    Raises:
        CaseError: ``fact-of-other-case``, ``fact-unknown``, or as :func:`ordered`.
    """
    in_order = ordered(facts)
    folded = _Folded(state=table.initial)
    chain: Json = [header.number, header.item, header.receiving, header.handling]
    state_hash = digest(canonical_bytes(chain))
    for fact in in_order:
        require_of_case(header.number, fact)
        row = table.row(fact.type)
        if place_of(fact) not in late and _counts(folded, fact, row):
            folded = _after(folded, fact, row, table)
        else:
            passed = (*folded.out_of_time, place_of(fact))
            folded = replace(folded, out_of_time=passed)
        state_hash = digest(canonical_bytes([state_hash, fact.digest()]))
    return Case(
        number=header.number,
        item=header.item,
        receiving=header.receiving,
        handling=header.handling,
        state=folded.state,
        received_at=folded.received_at,
        accepted_on=folded.accepted_on,
        ruling=folded.ruling,
        receiving_seq=sum(fact.side == "receiving" for fact in in_order),
        handling_seq=sum(fact.side == "handling" for fact in in_order),
        state_hash=state_hash,
        out_of_time=folded.out_of_time,
        licence=folded.licence,
        procedures=folded.procedures,
        done=folded.done,
    )


def header_of(case: Case) -> Header:
    """Return what was fixed from the first fact of a case on."""
    return Header(case.number, case.item, case.receiving, case.handling)


def require_of_case(number: str, fact: CaseFact) -> None:
    """Refuse a fact of another case.

    Raises:
        CaseError: ``fact-of-other-case``.
    """
    if fact.case != number:
        raise CaseError(
            FACT_OF_OTHER_CASE.of(field=place_of(fact), expected=number, got=fact.case)
        )


def place_of(fact: CaseFact) -> str:
    """Return where a fact stands, as ``side:seq``."""
    return f"{fact.side}:{fact.seq}"


def stands_in(case: Case, row: FactRow) -> bool:
    """Return whether a case is in a state in which a fact of this row may be stated."""
    state = case.state if row.track == "case" else case.licence
    return state in row.from_states


def procedure_fits(open_ones: Collection[str], fact: CaseFact, row: FactRow) -> bool:
    """Return whether a fact begins a procedure that is not open, or ends one that is."""
    named = fact.body.get(PROCEDURE)
    return (not row.opens or named not in open_ones) and (not row.closes or named in open_ones)


def _counts(folded: _Folded, fact: CaseFact, row: FactRow) -> bool:
    state = folded.state if row.track == "case" else folded.licence
    return (
        row.side == fact.side
        and state in row.from_states
        and not (row.once and fact.type in folded.done)
        and procedure_fits(folded.procedures, fact, row)
        and next(unmet(row.needs, fact.body), None) is None
    )


def _after(folded: _Folded, fact: CaseFact, row: FactRow, table: LifeCycle) -> _Folded:
    if row.once:
        folded = replace(folded, done=(*folded.done, fact.type))
    if row.opens or row.closes:
        folded = replace(folded, procedures=_open_after(folded, fact, row))
    if row.track == "licence":
        return replace(folded, licence=row.to or folded.licence)
    if row.to is not None and not (row.closes and folded.procedures):
        folded = replace(folded, state=row.to)
    return _meant(folded, fact, table)


def _open_after(folded: _Folded, fact: CaseFact, row: FactRow) -> tuple[str, ...]:
    named = str(fact.body[PROCEDURE])
    rest = tuple(name for name in folded.procedures if name != named)
    return (*rest, named) if row.opens else rest


def _meant(folded: _Folded, fact: CaseFact, table: LifeCycle) -> _Folded:
    match fact.type:
        case "received":
            return replace(folded, received_at=fact.at)
        case "accepted":
            return replace(folded, accepted_on=day_of(fact.at))
        case "permitted":
            return replace(folded, ruling="permitted", licence=table.licence)
        case "rejected":
            return replace(folded, ruling="rejected")
        case _:
            return folded


def in_time(case: Case, facts: Iterable[CaseFact]) -> tuple[CaseFact, ...]:
    """Return the facts that count; those out of time stand in the record and change nothing.

    Args:
        case: The folded case.
        facts: Its facts.
    """
    late = frozenset(case.out_of_time)
    return tuple(fact for fact in facts if place_of(fact) not in late)
