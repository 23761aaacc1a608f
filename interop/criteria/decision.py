"""Decide on one application: every failing clause, every missing fact, every material.

Intake and merits are two questions. Intake looks at competence, at whether a licence is
needed at all, and at form; a substantive clause never changes it, it only warns beforehand.

Source: 行政许可法 art. 32 (intake), art. 38 (an unmet condition leads to a reasoned rejection).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from interop.criteria.criterion import Criterion
from interop.criteria.facts import read_facts
from interop.criteria.nodes import DAY_MAX, DAY_MIN
from interop.criteria.outcomes import (
    MATERIAL_PREFIX,
    Application,
    outcomes_of,
)
from interop.criteria.parser import DAY_WINDOW
from interop.criteria.reasons import DECISION_DAY, MATERIAL_UNKNOWN
from interop.criteria.vocabulary import AGENT_PRESENT
from interop.criteria.words import ascii_of
from interop.errors import CaseError
from interop.model.case import FactValue
from interop.model.item import ClauseKind
from interop.model.judgement import ClauseOutcome, Decision, Intake, Merits, StatedFact

# Intake asks in this order; an organ that is not competent does not say whether a licence
# is needed.
INTAKE_ORDER: Final[tuple[tuple[ClauseKind, Intake], ...]] = (
    (ClauseKind.COMPETENCE, "not_competent"),
    (ClauseKind.NOT_REQUIRED, "not_required"),
    (ClauseKind.FORMAL, "supplement"),
)
FROM_FORM: Final = "form"
FROM_APPLICATION: Final = "application"


def decide(  # noqa: PLR0913 -- the facts of one application, each named
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    *,
    materials: Collection[str],
    spared: Collection[str] = (),
    has_agent: bool,
    on: date,
    sources: Mapping[str, str] | None = None,
) -> Decision:
    """Return the decision (判断) on one application.

    Args:
        criterion: The criteria of the handling region's version of the item.
        facts: Declared facts by name; decimals and dates as strings.
        materials: Codes of the materials handed in.
        spared: Codes of the materials that certificates stand in for.
        has_agent: Whether an agent (经办人) acts; states ``agent.present``.
        on: Day of the decision, Asia/Shanghai.
        sources: Where facts came from that were not declared, such as ``shared`` or
            ``certificate:business-licence.name``; it changes nothing but what is told.

    Raises:
        CaseError: Every fact that is unknown, ill-typed or out of bounds, every unknown
            material; or a day outside 1800 … 2999.
    """
    here = read_application(
        criterion, facts, held=(*materials, *spared), has_agent=has_agent, on=on
    )
    return decided(here if sources is None else replace(here, sources=sources))


def decided(here: Application) -> Decision:
    """Return the decision on an application that was read."""
    criterion = here.criterion
    outcomes = tuple(outcomes_of(here))
    missing = (name for outcome in outcomes for name in outcome.missing)
    return Decision(
        item=criterion.item.item,
        region=criterion.item.region,
        version=criterion.item.version,
        criterion_digest=criterion.digest,
        on=here.on,
        intake=_intake(outcomes),
        merits=_merits(outcomes),
        outcomes=outcomes,
        missing_facts=tuple(dict.fromkeys(missing)),
        missing_materials=tuple(
            outcome.clause.removeprefix(MATERIAL_PREFIX)
            for outcome in outcomes
            if outcome.clause.startswith(MATERIAL_PREFIX) and outcome.outcome == "failed"
        ),
        stated=tuple(_stated(here)),
    )


def _stated(here: Application) -> Iterator[StatedFact]:
    known = {AGENT_PRESENT.id: FROM_APPLICATION} | dict(here.sources)
    for name in sorted(here.facts):
        yield StatedFact(fact=name, source=known.get(name, FROM_FORM))


def read_application(
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    *,
    held: Collection[str],
    has_agent: bool,
    on: date,
) -> Application:
    """Return the application, typed; ``held`` are the materials handed in or spared.

    Raises:
        CaseError: Everything that is wrong with it, as :func:`decide` says.
    """
    known = [row.material.code for row in criterion.materials]
    reasons = [
        MATERIAL_UNKNOWN.of(field="materials", expected=", ".join(known), got=ascii_of(code))
        for code in dict.fromkeys(held)
        if code not in known
    ]
    if type(on) is not date or not DAY_MIN <= on <= DAY_MAX:
        reasons.append(DECISION_DAY.of(field="on", expected=DAY_WINDOW, got=on))
    try:
        values = read_facts(criterion.vocabulary, facts, has_agent=has_agent)
    except CaseError as fault:
        raise CaseError(*fault.reasons, *reasons) from None
    if reasons:
        raise CaseError(*reasons)
    return Application(criterion, values, frozenset(held), on)


def _intake(outcomes: tuple[ClauseOutcome, ...]) -> Intake:
    for kind, answer in INTAKE_ORDER:
        found = {outcome.outcome for outcome in outcomes if outcome.kind is kind}
        if "failed" in found:
            return answer
        if "unknown" in found:
            return "undetermined"
    return "acceptable"


def _merits(outcomes: tuple[ClauseOutcome, ...]) -> Merits:
    found = {o.outcome for o in outcomes if o.kind is ClauseKind.SUBSTANTIVE}
    if "failed" in found:
        return "not_met"
    return "undetermined" if "unknown" in found else "met"
