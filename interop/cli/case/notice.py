"""``interop case notice``: list the notices of a case, write one as a page to print."""

import os
from pathlib import Path
from typing import Any, Final

import click

from interop.cli.exchange.places import JSON, gateway_at, gateway_options, tell
from interop.cli.reasons import PARAMETER_MISSING
from interop.cli.speech import Command, Misuse
from interop.errors import Lang
from interop.gateway.open import Gateway
from interop.gateway.sealing import IssuedNotice
from interop.model.canonical import Json

NONE: Final = ("该办件还没有文书", "the case has no notice yet")
# What a person may read of a notice that is not printed; lines and text may name people.
SHOWN: Final = ("kind", "number", "case", "region", "on", "deadlines", "remedies", "bases")
OWNER_ONLY: Final = 0o600


@click.command(cls=Command)
@click.argument("case")
@click.argument("number", required=False)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="把可打印页面写入新文件（含个人信息，仅本人可读） · write the page to print into a "
    "new file, personal values in clear, readable by its owner alone",
)
@gateway_options
@JSON
@click.pass_obj
def notice(
    lang: Lang,
    /,
    *,
    case: str,
    number: str | None,
    page: Path | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401 -- the options of a gateway, passed on
) -> None:
    """列出文书，写出可打印页面 · List the notices of a case, write one as a page to print.

    不写 NUMBER 则列出全部。屏幕上不显示个人信息；--html 写出的页面含个人信息，文件已存在时
    不覆盖 · Without NUMBER all are listed. No personal value is shown on screen; the page
    that --html writes has them, and never replaces a file.

    退出码：0 完成，1 没有该办件或文书、文件已存在，2 用法有误 · Exit codes: 0 done, 1 no such
    case or notice, or the file exists, 2 wrong usage.
    """
    if page is not None and number is None:
        raise Misuse(PARAMETER_MISSING.of(field="NUMBER", expected="TEXT"))
    with gateway_at(given) as gateway:
        if number is None:
            _list(gateway, case, lang, as_json=as_json)
            return
        found = gateway.notice(case, number)
    if page is not None:
        write_page(page, found.html.reveal())
    told = _told(found, page)
    if as_json:
        tell(told)
        return
    for name, value in told.items():
        click.echo(f"{name:10} {value}")


def write_page(file: Path, text: str) -> None:
    """Write a page into a new file that only its owner may read.

    Raises:
        FileExistsError: There is such a file; it is left alone.
    """
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(opened, "w", encoding="utf-8") as out:
        # Whatever the umask says, and where the system has modes.
        if hasattr(os, "fchmod"):
            os.fchmod(out.fileno(), OWNER_ONLY)
        out.write(text)


def _list(gateway: Gateway, case: str, lang: Lang, *, as_json: bool) -> None:
    from interop.cli.case.lines import notice_lines

    found = gateway.trace(case).notices
    if as_json:
        tell({"notices": [one.masked() for one in found]})
        return
    for line in notice_lines(found, lang):
        click.echo(line)
    if not found:
        click.echo(NONE[0 if lang == "zh" else 1])


def _told(found: IssuedNotice, page: Path | None) -> dict[str, Json]:
    value = found.notice.masked()
    shown = {name: value[name] for name in SHOWN} if isinstance(value, dict) else {}
    told: dict[str, Json] = {"title": found.title, **shown}
    if found.seal is not None:
        told["seal"] = found.seal.name
        told["sealed_at"] = found.seal.sealed_at.isoformat()
    return told | ({"page": str(page)} if page else {})
