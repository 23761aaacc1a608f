"""``interop criteria gate``: stop a change that refuses applicants the old version accepted."""

import json
import sys
from pathlib import Path

import click

from interop.cli.criteria.diff import change_between, change_lines
from interop.cli.criteria.options import AS_JSON, EXISTING, FACET, SECONDS
from interop.cli.speech import Command
from interop.errors import Lang


@click.command("gate", cls=Command)
@click.argument("old", type=EXISTING)
@click.argument("new", type=EXISTING)
@click.option(
    "--no-new-refusal",
    is_flag=True,
    required=True,
    help="旧版受理的，新版不得拒绝 · what the old version accepts the new one may not refuse",
)
@FACET
@SECONDS
@AS_JSON
@click.pass_obj
def gate(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang,
    old: Path,
    new: Path,
    *,
    no_new_refusal: bool,  # noqa: ARG001 -- the one gate there is, and required by name
    facet: str,
    seconds: float,
    as_json: bool,
) -> None:
    """OLD 到 NEW 若有新的拒绝即失败 · Fail if NEW refuses anybody whom OLD accepts.

    退出码 1 表示有新的拒绝，或未能证明没有 · Exits with 1 if somebody is newly refused, or if
    it could not be proved that nobody is.
    """
    found = change_between(old, new, facet=facet, seconds=seconds)
    if as_json:
        click.echo(json.dumps({"facet": facet, **found.as_json()}, ensure_ascii=False))
    else:
        for line in change_lines(found, lang):
            click.echo(line)
    sys.exit(0 if found.refuses_nobody_new else 1)
