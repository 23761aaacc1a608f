"""The handling side: acknowledge, accept, supplement, rule, close."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from interop.cases import require_one_notice
from interop.cases.explanation import UNITS
from interop.cases.reasons import RULING_WITHOUT_REASON
from interop.cases.values import COUNT_MAX
from interop.criteria import one_time_notice
from interop.errors import CaseError
from interop.gateway.contents import require_contents
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import (
    Dossier,
    deemed_case,
    foreseen_deadlines,
    limit_bases,
    limits_of,
    open_dossier,
)
from interop.gateway.ledger import Words, already, record, write_notice
from interop.gateway.reasons import NOTHING_TO_SUPPLEMENT, STEP_VALUE
from interop.model.canonical import Json
from interop.model.case import Case, NoticeKind
from interop.model.item import Limit
from interop.model.judgement import Decision
from interop.services.archive import archive_package
from interop.store import cases as rows
from interop.store import tasks

REGISTER: Final = "register"
PROGRESS: Final = "progress"
Ruling = Literal["permitted", "rejected"]
HEADLINES: Final = {"permitted": "准予许可", "rejected": "不予许可"}
# Values of CN-PRACTICE:conclusion-type (办结类型): with a certificate, or otherwise.
CONCLUSIONS: Final = {"permitted": "0", "rejected": "6"}


def acknowledge(at: Sitting, dossier: Dossier) -> Dossier:
    """Acknowledge a hand-over and leave the intent to register the case with the organ.

    What is acknowledged is the package as it was sent, by the digest that the window stated.
    """
    sent = dossier.said("handed-over")
    body: dict[str, Json] = {"package": sent.body["package"] if sent else None}
    after = record(at, dossier, "acknowledged", body=body)
    if at.desk.outside.acceptance is not None:
        tasks.add(at.tx, kind=REGISTER, case=dossier.row.number, due_at=at.desk.now())
    return after


def acknowledged(desk: Desk, number: str) -> Case:
    """Acknowledge a hand-over (签收); one that came in by the exchange is so already.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if not already(at, dossier, "acknowledged"):
            dossier = acknowledge(at, dossier)
        return deemed_case(desk, dossier)


def accept(desk: Desk, number: str, *, acceptance_number: str = "") -> Case:
    """Accept a case (受理): only the competent organ may.

    Args:
        desk: The gateway.
        number: Case number.
        acceptance_number: Number in the organ's own system, if it has one.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``;
            ``material-pending`` while a content has not been fetched and verified.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        after = accepted(at, dossier, acceptance_number=acceptance_number)
        return deemed_case(desk, after)


def accepted(at: Sitting, dossier: Dossier, *, acceptance_number: str) -> Dossier:
    """State the acceptance within a transaction; repeating it changes nothing."""
    if already(at, dossier, "accepted"):
        return dossier
    require_contents(at, dossier)
    under = limits_of(dossier)
    limits = f"法定办结时限 {_length(under.statutory)}，承诺 {_length(under.promised)}"
    bases = limit_bases(dossier)
    due = foreseen_deadlines(at.desk, dossier, "accepted")
    words = Words(items=(limits,), bases=bases, deadlines=due, detail=acceptance_number)
    notice = write_notice(at, dossier, NoticeKind.ACCEPTANCE, words)
    body: dict[str, Json] = {"acceptance_number": acceptance_number}
    return record(at, dossier, "accepted", body=body, notice=notice)


def _length(limit: Limit) -> str:
    return f"{limit.length} {UNITS[limit.unit]['zh']}"


@dataclass(frozen=True, slots=True)
class Period:
    """The time to supplement, where a rule sets one (C13); without it a case never lapses.

    Attributes:
        days: Calendar days from service.
        rule: The rule that sets it.
    """

    days: int
    rule: str


def supplement(
    desk: Desk, number: str, *, also: Sequence[str] = (), period: Period | None = None
) -> Case:
    """Tell the applicant once all that is missing (补正).

    Args:
        desk: The gateway.
        number: Case number.
        also: What the organ found missing beyond the criteria, one line each, in Chinese.
        period: The time to supplement, where a rule sets one; the notice tells it.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``notice-too-late``,
            ``notice-second-requirement``, ``supplement-without-items``,
            ``step-value-unknown`` for a period without days or rule.
    """
    if period and not (0 < period.days <= COUNT_MAX and period.rule.strip()):
        expected = f"1..{COUNT_MAX}, period_rule"
        raise CaseError(STEP_VALUE.of(field="period_days", expected=expected))
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        noticed = already(at, dossier, "supplement-noticed")
        lines = tuple(dict.fromkeys((*_asked(dossier.package.decision), *also)))
        require_one_notice(rows.notices(at.tx, number), lines)
        if noticed:
            return deemed_case(desk, dossier)
        if not lines:
            raise CaseError(NOTHING_TO_SUPPLEMENT.of(field=number))
        return deemed_case(desk, _noticed(at, dossier, lines, period))


def _noticed(
    at: Sitting, dossier: Dossier, lines: tuple[str, ...], period: Period | None
) -> Dossier:
    decision = dossier.package.decision
    bases = tuple(o.basis for o in decision.outcomes if o.basis is not None)
    detail = one_time_notice(decision, dossier.item, "zh")
    body: dict[str, Json] = {"asked": list(lines)}
    if period is not None:
        body |= {"period_days": period.days, "period_rule": period.rule}
        detail = f"{detail}\n请自本告知书送达之日起{period.days}日内补正（{period.rule}）。"
    words = Words(items=lines, bases=tuple(dict.fromkeys(bases)), detail=detail)
    notice = write_notice(at, dossier, NoticeKind.SUPPLEMENT, words)
    return record(at, dossier, "supplement-noticed", body=body, notice=notice)


def _asked(decision: Decision) -> tuple[str, ...]:
    return tuple(o.reason.zh for o in decision.outcomes if o.effect == "supplement")


def rule(
    desk: Desk,
    number: str,
    ruling: Ruling,
    *,
    result_number: str = "",
    reasons: Sequence[str] = (),
) -> Case:
    """Record the ruling (决定) and conclude the case.

    Args:
        desk: The gateway.
        number: Case number.
        ruling: ``permitted`` or ``rejected``.
        result_number: Number of the licence, with a permission.
        reasons: Why, with a rejection; at least one.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``ruling-without-reason``,
            ``step-value-unknown``.
    """
    if ruling not in HEADLINES:
        raise CaseError(STEP_VALUE.of(field="ruling", expected=", ".join(HEADLINES)))
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        body: dict[str, Json] = {"result_number": result_number, "reasons": list(reasons)}
        return deemed_case(desk, ruled(at, dossier, ruling, body=body))


def ruled(at: Sitting, dossier: Dossier, ruling: Ruling, *, body: dict[str, Json]) -> Dossier:
    """State ruling and conclusion within a transaction; repeating them changes nothing."""
    if already(at, dossier, ruling):
        return dossier
    reasons = body.get("reasons")
    stated = [str(line) for line in reasons] if isinstance(reasons, list) else []
    if ruling == "rejected" and not any(line.strip() for line in stated):
        raise CaseError(RULING_WITHOUT_REASON.of(field="reasons"))
    result = str(body.get("result_number", ""))
    lines = (HEADLINES[ruling], *(line for line in (result, *stated) if line))
    due = foreseen_deadlines(at.desk, dossier, ruling)
    words = Words(items=lines, bases=dossier.item.setting_basis, deadlines=due)
    notice = write_notice(at, dossier, NoticeKind.RULING, words)
    after = record(at, dossier, ruling, body=body, notice=notice)
    concluded: dict[str, Json] = {
        "result_number": result,
        "conclusion_type": CONCLUSIONS[ruling],
    }
    return record(at, after, "concluded", body=concluded)


def close(desk: Desk, number: str) -> Case:
    """Archive a case: build its archive package and state that it is archived.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "archived"):
            return deemed_case(desk, dossier)
        kept = archive_package(dossier.case, dossier.facts, rows.notices(at.tx, number))
        rows.put_document(at.tx, number, "archive", kept.to_bytes())
        after = record(at, dossier, "archived", body={"archive": kept.digest()})
        return deemed_case(desk, after)
