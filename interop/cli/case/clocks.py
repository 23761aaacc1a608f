"""``interop case clocks``: the deadlines of a stored case, or of a table of past cases."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from interop.cli.reasons import PARAMETER_MISSING, VALUE_REFUSED
from interop.cli.speech import Command, Misuse
from interop.errors import Lang


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit was asked for."""

    file: Path
    on: date
    statutory: int
    promised: int | None
    region: str | None
    knowledge: Path | None
    every: bool


@click.command(cls=Command)
@click.argument("case", required=False)
@click.option(
    "--audit",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="审核一张以往办件表（CSV） · audit a table of past cases (CSV)",
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="审核日，默认今天；未办的按该日判断 · day of the audit; today unless named",
)
@click.option(
    "--statutory",
    default=20,
    show_default=True,
    type=click.IntRange(0, 400),
    help="表中未写时的法定时限（工作日） · statutory limit of rows that name none",
)
@click.option(
    "--promised",
    type=click.IntRange(0, 400),
    help="表中未写时的承诺时限（工作日） · promised limit of rows that name none",
)
@click.option("--all", "every", is_flag=True, help="也列出按期的行 · list rows in time as well")
@click.option("--region", help="办理地代码，如 310115 · handling region, such as 310115")
@click.option("--store", help="数据库路径或 URL · path or URL of the database")
@click.option("--keys", type=click.Path(path_type=Path), help="密钥目录 · key folder")
@click.option(
    "--knowledge",
    type=click.Path(path_type=Path),
    help="覆盖随库知识的目录 · folder over the shipped knowledge",
)
@click.option("--json", "as_json", is_flag=True, help="打印 JSON，每行一个 · print JSON lines")
@click.pass_obj
def clocks(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang,
    *,
    case: str | None,
    file: Path | None,
    on: datetime | None,
    statutory: int,
    promised: int | None,
    every: bool,
    region: str | None,
    store: str | None,
    keys: Path | None,
    knowledge: Path | None,
    as_json: bool,
) -> None:
    """办件时限及其理由；审核以往办件表 · Deadlines of a case and why; audit a table of cases.

    CASE 为库中办件，须给出 --region、--store、--keys。--audit 只需要一张表，列名可为中文或
    英文：收件（必需）、补正告知、受理、决定、送达，可选办件编号、事项、决定结果、
    法定办结时限、承诺办结时限；编码为 UTF-8（可带 BOM）或 GB18030，日期可带时间。不予受理和
    不受理的办件须写决定日期和决定结果 · CASE is a stored case; it needs --region, --store and
    --keys. --audit needs a table alone, its columns named in Chinese or English: received
    (needed), noticed, accepted, ruled, delivered, and, if there, case, item, ruling, statutory,
    promised; UTF-8 with or without BOM, or GB18030; days may have a time. A case that was
    refused, or needs no licence, has its day under ruled and the kind under ruling.

    退出码：0 全部按期；1 有不合规定的单元格（全部列出，不作审核）或读不出；2 用法有误；4 有
    逾期的行 · Exit codes: 0 all in time, 1 bad cells (all listed, nothing audited) or not
    readable, 2 wrong usage, 4 at least one row is late.
    """
    if (case is None) == (file is None):
        raise Misuse(
            PARAMETER_MISSING.of(field="CASE, --audit", expected="CASE | --audit FILE")
        )
    if case is not None:
        _stored(case, _needed(region, store, keys), knowledge, lang, as_json=as_json)
        return
    if promised is not None and promised > statutory:
        raise Misuse(VALUE_REFUSED.of(field="--promised", expected=f"0–{statutory}"))
    day = _today() if on is None else on.date()
    asked = Audited(Path(str(file)), day, statutory, promised, region, knowledge, every)
    sys.exit(_audit(asked, lang, as_json=as_json))


def _today() -> date:
    from interop.model.day import day_of

    return day_of(datetime.now(UTC))


def _audit(asked: Audited, lang: Lang, *, as_json: bool) -> int:
    from interop.cli.case.auditing import audit_file

    return audit_file(asked, lang, as_json=as_json)


def _needed(region: str | None, store: str | None, keys: Path | None) -> tuple[str, str, Path]:
    given = {"--region": region, "--store": store, "--keys": keys}
    missing = [name for name, value in given.items() if value is None]
    if region is None or store is None or keys is None:
        raise Misuse(PARAMETER_MISSING.of(field=", ".join(missing), expected="TEXT"))
    return region, store, keys


def _stored(
    case: str,
    where: tuple[str, str, Path],
    knowledge: Path | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    from interop.crypto.ring import KeyRing
    from interop.gateway.open import Gateway

    region, store, keys = where
    with Gateway.open(
        region, store=store, keys=KeyRing.load(keys), knowledge=knowledge
    ) as gateway:
        found = gateway.host.explain(case)
    if as_json:
        told = {"case": case, "clocks": [one.masked() for one in found]}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.deadline.clock:8} {one.deadline.due_on}")
        _indented(one.zh if lang == "zh" else one.en)


def _indented(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(f"         {line}")
