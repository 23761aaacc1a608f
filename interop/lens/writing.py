"""Why a view cannot be written: every field of it, each once at the outermost place."""

from collections.abc import Iterator

from interop.errors import Reason
from interop.lens.paths import Path, dotted, shape
from interop.lens.plan import Branch, Fixed, ListRow, Node, Row, Scope
from interop.lens.reading import DOCUMENT, MEMBERS_MAX, NOWHERE, key_of, required
from interop.lens.reasons import (
    VIEW_KEY_REPEATED,
    VIEW_MISSING,
    VIEW_UNFIT,
    VIEW_UNKNOWN,
)
from interop.lens.unfit import Unfit
from interop.model.canonical import Json


def view_faults(view: Json, scope: Scope, at: str = "") -> Iterator[Reason]:
    """Yield every field of ``view`` that this format cannot carry."""
    yield from _branch(view, scope.views, (), at, view)


def _branch(view: Json, tree: Branch, path: Path, at: str, whole: Json) -> Iterator[Reason]:
    here = at + dotted(path)
    if not isinstance(view, dict):
        yield VIEW_UNFIT.of(field=here or DOCUMENT, expected="{}", got=shape(view))
        return
    for key, node in tree.below.items():
        deeper = (*path, key)
        if key in view:
            yield from _node(view[key], node, deeper, at, whole)
        elif _wanted(node, whole):
            yield VIEW_MISSING.of(field=at + dotted(deeper), expected=_places(node))
    for key in sorted(view.keys() - tree.below.keys()):
        yield VIEW_UNKNOWN.of(field=at + dotted((*path, key)))


def _wanted(node: Node, whole: Json) -> bool:
    if isinstance(node, Branch):
        return any(_wanted(below, whole) for below in node.below.values())
    if isinstance(node, Fixed):
        return not node.same_as or _meant(node, whole) is not NOWHERE
    return required(node)


def _places(node: Node) -> str:
    if isinstance(node, Row):
        return f"{node.shown} ({node.codec.spec})"
    return node.shown if isinstance(node, ListRow) else DOCUMENT


def _node(value: Json, node: Node, path: Path, at: str, whole: Json) -> Iterator[Reason]:
    if isinstance(node, Branch):
        yield from _branch(value, node, path, at, whole)
    elif isinstance(node, ListRow):
        yield from _list(value, node, at + dotted(path))
    elif isinstance(node, Row):
        try:
            node.codec.print(value)
        except Unfit:
            field = at + dotted(path)
            yield VIEW_UNFIT.of(field=field, expected=_places(node), got=shape(value))
    elif isinstance(node, Fixed) and value != _meant(node, whole):
        expected = dotted(node.same_as) or node.value
        yield VIEW_UNFIT.of(field=at + dotted(path), expected=expected, got=shape(value))


def _meant(node: Fixed, whole: Json) -> Json:
    at = whole if node.same_as else node.value
    for part in node.same_as:
        at = at.get(part, NOWHERE) if isinstance(at, dict) else NOWHERE
    return at


def _list(value: Json, row: ListRow, at: str) -> Iterator[Reason]:
    if not isinstance(value, list) or not row.least <= len(value) <= MEMBERS_MAX:
        expected = f"list of {row.least} to {MEMBERS_MAX}"
        yield VIEW_UNFIT.of(field=at, expected=expected, got=shape(value))
        return
    seen: set[str] = set()
    for number, member in enumerate(value):
        yield from view_faults(member, row.scope, f"{at}[{number}].")
        key = key_of(member, row.key)
        if key is not None and key in seen:
            yield VIEW_KEY_REPEATED.of(field=f"{at}[{number}]", expected=dotted(row.key))
        seen.add(key or "")
