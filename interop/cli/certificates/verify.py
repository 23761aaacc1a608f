"""``interop certificates verify``: what a sealed document is worth, and why."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from interop.certificates import pdf
from interop.certificates.ofd import Anchor, SealReport, Verdict
from interop.certificates.ofd import verify as verify_ofd
from interop.certificates.ofd.package import PACKAGE_BYTES_MAX
from interop.cli.speech import Command
from interop.errors import Lang
from interop.gateway.kinds import ANCHORS
from interop.knowledge import Knowledge
from interop.model.day import day_of

ANCHOR_BYTES_MAX: Final = 64 * 1024


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="受信任的证书（PEM 或 DER）：上级机构，或签章人、制章人自己的证书；可多次给出 · "
    "a trusted certificate (PEM or DER): an authority, or the signer's or seal maker's own; "
    "may be repeated",
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    help="查询日（北京时间），默认今天；晚于此日的签章为 expired · day of asking (Shanghai), "
    "today by default; a seal put on later is expired",
)
@click.option(
    "--overlay",
    type=click.Path(path_type=Path, file_okay=False),
    help="覆盖目录，其 identity/anchors 中的证书受信任 · overlay folder; the certificates in "
    "its identity/anchors are trusted",
)
@click.option("--json", "as_json", is_flag=True, help="打印 JSON · print JSON")
@click.pass_obj
def verify(  # noqa: PLR0913 -- one argument per option
    lang: Lang,
    *,
    file: Path,
    anchors: tuple[Path, ...],
    at: datetime | None,
    overlay: Path | None,
    as_json: bool,
) -> None:
    """验证 FILE 的电子签章 · Verify the seals of FILE.

    结论依次取最先成立者：unreadable、tampered、expired、untrusted、incomplete、valid；只有
    valid 退出码为 0。签章人、制章人和印章均以签章时间为准 · The verdict is the first that holds
    of unreadable, tampered, expired, untrusted, incomplete, valid; exit code 0 for valid only.
    Signer, seal maker and seal are judged at the signing time.
    """
    data = _read(file, PACKAGE_BYTES_MAX)
    day = at.date() if at else day_of(datetime.now(UTC))
    given = [_read(path, ANCHOR_BYTES_MAX) for path in anchors]
    report = _verified(data, given, overlay, day)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _tell(report, lang)
    if report.verdict is not Verdict.VALID:
        sys.exit(1)


def _verified(data: bytes, given: list[bytes], overlay: Path | None, day: date) -> SealReport:
    rows = [
        row for found in Knowledge(overlay).documents(ANCHORS) for row in found.value.anchor
    ]
    if pdf.is_pdf(data):
        known = [row.pem.encode("utf-8") for row in rows if row.anchor() is None]
        return pdf.verify(data, anchors=[*known, *given], at=day)
    known_seals = [found for row in rows if (found := row.anchor()) is not None]
    anchors = [*known_seals, *(Anchor.read(each) for each in given)]
    return verify_ofd(data, anchors=anchors, at=day)


def _read(path: Path, bytes_max: int) -> bytes:
    """Return the bytes of a file, one more than ``bytes_max`` at most: too many are refused."""
    with path.open("rb") as file:
        return file.read(bytes_max + 1)


def _tell(report: SealReport, lang: Lang) -> None:
    click.echo(report.verdict.value)
    for seal in report.seals:
        signed = seal.signed_at.isoformat() if seal.signed_at else "-"
        click.echo(f"{seal.part}  v{seal.version}  {signed}  {seal.signer}")
        for name, outcome in seal.checks.items():
            click.echo(f"  {name:16} {outcome.result.value}")
            _tell_reasons((reason.text(lang) for reason in outcome.reasons), " " * 19)
    for path in report.uncovered:
        click.echo(f"uncovered  {path}")
    for reason in dict.fromkeys(report.reasons):
        click.echo(f"{reason.code} [{reason.field}]: {reason.text(lang)}")
        click.echo(f"  → {reason.fix(lang)}")


def _tell_reasons(texts: Iterable[str], indent: str) -> None:
    for text in texts:
        click.echo(f"{indent}{text}")
