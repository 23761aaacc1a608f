"""The normal form of a condition (规范形): what means the same is written the same, often.

Negation is pushed in, ``&&`` and ``||`` are flattened, sorted and freed of repetitions, sums
are brought to one side, bounds on the same sum and closed lists of the same fact are merged.

INVARIANT: the normal form has the truth of the condition under every set of stated facts,
also where facts are missing; so an equal hash means an equal meaning. The converse does not
hold: that is what :mod:`interop.criteria.prove` is for.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Final, cast

from interop.criteria.evaluation import MONTHS_PER_YEAR, truth
from interop.criteria.linear import Linear, difference, linear_of, scaled
from interop.criteria.nodes import (
    DAY_MIN,
    SHIFT_MONTHS_MAX,
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
    facts_of,
    names_today,
)
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import LISTED, NUMBERS, Vocabulary
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.item import FactType

OPPOSITE: Final[dict[Comparator, Comparator]] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    "<=": ">",
    ">": "<=",
}
MIRRORED: Final[dict[Comparator, Comparator]] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}
DAY: Final = timedelta(days=1)
TRUE: Final = Const(FactType.BOOL, value=True)
FALSE: Final = Const(FactType.BOOL, value=False)


def normal_form(node: Node, vocabulary: Vocabulary) -> Node:
    """Return the normal form of a condition that is typed against ``vocabulary``."""
    return _Normal(vocabulary).condition(node, wanted=True)


def canonical_hash(node: Node, vocabulary: Vocabulary) -> str:
    """Return the digest of the normal form and of the facts it speaks of.

    Two conditions with one hash have one meaning: the same facts of the same type, unit and
    list of values, and the same truth whatever is stated.
    """
    normal = normal_form(node, vocabulary)
    facts: dict[str, Json] = {}
    for name in facts_of(normal):
        fact = vocabulary.facts[name]
        facts[name] = [fact.type.value, fact.unit, *fact.values]
    return digest(canonical_bytes({"condition": text_of_node(normal), "facts": facts}))


def type_of(node: Node, vocabulary: Vocabulary) -> FactType:
    """Return the type of a typed expression; any number counts as decimal."""
    match node:
        case Const():
            found = node.type
        case Fact():
            found = vocabulary.facts[node.name].type
        case Today() | Shift():
            found = FactType.DATE
        case Sum() | Product() | Negate() | YearsBetween():
            found = FactType.DECIMAL
        case _:
            found = FactType.BOOL
    return FactType.DECIMAL if found in NUMBERS else found


class _Normal:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def condition(self, node: Node, *, wanted: bool) -> Node:
        """Return the normal form of ``node``, or of its negation if it is not ``wanted``."""
        if not facts_of(node) and not names_today(node):
            held = truth(node, {}, DAY_MIN)
            return TRUE if held == wanted else FALSE
        match node:
            case Not():
                return self.condition(node.part, wanted=not wanted)
            case And() | Or():
                parts = [self.condition(part, wanted=wanted) for part in node.parts]
                return _joined(And if isinstance(node, And) == wanted else Or, parts)
            case Compare():
                op = node.op if wanted else OPPOSITE[node.op]
                return self._compare(replace(node, op=op))
            case In():
                return self._among(node, wanted=wanted)
            case _:  # a fact of type bool, has(), contains()
                return _bare(node) if wanted else Not(_bare(node))

    def _compare(self, node: Compare) -> Node:
        match type_of(node.left, self._vocabulary):
            case FactType.BOOL:
                return self._same_truth(node)
            case FactType.DECIMAL:
                return self._numbers(node)
            case FactType.DATE:
                return self._days(node)
            case _:
                return self._words(node)

    def _same_truth(self, node: Compare) -> Node:
        equal = node.op == "=="
        left = self.condition(node.left, wanted=True)
        right = self.condition(node.right, wanted=True)
        for side, other in ((left, node.right), (right, node.left)):
            if side in {TRUE, FALSE}:
                return self.condition(other, wanted=(side == TRUE) == equal)
        first, second = sorted((left, right), key=text_of_node)
        return Compare("==" if equal else "!=", first, second)

    def _words(self, node: Compare) -> Node:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Fact) and isinstance(other, Const):
                return self._among(In(side, (other,)), wanted=node.op == "==")
        first, second = sorted((node.left, node.right), key=text_of_node)
        return Compare(node.op, _bare(first), _bare(second))

    def _among(self, node: In, *, wanted: bool) -> Node:
        kind = type_of(node.item, self._vocabulary)
        if kind in {FactType.DECIMAL, FactType.DATE}:
            op: Comparator = "==" if wanted else "!="
            parts = [self._compare(Compare(op, node.item, option)) for option in node.options]
            return _joined(Or if wanted else And, parts)
        values = {str(option.value) for option in node.options}
        item = cast("Fact", node.item)
        listed = self._vocabulary.facts[item.name].values
        if kind in LISTED:
            kept = values if wanted else set(listed) - values
            return _list_of(item, kept)
        return _list_of(item, values) if wanted else Not(_list_of(item, values))

    # Days.

    def _days(self, node: Compare) -> Node:
        left, right, op = self._day(node.left), self._day(node.right), node.op
        if isinstance(left, Const) or (
            not isinstance(right, Const) and text_of_node(left) > text_of_node(right)
        ):
            left, right, op = right, left, MIRRORED[op]
        if isinstance(right, Const):
            day = cast("date", right.value)
            if op in {"<", ">"}:
                day = day - DAY if op == "<" else day + DAY
                op = "<=" if op == "<" else ">="
            right = Const(FactType.DATE, day)
        return Compare(op, left, right)

    def _day(self, node: Node) -> Node:
        match node:
            case Shift(day=day, unit="days", amount=amount):
                return _shifted(self._day(day), amount)
            case Shift():
                return Shift(self._day(node.day), node.unit, node.amount)
            case _:
                return _bare(node)

    # Numbers.

    def _numbers(self, node: Compare) -> Node:
        sum_ = difference(self._sum(node.left), self._sum(node.right))
        whole = all(self._whole(term) for term, _ in sum_.terms)
        sum_, flipped = _reduced(sum_)
        op = MIRRORED[node.op] if flipped else node.op
        if whole:
            op, bound = _whole_bound(op, -sum_.constant)
            sum_ = replace(sum_, constant=-bound)
        sum_ = _written(sum_)
        bound, summed = -sum_.constant, _sum_node(sum_)
        if isinstance(summed, YearsBetween) and op in {">=", "<="}:
            years = int(bound) + (op == "<=")
            if abs(years) * MONTHS_PER_YEAR <= SHIFT_MONTHS_MAX:
                return self._years(summed, op, years)
        return Compare(op, summed, _const(bound))

    def _years(self, node: YearsBetween, op: Comparator, years: int) -> Node:
        """Return at least so many full years, or fewer, as a comparison of two days."""
        months = years * MONTHS_PER_YEAR
        start = Shift(node.start, "months", months) if months else node.start
        return self._days(Compare("<=" if op == ">=" else ">", start, node.end))

    def _sum(self, node: Node) -> Linear:
        sum_ = linear_of(node)
        terms = tuple((self._term(term), times) for term, times in sum_.terms)
        # Normal terms may be alike: adding nothing joins them.
        return difference(Linear(terms, sum_.constant), Linear((), Fraction(0)))

    def _term(self, term: Node) -> Node:
        if isinstance(term, YearsBetween):
            return YearsBetween(self._day(term.start), self._day(term.end))
        return _bare(term)

    def _whole(self, term: Node) -> bool:
        if isinstance(term, Fact):
            return self._vocabulary.facts[term.name].type is FactType.INT
        return True


def _bare(node: Node) -> Node:
    """Return a leaf without its place in the text, which equality ignores anyway."""
    match node:
        case Fact() | Today() | Const():
            return replace(node, at=0)
        case Present():
            return Present(Fact(node.fact.name))
        case Contains():
            return Contains(Fact(node.fact.name), replace(node.item, at=0))
        case _:
            return node


def _shifted(day: Node, amount: int) -> Node:
    if isinstance(day, Shift) and day.unit == "days":
        inner, total = day.day, day.amount + amount
        return Shift(inner, "days", total) if total else inner
    return Shift(day, "days", amount) if amount else day


def _list_of(item: Fact, values: Iterable[str]) -> In:
    return In(Fact(item.name), tuple(Const(FactType.TEXT, v) for v in sorted(values)))


# Numbers.


def _reduced(sum_: Linear) -> tuple[Linear, bool]:
    """Return the sum with whole coefficients without a common factor, the first positive."""
    given = [times for _, times in sum_.terms if times]
    if not given:
        return sum_, False
    common = Fraction(
        gcd(*(times.numerator for times in given)), lcm(*(times.denominator for times in given))
    )
    flipped = given[0] < 0
    return scaled(sum_, (-1 if flipped else 1) / common), flipped


def _written(sum_: Linear) -> Linear:
    """Return the sum as the least multiple whose constant can be written as a decimal."""
    return scaled(sum_, Fraction(_not_decimal(sum_.constant.denominator)))


def _not_decimal(denominator: int) -> int:
    """Return the factor of ``denominator`` that keeps a fraction from being a decimal."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator


def _whole_bound(op: Comparator, bound: Fraction) -> tuple[Comparator, Fraction]:
    """Return the bound on a whole number: never strict, and whole where it is a bound."""
    match op:
        case ">=":
            return op, Fraction(ceil(bound))
        case ">":
            return ">=", Fraction(floor(bound) + 1)
        case "<=":
            return op, Fraction(floor(bound))
        case "<":
            return "<=", Fraction(ceil(bound) - 1)
        case _:
            return op, bound


def _sum_node(sum_: Linear) -> Node:
    parts = tuple(
        term if times == 1 else Product((Const(FactType.INT, int(times)), term))
        for term, times in sum_.terms
    )
    return parts[0] if len(parts) == 1 else Sum(parts)


def _const(number: Fraction) -> Const:
    if number.denominator == 1:
        return Const(FactType.INT, int(number))
    places = 1
    while (10**places * number).denominator != 1:
        places += 1
    written = int(10**places * number)
    digits = tuple(int(digit) for digit in str(abs(written)))
    return Const(FactType.DECIMAL, Decimal((int(written < 0), digits, -places)))


# And, or.


def _joined(join: type[And | Or], parts: list[Node]) -> Node:
    """Return the parts joined: flat, merged, sorted, each once."""
    decides, neutral = (FALSE, TRUE) if join is And else (TRUE, FALSE)
    flat = [
        child for part in parts for child in (part.parts if isinstance(part, join) else (part,))
    ]
    if decides in flat:
        return decides
    merged = _merged([part for part in flat if part != neutral], strongest=join is And)
    kept = {text_of_node(part): part for part in merged}
    ordered = tuple(kept[text] for text in sorted(kept))
    if not ordered:
        return neutral
    return ordered[0] if len(ordered) == 1 else join(ordered)


def _merged(parts: list[Node], *, strongest: bool) -> Iterator[Node]:
    """Yield the parts with bounds on one sum, and lists of one fact, brought together."""
    groups: dict[tuple[str, str], list[Node]] = {}
    for part in parts:
        groups.setdefault(_group(part), []).append(part)
    for (sort, _), group in groups.items():
        if sort == "list":
            yield _one_list(cast("list[In]", group), strongest=strongest)
        elif sort in {"<", ">"}:
            yield _one_bound(cast("list[Compare]", group), strongest=strongest)
        else:
            yield from group


def _group(part: Node) -> tuple[str, str]:
    if isinstance(part, In):
        return "list", text_of_node(part.item)
    if (
        isinstance(part, Compare)
        and part.op not in {"==", "!="}
        and isinstance(part.right, Const)
    ):
        return part.op[0], text_of_node(part.left)
    return "", ""


def _one_list(group: list[In], *, strongest: bool) -> In:
    values = [frozenset(str(option.value) for option in part.options) for part in group]
    join = frozenset.intersection if strongest else frozenset.union
    return _list_of(cast("Fact", group[0].item), join(*values))


def _one_bound(group: list[Compare], *, strongest: bool) -> Compare:
    """Return the bound that counts; of two at one value the strict one is the stronger."""
    up = group[0].op[0] == ">"
    choose: Callable[..., Compare] = max if up == strongest else min

    def place(part: Compare) -> tuple[object, bool]:
        strict = part.op in {"<", ">"}
        return bound_of(part), strict == up

    return choose(group, key=place)


def bound_of(part: Compare) -> Fraction | date:
    """Return the literal that a merged comparison is bounded by."""
    value = cast("Const", part.right).value
    return value if isinstance(value, date) else Fraction(cast("int | Decimal", value))
