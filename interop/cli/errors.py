"""``interop errors``: explain a code, or list all."""

import json
import sys

import click

from interop.cli.reasons_table import all_rows, as_markdown
from interop.errors import Lang, ReasonRow


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@click.option("--markdown", is_flag=True, help="print the reference page")
@click.pass_obj
def errors(lang: Lang, code: str | None, *, as_json: bool, markdown: bool) -> None:
    """解释错误代码 CODE，或列出全部 · Explain an error CODE, or list all."""
    rows = all_rows()
    if markdown:
        click.echo(as_markdown(rows), nl=False)
        return
    chosen = [row for row in rows if code in (None, row.code)]
    if not chosen:
        near = ", ".join(r.code for r in rows if code and code.split("-")[0] in r.code) or "-"
        click.echo(f"unknown code `{code}`; similar: {near}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps([_plain(row) for row in chosen], ensure_ascii=False))
        return
    for row in chosen:
        text, fix = (row.zh, row.fix_zh) if lang == "zh" else (row.en, row.fix_en)
        click.echo(f"{row.code}\n  {text}\n  → {fix}")


def _plain(row: ReasonRow) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in row.__slots__}
