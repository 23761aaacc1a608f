"""What a new version does to applicants: who is newly refused, who newly accepted.

Source: the gate follows the idea of checking that a policy grants no new access, turned
round: no new refusal (受理条件只减不增).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from interop.criteria.criterion import Criterion
from interop.criteria.prove.domain import ALL_KINDS, Domain
from interop.criteria.prove.inquiry import Conditions, Inquiry, RelationKind
from interop.criteria.prove.relation import (
    ClauseRelation,
    clause_relations,
    domain_json,
)
from interop.criteria.prove.solver import Solver
from interop.criteria.prove.witness import Witness, between, isolating
from interop.model.canonical import Json
from interop.model.item import ClauseKind

OLD: Final = "old"
NEW: Final = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """The semantic difference of two versions.

    Attributes:
        kind: How the new version lies to the old one.
        clauses: Clause by clause, the new one against the old one.
        newly_refused: Whom the old version accepts and the new one does not.
        newly_accepted: Whom the new version accepts and the old one does not.
        domain: What the proof ranges over.
    """

    kind: RelationKind
    clauses: tuple[ClauseRelation, ...]
    newly_refused: tuple[Witness, ...]
    newly_accepted: tuple[Witness, ...]
    domain: Domain

    @property
    def refuses_nobody_new(self) -> bool:
        """Return whether it is proved that the new version refuses nobody the old accepted."""
        return self.kind in {"equal", "looser"}

    def as_json(self) -> dict[str, Json]:
        """Return the change as JSON."""
        return {
            "kind": self.kind,
            "no_new_refusal": self.refuses_nobody_new,
            "domain": domain_json(self.domain),
            "clauses": {row.id: row.kind for row in self.clauses},
            "newly_refused": [witness.as_json() for witness in self.newly_refused],
            "newly_accepted": [witness.as_json() for witness in self.newly_accepted],
        }


def change_of(
    old: Criterion,
    new: Criterion,
    *,
    solver: Solver,
    kinds: frozenset[ClauseKind] = ALL_KINDS,
) -> Change:
    """Return what ``new`` changes against ``old``, each difference with an applicant.

    Raises:
        KnowledgeError: The versions cannot be compared.
        DoesNotReplay: A witness is not confirmed by the evaluator; a bug.
    """
    inquiry = Inquiry((old, new), solver, kinds=kinds, names=(OLD, NEW))
    kind = inquiry.relation(inquiry.sets[1], inquiry.sets[0])
    return Change(
        kind=kind,
        clauses=tuple(clause_relations(inquiry, 1, 0, witnesses=False)),
        newly_refused=tuple(_newly(inquiry, 0, 1)),
        newly_accepted=tuple(_newly(inquiry, 1, 0)),
        domain=inquiry.domain,
    )


def _newly(inquiry: Inquiry, accepts: int, refuses: int) -> Iterator[Witness]:
    """Yield one witness per condition that alone refuses, or else any one."""
    own: Conditions = inquiry.sets[refuses] - inquiry.sets[accepts]
    found = [isolating(inquiry, accepts, refuses, number) for number in sorted(own)]
    shown = [witness for witness in found if witness is not None]
    yield from shown
    if not shown and own:
        witness = between(inquiry, accepts, refuses)
        if witness is not None:
            yield witness
