"""``interop case``: cases at the command line.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

COMMANDS: Final = {
    "clocks": Entry(
        "interop.cli.case.clocks:clocks",
        "办件时限及其理由；审核以往办件表",
        "deadlines of a case and why; audit a table of past cases",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def case() -> None:
    """办件 · Cases."""
