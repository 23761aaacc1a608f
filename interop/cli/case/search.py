"""``interop case search``: find cases by what their rows say."""

import sys
from datetime import datetime
from typing import Any, Final

import click

from interop.cli.exchange.places import JSON, gateway_at, gateway_options, tell
from interop.cli.reasons import PARAMETER_MISSING, VALUE_REFUSED
from interop.cli.speech import Command, Misuse
from interop.errors import Lang
from interop.gateway.open import Gateway
from interop.gateway.searching import CASES_MAX, CaseQuery, FoundCases
from interop.model.sensitive import Sensitive

SUBJECT_CHARS_MAX: Final = 64
NONE: Final = ("没有符合条件的办件", "no case fits")
MORE: Final = (
    "仅列出前 {} 件；缩小条件或加大 --limit",
    "the first {} only; narrow it down, or raise --limit",
)
PARKED: Final = ("已挂起", "parked")
ASKED: Final = ("申请人证件号码", "identity number or credit code of the applicant")


@click.command(cls=Command)
@click.option(
    "--case", "number", default="", help="办件编号，可只写开头 · case number or its start"
)
@click.option("--item", default="", help="事项，如 outdoor-advertising · service item")
@click.option(
    "--state", "states", multiple=True, help="状态，可重复 · state; may come several times"
)
@click.option("--from", "receiving", default="", help="收件地代码 · receiving region")
@click.option("--to", "handling", default="", help="办理地代码 · handling region")
@click.option(
    "--due-before",
    type=click.DateTime(["%Y-%m-%d"]),
    help="时限早于此日，最急的在前 · the last day lies before; the most urgent first",
)
@click.option("--parked", is_flag=True, help="仅已挂起的 · only what is parked")
@click.option("--reference", default="", help="宿主系统编号 · the host's own number")
@click.option(
    "--subject",
    "asks_subject",
    is_flag=True,
    help="从标准输入读取申请人证件号码，只以其密钥摘要检索 · read the applicant's number from "
    "standard input; it is looked up by its keyed digest alone",
)
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, CASES_MAX),
    help="至多列出多少件 · at most so many",
)
@gateway_options
@JSON
@click.pass_obj
def search(  # noqa: PLR0913 -- one parameter for each option
    lang: Lang,
    /,
    *,
    number: str,
    item: str,
    states: tuple[str, ...],
    receiving: str,
    handling: str,
    due_before: datetime | None,
    parked: bool,
    reference: str,
    asks_subject: bool,
    limit: int,
    as_json: bool,
    **given: Any,  # noqa: ANN401 -- the options of a gateway, passed on
) -> None:
    """检索办件，不含个人信息 · Find cases; no personal value is shown or taken as an option.

    各条件须同时满足；不写条件则列出最新的办件 · All conditions must hold; without one the
    newest are listed.

    退出码：0 完成（没有符合的也是 0），1 打不开，2 用法有误 · Exit codes: 0 done, also if none
    fits, 1 not to be opened, 2 wrong usage.
    """
    query = CaseQuery(
        number=number,
        item=item,
        states=states,
        receiving=receiving,
        handling=handling,
        due_before=due_before.date() if due_before else None,
        parked=parked,
        reference=reference,
        subject=_subject(lang) if asks_subject else None,
    )
    with gateway_at(given) as gateway:
        _require_states(gateway, states)
        found = gateway.host.search(query, limit=limit)
        table = gateway.host.lifecycle
    if as_json:
        tell({"cases": [one.masked() for one in found.cases], "more": found.more})
        return
    from interop.cli.case.lines import state_words

    named = {one.state: state_words(one.state, table, lang) for one in found.cases}
    _tell(found, named, lang, limit=limit)


def _subject(lang: Lang) -> Sensitive:
    """Read a number without showing it; nothing of it is kept or told."""
    if sys.stdin.isatty():
        text = click.prompt(ASKED[0 if lang == "zh" else 1], hide_input=True, err=True)
    else:
        text = sys.stdin.readline(SUBJECT_CHARS_MAX + 1)
    code = str(text).strip().upper()
    if not code or len(code) > SUBJECT_CHARS_MAX:
        raise Misuse(PARAMETER_MISSING.of(field="--subject", expected="stdin"))
    return Sensitive(code)


def _require_states(gateway: Gateway, states: tuple[str, ...]) -> None:
    known = [row.id for row in gateway.host.lifecycle.states if row.track == "case"]
    if any(state not in known for state in states):
        raise Misuse(VALUE_REFUSED.of(field="--state", expected=" | ".join(known)))


def _tell(found: FoundCases, named: dict[str, str], lang: Lang, *, limit: int) -> None:
    at = 0 if lang == "zh" else 1
    for one in found.cases:
        parts = [
            one.number,
            f"{one.receiving} → {one.handling}",
            one.item,
            named[one.state],
            f"{one.due_on or '-'}{'?' if one.provisional else ''}",
            *([PARKED[at]] if one.parked else []),
        ]
        click.echo("  ".join(parts))
    if not found.cases:
        click.echo(NONE[at])
    if found.more:
        click.echo(MORE[at].format(limit), err=True)
