"""The laws of a lens, as functions that say whether they hold.

The laws run on every shipped mapping with generated documents and views. PutPut is not
claimed: ``put`` may fall back to another spelling once a field has changed and changed back.

Source: J. N. Foster et al., Combinators for bidirectional tree transformations (2007).
"""

from interop.lens.mapping import Lens
from interop.model.canonical import Json


def get_put(lens: Lens, document: Json) -> bool:
    """Return whether writing back what was read changes nothing."""
    return lens.put(lens.get(document), document) == document


def put_get(lens: Lens, view: Json, old: Json) -> bool:
    """Return whether reading gives what was written into an existing document."""
    return lens.get(lens.put(view, old)) == view


def create_get(lens: Lens, view: Json) -> bool:
    """Return whether reading gives what was written into a new document."""
    return lens.get(lens.create(view)) == view


def unmapped_preserved(lens: Lens, view: Json, old: Json) -> bool:
    """Return whether ``put`` leaves alone what the mapping does not touch."""
    return unmapped(lens, lens.put(view, old)) == unmapped(lens, old)


def encode_decode(lens: Lens, document: Json) -> bool:
    """Return whether the bytes of a document say the same as the document."""
    return lens.decode(lens.encode(document)) == document


def unmapped(lens: Lens, document: Json) -> Json:
    """Return what is left of ``document`` without the mapped fields and empty containers."""
    return _without(document, frozenset(row.source for row in lens.rows), "")


def _without(value: Json, mapped: frozenset[str], at: str) -> Json:
    if not isinstance(value, dict):
        return value
    kept = {
        key: _without(below, mapped, f"{at}{key}.")
        for key, below in value.items()
        if f"{at}{key}" not in mapped
    }
    return {key: below for key, below in kept.items() if below != {}}
