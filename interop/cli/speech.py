"""Speak one language: help and refusals in Chinese or in English, never both at once.

A help text carries both, paragraph by paragraph, as ``中文 · English``.
"""

import difflib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Final

import click

from interop.cli.reasons import (
    COMMAND_UNKNOWN,
    OPTION_UNKNOWN,
    PARAMETER_MISSING,
    USAGE_WRONG,
    VALUE_REFUSED,
)
from interop.errors import Lang, Reason

BETWEEN: Final = " · "
# A line may break there.
_BETWEEN: Final = re.compile(r"\s+·\s+")
LANG_OPTION: Final = "--lang"
# Words of click's own in a page of help.
CHINESE: Final = {
    "Usage": "用法",
    "Options": "选项",
    "Commands": "命令",
    "Show this message and exit.": "显示本说明",
    "Show the version and exit.": "显示版本",
}


class Misuse(click.UsageError):
    """Refuse a wrong usage that click itself does not see."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.en)


def language() -> Lang:
    """Return the language of this environment: Chinese unless the locale says English.

    Source: POSIX.1-2024, 8.2 Internationalization Variables (which variable rules).
    """
    ruling = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    named = next((value for value in ruling if value), "")
    return "en" if named.lower().startswith("en") else "zh"


def spoken(arguments: Sequence[str]) -> Lang:
    """Return the language that a command line asks for, wherever it does; else the locale's."""
    asked = [value for name, value in pairwise(arguments) if name == LANG_OPTION]
    asked += [a.partition("=")[2] for a in arguments if a.startswith(f"{LANG_OPTION}=")]
    if asked and asked[-1] in ("zh", "en"):
        return "en" if asked[-1] == "en" else "zh"
    return language()


def said(text: str, lang: Lang) -> str:
    """Return the paragraphs of ``text`` in ``lang``; one without a translation as it is."""
    return "\n\n".join(_half(part, lang) for part in text.split("\n\n"))


def _half(part: str, lang: Lang) -> str:
    zh, *rest = _BETWEEN.split(part, maxsplit=1)
    if not rest:
        return CHINESE.get(part, part) if lang == "zh" else part
    # Chinese has no spaces between words: a line break of the source is none.
    return "".join(line.strip() for line in zh.splitlines()) if lang == "zh" else rest[0]


class _Page(click.HelpFormatter):
    """A page of help in one language."""

    lang: Lang = "zh"

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        named = "用法：" if self.lang == "zh" else "Usage: "
        super().write_usage(prog, args, named if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(said(name, self.lang)):
            yield

    def write_text(self, text: str) -> None:
        super().write_text(said(text, self.lang))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        told = [(name, self._translated(text)) for name, text in rows]
        super().write_dl(told, col_max, col_spacing)

    def _translated(self, text: str) -> str:
        # click adds ``  [default: 8310]`` or ``  [required]`` behind the text.
        body, gap, extra = text.partition("  [")
        if self.lang == "zh":
            extra = extra.replace("required", "必填").replace("default: ", "默认 ")
        return said(body, self.lang) + gap + extra if body else (gap + extra).strip()


class _Context(click.Context):
    """A context that knows the language."""

    def make_formatter(self) -> click.HelpFormatter:
        page = _Page(width=self.terminal_width, max_width=self.max_content_width)
        page.lang = language_of(self)
        return page


def language_of(ctx: click.Context) -> Lang:
    """Return the language of a running command."""
    return "en" if (ctx.obj or language()) == "en" else "zh"


def _heard(ctx: click.Context, _option: click.Parameter, value: Lang | None) -> None:
    ctx.obj = value or ctx.obj or language()


# One for all commands: click knows options by identity.
LANG: Final = click.Option(
    [LANG_OPTION],
    type=click.Choice(["zh", "en"]),
    expose_value=False,
    is_eager=True,
    callback=_heard,
    help="语言；locale 为英文时默认英文 · language; zh unless the locale says en",
)


class Command(click.Command):
    """A command that speaks one language; ``--lang`` may stand behind it as well."""

    context_class = _Context

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, the language before the help."""
        *own, asked_help = super().get_params(ctx)
        return [*own, LANG, asked_help]


class Group(click.Group):
    """A group of such commands; an unknown name is refused with the nearest."""

    context_class = _Context
    command_class = Command

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, the language before the help."""
        *own, asked_help = super().get_params(ctx)
        return [*own, LANG, asked_help]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help, with exit code 2, if nothing was asked."""
        if not args:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; refuse an unknown name with the nearest."""
        known = self.list_commands(ctx)
        if args[0] not in known:
            raise Misuse(COMMAND_UNKNOWN.of(got=args[0], expected=nearest(args[0], known)))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their lines of help."""
        rows = [(name, self.line(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def line(self, ctx: click.Context, name: str) -> str:
        """Return a command's line of help, in both languages."""
        found = self.get_command(ctx, name)
        return (found.help or "").partition("\n\n")[0] if found else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return what was probably meant, or all there is."""
    names = list(known)
    return ", ".join(difflib.get_close_matches(name, names, n=3, cutoff=0.5) or names)


def why(fault: click.UsageError) -> Reason:
    """Return a wrong usage as a reason; no value that was given is repeated."""
    if isinstance(fault, Misuse):
        return fault.reason
    if isinstance(fault, click.NoSuchOption):
        return OPTION_UNKNOWN.of(got=fault.option_name, expected=_options(fault))
    if isinstance(fault, click.BadParameter):
        row = PARAMETER_MISSING if isinstance(fault, click.MissingParameter) else VALUE_REFUSED
        return row.of(field=_named(fault), expected=_taken(fault.param))
    usage = fault.ctx.get_usage().partition("interop")[2] if fault.ctx else " --help"
    return USAGE_WRONG.of(got=fault.message.rstrip("."), expected=f"interop{usage}")


def _options(fault: click.NoSuchOption) -> str:
    params = fault.ctx.command.get_params(fault.ctx) if fault.ctx else []
    known = [name for param in params for name in param.opts if name.startswith("--")]
    return nearest(fault.option_name, known)


def _named(fault: click.BadParameter) -> str:
    if fault.param is None or isinstance(fault.param, click.Argument):
        return str(fault.param_hint or (fault.param and fault.param.human_readable_name) or "")
    return fault.param.opts[-1]


def _taken(param: click.Parameter | None) -> str:
    if param is None:
        return "-"
    if isinstance(param.type, click.Choice):
        return " | ".join(str(choice) for choice in param.type.choices)
    if isinstance(param.type, click.DateTime):
        return " | ".join(param.type.formats)
    if isinstance(param.type, click.IntRange):
        return f"{param.type.min}–{param.type.max}"
    variable = f" ({param.envvar})" if isinstance(param.envvar, str) else ""
    return str(param.type.name) + variable
