"""A memory spares questions and changes no answer."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    DAYS,
    FACTS,
    complete_facts,
    conditions,
    item_with,
)
from interop.criteria import Criterion, compile_item
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.nodes import Node
from interop.criteria.printer import text_of_node
from interop.criteria.prove import (
    Applicant,
    Budget,
    DoesNotReplay,
    Domain,
    Inquiry,
    Memory,
    Solver,
)
from interop.criteria.prove.condition import condition_of
from interop.criteria.prove.matrix import all_pairs
from interop.criteria.prove.memory import Question, question_of
from interop.criteria.prove.worker import UNDECIDED, Answer
from interop.criteria.vocabulary import vocabulary_of
from interop.model.case import FactValue
from interop.model.item import Clause, FactDefinition, FactType
from tests.criteria.test_canonical_form import node_of
from tests.criteria.test_relation import accepts, clause

VOCABULARY = vocabulary_of(FACTS)
DOMAIN = Domain(VOCABULARY, date(2024, 1, 1), date(2024, 12, 31))
NEVER = Answer("none")
RLIMIT = 300_000


@pytest.fixture(scope="module")
def remembering() -> Iterator[Solver]:
    with Solver(Budget(rlimit=RLIMIT, wall_s=3000)) as running:
        yield running


@pytest.fixture(scope="module")
def forgetful() -> Iterator[Solver]:
    none = Memory(answers_max=0, conditions_max=0)
    with Solver(Budget(rlimit=RLIMIT, wall_s=3000), memory=none) as running:
        yield running


def criteria(shared: list[list[Clause]], facts: tuple[FactDefinition, ...]) -> list[Criterion]:
    items = [item_with(tuple(rows)).model_copy(update={"facts": facts}) for rows in shared]
    return [
        compile_item(item.model_copy(update={"region": f"r{place}"}))
        for place, item in enumerate(items)
    ]


@given(st.lists(conditions(), min_size=3, max_size=4), st.randoms(use_true_random=False))
def test_with_and_without_a_memory_relations_are_the_same(
    remembering: Solver, forgetful: Solver, nodes: list[Node], dice: random.Random
) -> None:
    rows = [clause(f"c{n}", text_of_node(node)) for n, node in enumerate(nodes)]
    # Three items that share most of what they ask for, so that much is remembered.
    for _ in range(3):
        regions = [sorted(dice.sample(rows, 2), key=lambda row: row.id) for _ in range(2)]
        compared = criteria(regions, FACTS)
        found = all_pairs(compared, solver=remembering, witnesses=True)
        fresh = all_pairs(compared, solver=forgetful)
        for one, other in zip(found, fresh, strict=True):
            assert one.kind == other.kind or "undecided" in {one.kind, other.kind}
            if one.witness is not None:
                who = one.witness.applicant
                assert accepts(compared[one.a], who)
                assert not accepts(compared[one.b], who)


def test_what_was_proved_is_not_asked_again(remembering: Solver) -> None:
    hard = "area.one + area.two <= 3.5 || whole.one + whole.two >= 6"
    pair = [[clause("a", "area.one <= 1"), clause("b", "area.two <= 2")], [clause("c", hard)]]
    first = all_pairs(criteria(pair, FACTS), solver=remembering)
    asked = remembering.asked
    assert asked > 0
    pair[1].append(clause("d", "flag.one"))
    again = all_pairs(criteria(pair, FACTS), solver=remembering)
    assert remembering.asked == asked
    assert [pair.kind for pair in first] == ["stricter", "looser"]
    assert [pair.kind for pair in again] == ["overlapping", "overlapping"]


CHANGED: list[tuple[str, str, dict[str, object]]] = [
    ("whole.one", "whole.one + whole.two <= 6", {"max": Decimal(4)}),
    ("whole.one", "whole.one + whole.two <= 6", {"max": None}),
    ("whole.two", "whole.one + whole.two >= -6", {"min": Decimal(-4)}),
    ("whole.one", "whole.one + whole.two != 0.5", {"type": FactType.DECIMAL}),
    ("colour.one", "colour.one in ['red', 'green', 'blue']", {"values": ("red", "white")}),
    ("pieces.one", "!has(pieces.one) || 'lamp' in pieces.one", {"values": ("lamp", "door")}),
]


@pytest.mark.parametrize(("name", "when", "change"), CHANGED)
def test_a_fact_defined_otherwise_is_another_question(
    name: str, when: str, change: dict[str, object]
) -> None:
    others = tuple(f.model_copy(update=change) if f.id == name else f for f in FACTS)
    memory = Memory()
    asked = [
        question_of(
            [memory.condition(node_of(when), vocabulary_of(facts))],
            [],
            domain=Domain(vocabulary_of(facts), DOMAIN.first, DOMAIN.last),
            near=(),
            rlimit=1000,
        )
        for facts in (FACTS, others)
    ]
    assert asked[0] != asked[1]
    for question in asked:
        assert memory.answer(question) is None
    memory.keep(asked[0], NEVER)
    assert [memory.answer(question) for question in asked] == [NEVER, None]


def test_wider_bounds_undo_a_proof() -> None:
    when = "whole.one + whole.two != 7"
    wide = tuple(
        fact.model_copy(update={"max": Decimal(4)}) if fact.id == "whole.one" else fact
        for fact in FACTS
    )
    with Solver() as solver:
        for facts, expected in ((FACTS, "equal"), (wide, "looser"), (FACTS, "equal")):
            both = criteria([[], [clause("c", when)]], facts)
            assert all_pairs(both, solver=solver)[0].kind == expected


def asked(**changes: object) -> Question:
    node = node_of("day.one >= on.plus_days(2)")
    given_: dict[str, object] = {"domain": DOMAIN, "near": (), "rlimit": 1000}
    return question_of([condition_of(node, VOCABULARY)], [], **given_ | changes)  # type: ignore[arg-type]  # one of each type


def test_days_wishes_and_steps_are_part_of_the_question() -> None:
    later = Domain(VOCABULARY, DOMAIN.first, DOMAIN.last + timedelta(days=1))
    near = (("day.one", (date(2024, 2, 2),)),)
    every = [asked(), asked(domain=later), asked(near=near), asked(rlimit=1001)]
    assert len(set(every)) == 4
    flag = [condition_of(node_of("flag.one"), VOCABULARY)]
    held = [question_of(flag, [], domain=d, near=(), rlimit=9) for d in (DOMAIN, later)]
    assert held[0] == held[1]
    missed = question_of([], flag, domain=DOMAIN, near=(), rlimit=9)
    assert missed not in held


def test_what_is_undecided_is_forgotten() -> None:
    memory, question = Memory(), asked()
    memory.keep(question, UNDECIDED)
    assert memory.answer(question) is None
    sum_ = "3 * whole.one + 2 * whole.two"
    pair = [
        [clause("c", f"{sum_} > 4 || {sum_} < 3")],
        [clause("c", f"{sum_} != 3 && {sum_} != 4")],
    ]
    kinds = []
    for rlimit in (1, 2_000_000):
        with Solver(Budget(rlimit=rlimit), memory=memory) as solver:
            kinds.append(all_pairs(criteria(pair, FACTS), solver=solver)[0].kind)
    assert kinds == ["undecided", "equal"]


def test_a_remembered_applicant_is_replayed_as_any_other() -> None:
    class Wrong(Memory):
        def answer(self, question: Question) -> Answer | None:
            facts = {fact.id: -3 for fact in question.facts}
            return Answer("found", Applicant(facts, DOMAIN.first))

    both = criteria([[], [clause("c", "whole.one + whole.two != 0.5")]], FACTS)
    with Solver(memory=Wrong()) as solver:
        inquiry = Inquiry(both, solver)
        with pytest.raises(DoesNotReplay):
            inquiry.relation(*inquiry.sets)


def test_the_least_used_is_dropped_first() -> None:
    memory = Memory(answers_max=2, conditions_max=1)
    questions = [asked(rlimit=n) for n in (1, 2, 3)]
    for question in questions[:2]:
        memory.keep(question, NEVER)
    assert memory.answer(questions[0]) == NEVER
    memory.keep(questions[2], NEVER)
    assert [memory.answer(q) is None for q in questions] == [False, True, False]


@given(conditions(), complete_facts(), DAYS)
def test_a_condition_met_again_is_judged_the_same(
    node: Node, facts: dict[str, FactValue], on: date
) -> None:
    memory, stated = Memory(), read_facts(VOCABULARY, facts, has_agent=False)
    met = [memory.condition(node, VOCABULARY) for _ in range(3)]
    assert len({(row.text, row.spoken) for row in met}) == 1
    assert met[1] is met[2]
    for first, second in pairwise(row.judge(stated, on) for row in met):
        assert first is second is truth(node, stated, on)
