"""``interop certificates``: sealed documents verified without a network.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

COMMANDS: Final = {
    "verify": Entry(
        "interop.cli.certificates.verify:verify",
        "验证电子签章文件（OFD、PDF）",
        "verify a sealed document (OFD, PDF)",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def certificates() -> None:
    """电子证照与签章文件 · Electronic certificates and sealed documents."""
