"""What can still matter: of each clause and material, the facts that keep a part of it open.

A part is what a notice tells by itself, such as one side of ``a && b``. Truth is three-valued
here as in the decision, so nothing is left out that the decision would call unknown.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interop.criteria.criterion import TypedClause, TypedMaterial
from interop.criteria.evaluation import missing_facts, truth
from interop.criteria.judge import MATERIAL_PREFIX
from interop.criteria.nodes import And, Node, Not, Or
from interop.criteria.outcomes import Application
from interop.model.item import ClauseKind


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A condition that is open, or one that failed.

    Attributes:
        name: Clause, or ``material:<code>``.
        failed: Whether something has to be mended, whatever else is stated.
        parts: The missing facts of each part that is not decided.
        conditions: What is looked at.
        again: Return this row of another application.
    """

    name: str
    failed: bool
    parts: tuple[tuple[str, ...], ...]
    conditions: tuple[Node, ...]
    again: "Callable[[Application], OpenRow]"

    def names(self) -> frozenset[str]:
        """Return every fact that may have to be asked for."""
        return frozenset(name for part in self.parts for name in part)


def clause_rows(here: Application, kind: ClauseKind) -> Iterator[OpenRow]:
    """Yield the rows of the clauses of one kind, in the order of the item."""
    for row in here.criterion.clauses:
        if row.clause.kind is kind:
            yield _clause_row(here, row)


def material_rows(here: Application) -> Iterator[OpenRow]:
    """Yield the rows of the required materials that are not there yet."""
    for row in here.criterion.materials:
        material = row.material
        if material.necessity == "required" and material.code not in here.held:
            yield _material_row(here, row)


def _clause_row(here: Application, row: TypedClause) -> OpenRow:
    failed = truth(row.when, here.facts, here.on) is False
    parts = _parts(here, row.when, wanted=True)
    organs = _organ_parts(here, row) if failed else ()
    conditions = (row.when, *(case.when for case in row.organs))
    name = row.clause.id
    return OpenRow(
        name, failed, (*parts, *organs), conditions, lambda there: _clause_row(there, row)
    )


def _material_row(here: Application, row: TypedMaterial) -> OpenRow:
    name = f"{MATERIAL_PREFIX}{row.material.code}"
    missing = missing_facts(row.when, here.facts, here.on) if row.when else ()
    asked = row.when is None or truth(row.when, here.facts, here.on)
    parts = (missing,) if missing else ()
    conditions = () if row.when is None else (row.when,)
    return OpenRow(
        name, asked is True, parts, conditions, lambda there: _material_row(there, row)
    )


def _organ_parts(here: Application, row: TypedClause) -> Iterator[tuple[str, ...]]:
    """Yield what decides which organ to name instead."""
    for case in row.organs:
        if truth(case.when, here.facts, here.on):
            return
        if missing := missing_facts(case.when, here.facts, here.on):
            yield missing


def _parts(here: Application, node: Node, *, wanted: bool) -> Iterator[tuple[str, ...]]:
    """Yield the missing facts of each part that has to be told by itself and is undecided."""
    if isinstance(node, Not):
        yield from _parts(here, node.part, wanted=not wanted)
    elif isinstance(node, And if wanted else Or):
        for part in node.parts:
            yield from _parts(here, part, wanted=wanted)
    elif missing := missing_facts(node, here.facts, here.on):
        yield missing
