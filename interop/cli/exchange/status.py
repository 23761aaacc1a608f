"""``interop exchange status``: where every channel stands."""

from pathlib import Path

import click

from interop.cli.exchange.places import JSON, KEYS, STORE, now, store_at, tell
from interop.cli.speech import Command
from interop.errors import Lang
from interop.exchange.status import SendingLane, Status
from interop.exchange.status import status as found


@click.command(cls=Command)
@STORE
@KEYS
@JSON
@click.pass_obj
def status(lang: Lang, *, store: str, keys: Path, as_json: bool) -> None:
    """各通道的进度、纪元、积压与熔断 · Lanes, marks, epochs, open batches, breakers, age."""
    with store_at(store, keys) as (opened, _), opened.transaction() as tx:
        told = found(tx, now=now())
    if as_json:
        tell(told.as_json())
        return
    for lane in told.sending:
        click.echo(_sending(lane, lang))
    for mark in told.receiving:
        word = "已收至" if lang == "zh" else "received through"
        click.echo(f"← {mark.peer}/{mark.lane}  {word} {mark.seq}  epoch {mark.epoch}")
    click.echo(_letters(told, lang))


def _sending(lane: SendingLane, lang: Lang) -> str:
    names = ("待发", "未回执", "最久") if lang == "zh" else ("waiting", "open", "oldest")
    waits = f"{names[0]} {lane.waiting}  {names[1]} {len(lane.open)}  {names[2]} {lane.age_s} s"
    state = f"epoch {lane.epoch}  credit {lane.credit}  breaker {lane.breaker}"
    why = f"  {lane.reason_code} ×{lane.failures}" if lane.reason_code else ""
    return f"→ {lane.peer}/{lane.lane}  {waits}  {state}{why}"


def _letters(told: Status, lang: Lang) -> str:
    return f"死信 {told.dead_letters}" if lang == "zh" else f"dead letters {told.dead_letters}"
