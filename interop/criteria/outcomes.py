"""What becomes of each clause and each material of one application."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from interop.criteria.criterion import Criterion, TypedClause, TypedMaterial
from interop.criteria.evaluation import Facts, missing_facts, truth
from interop.criteria.judge import MATERIAL_PREFIX, judge_of
from interop.criteria.nodes import And, Node, facts_of
from interop.criteria.printer import text_of_node
from interop.criteria.reasons import (
    MATERIAL_MISSING,
    NOT_COMPETENT,
    NOT_MET,
    NOT_REQUIRED,
    UNKNOWN,
)
from interop.criteria.wording import Part, Speaker, failing_parts, label_of, told
from interop.criteria.words import Words, both, worded
from interop.errors import Lang, Reason
from interop.model.item import ClauseKind, Organ
from interop.model.judgement import ClauseOutcome

__all__ = ["EFFECTS", "MATERIAL_PREFIX", "Application", "Effect", "outcomes_of"]

Effect = Literal["supplement", "precheck", "refuse", "not-required"]

EFFECTS: Final[Mapping[ClauseKind, Effect]] = {
    ClauseKind.COMPETENCE: "refuse",
    ClauseKind.NOT_REQUIRED: "not-required",
    ClauseKind.FORMAL: "supplement",
    ClauseKind.SUBSTANTIVE: "precheck",
}
ROWS: Final = {
    ClauseKind.COMPETENCE: NOT_COMPETENT,
    ClauseKind.NOT_REQUIRED: NOT_REQUIRED,
    ClauseKind.FORMAL: NOT_MET,
    ClauseKind.SUBSTANTIVE: NOT_MET,
}
COMPETENT_ORGAN: Final = ("有权机关", "the competent organ")


@dataclass(frozen=True, slots=True)
class Application:
    """One application, read and typed.

    Attributes:
        criterion: The criteria it is judged by.
        facts: What is stated.
        held: Codes of the materials handed in or spared.
        on: Day of the decision.
        sources: Where a fact came from, if not from the form.
    """

    criterion: Criterion
    facts: Facts
    held: frozenset[str]
    on: date
    sources: Mapping[str, str] = field(default_factory=dict)


def outcomes_of(here: Application) -> Iterator[ClauseOutcome]:
    """Yield every failing and every undecided clause, then every missing material.

    In the order of the item; a material that is only perhaps asked for is undecided.
    """
    false, unknown = map(frozenset, judge_of(here.criterion).explain(here.facts, here.on))
    for clause in here.criterion.clauses:
        if clause.clause.id in unknown:
            yield _unknown_clause(here, clause)
        elif clause.clause.id in false:
            yield _failed_clause(here, clause)
    for row in here.criterion.materials:
        name = f"{MATERIAL_PREFIX}{row.material.code}"
        if row.material.necessity != "required" or row.material.code in here.held:
            continue
        if row.when is not None and name in unknown:
            yield _unknown_material(here, row, row.when)
        elif name not in false:
            yield _missing_material(row)


def _failed_clause(here: Application, row: TypedClause) -> ClauseOutcome:
    clause = row.clause
    organ = _organ(here, row) if clause.kind is ClauseKind.COMPETENCE else None
    reason = _why(here, row, organ)
    if clause.remedy_zh and organ is None:
        fix_en = clause.remedy_en or reason.fix_en
        reason = replace(reason, fix_zh=clause.remedy_zh, fix_en=fix_en)
    return ClauseOutcome(
        clause=clause.id,
        kind=clause.kind,
        outcome="failed",
        effect=EFFECTS[clause.kind],
        reason=reason,
        basis=clause.basis,
        remedy_zh=reason.fix_zh,
        remedy_en=reason.fix_en,
    )


def _why(here: Application, row: TypedClause, organ: Organ | None) -> Reason:
    """Return the reason: of each failing part, what should hold and what was declared."""
    clause, parts = row.clause, failing_parts(row.when, here.facts, here.on)
    failing = tuple(part.whole() for part in parts)
    condition = both(text_of_node(And(failing) if len(failing) > 1 else failing[0]))
    if clause.kind is ClauseKind.COMPETENCE:
        condition = both(organ.name) if organ else COMPETENT_ORGAN
    declared = both(_declared(here, parts))
    reason = worded(ROWS[clause.kind], field=clause.id, expected=condition, got=declared)
    zh, en = "；".join(_said(here, parts, "zh")), "; ".join(_said(here, parts, "en"))
    if reason.code != NOT_MET.code:
        zh, en = f"{reason.zh}：{zh}", f"{reason.en}: {en}"
    return replace(reason, zh=zh, en=en)


def _said(here: Application, parts: tuple[Part, ...], lang: Lang) -> list[str]:
    speaker = Speaker(here.criterion.vocabulary, lang)
    return [
        NOT_MET.of(
            expected=speaker.phrase(part),
            got=speaker.declared(part.node, here.facts, here.on),
        ).text(lang)
        for part in parts
    ]


def _declared(here: Application, parts: tuple[Part, ...]) -> str:
    names = dict.fromkeys(name for part in parts for name in facts_of(part.node))
    known = here.criterion.vocabulary.facts
    return ", ".join(
        f"{name} = {told(here.facts[name], known[name], 'en')}"
        for name in names
        if name in here.facts
    )


def _organ(here: Application, row: TypedClause) -> Organ | None:
    """Return the organ that is competent instead; None if the clause names none."""
    named = (case.organ for case in row.organs if truth(case.when, here.facts, here.on))
    return next(named, row.clause.organ)


def _unknown_clause(here: Application, row: TypedClause) -> ClauseOutcome:
    clause = row.clause
    missing = missing_facts(row.when, here.facts, here.on)
    return ClauseOutcome(
        clause=clause.id,
        kind=clause.kind,
        outcome="unknown",
        effect=EFFECTS[clause.kind],
        reason=_unknown(here, clause.id, (clause.zh, clause.en), missing),
        basis=clause.basis,
        missing=missing,
    )


def _unknown_material(here: Application, row: TypedMaterial, when: Node) -> ClauseOutcome:
    material = row.material
    missing = missing_facts(when, here.facts, here.on)
    asked = (f"需要提交{material.zh}", f"{material.en} has to be handed in")
    return ClauseOutcome(
        clause=f"{MATERIAL_PREFIX}{material.code}",
        kind=ClauseKind.FORMAL,
        outcome="unknown",
        effect="supplement",
        reason=_unknown(here, f"{MATERIAL_PREFIX}{material.code}", asked, missing),
        basis=material.basis,
        missing=missing,
    )


def _unknown(
    here: Application, field: str, condition: Words, missing: tuple[str, ...]
) -> Reason:
    facts = [here.criterion.vocabulary.facts[name] for name in missing]
    labels = (
        "、".join(label_of(fact, "zh") for fact in facts),
        ", ".join(label_of(fact, "en") for fact in facts),
    )
    return worded(UNKNOWN, field=field, expected=condition, got=labels)


def _missing_material(row: TypedMaterial) -> ClauseOutcome:
    material = row.material
    field = f"{MATERIAL_PREFIX}{material.code}"
    reason = worded(MATERIAL_MISSING, field=field, expected=(material.zh, material.en))
    return ClauseOutcome(
        clause=field,
        kind=ClauseKind.FORMAL,
        outcome="failed",
        effect="supplement",
        reason=reason,
        basis=material.basis,
        remedy_zh=reason.fix_zh,
        remedy_en=reason.fix_en,
    )
