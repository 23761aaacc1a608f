"""A case is the fold of both sides' facts; both sides fold alike.

Each side numbers its own facts and names the last fact of the other side that it had seen.
Of two concurrent facts the handling side's comes first; a fact that no longer fits the
state is out of time: it stays in the record and changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal

from interop.calendar import Calendar
from interop.cases.lifecycle import LifeCycle
from interop.cases.reasons import (
    FACT_SEQUENCE,
    FACT_WITHOUT_NOTICE,
    NOT_COMPETENT,
    TRANSITION_ILLEGAL,
)
from interop.errors import CaseError, Side
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.case import Case, CaseFact, CaseSide
from interop.model.day import day_of

FACTS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Header:
    """What is fixed from the first fact on."""

    number: str
    item: str
    receiving: str
    handling: str

    def region(self, side: CaseSide) -> str:
        """Return the region of a side."""
        return self.receiving if side == "receiving" else self.handling


@dataclass(frozen=True, slots=True)
class _Folded:
    state: str
    received_at: datetime | None = None
    accepted_on: date | None = None
    noticed: bool = False
    ruling: Literal["permitted", "rejected"] | None = None
    out_of_time: tuple[str, ...] = field(default=())


def ordered(facts: Iterable[CaseFact]) -> tuple[CaseFact, ...]:
    """Return the facts in the one order that both sides agree on.

    Raises:
        CaseError: ``fact-sequence`` for a gap, a repeat, or facts that wait for each other.
    """
    handling = _sequence(facts_ := tuple(facts), "handling")
    receiving = _sequence(facts_, "receiving")
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
            raise CaseError(FACT_SEQUENCE.of(field="seen", expected=f"{h}/{r}", got="later"))
    return tuple(merged)


def _sequence(facts: Sequence[CaseFact], side: CaseSide) -> list[CaseFact]:
    own = sorted((fact for fact in facts if fact.side == side), key=lambda fact: fact.seq)
    for position, fact in enumerate(own, start=1):
        if fact.seq != position or position > FACTS_MAX:
            raise CaseError(FACT_SEQUENCE.of(field=side, expected=position, got=fact.seq))
    return own


def fold(header: Header, facts: Iterable[CaseFact], *, table: LifeCycle) -> Case:
    """Return the case that the facts make.

    Raises:
        CaseError: ``fact-sequence`` or ``fact-unknown``.
    """
    in_order = ordered(facts)
    folded = _Folded(state=table.initial)
    chain: Json = [header.number, header.item, header.receiving, header.handling]
    state_hash = digest(canonical_bytes(chain))
    for fact in in_order:
        row = table.row(fact.type)
        if row.side == fact.side and folded.state in row.from_states:
            folded = _after(folded, fact, row.to)
        else:
            late = (*folded.out_of_time, f"{fact.side}:{fact.seq}")
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


def _after(folded: _Folded, fact: CaseFact, state: str) -> _Folded:
    folded = replace(folded, state=state)
    match fact.type:
        case "received":
            return replace(folded, received_at=fact.at)
        case "accepted":
            return replace(folded, accepted_on=day_of(fact.at))
        case "permitted" | "rejected":
            ruling: Literal["permitted", "rejected"] = (
                "permitted" if fact.type == "permitted" else "rejected"
            )
            return replace(folded, ruling=ruling)
        case _:
            return folded


def deemed(
    case: Case, facts: Iterable[CaseFact], *, calendar: Calendar, notice_days: int, on: date
) -> Case:
    """Return the case with acceptance deemed, if silence has made it so by ``on``.

    No complete notice within C1 after receipt: accepted, dated back to the day of receipt.
    A pure function of facts, calendar and day; no job has to run for it, and both sides
    find the same. It changes no state: the organ's later fact confirms it.

    Args:
        case: The folded case.
        facts: Its facts.
        calendar: Working days; must cover the period.
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
    if any(_speaks(fact, last.day) for fact in facts):
        return case
    return case.model_copy(update={"accepted_on": received_on, "deemed": True})


def _speaks(fact: CaseFact, last: date) -> bool:
    if fact.type in {"not-required", "refused", "withdrawn"}:
        return True
    return fact.type in {"supplement-noticed", "accepted"} and day_of(fact.at) <= last


def state_fact(case: Case, fact: CaseFact, *, table: LifeCycle, region: str) -> CaseFact:
    """Return ``fact`` if ``region`` may state it on ``case`` now; the one gate of all verbs.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``fact-without-notice`` or
            ``fact-unknown``.
    """
    row = table.row(fact.type)
    owner = case.receiving if row.side == "receiving" else case.handling
    if region != owner or fact.side != row.side:
        wrong_side = Side.RECEIVING if region == case.receiving else Side.HANDLING
        raise CaseError(
            NOT_COMPETENT.of(field=fact.type, expected=owner, got=region, side=wrong_side)
        )
    if case.state not in row.from_states:
        allowed = " / ".join(row.from_states)
        raise CaseError(
            TRANSITION_ILLEGAL.of(field=fact.type, expected=allowed, got=case.state)
        )
    if row.notice is not None and not {"notice", "notice_digest"} <= fact.body.keys():
        raise CaseError(FACT_WITHOUT_NOTICE.of(field=fact.type, expected=row.notice))
    return fact
