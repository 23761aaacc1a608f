"""The command ``interop demo``."""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from interop.cli.reasons import FOLDER_TAKEN, VALUE_REFUSED
from interop.cli.speech import Command, Misuse
from interop.errors import InteropError, Lang
from interop.model.day import SHANGHAI

if TYPE_CHECKING:
    from interop.cli.demo.report import Report
    from interop.cli.demo.story import Outcome
    from interop.crypto.profile import ProfileName

START: Final = "2026-03-02T09:00:00+08:00"
REAL: Final = "now"
WIDTH: Final = 110


@dataclass(frozen=True, slots=True)
class _Wish:
    offset_s: float
    as_json: bool
    chaos: int | None
    lang: Lang
    profile: "ProfileName"


@click.command(cls=Command)
@click.option(
    "--json", "as_json", is_flag=True, help="打印一个 JSON 对象 · print one JSON object"
)
@click.option(
    "--now",
    is_flag=False,
    flag_value=REAL,
    default=START,
    metavar="[INSTANT]",
    help=f"办件时钟的起点，不写时刻则为当前时间；默认 {START} · "
    f"start the clock here, or at the real time; {START} if not given",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    help="数据库、密钥和日志留在此目录 · leave databases, keys and logs here",
)
@click.option(
    "--chaos",
    is_flag=False,
    flag_value=1,
    type=int,
    metavar="[SEED]",
    help="在随机种子选定的时刻杀死一个节点，办件仍须办成 · "
    "kill a node at a moment the seed picks; the case is finished all the same",
)
@click.option(
    "--profile",
    type=click.Choice(["development", "production-cn"]),
    default="development",
    show_default=True,
    help="算法；production-cn 即国密 SM2、SM3、SM4 · algorithms; production-cn: SM2, SM3, SM4",
)
@click.pass_obj
def demo(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    as_json: bool,
    now: str,
    keep: Path | None,
    chaos: int | None,
    profile: "ProfileName",
) -> None:
    """一件跨省办件，从登录到送达 · One case across the delta, from login to delivery.

    两个网关节点各有数据库和密钥，与仿真的地区系统一起作为独立进程运行。每一步均通过核验，退出码
    才为 0 · Two gateway nodes, each with its own database and keys, and simulated regional
    systems run as processes of their own. Exit code 0 only if every step verified.
    """
    from interop.cli.ending import ending_on_signals

    wish = _Wish(_offset(now), as_json, chaos, lang, profile)
    with ending_on_signals(served=False), _folder(keep, lang) as folder:
        _run(folder, wish, kept=keep is not None)
    sys.exit(0)


class _Failed(SystemExit):
    """The story ended, but not every step verified."""

    def __init__(self) -> None:
        super().__init__(1)


def _run(folder: Path, wish: _Wish, *, kept: bool) -> None:
    from interop.cli.demo.report import report_on

    begun = time.monotonic()
    outcome, restarts = _played(folder, wish)
    report = report_on(outcome, seconds=time.monotonic() - begun, restarts=restarts)
    report.body["profile"] = wish.profile
    if kept:
        report.body["kept"] = str(folder)
    _conclude(report, outcome, wish)


def _conclude(report: "Report", outcome: "Outcome", wish: _Wish) -> None:
    """Tell what happened; raise _Failed if a step did not verify."""
    _tell(report, outcome, wish)
    if report.failures:
        raise _Failed


def _played(folder: Path, wish: _Wish) -> "tuple[Outcome, dict[str, int]]":
    from rich.console import Console

    from interop.cli.clock import shifted
    from interop.cli.demo.story import play
    from interop.cli.demo.trouble import trouble
    from interop.cli.demo.troupe import gathered
    from interop.cli.demo.words import STEPS
    from interop.simulator.world import default_world

    offset_s, profile = wish.offset_s, wish.profile
    clock, world = shifted(wish.offset_s), default_world()
    progress = Console(stderr=True, quiet=not sys.stderr.isatty())
    with (
        progress.status(STEPS["start"][wish.lang]) as status,
        gathered(folder, world, clock=clock, offset_s=offset_s, profile=profile) as troupe,
        trouble(troupe, wish.chaos) as began,
    ):

        def told(step: str) -> None:
            status.update(STEPS[step][wish.lang])
            began(step)

        outcome = play(troupe, world, clock=clock, told=told)
    return outcome, troupe.restarts


def _tell(report: "Report", outcome: "Outcome", wish: _Wish) -> None:
    if wish.as_json:
        click.echo(json.dumps(report.body, ensure_ascii=False))
        return
    from rich.console import Console

    from interop.cli.demo.report import show
    from interop.gateway.library import Library
    from interop.knowledge import Knowledge
    from interop.simulator.applicants import ITEM, PUDONG

    item = Library(Knowledge()).item(ITEM, PUDONG)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    show(report, outcome, item, lang=wish.lang, console=console)


def _offset(now: str) -> float:
    if now == REAL:
        return 0.0
    try:
        instant = datetime.fromisoformat(now)
    except ValueError:
        raise Misuse(VALUE_REFUSED.of(field="--now", expected=START)) from None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
    return (aware - datetime.now(UTC)).total_seconds()


@contextmanager
def _folder(keep: Path | None, lang: Lang) -> Iterator[Path]:
    """Give the folder of a run; one that is not kept is removed, save the logs of a failure.

    Yields:
        An empty folder.
    """
    if keep is not None:
        if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
            raise Misuse(FOLDER_TAKEN.of(field=str(keep)))
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="interop-demo-"))
    logs = False
    try:
        yield folder
    except (InteropError, _Failed):
        logs = True
        told = f"日志留在 {folder}" if lang == "zh" else f"logs are left in {folder}"
        click.echo(told, err=True)
        raise
    finally:
        _clear(folder, logs=logs)


def _clear(folder: Path, *, logs: bool) -> None:
    if not logs:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix != ".log":
            path.unlink(missing_ok=True)
