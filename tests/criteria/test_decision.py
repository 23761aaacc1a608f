"""Decisions: every reason, intake apart from merits, nothing that a missing fact can undo."""

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    DAYS,
    MATERIAL_CODES,
    PRIVATE,
    VALUES,
    complete_facts,
    item_with,
    items,
    partial_facts,
)
from interop.criteria import compile_item, decide, one_time_notice
from interop.criteria.explanation import record_line
from interop.criteria.parser import parse
from interop.model.case import FactValue
from interop.model.item import (
    ClauseKind,
    ServiceItem,
)
from interop.model.judgement import Decision
from tests.criteria.example import ON, clause, judged
from tests.criteria.reference import holds, value_of

PAPERS = st.sets(st.sampled_from(MATERIAL_CODES))


def is_held(text: str, plain: dict[str, object], on: date) -> bool:
    node, faults = parse(text)
    assert node is not None, faults
    return holds(node, plain, on)


@pytest.mark.requirement("YRD-CRIT-002")
@given(items(), complete_facts(), PAPERS, DAYS)
def test_every_failing_clause_and_every_missing_material_is_listed(
    item: ServiceItem,
    facts: dict[str, FactValue],
    papers: set[str],
    on: date,
) -> None:
    has_agent = on.day % 2 == 0
    plain = {name: value_of(name, value) for name, value in facts.items()}
    plain["agent.present"] = has_agent
    found = judged(item, facts, materials=papers, has_agent=has_agent, on=on)
    failing = [row.id for row in item.clauses if not is_held(row.when, plain, on)]
    missing = [
        row.code
        for row in item.materials
        if row.necessity == "required"
        and row.code not in papers
        and (not row.when or is_held(row.when, plain, on))
    ]
    assert [o.clause for o in found.outcomes] == failing + [f"material:{m}" for m in missing]
    assert found.missing_materials == tuple(missing)
    assert found.missing_facts == ()
    assert "undetermined" not in {found.intake, found.merits}


@pytest.mark.requirement("YRD-CRIT-001")
@given(items(), partial_facts(), PAPERS)
def test_no_substantive_clause_changes_intake(
    item: ServiceItem, facts: dict[str, FactValue], papers: set[str]
) -> None:
    bare = tuple(row for row in item.clauses if row.kind is not ClauseKind.SUBSTANTIVE)
    without = item.model_copy(update={"clauses": bare})
    found = judged(item, facts, materials=papers)
    assert found.intake == judged(without, facts, materials=papers).intake
    effects = {o.effect for o in found.outcomes if o.kind is ClauseKind.SUBSTANTIVE}
    assert effects <= {"precheck"}


@given(items(), complete_facts(), st.sets(st.sampled_from(sorted(VALUES))), PAPERS)
def test_a_decided_answer_stays_under_every_completion(
    item: ServiceItem, facts: dict[str, FactValue], names: set[str], papers: set[str]
) -> None:
    some = {name: value for name, value in facts.items() if name in names}
    before = judged(item, some, materials=papers)
    after = judged(item, facts, materials=papers)
    assert before.intake in {"undetermined", after.intake}
    assert before.merits in {"undetermined", after.merits}
    failed = {o.clause for o in before.outcomes if o.outcome == "failed"}
    assert failed <= {o.clause for o in after.outcomes}
    assert set(before.missing_facts).isdisjoint(some)


@given(items(), complete_facts(), PAPERS)
def test_handing_in_or_sparing_a_material_never_worsens_intake(
    item: ServiceItem, facts: dict[str, FactValue], papers: set[str]
) -> None:
    criterion = compile_item(item)
    handed = decide(criterion, facts, materials=papers, has_agent=True, on=ON)
    spared = decide(criterion, facts, materials=(), spared=papers, has_agent=True, on=ON)
    assert handed == spared
    nothing = decide(criterion, facts, materials=(), has_agent=True, on=ON)
    assert set(handed.missing_materials) == set(nothing.missing_materials) - papers
    order = ("supplement", "acceptable")
    if nothing.intake in order:
        assert order.index(handed.intake) >= order.index(nothing.intake)


@given(items(), partial_facts(), PAPERS)
def test_a_decision_is_a_record_without_private_values(
    item: ServiceItem, facts: dict[str, FactValue], papers: set[str]
) -> None:
    found = judged(item, facts, materials=papers)
    assert Decision.from_json(found.to_bytes()) == found
    assert found.criterion_digest == item.digest()
    shown = (
        found.model_dump_json()
        + one_time_notice(found, item)
        + one_time_notice(found, item, "en")
    )
    assert PRIVATE not in shown


@pytest.mark.parametrize(
    ("kind", "intake", "effect", "code"),
    [
        (ClauseKind.COMPETENCE, "not_competent", "refuse", "criterion-not-competent"),
        (
            ClauseKind.NOT_REQUIRED,
            "not_required",
            "not-required",
            "criterion-licence-not-required",
        ),
        (ClauseKind.FORMAL, "supplement", "supplement", "criterion-not-met"),
        (ClauseKind.SUBSTANTIVE, "acceptable", "precheck", "criterion-not-met"),
    ],
)
def test_each_kind_has_its_own_consequence(
    kind: ClauseKind, intake: str, effect: str, code: str
) -> None:
    item = item_with((clause("flag.one", kind),))
    failed = judged(item, {"flag.one": False})
    assert (failed.intake, failed.outcomes[0].effect) == (intake, effect)
    assert failed.outcomes[0].reason.code == code
    unknown = judged(item, {})
    assert unknown.outcomes[0].effect == effect
    assert unknown.outcomes[0].reason.code == "criterion-unknown"
    assert unknown.missing_facts == ("flag.one",)
    expected = "acceptable" if kind is ClauseKind.SUBSTANTIVE else "undetermined"
    assert unknown.intake == expected
    assert judged(item, {"flag.one": True}).outcomes == ()


def test_competence_comes_before_need_and_need_before_form() -> None:
    kinds = (ClauseKind.FORMAL, ClauseKind.NOT_REQUIRED, ClauseKind.COMPETENCE)
    rows = tuple(
        clause(name, kind).model_copy(update={"id": f"c{n}"})
        for n, (name, kind) in enumerate(
            zip(("flag.one", "flag.two", "agent.present"), kinds, strict=True)
        )
    )
    item = item_with(rows)
    no: dict[str, FactValue] = {"flag.one": False, "flag.two": False}
    assert judged(item, no).intake == "not_competent"
    assert judged(item, no, has_agent=True).intake == "not_required"
    assert judged(item, no | {"flag.two": True}, has_agent=True).intake == "supplement"
    assert judged(item, {"flag.one": False}, has_agent=True).intake == "undetermined"


def test_a_decision_says_where_its_facts_came_from() -> None:
    criterion = compile_item(item_with((clause("flag.one && whole.one > 0"),)))
    facts: dict[str, FactValue] = {"flag.one": True, "whole.one": 1}
    asked = partial(decide, criterion, facts, materials=(), has_agent=False, on=ON)
    plain = asked()
    assert {row.fact: row.source for row in plain.stated} == {
        "agent.present": "application",
        "flag.one": "form",
        "whole.one": "form",
    }
    source = "certificate:business-licence.name"
    looked_up = asked(sources={"whole.one": source, "flag.one": "shared"})
    assert {row.source for row in looked_up.stated} == {"application", "shared", source}
    assert looked_up.model_copy(update={"stated": plain.stated}) == plain
    said = record_line(looked_up)
    assert f"电子证照 {source.partition(':')[2]} 1" in said
    assert criterion.digest in said
    assert "共享数据 1" in said
