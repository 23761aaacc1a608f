"""Values worth trying: the bounds that conditions name, and their neighbours.

An applicant who differs from a typical one in one such value shows most differences between
two criteria, without a solver and in numbers that a reader recognises.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast

from interop.criteria.evaluation import Value, plus_months
from interop.criteria.facts import NUMBER_MAX
from interop.criteria.linear import Linear, linear_of
from interop.criteria.nodes import (
    DAY_MAX,
    DAY_MIN,
    FRACTION_DIGITS_MAX,
    Compare,
    Const,
    Fact,
    In,
    Node,
    Shift,
    YearsBetween,
    children,
    facts_of,
)
from interop.criteria.prove.domain import Domain
from interop.model.item import FactDefinition, FactType

MONTHS_PER_YEAR: Final = 12
ROUND_PLACES: Final = 2
DAY: Final = timedelta(days=1)
OTHER_TEXT: Final = "示例"


class Candidates:
    """The values to try for each fact, the bounds themselves before their neighbours."""

    def __init__(self, domain: Domain, conditions: Iterable[Node]) -> None:
        self._domain = domain
        self._bounds: dict[str, list[Fraction]] = {}
        self._days: dict[str, list[date]] = {}
        self._texts: dict[str, list[str]] = {}
        self._shifts: dict[str, dict[tuple[str, int], None]] = {}
        for node in conditions:
            self._read(node)

    def values(self) -> Mapping[str, tuple[Value, ...]]:
        """Return the values of every fact of the domain."""
        facts = self._domain.vocabulary.facts
        return {name: tuple(dict.fromkeys(self._of(fact))) for name, fact in facts.items()}

    # Reading.

    def _read(self, node: Node) -> None:
        match node:
            case Compare(right=Const() as bound):
                self._bound(node.left, bound)
            case In(item=Fact(name=name)):
                self._texts.setdefault(name, []).extend(str(o.value) for o in node.options)
            case _:
                pass
        if isinstance(node, Compare | In):
            self._shift(facts_of(node), _shifts_in(node))
        for child in children(node):
            self._read(child)

    def _bound(self, left: Node, bound: Const) -> None:
        if isinstance(left, Fact) and isinstance(bound.value, date):
            self._days.setdefault(left.name, []).append(bound.value)
        elif isinstance(bound.value, int | Decimal) and not isinstance(bound.value, bool):
            self._number(linear_of(left), Fraction(bound.value))

    def _number(self, sum_: Linear, bound: Fraction) -> None:
        if len(sum_.terms) != 1 or not sum_.terms[0][1]:
            return
        term, times = sum_.terms[0]
        value = (bound - sum_.constant) / times
        if isinstance(term, YearsBetween):
            self._shift(facts_of(term), [("months", MONTHS_PER_YEAR * int(value))])
        else:
            self._bounds.setdefault(cast("Fact", term).name, []).append(value)

    def _shift(self, names: Iterable[str], shifts: Iterable[tuple[str, int]]) -> None:
        both_ways = [(unit, way * amount) for unit, amount in shifts for way in (1, -1)]
        for name in names:
            self._shifts.setdefault(name, {}).update(dict.fromkeys(both_ways))

    # Values.

    def _of(self, fact: FactDefinition) -> Iterator[Value]:
        match fact.type:
            case FactType.BOOL:
                yield from (True, False)
            case FactType.INT | FactType.DECIMAL:
                yield from self._numbers(fact)
            case FactType.DATE:
                yield from self._dates(fact)
            case FactType.ENUM:
                yield from fact.values
            case FactType.SET:
                yield from _sets(fact.values)
            case _:
                yield from self._texts.get(fact.id, ())
                yield from (OTHER_TEXT, "")

    def _numbers(self, fact: FactDefinition) -> Iterator[Value]:
        low = Fraction(-NUMBER_MAX if fact.min is None else fact.min)
        high = Fraction(NUMBER_MAX if fact.max is None else fact.max)
        places = 0 if fact.type is FactType.INT else FRACTION_DIGITS_MAX
        exact = dict.fromkeys(self._bounds.get(fact.id, ()))
        step = Fraction(1, 10**ROUND_PLACES if places else 1)
        near = [bound + way * step for bound in exact for way in (-1, 1)]
        for number in (*exact, *near, low, high, Fraction(0), Fraction(1)):
            value = _declarable(number, places)
            if value is not None and low <= number <= high:
                yield value

    def _dates(self, fact: FactDefinition) -> Iterator[Value]:
        here = self._domain.typical_day
        exact = dict.fromkeys([*self._days.get(fact.id, ()), here, *self._shifted(fact.id)])
        yield from (day for day in exact if DAY_MIN <= day <= DAY_MAX)
        for day in exact:
            yield from (d for d in (day - DAY, day + DAY) if DAY_MIN <= d <= DAY_MAX)

    def _shifted(self, name: str) -> Iterator[date]:
        here = self._domain.typical_day
        for unit, amount in self._shifts.get(name, ()):
            yield plus_months(here, amount) if unit == "months" else here + amount * DAY


def _shifts_in(node: Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, Shift):
        yield node.unit, node.amount
    for child in children(node):
        yield from _shifts_in(child)


def _sets(values: tuple[str, ...]) -> Iterator[Value]:
    whole = frozenset(values)
    yield whole
    yield from (whole - {value} for value in values)
    yield from (frozenset({value}) for value in values)
    yield frozenset()


def _declarable(number: Fraction, places: int) -> int | Decimal | None:
    """Return the number as a declaration spells it; None if it needs more places."""
    scaled = number * 10**places
    if scaled.denominator != 1:
        return None
    if not places:
        return int(scaled)
    written = Decimal(int(scaled)).scaleb(-places).normalize()
    return written + Decimal(0) if abs(number) <= Fraction(NUMBER_MAX) else None
