"""``interop criteria import``: rules of another engine as acceptance criteria."""

import json
from pathlib import Path

import click

from interop.cli.speech import Command
from interop.criteria.certlogic.imported import import_rule
from interop.criteria.certlogic.rules import read_rule, read_value_sets


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--value-sets",
    "folder",
    type=click.Path(path_type=Path),
    help="含 valuesets/ 的文件夹 · the folder that holds valuesets/",
)
@click.option("--json", "as_json", is_flag=True, help="打印整个事项 · print the whole item")
def import_(file: Path, folder: Path | None, *, as_json: bool) -> None:
    """把 CertLogic 规则 FILE 读成受理条件 · Read the CertLogic rule in FILE as criteria.

    每个取值前都写明是否存在，因此结果不会未知
    · Whether a value is there is asked before the value, so the result is never unknown.
    """
    value_sets = {} if folder is None else read_value_sets(folder)
    item = import_rule(read_rule(file), value_sets).criterion.item
    if as_json:
        click.echo(json.dumps(item.revealed(), ensure_ascii=False))
        return
    click.echo(f"{item.item} {item.version} ({item.region})")
    for clause in item.clauses:
        click.echo(f"{clause.zh}\n{clause.when}")
