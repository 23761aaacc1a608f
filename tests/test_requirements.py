"""Requirements and the tests that show them."""

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = tomllib.loads((ROOT / "docs/requirements.toml").read_text(encoding="utf-8"))
ROWS = {row["id"]: row for row in PAGE["requirement"]}


@cache
def _marked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in (ROOT / "tests").rglob("test_*.py"):
        text = file.read_text(encoding="utf-8")
        if "mark.requirement" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith(
                    "mark.requirement"
                ):
                    for argument in mark.args:
                        found.setdefault(str(ast.literal_eval(argument)), []).append(node.name)
    return found


def test_every_row_is_whole() -> None:
    assert len(ROWS) == len(PAGE["requirement"])
    wanted = {"id", "room", "level", "zh", "en", "document", "article", "verified"}
    for row in ROWS.values():
        assert row.keys() == wanted
        assert row["level"] in {"MUST", "SHOULD", "MAY"}
        assert row["verified"] in {"yes", "secondary", "no"}


def test_tests_name_only_known_requirements() -> None:
    assert set(_marked()) <= set(ROWS)


def test_every_must_of_a_finished_room_has_a_test() -> None:
    marked = _marked()
    done = set(PAGE["rooms_done"])
    missing = [
        name
        for name, row in ROWS.items()
        if row["room"] in done and row["level"] == "MUST" and name not in marked
    ]
    assert missing == []
