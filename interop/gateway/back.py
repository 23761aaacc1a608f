"""The handling side: acknowledge, accept, supplement, rule, close."""

from collections.abc import Sequence
from typing import Final, Literal

from interop.cases import require_one_notice
from interop.cases.reasons import RULING_WITHOUT_REASON
from interop.criteria import one_time_notice
from interop.errors import CaseError
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, Words, open_dossier, record, write_notice
from interop.model.canonical import Json
from interop.model.case import Case, NoticeKind
from interop.model.judgement import Decision
from interop.services.archive import archive_package
from interop.store import cases as rows
from interop.store import tasks

REGISTER: Final = "register"
PROGRESS: Final = "progress"
Ruling = Literal["permitted", "rejected"]


def already(at: Sitting, dossier: Dossier, fact_type: str) -> bool:
    """Return whether this gateway has stated the fact before: a repeated call is no error."""
    return dossier.said(fact_type) is not None and dossier.owner(fact_type) == at.desk.region


def acknowledge(at: Sitting, dossier: Dossier) -> Dossier:
    """Acknowledge a hand-over and leave the intent to register the case with the organ."""
    after = record(at, dossier, "acknowledged", body={"package": dossier.package.digest()})
    if at.desk.outside.acceptance is not None:
        tasks.add(at.tx, kind=REGISTER, case=dossier.row.number, due_at=at.desk.now())
    return after


def accept(desk: Desk, number: str, *, acceptance_number: str = "") -> Case:
    """Accept a case (受理): only the competent organ may.

    Args:
        desk: The gateway.
        number: Case number.
        acceptance_number: Number in the organ's own system, if it has one.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``case-unknown``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        return accepted(at, dossier, acceptance_number=acceptance_number).case


def accepted(at: Sitting, dossier: Dossier, *, acceptance_number: str) -> Dossier:
    """State the acceptance within a transaction; repeating it changes nothing."""
    if already(at, dossier, "accepted"):
        return dossier
    item = dossier.item
    limits = (
        f"法定办结时限 {item.statutory.length} 个工作日，承诺 {item.promised.length} 个工作日"
    )
    bases = tuple(b for b in (item.statutory.basis,) if b is not None)
    words = Words(items=(limits,), bases=bases, detail=acceptance_number)
    notice = write_notice(at, dossier, NoticeKind.ACCEPTANCE, words)
    body: dict[str, Json] = {"acceptance_number": acceptance_number}
    return record(at, dossier, "accepted", body=body, notice=notice)


def supplement(desk: Desk, number: str) -> Case:
    """Tell the applicant once all that is missing (补正), as the criteria find it.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``, ``notice-second-requirement``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "supplement-noticed"):
            return dossier.case
        decision = dossier.package.decision
        lines = _asked(decision)
        require_one_notice(rows.notices(at.tx, number), lines)
        bases = tuple(o.basis for o in decision.outcomes if o.basis is not None)
        detail = one_time_notice(decision, dossier.item, "zh")
        words = Words(items=lines, bases=tuple(dict.fromkeys(bases)), detail=detail)
        notice = write_notice(at, dossier, NoticeKind.SUPPLEMENT, words)
        body: dict[str, Json] = {"asked": list(lines)}
        return record(at, dossier, "supplement-noticed", body=body, notice=notice).case


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
        CaseError: ``not-competent``, ``transition-illegal``, ``ruling-without-reason``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        body: dict[str, Json] = {"result_number": result_number, "reasons": list(reasons)}
        return ruled(at, dossier, ruling, body=body).case


def ruled(at: Sitting, dossier: Dossier, ruling: Ruling, *, body: dict[str, Json]) -> Dossier:
    """State ruling and conclusion within a transaction; repeating them changes nothing."""
    if already(at, dossier, ruling):
        return dossier
    reasons = body.get("reasons")
    stated = [str(line) for line in reasons] if isinstance(reasons, list) else []
    if ruling == "rejected" and not any(line.strip() for line in stated):
        raise CaseError(RULING_WITHOUT_REASON.of(field="reasons"))
    headline = "准予许可" if ruling == "permitted" else "不予许可"
    result = str(body.get("result_number", ""))
    lines = (headline, *(line for line in (result, *stated) if line))
    words = Words(items=lines, bases=dossier.item.setting_basis)
    notice = write_notice(at, dossier, NoticeKind.RULING, words)
    after = record(at, dossier, ruling, body=body, notice=notice)
    return record(at, after, "concluded", body={"result_number": result})


def close(desk: Desk, number: str) -> Case:
    """Archive a case: build its archive package and state that it is archived.

    Raises:
        CaseError: ``not-competent``, ``transition-illegal``.
    """
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        if already(at, dossier, "archived"):
            return dossier.case
        kept = archive_package(dossier.case, dossier.facts, rows.notices(at.tx, number))
        rows.put_document(at.tx, number, "archive", kept.to_bytes())
        return record(at, dossier, "archived", body={"archive": kept.digest()}).case
