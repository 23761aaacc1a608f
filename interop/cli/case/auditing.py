"""Audit a file: read twice, first for its problems, then row by row; keeps no row."""

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import click

from interop.cases.audit import AuditFinding, Auditor, Tally
from interop.cases.audit_reasons import AUDIT_ENCODING, AUDIT_MORE
from interop.cases.audit_table import AuditRow, read_rows
from interop.cases.clocks import Limits
from interop.cases.rules import Rules
from interop.cli.case.clocks import Audited
from interop.errors import CaseError, Lang, Reason
from interop.gateway.library import Library
from interop.model.item import Limit

LATE: Final = 4
PROBLEMS_MAX: Final = 1_000
CHUNK_BYTES: Final = 1 << 20
ENCODINGS: Final = ("utf-8-sig", "gb18030")
STATUS: Final = {
    "in-time": ("按期", "in time"),
    "late": ("逾期办理", "late"),
    "overdue": ("逾期未办", "overdue"),
    "running": ("进行中", "running"),
    "undetermined": ("待放假安排公布", "undetermined"),
}


@dataclass(frozen=True, slots=True)
class _Table:
    """The file, to be read as often as need be."""

    file: Path
    encoding: str
    auditor: Auditor

    def rows(self) -> Iterator[AuditRow | tuple[Reason, ...]]:
        with self.file.open(encoding=self.encoding, newline="") as lines:
            yield from read_rows(lines, first=self.auditor.rules.calendar.first)

    def problems(self) -> tuple[Reason, ...]:
        found = (reason for row in self.rows() if isinstance(row, tuple) for reason in row)
        first = tuple(islice(found, PROBLEMS_MAX))
        more = next(found, None)
        cut = (AUDIT_MORE.of(field=self.file.name, expected=PROBLEMS_MAX),)
        return first + (cut if more else ())

    def findings(self) -> Iterator[AuditFinding]:
        for row in self.rows():
            if isinstance(row, AuditRow):
                yield self.auditor.audit(row)


def audit_file(asked: Audited, lang: Lang, *, as_json: bool) -> int:
    """Audit a file and print what was found; return the exit code.

    Raises:
        CaseError: Every problem of the table, up to 1000; then nothing is audited.
        KnowledgeError: A problem of the shipped or overlaid knowledge.
    """
    auditor = _auditor(asked)
    table = _Table(asked.file, encoding_of(asked.file), auditor)
    if problems := table.problems():
        raise CaseError(*problems)
    tally = Tally()
    for finding in table.findings():
        tally.add(finding)
        if not (asked.every or finding.late):
            continue
        if as_json:
            click.echo(json.dumps(finding.masked(), ensure_ascii=False))
        else:
            _tell(finding, lang)
    _sum_up(tally, auditor, lang, as_json=as_json)
    return LATE if tally.late_rows else 0


def encoding_of(file: Path) -> str:
    """Return the encoding of a file, reading it in pieces.

    Raises:
        CaseError: ``audit-encoding`` if it is neither UTF-8 nor GB18030.
    """
    at = 0
    for encoding in ENCODINGS:
        bad = _undecodable(file, encoding)
        if bad is None:
            return encoding
        at = max(at, bad)
    raise CaseError(AUDIT_ENCODING.of(field=file.name, got=at))


def _undecodable(file: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    with file.open("rb") as source:
        while True:
            chunk = source.read(CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as fault:
                return read + fault.start
            if "\0" in text:
                return read
            if not chunk:
                return None
            read += len(chunk)


def _auditor(asked: Audited) -> Auditor:
    library = Library.of(asked.knowledge)
    statutory = Limit(length=asked.statutory)
    promised = statutory if asked.promised is None else Limit(length=asked.promised)
    rules = Rules(
        lifecycle=library.lifecycle.value,
        clocks=library.clocks.value,
        limits=Limits(statutory, promised),
        calendar=library.calendar,
    )
    if asked.region is not None:
        rules = Rules(
            lifecycle=rules.lifecycle,
            clocks=rules.clocks,
            limits=rules.limits,
            calendar=rules.calendar,
            receipt=library.receipt(asked.region).value,
            handling=library.chain(asked.region),
        )
    return Auditor(rules, asked.on, promised=asked.promised is not None)


def _tell(finding: AuditFinding, lang: Lang) -> None:
    zh = lang == "zh"
    named = " ".join(text for text in (finding.case, finding.item) if text)
    place = f"第 {finding.row} 行" if zh else f"row {finding.row}"
    click.echo(f"{place} {named}".rstrip())
    if finding.accepted_on:
        how = ("（视为受理）" if zh else " (deemed)") if finding.deemed else ""
        click.echo(f"  {'受理日' if zh else 'accepted'} {finding.accepted_on}{how}")
    for clock in finding.clocks:
        state = STATUS[clock.status][0 if zh else 1]
        click.echo(f"  {clock.clock} {clock.due_on} {state}")
    for line in finding.zh if zh else finding.en:
        click.echo(f"  {line}")


def _sum_up(tally: Tally, auditor: Auditor, lang: Lang, *, as_json: bool) -> None:
    if as_json:
        summary = {
            "rows": tally.rows,
            "late_rows": tally.late_rows,
            "deemed": tally.deemed,
            "clocks": dict(tally.lines()),
            "on": auditor.on.isoformat(),
            "clock_table": auditor.rules.clocks.version,
            "calendar": auditor.rules.calendar.digest,
        }
        click.echo(json.dumps({"summary": summary}, ensure_ascii=False))
        return
    if lang == "zh":
        click.echo(f"共 {tally.rows} 行，{tally.late_rows} 行逾期，{tally.deemed} 行视为受理")
    else:
        click.echo(f"{tally.rows} rows, {tally.late_rows} late, {tally.deemed} deemed accepted")
    for name, counts in tally.lines():
        told = ", ".join(
            f"{STATUS[status][0 if lang == 'zh' else 1]} {count}"
            for status, count in sorted(counts.items())
        )
        click.echo(f"  {name}: {told}")
