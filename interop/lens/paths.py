"""Dotted paths into nested JSON objects."""

import re
from typing import Final, TypeAlias, cast

from interop.model.canonical import Json

Path: TypeAlias = tuple[str, ...]

PARTS_MAX: Final = 8
PART_CHARS_MAX: Final = 64

_CANONICAL = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")

_ELEMENT = re.compile(r"[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff-]*")


def parts(path: str) -> Path:
    """Return the parts of a dotted path."""
    return tuple(path.split("."))


def is_canonical(path: str) -> bool:
    """Return whether ``path`` can name a canonical field: ASCII, lower case, dotted."""
    return _CANONICAL.fullmatch(path) is not None and len(parts(path)) <= PARTS_MAX


def is_source(path: str) -> bool:
    """Return whether ``path`` can name a field of a document: printable parts, dotted."""
    return len(parts(path)) <= PARTS_MAX and all(
        0 < len(part) <= PART_CHARS_MAX and part.isprintable() and " " not in part
        for part in parts(path)
    )


def is_element(path: str) -> bool:
    """Return whether every part of ``path`` can name an XML element."""
    return all(_ELEMENT.fullmatch(part) is not None for part in parts(path))


def inside(path: Path, container: Path) -> bool:
    """Return whether ``path`` is ``container`` or lies in it."""
    return path[: len(container)] == container


def place(document: dict[str, Json], path: Path, value: Json) -> None:
    """Set ``value`` at ``path`` of ``document``, making the objects on the way."""
    at = document
    for part in path[:-1]:
        # INVARIANT: a checked mapping puts no field where another has its container.
        at = cast("dict[str, Json]", at.setdefault(part, {}))
    at[path[-1]] = value


def remove(document: dict[str, Json], path: Path) -> None:
    """Remove what stands at ``path`` of ``document``; its containers stay."""
    at: Json = document
    for part in path[:-1]:
        at = at.get(part) if isinstance(at, dict) else None
    if isinstance(at, dict):
        at.pop(path[-1], None)


def shape(value: Json) -> str:
    """Return what kind of thing ``value`` is, without showing it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "a truth value"
        case str():
            return f"text of {len(value)} characters"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"an object of {len(value)}"
        case _:
            return "a number"
