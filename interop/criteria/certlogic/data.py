"""JSON of a foreign rule or payload: read within limits, reached by path.

A byte order mark is passed over. Floats that are whole are integers; others stay what they are,
neither text nor integer.
"""

import json
from pathlib import Path
from typing import Final

from interop.criteria.certlogic.reasons import JSON_FAULT, LIMIT
from interop.errors import KnowledgeError
from interop.model.canonical import Json

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
DEPTH_MAX: Final = 160
DIGITS_MAX: Final = 15
PATH_CHARS_MAX: Final = 200


def read_file(file: Path) -> Json:
    """Return the JSON in ``file``.

    Raises:
        KnowledgeError: ``certlogic-json`` or ``certlogic-limit``, naming the file.
    """
    place = "/".join(file.parts[-3:])
    try:
        with file.open("rb") as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
    except OSError as fault:
        raise KnowledgeError(JSON_FAULT.of(field=place, got=type(fault).__name__)) from None
    return read_bytes(content, place)


def read_bytes(content: bytes, place: str) -> Json:
    """Return the JSON in ``content``; ``place`` says where it came from.

    Raises:
        KnowledgeError: ``certlogic-json`` or ``certlogic-limit``.
    """
    if len(content) > FILE_BYTES_MAX:
        raise KnowledgeError(
            LIMIT.of(field=place, expected=f"{FILE_BYTES_MAX} bytes", got="more")
        )
    try:
        value: Json = json.loads(
            content.decode("utf-8-sig", "strict"),
            object_pairs_hook=_once,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_number,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise KnowledgeError(LIMIT.of(field=place, expected=DEPTH_MAX, got="depth")) from None
    except ValueError as fault:
        got = str(fault).split(":", 1)[0][:80]
        raise KnowledgeError(JSON_FAULT.of(field=place, got=got)) from None
    check_depth(value, place)
    return value


def check_depth(value: Json, place: str) -> None:
    """Raise KnowledgeError if ``value`` is nested deeper than 160 levels."""
    level = [value]
    for _ in range(DEPTH_MAX):
        below = [part for held in level for part in _parts(held)]
        if not below:
            return
        level = below
    raise KnowledgeError(LIMIT.of(field=place, expected=f"{DEPTH_MAX} levels", got="deeper"))


def reach(data: Json, path: tuple[str, ...]) -> Json:
    """Return what stands at ``path`` in ``data``; None if nothing does."""
    for fragment in path:
        if isinstance(data, list):
            index = int(fragment) if _is_index(fragment) else len(data)
            data = data[index] if index < len(data) else None
        elif isinstance(data, dict):
            data = data.get(fragment)
        else:
            return None
    return data


def _is_index(fragment: str) -> bool:
    return fragment.isascii() and fragment.isdigit() and len(fragment) <= DIGITS_MAX


def _parts(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "duplicate key"
        raise ValueError(msg)
    return found


def _number(text: str) -> Json:
    whole = text.lstrip("-").isdigit()
    if whole and len(text.lstrip("-")) <= DIGITS_MAX:
        return int(text)
    value = float(text)
    if whole or value != value or abs(value) >= 10**DIGITS_MAX:  # noqa: PLR0124 -- NaN differs from itself
        msg = "number out of range"
        raise ValueError(msg)
    return int(value) if value.is_integer() else value
