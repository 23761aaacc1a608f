"""The how-to for integrators is followed step by step: files, commands, what they print."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from interop.cli import cli

PAGE = "docs/how-to/map-a-certificate.md"
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
WIDTH = "200"


def commands(text: str) -> Iterator[tuple[list[str], list[str]]]:
    for language, block in BLOCK.findall(text):
        if language != "sh":
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield shlex.split(command), [line for line in output.splitlines() if line.strip()]


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / PAGE).read_text(encoding="utf-8")


def test_the_reader_writes_no_python(page: str) -> None:
    assert {language for language, _ in BLOCK.findall(page)} <= {"json", "toml", "sh"}
    assert [name for name, _ in FILE.findall(page)] == [
        *("reply.json", "draft.toml", "330100.toml", "faulty.json"),
    ]


def test_what_the_page_shows_is_what_happens(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", WIDTH)
    for name, text in FILE.findall(page):
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = list(commands(page))
    assert len(told) >= 7
    for command, lines in told:
        assert command[0] == "interop"
        done = CliRunner().invoke(cli, command[1:], obj="zh")
        assert isinstance(done.exception, SystemExit | None), (command, done.exception)
        printed = plain(done.output)
        for line in lines:
            for cell in filter(str.strip, line.split("│")):
                assert plain(cell) in printed, (command, cell, done.output)
        faulty = "faulty.json" in command or "draft.toml" in command
        assert done.exit_code == (1 if faulty else 0), (command, done.output)
