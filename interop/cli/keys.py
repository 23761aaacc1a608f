"""``interop keys``: make the keys of a gateway."""

import json
from pathlib import Path

import click

from interop.cli.speech import Group
from interop.crypto.ring import KeyRing
from interop.model.ports import Env


@click.group(cls=Group)
def keys() -> None:
    """生成网关密钥 · Make the keys of a gateway."""


@keys.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--env",
    type=click.Choice(["prod", "test", "sim"]),
    required=True,
    help="密钥所属环境；不同环境互不往来 · environment; nodes refuse every other one",
)
def new(folder: Path, env: Env) -> None:
    """在 FOLDER 中生成密钥并打印公钥 · Make keys in FOLDER and print the public halves.

    公钥以 JSON 打印，由对方登记到 identity/issuers；已有文件不会被覆盖。密钥文件供开发使用，
    生产密钥应存于密码机 · The public keys, printed as JSON, go into the peers'
    identity/issuers; nothing is overwritten. Keys in files are for development: production
    keys belong in a cipher module.
    """
    ring = KeyRing.generate(env=env)
    ring.save(folder)
    click.echo(json.dumps(ring.public_jwks(), indent=2))
