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
SOME = (
    "tests/crypto/test_jwe.py",
    "tests/exchange",
    "tests/gateway/test_path.py",
    "tests/gateway/test_tokens.py",
)
TIMEOUT_S = 900


@pytest.mark.slow
@NATIONAL
def test_what_signs_and_encrypts_passes_under_production_cn() -> None:
    assert _failures(*SOME) == ""


@pytest.mark.nightly
@NATIONAL
def test_each_room_passes_under_production_cn() -> None:
    assert _failures(*ROOMS) == ""


def _failures(*rooms: str) -> str:
    """Return the end of what pytest prints about ``rooms``; empty if all passes."""
    environment = {**os.environ, "INTEROP_TEST_PROFILE": "production-cn"}
    command = [sys.executable, "-m", "pytest", "-q", *rooms]
    ran = subprocess.run(  # noqa: S603 -- this interpreter on this repository
        command,
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    return "" if ran.returncode == 0 else ran.stdout[-4000:]
