"""Each oddity is found, told once, and nothing else is."""

from collections.abc import Iterator
from datetime import date

import pytest

from interop.conformance.strategies.criteria import item_with
from interop.criteria import compile_item
from interop.criteria.lint import lint, window_gaps
from interop.criteria.prove import Budget, Solver
from interop.model.item import Clause, ClauseKind, Material


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
