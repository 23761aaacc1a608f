"""Which other regions would accept now: one application, each region's own version.

A region's facts and materials that another does not know are left out for it; what it asks
for beyond them is missing there, never guessed. Nothing here moves a case: where the law names
one competent organ, the competence clauses of the others fail.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from interop.criteria.criterion import Criterion
from interop.criteria.decision import decide
from interop.errors import CaseError, Reason
from interop.model.case import FactValue
from interop.model.item import ServiceItem
from interop.model.judgement import Decision, Intake, Merits
from interop.model.record import Record


class Elsewhere(Record):
    """What one region would say.

    Attributes:
        region: Region code.
        version: Version of its item.
        criterion_digest: Digest of that version.
        in_force: Whether that version is in force on the day; if not, nothing was decided.
        accepts: The application is acceptable and every condition is met.
        intake: Whether the case could come in.
        merits: Whether the substantive conditions hold.
        failing: Clauses, and ``material:<code>``, that fail there.
        missing_facts: Facts it would still ask for.
        reasons: Why the facts do not fit its vocabulary; then nothing was decided.
        illustrative: True where no official text of the region backs its version.
    """

    region: str
    version: str
    criterion_digest: str
    in_force: bool
    accepts: bool
    intake: Intake = "undetermined"
    merits: Merits = "undetermined"
    failing: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    illustrative: bool = False


def elsewhere(
    criteria: Iterable[Criterion],
    facts: Mapping[str, FactValue],
    *,
    materials: Collection[str],
    has_agent: bool,
    on: date,
) -> tuple[Elsewhere, ...]:
    """Return what each region would say, those that would accept first.

    Args:
        criteria: The versions of one item, one for each region.
        facts: Declared facts by name; decimals and dates as strings.
        materials: Codes of the materials handed in or spared.
        has_agent: Whether an agent (经办人) acts.
        on: Day of the decision, Asia/Shanghai.
    """
    found = [
        _asked(criterion, facts, materials, has_agent=has_agent, on=on)
        for criterion in criteria
    ]
    return tuple(sorted(found, key=lambda row: (not row.accepts, row.region)))


def is_in_force(item: ServiceItem, on: date) -> bool:
    """Return whether this version of an item is in force on day ``on``."""
    until = item.effective_until
    return item.effective_from <= on and (until is None or on <= until)


def _asked(
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    materials: Collection[str],
    *,
    has_agent: bool,
    on: date,
) -> Elsewhere:
    item = criterion.item
    if not is_in_force(item, on):
        return _row(criterion, in_force=False)
    codes = {row.material.code for row in criterion.materials}
    known = {*criterion.vocabulary.facts, *criterion.vocabulary.synonyms}
    try:
        decision = decide(
            criterion,
            {name: value for name, value in facts.items() if name in known},
            materials=[code for code in materials if code in codes],
            has_agent=has_agent,
            on=on,
        )
    except CaseError as fault:
        return _row(criterion, reasons=fault.reasons)
    return _row(criterion, decision)


def _row(
    criterion: Criterion,
    decision: Decision | None = None,
    *,
    in_force: bool = True,
    reasons: tuple[Reason, ...] = (),
) -> Elsewhere:
    item = criterion.item
    row = Elsewhere(
        region=item.region,
        version=item.version,
        criterion_digest=criterion.digest,
        in_force=in_force,
        accepts=False,
        reasons=reasons,
        illustrative=item.illustrative,
    )
    if decision is None:
        return row
    failing = tuple(o.clause for o in decision.outcomes if o.outcome == "failed")
    return row.model_copy(
        update={
            "accepts": (decision.intake, decision.merits) == ("acceptable", "met"),
            "intake": decision.intake,
            "merits": decision.merits,
            "failing": failing,
            "missing_facts": decision.missing_facts,
        }
    )
