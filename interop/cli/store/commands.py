"""The commands ``interop store migrate`` and ``interop store check``."""

import json
import sys
from pathlib import Path
from typing import Final

import click

from interop.cli.speech import Command
from interop.crypto.ring import KeyRing
from interop.errors import Lang
from interop.gateway.opening import open_store
from interop.model.canonical import Json
from interop.store.checking import check as checked
from interop.store.schema import VERSION

STORE: Final = click.option(
    "--store", required=True, help="数据库路径或 URL · path or URL of the database"
)
KEYS: Final = click.option(
    "--keys", required=True, type=click.Path(path_type=Path), help="密钥目录 · key folder"
)
JSON: Final = click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")


@click.command(cls=Command)
@STORE
@KEYS
@JSON
@click.pass_obj
def migrate(lang: Lang, *, store: str, keys: Path, as_json: bool) -> None:
    """建立存储或升级其结构 · Create a store or bring it to the present schema.

    在数据库锁内进行，要么全部完成，要么毫无改动；多个进程可同时运行 · Under a lock of the
    database, wholly or not at all; several processes may run it at once.
    """
    with open_store(store, KeyRing.load(keys)) as opened:
        before = opened.version_before
    if as_json:
        _tell({"before": before, "version": VERSION})
        return
    words = ("结构", "第 {} 版") if lang == "zh" else ("schema", "version {}")
    click.echo(f"{words[0]}  {words[1].format(before)} → {words[1].format(VERSION)}")


@click.command(cls=Command)
@STORE
@KEYS
@JSON
@click.pass_obj
def check(lang: Lang, *, store: str, keys: Path, as_json: bool) -> None:
    """核对审计链与汇总，不改动存储 · Check the audit chain and the roll-up; change nothing.

    有任何不符时退出码为 1 · Exit code 1 if anything does not hold.
    """
    with (
        open_store(store, KeyRing.load(keys), steps=False) as opened,
        opened.transaction() as tx,
    ):
        found = checked(tx)
    if as_json:
        problems: list[Json] = [
            {"code": reason.code, "field": reason.field} for reason in found.problems
        ]
        told: dict[str, Json] = {"version": found.version, "cases": found.cases}
        _tell({**told, "audit_lines": found.lines, "problems": problems})
    else:
        for reason in found.problems:
            click.echo(reason.text(lang))
        names = ("办件", "审计行", "不符") if lang == "zh" else ("cases", "lines", "problems")
        counts = (found.cases, found.lines, len(found.problems))
        pairs = zip(names, counts, strict=True)
        click.echo("  ".join(f"{name} {count}" for name, count in pairs))
    sys.exit(1 if found.problems else 0)


def _tell(told: dict[str, Json]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))
