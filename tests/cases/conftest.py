from pathlib import Path

import pytest

from interop.calendar import Calendar, YearTable
from interop.cases import ClockTable, LifeCycle, NoticeTexts
from interop.errors import KnowledgeError
from interop.knowledge import read_bytes
from interop.model.canonical import Json
from tests.cases.rules import Rules


def shipped(root: Path, path: str) -> Json:
    return read_bytes((root / path).read_bytes(), path)


@pytest.fixture(scope="session")
def lifecycle_file(root: Path) -> Json:
    """The shipped life cycle as it stands in the file."""
    return shipped(root, "mappings/lifecycles/case.toml")


@pytest.fixture(scope="session")
def lifecycle(lifecycle_file: Json) -> LifeCycle:
    """The shipped life cycle."""
    return LifeCycle.from_value(lifecycle_file, error=KnowledgeError)


@pytest.fixture(scope="session")
def clocks(root: Path) -> ClockTable:
    """The shipped clocks."""
    return ClockTable.from_value(
        shipped(root, "mappings/clocks/clocks.toml"), error=KnowledgeError
    )


@pytest.fixture(scope="session")
def texts(root: Path) -> NoticeTexts:
    """The shipped texts of notices."""
    return NoticeTexts.from_value(
        shipped(root, "mappings/notices/canonical.toml"), error=KnowledgeError
    )


@pytest.fixture(scope="session")
def rules(root: Path, lifecycle: LifeCycle, clocks: ClockTable) -> Rules:
    """The shipped rules, with the year tables 2018 to 2026."""
    names = sorted(file.name for file in (root / "mappings/calendars").glob("*.toml"))
    years = tuple(
        YearTable.from_value(shipped(root, f"mappings/calendars/{name}"), error=KnowledgeError)
        for name in names
    )
    return Rules(lifecycle, clocks, years, Calendar.of(years))
