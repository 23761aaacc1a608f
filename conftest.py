"""Run the documents: what stands in them is what happens; and where tests keep things."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

# .ci/run carries these out itself, in a fresh virtual environment.
INSTALL = ("python3 -m venv", "pip install", "bash .ci/run", "pytest", "lint-imports")
TIMEOUT_S = 60

# In memory where there is room: a store syncs every commit, and no test cuts the power.
SHM = Path("/dev/shm")  # noqa: S108 -- fresh folders are made in it
SHM_BYTES_MIN = 4 * 1024**3


def pytest_configure() -> None:
    """Let tests and their processes keep what they compile, and files lie where it is cheap."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if _roomy(SHM):
        os.environ.setdefault("TMPDIR", str(SHM))
        # Whoever asked before has the former answer kept.
        tempfile.tempdir = None


def _roomy(place: Path) -> bool:
    if not place.is_dir() or shutil.disk_usage(place).free < SHM_BYTES_MIN:
        return False
    # Virtual environments are made there, and what is in them is run.
    return not os.statvfs(place).f_flag & getattr(os, "ST_NOEXEC", 0)


class ConsoleBlockParser(CodeBlockParser):
    """Run every ``$ interop …`` line of a console block and compare what it prints."""

    language = "console"

    def evaluate(self, example: Example) -> str | None:
        """Return what differs, if anything; digits are masked and white space is one."""
        for command, wanted in _commands(str(example.parsed)):
            if command.startswith(INSTALL):
                continue
            words = shlex.split(command, comments=True)
            if words[0] != "interop":
                return f"a document may run interop only: {command}"
            done = subprocess.run(  # noqa: S603 -- our own command line
                [sys.executable, "-m", *words],
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
            )
            if _masked(done.stdout) != _masked(wanted):
                return (
                    f"`{command}` printed:\n{done.stdout}{done.stderr}\ninstead of:\n{wanted}"
                )
        return None


def _commands(block: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command.strip(), output


def _masked(text: str) -> str:
    # Case numbers, times, digests and counts differ from run to run; where a line breaks
    # depends on the width of the terminal.
    numbers = re.sub(r"[0-9A-Z]{20,}(?:-[0-9A-Z]+)?|[0-9]+", "#", text)
    return "".join(numbers.split())


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), ConsoleBlockParser()],
    patterns=["README.md", "README.zh.md", "docs/*.md", "docs/*/*.md"],
).pytest()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the time per room; it is shown, never asserted."""
    seconds: dict[str, float] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                parts = report.nodeid.split("::")[0].split("/")
                room = parts[1] if parts[0] == "tests" and len(parts) > 2 else parts[0]  # noqa: PLR2004 -- tests/room/file
                seconds[room] = seconds.get(room, 0.0) + report.duration
    terminalreporter.section("seconds per room")
    for room, spent in sorted(seconds.items(), key=lambda row: -row[1]):
        terminalreporter.write_line(f"{spent:7.1f}  {room}")
