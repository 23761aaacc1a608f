"""``interop criteria unify``: one criterion for all districts, told and as JSON."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from interop.criteria.unify import Proposal
from tests.cli.runs import Ran

Run = Callable[..., Ran]
ITEM = "outdoor-advertising"


def test_the_sixteen_districts_are_brought_together(run: Run) -> None:
    found = run("criteria", "unify", ITEM)
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == f"{ITEM}  majority"
    assert "area-bound [多数地区] 单面展示面积不超过300平方米（数值为示例） (12)" in lines
    assert "  clauses.area-bound clause-tightened: 未写明依据" in lines
    assert "  clauses.crossing-distance clause-added: 依据层级不够" in lines
    assert "  lights-off 取消: 设施照明定时关闭（示例） → —" in lines


def test_json_holds_the_proposal_and_the_deviations(run: Run) -> None:
    told = run("criteria", "unify", ITEM, "--policy", "strictest", "--json").json()
    deviations = told.pop("deviations")
    assert told.pop("refused") == {}
    assert Proposal.from_value(told).policy == "strictest"
    assert isinstance(deviations, dict)
    rows = deviations["310105"]
    assert isinstance(rows, list)
    (worse,) = rows
    assert isinstance(worse, dict)
    assert (worse["kind"], worse["effect"]) == ("promise-worse", "worse")


@pytest.mark.parametrize(
    ("lang", "share"), [("zh", "310104  1/2 = 50.0%"), ("en", "310104  1/2 = 50.0%")]
)
def test_recorded_applications_are_counted(
    run: Run, tmp_path: Path, lang: str, share: str
) -> None:
    file = tmp_path / "recorded.json"
    rows = [
        {
            "region": "310104",
            "on": "2026-03-02",
            "facts": {"facility.area": area, "site.kind": "wall"},
        }
        for area in ("200", "90")
    ]
    file.write_text(json.dumps(rows), encoding="utf-8")
    found = run("criteria", "unify", ITEM, "--recorded", file, "--lang", lang)
    assert share in found.out.splitlines()
    word = "relax" if lang == "en" else "放宽"
    assert f"  area-bound {word}: " in found.out


def test_what_cannot_be_read_is_refused(run: Run, tmp_path: Path) -> None:
    found = run("criteria", "unify", "no-such-item")
    assert (found.code, found.out) == (1, "")
    assert "item-unknown" in found.err
    file = tmp_path / "recorded.json"
    file.write_text('[{"region": "310104"}]', encoding="utf-8")
    found = run("criteria", "unify", ITEM, "--recorded", file)
    assert found.code == 1
    assert "record-invalid [recorded.applications.0.on]" in found.err
    found = run("criteria", "unify", ITEM, "--recorded", tmp_path / "none.json")
    assert found.code == 1
    assert run("criteria", "unify", ITEM, "--policy", "fairest").code == 2


def test_files_laid_over_the_shipped_ones_count(run: Run, tmp_path: Path, root: Path) -> None:
    name = f"mappings/items/{ITEM}/310105.toml"
    text = (root / name).read_text(encoding="utf-8")
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text.replace("length = 10", "length = 25"), encoding="utf-8")
    found = run("criteria", "unify", ITEM, "--knowledge", tmp_path)
    assert found.code == 1
    assert "item-promise-unlawful" in found.out


def test_a_promise_above_the_law_is_called_unlawful_and_left_out(run: Run, root: Path) -> None:
    asked = ("criteria", "unify", ITEM, "--knowledge")
    overlay = root / "examples/overlays/unlawful-promise"
    found = run(*asked, overlay)
    assert found.code == 1
    assert found.out.splitlines()[-4:] == [
        "310116 不能采用，未计入",
        "  [promised.length] item-promise-unlawful: 承诺时限 25 超过法定时限 20，违法",
        "  promised promise-worse: 违法",
        "  clauses.area-bound clause-relaxed: 无需依据",
    ]
    told = run(*asked, overlay, "--json").json()
    refused, districts = told["refused"], told["districts"]
    assert isinstance(refused, dict)
    assert isinstance(districts, list)
    assert (set(refused), len(districts)) == ({"310116"}, 15)
    checked = run("knowledge", "check", overlay, "--no-warnings")
    assert (checked.code, checked.out.count("item-promise-unlawful")) == (1, 1)


def test_the_deviations_of_the_worked_example_are_told(run: Run) -> None:
    lines = run("criteria", "unify", ITEM).out.splitlines()
    for line in (
        "  materials.property-consent material-added: 未写明依据",
        "  promised promise-worse: 无需依据",
        "  promised promise-better: 无需依据",
        "  materials.business-licence alias: 无需依据",
    ):
        assert line in lines
