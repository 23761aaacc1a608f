"""Conditions over readings of a payload as terms of the solver z3; loaded in its process.

A day is a number of days, a time a day and a second of it; text is a number, each literal of
the compared rules its own. What stands in every payload of the domain is folded away.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import reduce
from operator import eq, ge, gt, le, lt, ne
from typing import Final, TypeAlias

import z3

from interop.criteria.certlogic.applicants import (
    INTEGER_MAX,
    SECONDS_PER_DAY,
    SHAPE_SORTS,
    Domain,
    days_at,
    written_as,
)
from interop.criteria.certlogic.concrete import UVCI_PREFIX, fragment_of
from interop.criteria.certlogic.moments import (
    EPOCH_DAY,
    MS_PER_DAY,
    MS_PER_SECOND,
    moment_of,
    plus_months,
)
from interop.criteria.certlogic.readings import Place, Reading, View
from interop.criteria.nodes import And, Compare, Const, Fact, In, Node, Not, Or, Sum
from interop.model.canonical import Json

SEPARATORS: Final = frozenset("/#:")
SIGNS: Final[Mapping[str, Callable[[z3.ArithRef, z3.ArithRef], z3.BoolRef]]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
BLANK: Final = -1
DAYS_PER_MONTH_MAX: Final = 31
Term: TypeAlias = z3.BoolRef | bool


class NotEncodable(Exception):
    """Say that a condition reads what the domain does not tell; the relation is undecided."""


class Encoding:
    """One kind of certificate in one solver."""

    def __init__(
        self, domain: Domain, readings: Mapping[str, Reading], solver: z3.Solver
    ) -> None:
        self._domain = domain
        self._readings = readings
        self._solver = solver
        self._ctx = solver.ctx
        self._words: dict[str, int] = {}
        self._whole: dict[Place, z3.ArithRef] = {}
        self._days: dict[Place, tuple[z3.ArithRef, z3.ArithRef | int]] = {}
        self._shifts: dict[tuple[Place, int], z3.ArithRef] = {}
        self._counts: dict[Place, z3.ArithRef] = {}
        self._linked: set[tuple[Place, Json]] = set()
        self._known: dict[int, tuple[Node, Term]] = {}

    # Truth.

    def condition(self, node: Node) -> Term:
        """Return the term of a condition.

        Raises:
            NotEncodable: It reads what the domain does not tell.
        """
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, self._condition(node)
        return known[1]

    def _condition(self, node: Node) -> Term:
        match node:
            case Const():
                return bool(node.value)
            case And():
                return self._joined(node.parts, z3.And, ends=False)
            case Or():
                return self._joined(node.parts, z3.Or, ends=True)
            case Not():
                part = self.condition(node.part)
                return not part if isinstance(part, bool) else z3.Not(part)
            case Fact():
                return self._flag(self._readings[node.name])
            case Compare() | In():
                return self._relation(node)
            case _:
                raise NotEncodable

    def _joined(
        self, parts: tuple[Node, ...], join: Callable[[list[Term]], z3.BoolRef], *, ends: bool
    ) -> Term:
        kept: list[Term] = []
        for part in parts:
            term = self.condition(part)
            if term is ends:
                return ends
            if not isinstance(term, bool):
                kept.append(term)
        return join(kept) if kept else not ends

    def _flag(self, reading: Reading) -> Term:
        shape = self._domain.shape(reading.place)
        if reading.place.fragment is not None:
            raise NotEncodable
        if reading.view is View.DATED:
            return shape in {"day", "time"}
        # The one certificate is an object, and no literal is.
        return reading.view is View.BORN and shape == "day"

    def _relation(self, node: Compare | In) -> Term:
        left = node.left if isinstance(node, Compare) else node.item
        others = (node.right,) if isinstance(node, Compare) else node.options
        sign = node.op if isinstance(node, Compare) else "=="
        reading = self._readings[left.name] if isinstance(left, Fact) else None
        if reading is None or reading.view not in {View.SORT, View.TEXT}:
            number, compared = self._number(left), SIGNS[sign]
            terms = [compared(number, self._number(other)) for other in others]
        else:
            alike = self._is_sort if reading.view is View.SORT else self._is_text
            terms = [alike(reading, other) for other in others]
        return reduce(_or, terms, False)  # noqa: FBT003 -- where the fold begins

    # Sorts and texts.

    def _is_sort(self, reading: Reading, other: Node) -> Term:
        place, sort = reading.place, _literal(other)
        if place.fragment is None:
            return SHAPE_SORTS[self._domain.shape(place)] == sort
        whole = Place(place.path)
        if self._domain.shape(whole) != "text":
            return sort == "null"
        there = self._count(whole) > place.fragment
        word = self._word(place)
        terms = {
            "null": z3.Not(there),
            "blank": z3.And(there, word == BLANK),
            "text": z3.And(there, word != BLANK),
        }
        return terms.get(sort, False)

    def _is_text(self, reading: Reading, other: Node) -> Term:
        place = reading.place
        if isinstance(other, Fact):
            return self._same_text(place, self._readings[other.name].place)
        text = _literal(other)
        if self._domain.shape(Place(place.path)) in {"day", "time"}:
            return self._is_written(place, text)
        if self._domain.shape(Place(place.path)) != "text":
            return False
        if place.fragment is not None and SEPARATORS.intersection(text):
            return False
        self._link(place, text)
        return self._word(place) == self._code(text)

    def _is_written(self, place: Place, text: str) -> Term:
        shape, ms = self._domain.shape(place), moment_of(text)
        if place.fragment is not None:
            raise NotEncodable
        if ms is None or ms % MS_PER_SECOND or written_as(shape, ms) != text:
            return False
        return self._moment(place) == ms

    def _same_text(self, left: Place, right: Place) -> Term:
        shapes = self._domain.shape(left), self._domain.shape(right)
        if shapes == ("text", "text"):
            return self._word(left) == self._word(right)
        if shapes[0] == shapes[1] and shapes[0] in {"day", "time"}:
            return self._moment(left) == self._moment(right)
        return False

    def _word(self, place: Place) -> z3.ArithRef:
        if place not in self._whole:
            word = self._fresh("word")
            self._solver.add(word >= (0 if place.fragment is None else BLANK))
            self._whole[place] = word
        return self._whole[place]

    def _count(self, place: Place) -> z3.ArithRef:
        if place not in self._counts:
            last = max(
                (
                    reading.place.fragment or 0
                    for reading in self._readings.values()
                    if reading.place.path == place.path
                ),
                default=0,
            )
            count = self._fresh("count")
            self._solver.add(count >= 1, count <= last + 2)
            self._counts[place] = count
        return self._counts[place]

    def _link(self, place: Place, text: str) -> None:
        """Tie a whole identifier that is compared to a literal to its fragments."""
        read = {r.place for r in self._readings.values() if r.place.path == place.path}
        if place.fragment is not None or len(read) == 1 or (place, text) in self._linked:
            return
        self._linked.add((place, text))
        parts: list[Term] = []
        for index in range(len(text) + 1):
            part = fragment_of(text, index)
            if part is None:
                parts.append(self._count(place) == index)
                break
            if Place(place.path, index) in read:
                code = self._code(part) if part else BLANK
                parts.append(self._word(Place(place.path, index)) == code)
        self._solver.add(z3.Implies(self._word(place) == self._code(text), z3.And(parts)))

    def _code(self, text: str) -> int:
        return self._words.setdefault(text, len(self._words))

    # Numbers and moments.

    def _number(self, node: Node) -> z3.ArithRef:
        match node:
            case Const():
                return z3.IntVal(int(str(node.value)), self._ctx)
            case Sum():
                first, *rest = (self._number(part) for part in node.parts)
                return reduce(lambda a, b: a + b, rest, first)
            case Fact():
                return self._value(self._readings[node.name])
            case _:
                raise NotEncodable

    def _value(self, reading: Reading) -> z3.ArithRef:
        shape = self._domain.shape(reading.place)
        if reading.view is View.COUNT or reading.place.fragment is not None:
            return z3.IntVal(1, self._ctx)
        if reading.view is View.INTEGER and shape == "integer":
            return self._integer(reading.place)
        if reading.view in {View.MOMENT, View.BIRTH} and shape in {"day", "time"}:
            return self._moment(reading.place, reading.months)
        # Asked for behind a sort that never stands there.
        return z3.IntVal(0, self._ctx)

    def _integer(self, place: Place) -> z3.ArithRef:
        if place not in self._whole:
            number = self._whole[place] = self._fresh("integer")
            self._solver.add(number >= 1, number <= INTEGER_MAX)
        return self._whole[place]

    def _moment(self, place: Place, months: int = 0) -> z3.ArithRef:
        day, second = self._day(place)
        if months:
            day += self._shift(place, months)
        return day * MS_PER_DAY + second * MS_PER_SECOND

    def _day(self, place: Place) -> tuple[z3.ArithRef, z3.ArithRef | int]:
        if place not in self._days:
            low, high = days_at(place)
            day = self._fresh("day")
            self._solver.add(day >= low, day <= high)
            second: z3.ArithRef | int = 0
            if self._domain.shape(place) == "time":
                second = self._fresh("second")
                self._solver.add(second >= 0, second < SECONDS_PER_DAY)
            self._days[place] = day, second
        return self._days[place]

    def _shift(self, place: Place, months: int) -> z3.ArithRef:
        """Return by how many days a shift by ``months`` moves the day at ``place``.

        The day of the month stays, so the number depends on the month alone.
        """
        key = place, months
        if key not in self._shifts:
            day = self._day(place)[0]
            steps = _months_of(*days_at(place), months)
            shift = self._shifts[key] = self._fresh("shift")
            self._solver.add(shift == self._chosen(day, steps))
            self._solver.add(
                shift >= min(n for _, n in steps), shift <= max(n for _, n in steps)
            )
        return self._shifts[key]

    def _chosen(self, day: z3.ArithRef, steps: list[tuple[int, int]]) -> z3.ArithRef:
        if len(steps) == 1:
            return z3.IntVal(steps[0][1], self._ctx)
        half = len(steps) // 2
        return z3.If(
            day < steps[half][0],
            self._chosen(day, steps[:half]),
            self._chosen(day, steps[half:]),
        )

    def _fresh(self, name: str) -> z3.ArithRef:
        return z3.FreshInt(name, self._ctx)

    # Back.

    def values(self, model: z3.ModelRef) -> dict[Place, Json]:
        """Return what the model puts in each place that was spoken of."""
        found: dict[Place, Json] = {}
        for place, (day, second) in self._days.items():
            seconds = second if isinstance(second, int) else _whole(model, second)
            ms = _whole(model, day) * MS_PER_DAY + seconds * MS_PER_SECOND
            found[place] = written_as(self._domain.shape(place), ms)
        for place, term in self._whole.items():
            if place.fragment is None:
                number = _whole(model, term)
                whole = self._domain.shape(place) == "integer"
                found[place] = number if whole else self._text(number)
        for place in self._counts:
            if (place, found.get(place)) not in self._linked:
                found[place] = self._joined_fragments(place, model)
        return found

    def _joined_fragments(self, place: Place, model: z3.ModelRef) -> str:
        count = _whole(model, self._counts[place])
        words = (self._whole.get(Place(place.path, i)) for i in range(count))
        parts = ["x" if word is None else self._text(_whole(model, word)) for word in words]
        # A literal that holds a separator is no fragment; another text stands for it.
        sound = (part if SEPARATORS.isdisjoint(part) else f"y{len(part)}" for part in parts)
        return UVCI_PREFIX + "/".join(sound)

    def _text(self, code: int) -> str:
        if code == BLANK:
            return ""
        known = {number: text for text, number in self._words.items()}
        found = known.get(code, f"x{code}")
        while code not in known and found in self._words:
            found += "x"
        return found


def _literal(node: Node) -> str:
    if not isinstance(node, Const):
        raise NotEncodable
    return str(node.value)


def _or(left: Term, right: Term) -> Term:
    if left is True or right is True:
        return True
    if left is False or right is False:
        return right if left is False else left
    return z3.Or(left, right)


def _whole(model: z3.ModelRef, term: z3.ArithRef) -> int:
    return int(model.eval(term, model_completion=True).as_long())


def _months_of(low: int, high: int, months: int) -> list[tuple[int, int]]:
    """Return from which day on a shift by ``months`` is how many days, over these days."""
    found: list[tuple[int, int]] = []
    first = date.fromordinal(low + EPOCH_DAY).replace(day=1)
    while first.toordinal() - EPOCH_DAY <= high:
        here = first.toordinal() - EPOCH_DAY
        later = plus_months(here * MS_PER_DAY, months)
        days = (later or 0) // MS_PER_DAY - here
        if not found or found[-1][1] != days:
            found.append((here, days))
        first = (first + timedelta(days=DAYS_PER_MONTH_MAX)).replace(day=1)
    return found
