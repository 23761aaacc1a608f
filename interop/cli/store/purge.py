"""The command ``interop store purge``."""

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from interop.cases import RetentionTable
from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Misuse
from interop.cli.store.commands import JSON, KEYS, STORE
from interop.crypto.ring import KeyRing
from interop.errors import Lang
from interop.gateway import retention
from interop.gateway.library import Library
from interop.gateway.opening import open_store, system_clock
from interop.gateway.retention import Purged
from interop.knowledge import Document
from interop.model.canonical import Json
from interop.model.day import day_of
from interop.store import Store


@click.command(cls=Command)
@STORE
@KEYS
@click.option("--due", is_flag=True, help="期限已满的 · those whose retention is over")
@click.option("--dry-run", is_flag=True, help="只列出，不清除 · only list them")
@click.option(
    "--region",
    default="",
    help="以该地区的期限为准；不写则用通用表 · whose periods count; the common ones without it",
)
@click.option(
    "--knowledge",
    type=click.Path(path_type=Path),
    help="覆盖随库知识的目录 · folder over the shipped knowledge",
)
@JSON
@click.pass_obj
def purge(  # noqa: PLR0913 -- one parameter per option
    lang: Lang,
    *,
    store: str,
    keys: Path,
    due: bool,
    dry_run: bool,
    region: str,
    knowledge: Path | None,
    as_json: bool,
) -> None:
    """清除保存期限已满的办件 · Purge the cases whose retention is over.

    销毁办件密钥并删去其内容，保留编号、状态和摘要，审计链和通道仍可核验；每件单独完成，可中断后
    再运行；已保全的不清除。有未能清除的，退出码为 1 · The key of each is destroyed and what it
    sealed taken out; number, states and digests stay, so that every chain still verifies. Each
    is done by itself: interrupt it and run it again. Exit code 1 if any had to be left.
    """
    if not due:
        raise Misuse(PARAMETER_MISSING.of(field="--due", expected="--due"))
    table = retention.retention_of(Library.of(knowledge), region)
    now = system_clock()
    with open_store(store, KeyRing.load(keys), steps=False) as opened:
        if dry_run:
            going = retention.due(opened, table.value, on=day_of(now))
            found = [Purged(one.case, one.under) for one in going]
        elif as_json:
            found = [*retention.purge(opened, table, at=now)]
        else:
            found = _shown(opened, table, now)
        if not dry_run:
            retention.sweep(opened, table.value, at=now)
    _warn(lang, table.value)
    _tell(lang, found, dry_run=dry_run, as_json=as_json)
    sys.exit(1 if any(one.code for one in found) else 0)


def _shown(store: Store, table: Document[RetentionTable], at: datetime) -> list[Purged]:
    """Purge, and show on standard error how far it is."""
    length = retention.count_due(store, table.value, on=day_of(at))
    purged = retention.purge(store, table, at=at)
    with click.progressbar(purged, length=length, file=sys.stderr) as going:
        return [*going]


def _warn(lang: Lang, table: RetentionTable) -> None:
    """Say on standard error which periods no official text sets."""
    purged = (row for row in table.classes if row.holds != "upload")
    names = ", ".join(row.id for row in purged if row.illustrative)
    if names:
        zh = f"以下类别的期限为示例，请由主管人员确定后写入本地区的表：{names}"
        en = f"the periods of these classes are illustrative; set your own: {names}"
        click.echo(zh if lang == "zh" else en, err=True)


def _tell(lang: Lang, found: list[Purged], *, dry_run: bool, as_json: bool) -> None:
    counts = Counter(one.under for one in found if not one.code)
    left = [one for one in found if one.code]
    if as_json:
        cases: list[Json] = [one.case for one in found if not one.code]
        kept: list[Json] = [{"case": one.case, "code": one.code} for one in left]
        told: dict[str, Json] = {"dry_run": dry_run, "cases": cases, "left": kept}
        click.echo(json.dumps(told | {"classes": dict(counts)}, ensure_ascii=False))
        return
    words = ("到期" if dry_run else "已清除", "未清除") if lang == "zh" else (
        "due" if dry_run else "purged", "left")  # fmt: skip
    for one in left:
        click.echo(f"{one.case}  {one.code}")
    for under, n in sorted(counts.items()):
        click.echo(f"{under}  {n}")
    click.echo(f"{words[0]} {sum(counts.values())}  {words[1]} {len(left)}")
