"""What a region does otherwise: each kind, each verdict, and nothing else called unlawful."""

import json
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import FACTS, complete_facts, conditions, items
from interop.criteria import DistrictItem, resolve
from interop.criteria.burden import burden_of
from interop.criteria.contrast import differences
from interop.criteria.deviation import (
    VERDICT_WORDS,
    Deviation,
    DeviationKind,
    Effect,
    Verdict,
    deviations_of,
    verdict_of,
)
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.nodes import Node
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import vocabulary_of
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.case import FactValue
from interop.model.item import (
    Basis,
    Clause,
    ClauseKind,
    JointHandling,
    Limit,
    ServiceItem,
)
from tests.criteria.files import canonical_of, district_of, item_of, levels_of

ITEM = "outdoor-advertising"
NORM: Json = {"level": "rule", "document": "示例规章", "verified": "no"}
CONSENT: Json = {"code": "property-consent", "zh": "物业同意书", "en": "consent"}
TIGHT: Json = {
    "change": "tighten",
    "id": "area-bound",
    "when": "facility.area <= 5",
    "zh": "5",
    "en": "5",
}


def deviations(root: Path, file: DistrictItem) -> tuple[Deviation, ...]:
    return deviations_of(canonical_of(root, ITEM), file, levels=levels_of(root))


def planted(root: Path, **more: Json) -> DistrictItem:
    """Return a file that keeps everything, save what is planted."""
    plain = json.loads(district_of(root, ITEM, "310105").to_bytes())
    plain.update({"promised": {"length": 7}, "clauses": [], "facts": []})
    return DistrictItem.from_json(json.dumps(plain | more).encode())


def told(found: tuple[Deviation, ...]) -> list[tuple[str, str, str, str]]:
    return [(d.path, d.kind.value, d.effect.value, d.verdict.value) for d in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("310101", ("materials.property-consent", "material-added", "worse", "no-norm-named")),
        ("310105", ("promised", "promise-worse", "worse", "not-needed")),
        ("310106", ("promised", "promise-better", "improvement", "not-needed")),
        ("310107", ("materials.business-licence", "alias", "none", "not-needed")),
        ("310109", ("channels", "channel-added", "improvement", "not-needed")),
        ("310110", ("materials.site-right", "material-dropped", "improvement", "not-needed")),
        ("310112", ("clauses.area-bound", "clause-tightened", "worse", "within-its-norm")),
        (
            "310113",
            ("clauses.crossing-distance", "clause-added", "worse", "norm-level-too-low"),
        ),
        ("310116", ("clauses.area-bound", "clause-relaxed", "improvement", "not-needed")),
        ("310117", ("clauses.lights-off", "clause-added", "worse", "within-its-norm")),
        ("310120", ("clauses.area-bound", "clause-tightened", "worse", "no-norm-named")),
        ("310151", ("clauses.height-appraised", "clause-dropped", "improvement", "not-needed")),
    ],
)
def test_each_district_deviates_where_its_file_says_so(
    root: Path, code: str, expected: tuple[str, str, str, str]
) -> None:
    file = district_of(root, ITEM, code)
    assert told(deviations(root, file)) == [expected]


def test_a_promise_above_the_law_is_unlawful_and_does_not_load(root: Path) -> None:
    file = planted(root, promised={"length": 25})
    (found,) = deviations(root, file)
    assert told((found,)) == [("promised", "promise-worse", "worse", "unlawful")]
    assert (found.expected, found.got) == ("7个工作日", "25个工作日")
    with pytest.raises(KnowledgeError) as caught:
        resolve(canonical_of(root, ITEM), file)
    assert [reason.code for reason in caught.value.reasons] == ["item-promise-unlawful"]


@given(promise=st.integers(0, 40), common=st.integers(0, 20))
def test_only_a_promise_above_the_law_is_unlawful(
    root: Path, promise: int, common: int
) -> None:
    canonical = canonical_of(root, ITEM).model_copy(update={"promised": Limit(length=common)})
    file = planted(root, promised={"length": promise})
    found = deviations_of(canonical, file, levels=levels_of(root))
    assert len(found) == (promise != common)
    assert [d.verdict is Verdict.UNLAWFUL for d in found] == [promise > 20] * len(found)
    assert [d.effect is Effect.IMPROVEMENT for d in found] == [promise < common] * len(found)


def test_a_file_that_keeps_everything_deviates_in_nothing(root: Path) -> None:
    assert deviations(root, planted(root)) == ()


@pytest.mark.parametrize(
    ("level", "added", "tightened"),
    [
        ("law", "within-its-norm", "within-its-norm"),
        ("administrative-regulation", "within-its-norm", "within-its-norm"),
        ("state-council-decision", "within-its-norm", "within-its-norm"),
        ("local-regulation", "within-its-norm", "within-its-norm"),
        ("provincial-rule", "norm-level-too-low", "within-its-norm"),
        ("rule", "norm-level-too-low", "within-its-norm"),
        ("normative-document", "unlawful", "unlawful"),
        ("none", "no-norm-named", "no-norm-named"),
    ],
)
def test_the_level_of_the_norm_decides(
    root: Path, level: str, added: str, tightened: str
) -> None:
    norm: Json = {"level": level, "document": "示例", "verified": "no"}
    clause: Json = {"id": "new", "kind": "formal", "when": "true", "zh": "新", "en": "new"}
    file = planted(
        root,
        materials=[{"change": "add", "material": CONSENT, "norm": norm}],
        clauses=[
            {**TIGHT, "norm": norm},  # type: ignore[dict-item]  # an object
            {"change": "add", "clause": clause, "norm": norm},
        ],
    )
    found = deviations(root, file)
    assert [d.verdict.value for d in found] == [added, tightened, added]
    assert all(d.norm is not None and d.norm.level == level for d in found)


@pytest.mark.parametrize(
    ("until", "verdict"),
    [
        ("2026-12-31", Verdict.WITHIN),
        ("2027-01-01", Verdict.TOO_LOW),
        (None, Verdict.TOO_LOW),
    ],
)
def test_a_provincial_rule_may_add_for_a_year(
    root: Path, until: str | None, verdict: Verdict
) -> None:
    norm: Json = {"level": "provincial-rule", "document": "示例", "verified": "no"}
    file = planted(
        root,
        materials=[{"change": "add", "material": CONSENT, "norm": norm}],
        effective_until=until,
    )
    assert [d.verdict for d in deviations(root, file)] == [verdict]


def test_a_level_that_nobody_decided_is_refused(root: Path) -> None:
    levels = levels_of(root)
    law = Basis(level="law", document="示例", verified="no")
    assert verdict_of(None, added=True, levels=levels) is Verdict.UNNAMED
    assert verdict_of(law, added=False, levels=levels) is Verdict.WITHIN
    strange = law.model_copy(update={"level": "custom"})
    with pytest.raises(KnowledgeError) as caught:
        verdict_of(strange, added=True, levels=levels)
    assert caught.value.code == "code-unknown"
    silent = levels.model_copy(
        update={
            "concepts": tuple(c.model_copy(update={"columns": {}}) for c in levels.concepts)
        }
    )
    with pytest.raises(KnowledgeError) as caught:
        verdict_of(law, added=True, levels=silent)
    assert caught.value.code == "code-unknown"


@pytest.mark.parametrize(
    ("more", "kind", "effect"),
    [
        ({"channels": ["1", "2"]}, "channel-dropped", "worse"),
        ({"assurance_min": "high"}, "assurance-raised", "worse"),
        ({"assurance_min": "low"}, "assurance-lowered", "improvement"),
        ({"promised": {"length": 7, "unit": "calendar-day"}}, "promise-worse", "worse"),
    ],
)
def test_channels_and_assurance_count_both_ways(
    root: Path, more: dict[str, Json], kind: str, effect: str
) -> None:
    found = deviations(root, planted(root, **more))
    assert [(d.kind.value, d.effect.value) for d in found] == [(kind, effect)]


def row(change: str, name: str, when: str) -> Json:
    return {"change": change, "id": name, "when": when, "zh": "改", "en": "changed"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # What a file calls it does not decide; the text does.
        (
            row("relax", "area-bound", "facility.area <= 250"),
            ("clause-tightened", "worse", "no-norm-named"),
        ),
        (
            row("tighten", "area-bound", "facility.area <= 350"),
            ("clause-relaxed", "improvement", "not-needed"),
        ),
        (
            row("relax", "area-bound", "facility.edge <= 20"),
            ("clause-changed", "open", "no-norm-named"),
        ),
        (
            row("tighten", "area-bound", "facility.edge <= 20"),
            ("clause-tightened", "worse", "no-norm-named"),
        ),
        (row("relax", "area-bound", "nothing"), ("clause-changed", "open", "no-norm-named")),
        (row("relax", "area-bound", "("), ("clause-changed", "open", "no-norm-named")),
        (row("relax", "no-such", "true"), ("clause-changed", "open", "no-norm-named")),
        # Fewer who need a licence is an improvement, more is none.
        (
            row("tighten", "licence-needed", 'facility.kind == "banner"'),
            ("clause-relaxed", "improvement", "not-needed"),
        ),
        (
            row("relax", "licence-needed", "true"),
            ("clause-tightened", "worse", "no-norm-named"),
        ),
        (
            {"change": "drop", "id": "licence-needed"},
            ("clause-dropped", "worse", "no-norm-named"),
        ),
        ({"change": "drop", "id": "no-such"}, ("clause-dropped", "improvement", "not-needed")),
        (
            {
                "change": "add",
                "clause": {
                    "id": "small",
                    "kind": "not_required",
                    "when": "facility.area > 1",
                    "zh": "大",
                    "en": "large",
                },
            },
            ("clause-added", "improvement", "not-needed"),
        ),
    ],
)
def test_the_text_decides_what_a_change_does(
    root: Path, change: Json, expected: tuple[str, str, str]
) -> None:
    found = deviations(root, planted(root, clauses=[change]))
    assert [(d.kind.value, d.effect.value, d.verdict.value) for d in found] == [expected]


def test_what_reads_otherwise_and_means_the_same_is_no_deviation(root: Path) -> None:
    same = row("tighten", "area-bound", "!(facility.area > 300.0)")
    assert deviations(root, planted(root, clauses=[same])) == ()


def test_a_material_that_may_be_left_out_is_no_burden(root: Path) -> None:
    added: Json = {"change": "add", "material": {**CONSENT, "necessity": "optional"}}  # type: ignore[dict-item]  # an object
    (found,) = deviations(root, planted(root, materials=[added]))
    assert (found.effect, found.verdict) == (Effect.NONE, Verdict.NOT_NEEDED)


@given(conditions(), conditions(), complete_facts(), st.sampled_from(ClauseKind))
def test_more_asked_for_is_more_for_everyone(
    left: Node, right: Node, facts: dict[str, FactValue], kind: ClauseKind
) -> None:
    one, other = (
        Clause(id="only", when=text_of_node(node), kind=kind, zh="条件", en="condition")
        for node in (left, right)
    )
    burden = burden_of(one, other, FACTS)
    stated = read_facts(vocabulary_of(FACTS), facts, has_agent=False)
    before, after = (truth(node, stated, date(2024, 2, 28)) for node in (left, right))
    lighter, heavier = (before, after) if burden == "more" else (after, before)
    if kind is ClauseKind.NOT_REQUIRED:
        lighter, heavier = heavier, lighter
    if burden == "same":
        assert before == after
    elif burden is not None:
        assert not heavier or lighter
    assert burden_of(one, one, FACTS) == "same"


@given(items())
def test_an_item_does_not_differ_from_itself(item: ServiceItem) -> None:
    assert differences(item, item) == ()


def test_between_provinces_a_difference_is_to_be_explained(root: Path) -> None:
    left, right = (item_of(root, ITEM, code) for code in ("310110", "310113"))
    here = differences(left, right)
    assert [(d.kind.value, d.verdict.value) for d in here] == [
        ("material-added", "not-needed"),
        ("clause-added", "not-needed"),
    ]
    away = differences(left, right.model_copy(update={"region": "320500"}))
    assert [d.verdict for d in away] == [Verdict.TO_BE_EXPLAINED] * 2
    back = differences(right.model_copy(update={"region": "320500"}), left)
    assert {(d.kind.value, d.verdict.value) for d in back} == {
        ("material-dropped", "not-needed"),
        ("clause-dropped", "not-needed"),
    }


Part = Literal["clauses", "materials"]


@pytest.mark.parametrize(
    ("part", "update", "kind"),
    [
        ("clauses", {"when": "agent.present"}, DeviationKind.CLAUSE_CHANGED),
        ("materials", {"when": "agent.present"}, DeviationKind.MATERIAL_CHANGED),
        ("materials", {"zh": "表"}, DeviationKind.ALIAS),
    ],
)
def test_a_row_that_reads_otherwise_is_found(
    root: Path, part: Part, update: dict[str, object], kind: DeviationKind
) -> None:
    canonical = canonical_of(root, ITEM)
    rows = getattr(canonical, part)
    place = 1 if part == "clauses" else 0
    changed = [
        row.model_copy(update=update) if i == place else row for i, row in enumerate(rows)
    ]
    other = canonical.model_copy(update={part: tuple(changed), "region": "320500"})
    left = canonical.model_copy(update={"region": "310115"})
    (found,) = differences(left, other)
    assert found.kind is kind
    open_ = kind is not DeviationKind.ALIAS
    assert (found.effect is Effect.OPEN, found.verdict is Verdict.TO_BE_EXPLAINED) == (
        open_,
        open_,
    )


def test_between_regions_more_cases_without_a_licence_are_an_improvement(root: Path) -> None:
    item = item_of(root, ITEM, "310105")
    bare = item.model_copy(
        update={"clauses": tuple(c for c in item.clauses if c.id != "licence-needed")}
    )
    (added,), (gone,) = differences(bare, item), differences(item, bare)
    assert (added.kind, added.effect) == (DeviationKind.CLAUSE_ADDED, Effect.IMPROVEMENT)
    assert (gone.kind, gone.effect) == (DeviationKind.CLAUSE_DROPPED, Effect.WORSE)
    wide, narrow = (item_of(root, ITEM, code) for code in ("310116", "310112"))
    assert [d.kind.value for d in differences(wide, narrow)] == ["clause-tightened"]
    assert [d.kind.value for d in differences(narrow, wide)] == ["clause-relaxed"]


def test_every_verdict_is_said_in_both_languages() -> None:
    assert set(VERDICT_WORDS) == set(Verdict)
    assert VERDICT_WORDS[Verdict.UNNAMED] == ("未写明依据", "no norm named")


def arranged(days: int) -> JointHandling:
    basis = Basis(level="law", document="示例", verified="no")
    return JointHandling(statutory=Limit(length=45), promised=Limit(length=days), basis=basis)


def test_joint_handling_is_told_where_only_one_has_it_and_by_its_promise(root: Path) -> None:
    item = item_of(root, ITEM, "310105")
    away = item.model_copy(update={"region": "320500"})
    ours, theirs = (one.model_copy(update={"joint": arranged(30)}) for one in (item, away))
    assert differences(ours, theirs) == ()
    for left, right, kind in ((item, theirs, "added"), (ours, away, "dropped")):
        (one,) = differences(left, right)
        assert (one.path, one.kind.value) == ("joint", f"joint-handling-{kind}")
        # One front and longer limits: neither better nor worse by itself.
        assert (one.effect, one.verdict) == (Effect.OPEN, Verdict.TO_BE_EXPLAINED)
    (slower,) = differences(ours, theirs.model_copy(update={"joint": arranged(40)}))
    assert (slower.path, slower.kind.value) == ("joint.promised", "promise-worse")
    joint = {"joint": json.loads(arranged(30).to_bytes())}
    (added,) = deviations(root, planted(root, **joint))
    assert (added.kind, added.norm) == (DeviationKind.JOINT_ADDED, arranged(30).basis)
