"""A condition in CertLogic: ``true`` where it is known to hold.

CertLogic knows two truth values only, so each comparison asks first whether its variables are
stated. The data are ``{"facts": …, "stated": …}``: values under the names of
:mod:`variables` with ``/`` for the dot, and of each that is known ``true``; days are
``YYYY-MM-DD``, decimals millionths. There is no ``or``: it is written with ``and`` and ``!``.

Source: CertLogic specification 1.3.2.
"""

from datetime import date
from typing import Final, Literal

from interop.criteria.canonical_form import type_of
from interop.criteria.certlogic.data import check_depth
from interop.criteria.certlogic.reasons import ALLOWED, LIMIT
from interop.criteria.evaluation import Facts
from interop.criteria.exporting.variables import (
    days_from,
    values_of,
    variables_of,
    whole_sum,
)
from interop.criteria.nodes import (
    And,
    Comparator,
    Compare,
    Const,
    Contains,
    In,
    Node,
    Not,
    Or,
    Present,
)
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import NUMBERS, Vocabulary
from interop.errors import KnowledgeError
from interop.model.canonical import INT_MAX, Json
from interop.model.item import FactType

# CertLogic adds, but does not multiply.
TIMES_MAX: Final = 24
EXPRESSION_NODES_MAX: Final = 20_000
OPPOSITE: Final[dict[Comparator, Comparator]] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
DAY_ORDERS: Final = {"<": "before", "<=": "not-after", ">": "after", ">=": "not-before"}
Side = Literal["facts", "stated"]


def certlogic_of(node: Node, vocabulary: Vocabulary) -> Json:
    """Return the typed condition ``node`` as a CertLogic expression.

    Its value is ``true`` where the condition is known to hold and ``false`` where it is known
    not to hold or is unknown; export ``Not(node)`` to tell those two apart.

    Raises:
        KnowledgeError: ``certlogic-not-expressible``: a number would have to be multiplied by
            more than 24; ``certlogic-limit``: the expression grows too large.
    """
    written = _Writer(vocabulary).held(node, wanted=True)
    check_depth(written, "Logic")
    return written


def certlogic_data(
    node: Node, vocabulary: Vocabulary, facts: Facts, on: date
) -> dict[str, Json]:
    """Return the data for an expression of ``node``."""
    values: dict[str, Json] = {}
    for name, value in values_of(node, vocabulary, facts, on).items():
        if isinstance(value, date):
            values[_key(name)] = value.isoformat()
        else:
            values[_key(name)] = [*value] if isinstance(value, list) else value
    return {"facts": values, "stated": dict.fromkeys(values, True)}


class _Writer:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._nodes = 0

    def held(self, node: Node, *, wanted: bool) -> Json:
        """Return when ``node`` is known to be as ``wanted``."""
        self._nodes += 1
        if self._nodes > EXPRESSION_NODES_MAX:
            raise KnowledgeError(
                LIMIT.of(field="expression", expected=EXPRESSION_NODES_MAX, got="more")
            )
        match node:
            case Const():
                return bool(node.value) is wanted
            case Not():
                return self.held(node.part, wanted=not wanted)
            case And() | Or():
                parts = [self.held(part, wanted=wanted) for part in node.parts]
                return _all(parts) if isinstance(node, And) == wanted else _any(parts)
            case Compare() if type_of(node.left, self._vocabulary) is FactType.BOOL:
                return self._alike(node, wanted=wanted)
            case Compare():
                relation = self._related(node, wanted=wanted)
            case _:
                found = self._about(node)
                relation = found if wanted else {"!": [found]}
        return _all([*_stated(node), relation])

    def _alike(self, node: Compare, *, wanted: bool) -> Json:
        same = (node.op == "==") is wanted
        left, right = node.left, node.right
        return _any(
            [
                _all([self.held(left, wanted=one), self.held(right, wanted=one is same)])
                for one in (True, False)
            ]
        )

    def _related(self, node: Compare, *, wanted: bool) -> Json:
        op = node.op if wanted else OPPOSITE[node.op]
        kind = type_of(node.left, self._vocabulary)
        if kind in NUMBERS:
            return self._numbers(node, op)
        if kind is FactType.DATE:
            return _days(op, node.left, node.right)
        same: Json = {"===": [_word(node.left), _word(node.right)]}
        return same if op == "==" else {"!": [same]}

    def _numbers(self, node: Compare, op: Comparator) -> Json:
        terms, constant = whole_sum(node, self._vocabulary)
        left: list[Json] = []
        right: list[Json] = []
        for term, times in terms:
            if abs(times) > TIMES_MAX:
                expected = f"CertLogic: at most {TIMES_MAX} times a fact"
                got = text_of_node(node)
                raise KnowledgeError(ALLOWED.of(expected=expected, got=got))
            (left if times > 0 else right).extend([_variable(term)] * abs(times))
        if abs(constant) > INT_MAX:
            raise KnowledgeError(LIMIT.of(field="number", expected=INT_MAX, got="more"))
        return _ordered(op, _sum(left, 0), _sum(right, -constant))

    def _about(self, node: Node) -> Json:
        match node:
            case In():
                if type_of(node.item, self._vocabulary) in {*NUMBERS, FactType.DATE}:
                    parts = (Compare("==", node.item, option) for option in node.options)
                    return _any([self._related(part, wanted=True) for part in parts])
                options: list[Json] = [_word(option) for option in node.options]
                return {"in": [_word(node.item), options]}
            case Contains():
                return {"in": [_word(node.item), _variable(node.fact)]}
            case Present():
                return self._present(node)
            case _:
                return {"===": [_variable(node), True]}

    def _present(self, node: Present) -> Json:
        kind = self._vocabulary.facts[node.fact.name].type
        if kind in {FactType.TEXT, FactType.ENUM, FactType.SET}:
            return {"if": [_variable(node.fact), True, False]}
        return True


def _stated(node: Node) -> list[Json]:
    return [{"===": [_variable(v, "stated"), True]} for v in variables_of(node)]


def _all(parts: list[Json]) -> Json:
    return {"and": parts} if len(parts) > 1 else parts[0]


def _any(parts: list[Json]) -> Json:
    if len(parts) == 1:
        return parts[0]
    return {"!": [{"and": [{"!": [part]} for part in parts]}]}


def _ordered(op: Comparator, left: Json, right: Json) -> Json:
    if op == "==":
        return {"===": [left, right]}
    return {"!": [{"===": [left, right]}]} if op == "!=" else {op: [left, right]}


def _days(op: Comparator, left: Node, right: Node) -> Json:
    operands: list[Json] = [_moment(left), _moment(right)]
    if op in DAY_ORDERS:
        return {DAY_ORDERS[op]: operands}
    same = _all([{"not-after": operands}, {"not-before": operands}])
    return same if op == "==" else {"!": [same]}


def _sum(parts: list[Json], constant: int) -> Json:
    whole: list[Json] = [*parts] if constant == 0 and parts else [*parts, constant]
    total = whole[0]
    for part in whole[1:]:
        total = {"+": [total, part]}
    return total


def _moment(node: Node) -> Json:
    start, days = days_from(node)
    literal = isinstance(start, Const)
    day: Json = str(start.value) if isinstance(start, Const) and literal else _variable(start)
    return {"plusTime": [day, days, "day"]}


def _word(node: Node) -> Json:
    if isinstance(node, Const):
        return str(node.value)
    return _variable(node)


def _variable(node: Node, side: Side = "facts") -> Json:
    return {"var": f"{side}.{_key(text_of_node(node))}"}


def _key(name: str) -> str:
    return name.replace(".", "/")
