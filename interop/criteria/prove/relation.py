"""How two criteria lie to each other: as a whole, and clause by clause.

``stricter`` is read from left to right: whoever meets ``a`` meets ``b``, and not the reverse.
"""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final, Literal

from interop.criteria.criterion import Criterion
from interop.criteria.prove.domain import ALL_KINDS, Domain
from interop.criteria.prove.inquiry import Inquiry, RelationKind
from interop.criteria.prove.solver import Budget, Solver
from interop.criteria.prove.witness import Witness, between, isolating
from interop.model.canonical import Json
from interop.model.item import ClauseKind

CellKind = RelationKind | Literal["missing", "added", "absent"]
# Two rows that differ give up to one witness in each direction.
WITNESSES_MAX: Final = 400


@dataclass(frozen=True, slots=True)
class ClauseRelation:
    """How one clause of ``a`` lies to the clause of ``b`` with its id.

    Attributes:
        id: Clause id, or ``material:<code>``.
        kind: ``added`` if only ``a`` has it, ``missing`` if only ``b`` has it.
        witness: An applicant who differs by this clause alone; None if none was found.
    """

    id: str
    kind: CellKind
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How criterion ``a`` lies to criterion ``b``.

    Attributes:
        kind: ``stricter`` if ``a`` accepts fewer; ``undecided`` is never ``equal``.
        witnesses: Applicants whom one accepts and the other does not, each replayed.
        clauses: Clause by clause, in the order of ``b``, then what only ``a`` has.
        domain: What the proof ranges over.
    """

    kind: RelationKind
    witnesses: tuple[Witness, ...]
    clauses: tuple[ClauseRelation, ...]
    domain: Domain

    def as_json(self) -> dict[str, Json]:
        """Return the relation as JSON."""
        return {
            "kind": self.kind,
            "domain": domain_json(self.domain),
            "clauses": [{"id": row.id, "kind": row.kind} for row in self.clauses],
            "witnesses": [witness.as_json() for witness in self.witnesses],
        }


def domain_json(domain: Domain) -> dict[str, Json]:
    """Return what a proof ranges over, for a report."""
    return {
        "facts": "all stated, within the bounds of the vocabulary",
        "on_from": domain.first.isoformat(),
        "on_until": domain.last.isoformat(),
    }


def relate(
    a: Criterion,
    b: Criterion,
    *,
    budget: Budget,
    kinds: frozenset[ClauseKind] = ALL_KINDS,
    solver: Solver | None = None,
) -> Relation:
    """Return how ``a`` lies to ``b``, proved within the domain both share.

    Args:
        a: One criterion.
        b: Another of the same item.
        budget: What the proof may cost.
        kinds: Clauses that count: INTAKE, MERITS or both; required materials are formal.
        solver: A solver to go on with, its budget counting; one is started otherwise.

    Raises:
        KnowledgeError: ``prover-missing``, or the two cannot be compared.
        DoesNotReplay: A witness is not confirmed by the evaluator; a bug.
    """
    with nullcontext(solver) if solver is not None else Solver(budget) as running:
        inquiry = Inquiry((a, b), running, kinds=kinds)
        kind = inquiry.relation(*inquiry.sets)
        clauses = tuple(clause_relations(inquiry, 0, 1))
        witnesses = [row.witness for row in clauses if row.witness is not None]
        witnesses.extend(_further(inquiry, kind, witnesses))
        return Relation(kind, tuple(witnesses[:WITNESSES_MAX]), clauses, inquiry.domain)


def _further(
    inquiry: Inquiry, kind: RelationKind, known: Sequence[Witness]
) -> Iterator[Witness]:
    """Yield a witness for each direction that has none yet."""
    for a, b, none in ((0, 1, "stricter"), (1, 0, "looser")):
        shown = any(witness.refused_by == inquiry.names[b] for witness in known)
        if kind in {"equal", none} or shown:
            continue
        witness = between(inquiry, a, b)
        if witness is not None:
            yield witness


def clause_relations(
    inquiry: Inquiry, a: int, b: int, *, witnesses: bool = True
) -> Iterator[ClauseRelation]:
    """Yield how each clause of ``a`` lies to its counterpart in ``b``.

    Args:
        inquiry: The compared criteria.
        a: Place of the criterion that is read.
        b: Place of the criterion it is held against.
        witnesses: Whether to look for an isolating applicant for each difference.
    """
    mine = {row.id: inquiry.number(row.node) for row in inquiry.requirements[a]}
    theirs = {row.id: inquiry.number(row.node) for row in inquiry.requirements[b]}
    for name in dict.fromkeys((*theirs, *mine)):
        one, other = mine.get(name), theirs.get(name)
        if one is None or other is None:
            kind: CellKind = "added" if other is None else "missing"
        else:
            kind = inquiry.relation(frozenset({one}), frozenset({other}))
        found = _isolated(inquiry, (a, one), (b, other)) if witnesses else None
        yield ClauseRelation(name, kind, found)


def _isolated(
    inquiry: Inquiry, a: tuple[int, int | None], b: tuple[int, int | None]
) -> Witness | None:
    """Return an applicant who differs by this clause alone, refused by ``a`` if one is."""
    for (accepting, _), (refusing, number) in ((b, a), (a, b)):
        if number is not None and number not in inquiry.sets[accepting]:
            witness = isolating(inquiry, accepting, refusing, number)
            if witness is not None:
                return witness
    return None
