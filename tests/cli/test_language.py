"""Chinese unless the locale or ``--lang`` says English, and never both."""

import re
from collections.abc import Callable

import click
import pytest

from interop.cli import COMMANDS, cli
from interop.cli.speech import said, spoken
from tests.cli.runs import Ran

HAN = re.compile(r"[\u4e00-\u9fff]")
Run = Callable[..., Ran]


def _all_commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    context = click.Context(cli)
    for name in COMMANDS:
        found.append((name,))
        command = cli.get_command(context, name)
        if isinstance(command, click.Group):
            found.extend((name, child) for child in command.list_commands(context))
    return found


@pytest.mark.parametrize("command", _all_commands(), ids=" ".join)
def test_help_speaks_one_language(run: Run, command: tuple[str, ...]) -> None:
    zh, en = run(*command, "--help"), run(*command, "--help", "--lang", "en")
    assert (zh.code, en.code) == (0, 0)
    assert "用法：" in zh.out
    # Names of options, parameters and programs stay as they are.
    prose = re.sub(r"[`(\[].*?[`)\]]|-{1,2}[a-z-]+(?: [A-Z]+)?", "", zh.out.partition("\n")[2])
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", prose), "English in the Chinese page"
    assert en.out.startswith("Usage: ")
    assert not HAN.search(en.out)
    assert " · " not in zh.out + en.out


def test_every_option_and_command_is_explained_in_both_languages() -> None:
    context = click.Context(cli)
    for path in _all_commands():
        command: click.Command = cli
        for name in path:
            assert isinstance(command, click.Group)
            found = command.get_command(context, name)
            assert found is not None
            command = found
        texts = [command.help or ""]
        texts += [o.help or "" for o in command.params if isinstance(o, click.Option)]
        for text in (part for t in texts for part in t.split("\n\n")):
            if text != "Show the version and exit.":
                zh, en = re.split(r"\s·\s", text, maxsplit=1)
                assert HAN.search(zh), text
                assert en, text
                assert not HAN.search(en), text


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LC_ALL": "en_GB", "LANG": "zh_CN"}, "en"),
        ({"LC_ALL": "C", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "en"),
    ],
)
def test_the_locale_decides(
    run: Run, plain_locale: pytest.MonkeyPatch, variables: dict[str, str], lang: str
) -> None:
    for name, value in variables.items():
        plain_locale.setenv(name, value)
    assert run("--help").out.startswith("Usage: " if lang == "en" else "用法：")
    refused = run("nonsense").err
    assert bool(HAN.search(refused)) == (lang == "zh")


def test_the_option_overrides_the_locale_wherever_it_stands(
    run: Run, plain_locale: pytest.MonkeyPatch
) -> None:
    plain_locale.setenv("LANG", "en_US.UTF-8")
    zh = "无权办理"
    assert zh not in run("errors", "not-competent").out
    assert zh in run("--lang", "zh", "errors", "not-competent").out
    assert zh in run("errors", "--lang=zh", "not-competent").out
    assert zh in run("errors", "not-competent", "--lang", "zh").out


def test_refusals_speak_it_too(run: Run) -> None:
    zh = run("knowledge", "check", "nowhere")
    en = run("knowledge", "check", "nowhere", "--lang", "en")
    assert HAN.search(zh.err)
    assert not HAN.search(en.err)
    assert zh.err.partition(":")[0] == en.err.partition(":")[0]


def test_an_unknown_language_is_a_wrong_usage(run: Run) -> None:
    found = run("--lang", "fr", "errors")
    assert found.code == 2
    assert "zh | en" in found.err
    assert spoken(["--lang"]) == "zh"


def test_a_line_break_in_chinese_is_no_space() -> None:
    assert said("甲\n乙 · a\nb\n\nplain", "zh") == "甲乙\n\nplain"
    assert said("甲\n乙 · a\nb", "en") == "a\nb"
    assert said("甲 ·\na · b", "en") == "a · b"
