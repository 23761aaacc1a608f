"""Who may state which fact when; a window has none of the organ's powers."""

from datetime import date
from typing import Any, cast

import pytest

from interop.cases import LifeCycle, fold, state_fact
from interop.conformance.strategies.cases import (
    BEGIN,
    HEADER,
    PROCEDURES,
    SAYS,
    SIDES,
    next_fact,
    region_of,
    told,
)
from interop.errors import CaseError, Side
from interop.model.canonical import Json
from interop.model.case import Case, CaseFact, CaseSide, Deadline, NoticeKind

STRANGER = "330100"
ORGAN_ONLY = {
    "supplement-noticed",
    "accepted",
    "not-required",
    "refused",
    "permitted",
    "rejected",
}
# What the law wants a written document for (行政许可法第三十二条、第三十八条、第四十四条).
DOCUMENTS = {
    "received": NoticeKind.RECEIPT,
    "supplement-noticed": NoticeKind.SUPPLEMENT,
    "accepted": NoticeKind.ACCEPTANCE,
    "not-required": NoticeKind.NOT_REQUIRED,
    "refused": NoticeKind.REFUSAL,
    "permitted": NoticeKind.RULING,
    "rejected": NoticeKind.RULING,
    "delivered": NoticeKind.DELIVERY,
    "special-started": NoticeKind.SPECIAL,
    "extended": NoticeKind.EXTENSION,
    "hearing-told": NoticeKind.HEARING_RIGHT,
    "hearing-fixed": NoticeKind.HEARING,
    **dict.fromkeys(
        ("changed", "renewed", "revoked", "withdrawn-by-organ", "cancelled"), NoticeKind.RULING
    ),
}


def in_state(state: str, table: LifeCycle, *, ends: str = "") -> Case:
    """Return a case in a state of either track; with the procedure open that ``ends`` ends."""
    track = next(row.track for row in table.states if row.id == state)
    name = "state" if track == "case" else "licence"
    is_open = (PROCEDURES[0],) if ends == "special-ended" else ()
    changed = {name: state, "procedures": is_open}
    return fold(HEADER, (), table=table).model_copy(update=changed)


# A period to supplement that a notice stated and that is over.
OVER = Deadline(
    clock="C13", zh="补正期限", en="period to supplement", binds="citizen",
    starts_on=date(2026, 1, 20), due_on=date(2026, 2, 9), length=20, unit="calendar-day",
    calendar_digest="-",
)  # fmt: skip


def refused(case: Case, fact: CaseFact, table: LifeCycle, region: str) -> CaseError:
    with pytest.raises(CaseError) as caught:
        state_fact(case, fact, table=table, region=region)
    assert len(caught.value.reasons) == 1
    return caught.value


@pytest.mark.requirement("YRD-CASE-001")
def test_only_the_owner_states_a_fact_and_only_where_the_table_lets_it(
    lifecycle: LifeCycle, lifecycle_file: Json
) -> None:
    file = cast("dict[str, list[dict[str, str]]]", lifecycle_file)
    rows = {row["type"]: row for row in file["fact"]}
    assert {name for name, row in rows.items() if row["side"] == "handling"} >= ORGAN_ONLY
    for name, row in rows.items():
        for side in SIDES:
            fact = next_fact((), side, name, at=BEGIN)
            track = row.get("track")
            for state in (s["id"] for s in file["state"] if s.get("track") == track):
                case = in_state(state, lifecycle, ends=name)
                owns = row["side"] == side
                if owns and state in row["from"]:
                    passed = state_fact(
                        case, fact, table=lifecycle, region=region_of(side), due=(OVER,)
                    )
                    assert passed is fact
                    continue
                fault = refused(case, fact, lifecycle, region_of(side))
                assert fault.code == ("transition-illegal" if owns else "not-competent")
                if not owns:
                    owner = cast("CaseSide", row["side"])
                    assert fault.reason.expected == region_of(owner)
                    assert fault.reason.got == region_of(side)
                    assert fault.reason.side == Side(side)


@pytest.mark.requirement("YRD-CASE-001")
@pytest.mark.parametrize("name", sorted(ORGAN_ONLY))
def test_a_window_never_speaks_for_the_organ(lifecycle: LifeCycle, name: str) -> None:
    for state in (row.id for row in lifecycle.states):
        # Not even by putting the other side's name on the fact.
        for side in SIDES:
            fact = next_fact((), side, name, at=BEGIN)
            for region in (HEADER.receiving, STRANGER):
                fault = refused(in_state(state, lifecycle), fact, lifecycle, region)
                assert fault.code == "not-competent"
                assert fault.reason.expected == HEADER.handling


def test_a_stranger_and_a_fact_under_a_wrong_side_are_faults_of_the_host(
    lifecycle: LifeCycle,
) -> None:
    case = in_state("acknowledged", lifecycle)
    fact = next_fact((), "handling", "accepted", at=BEGIN)
    assert refused(case, fact, lifecycle, STRANGER).reason.side is Side.HOST
    swapped = next_fact((), "receiving", "accepted", at=BEGIN)
    reason = refused(case, swapped, lifecycle, HEADER.handling).reason
    assert (reason.expected, reason.got, reason.side) == ("handling", "receiving", Side.HOST)


def test_where_the_case_stays_one_region_takes_both_sides(lifecycle: LifeCycle) -> None:
    case = in_state("draft", lifecycle).model_copy(update={"receiving": HEADER.handling})
    fact = next_fact((), "receiving", "submitted", at=BEGIN)
    assert state_fact(case, fact, table=lifecycle, region=HEADER.handling) is fact
    answer = next_fact((), "handling", "accepted", at=BEGIN)
    case = case.model_copy(update={"state": "acknowledged"})
    assert state_fact(case, answer, table=lifecycle, region=HEADER.handling) is answer


def test_facts_that_the_law_ties_to_a_document_need_it(lifecycle: LifeCycle) -> None:
    assert {row.type: row.notice for row in lifecycle.facts if row.notice} == DOCUMENTS
    for name, kind in DOCUMENTS.items():
        row = lifecycle.row(name)
        case = in_state(row.from_states[0], lifecycle)
        fact = next_fact((), row.side, name, at=BEGIN)
        assert state_fact(case, fact, table=lifecycle, region=region_of(row.side)) is fact
        for body in (
            {},
            {"notice": "N-1"},
            {"notice_digest": "sha-256:00"},
            {"notice": "", "notice_digest": "sha-256:00"},
            {"notice": "N-1", "notice_digest": ""},
        ):
            bare = fact.model_copy(update={"body": {**SAYS, **body}})
            fault = refused(case, bare, lifecycle, region_of(row.side))
            assert (fault.code, fault.reason.expected) == ("fact-without-notice", kind)


def test_a_fact_of_another_case_or_of_no_known_type_is_refused(lifecycle: LifeCycle) -> None:
    case = in_state("draft", lifecycle)
    (fact,) = told(("receiving", "submitted", BEGIN))
    other = fact.model_copy(update={"case": "C-2026-000002"})
    fault = refused(case, other, lifecycle, HEADER.receiving)
    assert (fault.code, fault.reason.got) == ("fact-of-other-case", "C-2026-000002")
    blessed = fact.model_copy(update={"type": "blessed"})
    assert refused(case, blessed, lifecycle, HEADER.receiving).code == "fact-unknown"


@pytest.mark.parametrize(
    ("name", "key", "wrong"),
    [
        ("extended", "approver", ["", " ", 7, None]),
        ("extended", "reason", [""]),
        ("special-started", "kind", ["holiday", ""]),
        ("special-started", "needed_until", ["soon", "20260320", "2026-13-01", "1900-01-01"]),
        ("served", "method", ["pigeon"]),
        ("served", "served_at", ["2026-03-02", "2026-03-02T09:00:00", "then"]),
        ("owed-noted", "period_days", [0, -1, 401, "10", True]),
        ("concluded", "conclusion_type", ["7"]),
        ("rated", "level", ["0", "6"]),
    ],
)
def test_a_fact_says_what_the_table_wants(
    lifecycle: LifeCycle, name: str, key: str, wrong: list[Any]
) -> None:
    row = lifecycle.row(name)
    case = in_state(row.from_states[0], lifecycle)
    whole = next_fact((), row.side, name, at=BEGIN)
    bodies = [{**whole.body, key: value} for value in wrong]
    for body in (*bodies, {k: v for k, v in whole.body.items() if k != key}):
        fact = whole.model_copy(update={"body": body})
        fault = refused(case, fact, lifecycle, region_of(row.side))
        assert (fault.code, fault.reason.field) == ("fact-value", f"{name}.{key}")


def test_what_slipped_past_another_gate_changes_nothing_here(lifecycle: LifeCycle) -> None:
    way = ("acknowledged", "accepted")
    facts = told(*(("receiving", n, BEGIN) for n in ("submitted", "received", "handed-over")))
    facts = told(*(("handling", name, BEGIN) for name in way), before=facts)
    for says, done in (({}, ("extended",)), ({"approver": ""}, ())):
        fact = next_fact(facts, "handling", "extended", at=BEGIN, says=says)
        case = fold(HEADER, (*facts, fact), table=lifecycle)
        assert case.done == done
        assert case.out_of_time == (() if done else ("handling:3",))


def test_all_that_a_fact_lacks_is_told_at_once(lifecycle: LifeCycle) -> None:
    fact = next_fact((), "handling", "extended", at=BEGIN).model_copy(update={"body": {}})
    with pytest.raises(CaseError) as caught:
        state_fact(
            in_state("accepted", lifecycle), fact, table=lifecycle, region=HEADER.handling
        )
    found = [(reason.code, reason.field) for reason in caught.value.reasons]
    assert found == [
        ("fact-without-notice", "extended"),
        ("fact-value", "extended.approver"),
        ("fact-value", "extended.reason"),
    ]


@pytest.mark.requirement("YRD-CASE-006")
def test_a_period_is_extended_once_only(lifecycle: LifeCycle) -> None:
    fact = next_fact((), "handling", "extended", at=BEGIN)
    case = in_state("accepted", lifecycle)
    assert state_fact(case, fact, table=lifecycle, region=HEADER.handling) is fact
    again = case.model_copy(update={"done": ("extended",)})
    assert refused(again, fact, lifecycle, HEADER.handling).code == "fact-once"


def test_a_procedure_begins_once_and_ends_only_if_it_began(lifecycle: LifeCycle) -> None:
    case = in_state("special-procedure", lifecycle, ends="special-ended")
    again = next_fact((), "handling", "special-started", at=BEGIN)
    other = {"procedure": PROCEDURES[1]}
    assert refused(case, again, lifecycle, HEADER.handling).code == "procedure-state"
    second = next_fact((), "handling", "special-started", at=BEGIN, says=other)
    assert state_fact(case, second, table=lifecycle, region=HEADER.handling) is second
    never = next_fact((), "handling", "special-ended", at=BEGIN, says=other)
    fault = refused(case, never, lifecycle, HEADER.handling)
    assert (fault.code, fault.reason.got) == ("procedure-state", PROCEDURES[1])


def test_a_case_lapses_only_once_a_stated_period_is_over(lifecycle: LifeCycle) -> None:
    case = in_state("supplement-noticed", lifecycle)
    # BEGIN is 2026-02-11 in Shanghai.
    fact = next_fact((), "handling", "lapsed", at=BEGIN)

    def lapse(*due: Deadline) -> str:
        try:
            state_fact(case, fact, table=lifecycle, region=HEADER.handling, due=due)
        except CaseError as fault:
            return fault.code
        return "lapsed"

    running = OVER.model_copy(update={"due_on": date(2026, 2, 11)})
    assert lapse() == "lapse-without-period"
    assert lapse(OVER.model_copy(update={"clock": "C1"})) == "lapse-without-period"
    assert lapse(running) == "lapse-too-early"
    assert lapse(OVER, running) == "lapse-too-early"
    assert lapse(OVER.model_copy(update={"provisional": True})) == "lapse-too-early"
    assert lapse(OVER) == "lapsed"


def test_what_becomes_of_a_licence_needs_one(lifecycle: LifeCycle) -> None:
    fact = next_fact((), "handling", "revoked", at=BEGIN)
    for state in ("rejected", "archived", "refused"):
        fault = refused(in_state(state, lifecycle), fact, lifecycle, HEADER.handling)
        assert (fault.code, fault.reason.got) == ("transition-illegal", "-")
    case = in_state("in-force", lifecycle).model_copy(update={"state": "archived"})
    assert state_fact(case, fact, table=lifecycle, region=HEADER.handling) is fact
