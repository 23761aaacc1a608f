"""``interop case joint``: what the organs of a joint application have come to."""

from typing import Any, Final

import click

from interop.cases import LifeCycle
from interop.cases.joint import JointCase, Part
from interop.cli.case.lines import at, state_words
from interop.cli.exchange.places import JSON, gateway_at, gateway_options, tell
from interop.cli.speech import Command
from interop.errors import Lang

CLOSED: Final = ("各部分均已办结", "every organ has ended its part")
OPEN: Final = ("尚有部分未办结", "not every organ has ended its part")


@click.command(cls=Command)
@click.argument("number")
@click.option(
    "--from",
    "receiving",
    default="",
    help="收件地代码，缺省为本地 · region of the window that numbered it; this one by default",
)
@gateway_options
@JSON
@click.pass_obj
def joint(
    lang: Lang,
    /,
    *,
    number: str,
    receiving: str,
    as_json: bool,
    **given: Any,  # noqa: ANN401 -- the options of a gateway, passed on
) -> None:
    """联办件各部分的进展，NUMBER 为窗口给出的联办编号 · What the parts of a joint case came to.

    退出码：0 完成，1 没有该联办件或打不开，2 用法有误 · Exit codes: 0 done, 1 no such joint
    case or not to be opened, 2 wrong usage.
    """
    with gateway_at(given) as gateway:
        found, table = gateway.joint(number, receiving=receiving), gateway.host.lifecycle
    if as_json:
        value = found.masked()
        tell(value if isinstance(value, dict) else {})
        return
    for line in (*(_line(part, table, lang) for part in found.parts), _end(found, lang)):
        click.echo(line)


def _line(part: Part, table: LifeCycle, lang: Lang) -> str:
    told = (state_words(word, table, lang) for word in (part.state, part.ruling or "") if word)
    return "  ".join((part.case, part.handling, part.item, *told))


def _end(found: JointCase, lang: Lang) -> str:
    return (CLOSED if found.closed else OPEN)[at(lang)]
