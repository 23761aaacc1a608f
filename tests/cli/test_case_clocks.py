"""``interop case clocks --audit``: a table in, lawful dates out; nothing else needed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from interop.cli.case.auditing import PROBLEMS_MAX, encoding_of
from interop.errors import CaseError
from tests.cli.runs import Ran, in_process

Run = Callable[..., Ran]
TABLE = (
    "办件编号,收件时间,补正告知时间,受理时间,决定时间,送达时间,法定办结时限,承诺办结时限\n"
    "A-1,2026-02-11 00:30,,,,,20,10\n"
    "A-2,2026/2/11,2026年2月13日,2026-03-02,2026-03-16,2026-03-25,20,10\n"
)
ON = ("--on", "2026-03-17")


def written(folder: Path, text: str = TABLE, encoding: str = "utf-8") -> Path:
    file = folder / "办件.csv"
    file.write_text(text, encoding=encoding, newline="")
    return file


def rows_of(ran: Ran) -> list[dict[str, object]]:
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_late_row_is_told_with_its_dates_whatever_the_encoding(
    run: Run, tmp_path: Path, encoding: str
) -> None:
    file = written(tmp_path, encoding=encoding)
    ran = run("case", "clocks", "--audit", file, *ON, "--json")
    assert ran.code == 4
    late, summary = rows_of(ran)
    assert (late["row"], late["case"], late["accepted_on"]) == (2, "A-1", "2026-02-11")
    clocks = late["clocks"]
    assert isinstance(clocks, list)
    assert [(c["clock"], c["due_on"], c["status"]) for c in clocks] == [
        ("C1", "2026-02-25", "overdue"),
        ("C2", "2026-03-17", "running"),
        ("C9", "2026-03-03", "overdue"),
    ]
    told = summary["summary"]
    assert isinstance(told, dict)
    assert (told["rows"], told["late_rows"], told["deemed"]) == (2, 1, 1)
    assert told["clocks"]["C5"] == {"in-time": 1}
    assert told["on"] == "2026-03-17"


def test_people_read_it_in_their_language(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path)
    ran = run("case", "clocks", "--audit", file, *ON)
    assert "第 2 行 A-1\n  受理日 2026-02-11（视为受理）\n  C1 2026-02-25 逾期未办\n" in ran.out
    assert "共 2 行，1 行逾期，1 行视为受理" in ran.out
    assert "第 3 行" not in ran.out
    ran = run("case", "clocks", "--audit", file, *ON, "--all", "--lang", "en")
    assert "row 3 A-2\n  accepted 2026-03-02\n" in ran.out
    assert "2 rows, 1 late, 1 deemed accepted" in ran.out


def test_all_in_time_ends_with_nought(run: Run, tmp_path: Path) -> None:
    head, _, row = TABLE.splitlines()
    ran = run("case", "clocks", "--audit", written(tmp_path, f"{head}\n{row}\n"), *ON, "--json")
    assert ran.code == 0
    assert len(rows_of(ran)) == 1


def test_bad_cells_are_all_told_and_nothing_is_audited(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, f"{TABLE}A-3,昨天,,,,,20,十\n")
    ran = run("case", "clocks", "--audit", file, *ON)
    assert (ran.code, ran.out) == (1, "")
    assert "audit-day [row 4, received]" in ran.err
    assert "audit-number [row 4, promised]" in ran.err
    ran = run("case", "clocks", "--audit", file, *ON, "--json")
    assert ran.code == 1
    reasons = ran.json()["reasons"]
    assert isinstance(reasons, list)
    assert len(reasons) == 2


def test_of_very_many_problems_the_first_thousand_are_told(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "收件\n" + "昨天\n" * (PROBLEMS_MAX + 5))
    reasons = run("case", "clocks", "--audit", file, "--json").json()["reasons"]
    assert isinstance(reasons, list)
    assert len(reasons) == PROBLEMS_MAX + 1
    assert isinstance(reasons[-1], dict)
    assert reasons[-1]["code"] == "audit-more"
    exact = written(tmp_path, "收件\n" + "昨天\n" * PROBLEMS_MAX)
    reasons = run("case", "clocks", "--audit", exact, "--json").json()["reasons"]
    assert isinstance(reasons, list)
    assert len(reasons) == PROBLEMS_MAX


def test_other_encodings_are_refused_at_their_byte(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, encoding="utf-16")
    ran = run("case", "clocks", "--audit", file)
    assert ran.code == 1
    assert "audit-encoding" in ran.err
    broken = tmp_path / "broken.csv"
    broken.write_bytes("收件\n".encode() + b"\xff\xff")
    with pytest.raises(CaseError) as refused:
        encoding_of(broken)
    assert (refused.value.code, refused.value.reason.got) == ("audit-encoding", "7")


def test_a_character_split_between_two_pieces_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interop.cli.case.auditing.CHUNK_BYTES", 5)
    for encoding, found in (("utf-8", "utf-8-sig"), ("gb18030", "gb18030")):
        assert encoding_of(written(tmp_path, encoding=encoding)) == found


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("C-1", "--audit", "{file}"),
        ("C-1",),
        ("C-1", "--region", "310115", "--store", "x.db"),
        ("--audit", "{file}", "--promised", "21"),
        ("--audit", "nowhere.csv"),
    ],
)
def test_wrong_usage_is_told(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    file = written(tmp_path)
    ran = run("case", "clocks", *(word.format(file=file) for word in arguments))
    assert ran.code == 2
    assert "→" in ran.err


def test_a_region_says_how_its_rest_days_count(run: Run, tmp_path: Path, root: Path) -> None:
    rules = (root / "mappings/clocks/receipt/canonical.toml").read_text(encoding="utf-8")
    own = rules.replace("canonical", "310115").replace('= "same-day"', '= "next-working-day"')
    norm = 'rule = { level = "normative-document", document = "示例", verified = "no" }\n'
    there = tmp_path / "mappings/clocks/receipt"
    there.mkdir(parents=True)
    (there / "310115.toml").write_text(own + norm, encoding="utf-8")
    file = written(tmp_path, "received\n2026-02-21\n")
    asked = ("case", "clocks", "--audit", file, "--on", "2026-02-26", "--all", "--json")
    for region, due in (("310115", "2026-03-02"), ("310104", "2026-02-28")):
        ran = run(*asked, "--knowledge", tmp_path, "--region", region)
        clocks = rows_of(ran)[0]["clocks"]
        assert isinstance(clocks, list)
        assert clocks[0]["due_on"] == due


def test_it_needs_nothing_but_the_table(tmp_path: Path) -> None:
    written(tmp_path)
    ran = in_process("case", "clocks", "--audit", "办件.csv", *ON, cwd=tmp_path)
    assert (ran.code, ran.err) == (4, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["办件.csv"]
