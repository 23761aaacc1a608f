"""Compare acceptance criteria (比较与证明): each difference proved with an applicant.

Needs the extra ``prove``. The way: like normal forms, applicants at hand, implications seen
from the form and from bounds, then the solver in a process of its own, which is asked nothing
twice. What the solver does not decide
within its budget is ``undecided``; every applicant shown was judged by the evaluator.
"""

from interop.criteria.prove.domain import ALL_KINDS, INTAKE, MERITS, Applicant, Domain
from interop.criteria.prove.inquiry import DoesNotReplay, Inquiry, RelationKind
from interop.criteria.prove.memory import Memory
from interop.criteria.prove.relation import ClauseRelation, Relation, relate
from interop.criteria.prove.solver import Budget, Solver, require_prover
from interop.criteria.prove.witness import Witness, between

__all__ = [
    "ALL_KINDS",
    "INTAKE",
    "MERITS",
    "Applicant",
    "Budget",
    "ClauseRelation",
    "DoesNotReplay",
    "Domain",
    "Inquiry",
    "Memory",
    "Relation",
    "RelationKind",
    "Solver",
    "Witness",
    "between",
    "relate",
    "require_prover",
]
