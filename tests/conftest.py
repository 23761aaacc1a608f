"""Profiles of the suite: plain runs a share of every count, ``--profile nightly`` all of it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile(
    "plain", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
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
