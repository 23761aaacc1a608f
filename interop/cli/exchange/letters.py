"""``interop exchange deadletters`` and ``redrive``: look at what was refused, and settle it."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from interop.cli.exchange.places import (
    JSON,
    KEYS,
    STORE,
    gateway_options,
    station_at,
    store_at,
    tell,
)
from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Group, Misuse
from interop.gateway.settling import (
    discard_letter,
    lift_alarm,
    redrive_case,
    redrive_letter,
    release_case,
)
from interop.model.canonical import Json
from interop.store.lanes import LANES_MAX
from interop.store.letters import DeadLetter, dead_letters, require_letter, waiting_letters

NONE: Final = "没有死信 · no dead letters"


@click.group(cls=Group)
def deadletters() -> None:
    """列出、查看、放弃死信 · List, show or discard dead letters."""


@deadletters.command("list")
@STORE
@KEYS
@click.option("--all", "settled", is_flag=True, help="含已处理的 · settled ones too")
@JSON
def list_(*, store: str, keys: Path, settled: bool, as_json: bool) -> None:
    """列出死信 · List the dead letters."""
    with store_at(store, keys) as (opened, _), opened.transaction() as tx:
        found = dead_letters(tx) if settled else waiting_letters(tx)
    if as_json:
        tell({"dead_letters": [_row(letter) for letter in found]})
        return
    for letter in found:
        place = f"{letter.peer}/{letter.lane}/{letter.seq}"
        outcome = letter.outcome or "-"
        click.echo(f"{letter.id:6} {place}  {letter.case}  {letter.reason_code}  {outcome}")
    if not found:
        click.echo(NONE)


@deadletters.command()
@click.argument("number", type=click.IntRange(1))
@STORE
@KEYS
@JSON
def show(*, number: int, store: str, keys: Path, as_json: bool) -> None:
    """查看一封死信（正文仍加密） · Show a dead letter; its body stays encrypted."""
    with store_at(store, keys) as (opened, _), opened.transaction() as tx:
        told = _row(require_letter(tx, number))
    if as_json:
        tell(told)
        return
    for name, value in told.items():
        click.echo(f"{name:12} {value}")


@deadletters.command()
@click.argument("number", type=click.IntRange(1))
@gateway_options
@JSON
def discard(*, number: int, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """放弃一封死信，其后的可以重投 · Set a dead letter aside; those behind can go on."""
    with station_at(given) as station:
        done = discard_letter(station, number)
    if as_json:
        tell({"id": number, "discarded": done})
    else:
        click.echo(f"{number}  {'discarded' if done else 'settled'}")


@click.command(cls=Command)
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--case", help="重投该办件的全部死信 · redrive all of this case")
@gateway_options
@JSON
def redrive(*, number: int | None, case: str | None, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """重投死信；同一办件按序进行 · Redrive a dead letter, those of its case in order.

    已处理的不再重投。仍被拒绝时退出码为 1 · One that is settled is left alone. Exit code 1 if
    one is refused again.
    """
    if (number is None) == (case is None):
        raise Misuse(PARAMETER_MISSING.of(field="NUMBER, --case", expected="1"))
    with station_at(given) as station:
        done = redrive_letter(station, number) if number else redrive_case(station, case or "")
    rows: list[Json] = [{"id": one.id, "case": one.case, "code": one.code} for one in done]
    if as_json:
        tell({"redriven": rows})
    for one in () if as_json else done:
        click.echo(f"{one.id:6} {one.case}  {one.code or 'redriven'}")
    if any(one.code for one in done):
        sys.exit(1)


@click.command(cls=Command)
@click.argument("case")
@gateway_options
@JSON
def release(*, case: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """核对后放行一件被搁置的办件（记入审计链） · Let a parked case move again (audited)."""
    with station_at(given) as station:
        done = release_case(station, case)
    if as_json:
        tell({"case": case, "released": done})
    else:
        click.echo(f"{case}  {'released' if done else 'not parked'}")


@click.command("lift-fork", cls=Command)
@click.argument("peer")
@click.argument("lane", type=click.IntRange(0, LANES_MAX - 1))
@gateway_options
@JSON
def lift_fork(*, peer: str, lane: int, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """核对双方审计链后解除分叉告警（记入审计链） · Let a forked lane go on (audited).

    仍不一致时告警会再次出现 · If the ends still do not fit, the alarm comes back.
    """
    with station_at(given) as station:
        done = lift_alarm(station, peer, lane)
    if as_json:
        tell({"peer": peer, "lane": lane, "lifted": done})
    else:
        click.echo(f"{peer}/{lane}  {'lifted' if done else 'no alarm'}")


def _row(letter: DeadLetter) -> dict[str, Json]:
    return {
        "id": letter.id,
        "peer": letter.peer,
        "lane": letter.lane,
        "seq": letter.seq,
        "case": letter.case,
        "reason_code": letter.reason_code,
        "buried_at": letter.buried_at.isoformat() if letter.buried_at else "",
        "outcome": letter.outcome,
        "readable": letter.body is not None,
    }
