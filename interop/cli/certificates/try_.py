"""``interop certificates try``: a mapping on a sample, side by side, offline."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from interop.cli.certificates.files import Loaded, load, shipped
from interop.cli.certificates.reasons import TARGET_UNKNOWN
from interop.cli.certificates.trial import Trial, attempt
from interop.cli.speech import Command
from interop.errors import InteropError, KnowledgeError, Lang
from interop.gateway import kinds
from interop.knowledge import Knowledge
from interop.lens import Lens
from interop.model.canonical import Json

LOOK_EVERY_S: Final = 0.5
SAMPLE_BYTES_MAX: Final = 4 * 1024 * 1024

_FILE: Final = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("try", cls=Command)
@click.argument("mapping", type=_FILE)
@click.argument("sample", type=_FILE)
@click.option("--to", default="", help="目标地区代码或名称 · region to write for, code or name")
@click.option("--watch", is_flag=True, help="文件有变动时重试 · try again when a file changes")
@click.option(
    "--mask", is_flag=True, help="只显示值的轮廓，便于外发 · outlines only, for sharing"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · print JSON")
@click.pass_obj
def try_(  # noqa: PLR0913 -- one argument per option
    lang: Lang, *, mapping: Path, sample: Path, to: str, watch: bool, mask: bool, as_json: bool
) -> None:
    """用样本试一个映射文件 · Try a mapping file on a sample.

    SAMPLE 为粘贴的 SOAP 应答、XML 或 JSON；全程离线。有错时退出码为 1 · SAMPLE is a pasted SOAP
    answer, XML or JSON; nothing leaves this machine. Exit code 1 if anything is at fault.
    """
    for _ in _changes(mapping, sample) if watch else (0,):
        if watch:
            click.clear()
        try:
            trial = _tried(mapping, sample, to, mask=mask)
        except InteropError as fault:
            if not watch:
                raise
            for reason in fault.reasons:
                click.echo(f"{reason.code} [{reason.field}]: {reason.text(lang)}")
            continue
        _show(trial, mapping, lang, as_json=as_json)
    sys.exit(1 if trial.faults or trial.stubs or trial.refused else 0)


def _changes(*files: Path) -> Iterator[int]:
    """Yield at once, and whenever one of ``files`` was written again."""
    seen = 0
    while True:
        now = max(path.stat().st_mtime_ns for path in files)
        if now != seen:
            seen = now
            yield now
        time.sleep(LOOK_EVERY_S)


def _tried(mapping: Path, sample: Path, to: str, *, mask: bool) -> Trial:
    knowledge = Knowledge()
    loaded = load(mapping, knowledge)
    data = sample.read_bytes()[: SAMPLE_BYTES_MAX + 1]
    target = _target(loaded, knowledge, to) if to else None
    known = _known(shipped(knowledge))
    return attempt(loaded, data, target=target, known=known, mask=mask)


def _known(files: tuple[Loaded, ...]) -> dict[str, str]:
    """Return what the last part of a source path usually means."""
    found: dict[str, str] = {}
    for one in files:
        for path, rule in one.file.rules():
            for source in rule.sources[:1]:
                found.setdefault(source.rpartition(".")[2], path)
    return found


def _target(loaded: Loaded, knowledge: Knowledge, to: str) -> Lens:
    found = shipped(knowledge, certificate=loaded.file.mapping.certificate)
    regions = {one.file.mapping.region: one for one in found}
    code = to if to in regions else _code(knowledge, to)
    if code not in regions:
        raise KnowledgeError(
            TARGET_UNKNOWN.of(field="--to", expected=", ".join(regions), got=to)
        )
    return regions[code].lens()


def _code(knowledge: Knowledge, name: str) -> str:
    """Return the code of a region by its Chinese name, or the name of its issuer file."""
    for key in knowledge.keys(kinds.ISSUERS):
        code, _, own = key.partition("-")
        if own == name.lower():
            return code
    for document in knowledge.documents(kinds.REGIONS):
        for row in document.value.rows:
            if name in {row.zh, row.zh.removesuffix("市").removesuffix("省")}:
                return row.code6
    return ""


def _show(trial: Trial, mapping: Path, lang: Lang, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_json(trial, lang), ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    heads = {
        "zh": ("来源", "原值", "规范字段", "规范值", "目标", "目标值"),
        "en": ("source", "text", "canonical", "value", "target", "text"),
    }
    # What stands in a sample is no markup.
    console = Console(markup=False, emoji=False)
    table = Table(*heads[lang], show_lines=False, expand=False)
    for row in trial.rows:
        table.add_row(*row)
    console.print(table)
    for told in trial.faults:
        where = f"{mapping.name}:{told.line}" if told.line else mapping.name
        reason = told.fault.reason
        click.echo(f"{where}  {told.fault.source}  {reason.code}: {reason.text(lang)}")
        if told.suggestion:
            click.echo(f"    {told.suggestion}")
    for reason in trial.refused:
        click.echo(f"→ {reason.code} [{reason.field}]: {reason.text(lang)}")
    if trial.stubs:
        click.echo("[fields]")
    for stub in trial.stubs:
        click.echo(stub)


def _json(trial: Trial, lang: Lang) -> dict[str, Json]:
    names = ("source", "text", "canonical", "value", "target", "target_text")
    return {
        "passed": not (trial.faults or trial.stubs or trial.refused),
        "rows": [dict[str, Json](zip(names, row, strict=True)) for row in trial.rows],
        "faults": [
            {
                "code": told.fault.code,
                "field": told.fault.field,
                "source": told.fault.source,
                "codec": told.fault.codec,
                "value": told.value,
                "line": told.line,
                "reason": told.fault.reason.text(lang),
                "suggestion": told.suggestion,
            }
            for told in trial.faults
        ],
        "unmapped": list(trial.stubs),
        "refused": [dict[str, Json](reason.as_json()) for reason in trial.refused],
    }
