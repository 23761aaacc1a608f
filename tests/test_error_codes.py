"""Codes are unique, and docs/reference/errors.md lists exactly these."""

import re
from pathlib import Path

import pytest

from interop.cli.reasons_table import all_rows, as_markdown
from interop.errors import ReasonRow

ROWS = all_rows()
PLACES = re.compile(r"\{([^{}]*)\}")


def test_codes_are_unique_and_kebab_case() -> None:
    codes = [row.code for row in ROWS]
    assert len(codes) > 50
    assert sorted(set(codes)) == sorted(codes)
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", code)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_every_row_is_worded_in_both_languages(row: ReasonRow) -> None:
    for text in (row.zh, row.fix_zh):
        assert re.search(r"[\u4e00-\u9fff]", text)
    for text in (row.en, row.fix_en):
        assert not re.search(r"[\u4e00-\u9fff]", text)
        assert not text.endswith(".")
    used = {
        place for t in (row.zh, row.en, row.fix_zh, row.fix_en) for place in PLACES.findall(t)
    }
    assert used <= {"field", "expected", "got"}


def test_the_reference_lists_exactly_these(root: Path) -> None:
    page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
    assert page == as_markdown(ROWS), "write it again: interop errors --markdown"
