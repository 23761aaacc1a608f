"""``interop identity registry import-chain``: what a trust chain would have the registry say.

It prints and changes nothing: the operator checks the entry, lays it into the files of
identity/ and signs the next version.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

import click

from interop.cli.identity.issuer_file import issuer_toml
from interop.cli.identity.places import AT, JSON, instant, registry_at
from interop.cli.speech import Command
from interop.errors import InteropError, KnowledgeError, Lang, Reason
from interop.federation import RegistryFiles, changes
from interop.federation.chain import STATEMENTS_MAX, ChainVerifier
from interop.federation.chain_memory import STATEMENT_BYTES_MAX
from interop.federation.chain_proposal import ENTITY_TYPE, Proposal, propose
from interop.federation.chain_reasons import CHAIN_FILE
from interop.model.canonical import Json, read_json
from interop.model.ports import Env

FILE_BYTES_MAX: Final = STATEMENTS_MAX * STATEMENT_BYTES_MAX
ENVS: Final[tuple[Env, ...]] = get_args(Env)


@click.command("import-chain", cls=Command)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--anchors",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="信任锚公钥（JSON：标识 → JWK 集合），须当面核对 · "
    "public keys of the anchors (JSON: id to JWK Set), checked by another way",
)
@click.option("--entity", required=True, help="实体标识 · entity identifier")
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
@AT
@JSON
@click.pass_obj
def import_chain(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    files: Sequence[Path],
    anchors: Path,
    entity: str,
    region: str,
    env: Env,
    place: Path | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """由信任链提出名录条目 · Propose a registry entry from a trust chain.

    FILES 为实体声明，一行一份，或一个 JSON 数组。只打印，不改动任何文件；要求超出名录
    已给该地区的权限时退出码为 1 · FILES hold entity statements, one a line, or a JSON
    array. It prints and changes no file; exit code 1 if it asks for more than the registry
    allows the region.
    """
    now = instant(at).astimezone(UTC).replace(microsecond=0)
    try:
        registry = registry_at(place, None, now=now).files
        verifier = ChainVerifier(_anchors(anchors))
        chain = verifier.resolve(
            [*_statements(files)],
            subject=entity,
            now_s=int(now.timestamp()),
            entity_type=ENTITY_TYPE,
        )
        found = propose(chain, registry, region=region, env=env, now=now)
    except InteropError as fault:
        _refuse(fault.reasons, lang, as_json=as_json)
        sys.exit(1)
    _tell(found, registry, chain.path, as_json=as_json)


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


def _statements(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        data = _bytes(file)
        if data.lstrip().startswith(b"["):
            told = read_json(data, error=KnowledgeError, field=file.name)
            if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
                raise KnowledgeError(CHAIN_FILE.of(field=file.name, got="no array of text"))
            yield from map(str, told)
        else:
            yield from data.decode("utf-8", "replace").split()


def _anchors(file: Path) -> dict[str, list[dict[str, Json]]]:
    told = read_json(_bytes(file), error=KnowledgeError, field=file.name)
    found = {}
    for name, jwks in told.items() if isinstance(told, dict) else ():
        keys = jwks.get("keys") if isinstance(jwks, dict) else None
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise KnowledgeError(CHAIN_FILE.of(field=file.name, got=f"no JWK Set of {name}"))
        found[name] = [dict(key) for key in keys if isinstance(key, dict)]
    if not found:
        raise KnowledgeError(CHAIN_FILE.of(field=file.name, got="no anchor"))
    return found


def _bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise KnowledgeError(CHAIN_FILE.of(field=file.name, got="too large"))
    return data
