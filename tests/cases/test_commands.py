"""Commands ask, the owner's facts answer; nothing else moves a case."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import LifeCycle, fold
from interop.cases.commands import answerable, answered, ask, declining, open_commands
from interop.conformance.strategies.cases import (
    BEGIN,
    HEADER,
    SIDES,
    next_fact,
    region_of,
    stories,
    told,
)
from interop.errors import CaseError
from interop.model.case import CaseFact, CaseSide, Command

WAY = told(
    *(("receiving", name, BEGIN) for name in ("submitted", "received", "handed-over")),
    *(("handling", name, BEGIN) for name in ("acknowledged", "accepted")),
)


def command(side: CaseSide, asks: str, name: str = "Q-1") -> Command:
    return Command(id=name, case=HEADER.number, side=side, asks=asks, at=BEGIN)


def code_of(asked: Command, table: LifeCycle, region: str) -> str:
    case = fold(HEADER, WAY, table=table)
    try:
        assert ask(case, asked, table=table, region=region) is asked
    except CaseError as fault:
        return fault.code
    return "asked"


def test_one_asks_only_for_what_the_other_owns_and_the_table_lets_be_asked(
    lifecycle: LifeCycle,
) -> None:
    for row in lifecycle.facts:
        for side in SIDES:
            found = code_of(command(side, row.type), lifecycle, region_of(side))
            if row.side == side:
                assert found == "command-own-fact"
            else:
                assert found == ("asked" if row.asked else "command-not-askable")
            other = region_of("handling" if side == "receiving" else "receiving")
            assert code_of(command(side, row.type), lifecycle, other) == "not-competent"
    assert (
        code_of(command("receiving", "blessed"), lifecycle, HEADER.receiving) == "fact-unknown"
    )


def test_a_window_may_not_ask_for_what_the_organ_decides(lifecycle: LifeCycle) -> None:
    for name in ("accepted", "refused", "permitted", "rejected", "extended", "lapsed"):
        found = code_of(command("receiving", name), lifecycle, HEADER.receiving)
        assert found == "command-not-askable"


def test_a_fact_of_the_owner_answers_and_a_decline_gives_its_reason(
    lifecycle: LifeCycle,
) -> None:
    one, two = command("receiving", "hearing-asked"), command("receiving", "served", "Q-2")
    says = {"answers": "Q-1"}
    done = next_fact(WAY, "handling", "hearing-asked", at=BEGIN, says=says)
    facts = (*WAY, done)
    no = {"answers": "Q-2", "reason": "未见送达回证"}
    facts = (*facts, next_fact(facts, "handling", "command-declined", at=BEGIN, says=no))
    case = fold(HEADER, facts, table=lifecycle)
    found = answered(case, (one, two), facts)
    assert [(a.command, a.fact, a.done, a.reason) for a in found] == [
        ("Q-1", "handling:3", True, ""),
        ("Q-2", "handling:4", False, "未见送达回证"),
    ]
    assert open_commands(case, (one, two), WAY) == (one, two)
    assert open_commands(case, (one, two), facts) == ()
    # What the window has asked and never was answered stands in no fact.
    assert fold(HEADER, WAY, table=lifecycle).state == "accepted"


@pytest.mark.parametrize(
    ("side", "name"),
    [
        # Another fact, and a fact of the asking side itself.
        ("handling", "review-begun"),
        ("receiving", "withdrawn"),
        ("receiving", "command-returned"),
    ],
)
def test_nothing_else_answers(lifecycle: LifeCycle, side: CaseSide, name: str) -> None:
    asked = command("receiving", "hearing-asked")
    fact = next_fact(WAY, side, name, at=BEGIN, says={"answers": "Q-1"})
    case = fold(HEADER, (*WAY, fact), table=lifecycle)
    assert open_commands(case, (asked,), (*WAY, fact)) == (asked,)


def test_a_fact_out_of_time_answers_nothing(lifecycle: LifeCycle) -> None:
    asked = command("receiving", "hearing-asked")
    early = WAY[:-1]
    fact = next_fact(early, "handling", "hearing-asked", at=BEGIN, says={"answers": "Q-1"})
    case = fold(HEADER, (*early, fact), table=lifecycle)
    assert case.out_of_time == ("handling:2",)
    assert open_commands(case, (asked,), (*early, fact)) == (asked,)


@given(data=st.data())
def test_an_open_command_stays_open_until_its_one_answer(
    data: st.DataObject, lifecycle: LifeCycle
) -> None:
    story = data.draw(stories(lifecycle))
    facts: tuple[CaseFact, ...] = story.facts
    asked = command("receiving", "served")
    tied = tuple(
        f.model_copy(update={"body": {**f.body, "answers": "Q-1"}})
        if f.type == "served" and data.draw(st.booleans())
        else f.model_copy(update={"body": {**f.body, "answers": "-"}})
        for f in facts
    )
    case = fold(HEADER, tied, table=lifecycle)
    found = answered(case, (asked,), tied)
    counting = [
        f"{f.side}:{f.seq}"
        for f in tied
        if f.body["answers"] == "Q-1" and f"{f.side}:{f.seq}" not in case.out_of_time
    ]
    assert [answer.fact for answer in found] == counting[:1]
    assert bool(open_commands(case, (asked,), tied)) != bool(found)
    later = asked.model_copy(update={"id": "Q-9", "at": BEGIN + timedelta(days=1)})
    assert later in open_commands(case, (asked, later), tied)


def test_a_command_can_be_answered_wherever_its_fact_or_its_decline_may_be_said(
    lifecycle: LifeCycle,
) -> None:
    rows = {row.type: row for row in lifecycle.facts}
    for row in rows.values():
        if not row.asked:
            continue
        side: CaseSide = "handling" if row.side == "receiving" else "receiving"
        asked = command(side, row.type)
        decline = declining(asked)
        assert rows[decline].side == row.side
        for state in (one.id for one in lifecycle.states if one.track == "case"):
            case = fold(HEADER, WAY, table=lifecycle).model_copy(update={"state": state})
            wanted = state in {*row.from_states, *rows[decline].from_states}
            assert answerable(case, asked, table=lifecycle) == wanted
