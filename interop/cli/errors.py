"""``interop errors``: explain a code, or list all."""

import json

import click

from interop.cli.reasons import CODE_UNKNOWN
from interop.cli.reasons_table import all_rows, as_markdown
from interop.cli.speech import Command, Misuse, nearest
from interop.errors import Lang, ReasonRow


@click.command(cls=Command)
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
@click.option("--markdown", is_flag=True, help="打印参考页 · print the reference page")
@click.pass_obj
def errors(lang: Lang, code: str | None, *, as_json: bool, markdown: bool) -> None:
    """解释错误代码 CODE，或列出全部 · Explain an error CODE, or list all."""
    rows = all_rows()
    chosen = [row for row in rows if code in (None, row.code)]
    if code is not None and not chosen:
        raise Misuse(CODE_UNKNOWN.of(got=code, expected=_similar(code, rows)))
    if markdown:
        click.echo(as_markdown(chosen), nl=False)
    elif as_json:
        click.echo(json.dumps([_plain(row) for row in chosen], ensure_ascii=False))
    else:
        for row in chosen:
            text, fix = (row.zh, row.fix_zh) if lang == "zh" else (row.en, row.fix_en)
            click.echo(f"{row.code}\n  {text}\n  → {fix}")


def _similar(code: str, rows: tuple[ReasonRow, ...]) -> str:
    codes = [row.code for row in rows]
    holding = [known for known in codes if code in known]
    near = nearest(code, holding or codes)
    return near if near.count(",") < len(codes) - 1 else "-"


def _plain(row: ReasonRow) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in row.__slots__}
