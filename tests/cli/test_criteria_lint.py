"""``interop criteria lint``: the shipped item is clean; a planted oddity is found."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.runs import Ran

ITEM = "outdoor-advertising"
FOLDER = f"mappings/items/{ITEM}"


def test_the_shipped_item_is_clean(run: Callable[..., Ran]) -> None:
    ran = run("criteria", "lint", ITEM, "--region", "canonical", "--json")
    assert ran.code == 0
    assert ran.json() == {"item": ITEM, "problems": []}


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
