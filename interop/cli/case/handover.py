"""``interop case handover``: hand a case over, and see it arrive if asked to."""

import sys
import time
from collections.abc import Callable
from typing import Any, Final

import click

from interop.cli.exchange.places import JSON, gateway_at, gateway_options, tell
from interop.cli.speech import Command
from interop.errors import Lang
from interop.gateway.open import Gateway

UNREACHED: Final = 3
ROUND_S: Final = 0.2
WAIT_S_MAX: Final = 3_600
WAITS: Final = ("等待 {} 的回执 {} 秒", "waiting for the receipt of {}: {} s")
SENT: Final = ("已转办，对方已出具回执", "handed over, receipted by the peer")
LEFT: Final = (
    "已转办，尚待发送：网关运行时会继续发送",
    "handed over, still to be sent: a running gateway goes on sending",
)
STAYS: Final = ("已转办，收件与办理为同一网关", "handed over within this gateway")


@click.command(cls=Command)
@click.argument("case")
@click.option(
    "--send",
    "wait_s",
    type=click.IntRange(1, WAIT_S_MAX),
    metavar="SECONDS",
    help="立即发送并等待回执，至多这些秒 · send now and wait so many seconds for the receipt",
)
@gateway_options
@JSON
@click.pass_obj
def handover(
    lang: Lang,
    /,
    *,
    case: str,
    wait_s: int | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401 -- the options of a gateway, passed on
) -> None:
    """转交办理地 · Hand a received case over to the handling region.

    转办即记录，随后由运行的网关发送；中断等待不影响转办 · It is stated at once and leaves
    with the running gateway; to end the wait changes nothing.

    退出码：0 已转办（用 --send 时已有回执），1 被拒绝，2 用法有误，3 对方未在时限内出具回执 ·
    Exit codes: 0 handed over (and receipted, with --send), 1 refused, 2 wrong usage, 3 no
    receipt in that time.
    """
    at = 0 if lang == "zh" else 1
    with gateway_at(given) as gateway:
        found = gateway.hand_over(case)
        away = found.receiving != found.handling
        receipted = not away
        if away and wait_s:
            progress = _progress(WAITS[at], found.handling)
            receipted = _sent(gateway, case, wait_s, progress)
        found = gateway.trace(case).case
    if as_json:
        tell({"case": found.masked(), "receipted": receipted})
    else:
        click.echo((SENT if receipted and away else LEFT if away else STAYS)[at])
    if wait_s and not receipted:
        sys.exit(UNREACHED)


def _progress(words: str, peer: str) -> Callable[[int], None]:
    def told(seconds: int) -> None:
        click.echo(words.format(peer, seconds), err=True)

    return told


def _sent(gateway: Gateway, case: str, wait_s: int, progress: Callable[[int], None]) -> bool:
    """Send until the peer has receipted the case; tell each second that passes."""
    begun, told = time.monotonic(), 0
    while True:
        gateway.work()
        if gateway.trace(case).receipts:
            return True
        passed = time.monotonic() - begun
        if passed >= wait_s:
            return False
        if int(passed) > told:
            told = int(passed)
            progress(told)
        time.sleep(ROUND_S)
