"""Bytes of a knowledge file to JSON, within limits.

TOML and TSV only. Dates and times become ISO strings, floats are refused (amounts and
thresholds are written as strings or integers), so that every file has one canonical form.
"""

import re
import tomllib
from datetime import date, datetime, time
from typing import Final

from interop.errors import KnowledgeError, Reason
from interop.knowledge.reasons import FILE_TOO_LARGE, FILE_UNREADABLE
from interop.model.canonical import Json, canonical_bytes

FILE_BYTES_MAX: Final = 256 * 1024
KEY_PARTS_MAX: Final = 32
ROWS_MAX: Final = 20_000

_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')"
# tomllib needs quadratic time in the parts of one dotted key: refuse before parsing.
_LONG_KEY = re.compile(rf"(?:{_PART}[ \t]*\.[ \t]*){{{KEY_PARTS_MAX},}}{_PART}")


def read_bytes(data: bytes, path: str) -> Json:
    """Return the JSON of a ``.toml`` or ``.tsv`` file.

    A TSV file becomes ``{"rows": [{column: text}]}``; empty cells are left out.

    Args:
        data: The file's bytes.
        path: Relative path for reasons; its suffix decides the syntax.

    Raises:
        KnowledgeError: ``knowledge-too-large`` or ``knowledge-unreadable``.
    """
    if len(data) > FILE_BYTES_MAX:
        raise KnowledgeError(
            FILE_TOO_LARGE.of(field=path, expected=FILE_BYTES_MAX, got=len(data))
        )
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as fault:
        raise KnowledgeError(
            _unreadable(path, f"invalid UTF-8 at byte {fault.start}")
        ) from None
    value = _read_tsv(text, path) if path.endswith(".tsv") else _read_toml(text, path)
    canonical_bytes(value)
    return value


def _unreadable(path: str, got: str) -> Reason:
    return FILE_UNREADABLE.of(field=path, got=got)


def _read_toml(text: str, path: str) -> Json:
    if _LONG_KEY.search(text):
        raise KnowledgeError(
            FILE_TOO_LARGE.of(field=path, expected=f"{KEY_PARTS_MAX} key parts", got="key")
        )
    try:
        return _plain(tomllib.loads(text), path)
    except tomllib.TOMLDecodeError as fault:
        raise KnowledgeError(_unreadable(path, str(fault))) from None
    except RecursionError:
        raise KnowledgeError(_unreadable(path, "nested too deeply")) from None


def _plain(value: object, path: str) -> Json:
    if isinstance(value, dict):
        return {key: _plain(part, f"{path}:{key}") for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, f"{path}[{i}]") for i, part in enumerate(value)]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, str | bool | int):
        return value
    raise KnowledgeError(_unreadable(path, "a fraction; write it as a string"))


def _read_tsv(text: str, path: str) -> Json:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) > ROWS_MAX:
        raise KnowledgeError(FILE_TOO_LARGE.of(field=path, expected=ROWS_MAX, got=len(lines)))
    head = lines[0].rstrip("\r").split("\t")
    if len(set(head)) != len(head) or not all(head):
        raise KnowledgeError(_unreadable(path, "line 1: columns must be named, once each"))
    rows: list[Json] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.rstrip("\r").split("\t")
        if len(cells) != len(head):
            raise KnowledgeError(
                _unreadable(path, f"line {number}: {len(cells)} cells, {len(head)} columns")
            )
        rows.append({name: cell for name, cell in zip(head, cells, strict=True) if cell})
    return {"rows": rows}
