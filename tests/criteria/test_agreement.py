"""One condition, six engines, one answer: ours twice, the solver, and two languages abroad."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Final, TypeAlias

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st
from json_logic.cert_logic import certLogic

from interop.conformance.strategies.criteria import (
    DAYS,
    FACTS,
    complete_facts,
    conditions,
    partial_facts,
)
from interop.criteria.certlogic.concrete import evaluate
from interop.criteria.codegen import generated
from interop.criteria.evaluation import Facts, truth
from interop.criteria.exporting.cel import cel_facts, cel_of
from interop.criteria.exporting.certlogic import certlogic_data, certlogic_of
from interop.criteria.facts import read_facts
from interop.criteria.nodes import Node, Not
from interop.criteria.prove import Domain
from interop.criteria.prove.condition import ON
from interop.criteria.prove.encoding import Encoding
from interop.criteria.vocabulary import vocabulary_of
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from tests.criteria.test_exporting import in_google, in_rust

VOCABULARY: Final = vocabulary_of(FACTS)
DOMAIN: Final = Domain(VOCABULARY, date(2024, 1, 1), date(2024, 12, 31))
PAIRS: Final = 10_000
PAIRS_PLAIN: Final = 500
FACTS_PER_CONDITION: Final = 5
# A few conditions on months are long to search for the solver, so more are drawn.
SPARE: Final = 1.5
RLIMIT: Final = 100_000
Truth: TypeAlias = bool | None
Engine: TypeAlias = Callable[[Facts, date], Truth]


class Unanswered(Exception):
    """The solver ran out of steps, which is no answer and so no disagreement."""


def by_function(node: Node) -> Engine:
    masks = generated([node], VOCABULARY)

    def judge(facts: Facts, on: date) -> Truth:
        failed, unknown = masks(facts, on)
        return None if unknown else not failed

    return judge


def by_solver(node: Node) -> Engine:
    solver = z3.Solver(ctx=z3.Context())
    solver.set("rlimit", RLIMIT)
    encoding = Encoding(DOMAIN, solver)
    term = encoding.condition(node)

    def judge(facts: Facts, on: date) -> Truth:
        solver.push()
        wishes = [encoding.equals(name, value) for name, value in {**facts, ON: on}.items()]
        solver.add(*[wish for wish in wishes if wish is not None])
        verdicts = {truth: solver.check(term == truth) for truth in (True, False)}
        solver.pop()
        if z3.unknown in verdicts.values():
            raise Unanswered
        assert {str(verdict) for verdict in verdicts.values()} == {"sat", "unsat"}
        return bool(verdicts[True] == z3.sat)

    return judge


def by_cel(node: Node, engine: Callable[[str, dict[str, Json]], Truth]) -> Engine:
    text = cel_of(node, VOCABULARY)
    return lambda facts, on: engine(text, cel_facts(node, VOCABULARY, facts, on))


def by_certlogic(node: Node, engine: Callable[[Json, Json], object]) -> Engine:
    logics = {
        known: certlogic_of(n, VOCABULARY) for n, known in ((node, True), (Not(node), False))
    }

    def judge(facts: Facts, on: date) -> Truth:
        data: Json = {**certlogic_data(node, VOCABULARY, facts, on)}
        held = [known for known, logic in logics.items() if engine(logic, data) is True]
        assert len(held) <= 1
        return held[0] if held else None

    return judge


def engines(node: Node) -> Iterator[tuple[str, Engine]]:
    yield "function", by_function(node)
    yield "cel-expr-python", by_cel(node, in_google)
    try:
        yield "certlogic", by_certlogic(node, evaluate)
        yield "panzi-json-logic", by_certlogic(node, certLogic)
    except KnowledgeError as fault:
        assert fault.code == "certlogic-not-expressible"  # noqa: PT017 -- other codes are bugs


def of_complete_facts(node: Node) -> Iterator[tuple[str, Engine]]:
    yield "z3", by_solver(node)
    yield "common-expression-language", by_cel(node, in_rust)


@pytest.mark.parametrize("missing", [False, True], ids=["complete", "missing"])
def test_all_engines_give_one_answer(
    nightly: bool,  # noqa: FBT001 -- a fixture
    missing: bool,  # noqa: FBT001 -- a parameter
) -> None:
    wanted = PAIRS if nightly else PAIRS_PLAIN
    asked: Counter[str] = Counter()
    drawn = partial_facts() if missing else complete_facts()
    several = st.lists(drawn, min_size=FACTS_PER_CONDITION, max_size=FACTS_PER_CONDITION)

    @settings(max_examples=int(SPARE * wanted) // FACTS_PER_CONDITION)
    @given(conditions(), several, DAYS)
    def agree(node: Node, declared: list[dict[str, object]], on: date) -> None:
        every = dict(engines(node))
        if not missing:
            every |= dict(of_complete_facts(node))
        for row in declared:
            facts = read_facts(VOCABULARY, row, has_agent=False)  # type: ignore[arg-type]  # drawn
            expected = truth(node, facts, on)
            assert missing or expected is not None
            for name, judge in every.items():
                with suppress(Unanswered):
                    assert judge(facts, on) is expected, name
                    asked[name] += 1

    agree()
    assert min(asked.values()) >= wanted, asked
