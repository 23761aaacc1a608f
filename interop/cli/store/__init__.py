"""``interop store``: migrate, check, purge, hold; copy what is held on one person.

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
    "purge": Entry(
        "interop.cli.store.purge:purge",
        "清除保存期限已满的办件",
        "purge the cases whose retention is over",
    ),
    "hold": Entry(
        "interop.cli.store.hold:hold",
        "依法保全办件，不予清除",
        "place a legal hold: the case is not purged",
    ),
    "release": Entry(
        "interop.cli.store.hold:release",
        "解除保全",
        "release a legal hold",
    ),
    "export-person": Entry(
        "interop.cli.store.person:export_person",
        "导出所存的某人全部信息（查阅、复制）",
        "export all that is held on one person",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def store() -> None:
    """存储：SQLite 或 PostgreSQL · The store, on SQLite or PostgreSQL."""
