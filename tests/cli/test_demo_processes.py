"""The processes of the demonstration: none is left, and one that fails says why."""

import os
import pty
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from interop.cli.demo import children
from interop.cli.demo.children import PORTS, Child, free_port
from interop.cli.demo.troupe import until
from interop.cli.demo.words import STEPS
from interop.errors import RegionUnavailable
from tests.cli.runs import INTEROP

GONE_S_MAX: Final = 30.0


def test_a_process_that_does_not_start_is_told_by_the_last_line_of_its_log(
    tmp_path: Path,
) -> None:
    child = Child(
        name="simulator",
        arguments=("simulate", str(tmp_path / "no stage")),
        port=free_port(),
        health="/",
        environment={"LANG": "en_US.UTF-8"},
        log=tmp_path / "child.log",
    )
    child.stop()
    child.start()
    with pytest.raises(RegionUnavailable) as refused:
        child.wait()
    child.stop()
    child.kill()
    reason = refused.value.reason
    assert reason.code == "process-not-started"
    assert reason.field == "simulator"
    assert reason.got == child.log.read_text(encoding="utf-8").splitlines()[-1].strip()
    assert reason.got.startswith("→ ")
    assert str(child.log) in reason.fix_zh
    child.log.write_text("\n \n", encoding="utf-8")
    assert child.last_line() == "-"


def _alive(folder: Path) -> list[str]:
    """Return the command lines of processes that work on ``folder``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def _screens(terminal: int) -> Iterator[str]:
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            return
        yield shown.decode("utf-8", "ignore")


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc")
@pytest.mark.parametrize(
    ("number", "step", "code"),
    [
        (signal.SIGINT, "start", 130),
        (signal.SIGKILL, "start", -signal.SIGKILL),
        pytest.param(signal.SIGTERM, "spare", 143, marks=pytest.mark.slow),
        pytest.param(signal.SIGKILL, "handle", -signal.SIGKILL, marks=pytest.mark.slow),
    ],
)
def test_cut_short_it_leaves_no_process_and_no_folder(
    tmp_path: Path, *, number: signal.Signals, step: str, code: int
) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
        [*INTEROP, "demo", "--json", "--lang", "zh"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TMPDIR": str(tmp_path), "TERM": "xterm", "LANG": "C.UTF-8"},
    )
    os.close(theirs)
    try:
        # Progress is shown on a terminal, also with --json.
        assert any(STEPS[step]["zh"] in screen for screen in _screens(ours))
        while not _alive(tmp_path):
            time.sleep(0.01)
        process.send_signal(number)
        out, _ = process.communicate(timeout=GONE_S_MAX)
    finally:
        process.kill()
        os.close(ours)
    assert process.returncode == code
    assert out == b""
    end = time.monotonic() + GONE_S_MAX
    while _alive(tmp_path) and time.monotonic() < end:
        time.sleep(0.05)
    assert _alive(tmp_path) == []
    # After a power cut nobody is left to clear up.
    assert len(list(tmp_path.iterdir())) == (1 if number == signal.SIGKILL else 0)


def test_a_process_that_will_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(1, flush=True); time.sleep(60)"
    )
    monkeypatch.setattr("interop.cli.demo.children.COMMAND", (INTEROP[0], "-c", deaf))
    monkeypatch.setattr("interop.cli.demo.children.STOP_S_MAX", 0.2)
    child = Child("deaf", (), free_port(), "/", {}, tmp_path / "deaf.log")
    child.start()
    assert until(lambda: child.last_line() == "1", seconds=30.0)
    child.stop()
    assert child.ended()


def test_waiting_ends() -> None:
    assert not until(lambda: False, seconds=0.05)


def test_a_port_is_free_and_not_one_that_outgoing_calls_are_given() -> None:
    first = free_port()
    assert first in PORTS
    with socket.create_server(("127.0.0.1", first)):
        assert free_port() != first


def test_where_none_of_those_is_free_the_system_gives_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(children, "PORTS", range(port, port + 1))
        assert free_port() not in {0, port}
