"""``interop case receive``: receive a drafted case, or file an application and receive it."""

from typing import Any

import click

from interop.cli.exchange.places import JSON, gateway_at, gateway_options, tell
from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Misuse
from interop.errors import Lang
from interop.gateway.open import Gateway


@click.command(cls=Command)
@click.argument("case", required=False)
@click.option(
    "--file",
    "filing",
    type=click.File("rb"),
    help="申请文件（JSON，同接口 spare 的内容），- 为标准输入 · application as JSON, as the "
    "verb spare takes it; - for standard input",
)
@gateway_options
@JSON
@click.pass_obj
def receive(
    lang: Lang,
    /,
    *,
    case: str | None,
    filing: Any,  # noqa: ANN401 -- a binary file of click's
    as_json: bool,
    **given: Any,  # noqa: ANN401 -- the options of a gateway, passed on
) -> None:
    """收件：已登记的办件，或申请文件 · Receive a drafted case, or file one and receive it.

    给出 CASE 或 --file 之一。重复执行不会重复收件 · Give CASE or --file. Doing it again
    receives nothing twice.

    退出码：0 已收件，1 被拒绝，2 用法有误，3 证照服务等对方无法连接 · Exit codes: 0 received, 1
    refused, 2 wrong usage, 3 a peer cannot be reached.
    """
    if (case is None) == (filing is None):
        raise Misuse(PARAMETER_MISSING.of(field="CASE, --file", expected="CASE | --file FILE"))
    data = filing.read() if filing else b""
    with gateway_at(given) as gateway:
        number = case or _filed(gateway, data)
        gateway.receive(number)
        found, table = gateway.trace(number), gateway.host.lifecycle
    if as_json:
        tell({"case": found.case.masked(), "outstanding": list(found.outstanding)})
        return
    from interop.cli.case.lines import tell_case

    tell_case(found, table, lang)


def _filed(gateway: Gateway, data: bytes) -> str:
    from interop.node.bodies import Spare
    from interop.node.verbs import filing_of

    return gateway.spare(filing_of(Spare.from_json(data))).case
