"""State whatever the life-cycle table knows: one verb, the table's rows are its rules.

Who may, when, what the fact must say, which notice it is tied to and which clock must have run
out first: all of that is the row. Facts with work of their own, such as a hand-over with its
package, go to their verb.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from interop import cases
from interop.cases.commands import ANSWERS
from interop.cases.values import Need, meets
from interop.errors import CaseError
from interop.gateway import back, front, supplementing
from interop.gateway.commands import require_bounded
from interop.gateway.contents import SUPPLEMENTED
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, deemed_case, open_dossier
from interop.gateway.filing import SKEW_S
from interop.gateway.ledger import (
    already,
    next_fact,
    record,
    require_statable,
    write_notice,
)
from interop.gateway.licences import tell_licence
from interop.gateway.reasons import STEP_TIME, STEP_VALUE
from interop.gateway.step_reasons import NOTICE_UNKNOWN
from interop.gateway.wording import words_of
from interop.model.canonical import Json
from interop.model.case import Case
from interop.model.day import day_of
from interop.store import cases as rows

SERVED: Final = "served"
# What the clocks of a renewal (延续) are counted back from.
EXPIRY: Final = "licence_expires_on"
TIED: Final = ("notice", "notice_digest")
# While a fact is only weighed, its notice has neither number nor digest.
UNWRITTEN: Final[dict[str, Json]] = {"notice": "-", "notice_digest": "-"}

Body = dict[str, Json]


def state(
    desk: Desk, number: str, fact_type: str, *, body: Mapping[str, Json] | None = None
) -> Case:
    """State a fact of this gateway's side; the same fact with the same body counts once.

    Args:
        desk: The gateway.
        number: Case number.
        fact_type: A row of the life-cycle table.
        body: What the fact says. Number and digest of a notice that the row ties to it are
            this gateway's; ``answers`` may name the command it answers.

    Raises:
        CaseError: ``not-competent``, ``fact-unknown``, ``transition-illegal``, each missing
            ``fact-value``, ``fact-once``, ``procedure-state``, ``lapse-…``,
            ``notice-without-reason``, ``notice-unknown``, ``step-time``, ``command-unknown``,
            ``fact-body-too-large``, ``material-unfinished``, ``case-parked``,
            ``case-unknown``; or what the fact's own verb raises.
    """
    said = dict(body or {})
    verb = VERBS.get(fact_type)
    if verb is not None:
        return verb(desk, number, said)
    with desk.sit() as at:
        dossier = open_dossier(at, number)
        return deemed_case(desk, stated(at, dossier, fact_type, said))


def stated(at: Sitting, dossier: Dossier, fact_type: str, body: Body) -> Dossier:
    """State a fact within a transaction; repeating it changes nothing."""
    already(at, dossier, fact_type)
    row = dossier.table.row(fact_type)
    require_bounded(fact_type, body)
    if fact_type == SERVED:
        body = _of_notice(at, dossier, body)
    if _said_before(at.desk, dossier, row, body):
        return dossier
    if fact_type == SUPPLEMENTED:
        body = supplementing.with_supplement(at, dossier, body)
    draft = next_fact(at.desk, dossier, fact_type, body | (UNWRITTEN if row.notice else {}))
    require_statable(at, dossier, draft)
    notice = None
    if row.notice is not None:
        notice = write_notice(at, dossier, row.notice, words_of(at.desk, dossier, draft))
    after = record(at, dossier, fact_type, body=body, notice=notice)
    if fact_type == SUPPLEMENTED:
        supplementing.leave(at, after)
    if row.tells:
        tell_licence(at, after, fact_type)
    return after


def _said_before(desk: Desk, dossier: Dossier, row: cases.FactRow, body: Body) -> bool:
    """Return whether this very fact counts already; one out of time may be said anew.

    What leads on from where it may be said can happen once, whatever it says; for the rest,
    as with a second hearing, what it says tells one from another.
    """
    counting = cases.in_time(deemed_case(desk, dossier), dossier.facts)
    if row.to and row.to not in row.from_states and not (row.opens or row.closes):
        return any(fact.type == row.type for fact in counting)
    ours = {*(TIED if row.notice else ()), *(() if ANSWERS in body else (ANSWERS,))}
    wanted = {key: value for key, value in body.items() if key not in ours}
    return any(
        {key: value for key, value in fact.body.items() if key not in ours} == wanted
        for fact in counting
        if fact.type == row.type
    )


def _of_notice(at: Sitting, dossier: Dossier, body: Body) -> Body:
    """Return what is said of the service of a notice, with the kind that the notice has.

    Raises:
        CaseError: ``notice-unknown``, ``step-value-unknown`` for another kind,
            ``step-time`` for an instant before the notice or after now.
    """
    found = {notice.number: notice for notice in rows.notices(at.tx, dossier.row.number)}
    notice = found.get(str(body.get("notice", "")))
    if notice is None:
        known = ", ".join(found) or "-"
        raise CaseError(NOTICE_UNKNOWN.of(field=SERVED, expected=known, got=body.get("notice")))
    if body.get("kind", notice.kind) != notice.kind:
        raise CaseError(STEP_VALUE.of(field="kind", expected=notice.kind))
    when = _instant(dossier, body)
    latest = at.desk.now() + timedelta(seconds=SKEW_S)
    if when is not None and not (notice.on <= day_of(when) and when <= latest):
        raise CaseError(STEP_TIME.of(field="served_at", got=when.isoformat()))
    return body | {"kind": str(notice.kind)}


def _instant(dossier: Dossier, body: Body) -> datetime | None:
    """Return when it was served; None if that is missing or malformed, which the row says."""
    needs = [need for need in dossier.table.row(SERVED).needs if need.form == "instant"]
    if not all(meets(need, body) for need in needs):
        return None
    return next((datetime.fromisoformat(str(body[need.key])) for need in needs), None)


def _receive(desk: Desk, number: str, body: Body) -> Case:
    return front.receive(desk, number, licence_expires_on=_expiry(body))


def _expiry(body: Body) -> date | None:
    """Return the last day of the licence whose renewal is asked for; None if none is named."""
    if body.get(EXPIRY) is None:
        return None
    if not meets(Need(key=EXPIRY, form="day"), body):
        raise CaseError(STEP_VALUE.of(field=EXPIRY, expected="2026-03-02"))
    return date.fromisoformat(str(body[EXPIRY]))


def _supplement(desk: Desk, number: str, body: Body) -> Case:
    return back.supplement(desk, number, also=_texts(body, "asked"), period=_period(body))


def _period(body: Body) -> back.Period | None:
    days, rule = body.get("period_days"), body.get("period_rule")
    if days is None and rule is None:
        return None
    return back.Period(days if type(days) is int else 0, str(rule or ""))


def _accept(desk: Desk, number: str, body: Body) -> Case:
    return back.accept(desk, number, acceptance_number=str(body.get("acceptance_number", "")))


def _rule(ruling: back.Ruling) -> "OwnVerb":
    def call(desk: Desk, number: str, body: Body) -> Case:
        result, reasons = str(body.get("result_number", "")), _texts(body, "reasons")
        return back.rule(desk, number, ruling, result_number=result, reasons=reasons)

    return call


def _deliver(desk: Desk, number: str, body: Body) -> Case:
    stated_at = body.get("served_at")
    try:
        at = datetime.fromisoformat(stated_at) if isinstance(stated_at, str) else None
    except ValueError:
        raise CaseError(STEP_TIME.of(field="served_at", got=str(stated_at))) from None
    return front.deliver(desk, number, method=str(body.get("method", "")), served_at=at)


def _texts(body: Body, key: str) -> tuple[str, ...]:
    value = body.get(key)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


OwnVerb = Callable[[Desk, str, Body], Case]

# Facts whose verb does more than state them.
VERBS: Final[Mapping[str, OwnVerb]] = {
    "submitted": _receive,
    "received": _receive,
    "handed-over": lambda desk, number, _: front.hand_over(desk, number),
    "acknowledged": lambda desk, number, _: back.acknowledged(desk, number),
    "supplement-noticed": _supplement,
    "accepted": _accept,
    "permitted": _rule("permitted"),
    "rejected": _rule("rejected"),
    "delivered": _deliver,
    "archived": lambda desk, number, _: back.close(desk, number),
}
