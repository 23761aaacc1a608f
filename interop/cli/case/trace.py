"""``interop case trace``: all that may be shown of a case."""

from collections.abc import Iterable
from typing import Any, Final

import click

from interop.cli.case.lines import (
    at,
    command_lines,
    deadline_words,
    local,
    notice_lines,
    tell_case,
)
from interop.cli.exchange.places import JSON, gateway_at, gateway_options, tell
from interop.cli.speech import Command
from interop.errors import Lang
from interop.gateway.trace import ReceiptEntry, TimelineEntry, Trace

HEADS: Final = {
    "timeline": ("经过", "timeline"),
    "deadlines": ("时限", "deadlines"),
    "notices": ("文书", "notices"),
    "commands": ("请求", "commands"),
    "receipts": ("回执", "receipts"),
    "replay": ("复算", "replay"),
}
NONE: Final = ("无", "none")
LATE: Final = ("（超时，不生效）", " (out of time, changed nothing)")
VERIFIED: Final = (("验证通过", "verified"), ("验证不通过", "does not verify"))
SAME: Final = (("与当时一致", "as found then"), ("与当时不一致", "differs from what was found"))


@click.command(cls=Command)
@click.argument("case")
@gateway_options
@JSON
@click.pass_obj
def trace(lang: Lang, /, *, case: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """办件全程，不含个人信息 · All that may be shown of a case, without personal values.

    退出码：0 完成，1 没有该办件或打不开，2 用法有误 · Exit codes: 0 done, 1 no such case or
    not to be opened, 2 wrong usage.
    """
    with gateway_at(given) as gateway:
        found, table = gateway.trace(case), gateway.host.lifecycle
    if as_json:
        value = found.masked()
        tell(value if isinstance(value, dict) else {})
        return
    tell_case(found, table, lang)
    for name, lines in _parts(found, lang):
        click.echo(HEADS[name][at(lang)])
        for line in list(lines) or [NONE[at(lang)]]:
            click.echo(f"  {line}")


def _parts(found: Trace, lang: Lang) -> tuple[tuple[str, Iterable[str]], ...]:
    return (
        ("timeline", (_happened(one, lang) for one in found.timeline)),
        ("deadlines", (deadline_words(one, lang) for one in found.deadlines)),
        ("notices", notice_lines(found.notices, lang)),
        ("commands", command_lines(found.commands, lang)),
        ("receipts", (_receipt(one, lang) for one in found.receipts)),
        ("replay", (_replay(found, lang),)),
    )


def _happened(one: TimelineEntry, lang: Lang) -> str:
    what = one.zh if lang == "zh" else one.en
    notice = f"  {one.notice}" if one.notice else ""
    late = LATE[at(lang)] if one.late else ""
    return f"{local(one.at)}  {one.region}  {what}{late}{notice}"


def _receipt(one: ReceiptEntry, lang: Lang) -> str:
    held = VERIFIED[0 if one.verified else 1][at(lang)]
    return f"{one.peer}  {one.through}  {one.root}  {held}"


def _replay(found: Trace, lang: Lang) -> str:
    same = found.replay.decision and found.replay.exemption
    return SAME[0 if same else 1][at(lang)]
