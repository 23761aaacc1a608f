"""Wrong usage and refusals: a code, what, and what to do; an exit code; no traceback."""

import errno
import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from interop.cli import COMMANDS, cli
from interop.errors import RegionUnavailable
from interop.transport.reasons import UNREACHABLE
from tests.cli.runs import Ran, in_process

Run = Callable[..., Ran]

MISUSES = {
    "unknown command": (["kyes"], "usage-command-unknown", "keys"),
    "unknown subcommand": (["knowledge", "chek"], "usage-command-unknown", "check"),
    "nothing like it": (["zzzz"], "usage-command-unknown", ", ".join(COMMANDS)),
    "unknown option": (["serve", "--regoin", "310115"], "usage-option-unknown", "--region"),
    "unknown option of all": (["--verison"], "usage-option-unknown", "--version"),
    "missing option": (["serve"], "usage-parameter-missing", "--region"),
    "missing key": (
        ["serve", "--region", "310115", "--store", "s", "--keys", "k"],
        "usage-parameter-missing",
        "INTEROP_API_KEY",
    ),
    "missing argument": (["keys", "new", "--env", "sim"], "usage-parameter-missing", "FOLDER"),
    "one too many": (["errors", "a-b", "c-d"], "usage-wrong", "interop errors"),
    "value without option": (["keys", "new", "f", "--env"], "usage-wrong", "--env"),
    "no choice": (["keys", "new", "f", "--env", "x"], "usage-value-refused", "prod | test"),
    "no number": (["demo", "--chaos", "x"], "usage-value-refused", "integer"),
    "no port": (["simulate", "f", "--port", "99999"], "usage-value-refused", "0–65535"),
    "no instant": (["demo", "--now", "tomorrow"], "usage-value-refused", "2026-03-02T09:00"),
    "no day": (
        [*("adapter", "new", "310104", "xh", "--zh", "徐汇", "--en", "X"),
         *("--into", "f", "--since", "soon")],
        "usage-value-refused",
        "%Y-%m-%d",
    ),
    "unknown code": (["errors", "not-competnt"], "usage-code-unknown", "not-competent"),
    "nothing like that code": (["errors", "zzzz"], "usage-code-unknown", "-"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISUSES)
def test_wrong_usage_is_refused_with_a_hint(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    arguments, code, hint = MISUSES[case]
    monkeypatch.chdir(tmp_path)
    found = run(*arguments)
    assert found.code == 2
    assert found.out == ""
    what, fix = found.err.splitlines()
    assert what.startswith(code)
    assert fix.startswith("  → ")
    assert hint in found.err
    assert list(tmp_path.iterdir()) == []


def test_a_value_that_was_refused_is_not_repeated(run: Run) -> None:
    for arguments in (["demo", "--now", "s3cret"], ["demo", "--chaos", "s3cret"]):
        assert "s3cret" not in run(*arguments).err


def test_no_command_shows_the_help(run: Run) -> None:
    for arguments in ([], ["knowledge"]):
        found = run(*arguments)
        assert found.code == 2
        assert "用法：" in found.err


def test_a_refusal_is_json_where_json_was_asked_for(run: Run) -> None:
    for arguments, code, error in (
        (["demo", "--now", "soon", "--json"], "usage-value-refused", "UsageError"),
        (["knowledge", "check", "nowhere", "--json"], "knowledge-folder-missing", ""),
        (["errors", "--json", "zzzz"], "usage-code-unknown", "UsageError"),
    ):
        found = run(*arguments)
        assert found.err == ""
        told = found.json()
        assert told["error"] == (error or "KnowledgeError")
        reasons = told["reasons"]
        assert isinstance(reasons, list)
        assert [r["code"] for r in reasons if isinstance(r, dict)] == [code]


def _raising(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    def ask() -> None:
        raise fault

    monkeypatch.setattr(cli, "get_command", lambda *_: click.Command("errors", callback=ask))


def test_a_peer_that_cannot_be_reached_is_exit_code_3(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    _raising(monkeypatch, RegionUnavailable(UNREACHABLE.of(field="peer", got="refused")))
    found = run("errors")
    assert found.code == 3
    assert found.err.startswith("transport-unreachable [peer]: ")


def test_ctrl_c_is_exit_code_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, KeyboardInterrupt())
    assert run("errors").code == 130


def test_a_file_that_cannot_be_used_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, OSError(errno.ENOSPC, "No space left on device", "a.db"))
    found = run("errors")
    assert found.code == 1
    assert found.err.startswith("file-refused [a.db]: ")
    assert "No space left on device" in found.err
    _raising(monkeypatch, OSError("strange"))
    assert "strange" in run("errors").err


def test_the_module_is_the_command() -> None:
    found = in_process("errors", "not-competent", "--json")
    assert found.code == 0
    assert [row["code"] for row in json.loads(found.out)] == ["not-competent"]
    assert in_process("errors", "--nonsense").code == 2


def test_it_tells_its_version(run: Run) -> None:
    found = run("--version")
    assert found.code == 0
    assert "interop, version 0." in found.out
