"""A district's file over the canonical item: row by row, every problem at once."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import item_with, items
from interop.criteria import DistrictItem, check_district, resolve
from interop.criteria.warnings import warnings_of
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.item import Clause, ClauseKind, Material, Organ, ServiceItem

USCC = "113101159999011534"
NORM: Json = {"level": "local-regulation", "document": "示例条例", "verified": "no"}
CLAUSES = tuple(
    Clause(id=name, when=when, zh=name, en=name, remedy_zh="改", kind=kind)
    for name, when, kind in (
        ("flag", "flag.one", ClauseKind.COMPETENCE),
        ("area", "area.one <= 3", ClauseKind.SUBSTANTIVE),
    )
)
MATERIALS = (Material(code="form", zh="表", en="form", aliases=("申请表",)),)
CANONICAL = item_with(CLAUSES, MATERIALS)
CONSENT: Json = {"code": "consent", "zh": "同意书", "en": "consent"}
CLAUSE: Json = {"id": "new", "when": "flag.two", "zh": "新", "en": "new"}
TIGHTER: Json = {
    "change": "tighten",
    "id": "area",
    "when": "area.one <= 2",
    "zh": "紧",
    "en": "t",
}


def district(**more: Json) -> DistrictItem:
    row: dict[str, Json] = {
        "item": "example",
        "region": "990001",
        "version": "2026-02",
        "extends": "canonical@2026-01",
        "organ": {"uscc": USCC, "name": "示例机关", "illustrative": True},
        "effective_from": "2026-02-01",
        "illustrative": True,
        "source": "constructed",
    }
    return DistrictItem.from_json(json.dumps(row | more).encode())


def refused(canonical: ServiceItem, file: DistrictItem) -> list[tuple[str, str]]:
    with pytest.raises(KnowledgeError) as caught:
        resolve(canonical, file)
    return [(reason.code, reason.field) for reason in caught.value.reasons]


@given(items())
def test_a_file_that_changes_nothing_keeps_every_row(canonical: ServiceItem) -> None:
    item = resolve(canonical, district())
    assert (item.clauses, item.materials) == (canonical.clauses, canonical.materials)
    assert (item.region, item.version) == ("990001", "2026-02")
    assert item.promised == canonical.promised
    assert ServiceItem.from_json(item.to_bytes()) == item


@given(items(), st.integers(0, 40))
def test_a_promise_above_the_law_is_unlawful(canonical: ServiceItem, length: int) -> None:
    file = district(promised={"length": length})
    if length <= canonical.statutory.length:
        assert resolve(canonical, file).promised.length == length
    else:
        assert refused(canonical, file) == [("item-promise-unlawful", "promised.length")]


def test_every_change_is_laid_over_its_row() -> None:
    item = resolve(
        CANONICAL,
        district(
            task_code=f"{USCC}4000117999000",
            aliases=["本地名"],
            assurance_min="high",
            statutory={"length": 15},
            promised={"length": 3},
            channels=["1"],
            facts=[{"id": "own.fact", "type": "bool", "zh": "本地", "en": "own"}],
            materials=[
                {"change": "alias", "code": "form", "aliases": ["登记表"]},
                {
                    "change": "add",
                    "material": CONSENT,
                    "norm": NORM,
                },
            ],
            clauses=[
                {
                    "change": "keep",
                    "id": "flag",
                    "organ": {"uscc": "113101049999010492", "name": "他局"},
                },
                {**TIGHTER, "norm": NORM, "remedy_zh": "缩小"},  # type: ignore[dict-item]  # an object
                {"change": "add", "clause": {**CLAUSE, "when": "own.fact"}, "norm": NORM},  # type: ignore[dict-item]  # an object
            ],
            effective_until="2027-01-31",
        ),
    )
    assert [clause.id for clause in item.clauses] == ["flag", "area", "new"]
    flag, area, new = item.clauses
    assert flag.organ == Organ(uscc="113101049999010492", name="他局")
    assert (area.when, area.remedy_zh, area.kind) == (
        "area.one <= 2",
        "缩小",
        ClauseKind.SUBSTANTIVE,
    )
    assert area.basis is not None
    assert area.basis == new.basis
    assert item.materials[0].aliases == ("申请表", "登记表")
    assert item.materials[1].basis == area.basis
    assert (item.assurance_min, item.statutory.length, item.promised.length) == ("high", 15, 3)
    assert (item.channels, item.aliases) == (("1",), ("本地名",))
    assert item.effective_until == date(2027, 1, 31)
    assert item.organ is not None
    assert item.illustrative
    assert item.source == "constructed; constructed"


def test_requirements_can_be_dropped_or_relaxed_without_a_norm() -> None:
    relaxed: Json = {"change": "relax", "id": "area", "when": "true", "zh": "宽", "en": "r"}
    item = resolve(
        CANONICAL,
        district(
            materials=[{"change": "drop", "code": "form"}],
            clauses=[{"change": "drop", "id": "flag"}, relaxed],
        ),
    )
    assert item.materials == ()
    assert [(clause.id, clause.when) for clause in item.clauses] == [("area", "true")]
    assert item.clauses[0].remedy_zh == "改"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"extends": "canonical@2025-12"}, [("profile-extends", "extends")]),
        (
            {"extends": "990001@2026-01"},
            [("profile-extends", "extends"), ("profile-extends", "extends")],
        ),
        ({"region": "canonical"}, [("profile-extends", "region")]),
        ({"item": "other"}, [("profile-extends", "item")]),
        (
            {"synonyms": [{"fact": "x", "aliases": ["y"]}]},
            [("profile-unknown-row", "synonyms[0]")],
        ),
        (
            {"synonyms": [{"fact": "area.one", "aliases": ["flag.one"]}]},
            [("item-duplicate", "facts")],
        ),
        (
            {"clauses": [{"change": "drop", "id": "x"}]},
            [("profile-unknown-row", "clauses[0]")],
        ),
        (
            {"materials": [{"change": "alias", "code": "x", "aliases": ["y"]}]},
            [("profile-unknown-row", "materials[0]")],
        ),
        (
            {"clauses": [{"change": "add", "clause": {**CLAUSE, "id": "area"}, "norm": NORM}]},  # type: ignore[dict-item]  # an object
            [("profile-known-row", "clauses[0]"), ("item-duplicate", "clauses")],
        ),
        (
            {"clauses": [{"change": "drop", "id": "flag"}, {"change": "keep", "id": "flag"}]},
            [("item-duplicate", "clauses")],
        ),
        (
            {"clauses": [{**TIGHTER, "norm": NORM, "when": "area.one <= whole.one"}]},  # type: ignore[dict-item]  # an object
            [("criterion-unit", "clauses.area.when:1:13")],
        ),
        (
            {"extends": "canonical@1", "clauses": [TIGHTER], "promised": {"length": 99}},
            [
                ("profile-extends", "extends"),
                ("item-promise-unlawful", "promised.length"),
            ],
        ),
    ],
)
def test_what_does_not_fit_is_refused_all_at_once(
    change: dict[str, Json], expected: list[tuple[str, str]]
) -> None:
    assert refused(CANONICAL, district(**change)) == expected


def test_a_file_is_checked_alone_as_far_as_that_goes() -> None:
    assert check_district(district()) == ()
    assert [r.code for r in check_district(district(extends="x"))] == ["profile-extends"]


def test_a_requirement_without_a_norm_loads_with_a_warning() -> None:
    file = district(
        materials=[{"change": "add", "material": CONSENT}],
        clauses=[TIGHTER, {"change": "add", "clause": CLAUSE}],
    )
    assert check_district(file) == ()
    item = resolve(CANONICAL, file)
    assert [clause.basis for clause in item.clauses] == [None, None, None]
    assert [(r.code, r.field) for r in warnings_of(file)] == [
        ("profile-norm-missing", "materials.consent"),
        ("profile-norm-missing", "clauses.area"),
        ("profile-norm-missing", "clauses.new"),
        ("clause-kind-missing", "clauses.new"),
    ]


def test_an_unknown_change_is_refused() -> None:
    with pytest.raises(KnowledgeError):
        DistrictItem.from_value(
            json.loads(json.dumps(district().masked() | {"clauses": [{"change": "loosen"}]})),  # type: ignore[operator]  # an object
            error=KnowledgeError,
        )
