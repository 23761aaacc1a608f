"""``interop criteria lint``: what is odd in criteria that load."""

import json
import sys
from pathlib import Path

import click

from interop.cli.criteria.options import AS_JSON, EXISTING, KNOWLEDGE, SECONDS
from interop.cli.criteria.sources import CANONICAL, criterion_of, districts_of, item_in
from interop.cli.speech import Command
from interop.criteria.lint import lint, window_gaps
from interop.criteria.prove import Budget, Solver, require_prover
from interop.errors import Lang
from interop.knowledge import Knowledge


@click.command("lint", cls=Command)
@click.argument("item")
@click.option("--region", help="只查该地区 · only this region")
@click.option(
    "--version",
    "versions",
    type=EXISTING,
    multiple=True,
    help="同一地区的各版本文件，检查有效期是否衔接 · files of versions, for gaps in time",
)
@SECONDS
@KNOWLEDGE
@AS_JSON
@click.pass_obj
def lint_(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang,
    item: str,
    *,
    region: str | None,
    versions: tuple[Path, ...],
    seconds: float,
    folder: Path | None,
    as_json: bool,
) -> None:
    """找出无作用、相互矛盾或多余的条件 · Find clauses without effect, contradictory, redundant.

    发现问题时退出码为 1；依据是否已废止不在检查之列 · Exits with 1 if something is found;
    whether a basis was repealed is not checked.
    """
    require_prover()
    known = Knowledge(folder)
    regions = (CANONICAL, *districts_of(known, item)) if region is None else (region,)
    with Solver(Budget(wall_s=seconds)) as solver:
        found = [
            (name, reason)
            for name in regions
            for reason in lint(criterion_of(known, item, name), solver=solver)
        ]
    found += [("", gap) for gap in window_gaps([item_in(file) for file in versions])]
    if as_json:
        told = [{"region": name, **reason.as_json()} for name, reason in found]
        click.echo(json.dumps({"item": item, "problems": told}, ensure_ascii=False))
    else:
        for name, reason in found:
            click.echo(f"{name} [{reason.field}] {reason.code}: {reason.text(lang)}")
            click.echo(f"  → {reason.fix(lang)}")
    sys.exit(1 if found else 0)
