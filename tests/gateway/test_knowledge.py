"""Every problem of the knowledge is told with file, key and what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from interop.gateway.library import Library
from interop.gateway.readiness import missing_for
from interop.gateway.soundness import check_knowledge
from interop.knowledge import Knowledge, shipped_root

ITEM = "mappings/items/outdoor-advertising/310115.toml"
CANONICAL = "mappings/items/outdoor-advertising/canonical.toml"
STARS = "mappings/codes/maps/satisfaction-stars.toml"
CLOCKS = "mappings/clocks/clocks.toml"
LIFECYCLE = "mappings/lifecycles/case.toml"
NOTICES = "mappings/notices/canonical.toml"
REGIONS = "mappings/regions/regions.tsv"
YEAR = "mappings/calendars/2026.toml"
ADAPTER = "adapters/310115-pudong/adapter.toml"
MAPPING = "mappings/certificates/business-licence/320000.toml"

Change = Callable[[str], str]


def _swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def _append(more: str) -> Change:
    return lambda text: text + more


# Path, what is planted there, the code it is told by, and what its place names.
PLANTED: dict[str, tuple[str, Change, str, str]] = {
    "not toml": (ITEM, _swap("[promised]", "[promised"), "knowledge-toml-broken", ITEM),
    "unknown field": (YEAR, _swap("year = 2026", "year = 2026\nmoon = 1"), "record-invalid",
        "moon"),
    "fraction": (YEAR, _swap("year = 2026", "year = 2026.0"), "knowledge-fraction", "year"),
    "day of another year": (
        YEAR, _swap("2026-01-01,", "2025-01-01,"), "calendar-day-of-other-year", "holidays",
    ),
    "item of an edition not there": (ITEM, _swap("canonical@2026-01", "canonical@2025-09"),
        "profile-extends", "extends"),
    "extends nothing": (ITEM, _swap('"canonical@', '"310104@'), "profile-extends", "extends"),
    "clause twice": (ITEM, _append(
        '\n[[clauses]]\nchange = "keep"\nid = "district-site"\n'), "item-duplicate", "clauses"),
    "clause that does not parse": (
        CANONICAL, _swap('when = "agent.present"', 'when = "agent.present &&"'),
        "criterion-syntax", "agent-id"),
    "clock of no fact": (CLOCKS, _swap('starts = ["received"]', 'starts = ["dreamt"]'),
        "clock-fact-unknown", "C0"),
    "organ's fact given away": (
        LIFECYCLE, _swap('type = "accepted"\nside = "handling"',
            'type = "accepted"\nside = "receiving"'),
        "lifecycle-wrong-side", "accepted"),
    "place in a notice": (NOTICES, _swap("申请人：{applicant}", "申请人：{applikant}"),
        "notice-place-unknown", "receipt-note"),
    "map without its system": (STARS, _swap("INTEROP:stars@1", "INTEROP:moons@1"),
        "knowledge-missing", "INTEROP:moons@1"),
    "map that leaves a value out": (
        STARS, _swap('  { from_code = "5", to_code = "1", relation = "equivalent" },\n', ""),
        "code-map-uncovered", "satisfaction-stars"),
    "map to a value that is none": (STARS, _swap('to_code = "1"', 'to_code = "7"'),
        "code-unknown", "INTEROP:stars@1"),
    "region without a cell": (REGIONS, lambda text: text + "310199\n",
        "knowledge-tsv-cells", REGIONS),
    "region twice": (REGIONS, lambda text: text + text.splitlines()[-1] + "\n",
        "region-twice", ""),
    "file of another region": (ADAPTER, _swap('code = "310115"', 'code = "310104"'),
        "knowledge-region-misfit", "region"),
    "item of another region": (ITEM, _swap('region = "310115"', 'region = "310104"'),
        "knowledge-region-misfit", "region"),
    "mapping of another region": (
        MAPPING, _swap('region = "320000"', 'region = "330000"'),
        "knowledge-region-misfit", "region"),
    "use listed twice": (
        "mappings/certificates/use-list.toml",
        lambda text: text + text[text.index("[[rows]]"):text.index("[[rows]]", 400)],
        "certificate-use-row-twice", "rows"),
}  # fmt: skip


# What only shows once the tables that files are held against are sound.
ACROSS = ("map ", "clock of", "file of", "item of", "mapping of")
TABLES = ("region ", "organ's fact")


def _batches() -> list[tuple[str, ...]]:
    """Return the planted problems in batches that touch no file twice."""
    found: list[list[str]] = []
    for name, (path, *_) in PLANTED.items():
        for batch in found:
            names = (name, *batch)
            apart = any(n.startswith(ACROSS) for n in names) and any(
                n.startswith(TABLES) for n in names
            )
            if not apart and path not in {PLANTED[other][0] for other in batch}:
                batch.append(name)
                break
        else:
            found.append([name])
    return [tuple(batch) for batch in found]


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is shipped, with one item of many."""
    folder = tmp_path_factory.mktemp("knowledge") / "shipped"
    for name in ("adapters", "identity", "mappings"):
        shutil.copytree(shipped_root() / name, folder / name)
    for item in (folder / "mappings/items").iterdir():
        if item.name != "outdoor-advertising":
            shutil.rmtree(item)
    return folder


FOLDER = "mappings/items/outdoor-advertising"


def _plant(folder: Path, path: str, change: Change) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        change((shipped_root() / path).read_text(encoding="utf-8")), encoding="utf-8"
    )


def test_the_shipped_knowledge_is_sound() -> None:
    assert check_knowledge(Knowledge()) == ()


@pytest.mark.parametrize("batch", _batches(), ids=", ".join)
def test_planted_problems_are_all_found_with_file_key_and_fix(
    tmp_path: Path, shipped: Path, batch: tuple[str, ...]
) -> None:
    for name in batch:
        path, change, _, _ = PLANTED[name]
        _plant(tmp_path, path, change)
    problems = check_knowledge(Knowledge(tmp_path, shipped=shipped))
    found = {(problem.path, problem.reason.code) for problem in problems}
    for name in batch:
        path, _, code, place = PLANTED[name]
        assert (path, code) in found
        told = [p for p in problems if (p.path, p.reason.code) == (path, code)]
        assert any(place in problem.reason.field for problem in told), name
        assert all(problem.reason.fix_zh and problem.reason.fix_en for problem in told)
    assert {problem.path for problem in problems} == {PLANTED[name][0] for name in batch}


@pytest.mark.parametrize("folder", ["mappings/notices", "mappings/clocks/receipt"])
def test_texts_and_receipt_rules_of_a_region_stand_under_its_code(
    tmp_path: Path, shipped: Path, folder: str
) -> None:
    text = (shipped / folder / "canonical.toml").read_text(encoding="utf-8")
    there = tmp_path / folder
    there.mkdir(parents=True)
    for stated, code in (
        ("310115", None),
        ("310104", "knowledge-region-misfit"),
        ("canonical", "knowledge-region-misfit"),
    ):
        own = text.replace('region = "canonical"', f'region = "{stated}"')
        (there / "310115.toml").write_text(own, encoding="utf-8")
        found = [
            problem.reason.code
            for problem in check_knowledge(Knowledge(tmp_path, shipped=shipped))
        ]
        assert found == ([] if code is None else [code])


def test_a_broken_file_hides_no_problem_of_another(tmp_path: Path, shipped: Path) -> None:
    one, other = f"{FOLDER}/310115.toml", f"{FOLDER}/310104.toml"
    _plant(tmp_path, one, _swap("canonical@2026-01", "310104@2026-01"))
    _plant(tmp_path, other, _swap("facility.area <=", "facility.aera <="))
    found = {
        (problem.path, problem.reason.code)
        for problem in check_knowledge(Knowledge(tmp_path, shipped=shipped))
    }
    assert found == {(one, "profile-extends"), (other, "criterion-unknown-fact")}


def test_a_common_file_that_is_broken_is_told_of_once(tmp_path: Path, shipped: Path) -> None:
    common = f"{FOLDER}/canonical.toml"
    _plant(tmp_path, common, _swap("facility.area <=", "facility.aera <="))
    problems = check_knowledge(Knowledge(tmp_path, shipped=shipped))
    assert {problem.path for problem in problems} == {common}


def test_a_region_file_may_lie_beside_the_shipped_one(tmp_path: Path, shipped: Path) -> None:
    head = (shipped_root() / REGIONS).read_text(encoding="utf-8").splitlines()[0]
    cells = ("310199", "仿真区", "Simulated", "county", "310000", "", "", "", "test", "no")
    more = tmp_path / "mappings/regions/more.tsv"
    more.parent.mkdir(parents=True)
    more.write_text("\n".join([head, "\t".join(cells)]) + "\n", encoding="utf-8")
    knowledge = Knowledge(tmp_path, shipped=shipped)
    assert check_knowledge(knowledge) == ()
    assert Library(knowledge).chain("310199") == ("310199", "310000")


def test_a_file_named_for_a_region_that_does_not_exist_is_found(
    tmp_path: Path, shipped: Path
) -> None:
    text = (shipped_root() / ADAPTER).read_text(encoding="utf-8")
    file = tmp_path / "adapters/310199-nowhere/adapter.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace('"310115"', '"310199"'), encoding="utf-8")
    (problem,) = check_knowledge(Knowledge(tmp_path, shipped=shipped))
    assert problem.path == "adapters/310199-nowhere/adapter.toml"
    assert (problem.reason.code, problem.reason.got) == ("region-unknown", "310199")


def test_what_a_region_still_lacks_is_listed() -> None:
    library = Library(Knowledge())
    lacking = {reason.field for reason in missing_for(library, "310115")}
    assert lacking == {"identity/issuers/310115-<name>.toml"}
    assert {reason.code for reason in missing_for(library, "330100")} == {
        "knowledge-missing-for-region", "region-lacks",
    }  # fmt: skip
    fields = [reason.field for reason in missing_for(library, "310101")]
    assert "adapter.gateway" in fields
    fields = [reason.field for reason in missing_for(library, "341800")]
    assert "mappings/items/<item>/341800.toml" in fields
