"""JSON values as a policy compares them: by meaning, and ``true`` is never 1.

``scope`` is the one parameter that is written as text and meant as a set (RFC 7591).
Source: OpenID Federation 1.0 section 6.1.3.1.8; RFC 8259.
"""

from collections.abc import Callable, Hashable, Iterable
from math import isfinite
from typing import Final, TypeGuard

from interop.model.canonical import JSON_DEPTH_MAX, Json

SCOPE: Final = "scope"

Key = Callable[[Json], Hashable]


def is_json(value: object, depth: int = 0) -> TypeGuard[Json]:
    """Return whether ``value`` is JSON, at most 64 levels deep."""
    if value is None or isinstance(value, str | int):
        return True
    if isinstance(value, float):
        return isfinite(value)
    if depth >= JSON_DEPTH_MAX:
        return False
    if isinstance(value, list):
        return all(is_json(part, depth + 1) for part in value)
    return isinstance(value, dict) and all(
        isinstance(name, str) and is_json(part, depth + 1) for name, part in value.items()
    )


def kind_of(value: object) -> str:
    """Return the JSON type of ``value`` by name, for a reason; never the value itself."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return next((name for cls, name in names.items() if isinstance(value, cls)), "no JSON")


def key(value: Json) -> Hashable:
    """Return what two equal JSON values share: 1 equals 1.0, and neither is ``true``."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return (kind_of(value), value)
    if isinstance(value, list):
        return ("array", *map(key, value))
    if isinstance(value, dict):
        return ("object", frozenset((name, key(part)) for name, part in value.items()))
    return ("number", value)


def _scope_key(value: Json) -> Hashable:
    # The order of scopes has no meaning (RFC 6749 section 3.3).
    return ("scopes", frozenset(map(key, value))) if isinstance(value, list) else key(value)


def key_for(parameter: str) -> Key:
    """Return how whole values of ``parameter`` are compared."""
    return _scope_key if parameter == SCOPE else key


def distinct(values: Iterable[Json], *, by: Key = key) -> list[Json]:
    """Return ``values`` without repetition, each where it stands first."""
    found: dict[Hashable, Json] = {}
    for value in values:
        found.setdefault(by(value), value)
    return list(found.values())


def common(first: Iterable[Json], second: Iterable[Json], *, by: Key = key) -> list[Json]:
    """Return what is in ``first`` and in ``second``, in the order of ``first``."""
    known = {by(value) for value in second}
    return [value for value in distinct(first, by=by) if by(value) in known]


def within(part: Iterable[Json], whole: Iterable[Json]) -> bool:
    """Return whether every one of ``part`` is among ``whole``."""
    return {key(value) for value in part} <= {key(value) for value in whole}


def items(value: Json) -> list[Json]:
    """Return the values of an array; null has none."""
    return value if isinstance(value, list) else []


def split_scopes(value: Json) -> Json:
    """Return text as a list of scopes, anything else as it is."""
    return [scope for scope in value.split(" ") if scope] if isinstance(value, str) else value
