"""Relations against thousands of applicants drawn at random; every witness shows its point."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    COLOURS,
    PIECES,
    PRIVATE,
    clauses,
    conditions,
    item_with,
)
from interop.criteria import Criterion, compile_item, decide
from interop.criteria.evaluation import Value, truth
from interop.criteria.nodes import Node
from interop.criteria.printer import text_of_node
from interop.criteria.prove import (
    ALL_KINDS,
    INTAKE,
    MERITS,
    Applicant,
    Budget,
    DoesNotReplay,
    Inquiry,
    Solver,
    relate,
)
from interop.criteria.prove.change import change_of
from interop.criteria.prove.domain import requirements_of
from interop.criteria.prove.matrix import all_pairs, matrix, star
from interop.criteria.prove.relation import Relation
from interop.criteria.prove.witness import replayed
from interop.model.case import FactValue
from interop.model.item import Clause, ClauseKind, Evidence, Material, ServiceItem

ON = date(2026, 1, 1)
APPLICANTS = 10_000
APPLICANTS_PLAIN = 100


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver(Budget(rlimit=2_000_000, check_s=60, wall_s=3000)) as running:
        yield running


@pytest.fixture(scope="module")
def hasty(nightly: bool) -> Iterator[Solver]:  # noqa: FBT001 -- a fixture
    with Solver(Budget(rlimit=2_000_000 if nightly else 100_000, wall_s=3000)) as running:
        yield running


def clause(name: str, when: str, kind: ClauseKind = ClauseKind.SUBSTANTIVE) -> Clause:
    return Clause(id=name, when=when, kind=kind, zh=f"条件{name}", en=name, remedy_zh="改")


def region(item: ServiceItem, code: str) -> Criterion:
    return compile_item(item.model_copy(update={"region": code}))


def of(code: str, **whens: str) -> Criterion:
    rows = tuple(clause(name, when) for name, when in whens.items())
    return region(item_with(rows), code)


def applicant(dice: random.Random) -> Applicant:
    day = date(2024, 2, 27)
    facts: dict[str, Value] = {
        "agent.present": dice.random() < 0.5,
        "flag.one": dice.random() < 0.5,
        "flag.two": dice.random() < 0.5,
        "whole.one": dice.randint(-3, 3),
        "whole.two": dice.randint(-3, 3),
        "area.one": Decimal(dice.randint(0, 8)) / 2,
        "area.two": Decimal(dice.randint(0, 8)) / 2,
        "day.one": day + timedelta(days=dice.randint(0, 900)),
        "day.two": day + timedelta(days=dice.randint(0, 900)),
        "colour.one": dice.choice(COLOURS),
        "pieces.one": frozenset(dice.sample(PIECES, dice.randint(0, 3))),
        "note.one": dice.choice(("", "x", PRIVATE)),
        "secret.one": dice.choice((PRIVATE, "b")),
    }
    return Applicant(facts, ON + timedelta(days=dice.randint(0, 60)))


def accepts(criterion: Criterion, who: Applicant) -> bool:
    rows = requirements_of(criterion, ALL_KINDS)
    return all(truth(row.node, who.facts, who.on) for row in rows)


def check(found: Relation, a: Criterion, b: Criterion, count: int) -> None:
    """Hold a proved relation, and those of its clauses, against applicants drawn at random."""
    dice = random.Random(f"{a.digest}{b.digest}")  # noqa: S311 -- the same for the same two
    everyone = [applicant(dice) for _ in range(count)]
    met_a, met_b = met(a, everyone), met(b, everyone)
    agrees(found.kind, meeting(met_a, count), meeting(met_b, count))
    for row in found.clauses:
        if row.kind not in {"added", "missing"}:
            agrees(row.kind, met_a[row.id], met_b[row.id])


def met(criterion: Criterion, everyone: list[Applicant]) -> dict[str, list[bool]]:
    return {
        row.id: [truth(row.node, who.facts, who.on) is True for who in everyone]
        for row in requirements_of(criterion, ALL_KINDS)
    }


def meeting(rows: dict[str, list[bool]], count: int) -> list[bool]:
    return [all(held) for held in zip(*rows.values(), strict=True)] if rows else [True] * count


def agrees(kind: str, in_a: list[bool], in_b: list[bool]) -> None:
    """No applicant refutes the relation; what is open or overlapping nobody can refute."""
    for one, other in set(zip(in_a, in_b, strict=True)):
        assert {
            "equal": one == other,
            "stricter": other or not one,
            "looser": one or not other,
            "disjoint": not (one and other),
        }.get(kind, True)


FEW = st.lists(conditions(), min_size=1, max_size=2)


@given(FEW, FEW, st.booleans())
def test_what_is_proved_survives_applicants_drawn_at_random(  # noqa: PLR0917 -- fixtures and draws
    hasty: Solver,
    nightly: bool,  # noqa: FBT001 -- a fixture
    shared: list[Node],
    own: list[Node],
    more: bool,  # noqa: FBT001 -- drawn
) -> None:
    rows = tuple(clause(f"s{n}", text_of_node(node)) for n, node in enumerate(shared))
    renamed = tuple(clause(f"o{n}", text_of_node(node)) for n, node in enumerate(own))[:more]
    a = region(item_with(rows), "a")
    b = region(item_with(rows[:1] + renamed), "b")
    found = relate(a, b, budget=Budget(), solver=hasty)
    if not renamed:
        assert found.kind in {"equal", "stricter", "undecided"}
    check(found, a, b, APPLICANTS if nightly else APPLICANTS_PLAIN)
    for witness in found.witnesses:
        who, one = witness.applicant, {"a": a, "b": b}
        assert accepts(one[witness.accepted_by], who)
        assert not accepts(one[witness.refused_by], who)
        assert witness.isolating == (len(witness.failing) == 1)


@given(clauses())
def test_a_criterion_is_equal_to_itself(solver: Solver, rows: tuple[Clause, ...]) -> None:
    one, two = region(item_with(rows), "a"), region(item_with(rows[::-1]), "b")
    found = relate(one, two, budget=Budget(), solver=solver)
    assert found.kind == "equal"
    assert found.witnesses == ()
    assert {row.kind for row in found.clauses} <= {"equal"}


RELATIONS = [
    ("whole.one >= 2", "whole.one >= 1", "stricter"),
    ("whole.one >= 1", "whole.one >= 2", "looser"),
    ("whole.one >= 1", "whole.one > 0", "equal"),
    ("whole.one >= 1 || whole.one < 1", "flag.one || !flag.one", "equal"),
    ("whole.one >= 1", "whole.one <= 2", "overlapping"),
    ("whole.one >= 2", "whole.one <= 1", "disjoint"),
    ("whole.one > 3", "whole.one <= 1", "stricter"),
    ("whole.one + whole.two > 5", "whole.one == 3 && whole.two == 3", "equal"),
    ("colour.one == 'red'", "colour.one == 'blue'", "disjoint"),
    ("day.one > on.plus_months(1)", "day.one > on.plus_days(27)", "stricter"),
    ("day.one > on.plus_months(1)", "day.one > on.plus_days(30)", "overlapping"),
    ("years_between(day.one, on) >= 18", "day.one.plus_months(216) <= on", "equal"),
    ("area.one * 3 <= 2", "area.one <= 0.666666", "equal"),
    ("'lamp' in pieces.one", "has(pieces.one)", "stricter"),
    ("note.one == 'x'", "has(note.one)", "stricter"),
]


@pytest.mark.parametrize(("one", "other", "kind"), RELATIONS)
def test_relations(solver: Solver, one: str, other: str, kind: str) -> None:
    found = relate(of("a", c=one), of("b", c=other), budget=Budget(), solver=solver)
    assert found.kind == kind
    assert [(row.id, row.kind) for row in found.clauses] == [("c", kind)]
    sides = {(w.accepted_by, w.refused_by) for w in found.witnesses}
    assert (("b", "a") in sides) == (kind in {"stricter", "overlapping", "disjoint"}) or (
        one == "whole.one > 3"
    )


def test_a_witness_isolates_one_clause_and_is_told_in_one_line(solver: Solver) -> None:
    a = of("a", months="whole.one >= 1", flag="flag.one", same="area.one >= 1")
    b = of("b", months="whole.one >= 2", flag="flag.one", same="area.one >= 1")
    found = relate(a, b, budget=Budget(), solver=solver)
    assert found.kind == "looser"
    (witness,) = found.witnesses
    assert witness.isolating
    assert witness.text("zh", {"a": "浦东", "b": "徐汇"}) == (
        "浦东符合、徐汇仅因 条件months 不符合：whole.one=1"
    )
    assert witness.text("en") == "met in a, not in b, only because of `months`: whole.one=1"
    facts: dict[str, FactValue] = {"whole.one": 1, "flag.one": True, "area.one": "1"}
    decided = decide(b, facts, materials=(), has_agent=False, on=witness.applicant.on)
    assert [o.clause for o in decided.outcomes if o.outcome == "failed"] == ["months"]


def test_where_no_single_clause_divides_the_witness_names_all(solver: Solver) -> None:
    a = of("a", one="flag.one")
    b = of("b", two="!flag.one && whole.one > 5", three="!flag.one")
    found = relate(a, b, budget=Budget(), solver=solver)
    assert found.kind == "looser"
    (witness,) = found.witnesses
    assert {row.id for row in witness.failing} == {"two", "three"}
    assert "因 条件two；条件three" in witness.text()
    assert [row.kind for row in found.clauses] == ["missing", "missing", "added"]


def test_intake_and_merits_are_related_apart(solver: Solver) -> None:
    paper = Material(
        code="plan",
        zh="图纸",
        en="plan",
        when="flag.one",
        any_of=((Evidence(certificate="x"),),),
    )
    optional = Material(code="photo", zh="照片", en="photo", necessity="optional")
    formal = clause("f", "flag.two", ClauseKind.FORMAL)
    a = region(item_with((clause("m", "whole.one > 1"),), (paper, optional)), "a")
    b = region(item_with((clause("m", "whole.one > 0"), formal)), "b")
    budget = Budget()
    assert relate(a, b, budget=budget, solver=solver, kinds=MERITS).kind == "stricter"
    intake = relate(a, b, budget=budget, solver=solver, kinds=INTAKE)
    assert intake.kind == "overlapping"
    assert [(row.id, row.kind) for row in intake.clauses] == [
        ("f", "missing"),
        ("material:plan", "added"),
    ]
    told = sorted(witness.text() for witness in intake.witnesses)
    assert told == [
        "a受理、b仅因 条件f 不受理：flag.two=false",
        "b受理、a仅因 提交图纸 不受理：flag.one=true，material:plan=false",
    ]


def test_what_is_sensitive_is_masked_in_a_witness(solver: Solver) -> None:
    found = relate(of("a", c="secret.one == 'b'"), of("b"), budget=Budget(), solver=solver)
    (witness,) = found.witnesses
    assert PRIVATE not in str(found.as_json())
    assert witness.text().endswith("secret.one=***")
    assert witness.as_json()["facts"]


def test_an_applicant_judged_otherwise_stops_the_proof(solver: Solver) -> None:
    inquiry = Inquiry((of("a", c="flag.one"), of("b", c="flag.two")), solver)
    typical = inquiry.pool.typical
    refused = Applicant({**typical.facts, "flag.one": False}, typical.on)
    for who in (typical, refused):
        with pytest.raises(DoesNotReplay):
            replayed(inquiry, 0, 1, who)
    with pytest.raises(DoesNotReplay):
        inquiry._confirmed(refused, inquiry.sets[0], inquiry.sets[1])


def test_undecided_is_not_equal() -> None:
    sum_ = "3 * whole.one + 2 * whole.two"
    a, b = of("a", c=f"{sum_} > 4 || {sum_} < 3"), of("b", c=f"{sum_} != 3 && {sum_} != 4")
    with Solver(Budget(rlimit=1)) as tired:
        found = relate(a, b, budget=Budget(), solver=tired)
        assert found.kind == "undecided"
        change = change_of(a, b, solver=tired)
        assert not change.refuses_nobody_new


def test_a_matrix_names_what_is_missing_and_added(solver: Solver) -> None:
    common = of("canonical", one="whole.one > 0", two="flag.one")
    rows = [
        of("x", one="whole.one > 0", two="flag.one"),
        of("y", one="whole.one > 1"),
        of("z", one="whole.one > -1", two="flag.one", three="flag.two"),
    ]
    found = matrix(common, rows, solver=solver, witnesses=True)
    assert found.clauses == ("one", "two", "three")
    assert {
        row.region: (row.kind, [cell.kind for cell in row.cells]) for row in found.rows
    } == {
        "x": ("equal", ["equal", "equal", "absent"]),
        "y": ("overlapping", ["stricter", "missing", "absent"]),
        "z": ("overlapping", ["looser", "equal", "added"]),
    }
    told = found.as_json()
    assert len(str(told["rows"]).split("'isolating': True")) == 5
    assert "isolating" not in str(matrix(common, rows, solver=solver).as_json())


def test_star_and_pairs_say_the_same_both_ways(solver: Solver) -> None:
    rows = [of("a", c="whole.one > 0"), of("b", c="whole.one > 1"), of("c", c="flag.one")]
    pairs = {(p.a, p.b): p for p in all_pairs(rows, solver=solver, witnesses=True)}
    assert {key: pair.kind for key, pair in pairs.items()} == {
        (0, 1): "looser",
        (1, 0): "stricter",
        (0, 2): "overlapping",
        (2, 0): "overlapping",
        (1, 2): "overlapping",
        (2, 1): "overlapping",
    }
    assert [key for key, pair in pairs.items() if pair.witness is None] == [(1, 0)]
    assert [(p.a, p.kind) for p in star(rows, solver=solver)] == [
        (1, "stricter"),
        (2, "overlapping"),
    ]


def test_a_change_tells_who_is_newly_refused_and_who_newly_accepted(solver: Solver) -> None:
    old = of("a", one="whole.one > 0", two="flag.one", gone="area.one >= 1")
    new = of("a", one="whole.one > 1", two="flag.one")
    found = change_of(old, new, solver=solver)
    assert found.kind == "overlapping"
    assert [w.text() for w in found.newly_refused] == [
        "old符合、new仅因 条件one 不符合：whole.one=1"
    ]
    assert [w.failing[0].id for w in found.newly_accepted] == ["gone"]
    assert found.as_json()["no_new_refusal"] is False
    loosened = change_of(old, of("a", one="whole.one > 0"), solver=solver)
    assert loosened.refuses_nobody_new
    assert not loosened.newly_refused
