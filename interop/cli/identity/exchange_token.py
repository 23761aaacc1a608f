"""``interop identity exchange-token``: exchange a login as the node of a region would."""

import json
import re
import sys
from pathlib import Path
from typing import Final, TypedDict, Unpack

import click

from interop.cli.reasons import TOKEN_ON_COMMAND_LINE
from interop.cli.speech import Command, Misuse
from interop.crypto import TOKEN_BYTES_MAX
from interop.errors import Lang
from interop.federation.exchange_claims import read_scope
from interop.federation.exchange_form import ExchangeForm, answer
from interop.federation.token_exchange import IssuedToken
from interop.model.party import AssuranceLevel
from interop.model.sensitive import MASK, Sensitive

STDIN: Final = "-"
LEVELS: Final = click.Choice([level.value for level in AssuranceLevel])
_TOKEN: Final = re.compile(r"eyJ[A-Za-z0-9_-]*\.")


class _Given(TypedDict):
    file: str
    actor: str | None
    region: str
    store: str
    keys: Path
    knowledge: Path | None
    audience: str
    scope: str | None
    level: str | None
    level_min: str


@click.command("exchange-token", cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--actor", metavar="FILE", help="经办人令牌文件 · file with the actor's token")
@click.option(
    "--region", required=True, help="地区代码，如 310115 · region code, such as 310115"
)
@click.option("--store", required=True, help="数据库路径或 URL · path or URL of the database")
@click.option(
    "--keys", required=True, type=click.Path(path_type=Path), help="密钥目录 · key folder"
)
@click.option(
    "--knowledge",
    type=click.Path(path_type=Path),
    help="覆盖随库知识的目录 · folder over the shipped knowledge",
)
@click.option("--audience", required=True, help="发给哪个网关 · the gateway it is for")
@click.option("--scope", help="范围，默认为令牌共有的 · scope; what the tokens share")
@click.option("--level", type=LEVELS, help="令牌写明的实名等级 · level that it says")
@click.option(
    "--level-min",
    type=LEVELS,
    default=AssuranceLevel.LOW.value,
    show_default=True,
    help="事项要求的实名等级 · level that the item asks for",
)
@click.option(
    "--json", "as_json", is_flag=True, help="打印 JSON，含令牌 · print JSON with the token"
)
@click.pass_obj
def exchange_token(lang: Lang, /, *, as_json: bool, **given: Unpack[_Given]) -> None:
    """把 FILE 中的登录令牌换成发给另一网关的令牌；- 为标准输入 · Exchange the login in FILE.

    令牌只从文件或标准输入读入，不写在命令行上。不带 --json 时只打印摘要，不含令牌；每次决定
    都记入审计链。被拒时退出码为 1 · Tokens come from files or standard input (-), never the
    command line. Without --json a summary is printed, and no token; every decision is a line
    of the audit chain. Exit code 1 if it is refused.
    """
    # Read first: what cannot be read opens no store.
    form = _form(given)
    issued = _exchanged(given, form)
    told = answer(issued) if as_json else None
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _summary(issued, lang))


def _form(given: _Given) -> ExchangeForm:
    level, scope, actor = given["level"], given["scope"], given["actor"]
    return ExchangeForm(
        subject_token=_token_in(given["file"]),
        actor_token=None if actor is None else _token_in(actor),
        audience=given["audience"],
        scope=None if scope is None else read_scope(scope),
        level=None if level is None else AssuranceLevel(level),
        need=AssuranceLevel(given["level_min"]),
    )


def _exchanged(given: _Given, form: ExchangeForm) -> IssuedToken:
    from interop.crypto.ring import KeyRing
    from interop.gateway.open import Gateway

    with Gateway.open(
        given["region"],
        store=given["store"],
        keys=KeyRing.load(given["keys"]),
        knowledge=given["knowledge"],
    ) as gateway:
        return gateway.tokens.exchange(form)


def _token_in(file: str) -> Sensitive:
    if _TOKEN.match(file):
        # Every process of the machine can read a command line, and the shell keeps it.
        raise Misuse(TOKEN_ON_COMMAND_LINE.of(field="FILE"))
    if file == STDIN:
        return Sensitive(sys.stdin.read(TOKEN_BYTES_MAX + 2).strip())
    with Path(file).open(encoding="utf-8", errors="replace") as opened:
        return Sensitive(opened.read(TOKEN_BYTES_MAX + 2).strip())


def _summary(issued: IssuedToken, lang: Lang) -> str:
    claims = issued.claims
    rows = (
        ("令牌", "token", MASK),
        ("接收方", "audience", claims.aud),
        ("实名等级", "level", claims.level),
        ("范围", "scope", issued.scope or "-"),
        ("有效秒数", "expires in s", issued.expires_in_s),
        ("来路", "path", " → ".join(claims.path)),
        ("还可交换", "exchanges left", claims.depth_left),
    )
    return "\n".join(f"{zh if lang == 'zh' else en}: {value}" for zh, en, value in rows)
