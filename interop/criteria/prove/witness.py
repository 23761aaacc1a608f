"""The applicant who shows a difference, told in one line.

``甲受理、乙仅因 居住满12个月 不受理：residence.months=6``
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from interop.criteria.evaluation import Value
from interop.criteria.facts import MASK
from interop.criteria.nodes import facts_of, names_today
from interop.criteria.prove.domain import INTAKE, Applicant, Requirement
from interop.criteria.prove.inquiry import Conditions, DoesNotReplay, Found, Inquiry
from interop.errors import Lang
from interop.model.canonical import Json
from interop.model.item import FactDefinition, FactType

TOLD: Final[dict[tuple[bool, Lang], str]] = {
    (True, "zh"): "{a}受理、{b}{only} {why} 不受理：{facts}",
    (False, "zh"): "{a}符合、{b}{only} {why} 不符合：{facts}",
    (True, "en"): "{a} receives, {b} does not, {only} of `{why}`: {facts}",
    (False, "en"): "met in {a}, not in {b}, {only} of `{why}`: {facts}",
}
ONLY: Final[dict[tuple[bool, Lang], str]] = {
    (True, "zh"): "仅因",
    (False, "zh"): "因",
    (True, "en"): "only because",
    (False, "en"): "because",
}


@dataclass(frozen=True, slots=True)
class Witness:
    """An applicant whom one criterion accepts and another does not, as the evaluator says.

    Attributes:
        accepted_by: Region (or version) that accepts.
        refused_by: Region (or version) that does not.
        failing: What the applicant misses of the latter.
        applicant: Every fact, and the day of the decision.
        definitions: The facts by name.
    """

    accepted_by: str
    refused_by: str
    failing: tuple[Requirement, ...]
    applicant: Applicant
    definitions: Mapping[str, FactDefinition]

    @property
    def isolating(self) -> bool:
        """Return whether exactly one requirement stands between the two."""
        return len(self.failing) == 1

    def text(self, lang: Lang = "zh", names: Mapping[str, str] | None = None) -> str:
        """Return the difference in one line.

        Args:
            lang: Chinese or English.
            names: How regions are called; a region without a name is called by its code.
        """
        called = names or {}
        whys = [row.zh if lang == "zh" else row.en for row in self.failing]
        intake = any(row.kind in INTAKE for row in self.failing)
        return TOLD[intake, lang].format(
            a=called.get(self.accepted_by, self.accepted_by),
            b=called.get(self.refused_by, self.refused_by),
            only=ONLY[self.isolating, lang],
            why=("；" if lang == "zh" else "; ").join(whys),
            facts=("，" if lang == "zh" else ", ").join(self._facts()),
        )

    def _facts(self) -> list[str]:
        names = dict.fromkeys(n for row in self.failing for n in facts_of(row.node))
        told = [f"{name}={self._told(name)}" for name in names]
        if any(names_today(row.node) for row in self.failing):
            told.append(f"on={self.applicant.on}")
        return told

    def _told(self, name: str) -> str:
        value, fact = self.applicant.facts[name], self.definitions[name]
        return MASK if fact.sensitive else _written(value, fact)

    def as_json(self) -> dict[str, Json]:
        """Return the witness with every fact; sensitive ones are masked."""
        facts: dict[str, Json] = {
            name: MASK if self.definitions[name].sensitive else _plain(value)
            for name, value in self.applicant.facts.items()
        }
        return {
            "accepted_by": self.accepted_by,
            "refused_by": self.refused_by,
            "failing": [row.id for row in self.failing],
            "isolating": self.isolating,
            "on": self.applicant.on.isoformat(),
            "facts": facts,
            "zh": self.text("zh"),
            "en": self.text("en"),
        }


def _plain(value: Value) -> Json:
    if isinstance(value, bool | int | str):
        return value
    return cast("Json", sorted(value)) if isinstance(value, frozenset) else str(value)


def _written(value: Value, fact: FactDefinition) -> str:
    if isinstance(value, frozenset):
        return "+".join(item for item in fact.values if item in value) or "∅"
    if isinstance(value, bool):
        return str(value).lower()
    if fact.type is FactType.TEXT:
        return f'"{value}"'
    return str(value)


def between(inquiry: Inquiry, a: int, b: int) -> Witness | None:
    """Return the nearest-to-typical applicant accepted by ``a`` and not by ``b``.

    One who misses a single requirement of ``b`` if there is one.

    Args:
        inquiry: The compared criteria.
        a: Place of the criterion that accepts.
        b: Place of the criterion that does not.

    Raises:
        DoesNotReplay: The evaluator does not confirm the applicant; a bug.
    """
    accepts, refuses = inquiry.sets[a], inquiry.sets[b]
    own = refuses - accepts
    for number in sorted(own):
        others = accepts | (refuses - {number})
        at_hand = inquiry.pool.first(others, (number,))
        if at_hand is not None:
            return replayed(inquiry, a, b, at_hand)
    return isolated(inquiry, a, b, sorted(own)) or _any(inquiry, a, b)


def isolating(inquiry: Inquiry, a: int, b: int, number: int) -> Witness | None:
    """Return one accepted by ``a`` whom ``b`` refuses for one condition only, if found."""
    others: Conditions = inquiry.sets[a] | (inquiry.sets[b] - {number})
    found = inquiry.find(others, frozenset({number}), near=True)
    return replayed(inquiry, a, b, found.applicant) if isinstance(found, Found) else None


def isolated(inquiry: Inquiry, a: int, b: int, numbers: list[int]) -> Witness | None:
    """Return the first isolating witness by one of these conditions."""
    found = (isolating(inquiry, a, b, number) for number in numbers)
    return next((witness for witness in found if witness is not None), None)


def _any(inquiry: Inquiry, a: int, b: int) -> Witness | None:
    found = inquiry.find(inquiry.sets[a], inquiry.sets[b], near=True)
    return replayed(inquiry, a, b, found.applicant) if isinstance(found, Found) else None


def replayed(inquiry: Inquiry, a: int, b: int, applicant: Applicant) -> Witness:
    """Return the witness, judged by each criterion's own clauses once more."""
    failing = inquiry.failing(b, applicant)
    if inquiry.failing(a, applicant) or not failing:
        raise DoesNotReplay(a, b, applicant)
    return Witness(
        accepted_by=inquiry.names[a],
        refused_by=inquiry.names[b],
        failing=failing,
        applicant=applicant,
        definitions=inquiry.domain.vocabulary.facts,
    )
