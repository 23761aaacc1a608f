"""``interop identity registry``: check, sign and compare trust registries."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, get_args

import click

from interop.cli.identity.import_chain import import_chain
from interop.cli.identity.places import AT, JSON, SIGNERS, Place, instant, registry_at
from interop.cli.reasons import FILE_EXISTS
from interop.cli.speech import Group
from interop.errors import InteropError, Lang, Reason
from interop.federation import FileMark, advance, changes, sign_registry
from interop.model.canonical import Json
from interop.model.ports import Env

ENVS: Final[tuple[Env, ...]] = get_args(Env)


@click.group(cls=Group)
def registry() -> None:
    """检查、签名、比较信任名录 · Check, sign and compare trust registries."""


registry.add_command(import_chain)


@registry.command()
@click.argument("place", required=False, type=click.Path(path_type=Path))
@SIGNERS
@click.option(
    "--mark",
    type=click.Path(path_type=Path),
    help="版本记录文件：拒绝回退，并记下本版 · file of the highest version: refuses going back",
)
@AT
@JSON
@click.pass_obj
def check(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    place: Path | None,
    signers: Path | None,
    mark: Path | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """检查信任名录 · Check a trust registry.

    PLACE 为覆盖目录或签名文件；不写则检查随库名录。未通过时退出码为 1 · PLACE is a folder
    laid over the shipped one, or a signed file. Exit code 1 if it does not pass.
    """
    now = instant(at)
    try:
        found = registry_at(place, signers, now=now)
        if mark is not None and found.opened is not None:
            advance(FileMark(mark), found.opened)
        for env in ENVS:
            found.trusted(env).require_valid(now)
    except InteropError as fault:
        _tell({"passed": False}, fault.reasons, lang, as_json=as_json)
        sys.exit(1)
    _tell({"passed": True, **_summary(found)}, (), lang, as_json=as_json)


@registry.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--keys",
    required=True,
    type=click.Path(path_type=Path),
    help="发布方密钥目录（interop keys new） · key folder of the publisher",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="写出的文件，不覆盖 · file to write; nothing is overwritten",
)
@click.option(
    "--after",
    type=click.Path(path_type=Path),
    help="现行签名名录；新版须承接它 · signed registry in use; the new one must follow on it",
)
@SIGNERS
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1, 366),
    help="有效天数 · days until nobody may rely on it",
)
@JSON
@click.pass_obj
def sign(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    folder: Path,
    keys: Path,
    out: Path,
    after: Path | None,
    signers: Path | None,
    days: int,
    as_json: bool,
) -> None:
    """把 FOLDER 中的名录签成一个文件 · Sign the registry in FOLDER as one file."""
    from interop.crypto.ring import KeyRing

    now = datetime.now(UTC)
    last = registry_at(after, signers, now=now).opened if after else None
    found = registry_at(folder, None, now=now)
    token = sign_registry(
        found.files,
        KeyRing.load(keys).signing,
        now=now,
        until=now + timedelta(days=days),
        after=last,
    )
    try:
        with out.open("x", encoding="ascii") as file:
            file.write(token + "\n")
    except FileExistsError:
        raise InteropError(FILE_EXISTS.of(field=str(out))) from None
    told: dict[str, Json] = {"written": str(out), "days": days, **_summary(found)}
    _tell(told, (), lang, as_json=as_json)


@registry.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@SIGNERS
@AT
@JSON
@click.pass_obj
def diff(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    old: Path,
    new: Path,
    signers: Path | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """说明 NEW 相对 OLD 改变了哪些信任 · Tell what trust NEW changes against OLD.

    标 + 者扩大信任，须复核 · Those marked + widen trust and need a second look.
    """
    now = instant(at)
    before, after = (registry_at(place, signers, now=now) for place in (old, new))
    found = changes(before.files, after.files)
    widening = sum(one.widens for one in found)
    if as_json:
        told = {"changes": [one.as_json() for one in found], "widening": widening}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        mark = "+" if one.widens else "-"
        click.echo(f"{mark} {one.kind}  {one.place}  {one.before or '∅'} → {one.after or '∅'}")
    zh = f"共 {len(found)} 处变化，其中 {widening} 处扩大信任"
    click.echo(zh if lang == "zh" else f"{len(found)} changes, {widening} widen trust")


def _summary(found: Place) -> dict[str, Json]:
    header, rows = found.files.registry, [r for f in found.files.issuers for r in f.issuer]
    opened = found.opened
    return {
        "id": header.id,
        "version": header.version,
        "digest": found.files.content_digest(),
        "previous": header.previous,
        "valid_until": header.valid_until.isoformat(),
        "expires": opened.content.exp.isoformat() if opened else "",
        "signer": opened.signer if opened else "",
        "issuers": len(rows),
        "keys": sum(len(row.keys) for row in rows),
        "modelled": header.modelled,
    }


def _tell(
    told: dict[str, Json], reasons: tuple[Reason, ...], lang: Lang, *, as_json: bool
) -> None:
    if as_json:
        problems: list[Json] = [dict(reason.as_json()) for reason in reasons]
        click.echo(json.dumps({**told, "problems": problems}, ensure_ascii=False))
        return
    for reason in reasons:
        click.echo(f"{reason.code} [{reason.field}]: {reason.text(lang)}")
        click.echo(f"  → {reason.fix(lang)}")
    for name, value in told.items():
        click.echo(f"{name:12} {value}")
