"""``interop identity registry import-chain``: what a trust chain would have the registry say.

It prints and changes nothing: the operator checks the entry, lays it into the files of
identity/ and signs the next version.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

import click

from interop.cli.identity.issuer_file import issuer_toml
from interop.cli.identity.places import AT, JSON, instant, registry_at
from interop.cli.identity.statements import HTTPS, Sources, read_anchors, read_pins
from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Misuse
from interop.errors import InteropError, Lang, Reason
from interop.federation import RegistryFiles, changes
from interop.federation.chain import ChainVerifier
from interop.federation.chain_proposal import ENTITY_TYPE, Proposal, propose
from interop.model.canonical import Json
from interop.model.ports import Env

ENVS: Final[tuple[Env, ...]] = get_args(Env)


@click.command("import-chain", cls=Command)
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--anchors",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="信任锚公钥（JSON：标识 → JWK 集合），须当面核对 · "
    "public keys of the anchors (JSON: id to JWK Set), checked by another way",
)
@click.option(
    "--entity",
    help="实体标识；只给一个网址时即为该网址 · entity identifier; the one URL if given",
)
@click.option(
    "--region", required=True, help="写入哪个地区的文件 · region whose file it goes into"
)
@click.option("--env", type=click.Choice(ENVS), default="prod", show_default=True)
@click.option(
    "--registry",
    "place",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="覆盖目录；不写则用随库名录 · folder laid over the shipped registry",
)
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="HOST=ADDRESS",
    help="固定主机的 IP 地址，可重复 · address of a host, may be given again",
)
@click.option(
    "--network",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="网络配置：代理、可访问的内网 · network file: proxy, private networks",
)
@AT
@JSON
@click.pass_obj
def import_chain(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    sources: Sequence[str],
    anchors: Path,
    entity: str | None,
    region: str,
    env: Env,
    place: Path | None,
    pins: Sequence[str],
    network: Path | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """由信任链提出名录条目 · Propose a registry entry from a trust chain.

    SOURCES 为实体声明文件（一行一份，或一个 JSON 数组），或 https 实体标识：由其公布处逐级
    获取。只打印，不改动任何文件；要求超出名录已给该地区的权限时退出码为 1 · SOURCES are
    files of entity statements, one a line or a JSON array, or https entity identifiers whose
    statements are fetched up to the anchors. It prints and changes no file; exit code 1 if
    it asks for more than the registry allows the region.
    """
    subject = _subject(entity, sources)
    fixed = read_pins(pins)
    now = instant(at).astimezone(UTC).replace(microsecond=0)
    try:
        registry = registry_at(place, None, now=now).files
        trusted = read_anchors(anchors)
        given = Sources(sources, trusted, fixed, network, env)
        chain = ChainVerifier(trusted).resolve(
            [*given.statements()],
            subject=subject,
            now_s=int(now.timestamp()),
            entity_type=ENTITY_TYPE,
        )
        found = propose(chain, registry, region=region, env=env, now=now)
    except InteropError as fault:
        _refuse(fault.reasons, lang, as_json=as_json)
        sys.exit(1)
    _tell(found, registry, chain.path, as_json=as_json)


def _subject(entity: str | None, sources: Sequence[str]) -> str:
    found = entity or (sources[0] if len(sources) == 1 else "")
    if not found.startswith(HTTPS):
        raise Misuse(PARAMETER_MISSING.of(field="--entity", expected="https://…"))
    return found


def _tell(
    found: Proposal, registry: RegistryFiles, path: tuple[str, ...], *, as_json: bool
) -> None:
    others = (f for f in registry.issuers if f.region != found.before.region)
    after = registry.model_copy(update={"issuers": (*others, found.after)})
    told = changes(registry, after)
    text = issuer_toml(found.after)
    if as_json:
        rows: list[Json] = [dict(one.as_json()) for one in told]
        report: dict[str, Json] = {
            "passed": True,
            "path": [*path],
            "region": found.after.region,
            "changes": rows,
            "widening": sum(one.widens for one in told),
            "toml": text,
        }
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(f"# {' > '.join(path)}")
    for one in told:
        mark = "+" if one.widens else "-"
        line = f"{mark} {one.kind}  {one.place}  {one.before or '∅'} → {one.after or '∅'}"
        click.echo(f"# {_line(line)}")
    click.echo(text, nl=False)


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _refuse(reasons: tuple[Reason, ...], lang: Lang, *, as_json: bool) -> None:
    if as_json:
        problems: list[Json] = [dict(reason.as_json()) for reason in reasons]
        click.echo(json.dumps({"passed": False, "problems": problems}, ensure_ascii=False))
        return
    for reason in reasons:
        click.echo(f"{reason.code} [{reason.field}]: {reason.text(lang)}", err=True)
        click.echo(f"  → {reason.fix(lang)}", err=True)
