import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, target
from hypothesis import strategies as st

from interop.conformance.strategies import certlogic as drawn
from interop.criteria.certlogic.cases import run_cases
from interop.criteria.certlogic.concrete import NoValue, evaluate, holds
from interop.criteria.certlogic.data import DEPTH_MAX, FILE_BYTES_MAX, read_bytes, read_file
from interop.criteria.certlogic.imported import Imported, import_rule
from interop.criteria.certlogic.matrix import compare_folder
from interop.criteria.certlogic.moments import birth_of, moment_of, plus_months, written
from interop.criteria.certlogic.rules import Rule, read_rule
from interop.criteria.criterion import check_item
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from tests.criteria.rules_of_tests import (
    MISSING,
    PUBLISHED,
    judged,
    rule,
    var,
    write,
)

published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason=MISSING)


def rule_of(logic: Json) -> Rule:
    return Rule("VR-AA-1", "AA", "1.0", "Acceptance", "Vaccination", {}, 0, 10**12, logic)


def imported(logic: Json) -> Imported:
    return import_rule(rule_of(logic), {"set": ["x", 1]})


def sound(logic: Json) -> Imported | None:
    """The import; None if the expression is refused."""
    try:
        return imported(logic)
    except KnowledgeError:
        return None


# What is published.


@published
def test_every_published_case_comes_out_as_expected() -> None:
    outcome = run_cases(PUBLISHED)
    assert (outcome.rules, outcome.cases, outcome.failed) == (44, 324, ())
    one = run_cases(PUBLISHED / "AT").as_json()
    assert one == {"rules": 16, "cases": 101, "passed": 101, "failed": []}


@published
def test_every_published_assertion_with_a_truth_value_holds() -> None:
    outside, wrong = 0, []
    for file in sorted((PUBLISHED / "operators").glob("*.json")):
        suite = read_file(file)
        assert isinstance(suite, dict)
        cases = suite["cases"]
        assert isinstance(cases, list)
        for case in cases:
            assert isinstance(case, dict)
            assert isinstance(case["assertions"], list)
            for said in case["assertions"]:
                assert isinstance(said, dict)
                logic = said.get("certLogicExpression", case.get("certLogicExpression"))
                assert evaluate(logic, said["data"]) == said["expected"]
                if not isinstance(said["expected"], bool):
                    outside += 1
                elif judged(logic, said["data"]) is not said["expected"]:
                    wrong.append(said)
    assert (outside, wrong) == (25, [])


# An import says what the expression says, and never that it does not know.


@given(logic=drawn.expressions(), data=drawn.data())
def test_an_imported_expression_decides_as_the_expression_does(logic: Json, data: Json) -> None:
    found = sound(logic)
    assume(found is not None)
    expected = holds(logic, data)
    target(float(expected))
    assert judged(logic, data) is expected


@given(logic=drawn.expressions(), data=drawn.data())
def test_an_import_is_an_item_that_decides_alike(logic: Json, data: Json) -> None:
    found = sound(logic)
    assume(found is not None)
    assert found is not None
    assert found.holds(data) is holds(logic, data)
    assert check_item(found.criterion.item) == ()


@pytest.mark.parametrize("depth", [1, 20, 60])
def test_long_chains_of_choices_are_read(depth: int) -> None:
    logic: Json = False
    for number in range(depth):
        logic = {"if": [{"===": [var("a"), number]}, True, logic]}
    assert judged(logic, {"a": depth - 1}) is True
    assert judged(logic, {"a": depth}) is False


def test_a_condition_that_doubles_with_every_level_is_refused_at_once() -> None:
    logic: Json = {"===": [var("a"), var("b")]}
    for _ in range(50):
        logic = {"===": [logic, {"===": [var("a"), 1]}]}
    with pytest.raises(KnowledgeError) as refused:
        imported(logic)
    assert refused.value.code == "certlogic-limit"


@pytest.mark.parametrize(
    ("logic", "data", "expected"),
    [
        ({"<": [var("a"), 60]}, {}, False),
        ({"!": [{"<": [var("a"), 60]}]}, {}, False),
        ({"and": [var("a"), {"<": [var("a"), "x"]}]}, {"a": ""}, False),
        ({"!": [{"and": [var("a"), {"<": [var("a"), "x"]}]}]}, {"a": ""}, True),
        ({"if": [var("a"), True, False]}, {"a": 1.5}, True),
        ({"===": [var("a"), True]}, {"a": 1}, False),
        ({"===": [var("a"), 1]}, {"a": True}, False),
        ({"===": [var("a"), var("b")]}, {}, True),
        ({"===": [var("a"), var("b")]}, {"a": [], "b": []}, False),
        ({"in": [var("a"), var("b")]}, {}, None),
        ({"in": ["x", var("b")]}, {"b": [1, "x"]}, True),
        ({"in": [1, var("b")]}, {"b": [True]}, False),
        ({"in": [var("a"), [1, 2]]}, {"a": True}, False),
        ({"reduce": [var("b"), {"and": [True, var("current")]}, True]}, {"b": [0, True]}, True),
        ({"reduce": [var("b"), True, False]}, {"b": [0] * 9}, False),
        ({"===": [{"extractFromUVCI": [var("a"), 1]}, "y"]}, {"a": "URN:UVCI:x/y#2"}, True),
        ({"!": [{"extractFromUVCI": [var("a"), -1]}]}, {"a": "x"}, True),
        ({"!": [{"extractFromUVCI": [var("a"), 0]}]}, {"a": 1}, False),
    ],
)
def test_values_that_are_not_there_or_of_another_type(
    logic: Json,
    data: Json,
    expected: bool | None,  # noqa: FBT001 -- a parameter of the table
) -> None:
    if expected is None:
        with pytest.raises(KnowledgeError) as refused:
            judged(logic, data)
        assert refused.value.code == "certlogic-outside"
    else:
        assert judged(logic, data) is expected


def test_value_sets_are_constants_of_the_condition() -> None:
    found = imported({"in": [var("a"), var("external.valueSets.set")]})
    assert [found.holds({"a": value}) for value in ("x", 1, "y", None, True)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    missing = imported({"in": [var("a"), var("external.valueSets.other")]})
    assert missing.holds({"a": "x"}) is False


# Dates.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-06-23", "2021-06-23T00:00:00Z"),
        ("2021", "2021-12-31T00:00:00Z"),
        ("2024-02", "2024-02-29T00:00:00Z"),
        ("2021-06-23T01:02:03", "2021-06-23T01:02:03Z"),
        ("2021-06-23T01:02:03+2", "2021-06-22T23:02:03Z"),
        ("2021-06-23T01:02:03-0230", "2021-06-23T03:32:03Z"),
        ("2021-06-23T01:02:03+02:30", "2021-06-22T22:32:03Z"),
        ("2021-06-23T01:02:03.12345Z", "2021-06-23T01:02:03.123Z"),
        ("2021-06-23T24:00:00Z", "2021-06-24T00:00:00Z"),
        ("2021-02-29", None),
        ("2021-13", None),
        ("0000", None),
        ("2021-06-23T24:00:01Z", None),
        ("2021-06-23T01:60:00Z", None),
        ("2021-06-23 01:00:00Z", None),
        ("２０２１-06-23", None),
        ("", None),
    ],
)
def test_dates_and_date_times_are_read_as_the_specification_says(
    text: str, expected: str | None
) -> None:
    moment = moment_of(text)
    assert (None if moment is None else written(moment)) == expected


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- hypothesis wants naive bounds
def test_a_moment_is_what_the_standard_library_reads(moment: datetime) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert moment_of(moment.isoformat()) == (moment - epoch) // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "months", "expected"),
    [
        ("2020-02-29", 1, "2020-03-29T00:00:00Z"),
        ("2020-02-29", 12, "2021-03-01T00:00:00Z"),
        ("2021-01-31", 1, "2021-03-03T00:00:00Z"),
        ("2021-03-31", -1, "2021-03-03T00:00:00Z"),
        ("9999-12-31", 1, None),
        ("0001-01-01", -1, None),
    ],
)
def test_months_flow_over(text: str, months: int, expected: str | None) -> None:
    moment = birth_of(text)
    assert moment is not None
    later = plus_months(moment, months)
    assert (None if later is None else written(later)) == expected


# Hostile files.


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "certlogic-json"),
        (b"\xff", "certlogic-json"),
        (b'{"a":1,"a":2}', "certlogic-json"),
        (b"[NaN]", "certlogic-json"),
        (b"[1e400]", "certlogic-json"),
        (b"[" + b"9" * 5000 + b"]", "certlogic-json"),
        (b'["\\ud800"]', "certlogic-json"),
        (b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1), "certlogic-limit"),
        (b"[" * 100_000, "certlogic-limit"),
        (b" " * (FILE_BYTES_MAX + 1), "certlogic-limit"),
    ],
)
def test_hostile_json_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        read_bytes(content, "x")
    assert refused.value.code == code


def test_whole_floats_are_integers() -> None:
    assert read_bytes(b"[1.0, 1.5, -2e1]", "x") == [1, 1.5, -20]


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        (None, "certlogic-form"),
        ({"or": [True, True]}, "certlogic-operation"),
        ({"if": [True, True]}, "certlogic-form"),
        ({"if": True}, "certlogic-form"),
        ({"!": [True], "and": [True, True]}, "certlogic-form"),
        ({"var": 1}, "certlogic-form"),
        ({"var": "a" * 201}, "certlogic-form"),
        ({"plusTime": ["2021", 1, "week"]}, "certlogic-form"),
        ({"plusTime": ["2021", "1", "day"]}, "certlogic-form"),
        ({"plusTime": ["2021", 10**7, "day"]}, "certlogic-limit"),
        ({"extractFromUVCI": ["x", "1"]}, "certlogic-form"),
        ({"===": [var("a"), "x" * 257]}, "certlogic-limit"),
        ({"in": [var("a"), [f"x{i}" for i in range(51_000)]]}, "certlogic-limit"),
        ({"reduce": [[1], var(""), 0]}, "certlogic-form"),
        (
            {
                "reduce": [
                    [var(f"a{i}") for i in range(120)],
                    {"+": [var("accumulator"), {"if": [var("current"), 1, 0]}]},
                    0,
                ]
            },
            "certlogic-limit",
        ),
    ],
)
def test_what_is_no_certlogic_is_refused_with_its_place(logic: Json, code: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        imported({"if": [var("a"), logic, False]})
    assert refused.value.code == code


def test_a_bad_rule_or_case_fails_by_name_and_spares_the_others(tmp_path: Path) -> None:
    case: Json = {"payload": {"a": 1}, "external": {}, "expected": True}
    good = tmp_path / "AA" / "one"
    write(good / "rule.json", rule({"===": [var("payload.a"), 1]}))
    write(good / "tests" / "right.json", case)
    write(
        good / "tests" / "wrong.json",
        {**case, "payload": {}} if isinstance(case, dict) else None,
    )
    write(good / "tests" / "none.json", {"payload": {}})
    write(good / "tests" / "outside.json", {"payload": {}, "expected": True, "external": 1})
    (good / "tests" / "broken.json").write_text("{", encoding="utf-8")
    write(tmp_path / "AA" / "two" / "rule.json", rule({"or": []}))
    write(tmp_path / "AA" / "two" / "tests" / "any.json", case)
    write(tmp_path / "AA" / "three" / "rule.json", [])
    outcome = run_cases(tmp_path)
    found = outcome.as_json()
    assert (found["rules"], found["cases"], found["passed"]) == (3, 6, 1)
    told = {failure.file.split("/", 1)[1]: failure.got for failure in outcome.failed}
    assert told == {
        "one/tests/broken.json": "certlogic-json",
        "one/tests/none.json": "certlogic-form",
        "one/tests/outside.json": "certlogic-form",
        "one/tests/wrong.json": "false",
        "three/rule.json": "certlogic-form",
        "two/tests/any.json": "certlogic-operation",
    }
    assert json.dumps(found)


def test_value_sets_come_from_the_case_or_from_beside_the_rules(tmp_path: Path) -> None:
    place = tmp_path / "AA" / "one"
    write(place / "rule.json", rule({"in": [var("payload.a"), var("external.valueSets.s")]}))
    case: dict[str, Json] = {"payload": {"a": "x"}, "expected": True}
    write(place / "tests" / "own.json", {**case, "external": {"valueSets": {"s": ["x"]}}})
    write(place / "tests" / "shelf.json", {**case, "external": {}})
    assert [f.file for f in run_cases(tmp_path).failed] == ["AA/one/tests/shelf.json"]
    write(tmp_path / "valuesets" / "s.json", {"valueSetId": "s", "valueSetValues": {"x": {}}})
    assert run_cases(tmp_path).failed == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"ValidFrom": "soon"}, "ValidFrom"),
        ({"Version": ""}, "Version"),
        ({"CertificateType": 1}, "CertificateType"),
    ],
)
def test_a_rule_without_what_it_needs_is_refused(
    tmp_path: Path, change: dict[str, Json], place: str
) -> None:
    write(tmp_path / "rule.json", rule(True, **change))
    with pytest.raises(KnowledgeError) as refused:
        read_rule(tmp_path / "rule.json")
    assert refused.value.reason.field.endswith(f"rule.json:{place}")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    for run in (run_cases, compare_folder):
        with pytest.raises(KnowledgeError) as refused:
            run(tmp_path / "nothing")
        assert refused.value.code == "certlogic-folder"


def test_an_ill_typed_order_has_no_value() -> None:
    for one, other in pairwise([1, "1", None, True]):
        with pytest.raises(NoValue):
            evaluate({"<": [var("a"), var("b")]}, {"a": one, "b": other})
