"""Types and units of a condition, checked against the vocabulary; all problems at once.

Typing refuses what no proof could decide later: unknown names, mixed units, products of
facts. A literal without a unit takes the unit of the other side.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from interop.criteria.faults import Fault
from interop.criteria.nodes import (
    SHIFT_DAYS_MAX,
    And,
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
from interop.criteria.reasons import LIMIT, NONLINEAR, TYPE, UNIT, UNKNOWN_FACT, VALUE
from interop.criteria.vocabulary import LISTED, NUMBERS, UNITS, Vocabulary
from interop.criteria.words import TYPE_WORDS, Words, any_of
from interop.errors import ReasonRow
from interop.model.item import FactType

ORDERED: Final = frozenset({FactType.INT, FactType.DECIMAL, FactType.DATE})
EQUATED: Final = ORDERED | {FactType.BOOL, FactType.TEXT, FactType.ENUM}
DAYS_PER_MONTH_MAX: Final = 31
LISTED_SHOWN_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """Type of an expression.

    Attributes:
        type: Type of the value.
        unit: Unit of a number; empty if it has none.
        values: Closed list of an enum or a set.
        literal: True if it names no fact, so that any unit fits it.
        shift: Days it may have been shifted by at most.
    """

    type: FactType
    unit: str = ""
    values: tuple[str, ...] = ()
    literal: bool = False
    shift: int = 0


NO_UNIT: Final = ("无单位", "none")
BOOL: Final = Kind(FactType.BOOL)
DAY: Final = Kind(FactType.DATE)


def check_condition(node: Node, vocabulary: Vocabulary) -> tuple[Fault, ...]:
    """Return every fault of type, unit and name; none means that ``node`` is a condition."""
    typing = _Typing(vocabulary)
    typing.require(node, FactType.BOOL)
    return tuple(typing.faults)


class _Typing:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._facts = vocabulary
        self.faults: list[Fault] = []

    def _fault(
        self, row: ReasonRow, node: Node, expected: str | Words, got: str | Words
    ) -> Kind | None:
        """Note a fault; the kind of what is faulty is always None."""
        self.faults.append(Fault(row, node.at, expected, got))
        return None

    def require(self, node: Node, *types: FactType) -> Kind | None:
        """Return the kind of ``node`` if it is one of ``types``; None once it was faulted."""
        kind = self.kind_of(node)
        if kind is None or kind.type in types:
            return kind
        self._fault(
            TYPE, node, any_of(tuple(TYPE_WORDS[t] for t in types)), TYPE_WORDS[kind.type]
        )
        return None

    def kind_of(self, node: Node) -> Kind | None:
        """Return the kind of ``node``; None if something in it is faulty."""
        kind: Kind | None = DAY
        match node:
            case Const() | Fact():
                kind = self._leaf(node)
            case Today():
                pass
            case Present() | Not() | And() | Or():
                kind = self._logic(node)
            case Compare() | In() | Contains():
                kind = self._relation(node)
            case Sum() | Product() | Negate():
                kind = self._number(node)
            case Shift() | YearsBetween():
                kind = self._day(node)
        return kind

    # Leaves.

    def _leaf(self, node: Const | Fact) -> Kind | None:
        return self._const(node) if isinstance(node, Const) else self._fact(node)

    def _const(self, node: Const) -> Kind | None:
        if node.unit and node.unit not in UNITS:
            return self._fault(UNIT, node, ", ".join(UNITS), node.unit)
        return Kind(node.type, node.unit, literal=not node.unit)

    def _fact(self, node: Fact) -> Kind | None:
        fact = self._facts.facts.get(node.name)
        if fact is None:
            return self._fault(UNKNOWN_FACT, node, self._facts.near(node.name), node.name)
        return Kind(fact.type, fact.unit, fact.values)

    # Truth.

    def _logic(self, node: Present | Not | And | Or) -> Kind:
        match node:
            case Present():
                self._fact(node.fact)
            case Not():
                self.require(node.part, FactType.BOOL)
            case And() | Or():
                for part in node.parts:
                    self.require(part, FactType.BOOL)
        return BOOL

    def _relation(self, node: Compare | In | Contains) -> Kind:
        match node:
            case Compare():
                self._compare(node)
            case In():
                self._among(node)
            case Contains():
                held = self.require(node.fact, FactType.SET)
                if held is not None:
                    self._match(held, node.item)
        return BOOL

    def _compare(self, node: Compare) -> None:
        types = EQUATED if node.op in {"==", "!="} else ORDERED
        left = self.require(node.left, *sorted(types))
        right = self.require(node.right, *sorted(types))
        if left is not None and right is not None:
            self._alike(left, right, node.right)
            self._listed(left, node.right)
            self._listed(right, node.left)

    def _among(self, node: In) -> None:
        kind = self.require(node.item, *sorted(EQUATED - {FactType.BOOL}))
        for option in node.options:
            if kind is not None:
                self._match(kind, option)

    def _match(self, kind: Kind, option: Const) -> None:
        found = self._const(option)
        if found is not None:
            self._alike(kind, found, option)
            self._listed(kind, option)

    def _listed(self, kind: Kind, other: Node) -> None:
        text = other.value if isinstance(other, Const) else None
        if kind.values and isinstance(text, str) and text not in kind.values:
            self._fault(VALUE, other, ", ".join(kind.values[:LISTED_SHOWN_MAX]), text)

    def _alike(self, left: Kind, right: Kind, at: Node) -> Kind | None:
        """Return the common kind of two sides; fault the second if there is none."""
        if not _comparable(left, right):
            return self._fault(TYPE, at, TYPE_WORDS[left.type], TYPE_WORDS[right.type])
        if left.unit != right.unit and not (left.literal or right.literal):
            return self._fault(UNIT, at, left.unit or NO_UNIT, right.unit or NO_UNIT)
        wide = FactType.DECIMAL in {left.type, right.type}
        return Kind(
            FactType.DECIMAL if wide else left.type,
            left.unit or right.unit,
            literal=left.literal and right.literal,
        )

    # Numbers.

    def _number(self, node: Sum | Product | Negate) -> Kind | None:
        match node:
            case Negate():
                return self.require(node.part, *sorted(NUMBERS))
            case Sum():
                return self._total(node.parts, self._alike)
            case Product():
                return self._total(node.parts, self._times)

    def _total(
        self, parts: Iterable[Node], join: Callable[[Kind, Kind, Node], Kind | None]
    ) -> Kind | None:
        kinds = [(part, self.require(part, *sorted(NUMBERS))) for part in parts]
        total = kinds[0][1]
        for part, kind in kinds[1:]:
            if total is None or kind is None:
                return None
            total = join(total, kind, part)
        return total

    def _times(self, left: Kind, right: Kind, at: Node) -> Kind | None:
        if not left.literal and not right.literal:
            return self._fault(NONLINEAR, at, "", "")
        wide = FactType.DECIMAL in {left.type, right.type}
        return Kind(
            FactType.DECIMAL if wide else FactType.INT,
            left.unit or right.unit,
            literal=left.literal and right.literal,
        )

    # Days.

    def _day(self, node: Shift | YearsBetween) -> Kind | None:
        if isinstance(node, YearsBetween):
            self.require(node.start, FactType.DATE)
            self.require(node.end, FactType.DATE)
            return Kind(FactType.INT, "year")
        day = self.require(node.day, FactType.DATE)
        if day is None:
            return None
        length = DAYS_PER_MONTH_MAX if node.unit == "months" else 1
        shift = day.shift + abs(node.amount) * length
        if shift > SHIFT_DAYS_MAX * 2:
            return self._fault(LIMIT, node, f"{SHIFT_DAYS_MAX * 2} days", f"{shift} days")
        return Kind(FactType.DATE, shift=shift)


def _comparable(left: Kind, right: Kind) -> bool:
    types = {left.type, right.type}
    if types <= NUMBERS:
        return True
    if len(types) == 1:
        return left.values == right.values
    listed = left if left.type in LISTED else right
    other = right if listed is left else left
    return listed.type in LISTED and other.type is FactType.TEXT and other.literal
