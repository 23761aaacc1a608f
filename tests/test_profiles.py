"""The rooms that depend on algorithms pass as a whole under production-cn as well."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.profiles import NATIONAL

ROOT = Path(__file__).parents[1]
ROOMS = (
    "tests/crypto",
    "tests/exchange",
    "tests/federation",
    "tests/advisories",
    "tests/gateway",
)
TIMEOUT_S = 900


@pytest.mark.slow
@NATIONAL
def test_each_room_passes_under_production_cn() -> None:
    environment = {**os.environ, "INTEROP_TEST_PROFILE": "production-cn"}
    command = [sys.executable, "-m", "pytest", "-q", *ROOMS]
    ran = subprocess.run(  # noqa: S603 -- this interpreter on this repository
        command,
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
