"""CertLogic to a condition of the criteria language, by running it on symbols.

Every value comes with the condition under which it is the value; where no condition holds
the expression has no value, and a rule without a value does not hold. INVARIANT: each
condition asks for the sort of a place before anything else of it, so it is never unknown.

Source: CertLogic specification 1.3.2.
"""

from collections.abc import Callable, Mapping
from typing import Final

from interop.criteria.certlogic.concrete import MOMENT_ORDERS, ORDERS, TRIPLE
from interop.criteria.certlogic.data import PATH_CHARS_MAX, check_depth, reach
from interop.criteria.certlogic.guards import (
    FALSE,
    TRUE,
    Cases,
    Facts,
    Known,
    Many,
    Read,
    Symbol,
    both,
    check_size,
    decided,
    either,
    merged,
)
from interop.criteria.certlogic.paths import counted, malformed, shown
from interop.criteria.certlogic.readings import Place
from interop.criteria.certlogic.reasons import OPERATION
from interop.criteria.certlogic.relations import (
    ints_of,
    membership,
    moments_of,
    ordered,
    same,
)
from interop.criteria.certlogic.terms import birth, fragments, parts_of, plus, plus_time
from interop.criteria.nodes import Node
from interop.errors import KnowledgeError
from interop.model.canonical import Json

VALUE_SETS: Final = ("external", "valueSets")
# Two operands, or two at least.
PAIR: Final = 2


def condition_of(expression: Json, value_sets: Mapping[str, Json], facts: Facts) -> Node:
    """Return the condition under which ``expression`` evaluates to ``true``.

    Args:
        expression: A CertLogic expression.
        value_sets: Value sets by name, what ``external.valueSets`` holds.
        facts: Collects the readings of the data that the condition asks for.

    Raises:
        KnowledgeError: Not CertLogic, outside what can become a condition, or over a limit;
            the field is the path in the expression.
    """
    check_depth(expression, "Logic")
    cases = _Run(value_sets, facts).value(expression, "Logic")
    holding = [g for g, s in cases if isinstance(s, Known) and s.value is True]
    held = [both(g, _true(facts, s)) for g, s in cases if isinstance(s, Read)]
    found = either(*holding, *held)
    check_size(found)
    return found


def _true(facts: Facts, symbol: Read) -> Node:
    return facts.sort_in(symbol.place, ("true",))


class _Run:
    """One expression in one scope; a reduction opens another scope."""

    def __init__(
        self,
        value_sets: Mapping[str, Json],
        facts: Facts,
        scope: Mapping[str, Cases] | None = None,
    ) -> None:
        self._sets = value_sets
        self._facts = facts
        self._scope = scope

    def value(self, expression: Json, at: str) -> Cases:
        """Return the values of ``expression``, each with its condition."""
        if isinstance(expression, bool | int | str):
            return ((TRUE, Known(expression)),)
        if isinstance(expression, list):
            return self._array(expression, at)
        if not isinstance(expression, dict) or len(expression) != 1:
            expected = ("一个运算、数组或字面值", "an operation, an array or a literal")
            raise malformed(at, expected, type(expression).__name__)
        ((name, operands),) = expression.items()
        if name == "var":
            return self._var(operands, f"{at}.var")
        if name not in ARITY:
            known = ", ".join(["var", *ARITY])
            raise KnowledgeError(OPERATION.of(field=at, expected=known, got=name))
        low, high = ARITY[name]
        if not isinstance(operands, list) or not low <= len(operands) <= high:
            raise malformed(f"{at}.{name}", counted(low, high), shown(operands))
        run = OPERATIONS.get(name)
        if run is None:
            return self._order(name, operands, f"{at}.{name}")
        return run(self, operands, f"{at}.{name}")

    def _array(self, expression: list[Json], at: str) -> Cases:
        if all(isinstance(part, bool | int | str) for part in expression):
            return ((TRUE, Known(expression)),)
        parts = tuple(self.value(part, f"{at}[{i}]") for i, part in enumerate(expression))
        guard = both(*(either(*(g for g, _ in cases)) for cases in parts if not _sure(cases)))
        return merged([(guard, Many(parts))])

    # Data.

    def _var(self, path: Json, at: str) -> Cases:
        if not isinstance(path, str) or len(path) > PATH_CHARS_MAX:
            raise malformed(
                at, ("不超过 200 字的路径", "a path up to 200 characters"), shown(path)
            )
        fragments = tuple(path.split(".")) if path else ()
        if self._scope is not None:
            return self._scoped(self._scope, fragments, at)
        if fragments[:2] == VALUE_SETS:
            return ((TRUE, Known(reach(dict(self._sets), fragments[2:]))),)
        return ((TRUE, Read(Place(fragments))),)

    def _scoped(self, scope: Mapping[str, Cases], fragments: tuple[str, ...], at: str) -> Cases:
        if not fragments:
            raise malformed(at, ("accumulator 或 current 的路径", "a path into the scope"), "")
        cases = scope.get(fragments[0], ((TRUE, Known(None)),))
        return merged(
            (both(outer, inner), found)
            for outer, symbol in cases
            for inner, found in _below(symbol, fragments[1:])
        )

    # Choice.

    def choose(self, operands: list[Json], at: str) -> Cases:
        holds, fails = self._split(operands[0], f"{at}[0]")
        found: list[tuple[Node, Symbol]] = []
        for guard, place in ((holds, 1), (fails, 2)):
            if guard is not FALSE:
                cases = self.value(operands[place], f"{at}[{place}]")
                found.extend((both(guard, inner), symbol) for inner, symbol in cases)
        return merged(found)

    def _split(self, operand: Json, at: str) -> tuple[Node, Node]:
        """Return when ``operand`` is truthy and when it is falsy."""
        pairs = [(g, self._facts.truthy(s)) for g, s in self.value(operand, at)]
        truthy = either(*(both(g, pair[0]) for g, pair in pairs))
        return truthy, either(*(both(g, pair[1]) for g, pair in pairs))

    def conjoin(self, operands: list[Json], at: str) -> Cases:
        found: list[tuple[Node, Symbol]] = []
        here: Node = TRUE
        for place, operand in enumerate(operands):
            cases = self.value(operand, f"{at}[{place}]")
            if place == len(operands) - 1:
                found.extend((both(here, guard), symbol) for guard, symbol in cases)
                break
            split = [(g, s, self._facts.truthy(s)) for g, s in cases]
            found.extend((both(here, g, pair[1]), s) for g, s, pair in split)
            here = both(here, either(*(both(g, pair[0]) for g, _, pair in split)))
        return merged(found)

    def negate(self, operands: list[Json], at: str) -> Cases:
        truthy, falsy = self._split(operands[0], f"{at}[0]")
        return merged([(falsy, Known(value=True)), (truthy, Known(value=False))])

    # Relations.

    def equate(self, operands: list[Json], at: str) -> Cases:
        left, right = self._operands(operands, at)
        return merged(
            case
            for g, a in left
            for h, b in right
            for case in decided(same(self._facts, a, b), both(g, h))
        )

    def among(self, operands: list[Json], at: str) -> Cases:
        items, options = self._operands(operands, at)
        found: list[tuple[Node, Symbol]] = []
        for guard, listed in options:
            for inner, item in items:
                array, among = membership(self._facts, item, listed)
                found.extend(decided(among, both(guard, inner, array)))
        return merged(found)

    def _order(self, name: str, operands: list[Json], at: str) -> Cases:
        cases = self._operands(operands, at)
        if name in MOMENT_ORDERS:
            return self._decide(MOMENT_ORDERS[name], [tuple(moments_of(c)) for c in cases])
        return self._decide(name, [tuple(ints_of(self._facts, c)) for c in cases])

    def _decide(self, sign: str, values: list[tuple[tuple[Node, Node], ...]]) -> Cases:
        return merged(
            case for guard, truth in ordered(sign, values) for case in decided(truth, guard)
        )

    def _operands(self, operands: list[Json], at: str) -> list[Cases]:
        return [self.value(part, f"{at}[{i}]") for i, part in enumerate(operands)]

    # Numbers and moments.

    def add(self, operands: list[Json], at: str) -> Cases:
        left, right = self._operands(operands, at)
        return plus(self._facts, left, right)

    def shift(self, operands: list[Json], at: str) -> Cases:
        cases = self.value(operands[0], f"{at}[0]")
        return plus_time(self._facts, cases, operands[1:], at)

    def born(self, operands: list[Json], at: str) -> Cases:
        return birth(self._facts, self.value(operands[0], f"{at}[0]"))

    def fragment(self, operands: list[Json], at: str) -> Cases:
        cases = self.value(operands[0], f"{at}[0]")
        return fragments(self._facts, cases, operands[1], at)

    # Reduction.

    def fold(self, operands: list[Json], at: str) -> Cases:
        initial = self.value(operands[2], f"{at}[2]")
        found: list[tuple[Node, Symbol]] = []
        for guard, symbol in self.value(operands[0], f"{at}[0]"):
            for inner, parts in parts_of(self._facts, symbol):
                folded = initial
                for part in parts:
                    scope = {"accumulator": folded, "current": part}
                    run = _Run(self._sets, self._facts, scope)
                    folded = run.value(operands[1], f"{at}[1]")
                found.extend((both(guard, inner, g), s) for g, s in folded)
        return merged(found)


def _below(symbol: Symbol, path: tuple[str, ...]) -> Cases:
    """Return what stands at ``path`` below ``symbol``."""
    if not path:
        return ((TRUE, symbol),)
    match symbol:
        case Known():
            return ((TRUE, Known(reach(symbol.value, path))),)
        case Read():
            if symbol.place.fragment is None:
                return ((TRUE, Read(Place((*symbol.place.path, *path)))),)
        case Many():
            index = int(path[0]) if path[0].isdigit() else len(symbol.parts)
            if index < len(symbol.parts):
                return merged(
                    (both(guard, inner), found)
                    for guard, part in symbol.parts[index]
                    for inner, found in _below(part, path[1:])
                )
        case _:
            pass
    return ((TRUE, Known(None)),)


def _sure(cases: Cases) -> bool:
    return any(guard is TRUE for guard, _ in cases)


OPERANDS_MAX: Final = 1000
ARITY: Final[Mapping[str, tuple[int, int]]] = {
    "if": (3, 3),
    "and": (PAIR, OPERANDS_MAX),
    "!": (1, 1),
    "===": (PAIR, PAIR),
    "in": (PAIR, PAIR),
    "+": (PAIR, PAIR),
    "plusTime": (3, 3),
    "dccDateOfBirth": (1, 1),
    "extractFromUVCI": (PAIR, PAIR),
    "extractFromUCI": (PAIR, PAIR),
    "reduce": (3, 3),
} | dict.fromkeys((*ORDERS, *MOMENT_ORDERS), (PAIR, TRIPLE))
OPERATIONS: Final[Mapping[str, Callable[[_Run, list[Json], str], Cases]]] = {
    "if": _Run.choose,
    "and": _Run.conjoin,
    "!": _Run.negate,
    "===": _Run.equate,
    "in": _Run.among,
    "+": _Run.add,
    "plusTime": _Run.shift,
    "dccDateOfBirth": _Run.born,
    "extractFromUVCI": _Run.fragment,
    "extractFromUCI": _Run.fragment,
    "reduce": _Run.fold,
}
