"""The gates before an application, as the examples put them up."""

import subprocess
import sys
from pathlib import Path

import pytest

PROMISED = {
    "06_gate_asgi.py": (
        'nobody 401 gate-token-missing | Bearer realm="interop"',
        'sms 401 token-level-low | Bearer realm="interop", '
        'error="insufficient_user_authentication", error_description="token-level-low", '
        'acr_values="urn:sim:js:level:3"',
        "face 200 {'region': '320000', 'level': 'high'}",
    ),
    "07_gate_django.py": (
        "nobody 401 Unauthorized",
        'face 200 OK {"region": "320000", "level": "high"}',
    ),
}


@pytest.mark.parametrize("name", PROMISED)
def test_the_gate_lets_through_whom_it_believes(name: str, root: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own example
        [sys.executable, str(root / "examples" / name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if done.stdout.startswith("skipped"):
        pytest.skip(done.stdout.strip())
    lines = done.stdout.splitlines()
    assert len(lines) == len(PROMISED[name])
    for line, promised in zip(lines, PROMISED[name], strict=True):
        assert line.startswith(promised)
