"""The one gate of all verbs: who may state which fact, when, and with what."""

from collections.abc import Iterable, Iterator

from interop.cases.fold import place_of, procedure_fits, require_of_case, stands_in
from interop.cases.lifecycle import PROCEDURE, FactRow, LifeCycle
from interop.cases.reasons import (
    FACT_ONCE,
    FACT_VALUE,
    FACT_WITHOUT_NOTICE,
    LAPSE_TOO_EARLY,
    LAPSE_WITHOUT_PERIOD,
    NOT_COMPETENT,
    NOTICE_TOO_LATE,
    PROCEDURE_STATE,
    TRANSITION_ILLEGAL,
)
from interop.cases.values import unmet
from interop.errors import CaseError, Reason, Side
from interop.model.case import Case, CaseFact, CaseSide, Deadline
from interop.model.day import day_of


def state_fact(
    case: Case,
    fact: CaseFact,
    *,
    table: LifeCycle,
    region: str,
    due: Iterable[Deadline] = (),
) -> CaseFact:
    """Return ``fact`` if ``region`` may state it on ``case`` now.

    Args:
        case: The case as it stands; with acceptance deemed, no supplement notice passes.
        fact: The fact to be stated.
        table: The life cycle that the case began with.
        region: Region of the gateway that wants to state it.
        due: Deadlines of the case; needed for a fact that a clock must have run out for.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``notice-too-late``,
            ``fact-of-other-case``, ``fact-unknown``, ``fact-once``, ``procedure-state``,
            ``lapse-without-period``, ``lapse-too-early``; or every ``fact-without-notice``
            and ``fact-value``.

    Source: 国办发〔2020〕35号 (收受分离 changes no organ's powers); 行政许可法第三十二条、
    第四十二条、第四十五条.
    """
    require_of_case(case.number, fact)
    row = table.row(fact.type)
    _require_owner(case, fact, side=row.side, region=region)
    if not stands_in(case, row):
        got = case.state if row.track == "case" else (case.licence or "-")
        allowed = " / ".join(row.from_states)
        raise CaseError(TRANSITION_ILLEGAL.of(field=fact.type, expected=allowed, got=got))
    if case.deemed and fact.type == "supplement-noticed":
        raise CaseError(NOTICE_TOO_LATE.of(field=fact.type, expected=case.accepted_on))
    if problems := tuple(_content(fact, row)):
        raise CaseError(*problems)
    _require_room(case, fact, row)
    if row.after:
        require_run_out(fact, row, due)
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


def _content(fact: CaseFact, row: FactRow) -> Iterator[Reason]:
    tied = fact.body.get("notice") and fact.body.get("notice_digest")
    if row.notice is not None and not tied:
        yield FACT_WITHOUT_NOTICE.of(field=fact.type, expected=row.notice)
    for need in unmet(row.needs, fact.body):
        wanted = " | ".join(need.values) or need.form
        yield FACT_VALUE.of(field=f"{fact.type}.{need.key}", expected=wanted)


def _require_room(case: Case, fact: CaseFact, row: FactRow) -> None:
    if row.once and fact.type in case.done:
        raise CaseError(FACT_ONCE.of(field=fact.type))
    if not procedure_fits(case.procedures, fact, row):
        shown = ", ".join(case.procedures) or "-"
        named = fact.body.get(PROCEDURE)
        raise CaseError(PROCEDURE_STATE.of(field=place_of(fact), expected=shown, got=named))


def require_run_out(fact: CaseFact, row: FactRow, listed: Iterable[Deadline]) -> None:
    """Refuse what only the end of a period allows, while it runs or was never set.

    Args:
        fact: The fact.
        row: Its row, which names the clock.
        listed: Deadlines of the case.

    Raises:
        CaseError: ``lapse-without-period``, ``lapse-too-early``.
    """
    due = tuple(deadline for deadline in listed if deadline.clock == row.after)
    if not due:
        raise CaseError(LAPSE_WITHOUT_PERIOD.of(field=row.after))
    last = max(deadline.counts_until or deadline.due_on for deadline in due)
    on = day_of(fact.at)
    if on <= last or any(deadline.provisional for deadline in due):
        raise CaseError(LAPSE_TOO_EARLY.of(field=row.after, expected=last, got=on))
