"""``interop identity``: the trust registry, and tokens verified or explained without a network.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

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


@click.group(cls=Doors, entries=COMMANDS)
def identity() -> None:
    """信任名录与令牌 · The trust registry and tokens."""
