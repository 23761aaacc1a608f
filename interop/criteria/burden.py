"""What a changed clause asks of the applicant: more or less, as far as the texts tell."""

from collections.abc import Sequence
from typing import Literal

from interop.criteria.conditions import read_clause
from interop.criteria.nodes import Node
from interop.criteria.strictness import Scale
from interop.criteria.vocabulary import Vocabulary, vocabulary_of
from interop.model.item import Clause, ClauseKind, FactDefinition

Burden = Literal["same", "more", "less"]


def burden_of(common: Clause, own: Clause, facts: Sequence[FactDefinition]) -> Burden | None:
    """Return what ``own`` asks for beside ``common``; None if the texts do not tell.

    Where a clause says in which cases a licence is needed, a narrower condition asks for less.
    A text that cannot be read tells nothing.

    Args:
        common: The clause as it was.
        own: The clause as it is.
        facts: Facts that both may speak of.
    """
    vocabulary = vocabulary_of(facts)
    left, right = _read(common, vocabulary), _read(own, vocabulary)
    if left is None or right is None or common.kind is not own.kind:
        return None
    scale = Scale(vocabulary)
    order = scale.order(scale.form(right), scale.form(left))
    if order is None or order == "equal":
        return order and "same"
    narrower_is_more = own.kind is not ClauseKind.NOT_REQUIRED
    return "more" if (order == "stricter") == narrower_is_more else "less"


def _read(clause: Clause, vocabulary: Vocabulary) -> Node | None:
    node, _, _ = read_clause(clause, vocabulary, "")
    return node
