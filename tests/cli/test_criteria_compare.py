"""``interop criteria compare``: two regions, told and as JSON; without the extra, its name."""

from collections.abc import Callable

import pytest

from tests.cli.runs import Ran

ITEM = "outdoor-advertising"


def test_a_stricter_district_is_shown_with_an_applicant(run: Callable[..., Ran]) -> None:
    ran = run("criteria", "compare", ITEM, "canonical", "310104", "--facet", "merits")
    assert ran.code == 0
    assert "canonical → 310104: 更宽" in ran.out
    assert "通用版本符合、徐汇区仅因" in ran.out
    assert "facility.area=" in ran.out
    assert "证明范围" in ran.out


def test_json_holds_kind_clauses_domain_and_witnesses(run: Callable[..., Ran]) -> None:
    told = run(
        "--lang", "en", "criteria", "compare", ITEM, "canonical", "310104", "--facet", "merits",
        "--json",
    ).json()  # fmt: skip
    assert told["kind"] == "looser"
    clauses = told["clauses"]
    assert isinstance(clauses, list)
    assert {"id": "area-bound", "kind": "looser"} in clauses
    assert told["witnesses"]
    assert told["domain"]


def test_an_unknown_region_and_item_are_refused(run: Callable[..., Ran]) -> None:
    assert run("criteria", "compare", ITEM, "canonical", "999999").code == 1
    ran = run("criteria", "compare", "nothing", "canonical", "310104")
    assert ran.code == 1
    assert "item-unknown" in ran.err


@pytest.mark.parametrize(
    "command",
    [
        ["compare", ITEM, "canonical", "310104"],
        ["matrix", ITEM],
        ["lint", ITEM],
        ["diff", "pyproject.toml", "pyproject.toml"],
        ["gate", "pyproject.toml", "pyproject.toml", "--no-new-refusal"],
    ],
)
def test_without_the_extra_each_command_names_it(
    run: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    command: list[str],
) -> None:
    monkeypatch.chdir(request.config.rootpath)
    monkeypatch.setattr("interop.criteria.prove.solver.find_spec", lambda _name: None)
    ran = run("criteria", *command)
    assert ran.code == 1
    assert "prover-missing" in ran.err
    assert "interop-gateway[prove]" in ran.err
