"""Minimal change (最少改动): the fewest facts to make different so that all conditions hold.

Only facts that the vocabulary calls changeable, and that are not sensitive, are ever proposed;
values stand beside the border they have to cross. The plan says whether it is proved to be
the smallest or only found to be enough.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, Literal

from interop.criteria.borders import Borders, atoms_of
from interop.criteria.criterion import Criterion
from interop.criteria.decision import decided, read_application
from interop.criteria.evaluation import Facts, Value
from interop.criteria.judge import judge_of
from interop.criteria.nodes import Node, facts_of
from interop.criteria.outcomes import Application
from interop.criteria.wording import told
from interop.model.case import FactValue
from interop.model.item import FactDefinition
from interop.model.record import Record

CHANGES_MAX: Final = 10
TRIALS_MAX: Final = 20_000
# Two changes are proved smallest although they may depend on each other: one was not enough.
COUPLED_CHANGES_MAX: Final = 2
_CENT: Final = Decimal("0.01")

PlanOutcome = Literal["none-needed", "found", "impossible", "not-found", "undetermined"]


class Change(Record):
    """One fact to make different.

    Attributes:
        fact: Name of the fact.
        zh: Its label in Chinese.
        en: Its label in English.
        mutability: ``applicant`` by choosing otherwise, ``paper`` by another document.
        value: The value to come to, as facts are declared.
        from_zh: What is declared now, in Chinese.
        from_en: What is declared now, in English.
        to_zh: The value to come to, in Chinese.
        to_en: The value to come to, in English.
    """

    fact: str
    zh: str
    en: str
    mutability: Literal["applicant", "paper"]
    value: FactValue
    from_zh: str
    from_en: str
    to_zh: str
    to_en: str


class ChangePlan(Record):
    """What would have to be different for an application to meet every condition.

    Attributes:
        outcome: ``found``; ``none-needed``: every condition holds; ``impossible``: no change
            that may be proposed is enough; ``not-found``: none was found within the limits;
            ``undetermined``: facts are missing.
        exact: For ``found``, no smaller plan exists; otherwise it is an upper bound.
        changes: The changes, in the order of the vocabulary.
        materials: Codes of the materials that have to be handed in, once changed.
        blocking: Failing clauses that name no fact that may be changed.
        missing_facts: Facts to state first.
    """

    outcome: PlanOutcome
    exact: bool
    changes: tuple[Change, ...] = ()
    materials: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()


def plan_change(
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    *,
    materials: Collection[str],
    has_agent: bool,
    on: date,
) -> ChangePlan:
    """Return the smallest change found after which every clause holds.

    Args:
        criterion: The criteria of the handling region's version of the item.
        facts: Declared facts by name; decimals and dates as strings.
        materials: Codes of the materials handed in or spared.
        has_agent: Whether an agent (经办人) acts.
        on: Day of the decision, Asia/Shanghai.

    Raises:
        CaseError: As :func:`interop.criteria.decision.decide`.
    """
    here = read_application(criterion, facts, held=materials, has_agent=has_agent, on=on)
    search = _Search(here)
    if search.unknown(here.facts):
        return ChangePlan(
            outcome="undetermined", exact=True, missing_facts=decided(here).missing_facts
        )
    if not search.open(here.facts):
        return _plan(here, here.facts, outcome="none-needed", exact=True)
    blocking = search.blocking()
    if blocking:
        return ChangePlan(outcome="impossible", exact=True, blocking=blocking)
    found = search.smallest()
    if found is None:
        exact = search.is_hopeless()
        return ChangePlan(outcome="impossible" if exact else "not-found", exact=exact)
    count = sum(found[name] != value for name, value in here.facts.items())
    exact = search.is_exact(count)
    return _plan(here, search.rounded(found), outcome="found", exact=exact)


def plan_of(here: Application, after: Facts, *, exact: bool) -> ChangePlan:
    """Return the plan that leads to ``after``, which meets every clause."""
    return _plan(here, _Search(here).rounded(after), outcome="found", exact=exact)


def changeable(here: Application) -> tuple[str, ...]:
    """Return the stated facts that may be proposed to be changed."""
    facts = here.criterion.vocabulary.facts.items()
    return tuple(
        name
        for name, fact in facts
        if fact.mutability != "fixed" and not fact.sensitive and name in here.facts
    )


def _plan(here: Application, after: Facts, *, outcome: PlanOutcome, exact: bool) -> ChangePlan:
    changed = Application(here.criterion, after, here.held, here.on)
    return ChangePlan(
        outcome=outcome,
        exact=exact,
        changes=tuple(_changes(here, after)),
        materials=decided(changed).missing_materials,
    )


def _changes(here: Application, after: Facts) -> Iterator[Change]:
    for fact in here.criterion.item.facts:
        before, value = here.facts.get(fact.id), after.get(fact.id)
        if before is None or value is None or before == value or fact.mutability == "fixed":
            continue
        yield Change(
            fact=fact.id,
            zh=fact.zh,
            en=fact.en,
            mutability=fact.mutability,
            value=_declared(value, fact),
            from_zh=told(before, fact, "zh"),
            from_en=told(before, fact, "en"),
            to_zh=told(value, fact, "zh"),
            to_en=told(value, fact, "en"),
        )


def _declared(value: Value, fact: FactDefinition) -> FactValue:
    if isinstance(value, frozenset):
        return [item for item in fact.values if item in value]
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


class _Search:
    """A search for the fewest changes, clause by clause.

    INVARIANT: a false clause stays false until one of its facts changes, so trying each
    changeable fact of the first false clause misses no plan.
    """

    def __init__(self, here: Application) -> None:
        self._here = here
        self._clauses = here.criterion.clauses
        self._mask = (1 << len(self._clauses)) - 1
        self._judge = judge_of(here.criterion)
        atoms = [atom for row in self._clauses for atom in atoms_of(row.when)]
        known = here.criterion.vocabulary.facts
        self._borders = {
            name: Borders(known[name], tuple(atom for atom in atoms if name in facts_of(atom)))
            for name in changeable(here)
        }
        self._mates = {name: self._coupled(borders) for name, borders in self._borders.items()}
        self._named = [self._changeable(row.when) for row in self._clauses]
        self._kept: dict[tuple[object, ...], tuple[Value, ...]] = {}
        self._trials = 0

    def unknown(self, facts: Facts) -> int:
        """Return the mask of the clauses that are unknown."""
        return self._judge.masks(facts, self._here.on)[1] & self._mask

    def open(self, facts: Facts) -> int:
        """Return the mask of the clauses that are false or unknown."""
        false, unknown = self._judge.masks(facts, self._here.on)
        return (false | unknown) & self._mask

    def blocking(self) -> tuple[str, ...]:
        """Return the false clauses that name no fact that may be changed."""
        left = self.open(self._here.facts)
        return tuple(
            row.clause.id
            for n, row in enumerate(self._clauses)
            if left >> n & 1 and not self._named[n]
        )

    def smallest(self) -> Facts | None:
        """Return the facts after the fewest changes; None if there is no way within limits."""
        for count in range(1, min(CHANGES_MAX, len(self._borders)) + 1):
            found = self._within(self._here.facts, frozenset(), count)
            if found is not None:
                return found
        return None

    def is_exact(self, count: int) -> bool:
        """Return whether no plan of fewer than ``count`` changes can have been missed."""
        if count <= max(1, self._floor()):
            return True
        return self._is_thorough() and (count <= COUPLED_CHANGES_MAX or not self._is_coupled())

    def is_hopeless(self) -> bool:
        """Return whether no plan at all can have been missed, once none was found."""
        every = len(self._borders) <= CHANGES_MAX
        return every and self._is_thorough() and not self._is_coupled()

    def _is_thorough(self) -> bool:
        whole = all(borders.is_complete() for borders in self._borders.values())
        return whole and self._trials < TRIALS_MAX

    def _floor(self) -> int:
        """Return how many changes it takes at least: open clauses that share no fact."""
        return _apart(self._open_names(self.open(self._here.facts), frozenset()))

    def rounded(self, found: Facts) -> Facts:
        """Return the plan with decimals cut to hundredths where that is enough."""
        for name in self._borders:
            value = found[name]
            if isinstance(value, Decimal) and value != self._here.facts[name]:
                for rounding in (ROUND_FLOOR, ROUND_CEILING):
                    near = {**found, name: value.quantize(_CENT, rounding).normalize()}
                    if self._is_declarable(name, near[name]) and not self.open(near):
                        found = near
                        break
        return found

    def _is_declarable(self, name: str, value: Value) -> bool:
        fact = self._here.criterion.vocabulary.facts[name]
        number = value if isinstance(value, Decimal) else Decimal(0)
        low = fact.min is None or number >= fact.min
        return low and (fact.max is None or number <= fact.max)

    def _changeable(self, node: Node) -> list[str]:
        return [name for name in facts_of(node) if name in self._borders]

    def _coupled(self, borders: Borders) -> tuple[Borders, ...]:
        """Return the borders of the facts that stand in one smallest condition with this."""
        named = (name for atom in borders.atoms for name in self._changeable(atom))
        others = dict.fromkeys(name for name in named if name != borders.fact.id)
        return tuple(self._borders[name] for name in others)

    def _is_coupled(self) -> bool:
        """Return whether a smallest condition names two facts that may change."""
        return any(self._mates.values())

    def _within(self, facts: Facts, changed: frozenset[str], count: int) -> Facts | None:
        """Return facts that meet every clause after ``count`` more changes at most."""
        self._trials += 1
        left = self.open(facts)
        if not left:
            return facts
        open_names = self._open_names(left, changed)
        if _apart(open_names) > count or self._trials >= TRIALS_MAX:
            return None
        # A clause with few ways out comes first; one without any ends this branch.
        for name in open_names[0]:
            for value in self._values(name, facts, changed, count):
                found = self._within({**facts, name: value}, changed | {name}, count - 1)
                if found is not None:
                    return found
        return None

    def _open_names(self, left: int, changed: frozenset[str]) -> list[list[str]]:
        """Return for each open clause what can still be changed, the fewest first."""
        found = [
            [name for name in names if name not in changed]
            for n, names in enumerate(self._named)
            if left >> n & 1
        ]
        return sorted(found, key=len)

    def _values(
        self, name: str, facts: Facts, changed: frozenset[str], count: int
    ) -> tuple[Value, ...]:
        """Return the values worth trying; with a change to spare, also towards a mate's."""
        mates = [mate for mate in self._mates[name] if mate.fact.id not in changed]
        joint = count > 1 and bool(mates)
        borders = self._borders[name]
        named = dict.fromkeys(other for atom in borders.atoms for other in facts_of(atom))
        key = (name, joint and changed, *(facts.get(other) for other in named))
        held = self._kept.get(key)
        if held is None:
            held = borders.values(facts, self._here.on)
            if joint:
                held = tuple(
                    dict.fromkeys((*held, *borders.stones(facts, self._here.on, mates)))
                )
            self._kept[key] = held
        return held


def _apart(groups: list[list[str]]) -> int:
    """Return a number of changes that is needed at least: groups that share no fact."""
    seen: set[str] = set()
    count = 0
    for names in groups:
        if not names:
            return CHANGES_MAX + 1
        if seen.isdisjoint(names):
            count += 1
            seen.update(names)
    return count
