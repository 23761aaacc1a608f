"""The door: commands that start the faces. Importing it loads click and nothing heavy.

Every command is a module of its own that is imported when it is called.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import click

from interop.errors import InteropError, Lang, RegionUnavailable

FAILED: Final = 1
PEER_UNAVAILABLE: Final = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A command by name: where it lives, and its line of help in both languages."""

    place: str
    zh: str
    en: str


COMMANDS: Final = {
    "demo": Entry(
        "interop.cli.demo.command:demo",
        "一件跨省办件，从登录到送达",
        "one case across the delta",
    ),
    "serve": Entry(
        "interop.cli.serve:serve",
        "运行一个地区的网关节点",
        "run the gateway node of a region",
    ),
    "simulate": Entry(
        "interop.cli.simulate:simulate",
        "运行仿真的地区系统",
        "run simulated regional systems",
    ),
    "knowledge": Entry(
        "interop.cli.knowledge:knowledge",
        "检查知识文件，列出依据",
        "check knowledge files, list their sources",
    ),
    "adapter": Entry(
        "interop.cli.adapter:adapter",
        "为新地区写出配置文件",
        "write the files of a new region",
    ),
    "keys": Entry("interop.cli.keys:keys", "生成网关密钥", "make the keys of a gateway"),
    "errors": Entry("interop.cli.errors:errors", "解释错误代码", "explain error codes"),
}


def language() -> Lang:
    """Return the language of this environment: Chinese unless LANG says English."""
    named = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if named.lower().startswith("en") else "zh"


class _Commands(click.Group):
    """A group that imports a command when it is called, and lists help without importing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang: Lang = ctx.params.get("lang") or language()
        with formatter.section("命令" if lang == "zh" else "Commands"):
            formatter.write_dl([(name, getattr(e, lang)) for name, e in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default=None,
    is_eager=True,
    help="语言 / language; zh unless LANG says en",
)
@click.version_option(package_name="interop-gateway")
@click.pass_context
def cli(ctx: click.Context, lang: Lang | None) -> None:
    """长三角政务服务互通网关 · Receive a case in one region, have it handled in another."""
    ctx.obj = lang or language()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a refusal is told with its code and what to do.

    Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 a peer cannot be reached.
    """
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="interop")
    except InteropError as fault:
        tell(fault, language())
        sys.exit(PEER_UNAVAILABLE if isinstance(fault, RegionUnavailable) else FAILED)


def tell(fault: InteropError, lang: Lang) -> None:
    """Print every reason of a refusal with what to do, on standard error."""
    for reason in fault.reasons:
        at = f" [{reason.field}]" if reason.field else ""
        click.echo(f"{reason.code}{at}: {reason.text(lang)}", err=True)
        click.echo(f"  → {reason.fix(lang)}", err=True)
