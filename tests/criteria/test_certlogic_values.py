import pytest

from interop.criteria.certlogic.concrete import NoValue, evaluate, holds
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from tests.criteria.rules_of_tests import judged, var


@pytest.mark.parametrize(
    "logic",
    [
        None,
        {"a": 1, "b": 2},
        {"or": [True, True]},
        {"!": True},
        {"!": []},
        {"var": 1},
        {"if": [True, True]},
        {"if": [{"plusTime": ["2021", 0, "day"]}, True, True]},
        {"and": [True]},
        {"===": [1]},
        {"in": [1, 1]},
        {"+": [1, "1"]},
        {"<": [1]},
        {"<": [1, True]},
        {"before": [1, 2]},
        {"plusTime": ["2021", 1]},
        {"plusTime": [1, 1, "day"]},
        {"plusTime": ["2021", 1, "week"]},
        {"plusTime": ["2021", 100_001, "hour"]},
        {"plusTime": ["9999", 1, "year"]},
        {"dccDateOfBirth": [1]},
        {"dccDateOfBirth": ["2021-13"]},
        {"extractFromUVCI": ["x"]},
        {"extractFromUVCI": [1, 1]},
        {"reduce": [[1], 1]},
        {"reduce": [1, 1, 1]},
    ],
)
def test_what_goes_wrong_on_the_way_has_no_value(logic: Json) -> None:
    with pytest.raises(NoValue):
        evaluate(logic, {})
    assert holds(logic, {}) is False


MOMENT: Json = {"plusTime": ["2021", 0, "day"]}
NO_MOMENT: Json = {"plusTime": ["x", 0, "day"]}
ROW: Json = [2, {"var": "t"}]
SECOND: Json = {"var": "current.1"}


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        ({"reduce": [None, 1, True]}, None),
        ({"reduce": [var("u"), 1, True]}, True),
        (
            {"reduce": [var("c"), {"if": [var("current.x"), True, var("accumulator")]}, False]},
            True,
        ),
        ({"reduce": [[ROW], SECOND, False]}, True),
        ({"reduce": [[[1, var("t")]], {"===": [var("current.7"), var("u")]}, False]}, True),
        ({"reduce": [[MOMENT], {"before": [var("current"), MOMENT]}, True]}, False),
        ({"reduce": [[MOMENT], {"!": [var("current.x")]}, True]}, True),
        ({"reduce": [[var("t")], {"!": [var("other")]}, False]}, True),
        ({"reduce": [[[var("t")]], {"if": [var("current"), True, False]}, False]}, True),
        ({"in": [2, [var("n"), 1]]}, True),
        ({"in": [var("n"), [[1], [2]]]}, False),
        ({"in": [{"+": [var("n"), 1]}, [3]]}, True),
        ({"in": [{"+": [var("n"), 1]}, {"reduce": [[1], [3], 0]}]}, True),
        ({"===": [{"+": [var("n"), 1]}, {"+": [1, var("n")]}]}, True),
        ({"===": [{"+": [var("n"), 1]}, MOMENT]}, False),
        ({"===": [{"+": [var("n"), 1]}, "x"]}, False),
        ({"===": [{"+": [1, 2]}, 3]}, True),
        ({"if": [{"+": [var("n"), -2]}, False, True]}, True),
        ({"if": [[var("n")], True, False]}, True),
        ({"===": [{"extractFromUCI": ["URN:UVCI:x/y", 1]}, "y"]}, True),
        ({"!": [{"extractFromUVCI": [var("u"), 1]}]}, True),
        ({"!": [{"extractFromUVCI": [var("text"), 9]}]}, True),
        (
            {"not-before": [{"dccDateOfBirth": ["2021"]}, {"dccDateOfBirth": [var("born")]}]},
            True,
        ),
        ({"after": [{"plusTime": [var("born"), 13, "month"]}, MOMENT]}, False),
        ({"before": [NO_MOMENT, MOMENT]}, False),
        ({"before": [{"plusTime": [MOMENT, 0, "day"]}, MOMENT]}, False),
        ({"in": ["x", MOMENT]}, False),
        (var("t"), True),
    ],
)
def test_every_kind_of_value_goes_through_every_operation(
    logic: Json,
    expected: bool | None,  # noqa: FBT001 -- a parameter of the table
) -> None:
    row: Json = [{"x": 1}, {}]
    data: Json = {"t": True, "n": 2, "c": row, "text": "x/y", "born": "2019-07"}
    if expected is None:
        with pytest.raises(KnowledgeError):
            judged(logic, data)
        return
    assert holds(logic, data) is expected
    assert judged(logic, data) is expected
