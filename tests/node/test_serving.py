"""``interop serve`` as a process: its document, its shadow, its webhook."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interop.cli import main
from interop.node.openapi import document
from interop.simulator.applicants import SUZHOU
from tests.node.host import call, send, told
from tests.node.stand import KEY, Stand, ask
from tests.node.test_webhooks import SECRET, WRITTEN, receiving

WAIT_S = 20.0


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "interop", *arguments]


def environment() -> dict[str, str]:
    secret = WRITTEN.reveal()
    return {
        **os.environ,
        "INTEROP_API_KEY": KEY.reveal(),
        "INTEROP_WEBHOOK_SECRET": secret,
    }


@contextmanager
def serving(
    stand: Stand, store: Path, *more: str
) -> Iterator[tuple[str, "subprocess.Popen[str]", dict[str, str]]]:
    """Serve Suzhou as a process; give its address, itself, and its first log line."""
    offset = (stand.clock() - datetime.now(UTC)).total_seconds()
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
        [
            *command("serve", "--region", SUZHOU, "--store", str(store), "--port", "0"),
            *("--keys", str(stand.stage.keys(SUZHOU))),
            *("--knowledge", str(stand.stage.knowledge)),
            *("--clock-offset", repr(offset), *more),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stderr is not None
    try:
        first = json.loads(process.stderr.readline())
        yield first["address"], process, first
    finally:
        process.kill()
        process.communicate()


def ends(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT_S) == 0


def test_the_document_is_printed_without_anything_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--openapi"])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.err) == (0, "")
    assert json.loads(printed.out) == document()


def test_a_shadow_is_a_process_that_only_advises(stand: Stand, tmp_path: Path) -> None:
    filing = stand.filing(stand.login(), "SERVED-SHADOW")
    with serving(stand, tmp_path / "s.db", "--shadow") as (url, process, first):
        assert first["mode"] == "shadow"
        body = {"application": stand.application()}
        assert call(url, "check", body)["intake"] == "supplement"
        assert told(send(url, "spare", filing), 403, "CaseError") == ["node-only-advises"]
        assert ask("GET", f"{url}/ready").status_code == 200
        ends(process)


@pytest.mark.slow
def test_a_node_tells_its_webhook(stand: Stand, tmp_path: Path) -> None:
    filing = stand.filing(stand.login(), "SERVED-HOOK")
    with (
        receiving(500) as receiver,
        serving(stand, tmp_path / "h.db", "--webhook", receiver.url) as (url, process, first),
    ):
        assert "mode" not in first
        case = call(url, "spare", filing)["case"]
        call(url, "receive", {"case": case})
        end = time.monotonic() + WAIT_S
        while "fact-received" not in [event["type"] for event in receiver.events()]:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert receiver.refused == 1
        ends(process)
    assert all(SECRET.decode() not in body.decode() for _, body in receiver.taken)


@pytest.mark.slow
def test_a_webhook_that_is_none_is_told_at_the_start(stand: Stand, tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own interpreter and module
        [
            *command("serve", "--region", SUZHOU, "--store", str(tmp_path / "w.db")),
            *("--keys", str(stand.stage.keys(SUZHOU)), "--port", "0"),
            *("--knowledge", str(stand.stage.knowledge)),
            *("--webhook", "http://host.example/told"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    assert done.returncode == 1
    assert "node-webhook-url" in done.stderr
    assert "host.example" not in done.stderr
