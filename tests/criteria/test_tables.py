"""A decision table means what its rows say, and tells where it is wrong."""

import pytest
from hypothesis import given

from interop.conformance.strategies.criteria import (
    FACTS,
    complete_facts,
    item_with,
    partial_facts,
    tables,
)
from interop.criteria import DistrictItem, check_item, compile_item, resolve
from interop.criteria.burden import burden_of
from interop.criteria.evaluation import truth
from interop.criteria.facts import read_facts
from interop.criteria.parser import parse
from interop.criteria.printer import text_of_node
from interop.criteria.tables import ROWS_MAX, TypedTable, read_table
from interop.criteria.vocabulary import vocabulary_of
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.case import FactValue
from interop.model.item import Clause, ClauseKind, DecisionTable, TableRow
from tests.criteria.example import ON, judged

Facts = dict[str, FactValue]
VOCABULARY = vocabulary_of(FACTS)


def typed(table: DecisionTable) -> TypedTable:
    found, reasons = read_table(table, VOCABULARY, "t")
    assert reasons == ()
    assert found is not None
    return found


def holds(head: str, cell: str, facts: Facts) -> bool:
    """One cell by itself, read as a condition."""
    if cell == "-":
        return True
    signed = cell.startswith(("<", ">", "!", "in "))
    node, _ = parse(f"{head} {cell}" if signed else f"{head} == {cell}")
    assert node is not None
    held = truth(node, read_facts(VOCABULARY, facts, has_agent=False), ON)
    assert held is not None
    return held


def by_rows(table: DecisionTable, facts: Facts) -> bool:
    """The table as a clerk reads it, row by row."""
    met, matched = True, False
    for row in table.rows:
        given = zip(table.given, row.given, strict=True)
        if all(holds(head, cell, facts) for head, cell in given):
            limits = zip(table.limits, row.limits, strict=True)
            met = met and all(holds(head, cell, facts) for head, cell in limits)
            matched = True
            if table.hit == "first":
                break
    return met if matched else table.otherwise == "met"


@given(tables(), complete_facts())
def test_the_condition_says_what_the_rows_say(table: DecisionTable, facts: Facts) -> None:
    stated = read_facts(VOCABULARY, facts, has_agent=False)
    assert truth(typed(table).condition(), stated, ON) == by_rows(table, facts)


@given(tables(), complete_facts(), partial_facts())
def test_with_facts_missing_it_is_unknown_or_right(
    table: DecisionTable, facts: Facts, some: Facts
) -> None:
    stated = read_facts(VOCABULARY, {n: facts[n] for n in some}, has_agent=False)
    assert truth(typed(table).condition(), stated, ON) in {None, by_rows(table, facts)}


@given(tables())
def test_its_text_gives_the_same_tree(table: DecisionTable) -> None:
    node = typed(table).condition()
    assert parse(text_of_node(node)) == (node, ())


def sized(**changes: object) -> DecisionTable:
    rows = (
        TableRow(given=('"red"',), limits=("<= 1",)),
        TableRow(given=('in ["green"]',), limits=("-",)),
    )
    table = DecisionTable(
        hit="unique",
        given=("colour.one",),
        limits=("whole.one",),
        otherwise="not_met",
        rows=rows,
    )
    return table.model_copy(update=changes)


def clause_of(table: DecisionTable | None, when: str = "") -> Clause:
    return Clause(
        id="limits", when=when, table=table, kind=ClauseKind.SUBSTANTIVE, zh="限额", en="limits"
    )


def row(given_: str, limit: str) -> tuple[TableRow, ...]:
    return (TableRow(given=(given_,), limits=(limit,)),)


@pytest.mark.parametrize(
    ("table", "code", "place"),
    [
        (sized(rows=row('"red"', "<= tree")), "criterion-unknown-fact",
         "rows[0].limits[0]:1:4"),
        (sized(rows=row('"pink"', "-")), "criterion-value", "rows[0].given[0]:1:1"),
        (sized(rows=row('"red"', "<= ")), "criterion-syntax", "rows[0].limits[0]:1:4"),
        (sized(rows=row('"red"', "<= 1 && true")), "criterion-table-cell",
         "rows[0].limits[0]:1:1"),
        (sized(rows=row('"red" || true', "-")), "criterion-table-cell", "rows[0].given[0]:1:1"),
        (sized(rows=row("-", '<= quantity(3, "m")')), "criterion-unit",
         "rows[0].limits[0]:1:4"),
        (sized(rows=row("-", "#")), "criterion-token", "rows[0].limits[0]:1:1"),
        (sized(given=("colour.on",)), "criterion-unknown-fact", "given[0]:1:1"),
        (sized(limits=("whole.one", "whole.two")), "criterion-table-shape", "rows[0].limits"),
        (sized(rows=row("-", "-") * (ROWS_MAX + 1)), "item-limit", "rows"),
    ],
)  # fmt: skip
def test_a_fault_names_row_column_and_place(
    table: DecisionTable, code: str, place: str
) -> None:
    reasons = check_item(item_with((clause_of(table),)))
    assert (reasons[0].code, reasons[0].field) == (code, f"clauses.limits.table.{place}")


@pytest.mark.parametrize("clause", [clause_of(None), clause_of(sized(), "flag.one")])
def test_a_clause_has_a_condition_or_a_table(clause: Clause) -> None:
    (reason,) = check_item(item_with((clause,)))
    assert (reason.code, reason.field) == ("clause-condition", "clauses.limits")


def test_it_decides_like_any_clause() -> None:
    item = item_with((clause_of(sized()),))
    assert judged(item, {"colour.one": "red", "whole.one": 1}).merits == "met"
    refused = judged(item, {"colour.one": "red", "whole.one": 2})
    assert refused.merits == "not_met"
    assert "事实whole.one应不超过1" in refused.outcomes[0].reason.zh
    assert judged(item, {"colour.one": "blue", "whole.one": 0}).merits == "not_met"
    assert judged(item, {"colour.one": "green"}).merits == "met"


def test_too_long_a_table_is_refused() -> None:
    cells = tuple(f'!= "{n}{"x" * 250}"' for n in range(12))
    heads = ("note.one",) * 12
    rows = (TableRow(given=cells, limits=("-",)),) * ROWS_MAX
    found, reasons = read_table(sized(given=heads, rows=rows), VOCABULARY, "t")
    assert found is None
    assert [reason.code for reason in reasons] == ["criterion-too-long"]


def test_a_district_may_write_another_table() -> None:
    common = item_with((clause_of(sized()),))
    file: Json = {
        "item": common.item,
        "region": "310104",
        "version": "2026-02",
        "extends": f"canonical@{common.version}",
        "organ": {"uscc": "113101049999010492", "name": "示例", "illustrative": True},
        "effective_from": "2026-01-01",
        "source": "constructed",
        "clauses": [
            {
                "change": "tighten",
                "id": "limits",
                "table": sized(rows=row('"red"', "<= 0")).revealed(),
                "zh": "限额",
                "en": "limits",
            }
        ],
    }
    district = DistrictItem.from_value(file, error=KnowledgeError)
    own = resolve(common, district)
    assert burden_of(common.clauses[0], own.clauses[0], common.facts) == "more"
    assert judged(own, {"colour.one": "green"}).merits == "not_met"
    compile_item(own)
