"""Why a view cannot be written: every field of it, each once at the outermost place."""

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class _Whole:
    """The view of one level, and where it stands in the whole one."""

    view: Json
    at: str

    def meant(self, node: Fixed) -> Json:
        """Return what a fixed field has to be; NOWHERE if it must not be there."""
        at = self.view if node.same_as else node.value
        for part in node.same_as:
            at = at.get(part, NOWHERE) if isinstance(at, dict) else NOWHERE
        return at

    def wants(self, node: Node) -> bool:
        """Return whether a view without ``node`` is refused."""
        if isinstance(node, Branch):
            return any(self.wants(below) for below in node.below.values())
        if isinstance(node, Fixed):
            return not node.same_as or self.meant(node) is not NOWHERE
        return required(node)


def view_faults(view: Json, scope: Scope, at: str = "") -> Iterator[Reason]:
    """Yield every field of ``view`` that this format cannot carry."""
    yield from _branch(view, scope.views, (), _Whole(view, at))


def _branch(view: Json, tree: Branch, path: Path, whole: _Whole) -> Iterator[Reason]:
    here = whole.at + dotted(path)
    if not isinstance(view, dict):
        yield VIEW_UNFIT.of(field=here or DOCUMENT, expected="{}", got=shape(view))
        return
    for key, node in tree.below.items():
        deeper = (*path, key)
        if key in view:
            yield from _node(view[key], node, deeper, whole)
        elif whole.wants(node):
            yield VIEW_MISSING.of(field=whole.at + dotted(deeper), expected=_places(node))
    for key in sorted(view.keys() - tree.below.keys()):
        yield VIEW_UNKNOWN.of(field=whole.at + dotted((*path, key)))


def _places(node: Node) -> str:
    if isinstance(node, Row):
        return f"{node.shown} ({node.codec.spec})"
    return node.shown if isinstance(node, ListRow) else DOCUMENT


def _node(value: Json, node: Node, path: Path, whole: _Whole) -> Iterator[Reason]:
    field = whole.at + dotted(path)
    if isinstance(node, Branch):
        yield from _branch(value, node, path, whole)
    elif isinstance(node, ListRow):
        yield from _list(value, node, field)
    elif isinstance(node, Row):
        if not _prints(value, node):
            yield VIEW_UNFIT.of(field=field, expected=_places(node), got=shape(value))
    elif isinstance(node, Fixed) and value != whole.meant(node):
        expected = dotted(node.same_as) or node.value
        yield VIEW_UNFIT.of(field=field, expected=expected, got=shape(value))


def _prints(value: Json, row: Row) -> bool:
    try:
        row.codec.print(value)
    except Unfit:
        return False
    return True


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
