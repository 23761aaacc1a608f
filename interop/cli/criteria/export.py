"""``interop criteria export``: criteria for other engines, or to read."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from interop.cli.criteria.options import AS_JSON, KNOWLEDGE
from interop.cli.criteria.sources import CANONICAL, criterion_of
from interop.cli.speech import Command
from interop.criteria import Criterion
from interop.criteria.exporting.cel import cel_of
from interop.criteria.exporting.certlogic import certlogic_of
from interop.criteria.exporting.chinese import chinese_of
from interop.criteria.exporting.dmn import dmn_of
from interop.criteria.exporting.variables import variables_of
from interop.criteria.nodes import Node
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import Vocabulary
from interop.knowledge import Knowledge
from interop.model.canonical import Json

CHINESE: Final = "zh"
DMN: Final = "dmn"
WHOLE: Final[Mapping[str, Callable[[Criterion], str]]] = {CHINESE: chinese_of, DMN: dmn_of}
FORMATS: Final[Mapping[str, Callable[[Node, Vocabulary], Json]]] = {
    "cel": cel_of,
    "certlogic": certlogic_of,
}


@click.command("export", cls=Command)
@click.argument("item")
@click.option("--region", default=CANONICAL, help="地区代码 · code of the region")
@click.option(
    "--to",
    "format_",
    type=click.Choice([*FORMATS, *WHOLE]),
    default="cel",
    show_default=True,
    help="目标格式 · what to write",
)
@KNOWLEDGE
@AS_JSON
def export(item: str, *, region: str, format_: str, folder: Path | None, as_json: bool) -> None:
    """把 ITEM 的受理条件写成其他引擎的规则 · Write the criteria of ITEM for another engine.

    变量名见 JSON 的 variables；日期为 1970-01-01 起的天数（CEL）或 YYYY-MM-DD，小数乘以一百万
    · Variables are listed in the JSON; days count from 1970-01-01 (CEL) or are YYYY-MM-DD,
    decimals are millionths. DMN holds one decision for each clause, and a decision table where
    the clause was written as one.
    """
    criterion = criterion_of(Knowledge(folder), item, region)
    if format_ in WHOLE:
        text = WHOLE[format_](criterion)
        told = _head(criterion, format_) | {"text": text}
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else text)
        return
    write = FORMATS[format_]
    rules = {row.clause.id: write(row.when, criterion.vocabulary) for row in criterion.clauses}
    if as_json:
        told = _head(criterion, format_) | {
            "variables": _variables(criterion),
            "clauses": rules,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, rule in rules.items():
        shown = rule if isinstance(rule, str) else json.dumps(rule, ensure_ascii=False)
        click.echo(f"{name}\t{shown}")


def _head(criterion: Criterion, format_: str) -> dict[str, Json]:
    item = criterion.item
    return {
        "item": item.item,
        "region": item.region,
        "version": item.version,
        "digest": criterion.digest,
        "format": format_,
    }


def _variables(criterion: Criterion) -> list[Json]:
    found = (
        text_of_node(variable)
        for row in criterion.clauses
        for variable in variables_of(row.when)
    )
    return list(dict.fromkeys(found))
