"""Groups of commands that are imported when they are called; help is listed without them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from interop.cli.speech import BETWEEN, Group


@dataclass(frozen=True, slots=True)
class Entry:
    """A command by name: where it lives, and its line of help in both languages."""

    place: str
    zh: str
    en: str


class Doors(Group):
    """A group that imports a command when it is called.

    Args:
        entries: The commands by name, in the order of the help.
    """

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **more: Any) -> None:  # noqa: ANN401 -- click's own arguments, passed on
        super().__init__(*args, **more)
        self._entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names of the commands."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002 -- click's signature
        """Import a command."""
        module, _, name = self._entries[cmd_name].place.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def line(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002 -- one signature for all groups
        """Return a command's line of help without importing it."""
        return f"{self._entries[name].zh}{BETWEEN}{self._entries[name].en}"
