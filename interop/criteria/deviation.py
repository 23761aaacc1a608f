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
from typing import Final, TypeAlias

from interop.criteria.burden import burden_of
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
from interop.model.item import (
    Basis,
    Clause,
    ClauseKind,
    FactDefinition,
    JointHandling,
    Limit,
    ServiceItem,
)
from interop.model.reasons import CODE_UNKNOWN
from interop.model.record import Record


class DeviationKind(StrEnum):
    """What differs."""

    ALIAS = "alias"
    PROMISE_BETTER = "promise-better"
    PROMISE_WORSE = "promise-worse"
    JOINT_ADDED = "joint-handling-added"
    JOINT_DROPPED = "joint-handling-dropped"
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
Facts: TypeAlias = tuple[FactDefinition, ...]

ASSURANCE_LEVELS: Final = ("low", "substantial", "high")
TEMPORARY_MONTHS_MAX: Final = MONTHS_PER_YEAR

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
    # One front for several organs, and longer limits.
    DeviationKind.JOINT_ADDED: Effect.OPEN,
    DeviationKind.JOINT_DROPPED: Effect.OPEN,
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
    ends and are no deviation. Whether a changed clause asks for more is read from its text; the
    file's own word for it counts only where the texts do not tell.

    Args:
        canonical: The common version that the file extends.
        district: The file.
        levels: mappings/codes/norm-levels.

    Raises:
        KnowledgeError: ``code-unknown``: a norm of a level that ``levels`` does not decide.
    """
    law = _Law(levels, temporary=_within_a_year(district))
    facts = (*canonical.facts, *district.facts)
    return (
        *_limits(canonical, district),
        *channels(canonical.channels, district.channels),
        *assurance(canonical.assurance_min, district.assurance_min),
        *(d for row in district.materials for d in _material(canonical, row, law)),
        *(d for row in district.clauses for d in _clause(canonical, facts, row, law)),
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


def found(
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
    yield from promise(canonical.promised, promised, statutory)
    yield from joint(canonical.joint, district.joint or canonical.joint)


def promise(
    common: Limit, own: Limit, statutory: Limit, path: str = "promised"
) -> Iterator[Deviation]:
    """Yield how a promise differs from the common one; unlawful above the statutory limit."""
    unlawful = own.unit == statutory.unit and own.length > statutory.length
    if own.unit == common.unit and own.length == common.length and not unlawful:
        return
    better = own.unit == common.unit and own.length < common.length
    kind = DeviationKind.PROMISE_BETTER if better else DeviationKind.PROMISE_WORSE
    verdict = Verdict.UNLAWFUL if unlawful else Verdict.NOT_NEEDED
    yield found(kind, path, (_said(common), _said(own)), verdict)


def joint(common: JointHandling | None, own: JointHandling | None) -> Iterator[Deviation]:
    """Yield how joint handling differs: that a government arranged it, and what is promised."""
    if common is not None and own is not None:
        yield from promise(common.promised, own.promised, own.statutory, "joint.promised")
    elif own is not None:
        said = ("", _said(own.statutory))
        yield found(DeviationKind.JOINT_ADDED, "joint", said, norm=own.basis)
    elif common is not None:
        yield found(DeviationKind.JOINT_DROPPED, "joint", (_said(common.statutory), ""))


def _said(limit: Limit) -> str:
    return f"{limit.length}个{'工作日' if limit.unit == 'working-day' else '自然日'}"


def channels(common: tuple[str, ...], own: tuple[str, ...] | None) -> Iterator[Deviation]:
    """Yield each channel that only one side has; None keeps the common ones."""
    if own is None:
        return
    for channel in own:
        if channel not in common:
            yield found(DeviationKind.CHANNEL_ADDED, "channels", ("", channel))
    for channel in common:
        if channel not in own:
            yield found(DeviationKind.CHANNEL_DROPPED, "channels", (channel, ""))


def assurance(common: str, own: str | None) -> Iterator[Deviation]:
    """Yield a lower or higher level of assurance; None keeps the common one."""
    if own is None or own == common:
        return
    raised = ASSURANCE_LEVELS.index(own) > ASSURANCE_LEVELS.index(common)
    kind = DeviationKind.ASSURANCE_RAISED if raised else DeviationKind.ASSURANCE_LOWERED
    yield found(kind, "assurance_min", (common, own))


# Rows of a region's file.


def _material(canonical: ServiceItem, row: MaterialChange, law: _Law) -> Iterator[Deviation]:
    if isinstance(row, MaterialAdded):
        norm = row.norm or row.material.basis
        path, said = f"materials.{row.material.code}", ("", row.material.zh)
        if row.material.necessity == "optional":
            one = found(DeviationKind.MATERIAL_ADDED, path, said, norm=norm)
            yield one.model_copy(update={"effect": Effect.NONE})
        else:
            verdict = law.verdict(norm, _ADDS)
            yield found(DeviationKind.MATERIAL_ADDED, path, said, verdict, norm=norm)
        return
    named = next((m.zh for m in canonical.materials if m.code == row.code), row.code)
    path = f"materials.{row.code}"
    if isinstance(row, MaterialAliased):
        yield found(DeviationKind.ALIAS, path, (named, "、".join(row.aliases)))
    else:
        yield found(DeviationKind.MATERIAL_DROPPED, path, (named, ""))


def _clause(
    canonical: ServiceItem, facts: Facts, row: ClauseChange, law: _Law
) -> Iterator[Deviation]:
    if isinstance(row, ClauseAdded):
        yield from _added(row, law)
        return
    common = next((c for c in canonical.clauses if c.id == row.id), None)
    if common is not None and common.kind is ClauseKind.COMPETENCE:
        return
    if isinstance(row, ClauseDropped):
        yield from _dropped(row.id, common, law)
    elif isinstance(row, ClauseTightened | ClauseRelaxed):
        yield from _changed(row, common, facts, law)


def _added(row: ClauseAdded, law: _Law) -> Iterator[Deviation]:
    clause, norm = row.clause, row.norm or row.clause.basis
    path, said = f"clauses.{clause.id}", ("", clause.zh)
    if clause.kind is ClauseKind.NOT_REQUIRED:
        # One more case in which no licence is needed.
        one = found(DeviationKind.CLAUSE_ADDED, path, said, norm=norm)
        yield one.model_copy(update={"effect": Effect.IMPROVEMENT})
    elif clause.kind is not ClauseKind.COMPETENCE:
        verdict = law.verdict(norm, _ADDS)
        yield found(DeviationKind.CLAUSE_ADDED, path, said, verdict, norm=norm)


def _dropped(name: str, common: Clause | None, law: _Law) -> Iterator[Deviation]:
    one = found(
        DeviationKind.CLAUSE_DROPPED, f"clauses.{name}", (common.zh if common else name, "")
    )
    if common is not None and common.kind is ClauseKind.NOT_REQUIRED:
        # A licence is asked for where none was needed, and a row that drops names no norm.
        verdict = law.verdict(None, _TIGHTENS)
        one = one.model_copy(update={"effect": Effect.WORSE, "verdict": verdict})
    yield one


def _changed(
    row: ClauseTightened | ClauseRelaxed, common: Clause | None, facts: Facts, law: _Law
) -> Iterator[Deviation]:
    """Yield what a changed clause does, whatever its file calls it, as far as texts tell."""
    burden = None
    if common is not None:
        own = common.model_copy(update={"when": row.when, "table": row.table})
        burden = burden_of(common, own, facts)
    if burden == "same":
        return
    path, said = f"clauses.{row.id}", (common.zh if common else row.id, row.zh)
    if burden == "less":
        yield found(DeviationKind.CLAUSE_RELAXED, path, said, norm=row.norm)
        return
    surely = burden == "more" or isinstance(row, ClauseTightened)
    kind = DeviationKind.CLAUSE_TIGHTENED if surely else DeviationKind.CLAUSE_CHANGED
    yield found(kind, path, said, law.verdict(row.norm, _TIGHTENS), norm=row.norm)
