"""What the solver's process does, done in this one: the same functions behind a pipe."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Thread

import pytest

from interop.conformance.strategies.criteria import FACTS
from interop.criteria.evaluation import truth
from interop.criteria.facts import NUMBER_MAX, read_facts
from interop.criteria.nodes import Fact, Node, Or
from interop.criteria.parser import parse
from interop.criteria.prove import Applicant, Domain
from interop.criteria.prove.worker import (
    READY,
    UNDECIDED,
    Answer,
    Ask,
    Open,
    Preference,
    _Desk,
    serve,
)
from interop.criteria.vocabulary import vocabulary_of
from interop.model.case import FactValue
from interop.model.item import FactDefinition, FactType
from tests.criteria.test_canonical_form import node_of

RLIMIT = 10_000_000
VOCABULARY = vocabulary_of(FACTS)
OPEN = Open(tuple(VOCABULARY.facts.values()), date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture
def pipe() -> Iterator[Connection]:
    here, there = Pipe()
    thread = Thread(target=serve, args=(there,), daemon=True)
    thread.start()
    assert here.recv() == READY
    yield here
    here.close()
    thread.join(timeout=10)
    assert not thread.is_alive()


def ask(
    define: dict[int, Node],
    holds: tuple[int, ...],
    fails: tuple[int, ...] = (),
    near: tuple[Preference, ...] = (),
) -> Ask:
    return Ask(tuple(define.items()), holds, fails, near, RLIMIT)


def answered(pipe: Connection, asked: Ask) -> Answer:
    pipe.send(asked)
    answer = pipe.recv()
    assert isinstance(answer, Answer)
    return answer


def test_questions_are_answered_in_turn_until_the_pipe_closes(pipe: Connection) -> None:
    pipe.send(ask({0: node_of("flag.one")}, (0,)))  # nothing is open yet: no answer
    pipe.send(OPEN)
    sum_, flag = node_of("whole.one + whole.two >= 4"), node_of("flag.one")
    found = answered(pipe, ask({0: sum_, 1: flag}, (0,), (1,)))
    assert found.applicant is not None
    assert truth(sum_, found.applicant.facts, found.applicant.on)
    assert not truth(flag, found.applicant.facts, found.applicant.on)
    # A number keeps its meaning, and what one question adds is gone with it.
    assert answered(pipe, ask({}, (0,), (0,))) == Answer("none")
    assert answered(pipe, ask({}, (0, 1))).verdict == "found"
    pipe.send(OPEN)
    assert answered(pipe, ask({0: node_of("whole.one > 3")}, (0,))) == Answer("none")


def test_wishes_are_tried_in_turn(pipe: Connection) -> None:
    pipe.send(OPEN)
    near: tuple[Preference, ...] = (
        ("on", (date(2024, 5, 6),)),
        ("whole.one", (0, 3, 2)),
        ("whole.two", (0, 1)),
        ("area.one", (Decimal(2),)),
    )
    sum_ = node_of("whole.one + whole.two >= 4")
    found = answered(pipe, ask({0: sum_, 1: Fact("flag.one")}, (0,), (1,), near))
    facts = {"whole.one": 3, "whole.two": 1, "flag.one": False}
    assert found == Answer("found", Applicant(facts, date(2024, 5, 6)))


def test_what_the_solver_is_not_taught_or_cannot_read_is_undecided(pipe: Connection) -> None:
    pipe.send(OPEN)
    odd = Or((Fact("flag.one"), node_of("whole.one + 1 > 0").left))  # type: ignore[union-attr]  # no condition: a number among truths
    flag = node_of("flag.one")
    assert answered(pipe, ask({0: odd, 1: flag}, (0,))) == UNDECIDED
    assert answered(pipe, ask({}, (1,), (0,))) == UNDECIDED
    assert answered(pipe, ask({}, (1,))).verdict == "found"
    # A wish of another type than its fact stops the solver, not the process.
    assert answered(pipe, ask({}, (1,), (), (("flag.one", ("a text",)),))) == UNDECIDED
    assert answered(pipe, ask({}, (1,))).verdict == "found"


def test_numbers_can_be_declared_however_wide_they_are() -> None:
    wide = FactDefinition(id="wide.one", type=FactType.DECIMAL, zh="宽", en="wide")
    vocabulary = vocabulary_of([wide])
    desk = _Desk(Domain(vocabulary, OPEN.first, OPEN.last))
    node, _ = parse("wide.one * 2 > 1999999999.0 && wide.one * 10 != 9999999999990.0")
    assert node is not None
    who = desk.answer(ask({0: node}, (0,))).applicant
    assert who is not None
    value = who.facts["wide.one"]
    assert isinstance(value, Decimal)
    assert value <= NUMBER_MAX
    declared: dict[str, FactValue] = {"wide.one": str(value)}
    assert read_facts(vocabulary, declared, has_agent=False)["wide.one"] == value


@pytest.mark.parametrize("count", range(1, 6))
def test_a_text_made_up_is_none_that_a_condition_names(count: int) -> None:
    named = [f"文字{number}" for number in range(2, 9)]
    options = ", ".join(f"'{text}'" for text in named[-count:])
    node = node_of(f"has(note.one) && !(note.one in [{options}])")
    who = (
        _Desk(Domain(VOCABULARY, OPEN.first, OPEN.last)).answer(ask({0: node}, (0,))).applicant
    )
    assert who is not None
    assert truth(node, who.facts, who.on)
