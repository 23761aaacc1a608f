"""The command ``interop store export-person``."""

import json
import sys
from pathlib import Path
from typing import Final

import click

from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Misuse
from interop.cli.store.commands import JSON, KEYS, STORE
from interop.crypto.ring import KeyRing
from interop.errors import Lang
from interop.gateway.opening import open_store, system_clock
from interop.gateway.personal_copy import export_person as exported
from interop.model.party import Scheme
from interop.model.sensitive import Sensitive

CODE_CHARS_MAX: Final = 100


@click.command(cls=Command)
@STORE
@KEYS
@click.option(
    "--scheme",
    type=click.Choice([scheme.value for scheme in Scheme]),
    default=Scheme.RESIDENT_ID.value,
    show_default=True,
    help="号码的种类 · what kind of number it is",
)
@click.option(
    "--out",
    "file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="写到此文件，只限本人读写 · the file to write, for its owner only",
)
@JSON
@click.pass_obj
def export_person(  # noqa: PLR0913 -- one parameter per option
    lang: Lang, *, store: str, keys: Path, scheme: str, file: Path, as_json: bool
) -> None:
    """导出所存的某人全部信息（查阅、复制） · Export all that is held on one person.

    证件号码从标准输入读取，不写在命令行上；审计链记入一行，其中没有个人信息 · The number is
    read from standard input, never from the command line; the audit chain has a line of it,
    without any personal value.
    """
    given = sys.stdin.readline(CODE_CHARS_MAX).strip()
    if not given:
        raise Misuse(PARAMETER_MISSING.of(field="stdin", expected=scheme))
    with open_store(store, KeyRing.load(keys), steps=False) as opened:
        cases = exported(opened, Scheme(scheme), Sensitive(given), file, at=system_clock())
    if as_json:
        click.echo(json.dumps({"cases": cases, "file": str(file)}, ensure_ascii=False))
        return
    click.echo(f"{file}  {'办件' if lang == 'zh' else 'cases'} {cases}")
