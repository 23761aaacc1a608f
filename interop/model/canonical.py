"""One canonical form for every digest: RFC 8785 without floats.

Decimals, dates and instants are strings; integers stay within ±(2^53 − 1); keys are sorted
by UTF-16 code units. What cannot be written so is refused, never guessed.

Source: RFC 8785 (JSON Canonicalization Scheme); RFC 8259; GB/T 32905 (SM3).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Final, TypeAlias

import orjson
from pydantic import JsonValue

from interop.errors import InteropError, KnowledgeError, Reason
from interop.model.reasons import (
    DIGEST_UNKNOWN_ALGORITHM,
    JSON_MALFORMED,
    JSON_NOT_CANONICAL,
    JSON_TOO_LARGE,
)

Json: TypeAlias = JsonValue

INT_MAX: Final = 2**53 - 1
JSON_BYTES_MAX: Final = 4 * 1024 * 1024
JSON_DEPTH_MAX: Final = 64
INT_DIGITS_MAX: Final = 16
DUPLICATE_KEY: Final = "duplicate key"
ALGORITHMS: Final = {"sha-256": "sha256", "sm3": "sm3"}
_SCALARS: Final = frozenset({str, int, bool, type(None)})
# First bytes of what UTF-8 writes in four.
_BEYOND: Final = re.compile(rb"[\xf0-\xf4]")
_SORTED: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical_bytes(value: Json) -> bytes:
    """Return the canonical UTF-8 bytes of ``value``.

    Raises:
        KnowledgeError: ``json-not-canonical`` for floats, large integers, lone surrogates,
            keys that are not strings and types JSON does not have.
    """
    plain = _plain_bytes(value)
    if plain is not None:
        return plain
    text = json.dumps(_ordered(value, "$", 0), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def json_bytes(value: Json) -> bytes:
    """Return UTF-8 JSON in the order of ``value``: for foreign documents, never for digests."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def digest(data: bytes, *, algorithm: str = "sha-256") -> str:
    """Return ``algorithm:hex`` over ``data``.

    Args:
        data: The bytes as they are; for JSON use :func:`canonical_bytes` first.
        algorithm: ``sha-256`` or ``sm3``.

    Raises:
        KnowledgeError: ``digest-unknown-algorithm``.
    """
    name = ALGORITHMS.get(algorithm)
    if name is None:
        raise KnowledgeError(
            DIGEST_UNKNOWN_ALGORITHM.of(
                field="algorithm", expected=", ".join(ALGORITHMS), got=algorithm
            )
        )
    return f"{algorithm}:{hashlib.new(name, data).hexdigest()}"


def read_json(
    data: bytes,
    *,
    error: type[InteropError],
    field: str = "$",
    bytes_max: int = JSON_BYTES_MAX,
    fractions: bool = False,
) -> Json:
    """Return the JSON value in ``data``, read strictly.

    Duplicate keys, floats beyond text, NaN, a byte order mark, invalid UTF-8, lone
    surrogates, depth over 64 and integers over 16 digits are refused. Fractions are refused
    too: amounts travel as strings.

    Args:
        data: UTF-8 bytes.
        error: The class to raise; the caller knows how its own caller can react.
        field: Where the bytes came from, for the reason.
        bytes_max: Upper limit of ``len(data)``, inclusive.
        fractions: Take fractions that a binary float holds exactly as written; foreign
            documents have them, ours never do.

    Raises:
        InteropError: ``error`` with ``json-malformed`` or ``json-too-large``.
    """
    if len(data) > bytes_max:
        raise error(JSON_TOO_LARGE.of(field=field, expected=bytes_max, got=len(data)))
    value: Json = _read_canonical(data)
    if value is not None:
        return value
    try:
        value = json.loads(
            data.decode("utf-8", "strict"),
            object_pairs_hook=_no_duplicates,
            parse_float=_exact_float if fractions else _no_float,
            parse_constant=_no_float,
            parse_int=_bounded_int,
        )
        _check_depth(value, 0)
        json.dumps(value, ensure_ascii=False).encode()
    except _OverLimit as hit:
        reason = JSON_TOO_LARGE.of(field=field, expected=hit.limit, got=hit.what)
    except RecursionError:
        reason = JSON_TOO_LARGE.of(field=field, expected=JSON_DEPTH_MAX, got="depth")
    except ValueError as fault:
        reason = _malformed(fault, field)
    else:
        return value
    # Raised here: what the parser raises holds the whole document.
    raise error(reason)


def _read_canonical(data: bytes) -> Json:
    """Return what canonical bytes say; None for others, which are read with care.

    INVARIANT: what is written again as it came has no duplicate key, no fraction, no large
    integer and no lone surrogate.
    """
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return value if _plain_bytes(value) == data else None


def _plain_bytes(value: object) -> bytes | None:
    """Return the canonical bytes of what a fast writer writes so; None for all else."""
    if not _is_plain(value, 0):
        return None
    try:
        data = orjson.dumps(value, option=_SORTED)
    except orjson.JSONEncodeError:
        return None
    # Code points sort as UTF-16 does where none lies beyond the first plane.
    return data if data.isascii() or _BEYOND.search(data) is None else None


def _is_plain(value: object, depth: int) -> bool:
    parts: Iterable[object]
    if type(value) is dict:
        parts = value.values()
    elif type(value) is list:
        parts = value
    else:
        return type(value) in _SCALARS
    if depth == JSON_DEPTH_MAX:
        return False
    # A loop, as it takes half the time of all(), and every message comes here often.
    for part in parts:
        if type(part) not in _SCALARS and not _is_plain(part, depth + 1):
            return False
    return True


class _OverLimit(Exception):
    def __init__(self, what: str, limit: int) -> None:
        self.what, self.limit = what, limit


def _malformed(fault: ValueError, field: str) -> Reason:
    if isinstance(fault, json.JSONDecodeError):
        return JSON_MALFORMED.of(
            field=field, got=f"{fault.msg} at {fault.lineno}:{fault.colno}"
        )
    if isinstance(fault, UnicodeError):
        return JSON_MALFORMED.of(field=field, got="invalid UTF-8 or lone surrogate")
    return JSON_MALFORMED.of(field=field, got=str(fault))


def _no_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(DUPLICATE_KEY)
    return found


def _no_float(_text: str) -> Json:
    msg = "number is not an integer; write it as a string"
    raise ValueError(msg)


def _exact_float(text: str) -> float:
    value = float(text)
    if not isfinite(value) or Decimal(repr(value)) != Decimal(text):
        msg = "number is not exact as a fraction; write it as a string"
        raise ValueError(msg)
    return value


def _bounded_int(text: str) -> int:
    if len(text.lstrip("-")) > INT_DIGITS_MAX or abs(int(text)) > INT_MAX:
        raise _OverLimit("integer", INT_MAX)
    return int(text)


def _check_depth(value: Json, depth: int) -> None:
    if depth > JSON_DEPTH_MAX:
        raise _OverLimit("depth", JSON_DEPTH_MAX)
    if isinstance(value, dict):
        for part in value.values():
            _check_depth(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            _check_depth(part, depth + 1)


def _ordered(value: object, path: str, depth: int) -> Json:
    if depth > JSON_DEPTH_MAX:
        raise _refused(path, f"deeper than {JSON_DEPTH_MAX}")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _sound_text(value, path)
    if isinstance(value, int):
        if abs(value) > INT_MAX:
            raise _refused(path, "integer over 2^53-1")
        return int(value)
    if isinstance(value, Mapping):
        return _ordered_object(value, path, depth)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(part, f"{path}[{i}]", depth + 1) for i, part in enumerate(value)]
    raise _refused(path, type(value).__name__)


def _ordered_object(value: Mapping[object, object], path: str, depth: int) -> dict[str, Json]:
    sound: dict[str, object] = {}
    for key, part in value.items():
        if not isinstance(key, str):
            raise _refused(path, "key is not a string")
        sound[_sound_text(key, path)] = part
    keys = sorted(sound, key=lambda key: key.encode("utf-16-be"))
    return {key: _ordered(sound[key], f"{path}.{key}", depth + 1) for key in keys}


def _sound_text(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused(path, "lone surrogate") from None
    return str(text)


def _refused(path: str, got: str) -> KnowledgeError:
    return KnowledgeError(JSON_NOT_CANONICAL.of(field=path, got=got))
