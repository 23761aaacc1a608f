"""Every command that ends by itself, with a good and a bad input."""

import json
import shutil
import stat
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from interop.cli.reasons_table import all_rows
from interop.crypto import Waiver
from interop.crypto.ring import KeyRing
from tests.cli.runs import Ran
from tests.profiles import BOTH, NATIONAL

Run = Callable[..., Ran]

NANTONG = ("adapter", "new", "320600", "nantong", "--since", "2026-03-01")
NAMED = ("--zh", "南通市", "--en", "Nantong")


def test_the_shipped_knowledge_has_no_problem(run: Run) -> None:
    told = run("knowledge", "check", "--json").json()
    assert told["problems"] == []
    files, warnings = told["files"], told["warnings"]
    assert isinstance(warnings, list)
    counted = run("knowledge", "check", "--no-warnings")
    assert counted.code == 0
    assert counted.out == f"共 {files} 个文件，0 个问题，{len(warnings)} 个警告\n"
    english = run("knowledge", "check", "--lang", "en", "--no-warnings").out
    assert english == f"{files} files, 0 problems, {len(warnings)} warnings\n"
    listed = run("knowledge", "check").out
    assert listed.count("profile-norm-missing") == len(warnings)


def test_a_clause_without_a_kind_is_warned_of(run: Run, root: Path, tmp_path: Path) -> None:
    name = "mappings/items/tree-felling/canonical.toml"
    text = (root / name).read_text(encoding="utf-8")
    (tmp_path / name).parent.mkdir(parents=True)
    kindless = text.replace('id = "replanted"\nkind = "substantive"\n', 'id = "replanted"\n')
    (tmp_path / name).write_text(kindless, encoding="utf-8")
    found = run("knowledge", "check", tmp_path)
    assert found.code == 0
    assert f"{name} [clauses.replanted] clause-kind-missing: " in found.out
    warnings = run("knowledge", "check", tmp_path, "--json").json()["warnings"]
    assert isinstance(warnings, list)
    rows = [row for row in warnings if isinstance(row, dict)]
    assert {"path": name, "code": "clause-kind-missing"}.items() <= rows[0].items()


def test_every_problem_of_an_overlay_is_told(run: Run, tmp_path: Path) -> None:
    places = ("adapters/310000-bad/adapter.toml", "mappings/items/bad/canonical.toml")
    for place in places:
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text("x =", encoding="utf-8")
    found = run("knowledge", "check", tmp_path, "--no-warnings")
    assert found.code == 1
    assert all(f"{place} [{place}] knowledge-toml-broken: " in found.out for place in places)
    assert found.out.count("  → ") == 2
    told = run("knowledge", "check", tmp_path, "--json")
    assert told.code == 1
    problems = told.json()["problems"]
    assert isinstance(problems, list)
    rows = [row for row in problems if isinstance(row, dict)]
    assert [row["path"] for row in rows] == sorted(places)
    assert all(row["zh"] and row["en"] and row["fix_zh"] and row["fix_en"] for row in rows)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("knowledge", "check", "nowhere"), "knowledge-folder-missing"),
        (("knowledge", "sources", "nowhere"), "knowledge-folder-missing"),
        (("knowledge", "check", "--region", "999999"), "region-unknown"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(
    run: Run, arguments: tuple[str, ...], code: str
) -> None:
    found = run(*arguments)
    assert found.code == 1
    assert found.err.startswith(code)


def test_a_region_lacks_nothing_once_its_keys_are_there(run: Run) -> None:
    found = run("knowledge", "check", "--region", "310115", "--json")
    assert found.code == 1
    problems = found.json()["problems"]
    assert isinstance(problems, list)
    assert [(r["code"], r["expected"]) for r in problems if isinstance(r, dict)] == [
        ("region-lacks", "keys")
    ]


def test_sources_are_listed_with_their_state(run: Run) -> None:
    rows = json.loads(run("knowledge", "sources", "--json").out)
    assert len(rows) > 100
    assert {row["verified"] for row in rows} <= {"yes", "secondary", "no"}
    assert all(row["document"] and row["path"] for row in rows)
    left = json.loads(run("knowledge", "sources", "--unverified", "--json").out)
    assert left == [row for row in rows if row["verified"] != "yes"]
    page = run("knowledge", "sources").out.splitlines()
    assert len(page) == len(rows) + 1
    counts = {s: sum(r["verified"] == s for r in rows) for s in ("yes", "secondary", "no")}
    assert page[-1] == "  ".join(f"{state}: {n}" for state, n in counts.items())


def test_new_files_are_checked_and_name_what_is_missing(run: Run, tmp_path: Path) -> None:
    written = run(*NANTONG, *NAMED, "--item", "outdoor-advertising", "--into", tmp_path)
    assert written.code == 0
    new = [line for line in written.out.splitlines() if "320600" in line]
    assert [Path(line).relative_to(tmp_path).as_posix() for line in new] == [
        "adapters/320600-nantong/adapter.toml",
        "identity/issuers/320600-nantong.toml",
        "mappings/items/outdoor-advertising/320600.toml",
    ]
    assert all(Path(line).is_file() for line in written.out.splitlines())
    checked = run("knowledge", "check", tmp_path, "--region", "320600", "--json")
    assert checked.code == 1
    problems = checked.json()["problems"]
    assert isinstance(problems, list)
    # Only what no one but the region can say: its organ and its keys.
    rows = [row for row in problems if isinstance(row, dict)]
    assert [(row["code"], str(row["field"]).rpartition(".")[2]) for row in rows] == [
        ("record-invalid", "organ"),
        ("region-lacks", "toml"),
    ]


def test_a_region_without_an_item_is_whole_but_for_item_and_keys(
    run: Run, tmp_path: Path
) -> None:
    told = run(*NANTONG, *NAMED, "--into", tmp_path, "--json").json()
    written = told["written"]
    assert isinstance(written, list)
    found = sorted(str(path) for path in tmp_path.rglob("*") if path.is_file())
    assert found == sorted(map(str, written))
    assert run("knowledge", "check", tmp_path).code == 0
    lacking = run("knowledge", "check", tmp_path, "--region", "320600")
    assert lacking.out.count("region-lacks") == 2


def test_an_overlay_with_an_identity_keeps_it(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "identity/registry.toml"
    kept.parent.mkdir()
    kept.write_text("# ours\n", encoding="utf-8")
    assert run(*NANTONG, *NAMED, "--into", tmp_path).code == 0
    assert kept.read_text(encoding="utf-8") == "# ours\n"
    assert len(list((tmp_path / "identity").rglob("*.toml"))) == 2


def test_names_are_written_as_they_are(run: Run, tmp_path: Path) -> None:
    odd = '南"通\\{zh}'
    assert run(*NANTONG, "--zh", odd, "--en", "N'\"", "--into", tmp_path).code == 0
    file = tmp_path / "adapters/320600-nantong/adapter.toml"
    adapter = tomllib.loads(file.read_text(encoding="utf-8"))
    assert (adapter["name_zh"], adapter["name_en"]) == (odd, "N'\"")
    issuer = (tmp_path / "identity/issuers/320600-nantong.toml").read_text(encoding="utf-8")
    assert tomllib.loads(issuer)["issuer"][0]["zh"] == f"{odd}互通网关"


@pytest.mark.parametrize(
    ("changed", "code", "exit_code"),
    [
        (("320600", "../../x", *NAMED), "usage-value-refused", 2),
        (("320600", "Nantong", *NAMED), "usage-value-refused", 2),
        (("320600", "n", "--zh", "南\n通", "--en", "N"), "usage-value-refused", 2),
        (("320600", "n", "--zh", "南通", "--en", ""), "usage-value-refused", 2),
        (("320600", "n", "--zh", "南" * 81, "--en", "N"), "usage-value-refused", 2),
        (("999999", "n", *NAMED), "region-unknown", 1),
        (("../..", "n", *NAMED), "region-unknown", 1),
        (("310115", "n", *NAMED), "adapter-taken", 1),
        (("310000", "n", *NAMED), "adapter-taken", 1),
        (("320600", "n", *NAMED, "--item", "nothing"), "knowledge-missing", 1),
    ],
)
def test_nothing_is_written_where_anything_is_wrong(
    run: Run, tmp_path: Path, *, changed: tuple[str, ...], code: str, exit_code: int
) -> None:
    into = tmp_path / "overlay"
    found = run("adapter", "new", *changed, "--into", into, "--since", "2026-03-01")
    assert found.code == exit_code
    assert found.err.startswith(code)
    assert not into.exists()


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    again = (*NANTONG, *NAMED, "--into", tmp_path)
    assert run(*again).code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.toml")}
    assert run(*again).err.startswith("adapter-taken")
    # With another slug as well: a region has one adapter.
    other = ("adapter", "new", "320600", "other", *again[4:])
    assert run(*other).err.startswith("adapter-taken")
    shutil.rmtree(tmp_path / "adapters")
    assert run(*again).err.startswith("file-exists")
    assert {
        path: path.read_bytes() for path in tmp_path.rglob("*.toml")
    }.items() < before.items()


def test_a_folder_that_is_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    for arguments in (
        (*NANTONG, *NAMED, "--into", taken),
        ("keys", "new", taken, "--env", "sim"),
    ):
        found = run(*arguments)
        assert found.code == 1
        assert found.err.startswith("file-refused")


@pytest.mark.parametrize("env", ["prod", "test", "sim"])
def test_keys_are_made_once_and_only_public_halves_printed(
    run: Run, tmp_path: Path, env: str
) -> None:
    folder = tmp_path / "keys"
    made = run("keys", "new", folder, "--env", env)
    assert made.code == 0
    ring = KeyRing.load(folder)
    assert ring.env == env
    public = json.loads(made.out)
    assert public == ring.public_jwks()
    assert all("d" not in key for key in public)
    assert all(not stat.S_IMODE(f.stat().st_mode) & 0o077 for f in folder.iterdir())
    again = run("keys", "new", folder, "--env", env)
    assert again.code == 1
    assert again.err.startswith("ring-file-exists")
    assert KeyRing.load(folder).public_jwks() == public


@NATIONAL
def test_keys_of_production_cn_are_made_with_their_waiver(run: Run, tmp_path: Path) -> None:
    national = ("--env", "test", "--profile", "production-cn")
    folder = tmp_path / "keys"
    for half in (("--waiver", "x"), ("--waiver-until", "2026-06-30")):
        assert run("keys", "new", folder, *national, *half).code == 2
    waiver = ("--waiver", "constructed", "--waiver-until", "2026-06-30")
    made = run("keys", "new", folder, *national, *waiver)
    assert made.code == 0
    assert [key["crv"] for key in json.loads(made.out)] == ["SM2", "SM2"]
    assert KeyRing.load(folder).waiver == Waiver("constructed", date(2026, 6, 30))


@pytest.mark.parametrize("profile", BOTH)
def test_keys_that_follow_lie_beside_the_former_ones_and_open_what_those_open(
    run: Run, tmp_path: Path, profile: str
) -> None:
    waiver = ("--waiver", "constructed", "--waiver-until", "2026-06-30")
    former, folder = tmp_path / "former", tmp_path / "next"
    made = run("keys", "new", former, "--env", "test", "--profile", profile, *waiver)
    assert made.code == 0
    before = {file.name: file.read_bytes() for file in former.iterdir()}
    followed = run("keys", "rotate", former, folder)
    assert followed.code == 0
    old, new = KeyRing.load(former), KeyRing.load(folder)
    public = json.loads(followed.out)
    assert public == new.public_jwks()
    assert all("d" not in key for key in public)
    assert (new.env, new.waiver, new.organ.secret()) == (
        old.env,
        old.waiver,
        old.organ.secret(),
    )
    assert new.opener.kids == (new.decryption.kid, old.decryption.kid)
    assert {file.name: file.read_bytes() for file in former.iterdir()} == before
    again = run("keys", "rotate", former, folder)
    assert (again.code, again.err.split(maxsplit=1)[0]) == (1, "ring-file-exists")
    missing = run("keys", "rotate", tmp_path / "nowhere", tmp_path / "further")
    assert missing.err.startswith("ring-file-missing")


def test_a_code_is_explained_and_all_are_listed(run: Run) -> None:
    rows = all_rows()
    row = next(row for row in rows if row.code == "not-competent")
    assert run("errors", row.code).out == f"{row.code}\n  {row.zh}\n  → {row.fix_zh}\n"
    en = run("errors", row.code, "--lang", "en").out
    assert en == f"{row.code}\n  {row.en}\n  → {row.fix_en}\n"
    assert json.loads(run("errors", "--json").out) == [
        {name: str(getattr(r, name)) for name in r.__slots__} for r in rows
    ]
    assert run("errors").out.count("  → ") == len(rows)


def test_the_reference_page_is_a_table_of_all(run: Run) -> None:
    page = run("errors", "--markdown").out.splitlines()
    cells = [line for line in page if line.startswith("| `")]
    assert len(cells) == len(all_rows())
    # Five separators that count; one in a text is escaped.
    assert all(line.replace("\\|", "").count("|") == 6 for line in cells)
    one = run("errors", "not-competent", "--markdown").out
    assert [line for line in cells if line.startswith("| `not-competent`")] == [
        line for line in one.splitlines() if line.startswith("| `")
    ]
