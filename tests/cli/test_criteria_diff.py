"""``interop criteria diff``: who is newly refused, who newly accepted."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.runs import Ran

FOLDER = "mappings/items/outdoor-advertising"


def test_a_district_file_lies_over_the_common_one_beside_it(
    run: Callable[..., Ran], root: Path
) -> None:
    old, new = root / FOLDER / "canonical.toml", root / FOLDER / "310104.toml"
    ran = run("criteria", "diff", old, new, "--facet", "merits")
    assert ran.code == 0
    assert "area-bound: 更严" in ran.out
    assert "旧版符合、新版仅因" in ran.out
    assert "新接受: 0" in ran.out
    back = run("--lang", "en", "criteria", "diff", new, old, "--facet", "merits")
    assert "newly refused: 0" in back.out
    assert "met in new, not in old" in back.out


def test_a_version_changes_nothing_against_itself(run: Callable[..., Ran], root: Path) -> None:
    file = root / FOLDER / "canonical.toml"
    told = run("criteria", "diff", file, file, "--json").json()
    assert told["kind"] == "equal"
    assert told["newly_refused"] == told["newly_accepted"] == []
