"""One criterion for many districts (统一受理条件): align, propose, count who is touched.

Clauses are aligned by identifier, then by kind and the facts they speak of. Of the districts'
forms of a clause a policy chooses one: bounds and whatever the text alone settles are compared
exactly; where it does not, the recorded applications decide; where they do not either, the
proposal says that it is undecided. A clause of competence says where a remit ends, is no
condition, and is left to each district.

Source: 国办发〔2020〕35号 (one item, one condition; powers stay where they are; unverified).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from interop.criteria.alignment import Aligned, align, common_vocabulary
from interop.criteria.canonical_form import TRUE
from interop.criteria.criterion import Criterion, TypedClause
from interop.criteria.deviation import Verdict, verdict_of
from interop.criteria.evaluation import Facts, truth
from interop.criteria.facts import read_facts
from interop.criteria.nodes import Node
from interop.criteria.reasons import ITEM_LIMIT
from interop.criteria.strictness import Scale
from interop.errors import KnowledgeError
from interop.model.case import FactValue
from interop.model.codes import CodeSystem
from interop.model.item import Clause, ClauseKind
from interop.model.record import Record

Policy = Literal["statutory", "strictest", "loosest", "majority"]
How = Literal["same", "exact", "counted", "norm", "recorded", "undecided"]
Act = Literal["add", "drop", "tighten", "relax", "replace"]

NOT_REQUIRED: Final = ClauseKind.NOT_REQUIRED
DISTRICTS_MAX: Final = 500
APPLICATIONS_MAX: Final = 100_000


class RecordedApplication(Record):
    """One application as it was recorded, without a person: only what clauses speak of.

    Attributes:
        region: Region whose criteria it was judged by.
        on: Day of the decision, Asia/Shanghai.
        has_agent: Whether an agent acted.
        facts: Declared facts by name.
    """

    region: str
    on: date
    has_agent: bool = False
    facts: dict[str, FactValue]


class ProposedClause(Record):
    """One clause of the proposal.

    Attributes:
        id: Its identifier.
        kind: What an unmet clause leads to.
        how: ``same`` everywhere; ``exact`` by comparing the texts; ``counted`` by districts;
            ``norm`` by the level of its basis; ``recorded`` by the recorded applications;
            ``undecided`` where none of these tells the forms apart.
        clause: The proposed form; None if the clause is dropped, or undecided.
        regions: Regions that have this form already, or, undecided, all that have any.
    """

    id: str
    kind: ClauseKind
    how: How
    clause: Clause | None = None
    regions: tuple[str, ...]


class Alteration(Record):
    """What one district would change in one clause.

    Attributes:
        clause: Identifier in the proposal.
        act: ``add``, ``drop``, ``tighten``, ``relax``, or ``replace`` where the text does not
            tell which form asks for more. A clause that says where no licence is needed is
            tightened if more people need one.
        own: The district's form in Chinese; empty if it has none.
        proposed: The proposed form in Chinese; empty if it is dropped.
    """

    clause: str
    act: Act
    own: str = ""
    proposed: str = ""


class DistrictPlan(Record):
    """What one district would change, and whom it would touch.

    Attributes:
        region: Its code.
        alterations: Clauses to change, in the order of the proposal.
        applications: Recorded applications of this district.
        affected: Those for which a changed clause is met now and would not be, or the other
            way round.
        undetermined: Those not known to be affected, for which a fact is not recorded.
        share_percent: ``affected`` of ``applications``, one decimal; empty if none is recorded.
    """

    region: str
    alterations: tuple[Alteration, ...]
    applications: int
    affected: int
    undetermined: int
    share_percent: str


class Proposal(Record):
    """One criterion for all districts, by one policy.

    Attributes:
        item: Service item.
        policy: The policy.
        clauses: Every aligned clause, also those to be dropped.
        districts: What each would change.
    """

    item: str
    policy: Policy
    clauses: tuple[ProposedClause, ...]
    districts: tuple[DistrictPlan, ...]


def unify(
    criteria: Sequence[Criterion],
    *,
    policy: Policy,
    levels: CodeSystem,
    recorded: Sequence[RecordedApplication] = (),
) -> Proposal:
    """Propose one criterion for all districts.

    ``strictest`` asks for what any district asks for, ``loosest`` for what all ask for,
    ``majority`` for what most do (of two equal halves, the looser); ``statutory`` keeps the
    form with the highest norm that may carry it, and drops what none carries.

    Args:
        criteria: One of each district, of one item.
        policy: How to choose.
        levels: mappings/codes/norm-levels, highest level first.
        recorded: Applications on which to count; those of other regions are not counted.

    Raises:
        KnowledgeError: ``unify-other-items``, ``unify-facts-clash``, ``item-limit``, or a norm
            of an unknown level.
        CaseError: A recorded fact that no district knows or that is ill-typed.
    """
    _check_sizes(criteria, recorded)
    board = _Board(criteria, levels, recorded)
    chosen = [(row, *board.choose(row, policy)) for row in align(criteria)]
    return Proposal(
        item=criteria[0].item.item if criteria else "",
        policy=policy,
        clauses=tuple(_proposed(row, variant, how) for row, variant, how in chosen),
        districts=tuple(board.plan(c.item.region, chosen) for c in criteria),
    )


@dataclass(frozen=True, slots=True)
class _Variant:
    """One form of a clause and the regions that have it; no row is no condition."""

    form: Node
    row: TypedClause | None
    regions: tuple[str, ...]

    def truth(self, case: "_Case") -> bool | None:
        return _truth(self.row, case)


@dataclass(frozen=True, slots=True)
class _Case:
    region: str
    facts: Facts
    on: date


_Choice: TypeAlias = tuple[_Variant | None, How]
_Chosen: TypeAlias = tuple[Aligned, _Variant | None, How]


def _truth(row: TypedClause | None, case: _Case) -> bool | None:
    return True if row is None else truth(row.when, case.facts, case.on)


class _Board:
    """Everything that choosing needs to know."""

    def __init__(
        self,
        criteria: Sequence[Criterion],
        levels: CodeSystem,
        recorded: Sequence[RecordedApplication],
    ) -> None:
        vocabulary = common_vocabulary(criteria)
        self._scale = Scale(vocabulary)
        self._levels = levels
        self._ranks = [concept.code for concept in levels.concepts]
        self._cases = tuple(
            _Case(r.region, read_facts(vocabulary, r.facts, has_agent=r.has_agent), r.on)
            for r in recorded
        )

    # Choosing.

    def choose(self, row: Aligned, policy: Policy) -> _Choice:
        variants = self._variants(row)
        if len(variants) == 1:
            return variants[0], "same"
        match policy:
            case "strictest" | "loosest":
                return self._extreme(row, variants, heaviest=policy == "strictest")
            case "majority":
                return self._most(row, variants)
            case "statutory":
                return self._lawful(row, variants)

    def _variants(self, row: Aligned) -> tuple[_Variant, ...]:
        found: dict[Node, _Variant] = {}
        for region, own in row.forms.items():
            form = self._scale.form(own.when if own else None)
            held = found.get(form, _Variant(form, own, ()))
            found[form] = replace(held, regions=(*held.regions, region))
        return tuple(found.values())

    def _extreme(
        self, row: Aligned, variants: Sequence[_Variant], *, heaviest: bool
    ) -> _Choice:
        """Return the form that asks for most, or least, of the applicant."""
        # Asking for a licence in fewer cases asks for less: there the order turns round.
        wanted = "stricter" if heaviest == (row.kind is not NOT_REQUIRED) else "looser"
        for one in variants:
            others = (v for v in variants if v is not one)
            if all(self._scale.order(one.form, v.form) in {wanted, "equal"} for v in others):
                return one, "exact"
        refusals = [sum(v.truth(case) is False for case in self._cases) for v in variants]
        best = max(refusals) if wanted == "stricter" else min(refusals)
        if refusals.count(best) > 1:
            return None, "undecided"
        return variants[refusals.index(best)], "recorded"

    def _most(self, row: Aligned, variants: Sequence[_Variant]) -> _Choice:
        most = max(len(v.regions) for v in variants)
        tied = [v for v in variants if len(v.regions) == most]
        if len(tied) == 1:
            return tied[0], "counted"
        return self._extreme(row, tied, heaviest=False)

    def _lawful(self, row: Aligned, variants: Sequence[_Variant]) -> _Choice:
        ranked = {v.form: rank for v in variants if (rank := self._rank(v.row)) is not None}
        if not ranked and row.kind is NOT_REQUIRED:
            return self._extreme(row, variants, heaviest=False)
        if not ranked:
            bare = (v for v in variants if v.row is None)
            return next(bare, _Variant(TRUE, None, ())), "norm"
        best = [v for v in variants if ranked.get(v.form) == min(ranked.values())]
        if len(best) == 1:
            return best[0], "norm"
        return self._most(row, best)

    def _rank(self, row: TypedClause | None) -> int | None:
        """Return the place of the norm's level; None if it may not carry the clause."""
        basis = row.clause.basis if row else None
        if basis is None:
            return None
        verdict = verdict_of(basis, added=False, levels=self._levels)
        return self._ranks.index(basis.level) if verdict is Verdict.WITHIN else None

    # What it means for one district.

    def plan(self, region: str, chosen: Sequence[_Chosen]) -> DistrictPlan:
        altered = [
            (row, variant)
            for row, variant, _ in chosen
            if variant is not None and region not in variant.regions
        ]
        cases = [case for case in self._cases if case.region == region]
        found = [_touched(region, altered, case) for case in cases]
        return DistrictPlan(
            region=region,
            alterations=tuple(self._alteration(region, *pair) for pair in altered),
            applications=len(cases),
            affected=found.count(True),
            undetermined=found.count(None),
            share_percent=_percent(found.count(True), len(cases)),
        )

    def _alteration(self, region: str, row: Aligned, variant: _Variant) -> Alteration:
        own, to = row.forms[region], variant.row
        return Alteration(
            clause=row.id,
            act=self._act(row, own, to),
            own=own.clause.zh if own else "",
            proposed=to.clause.zh if to else "",
        )

    def _act(self, row: Aligned, own: TypedClause | None, to: TypedClause | None) -> Act:
        if own is None:
            return "add"
        if to is None:
            return "drop"
        order = self._scale.order(self._scale.form(to.when), self._scale.form(own.when))
        if order is None:
            return "replace"
        return "tighten" if (order == "stricter") == (row.kind is not NOT_REQUIRED) else "relax"


def _touched(
    region: str, altered: Sequence[tuple[Aligned, _Variant]], case: _Case
) -> bool | None:
    """Return whether a changed clause changes for ``case``; None if a fact is not recorded."""
    found = [(_truth(row.forms[region], case), variant.truth(case)) for row, variant in altered]
    if any(None not in pair and pair[0] != pair[1] for pair in found):
        return True
    return None if any(None in pair for pair in found) else False


def _percent(part: int, whole: int) -> str:
    return f"{Decimal(100 * part) / whole:.1f}" if whole else ""


def _proposed(row: Aligned, variant: _Variant | None, how: How) -> ProposedClause:
    if variant is None:
        regions = tuple(region for region, own in row.forms.items() if own)
    else:
        regions = variant.regions
    clause = variant.row.clause if variant and variant.row else None
    return ProposedClause(id=row.id, kind=row.kind, how=how, clause=clause, regions=regions)


def _check_sizes(
    criteria: Sequence[Criterion], recorded: Sequence[RecordedApplication]
) -> None:
    for name, rows, limit in (
        ("criteria", criteria, DISTRICTS_MAX),
        ("recorded", recorded, APPLICATIONS_MAX),
    ):
        if len(rows) > limit:
            raise KnowledgeError(ITEM_LIMIT.of(field=name, expected=limit, got=len(rows)))
