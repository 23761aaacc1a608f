"""Where two regions' versions of one item differ, and what is to be explained (差异说明).

Within one province each region's deviations from the common version are judged by the norms
they name; between provinces, which may each specify by norms of their own, a difference is
"to be explained".
"""

from collections.abc import Iterator
from typing import Final

from interop.criteria.burden import burden_of
from interop.criteria.deviation import (
    Deviation,
    DeviationKind,
    Effect,
    Verdict,
    assurance,
    channels,
    found,
    joint,
    promise,
)
from interop.model.item import Clause, ClauseKind, FactDefinition, Material, ServiceItem

PROVINCE_DIGITS: Final = 2
NOT_REQUIRED: Final = ClauseKind.NOT_REQUIRED
CHANGES: Final = {
    "more": DeviationKind.CLAUSE_TIGHTENED,
    "less": DeviationKind.CLAUSE_RELAXED,
}


def differences(left: ServiceItem, right: ServiceItem) -> tuple[Deviation, ...]:
    """Return where ``right`` differs from ``left``, two regions' versions of one item.

    Between two provinces whatever ``right`` asks for beyond ``left``, or otherwise than
    ``left``, is to be explained; within one province each region's own deviations from the
    common version are judged instead, see
    :func:`interop.criteria.deviation.deviations_of`.
    """
    apart = left.region[:PROVINCE_DIGITS] != right.region[:PROVINCE_DIGITS]
    verdict = Verdict.TO_BE_EXPLAINED if apart else Verdict.NOT_NEEDED
    rows = (
        *promise(left.promised, right.promised, right.statutory),
        *joint(left.joint, right.joint),
        *channels(left.channels, right.channels),
        *assurance(left.assurance_min, right.assurance_min),
        *_rows_apart(left, right),
    )
    return tuple(
        row.model_copy(update={"verdict": verdict}) if _asks(row) else row for row in rows
    )


def _asks(row: Deviation) -> bool:
    return row.effect in {Effect.WORSE, Effect.OPEN} and row.verdict is not Verdict.UNLAWFUL


def _rows_apart(left: ServiceItem, right: ServiceItem) -> Iterator[Deviation]:
    materials = {row.code: row for row in left.materials}
    for material in right.materials:
        yield from _material_apart(materials.pop(material.code, None), material)
    for code, row in materials.items():
        yield found(DeviationKind.MATERIAL_DROPPED, f"materials.{code}", (row.zh, ""))
    facts = (*left.facts, *right.facts)
    clauses = {row.id: row for row in left.clauses if row.kind is not ClauseKind.COMPETENCE}
    for clause in right.clauses:
        if clause.kind is not ClauseKind.COMPETENCE:
            yield from _clause_apart(clauses.pop(clause.id, None), clause, facts)
    yield from (_clause_gone(row) for row in clauses.values())


def _material_apart(common: Material | None, own: Material) -> Iterator[Deviation]:
    path = f"materials.{own.code}"
    if common is None:
        yield found(DeviationKind.MATERIAL_ADDED, path, ("", own.zh), norm=own.basis)
        return
    if (common.when, common.necessity) != (own.when, own.necessity):
        yield found(DeviationKind.MATERIAL_CHANGED, path, (common.zh, own.zh), norm=own.basis)
    names = {common.zh, *common.aliases}
    if local := [name for name in (own.zh, *own.aliases) if name not in names]:
        yield found(DeviationKind.ALIAS, path, (common.zh, "、".join(local)))


def _clause_apart(
    common: Clause | None, own: Clause, facts: tuple[FactDefinition, ...]
) -> Iterator[Deviation]:
    path = f"clauses.{own.id}"
    if common is None:
        one = found(DeviationKind.CLAUSE_ADDED, path, ("", own.zh), norm=own.basis)
        if own.kind is NOT_REQUIRED:
            one = one.model_copy(update={"effect": Effect.IMPROVEMENT})
        yield one
    elif (common.when, common.table, common.kind) != (own.when, own.table, own.kind):
        burden = burden_of(common, own, facts)
        kind = CHANGES.get(burden or "", DeviationKind.CLAUSE_CHANGED)
        if burden != "same":
            yield found(kind, path, (common.zh, own.zh), norm=own.basis)


def _clause_gone(row: Clause) -> Deviation:
    one = found(DeviationKind.CLAUSE_DROPPED, f"clauses.{row.id}", (row.zh, ""))
    worse = row.kind is NOT_REQUIRED
    return one.model_copy(update={"effect": Effect.WORSE}) if worse else one
