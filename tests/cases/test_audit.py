"""Audits of tables: the same dates as for a case of one's own; every bad cell told."""

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import Limits
from interop.cases.audit import AuditFinding, Auditor, Tally
from interop.cases.audit_table import COLUMNS, AuditRow, read_day, read_rows
from interop.conformance.strategies.calendar import days_near
from interop.errors import CaseError, Reason
from interop.model.item import Limit
from tests.cases.rules import TWENTY_AND_TEN, Rules, Said, received_on

DAY = timedelta(days=1)
FIRST = date(2018, 1, 1)
ON = date(2026, 4, 1)
FIELDS = ("received", "noticed", "accepted", "ruled", "delivered")


def read(text: str) -> list[AuditRow | tuple[Reason, ...]]:
    return list(read_rows(io.StringIO(text, newline=""), first=FIRST))


def bad(text: str) -> list[tuple[str, str]]:
    rows = read(text)
    return [(r.code, r.field) for row in rows if isinstance(row, tuple) for r in row]


def audited(rules: Rules, text: str, *, on: date = ON) -> list[AuditFinding]:
    auditor = Auditor(rules.under(TWENTY_AND_TEN), on, promised=True)
    rows = [row for row in read(text) if isinstance(row, AuditRow)]
    return [auditor.audit(row) for row in rows]


def said_of(finding: AuditFinding) -> dict[str, tuple[str, str]]:
    return {c.clock: (str(c.due_on), c.status) for c in finding.clocks}


def test_a_table_gives_the_dates_of_the_law(rules: Rules) -> None:
    never, told, late = audited(
        rules,
        "received,noticed,accepted,ruled,delivered\n"
        "2026-02-11,,,,\n"
        "2026-02-11,2026-02-13,2026-03-02,2026-03-31,2026-04-01\n"
        "2026-02-11,2026-02-26,2026-03-02,2026-03-17,2026-04-01\n",
    )
    assert (never.accepted_on, never.deemed) == (date(2026, 2, 11), True)
    assert said_of(never) == {
        "C1": ("2026-02-25", "overdue"),
        "C2": ("2026-03-17", "overdue"),
        "C9": ("2026-03-03", "overdue"),
    }
    assert (told.accepted_on, told.deemed) == (date(2026, 3, 2), False)
    assert said_of(told) == {
        "C1": ("2026-02-25", "in-time"),
        "C2": ("2026-03-30", "late"),
        "C9": ("2026-03-16", "late"),
        "C5": ("2026-04-15", "in-time"),
    }
    # Told a day too late: accepted as of receipt, and the limit runs from there.
    assert (late.accepted_on, late.deemed) == (date(2026, 2, 11), True)
    assert said_of(late)["C2"] == ("2026-03-17", "in-time")
    assert [c.days_late for c in late.clocks] == [1, 0, 10, 1]
    assert late.zh[0].startswith("C1 补正告知：自 2026-02-11（窗口收件）起 5 个工作日")
    assert late.zh[0].endswith("实际 2026-02-26，晚 1 个工作日")
    assert [line[:2] for line in late.zh] == ["C1", "C5", "C9"]
    assert "视为受理" in late.zh[2]
    assert "deemed accepted" in late.en[2]
    tally = Tally()
    for finding in (never, told, late):
        tally.add(finding)
    assert (tally.rows, tally.late_rows, tally.deemed) == (3, 3, 2)
    assert dict(tally.lines())["C2"] == {"overdue": 1, "late": 1, "in-time": 1}
    assert [name for name, _ in tally.lines()] == ["C1", "C2", "C9", "C5"]


@given(data=st.data(), gaps=st.tuples(*[st.one_of(st.none(), st.integers(0, 30))] * 4))
def test_a_row_has_the_dates_that_its_case_would_have(
    data: st.DataObject, gaps: tuple[int | None, ...], rules: Rules
) -> None:
    received = data.draw(days_near(rules.years[:-1]))
    on = received + data.draw(st.integers(0, 120)) * DAY
    noticed, accepted, ruled = (
        None if gap is None else received + gap * DAY for gap in gaps[:3]
    )
    if accepted is None or (ruled is not None and ruled < accepted):
        ruled = None
    if noticed is not None and accepted is not None and noticed > accepted:
        noticed = None
    cells = [received, noticed, accepted, ruled, None]
    text = ",".join(FIELDS) + "\n" + ",".join("" if c is None else str(c) for c in cells)
    (finding,) = audited(rules, text, on=on)
    steps = {"supplement-noticed": noticed, "accepted": accepted, "permitted": ruled}
    then: list[Said] = sorted(
        ((name, day) for name, day in steps.items() if day is not None),
        key=lambda step: (step[1], list(steps).index(step[0])),
    )
    facts = received_on(received, *then)
    case = rules.case(facts, on=on)
    assert (finding.accepted_on, finding.deemed) == (case.accepted_on, case.deemed)
    due = rules.due(facts, on=on)
    for clock in finding.clocks:
        assert clock.due_on == due[clock.clock].due_on
        assert clock.provisional == due[clock.clock].provisional
        done = clock.done_on or on
        assert (clock.days_late > 0) <= (clock.status in {"late", "overdue"})
        assert (clock.status in {"late", "overdue"}) == (done > clock.due_on)
    assert {c.clock for c in finding.clocks} == due.keys() & {"C1", "C2", "C9", "C5"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-02-11", "2026-02-11"),
        ("2026-2-1", "2026-02-01"),
        ("2026/2/11", "2026-02-11"),
        ("2026.02.11", "2026-02-11"),
        ("2026年2月11日", "2026-02-11"),
        ("2026-02-11 08:30", "2026-02-11"),
        ("2026-02-11T23:59:59", "2026-02-11"),
        ("2026/2/11 8:05:00", "2026-02-11"),
        ("2026-02-10T16:30:00Z", "2026-02-11"),
        ("2026-02-10T15:59:59+00:00", "2026-02-10"),
        ("2026-02-11 00:30:00.123", "2026-02-11"),
        ("2026-02-30", None),
        ("2026-13-01", None),
        ("20260211", None),
        ("46064", None),
        ("11/02/2026", None),
        ("2026-02/11", None),
        ("2026-02-11 25:00", None),
        ("2026-02-11 08:30 +25:00", None),
        ("２０２６-02-11", None),
        ("2026-02-11 ", None),
        ("", None),
    ],
)
def test_days_are_read_in_the_spellings_of_spreadsheets(
    cell: str, expected: str | None
) -> None:
    assert read_day(cell) == (date.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize("column", COLUMNS)
def test_columns_have_chinese_and_english_names(column: str) -> None:
    for name in COLUMNS[column]:
        head = name if column == "received" else f"收件,{name.upper()}"
        assert bad(f"\ufeff{head}\n") == []
    twice = COLUMNS[column][:2]
    with pytest.raises(CaseError) as refused:
        read(",".join(("收件", *twice)) + "\n")
    assert {r.code for r in refused.value.reasons} == {"audit-columns"}
    assert refused.value.reason.field == column


def test_a_table_without_receipt_cannot_be_audited() -> None:
    for text in ("", "\n", "noticed\n2026-02-11\n", "2026-02-11,2026-02-13\n"):
        with pytest.raises(CaseError) as refused:
            read(text)
        assert (refused.value.code, refused.value.reason.field) == ("audit-columns", "received")
        assert "收件" in refused.value.reason.expected


def test_every_bad_cell_is_told_with_row_and_column_all_at_once() -> None:
    text = (
        "收件,补正告知,受理,决定,送达,法定办结时限,决定结果\n"
        "2026-02-31,昨天,2026-03-02,,,20,\n"
        ",,,,,,\n"
        "2026-02-11,2026-02-10,2026-02-09,,,二十,\n"
        "2017-12-31,,,,,401,也许\n"
        "2026-02-11,,2026-03-02,2026-03-01,2026-02-28,-1,准予\n"
        ",2026-02-11,,,,20,\n"
    )
    assert bad(text) == [
        ("audit-day", "row 2, received"),
        ("audit-day", "row 2, noticed"),
        ("audit-number", "row 4, statutory"),
        ("audit-order", "row 4, noticed"),
        ("audit-order", "row 4, accepted"),
        ("audit-day", "row 5, received"),
        ("audit-number", "row 5, statutory"),
        ("audit-ruling", "row 5, ruling"),
        ("audit-number", "row 6, statutory"),
        ("audit-order", "row 6, ruled"),
        ("audit-order", "row 6, delivered"),
        ("audit-day", "row 7, received"),
    ]


def test_a_bad_cell_is_shown_by_its_shape_only() -> None:
    (row,) = read("收件\n王小明 2026-02-11 男\n")
    assert isinstance(row, tuple)
    assert row[0].got == "□□□ 2026-02-11 □"
    assert "王" not in str(row)


@pytest.mark.parametrize(
    "text", ['收件\n"2026-02-11\n', "收件\n" + "x" * 1_001 + "\n", "收件\n" + "," * 300 + "x\n"]
)
def test_broken_and_oversized_rows_are_told(text: str) -> None:
    assert bad(text) == [("audit-shape", "row 2")]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_usual_delimiters_are_read_and_quotes_hold_line_ends(mark: str) -> None:
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=mark)
    table.writerow(["办件编号", "收件"])
    table.writerow(["A\n1", "2026-02-11"])
    table.writerow(["A2\x1b[31m", "2026-02-12"])
    one, two = read(out.getvalue())
    assert isinstance(one, AuditRow)
    assert isinstance(two, AuditRow)
    # Nothing that a terminal would obey.
    assert (one.case, two.case) == ("A□1", "A2□[31m")
    assert (one.number, two.number) == (2, 3)


def test_limits_of_a_row_go_before_those_of_the_audit(rules: Rules) -> None:
    text = "received,accepted,statutory,promised\n2026-03-02,2026-03-02,{}\n"
    assert said_of(audited(rules, text.format("5,0"))[0])["C2"][0] == "2026-03-09"
    assert said_of(audited(rules, text.format("5,0"))[0])["C9"][0] == "2026-03-02"
    assert said_of(audited(rules, text.format(","))[0])["C2"][0] == "2026-03-30"
    plain = Auditor(rules.under(Limits(Limit(length=20), Limit(length=20))), ON)
    (row,) = read(text.format(","))
    assert isinstance(row, AuditRow)
    assert {c.clock for c in plain.audit(row).clocks} == {"C1", "C2"}


def test_what_was_refused_is_neither_deemed_nor_delivered(rules: Rules) -> None:
    text = "received,ruled,ruling\n2026-03-02,2026-03-10,{}\n"
    for ruling in ("不予受理", "not-required"):
        (finding,) = audited(rules, text.format(ruling))
        # Answered on the 10th, one working day over C1.
        assert said_of(finding) == {"C1": ("2026-03-09", "late")}
        assert not finding.deemed
    (finding,) = audited(
        rules, "received,accepted,ruled,ruling\n2026-03-02,2026-03-02,2026-03-10,不予\n"
    )
    assert said_of(finding).keys() == {"C1", "C2", "C9"}


def test_what_a_new_year_could_still_move_is_undetermined(rules: Rules) -> None:
    text = "received,accepted,ruled\n2026-12-10,2026-12-10,{}\n"
    (open_yet,) = audited(rules, text.format("2027-01-06"), on=date(2027, 2, 1))
    assert said_of(open_yet)["C2"] == ("2027-01-05", "undetermined")
    (sure,) = audited(rules, text.format("2027-01-05"), on=date(2027, 2, 1))
    assert said_of(sure)["C2"] == ("2027-01-05", "in-time")
    assert not any(clock.days_late for clock in sure.clocks if clock.clock == "C2")
