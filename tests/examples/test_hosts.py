"""Host systems of other languages and frameworks run the demo's case, each in its own way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS_MAX = 150
WAY = [
    "identified: high",
    "checked: supplement",
    "to ask: 0",
    "spared: business-licence, agent-id",
    "repeated: same bytes",
    "received: received",
    "refused: 422 not-competent",
    "ruled: permitted",
    "delivered: delivered",
    "clocks: ",
]
DJANGO = [
    "filed: handed-over",
    "inside another transaction: wanted unknown",
    "rolled back: 0 unknown",
    "cable pulled: wanted unknown",
    "caught up: 1 known 0",
    "refused: not-competent",
    "delivered: delivered",
]


def ran(*command: str, **environment: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 -- our own examples
        command,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def promised(lines: list[str], wanted: list[str]) -> None:
    assert len(lines) == len(wanted), lines
    for line, start in zip(lines, wanted, strict=True):
        assert line.startswith(start)


def require(*programs: str) -> None:
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.mark.slow
def test_a_host_in_java_runs_the_whole_way(root: Path) -> None:
    require("java")
    examples = root / "examples"
    served = str(examples / "served_delta.py")
    promised(ran(sys.executable, served, "java", str(examples / "java/Apply.java")), WAY)


@pytest.mark.slow
def test_a_host_with_curl_runs_the_whole_way(root: Path) -> None:
    require("sh", "curl", "jq", "sed", "date")
    examples = root / "examples"
    served = str(examples / "served_delta.py")
    promised(ran(sys.executable, served, "sh", str(examples / "curl/apply.sh")), WAY)


@pytest.mark.slow
def test_a_host_on_django_keeps_its_own_transactions(root: Path) -> None:
    lines = ran(sys.executable, str(root / "examples/django_host/host.py"))
    if lines[0].startswith("skipped"):
        pytest.skip(lines[0])
    promised(lines, DJANGO)


@pytest.mark.slow
def test_the_programs_know_no_python(root: Path) -> None:
    """What they call is HTTP: neither starts an interpreter of ours."""
    for name in ("java/Apply.java", "curl/apply.sh"):
        code = (root / "examples" / name).read_text(encoding="utf-8")
        body = [line for line in code.splitlines() if "served_delta.py" not in line]
        assert "python" not in "\n".join(body).lower()
    java = (root / "examples/java/Apply.java").read_text(encoding="utf-8")
    imports = [line for line in java.splitlines() if line.startswith("import ")]
    assert all(line.removeprefix("import ").startswith("java.") for line in imports)


@pytest.mark.slow
def test_a_program_that_is_not_there_is_told(root: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own example
        [sys.executable, str(root / "examples/served_delta.py"), "no-such-program"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "usage" in done.stdout
