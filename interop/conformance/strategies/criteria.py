"""Conditions, facts and items: typed by construction, with values near each other.

Domains are small, so that thresholds and values meet often.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from interop.criteria.nodes import (
    And,
    Comparator,
    Compare,
    Const,
    Contains,
    Fact,
    In,
    Negate,
    Node,
    Not,
    Or,
    Present,
    Product,
    Shift,
    Sum,
    Today,
    YearsBetween,
)
from interop.criteria.printer import text_of_node
from interop.model.case import FactValue
from interop.model.item import (
    Clause,
    ClauseKind,
    DecisionTable,
    FactDefinition,
    FactType,
    Limit,
    Material,
    ServiceItem,
    TableRow,
)

FIRST_DAY: Final = date(2024, 2, 27)
DAYS: Final = st.integers(0, 5).map(lambda n: FIRST_DAY + timedelta(days=n))
COLOURS: Final = ("red", "green", "blue")
PIECES: Final = ("frame", "panel", "lamp")
PRIVATE: Final = "张三丰之私事"


def _fact(name: str, kind: FactType, **more: object) -> FactDefinition:
    row: dict[str, object] = {"id": name, "type": kind, "zh": f"事实{name}", "en": name}
    return FactDefinition.model_validate(row | more)


FACTS: Final = (
    _fact("flag.one", FactType.BOOL),
    _fact("flag.two", FactType.BOOL),
    _fact("whole.one", FactType.INT, min=Decimal(-3), max=Decimal(3)),
    _fact("whole.two", FactType.INT, min=Decimal(-3), max=Decimal(3)),
    _fact("area.one", FactType.DECIMAL, unit="m2", min=Decimal(0), max=Decimal(4)),
    _fact("area.two", FactType.DECIMAL, unit="m2", min=Decimal(0), max=Decimal(4)),
    _fact("day.one", FactType.DATE),
    _fact("day.two", FactType.DATE),
    _fact("colour.one", FactType.ENUM, values=COLOURS),
    _fact("pieces.one", FactType.SET, values=PIECES),
    _fact("note.one", FactType.TEXT),
    _fact("secret.one", FactType.ENUM, values=(PRIVATE, "b"), sensitive=True),
)
_HALVES: Final = st.integers(0, 8).map(lambda n: Decimal(n) / 2)

VALUES: Final[dict[str, st.SearchStrategy[FactValue]]] = {
    "flag.one": st.booleans(),
    "flag.two": st.booleans(),
    "whole.one": st.integers(-3, 3),
    "whole.two": st.integers(-3, 3),
    "area.one": _HALVES.map(str),
    "area.two": _HALVES.map(str),
    "day.one": DAYS.map(str),
    "day.two": DAYS.map(str),
    "colour.one": st.sampled_from(COLOURS),
    "pieces.one": st.lists(st.sampled_from(PIECES), unique=True),
    "note.one": st.sampled_from(("", "x", PRIVATE)),
    "secret.one": st.sampled_from((PRIVATE, "b")),
}


def complete_facts() -> st.SearchStrategy[dict[str, FactValue]]:
    """Return declarations of every fact."""
    return st.fixed_dictionaries(VALUES)


def partial_facts() -> st.SearchStrategy[dict[str, FactValue]]:
    """Return declarations of some facts."""
    return st.fixed_dictionaries({}, optional=VALUES)


def _names(*names: str) -> st.SearchStrategy[Fact]:
    return st.sampled_from([Fact(name) for name in names])


def _compared(
    sides: st.SearchStrategy[Node], ops: Sequence[Comparator]
) -> st.SearchStrategy[Node]:
    return st.builds(Compare, st.sampled_from(ops), sides, sides)


ALL_OPS: Final[tuple[Comparator, ...]] = ("==", "!=", "<", "<=", ">", ">=")
EQUALITY: Final[tuple[Comparator, ...]] = ("==", "!=")
_INTEGERS: Final = st.integers(-9, 9).map(lambda n: Const(FactType.INT, n))
_DECIMALS: Final = _HALVES.map(lambda n: Const(FactType.DECIMAL, n))
_AREAS: Final = _HALVES.map(lambda n: Const(FactType.DECIMAL, n, "m2"))
_DAYS: Final = DAYS.map(lambda day: Const(FactType.DATE, day))


def _text(values: Sequence[str]) -> st.SearchStrategy[Const]:
    return st.sampled_from(values).map(lambda value: Const(FactType.TEXT, value))


def _numbers(
    leaves: st.SearchStrategy[Node], constants: st.SearchStrategy[Const]
) -> st.SearchStrategy[Node]:
    def wider(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        negative = parts.filter(lambda part: not isinstance(part, Const)).map(Negate)
        factor: st.SearchStrategy[tuple[Node, ...]] = st.tuples(_INTEGERS, parts)
        return st.one_of(
            st.lists(st.one_of(parts, negative), min_size=2, max_size=3).map(
                lambda found: Sum(tuple(found))
            ),
            factor.map(Product),
            negative,
        )

    return st.recursive(st.one_of(leaves, constants), wider, max_leaves=4)


def _dates() -> st.SearchStrategy[Node]:
    leaves: st.SearchStrategy[Node] = st.one_of(
        _names("day.one", "day.two"), st.just(Today()), _DAYS
    )
    return st.recursive(
        leaves,
        lambda days: st.builds(
            Shift, days, st.sampled_from(("days", "months")), st.integers(-13, 13)
        ),
        max_leaves=3,
    )


def _atoms() -> st.SearchStrategy[Node]:
    wholes = _numbers(_names("whole.one", "whole.two"), st.one_of(_INTEGERS, _DECIMALS))
    areas = _numbers(_names("area.one", "area.two"), st.one_of(_INTEGERS, _AREAS))
    ages = st.builds(YearsBetween, _dates(), _dates())
    any_fact = _names(*VALUES)
    flags: st.SearchStrategy[Node] = _names("flag.one", "flag.two")
    colours: st.SearchStrategy[Node] = st.one_of(_names("colour.one"), _text(COLOURS))
    notes: st.SearchStrategy[Node] = st.one_of(_names("note.one"), _text(("", "x", 'a"\\\n')))
    secrets: st.SearchStrategy[Node] = st.one_of(_names("secret.one"), _text(["b"]))
    lists = st.lists(_text(COLOURS), min_size=1, max_size=3).map(tuple)
    whole_lists = st.lists(_INTEGERS, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        flags,
        st.booleans().map(lambda value: Const(FactType.BOOL, value)),
        any_fact.map(Present),
        _compared(wholes, ALL_OPS),
        _compared(areas, ALL_OPS),
        _compared(_dates(), ALL_OPS),
        _compared(st.one_of(ages, _INTEGERS), ALL_OPS),
        _compared(flags, EQUALITY),
        _compared(colours, EQUALITY),
        _compared(notes, EQUALITY),
        _compared(secrets, EQUALITY),
        st.builds(In, _names("colour.one"), lists),
        st.builds(In, wholes, whole_lists),
        st.builds(Contains, _names("pieces.one"), _text(PIECES)),
    )


def conditions() -> st.SearchStrategy[Node]:
    """Return typed conditions over :data:`FACTS`."""

    def wider(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            parts.map(Not), several.map(And), several.map(Or), _compared(parts, EQUALITY)
        )

    return st.recursive(_atoms(), wider, max_leaves=6)


def clauses() -> st.SearchStrategy[tuple[Clause, ...]]:
    """Return up to five clauses of any kind."""
    rows = st.lists(st.tuples(conditions(), st.sampled_from(ClauseKind)), max_size=5)
    return rows.map(
        lambda found: tuple(
            Clause(
                id=f"clause-{n}",
                when=text_of_node(node),
                kind=kind,
                zh=f"条件{n}",
                en=f"condition {n}",
                remedy_zh="改正",
                remedy_en="mend it",
            )
            for n, (node, kind) in enumerate(found)
        )
    )


MATERIAL_CODES: Final = ("form", "plan", "photo", "card")


_GIVEN_CELLS: Final = {
    "colour.one": ('"red"', '"green"', '!= "red"', 'in ["red", "blue"]', "-"),
    "whole.one": ("0", "<= 1", "> 1", "in [-1, 2]", "-"),
    "flag.one": ("true", "false", "-"),
}
_LIMIT_CELLS: Final = {
    "whole.two": ("<= 1", ">= -1", "!= 0", "< whole.one", "-"),
    "area.one": ('<= quantity(2, "m2")', "> 0.5", "-"),
}


def tables() -> st.SearchStrategy[DecisionTable]:
    """Return decision tables over :data:`FACTS`, rows overlapping or not."""
    rows = st.builds(
        TableRow,
        given=st.tuples(*(st.sampled_from(cells) for cells in _GIVEN_CELLS.values())),
        limits=st.tuples(*(st.sampled_from(cells) for cells in _LIMIT_CELLS.values())),
    )
    return st.builds(
        DecisionTable,
        hit=st.sampled_from(("unique", "first")),
        given=st.just(tuple(_GIVEN_CELLS)),
        limits=st.just(tuple(_LIMIT_CELLS)),
        otherwise=st.sampled_from(("met", "not_met")),
        rows=st.lists(rows, min_size=1, max_size=4).map(tuple),
    )


def materials() -> st.SearchStrategy[tuple[Material, ...]]:
    """Return a list of materials, some of them under a condition."""
    conditional = st.one_of(
        st.just(""), st.just("agent.present"), conditions().map(text_of_node)
    )
    rows = [
        st.builds(
            Material,
            code=st.just(code),
            zh=st.just(f"材料{code}"),
            en=st.just(code),
            necessity=st.sampled_from(("required", "optional", "deferrable")),
            when=conditional,
        )
        for code in MATERIAL_CODES
    ]
    return st.tuples(*rows)


def items() -> st.SearchStrategy[ServiceItem]:
    """Return items over :data:`FACTS` whose clauses and materials are sound."""
    return st.builds(item_with, clauses(), materials())


def item_with(rows: tuple[Clause, ...] = (), papers: tuple[Material, ...] = ()) -> ServiceItem:
    """Return an item with these clauses and materials."""
    return ServiceItem(
        item="example",
        region="canonical",
        version="2026-01",
        zh="示例事项",
        en="example item",
        setting_basis=(),
        statutory=Limit(length=20),
        promised=Limit(length=10),
        facts=FACTS,
        materials=papers,
        clauses=rows,
        effective_from=date(2026, 1, 1),
        illustrative=True,
        source="constructed",
    )


_STEPS: Final = {FactType.INT: Decimal(1), FactType.DECIMAL: Decimal("0.01")}
_WIDEST: Final = Decimal(1_000_000)
_MONTHS: Final = (-40, -12, -1, 1, 6, 12, 13, 24, 36, 60, 61)


def applicants_of(item: ServiceItem, *, on: date) -> st.SearchStrategy[dict[str, FactValue]]:
    """Return declarations of every fact of ``item``, near the borders its clauses name."""
    pools = {fact.id: st.sampled_from(pool_of(fact, item, on=on)) for fact in item.facts}
    return st.fixed_dictionaries(pools)


def pool_of(fact: FactDefinition, item: ServiceItem, *, on: date) -> list[FactValue]:
    """Return values of ``fact`` to draw from, at and beside the borders of the clauses."""
    values = list(fact.values)
    match fact.type:
        case FactType.BOOL:
            return [True, False]
        case FactType.INT | FactType.DECIMAL:
            return _near(fact, item)
        case FactType.DATE:
            return [(on + timedelta(days=30 * n)).isoformat() for n in _MONTHS]
        case FactType.ENUM:
            return [*values]
        case FactType.SET:
            return [values, [], *([v for v in values if v != left] for left in values)]
        case _:
            return ["", "x"]


def _texts(row: Clause) -> Iterator[str]:
    yield row.when
    if row.table is not None:
        heads = (*row.table.given, *row.table.limits)
        for line in row.table.rows:
            cells = zip(heads, (*line.given, *line.limits), strict=True)
            yield from (f"{head} {cell}" for head, cell in cells)


def _near(fact: FactDefinition, item: ServiceItem) -> list[FactValue]:
    step = _STEPS[fact.type]
    low = -_WIDEST if fact.min is None else fact.min
    high = _WIDEST if fact.max is None else fact.max
    found = {low, high}
    for said in (text for row in item.clauses for text in _texts(row)):
        if fact.id in said:
            for text in re.findall(r"[0-9]+(?:\.[0-9]+)?", said):
                border = Decimal(text)
                found |= {border - step, border, border + step, border / 2}
    near = sorted({n.quantize(step) for n in found if low <= n <= high})
    return [int(n) if fact.type is FactType.INT else str(n) for n in near]
