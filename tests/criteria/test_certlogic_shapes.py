"""Rules of no country, in shapes that countries use: decided, and compared without a doubt."""

from pathlib import Path

import pytest

from interop.criteria.certlogic.cases import run_cases
from interop.criteria.certlogic.guards import READINGS_MAX
from interop.criteria.certlogic.matrix import Matrix
from interop.criteria.certlogic.rules import jurisdictions, read_rule
from interop.model.canonical import Json
from tests.criteria.rules_of_tests import CLOCK, publish, rule, var, within, write
from tests.criteria.test_certlogic_matrix import compared, relation, survives


def at(path: str, amount: int, unit: str) -> Json:
    return {"plusTime": [var(path), amount, unit]}


def chain(count: int) -> Json:
    """A choice for each vaccine, one within the other, each with a window of its own."""
    logic: Json = True
    for n in range(count):
        first, last = at("payload.v.0.dt", 14 + n, "day"), at("payload.v.0.dt", 6 + n, "month")
        chosen: Json = {
            "and": [
                {"in": [var("payload.v.0.mp"), [f"EU/1/20/{n}", f"EU/1/21/{n}"]]},
                {"===": [var("payload.v.0.dn"), n % 3 + 1]},
            ]
        }
        logic = {"if": [chosen, {"not-after": [first, CLOCK, last]}, logic]}
    return logic


ONE: Json = {
    "===": [
        {
            "reduce": [
                [var("payload.v"), var("payload.t"), var("payload.r")],
                {"+": [var("accumulator"), {"if": [var("current.0"), 1, 0]}]},
                0,
            ]
        },
        1,
    ]
}
# There is no `or`: one of a list is true.
EITHER: Json = {
    "in": [
        True,
        [
            {"and": [{"===": [var("payload.v.0.dn"), 1]}, within(14, "day")]},
            {">=": [var("payload.v.0.dn"), var("payload.v.0.sd")]},
            {"in": [var("payload.v.0.mp"), ["EU/1/20/1525"]]},
        ],
    ]
}
CHILD: Json = {
    "not-after": [
        {"dccDateOfBirth": [var("payload.dob")]},
        {"plusTime": [var("external.validationClock"), -12, "year"]},
    ]
}
SETS: Json = {"makers": ["1097", "x"]}
SHAPES: list[tuple[str, str, Json, dict[str, Json]]] = [
    *((name, "General", ONE, {}) for name in ("AA", "AB", "AC")),
    ("AA", "Vaccination", EITHER, {}),
    ("AB", "Vaccination", chain(12), {}),
    # Two versions of one rule, live together for a while, windows not on the hour.
    ("AC", "Vaccination", within(270, "day"), {"ValidTo": "2022-02-01T00:00:01+01:00"}),
    ("AC", "Vaccination", within(365, "day"), {"ValidFrom": "2021-10-12T23:59:58.5Z"}),
    ("AD", "Vaccination", {"if": [var("payload.v.1"), False, CHILD]}, {}),
    ("AE", "Vaccination", {"in": [var("payload.v.0.mp"), "EU/1/20/1528"]}, {}),
    ("AF", "Vaccination", {"<": [0, var("payload.v.0.dn"), 10]}, {}),
    ("AG", "Vaccination", {"===": [var("external.issuerCountryCode"), "AG"]}, {}),
    ("AA", "Test", {"!": [{"in": [var("payload.t.0.tt"), ["LP6464-4", "x"]]}]}, {}),
    (
        "AB",
        "Test",
        {"in": [var("payload.t.0.ma"), var("external.valueSets.makers")]},
        {},
    ),
    (
        "AC",
        "Test",
        {
            "if": [
                {"===": [var("payload.t.0.tt"), "LP217198-3"]},
                {"before": [CLOCK, at("payload.t.0.sc", 48, "hour")]},
                {"before": [CLOCK, at("payload.t.0.sc", 3, "day")]},
            ]
        },
        {},
    ),
    ("AD", "Test", {"before": [CLOCK, at("payload.t.0.sc", 72, "hour")]}, {}),
    (
        "AE",
        "Test",
        {
            "and": [
                {"===": [var("payload.t.0.tr"), "260415000"]},
                {"===": [var("payload.t.0.nm"), "x"]},
                {"before": [at("payload.t.0.dr", 0, "hour"), CLOCK]},
            ]
        },
        {},
    ),
    (
        "AA",
        "Recovery",
        {"not-after": [at("payload.r.0.df", 0, "day"), CLOCK, at("payload.r.0.du", 0, "day")]},
        {},
    ),
    ("AB", "Recovery", {"after": [at("payload.r.0.fr", 180, "day"), CLOCK]}, {}),
    (
        "AC",
        "Recovery",
        {
            "and": [
                {"after": [at("payload.r.0.fr", 180, "day"), CLOCK]},
                {"before": [at("payload.r.0.fr", 11, "day"), CLOCK]},
            ]
        },
        {},
    ),
    ("AD", "Recovery", {"not-before": [CLOCK, at("payload.r.0.fr", 181, "day")]}, {}),
    # Neither counts for acceptance, whatever it says.
    ("AE", "Recovery", {"or": [True, False]}, {"Type": "Invalidation"}),
    ("AF", "Recovery", {"in": [var("payload.r.0.tg"), var("payload.r")]}, {"Type": "Booster"}),
]


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Matrix]:
    folder = tmp_path_factory.mktemp("shapes")
    for country, kind, logic, more in SHAPES:
        publish(folder, country, logic, CertificateType=kind, **more)
    write(folder / "valuesets" / "sets.json", SETS)
    return folder, compared(folder)


def test_shapes_are_compared_without_a_doubt(shapes: tuple[Path, Matrix]) -> None:
    _, matrix = shapes
    found = matrix.as_json()
    assert matrix.problems == ()
    assert (found["checks"], found["undecided"], found["spurious"]) == (3 * 7 * 6, 0, 0)
    # A clock and a certificate are all there is: nothing else is stated outside the payload.
    assert relation(matrix, "AG", "AE") == "equal"
    assert relation(matrix, "AG", "AF") == "stricter"
    assert relation(matrix, "AC", "AD", "Test") == "stricter"
    assert relation(matrix, "AC", "AB", "Recovery") == "stricter"
    assert relation(matrix, "AB", "AD", "Recovery") == "disjoint"
    assert relation(matrix, "AE", "AF", "Recovery") == "equal"


def test_what_is_proved_of_shapes_survives_random_applicants(
    shapes: tuple[Path, Matrix],
    nightly: bool,  # noqa: FBT001 -- a fixture
) -> None:
    folder, matrix = shapes
    survives(folder, matrix, SETS, 10_000 if nightly else 300)


def test_a_rule_without_a_window_always_counts(tmp_path: Path) -> None:
    for name, gone in (("AA", ("ValidTo",)), ("AB", ("ValidFrom", "ValidTo")), ("AC", ())):
        held = {k: v for k, v in rule(CHILD, Country=name).items() if k not in gone}
        write(tmp_path / name / "one" / "rule.json", held)
    write(tmp_path / "AD" / "one" / "rule.json", rule(CHILD, ValidTo=None))
    assert {
        r.valid_to for name in ("AA", "AB", "AD") for r in jurisdictions(tmp_path)[name]
    } == {read_rule(tmp_path / "AA" / "one" / "rule.json").valid_to}
    found = compared(tmp_path).as_json()
    assert found["equal"] == found["checks"] == 3 * 4 * 3


def test_a_rule_that_cannot_be_compared_leaves_other_kinds_alone(tmp_path: Path) -> None:
    publish(tmp_path, "AA", {"or": [True, True]}, CertificateType="Test")
    publish(tmp_path, "AB", True)
    matrix = compared(tmp_path)
    assert [reason.code for reason in matrix.problems] == ["certlogic-operation"]
    assert relation(matrix, "AA", "AB", "Test") == "undecided"
    assert relation(matrix, "AA", "AB") == relation(matrix, "AA", "AB", "Recovery") == "equal"


def test_many_rules_together_may_read_more_than_one_may(tmp_path: Path) -> None:
    for country in range(3):
        fields = range(country * 60, country * 60 + 60)
        parts: list[Json] = [{"===": [var(f"payload.v.0.x{n}"), n + 1]} for n in fields]
        publish(tmp_path, f"A{country}", {"and": [*parts, True]})
    matrix = compared(tmp_path)
    assert READINGS_MAX < 3 * 60 * 3
    assert matrix.as_json()["undecided"] == 0
    assert relation(matrix, "A0", "A1") == "overlapping"


CASES: dict[str, tuple[Json, dict[str, Json], bool]] = {
    "dob of a year": (CHILD, {"dob": "2009"}, False),
    "dob of a month": (CHILD, {"dob": "2009-09"}, True),
    "dob of nothing": (CHILD, {"dob": ""}, False),
    "dob that is absent": (CHILD, {}, False),
    "in a text": ({"in": ["EU", "EU/1"]}, {}, False),
    "recovery": (
        {"before": [CLOCK, at("payload.r.0.du", 1, "day")]},
        {"r": [{"du": "2021-10-11"}]},
        True,
    ),
    "offset": (
        {"before": [at("payload.t.0.sc", 2, "hour"), CLOCK]},
        {"t": [{"sc": "2021-10-11T10:30:00+03:00"}]},
        True,
    ),
    "no list": ({"in": [var("payload.x"), var("external.valueSets.none")]}, {}, False),
}


@pytest.mark.parametrize("name", CASES)
def test_cases_of_other_shapes_come_out_as_the_specification_says(
    tmp_path: Path, name: str
) -> None:
    logic, payload, expected = CASES[name]
    place = tmp_path / "AA" / "one"
    write(place / "rule.json", rule(logic))
    external: Json = {"validationClock": "2021-10-11T12:00:00Z"}
    case: Json = {"payload": payload, "external": external, "expected": expected}
    write(place / "tests" / "case.json", case)
    assert run_cases(tmp_path).as_json()["failed"] == []


def test_a_mark_before_the_text_and_an_external_part_of_null_are_passed_over(
    tmp_path: Path,
) -> None:
    place = tmp_path / "AA" / "one"
    write(place / "rule.json", rule({"in": ["x", var("external.valueSets.s")]}))
    write(place / "tests" / "a.json", {"payload": {}, "external": None, "expected": True})
    for file in (place / "rule.json", place / "tests" / "a.json"):
        file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8-sig")
    write(tmp_path / "valuesets" / "s.json", {"s": ["x"]})
    # One country's folder has the value sets beside it.
    assert run_cases(tmp_path).failed == run_cases(tmp_path / "AA").failed == ()
