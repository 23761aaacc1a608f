"""``interop identity``: tokens at the command line.

Every command is a module of its own that is imported when it is called.
"""

from importlib import import_module
from typing import Final

import click

from interop.cli import Entry
from interop.cli.speech import BETWEEN, Group

COMMANDS: Final = {
    "exchange-token": Entry(
        "interop.cli.identity.exchange_token:exchange_token",
        "把登录令牌换成发给另一网关的令牌",
        "exchange a login for a token for another gateway",
    ),
}


class _Commands(Group):
    """A group that imports a command when it is called, and lists help without importing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002 -- click's signature
        module, _, name = COMMANDS[cmd_name].place.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def line(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002 -- one signature for all groups
        return f"{COMMANDS[name].zh}{BETWEEN}{COMMANDS[name].en}"


@click.group(cls=_Commands)
def identity() -> None:
    """令牌 · Tokens."""
