"""``interop criteria test-certlogic``: rules of other engines on their own cases."""

import json
import sys
from pathlib import Path

import click

from interop.cli.speech import Command
from interop.criteria.certlogic.cases import run_cases
from interop.errors import Lang

FAILED = 1


@click.command("test-certlogic", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
@click.pass_obj
def test_certlogic(lang: Lang, folder: Path, *, as_json: bool) -> None:
    """用附带的案例检验 FOLDER 下的规则 · Run the rules below FOLDER on their cases.

    FOLDER 为一个国家的文件夹或其上级；每条规则先读成受理条件，再判断
    · FOLDER is a country's folder or a folder of them. Every rule is imported into the
    criteria language and decided there.
    """
    outcome = run_cases(folder)
    if as_json:
        click.echo(json.dumps(outcome.as_json(), ensure_ascii=False))
    else:
        for failure in outcome.failed:
            click.echo(f"{failure.file}: {failure.expected} ≠ {failure.got}")
            for reason in failure.reasons:
                click.echo(f"  {reason.code} [{reason.field}]: {reason.text(lang)}")
        zh = f"{outcome.rules} 条规则，{outcome.cases} 个案例，{len(outcome.failed)} 个不符"
        en = f"{outcome.rules} rules, {outcome.cases} cases, {len(outcome.failed)} failed"
        click.echo(zh if lang == "zh" else en)
    sys.exit(FAILED if outcome.failed else 0)
