"""Conditions and facts for the solver z3, exactly as the evaluator reads them.

A decimal is a whole number of millionths, for a declared decimal has at most six places: so
what the solver finds can be declared. A day is its ordinal; shifting by months is exact. A
value of a closed list is its place in the list, a set one truth per value, a text a number
of its own. Terms of the solver are never read back as text.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final, cast

import z3

from interop.criteria.canonical_form import type_of
from interop.criteria.evaluation import Value
from interop.criteria.facts import NUMBER_MAX
from interop.criteria.linear import Linear, difference, linear_of
from interop.criteria.nodes import (
    DAY_MAX,
    DAY_MIN,
    FRACTION_DIGITS_MAX,
    And,
    Comparator,
    Compare,
    Const,
    Contains,
    Fact,
    In,
    Node,
    Not,
    Or,
    Present,
    Shift,
    Today,
    YearsBetween,
)
from interop.criteria.prove.condition import ON
from interop.criteria.prove.days import Days
from interop.criteria.prove.domain import Applicant, Domain
from interop.criteria.vocabulary import LISTED
from interop.model.item import FactDefinition, FactType

MILLION: Final = 10**FRACTION_DIGITS_MAX
# Above this a decimal has no room for six places within its 15 digits.
DIGITS_15: Final = 10**15
ORDERS: Final = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class NotEncodable(Exception):
    """Stop at a node that the solver is not taught; the answer is undecided."""


class Encoding:
    """The facts of one domain in one context of the solver.

    Attributes:
        solver: Holds the bounds of every fact that was spoken of.
    """

    def __init__(self, domain: Domain, solver: z3.Solver) -> None:
        self.solver = solver
        self._ctx = solver.ctx
        self._domain = domain
        self._facts = domain.vocabulary.facts
        self._variables: dict[str, object] = {}
        self._texts: dict[str, int] = {"": 0}
        self._days = Days(solver)
        self._on = self._day_variable(ON, domain.first, domain.last)

    # Facts.

    def _fact(self, name: str) -> z3.ExprRef:
        if name not in self._variables:
            self._variables[name] = self._declared(self._facts[name])
        return cast("z3.ExprRef", self._variables[name])

    def _elements(self, name: str) -> dict[str, z3.BoolRef]:
        if name not in self._variables:
            values = self._facts[name].values
            self._variables[name] = {
                value: z3.Bool(f"{name}#{place}", self._ctx)
                for place, value in enumerate(values)
            }
        return cast("dict[str, z3.BoolRef]", self._variables[name])

    def _declared(self, fact: FactDefinition) -> z3.ExprRef:
        match fact.type:
            case FactType.BOOL:
                return z3.Bool(fact.id, self._ctx)
            case FactType.DATE:
                return self._day_variable(fact.id, DAY_MIN, DAY_MAX)
            case FactType.INT | FactType.DECIMAL:
                return self._number_variable(fact)
            case FactType.ENUM:
                return self._whole_variable(fact.id, 0, len(fact.values) - 1)
            case _:
                variable = z3.Int(fact.id, self._ctx)
                self.solver.add(variable >= 0)
                return variable

    def _whole_variable(self, name: str, low: int, high: int) -> z3.ArithRef:
        variable = z3.Int(name, self._ctx)
        self.solver.add(variable >= low, variable <= high)
        return variable

    def _day_variable(self, name: str, first: date, last: date) -> z3.ArithRef:
        return self._whole_variable(name, first.toordinal(), last.toordinal())

    def _number_variable(self, fact: FactDefinition) -> z3.ArithRef:
        scale = MILLION if fact.type is FactType.DECIMAL else 1
        low = Fraction(-NUMBER_MAX if fact.min is None else fact.min) * scale
        high = Fraction(NUMBER_MAX if fact.max is None else fact.max) * scale
        variable = self._whole_variable(fact.id, -(-low // 1), high // 1)
        if scale > 1 and max(abs(low), abs(high)) >= DIGITS_15:
            short = z3.And(variable < DIGITS_15, variable > -DIGITS_15)
            self.solver.add(z3.Or(short, variable % MILLION == 0))
        return variable

    # Conditions.

    def condition(self, node: Node) -> z3.BoolRef:
        """Return the typed condition ``node`` as a term.

        Raises:
            NotEncodable: The solver is not taught this kind of node.
        """
        match node:
            case Const() | Fact():
                return self._leaf(node)
            case Not() | And() | Or():
                return self._logic(node)
            case Present() | Contains():
                return self._about(node)
            case Compare():
                return self._compare(node.op, node.left, node.right)
            case In():
                return self._among(node)
            case _:
                raise NotEncodable(type(node).__name__)

    def _leaf(self, node: Const | Fact) -> z3.BoolRef:
        if isinstance(node, Const):
            return z3.BoolVal(bool(node.value), self._ctx)
        return cast("z3.BoolRef", self._fact(node.name))

    def _logic(self, node: Not | And | Or) -> z3.BoolRef:
        if isinstance(node, Not):
            return z3.Not(self.condition(node.part))
        parts = [self.condition(part) for part in node.parts]
        return z3.And(*parts) if isinstance(node, And) else z3.Or(*parts)

    def _about(self, node: Present | Contains) -> z3.BoolRef:
        name = node.fact.name
        if isinstance(node, Contains):
            return self._elements(name).get(str(node.item.value), z3.BoolVal(False, self._ctx))  # noqa: FBT003 -- z3's own signature
        match self._facts[name].type:
            case FactType.TEXT:
                return self._fact(name) != 0
            case FactType.SET:
                return z3.Or(*self._elements(name).values())
            case _:
                return z3.BoolVal(True, self._ctx)  # noqa: FBT003 -- z3's own signature

    def _among(self, node: In) -> z3.BoolRef:
        parts = [self._compare("==", node.item, option) for option in node.options]
        return z3.Or(*parts) if parts else z3.BoolVal(False, self._ctx)  # noqa: FBT003 -- z3's own signature

    def _compare(self, op: Comparator, left: Node, right: Node) -> z3.BoolRef:
        match type_of(left, self._domain.vocabulary):
            case FactType.BOOL:
                sides = self.condition(left), self.condition(right)
            case FactType.DECIMAL:
                sides = self._sum(difference(linear_of(left), linear_of(right))), 0
            case FactType.DATE:
                sides = self._day(left), self._day(right)
            case _:
                sides = self._word(left, right), self._word(right, left)
        found = ORDERS[op](*sides)
        return found if z3.is_expr(found) else z3.BoolVal(found, self._ctx)

    # Words.

    def _word(self, node: Node, beside: Node) -> z3.ExprRef | int:
        if isinstance(node, Fact):
            return self._fact(node.name)
        if not isinstance(node, Const):
            raise NotEncodable(type(node).__name__)
        listed = isinstance(beside, Fact) and self._facts[beside.name].type in LISTED
        if not listed or not isinstance(beside, Fact):
            return self._text(str(node.value))
        values = self._facts[beside.name].values
        # A value that cannot be stated everywhere is no value of the domain.
        return values.index(str(node.value)) if node.value in values else -1

    def _text(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    # Numbers.

    def _sum(self, sum_: Linear) -> z3.ArithRef:
        parts = [(self._term(term), times) for term, times in sum_.terms if times]
        scaled = [(variable, times / scale) for (variable, scale), times in parts]
        common = lcm(sum_.constant.denominator, *(times.denominator for _, times in scaled))
        total = z3.IntVal(int(sum_.constant * common), self._ctx)
        return total + sum(int(times * common) * variable for variable, times in scaled)

    def _term(self, term: Node) -> tuple[z3.ArithRef, int]:
        if isinstance(term, YearsBetween):
            return self._days.years_between(self._day(term.start), self._day(term.end)), 1
        name = cast("Fact", term).name
        scale = MILLION if self._facts[name].type is FactType.DECIMAL else 1
        return cast("z3.ArithRef", self._fact(name)), scale

    # Days.

    def _day(self, node: Node) -> z3.ArithRef:
        match node:
            case Const():
                return z3.IntVal(cast("date", node.value).toordinal(), self._ctx)
            case Today():
                return self._on
            case Fact():
                return cast("z3.ArithRef", self._fact(node.name))
            case Shift(unit="days"):
                return self._day(node.day) + node.amount
            case Shift():
                return self._days.plus_months(self._day(node.day), node.amount)
            case _:
                raise NotEncodable(type(node).__name__)

    # Back.

    def equals(self, name: str, value: Value) -> z3.BoolRef | None:
        """Return that a fact has this value; None if the fact was not spoken of."""
        if name == ON:
            return self._on == cast("date", value).toordinal()
        if name not in self._variables:
            return None
        if isinstance(value, frozenset):
            elements = self._elements(name)
            return z3.And(*[element == (item in value) for item, element in elements.items()])
        return self._fact(name) == self._number_of(name, value)

    def _number_of(self, name: str, value: Value) -> int | bool:
        fact = self._facts[name]
        match value:
            case bool():
                return value
            case date():
                return value.toordinal()
            case int() | Decimal():
                return int(value * (MILLION if fact.type is FactType.DECIMAL else 1))
            case _:
                text = cast("str", value)
                listed = fact.type in LISTED
                return fact.values.index(text) if listed else self._text(text)

    def applicant(self, model: z3.ModelRef) -> Applicant:
        """Return the facts that were spoken of, as the evaluator reads them."""
        facts = {name: self._value(name, model) for name in self._variables}
        return Applicant(facts, date.fromordinal(_whole(model, self._on)))

    def _value(self, name: str, model: z3.ModelRef) -> Value:
        fact = self._facts[name]
        if fact.type is FactType.SET:
            elements = self._elements(name)
            return frozenset(v for v, e in elements.items() if _true(model, e))
        variable = self._fact(name)
        if fact.type is FactType.BOOL:
            return _true(model, variable)
        return self._of_number(fact, _whole(model, variable))

    def _of_number(self, fact: FactDefinition, number: int) -> Value:
        match fact.type:
            case FactType.INT:
                return number
            case FactType.DECIMAL:
                return Decimal(number).scaleb(-FRACTION_DIGITS_MAX).normalize() + Decimal(0)
            case FactType.DATE:
                return date.fromordinal(number)
            case FactType.ENUM:
                return fact.values[number]
            case _:
                return self._written(number)

    def _written(self, code: int) -> str:
        known = {number: text for text, number in self._texts.items()}
        return known.get(code, _unlike(f"文字{code}", self._texts))


def _unlike(text: str, known: Mapping[str, int] | Sequence[str]) -> str:
    while text in known:
        text += "'"
    return text


def _true(model: z3.ModelRef, term: z3.ExprRef) -> bool:
    return bool(z3.is_true(model.eval(term, model_completion=True)))


def _whole(model: z3.ModelRef, term: z3.ExprRef) -> int:
    return int(model.eval(term, model_completion=True).as_long())
