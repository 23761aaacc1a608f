from pathlib import Path

import pytest

from interop.calendar import Calendar, YearTable
from interop.errors import KnowledgeError
from interop.knowledge.reading import read_bytes


@pytest.fixture(scope="session")
def tables(root: Path) -> tuple[YearTable, ...]:
    """The shipped year tables, in order."""
    files = sorted((root / "mappings" / "calendars").glob("*.toml"))
    return tuple(
        YearTable.from_value(read_bytes(file.read_bytes(), file.name), error=KnowledgeError)
        for file in files
    )


@pytest.fixture(scope="session")
def calendar(tables: tuple[YearTable, ...]) -> Calendar:
    """The calendar of the shipped tables."""
    return Calendar.of(tables)
