"""``interop certificates``: laws, try, mapping; in process."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interop.cli import cli
from interop.cli.certificates.mapping import COLUMNS, merged, table
from interop.errors import KnowledgeError
from interop.knowledge import read_bytes
from interop.lens import MappingFile

Run = Callable[..., Result]
TYPES = "mappings/certificates"
LICENCE = f"{TYPES}/business-licence/320000.toml"


@pytest.fixture
def run() -> Run:
    return lambda *words: CliRunner().invoke(cli, ["certificates", *map(str, words)], obj="zh")


def read(path: Path) -> MappingFile:
    return MappingFile.from_value(read_bytes(path.read_bytes(), path.name))


@pytest.fixture
def reply(root: Path, tmp_path: Path) -> Path:
    """A SOAP answer around the example of a mapping."""
    inner = read(root / LICENCE).examples[0].document
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    text = f'<s:Envelope xmlns:s="{soap}"><s:Body>{inner}</s:Body></s:Envelope>'
    (tmp_path / "reply.xml").write_text(text, encoding="utf-8")
    return tmp_path / "reply.xml"


def test_a_lawful_file_passes_and_reports(run: Run, root: Path) -> None:
    done = run("laws", root / LICENCE, "--examples", "5", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["passed"]
    (file,) = told["files"]
    held = {law["law"]: law["holds"] for law in file["laws"]}
    assert held.pop("reorder") is None
    assert all(held.values())
    assert {row["kind"] for row in file["report"]["fields"]} == {"bijective", "quotient"}


def test_a_file_that_is_unsound_or_says_something_else_fails(
    run: Run, root: Path, tmp_path: Path
) -> None:
    text = (root / LICENCE).read_text(encoding="utf-8")
    swapped = text.replace('"KZ.QYMC"', '"KZ.X"').replace('"KZ.FDDBR"', '"KZ.QYMC"')
    (tmp_path / "a.toml").write_text(swapped, encoding="utf-8")
    done = run("laws", tmp_path / "a.toml", "--examples", "3", "--json")
    assert done.exit_code == 1
    assert not json.loads(done.output)["passed"]
    names = text.replace('"body.name" = "KZ.QYMC"', '"body.name" = "KZ.FDDBR"').replace(
        '"body.legal_representative" = "KZ.FDDBR"', '"body.legal_representative" = "KZ.QYMC"'
    )
    (tmp_path / "b.toml").write_text(names, encoding="utf-8")
    done = run("laws", tmp_path / "b.toml", "--examples", "3", "--json")
    assert done.exit_code == 1
    broken = [
        law["law"]
        for law in json.loads(done.output)["files"][0]["laws"]
        if law["holds"] is False
    ]
    assert broken == ["examples"]


def test_a_pasted_answer_is_shown_side_by_side(run: Run, root: Path, reply: Path) -> None:
    done = run("try", root / LICENCE, reply, "--to", "shanghai", "--json")
    assert done.exit_code == 0, done.output
    rows = {row["canonical"]: row for row in json.loads(done.output)["rows"]}
    assert rows["cert.status"] == {
        "source": "ZZZT",
        "text": "01",
        "canonical": "cert.status",
        "value": "valid",
        "target": "证照状态",
        "target_text": "有效",
    }


@pytest.mark.parametrize("to", ["330000", "340000"])
def test_a_target_is_shown_below_its_root_too(
    run: Run, root: Path, reply: Path, to: str
) -> None:
    done = run("try", root / LICENCE, reply, "--to", to, "--json")
    rows = {row["canonical"]: row for row in json.loads(done.output)["rows"]}
    shown = rows["cert.status"]
    assert (shown["target"], shown["target_text"]) == ("ZZZT", "01")


@pytest.mark.parametrize("to", ["310000", "上海市", "上海", "shanghai"])
def test_a_target_goes_by_code_or_name(run: Run, root: Path, reply: Path, to: str) -> None:
    assert run("try", root / LICENCE, reply, "--to", to).exit_code == 0


def test_an_unknown_target_is_refused(run: Run, root: Path, reply: Path) -> None:
    done = run("try", root / LICENCE, reply, "--to", "atlantis")
    assert isinstance(done.exception, KnowledgeError)
    assert done.exception.code == "certificates-target-unknown"


def test_every_fault_has_its_line_source_and_suggestion(
    run: Run, root: Path, reply: Path
) -> None:
    text = reply.read_text(encoding="utf-8")
    text = text.replace("<ZZZT>01<", "<ZZZT>08<").replace("2024年02月03日", "2024/02/03", 1)
    reply.write_text(text.replace("</KZ>", "<XZQ>330100</XZQ></KZ>"), encoding="utf-8")
    done = run("try", root / LICENCE, reply, "--json")
    assert done.exit_code == 1
    told = json.loads(done.output)
    lines = (root / LICENCE).read_text(encoding="utf-8").splitlines()
    faults = {fault["field"]: fault for fault in told["faults"]}
    assert set(faults) == {"cert.status", "cert.issued_on"}
    for field, fault in faults.items():
        assert lines[fault["line"] - 1].startswith(f'"{field}" =')
    assert 'codec = "date:%Y/%m/%d"' in faults["cert.issued_on"]["suggestion"]
    assert faults["cert.status"]["suggestion"].startswith('[codes.status]  "08" = ')
    assert told["unmapped"] == ['"body.kz_xzq" = { from = "KZ.XZQ", codec = "region" }']


def test_stubs_are_ready_to_copy_whatever_the_names(run: Run, tmp_path: Path) -> None:
    head = '[mapping]\nid = "x.x"\nversion = "0.1.0"\nregion = "330100"\nformat = "json"\n'
    begun = f'{head}strict = false\n[fields]\n"body.number" = "ZZBH"\n'
    (tmp_path / "draft.toml").write_text(begun, encoding="utf-8")
    sample = {
        "ZZBH": "[/x] [bold]1",
        "甲": "x",
        "乙": "[/y]",
        "a.b": "1",
        '引"号': "y",
        "A": "z",
    }
    (tmp_path / "sample.json").write_text(json.dumps(sample), encoding="utf-8")
    for _ in range(2):
        shown = run("try", tmp_path / "draft.toml", tmp_path / "sample.json")
        assert shown.exception is None or isinstance(shown.exception, SystemExit)
        done = run("try", tmp_path / "draft.toml", tmp_path / "sample.json", "--json")
        stubs = json.loads(done.output)["unmapped"]
        begun += "".join(f"{stub}\n" for stub in stubs)
        (tmp_path / "draft.toml").write_text(begun, encoding="utf-8")
    assert json.loads(done.output)["passed"], done.output
    assert "[/x] [bold]1" in shown.output


def test_a_masked_trial_shows_no_value(run: Run, root: Path, reply: Path) -> None:
    for extra in ([], ["--json"]):
        done = run("try", root / LICENCE, reply, "--to", "310000", "--mask", *extra)
        assert done.exit_code == 0
        assert "测试" not in done.output
        assert "2024" not in done.output


@pytest.mark.parametrize(
    "name",
    [
        "real-estate-certificate/340000",
        "construction-permit/330000",
        "vehicle-licence/340000",
        "business-licence/320000",
        "associate-constructor/310000",
    ],
)
def test_a_table_holds_the_whole_file(root: Path, name: str) -> None:
    path = root / TYPES / f"{name}.toml"
    file, text = read(path), path.read_text(encoding="utf-8")
    exported = table(file)
    assert exported.startswith("\ufeff" + ",".join(COLUMNS))
    back = merged(exported.removeprefix("\ufeff"), text)
    again = MappingFile.from_value(read_bytes(back.encode(), "again.toml"))
    assert again == file


def test_export_and_import_by_command(run: Run, root: Path, tmp_path: Path) -> None:
    path, held, out = root / LICENCE, tmp_path / "t.csv", tmp_path / "out.toml"
    assert run("mapping", "export", path, "--csv", held).exit_code == 0
    assert held.read_bytes().startswith(b"\xef\xbb\xbf")
    done = run("mapping", "import", "--csv", held, "--onto", path, "--out", out)
    assert done.exit_code == 0, done.output
    assert read(out) == read(path)


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "a,b\r\n",
        ",".join(COLUMNS) + "\r\n字段,a\r\n",
        ",".join(COLUMNS) + "\r\n?,a,b,c,d\r\n",
        ",".join(COLUMNS) + f"\r\n字段,a,b,text,{'x' * 200_000}\r\n",
    ],
)
def test_a_malformed_table_is_refused(rows: str) -> None:
    with pytest.raises(KnowledgeError, match="certificates-table-malformed"):
        merged(rows, "[mapping]\n")


@pytest.mark.parametrize("options", ["max=many", "key", "nothing=1"])
def test_options_that_are_none_are_refused(
    run: Run, root: Path, tmp_path: Path, options: str
) -> None:
    rows = (
        f"{','.join(COLUMNS)}\r\n字段,a.b[],,indexed,{options}\r\n字段,a.b[].c,d{{n}},text,\r\n"
    )
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    done = run("mapping", "import", "--csv", tmp_path / "t.csv", "--onto", root / LICENCE)
    assert isinstance(done.exception, KnowledgeError), done.exception


def test_a_table_in_another_encoding_is_refused_by_name(
    run: Run, root: Path, tmp_path: Path
) -> None:
    """Spreadsheet programs of Chinese Windows write GBK unless they are told."""
    held = tmp_path / "t.csv"
    held.write_bytes(table(read(root / LICENCE)).removeprefix("\ufeff").encode("gb18030"))
    done = run("mapping", "import", "--csv", held, "--onto", root / LICENCE)
    assert isinstance(done.exception, KnowledgeError), done.exception
    assert [one.code for one in done.exception.reasons] == ["certificates-table-malformed"]
