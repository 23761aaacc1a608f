"""Whether a host written for one OpenAPI document still works with another.

What a host sends must still be taken, and what it reads must still be there: nothing it may
send goes or becomes required, nothing it is told goes or changes its type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from interop.model.canonical import Json

METHODS: Final = ("get", "head", "put", "post", "delete", "patch")
DEPTH_MAX: Final = 30

Tree = Mapping[str, Json]
Direction = Literal["sent", "told"]


def breaking(before: Tree, after: Tree) -> tuple[str, ...]:
    """List what a host written for ``before`` would stumble over in ``after``, by place.

    Args:
        before: The document that hosts were written for.
        after: The document as it is now.
    """
    return tuple(dict.fromkeys(_paths(_Pair(before, after))))


@dataclass(frozen=True, slots=True)
class _Pair:
    before: Tree
    after: Tree

    def resolved(self, old: Json, new: Json) -> tuple[Tree, Tree]:
        """Return two schemas with their references followed."""
        return _followed(self.before, old), _followed(self.after, new)


def _followed(document: Tree, node: Json) -> Tree:
    for _ in range(DEPTH_MAX):
        found = _tree(node)
        name = found.get("$ref")
        if not isinstance(name, str):
            return found
        node = dict(document)
        for part in name.removeprefix("#/").split("/"):
            node = _tree(node).get(part)
    return {}


def _paths(pair: _Pair) -> Iterator[str]:
    for path, old in _tree(pair.before.get("paths")).items():
        new = _tree(_tree(pair.after.get("paths")).get(path))
        for method in METHODS:
            held = _tree(old).get(method)
            if held is not None and method not in new:
                yield f"{method} {path}: gone"
            elif held is not None:
                place = f"{method} {path}"
                yield from _operation(pair, _tree(held), _tree(new[method]), place)


def _operation(pair: _Pair, old: Tree, new: Tree, at: str) -> Iterator[str]:
    held, given = _parameters(pair.before, old), _parameters(pair.after, new)
    for name, parameter in given.items():
        if parameter.get("required") and not held.get(name, {}).get("required"):
            yield f"{at} {name}: now required"
    yield from (f"{at} {name}: gone" for name in held if name not in given)
    sent = _schema(old.get("requestBody")), _schema(new.get("requestBody"))
    yield from _schemas(pair, sent, f"{at} sent", "sent")
    was, now = _tree(old.get("responses")), _tree(new.get("responses"))
    told = _schema(was.get("200")), _schema(now.get("200"))
    yield from _schemas(pair, told, f"{at} told", "told")


def _parameters(document: Tree, operation: Tree) -> dict[str, Tree]:
    listed = operation.get("parameters")
    rows = [_followed(document, row) for row in listed] if isinstance(listed, list) else []
    return {str(row.get("name")): row for row in rows}


def _schema(holder: Json) -> Json:
    content = _tree(_tree(holder).get("content"))
    return _tree(next(iter(content.values()), None)).get("schema")


def _schemas(
    pair: _Pair, schemas: tuple[Json, Json], at: str, direction: Direction
) -> Iterator[str]:
    if at.count(".") > DEPTH_MAX:
        return
    old, new = pair.resolved(*schemas)
    if _kind(old) != _kind(new):
        yield f"{at}: {_kind(old)} became {_kind(new)}"
        return
    yield from _values(old, new, at, direction)
    yield from _properties(pair, (old, new), at, direction)
    for name in ("items", "additionalProperties"):
        if isinstance(old.get(name), Mapping):
            yield from _schemas(pair, (old.get(name), new.get(name)), f"{at}.{name}", direction)
    was, now = _list(old.get("anyOf")), _list(new.get("anyOf"))
    if len(was) != len(now):
        yield f"{at}: other alternatives"
        return
    for number, both in enumerate(zip(was, now, strict=True)):
        yield from _schemas(pair, both, f"{at}.{number}", direction)


def _values(old: Tree, new: Tree, at: str, direction: Direction) -> Iterator[str]:
    was, now = (_list(one.get("enum")) or [one.get("const")] for one in (old, new))
    if direction == "sent":
        yield from (f"{at}: `{value}` is no longer taken" for value in was if value not in now)
    if direction == "told":
        yield from (f"{at}: `{value}` is new" for value in now if value not in was)


def _properties(
    pair: _Pair, schemas: tuple[Tree, Tree], at: str, direction: Direction
) -> Iterator[str]:
    old, new = schemas
    held, given = _tree(old.get("properties")), _tree(new.get("properties"))
    needed, needs = _list(old.get("required")), _list(new.get("required"))
    for name, schema in held.items():
        if name not in given:
            yield f"{at}.{name}: gone"
        else:
            yield from _schemas(pair, (schema, given[name]), f"{at}.{name}", direction)
    if direction == "sent":
        yield from (f"{at}.{name}: now required" for name in needs if name not in needed)
    else:
        kept = [name for name in needed if name in given]
        yield from (f"{at}.{name}: may be missing" for name in kept if name not in needs)


def _kind(schema: Tree) -> str:
    return str(schema.get("type") or ("one of several" if "anyOf" in schema else "anything"))


def _tree(value: Json) -> Tree:
    return value if isinstance(value, Mapping) else cast("Tree", {})


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
