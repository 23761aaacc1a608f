"""``interop criteria gate``: a version that refuses more does not pass."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.runs import Ran

FOLDER = "mappings/items/outdoor-advertising"
LONG = "period.end < period.start.plus_months(36)"
# Follows from two other clauses together, and from neither alone.
BOTH = "(facility.area <= 300 && facility.top <= 24 || structure.appraised)"
OPTIONS = ("--no-new-refusal", "--facet", "merits")


def test_a_new_refusal_stops_the_gate_and_is_shown(run: Callable[..., Ran], root: Path) -> None:
    old, new = root / FOLDER / "canonical.toml", root / FOLDER / "310104.toml"
    stopped = run("criteria", "gate", old, new, *OPTIONS, "--json")
    assert stopped.code == 1
    told = stopped.json()
    assert told["no_new_refusal"] is False
    assert told["newly_refused"]
    passed = run("criteria", "gate", new, old, *OPTIONS)
    assert passed.code == 0
    assert "新拒绝: 0" in passed.out


def test_the_gate_is_named(run: Callable[..., Ran], root: Path) -> None:
    file = root / FOLDER / "canonical.toml"
    assert run("criteria", "gate", file, file).code == 2
    assert run("criteria", "gate", file, file, "--no-new-refusal").code == 0


def test_without_time_nothing_is_proved_and_the_gate_stays_shut(
    run: Callable[..., Ran], root: Path, tmp_path: Path
) -> None:
    text = (root / FOLDER / "canonical.toml").read_text(encoding="utf-8")
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(text, encoding="utf-8")
    # The same, said so that only a solver sees it.
    new.write_text(text.replace(LONG, f"{LONG} && {BOTH}"), encoding="utf-8")
    ran = run("criteria", "gate", old, new, *OPTIONS, "--seconds", "0.0001", "--json")
    assert (ran.code, ran.json()["kind"]) == (1, "undecided")
    assert run("criteria", "gate", old, new, *OPTIONS).code == 0
