"""Solver and evaluator agree; time and memory have limits; what fails is undecided."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import z3
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    DAYS,
    FACTS,
    complete_facts,
    conditions,
    item_with,
)
from interop.criteria import compile_item
from interop.criteria.evaluation import Facts, Value, truth
from interop.criteria.facts import NUMBER_MAX, read_facts
from interop.criteria.nodes import Const, Fact, Node, Not, Or
from interop.criteria.parser import parse
from interop.criteria.prove import Applicant, Budget, Domain, Solver
from interop.criteria.prove.candidates import Candidates
from interop.criteria.prove.condition import ON
from interop.criteria.prove.days import first_day
from interop.criteria.prove.domain import domain_of
from interop.criteria.prove.encoding import Encoding, NotEncodable
from interop.criteria.prove.worker import UNDECIDED, Answer, Ask, Preference, _Desk
from interop.criteria.vocabulary import vocabulary_of
from interop.errors import CaseError, KnowledgeError
from interop.model.case import FactValue
from interop.model.item import FactDefinition, FactType
from tests.criteria.test_canonical_form import node_of

VOCABULARY = vocabulary_of(FACTS)
DOMAIN = Domain(VOCABULARY, date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver(Budget(rlimit=10_000_000, check_s=60, wall_s=3000)) as running:
        yield running


@pytest.fixture(scope="module")
def hasty() -> Iterator[Solver]:
    with Solver(Budget(rlimit=500_000, check_s=60, wall_s=3000)) as running:
        yield running


def typed(facts: dict[str, FactValue]) -> Facts:
    return read_facts(VOCABULARY, facts, has_agent=False)


def encoded(node: Node, facts: Facts, on: date, *, wanted: bool) -> z3.CheckSatResult:
    context = z3.Solver(ctx=z3.Context())
    encoding = Encoding(DOMAIN, context)
    term = encoding.condition(node)
    context.add(term if wanted else z3.Not(term))
    for name, value in {**facts, ON: on}.items():
        wish = encoding.equals(name, value)
        if wish is not None:
            context.add(wish)
    return context.check()


@given(conditions(), complete_facts(), DAYS)
def test_the_solver_reads_a_condition_as_the_evaluator_does(
    node: Node, facts: dict[str, FactValue], on: date
) -> None:
    held = truth(node, typed(facts), on)
    assert held is not None
    assert encoded(node, typed(facts), on, wanted=held) == z3.sat
    assert encoded(node, typed(facts), on, wanted=not held) == z3.unsat


@given(conditions(), st.booleans())
def test_what_the_solver_finds_the_evaluator_confirms(
    hasty: Solver,
    node: Node,
    wanted: bool,  # noqa: FBT001 -- drawn
) -> None:
    asked = node if wanted else Not(node)
    domain = Domain(VOCABULARY, DOMAIN.first, DOMAIN.last)
    answer = hasty.find(domain, {0: asked}, holds=frozenset({0}), fails=frozenset())
    if answer.verdict == "found" and answer.applicant is not None:
        typical = {name: v[0] for name, v in Candidates(domain, [asked]).values().items()}
        facts = {**typical, **answer.applicant.facts}
        assert DOMAIN.first <= answer.applicant.on <= DOMAIN.last
        assert truth(asked, facts, answer.applicant.on) is True
    elif answer.verdict == "none":
        opposite = hasty.find(
            domain, {0: asked, 1: Not(asked)}, holds=frozenset({1}), fails=frozenset()
        )
        assert opposite.verdict != "none"


@given(st.dates(date(1800, 1, 1), date(2999, 12, 31)))
def test_months_are_counted_exactly(day: date) -> None:
    month = 12 * day.year + day.month - 1
    assert first_day(month) == day.replace(day=1).toordinal()


YEARS = "years_between(day.one, day.two)"
LEAP = "day.one == date('2000-02-29')"
EDGES = [
    # Shifts and years around the ends of months, where the evaluator clips.
    "day.one.plus_months(1) == date('2024-02-29') && day.one == date('2024-01-31')",
    "day.one.plus_months(-1) == date('2023-02-28') && day.one == date('2023-03-31')",
    f"{YEARS} == 17 && {LEAP} && day.two == date('2018-02-27')",
    f"{YEARS} == 18 && {LEAP} && day.two == date('2018-02-28')",
    f"{YEARS} == -1 && day.one == date('2017-03-02') && day.two == date('2017-03-01')",
    # Days that are written out.
    "day.one == date('2024-01-31').plus_months(1) && day.one == date('2024-02-29')",
    "years_between(date('2000-02-29'), date('2018-02-28')) == 18 && flag.one",
    # Decimals end at the sixth place.
    "area.one > 3.999999",
    "area.one * 2 == 0.000002",
    "note.one != '' && note.one != 'x'",
    "has(pieces.one) && !('lamp' in pieces.one)",
]
EMPTY = [
    "day.one.plus_months(1) == date('2024-02-29') && day.one == date('2024-01-28')",
    f"{YEARS} == 18 && {LEAP} && day.two == date('2018-02-27')",
    "day.one == date('2024-01-31').plus_months(1) && day.one == date('2024-03-02')",
    "years_between(date('2000-02-29'), date('2018-02-27')) == 18 && flag.one",
    "area.one * 2 == 0.000001",
    "3 * area.one == 1",
    "area.one > 3.999999 && area.one < 4",
    "whole.one > 3",
    "day.one < day.two && day.one.plus_days(1) > day.two",
    "on < date('2024-01-01')",
]


def asked_here(text: str, near: tuple[Preference, ...] = ()) -> Answer:
    """Ask the desk of the worker in this process."""
    desk = _Desk(Domain(VOCABULARY, DOMAIN.first, DOMAIN.last))
    return desk.answer(Ask(((0, node_of(text)),), (0,), (), near, 10_000_000))


@pytest.mark.parametrize("text", EDGES)
def test_edges_have_an_applicant(text: str) -> None:
    found = asked_here(text).applicant
    assert found is not None
    assert truth(node_of(text), found.facts, found.on)


@pytest.mark.parametrize("text", EMPTY)
def test_what_nobody_can_state_has_none(text: str) -> None:
    assert asked_here(text) == Answer("none")


def test_every_type_of_fact_can_be_wished() -> None:
    wishes: dict[str, Value] = {
        "flag.one": True,
        "whole.one": 2,
        "area.one": Decimal("1.5"),
        "day.one": date(2024, 2, 29),
        "colour.one": "blue",
        "pieces.one": frozenset({"lamp"}),
        "note.one": "new",
    }
    text = " && ".join(
        [
            "(flag.one || flag.two)",
            "whole.one > 0",
            "area.one > 0",
            "day.one != on",
            "colour.one != 'red'",
            "has(pieces.one)",
            "has(note.one)",
        ]
    )
    near = tuple((name, (value,)) for name, value in wishes.items())
    found = asked_here(text, (*near, ("on", (date(2024, 5, 6),)), ("area.two", (1,))))
    assert found.applicant is not None
    assert {**found.applicant.facts} | wishes == found.applicant.facts
    assert found.applicant.on == date(2024, 5, 6)


def test_steps_that_run_out_here_are_undecided() -> None:
    domain, node = pigeons(9)
    desk = _Desk(domain)
    assert desk.answer(Ask(((0, node),), (0,), (), (), 1000)) == UNDECIDED
    assert desk.answer(Ask(((1, Fact("p0.h0")),), (1,), (1,), (), 10_000)) == Answer("none")


def test_the_solver_names_only_numbers_that_can_be_declared(solver: Solver) -> None:
    wide = FactDefinition(id="wide.one", type=FactType.DECIMAL, zh="宽", en="wide")
    domain = Domain(vocabulary_of([wide]), DOMAIN.first, DOMAIN.last)
    node, _ = parse("wide.one * 2 > 1999999999.0 && wide.one * 10 != 9999999999990.0")
    assert node is not None
    answer = solver.find(domain, {0: node}, holds=frozenset({0}), fails=frozenset())
    assert answer.applicant is not None
    value = answer.applicant.facts["wide.one"]
    assert isinstance(value, Decimal)
    assert value <= NUMBER_MAX
    declared: dict[str, FactValue] = {"wide.one": str(value)}
    assert read_facts(domain.vocabulary, declared, has_agent=False)["wide.one"] == value


def test_wishes_are_met_as_far_as_the_conditions_allow(solver: Solver) -> None:
    domain = Domain(VOCABULARY, DOMAIN.first, DOMAIN.last)
    answer = solver.find(
        domain,
        {0: node_of("whole.one + whole.two >= 4"), 1: node_of("flag.one")},
        holds=frozenset({0}),
        fails=frozenset({1}),
        near=(("whole.one", (0, 3, 2)), ("whole.two", (0, 1)), ("area.one", (Decimal(2),))),
    )
    assert answer.applicant is not None
    assert answer.applicant.facts == {"whole.one": 3, "whole.two": 1, "flag.one": False}


def test_a_condition_that_the_solver_is_not_taught_is_undecided(solver: Solver) -> None:
    odd = Or((Fact("flag.one"), node_of("whole.one + 1 > 0").left))  # type: ignore[union-attr]  # no condition: a number among truths
    domain = Domain(VOCABULARY, DOMAIN.first, DOMAIN.last)
    with pytest.raises(NotEncodable):
        Encoding(domain, z3.Solver(ctx=z3.Context())).condition(odd)
    conditions_: dict[int, Node] = {0: odd, 1: Fact("flag.one")}
    for holds in ({0}, {0, 1}):
        answer = solver.find(domain, conditions_, holds=frozenset(holds), fails=frozenset())
        assert answer == UNDECIDED
    answer = solver.find(domain, conditions_, holds=frozenset({1}), fails=frozenset())
    assert answer.applicant == Applicant({"flag.one": True}, answer.applicant.on)  # type: ignore[union-attr]  # found


def pigeons(holes: int) -> tuple[Domain, Node]:
    """One pigeon more than holes: easy to say, hard to refute."""
    facts = [
        FactDefinition(id=f"p{p}.h{h}", type=FactType.BOOL, zh="在", en="in")
        for p in range(holes + 1)
        for h in range(holes)
    ]
    housed = [" || ".join(f"p{p}.h{h}" for h in range(holes)) for p in range(holes + 1)]
    alone = [
        f"!(p{p}.h{h} && p{q}.h{h})"
        for h in range(holes)
        for p in range(holes + 1)
        for q in range(p)
    ]
    node, faults = parse(" && ".join(f"({part})" for part in (*housed, *alone)))
    assert node is not None, faults
    return Domain(vocabulary_of(facts), DOMAIN.first, DOMAIN.last), node


def test_steps_run_out_the_same_way_every_time() -> None:
    domain, node = pigeons(9)
    with Solver(Budget(rlimit=200_000)) as short:
        for _ in range(2):
            assert (
                short.find(domain, {0: node}, holds=frozenset({0}), fails=frozenset())
                == UNDECIDED
            )
        assert short.pid is not None


def test_a_worker_over_its_time_is_killed_and_the_next_question_gets_another() -> None:
    domain, node = pigeons(14)
    with Solver(Budget(rlimit=1_000_000_000, check_s=0.3)) as slow:
        easy = {0: Fact("p0.h0"), 1: node}
        # The first start may take longer than the time that is given here.
        started = time.monotonic()
        assert slow.find(domain, easy, holds=frozenset({1}), fails=frozenset()) == UNDECIDED
        assert time.monotonic() - started < 15
        assert slow.pid is None
    with Solver(Budget(check_s=60)) as fresh:
        found = fresh.find(domain, easy, holds=frozenset({0}), fails=frozenset())
        assert found.verdict == "found"
        pid = fresh.pid
        assert pid is not None
        os.kill(pid, 9)
        again = [
            fresh.find(domain, easy, holds=frozenset({0}), fails=frozenset()).verdict
            for _ in range(2)
        ]
        assert again == ["undecided", "found"]
        assert fresh.pid != pid
    assert not Path(f"/proc/{pid}").exists()


UNGUARDED = """
from interop.criteria.nodes import Fact
from interop.criteria.prove import Solver
from interop.errors import KnowledgeError
from tests.criteria.test_prove import DOMAIN
try:
    Solver().find(DOMAIN, {0: Fact("flag.one")}, holds=frozenset({0}), fails=frozenset())
except KnowledgeError as fault:
    print(fault.code)
"""


def test_a_program_that_cannot_be_imported_again_is_told_so(root: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-"],
        input=UNGUARDED,
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ran.stdout == "prover-start\n"


def test_what_is_asked_after_the_time_of_all_is_undecided() -> None:
    with Solver(Budget(wall_s=0.000001)) as spent:
        node: Node = Const(FactType.BOOL, value=True)
        for _ in range(2):
            answer = spent.find(DOMAIN, {0: node}, holds=frozenset({0}), fails=frozenset())
            assert answer == UNDECIDED
        assert spent.asked == 1


@pytest.mark.parametrize(
    "changes", [{"rlimit": 0}, {"check_s": 0.0}, {"wall_s": 1e9}, {"rlimit": 10**12}]
)
def test_a_budget_has_limits(changes: dict[str, float]) -> None:
    with pytest.raises(CaseError) as fault:
        Budget(**changes)  # type: ignore[arg-type]  # one field of each type
    assert fault.value.code == "prove-budget"
    assert fault.value.reason.field in changes


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interop.criteria.prove.solver.find_spec", lambda _name: None)
    with pytest.raises(KnowledgeError) as fault:
        Solver()
    assert fault.value.code == "prover-missing"
    assert "[prove]" in fault.value.reason.fix_en


def test_the_domain_of_several_criteria_is_what_all_can_state() -> None:
    def with_facts(*facts: FactDefinition, **more: object) -> Domain:
        one = item_with()
        two = one.model_copy(update={"facts": facts, **more})
        return domain_of([compile_item(one), compile_item(two)])

    whole, colour = FACTS[2], FACTS[8]
    less = whole.model_copy(update={"min": None, "max": Decimal(1)})
    fewer = colour.model_copy(update={"values": ("green", "violet")})
    met = with_facts(less, fewer, effective_until=date(2026, 6, 30))
    assert met.vocabulary.facts["whole.one"].min == Decimal(-3)
    assert met.vocabulary.facts["whole.one"].max == Decimal(1)
    assert met.vocabulary.facts["colour.one"].values == ("green",)
    assert (met.first, met.last) == (date(2026, 1, 1), date(2026, 6, 30))
    never = with_facts(effective_from=date(2020, 1, 1), effective_until=date(2020, 2, 1))
    assert (never.first.year, never.last.year) == (1800, 2999)
    with pytest.raises(KnowledgeError) as fault:
        with_facts(
            whole.model_copy(update={"unit": "m"}),
            whole.model_copy(update={"id": "whole.two", "min": Decimal(4), "max": Decimal(5)}),
            colour.model_copy(update={"values": ("black",)}),
        )
    assert [reason.field for reason in fault.value.reasons] == [
        "whole.one",
        "whole.two",
        "colour.one",
    ]
    with pytest.raises(KnowledgeError) as fault:
        domain_of(
            [
                compile_item(item_with()),
                compile_item(item_with().model_copy(update={"item": "other"})),
            ]
        )
    assert fault.value.code == "compare-other-items"
    with pytest.raises(KnowledgeError) as fault:
        domain_of([compile_item(item_with())] * 1001)
    assert fault.value.code == "compare-too-many"
