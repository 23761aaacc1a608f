"""``interop knowledge``: check every file, list every legal source."""

import json
import sys
from pathlib import Path

import click

from interop.cli.speech import Group
from interop.errors import Lang
from interop.gateway.kinds import ALL, check_knowledge
from interop.gateway.library import Library
from interop.gateway.readiness import missing_for
from interop.knowledge import Knowledge, legal_sources


@click.group(cls=Group)
def knowledge() -> None:
    """检查知识文件，列出依据 · Check knowledge files, list their sources."""


@knowledge.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--region",
    help="并列出该地区还缺少什么 · also list what this region still lacks",
)
@click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
@click.pass_obj
def check(lang: Lang, folder: Path | None, region: str | None, *, as_json: bool) -> None:
    """列出全部文件的全部问题 · Report every problem of every file.

    FOLDER 覆盖在随库知识之上；不写则检查随库文件。有问题时退出码为 1 · FOLDER is laid over
    the shipped knowledge; without it the shipped files are checked. Exit code 1 if there are
    problems.
    """
    known = Knowledge(folder)
    problems = check_knowledge(known)
    lacking = () if region is None else missing_for(Library(known), region)
    rows = [(p.path, p.reason) for p in problems] + [("", reason) for reason in lacking]
    if as_json:
        told = [{"path": path, **reason.as_json()} for path, reason in rows]
        files = len(known.shelf.paths)
        click.echo(json.dumps({"files": files, "problems": told}, ensure_ascii=False))
    else:
        for path, reason in rows:
            click.echo(f"{path or region} [{reason.field}] {reason.code}: {reason.text(lang)}")
            click.echo(f"  → {reason.fix(lang)}")
        counted = f"{len(known.shelf.paths)} files, {len(rows)} problems"
        zh = f"共 {len(known.shelf.paths)} 个文件，{len(rows)} 个问题"
        click.echo(zh if lang == "zh" else counted)
    sys.exit(1 if rows else 0)


@knowledge.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--unverified",
    is_flag=True,
    help="只列未核对原文的 · only what nobody has read in the original",
)
@click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
def sources(folder: Path | None, *, unverified: bool, as_json: bool) -> None:
    """列出每一条依据及其核验状态 · List every legal basis with its verification state."""
    found = [
        row
        for row in legal_sources(Knowledge(folder), ALL)
        if not unverified or row.verified != "yes"
    ]
    if as_json:
        told = [{name: getattr(row, name) for name in row.__slots__} for row in found]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for row in found:
        click.echo(f"{row.verified:10} {row.document} {row.article}  ({row.path} {row.where})")
    counts = {
        state: sum(r.verified == state for r in found) for state in ("yes", "secondary", "no")
    }
    click.echo("  ".join(f"{state}: {n}" for state, n in counts.items()))
