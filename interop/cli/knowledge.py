"""``interop knowledge``: check every file, list every legal source."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from interop.cli.speech import Group
from interop.errors import Lang, Reason
from interop.gateway.kinds import ALL
from interop.gateway.library import Library
from interop.gateway.readiness import missing_for
from interop.gateway.soundness import check_knowledge, knowledge_warnings
from interop.knowledge import Knowledge, legal_sources
from interop.model.canonical import Json


@click.group(cls=Group)
def knowledge() -> None:
    """检查知识文件，列出依据 · Check knowledge files, list their sources."""


@knowledge.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--region",
    help="并列出该地区还缺少什么 · also list what this region still lacks",
)
@click.option(
    "--warnings/--no-warnings",
    "spelt",
    default=True,
    help="逐条列出警告，或只计数 · list every warning, or only count them",
)
@click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
@click.pass_obj
def check(
    lang: Lang, folder: Path | None, region: str | None, *, spelt: bool, as_json: bool
) -> None:
    """列出全部文件的全部问题 · Report every problem of every file.

    FOLDER 覆盖在随库知识之上；不写则检查随库文件。有问题时退出码为 1；警告（如条件未写类别、
    增加的要求未写依据）不影响加载和退出码 · FOLDER is laid over the shipped knowledge; without
    it the shipped files are checked. Exit code 1 if there are problems; a warning, such as a
    clause without a kind or a requirement that names no norm, stops nothing.
    """
    known = Knowledge(folder)
    problems = check_knowledge(known)
    lacking = () if region is None else missing_for(Library(known), region)
    rows = [(p.path, p.reason) for p in problems]
    rows += [(str(region), reason) for reason in lacking]
    warned = [(w.path, w.reason) for w in knowledge_warnings(known)]
    files = len(known.shelf.paths)
    if as_json:
        told: dict[str, Json] = {"files": files, "problems": _plain(rows, region)}
        click.echo(json.dumps(told | {"warnings": _plain(warned, None)}, ensure_ascii=False))
    else:
        for line in (*_lines(rows, lang), *(_lines(warned, lang) if spelt else ())):
            click.echo(line)
        zh = f"共 {files} 个文件，{len(rows)} 个问题，{len(warned)} 个警告"
        en = f"{files} files, {len(rows)} problems, {len(warned)} warnings"
        click.echo(zh if lang == "zh" else en)
    sys.exit(1 if rows else 0)


def _plain(rows: list[tuple[str, Reason]], region: str | None) -> list[Json]:
    """Return rows as JSON; what a region lacks is in no file."""
    return [
        {"path": "" if path == region else path, **reason.as_json()} for path, reason in rows
    ]


def _lines(rows: list[tuple[str, Reason]], lang: Lang) -> Iterator[str]:
    for path, reason in rows:
        yield f"{path} [{reason.field}] {reason.code}: {reason.text(lang)}"
        yield f"  → {reason.fix(lang)}"


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
