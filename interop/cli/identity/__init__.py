"""``interop identity``: the trust registry, and tokens verified or explained without a network.

Every command is a module of its own that is imported when it is called.
"""

from importlib import import_module
from typing import Final

import click

from interop.cli import Entry
from interop.cli.speech import BETWEEN, Group

COMMANDS: Final = {
    "registry": Entry(
        "interop.cli.identity.registry:registry",
        "检查、签名、比较信任名录",
        "check, sign and compare trust registries",
    ),
    "verify": Entry(
        "interop.cli.identity.tokens:verify",
        "验证一个访问令牌",
        "verify an access token",
    ),
    "explain": Entry(
        "interop.cli.identity.tokens:explain",
        "逐项说明令牌的每道检查",
        "tell how every check of a token goes",
    ),
    "issue-demo": Entry(
        "interop.cli.identity.issue_demo:issue_demo",
        "生成可试用的名录和令牌（仿真）",
        "make a registry and a token to try (simulated)",
    ),
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
    """信任名录与令牌 · The trust registry and tokens."""
