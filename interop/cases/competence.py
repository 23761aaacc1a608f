"""Competence and delegation (职权、委托): the right organ, or the answer that names it.

The clauses of competence of an item say by item, area, numbers and day who is competent; a
delegation is a clause with the day it takes effect. Here their route becomes the answer that
the law wants: outside the remit, not accepted, and this is where to go.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from interop.cases.reasons import ORGAN_NOT_COMPETENT, ORGAN_UNDETERMINED
from interop.criteria import Criterion
from interop.criteria.routing import Route, follow, route
from interop.errors import CaseError
from interop.model.case import FactValue
from interop.model.item import Basis, Organ
from interop.model.record import Record

# What the notice of refusal rests on where the clause names no norm of its own.
REFUSAL_BASIS: Final = Basis(
    level="law",
    document="中华人民共和国行政许可法",
    article="第三十二条第一款第二项",
    verified="secondary",
)


class Referral(Record):
    """The answer of an organ that is not competent (不予受理).

    Attributes:
        organ: The organ that is; None if only words say where to go.
        items: Lines of the notice of refusal, in Chinese.
        bases: Norms it rests on.
        clause: The clause of competence that decided.
    """

    organ: Organ | None = None
    items: tuple[str, ...]
    bases: tuple[Basis, ...]
    clause: str


def refer(found: Route) -> Referral | None:
    """Return the answer to give; None where the organ asked is competent, or it is not clear.

    Source: 行政许可法第三十二条第一款第二项 (告知申请人向有关行政机关申请).
    """
    if found.answer != "elsewhere":
        return None
    named = f"请向{found.organ.name}申请" if found.organ else found.remedy_zh
    basis = found.basis
    return Referral(
        organ=found.organ,
        items=("申请事项不属于本机关职权范围", named),
        bases=(REFUSAL_BASIS,) if basis in {None, REFUSAL_BASIS} else (REFUSAL_BASIS, basis),
        clause=found.clause,
    )


def require_competent_organ(
    criterion: Criterion,
    facts: Mapping[str, FactValue],
    *,
    has_agent: bool = False,
    on: date,
) -> Organ | None:
    """Return the organ of the item if it is competent on ``on``.

    Raises:
        CaseError: ``organ-not-competent`` names the right one; ``organ-undetermined`` names
            the facts it depends on. Bad facts as :func:`interop.criteria.routing.route`.
    """
    found = route(criterion, facts, has_agent=has_agent, on=on)
    if found.answer == "undetermined":
        shown = ", ".join(found.missing)
        raise CaseError(ORGAN_UNDETERMINED.of(field=found.clause, expected=shown))
    if found.answer == "elsewhere":
        right = found.organ.name if found.organ else found.remedy_zh
        own = criterion.item.organ.name if criterion.item.organ else criterion.item.region
        raise CaseError(ORGAN_NOT_COMPETENT.of(field=found.clause, expected=right, got=own))
    return found.organ


def competent_regions(
    criteria: Iterable[Criterion],
    facts: Mapping[str, FactValue],
    *,
    has_agent: bool = False,
    on: date,
) -> tuple[str, ...]:
    """Return the regions whose organ says that it is competent; one is what the law wants."""
    found = follow(criteria, facts, has_agent=has_agent, on=on)
    return tuple(region for region, one in found if one.answer == "here")
