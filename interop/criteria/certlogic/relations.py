"""Equality, membership, order and addition of symbols."""

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import Final, TypeAlias

from interop.criteria.certlogic.concrete import ORDERS
from interop.criteria.certlogic.guards import (
    CASES_MAX,
    FALSE,
    TRUE,
    Cases,
    Facts,
    Known,
    Many,
    Moment,
    Number,
    Read,
    Symbol,
    both,
    either,
)
from interop.criteria.certlogic.readings import (
    INTEGERS,
    LISTS,
    SORTS,
    Place,
    Reading,
    View,
    sort_of,
)
from interop.criteria.certlogic.reasons import LIMIT, OUTSIDE
from interop.criteria.nodes import TEXT_CHARS_MAX, Comparator, Compare, Const, In, Node, Sum
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.item import FactType

Scalar: TypeAlias = bool | int | str | None
SCALAR_SORTS: Final = tuple(s for s in SORTS if not s.endswith(("list", "object", "number")))
COMPARATORS: Final[dict[str, Comparator]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


def integer(value: int) -> Const:
    """Return an integer literal."""
    return Const(FactType.INT, value)


def ints_of(facts: Facts, cases: Cases) -> Iterator[tuple[Node, Node]]:
    """Yield the integers among ``cases``, each with its condition."""
    for guard, symbol in cases:
        found = _int(facts, symbol)
        if found is not None:
            yield both(guard, found[0]), found[1]


def moments_of(cases: Cases) -> Iterator[tuple[Node, Node]]:
    """Yield the moments among ``cases``, each with its condition."""
    for guard, symbol in cases:
        if isinstance(symbol, Moment):
            yield guard, symbol.node


def ordered(
    sign: str, operands: Iterable[Iterable[tuple[Node, Node]]]
) -> Iterator[tuple[Node, Node]]:
    """Yield, per combination of operands, its condition and whether they are in order.

    Yields:
        The condition and the order.
    """
    for combination in combined(operands):
        guard = both(*(part[0] for part in combination))
        pairs = pairwise(part[1] for part in combination)
        yield guard, both(*(_compared(sign, left, right) for left, right in pairs))


def combined(
    operands: Iterable[Iterable[tuple[Node, Node]]],
) -> Iterator[tuple[tuple[Node, Node], ...]]:
    """Yield every combination of one case of each operand.

    Raises:
        KnowledgeError: ``certlogic-limit``: too many combinations.
    """
    for count, combination in enumerate(product(*operands)):
        if count >= CASES_MAX:
            raise KnowledgeError(LIMIT.of(field="cases", expected=CASES_MAX, got="more"))
        yield combination


def total(left: Node, right: Node) -> Symbol:
    """Return the sum."""
    if isinstance(left, Const) and isinstance(right, Const):
        return Known(_plain(left) + _plain(right))
    parts = [
        p for node in (left, right) for p in (node.parts if isinstance(node, Sum) else (node,))
    ]
    return Number(Sum(tuple(parts)))


def same(facts: Facts, left: Symbol, right: Symbol) -> Node:
    """Return when two symbols are equal without coercion."""
    if isinstance(left, Known):
        return _is(facts, right, left.value)
    if isinstance(right, Known):
        return _is(facts, left, right.value)
    if isinstance(left, Read) and isinstance(right, Read):
        return _alike(facts, left.place, right.place)
    a, b = _int(facts, left), _int(facts, right)
    if a is None or b is None:
        return FALSE
    return both(a[0], b[0], Compare("==", a[1], b[1]))


def membership(facts: Facts, item: Symbol, options: Symbol) -> tuple[Node, Node]:
    """Return when ``options`` is an array, and when ``item`` is among its parts.

    Raises:
        KnowledgeError: ``certlogic-outside``: both are read from the data.
    """
    match options:
        case Known(value=list() as listed):
            return TRUE, _among(facts, item, listed)
        case Many():
            found = [
                both(guard, same(facts, item, part))
                for cases in options.parts
                for guard, part in cases
            ]
            return TRUE, either(*found)
        case Read():
            return facts.sort_in(options.place, LISTS), _held(facts, item, options)
        case _:
            return FALSE, FALSE


def _held(facts: Facts, item: Symbol, options: Read) -> Node:
    if not isinstance(item, Known):
        expected = "`in` with a literal or a literal array"
        got = "a value of the data looked for in an array of the data"
        raise KnowledgeError(OUTSIDE.of(field="in", expected=expected, got=got))
    if isinstance(item.value, list | dict | float):
        return FALSE
    return facts.of(Reading(options.place, View.HOLDS, item=item.value))


def _among(facts: Facts, item: Symbol, listed: list[Json]) -> Node:
    """Return when ``item`` is one of the literals."""
    texts = [value for value in listed if isinstance(value, str) and value]
    if not isinstance(item, Read):
        return either(*(_is(facts, item, value) for value in listed))
    rest = [value for value in listed if not (isinstance(value, str) and value)]
    found = [_is(facts, item, value) for value in rest]
    return either(_text_in(facts, item.place, texts), *found)


def _text_in(facts: Facts, place: Place, texts: list[str]) -> Node:
    options = tuple(Const(FactType.TEXT, _short(text)) for text in dict.fromkeys(texts))
    if not options:
        return FALSE
    text = facts.view(place, View.TEXT)
    held = In(text, options) if len(options) > 1 else Compare("==", text, options[0])
    return both(facts.sort_in(place, ("text",)), held)


def _short(text: str) -> str:
    if len(text) > TEXT_CHARS_MAX:
        raise KnowledgeError(LIMIT.of(field="text", expected=TEXT_CHARS_MAX, got=len(text)))
    return text


def _is(facts: Facts, symbol: Symbol, value: Json) -> Node:
    """Return when ``symbol`` is the literal ``value``."""
    if isinstance(value, list | dict | float):
        return FALSE
    if isinstance(symbol, Known):
        alike = type(symbol.value) is type(value) and symbol.value == value
        return TRUE if alike else FALSE
    if isinstance(symbol, Read):
        return _stands(facts, symbol.place, value)
    if isinstance(symbol, Number) and isinstance(value, int) and not isinstance(value, bool):
        return Compare("==", symbol.node, integer(value))
    return FALSE


def _stands(facts: Facts, place: Place, value: Scalar) -> Node:
    sort = sort_of(value)
    if isinstance(value, str) and value:
        return _text_in(facts, place, [value])
    held = facts.sort_in(place, (sort,))
    if sort != "integer":
        return held
    return both(
        held, Compare("==", facts.view(place, View.INTEGER), Const(FactType.INT, value or 0))
    )


def _alike(facts: Facts, left: Place, right: Place) -> Node:
    """Return when two places hold the same scalar."""
    if left == right:
        return facts.sort_in(left, SCALAR_SORTS)
    pairs = [
        both(facts.sort_in(left, (sort,)), facts.sort_in(right, (sort,)))
        for sort in ("null", "true", "false", "zero", "blank")
    ]
    for sort, view in (("integer", View.INTEGER), ("text", View.TEXT)):
        equal = Compare("==", facts.view(left, view), facts.view(right, view))
        pairs.append(both(facts.sort_in(left, (sort,)), facts.sort_in(right, (sort,)), equal))
    return either(*pairs)


def _compared(sign: str, left: Node, right: Node) -> Node:
    if isinstance(left, Const) and isinstance(right, Const):
        return TRUE if ORDERS[sign](_plain(left), _plain(right)) else FALSE
    return Compare(COMPARATORS[sign], left, right)


def _int(facts: Facts, symbol: Symbol) -> tuple[Node, Node] | None:
    """Return the integer of ``symbol`` and when it is one."""
    match symbol:
        case Known(value=bool()):
            return None
        case Known(value=int() as value):
            return TRUE, integer(value)
        case Number():
            return TRUE, symbol.node
        case Read():
            held = facts.sort_in(symbol.place, INTEGERS)
            return held, facts.view(symbol.place, View.INTEGER)
        case _:
            return None


def _plain(node: Const) -> int:
    return node.value if isinstance(node.value, int) else 0
