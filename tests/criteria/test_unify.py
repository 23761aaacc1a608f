"""One criterion for many districts: the proposal is what its policy says, for everyone."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import complete_facts, conditions, item_with
from interop.criteria import Criterion, compile_item
from interop.criteria.alignment import align
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.parser import parse
from interop.criteria.printer import text_of_node
from interop.criteria.unify import (
    DISTRICTS_MAX,
    Policy,
    Proposal,
    ProposedClause,
    RecordedApplication,
    unify,
)
from interop.errors import CaseError, KnowledgeError
from interop.model.case import FactValue
from interop.model.codes import CodeSystem
from interop.model.item import Basis, Clause, ClauseKind, FactDefinition, FactType
from tests.criteria.files import codes_of, item_of, levels_of

ON = date(2024, 2, 28)
ITEM = "outdoor-advertising"
ROOT = Path(__file__).parents[2]
LEVELS: CodeSystem = levels_of(ROOT)
SUBSTANTIVE, NOT_REQUIRED = ClauseKind.SUBSTANTIVE, ClauseKind.NOT_REQUIRED
Form = str | None

# One fact against a constant, either way round, or a day against another day.
BOUNDS = st.one_of(
    st.builds("area.one {} {}.0".format, st.sampled_from(["<", "<="]), st.integers(0, 4)),
    st.builds("{} >= area.one".format, st.integers(0, 4)),
)
DAY_BOUNDS = st.builds(
    "day.one {} day.two.plus_days({})".format,
    st.sampled_from(["<", "<="]),
    st.integers(0, 5),
)
LOWER_BOUNDS = st.builds(
    "whole.one {} {}".format, st.sampled_from([">", ">="]), st.integers(-3, 3)
)
FAMILIES = st.one_of(
    *(
        st.lists(st.none() | bounds, min_size=2, max_size=4)
        for bounds in (BOUNDS, DAY_BOUNDS, LOWER_BOUNDS)
    )
)


def clause(when: str, *, level: str = "", **more: object) -> Clause:
    basis = Basis(level=level, document="示例", verified="no") if level else None
    row = {"id": "bound", "zh": when, "en": when, "kind": SUBSTANTIVE, "basis": basis}
    return Clause.model_validate(row | {"when": when} | more)


def district(region: str, *rows: Clause, **more: object) -> Criterion:
    item = item_with(rows).model_copy(update={"region": region, **more})
    return compile_item(item)


def districts(forms: list[Form], kind: ClauseKind = SUBSTANTIVE) -> list[Criterion]:
    return [
        district(f"99000{n}", *([clause(form, kind=kind)] if form else []))
        for n, form in enumerate(forms)
    ]


def proposed(
    criteria: list[Criterion], policy: Policy, recorded: tuple[RecordedApplication, ...] = ()
) -> Proposal:
    return unify(criteria, policy=policy, levels=LEVELS, recorded=recorded)


def only(found: Proposal) -> ProposedClause:
    (row,) = found.clauses
    return row


def holds(form: Form, facts: dict[str, FactValue], criterion: Criterion) -> bool:
    if form is None:
        return True
    node, _ = parse(form)
    assert node is not None
    held = truth(node, read_facts(criterion.vocabulary, facts, has_agent=False), ON)
    assert held is not None
    return held


def when_of(row: ProposedClause) -> Form:
    return row.clause.when if row.clause else None


@given(FAMILIES.filter(any), complete_facts())
def test_of_bounds_the_strictest_and_the_loosest_are_exact(
    forms: list[Form], facts: dict[str, FactValue]
) -> None:
    criteria = districts(forms)
    held = [holds(form, facts, criteria[0]) for form in forms]
    strictest, loosest = (only(proposed(criteria, p)) for p in ("strictest", "loosest"))
    assert {strictest.how, loosest.how} <= {"same", "exact"}
    assert holds(when_of(strictest), facts, criteria[0]) == all(held)
    assert holds(when_of(loosest), facts, criteria[0]) == any(held)


@given(st.lists(conditions(), min_size=2, max_size=3), complete_facts())
def test_of_any_conditions_what_is_called_exact_is(
    nodes: list[object], facts: dict[str, FactValue]
) -> None:
    forms: list[Form] = [text_of_node(node) for node in nodes]  # type: ignore[arg-type]  # nodes are drawn as objects
    criteria = districts(forms)
    held = [holds(form, facts, criteria[0]) for form in forms]
    for policy, expected in (("strictest", all(held)), ("loosest", any(held))):
        row = only(proposed(criteria, policy))  # type: ignore[arg-type]  # one of the four
        if row.how in {"same", "exact"}:
            assert holds(when_of(row), facts, criteria[0]) == expected
        else:
            assert (row.how, row.clause) == ("undecided", None)


@given(
    st.lists(
        st.builds(
            "{} * area.one {} {} * area.two {} {}".format,
            st.integers(-3, 3),
            st.sampled_from("+-"),
            st.integers(0, 3),
            st.sampled_from(["<", "<=", ">", ">="]),
            st.integers(-2, 2),
        ),
        min_size=2,
        max_size=2,
    ),
    complete_facts(),
)
def test_of_sums_what_is_called_exact_is(
    forms: list[Form], facts: dict[str, FactValue]
) -> None:
    criteria = districts(forms)
    held = [holds(form, facts, criteria[0]) for form in forms]
    row = only(proposed(criteria, "strictest"))
    if row.how == "exact":
        assert holds(when_of(row), facts, criteria[0]) == all(held)


@given(FAMILIES.filter(any))
def test_the_majority_is_what_most_have(forms: list[Form]) -> None:
    criteria = districts(forms)
    row = only(proposed(criteria, "majority"))
    held = max(forms.count(form) for form in forms)
    assert len(row.regions) >= held
    for plan in proposed(criteria, "majority").districts:
        assert (plan.alterations == ()) == (plan.region in row.regions)


@pytest.mark.parametrize(
    ("forms", "policy", "expected"),
    [
        (["area.one <= 3", "area.one <= 2", "2 >= area.one"], "majority", "area.one <= 2"),
        (["area.one <= 3", "area.one <= 2"], "majority", "area.one <= 3"),
        (["area.one <= 3", None], "majority", None),
        (["area.one <= 3", "area.one < 3"], "strictest", "area.one < 3"),
        (
            ["area.one <= 3", "area.one <= 2 && (flag.one || area.one <= 1)"],
            "strictest",
            "area.one <= 2 && (flag.one || area.one <= 1)",
        ),
        (
            ["day.one < day.two.plus_months(36)", "day.one < day.two.plus_months(48)"],
            "loosest",
            "day.one < day.two.plus_months(48)",
        ),
        (
            ["day.two.plus_months(3) > on", "day.two.plus_months(2) >= on"],
            "loosest",
            "day.two.plus_months(3) > on",
        ),
        # The bounds of the facts count: no area is negative.
        (
            ["area.one - 2 * area.two >= 0", "area.one - 3 * area.two >= 0"],
            "strictest",
            "area.one - 3 * area.two >= 0",
        ),
        (
            [
                "flag.one || 20 * area.one > 7 * area.two",
                "flag.one || 5 * area.one > 2 * area.two",
            ],
            "loosest",
            "flag.one || 20 * area.one > 7 * area.two",
        ),
        (["day.one < date('2024-01-01')", "day.one < date('2025-01-01')"], "strictest",
         "day.one < date('2024-01-01')"),
    ],
)  # fmt: skip
def test_a_bound_is_chosen(forms: list[Form], policy: Policy, expected: Form) -> None:
    assert when_of(only(proposed(districts(forms), policy))) == expected


@pytest.mark.parametrize(
    "forms",
    [
        # Years have no bounds.
        [
            "years_between(day.one, on) + years_between(day.two, on) >= 0",
            "years_between(day.one, on) + 2 * years_between(day.two, on) >= 0",
        ],
        # More to look through than is worth it.
        [
            " || ".join(f"(whole.one >= {n} && whole.two >= {-n})" for n in range(-20, 20)),
            " || ".join(f"(whole.one >= {n} && area.one >= {n})" for n in range(-20, 20)),
        ],
    ],
)
def test_what_the_text_does_not_tell_is_undecided(forms: list[Form]) -> None:
    assert only(proposed(districts(forms), "strictest")).how == "undecided"


def test_where_fewer_need_a_licence_less_is_asked_for() -> None:
    forms: list[Form] = ["area.one >= 1", "area.one >= 2"]
    criteria = districts(forms, NOT_REQUIRED)
    strictest, loosest = (proposed(criteria, p) for p in ("strictest", "loosest"))
    assert [when_of(only(row)) for row in (strictest, loosest)] == forms
    assert strictest.districts[1].alterations[0].act == "tighten"
    assert loosest.districts[0].alterations[0].act == "relax"
    absent = districts([*forms, None], NOT_REQUIRED)
    assert only(proposed(absent, "strictest")).clause is None


@pytest.mark.parametrize(
    ("forms", "expected", "how"),
    [
        ([("area.one <= 1", "normative-document"), ("area.one <= 3", "rule")], 1, "norm"),
        ([("area.one <= 1", "law"), ("area.one <= 3", "rule")], 0, "norm"),
        ([("area.one <= 1", ""), ("area.one <= 3", "normative-document")], None, "norm"),
        ([("area.one <= 1", "law"), ("area.one <= 3", "law")], 1, "exact"),
    ],
)
def test_statutory_keeps_what_the_highest_norm_carries(
    forms: list[tuple[str, str]], expected: int | None, how: str
) -> None:
    criteria = [
        district(f"99000{n}", clause(when, level=level))
        for n, (when, level) in enumerate(forms)
    ]
    row = only(proposed(criteria, "statutory"))
    assert (when_of(row), row.how) == (None if expected is None else forms[expected][0], how)


def test_without_a_norm_a_case_for_no_licence_is_read_for_the_citizen() -> None:
    criteria = districts(["area.one >= 1", "area.one >= 2"], NOT_REQUIRED)
    assert when_of(only(proposed(criteria, "statutory"))) == "area.one >= 2"
    criteria = [*districts(["area.one <= 2"]), district("990009")]
    assert only(proposed(criteria, "statutory")).regions == ("990009",)


def application(region: str, on: date = ON, **facts: FactValue) -> RecordedApplication:
    return RecordedApplication(
        region=region, on=on, facts={name.replace("_", "."): v for name, v in facts.items()}
    )


def test_what_the_text_does_not_tell_the_recorded_applications_do() -> None:
    criteria = districts(["area.one <= 2", "whole.one <= 1"])
    criteria[1] = district("990001", clause("whole.one <= 1"))
    assert only(proposed(criteria, "strictest")).how == "undecided"
    recorded = (
        application("990000", area_one="3", whole_one=0),
        application("990001", area_one="3", whole_one=0),
        application("990001", area_one="1", whole_one=3),
    )
    for policy, expected in (("strictest", "area.one <= 2"), ("loosest", "whole.one <= 1")):
        row = only(proposed(criteria, policy, recorded))  # type: ignore[arg-type]  # one of the four
        assert (when_of(row), row.how) == (expected, "recorded")


def test_whom_a_change_touches_is_counted() -> None:
    criteria = districts(["area.one <= 1", "area.one <= 3"])
    recorded = (
        application("990000", area_one="2"),
        application("990000", area_one="1"),
        application("990000"),
        application("990001", area_one="2"),
        application("999999", area_one="2"),
    )
    narrow, wide = proposed(criteria, "loosest", recorded).districts
    assert [a.model_dump() for a in narrow.alterations] == [
        {"clause": "bound", "act": "relax", "own": "area.one <= 1", "proposed": "area.one <= 3"}
    ]
    assert (narrow.applications, narrow.affected, narrow.undetermined) == (3, 1, 1)
    assert narrow.share_percent == "33.3"
    assert (wide.applications, wide.affected, wide.share_percent) == (1, 0, "0.0")
    assert proposed(criteria, "loosest").districts[0].share_percent == ""


@given(FAMILIES.filter(any), st.lists(complete_facts(), max_size=4))
def test_affected_are_those_whose_answer_changes(
    forms: list[Form], stated: list[dict[str, FactValue]]
) -> None:
    criteria = districts(forms)
    recorded = tuple(
        RecordedApplication(region="990000", on=ON, facts=facts) for facts in stated
    )
    for policy in ("strictest", "loosest"):
        found = proposed(criteria, policy, recorded)
        new = when_of(only(found))
        changed = [
            holds(forms[0], facts, criteria[0]) != holds(new, facts, criteria[0])
            for facts in stated
        ]
        assert found.districts[0].affected == sum(changed)
        assert found.districts[0].undetermined == 0


def test_every_kind_of_change_is_named() -> None:
    criteria = districts(["area.one <= 2", None, "area.one <= 2 && flag.one"])
    acts = {p.region: [a.act for a in p.alterations] for p in
            proposed(criteria, "strictest").districts}  # fmt: skip
    assert acts == {"990000": ["tighten"], "990001": ["add"], "990002": []}
    acts = {p.region: [a.act for a in p.alterations] for p in
            proposed(criteria, "loosest").districts}  # fmt: skip
    assert acts == {"990000": ["drop"], "990001": [], "990002": ["drop"]}
    apart = districts(["area.one <= 2", "area.one <= 2", "flag.one"])
    (*_, plan) = proposed(apart, "majority").districts
    assert [a.act for a in plan.alterations] == ["replace"]


def test_clauses_are_aligned_by_name_then_by_what_they_speak_of() -> None:
    criteria = [
        district("990000", clause("area.one <= 2", id="a"), clause("flag.one", id="b")),
        district("990001", clause("area.one <= 3", id="a")),
        district("990002", clause("area.one <= 4", id="c"), clause("flag.two", id="d")),
        district("990003", clause("area.one <= 1", id="remit", kind=ClauseKind.COMPETENCE,
                                  remedy_zh="改")),
    ]  # fmt: skip
    found = {row.id: [r for r, own in row.forms.items() if own] for row in align(criteria)}
    assert found == {
        "a": ["990000", "990001", "990002"],
        "b": ["990000"],
        "d": ["990002"],
    }


def test_what_cannot_be_compared_is_refused() -> None:
    other = FactDefinition(id="area.one", type=FactType.INT, zh="别的", en="other")
    facts = tuple(other if f.id == other.id else f for f in item_with().facts)
    odd = district("990001", item="another", facts=facts)
    with pytest.raises(KnowledgeError) as caught:
        proposed([district("990000"), district("990000"), odd], "majority")
    assert [(r.code, r.field, r.got) for r in caught.value.reasons] == [
        ("unify-other-items", "region", "990000"),
        ("unify-other-items", "item", "another"),
        ("unify-facts-clash", "area.one", "990001"),
    ]
    with pytest.raises(KnowledgeError) as caught:
        proposed([district("990000")] * (DISTRICTS_MAX + 1), "majority")
    assert caught.value.code == "item-limit"
    with pytest.raises(CaseError):
        proposed(districts([None]), "majority", (application("990000", nothing=True),))
    assert proposed([], "majority").districts == ()


@pytest.mark.parametrize("policy", ["statutory", "strictest", "loosest", "majority"])
def test_the_shipped_districts_can_be_unified(root: Path, policy: Policy) -> None:
    criteria = [compile_item(item_of(root, ITEM, code)) for code in codes_of(root, ITEM)]
    found = proposed(criteria, policy)
    rows = {row.id: row for row in found.clauses}
    assert len(criteria) == 16
    assert "district-site" not in rows
    assert all(row.how != "undecided" for row in found.clauses)
    area = when_of(rows["area-bound"])
    expected = {
        "strictest": "150",
        "loosest": "400",
        "majority": "300",
        "statutory": "300",
    }
    assert area is not None
    assert f'quantity({expected[policy]}, "m2")' in area
    changed = [plan.region for plan in found.districts if plan.alterations]
    assert set(changed) <= {criterion.item.region for criterion in criteria}
    assert Proposal.from_json(found.to_bytes()) == found
