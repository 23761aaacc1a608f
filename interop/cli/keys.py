"""``interop keys``: make the keys of a gateway."""

import json
from pathlib import Path

import click

from interop.crypto.ring import KeyRing
from interop.model.ports import Env


@click.group()
def keys() -> None:
    """生成网关密钥 · Make the keys of a gateway."""


@keys.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--env", type=click.Choice(["prod", "test", "sim"]), required=True)
def new(folder: Path, env: Env) -> None:
    """在 FOLDER 中生成密钥并打印公钥 · Make keys in FOLDER and print the public halves.

    Peers put the public keys into their identity/issuers; nothing is overwritten. Keys in
    files are for development: production keys belong in a cipher module.
    """
    ring = KeyRing.generate(env=env)
    ring.save(folder)
    click.echo(json.dumps(ring.public_jwks(), indent=2))
