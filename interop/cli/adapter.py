"""``interop adapter new``: write the files of a new region, ready to be filled in."""

import sys
from pathlib import Path
from typing import Final

import click

from interop.errors import Lang
from interop.gateway import kinds
from interop.gateway.library import Library
from interop.knowledge import Knowledge

ADAPTER: Final = """\
# {zh}：沿用上级地区的服务，另有本地网关。地址为占位，按环境填写。
# {en}: uses the services of the region above; the address is a placeholder.
code = "{code}"
extends = "{province}"
name_zh = "{zh}"
name_en = "{en}"
illustrative = true
source = "to be named: the agreement that publishes this interface"
since = {today}

[gateway.endpoint]
sim = "http://127.0.0.1:1"
"""
ISSUERS: Final = """\
# {zh}的网关。keys 为空即不受信任：核对来源后填入公钥（`interop keys new` 打印）。
# The gateway of {en}. Without keys nobody trusts it: add the public keys once checked.
region = "{code}"
zh = "{zh}"

[[issuer]]
id = "https://gateway.{slug}.sim.example"
env = "sim"
roles = ["gateway"]
audience = "https://gateway.{slug}.sim.example"
zh = "{zh}互通网关"
en = "{en} gateway"
effective = {today}
source = "to be named: where the keys were checked with their owner"
verified = "no"
modelled = true
keys = []
"""
ITEM: Final = """\
# {zh}：在通用版本之上只写差异；新增或收紧须写明依据。
# {en}: only what differs from the common version; what is added or tightened names its norm.
item = "{item}"
region = "{code}"
version = "{version}"
extends = "canonical@{version}"
effective_from = {today}
illustrative = true
source = "to be named: the item guide of {en}"
"""


@click.group()
def adapter() -> None:
    """为新地区写出配置文件 · Write the files of a new region."""


@adapter.command()
@click.argument("code")
@click.argument("slug")
@click.option("--zh", required=True, help="name in Chinese")
@click.option("--en", required=True, help="name in English")
@click.option("--item", help="also an item file, such as outdoor-advertising")
@click.option("--into", required=True, type=click.Path(path_type=Path), help="overlay folder")
@click.option("--since", required=True, help="first day, such as 2026-03-01")
@click.pass_obj
def new(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    code: str,
    slug: str,
    zh: str,
    en: str,
    item: str | None,
    into: Path,
    since: str,
) -> None:
    """写出地区 CODE 的文件，名称 SLUG · Write the files of region CODE, named SLUG.

    Nothing is overwritten. ``interop knowledge check FOLDER --region CODE`` then says what
    is still missing. An overlay replaces identity/ as a whole, so a folder without one gets
    the shipped registry first.
    """
    shipped = Knowledge()
    library = Library(shipped)
    province = library.chain(code)[-1]
    words = {"code": code, "slug": slug, "zh": zh, "en": en, "today": since}
    files = {
        f"adapters/{code}-{slug}/adapter.toml": ADAPTER.format(**words, province=province),
        f"identity/issuers/{code}-{slug}.toml": ISSUERS.format(**words),
    }
    if item is not None:
        version = library.knowledge.document(kinds.ITEMS, item).value.version
        path = f"mappings/items/{item}/{code}.toml"
        files[path] = ITEM.format(**words, item=item, version=version)
    if taken := [path for path in files if (into / path).exists()]:
        there = "已存在，未覆盖" if lang == "zh" else "exists, nothing was overwritten"
        click.echo(f"{into / taken[0]}: {there}", err=True)
        sys.exit(1)
    if not (into / "identity").exists():
        files = {**_registry(shipped), **files}
    for path, text in files.items():
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text, encoding="utf-8")
        click.echo(str(into / path))


def _registry(shipped: Knowledge) -> dict[str, str]:
    paths = [path for path in shipped.shelf.paths if path.startswith("identity/")]
    return {path: shipped.shelf.read(path).decode() for path in paths}
