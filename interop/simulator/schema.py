"""Check JSON against the part of JSON Schema that the contracts in adapters/ use.

Closed: a keyword that is not listed here is refused, so that no constraint is skipped in
silence.

Source: JSON Schema 2020-12; OpenAPI 3.1.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, cast

from interop.errors import KnowledgeError
from interop.model.canonical import Json
from interop.transport.reasons import CONTRACT_INVALID

Schema = Mapping[str, Json]
Found = Iterator[str]

_TYPES: Final = {"object": dict, "array": list, "string": str}
_SILENT: Final = frozenset({"description", "title"})
_POINTER: Final = "#/components/schemas/"


class JsonSchema:
    """The named schemas of one OpenAPI document."""

    def __init__(self, document: Json) -> None:
        """Take the schemas under ``components``.

        Raises:
            KnowledgeError: ``transport-contract-invalid``.
        """
        components = _object(_object(document).get("components"))
        self._schemas = _object(components.get("schemas"))

    def problems(self, name: str, value: Json) -> tuple[str, ...]:
        """Return the path of everything in ``value`` that schema ``name`` refuses."""
        return tuple(self._named(name, value, "$"))

    def _problems(self, schema: Schema, value: Json, path: str) -> Found:
        nested = {"$ref": self._named, "properties": self._parts, "items": self._items}
        for keyword, rule in schema.items():
            if keyword in nested:
                yield from nested[keyword](rule, value, path)
            elif keyword == "additionalProperties":
                yield from _closed(schema, value, path)
            elif keyword in _RULES:
                if not _RULES[keyword](rule, value):
                    yield path
            elif keyword not in _SILENT:
                raise _invalid(keyword)

    def _named(self, rule: Json, value: Json, path: str) -> Found:
        name = str(rule).removeprefix(_POINTER)
        if name not in self._schemas:
            raise _invalid(name)
        yield from self._problems(_object(self._schemas[name]), value, path)

    def _parts(self, rule: Json, value: Json, path: str) -> Found:
        for key, schema in _object(rule).items():
            if isinstance(value, dict) and key in value:
                yield from self._problems(_object(schema), value[key], f"{path}.{key}")

    def _items(self, rule: Json, value: Json, path: str) -> Found:
        for index, part in enumerate(value if isinstance(value, list) else ()):
            yield from self._problems(_object(rule), part, f"{path}[{index}]")


def _closed(schema: Schema, value: Json, path: str) -> Found:
    if schema["additionalProperties"] is not False:
        raise _invalid("additionalProperties")
    if isinstance(value, dict):
        known = _object(schema.get("properties"))
        yield from (f"{path}.{key}" for key in value if key not in known)


def _typed(rule: Json, value: Json) -> bool:
    if rule not in _TYPES:
        raise _invalid(f"type {rule}")
    return isinstance(value, _TYPES[str(rule)])


def _length(value: Json) -> int:
    return len(value) if isinstance(value, str | list) else 0


def _required(rule: Json, value: Json) -> bool:
    return not isinstance(value, dict) or set(cast("list[str]", rule)) <= set(value)


_RULES: Final[Mapping[str, Callable[[Json, Json], bool]]] = {
    "type": _typed,
    "required": _required,
    "enum": lambda rule, value: value in cast("list[Json]", rule),
    "minLength": lambda rule, value: _length(value) >= cast("int", rule),
    "maxLength": lambda rule, value: _length(value) <= cast("int", rule),
    "maxItems": lambda rule, value: _length(value) <= cast("int", rule),
    "pattern": lambda rule, value: (
        not isinstance(value, str) or re.search(cast("str", rule), value) is not None
    ),
}


def _object(value: Json) -> Schema:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _invalid("object expected")
    return value


def _invalid(got: str) -> KnowledgeError:
    return KnowledgeError(CONTRACT_INVALID.of(field="openapi", got=got))
