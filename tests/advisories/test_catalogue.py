"""The catalogue of attacks, held against the tests that show them and the codes there are."""

import importlib
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from interop.cli.reasons_table import all_rows
from interop.errors import ReasonRow

ATTACKS_MIN: Final = 400
CODES_MIN: Final = 200
ROWS_BY_CODE: Final[dict[str, ReasonRow]] = {row.code: row for row in all_rows()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One named attack: its section and name, its code, and where a test shows it."""

    section: str
    name: str
    code: str
    table: str
    row: str


def _entries() -> Iterator[Entry]:
    text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    for section, attacks in tomllib.loads(text).items():
        for name, told in attacks.items():
            yield Entry(section, name, told["code"], told["table"], told.get("row", name))


ENTRIES: Final = tuple(_entries())
TABLES: Final = sorted({entry.table for entry in ENTRIES})


def table_of(name: str) -> tuple[ModuleType, Mapping[str, object]]:
    module_name, variable = name.split(" ")
    full = module_name if "." in module_name else f"advisories.{module_name}"
    module = importlib.import_module(f"tests.{full}")
    table: Mapping[str, object] = getattr(module, variable)
    return module, table


def code_of(shown: object) -> str:
    """Return the code that a table names: its last column, or the field of that name."""
    if hasattr(shown, "code"):
        return str(shown.code)
    assert isinstance(shown, tuple)
    last = shown[-1]
    if isinstance(last, list):
        (last,) = last
    return str(last)


def runs(module: ModuleType, table: Mapping[str, object]) -> bool:
    """Return whether a test of ``module`` is run with every row of ``table``."""
    drawn = [
        candidate
        for name, test in vars(module).items()
        if name.startswith("test_")
        for mark in getattr(test, "pytestmark", [])
        if mark.name == "parametrize"
        for candidate in (mark.kwargs.get("ids"), mark.args[1])
        if isinstance(candidate, dict)
    ]
    return any(all(one.get(k) is v for k, v in table.items()) for one in drawn)


@pytest.mark.parametrize("name", TABLES)
def test_every_attack_is_shown_with_the_code_the_catalogue_names(name: str) -> None:
    module, table = table_of(name)
    assert runs(module, table)
    wrong = {
        entry.name: (entry.code, found)
        for entry in ENTRIES
        if entry.table == name
        and entry.code != (found := code_of(table[entry.row]) if entry.row in table else None)
    }
    assert wrong == {}


def test_every_code_is_a_row_and_no_two_checks_are_told_alike() -> None:
    codes = {entry.code for entry in ENTRIES}
    assert codes - ROWS_BY_CODE.keys() == set()
    for words in ("zh", "en"):
        told = [getattr(ROWS_BY_CODE[code], words) for code in sorted(codes)]
        assert len(set(told)) == len(told)
    assert len(codes) >= CODES_MIN


def test_every_attack_is_named_once_and_shown_once() -> None:
    assert len(ENTRIES) >= ATTACKS_MIN
    for seen in (
        [(entry.section, entry.name) for entry in ENTRIES],
        [(entry.table, entry.row) for entry in ENTRIES],
    ):
        assert [one for one, times in Counter(seen).items() if times > 1] == []


def test_the_catalogue_would_miss_neither_a_code_nor_a_test() -> None:
    module, table = table_of("test_issuers ATTACKS")
    assert not runs(module, {**table, "one more": object()})
    assert not runs(module, {name: object() for name in table})
    assert code_of(("x", ["a-code"])) == "a-code"
    with pytest.raises(ValueError, match="too many"):
        code_of(("x", ["a-code", "b-code"]))
