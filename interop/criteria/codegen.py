"""One generated function per criterion: typed nodes to Python's own syntax nodes, compiled.

The function answers all conditions at once as two bit masks: which are false, which are
unknown. With every fact stated it runs straight through; otherwise each condition is held
twice, as ``sure`` (true whatever is missing) and ``may`` (not yet false), which is Kleene's
logic without a third value. No text is ever pasted or run: code objects come from nodes.

INVARIANT: the answers are those of :func:`interop.criteria.evaluation.truth`, which stays
the reference.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import itemgetter
from types import CodeType, FunctionType
from typing import Final, TypeAlias, cast

from interop.criteria.evaluation import Facts, plus_months, years_between
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
    YearsBetween,
    children,
    facts_of,
)
from interop.criteria.sums import Arithmetic
from interop.criteria.syntax import (
    Constants,
    absent,
    answered,
    assigned,
    both,
    call,
    either,
    local,
    marked,
    member,
    negated,
    related,
    stated,
    unpacked,
)
from interop.criteria.vocabulary import NUMBERS, Vocabulary
from interop.model.item import FactType

# Facts and the day of the decision to (mask of the false, mask of the unknown).
Masks: TypeAlias = Callable[[Facts, date], tuple[int, int]]

_FRAME: Final = "def judge(facts, on): pass"
_EMPTY: Final[frozenset[str]] = frozenset()
_TEXTS: Final = frozenset({FactType.TEXT, FactType.ENUM})
_CONDITIONS: Final = (Not, And, Or, Present, Contains, Compare, In)


def generated(conditions: Sequence[Node], vocabulary: Vocabulary) -> Masks:
    """Return one function that judges all ``conditions``, each typed by ``vocabulary``.

    Bit n of the masks stands for condition n.
    """
    return _Writer(conditions, vocabulary).function()


class _Writer:
    def __init__(self, conditions: Sequence[Node], vocabulary: Vocabulary) -> None:
        self._conditions = conditions
        self._vocabulary = vocabulary
        names = dict.fromkeys(name for node in conditions for name in facts_of(node))
        self._locals = {name: f"f{n}" for n, name in enumerate(names)}
        self._constants = Constants()
        self._prelude: list[ast.stmt] = []
        self._halves: dict[int, tuple[ast.expr, ast.expr]] = {}
        self._sums = Arithmetic(self._constants, self._value, self._is_whole)

    def function(self) -> Masks:
        """Return the compiled function."""
        module = ast.parse(_FRAME)
        frame = cast("ast.FunctionDef", module.body[0])
        frame.body = [assigned("fail", ast.Constant(0)), *self._body()]
        code = compile(ast.fix_missing_locations(module), "<criterion>", "exec")
        body = next(part for part in code.co_consts if isinstance(part, CodeType))
        calls = {"plus_months": plus_months, "years_between": years_between}
        return cast("Masks", FunctionType(body, {**calls, **self._constants.names}))

    def _body(self) -> list[ast.stmt]:
        straight: list[ast.stmt] = [
            ast.If(negated(self._held(node)), marked("fail", bit), [])
            for bit, node in self._bits()
        ]
        straight.append(answered(ast.Constant(0)))
        if not self._locals:
            return straight
        careful = [line for bit, node in self._bits() for line in self._careful(bit, node)]
        return [
            self._taken(straight),
            assigned("unknown", ast.Constant(0)),
            *careful,
            answered(local("unknown")),
        ]

    def _bits(self) -> Iterable[tuple[int, Node]]:
        return ((1 << n, node) for n, node in enumerate(self._conditions))

    def _taken(self, straight: list[ast.stmt]) -> ast.stmt:
        """Return: take every fact and go straight on; if one is missing, take the rest.

        Fewer facts than are named are counted first, since that is cheaper than to fail.
        """
        # A getter of one name gives no tuple; the same name twice does.
        names = tuple(self._locals) * (2 if len(self._locals) == 1 else 1)
        places = [self._locals[name] for name in names]
        taken = call(self._constants.kept(itemgetter(*names)), local("facts"))
        some = [
            assigned("get", ast.Attribute(local("facts"), "get", ast.Load())),
            *(
                assigned(place, call(local("get"), ast.Constant(name)))
                for name, place in self._locals.items()
            ),
        ]
        missing = ast.ExceptHandler(local("KeyError"), None, some)
        tried = ast.Try([unpacked(places, taken)], [missing], straight, [])
        counted = call(local("len"), local("facts"))
        return ast.If(related(counted, "<", ast.Constant(len(self._locals))), some, [tried])

    def _careful(self, bit: int, node: Node) -> list[ast.stmt]:
        """Return statements that mark one condition, whatever is missing."""
        names = self._names(node)
        failed = marked("fail", bit)
        straight = ast.If(negated(self._held(node)), failed, [])
        if not names:
            return [straight]
        if self._is_lost_whole(node, len(names)):
            lost = either([absent(name) for name in names])
            return [ast.If(lost, marked("unknown", bit), [straight])]
        sure, may = self._half(node, sure=True), self._half(node, sure=False)
        undecided = ast.If(negated(sure), marked("unknown", bit), [])
        three: ast.stmt = ast.If(negated(may), failed, [undecided])
        whole = both([stated(name) for name in names])
        # Halves are worked out in the branch of this condition: the next one has its own.
        prelude, self._prelude, self._halves = self._prelude, [], {}
        return [ast.If(whole, [straight], [*prelude, three])]

    def _names(self, node: Node) -> list[str]:
        return [self._locals[name] for name in facts_of(node)]

    # Three-valued: each part once as what is sure and once as what may be.

    def _half(self, node: Node, *, sure: bool) -> ast.expr:
        match node:
            case Not():
                return negated(self._half(node.part, sure=not sure))
            case And() | Or():
                parts = [self._half(part, sure=sure) for part in node.parts]
                return both(parts) if isinstance(node, And) else either(parts)
            case Compare() if self._is_truth(node.left):
                return self._alike(node, sure=sure)
            case _:
                return self._atom(node, sure=sure)

    def _atom(self, node: Node, *, sure: bool) -> ast.expr:
        names, held = self._names(node), self._held(node)
        if sure:
            return both([*(stated(name) for name in names), held])
        return either([*(absent(name) for name in names), held])

    def _alike(self, node: Compare, *, sure: bool) -> ast.expr:
        """Return whether two conditions are equal, or differ, for sure or perhaps."""
        a_sure, a_may = self._halves_of(node.left)
        b_sure, b_may = self._halves_of(node.right)
        if sure is (node.op == "=="):
            equal = either([both([a_sure, b_sure]), negated(either([a_may, b_may]))])
            return equal if sure else negated(equal)
        differ = either([both([a_sure, negated(b_may)]), both([negated(a_may), b_sure])])
        return differ if sure else negated(differ)

    def _halves_of(self, node: Node) -> tuple[ast.expr, ast.expr]:
        """Return names of both halves, worked out once: nested comparisons would double."""
        held = self._halves.get(id(node))
        if held is None:
            halves = self._half(node, sure=True), self._half(node, sure=False)
            name = f"h{len(self._halves)}"
            held = self._halves[id(node)] = local(f"{name}s"), local(f"{name}m")
            self._prelude += [
                assigned(f"{name}{letter}", half)
                for letter, half in zip("sm", halves, strict=True)
            ]
        return held

    # Two-valued: every fact of the node is stated.

    def _held(self, node: Node) -> ast.expr:
        match node:
            case Not():
                return negated(self._held(node.part))
            case And():
                return both([self._held(part) for part in node.parts])
            case Or():
                return either([self._held(part) for part in node.parts])
            case Compare() | In():
                return self._related(node)
            case Present() | Contains():
                return self._about(node)
            case _:
                return self._value(node)

    def _related(self, node: Compare | In) -> ast.expr:
        first = node.item if isinstance(node, In) else node.left
        number = self._is_number(first)
        if isinstance(node, In):
            if number and not isinstance(first, Fact):
                return self._sums.among(node)
            options = frozenset(option.value for option in node.options)
            return member(self._value(first), self._constants.kept(options))
        if number:
            return self._sums.compared(node)
        side = self._held if self._is_truth(first) else self._value
        return related(side(node.left), node.op, side(node.right))

    def _about(self, node: Present | Contains) -> ast.expr:
        fact = self._value(node.fact)
        if isinstance(node, Contains):
            return member(self._constants.literal(node.item.value), fact)
        kind = self._vocabulary.facts[node.fact.name].type
        if kind is FactType.SET:
            return related(fact, "!=", self._constants.kept(_EMPTY))
        return (
            related(fact, "!=", ast.Constant(""))
            if kind in _TEXTS
            else self._constants.literal(value=True)
        )

    def _value(self, node: Node) -> ast.expr:
        """Return a leaf, a day or a number of years."""
        match node:
            case Const():
                return self._constants.literal(node.value)
            case Fact():
                return local(self._locals[node.name])
            case Shift() if node.unit == "months":
                amount = ast.Constant(node.amount)
                return call(local("plus_months"), self._value(node.day), amount)
            case Shift():
                span = self._constants.span(node.amount)
                return ast.BinOp(self._value(node.day), ast.Add(), span)
            case YearsBetween():
                ends = self._value(node.start), self._value(node.end)
                return call(local("years_between"), *ends)
            case _:
                return local("on")

    # Sorts of nodes.

    def _is_lost_whole(self, node: Node, count: int) -> bool:
        """Return whether any missing fact leaves the whole condition unknown."""
        if self._is_atom(node):
            return True
        return count == 1 and all(
            self._names(part) and self._is_lost_whole(part, 1) for part in children(node)
        )

    def _is_atom(self, node: Node) -> bool:
        if isinstance(node, Not | And | Or):
            return False
        return not (isinstance(node, Compare) and self._is_truth(node.left))

    def _is_truth(self, node: Node) -> bool:
        if isinstance(node, Const | Fact):
            return self._type(node) is FactType.BOOL
        return isinstance(node, _CONDITIONS)

    def _is_number(self, node: Node) -> bool:
        if isinstance(node, Const | Fact):
            return self._type(node) in NUMBERS
        return isinstance(node, Sum | Product | Negate | YearsBetween)

    def _is_whole(self, node: Node) -> bool:
        return not isinstance(node, Fact) or self._type(node) is FactType.INT

    def _type(self, node: Const | Fact) -> FactType:
        return node.type if isinstance(node, Const) else self._vocabulary.facts[node.name].type
