"""The criteria language as a tree: frozen nodes, each with the place it came from.

Operators that chain (``&&``, ``||``, ``+``, ``*``) hold all their parts in one node, so the
height of a tree is the nesting a reader sees. ``at`` is the offset in the source text; it is
no part of equality.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from interop.model.item import FactType

EXPRESSION_BYTES_MAX: Final = 256 * 1024
NESTING_MAX: Final = 64
NUMBER_DIGITS_MAX: Final = 15
FRACTION_DIGITS_MAX: Final = 6
TEXT_CHARS_MAX: Final = 256
LIST_ITEMS_MAX: Final = 1000
FACTORS_MAX: Final = 8
SHIFT_DAYS_MAX: Final = 36_600
SHIFT_MONTHS_MAX: Final = 1_200
DAY_MIN: Final = date(1800, 1, 1)
DAY_MAX: Final = date(2999, 12, 31)

Scalar: TypeAlias = bool | int | Decimal | date | str
Comparator = Literal["==", "!=", "<", "<=", ">", ">="]
ShiftUnit = Literal["days", "months"]


@dataclass(frozen=True, slots=True)
class Const:
    """A literal; ``unit`` is empty unless it was written with ``quantity``."""

    type: FactType
    value: Scalar
    unit: str = ""
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of a fact of the vocabulary."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Today:
    """``on``: the day of the decision, Asia/Shanghai."""

    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Present:
    """``has(fact)``: stated and not stated as empty; unknown while it is not stated."""

    fact: Fact
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """``!part``."""

    part: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """``a && b && …``, two parts or more."""

    parts: "tuple[Node, ...]"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """``a || b || …``, two parts or more; an implication is ``!a || b``."""

    parts: "tuple[Node, ...]"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """``left <= right`` and its like."""

    op: Comparator
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """``item in [a, b]``: one of a list of literals."""

    item: "Node"
    options: tuple[Const, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Contains:
    """``"x" in fact`` or ``fact.contains("x")``: a set fact holds a value."""

    fact: Fact
    item: Const
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sum:
    """``a + b - c``, two parts or more; a difference holds a :class:`Negate`."""

    parts: "tuple[Node, ...]"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Product:
    """``2 * a``: two parts or more, at most one of them not a literal."""

    parts: "tuple[Node, ...]"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """``-part``; the negative of a literal is a literal."""

    part: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Shift:
    """``day.plus_days(n)`` or ``day.plus_months(n)``."""

    day: "Node"
    unit: ShiftUnit
    amount: int
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class YearsBetween:
    """``years_between(start, end)``: full years from start to end."""

    start: "Node"
    end: "Node"
    at: int = field(default=0, compare=False)


Node: TypeAlias = (
    Const
    | Fact
    | Today
    | Present
    | Not
    | And
    | Or
    | Compare
    | In
    | Contains
    | Sum
    | Product
    | Negate
    | Shift
    | YearsBetween
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below ``node``, left to right."""
    below: tuple[Node, ...] = ()
    match node:
        case Not() | Negate():
            below = (node.part,)
        case And() | Or() | Sum() | Product():
            below = node.parts
        case Compare():
            below = (node.left, node.right)
        case Present() | Contains():
            below = (node.fact,)
        case In():
            below = (node.item,)
        case Shift():
            below = (node.day,)
        case YearsBetween():
            below = (node.start, node.end)
        case _:  # a leaf
            pass
    return below


def deepest(node: Node) -> tuple[int, Node]:
    """Return the height of the tree and its deepest node; a leaf has height 1."""
    found = (1, node)
    below = [found]
    while below:
        level, part = below.pop()
        found = max(found, (level, part), key=lambda pair: pair[0])
        below.extend((level + 1, child) for child in reversed(children(part)))
    return found


def facts_of(node: Node) -> tuple[str, ...]:
    """Return the names of all facts below ``node``, each once, in the order of the text."""
    own = (node.name,) if isinstance(node, Fact) else ()
    return tuple(
        dict.fromkeys(own + tuple(n for child in children(node) for n in facts_of(child)))
    )


def names_today(node: Node) -> bool:
    """Return whether the day of the decision matters to ``node``."""
    return isinstance(node, Today) or any(names_today(child) for child in children(node))
