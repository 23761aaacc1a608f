"""Profiles of the suite: plain runs a share of every count, ``--profile nightly`` all of it."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.databases import KINDS, Database, Files, Server, served

# At least a hundredth of the nightly counts; .ci/run asks for less, as it measures coverage.
PLAIN_EXAMPLES = int(os.environ.get("INTEROP_TEST_EXAMPLES", "30"))

settings.register_profile(
    "plain",
    max_examples=PLAIN_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--profile", choices=("plain", "nightly"), default="plain", help="nightly: full counts"
    )


def pytest_configure(config: pytest.Config) -> None:
    profile = config.getoption("--profile")
    settings.load_profile(profile)
    if profile == "nightly":
        config.option.markexpr = ""


@pytest.fixture(autouse=True)
def logs_left_as_found() -> Iterator[None]:
    """Leave the logging of the process as a test found it; commands set up their own."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    for handler in [h for h in root.handlers if h not in handlers]:
        root.removeHandler(handler)


@pytest.fixture(scope="session")
def nightly(pytestconfig: pytest.Config) -> bool:
    """Whether the full counts are asked for."""
    return bool(pytestconfig.getoption("--profile") == "nightly")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own; only slow tests ask for it."""
    with served() as found:
        yield found


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Files that stores may stand in."""
    return Files(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session", params=KINDS)
def database(request: pytest.FixtureRequest) -> Database:
    """Where stores stand: in files, and again on a server."""
    name = "files" if request.param == "sqlite" else "server"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture
def store_url(database: Database) -> str:
    """Where nothing stands yet."""
    return str(database.new())
