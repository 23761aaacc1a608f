"""The ten items and what their districts do otherwise: sound, honest, and every kind there."""

import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import islice, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import applicants_of, pool_of
from interop.criteria import Criterion, check_item, compile_item, decide
from interop.criteria.criterion import TypedClause
from interop.criteria.deviation import DeviationKind, Verdict, deviations_of
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.lint import stale_bases
from interop.criteria.nodes import facts_of
from interop.criteria.norms import Norm
from interop.criteria.warnings import warnings_of
from interop.gateway.kinds import NORMS
from interop.knowledge import Knowledge, shipped_root
from interop.model import uscc
from interop.model.item import Basis, ClauseKind, Organ, ServiceItem
from tests.criteria.files import (
    canonical_of,
    codes_of,
    district_of,
    item_of,
    items_in,
    levels_of,
)

ROOT = Path(__file__).parents[2]
ON = date(2026, 3, 2)
ITEMS = items_in(ROOT)
PAIRS = [(item, code) for item in ITEMS for code in codes_of(ROOT, item)]
DISTRICTS = {
    *(f"3101{n:02}" for n in (1, 4, 5, 6, 7, 9, 10, 12, 13, 14, 15, 16, 17, 18, 20, 51)),
}
APPLICANTS_MAX = 5000
CITY = "310000"
# Statutory and promised working days; the promise is illustrative.
LIMITS = {
    "ancient-tree-relocation": (20, 15),
    "construction-waste": (20, 3),
    "green-space-occupation": (20, 10),
    "household-waste-service": (20, 15),
    "outdoor-advertising": (20, 7),
    "project-greening": (20, 7),
    "sanitation-facility-removal": (20, 10),
    "temporary-structure": (20, 5),
    "tree-felling": (20, 10),
    "tree-relocation": (20, 10),
}
# Not a licence: the review is part of another approval, the rest is a filing.
NOT_LISTED = {"project-greening"}


def bases(item: ServiceItem) -> list[Basis]:
    found = [clause.basis for clause in item.clauses if clause.basis]
    found += [material.basis for material in item.materials if material.basis]
    return [*found, *item.setting_basis, *([item.listed_as] if item.listed_as else [])]


def speaks_of(criterion: Criterion) -> set[str]:
    rows = [clause.when for clause in criterion.clauses]
    rows += [case.when for clause in criterion.clauses for case in clause.organs]
    rows += [material.when for material in criterion.materials if material.when]
    return {name for row in rows for name in facts_of(row)}


def test_all_ten_are_there_in_all_sixteen_districts() -> None:
    assert set(LIMITS) == set(ITEMS)
    for item in ITEMS:
        assert set(codes_of(ROOT, item)) - {CITY} == DISTRICTS


@pytest.mark.parametrize("name", ITEMS)
def test_a_common_version_is_whole(root: Path, name: str) -> None:
    item = canonical_of(root, name)
    assert check_item(item) == ()
    assert warnings_of(item) == ()
    assert {clause.kind for clause in item.clauses} == set(ClauseKind)
    assert (item.statutory.length, item.promised.length) == LIMITS[name]
    assert item.promised.illustrative
    assert all(clause.basis for clause in item.clauses)
    assert all(material.basis for material in item.materials)
    assert all(clause.remedy_zh and clause.remedy_en for clause in item.clauses)
    assert all(fact.question.endswith("？") for fact in item.facts)
    labelled = [{label.value for label in fact.labels} for fact in item.facts]
    assert labelled == [set(fact.values) for fact in item.facts]
    assert speaks_of(compile_item(item)) - {"agent.present"} == {f.id for f in item.facts}


@pytest.mark.parametrize("name", ITEMS)
def test_each_item_names_its_setting_basis_in_force_and_its_entry_in_the_list(
    root: Path, name: str
) -> None:
    item = canonical_of(root, name)
    assert any(basis.edition for basis in item.setting_basis)
    assert all(basis.level != "none" for basis in item.setting_basis)
    assert (item.listed_as is None) == (name in NOT_LISTED)
    if item.listed_as is not None:
        entry = re.split("[（(]", item.zh)[0]
        assert item.listed_as.article == entry
        assert item.listed_as.edition is not None


@cache
def norms() -> tuple[Norm, ...]:
    files = Knowledge().documents(NORMS)
    return tuple(norm for file in files for norm in file.value.norms)


@pytest.mark.parametrize("name", ITEMS)
def test_every_edition_that_is_named_is_listed_and_in_force(root: Path, name: str) -> None:
    listed = {(norm.document, norm.edition) for norm in norms()}
    for code in codes_of(root, name):
        item = item_of(root, name, code)
        named = {(basis.document, basis.edition) for basis in bases(item) if basis.edition}
        assert named <= listed
        assert stale_bases(item, norms(), on=ON) == ()


@pytest.mark.parametrize("name", ITEMS)
def test_a_district_builds_on_it(root: Path, name: str) -> None:
    for code in codes_of(root, name):
        item = item_of(root, name, code)
        assert check_item(item) == ()
        warned = [w.code for w in warnings_of(district_of(root, name, code))]
        assert warned in ([], ["profile-norm-missing"])
        assert item.organ is not None
        assert item.task_code.startswith(item.organ.uscc)
        for organ in organs_of(item):
            assert uscc.inspect(organ.uscc).ok
            assert organ.illustrative
            assert organ.name.endswith("（示例）")


def organs_of(item: ServiceItem) -> list[Organ]:
    named = [item.organ, *(clause.organ for clause in item.clauses)]
    cases = [case.organ for clause in item.clauses for case in clause.organs]
    return [*cases, *(organ for organ in named if organ)]


@pytest.mark.parametrize("name", ITEMS)
def test_each_fact_says_who_can_change_it(root: Path, name: str) -> None:
    districts = [district_of(root, name, code) for code in codes_of(root, name)]
    own = (fact for district in districts for fact in district.facts)
    facts = [*canonical_of(root, name).facts, *own]
    assert all("mutability" in fact.model_fields_set for fact in facts)
    # Who or where one is, and why one applies, is never proposed to be told otherwise.
    given = {"applicant.kind", "reason.kind", "site.authority", "site.region", "tree.ancient"}
    assert {fact.mutability for fact in facts if fact.id in given} == {"fixed"}
    assert {"applicant", "paper"} <= {fact.mutability for fact in facts}


@pytest.mark.parametrize("name", ITEMS)
def test_nothing_is_shown_as_official(root: Path, name: str) -> None:
    levels = levels_of(root)
    for code in codes_of(root, name):
        item = item_of(root, name, code)
        assert item.illustrative
        assert item.promised.illustrative
        assert item.source.count("illustrative") == 2  # of the common version and its own
        for basis in bases(item):
            assert basis.verified != "yes"
            assert levels.concept(basis.level).code != "none"
        for clause in item.clauses:
            # A threshold in a clause is a figure that no official text backs.
            if "quantity(" in clause.when:
                assert "示例" in clause.zh
                assert "illustrative" in clause.en


def test_every_kind_of_deviation_is_there_and_none_is_called_unlawful(root: Path) -> None:
    levels = levels_of(root)
    found = [
        deviation
        for name, code in PAIRS
        for deviation in deviations_of(
            canonical_of(root, name), district_of(root, name, code), levels=levels
        )
    ]
    kinds = Counter(deviation.kind for deviation in found)
    assert set(kinds) >= {
        DeviationKind.ALIAS,
        DeviationKind.PROMISE_BETTER,
        DeviationKind.PROMISE_WORSE,
        DeviationKind.CHANNEL_ADDED,
        DeviationKind.MATERIAL_ADDED,
        DeviationKind.MATERIAL_DROPPED,
        DeviationKind.CLAUSE_ADDED,
        DeviationKind.CLAUSE_DROPPED,
        DeviationKind.CLAUSE_TIGHTENED,
        DeviationKind.CLAUSE_RELAXED,
    }
    assert {deviation.verdict for deviation in found} == {
        Verdict.NOT_NEEDED,
        Verdict.WITHIN,
        Verdict.UNNAMED,
        Verdict.TOO_LOW,
    }


@cache
def criterion_of(name: str, code: str) -> Criterion:
    return compile_item(item_of(ROOT, name, code))


@given(data=st.data())
def test_every_applicant_gets_an_answer_with_all_reasons(data: st.DataObject) -> None:
    criterion = criterion_of(*data.draw(st.sampled_from(PAIRS)))
    facts = data.draw(applicants_of(criterion.item, on=ON))
    codes = [row.material.code for row in criterion.materials]
    has_agent = data.draw(st.booleans())
    found = decide(criterion, facts, materials=codes, has_agent=has_agent, on=ON)
    assert "undetermined" not in (found.intake, found.merits)
    assert found.missing_facts == found.missing_materials == ()
    for outcome in found.outcomes:
        # A basis that no district named is not made up.
        assert (outcome.basis is None) == (outcome.clause in unnamed(criterion))
        assert outcome.remedy_zh
        assert outcome.remedy_en


def unnamed(criterion: Criterion) -> set[str]:
    file = district_of(ROOT, criterion.item.item, criterion.item.region)
    fields = [w.field for w in warnings_of(file) if w.code == "profile-norm-missing"]
    return {field.removeprefix("clauses.") for field in fields}


@pytest.mark.parametrize("name", ITEMS)
def test_no_clause_is_dead_or_always_true(root: Path, name: str) -> None:
    tried = set()
    for code in codes_of(root, name):
        criterion = criterion_of(name, code)
        for row in criterion.clauses:
            if row.when not in tried:
                assert answers(criterion, row) == {True, False}, (code, row.clause.id)
            tried.add(row.when)


def answers(criterion: Criterion, row: TypedClause) -> set[bool | None]:
    names = [name for name in facts_of(row.when) if name != "agent.present"]
    known = criterion.vocabulary.facts
    pools = [pool_of(known[name], criterion.item, on=ON) for name in names]
    applicants = (dict(zip(names, drawn, strict=True)) for drawn in product(*pools))
    seen: set[bool | None] = set()
    for facts in islice(applicants, APPLICANTS_MAX):
        stated = read_facts(criterion.vocabulary, facts, has_agent=False)
        seen.add(truth(row.when, stated, ON))
        if len(seen) > 1:
            break
    return seen


def test_the_shipped_folder_is_this_one(root: Path) -> None:
    assert items_in(shipped_root()) == items_in(root)
