"""The receiving side: check, receive, hand over, deliver."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from interop.criteria import one_time_notice
from interop.errors import CaseError, Reason
from interop.gateway import sending
from interop.gateway.back import acknowledge
from interop.gateway.contents import with_contents
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import (
    Dossier,
    deemed_case,
    forget_token,
    open_dossier,
    other_region,
)
from interop.gateway.filing import SKEW_S, decision_on, item_in_force
from interop.gateway.ledger import Words, already, record, write_notice
from interop.gateway.parties import require_sound
from interop.gateway.reasons import INTAKE_BARRED, STEP_TIME, STEP_VALUE
from interop.model.canonical import Json
from interop.model.case import Application, Case, NoticeKind
from interop.model.judgement import ClauseOutcome, Decision

BARRING: Final = ("refuse", "not-required")
# How a result may be served, and how the record of it says so.
METHODS: Final = {
    "window": "窗口领取",
    "courier": "邮寄送达",
    "electronic": "电子送达",
}


def check(desk: Desk, application: Application) -> Decision:
    """Return what the handling region's criteria say of an application; nothing is kept.

    Raises:
        CaseError: Bad parties or facts.
        KnowledgeError: Unknown item or region, or the item is not in force.
    """
    require_sound(application, on=desk.today())
    return decision_on(desk, item_in_force(desk, application), application)


def receive(desk: Desk, number: str, *, licence_expires_on: date | None = None) -> Case:
    """Receive a drafted case (收件) and give the receipt note; C1 runs from its entry.

    Incomplete materials are received too: what is missing is told once, in time, by the
    competent organ. Only a case outside its remit, or one that needs no licence, is told at
    once and not received.

    Args:
        desk: The gateway.
        number: Case number.
        licence_expires_on: Last day of the licence, where its renewal (延续) is asked for.

    Raises:
        CaseError: ``not-competent``, ``intake-barred``, ``case-unknown``,
            ``case-draft-unfinished``.

    Source: 行政许可法第三十二条.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "received"):
            return deemed_case(desk, dossier)
        _require_intake(dossier.package.decision)
        body: dict[str, Json] = {"submitted_at": dossier.application.submitted_at.isoformat()}
        if licence_expires_on is not None:
            body["licence_expires_on"] = licence_expires_on.isoformat()
        after = record(at, dossier, "submitted", body=body)
        words = Words(
            items=_received_materials(dossier),
            detail=one_time_notice(dossier.package.decision, dossier.item, "zh"),
        )
        notice = write_notice(at, after, NoticeKind.RECEIPT, words)
        return deemed_case(desk, record(at, after, "received", notice=notice))


def _require_intake(decision: Decision) -> None:
    if decision.intake in {"not_competent", "not_required"}:
        raise CaseError(
            *(
                _barred(outcome)
                for outcome in decision.outcomes
                if outcome.effect in BARRING and outcome.outcome == "failed"
            )
        )


def _barred(outcome: ClauseOutcome) -> Reason:
    """Return the refusal in both languages, naming the organ to go to."""
    why, remedy = outcome.reason, (outcome.remedy_zh, outcome.remedy_en)
    chinese = INTAKE_BARRED.of(field=outcome.clause, expected=remedy[0], got=why.zh)
    english = INTAKE_BARRED.of(field=outcome.clause, expected=remedy[1], got=why.en)
    return replace(chinese, en=english.en, fix_en=english.fix_en)


def _received_materials(dossier: Dossier) -> tuple[str, ...]:
    names = {material.code: material.zh for material in dossier.item.materials}
    handed_in = [names[material.code] for material in dossier.application.materials]
    spared = [f"{names[code]}（电子证照，免提交）" for code in dossier.package.exemption.spared]
    return (*handed_in, *spared)


def hand_over(desk: Desk, number: str) -> Case:
    """Hand the case over to the handling region (转办); it leaves with the next work.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``;
            ``material-unfinished`` while the upload of a content is.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "handed-over"):
            return deemed_case(desk, dossier)
        dossier = with_contents(at, dossier)
        body: dict[str, Json] = {"package": dossier.package.digest()}
        after = record(at, dossier, "handed-over", body=body)
        # From here on the token travels; this side has no further use for it.
        forget_token(at, after)
        sending.intend(at, after)
        if other_region(desk, after) is None:
            after = acknowledge(at, after)
        return deemed_case(desk, after)


def deliver(desk: Desk, number: str, *, method: str, served_at: datetime | None = None) -> Case:
    """Deliver the result (送达) and keep the record of it.

    Args:
        desk: The gateway.
        number: Case number.
        method: How it was served: ``window``, ``courier`` or ``electronic``.
        served_at: When it was served, aware; now if not given.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``,
            ``step-value-unknown``, ``step-time``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "delivered"):
            return deemed_case(desk, dossier)
        return deemed_case(desk, delivered(at, dossier, method=method, served_at=served_at))


def delivered(
    at: Sitting, dossier: Dossier, *, method: str, served_at: datetime | None
) -> Dossier:
    """State the delivery within a transaction; raise as :func:`deliver`."""
    served = served_at or at.desk.now()
    concluded = dossier.said("concluded")
    if method not in METHODS:
        raise CaseError(STEP_VALUE.of(field="method", expected=", ".join(METHODS)))
    latest = at.desk.now() + timedelta(seconds=SKEW_S)
    if served.tzinfo is None or served > latest or (concluded and served < concluded.at):
        raise CaseError(STEP_TIME.of(field="served_at", got=served.isoformat()))
    when = served.isoformat()
    result = str(concluded.body.get("result_number", "")) if concluded else ""
    told = (result, f"送达方式：{METHODS[method]}", f"送达时间：{when}")
    words = Words(items=tuple(line for line in told if line))
    notice = write_notice(at, dossier, NoticeKind.DELIVERY, words)
    body: dict[str, Json] = {"method": method, "served_at": when}
    return record(at, dossier, "delivered", body=body, notice=notice)
