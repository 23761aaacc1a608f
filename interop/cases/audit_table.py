"""A table of past cases, as a spreadsheet gives it: rows read, every bad cell told.

Columns may be named in Chinese or English; days are days in Asia/Shanghai unless a cell names
its own zone. Nothing of a bad cell is shown but its shape: it may hold a name.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from interop.cases.audit_reasons import (
    AUDIT_COLUMNS,
    AUDIT_DAY,
    AUDIT_NUMBER,
    AUDIT_ORDER,
    AUDIT_RULING,
    AUDIT_SHAPE,
)
from interop.cases.values import YEAR_MAX
from interop.errors import CaseError, Reason
from interop.model.day import SHANGHAI, day_of

CELL_CHARS_MAX: Final = 1_000
COLUMNS_MAX: Final = 256
LIMIT_DAYS_MAX: Final = 400
# Names of columns, the first of each the one that reports use.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "received": ("received", "收件", "收件时间", "收件日期", "received_at", "received_on"),
    "noticed": ("noticed", "补正告知", "补正告知时间", "补正告知日期", "noticed_on"),
    "accepted": ("accepted", "受理", "受理时间", "受理日期", "accepted_at", "accepted_on"),
    "ruled": ("ruled", "决定", "决定时间", "决定日期", "办结", "办结时间", "办结日期"),
    "delivered": ("delivered", "送达", "送达时间", "送达日期", "delivered_at", "delivered_on"),
    "ruling": ("ruling", "决定结果", "办理结果"),
    "case": ("case", "办件编号", "case_number", "project_no"),
    "item": ("item", "事项", "事项名称", "task_name"),
    "statutory": ("statutory", "法定办结时限", "法定时限", "anticipate_day"),
    "promised": ("promised", "承诺办结时限", "承诺时限", "promise_day"),
}  # fmt: skip
DAYS: Final = ("received", "noticed", "accepted", "ruled", "delivered")
RULINGS: Final[Mapping[str, str]] = {
    "": "permitted", "permitted": "permitted", "准予": "permitted", "准予许可": "permitted",
    "rejected": "rejected", "不予": "rejected", "不予许可": "rejected",
    "refused": "refused", "不予受理": "refused",
    "not-required": "not-required", "不受理": "not-required",
}  # fmt: skip
_DAY: Final = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日)"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_COUNT: Final = re.compile(r"[0-9]{1,3}")
_SHOWN: Final = re.compile(r"[^0-9年月日:/.+\-TZ ]")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One past case.

    Attributes:
        number: Row in the file; the header is row 1.
        days: Days by column, those that are given.
        ruling: What was ruled.
        case: Case number, or empty.
        item: Item, or empty.
        statutory: Statutory limit in working days; None where the column or the cell is empty.
        promised: Promised limit, likewise.
    """

    number: int
    days: Mapping[str, date]
    ruling: str = "permitted"
    case: str = ""
    item: str = ""
    statutory: int | None = None
    promised: int | None = None


def read_rows(lines: Iterable[str], *, first: date) -> Iterator[AuditRow | tuple[Reason, ...]]:
    """Yield each row, or every problem of it; empty rows are left out.

    Args:
        lines: The text of the file, a line each.
        first: First day that a calendar covers.

    Raises:
        CaseError: Every ``audit-columns`` of the header; nothing can be read without it.
    """
    text = iter(lines)
    head = next(text, "").removeprefix("\ufeff")
    places = _places(next(csv.reader([head], delimiter=_delimiter(head)), []))
    cells = csv.reader(text, delimiter=_delimiter(head), strict=True)
    number = 1
    while True:
        number += 1
        try:
            row = next(cells)
        except StopIteration:
            return
        except csv.Error as fault:
            yield (_shape(number, str(fault)),)
            continue
        if any(cell.strip() for cell in row):
            yield _read(number, row, places, first)


def _delimiter(head: str) -> str:
    return max(",;\t", key=head.count)


def _places(header: Sequence[str]) -> Mapping[str, int]:
    known = {name: column for column, names in COLUMNS.items() for name in names}
    places = dict[str, int]()
    problems = list[Reason]()
    for place, cell in enumerate(header[:COLUMNS_MAX]):
        column = known.get(cell.strip().casefold())
        if column in places:
            problems.append(_column(str(column)))
        elif column is not None:
            places[column] = place
    if "received" not in places:
        problems.append(_column("received"))
    if problems:
        raise CaseError(*problems)
    return places


def _column(column: str) -> Reason:
    return AUDIT_COLUMNS.of(field=column, expected=", ".join(COLUMNS[column]))


def _shape(number: int, what: str) -> Reason:
    return AUDIT_SHAPE.of(field=f"row {number}", expected=CELL_CHARS_MAX, got=what)


def _read(
    number: int, row: Sequence[str], places: Mapping[str, int], first: date
) -> AuditRow | tuple[Reason, ...]:
    if len(row) > COLUMNS_MAX or any(len(cell) > CELL_CHARS_MAX for cell in row):
        return (_shape(number, f"{len(row)} cells"),)
    cells = {
        column: row[place].strip() if place < len(row) else ""
        for column, place in places.items()
    }
    problems = list[Reason]()
    days = dict[str, date]()
    for column in DAYS:
        text = cells.get(column, "")
        if not text and column != "received":
            continue
        day = read_day(text)
        if day is None or not first <= day or day.year > YEAR_MAX:
            place = _cell(number, column)
            problems.append(AUDIT_DAY.of(field=place, expected=first, got=_masked(text)))
        else:
            days[column] = day
    limits = {
        column: _number(number, column, cells.get(column, ""), problems)
        for column in ("statutory", "promised")
    }
    ruling = RULINGS.get(cells.get("ruling", "").casefold())
    if ruling is None:
        shown = ", ".join(name for name in RULINGS if name)
        got = _masked(cells["ruling"])
        problems.append(AUDIT_RULING.of(field=_cell(number, "ruling"), expected=shown, got=got))
    problems.extend(_order(number, days))
    if problems or ruling is None:
        return tuple(problems)
    return AuditRow(
        number=number,
        days=days,
        ruling=ruling,
        case=_printable(cells.get("case", "")),
        item=_printable(cells.get("item", "")),
        statutory=limits["statutory"],
        promised=limits["promised"],
    )


def read_day(text: str) -> date | None:
    """Return the day of a cell in Asia/Shanghai; None if it is none."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, *numbers = found.groups()[:9]
    month, day = (int(number) for number in numbers if number)
    hour, minute, second, zone = found.groups()[9:]
    try:
        if hour is None:
            return date(int(year), month, day)
        clock = f"T{int(hour):02}:{minute}:{second or '00'}"
        iso = f"{int(year):04}-{month:02}-{day:02}{clock}{zone or ''}"
        instant = datetime.fromisoformat(iso)
        return day_of(instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI))
    except (ValueError, OverflowError):
        return None


def _number(number: int, column: str, text: str, problems: list[Reason]) -> int | None:
    if not text:
        return None
    if _COUNT.fullmatch(text) and int(text) <= LIMIT_DAYS_MAX:
        return int(text)
    problems.append(
        AUDIT_NUMBER.of(
            field=_cell(number, column), expected=f"0–{LIMIT_DAYS_MAX}", got=_masked(text)
        )
    )
    return None


def _order(number: int, days: Mapping[str, date]) -> Iterator[Reason]:
    """Yield each day that lies before the day of a step that comes first."""
    for before, after in (
        ("received", "noticed"),
        ("received", "accepted"),
        ("received", "ruled"),
        ("accepted", "ruled"),
        ("ruled", "delivered"),
    ):
        if before in days and after in days and days[after] < days[before]:
            expected = f"{before} {days[before]}"
            yield AUDIT_ORDER.of(field=_cell(number, after), expected=expected, got=days[after])


def _cell(number: int, column: str) -> str:
    return f"row {number}, {column}"


def _masked(text: str) -> str:
    """Return the shape of a cell: digits and marks of dates, all else hidden."""
    return _SHOWN.sub("□", text[:40]) or "-"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "□" for c in text)
