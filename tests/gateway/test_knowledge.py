"""Every problem of the knowledge is told with file, key and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from interop.gateway.kinds import check_knowledge
from interop.gateway.library import Library
from interop.gateway.readiness import missing_for
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
    "no extends": (ITEM, _swap("canonical@2026-01", "canonical@2025-09"),
        "profile-extends", "extends"),
    "extends nothing": (ITEM, _swap('"canonical@', '"310104@'), "profile-extends", "extends"),
    "clause twice": (ITEM, _append(
        '\n[[clauses]]\nchange = "keep"\nid = "district-site"\n'), "item-duplicate", "clauses"),
    "clause that does not parse": (
        CANONICAL, _swap('when = "agent.present"', 'when = "agent.present &&"'),
        "criterion-syntax", "agent-id"),
    "clock of no fact": (CLOCKS, _swap('starts = ["received"]', 'starts = ["dreamt"]'),
        "clock-fact-unknown", "C1"),
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


def _planted(folder: Path, path: str, change: Change) -> Knowledge:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        change((shipped_root() / path).read_text(encoding="utf-8")), encoding="utf-8"
    )
    return Knowledge(folder)


def test_the_shipped_knowledge_is_sound() -> None:
    assert check_knowledge(Knowledge()) == ()


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_problem_is_found_with_file_key_and_fix(tmp_path: Path, name: str) -> None:
    path, change, code, place = PLANTED[name]
    problems = check_knowledge(_planted(tmp_path, path, change))
    found = {(problem.path, problem.reason.code) for problem in problems}
    assert (path, code) in found
    (problem, *_) = [p for p in problems if p.reason.code == code]
    assert place in problem.reason.field
    assert problem.reason.fix_zh
    assert problem.reason.fix_en


def test_several_problems_are_told_at_once(tmp_path: Path) -> None:
    for name in ("fraction", "place in a notice", "region twice"):
        path, change, _, _ = PLANTED[name]
        knowledge = _planted(tmp_path, path, change)
    assert {p.reason.code for p in check_knowledge(knowledge)} >= {
        "knowledge-fraction", "notice-place-unknown", "region-twice",
    }  # fmt: skip


def test_a_region_file_may_lie_beside_the_shipped_one(tmp_path: Path) -> None:
    head = (shipped_root() / REGIONS).read_text(encoding="utf-8").splitlines()[0]
    cells = ("310199", "仿真区", "Simulated", "county", "310000", "", "", "", "test", "no")
    more = tmp_path / "mappings/regions/more.tsv"
    more.parent.mkdir(parents=True)
    more.write_text("\n".join([head, "\t".join(cells)]) + "\n", encoding="utf-8")
    knowledge = Knowledge(tmp_path)
    assert check_knowledge(knowledge) == ()
    assert Library(knowledge).chain("310199") == ("310199", "310000")


def test_a_file_named_for_a_region_that_does_not_exist_is_found(tmp_path: Path) -> None:
    text = (shipped_root() / ADAPTER).read_text(encoding="utf-8")
    file = tmp_path / "adapters/310199-nowhere/adapter.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace('"310115"', '"310199"'), encoding="utf-8")
    (problem,) = check_knowledge(Knowledge(tmp_path))
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
