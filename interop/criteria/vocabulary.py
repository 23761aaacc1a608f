"""The vocabulary of facts (事实字典): what a clause may speak of, and in which units."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from interop.criteria.parser import FUNCTIONS, METHODS, RESERVED
from interop.criteria.reasons import DUPLICATE, FACT_DEFINITION, IDENTIFIER
from interop.criteria.words import ascii_of
from interop.errors import Reason
from interop.model.item import FactDefinition, FactType

AGENT_PRESENT: Final = FactDefinition(
    id="agent.present",
    type=FactType.BOOL,
    zh="由经办人代办",
    en="an agent acts for the applicant",
    source="shared",
)
NAME_CHARS_MAX: Final = 80
VALUES_MAX: Final = 1000
NUMBERS: Final = frozenset({FactType.INT, FactType.DECIMAL})
LISTED: Final = frozenset({FactType.ENUM, FactType.SET})

# Unit to its Chinese and English label. A unit that is not here is refused.
UNITS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "m2": ("平方米", "m²"),
        "m3": ("立方米", "m³"),
        "m": ("米", "m"),
        "cm": ("厘米", "cm"),
        "mm": ("毫米", "mm"),
        "km": ("公里", "km"),
        "t": ("吨", "t"),
        "kg": ("千克", "kg"),
        "cny": ("元", "yuan"),
        "piece": ("个", "pieces"),
        "person": ("人", "persons"),
        "tree": ("株", "trees"),
        "vehicle": ("辆", "vehicles"),
        "year": ("年", "years"),
        "month": ("个月", "months"),
        "day": ("日", "days"),
        "percent": ("%", "%"),
    }
)

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts of one item; ``agent.present`` is always among them.

    Attributes:
        facts: By name.
        synonyms: Local name to name.
    """

    facts: Mapping[str, FactDefinition]
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def near(self, name: str) -> str:
        """Return the known names most like ``name``, for a reason; a dash if none is."""
        return ", ".join(get_close_matches(name[:NAME_CHARS_MAX], list(self.facts))) or "—"


def vocabulary_of(facts: Sequence[FactDefinition]) -> Vocabulary:
    """Return the vocabulary of ``facts``, the first of two with one name."""
    known = {AGENT_PRESENT.id: AGENT_PRESENT}
    for fact in facts:
        if fact.id not in known or known[fact.id] is AGENT_PRESENT:
            known[fact.id] = fact
    synonyms = {alias: fact.id for fact in known.values() for alias in fact.aliases}
    return Vocabulary(MappingProxyType(known), MappingProxyType(synonyms))


def check_facts(facts: Sequence[FactDefinition]) -> tuple[Reason, ...]:
    """Return every problem of the definitions themselves."""
    seen: set[str] = set()
    reasons = [*_check_aliases(facts)]
    for fact in facts:
        if fact.id in seen:
            reasons.append(DUPLICATE.of(field="facts", got=fact.id))
        seen.add(fact.id)
        reasons.extend(_check_name(fact))
        reasons.extend(
            FACT_DEFINITION.of(field=ascii_of(fact.id), expected=expected, got=got)
            for expected, got in _faults(fact)
        )
    return tuple(reasons)


def _check_aliases(facts: Sequence[FactDefinition]) -> Iterator[Reason]:
    """Yield each local name that means two facts, or is a fact's own name."""
    seen = {AGENT_PRESENT.id, *(fact.id for fact in facts)}
    for alias in (alias for fact in facts for alias in fact.aliases):
        if alias in seen:
            yield DUPLICATE.of(field="facts", got=ascii_of(alias))
        seen.add(alias)


def _check_name(fact: FactDefinition) -> Iterator[Reason]:
    parts = fact.id.split(".")
    taken = fact.id in RESERVED or parts[-1] in METHODS or fact.id in FUNCTIONS
    if not _NAME.fullmatch(fact.id) or len(fact.id) > NAME_CHARS_MAX or taken:
        rule = "a-z 0-9 _ and dots, not the name of a function, at most 80 characters"
        yield IDENTIFIER.of(field="facts", expected=rule, got=fact.id)


def _faults(fact: FactDefinition) -> Iterator[tuple[str, str]]:
    """Yield (expected, got) for each fault of one definition."""
    number, listed = fact.type in NUMBERS, fact.type in LISTED
    if fact.id == AGENT_PRESENT.id and fact.type is not FactType.BOOL:
        yield "bool", fact.type.value
    if fact.unit and (not number or fact.unit not in UNITS):
        yield (", ".join(UNITS) if number else "no unit"), fact.unit
    yield from _bound_faults(fact, number=number)
    yield from _list_faults(fact, listed=listed)
    if not all(0 < len(alias.strip()) <= NAME_CHARS_MAX for alias in fact.aliases):
        yield f"local names of 1 to {NAME_CHARS_MAX} characters", "one empty or longer"


def _list_faults(fact: FactDefinition, *, listed: bool) -> Iterator[tuple[str, str]]:
    if listed != bool(fact.values):
        yield ("a closed list" if listed else "no closed list"), f"{len(fact.values)} values"
    if len(set(fact.values)) != len(fact.values) or not all(fact.values):
        yield "different values that are not empty", "a value twice or empty"
    if len(fact.values) > VALUES_MAX:
        yield f"at most {VALUES_MAX} values", f"{len(fact.values)}"
    for label in fact.labels:
        if label.value not in fact.values:
            yield "labels of listed values", label.value


def _bound_faults(fact: FactDefinition, *, number: bool) -> Iterator[tuple[str, str]]:
    bounds = [bound for bound in (fact.min, fact.max) if bound is not None]
    if bounds and not number:
        yield "no bounds", "bounds"
    if not all(bound.is_finite() for bound in bounds):
        yield "finite bounds", "a bound that is no number"
    elif len(bounds) > 1 and bounds[0] > bounds[1]:
        yield "min ≤ max", f"{bounds[0]} > {bounds[1]}"
