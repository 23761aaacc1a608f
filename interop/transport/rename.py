"""Write canonical values under a region's own names, and read them back.

Values that a closed code list does not hold are refused both ways.
"""

from collections.abc import Iterable, Mapping
from typing import cast

from interop.errors import ContractViolation
from interop.model.canonical import Json
from interop.transport.adapter import FieldName, Whitespace
from interop.transport.reasons import REPLY_FIELD, VALUE_UNMAPPED


def renamed(
    fields: Iterable[FieldName], values: Mapping[str, Json], *, whitespace: Whitespace
) -> dict[str, Json]:
    """Return ``values`` as an object with their names, in the order of ``fields``.

    Args:
        fields: The field table.
        values: By canonical path; a path that is missing is left out.
        whitespace: With ``trim`` the ends of texts are trimmed here, since the region would.

    Raises:
        ContractViolation: ``transport-value-unmapped``.
    """
    tree: dict[str, Json] = {}
    for field in fields:
        if field.path in values:
            *parents, last = field.name.split("/")
            _branch(tree, parents)[last] = _theirs(field, values[field.path], whitespace)
    return tree


def canonical(fields: Iterable[FieldName], tree: Json) -> dict[str, str]:
    """Return the texts of a reply by canonical path; what is absent or null is left out.

    Raises:
        ContractViolation: Each value that is no text or not in its code list.
    """
    found: dict[str, str] = {}
    problems = []
    for field in fields:
        value = _at(tree, field.name)
        if value is None:
            continue
        if not isinstance(value, str):
            problems.append(REPLY_FIELD.of(field=field.path, expected="text", got="-"))
            continue
        ours = {theirs: ours for ours, theirs in field.codes.items()} or {value: value}
        if value in ours:
            found[field.path] = ours[value]
        else:
            problems.append(
                # Not quoted: what stands in the wrong place may be a name.
                VALUE_UNMAPPED.of(field=field.path, expected=", ".join(ours), got=_size(value))
            )
    if problems:
        raise ContractViolation(*problems)
    return found


def unknown_keys(fields: Iterable[FieldName], tree: Json) -> tuple[str, ...]:
    """Return the top-level keys of a reply that no field names."""
    known = {field.name.split("/")[0] for field in fields}
    return tuple(sorted(set(tree) - known)) if isinstance(tree, dict) else ()


def _branch(tree: dict[str, Json], parents: Iterable[str]) -> dict[str, Json]:
    for name in parents:
        # INVARIANT: check_adapter lets no name stand for both a value and an object.
        tree = cast("dict[str, Json]", tree.setdefault(name, {}))
    return tree


def _theirs(field: FieldName, value: Json, whitespace: Whitespace) -> Json:
    if not isinstance(value, str):
        return value
    if field.codes and value not in field.codes:
        raise ContractViolation(
            VALUE_UNMAPPED.of(field=field.path, expected=", ".join(field.codes), got=value)
        )
    text = field.codes.get(value, value)
    return text.strip() if whitespace == "trim" else text


def _at(tree: Json, name: str) -> Json:
    for part in name.split("/"):
        if not isinstance(tree, dict):
            return None
        tree = tree.get(part)
    return tree


def _size(text: str) -> str:
    return f"{len(text)} characters"
