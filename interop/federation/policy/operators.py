"""The seven operators: what each takes, how two of one are merged, which go together.

An operator that is not listed here is ignored unless a statement calls it critical. Arrays
are sets wherever an operator acts on their values; ``value`` and ``default`` are compared as
JSON, where the order of an array counts.
Source: OpenID Federation 1.0 sections 6.1.3.1.1 to 6.1.3.1.8.
"""

from collections.abc import Callable, Mapping
from typing import Final

from interop.federation.policy.values import (
    SCOPE,
    Key,
    common,
    distinct,
    is_json,
    items,
    kind_of,
    split_scopes,
    within,
)
from interop.model.canonical import Json

# INVARIANT: the order of application.
OPERATORS: Final = (
    *("value", "add", "default", "one_of", "subset_of", "superset_of"),
    "essential",
)
_ARRAY: Final = "an array of strings, of numbers or of objects"
TAKES: Final = {
    "value": "any JSON",
    "add": _ARRAY,
    "default": "any JSON but null",
    "one_of": f"{_ARRAY}, not empty",
    "subset_of": _ARRAY,
    "superset_of": _ARRAY,
    "essential": "a boolean",
}
_ELEMENTS: Final = frozenset({"string", "number", "object"})

Operands = Mapping[str, Json]


class Unfit(ValueError):
    """An operand of a wrong type, or two that cannot be merged; the caller words it."""


def operand_of(parameter: str, operator: str, value: object) -> Json:
    """Return ``value`` as the operator acts on it: sets without repetition, scopes as lists.

    Types that the standard leaves optional are supported. An empty ``one_of`` is refused,
    since merging it with itself would be.

    Raises:
        Unfit: The operator does not take such a value.
    """
    if not is_json(value):
        raise Unfit
    scopes = parameter == SCOPE
    if operator == "essential":
        return _only(value, isinstance(value, bool))
    if scopes and operator != "one_of":
        value = split_scopes(value)
    if operator == "value":
        return value
    if operator == "default":
        return _only(value, value is not None)
    if not isinstance(value, list) or not _is_plain(value):
        raise Unfit
    if operator == "one_of":
        _only(value, bool(value))
        return [split_scopes(one) for one in value] if scopes else distinct(value)
    return distinct(value)


def _only(value: Json, fits: object) -> Json:
    if not fits:
        raise Unfit
    return value


def _is_plain(array: list[Json]) -> bool:
    kinds = {kind_of(value) for value in array}
    return len(kinds) <= 1 and kinds <= _ELEMENTS


def _equal(upper: Json, lower: Json, by: Key) -> Json:
    return _only(upper, by(upper) == by(lower))


def _union(upper: Json, lower: Json, _by: Key) -> Json:
    joined = distinct([*items(upper), *items(lower)])
    return _only(joined, _is_plain(joined))


def _intersection(upper: Json, lower: Json, by: Key) -> Json:
    return [*common(items(upper), items(lower), by=by)]


def _choice(upper: Json, lower: Json, by: Key) -> Json:
    left = common(items(upper), items(lower), by=by)
    return _only([*left], left)


def _either(upper: Json, lower: Json, _by: Key) -> Json:
    return bool(upper) or bool(lower)


# What is left of two of the same operator, the superior's first; Unfit if they conflict.
MERGE: Final[Mapping[str, Callable[[Json, Json, Key], Json]]] = {
    "value": _equal,
    "add": _union,
    "default": _equal,
    "one_of": _choice,
    "subset_of": _intersection,
    # INVARIANT: a union; what any superior requires stays required.
    "superset_of": _union,
    "essential": _either,
}


def _never(_first: Json, _second: Json, _by: Key) -> bool:
    return False


def _value_holds(value: Json, add: Json, _by: Key) -> bool:
    # Null would be undone by adding, a single value cannot be added to.
    return isinstance(value, list) and within(items(add), value)


def _value_is_something(value: Json, _default: Json, _by: Key) -> bool:
    return value is not None


def _value_is_among(value: Json, one_of: Json, by: Key) -> bool:
    return by(value) in {by(one) for one in items(one_of)}


def _value_is_inside(value: Json, subset_of: Json, _by: Key) -> bool:
    # Null has no values: what is removed is within every set.
    return value is None or (isinstance(value, list) and within(value, items(subset_of)))


def _value_has_all(value: Json, superset_of: Json, _by: Key) -> bool:
    return (value is None or isinstance(value, list)) and within(
        items(superset_of), items(value)
    )


def _value_may_be_required(value: Json, essential: Json, _by: Key) -> bool:
    return value is not None or essential is False


def _is_inside(part: Json, subset_of: Json, _by: Key) -> bool:
    return within(items(part), items(subset_of))


# Pairs that may not stand together, or only on a condition; every other pair may.
TOGETHER: Final[tuple[tuple[str, str, Callable[[Json, Json, Key], bool]], ...]] = (
    ("value", "add", _value_holds),
    ("value", "default", _value_is_something),
    ("value", "one_of", _value_is_among),
    ("value", "subset_of", _value_is_inside),
    ("value", "superset_of", _value_has_all),
    ("value", "essential", _value_may_be_required),
    ("add", "one_of", _never),
    ("add", "subset_of", _is_inside),
    ("one_of", "subset_of", _never),
    ("one_of", "superset_of", _never),
    ("superset_of", "subset_of", _is_inside),
)


def disagreements(operands: Operands, by: Key) -> list[tuple[str, str]]:
    """Return the pairs of operators of one parameter that may not stand together."""
    return [
        (first, second)
        for first, second, agree in TOGETHER
        if first in operands
        and second in operands
        and not agree(operands[first], operands[second], by)
    ]
