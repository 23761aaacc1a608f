"""``interop identity verify`` and ``explain``: tokens judged here, without a network."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict, TypeVar, Unpack

import click

from interop.cli.identity.places import AT, JSON, SIGNERS, instant, registry_at, token_in
from interop.cli.speech import Command
from interop.errors import Lang
from interop.federation import CheckResult, Need, Verifier
from interop.model.canonical import Json
from interop.model.party import Principal
from interop.model.ports import Env
from interop.model.sensitive import Sensitive

F = TypeVar("F", bound=Callable[..., object])

OUTCOMES = {"passed": "通过", "failed": "未通过", "skipped": "未检查"}


class _Given(TypedDict):
    token: str
    registry: Path | None
    signers: Path | None
    env: Env
    audience: str
    loa: str
    max_age: int | None
    scope: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Asked:
    verifier: Verifier
    token: Sensitive
    need: Need


def _options(command: F) -> F:
    for option in reversed(
        (
            click.argument("token", metavar="FILE"),
            click.option(
                "--registry",
                type=click.Path(path_type=Path),
                help="覆盖目录或签名名录 · folder over the shipped one, or a signed registry",
            ),
            SIGNERS,
            click.option(
                "--env",
                type=click.Choice(["prod", "test", "sim"]),
                default="prod",
                show_default=True,
                help="环境 · environment",
            ),
            click.option(
                "--audience", required=True, help="令牌应发给谁（aud） · whom it must be for"
            ),
            click.option(
                "--loa",
                type=click.Choice(["low", "substantial", "high"]),
                default="low",
                show_default=True,
                help="至少要达到的实名等级 · least assurance level",
            ),
            click.option(
                "--max-age",
                type=click.IntRange(0),
                help="距认证最多几秒 · most seconds since the person proved themselves",
            ),
            click.option("--scope", default="", help="须含的范围 · scope it must hold"),
            AT,
            JSON,
        )
    ):
        command = option(command)
    return command


@click.command(cls=Command)
@_options
@click.pass_obj
def verify(_lang: Lang, /, *, as_json: bool, **given: Unpack[_Given]) -> None:
    """验证 FILE 中的访问令牌；- 为标准输入 · Verify the access token in FILE; - is input.

    令牌只从文件或标准输入读入，不写在命令行上；输出不含令牌。被拒时退出码为 1 · The token
    comes from a file or standard input, never the command line, and is not printed. Exit code
    1 if it is refused.
    """
    asked = _asked(given)
    who = asked.verifier.verify(asked.token.reveal(), need=asked.need)
    told = _shown(who)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        click.echo(f"{name:16} {value}")


@click.command(cls=Command)
@_options
@click.pass_obj
def explain(lang: Lang, /, *, as_json: bool, **given: Unpack[_Given]) -> None:
    """逐项说明 FILE 中令牌的每道检查 · Tell how every check of the token in FILE goes.

    有一道未通过时退出码为 1 · Exit code 1 if one fails.
    """
    asked = _asked(given)
    results = asked.verifier.explain(asked.token.reveal(), need=asked.need)
    passed = all(result.outcome == "passed" for result in results)
    if as_json:
        checks = [_as_json(result) for result in results]
        click.echo(json.dumps({"passed": passed, "checks": checks}, ensure_ascii=False))
    else:
        for result in results:
            shown = OUTCOMES[result.outcome] if lang == "zh" else result.outcome
            click.echo(f"{result.name:16} {shown}")
            for reason in result.reasons:
                click.echo(f"    {reason.code} [{reason.field}]: {reason.text(lang)}")
                click.echo(f"    → {reason.fix(lang)}")
    sys.exit(0 if passed else 1)


def _asked(given: _Given) -> _Asked:
    now = instant(given["at"])
    place = registry_at(given["registry"], given["signers"], now=now)
    verifier = Verifier(
        place.trusted(given["env"]), audience=given["audience"], clock=lambda: now
    )
    need = Need(loa=given["loa"], max_age_s=given["max_age"], scope=given["scope"])
    return _Asked(verifier, token_in(given["token"]), need)


def _shown(who: Principal) -> dict[str, Json]:
    # Not the proofs of identity: whoever has one can try numbers against it.
    told: dict[str, Json] = {
        "kind": who.actor.kind,
        "agent": who.agent.kind if who.agent else None,
    }
    for name in ("issuer", "region", "level", "token_digest"):
        told[name] = str(getattr(who, name))
    return {
        **told,
        "authenticated_at": who.authenticated_at.isoformat(),
        "trust_path": list(who.trust_path),
    }


def _as_json(result: CheckResult) -> dict[str, object]:
    reasons = [reason.as_json() for reason in result.reasons]
    return {"check": result.name, "outcome": result.outcome, "reasons": reasons}
