import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing import Pipe
from pathlib import Path
from threading import Thread

import pytest

from interop.criteria.certlogic import applicants
from interop.criteria.certlogic.concrete import evaluate, holds
from interop.criteria.certlogic.data import read_file
from interop.criteria.certlogic.matrix import (
    JURISDICTIONS_MAX,
    Matrix,
    _asked,
    compare_folder,
    related,
)
from interop.criteria.certlogic.moments import moment_of
from interop.criteria.certlogic.proof import Comparison, Job, job_of, serve
from interop.criteria.certlogic.readings import Place
from interop.criteria.certlogic.rules import read_rule
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from tests.criteria.rules_of_tests import CLOCK, MISSING, PUBLISHED, publish, var, within

published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason=MISSING)


@published
def test_the_published_rule_sets_are_compared_without_a_doubt() -> None:
    found = compared(PUBLISHED).as_json()
    assert (found["checks"], found["undecided"], found["spurious"]) == (18, 0, 0)


def compared(folder: Path) -> Matrix:
    pytest.importorskip("z3", reason="the extra `prove` is not installed")
    return compare_folder(folder)


def relation(matrix: Matrix, one: str, other: str, kind: str = "Vaccination") -> str:
    (found,) = [p for p in matrix.pairs if (p.kind, p.one, p.other) == (kind, one, other)]
    return found.relation


def test_rule_sets_of_other_shapes_are_compared_without_a_doubt(tmp_path: Path) -> None:
    adult: Json = {
        "not-after": [
            {"dccDateOfBirth": [var("payload.dob")]},
            {"plusTime": [var("external.validationClock"), -18, "year"]},
        ]
    }
    some: Json = {"reduce": [var("payload.v"), {"if": [var("current.mp"), True, False]}, False]}
    logics: dict[str, Json] = {
        "AA": within(12, "month"),
        "AB": within(1, "year"),
        "AC": within(365, "day"),
        "AD": {"!": [within(6, "month")]},
        "AE": adult,
        "AF": {"===": [{"extractFromUVCI": [var("payload.v.0.ci"), 1]}, "AA"]},
        "AG": {"===": [var("payload.v.0.ci"), "URN:UVCI:01/AA/x#1"]},
        "AH": some,
        "AI": {"===": [var("payload.v.0.dt"), "2021-05-05"]},
        "AJ": within(6, "month"),
        "AK": {"before": [CLOCK, {"plusTime": [var("payload.v.0.extra"), 1, "hour"]}]},
    }
    for country, logic in logics.items():
        publish(tmp_path, country, logic)
    (tmp_path / "notes").mkdir()
    matrix = compared(tmp_path)
    found = matrix.as_json()
    assert (found["checks"], found["undecided"], found["spurious"]) == (3 * 11 * 10, 0, 0)
    assert relation(matrix, "AA", "AB") == "equal"
    assert relation(matrix, "AC", "AA") == "stricter"
    assert relation(matrix, "AA", "AC") == "looser"
    assert relation(matrix, "AD", "AJ") == "disjoint"
    assert relation(matrix, "AA", "AD") == "overlapping"
    assert relation(matrix, "AG", "AF") == "stricter"
    assert relation(matrix, "AH", "AE") == "looser"
    assert relation(matrix, "AA", "AC", "Test") == "equal"
    separating = [
        p for p in matrix.pairs if p.relation in {"looser", "overlapping", "disjoint"}
    ]
    assert (
        found["witnesses"]
        == len(separating)
        == sum(p.witness is not None for p in matrix.pairs)
    )


SHAPES: dict[str, Json] = {
    "born": {"after": [{"dccDateOfBirth": [var("payload.dob")]}, CLOCK]},
    "month": within(7, "month"),
    "day": within(213, "day"),
    "hour": {"not-before": [CLOCK, {"plusTime": [var("payload.v.0.dt"), 48, "hour"]}]},
    "fragment": {"===": [{"extractFromUVCI": [var("payload.v.0.ci"), 1]}, "AA"]},
    "blank": {"!": [{"extractFromUVCI": [var("payload.v.0.ci"), 2]}]},
    "split": {"===": [{"extractFromUVCI": [var("payload.v.0.ci"), 0]}, "a/b"]},
    "nowhere": {"!": [{"extractFromUVCI": [var("payload.t.0.ci"), 0]}]},
    "whole": {"===": [var("payload.v.0.ci"), "URN:UVCI:01/AA/x#1"]},
    "doses": {">=": [{"+": [var("payload.v.0.dn"), 1]}, var("payload.v.0.sd")]},
    "same text": {"===": [var("payload.v.0.mp"), var("payload.v.0.ma")]},
    "same day": {"===": [var("payload.v.0.dt"), var("payload.dob")]},
    "no text": {"===": [var("payload.v.0.dt"), var("payload.v.0.mp")]},
    "a day": {"===": [var("payload.v.0.dt"), "2021-05-05"]},
    "no day": {"===": [var("payload.v.0.dt"), "2021-5-5"]},
    "named": {"in": [var("payload.nam.fnt"), ["X", "Y"]]},
    "extra": {"===": [var("payload.v.0.extra"), 3]},
    "counted": {"reduce": [var("payload.v"), {"if": [var("current.mp"), True, False]}, False]},
    "held": {"in": ["x", var("payload.v")]},
    "version": {"===": [var("payload.ver"), "1.3.0"]},
}


def test_every_applicant_of_the_solver_is_one_for_the_evaluator() -> None:
    pytest.importorskip("z3", reason="the extra `prove` is not installed")
    rules = tuple(((logic, 0, 10**14),) for logic in SHAPES.values())
    job = job_of(Job("Vaccination", rules, {}).as_bytes())
    logics = list(SHAPES.values())
    seen = set()
    for i, j, ((one, first), (other, second), (both, third)) in Comparison(job).answers():
        seen |= {one, other, both}
        assert one != "found" or (holds(logics[i], first) and not holds(logics[j], first))
        assert other != "found" or (holds(logics[j], second) and not holds(logics[i], second))
        assert both != "found" or (holds(logics[i], third) and holds(logics[j], third))
    assert seen == {"found", "none"}


def test_what_the_domain_does_not_tell_is_undecided() -> None:
    pytest.importorskip("z3", reason="the extra `prove` is not installed")
    cut: Json = {"extractFromUVCI": [var("payload.v.0.ci"), 0]}
    dated: Json = {"before": [CLOCK, {"plusTime": [cut, 0, "day"]}]}
    job = Job("Vaccination", (((dated, 0, 10**14),), ((True, 0, 10**14),)), {})
    here, there = Pipe()
    thread = Thread(target=serve, args=(there,))
    thread.start()
    here.send_bytes(job.as_bytes())
    assert json.loads(here.recv_bytes()) == [0, 1, [["undecided", None]] * 3]
    here.close()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_process_that_falls_silent_spares_the_jobs_after_it() -> None:
    pytest.importorskip("z3", reason="the extra `prove` is not installed")
    sets = (((True, 0, 10**14),), ((False, 0, 10**14),))
    # No rule that is compared looks so; the process stops at it.
    unknown: Json = {"or": []}
    broken = Job("Vaccination", (*sets, ((unknown, 0, 1),)), {})
    (none, some) = _asked([broken, Job("Test", sets, {})])
    assert none == []
    ((one, other, verdicts),) = some
    assert (one, other) == (0, 1)
    assert [verdict for verdict, _ in verdicts] == ["found", "none", "none"]


def test_a_rule_counts_from_its_first_moment_until_its_last(tmp_path: Path) -> None:
    publish(tmp_path, "AA", False, ValidFrom="2022-01-01T00:00:01Z")
    publish(tmp_path, "AB", False, ValidFrom="2022-01-01T00:00:00Z")
    publish(tmp_path, "AC", False, ValidTo="2023-12-31T23:59:59Z")
    publish(tmp_path, "AD", False, Type="Invalidation")
    matrix = compared(tmp_path)
    assert relation(matrix, "AB", "AA") == "stricter"
    assert relation(matrix, "AC", "AD") == "stricter"
    (witness,) = [
        p.witness for p in matrix.pairs if (p.kind, p.one, p.other) == ("Test", "AA", "AB")
    ] or [None]
    assert witness is None
    (witness,) = [
        p.witness
        for p in matrix.pairs
        if (p.kind, p.one, p.other) == ("Vaccination", "AA", "AB")
    ]
    assert isinstance(witness, dict)
    assert isinstance(witness["external"], dict)
    assert witness["external"]["validationClock"] == "2022-01-01T00:00:00Z"


def test_what_cannot_become_a_condition_is_undecided_and_said(tmp_path: Path) -> None:
    publish(tmp_path, "AA", {"in": [var("payload.v.0.mp"), var("payload.v")]})
    publish(tmp_path, "AB", True)
    publish(
        tmp_path,
        "AC",
        {
            "before": [
                CLOCK,
                {"plusTime": [{"extractFromUVCI": [var("payload.v.0.ci"), 0]}, 0, "day"]},
            ]
        },
    )
    matrix = compared(tmp_path)
    assert [reason.code for reason in matrix.problems] == ["certlogic-outside"]
    assert relation(matrix, "AA", "AB") == "undecided"
    assert relation(matrix, "AC", "AB") == "undecided"
    assert matrix.as_json()["spurious"] == 0


def test_relations_are_named_in_their_order() -> None:
    assert related("none", "none", "none") == "equal"
    assert related("none", "found", "none") == "stricter"
    assert related("found", "none", "found") == "looser"
    assert related("found", "found", "none") == "disjoint"
    assert related("found", "found", "found") == "overlapping"
    assert related("found", "found", "undecided") == "undecided"
    assert related("undecided", "none", "found") == "undecided"


@published
def test_what_was_proved_survives_random_applicants(nightly: bool) -> None:  # noqa: FBT001 -- a fixture
    sets = read_file(PUBLISHED / "valuesets" / "valueSets.json")
    survives(PUBLISHED, compared(PUBLISHED), sets, 10_000 if nightly else 300)


def survives(folder: Path, matrix: Matrix, sets: Json, count: int) -> None:
    """Hold every proved relation against applicants drawn at random."""
    proved = [p for p in matrix.pairs if p.relation in {"stricter", "equal", "disjoint"}]
    assert proved
    draw = random.Random(7)  # noqa: S311 -- a test's dice
    for kind in applicants.KEYS:
        everyone = [anyone(kind, draw, sets) for _ in range(count)]
        own = [pair for pair in proved if pair.kind == kind]
        names = {name for pair in own for name in (pair.one, pair.other)}
        held = {n: [*map(accepts(folder / n, kind), everyone)] for n in sorted(names)}
        for pair in own:
            for one, other in set(zip(held[pair.one], held[pair.other], strict=True)):
                assert not one or other is (pair.relation != "disjoint"), pair


def anyone(kind: str, draw: random.Random, sets: Json) -> Json:
    """A payload near the borders of the published rules."""
    domain = applicants.domain_of(kind, ())
    clock = draw.choice([datetime(2021, 10, 11), datetime(2022, 2, 26)]) + timedelta(  # noqa: DTZ001 -- written with Z
        hours=draw.randint(-72, 72)
    )
    texts = ["840539006", "LP6464-4", "LP217198-3", "260415000", "EU/1/20/1528", "1097", "x"]
    values: dict[Place, Json] = {applicants.CLOCK: f"{clock.isoformat()}Z"}
    for place in domain.places():
        match domain.shape(place):
            case "integer":
                values[place] = draw.randint(1, 3)
            case "day":
                values[place] = (
                    (clock - timedelta(days=draw.randint(0, 300))).date().isoformat()
                )
            case "time" if place != applicants.CLOCK:
                values[place] = f"{(clock - timedelta(hours=draw.randint(0, 80))).isoformat()}Z"
            case "text":
                values[place] = draw.choice(texts)
            case _:
                pass
    return domain.payload(values, sets)


def accepts(folder: Path, kind: str) -> Callable[[Json], bool]:
    rules = [read_rule(file) for file in folder.glob("*/rule.json")]
    chosen = [r for r in rules if r.certificate in {kind, "General"} and r.type == "Acceptance"]

    def accepted(data: Json) -> bool:
        clock = evaluate(var("external.validationClock"), data)
        now = moment_of(str(clock))
        assert now is not None
        return all(holds(r.logic, data) for r in chosen if r.valid_from <= now < r.valid_to)

    return accepted


def test_too_many_jurisdictions_are_refused(tmp_path: Path) -> None:
    for number in range(JURISDICTIONS_MAX + 1):
        publish(tmp_path, f"X{number}", True)
    with pytest.raises(KnowledgeError) as refused:
        compared(tmp_path)
    assert refused.value.code == "certlogic-limit"


def test_one_jurisdiction_alone_has_nothing_to_compare(tmp_path: Path) -> None:
    publish(tmp_path, "AA", True)
    assert compared(tmp_path).as_json()["checks"] == 0
