"""What loads and should still be looked at: a clause without a kind, a norm not named.

A warning never stops a file from loading; what does is the matter of
:func:`interop.criteria.check_item`.
"""

from collections.abc import Iterable, Iterator

from interop.criteria.profile import (
    ClauseAdded,
    ClauseTightened,
    DistrictItem,
    MaterialAdded,
)
from interop.criteria.reasons import CLAUSE_NO_KIND, PROFILE_NO_NORM
from interop.errors import Reason
from interop.model.item import Basis, Clause, ClauseKind, ServiceItem


def warnings_of(item: ServiceItem | DistrictItem) -> tuple[Reason, ...]:
    """Return what should be looked at in ``item``, read from its file; empty if nothing.

    A clause that names no kind is read as substantive, the only kind that bars nobody from
    filing. A row that adds or tightens a requirement and names no norm is reported, not
    refused. Whether a kind was named is known of a file as it was read, not of a stored copy.

    Source: 行政许可法 art. 14 to 17, 32, 38.
    """
    if isinstance(item, ServiceItem):
        return tuple(_kinds(item.clauses))
    added = (row.clause for row in item.clauses if isinstance(row, ClauseAdded))
    unnamed = (
        PROFILE_NO_NORM.of(field=path) for path, norm in requirements(item) if norm is None
    )
    return (*unnamed, *_kinds(added))


def requirements(district: DistrictItem) -> Iterator[tuple[str, Basis | None]]:
    """Yield the path and the norm of each row that adds or tightens a requirement."""
    for row in district.materials:
        if isinstance(row, MaterialAdded):
            yield f"materials.{row.material.code}", row.norm or row.material.basis
    for clause in district.clauses:
        if isinstance(clause, ClauseTightened):
            yield f"clauses.{clause.id}", clause.norm
        elif isinstance(clause, ClauseAdded):
            yield f"clauses.{clause.clause.id}", clause.norm or clause.clause.basis


def _kinds(clauses: Iterable[Clause]) -> Iterator[Reason]:
    for clause in clauses:
        if "kind" not in clause.model_fields_set:
            yield CLAUSE_NO_KIND.of(
                field=f"clauses.{clause.id}", expected=ClauseKind.SUBSTANTIVE.value
            )
