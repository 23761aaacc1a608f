"""Codes are unique, and docs/reference/errors.md lists exactly these."""

import re
from dataclasses import replace
from pathlib import Path

from interop.cli.reasons_table import all_rows, as_markdown
from interop.errors import ReasonRow

ROWS = all_rows()
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACES = re.compile(r"\{([^{}]*)\}")


def test_codes_are_unique_and_kebab_case() -> None:
    codes = [row.code for row in ROWS]
    assert len(codes) > 50
    assert sorted(set(codes)) == sorted(codes)
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", code)] == []


def _is_worded(row: ReasonRow) -> bool:
    chinese, english = (row.zh, row.fix_zh), (row.en, row.fix_en)
    used = {place for text in (*chinese, *english) for place in PLACES.findall(text)}
    return (
        all(HAN.search(text) for text in chinese)
        and not any(HAN.search(text) or text.endswith(".") for text in english)
        and used <= {"field", "expected", "got"}
    )


def test_every_row_is_worded_in_both_languages() -> None:
    assert [row.code for row in ROWS if not _is_worded(row)] == []
    assert not _is_worded(replace(ROWS[0], zh="in English"))
    assert not _is_worded(replace(ROWS[0], en="in English, with a stop."))
    assert not _is_worded(replace(ROWS[0], fix_zh="填写 {something}"))


def test_the_reference_lists_exactly_these(root: Path) -> None:
    page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
    assert page == as_markdown(ROWS), "write it again: interop errors --markdown"
