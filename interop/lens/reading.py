"""Reading field by field: what a document means, and every fault of it.

Compiled reading (source.py) is fast and only knows that something is wrong; this tells what.
A fault is told once, at the outermost place.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, cast

from interop.lens.codec import read_value
from interop.lens.faults import Fault, is_broken
from interop.lens.gathering import Gathered
from interop.lens.paths import Path, dotted, place
from interop.lens.plan import Branch, Fixed, ListRow, Node, Row, Scope
from interop.lens.reasons import (
    FIELD_MISSING,
    FIELD_NOT_LIST,
    FIELD_NOT_TEXT,
    FIELD_UNKNOWN,
    FIELD_UNREADABLE,
    KEY_REPEATED,
    LIST_TOO_LONG,
    NOT_AN_OBJECT,
)
from interop.lens.steps import RAW, Document, blank
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

DOCUMENT: Final = "$"
MEMBERS_MAX: Final = 1_000
NOWHERE: Final = cast("Json", object())


def unfold(document: Json, scope: Scope) -> tuple[Json, list[Fault]]:
    """Return a copy of ``document`` with every place opened, and the faults found so."""
    copied = _copied(document)
    return copied, list(_opened(copied, scope))


def fold(document: Json, scope: Scope) -> None:
    """Close every place of ``document`` that is open, in place; raise Unfit if one can't be."""
    if not isinstance(document, dict):
        return
    for row in scope.rows:
        if isinstance(row, ListRow) and row.scope.folds:
            for member in _members(document, row):
                fold(member, row.scope)
    for step in reversed(scope.steps):
        step.close(document)


def _opened(document: Json, scope: Scope) -> Iterator[Fault]:
    if not isinstance(document, dict):
        return
    for step in scope.steps:
        yield from step.open(document)
    for row in scope.rows:
        if isinstance(row, ListRow) and row.scope.folds:
            members = _members(document, row)
            for number, member in enumerate(members):
                for fault in _opened(member, row.scope):
                    yield _within(fault, row, members, number)


def _members(document: Json, row: ListRow) -> list[Json]:
    at: Json = document
    for part in row.source:
        at = at.get(part) if isinstance(at, dict) else None
    return at if isinstance(at, list) else []


def _copied(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _copied(below) for key, below in value.items() if key != RAW}
    if isinstance(value, list):
        return [_copied(below) for below in value]
    return value


def _within(fault: Fault, row: ListRow, members: list[Json], number: int) -> Fault:
    field = f"{dotted(row.field)}[{number}].{fault.field}"
    if isinstance(members, Gathered):
        source = members.source(fault.source, number)
    else:
        source = f"{row.shown}[{number}].{fault.source}"
    return replace(fault, field=field, source=source)


def read(document: Json, scope: Scope) -> tuple[dict[str, Json], list[Fault]]:
    """Return the view of an unfolded ``document`` and every fault of it."""
    view: dict[str, Json] = {}
    faults = list(_branch(document, scope.documents, (), view))
    for row in scope.rows:
        if isinstance(row, Fixed):
            _fix(row, view)
    return view, faults


def _fix(row: Fixed, view: dict[str, Json]) -> None:
    if not row.same_as:
        place(view, row.field, row.value)
        return
    at: Json = view
    for part in row.same_as:
        at = at.get(part, NOWHERE) if isinstance(at, dict) else NOWHERE
    if at is not NOWHERE:
        place(view, row.field, at)


def _branch(document: Json, tree: Branch, at: Path, view: dict[str, Json]) -> Iterator[Fault]:
    if is_broken(document):
        return
    if not isinstance(document, dict):
        yield Fault.of(
            NOT_AN_OBJECT,
            field=dotted(at) or DOCUMENT,
            source=dotted(at) or DOCUMENT,
            value=cast("Json", document),
        )
        return
    for key, node in tree.below.items():
        yield from _node(document, node, (*at, key), view)
    if not tree.open:
        for key in sorted(document.keys() - tree.below.keys() - {RAW}):
            path = dotted((*at, key))
            yield Fault.of(FIELD_UNKNOWN, field=DOCUMENT, source=path, value=document[key])


def _node(document: Document, node: Node, at: Path, view: dict[str, Json]) -> Iterator[Fault]:
    key = at[-1]
    if isinstance(node, Row):
        yield from _field(document.get(key), node, view)
    elif isinstance(node, ListRow):
        yield from _list(document.get(key), node, view)
    elif isinstance(node, Branch):
        if key in document:
            yield from _branch(document[key], node, at, view)
        elif required(node):
            yield Fault.of(FIELD_MISSING, field=dotted(at), source=dotted(at))


def required(node: Node) -> bool:
    """Return whether a document without ``node`` is refused."""
    if isinstance(node, Branch):
        return any(required(below) for below in node.below.values())
    return isinstance(node, Row | ListRow) and not node.optional


def _field(value: Json, row: Row, view: dict[str, Json]) -> Iterator[Fault]:
    if is_broken(value):
        return
    field = dotted(row.field)
    if blank(value) and not (row.codec.blank and value is not None):
        if not row.optional:
            yield Fault.of(FIELD_MISSING, field=field, source=row.shown)
        return
    try:
        place(view, row.field, read_value(row.codec, value))
    except Unfit as fault:
        yield from _unfit(value, row, fault)


def _unfit(value: Json, row: Row, fault: Unfit) -> Iterator[Fault]:
    field = dotted(row.field)
    wrong_kind = not isinstance(value, str) and not row.codec.raw
    reason = FIELD_NOT_TEXT if wrong_kind else FIELD_UNREADABLE
    for suffix, part in fault.parts or (("", value),):
        yield Fault.of(
            reason,
            field=field + suffix,
            source=row.shown + suffix,
            codec=row.codec.spec,
            value=cast("Json", part),
        )


def _list(value: Json, row: ListRow, view: dict[str, Json]) -> Iterator[Fault]:
    field = dotted(row.field)
    if is_broken(value):
        return
    if blank(value) or (value == [] and row.least):
        if not row.optional:
            yield Fault.of(FIELD_MISSING, field=field, source=row.shown)
        return
    if not isinstance(value, list):
        yield Fault.of(FIELD_NOT_LIST, field=field, source=row.shown, value=value)
        return
    if len(value) > MEMBERS_MAX:
        yield Fault.of(LIST_TOO_LONG, field=field, source=row.shown, value=value)
        return
    members: list[Json] = []
    for number, one in enumerate(value):
        member, faults = read(one, row.scope)
        members.append(member)
        yield from (_within(fault, row, value, number) for fault in faults)
    yield from _keys(members, row)
    place(view, row.field, members)


def _keys(members: list[Json], row: ListRow) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, member in enumerate(members):
        key = key_of(member, row.key)
        if key is None:
            continue
        if key in seen:
            shown = dotted(row.key)
            yield Fault.of(
                KEY_REPEATED,
                field=f"{dotted(row.field)}[{number}].{shown}",
                source=f"{row.shown}[{number}]",
                value=key,
            )
        seen.add(key)


def key_of(member: Json, key: Path) -> str | None:
    """Return what tells ``member`` apart from the others; None if it has no key."""
    at = member
    for part in key:
        at = at.get(part) if isinstance(at, dict) else None
    return at if key and isinstance(at, str) else None
