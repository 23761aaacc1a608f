"""``interop case show``: where a case stands."""

from typing import Any

import click

from interop.cli.exchange.places import JSON, gateway_at, gateway_options, tell
from interop.cli.speech import Command
from interop.errors import Lang
from interop.model.canonical import Json


@click.command(cls=Command)
@click.argument("case")
@gateway_options
@JSON
@click.pass_obj
def show(lang: Lang, /, *, case: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401 -- the options of a gateway, passed on
    """办件现状，不含个人信息 · Where a case stands, without personal values.

    退出码：0 完成，1 没有该办件或打不开，2 用法有误 · Exit codes: 0 done, 1 no such case or
    not to be opened, 2 wrong usage.
    """
    from interop.cli.case.lines import tell_case

    with gateway_at(given) as gateway:
        found, table = gateway.trace(case), gateway.host.lifecycle
    if as_json:
        told: dict[str, Json] = {
            "case": found.case.masked(),
            "parked": found.parked,
            "parked_because": found.parked_because,
            "running": list(found.running),
            "outstanding": list(found.outstanding),
            "notices": len(found.notices),
            "open_commands": [one.id for one in found.commands if one.state == "open"],
        }
        tell(told)
        return
    tell_case(found, table, lang)
