"""``interop exchange prove|verify-proof|verify-audit``: what a third party can check alone."""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from interop.cli.exchange.places import (
    JSON,
    KEYS,
    REGISTRY,
    SIGNERS,
    STORE,
    now,
    store_at,
    tell,
)
from interop.cli.identity.places import registry_at
from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Misuse
from interop.errors import Lang
from interop.exchange import Own, Signatory
from interop.exchange.chain import ChainReport, verify_chain, write_chain
from interop.exchange.proof import prove as proven
from interop.exchange.proof import verify_proof as verified
from interop.model.canonical import Json
from interop.model.ports import Env
from interop.store import audit

ENV = click.option(
    "--env",
    type=click.Choice(["prod", "test", "sim"]),
    default="prod",
    show_default=True,
    help="环境 · environment",
)
LINE_BYTES_MAX = 1024 * 1024
PROOF_BYTES_MAX = 4 * 1024 * 1024
Find = Callable[[str, datetime], Signatory]


@click.command(cls=Command)
@click.argument("peer")
@click.argument("lane", type=click.IntRange(0))
@click.argument("seq", type=click.IntRange(1))
@STORE
@KEYS
def prove(*, peer: str, lane: int, seq: int, store: str, keys: Path) -> None:
    """打印一条消息的证明 · Print the proof of message SEQ on LANE of PEER."""
    with store_at(store, keys) as (opened, _), opened.transaction() as tx:
        click.echo(proven(tx, peer=peer, lane=lane, seq=seq).to_bytes().decode())


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@REGISTRY
@SIGNERS
@ENV
@JSON
@click.pass_obj
def verify_proof(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    file: Path,
    registry: Path | None,
    signers: Path | None,
    env: Env,
    as_json: bool,
) -> None:
    """单独验证一条消息：谁在何时发出 · Verify one message alone: who sent it, and when."""
    with file.open("rb") as opened:
        data = opened.read(PROOF_BYTES_MAX + 1)
    header, envelope = verified(data.strip(), find=_finder(registry, signers, env))
    told: dict[str, Json] = {
        "sender": header.sender,
        "to": header.to,
        "case": envelope.subject,
        "id": envelope.id,
        "sequence": envelope.sequence,
        "time": envelope.time.isoformat(),
        "batched_at": header.at.isoformat(),
        "root": header.root,
    }
    if as_json:
        tell({"passed": True, **told})
        return
    click.echo("证明成立" if lang == "zh" else "the proof holds")
    for name, value in told.items():
        click.echo(f"{name:12} {value}")


@click.command(cls=Command)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--store", help="数据库：先写出再验证 · database: write the chain, then verify it"
)
@click.option("--keys", type=click.Path(path_type=Path), help="密钥目录 · key folder")
@click.option("--region", help="地区代码 · region code")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="把审计链写成文件 · write the chain into a file",
)
@REGISTRY
@SIGNERS
@ENV
@JSON
@click.pass_obj
def verify_audit(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    file: Path | None,
    store: str | None,
    keys: Path | None,
    region: str | None,
    out: Path | None,
    registry: Path | None,
    signers: Path | None,
    env: Env,
    as_json: bool,
) -> None:
    """验证审计链文件，或数据库中的审计链 · Verify an audit chain: a file, or that of a store.

    不成立时退出码为 1 · Exit code 1 if it does not hold.
    """
    find = _finder(registry, signers, env)
    if file is not None:
        with file.open("rb") as opened:
            report = verify_chain(_lines(opened), find=find)
    elif store and keys and region:
        report = _of_store(store, keys, region, out, find)
    else:
        raise Misuse(PARAMETER_MISSING.of(field="FILE", expected="--store --keys --region"))
    _tell_chain(report, lang, as_json=as_json)
    if report.faults:
        sys.exit(1)


def _of_store(store: str, keys: Path, region: str, out: Path | None, find: Find) -> ChainReport:  # noqa: PLR0917 -- where, whose, where to
    with store_at(store, keys) as (opened, ring), opened.transaction() as tx:
        own = Own(region, ring.env, ring.signing, ring.opener)
        faults = audit.verify(tx)
        lines = [] if faults else list(write_chain(tx, own=own, at=now()))
    if out is not None:
        out.write_bytes(b"".join(lines))
    report = ChainReport() if faults else verify_chain(iter(lines), find=find)
    report.faults.extend(faults)
    return report


def _lines(opened: Iterable[bytes]) -> Iterator[bytes]:
    for line in opened:
        yield line[: LINE_BYTES_MAX + 1]


def _tell_chain(report: ChainReport, lang: Lang, *, as_json: bool) -> None:
    cosigned: dict[str, Json] = {**report.cosigned}
    if as_json:
        problems: list[Json] = [dict(reason.as_json()) for reason in report.faults]
        told: dict[str, Json] = {"passed": not report.faults, "region": report.region}
        tell({**told, "lines": report.lines, "cosigned": cosigned, "problems": problems})
        return
    for reason in report.faults:
        click.echo(f"{reason.code} [{reason.field}]: {reason.text(lang)}")
    click.echo(f"lines {report.lines}  cosigned {cosigned}")


def _finder(registry: Path | None, signers: Path | None, env: Env) -> Find:
    trusted = registry_at(registry, signers, now=now()).trusted(env)

    def find(region: str, at: datetime) -> Signatory:
        entry = trusted.gateway(region)
        return Signatory(entry.region, entry.signing_keys(at))

    return find
