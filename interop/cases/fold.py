"""A case is the fold of both sides' facts; both sides fold alike.

Each side numbers its own facts and names the last fact of the other side that it had seen.
Of two concurrent facts the handling side's comes first; a fact that no longer fits the
state is out of time: it stays in the record and changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from interop.calendar import Calendar
from interop.cases.lifecycle import LifeCycle
from interop.cases.reasons import (
    FACT_OF_OTHER_CASE,
    FACT_SEQUENCE,
    FACT_WAITS,
    FACT_WITHOUT_NOTICE,
    FACTS_TOO_MANY,
    NOT_COMPETENT,
    NOTICE_TOO_LATE,
    TRANSITION_ILLEGAL,
)
from interop.errors import CaseError, Side
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
    received_at: datetime | None = None
    accepted_on: date | None = None
    ruling: Literal["permitted", "rejected"] | None = None
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


def fold(header: Header, facts: Iterable[CaseFact], *, table: LifeCycle) -> Case:
    """Return the case that the facts make.

    Raises:
        CaseError: ``fact-of-other-case``, ``fact-unknown``, or as :func:`ordered`.
    """
    in_order = ordered(facts)
    folded = _Folded(state=table.initial)
    chain: Json = [header.number, header.item, header.receiving, header.handling]
    state_hash = digest(canonical_bytes(chain))
    for fact in in_order:
        _require_of_case(header.number, fact)
        row = table.row(fact.type)
        if row.side == fact.side and folded.state in row.from_states:
            folded = _after(folded, fact, row.to)
        else:
            late = (*folded.out_of_time, _place(fact))
            folded = replace(folded, out_of_time=late)
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
    )


def _require_of_case(number: str, fact: CaseFact) -> None:
    if fact.case != number:
        raise CaseError(
            FACT_OF_OTHER_CASE.of(field=_place(fact), expected=number, got=fact.case)
        )


def _place(fact: CaseFact) -> str:
    return f"{fact.side}:{fact.seq}"


def _after(folded: _Folded, fact: CaseFact, state: str) -> _Folded:
    folded = replace(folded, state=state)
    match fact.type:
        case "received":
            return replace(folded, received_at=fact.at)
        case "accepted":
            return replace(folded, accepted_on=day_of(fact.at))
        case "permitted":
            return replace(folded, ruling="permitted")
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
    return tuple(fact for fact in facts if _place(fact) not in late)


def deemed(
    case: Case, facts: Iterable[CaseFact], *, calendar: Calendar, notice_days: int, on: date
) -> Case:
    """Return the case with acceptance deemed, if silence has made it so by ``on``.

    Neither a notice nor acceptance stated by the last day of C1: accepted, dated back to
    the day of receipt. A notice or an acceptance stated later undoes nothing. Never deemed
    where the organ is not competent or no licence is needed, or where the applicant withdrew
    in time. A pure function of facts, calendar and day; no job has to run for it, and both
    sides find the same. It changes no state: the organ's later fact confirms it.

    Args:
        case: The folded case.
        facts: Its facts; those out of time do not count.
        calendar: Working days. While it does not cover the whole period, nothing is deemed.
        notice_days: Length of C1 in working days.
        on: Day of asking, Asia/Shanghai.

    Source: 行政许可法第三十二条 (逾期不告知的，自收到申请材料之日起即为受理).
    """
    if case.received_at is None:
        return case
    received_on = day_of(case.received_at)
    last = calendar.add(received_on, notice_days, provisional=True)
    if last.provisional or on <= last.day:
        return case
    if any(_bars(fact, last.day) for fact in in_time(case, facts)):
        return case
    return case.model_copy(update={"accepted_on": received_on, "deemed": True})


def _bars(fact: CaseFact, last: date) -> bool:
    if fact.type in {"not-required", "refused"}:
        return True
    spoken = fact.type in {"supplement-noticed", "accepted", "withdrawn"}
    return spoken and day_of(fact.at) <= last


def state_fact(case: Case, fact: CaseFact, *, table: LifeCycle, region: str) -> CaseFact:
    """Return ``fact`` if ``region`` may state it on ``case`` now; the one gate of all verbs.

    Args:
        case: The case as it stands; with acceptance deemed, no supplement notice passes.
        fact: The fact to be stated.
        table: The life cycle that the case began with.
        region: Region of the gateway that wants to state it.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``notice-too-late``,
            ``fact-without-notice``, ``fact-of-other-case`` or ``fact-unknown``.

    Source: 国办发〔2020〕35号 (收受分离 changes no organ's powers); 行政许可法第三十二条.
    """
    _require_of_case(case.number, fact)
    row = table.row(fact.type)
    _require_owner(case, fact, side=row.side, region=region)
    if case.state not in row.from_states:
        allowed = " / ".join(row.from_states)
        raise CaseError(
            TRANSITION_ILLEGAL.of(field=fact.type, expected=allowed, got=case.state)
        )
    if case.deemed and fact.type == "supplement-noticed":
        raise CaseError(NOTICE_TOO_LATE.of(field=fact.type, expected=case.accepted_on))
    if row.notice is not None and not (
        fact.body.get("notice") and fact.body.get("notice_digest")
    ):
        raise CaseError(FACT_WITHOUT_NOTICE.of(field=fact.type, expected=row.notice))
    return fact


def _require_owner(case: Case, fact: CaseFact, *, side: CaseSide, region: str) -> None:
    owner = case.receiving if side == "receiving" else case.handling
    if region != owner:
        wrong = {case.receiving: Side.RECEIVING, case.handling: Side.HANDLING}
        raise CaseError(
            NOT_COMPETENT.of(
                field=fact.type, expected=owner, got=region, side=wrong.get(region, Side.HOST)
            )
        )
    if fact.side != side:
        raise CaseError(
            NOT_COMPETENT.of(field=fact.type, expected=side, got=fact.side, side=Side.HOST)
        )
