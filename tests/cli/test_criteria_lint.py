"""``interop criteria lint``: the shipped item is clean; a planted oddity is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.runs import Ran

ITEM = "outdoor-advertising"
FOLDER = f"mappings/items/{ITEM}"


def test_the_shipped_item_is_clean(run: Callable[..., Ran]) -> None:
    ran = run("criteria", "lint", ITEM, "--region", "canonical", "--json")
    assert ran.code == 0
    assert ran.json() == {"item": ITEM, "problems": []}


@pytest.mark.parametrize("item", ["ancient-tree-relocation", "tree-relocation"])
def test_all_regions_of_an_item_are_clean(run: Callable[..., Ran], item: str) -> None:
    ran = run("criteria", "lint", item, "--on", "2026-03-02")
    assert (ran.code, ran.out) == (0, "未发现异常\n")


def test_a_bound_that_nobody_meets_is_found(
    run: Callable[..., Ran], root: Path, tmp_path: Path
) -> None:
    text = (root / FOLDER / "canonical.toml").read_text(encoding="utf-8")
    there = tmp_path / FOLDER
    there.mkdir(parents=True)
    odd = text.replace("facility.area <= quantity(300", "facility.area > quantity(30000")
    assert odd != text
    (there / "canonical.toml").write_text(odd, encoding="utf-8")
    ran = run("criteria", "lint", ITEM, "--region", "canonical", "--knowledge", tmp_path)
    assert ran.code == 1
    assert "[area-bound] lint-never-met" in ran.out
    assert "→" in ran.out


def test_gaps_between_versions_are_found(
    run: Callable[..., Ran], root: Path, tmp_path: Path
) -> None:
    text = (root / FOLDER / "canonical.toml").read_text(encoding="utf-8")
    early, late = tmp_path / "2020.toml", tmp_path / "canonical.toml"
    early.write_text(
        text.replace(
            "effective_from = 2026-01-01",
            "effective_from = 2020-01-01\neffective_until = 2025-12-30",
        ),
        encoding="utf-8",
    )
    late.write_text(text, encoding="utf-8")
    ran = run(
        "criteria", "lint", ITEM, "--region", "canonical", "--version", early, "--version", late
    )
    assert ran.code == 1
    assert "version-gap" in ran.out
    assert "2025-12-31 … 2025-12-31" in ran.out


def test_a_basis_that_has_a_successor_is_told(
    run: Callable[..., Ran], root: Path, tmp_path: Path
) -> None:
    name = "mappings/items/construction-waste/canonical.toml"
    text = (root / name).read_text(encoding="utf-8")
    there = tmp_path / name
    there.parent.mkdir(parents=True)
    newer = "上海市人民政府令第16号，2025年3月15日起施行"
    there.write_text(text.replace(newer, "上海市人民政府令第57号"), encoding="utf-8")
    asked = ("criteria", "lint", "construction-waste", "--region", "canonical")
    laid = ("--knowledge", tmp_path)
    ran = run(*asked, *laid, "--on", "2026-03-02", "--json")
    assert ran.code == 1
    problems = ran.json()["problems"]
    assert isinstance(problems, list)
    rows = [row for row in problems if isinstance(row, dict)]
    assert {row["code"] for row in rows} == {"lint-norm-repealed"}
    assert {row["expected"] for row in rows} == {f"上海市建筑垃圾处理管理规定 {newer}"}
    told = run(*asked, *laid).out
    assert "上海市人民政府令第57号 已失效，现行依据：上海市建筑垃圾处理管理规定" in told
    assert run(*asked, "--on", "2026-03-02").code == 0
