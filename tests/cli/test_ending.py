"""A process ends with the one that started it: loading, serving, or hanging."""

import signal
import subprocess
import sys
from typing import Final

import pytest

from interop.cli.ending import ending_on_signals

WAIT_S_MAX: Final = 30.0
LOADING: Final = """
import time
from interop.cli.ending import end_with_input
end_with_input()
print("loading", flush=True)
time.sleep(60)
"""
HANGING: Final = """
import signal, time
from interop.cli.ending import end_with_input
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end_with_input(within_s=0.1)
print("hanging", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("script", "code"), [(LOADING, -signal.SIGTERM), (HANGING, 128 + signal.SIGTERM)]
)
def test_it_ends_once_its_input_ends(*, script: str, code: int) -> None:
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        assert process.poll() is None
        process.communicate(timeout=WAIT_S_MAX)
    finally:
        process.kill()
    assert process.returncode == code


@pytest.mark.parametrize(("served", "code"), [(True, 0), (False, 128 + signal.SIGTERM)])
def test_a_signal_ends_the_block_once_and_is_given_back(*, served: bool, code: int) -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    closed = []

    def serve() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            # A second one does not disturb the closing.
            signal.raise_signal(signal.SIGINT)
            closed.append(True)

    with pytest.raises(SystemExit) as ended, ending_on_signals(served=served):
        serve()
    assert ended.value.code == code
    assert closed
    assert {one: signal.getsignal(one) for one in before} == before
