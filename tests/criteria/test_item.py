"""What a schema cannot say of an item, all at once; never another exception."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.criteria import FACTS, item_with, items
from interop.criteria import check_item, compile_item
from interop.errors import KnowledgeError
from interop.model.item import (
    Basis,
    Clause,
    ClauseKind,
    FactDefinition,
    FactType,
    JointHandling,
    Limit,
    Material,
    Organ,
    OrganCase,
    ServiceItem,
    ValueLabel,
)

ORGAN = Organ(uscc="113101159999011534", name="示例机关", illustrative=True)
PLAIN = Clause(id="plain", when="flag.one", zh="条件", en="condition")
ITEM = item_with((PLAIN,), (Material(code="form", zh="表", en="form"),))


def changed(**update: object) -> ServiceItem:
    return ITEM.model_copy(update=update)


def fact(name: str, kind: FactType, **more: object) -> FactDefinition:
    row: dict[str, object] = {"id": name, "type": kind, "zh": "事实", "en": "fact"}
    return FactDefinition.model_validate(row | more)


def rows(**update: object) -> tuple[Clause, ...]:
    return (PLAIN.model_copy(update=update),)


def found(item: ServiceItem) -> list[tuple[str, str]]:
    reasons = check_item(item)
    assert all(reason.zh and reason.en and reason.field.isascii() for reason in reasons)
    return [(reason.code, reason.field) for reason in reasons]


@given(items())
def test_a_sound_item_has_no_problem_and_compiles_to_its_digest(item: ServiceItem) -> None:
    assert check_item(item) == ()
    assert compile_item(item).digest == item.digest()


@given(st.lists(st.text(max_size=30), min_size=1, max_size=3), st.text(max_size=12))
def test_hostile_text_anywhere_gives_reasons(texts: list[str], name: str) -> None:
    clauses = tuple(
        PLAIN.model_copy(update={"id": f"{name}{n}", "when": text, "zh": text})
        for n, text in enumerate(texts)
    )
    item = changed(
        clauses=clauses,
        facts=(fact(name, FactType.INT, unit=name), *FACTS),
        materials=(Material(code=name, zh=name, en=name, when=texts[0]),),
    )
    if found(item):
        with pytest.raises(KnowledgeError) as caught:
            compile_item(item)
        assert caught.value.reasons == check_item(item)


def arranged(statutory: Limit, promised: Limit) -> JointHandling:
    basis = Basis(level="law", document="示例", verified="no")
    return JointHandling(statutory=statutory, promised=promised, basis=basis)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"clauses": (PLAIN, PLAIN)}, [("item-duplicate", "clauses")]),
        ({"clauses": rows(id="Plain")}, [("item-identifier", "clauses")]),
        ({"clauses": rows(zh=" ")}, [("item-empty", "clauses.plain.zh")]),
        ({"clauses": rows(en="")}, [("item-empty", "clauses.plain.en")]),
        (
            {"clauses": rows(when="x == 1")},
            [("criterion-unknown-fact", "clauses.plain.when:1:1")],
        ),
        (
            {"clauses": rows(id="区", when="x")},
            [("item-identifier", "clauses"), ("criterion-unknown-fact", "clauses[0].when:1:1")],
        ),
        (
            {"clauses": rows(kind=ClauseKind.COMPETENCE)},
            [("item-organ-missing", "clauses.plain")],
        ),
        (
            {
                "clauses": rows(
                    kind=ClauseKind.COMPETENCE,
                    organs=(OrganCase(when="x", organ=ORGAN), OrganCase(when="1", organ=ORGAN)),
                )
            },
            [
                ("criterion-unknown-fact", "clauses.plain.organs[0].when:1:1"),
                ("criterion-type", "clauses.plain.organs[1].when:1:1"),
            ],
        ),
        (
            {"clauses": rows(organ=Organ(uscc="113101159999011535", name="错"))},
            [("identifier-check-character", "uscc")],
        ),
        (
            {"materials": (Material(code="a b", zh="", en="x", any_of=((),), when="?"),)},
            [
                ("item-identifier", "materials"),
                ("item-empty", "materials[0].zh"),
                ("item-empty", "materials[0].any_of[0]"),
                ("criterion-token", "materials[0].when:1:1"),
            ],
        ),
        ({"promised": Limit(length=21)}, [("item-promise-unlawful", "promised.length")]),
        (
            {"promised": Limit(length=5, unit="calendar-day")},
            [("item-limit-units", "promised.unit")],
        ),
        (
            {"joint": arranged(Limit(length=45), Limit(length=46))},
            [("item-promise-unlawful", "joint.promised.length")],
        ),
        (
            {"joint": arranged(Limit(length=45), Limit(length=5, unit="calendar-day"))},
            [("item-limit-units", "joint.promised.unit")],
        ),
        ({"joint": arranged(Limit(length=45), Limit(length=45))}, []),
        (
            {"effective_until": date(2025, 12, 31)},
            [("item-effective-days", "effective_until")],
        ),
        (
            {"task_code": f"{ORGAN.uscc}4000117999000", "catalog_code": "000117999001"},
            [("item-code-disagrees", "catalog_code")],
        ),
        (
            {
                "task_code": f"{ORGAN.uscc}4000117999000",
                "organ": Organ(uscc="113101049999010492", name="他"),
            },
            [("item-code-disagrees", "organ")],
        ),
        ({"task_code": "x" * 30}, [("identifier-length", "task-code")]),
        ({"catalog_code": "00011799900"}, [("identifier-length", "catalog-code")]),
        ({"clauses": (PLAIN,) * 201}, [("item-limit", "clauses")]),
        ({"materials": ITEM.materials * 201}, [("item-limit", "materials")]),
        ({"facts": FACTS * 50}, [("item-limit", "facts")]),
        ({"facts": (*FACTS, FACTS[0])}, [("item-duplicate", "facts")]),
    ],
)
def test_every_problem_has_its_code_and_place(
    update: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    assert found(changed(**update)) == expected


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        (fact("Flag", FactType.BOOL), "item-identifier"),
        (fact("a.", FactType.BOOL), "item-identifier"),
        (fact("on", FactType.DATE), "item-identifier"),
        (fact("has", FactType.DATE), "item-identifier"),
        (fact("x.contains", FactType.SET, values=("a",)), "item-identifier"),
        (fact("x" * 81, FactType.BOOL), "item-identifier"),
        (fact("agent.present", FactType.INT), "item-fact-definition"),
        (fact("x", FactType.INT, unit="acre"), "item-fact-definition"),
        (fact("x", FactType.DATE, unit="day"), "item-fact-definition"),
        (fact("x", FactType.INT, min=Decimal(2), max=Decimal(1)), "item-fact-definition"),
        (fact("x", FactType.BOOL, min=Decimal(2)), "item-fact-definition"),
        (fact("x", FactType.ENUM), "item-fact-definition"),
        (fact("x", FactType.INT, values=("1",)), "item-fact-definition"),
        (fact("x", FactType.SET, values=("a", "a")), "item-fact-definition"),
        (fact("x", FactType.SET, values=("a", "")), "item-fact-definition"),
        (
            fact("x", FactType.SET, values=tuple(str(n) for n in range(1001))),
            "item-fact-definition",
        ),
        (
            fact(
                "x",
                FactType.ENUM,
                values=("a",),
                labels=(ValueLabel(value="b", zh="乙", en="b"),),
            ),
            "item-fact-definition",
        ),
    ],
)
def test_a_definition_that_means_nothing_is_refused(
    definition: FactDefinition, code: str
) -> None:
    assert [name for name, _ in found(changed(facts=(*FACTS, definition)))] == [code]


def test_bounds_that_are_no_numbers_are_refused() -> None:
    endless = fact("x", FactType.INT).model_copy(update={"min": Decimal("Infinity")})
    assert found(changed(facts=(*FACTS, endless))) == [("item-fact-definition", "x")]


def test_all_problems_come_together() -> None:
    clauses = (
        *rows(id="one", when="areaone > 1"),
        *rows(id="two", when="area.one > whole.one && 1"),
        *rows(id="three", when="(" * 300),
    )
    assert found(changed(clauses=clauses, promised=Limit(length=30))) == [
        ("item-promise-unlawful", "promised.length"),
        ("criterion-unknown-fact", "clauses.one.when:1:1"),
        ("criterion-unit", "clauses.two.when:1:12"),
        ("criterion-type", "clauses.two.when:1:25"),
        ("criterion-nesting", "clauses.three.when:1:65"),
    ]


def test_an_item_may_declare_the_agent_in_its_own_words() -> None:
    own = fact("agent.present", FactType.BOOL).model_copy(update={"zh": "有经办人"})
    item = changed(facts=(*FACTS, own), clauses=rows(when="agent.present"))
    assert compile_item(item).vocabulary.facts["agent.present"].zh == "有经办人"
