"""Dotted paths into nested JSON objects."""

import re
from typing import Final, TypeAlias, cast

from interop.model.canonical import Json

Path: TypeAlias = tuple[str, ...]

PARTS_MAX: Final = 8
PART_CHARS_MAX: Final = 64
MASKED_CHARS_MAX: Final = 40

_CANONICAL = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")

_NAME = r"[^\W\d][\w.-]*"
_ELEMENT = re.compile(rf"@?(?:{_NAME}:)?{_NAME}|#")


_DOT: Final = re.compile(r"(?<!\\)\.")


def parts(path: str) -> Path:
    r"""Return the parts of a dotted path; a dot in a key is written ``\.``."""
    if "\\" not in path:
        return tuple(path.split("."))
    return tuple(part.replace("\\.", ".") for part in _DOT.split(path))


def dotted(path: Path) -> str:
    """Return the path of ``parts``."""
    return ".".join(part.replace(".", "\\.") for part in path)


def is_canonical(path: str) -> bool:
    """Return whether ``path`` can name a canonical field: ASCII, lower case, dotted."""
    return _CANONICAL.fullmatch(path) is not None and len(parts(path)) <= PARTS_MAX


def is_source(path: str) -> bool:
    """Return whether ``path`` can name a field of a document: printable parts, dotted."""
    return len(parts(path)) <= PARTS_MAX and all(
        0 < len(part) <= PART_CHARS_MAX
        and part.isprintable()
        and part.strip() == part
        and not part.endswith("[]")
        for part in parts(path)
    )


def is_element(path: str) -> bool:
    """Return whether each part of ``path`` names an element, an attribute or text (``#``)."""
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


def find(document: Json, path: Path) -> Json:
    """Return what stands at ``path`` of ``document``; None if nothing does."""
    at = document
    for part in path:
        if not isinstance(at, dict) or part not in at:
            return None
        at = at[part]
    return at


def masked(value: object) -> str:
    """Return the outline of ``value``: 0 for digits, A and a for letters, 字 for the rest.

    Signs and the words 年月日 after digits stay, so that a wrong date pattern shows.
    """
    if not isinstance(value, str):
        return shape(cast("Json", value))
    outline = "".join(map(_outlined, value[:MASKED_CHARS_MAX]))
    kept = re.sub(r"(?<=0)\uE000|(?<=0)\uE001|(?<=0)\uE002", lambda hit: _KEPT[hit[0]], outline)
    tail = "…" if len(value) > MASKED_CHARS_MAX else ""
    return re.sub("[\ue000-\ue002]", "字", kept) + tail


_KEPT: Final = {"\ue000": "年", "\ue001": "月", "\ue002": "日"}
_HELD: Final = {word: place for place, word in _KEPT.items()}


def _outlined(char: str) -> str:
    if char in _HELD:
        return _HELD[char]
    if char.isdigit():
        return "0"
    if char.isascii():
        return ("A" if char.isupper() else "a") if char.isalpha() else char
    return "字" if char.isalnum() or not char.isprintable() else char


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
