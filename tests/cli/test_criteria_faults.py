"""Bad knowledge gives file, key path, column and fix; nothing crashes, nothing hangs."""

import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from interop.criteria.nodes import EXPRESSION_BYTES_MAX
from tests.cli.runs import Ran

Run = Callable[..., Ran]
ITEM = "temporary-structure"
FOLDER = f"mappings/items/{ITEM}"
SECONDS_MAX = 20
NEEDED = 'when = "reason.needed"'
DEEP = f"when = '{'(' * 300}reason.needed{')' * 300}'"
# As long as a file may be, but for what else the item needs.
LONG = f"when = '{' || '.join(['reason.needed'] * (EXPRESSION_BYTES_MAX // 17))}'"

# File, what is replaced, by what, code, key path (with line and column in a condition).
BAD = [
    ("310104", "canonical@2026-01", "310104@2026-01", "profile-extends", "extends"),
    ("310104", 'id = "area-bound"', 'id = "area-bond"', "profile-unknown-row",
     r"clauses\[\d\]"),
    ("310104", "effective_from = 2026-01-01",
     "effective_from = 2026-01-01\neffective_until = 2025-12-31",
     "item-effective-days", "effective_until"),
    ("canonical", "quantity(200, \"m2\")", "quantity(200, \"m\")",
     "criterion-unit", r"clauses\.area-bound\.when:1:14"),
    ("canonical", NEEDED, DEEP, "criterion-nesting", r"clauses\.reason-needed\.when:1:65"),
    ("canonical", NEEDED, 'when = "reason.neded"', "criterion-unknown-fact",
     r"clauses\.reason-needed\.when:1:1"),
    ("canonical", NEEDED, LONG, "knowledge-too-large", r".*canonical\.toml"),
    ("canonical", '\'>= quantity(3, "m")\'', '\'>= quantity(3, "m2")\'', "criterion-unit",
     r"clauses\.passage-left\.table\.rows\[2\]\.limits\[0\]:1:4"),
]  # fmt: skip


@pytest.fixture
def laid(root: Path, tmp_path: Path) -> Callable[[str, str, str], Path]:
    """Lay a changed file over the shipped knowledge."""

    def lay(name: str, old: str, new: str) -> Path:
        folder = tmp_path / FOLDER
        folder.mkdir(parents=True)
        for file in {name, "canonical"}:
            text = (root / FOLDER / f"{file}.toml").read_text(encoding="utf-8")
            changed = text.replace(old, new, 1) if file == name else text
            assert file != name or changed != text
            (folder / f"{file}.toml").write_text(changed, encoding="utf-8")
        return tmp_path

    return lay


@pytest.mark.parametrize(("name", "old", "new", "code", "place"), BAD)
def test_bad_knowledge_names_file_key_path_and_fix(  # noqa: PLR0913, PLR0917 -- one parameter for each column
    run: Run,
    laid: Callable[[str, str, str], Path],
    name: str,
    old: str,
    new: str,
    code: str,
    place: str,
) -> None:
    folder, file = laid(name, old, new), f"{FOLDER}/{name}.toml"
    started = monotonic()
    checked = run("knowledge", "check", folder, "--no-warnings")
    decided = run("criteria", "decide", ITEM, "--region", "310104", "--knowledge", folder)
    assert monotonic() - started < SECONDS_MAX
    assert checked.code == decided.code == 1
    assert re.search(rf"^{file} \[{place}\] {code}: ", checked.out, re.MULTILINE)
    assert re.search(rf"^{code} \[(?:{file}: )?{place}\]: ", decided.err, re.MULTILINE)
    assert file in decided.err
    assert all("\n  → " in told for told in (checked.out, decided.err))


@pytest.mark.parametrize("command", [("diff",), ("gate", "--no-new-refusal")])
def test_a_common_version_that_extends_is_a_cycle(
    run: Run, root: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    text = (root / FOLDER / "310104.toml").read_text(encoding="utf-8")
    for name in ("canonical", "310104"):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    files = (tmp_path / "310104.toml", tmp_path / "canonical.toml")
    found = run("criteria", command[0], *files, *command[1:])
    assert found.code == 1
    assert "profile-extends-cycle [canonical.toml: extends]: " in found.err


def test_of_two_files_the_broken_one_is_named(run: Run, root: Path, tmp_path: Path) -> None:
    text = (root / FOLDER / "canonical.toml").read_text(encoding="utf-8")
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(text, encoding="utf-8")
    new.write_text(text.replace(NEEDED, 'when = "reason.needed &&"'), encoding="utf-8")
    found = run("criteria", "diff", old, new)
    assert found.code == 1
    assert "criterion-syntax [new.toml: clauses.reason-needed.when:1:17]: " in found.err


def test_a_day_without_a_version_in_force_is_told(run: Run) -> None:
    asked = ("criteria", "decide", ITEM, "--region", "310104", "--on", "2020-01-01")
    assert "该日没有有效版本" in run(*asked).out
    assert run(*asked, "--json").json()["in_force"] is False
    assert "有效版本" not in run(*asked[:-1], "2026-03-02").out
