"""The condition of a clause or a material, read: parsed and typed, or every fault located."""

from interop.criteria.faults import located
from interop.criteria.kinds import check_condition
from interop.criteria.nodes import Node
from interop.criteria.parser import parse
from interop.criteria.reasons import CLAUSE_CONDITION
from interop.criteria.tables import TypedTable, read_table
from interop.criteria.vocabulary import Vocabulary
from interop.errors import Reason
from interop.model.item import Clause


def read_condition(
    text: str, vocabulary: Vocabulary, path: str
) -> tuple[Node | None, tuple[Reason, ...]]:
    """Return the tree of ``text``, or None and every fault with its place below ``path``."""
    node, faults = parse(text)
    if node is not None:
        faults = check_condition(node, vocabulary)
    return (None if faults else node), located(faults, text, path)


def read_clause(
    clause: Clause, vocabulary: Vocabulary, path: str
) -> tuple[Node | None, TypedTable | None, tuple[Reason, ...]]:
    """Return the condition of ``clause`` and the table it was written as, if it was.

    Both are None with every fault if there is one.
    """
    if (clause.table is None) == (not clause.when):
        return None, None, (CLAUSE_CONDITION.of(field=path),)
    if clause.table is None:
        node, reasons = read_condition(clause.when, vocabulary, f"{path}.when")
        return node, None, reasons
    table, reasons = read_table(clause.table, vocabulary, f"{path}.table")
    return (None if table is None else table.condition()), table, reasons
