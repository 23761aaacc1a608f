"""Two sites that know each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.conformance.strategies.exchange import EAST, WEST, Site, introduced

PARTIES = introduced(EAST, WEST)


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two sites, east and west, on databases of their own."""
    east, west = (Site(party, tmp_path) for party in PARTIES)
    yield east, west
    east.store.close()
    west.store.close()
