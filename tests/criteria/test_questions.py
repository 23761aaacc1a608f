"""Asking only what matters gives the answer of the full form, with fewer questions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import (
    DAYS,
    MATERIAL_CODES,
    complete_facts,
    item_with,
    items,
)
from interop.criteria import compile_item, decide
from interop.criteria.criterion import Criterion
from interop.criteria.questions import Purpose, questions
from interop.gateway.kinds import ITEMS
from interop.knowledge import Knowledge
from interop.model.case import FactValue
from interop.model.item import Clause, ClauseKind, Material, Organ, OrganCase, ServiceItem
from interop.model.judgement import ClauseOutcome, Decision
from tests.criteria.example import ON, clause
from tests.criteria.files import codes_of, item_of, items_in
from tests.criteria.plausible import Window

PAPERS = st.sets(st.sampled_from(MATERIAL_CODES))
CLOSING = {"not_competent": "refuse", "not_required": "not-required"}
Facts = dict[str, FactValue]


def asked(
    criterion: Criterion,
    full: Facts,
    papers: set[str],
    *,
    on: date = ON,
    purpose: Purpose = "notice",
) -> Facts:
    """The facts stated after asking the first question until there is none."""
    stated: Facts = {}
    while left := questions(
        criterion, stated, materials=papers, has_agent=False, on=on, purpose=purpose
    ):
        name = left[0].fact
        assert name not in stated
        stated[name] = full[name]
    return stated


def judged(criterion: Criterion, facts: Facts, papers: set[str], on: date = ON) -> Decision:
    return decide(criterion, facts, materials=papers, has_agent=False, on=on)


def told(outcome: ClauseOutcome) -> ClauseOutcome:
    """The outcome without the declared values that its reason quotes."""
    plain = replace(outcome.reason, got="", zh="", en="")
    return outcome.model_copy(update={"reason": plain})


def notice(decision: Decision) -> Decision:
    """What a one-time notice tells: where the door closes, only why."""
    closing = CLOSING.get(decision.intake)
    outcomes = tuple(
        told(o)
        for o in decision.outcomes
        if closing is None or (o.effect == closing and o.outcome == "failed")
    )
    update: dict[str, object] = {"outcomes": outcomes, "stated": ()}
    if closing:
        update |= {"merits": "undetermined", "missing_facts": (), "missing_materials": ()}
    return decision.model_copy(update=update)


@given(items(), complete_facts(), PAPERS, DAYS)
def test_asking_until_nothing_matters_gives_the_notice_of_the_full_form(
    item: ServiceItem, full: Facts, papers: set[str], on: date
) -> None:
    criterion = compile_item(item)
    stated = asked(criterion, full, papers, on=on)
    found = judged(criterion, stated, papers, on)
    assert notice(found) == notice(judged(criterion, full, papers, on))
    assert found.intake in CLOSING or found.missing_facts == ()


@given(items(), PAPERS, st.lists(complete_facts(), min_size=10))
def test_however_the_rest_turns_out_the_notice_is_the_same(
    item: ServiceItem, papers: set[str], completions: list[Facts]
) -> None:
    criterion = compile_item(item)
    stated = asked(criterion, completions[0], papers)
    told_now = notice(judged(criterion, stated, papers))
    for other in completions:
        assert notice(judged(criterion, other | stated, papers)) == told_now


@given(items(), complete_facts(), PAPERS, DAYS)
def test_a_pre_check_asks_until_intake_and_merits_are_decided(
    item: ServiceItem, full: Facts, papers: set[str], on: date
) -> None:
    criterion = compile_item(item)
    stated = asked(criterion, full, papers, on=on, purpose="precheck")
    found, whole = judged(criterion, stated, papers, on), judged(criterion, full, papers, on)
    assert found.intake == whole.intake
    assert found.intake in CLOSING or found.merits == whole.merits


DOORS = {ClauseKind.COMPETENCE, ClauseKind.NOT_REQUIRED}
SHIPPED_ON = date(2026, 3, 2)


@pytest.fixture(scope="module")
def shipped() -> tuple[ServiceItem, ...]:
    return tuple(found.value for found in Knowledge().documents(ITEMS))


def spared(criteria: Iterable[Criterion], count: int) -> tuple[float, float]:
    """The share of questions that need not be asked: of all, and where no door closes.

    :mod:`tests.criteria.plausible` says how applicants are drawn.
    """
    form, put = Counter[bool](), Counter[bool]()
    for seed, criterion in enumerate(criteria):
        kinds = {row.clause.id: row.clause.kind for row in criterion.clauses}
        window = Window(criterion, SHIPPED_ON, seed)
        for full, papers in window.applications(count):
            shut = any(kinds[name] in DOORS for name in window.failing(full))
            form[shut] += len(criterion.item.facts)
            put[shut] += len(asked(criterion, full, papers, on=SHIPPED_ON))
    return 1 - put.total() / form.total(), 1 - put[False] / form[False]


@pytest.mark.slow
def test_a_notice_takes_a_fifth_fewer_questions_than_the_full_form(root: Path) -> None:
    # Each item as a region runs it, another region for each.
    districts = [
        compile_item(item_of(root, name, codes_of(root, name)[place]))
        for place, name in enumerate(items_in(root), start=1)
    ]
    every, _ = spared(districts, 30)
    assert every >= 0.2


@pytest.mark.slow
def test_who_is_turned_away_nowhere_is_spared_what_does_not_matter(
    shipped: tuple[ServiceItem, ...],
) -> None:
    # The common versions do not ask where the site lies, so fewer are turned away at the
    # door: about a fifth of the questions is spared there, sometimes a little less.
    every, open_ = spared(map(compile_item, shipped), 30)
    assert every >= 0.17
    assert open_ >= 0.09


def rows(*texts: tuple[str, ClauseKind]) -> tuple[Clause, ...]:
    return tuple(
        clause(text, kind).model_copy(update={"id": f"c{n}"})
        for n, (text, kind) in enumerate(texts)
    )


def names(item: ServiceItem, facts: Facts, purpose: Purpose = "notice") -> list[str]:
    left = questions(
        compile_item(item), facts, materials=(), has_agent=False, on=ON, purpose=purpose
    )
    return [question.fact for question in left]


FORMAL, SUBSTANTIVE = ClauseKind.FORMAL, ClauseKind.SUBSTANTIVE


def test_competence_is_asked_first_and_ends_the_questions() -> None:
    texts = ("flag.one", SUBSTANTIVE), ("flag.two", ClauseKind.COMPETENCE)
    item = item_with(rows(*texts))
    assert names(item, {}) == ["flag.two", "flag.one"]
    assert names(item, {"flag.two": True}) == ["flag.one"]
    assert names(item, {"flag.two": False}) == []


def test_what_has_to_be_asked_anyway_comes_before_what_it_may_spare() -> None:
    texts = ("flag.one || whole.one > 0", FORMAL), ("whole.one < 3", SUBSTANTIVE)
    item = item_with(rows(*texts))
    assert names(item, {}) == ["whole.one", "flag.one"]
    assert names(item, {"whole.one": 1}) == []
    assert names(item, {"whole.one": 0}) == ["flag.one"]


def test_of_two_ways_out_the_one_that_spares_more_is_asked_first() -> None:
    texts = (("flag.one && whole.one > 0 && whole.two > 0 || flag.two", SUBSTANTIVE),)
    assert names(item_with(rows(*texts)), {})[0] == "flag.two"


def test_a_notice_asks_on_where_a_pre_check_has_its_answer() -> None:
    item = item_with(rows(("flag.one && flag.two", SUBSTANTIVE), ("whole.one > 0", FORMAL)))
    assert names(item, {"flag.one": False}) == ["whole.one", "flag.two"]
    assert names(item, {"flag.one": False}, "precheck") == ["whole.one"]
    assert names(item, {"flag.one": False, "whole.one": 0}, "precheck") == []


def test_a_pre_check_asks_first_for_what_fails_most_often() -> None:
    item = item_with(rows(("flag.one", SUBSTANTIVE), ("flag.two", SUBSTANTIVE)))
    left = questions(
        compile_item(item), {}, materials=(), has_agent=False, on=ON,
        purpose="precheck", most_failed=("c1", "unheard-of"),
    )  # fmt: skip
    assert [question.fact for question in left] == ["flag.two", "flag.one"]


def test_the_organ_to_name_is_asked_for_only_if_another_is_competent() -> None:
    code = "113101049999010492"
    cases = tuple(
        OrganCase(when=when, organ=Organ(uscc=code, name=when, illustrative=True))
        for when in ("flag.two", "whole.one > 0")
    )
    row = clause("flag.one", ClauseKind.COMPETENCE).model_copy(update={"organs": cases})
    criterion = compile_item(item_with((row,)))
    parts: Facts = {"flag.one": False, "flag.two": False}

    def left(facts: Facts) -> list[str]:
        found = questions(criterion, facts, materials=(), has_agent=False, on=ON)
        return [question.fact for question in found]

    assert left({}) == ["flag.one"]
    assert left({"flag.one": True}) == []
    assert left({"flag.one": False}) == ["flag.two", "whole.one"]
    assert left(parts) == ["whole.one"]
    assert left(parts | {"flag.two": True}) == []


def test_a_condition_of_a_material_is_asked_unless_the_material_is_there() -> None:
    paper = Material(code="plan", zh="图", en="plan", when="flag.one")
    item = item_with((), (paper,))
    assert names(item, {}) == ["flag.one"]
    held = questions(compile_item(item), {}, materials=("plan",), has_agent=False, on=ON)
    assert held == ()


def test_a_question_says_what_it_is_for(shipped: tuple[ServiceItem, ...]) -> None:
    (item,) = (item for item in shipped if item.item == "outdoor-advertising")
    left = questions(compile_item(item), {}, materials=(), has_agent=False, on=SHIPPED_ON)
    kind = next(question for question in left if question.fact == "facility.kind")
    assert kind.clauses == ("licence-needed", "drawings-complete")
    assert kind.question == "设置的是户外广告、宣传品，还是本单位的招牌？"
    assert [label.zh for label in kind.values][-1] == "本单位招牌"
    assert {question.fact for question in left} == {fact.id for fact in item.facts}
