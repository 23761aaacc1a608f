from datetime import date

import cel as rust
import pytest
from cel_expr_python import cel as google
from hypothesis import assume, given
from json_logic.cert_logic import certLogic

from interop.conformance.strategies import criteria as drawn
from interop.conformance.strategies.criteria import FACTS, item_with
from interop.criteria.certlogic.concrete import evaluate
from interop.criteria.certlogic.guards import Facts as Readings
from interop.criteria.certlogic.readings import definition_of, read_payload
from interop.criteria.certlogic.symbolic import condition_of
from interop.criteria.criterion import compile_item
from interop.criteria.evaluation import truth
from interop.criteria.exporting.cel import cel_facts, cel_of
from interop.criteria.exporting.certlogic import certlogic_data, certlogic_of
from interop.criteria.exporting.chinese import chinese_of
from interop.criteria.facts import read_facts
from interop.criteria.kinds import check_condition
from interop.criteria.nodes import Compare, Const, Fact, Node, Not, Product
from interop.criteria.parser import parse
from interop.criteria.vocabulary import vocabulary_of
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.case import FactValue
from interop.model.item import Basis, Clause, ClauseKind, FactType, Material

VOCABULARY = vocabulary_of(FACTS)
ENV = google.NewEnv(variables={"facts": google.Type.Map(google.Type.STRING, google.Type.DYN)})
DAYS = drawn.DAYS


def in_google(text: str, facts: dict[str, Json]) -> bool | None:
    """Kleene's truth of a CEL expression in Google's engine: an error is unknown."""
    value = ENV.compile(text).eval(data={"facts": facts}).value()
    return value if isinstance(value, bool) else None


def in_rust(text: str, facts: dict[str, Json]) -> bool | None:
    """The truth of a CEL expression in the engine of cel-rust."""
    value = rust.evaluate(text, {"facts": facts})
    assert isinstance(value, bool)
    return value


def node_of(text: str) -> Node:
    node, faults = parse(text)
    assert node is not None
    assert faults == ()
    assert check_condition(node, VOCABULARY) == ()
    return node


@given(node=drawn.conditions(), declared=drawn.complete_facts(), on=DAYS)
def test_cel_decides_complete_facts_alike_in_two_engines(
    node: Node, declared: dict[str, FactValue], on: date
) -> None:
    facts = read_facts(VOCABULARY, declared, has_agent=False)
    expected = truth(node, facts, on)
    text, passed = cel_of(node, VOCABULARY), cel_facts(node, VOCABULARY, facts, on)
    assert in_google(text, passed) is expected
    assert in_rust(text, passed) is expected


@given(node=drawn.conditions(), declared=drawn.partial_facts(), on=DAYS)
def test_cel_is_an_error_just_where_the_condition_is_unknown(
    node: Node, declared: dict[str, FactValue], on: date
) -> None:
    facts = read_facts(VOCABULARY, declared, has_agent=False)
    passed = cel_facts(node, VOCABULARY, facts, on)
    assert in_google(cel_of(node, VOCABULARY), passed) is truth(node, facts, on)


def written(node: Node) -> Json:
    """The CertLogic of a condition; nothing drawn that it has no words for."""
    try:
        return certlogic_of(node, VOCABULARY)
    except KnowledgeError as fault:
        assert fault.code == "certlogic-not-expressible"  # noqa: PT017 -- other codes are bugs
        assume(condition=False)
        raise


@given(node=drawn.conditions(), declared=drawn.partial_facts(), on=DAYS)
def test_certlogic_is_true_just_where_the_condition_is_known_to_hold(
    node: Node, declared: dict[str, FactValue], on: date
) -> None:
    facts = read_facts(VOCABULARY, declared, has_agent=False)
    expected = truth(node, facts, on)
    data: Json = {**certlogic_data(node, VOCABULARY, facts, on)}
    for condition, known in ((node, True), (Not(node), False)):
        logic = written(condition)
        assert evaluate(logic, data) is (expected is known)
        assert certLogic(logic, data) is (expected is known)


@given(node=drawn.conditions(), declared=drawn.partial_facts(), on=DAYS)
def test_what_is_exported_as_certlogic_is_imported_as_it_was(
    node: Node, declared: dict[str, FactValue], on: date
) -> None:
    facts = read_facts(VOCABULARY, declared, has_agent=False)
    data: Json = {**certlogic_data(node, VOCABULARY, facts, on)}
    readings = Readings()
    back = condition_of(written(node), {}, readings)
    vocabulary = vocabulary_of([definition_of(r) for r in readings.readings.values()])
    read = read_payload(readings.readings.values(), data)
    stated = read_facts(vocabulary, read, has_agent=False)
    assert truth(back, stated, on) is (truth(node, facts, on) is True)


@pytest.mark.parametrize(
    ("condition", "cel", "certlogic"),
    [
        (
            "area.one >= 2.5",
            'facts["area.one"] >= 2500000',
            {">=": [{"var": "facts.area/one"}, 2500000]},
        ),
        (
            'colour.one in ["red"]',
            None,
            None,
        ),
        (
            "day.one.plus_days(3) < on",
            'facts["day.one"] + 3 < facts["on"]',
            {
                "before": [
                    {"plusTime": [{"var": "facts.day/one"}, 3, "day"]},
                    {"plusTime": [{"var": "facts.on"}, 0, "day"]},
                ]
            },
        ),
        (
            "day.one.plus_months(1) <= on",
            'facts["day.one.plus_months(1)"] <= facts["on"]',
            None,
        ),
        ("1 < 2", "true", None),
        (
            "has(pieces.one) && !has(note.one)",
            '(size(facts["pieces.one"]) > 0) && (!(facts["note.one"] != ""))',
            None,
        ),
    ],
)
def test_conditions_are_written_so(condition: str, cel: str | None, certlogic: Json) -> None:
    node = node_of(condition.replace('"red"', f'"{drawn.COLOURS[0]}"'))
    if cel is not None:
        assert cel_of(node, VOCABULARY) == cel
    if certlogic is not None:
        found = certlogic_of(node, VOCABULARY)
        assert isinstance(found, dict)
        assert isinstance(found["and"], list)
        assert found["and"][-1] == certlogic


def test_what_certlogic_cannot_say_is_refused() -> None:
    product = Product((Const(FactType.INT, 25), Fact("whole.one")))
    node = Compare("<", product, Const(FactType.INT, 1))
    with pytest.raises(KnowledgeError) as refused:
        certlogic_of(node, VOCABULARY)
    assert refused.value.code == "certlogic-not-expressible"
    huge = node_of("area.one > 999999999999.0")
    with pytest.raises(KnowledgeError) as refused:
        certlogic_of(huge, VOCABULARY)
    assert refused.value.code == "certlogic-limit"


def test_a_condition_that_grows_too_large_is_refused() -> None:
    node: Node = Fact("flag.one")
    for _ in range(20):
        node = Compare("==", node, node)
    with pytest.raises(KnowledgeError) as refused:
        certlogic_of(node, VOCABULARY)
    assert refused.value.code == "certlogic-limit"


def test_the_chinese_text_says_each_clause_with_its_basis_and_remedy() -> None:
    basis = Basis(level="law", document="某某条例", article="第五条", verified="no")
    clauses = (
        Clause(
            id="size",
            when="area.one <= 2.0",
            kind=ClauseKind.FORMAL,
            zh="面积有上限",
            en="size",
            basis=basis,
            remedy_zh="缩小面积",
        ),
        Clause(id="flag", when="flag.one", zh="须有标志", en="flag"),
    )
    papers = (
        Material(code="plan", zh="平面图", en="plan", when="flag.two"),
        Material(code="photo", zh="照片", en="photo", necessity="optional"),
    )
    criterion = compile_item(item_with(clauses, papers))
    assert chinese_of(criterion).splitlines() == [
        "示例事项（canonical，2026-01）",
        f"摘要：{criterion.digest}",
        "形式要求（不符合的，一次性告知补正）",
        "1. 面积有上限。条件：事实area.one应不超过2.0平方米。"
        "依据：《某某条例》第五条。办法：缩小面积。",
        "许可条件（不影响受理）",
        "1. 须有标志。条件：事实flag.one应为是。依据：事项未载明。",
        "申请材料",
        "1. 平面图：必须提交；适用情形：事实flag.two应为是。依据：事项未载明。",
        "2. 照片：可以提交。依据：事项未载明。",
    ]
