"""``interop criteria``: decide, compare and exchange acceptance criteria.

Every command is a module of its own that is imported when it is called.
"""

from importlib import import_module
from typing import Final

import click

from interop.cli import Entry, language
from interop.errors import Lang

COMMANDS: Final = {
    "export": Entry(
        "interop.cli.criteria.export:export",
        "把受理条件写成 CEL、CertLogic 或中文",
        "write criteria as CEL, CertLogic or Chinese",
    ),
    "import": Entry(
        "interop.cli.criteria.import_:import_",
        "把 CertLogic 规则读成受理条件",
        "read a CertLogic rule as criteria",
    ),
    "test-certlogic": Entry(
        "interop.cli.criteria.test_certlogic:test_certlogic",
        "用附带的案例检验 CertLogic 规则",
        "run CertLogic rules on their cases",
    ),
}


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
        lang: Lang = ctx.obj or language()
        with formatter.section("命令" if lang == "zh" else "Commands"):
            formatter.write_dl([(name, getattr(e, lang)) for name, e in COMMANDS.items()])


@click.group(cls=_Commands)
def criteria() -> None:
    """受理条件：判断、比较、导入导出 · Acceptance criteria: decide, compare, exchange."""
