"""The command ``interop demo``."""

import json
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from interop.errors import Lang
from interop.model.day import SHANGHAI

START: Final = "2026-03-02T09:00:00+08:00"
REAL: Final = "now"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.option(
    "--now",
    is_flag=False,
    flag_value=REAL,
    default=START,
    metavar="[INSTANT]",
    help=f"start the clock here, or at the real time; {START} if not given",
)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="leave databases, keys and logs here"
)
@click.option(
    "--chaos",
    is_flag=False,
    flag_value=1,
    type=int,
    metavar="[SEED]",
    help="kill a node at a moment the seed picks; the case is finished all the same",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="language of the page")
@click.pass_obj
def demo(  # noqa: PLR0913 -- one argument per option
    obj: Lang,
    *,
    as_json: bool,
    now: str,
    keep: Path | None,
    chaos: int | None,
    lang: Lang | None,
) -> None:
    """一件跨省办件，从登录到送达 · One case across the delta, from login to delivery.

    Two gateway nodes, each with its own database and keys, and simulated regional systems
    run as processes of their own. Exit code 0 only if every step verified.
    """
    offset_s = _offset(now)
    folder = _folder(keep)
    try:
        failed = _run(folder, offset_s, as_json=as_json, chaos=chaos, lang=lang or obj)
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


def _run(
    folder: Path, offset_s: float, *, as_json: bool, chaos: int | None, lang: Lang
) -> tuple[str, ...]:
    from rich.console import Console

    from interop.cli.clock import shifted
    from interop.cli.demo.report import report_on, show
    from interop.cli.demo.story import play
    from interop.cli.demo.troupe import gathered, trouble
    from interop.cli.demo.words import STEPS
    from interop.gateway.library import Library
    from interop.knowledge import Knowledge
    from interop.simulator.applicants import ITEM, PUDONG
    from interop.simulator.world import default_world

    begun, clock, world = time.monotonic(), shifted(offset_s), default_world()
    progress = Console(stderr=True, quiet=as_json or not sys.stderr.isatty())
    with (
        progress.status(STEPS["start"][lang]) as status,
        gathered(folder, world, clock=clock, offset_s=offset_s) as troupe,
        trouble(troupe, chaos),
    ):

        def told(step: str) -> None:
            status.update(STEPS[step][lang])

        outcome = play(troupe, world, clock=clock, told=told)
    restarts = troupe.restarts
    report = report_on(outcome, seconds=time.monotonic() - begun, restarts=restarts)
    if as_json:
        click.echo(json.dumps(report.body, ensure_ascii=False))
    else:
        item = Library(Knowledge()).item(ITEM, PUDONG)
        show(report, outcome, item, lang=lang, console=Console(width=_width()))
    return report.failures


def _width() -> int | None:
    return None if sys.stdout.isatty() else 110


def _offset(now: str) -> float:
    if now == REAL:
        return 0.0
    try:
        instant = datetime.fromisoformat(now)
    except ValueError:
        msg = f"`{now}` is no instant; write it like {START}"
        raise click.BadParameter(msg, param_hint="--now") from None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
    return (aware - datetime.now(UTC)).total_seconds()


def _folder(keep: Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="interop-demo-"))
    if keep.exists() and any(keep.iterdir()):
        msg = f"`{keep}` is not empty; name a new folder"
        raise click.BadParameter(msg, param_hint="--keep")
    keep.mkdir(parents=True, exist_ok=True)
    return keep
