"""Metadata policies: what a resolved value owes to every policy, and every conflict's kind."""

from itertools import permutations
from typing import Final

from hypothesis import event, given
from hypothesis import strategies as st

from interop.conformance.strategies import policies as drawn
from interop.conformance.strategies.policies import (
    ANY_JSON,
    ARRAY,
    OPERATORS,
    SCOPE,
    Operators,
)
from interop.federation.errors import PolicyError
from interop.federation.policy import resolve
from interop.model.canonical import Json

Policy = dict[str, Operators]
Words = frozenset[str]
ABSENT: Final = "absent"
POLICY: Final = "invalid_policy"
METADATA: Final = "invalid_metadata"


def words(name: str, value: Json) -> Words:
    """Return a value as a set: of words if it is an array or scopes, else of itself."""
    if isinstance(value, list):
        return frozenset(map(str, value))
    return frozenset(str(value).split()) if name == SCOPE else frozenset([str(value)])


def outcome(policies: list[Policy], metadata: dict[str, Json]) -> object:
    """Return what is resolved, as sets, or the kind of the refusal."""
    try:
        found = resolve(policies, metadata)
    except PolicyError as fault:
        return fault.kind
    return {name: words(name, value) for name, value in found.items()}


def one(name: str, *levels: Operators, held: Json = None) -> Json:
    """Return what becomes of one parameter; without ``held`` the metadata lacks it."""
    metadata = {} if held is None else {name: held}
    try:
        return resolve([{name: level} for level in levels], metadata).get(name, ABSENT)
    except PolicyError as fault:
        return fault.kind


def keeps(name: str, asked: Operators, result: dict[str, Json]) -> bool:
    """Return whether ``result`` keeps everything that one policy asks for."""
    present = name in result
    have = words(name, result[name]) if present else frozenset()
    return all(
        _keeps(name, operator, value, have if present else None)
        for operator, value in asked.items()
    )


def _keeps(name: str, operator: str, value: Json, have: Words | None) -> bool:
    if operator == "value":
        return have == (None if value is None else words(name, value))
    if operator in {"add", "superset_of"}:
        return words(ARRAY, value) <= have if have is not None else operator == "superset_of"
    if operator == "subset_of":
        return have is None or have <= words(ARRAY, value)
    if operator == "one_of":
        assert isinstance(value, list)
        return have is None or have in {words(name, choice) for choice in value}
    return have is not None or value is False


@given(policies=drawn.chains(), metadata=drawn.metadata())
def test_what_is_resolved_keeps_every_single_policy(
    policies: list[Policy], metadata: dict[str, Json]
) -> None:
    try:
        result = resolve(policies, metadata)
    except PolicyError as fault:
        event(fault.kind)
        return
    event("resolved")
    for policy in policies:
        for name, asked in policy.items():
            assert keeps(name, asked, result)
    assert None not in result.values()
    assert result["client_name"] == metadata["client_name"]


def model(levels: list[Operators], held: Words | None) -> object:
    """Resolve scopes by sets, all levels at once: the reference, written as one table."""

    def said(operator: str) -> list[Json]:
        return [level[operator] for level in levels if operator in level]

    def sets(operator: str) -> list[Words]:
        return [words_of(v) for v in said(operator)]

    values = {None if v is None else words_of(v) for v in said("value")}
    defaults = set(sets("default"))
    choices = [{words_of(c) for c in v} for v in said("one_of") if isinstance(v, list)]
    add, need = union(sets("add")), union(sets("superset_of"))
    room = sets("subset_of")[0].intersection(*sets("subset_of")) if said("subset_of") else None
    choice = choices[0].intersection(*choices) if choices else None
    removed, value = values == {None}, next(iter(values), None)
    unsound = (
        len(values) > 1 or len(defaults) > 1,
        choice is not None and not choice,
        choice is not None and (said("add") or room is not None or said("superset_of")),
        room is not None and not add | need <= room,
        removed and (defaults or any(said("essential")) or said("add") or choice or need),
        value is not None and not add | need <= value,
        value is not None and room is not None and not value <= room,
        value is not None and choice is not None and value not in choice,
    )
    if any(unsound):
        return POLICY
    held = value if values else held
    held = (held or frozenset()) | add if said("add") else held
    held = next(iter(defaults), None) if held is None else held
    if held is not None and choice is not None and held not in choice:
        return METADATA
    held = held & room if held is not None and room is not None else held
    if not need <= held if held is not None else any(said("essential")):
        return METADATA
    return ABSENT if held is None else held


def words_of(value: Json) -> Words:
    return words(SCOPE, value)


def union(sets: list[Words]) -> Words:
    return frozenset[str]().union(*sets)


@given(
    levels=st.lists(drawn.operators(SCOPE), min_size=1, max_size=3),
    held=st.none() | drawn.values(SCOPE),
)
def test_a_table_of_sets_resolves_scopes_alike(levels: list[Operators], held: Json) -> None:
    got = one(SCOPE, *levels, held=held)
    expected = model(levels, None if held is None else words_of(held))
    event(expected if isinstance(expected, str) else "resolved")
    assert (got if got in {POLICY, METADATA, ABSENT} else words_of(got)) == expected


@given(policies=drawn.chains(), metadata=drawn.metadata())
def test_the_order_of_superiors_changes_nothing_but_the_order_of_values(
    policies: list[Policy], metadata: dict[str, Json]
) -> None:
    # An array given by two superiors' `value` in two orders is none, so order is judged by
    # JSON; here each drawn array is sorted.
    level = [{n: {o: tidy(v) for o, v in p[n].items()} for n in p} for p in policies]
    first = outcome(level, metadata)
    assert all(outcome([*order], metadata) == first for order in permutations(level))


def tidy(value: Json) -> Json:
    if isinstance(value, list):
        return sorted(value, key=str)
    return value


@given(policies=drawn.chains(size_max=2), metadata=drawn.metadata())
def test_saying_it_twice_changes_nothing(
    policies: list[Policy], metadata: dict[str, Json]
) -> None:
    once = outcome(policies, metadata)
    assert outcome([*policies, policies[-1]], metadata) == once
    assert outcome([*policies, {}], metadata) == once


@given(policies=drawn.chains(), metadata=drawn.metadata(), other=drawn.metadata())
def test_a_conflict_is_found_whatever_the_metadata_says(
    policies: list[Policy], metadata: dict[str, Json], other: dict[str, Json]
) -> None:
    assert (outcome(policies, metadata) == POLICY) == (outcome(policies, other) == POLICY)


@given(policies=drawn.chains(), more=drawn.policies(), metadata=drawn.metadata())
def test_a_subordinate_never_mends_an_unsound_policy(
    policies: list[Policy], more: Policy, metadata: dict[str, Json]
) -> None:
    if outcome(policies, metadata) == POLICY:
        assert outcome([*policies, more], metadata) == POLICY
        assert outcome([more, *policies], metadata) == POLICY


@given(policy=st.dictionaries(st.sampled_from("ab"), ANY_JSON), metadata=ANY_JSON)
def test_any_json_is_resolved_or_refused_by_kind(policy: Json, metadata: Json) -> None:
    for policies in ([policy], [{"a": policy}], policy):
        for held in (metadata, {"a": metadata}):
            try:
                resolve(policies, held)  # type: ignore[arg-type]  # what callers hand in by mistake
            except PolicyError as fault:
                assert fault.kind in {POLICY, METADATA}  # noqa: PT017 -- either may be raised


@given(value=ANY_JSON, name=st.sampled_from(OPERATORS))
def test_only_the_types_of_an_operator_are_taken(value: Json, name: str) -> None:
    array = isinstance(value, list) and (
        all(isinstance(v, str) for v in value)
        or all(isinstance(v, dict) for v in value)
        or all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
    )
    taken = {
        "value": True,
        "default": value is not None,
        "essential": isinstance(value, bool),
        "one_of": array and bool(value),
    }.get(name, array)
    assert (outcome([{"p": {name: value}}], {}) != POLICY) == taken
