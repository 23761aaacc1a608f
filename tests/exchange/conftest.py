"""Two sites that know each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.conformance.strategies.exchange import EAST, WEST, Site, introduced
from tests.databases import Database

PARTIES = introduced(EAST, WEST)


@pytest.fixture
def sites(database: Database, tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two sites, east and west, on databases of their own."""
    on_files = database.kind == "sqlite"
    east, west = (
        Site(party, tmp_path if on_files else str(database.new())) for party in PARTIES
    )
    yield east, west
    east.store.close()
    west.store.close()


@pytest.fixture
def file_sites(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two sites on files, for what is told of files alone."""
    east, west = (Site(party, tmp_path) for party in PARTIES)
    yield east, west
    east.store.close()
    west.store.close()
