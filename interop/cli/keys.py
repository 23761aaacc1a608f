"""``interop keys``: make the keys of a gateway, and those that follow them."""

import json
from datetime import datetime
from pathlib import Path

import click

from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Group, Misuse
from interop.crypto.profile import ProfileName, Waiver
from interop.crypto.ring import KeyRing
from interop.model.ports import Env


@click.group(cls=Group)
def keys() -> None:
    """生成和更换网关密钥 · Make and change the keys of a gateway."""


@keys.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--env",
    type=click.Choice(["prod", "test", "sim"]),
    required=True,
    help="密钥所属环境；不同环境互不往来 · environment; nodes refuse every other one",
)
@click.option(
    "--profile",
    type=click.Choice(["development", "production-cn"]),
    default="development",
    show_default=True,
    help="密码方案：P-256 或国密 SM2 · algorithms: P-256, or SM2",
)
@click.option(
    "--waiver",
    default="",
    metavar="NAME",
    help="准许 production-cn 使用软件密钥的文件名称或文号 · "
    "what lets keys of production-cn lie in software",
)
@click.option(
    "--waiver-until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="豁免的最后一天，含当日 · last day of the waiver, inclusive",
)
def new(
    folder: Path, *, env: Env, profile: ProfileName, waiver: str, waiver_until: datetime | None
) -> None:
    """在 FOLDER 中生成密钥并打印公钥 · Make keys in FOLDER and print the public halves.

    公钥以 JSON 打印，由对方登记到 identity/issuers；已有文件不会被覆盖。密钥文件供开发使用，
    生产密钥应存于密码机 · The public keys, printed as JSON, go into the peers'
    identity/issuers; nothing is overwritten. Keys in files are for development: production
    keys belong in a cipher module. A gateway does not open on keys of production-cn in files
    without a waiver.
    """
    if (waiver_until is None) != (not waiver):
        raise Misuse(
            PARAMETER_MISSING.of(field="--waiver, --waiver-until", expected="NAME, YYYY-MM-DD")
        )
    granted = Waiver(waiver, waiver_until.date()) if waiver_until else None
    ring = KeyRing.generate(env=env, profile=profile, waiver=granted)
    ring.save(folder)
    click.echo(json.dumps(ring.public_jwks(), indent=2))


@keys.command()
@click.argument("former", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def rotate(former: Path, folder: Path) -> None:
    """为 FORMER 中的密钥生成后继，写入 FOLDER · Make keys that follow those in FORMER.

    新的签名密钥和解密密钥写入 FOLDER 并打印公钥；单位密钥、环境和豁免照旧，旧解密密钥一并保留，
    在途内容仍能解开。FORMER 不改动：公钥登记生效后，用 FOLDER 重新启动网关，并尽快删除 FORMER ·
    New keys to sign and to be encrypted to are written to FOLDER and their public halves
    printed; the organ's key, env and waiver stay as they are, and the former decryption keys
    are kept so that what is under way still opens. FORMER is not changed: once the registry
    lists the new keys, start the gateway with FOLDER, then delete FORMER.
    """
    ring = KeyRing.load(former).renewed()
    ring.save(folder)
    click.echo(json.dumps(ring.public_jwks(), indent=2))
