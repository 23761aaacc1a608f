"""What the notice of a fact says: lines from its body, norms, and the last days it moves."""

from dataclasses import replace
from typing import Final, cast

from interop import cases
from interop.cases.notices import lines_of
from interop.errors import CaseError
from interop.gateway.desk import Desk
from interop.gateway.dossier import Dossier, deadlines_of, header_of
from interop.gateway.ledger import Words
from interop.gateway.step_reasons import NOTICE_WITHOUT_REASON
from interop.model.canonical import Json
from interop.model.case import CaseFact, NoticeDeadline, NoticeKind
from interop.model.item import Basis

# What refuses somebody says why; the criteria's own findings say it where nobody else does.
REFUSING: Final = {"not-required": "not-required", "refused": "refuse"}


def words_of(desk: Desk, dossier: Dossier, draft: CaseFact) -> Words:
    """Return what the notice of a fact says: its lines, norms and the last days it moves."""
    row = dossier.table.row(draft.type)
    body, bases = dict(draft.body), tuple(b for b in (row.basis,) if b is not None)
    if draft.type in REFUSING:
        body, found = _grounds(dossier, draft)
        bases = tuple(dict.fromkeys((*bases, *found)))
    kind = cast("NoticeKind", row.notice)
    template = desk.library.texts_of(desk.region).template(kind)
    return Words(
        items=lines_of(template, body, happened=row.zh),
        bases=bases or dossier.item.setting_basis,
        deadlines=_moved(desk, dossier, draft),
    )


def _grounds(dossier: Dossier, draft: CaseFact) -> tuple[dict[str, Json], tuple[Basis, ...]]:
    """Return the body with its reasons, and the norms that the criteria's findings rest on.

    Raises:
        CaseError: ``notice-without-reason`` if neither the organ nor the criteria give one.
    """
    found = [
        outcome
        for outcome in dossier.package.decision.outcomes
        if outcome.effect == REFUSING[draft.type] and outcome.outcome == "failed"
    ]
    told: list[Json] = [line for one in found for line in (one.reason.zh, one.remedy_zh)]
    reasons = draft.body.get("reasons") or [line for line in told if line]
    if not any(str(line).strip() for line in (reasons if isinstance(reasons, list) else ())):
        raise CaseError(NOTICE_WITHOUT_REASON.of(field=draft.type, expected="reasons"))
    bases = tuple(one.basis for one in found if one.basis is not None)
    return {**draft.body, "reasons": reasons}, bases


def _moved(desk: Desk, dossier: Dossier, draft: CaseFact) -> tuple[NoticeDeadline, ...]:
    """Return the last days that a fact sets or moves, to be told in its notice."""
    facts = (*dossier.facts, draft)
    case = cases.fold(header_of(dossier.row), facts, table=dossier.table)
    before, after = (
        {(one.clock, one.fact): one for one in deadlines_of(desk, known)}
        for known in (dossier, replace(dossier, facts=facts, case=case))
    )
    return tuple(
        NoticeDeadline(
            clock=one.clock, zh=one.zh, due_on=one.due_on, provisional=one.provisional
        )
        for name, one in after.items()
        if name not in before or before[name].due_on != one.due_on
    )
