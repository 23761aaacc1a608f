"""Districts × clauses of one item, and every pair of districts.

A cell says how the district's clause lies to the common one: equal, stricter, looser,
overlapping, disjoint, undecided; missing where only the common item has it, added where only
the district has it, absent where neither has.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from interop.criteria.criterion import Criterion
from interop.criteria.prove.domain import ALL_KINDS, Domain
from interop.criteria.prove.inquiry import MIRRORED, Inquiry, RelationKind
from interop.criteria.prove.relation import (
    CellKind,
    ClauseRelation,
    clause_relations,
    domain_json,
)
from interop.criteria.prove.solver import Solver
from interop.criteria.prove.witness import Witness, between
from interop.model.canonical import Json
from interop.model.item import ClauseKind

ABSENT: CellKind = "absent"


@dataclass(frozen=True, slots=True)
class Row:
    """One district against the common item.

    Attributes:
        region: The district.
        kind: How it lies to the common item as a whole.
        cells: Clause by clause, in the order of the matrix.
    """

    region: str
    kind: RelationKind
    cells: tuple[ClauseRelation, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Districts × clauses.

    Attributes:
        item: Folder name of the item.
        clauses: Clause ids and ``material:<code>``, those of the common item first.
        rows: One per district.
        domain: What the proofs range over.
    """

    item: str
    clauses: tuple[str, ...]
    rows: tuple[Row, ...]
    domain: Domain

    def as_json(self) -> dict[str, Json]:
        """Return the matrix as JSON, a witness beside each cell that has one."""
        return {
            "item": self.item,
            "domain": domain_json(self.domain),
            "clauses": list(self.clauses),
            "rows": [_row_json(row) for row in self.rows],
        }


def _row_json(row: Row) -> dict[str, Json]:
    shown = [cell.witness for cell in row.cells if cell.witness is not None]
    return {
        "region": row.region,
        "kind": row.kind,
        "cells": {cell.id: cell.kind for cell in row.cells},
        "witnesses": [witness.as_json() for witness in shown],
    }


def matrix(
    common: Criterion,
    districts: Sequence[Criterion],
    *,
    solver: Solver,
    kinds: frozenset[ClauseKind] = ALL_KINDS,
    witnesses: bool = False,
) -> Matrix:
    """Return how each district's clauses lie to those of the common item.

    Args:
        common: The canonical criteria.
        districts: The districts' criteria.
        solver: Its budget is the budget of the whole matrix.
        kinds: Clauses that count.
        witnesses: Whether to look for an isolating applicant for each difference.

    Raises:
        KnowledgeError: The criteria cannot be compared.
        DoesNotReplay: A witness is not confirmed by the evaluator; a bug.
    """
    inquiry = Inquiry((common, *districts), solver, kinds=kinds)
    found = {
        place: tuple(clause_relations(inquiry, place, 0, witnesses=witnesses))
        for place in range(1, len(inquiry.sets))
    }
    names = tuple(
        dict.fromkeys(
            [row.id for row in inquiry.requirements[0]]
            + [cell.id for cells in found.values() for cell in cells]
        )
    )
    rows = tuple(
        Row(inquiry.names[place], inquiry.relation(inquiry.sets[place], inquiry.sets[0]), cells)
        for place, cells in ((place, _filled(names, cells)) for place, cells in found.items())
    )
    return Matrix(common.item.item, names, rows, inquiry.domain)


def _filled(
    names: Sequence[str], cells: Sequence[ClauseRelation]
) -> tuple[ClauseRelation, ...]:
    known: Mapping[str, ClauseRelation] = {cell.id: cell for cell in cells}
    return tuple(known.get(name, ClauseRelation(name, ABSENT)) for name in names)


@dataclass(frozen=True, slots=True)
class Pair:
    """How one criterion lies to another, by place.

    Attributes:
        a: Place of the one that is read.
        b: Place of the one it is held against.
        kind: The relation.
        witness: Somebody whom ``a`` accepts and ``b`` does not; None if there is nobody, or
            nobody was asked for.
    """

    a: int
    b: int
    kind: RelationKind
    witness: Witness | None = None


def star(
    criteria: Sequence[Criterion],
    *,
    solver: Solver,
    kinds: frozenset[ClauseKind] = ALL_KINDS,
) -> tuple[Pair, ...]:
    """Return how each criterion lies to the first."""
    inquiry = Inquiry(criteria, solver, kinds=kinds)
    first = inquiry.sets[0]
    return tuple(
        Pair(place, 0, inquiry.relation(other, first))
        for place, other in enumerate(inquiry.sets)
        if place
    )


def all_pairs(
    criteria: Sequence[Criterion],
    *,
    solver: Solver,
    kinds: frozenset[ClauseKind] = ALL_KINDS,
    witnesses: bool = False,
) -> tuple[Pair, ...]:
    """Return how each criterion lies to each other one, in both directions."""
    inquiry = Inquiry(criteria, solver, kinds=kinds)
    return tuple(_pairs(inquiry, witnesses=witnesses))


def _pairs(inquiry: Inquiry, *, witnesses: bool) -> Iterator[Pair]:
    for a, b in combinations(range(len(inquiry.sets)), 2):
        kind = inquiry.relation(inquiry.sets[a], inquiry.sets[b])
        for one, other, read in ((a, b, kind), (b, a, MIRRORED.get(kind, kind))):
            refused = witnesses and read not in {"equal", "stricter"}
            witness = between(inquiry, one, other) if refused else None
            yield Pair(one, other, read, witness)
