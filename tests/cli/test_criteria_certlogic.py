from collections.abc import Callable
from pathlib import Path

import pytest

from interop.cli.criteria.matrix_certlogic import tell_matrix
from interop.model.canonical import Json
from interop.model.item import ServiceItem
from tests.cli.runs import Ran
from tests.criteria.rules_of_tests import publish, rule, var, within, write

Run = Callable[..., Ran]


def test_cases_are_run_and_counted(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "AA" / "one"
    write(place / "rule.json", rule({"===": [var("payload.a"), 1]}))
    write(place / "tests" / "a.json", {"payload": {"a": 1}, "external": {}, "expected": True})
    ran = run("criteria", "test-certlogic", tmp_path, "--json")
    assert (ran.code, ran.json()) == (0, {"rules": 1, "cases": 1, "passed": 1, "failed": []})
    write(place / "tests" / "b.json", {"payload": {}, "external": {}, "expected": True})
    ran = run("criteria", "test-certlogic", tmp_path, "--json")
    assert ran.code == 1
    assert ran.json()["failed"] == [
        {"case": "AA/one/tests/b.json", "expected": "true", "got": "false"}
    ]
    write(place / "tests" / "c.json", [])
    told = run("criteria", "test-certlogic", tmp_path)
    assert told.code == 1
    assert "certlogic-form" in told.out
    assert "1 条规则，3 个案例，2 个不符" in told.out


def test_a_folder_without_rules_is_refused(run: Run, tmp_path: Path) -> None:
    ran = run("criteria", "test-certlogic", tmp_path, "--lang", "en")
    assert ran.code == 1
    assert "certlogic-folder" in ran.err


def test_a_rule_is_imported_as_an_item(run: Run, tmp_path: Path) -> None:
    logic: Json = {"in": [var("payload.a"), var("external.valueSets.s")]}
    write(tmp_path / "AA" / "one" / "rule.json", rule(logic))
    write(tmp_path / "valuesets" / "s.json", {"s": ["x"]})
    file = tmp_path / "AA" / "one" / "rule.json"
    ran = run("criteria", "import", file, "--value-sets", tmp_path, "--json")
    item = ServiceItem.from_value(ran.json())
    assert item.clauses[0].when == 'payload.a.sort == "text" && payload.a.text == "x"'
    assert item.clauses[0].when in run("criteria", "import", file, "--value-sets", tmp_path).out
    write(file, rule({"or": []}))
    assert "certlogic-operation" in run("criteria", "import", file).err


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("cel", 'facts["site.authority"] == "district"'),
        ("certlogic", '{"var": "facts.site/authority"}'),
        ("zh", "管理层级应为区级管理"),
    ],
)
def test_criteria_are_exported(run: Run, form: str, shown: str) -> None:
    ran = run("criteria", "export", "tree-relocation", "--to", form)
    assert (ran.code, ran.err) == (0, "")
    assert shown in ran.out
    told = run("criteria", "export", "tree-relocation", "--to", form, "--json").json()
    assert (told["item"], told["region"], told["format"]) == (
        "tree-relocation",
        "canonical",
        form,
    )
    assert form == "zh" or "site.authority" in str(told["variables"])


def test_rule_sets_are_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("z3", reason="the extra `prove` is not installed")
    publish(tmp_path, "AA", within(12, "month"))
    publish(tmp_path, "AB", within(365, "day"))
    publish(tmp_path, "AC", {"in": [var("payload.a"), var("payload.b")]})
    assert tell_matrix(tmp_path, as_json=False, lang="zh")
    told = capsys.readouterr()
    assert "AA → AB: 更宽" in told.out
    assert '"validationClock"' in told.out
    assert "certlogic-outside" in told.err
    assert tell_matrix(tmp_path, as_json=True, lang="en")
    assert '"checks": 18, "equal": 12, "stricter": 1, "looser": 1' in capsys.readouterr().out
