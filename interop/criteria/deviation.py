"""What a region does otherwise than the common version, and whether the law lets it.

A lower promise, one more channel, one material less are improvements. What asks for more is
held against the level of the norm it names: "within its norm", "no norm named", "norm level
too low". "Unlawful" is said only of a promise above the statutory limit and of norm levels
that the law excludes. Between provinces a difference is "to be explained": a province may
specify by its own norms.

Source: 行政许可法 art. 14 to 17 (who may set conditions), art. 42 (limits); the levels are rows
of mappings/codes/norm-levels, unverified until an officer signs them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interop.criteria.evaluation import MONTHS_PER_YEAR, plus_months
from interop.criteria.profile import (
    ClauseAdded,
    ClauseChange,
    ClauseDropped,
    ClauseRelaxed,
    ClauseTightened,
    DistrictItem,
    MaterialAdded,
    MaterialAliased,
    MaterialChange,
)
from interop.errors import KnowledgeError
from interop.model.codes import CodeSystem
from interop.model.item import Basis, Clause, ClauseKind, Limit, Material, ServiceItem
from interop.model.reasons import CODE_UNKNOWN
from interop.model.record import Record


class DeviationKind(StrEnum):
    """What differs."""

    ALIAS = "alias"
    PROMISE_BETTER = "promise-better"
    PROMISE_WORSE = "promise-worse"
    CHANNEL_ADDED = "channel-added"
    CHANNEL_DROPPED = "channel-dropped"
    ASSURANCE_LOWERED = "assurance-lowered"
    ASSURANCE_RAISED = "assurance-raised"
    MATERIAL_ADDED = "material-added"
    MATERIAL_DROPPED = "material-dropped"
    MATERIAL_CHANGED = "material-changed"
    CLAUSE_ADDED = "clause-added"
    CLAUSE_DROPPED = "clause-dropped"
    CLAUSE_TIGHTENED = "clause-tightened"
    CLAUSE_RELAXED = "clause-relaxed"
    CLAUSE_CHANGED = "clause-changed"


class Effect(StrEnum):
    """What it means for the applicant."""

    NONE = "none"
    IMPROVEMENT = "improvement"
    WORSE = "worse"
    OPEN = "open"


class Verdict(StrEnum):
    """Whether it may stand."""

    NOT_NEEDED = "not-needed"
    WITHIN = "within-its-norm"
    UNNAMED = "no-norm-named"
    TOO_LOW = "norm-level-too-low"
    UNLAWFUL = "unlawful"
    TO_BE_EXPLAINED = "to-be-explained"


# Verdict to how it is said, Chinese and English.
VERDICT_WORDS: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.NOT_NEEDED: ("无需依据", "needs no norm"),
    Verdict.WITHIN: ("在依据权限内", "within its norm"),
    Verdict.UNNAMED: ("未写明依据", "no norm named"),
    Verdict.TOO_LOW: ("依据层级不够", "norm level too low"),
    Verdict.UNLAWFUL: ("违法", "unlawful"),
    Verdict.TO_BE_EXPLAINED: ("待说明", "to be explained"),
}
ASSURANCE_LEVELS: Final = ("low", "substantial", "high")
TEMPORARY_MONTHS_MAX: Final = MONTHS_PER_YEAR
PROVINCE_DIGITS: Final = 2

_ADDS: Final = "may_add"
_TIGHTENS: Final = "may_tighten"
_VERDICTS: Final[Mapping[str, Verdict]] = {
    "yes": Verdict.WITHIN,
    "no": Verdict.TOO_LOW,
    "unlawful": Verdict.UNLAWFUL,
    "unnamed": Verdict.UNNAMED,
}
_EFFECTS: Final[Mapping[DeviationKind, Effect]] = {
    DeviationKind.ALIAS: Effect.NONE,
    DeviationKind.PROMISE_BETTER: Effect.IMPROVEMENT,
    DeviationKind.CHANNEL_ADDED: Effect.IMPROVEMENT,
    DeviationKind.ASSURANCE_LOWERED: Effect.IMPROVEMENT,
    DeviationKind.MATERIAL_DROPPED: Effect.IMPROVEMENT,
    DeviationKind.CLAUSE_DROPPED: Effect.IMPROVEMENT,
    DeviationKind.CLAUSE_RELAXED: Effect.IMPROVEMENT,
    DeviationKind.MATERIAL_CHANGED: Effect.OPEN,
    DeviationKind.CLAUSE_CHANGED: Effect.OPEN,
}


class Deviation(Record):
    """One difference.

    Attributes:
        kind: What differs.
        effect: What it means for the applicant; ``open`` where only a proof could tell.
        verdict: Whether it may stand.
        path: Key path, such as ``clauses.area-bound``.
        expected: The common version, in Chinese; empty if it has no such row.
        got: The region's version, in Chinese; empty if it has no such row.
        norm: The norm that the region names.
    """

    kind: DeviationKind
    effect: Effect
    verdict: Verdict
    path: str
    expected: str = ""
    got: str = ""
    norm: Basis | None = None


@dataclass(frozen=True, slots=True)
class _Law:
    """The levels, and whether what is asked for ends within the year."""

    levels: CodeSystem
    temporary: bool

    def verdict(self, norm: Basis | None, right: str) -> Verdict:
        if norm is None:
            return Verdict.UNNAMED
        said = self.levels.concept(norm.level).columns.get(right, "")
        if said == "temporary":
            return Verdict.WITHIN if self.temporary else Verdict.TOO_LOW
        if said not in _VERDICTS:
            # Fail closed: a level the table does not decide is not taken for granted.
            raise KnowledgeError(
                CODE_UNKNOWN.of(field=f"{self.levels.edition} {norm.level}.{right}", got=said)
            )
        return _VERDICTS[said]


def deviations_of(
    canonical: ServiceItem, district: DistrictItem, *, levels: CodeSystem
) -> tuple[Deviation, ...]:
    """Return every deviation of a region's file from the common version, limits first.

    The file need not load: an unlawful promise is reported here and refused there. Local names
    (``alias``) are listed, without effect. Clauses of competence say where a region's remit
    ends and are no deviation.

    Args:
        canonical: The common version that the file extends.
        district: The file.
        levels: mappings/codes/norm-levels.

    Raises:
        KnowledgeError: ``code-unknown``: a norm of a level that ``levels`` does not decide.
    """
    law = _Law(levels, temporary=_within_a_year(district))
    return (
        *_limits(canonical, district),
        *_channels(canonical.channels, district.channels),
        *_assurance(canonical.assurance_min, district.assurance_min),
        *(d for row in district.materials for d in _material(canonical, row, law)),
        *(d for row in district.clauses for d in _clause(canonical, row, law)),
    )


def differences(left: ServiceItem, right: ServiceItem) -> tuple[Deviation, ...]:
    """Return where ``right`` differs from ``left``, two regions' versions of one item.

    Between two provinces whatever ``right`` asks for beyond ``left``, or otherwise than
    ``left``, is to be explained; within one province each region's own deviations from the
    common version are judged instead, see :func:`deviations_of`.
    """
    apart = left.region[:PROVINCE_DIGITS] != right.region[:PROVINCE_DIGITS]
    verdict = Verdict.TO_BE_EXPLAINED if apart else Verdict.NOT_NEEDED
    found = (
        *_promise(left.promised, right.promised, right.statutory),
        *_channels(left.channels, right.channels),
        *_assurance(left.assurance_min, right.assurance_min),
        *_rows_apart(left, right),
    )
    return tuple(
        row.model_copy(update={"verdict": verdict}) if _asks(row) else row for row in found
    )


def verdict_of(
    norm: Basis | None, *, added: bool, temporary: bool = False, levels: CodeSystem
) -> Verdict:
    """Return whether ``norm`` may carry a requirement.

    Args:
        norm: The norm named; None if none is.
        added: Whether the requirement is a new one; else one that is tightened.
        temporary: Whether it ends within a year; what a provincial government's rule may add.
        levels: mappings/codes/norm-levels.

    Raises:
        KnowledgeError: ``code-unknown``.
    """
    return _Law(levels, temporary).verdict(norm, _ADDS if added else _TIGHTENS)


def _within_a_year(district: DistrictItem) -> bool:
    until = district.effective_until
    return until is not None and until < plus_months(
        district.effective_from, TEMPORARY_MONTHS_MAX
    )


def _asks(row: Deviation) -> bool:
    return row.effect in {Effect.WORSE, Effect.OPEN} and row.verdict is not Verdict.UNLAWFUL


def _found(
    kind: DeviationKind,
    path: str,
    said: tuple[str, str],
    verdict: Verdict = Verdict.NOT_NEEDED,
    *,
    norm: Basis | None = None,
) -> Deviation:
    """Return the deviation; ``said`` is the common version and the region's."""
    return Deviation(
        kind=kind,
        effect=_EFFECTS.get(kind, Effect.WORSE),
        verdict=verdict,
        path=path,
        expected=said[0],
        got=said[1],
        norm=norm,
    )


# Limits, channels, assurance.


def _limits(canonical: ServiceItem, district: DistrictItem) -> Iterator[Deviation]:
    promised = district.promised or canonical.promised
    statutory = district.statutory or canonical.statutory
    yield from _promise(canonical.promised, promised, statutory)


def _promise(common: Limit, own: Limit, statutory: Limit) -> Iterator[Deviation]:
    unlawful = own.unit == statutory.unit and own.length > statutory.length
    if own.unit == common.unit and own.length == common.length and not unlawful:
        return
    better = own.unit == common.unit and own.length < common.length
    kind = DeviationKind.PROMISE_BETTER if better else DeviationKind.PROMISE_WORSE
    verdict = Verdict.UNLAWFUL if unlawful else Verdict.NOT_NEEDED
    yield _found(kind, "promised", (_said(common), _said(own)), verdict)


def _said(limit: Limit) -> str:
    return f"{limit.length}个{'工作日' if limit.unit == 'working-day' else '自然日'}"


def _channels(common: tuple[str, ...], own: tuple[str, ...] | None) -> Iterator[Deviation]:
    if own is None:
        return
    for channel in own:
        if channel not in common:
            yield _found(DeviationKind.CHANNEL_ADDED, "channels", ("", channel))
    for channel in common:
        if channel not in own:
            yield _found(DeviationKind.CHANNEL_DROPPED, "channels", (channel, ""))


def _assurance(common: str, own: str | None) -> Iterator[Deviation]:
    if own is None or own == common:
        return
    raised = ASSURANCE_LEVELS.index(own) > ASSURANCE_LEVELS.index(common)
    kind = DeviationKind.ASSURANCE_RAISED if raised else DeviationKind.ASSURANCE_LOWERED
    yield _found(kind, "assurance_min", (common, own))


# Rows of a region's file.


def _material(canonical: ServiceItem, row: MaterialChange, law: _Law) -> Iterator[Deviation]:
    if isinstance(row, MaterialAdded):
        norm = row.norm or row.material.basis
        yield _found(
            DeviationKind.MATERIAL_ADDED,
            f"materials.{row.material.code}",
            ("", row.material.zh),
            law.verdict(norm, _ADDS),
            norm=norm,
        )
        return
    named = next((m.zh for m in canonical.materials if m.code == row.code), row.code)
    path = f"materials.{row.code}"
    if isinstance(row, MaterialAliased):
        yield _found(DeviationKind.ALIAS, path, (named, "、".join(row.aliases)))
    else:
        yield _found(DeviationKind.MATERIAL_DROPPED, path, (named, ""))


def _clause(canonical: ServiceItem, row: ClauseChange, law: _Law) -> Iterator[Deviation]:
    if isinstance(row, ClauseAdded):
        norm = row.norm or row.clause.basis
        if row.clause.kind is not ClauseKind.COMPETENCE:
            verdict = law.verdict(norm, _ADDS)
            path = f"clauses.{row.clause.id}"
            yield _found(
                DeviationKind.CLAUSE_ADDED, path, ("", row.clause.zh), verdict, norm=norm
            )
        return
    common = next((c for c in canonical.clauses if c.id == row.id), None)
    if common is not None and common.kind is ClauseKind.COMPETENCE:
        return
    path, said = f"clauses.{row.id}", common.zh if common else row.id
    if isinstance(row, ClauseTightened):
        verdict = law.verdict(row.norm, _TIGHTENS)
        yield _found(
            DeviationKind.CLAUSE_TIGHTENED, path, (said, row.zh), verdict, norm=row.norm
        )
    elif isinstance(row, ClauseRelaxed):
        yield _found(DeviationKind.CLAUSE_RELAXED, path, (said, row.zh), norm=row.norm)
    elif isinstance(row, ClauseDropped):
        yield _found(DeviationKind.CLAUSE_DROPPED, path, (said, ""))


# Two versions of one item.


def _rows_apart(left: ServiceItem, right: ServiceItem) -> Iterator[Deviation]:
    materials = {row.code: row for row in left.materials}
    for material in right.materials:
        yield from _material_apart(materials.pop(material.code, None), material)
    for code, row in materials.items():
        yield _found(DeviationKind.MATERIAL_DROPPED, f"materials.{code}", (row.zh, ""))
    clauses = {row.id: row for row in left.clauses if row.kind is not ClauseKind.COMPETENCE}
    for clause in right.clauses:
        if clause.kind is not ClauseKind.COMPETENCE:
            yield from _clause_apart(clauses.pop(clause.id, None), clause)
    for name, gone in clauses.items():
        yield _found(DeviationKind.CLAUSE_DROPPED, f"clauses.{name}", (gone.zh, ""))


def _material_apart(common: Material | None, own: Material) -> Iterator[Deviation]:
    path = f"materials.{own.code}"
    if common is None:
        yield _found(DeviationKind.MATERIAL_ADDED, path, ("", own.zh), norm=own.basis)
        return
    if (common.when, common.necessity) != (own.when, own.necessity):
        yield _found(DeviationKind.MATERIAL_CHANGED, path, (common.zh, own.zh), norm=own.basis)
    names = {common.zh, *common.aliases}
    if local := [name for name in (own.zh, *own.aliases) if name not in names]:
        yield _found(DeviationKind.ALIAS, path, (common.zh, "、".join(local)))


def _clause_apart(common: Clause | None, own: Clause) -> Iterator[Deviation]:
    path = f"clauses.{own.id}"
    if common is None:
        yield _found(DeviationKind.CLAUSE_ADDED, path, ("", own.zh), norm=own.basis)
    elif (common.when, common.kind) != (own.when, own.kind):
        yield _found(DeviationKind.CLAUSE_CHANGED, path, (common.zh, own.zh), norm=own.basis)
