"""Who may state which fact when; a window has none of the organ's powers."""

from typing import cast

import pytest

from interop.cases import LifeCycle, fold, state_fact
from interop.conformance.strategies.cases import (
    BEGIN,
    HEADER,
    SIDES,
    next_fact,
    region_of,
    told,
)
from interop.errors import CaseError, Side
from interop.model.canonical import Json
from interop.model.case import Case, CaseFact, CaseSide, NoticeKind

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
}


def in_state(state: str, table: LifeCycle) -> Case:
    return fold(HEADER, (), table=table).model_copy(update={"state": state})


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
            for state in (state["id"] for state in file["state"]):
                case = in_state(state, lifecycle)
                owns = row["side"] == side
                if owns and state in row["from"]:
                    passed = state_fact(case, fact, table=lifecycle, region=region_of(side))
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
            bare = fact.model_copy(update={"body": body})
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
