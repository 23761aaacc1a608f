"""Bytes of a knowledge file to JSON, within limits.

TOML and TSV only. Dates and times become ISO strings, floats are refused (amounts and
thresholds are written as strings or integers), so that every file has one canonical form.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final, cast

from interop.errors import KnowledgeError, Reason
from interop.knowledge.reasons import (
    FILE_TOO_LARGE,
    FRACTION,
    INTEGER_TOO_LARGE,
    KEY_TOO_LONG,
    NOT_UTF8,
    ROWS_TOO_MANY,
    TOML_BROKEN,
    TOO_DEEP,
    TSV_CELLS,
    TSV_HEADING,
)
from interop.model.canonical import INT_MAX, JSON_DEPTH_MAX, Json

FILE_BYTES_MAX: Final = 256 * 1024
KEY_PARTS_MAX: Final = 32
ROWS_MAX: Final = 20_000

_BOM: Final = "\ufeff"
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')"""
_NEXT = rf"(?:[ \t]*+\.[ \t]*+{_PART})"
# tomllib needs quadratic time in the parts of one dotted key: refuse such a key before
# parsing. Every alternative is possessive and what it read is not read again, so that this
# itself is linear; texts and comments are read whole, so that dots in them do not count.
_TOKEN = re.compile(
    rf"""
    \"\"\" (?:[^"\\]++|\\[\s\S]|"(?!""))*+ (?:"{{3,5}}+)?
    | ''' (?:[^']++|'(?!''))*+ (?:'{{3,5}}+)?
    | (?P<long> {_PART}{_NEXT}{{{KEY_PARTS_MAX}}} )
    | {_PART}{_NEXT}*+
    | [#"'][^\n]*+
    | [^#"'A-Za-z0-9_-]++
    """,
    re.VERBOSE,
)


def read_bytes(data: bytes, path: str) -> Json:
    """Return the JSON of a ``.toml`` or ``.tsv`` file.

    A TSV file becomes ``{"rows": [{column: text}]}``; empty cells are left out.

    Args:
        data: The file's bytes, at most 256 KiB.
        path: Relative path for reasons; its suffix decides the syntax.

    Raises:
        KnowledgeError: ``knowledge-too-large``, ``knowledge-not-utf8``, or every problem of
            limits and syntax that can be told at once.
    """
    if len(data) > FILE_BYTES_MAX:
        raise KnowledgeError(
            FILE_TOO_LARGE.of(field=path, expected=FILE_BYTES_MAX, got=len(data))
        )
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as fault:
        raise KnowledgeError(NOT_UTF8.of(field=path, got=fault.start + 1)) from None
    if text.startswith(_BOM):
        raise KnowledgeError(NOT_UTF8.of(field=path, got=1))
    return _read_tsv(text, path) if path.endswith(".tsv") else _read_toml(text, path)


def _read_toml(text: str, path: str) -> Json:
    for token in _TOKEN.finditer(text):
        if token["long"] is not None:
            line = text.count("\n", 0, token.start()) + 1
            raise KnowledgeError(KEY_TOO_LONG.of(field=path, expected=KEY_PARTS_MAX, got=line))
    try:
        value: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise KnowledgeError(TOML_BROKEN.of(field=path, got=fault)) from None
    except ValueError:
        # Python refuses to read decimal numbers of over 4300 digits.
        raise KnowledgeError(INTEGER_TOO_LARGE.of(field=path, expected=INT_MAX)) from None
    except RecursionError:
        raise KnowledgeError(TOO_DEEP.of(field=path, expected=JSON_DEPTH_MAX)) from None
    if found := tuple(_problems(value, path, depth=0)):
        raise KnowledgeError(*found)
    return _plain(value)


def _problems(value: object, where: str, *, depth: int) -> Iterator[Reason]:
    if depth > JSON_DEPTH_MAX:
        yield TOO_DEEP.of(field=where, expected=JSON_DEPTH_MAX)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _problems(part, f"{where}.{key}", depth=depth + 1)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _problems(part, f"{where}.{index}", depth=depth + 1)
    elif isinstance(value, float):
        yield FRACTION.of(field=where, got=value)
    elif isinstance(value, int) and abs(value) > INT_MAX:
        yield INTEGER_TOO_LARGE.of(field=where, expected=INT_MAX)


def _plain(value: object) -> Json:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    # What is left is what tomllib can give besides fractions: text, integer, boolean.
    return cast("str | int | bool", value)


def _read_tsv(text: str, path: str) -> Json:
    head, *lines = text.removesuffix("\n").split("\n")
    if len(lines) >= ROWS_MAX:
        raise KnowledgeError(
            ROWS_TOO_MANY.of(field=path, expected=ROWS_MAX, got=len(lines) + 1)
        )
    names = head.removesuffix("\r").split("\t")
    if len(set(names)) != len(names) or not all(names):
        raise KnowledgeError(TSV_HEADING.of(field=path))
    rows = [line.removesuffix("\r").split("\t") for line in lines]
    if wrong := [
        TSV_CELLS.of(field=f"{path}:{number}", expected=len(names), got=len(cells))
        for number, cells in enumerate(rows, start=2)
        if len(cells) != len(names)
    ]:
        raise KnowledgeError(*wrong)
    found: list[Json] = [
        {name: cell for name, cell in zip(names, cells, strict=True) if cell} for cells in rows
    ]
    return {"rows": found}
