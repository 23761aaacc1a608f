"""Options that the comparing commands share."""

from pathlib import Path

import click

from interop.cli.criteria.sources import FACETS

FACET = click.option(
    "--facet",
    type=click.Choice(list(FACETS)),
    default="all",
    show_default=True,
    help="受理、实体或全部 · intake, merits or all",
)
KNOWLEDGE = click.option(
    "--knowledge",
    "folder",
    type=click.Path(path_type=Path),
    help="覆盖在随库知识之上的文件夹 · a folder laid over the shipped knowledge",
)
SECONDS = click.option(
    "--seconds",
    type=click.FloatRange(min=0, max=3600, min_open=True),
    default=300.0,
    show_default=True,
    help="求解的总时限（秒） · seconds for all proofs together",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)
