"""A CertLogic rule as acceptance criteria: one clause over readings of a payload."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from interop.criteria.certlogic.guards import Facts
from interop.criteria.certlogic.moments import EPOCH_DAY, MS_PER_DAY
from interop.criteria.certlogic.readings import Reading, definition_of, read_payload
from interop.criteria.certlogic.reasons import LIMIT
from interop.criteria.certlogic.rules import Rule
from interop.criteria.certlogic.symbolic import condition_of
from interop.criteria.criterion import Criterion, TypedClause
from interop.criteria.decision import decide
from interop.criteria.faults import located
from interop.criteria.kinds import check_condition
from interop.criteria.nodes import DAY_MAX, DAY_MIN, EXPRESSION_BYTES_MAX, Node
from interop.criteria.printer import text_of_node
from interop.criteria.vocabulary import check_facts, vocabulary_of
from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.model.item import Clause, Limit, ServiceItem

_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")
NAME_CHARS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Imported:
    """A rule that was read.

    Attributes:
        criterion: Its criteria.
        readings: What to read of a payload.
    """

    criterion: Criterion
    readings: tuple[Reading, ...]

    @property
    def condition(self) -> Node:
        """Return the condition of its clause."""
        return self.criterion.clauses[0].when

    def holds(self, data: Json) -> bool:
        """Return whether ``data`` (payload and external) meets the rule; never unknown."""
        facts = read_payload(self.readings, data)
        on = self.criterion.item.effective_from
        found = decide(self.criterion, facts, materials=(), has_agent=False, on=on)
        return found.merits == "met"


def import_rule(rule: Rule, value_sets: Mapping[str, Json]) -> Imported:
    """Return ``rule`` as acceptance criteria.

    Args:
        rule: The rule.
        value_sets: What ``external.valueSets`` holds; constants of the condition.

    Raises:
        KnowledgeError: What the rule says is not CertLogic, or cannot become a condition.
    """
    facts = Facts()
    node = condition_of(rule.logic, value_sets, facts)
    item = _item(rule, node, facts)
    vocabulary = vocabulary_of(item.facts)
    faults = check_condition(node, vocabulary)
    reasons = (*check_facts(item.facts), *located(faults, item.clauses[0].when, "clauses.rule"))
    if reasons:
        raise KnowledgeError(*reasons)
    criterion = Criterion(
        item=item,
        digest=item.digest(),
        vocabulary=vocabulary,
        clauses=(TypedClause(item.clauses[0], node, ()),),
        materials=(),
    )
    return Imported(criterion, tuple(facts.readings.values()))


def _item(rule: Rule, node: Node, facts: Facts) -> ServiceItem:
    en = rule.descriptions.get("en", rule.identifier)
    zh = rule.descriptions.get("zh", rule.identifier)
    text = text_of_node(node)
    size = len(text.encode())
    if size > EXPRESSION_BYTES_MAX:
        raise KnowledgeError(
            LIMIT.of(field=rule.identifier[:80], expected=EXPRESSION_BYTES_MAX, got=size)
        )
    return ServiceItem(
        item=_name(rule.identifier),
        region=_name(rule.country),
        version=rule.version,
        zh=zh,
        en=en,
        setting_basis=(),
        statutory=Limit(length=0),
        promised=Limit(length=0),
        facts=tuple(definition_of(reading) for reading in facts.readings.values()),
        materials=(),
        clauses=(Clause(id="rule", when=text, zh=zh, en=en),),
        effective_from=_day(rule.valid_from),
        effective_until=_day(rule.valid_to - 1),
        source=f"CertLogic {rule.identifier} {rule.version}",
    )


def _name(text: str) -> str:
    return _SEPARATORS.sub("-", text.lower()).strip("-")[:NAME_CHARS_MAX] or "rule"


def _day(moment: int) -> date:
    ordinal = moment // MS_PER_DAY + EPOCH_DAY
    return date.fromordinal(min(max(ordinal, DAY_MIN.toordinal()), DAY_MAX.toordinal()))
