"""The laws of a lens, as functions that say whether they hold.

The laws run on every shipped mapping with generated documents and views, and on any file by
``interop certificates laws``. PutPut is not claimed: ``put`` may fall back to another
spelling once a field has changed and changed back.

Source: J. N. Foster et al., Combinators for bidirectional tree transformations (2007).
"""

from collections.abc import Iterator

from interop.errors import ContractViolation, KnowledgeError
from interop.lens.faults import is_broken
from interop.lens.mapping import Lens
from interop.lens.paths import find, parts
from interop.lens.plan import Branch, ListRow, Scope
from interop.lens.reading import key_of, read, unfold
from interop.lens.schema import Example
from interop.lens.steps import RAW
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


def reordered(lens: Lens, document: Json) -> bool:
    """Return whether members of lists keep what is hidden in them wherever they move."""
    view = lens.get(document)
    turned = lens.put(_turned(view), document)
    return dict(_hidden(lens, turned)) == dict(_hidden(lens, document))


def route(here: Lens, there: Lens, document: Json) -> bool:
    """Return whether the way to another region and back changes nothing.

    The other region may lack fields: it is handed what it has a place for, and what comes
    back is laid over what was sent.
    """
    view = here.get(document)
    try:
        sent = there.create(_common(view, there.scope.views))
    except KnowledgeError:
        # What the other format can't carry is refused by name, which is lawful too.
        return True
    back = _laid_over(view, there.get(sent))
    return here.put(back, document) == document


def total(lens: Lens, document: Json) -> bool:
    """Return whether a document is read, or refused with as many faults as diagnosed."""
    faults = lens.diagnose(document)
    try:
        lens.get(document)
    except ContractViolation as refused:
        return bool(faults) and len(refused.reasons) == len(faults)
    return not faults


def holds(lens: Lens, example: Example) -> bool:
    """Return whether a worked example means what the file says it means, both ways."""
    document = lens.decode(example.document.encode())
    view: dict[str, Json] = {}
    for path, value in example.view.items():
        _place(view, path, value)
    return lens.get(document) == view and create_get(lens, view)


def _place(view: dict[str, Json], path: str, value: Json) -> None:
    *containers, last = parts(path.removesuffix("[]"))
    for part in containers:
        held = view.setdefault(part, {})
        view = held if isinstance(held, dict) else {}
    view[last] = None if value == OPEN else value


OPEN = "\u221e"  # how an example spells an open end, since TOML has no null


def unmapped(lens: Lens, document: Json) -> Json:
    """Return what is left of ``document`` without the mapped fields and empty containers."""
    unfolded, _ = unfold(document, lens.scope)
    return _left(unfolded, lens.scope.documents)


def _left(value: Json, tree: Branch) -> Json:
    if not isinstance(value, dict):
        return value
    kept: dict[str, Json] = {}
    for key, below in value.items():
        node = tree.below.get(key)
        if isinstance(node, Branch):
            kept[key] = _left(below, node)
        elif node is None and not key.startswith(RAW) and not is_broken(below):
            kept[key] = below
    return {key: below for key, below in kept.items() if below not in ({}, "")}


def _hidden(lens: Lens, document: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    unfolded, _ = unfold(document, lens.scope)
    yield from _hidden_in(unfolded, lens.scope, ())


def _hidden_in(
    document: Json, scope: Scope, at: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Json]]:
    for row in scope.rows:
        members = find(document, row.source) if isinstance(row, ListRow) else None
        if not isinstance(row, ListRow) or not row.key or not isinstance(members, list):
            continue
        for member in members:
            key = key_of(read(member, row.scope)[0], row.key)
            name = (*at, *row.field, key or "")
            yield name, _left(member, row.scope.documents)
            yield from _hidden_in(member, row.scope, name)


def _turned(view: Json) -> Json:
    if isinstance(view, dict):
        return {key: _turned(below) for key, below in view.items()}
    if isinstance(view, list):
        return [_turned(below) for below in reversed(view)]
    return view


def _common(view: Json, tree: Branch) -> Json:
    if not isinstance(view, dict):
        return view
    kept: dict[str, Json] = {}
    for key, below in view.items():
        node = tree.below.get(key)
        if isinstance(node, Branch):
            kept[key] = _common(below, node)
        elif isinstance(node, ListRow) and isinstance(below, list):
            kept[key] = [_common(member, node.scope.views) for member in below]
        elif node is not None:
            kept[key] = below
    return kept


def _laid_over(view: Json, back: Json) -> Json:
    """Return ``view`` saying what ``back`` says where that says anything."""
    if isinstance(view, dict) and isinstance(back, dict):
        return {
            key: _laid_over(below, back[key]) if key in back else below
            for key, below in view.items()
        }
    if isinstance(view, list) and isinstance(back, list) and len(view) == len(back):
        return [_laid_over(one, two) for one, two in zip(view, back, strict=True)]
    return back
