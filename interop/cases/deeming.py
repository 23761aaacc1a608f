"""What silence makes of a case: accepted as of receipt, or a licence renewed.

A pure function of facts, calendar and day; no job has to run for it, and both sides find the
same as soon as they hold the receipt. It is no fact: the organ's later fact confirms it, or
is out of time.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from interop.cases.clocks import NOTICE_CLOCK, RENEWAL_CLOCK, RENEWAL_RULING_CLOCK
from interop.cases.deadlines import RECEIVED, Said, counted_receipt, heard_of, reckon
from interop.cases.fold import fold, header_of, in_time, place_of
from interop.cases.reckoning import Last
from interop.cases.rules import Rules
from interop.model.case import Case, CaseFact
from interop.model.day import day_of

NOTICED: Final = "supplement-noticed"
# No acceptance is deemed where the organ is not competent or no licence is needed.
NEVER: Final = frozenset({"not-required", "refused"})
# Said in time, these leave no silence.
ANSWERS: Final = frozenset({NOTICED, "accepted", "withdrawn"})
RULINGS: Final = frozenset({"permitted", "rejected", "withdrawn", *NEVER})


def deemed(case: Case, facts: Iterable[CaseFact], *, rules: Rules, on: date) -> Case:
    """Return the case with what silence has made of it by ``on``.

    Neither a notice nor acceptance stated by the last day of C1: accepted, dated back to
    the day of receipt; an acceptance stated later confirms it, a notice stated later is out
    of time. Never where the organ is not competent or no licence is needed, or where the
    applicant withdrew in time. A renewal asked for in time and undecided at expiry is granted.

    Args:
        case: The folded case.
        facts: Its facts; those out of time do not count.
        rules: What it runs under. While the calendar does not cover a whole period, nothing
            is deemed by it.
        on: Day of asking, Asia/Shanghai.

    Source: 行政许可法第三十二条 (逾期不告知的，自收到申请材料之日起即为受理)、第五十条
    (逾期未作决定的，视为准予延续).
    """
    known = tuple(facts)
    said = counted_receipt(heard_of(case, known), rules)
    silent = accepted_by_silence(said, rules=rules, on=on)
    if silent is not None:
        received_on, last = silent
        late = [
            place_of(f)
            for f in in_time(case, known)
            if f.type == NOTICED and day_of(f.at) > last
        ]
        if late:
            case = fold(header_of(case), known, table=rules.lifecycle, late=late)
        case = case.model_copy(update={"accepted_on": received_on, "deemed": True})
    if renewed_by_silence(said, rules=rules, on=on):
        case = case.model_copy(update={"deemed_renewed": True})
    return case


def accepted_by_silence(
    said: tuple[Said, ...], *, rules: Rules, on: date
) -> tuple[date, date] | None:
    """Return the day of receipt and the last day of C1, if silence is acceptance by ``on``."""
    received = next((one for one in said if one.type == RECEIVED), None)
    last = _last(NOTICE_CLOCK, said, rules, on) if received else None
    if received is None or last is None or last.provisional or on <= last.day:
        return None
    for one in said:
        if one.type in NEVER or (one.type in ANSWERS and one.day <= last.day):
            return None
    return received.day, last.day


def renewed_by_silence(said: tuple[Said, ...], *, rules: Rules, on: date) -> bool:
    """Return whether a renewal was asked for in time and not ruled on by expiry."""
    ends = _last(RENEWAL_RULING_CLOCK, said, rules, on)
    apply_by = _last(RENEWAL_CLOCK, said, rules, on)
    if ends is None or apply_by is None or on <= ends.day:
        return False
    asked = min(one.day for one in said if one.type == "submitted")
    if asked > (apply_by.counts_until or apply_by.day):
        return False
    return not any(one.type in RULINGS and one.day <= ends.day for one in said)


def _last(clock: str, said: tuple[Said, ...], rules: Rules, on: date) -> Last | None:
    found = reckon(said, rules=rules, on=on, only=(clock,))
    return next((last for _, last in found), None)
