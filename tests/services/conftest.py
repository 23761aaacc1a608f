from pathlib import Path

import pytest

from interop.cases import LifeCycle
from interop.errors import KnowledgeError
from interop.knowledge import read_bytes


@pytest.fixture(scope="session")
def lifecycle(root: Path) -> LifeCycle:
    """The shipped life cycle."""
    path = "mappings/lifecycles/case.toml"
    value = read_bytes((root / path).read_bytes(), path)
    return LifeCycle.from_value(value, error=KnowledgeError)
