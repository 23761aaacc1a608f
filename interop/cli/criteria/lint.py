"""``interop criteria lint``: what is odd in criteria that load."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from interop.cli.criteria.options import AS_JSON, EXISTING, KNOWLEDGE, SECONDS
from interop.cli.criteria.sources import CANONICAL, criterion_of, districts_of, item_in
from interop.cli.speech import Command
from interop.criteria import Criterion
from interop.criteria.lint import lint, stale_bases, window_gaps, window_overlaps
from interop.criteria.norms import Norm
from interop.criteria.prove import Budget, Solver, require_prover
from interop.errors import Lang, Reason
from interop.gateway import kinds
from interop.knowledge import Knowledge
from interop.model.day import day_of

CLEAN = ("未发现异常", "nothing odd")


@click.command("lint", cls=Command)
@click.argument("item")
@click.option("--region", help="只查该地区 · only this region")
@click.option(
    "--version",
    "versions",
    type=EXISTING,
    multiple=True,
    help="同一地区的各版本文件，检查有效期是否衔接 · files of versions: gaps, overlaps in time",
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="依据须在该日有效，默认今天 · day the bases must be in force; today unless named",
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
    on: datetime | None,
    seconds: float,
    folder: Path | None,
    as_json: bool,
) -> None:
    """找出无作用、相互矛盾或多余的条件 · Find clauses without effect, contradictory, redundant.

    另查决策表中不会用到或重叠的行、已失效或尚未施行的依据、版本之间的空档；发现问题时退出码为
    1 · Also rows of tables that never count or overlap, bases that are not in force, gaps
    between versions. Exits with 1 if something is found.
    """
    require_prover()
    known = Knowledge(folder)
    regions = (CANONICAL, *districts_of(known, item)) if region is None else (region,)
    criteria = {name: criterion_of(known, item, name) for name in regions}
    day = day_of(datetime.now(UTC)) if on is None else on.date()
    with Solver(Budget(wall_s=seconds)) as solver:
        found = [
            (name, reason)
            for name, criterion in criteria.items()
            for reason in lint(criterion, solver=solver)
        ]
    found += _stale(criteria, known, day)
    windows = [item_in(file) for file in versions]
    found += [("", odd) for odd in (*window_gaps(windows), *window_overlaps(windows))]
    if as_json:
        told = [{"region": name, **reason.as_json()} for name, reason in found]
        click.echo(json.dumps({"item": item, "problems": told}, ensure_ascii=False))
    else:
        for name, reason in found:
            click.echo(f"{name} [{reason.field}] {reason.code}: {reason.text(lang)}")
            click.echo(f"  → {reason.fix(lang)}")
        if not found:
            click.echo(CLEAN[lang == "en"])
    sys.exit(1 if found else 0)


def _stale(
    criteria: dict[str, Criterion], known: Knowledge, on: date
) -> Iterator[tuple[str, Reason]]:
    """Yield each basis that is not in force; what the common version rests on only once."""
    files = known.documents(kinds.NORMS)
    norms: tuple[Norm, ...] = tuple(norm for file in files for norm in file.value.norms)
    told: set[Reason] = set()
    for name, criterion in criteria.items():
        for reason in stale_bases(criterion.item, norms, on=on):
            if reason not in told:
                told.add(reason)
                yield name, reason
