"""Every pair of operators over two levels, against a slow reading of the standard's text.

The reference is written sentence by sentence from sections 6.1.3.1.1 to 6.1.3.1.7, over plain
lists and without the tables of the code, and knows nothing of how the code goes about it.
Cases are all combinations of two operators, their operands, ``essential`` on either level and
metadata that fits, that does not, or that is absent.
"""

from itertools import product
from typing import Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from interop.federation.errors import PolicyError
from interop.federation.policy import resolve
from interop.model.canonical import Json

NONE: Final = object()
Level = dict[str, Json]
LISTS: Final[list[Json]] = [[], ["a"], ["b"], ["a", "b"], ["b", "a"], ["a", "c"]]
TEXTS: Final[list[Json]] = ["x", "y", "z"]
CHOICES: Final[list[Json]] = [["x"], ["y"], ["x", "y"], ["y", "z"]]
# Of each shape of a parameter: what it may hold, and what every operator may be given.
ARRAYS: Final[dict[str, list[Json]]] = {
    "value": [None, *LISTS],
    "add": LISTS,
    "default": LISTS,
    "one_of": CHOICES[:1],
    "subset_of": LISTS,
    "superset_of": LISTS,
}
SINGLES: Final[dict[str, list[Json]]] = {
    "value": [None, *TEXTS],
    "default": TEXTS,
    "one_of": CHOICES,
}
ESSENTIAL: Final[list[Level]] = [{}, {"essential": True}, {"essential": False}]


class Bad(Exception):
    """The reference refuses, by kind."""


def reference(levels: list[Level], held: object) -> object:
    """Return what the standard's text makes of one parameter; NONE is absent."""
    merged: Level = {}
    for level in levels:
        consistent(level)
        for operator, operand in level.items():
            if operator not in merged:
                merged[operator] = operand
            else:
                merged[operator] = merge(operator, merged[operator], operand)
        consistent(merged)
    return applied(merged, held)


def merge(operator: str, a: Json, b: Json) -> Json:
    if operator in {"value", "default"}:
        # "The operator values MUST be equal."
        if a != b:
            raise Bad("invalid_policy")
        return a
    if operator == "essential":
        return a or b
    assert isinstance(a, list)
    assert isinstance(b, list)
    if operator in {"add", "superset_of"}:
        # "the union of the values"
        return a + [x for x in b if x not in a]
    both = [x for x in a if x in b]
    # "If the intersection is empty, this MUST result in a policy error." (one_of alone)
    if operator == "one_of" and not both:
        raise Bad("invalid_policy")
    return both


def consistent(level: Level) -> None:
    """Hold the lists "MAY be combined with" of every operator."""

    def values(operator: str) -> list[Json]:
        found = level[operator]
        # Null has no values; a single value is none of an array.
        return found if isinstance(found, list) else [] if found is None else [NONE]  # type: ignore[list-item]  # in no array

    def inside(part: str, whole: str) -> bool:
        return all(x in values(whole) for x in values(part))

    def have(*operators: str) -> bool:
        return all(operator in level for operator in operators)

    value = level.get("value")
    # A parameter with one value is none that arrays are added to or compared with.
    single = value is not None and not isinstance(value, list)
    faults = [
        have("value", "add") and (single or value is None or not inside("add", "value")),
        have("value", "default") and value is None,
        have("value", "one_of") and value not in values("one_of"),
        have("value", "subset_of") and not inside("value", "subset_of"),
        have("value", "superset_of") and (single or not inside("superset_of", "value")),
        have("value", "essential") and value is None and level["essential"] is True,
        have("add", "one_of"),
        have("add", "subset_of") and not inside("add", "subset_of"),
        have("one_of", "subset_of"),
        have("one_of", "superset_of"),
        have("subset_of", "superset_of") and not inside("superset_of", "subset_of"),
    ]
    if any(faults):
        raise Bad("invalid_policy")


def applied(policy: Level, held: object) -> object:
    if "value" in policy:
        held = NONE if policy["value"] is None else policy["value"]
    if "add" in policy:
        assert isinstance(policy["add"], list)
        present = [] if held is NONE else held
        if not isinstance(present, list):
            raise Bad("invalid_metadata")
        held = present + [x for x in policy["add"] if x not in present]
    if "default" in policy and held is NONE:
        held = policy["default"]
    if held is not NONE:
        held = checked(policy, held)
    if policy.get("essential") is True and held is NONE:
        raise Bad("invalid_metadata")
    return held


def checked(policy: Level, held: object) -> object:
    if "one_of" in policy and held not in policy["one_of"]:  # type: ignore[operator]  # a list
        raise Bad("invalid_metadata")
    for operator in ("subset_of", "superset_of"):
        if operator in policy and not isinstance(held, list):
            raise Bad("invalid_metadata")
    if "subset_of" in policy:
        held = [x for x in held if x in policy["subset_of"]]  # type: ignore[attr-defined, operator]  # lists, as just seen
    if "superset_of" in policy and not all(x in held for x in policy["superset_of"]):  # type: ignore[operator, union-attr]  # lists
        raise Bad("invalid_metadata")
    return held


def expected(levels: list[Level], held: object) -> object:
    try:
        return reference(levels, held)
    except Bad as fault:
        return str(fault)


def ours(levels: list[Level], held: object) -> object:
    metadata: dict[str, Json] = {} if held is NONE else {"p": held}  # type: ignore[dict-item]  # JSON
    try:
        return resolve([{"p": level} for level in levels], metadata).get("p", NONE)
    except PolicyError as fault:
        return fault.kind


def cases(operands: dict[str, list[Json]], first: str, second: str) -> list[list[Level]]:
    pairs = product(operands[first], operands[second])
    return [[{first: a}, {second: b}] for a, b in pairs]


@pytest.mark.parametrize("shape", ["arrays", "singles"])
def test_every_pair_of_operators_over_two_levels(shape: str) -> None:
    operands, held = (ARRAYS, LISTS) if shape == "arrays" else (SINGLES, TEXTS)
    found: dict[object, int] = {}
    for first, second in product(operands, operands):
        for upper, lower in cases(operands, first, second):
            for more, less, value in product(ESSENTIAL[:2], ESSENTIAL, [NONE, *held[1::3]]):
                levels = [{**upper, **more}, {**lower, **less}]
                want = expected(levels, value)
                assert ours(levels, value) == want, (levels, value)
                # One level that says the same as two that do not repeat an operator.
                if first != second and not (more and less):
                    assert ours([{**levels[0], **levels[1]}], value) == want, levels
                kind = want if isinstance(want, str) and want.startswith("inv") else "resolved"
                found[kind] = found.get(kind, 0) + 1
    assert min(found.values()) > 100
    assert set(found) == {"invalid_policy", "invalid_metadata", "resolved"}


NAMES: Final = sorted(ARRAYS)
OPERANDS: Final[dict[str, st.SearchStrategy[Json]]] = {
    **{name: st.sampled_from([*ARRAYS[name], *SINGLES.get(name, [])]) for name in NAMES},
    "essential": st.booleans(),
}
LEVELS: Final = st.lists(st.fixed_dictionaries({}, optional=OPERANDS), min_size=1, max_size=4)


@given(levels=LEVELS, held=st.sampled_from([NONE, *LISTS, *TEXTS]))
def test_levels_of_any_number_and_shape(levels: list[Level], held: object) -> None:
    want = expected(levels, held)
    event(want if isinstance(want, str) and want.startswith("inv") else "resolved")
    assert ours(levels, held) == want
