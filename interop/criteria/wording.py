"""A condition and the declared facts as a Chinese or English phrase.

``设置面积应不超过500平方米，申报为620平方米``: what should hold, then what was declared.
Values of sensitive facts and of free text are shown as ``***``.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from interop.criteria.evaluation import Facts, Value, truth
from interop.criteria.facts import MASK
from interop.criteria.nodes import (
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
    facts_of,
    names_today,
)
from interop.criteria.vocabulary import UNITS, Vocabulary
from interop.criteria.words import Words, pick
from interop.errors import Lang
from interop.model.item import FactDefinition, FactType

OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<="}
MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
MUST: Final[dict[str, Words]] = {
    "==": ("应为", " must be "),
    "!=": ("不应为", " must not be "),
    "<": ("应小于", " must be less than "),
    "<=": ("应不超过", " must not exceed "),
    ">": ("应大于", " must be more than "),
    ">=": ("应不少于", " must be at least "),
}
MUST_DAY: Final[dict[str, Words]] = MUST | {
    "<": ("应早于", " must be before "),
    "<=": ("应不晚于", " must not be later than "),
    ">": ("应晚于", " must be after "),
    ">=": ("应不早于", " must not be earlier than "),
}
TODAY: Final = ("判断当日", "the day of the decision")
YES: Final = ("是", "yes")
NO: Final = ("否", "no")
NONE: Final = ("无", "none")
SHIFTED: Final[dict[tuple[str, bool], Words]] = {
    ("days", True): ("{day}之后{n}日", "{n} days after {day}"),
    ("days", False): ("{day}之前{n}日", "{n} days before {day}"),
    ("months", True): ("{day}之后{n}个月", "{n} months after {day}"),
    ("months", False): ("{day}之前{n}个月", "{n} months before {day}"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition that should be as ``wanted`` says."""

    node: Node
    wanted: bool

    def whole(self) -> Node:
        """Return the part as a condition that should hold."""
        return self.node if self.wanted else Not(self.node)


def failing_parts(node: Node, facts: Facts, on: date) -> tuple[Part, ...]:
    """Return the parts of a false condition that are false, each as small as it can be.

    A false ``and`` fails by its false parts; a false ``or`` is one part, for all of it fails.
    """
    return tuple(_failing(Part(node, wanted=True), facts, on))


def _failing(part: Part, facts: Facts, on: date) -> list[Part]:
    node = part.node
    if isinstance(node, Not):
        return _failing(Part(node.part, wanted=not part.wanted), facts, on)
    if isinstance(node, And if part.wanted else Or):
        return [
            small
            for child in node.parts
            for small in _failing(Part(child, wanted=part.wanted), facts, on)
        ]
    held = truth(node, facts, on)
    return [part] if held is not None and held != part.wanted else []


def told(value: Value, fact: FactDefinition, lang: Lang) -> str:
    """Return ``value`` of ``fact`` as it may be shown."""
    if fact.sensitive or fact.type is FactType.TEXT:
        return MASK
    if isinstance(value, frozenset):
        ordered = [labelled(item, fact, lang) for item in fact.values if item in value]
        return _listed(ordered, lang) or pick(NONE, lang)
    if isinstance(value, str):
        return labelled(value, fact, lang)
    return _plain(value, fact.unit, lang)


def labelled(value: str, fact: FactDefinition | None, lang: Lang) -> str:
    """Return the label of a listed value, or the value itself."""
    for label in fact.labels if fact else ():
        if label.value == value:
            return label.zh if lang == "zh" else label.en
    return value


def label_of(fact: FactDefinition, lang: Lang) -> str:
    """Return what a fact is called."""
    return fact.zh if lang == "zh" else fact.en


def _plain(value: bool | int | Decimal | date, unit: str, lang: Lang) -> str:  # noqa: FBT001 -- a value to show, no switch
    if isinstance(value, bool):
        return pick(YES if value else NO, lang)
    if isinstance(value, date):
        return value.isoformat()
    number = str(value) if isinstance(value, int) else format(value, "f")
    gap = "" if lang == "zh" else " "
    return f"{number}{gap}{pick(UNITS[unit], lang)}" if unit else number


def _listed(items: list[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(items)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Say conditions over one vocabulary in one language."""

    vocabulary: Vocabulary
    lang: Lang

    def declared(self, node: Node, facts: Facts, on: date) -> str:
        """Return what was declared of the facts in ``node``."""
        names = [name for name in facts_of(node) if name in facts]
        shown = [
            (self._label(n), told(facts[n], self.vocabulary.facts[n], self.lang)) for n in names
        ]
        if names_today(node):
            shown.append((pick(TODAY, self.lang), on.isoformat()))
        link = "为" if self.lang == "zh" else " "
        if len(shown) == 1:
            return f"{link}{shown[0][1]}".strip()
        said = _listed([f"{label}{link}{value}" for label, value in shown], self.lang)
        return said or pick(NONE, self.lang)

    def phrase(self, part: Part) -> str:
        """Return what should hold."""
        node = part.node
        match node:
            case Not():
                return self.phrase(Part(node.part, wanted=not part.wanted))
            case And() | Or():
                return self._joined(node, part)
            case Compare():
                return self._compared(node, part)
            case In():
                return self._among(node, part)
            case _:
                return self._stated(node, part)

    def _joined(self, node: And | Or, part: Part) -> str:
        every = isinstance(node, And) == part.wanted
        words = ("，且", ", and ") if every else ("，或者", ", or ")
        said = [self._inner(Part(child, wanted=part.wanted)) for child in node.parts]
        return pick(words, self.lang).join(said)

    def _inner(self, part: Part) -> str:
        said = self.phrase(part)
        if not isinstance(part.node, And | Or):
            return said
        return f"（{said}）" if self.lang == "zh" else f"({said})"

    def _compared(self, node: Compare, part: Part) -> str:
        left, right, op = node.left, node.right, str(node.op)
        if isinstance(left, Const | Today) and not isinstance(right, Const):
            left, right, op = right, left, MIRRORED[op]
        op = op if part.wanted else OPPOSITE[op]
        must = MUST_DAY if self._is_day(left) else MUST
        return self._term(left, right) + pick(must[op], self.lang) + self._term(right, left)

    def _among(self, node: In, part: Part) -> str:
        options = [self._const(option, node.item) for option in node.options]
        must = pick(MUST["==" if part.wanted else "!="], self.lang)
        ending = "之一" if self.lang == "zh" and len(options) > 1 else ""
        return f"{self._term(node.item)}{must}{_listed(options, self.lang)}{ending}"

    def _stated(self, node: Node, part: Part) -> str:
        if isinstance(node, Present):
            words = ("应填写{}", "{} must be stated")
            empty = ("{}应为空", "{} must be empty")
            said = pick(words if part.wanted else empty, self.lang)
            return said.format(self._label(node.fact.name))
        if isinstance(node, Contains):
            words = ("{}应包含{}", "{} must include {}")
            without = ("{}不应包含{}", "{} must not include {}")
            said = pick(words if part.wanted else without, self.lang)
            return said.format(self._label(node.fact.name), self._const(node.item, node.fact))
        must = pick(MUST["=="], self.lang)
        return self._term(node) + must + pick(YES if part.wanted else NO, self.lang)

    def _term(self, node: Node, other: Node | None = None) -> str:
        match node:
            case Const():
                return self._const(node, other)
            case Fact():
                return self._label(node.name)
            case Today():
                return pick(TODAY, self.lang)
            case Shift():
                words = pick(SHIFTED[node.unit, node.amount >= 0], self.lang)
                return words.format(day=self._term(node.day), n=abs(node.amount))
            case YearsBetween():
                words = pick(("{0}至{1}的整年数", "the full years from {0} to {1}"), self.lang)
                return words.format(self._term(node.start), self._term(node.end))
            case _:
                return self._number(node)

    def _number(self, node: Node) -> str:
        match node:
            case Sum():
                return "".join(self._added(n, part) for n, part in enumerate(node.parts))
            case Product():
                return " × ".join(
                    f"({self._term(p)})" if isinstance(p, Sum) else self._term(p)
                    for p in node.parts
                )
            case Negate():
                return f"-({self._term(node.part)})"
            case _:
                said = self.phrase(Part(node, wanted=True))
                return f"“{said}”" if self.lang == "zh" else f"`{said}`"

    def _added(self, place: int, part: Node) -> str:
        """Return one part of a sum with the sign before it."""
        taken = part.part if isinstance(part, Negate) and place else None
        if taken is None:
            return f" + {self._term(part)}" if place else self._term(part)
        said = self._term(taken)
        return f" - ({said})" if isinstance(taken, Sum) else f" - {said}"

    def _const(self, const: Const, other: Node | None) -> str:
        value = const.value
        if isinstance(value, str):
            fact = self.vocabulary.facts[other.name] if isinstance(other, Fact) else None
            return labelled(value, fact, self.lang)
        return _plain(value, const.unit or (self._unit(other) if other else ""), self.lang)

    def _unit(self, node: Node) -> str:
        if isinstance(node, YearsBetween):
            return "year"
        if isinstance(node, Const):
            return node.unit
        units = (self.vocabulary.facts[name].unit for name in facts_of(node))
        return next((unit for unit in units if unit), "")

    def _is_day(self, node: Node) -> bool:
        if isinstance(node, Fact):
            return self.vocabulary.facts[node.name].type is FactType.DATE
        day = isinstance(node, Const) and node.type is FactType.DATE
        return day or isinstance(node, Today | Shift)

    def _label(self, name: str) -> str:
        return label_of(self.vocabulary.facts[name], self.lang)
