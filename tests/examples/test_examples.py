"""Every example runs and prints what it promises."""

import subprocess
import sys
from pathlib import Path

import pytest

PROMISED = {
    "01_receive_here_handle_there.py": (
        "spared: business-licence, agent-id",
        "state: delivered",
    ),
    "02_add_a_region.py": ("adapters/310114-jiading/adapter.toml", "region-lacks"),
    "04_verify_a_login.py": (
        "accepted: person of 320000, substantial, direct",
        "acr_values=urn:sim:js:level:3, max_age=600",
        "checks: 20 passed, clock first",
    ),
}


@pytest.mark.parametrize("name", PROMISED)
def test_the_example_runs(name: str, root: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own example
        [sys.executable, str(root / "examples" / name)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for line in PROMISED[name]:
        assert line in done.stdout
