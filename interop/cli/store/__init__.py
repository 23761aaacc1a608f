"""``interop store``: bring a database to the present schema, and check it.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

COMMANDS: Final = {
    "migrate": Entry(
        "interop.cli.store.commands:migrate",
        "建立存储或升级其结构",
        "create a store or bring it to the present schema",
    ),
    "check": Entry(
        "interop.cli.store.commands:check",
        "核对审计链与汇总，不改动存储",
        "check the audit chain and the roll-up; nothing is changed",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def store() -> None:
    """存储：SQLite 或 PostgreSQL · The store, on SQLite or PostgreSQL."""
