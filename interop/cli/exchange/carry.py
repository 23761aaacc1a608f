"""``interop exchange reconcile|export|import|pull``: carry by other ways, compare books."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from interop.cli.exchange.places import JSON, gateway_options, station_at, tell
from interop.cli.speech import Command
from interop.gateway import parcels
from interop.gateway.intake import pull as fetch
from interop.gateway.reconciling import reconcile as compared
from interop.model.canonical import Json


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--case",
    default="",
    help="再次写出该办件的全部材料内容 · all contents of this case once more",
)
@gateway_options
@JSON
def export(*, folder: Path, case: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """把待发批次和材料内容写入 FOLDER · Write what waits into FOLDER; again is no harm."""
    with station_at(given) as station:
        files = parcels.export(station, folder, case=case)
    if as_json:
        tell({"files": [file.name for file in files]})
    for file in () if as_json else files:
        click.echo(file.name)


@click.command(cls=Command, name="import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@gateway_options
@JSON
def import_(*, folder: Path, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """收取 FOLDER 中给本地区的文件，回执写回其中 · Take in FOLDER; receipts go there too.

    次序与重复均无妨。有文件被拒绝时退出码为 1 · In any order, any number of times. Exit code 1
    if a file is refused.
    """
    with station_at(given) as station:
        done = parcels.import_(station, folder)
    refused: dict[str, Json] = {**done.refused}
    names = ("batches", "receipts", "marks", "pieces", "early")
    counts: dict[str, Json] = {name: getattr(done, name) for name in names}
    if as_json:
        tell({**counts, "refused": refused})
    for name, value in () if as_json else (*counts.items(), *refused.items()):
        click.echo(f"{name}  {value}")
    if refused:
        sys.exit(1)


@click.command(cls=Command)
@click.argument("peer")
@gateway_options
@JSON
def pull(*, peer: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """向 PEER 取回待收批次并交回执 · Fetch what waits for us at PEER, and give receipts."""
    with station_at(given) as station:
        taken = fetch(station, peer)
    if as_json:
        tell({"batches": taken})
    else:
        click.echo(f"batches  {taken}")


@click.command(cls=Command)
@click.argument("peer")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="只对这一天 · this day only",
)
@click.option("--repair", is_flag=True, help="补发有差异的办件 · tell differing cases again")
@gateway_options
@JSON
def reconcile(
    *,
    peer: str,
    day: datetime | None,
    repair: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 -- the options of a gateway, passed on
) -> None:
    """与 PEER 对账 · Compare what was sent to PEER with what it holds.

    有差异时退出码为 1 · Exit code 1 if anything differs.
    """
    on = None if day is None else day.date()
    with station_at(given) as station:
        found = compared(station, peer, day=on, repair=repair)
    rows: list[Json] = [
        {
            "lane": book.lane,
            "day": book.day.isoformat(),
            "cases": [*book.cases],
            "unknown": book.unknown,
            "asked_bytes": book.asked_bytes,
            "complete": book.complete,
        }
        for book in found.books
    ]
    standings: dict[str, Json] = {str(k): v for k, v in found.standings.items()}
    if as_json:
        tell({"lanes": standings, "differing": rows, "again": found.again})
    else:
        for book in found.books:
            more = "" if book.complete else " …"
            click.echo(f"{book.day} {peer}/{book.lane}  {', '.join(book.cases)}{more}")
        click.echo(f"differing {len(rows)}  again {found.again}")
    if rows:
        sys.exit(1)
