"""Facts and materials that cannot be are refused, all of them, without repeating them."""

from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest

from interop.conformance.strategies.criteria import (
    FACTS,
    item_with,
)
from interop.criteria import compile_item, decide
from interop.criteria.facts import read_facts
from interop.criteria.vocabulary import check_facts, vocabulary_of
from interop.errors import CaseError
from interop.model.case import FactValue
from interop.model.item import (
    ClauseKind,
    FactDefinition,
    FactType,
    Material,
)
from tests.criteria.example import clause, judged


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"nothing": 1}, [("declared-fact-unknown", "nothing")]),
        ({"区": 1}, [("declared-fact-unknown", "\\u533a")]),
        ({"flag.one": 1}, [("declared-fact-type", "flag.one")]),
        ({"flag.one": "true"}, [("declared-fact-type", "flag.one")]),
        ({"whole.one": True}, [("declared-fact-type", "whole.one")]),
        ({"whole.one": "1"}, [("declared-fact-type", "whole.one")]),
        ({"whole.one": 4}, [("declared-fact-range", "whole.one")]),
        ({"whole.one": 10**5000}, [("declared-fact-range", "whole.one")]),
        ({"flag.one": 10**5000}, [("declared-fact-type", "flag.one")]),
        ({"area.one": True}, [("declared-fact-type", "area.one")]),
        ({"area.one": "1e3"}, [("declared-fact-type", "area.one")]),
        ({"area.one": "NaN"}, [("declared-fact-type", "area.one")]),
        ({"area.one": "１"}, [("declared-fact-type", "area.one")]),
        ({"area.one": "4.1"}, [("declared-fact-range", "area.one")]),
        ({"area.one": -1}, [("declared-fact-range", "area.one")]),
        ({"area.one": "0.1234567"}, [("declared-fact-range", "area.one")]),
        ({"area.one": "1" * 16}, [("declared-fact-range", "area.one")]),
        ({"area.one": ["1"]}, [("declared-fact-type", "area.one")]),
        ({"day.one": "2026-02-30"}, [("declared-fact-range", "day.one")]),
        ({"day.one": "20260101"}, [("declared-fact-range", "day.one")]),
        ({"day.one": "3000-01-01"}, [("declared-fact-range", "day.one")]),
        ({"day.one": 20260101}, [("declared-fact-type", "day.one")]),
        ({"colour.one": "pink"}, [("declared-fact-value", "colour.one")]),
        ({"colour.one": ["red"]}, [("declared-fact-type", "colour.one")]),
        ({"pieces.one": ["frame", "pink"]}, [("declared-fact-value", "pieces.one")]),
        ({"pieces.one": "frame"}, [("declared-fact-type", "pieces.one")]),
        ({"pieces.one": [1]}, [("declared-fact-type", "pieces.one")]),
        ({"note.one": "x" * 2001}, [("declared-fact-type", "note.one")]),
        ({"agent.present": True}, [("declared-fact-conflict", "agent.present")]),
        (
            {"colour.one": "pink", "whole.one": 9, "x": 1},
            [
                ("declared-fact-value", "colour.one"),
                ("declared-fact-range", "whole.one"),
                ("declared-fact-unknown", "x"),
            ],
        ),
        ({f"x{n}": 1 for n in range(501)}, [("declared-fact-range", "facts")]),
    ],
)
def test_facts_that_cannot_be_are_refused_all_at_once(
    facts: dict[str, FactValue], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(CaseError) as caught:
        judged(item_with(), facts)
    assert [(r.code, r.field) for r in caught.value.reasons] == expected


@pytest.mark.parametrize("name", ["colour.one", "note.one", "secret.one", "pieces.one"])
def test_a_refused_value_is_not_repeated_if_it_may_be_private(name: str) -> None:
    stated: FactValue = ["李四的电话"] if name.startswith("pieces") else "李四的电话" * 600
    with pytest.raises(CaseError) as caught:
        judged(item_with(), {name: stated})
    assert "李四" not in str(caught.value) + caught.value.reason.zh


def test_a_private_number_out_of_range_is_not_repeated() -> None:
    secret = FACTS[2].model_copy(update={"sensitive": True})
    item = item_with().model_copy(update={"facts": (secret,)})
    with pytest.raises(CaseError) as caught:
        judged(item, {"whole.one": 77})
    assert "77" not in caught.value.reason.zh


def test_what_was_stated_is_told_where_that_is_safe() -> None:
    with pytest.raises(CaseError) as caught:
        judged(item_with(), {"colour.one": "pink", "whole.one": 9})
    assert [r.got for r in caught.value.reasons] == ["`pink`", "9"]
    with pytest.raises(CaseError) as caught:
        judged(item_with(), {"flag.one": None, "day.one": Decimal(1)})  # type: ignore[dict-item]  # hostile
    assert [r.got for r in caught.value.reasons] == ["NoneType", "Decimal"]


def test_unknown_materials_and_impossible_days_are_refused() -> None:
    criterion = compile_item(item_with((), (Material(code="form", zh="表", en="form"),)))
    with pytest.raises(CaseError) as caught:
        decide(
            criterion,
            {"x": 1},
            materials=["y", "y"],
            spared=["z"],
            has_agent=False,
            on=date.max,
        )
    codes = [reason.code for reason in caught.value.reasons]
    assert codes == [
        "declared-fact-unknown",
        "material-unknown",
        "material-unknown",
        "decision-day",
    ]
    with pytest.raises(CaseError) as caught:
        decide(criterion, {}, materials=(), has_agent=False, on=datetime(2026, 1, 1))  # noqa: DTZ001 -- what is refused
    assert caught.value.code == "decision-day"


def test_an_agent_may_be_declared_if_it_is_so() -> None:
    item = item_with((clause("agent.present", ClauseKind.FORMAL),))
    assert judged(item, {"agent.present": True}, has_agent=True).outcomes == ()


def test_a_local_name_counts_as_the_name() -> None:
    known = vocabulary_of([named("area.one", "面积", "mianji"), named("area.two")])
    read = partial(read_facts, known, has_agent=False)
    assert read({"面积": "2.5"}) == read({"area.one": "2.5"}) == read({"mianji": "2.5"})
    both: tuple[dict[str, FactValue], ...] = (
        {"面积": "2", "area.one": "2"},
        {"面积": "2", "mianji": "2"},
    )
    for twice in both:
        with pytest.raises(CaseError) as refused:
            read(twice)
        (reason,) = refused.value.reasons
        assert (reason.code, reason.field) == ("declared-fact-twice", "area.one")


def test_a_local_name_means_one_fact() -> None:
    for rows in (
        (named("area.one", "area.two"), named("area.two")),
        (named("area.one", "面积"), named("area.two", "面积")),
        (named("area.one", "面积", "面积"),),
        (named("area.one", "agent.present"),),
    ):
        assert [reason.code for reason in check_facts(rows)] == ["item-duplicate"]
    (reason,) = check_facts([named("area.one", " ")])
    assert reason.code == "item-fact-definition"


def named(name: str, *aliases: str) -> FactDefinition:
    return FactDefinition(id=name, type=FactType.DECIMAL, zh="面积", en="area", aliases=aliases)
