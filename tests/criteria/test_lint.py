"""Each oddity is found, told once, and nothing else is."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Literal

import pytest
from hypothesis import given

from interop.conformance.strategies.criteria import COLOURS, item_with, tables
from interop.criteria import compile_item
from interop.criteria.evaluation import Facts, truth
from interop.criteria.lint import lint, stale_bases, window_gaps, window_overlaps
from interop.criteria.norms import Norm, NormTable, check_norms
from interop.criteria.prove import Budget, Solver
from interop.model.item import Basis, Clause, ClauseKind, DecisionTable, Material, TableRow
from tests.criteria.example import ON


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as running:
        yield running


def found(
    solver: Solver, *whens: str, papers: tuple[Material, ...] = ()
) -> list[tuple[str, str]]:
    rows = tuple(
        Clause(id=f"c{n}", when=when, zh="条件", en="condition") for n, when in enumerate(whens)
    )
    return [
        (r.code, r.field) for r in lint(compile_item(item_with(rows, papers)), solver=solver)
    ]


ODD = [
    (["whole.one > 3"], [("lint-never-met", "c0")]),
    (["whole.one <= 3"], [("lint-always-met", "c0")]),
    (["flag.one || !flag.one", "flag.two"], [("lint-always-met", "c0")]),
    (["whole.one > 1", "whole.one > 0"], [("lint-redundant", "c1")]),
    (["whole.one > 0", "whole.one > 1"], [("lint-redundant", "c0")]),
    (["flag.one", "flag.one"], [("lint-redundant", "c1")]),
    (
        ["whole.one > 1", "whole.two > 1", "whole.one + whole.two > 2"],
        [("lint-redundant", "c2")],
    ),
    (["whole.one > 1", "whole.one < 1"], [("lint-nobody", "merits")]),
    (["whole.one > 3", "whole.one > 5"], [("lint-never-met", "c0"), ("lint-never-met", "c1")]),
    (["whole.one > 1", "flag.one"], []),
    ([], []),
]


@pytest.mark.parametrize(("whens", "odd"), ODD)
def test_what_is_odd(solver: Solver, whens: list[str], odd: list[tuple[str, str]]) -> None:
    assert found(solver, *whens) == odd


def test_intake_is_looked_at_apart_and_materials_count(solver: Solver) -> None:
    paper = Material(code="plan", zh="图纸", en="plan", when="whole.one > 3")
    rows = (
        Clause(id="f", when="flag.one", zh="形式", en="form", kind=ClauseKind.FORMAL),
        Clause(id="m", when="!flag.one", zh="实体", en="merits"),
    )
    item = compile_item(item_with(rows, (paper,)))
    assert [(r.code, r.field) for r in lint(item, solver=solver)] == [
        ("lint-always-met", "material:plan")
    ]


def test_a_redundant_clause_names_only_what_it_follows_from(solver: Solver) -> None:
    rows = tuple(
        Clause(id=f"c{n}", when=when, zh="条件", en="condition")
        for n, when in enumerate(
            ["flag.one", "whole.one > 1", "flag.two", "whole.two > 1",
             "whole.one + whole.two > 2"]
        )
    )  # fmt: skip
    (reason,) = lint(compile_item(item_with(rows)), solver=solver)
    assert (reason.field, reason.expected) == ("c4", "c1, c3")


def test_a_material_that_another_organ_asks_for_is_no_fault(solver: Solver) -> None:
    papers = [
        Material(code=code, zh="图纸", en="plan", when=when)
        for code, when in (("plan", "flag.one"), ("photo", "flag.one || flag.two"))
    ]
    door = Clause(
        id="c", when="!flag.one", zh="职权", en="remit", kind=ClauseKind.COMPETENCE
    ).model_copy(update={"remedy_zh": "向市级申请"})
    item = compile_item(item_with((door,), tuple(papers)))
    assert lint(item, solver=solver) == ()


def test_what_is_left_open_is_told() -> None:
    sum_ = "3 * whole.one + 2 * whole.two"
    with Solver(Budget(rlimit=1)) as tired:
        codes = {code for code, _ in found(tired, f"{sum_} != 16")}
    assert codes == {"lint-undecided"}


def test_days_without_a_version_are_told() -> None:
    item = item_with()
    years = [
        item.model_copy(
            update={"effective_from": date(y, 1, 1), "effective_until": date(y, 12, 30)}
        )
        for y in (2024, 2022)
    ]
    wide = item.model_copy(
        update={"effective_from": date(2022, 2, 1), "effective_until": date(2023, 12, 31)}
    )
    (gap,) = window_gaps(years)
    assert gap.code == "version-gap"
    assert "2022-12-31 … 2023-12-31" in gap.zh
    assert window_gaps([*years, wide]) == ()
    assert window_gaps([item]) == window_gaps([]) == ()


def table(hit: Literal["unique", "first"], *rows: tuple[str, str, str]) -> DecisionTable:
    return DecisionTable(
        hit=hit,
        given=("colour.one", "whole.one"),
        limits=("whole.two",),
        otherwise="met",
        rows=tuple(TableRow(given=(a, b), limits=(limit,)) for a, b, limit in rows),
    )


RED, ANY = ('"red"', "-", "> 0"), ("-", "-", "< 2")


@pytest.mark.parametrize(
    ("rows", "odd"),
    [
        (table("unique", RED, ('!= "red"', "-", "< 2")), []),
        (table("unique", RED, ANY), [("lint-table-overlap", 1)]),
        (table("first", RED, ANY), []),
        (table("first", ANY, RED), [("lint-table-dead", 1)]),
        (table("first", RED, ('in ["green", "blue"]', "-", "-"), ANY),
         [("lint-table-dead", 2)]),
        (table("unique", ("-", "> 3", "> 0"), ANY), [("lint-table-dead", 0)]),
        (table("unique", ("-", "<= 0", "> 0"), ("-", "> 0", "-"), ('"red"', "3", "-")),
         [("lint-table-overlap", 2)]),
    ],
)  # fmt: skip
def test_rows_that_never_count_and_rows_that_overlap_are_told(
    solver: Solver, rows: DecisionTable, odd: list[tuple[str, int]]
) -> None:
    clause = Clause(id="limits", table=rows, zh="限额", en="limits")
    told = lint(compile_item(item_with((clause,))), solver=solver)
    assert [(r.code, r.field) for r in told] == [
        (code, f"clauses.limits.table.rows[{place}]") for code, place in odd
    ]


def test_an_overlap_names_the_other_row_and_a_case(solver: Solver) -> None:
    clause = Clause(id="limits", table=table("unique", RED, ANY), zh="限额", en="limits")
    (reason,) = lint(compile_item(item_with((clause,))), solver=solver)
    assert (reason.expected, reason.got) == ("rows[0]", "colour.one = red")


@given(tables())
def test_what_lint_says_of_rows_is_so(solver: Solver, rows: DecisionTable) -> None:
    clause = Clause(id="limits", table=rows, zh="限额", en="limits")
    criterion = compile_item(item_with((clause,)))
    typed = criterion.clauses[0].table
    assert typed is not None
    told = {(r.code, r.field) for r in lint(criterion, solver=solver)}
    hits: set[int] = set()
    twice: set[int] = set()
    for colour, whole, flag in product(COLOURS, range(-3, 4), (True, False)):
        case: Facts = {"colour.one": colour, "whole.one": whole, "flag.one": flag}
        matching = [n for n, r in enumerate(typed.rows) if truth(r.matches(), case, ON)]
        hits.update(matching[:1] if rows.hit == "first" else matching)
        twice.update(matching[1:] if rows.hit == "unique" else ())
    places = range(len(rows.rows))
    assert told >= {("lint-table-dead", row_of(n)) for n in places if n not in hits}
    assert told >= {("lint-table-overlap", row_of(n)) for n in twice}
    of_rows = {pair for pair in told if pair[0].startswith("lint-table")}
    assert len(of_rows) == len([n for n in places if n not in hits]) + len(twice)


def row_of(place: int) -> str:
    return f"clauses.limits.table.rows[{place}]"


def test_days_with_two_versions_are_told() -> None:
    item = item_with()
    early = item.model_copy(update={"version": "a", "effective_until": date(2026, 6, 30)})
    late = item.model_copy(update={"version": "b", "effective_from": date(2026, 6, 30)})
    (reason,) = window_overlaps([late, early])
    assert (reason.code, reason.got) == ("version-overlap", "a, b")
    assert "2026-06-30 … 2026-06-30" in reason.zh
    apart = late.model_copy(update={"effective_from": date(2026, 7, 1)})
    assert window_overlaps([early, apart]) == window_gaps([early, apart]) == ()


OLD = Norm(
    document="办法",
    edition="旧",
    valid_from=date(2010, 1, 1),
    valid_until=date(2026, 2, 28),
    superseded_by="办法 新",
    source="constructed",
    verified="no",
)
NEW = OLD.model_copy(
    update={"edition": "新", "valid_from": date(2026, 3, 1), "valid_until": None}
)


@pytest.mark.parametrize(
    ("edition", "norms", "on", "code"),
    [
        ("旧", (OLD, NEW), date(2026, 2, 28), ""),
        ("旧", (OLD, NEW), date(2026, 3, 1), "lint-norm-repealed"),
        ("新", (OLD, NEW), date(2026, 2, 28), "lint-norm-not-yet"),
        ("新", (OLD, NEW), date(2026, 3, 1), ""),
        (None, (OLD, NEW), date(2026, 3, 1), ""),
        (None, (OLD,), date(2026, 3, 1), "lint-norm-repealed"),
        ("未列出", (OLD, NEW), date(2026, 3, 1), ""),
        ("旧", (), date(2026, 3, 1), ""),
    ],
)
def test_a_basis_that_is_not_in_force_is_told(
    edition: str | None, norms: tuple[Norm, ...], on: date, code: str
) -> None:
    basis = Basis(level="rule", document="办法", verified="no", edition=edition)
    clause = Clause(id="c", when="flag.one", zh="条件", en="condition", basis=basis)
    told = stale_bases(item_with((clause,)), norms, on=on)
    assert [(r.code, r.field) for r in told] == ([(code, "clauses.c.basis")] if code else [])
    if code == "lint-norm-repealed":
        assert (told[0].expected, told[0].got) == ("办法 新", "办法 旧")


def test_an_item_that_takes_effect_later_is_looked_at_on_its_first_day() -> None:
    basis = Basis(level="rule", document="办法", verified="no", edition="旧")
    item = item_with().model_copy(
        update={"setting_basis": (basis,), "effective_from": date(2026, 3, 1)}
    )
    (reason,) = stale_bases(item, (OLD,), on=date(2026, 1, 1))
    assert reason.field == "setting_basis[0]"


def test_a_table_of_norms_is_checked() -> None:
    turned = OLD.model_copy(update={"valid_until": date(2009, 12, 31)})
    table_ = NormTable(zh="依据", en="norms", norms=(OLD, turned))
    assert [(r.code, r.field) for r in check_norms(table_)] == [
        ("item-duplicate", "norms"),
        ("item-effective-days", "norms[1].valid_until"),
    ]
