"""``interop criteria decide``: the notice, the smallest change, the other regions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from interop.criteria.change import ChangePlan
from interop.criteria.elsewhere import Elsewhere
from interop.model.canonical import Json
from interop.model.judgement import Decision
from tests.cli.runs import Ran

Run = Callable[..., Ran]
FACTS: dict[str, Json] = {
    "site.authority": "district",
    "site.kind": "wall",
    "site.region": "310115",
    "facility.kind": "advertisement",
    "facility.area": "120",
    "facility.edge": "12",
    "facility.top": "18.5",
    "design.contents": ["plan", "elevation", "structure", "day-view"],
    "period.start": "2026-03-20",
    "period.end": "2028-02-29",
}
FELLING: dict[str, Json] = {
    "site.authority": "district",
    "site.region": "310104",
    "applicant.kind": "organisation",
    "reason.kind": "safety",
    "site.kind": "road",
    "tree.count": 12,
    "tree.ancient": False,
    "owner.agrees": True,
    "replant.count": 10,
    "relocation.possible": False,
    "residents.agree": True,
    "photo.contents": ["whole", "trunk"],
    "period.start": "2026-03-20",
    "period.end": "2026-03-31",
}
PAPERS = (
    "application-form",
    "business-licence",
    "design-drawings",
    "site-right",
    "structural-safety",
)
HELD = tuple(word for paper in PAPERS for word in ("--material", paper))
CASE = ("outdoor-advertising", "--region", "310115", "--on", "2026-03-02")


@pytest.fixture
def stated(tmp_path: Path) -> Callable[..., Path]:
    """Write facts to a file."""

    def write(**changes: Json) -> Path:
        named = {name.replace("__", "."): value for name, value in changes.items()}
        file = tmp_path / "facts.json"
        file.write_text(json.dumps(FACTS | named), encoding="utf-8")
        return file

    return write


def test_a_sound_application_is_told_so(run: Run, stated: Callable[..., Path]) -> None:
    found = run("criteria", "decide", *CASE, "--facts", stated(), *HELD)
    assert (found.code, found.err) == (0, "")
    notice, record = found.out.splitlines()
    assert notice.endswith("：申请材料齐全、符合法定形式")
    assert record.startswith("判断日 2026-03-02，版本 310115 2026-01，条件摘要 sha-256:")
    assert record.endswith("，事实来源：办件登记 1、申报 10")
    english = run("criteria", "decide", *CASE, "--facts", stated(), *HELD, "--lang", "en")
    assert english.out.splitlines()[0].endswith(": complete and in due form")
    assert english.out.endswith("facts from: the application 1, the form 10\n")


def test_json_is_the_decision(run: Run, stated: Callable[..., Path]) -> None:
    told = run("criteria", "decide", *CASE, "--facts", stated(), "--agent", "--json").json()
    decision = Decision.from_value(told)
    assert decision.intake == "supplement"
    assert set(decision.missing_materials) == {*PAPERS, "agent-id"}
    assert decision.on.isoformat() == "2026-03-02"
    assert {row.fact: row.source for row in decision.stated} == {
        **dict.fromkeys(FACTS, "form"),
        "agent.present": "application",
    }


def test_the_smallest_change_is_told(run: Run, stated: Callable[..., Path]) -> None:
    asked = ("--facts", stated(facility__area="320.5"), "--change")
    found = run("criteria", "decide", *CASE, *asked, *HELD)
    assert found.out.splitlines()[-2:] == ["最少改动", "  设置面积：320.5平方米 → 300平方米"]
    english = run("criteria", "decide", *CASE, *asked, *HELD, "--lang", "en")
    assert english.out.splitlines()[-1] == "  facility area: 320.5 m² → 300 m²"
    told = run("criteria", "decide", *CASE, *asked, "--json").json()
    plan = ChangePlan.from_value(told["change"])
    assert (plan.outcome, plan.exact, plan.materials) == ("found", True, PAPERS)
    assert [(change.fact, change.value) for change in plan.changes] == [
        ("facility.area", "300")
    ]


def test_whoever_is_refused_learns_what_to_choose_and_what_to_bring(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(FELLING), encoding="utf-8")
    case = ("tree-felling", "--region", "310104", "--on", "2026-03-02", "--facts", file)
    found = run("criteria", "decide", *case, "--change")
    assert found.out.splitlines()[-3:] == [
        "最少改动",
        "  补植数量：10株 → 24株",
        "  现场照片：全株、树干及胸径 → 全株、树干及胸径、险情或者受影响处",
    ]
    assert "补植数量 - 2 × 树木数量应不少于0株" in found.out
    told = run("criteria", "decide", *case, "--change", "--json").json()
    plan = ChangePlan.from_value(told["change"])
    assert plan.exact
    assert [(row.fact, row.mutability) for row in plan.changes] == [
        ("replant.count", "applicant"),
        ("photo.contents", "paper"),
    ]


def test_a_change_is_found_and_told_without_the_solver_too(
    run: Run, stated: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("--facts", stated(facility__area="320.5"), "--change")
    with_solver = run("criteria", "decide", *CASE, *asked, *HELD).out
    monkeypatch.setattr("interop.criteria.prove.solver.find_spec", lambda _: None)
    assert run("criteria", "decide", *CASE, *asked, *HELD).out == with_solver


def test_what_may_not_be_changed_blocks(run: Run, stated: Callable[..., Path]) -> None:
    asked = ("--facts", stated(site__region="310104"), "--change")
    found = run("criteria", "decide", *CASE, *asked, *HELD)
    lines = found.out.splitlines()
    assert lines[-2:] == ["可改动的事实都不足以符合条件", "  site-in-pudong"]


def test_other_regions_are_asked(run: Run, stated: Callable[..., Path]) -> None:
    asked = ("--facts", stated(site__region="310104"), "--elsewhere")
    lines = run("criteria", "decide", *CASE, *asked, *HELD).out.splitlines()
    assert "310104 可受理" in lines
    assert any(line.startswith("310101 不可受理: ") for line in lines)
    told = run("criteria", "decide", *CASE, *asked, *HELD, "--json").json()
    rows = told["elsewhere"]
    assert isinstance(rows, list)
    found = [Elsewhere.from_value(row) for row in rows]
    assert [row.region for row in found if row.accepts] == ["310104"]
    assert "310115" not in {row.region for row in found}
    early = (*CASE[:3], "--on", "2025-12-31", *asked, *HELD)
    assert "310104 版本未生效" in run("criteria", "decide", *early).out


def test_what_cannot_be_decided_is_refused(run: Run, tmp_path: Path) -> None:
    missing = run("criteria", "decide", *CASE, "--facts", tmp_path / "none.json")
    assert missing.code == 1
    file = tmp_path / "facts.json"
    for text, code in (
        ("{", "json-malformed"),
        ('{"facility.area": {}}', "record-invalid"),
        ('{"facility.areas": 1}', "fact-unknown"),
    ):
        file.write_text(text, encoding="utf-8")
        found = run("criteria", "decide", *CASE, "--facts", file)
        assert (found.code, found.out) == (1, "")
        assert code in found.err
    assert "material-unknown" in run("criteria", "decide", *CASE, "--material", "x").err
    assert "item-unknown" in run("criteria", "decide", "none", "--region", "310115").err
    assert run("criteria", "decide", "outdoor-advertising").code == 2


def test_a_district_may_call_a_fact_by_its_own_name(run: Run, tmp_path: Path) -> None:
    local = {
        "单面展示面积" if name == "facility.area" else name: v for name, v in FACTS.items()
    }
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(local), encoding="utf-8")
    assert run("criteria", "decide", *CASE, "--facts", file, *HELD).code == 0
    other = ("outdoor-advertising", "--region", "310104", *CASE[3:])
    refused = run("criteria", "decide", *other, "--facts", file, *HELD)
    assert "declared-fact-unknown" in refused.err
