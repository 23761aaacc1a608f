"""Both sides fold alike, whatever order the messages arrive in."""

from datetime import timedelta
from functools import cmp_to_key
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import Header, LifeCycle, fold, in_time, ordered
from interop.cases.fold import FACTS_MAX
from interop.conformance.strategies.cases import BEGIN, HEADER, Story, next_fact, stories, told
from interop.errors import CaseError
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.case import Case, CaseFact


def before(a: CaseFact, b: CaseFact) -> int:
    """Say of any two facts alone which comes first."""
    if a.side == b.side:
        return a.seq - b.seq
    if a.side == "receiving":
        return -before(b, a)
    # The handling side's comes first unless it had seen the other one.
    return -1 if a.seen < b.seq else 1


def walked(facts: list[CaseFact], file: Json) -> tuple[str, str | None, list[str]]:
    """Walk the table as it stands in the file; return both states and what came too late."""
    table = cast("dict[str, list[dict[str, Any]]]", file)
    rows = {row["type"]: row for row in table["fact"]}
    now: dict[str, Any] = {"case": str(table["initial"]), "licence": None}
    begun, once, late = set[str](), set[str](), list[str]()
    for fact in facts:
        row, named = rows[fact.type], str(fact.body["procedure"])
        track = row.get("track", "case")
        fits = now[track] in row["from"] and fact.side == row["side"]
        fits = fits and not (row.get("opens") and named in begun)
        fits = fits and not (row.get("closes") and named not in begun)
        if not fits or (row.get("once") and fact.type in once):
            late.append(f"{fact.side}:{fact.seq}")
            continue
        once.add(fact.type)
        if row.get("opens"):
            begun.add(named)
        if row.get("closes"):
            begun.remove(named)
        if "to" in row and not (row.get("closes") and begun):
            now[track] = row["to"]
        if fact.type == "permitted":
            now["licence"] = table["licence"]
    return now["case"], now["licence"], late


def codes_of(*facts: CaseFact, table: LifeCycle) -> tuple[str, ...]:
    with pytest.raises(CaseError) as refused:
        fold(HEADER, facts, table=table)
    return tuple(reason.code for reason in refused.value.reasons)


@given(data=st.data())
def test_any_order_of_arrival_gives_the_same_case(
    data: st.DataObject, lifecycle: LifeCycle, lifecycle_file: Json
) -> None:
    story: Story = data.draw(stories(lifecycle))
    arrived = data.draw(st.permutations(story.facts))
    case = fold(HEADER, story.facts, table=lifecycle)
    assert fold(HEADER, arrived, table=lifecycle) == case
    expected = sorted(story.facts, key=cmp_to_key(before))
    assert list(ordered(arrived)) == expected
    found = (case.state, case.licence, list(case.out_of_time))
    assert found == walked(expected, lifecycle_file)
    assert case.receiving_seq + case.handling_seq == len(story.facts)


@given(data=st.data())
def test_later_facts_never_change_the_order_of_earlier_ones(
    data: st.DataObject, lifecycle: LifeCycle
) -> None:
    story: Story = data.draw(stories(lifecycle))
    whole = ordered(story.facts)
    for view in story.views:
        assert ordered(view) == tuple(fact for fact in whole if fact in view)


@given(data=st.data())
def test_only_crossing_facts_come_out_of_time(
    data: st.DataObject, lifecycle: LifeCycle
) -> None:
    story: Story = data.draw(stories(lifecycle))
    case = fold(HEADER, story.facts, table=lifecycle)
    order = {id(fact): at for at, fact in enumerate(ordered(story.facts))}
    counted = in_time(case, story.facts)
    for fact in story.facts:
        if fact not in counted:
            # Another that it had not seen was put before it.
            assert any(
                other.side != fact.side
                and other.seq > fact.seen
                and order[id(other)] < order[id(fact)]
                for other in story.facts
            )


@given(data=st.data())
def test_the_state_hash_tells_any_two_records_apart(
    data: st.DataObject, lifecycle: LifeCycle
) -> None:
    story: Story = data.draw(stories(lifecycle).filter(lambda story: bool(story.facts)))
    place = data.draw(st.integers(0, len(story.facts) - 1))
    fact = story.facts[place]
    changes = {"body": {**fact.body, "added": "x"}, "at": fact.at + timedelta(seconds=1)}
    records = [(), story.facts, *story.views]
    for name, value in changes.items():
        altered = fact.model_copy(update={name: value})
        records.append((*story.facts[:place], altered, *story.facts[place + 1 :]))
    found = {tuple(f.digest() for f in ordered(r)): r for r in records}
    hashes = {fold(HEADER, record, table=lifecycle).state_hash for record in found.values()}
    assert len(hashes) == len(found)


def test_the_state_hash_chains_header_and_facts(lifecycle: LifeCycle) -> None:
    facts = told(("receiving", "submitted", BEGIN), ("receiving", "received", BEGIN))
    link = digest(
        canonical_bytes([HEADER.number, HEADER.item, HEADER.receiving, HEADER.handling])
    )
    assert fold(HEADER, (), table=lifecycle).state_hash == link
    for fact in facts:
        link = digest(canonical_bytes([link, fact.digest()]))
    assert fold(HEADER, facts, table=lifecycle).state_hash == link
    other = Header(HEADER.number, HEADER.item, HEADER.receiving, HEADER.receiving)
    assert fold(other, facts, table=lifecycle).state_hash != link


@pytest.mark.parametrize(
    ("answer", "state"), [("refused", "refused"), ("not-required", "not-required")]
)
def test_of_two_facts_that_cross_the_handling_sides_comes_first(
    lifecycle: LifeCycle, answer: str, state: str
) -> None:
    facts = told(
        ("receiving", "submitted", BEGIN),
        ("receiving", "received", BEGIN),
        ("receiving", "handed-over", BEGIN),
        ("handling", "acknowledged", BEGIN),
    )
    later = BEGIN + timedelta(hours=1)
    crossing = (
        next_fact(facts, "receiving", "withdrawn", at=BEGIN),
        next_fact(facts, "handling", answer, at=later),
    )
    case = fold(HEADER, (*facts, *crossing), table=lifecycle)
    assert case.state == state
    assert case.out_of_time == ("receiving:4",)
    assert in_time(case, crossing) == crossing[1:]


def test_what_the_facts_mean(lifecycle: LifeCycle) -> None:
    steps = ["submitted", "received", "handed-over"], ["acknowledged", "accepted"]
    facts = told(
        *(("receiving", name, BEGIN) for name in steps[0]),
        *(("handling", name, BEGIN + timedelta(hours=15)) for name in steps[1]),
    )
    case = fold(HEADER, facts, table=lifecycle)
    assert case.received_at == BEGIN
    # 01:00 and 15 hours in UTC is midnight in Shanghai: the next day there.
    assert str(case.accepted_on) == "2026-02-12"
    assert case.ruling is None
    for ruling in ("permitted", "rejected"):
        ruled = told(("handling", ruling, BEGIN), before=facts)
        assert fold(HEADER, ruled, table=lifecycle).ruling == ruling


def test_gaps_repeats_and_facts_that_wait_are_refused(lifecycle: LifeCycle) -> None:
    one, two, three = told(*(("receiving", "submitted", BEGIN),) * 3)
    assert codes_of(one, three, table=lifecycle) == ("fact-sequence",)
    assert codes_of(one, one, two, table=lifecycle) == ("fact-sequence",)
    assert codes_of(two, table=lifecycle) == ("fact-sequence",)
    ahead = next_fact((one,), "handling", "acknowledged", at=BEGIN)
    assert codes_of(ahead, table=lifecycle) == ("fact-waits",)
    # Each has seen the other: one of them was made up.
    circle = (one.model_copy(update={"seen": 1}), ahead)
    assert codes_of(*circle, table=lifecycle) == ("fact-waits",)


def test_unknown_facts_and_those_of_another_case_are_refused(lifecycle: LifeCycle) -> None:
    (fact,) = told(("receiving", "blessed", BEGIN))
    assert codes_of(fact, table=lifecycle) == ("fact-unknown",)
    (fact,) = told(("receiving", "submitted", BEGIN))
    other = fact.model_copy(update={"case": "C-2026-000002"})
    assert codes_of(other, table=lifecycle) == ("fact-of-other-case",)


def test_a_case_has_a_limit_of_facts(lifecycle: LifeCycle) -> None:
    (fact,) = told(("receiving", "submitted", BEGIN))
    many = [fact.model_copy(update={"seq": seq}) for seq in range(1, FACTS_MAX + 2)]
    case = fold(HEADER, many[:-1], table=lifecycle)
    assert len(case.out_of_time) == FACTS_MAX - 1
    assert codes_of(*many, table=lifecycle) == ("fact-limit",)


def test_an_empty_case_stands_in_the_initial_state(lifecycle: LifeCycle) -> None:
    case = fold(HEADER, (), table=lifecycle)
    assert case == Case(
        number=HEADER.number,
        item=HEADER.item,
        receiving=HEADER.receiving,
        handling=HEADER.handling,
        state=lifecycle.initial,
        state_hash=case.state_hash,
    )
