"""One application on the command line: its options, its facts, the criteria it is held to."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import update_wrapper
from pathlib import Path
from typing import Final

import click

from interop.criteria import Criterion
from interop.errors import CaseError, Lang
from interop.gateway import kinds
from interop.gateway.library import Library
from interop.knowledge import Knowledge
from interop.model.canonical import Json, read_json
from interop.model.case import FactValue
from interop.model.day import day_of
from interop.model.record import Record

STDIN: Final = Path("-")
FACTS_BYTES_MAX: Final = 1024 * 1024

_OPTIONS: Final = (
    click.argument("item"),
    click.option(
        "--region", required=True, help="办理地的区划代码 · code of the handling region"
    ),
    click.option(
        "--facts",
        "file",
        type=click.Path(path_type=Path),
        help="已知事实的 JSON 文件，- 为标准输入 · JSON file of the facts known, - for stdin",
    ),
    click.option(
        "--material",
        "materials",
        multiple=True,
        help="已提交或免交材料的代码，可重复 · code of a material handed in or spared; repeat",
    ),
    click.option("--agent", is_flag=True, help="由经办人代办 · an agent acts"),
    click.option(
        "--on",
        type=click.DateTime(["%Y-%m-%d"]),
        help="判断日，默认今天 · day of the decision; today unless named",
    ),
    click.option(
        "--knowledge",
        "folder",
        type=click.Path(path_type=Path),
        help="覆盖在随库知识之上的文件夹 · a folder laid over the shipped knowledge",
    ),
    click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON"),
)


@dataclass(frozen=True, slots=True)
class Filed:
    """An application as it was typed in.

    Attributes:
        item: Service item.
        region: Handling region.
        file: File of the facts; None for no facts.
        materials: Codes of the materials handed in or spared.
        agent: Whether an agent acts.
        on: Day of the decision; None for today.
        folder: Folder laid over the shipped knowledge.
    """

    item: str
    region: str
    file: Path | None
    materials: tuple[str, ...]
    agent: bool
    on: datetime | None
    folder: Path | None

    @property
    def day(self) -> date:
        """Return the day of the decision, Asia/Shanghai."""
        return day_of(datetime.now(UTC)) if self.on is None else self.on.date()

    def facts(self) -> dict[str, FactValue]:
        """Return the declared facts.

        Raises:
            CaseError: ``json-malformed`` or ``record-invalid``.
        """
        if self.file is None:
            return {}
        wrapped: Json = {"facts": read_json(_read(self.file), error=CaseError, field="facts")}
        return _Facts.from_value(wrapped, field="facts").facts

    def criterion(self, library: Library) -> Criterion:
        """Return the criteria of the handling region."""
        return library.criterion(library.item(self.item, self.region))

    def others(self, library: Library) -> tuple[Criterion, ...]:
        """Return the criteria of every other region that has a file of the item."""
        keys = (key.partition("/") for key in library.knowledge.keys(kinds.DISTRICT_ITEMS))
        regions = [r for name, _, r in keys if name == self.item and r != self.region]
        return tuple(library.criterion(library.item(self.item, r)) for r in regions)

    def library(self) -> Library:
        """Return the knowledge to decide with."""
        return Library(Knowledge(self.folder))


class _Facts(Record):
    facts: dict[str, FactValue]


def _read(file: Path) -> bytes:
    if file == STDIN:
        return sys.stdin.buffer.read(FACTS_BYTES_MAX + 1)
    with file.open("rb") as opened:
        return opened.read(FACTS_BYTES_MAX + 1)


def filed(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of an application, and hand it over as one :class:`Filed`."""

    def called(lang: Lang, /, **options: object) -> None:
        taken = {field.name: options.pop(field.name) for field in fields(Filed)}
        command(lang, Filed(**taken), **options)  # type: ignore[arg-type]  # click has typed them

    update_wrapper(called, command)
    passed: Callable[..., None] = click.pass_obj(called)
    for option in reversed(_OPTIONS):
        passed = option(passed)
    return passed
