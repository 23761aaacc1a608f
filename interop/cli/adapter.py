"""``interop adapter new``: write the files of a new region, ready to be filled in."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from interop.cli.reasons import ADAPTER_TAKEN, FILE_EXISTS, VALUE_REFUSED
from interop.cli.speech import Group, Misuse
from interop.errors import KnowledgeError
from interop.gateway import kinds
from interop.gateway.library import Library
from interop.knowledge import Knowledge

SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
NAME_CHARS_MAX: Final = 80
ADAPTER: Final = """\
# {zh}：沿用上级地区的服务，另有本地网关。地址为占位，按环境填写。
# {en}: uses the services of the region above; the address is a placeholder.
code = "{code}"
extends = "{province}"
name_zh = {quoted_zh}
name_en = {quoted_en}
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
zh = {quoted_zh}

[[issuer]]
id = "https://gateway.{slug}.sim.example"
env = "sim"
roles = ["gateway"]
audience = "https://gateway.{slug}.sim.example"
zh = {gateway_zh}
en = {gateway_en}
effective = {today}
source = "to be named: where the keys were checked with their owner"
verified = "no"
modelled = true
keys = []
"""
ITEM: Final = """\
# {zh}：在通用版本之上只写差异；新增或收紧须写明依据。
# {en}: only what differs from the common version; what is added or tightened names its norm.
# 待填 [organ]：机关的 uscc 与 name。To be added: [organ], with uscc and name.
item = "{item}"
region = "{code}"
version = "{version}"
extends = "canonical@{version}"
effective_from = {today}
illustrative = true
source = "to be named: the item guide of the region"
"""


@click.group(cls=Group)
def adapter() -> None:
    """为新地区写出配置文件 · Write the files of a new region."""


@adapter.command()
@click.argument("code")
@click.argument("slug")
@click.option("--zh", required=True, help="中文名称 · name in Chinese")
@click.option("--en", required=True, help="英文名称 · name in English")
@click.option(
    "--item",
    help="另写事项文件 · also an item file, such as outdoor-advertising",
)
@click.option(
    "--into",
    required=True,
    type=click.Path(path_type=Path),
    help="覆盖目录 · overlay folder",
)
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="生效日期，如 2026-03-01 · first day, such as 2026-03-01",
)
@click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
def new(  # noqa: PLR0913 -- one argument per option
    *,
    code: str,
    slug: str,
    zh: str,
    en: str,
    item: str | None,
    into: Path,
    since: datetime,
    as_json: bool,
) -> None:
    """写出地区 CODE 的文件，名称 SLUG · Write the files of region CODE, named SLUG.

    已有文件不会被覆盖；`interop knowledge check 目录 --region CODE` 列出还缺少的内容。覆盖目录
    中的 identity/ 须整体替换，所以没有时先写出随库的信任登记 · Nothing is overwritten. `interop
    knowledge check FOLDER --region CODE` then says what is still missing. An overlay replaces
    identity/ as a whole, so a folder without one gets the shipped registry first.
    """
    if not SLUG.fullmatch(slug):
        raise Misuse(VALUE_REFUSED.of(field="SLUG", expected="a-z 0-9 -"))
    shipped = Knowledge()
    library = Library(shipped)
    words = {
        "code": code,
        "slug": slug,
        "today": f"{since:%Y-%m-%d}",
        **_names(zh=zh, en=en),
        "province": library.chain(code)[-1],
    }
    _require_free(shipped, into, code)
    files = {
        f"adapters/{code}-{slug}/adapter.toml": ADAPTER.format(**words),
        f"identity/issuers/{code}-{slug}.toml": ISSUERS.format(**words),
    }
    if item is not None:
        version = library.knowledge.document(kinds.ITEMS, item).value.version
        path = f"mappings/items/{item}/{code}.toml"
        files[path] = ITEM.format(**words, item=item, version=version)
    if not (into / "identity").exists():
        files = {**_registry(shipped), **files}
    written = _write(files, into)
    click.echo(json.dumps({"written": written}) if as_json else "\n".join(written))


def _names(*, zh: str, en: str) -> dict[str, str]:
    for option, name in (("--zh", zh), ("--en", en)):
        if not name.isprintable() or not 0 < len(name) <= NAME_CHARS_MAX:
            expected = f"1–{NAME_CHARS_MAX} printable characters"
            raise Misuse(VALUE_REFUSED.of(field=option, expected=expected))
    return {
        "zh": zh,
        "en": en,
        "quoted_zh": _quoted(zh),
        "quoted_en": _quoted(en),
        "gateway_zh": _quoted(f"{zh}互通网关"),
        "gateway_en": _quoted(f"{en} gateway"),
    }


def _quoted(text: str) -> str:
    # A printable JSON string is a basic string of TOML.
    return json.dumps(text, ensure_ascii=False)


def _require_free(shipped: Knowledge, into: Path, code: str) -> None:
    places = [path for path in shipped.shelf.paths if path.startswith(f"adapters/{code}-")]
    places += [str(path) for path in into.glob(f"adapters/{code}-*")]
    if places:
        raise KnowledgeError(ADAPTER_TAKEN.of(field=places[0], got=code))


def _write(files: dict[str, str], into: Path) -> list[str]:
    if taken := [path for path in files if (into / path).exists()]:
        raise KnowledgeError(*(FILE_EXISTS.of(field=str(into / path)) for path in taken))
    for path, text in files.items():
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text, encoding="utf-8")
    return [str(into / path) for path in files]


def _registry(shipped: Knowledge) -> dict[str, str]:
    paths = [path for path in shipped.shelf.paths if path.startswith("identity/")]
    return {path: shipped.shelf.read(path).decode() for path in paths}
