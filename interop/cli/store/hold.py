"""The commands ``interop store hold`` and ``interop store release``."""

import json
from pathlib import Path

import click

from interop.cli.speech import Command
from interop.cli.store.commands import JSON, KEYS, STORE
from interop.crypto.ring import KeyRing
from interop.errors import Lang
from interop.gateway import retention
from interop.gateway.opening import open_store, system_clock


@click.command(cls=Command)
@click.argument("case")
@STORE
@KEYS
@click.option(
    "--basis",
    required=True,
    help="依据，如法院文书的文号 · what it rests on, such as the number of a court's notice",
)
@JSON
@click.pass_obj
def hold(  # noqa: PLR0913 -- one parameter per option
    lang: Lang, *, case: str, store: str, keys: Path, basis: str, as_json: bool
) -> None:
    """依法保全办件 CASE，解除前不予清除 · Hold a case: it is not purged until it is released.

    依据加密保存，审计链记入一行 · The basis is kept encrypted; the audit chain gets a line.
    """
    with open_store(store, KeyRing.load(keys), steps=False) as opened:
        placed = retention.hold(opened, case, basis, at=system_clock())
    words = ("已保全" if placed else "原已保全") if lang == "zh" else (
        "held" if placed else "held already")  # fmt: skip
    told = {"case": case, "held": True, "new": placed}
    click.echo(json.dumps(told) if as_json else f"{case}  {words}")


@click.command(cls=Command)
@click.argument("case")
@STORE
@KEYS
@JSON
@click.pass_obj
def release(lang: Lang, *, case: str, store: str, keys: Path, as_json: bool) -> None:
    """解除办件 CASE 的保全 · Release a case from its hold."""
    with open_store(store, KeyRing.load(keys), steps=False) as opened:
        retention.let_go(opened, case, at=system_clock())
    told = {"case": case, "held": False}
    words = "已解除" if lang == "zh" else "released"
    click.echo(json.dumps(told) if as_json else f"{case}  {words}")
