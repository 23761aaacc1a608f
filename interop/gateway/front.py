"""The receiving side: check, receive, hand over, deliver."""

from datetime import datetime
from typing import Final

from interop.criteria import one_time_notice
from interop.errors import CaseError
from interop.gateway.back import acknowledge, already
from interop.gateway.desk import Desk
from interop.gateway.dossier import (
    Dossier,
    Words,
    open_dossier,
    other_region,
    record,
    write_notice,
)
from interop.gateway.filing import decision_on
from interop.gateway.parties import require_sound
from interop.gateway.reasons import INTAKE_BARRED
from interop.model.canonical import Json
from interop.model.case import Application, Case, NoticeKind
from interop.model.judgement import Decision

BARRED: Final = ("refuse", "not-required")


def check(desk: Desk, application: Application) -> Decision:
    """Return what the handling region's criteria say of an application; nothing is kept.

    Raises:
        CaseError: Bad parties or facts.
        KnowledgeError: Unknown item or region.
    """
    require_sound(application, on=desk.today())
    item = desk.library.item(application.item, application.handling_region)
    return decision_on(desk, item, application)


def receive(desk: Desk, number: str) -> Case:
    """Receive a drafted case (收件) and give the receipt note; C1 starts today.

    Incomplete materials are received too: what is missing is told once, in time, by the
    competent organ. Only a case outside its remit, or one that needs no licence, is told at
    once and not received.

    Raises:
        CaseError: ``intake-barred``, ``case-unknown``, ``not-competent``.

    Source: 行政许可法第三十二条.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "received"):
            return dossier.case
        _require_intake(dossier.package.decision)
        submitted_at = dossier.application.submitted_at.isoformat()
        after = record(at, dossier, "submitted", body={"submitted_at": submitted_at})
        words = Words(
            items=_received_materials(dossier),
            detail=one_time_notice(dossier.package.decision, dossier.item, "zh"),
        )
        notice = write_notice(at, after, NoticeKind.RECEIPT, words)
        return record(at, after, "received", notice=notice).case


def _require_intake(decision: Decision) -> None:
    barring = [outcome for outcome in decision.outcomes if outcome.effect in BARRED]
    if decision.intake in ("not_competent", "not_required"):
        raise CaseError(
            *(
                INTAKE_BARRED.of(field=o.clause, expected=o.remedy_zh, got=o.reason.zh)
                for o in barring
                if o.outcome == "failed"
            )
        )


def _received_materials(dossier: Dossier) -> tuple[str, ...]:
    names = {material.code: material.zh for material in dossier.item.materials}
    handed_in = [names[material.code] for material in dossier.application.materials]
    spared = [f"{names[code]}（电子证照，免提交）" for code in dossier.package.exemption.spared]
    return (*handed_in, *spared)


def hand_over(desk: Desk, number: str) -> Case:
    """Hand the case over to the handling region (转办); it leaves with the next work.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "handed-over"):
            return dossier.case
        body: dict[str, Json] = {"package": dossier.package.digest()}
        after = record(at, dossier, "handed-over", body=body)
        if other_region(desk, after) is None:
            after = acknowledge(at, after)
        return after.case


def deliver(desk: Desk, number: str, *, method: str, served_at: datetime | None = None) -> Case:
    """Deliver the result (送达) and keep the record of it.

    Args:
        desk: The gateway.
        number: Case number.
        method: How it was served, such as ``window`` or ``courier``.
        served_at: When it was served, aware; now if not given.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "delivered"):
            return dossier.case
        served = (served_at or desk.now()).isoformat()
        concluded = dossier.said("concluded")
        result = str(concluded.body.get("result_number", "")) if concluded else ""
        lines = tuple(
            line for line in (result, f"送达方式：{method}", f"送达时间：{served}") if line
        )
        notice = write_notice(at, dossier, NoticeKind.DELIVERY, Words(items=lines))
        body: dict[str, Json] = {"method": method, "served_at": served}
        return record(at, dossier, "delivered", body=body, notice=notice).case
